//! What templates are told of pages and navigation, and the files that are no pages.

use std::path::{Path, PathBuf};

use super::draw::{Linked, meta};
use crate::config::Settings;
use crate::output::OutputSet;
use crate::page::Page;
use crate::plugins::Stage;
use crate::render::{LinkView, NavKind, NavMeta, NavNode, NavView, PageFile, PageView};
use crate::report::{Diagnostic, Severity, Span};
use crate::site::{Nav, PageId, Site, join_url};
use crate::sitemap::{self, Location};
use crate::source::{Source, quote};
use crate::theme::{Language, OverrideFile, StyleSheet, escape, relative_url};

/// Where each page stands in the navigation.
pub(super) struct Places {
    /// By page: whether an entry for it stands at the first level, or nowhere.
    top_level: Vec<bool>,
    /// By page: the title of the section at the first level that it stands in.
    sections: Vec<Option<String>>,
}

impl Places {
    pub(super) fn new(site: &Site, nav: &Nav) -> Self {
        let mut top_level = vec![true; site.pages().len()];
        let mut sections = vec![None; site.pages().len()];
        // Entries come after the sections they stand in.
        let mut first: Vec<usize> = Vec::with_capacity(nav.entries.len());
        for (at, entry) in nav.entries.iter().enumerate() {
            let root = entry.parent.and_then(|parent| first.get(parent)).copied().unwrap_or(at);
            first.push(root);
            let Some(page) = entry.page else { continue };
            top_level[page.index()] = entry.parent.is_none();
            if entry.parent.is_some() || entry.is_section {
                sections[page.index()].clone_from(&nav.entries[root].title);
            }
        }
        Self { top_level, sections }
    }

    /// The title of the section at the first level that a page stands in.
    pub(super) fn section(&self, at: usize) -> Option<&str> {
        self.sections.get(at)?.as_deref()
    }

    fn is_homepage(&self, page: &Page, at: usize) -> bool {
        let is_root = matches!(page.source.url.as_str(), "" | "index.html");
        is_root && page.source.is_index() && self.top_level.get(at).copied().unwrap_or(true)
    }

    /// The navigation as templates see it.
    pub(super) fn view(&self, linked: &Linked<'_>) -> NavView {
        let mut view = NavView::new();
        let mut numbers: Vec<u32> = Vec::with_capacity(linked.nav.entries.len());
        for entry in &linked.nav.entries {
            let page = entry.page.and_then(|id| linked.pages.get(id.index()));
            let kind = match (entry.is_section, page) {
                (true, _) => NavKind::Section,
                (false, Some(_)) => NavKind::Page,
                (false, None) => NavKind::Link,
            };
            let node = NavNode {
                kind,
                title: entry.title.clone().or_else(|| entry.url.clone()).unwrap_or_default(),
                url: page.map(|page| page.source.url.clone()).or_else(|| entry.url.clone()),
                page: entry.page.map(PageId::number),
                is_index: page.is_some_and(|page| page.source.is_index()),
                encrypted: page.is_some_and(|page| page.shows_encrypted),
                meta: page.map_or_else(NavMeta::default, nav_meta),
                parent: None,
                children: Vec::new(),
            };
            let parent = entry.parent.and_then(|parent| numbers.get(parent)).copied();
            let number = view.push(parent, node);
            numbers.push(number);
            if entry.page.is_some() && entry.page == linked.nav.homepage && view.homepage().is_none() {
                view.set_homepage(number);
            }
        }
        view
    }

    /// One page as templates see it, its article left out.
    pub(super) fn page(&self, stage: &Stage<'_>, linked: &Linked<'_>, at: usize, page: &Page) -> PageView {
        let settings = stage.settings;
        let id = PageId::new(at);
        let canonical_url = canonical(settings, &page.source.url);
        let link = |id: PageId| LinkView {
            title: linked.nav.titles.get(id.index()).cloned().unwrap_or_default(),
            url: linked.site.page(id).url.clone(),
        };
        let (previous, next) = linked.nav.neighbours.get(&id).copied().unwrap_or((None, None));
        let place = page.stands_at.as_deref().and_then(|uri| linked.site.page_at(uri));
        let place = place.map(PageId::number);
        PageView {
            id: if page.continues { place } else { Some(id.number()) },
            stands_at: place,
            title: linked.nav.titles.get(at).cloned().unwrap_or_default(),
            content: String::new(),
            toc: page.document.toc.clone(),
            meta: meta(page),
            url: page.source.url.clone(),
            abs_url: canonical_url.as_deref().map(path_of),
            canonical_url,
            edit_url: page.edit_url.clone().or_else(|| edit_url(settings, page)),
            is_homepage: self.is_homepage(page, at),
            is_index: page.source.is_index(),
            file: PageFile {
                src_uri: page.source.src_uri.clone(),
                dest_uri: page.source.dest_uri.clone(),
                name: page.source.name.clone(),
            },
            previous: previous.map(link),
            next: next.map(link),
            tags: page.tags.clone(),
            updated: page.updated.clone(),
            created: page.created.clone(),
            update_date: update_date(stage, page),
            encrypted: page.shows_encrypted,
            variables: page.variables.clone(),
        }
    }
}

fn nav_meta(page: &Page) -> NavMeta {
    NavMeta {
        icon: page.meta_text("icon"),
        status: page.meta_text("status"),
        subtitle: page.meta_text("subtitle"),
    }
}

/// The full address of a page (COMPAT U5).
pub(super) fn canonical(settings: &Settings, url: &str) -> Option<String> {
    let site_url = settings.site_url.as_deref().filter(|url| !url.is_empty())?;
    Some(join_url(site_url, if url.is_empty() { "./" } else { url }))
}

fn path_of(url: &str) -> String {
    let rest = url.find("://").map_or(url, |at| &url[at + 3..]);
    rest.find('/')
        .map_or_else(|| "/".to_owned(), |at| rest[at..].to_owned())
}

/// Where a page's source is edited (COMPAT U13).
fn edit_url(settings: &Settings, page: &Page) -> Option<String> {
    page.source.path.as_ref()?;
    let uri = &page.source.src_uri;
    let target = match (&settings.repo.edit_uri_template, &settings.repo.edit_uri) {
        (Some(template), _) => fill(template, uri),
        (None, Some(edit_uri)) => format!("{edit_uri}{uri}"),
        (None, None) => return None,
    };
    let Some(repo) = settings.repo.url.as_deref() else {
        return Some(target);
    };
    if target.contains("://") {
        return Some(target);
    }
    let without = |marks: &[char]| repo.find(marks).map_or(repo, |at| &repo[..at]);
    Some(match target.chars().next() {
        Some('?') => format!("{}{target}", without(&['?', '#'])),
        Some('#') => format!("{}{target}", without(&['#'])),
        _ => {
            let slash = if repo.ends_with('/') { "" } else { "/" };
            join_url(&format!("{repo}{slash}"), &target)
        }
    })
}

/// `edit_uri_template` for a path; `!q` asks for it percent-encoded, slashes too.
fn fill(template: &str, uri: &str) -> String {
    let stem = uri.rsplit_once('.').map_or(uri, |(stem, _)| stem);
    let quoted = |text| quote(text).replace('/', "%2F");
    template
        .replace("{path!q}", &quoted(uri))
        .replace("{path_noext!q}", &quoted(stem))
        .replace("{path_noext}", stem)
        .replace("{path}", uri)
}

/// The files of `custom_dir` with their paths below it.
pub(super) fn custom_files(settings: &Settings) -> anyhow::Result<Vec<(PathBuf, String)>> {
    let folder = settings.theme.custom_dir.as_deref();
    folder.map_or_else(|| Ok(Vec::new()), crate::source::all_files)
}

/// Those of them that are texts: templates, icons, languages.
pub(super) fn overrides(
    stage: &Stage<'_>,
    custom: &[(PathBuf, String)],
    problems: &mut Vec<Diagnostic>,
) -> Vec<OverrideFile> {
    let mut found = Vec::new();
    for (path, uri) in custom {
        if uri.ends_with(".html") || uri.ends_with(".xml") || uri.starts_with(".icons/") {
            read(stage, path, uri.clone(), &mut found, problems);
        }
    }
    for name in &stage.settings.extra_templates {
        let path = stage.settings.docs_dir.join(name);
        if path.is_file() && !found.iter().any(|file| file.path == *name) {
            read(stage, &path, name.clone(), &mut found, problems);
        }
    }
    found
}

/// The style sheets of `extra_css` that are files of the site.
pub(super) fn style_sheets(stage: &Stage<'_>, custom: &[(PathBuf, String)]) -> Vec<StyleSheet> {
    let in_theme = |name: &String| custom.iter().find(|(_, uri)| uri == name).map(|(path, _)| path.clone());
    let names = stage.settings.extra_css.iter();
    names
        .filter_map(|name| {
            let path = stage.settings.docs_dir.join(name);
            let path = if stage.files.is_file(&path) {
                path
            } else {
                in_theme(name)?
            };
            let file = stage.files.read(&path).ok()?;
            Some(StyleSheet::new(&file.text, Span::new(file.id, 0, 0)))
        })
        .collect()
}

fn read(stage: &Stage<'_>, path: &Path, uri: String, found: &mut Vec<OverrideFile>, problems: &mut Vec<Diagnostic>) {
    match stage.files.read(path) {
        Ok(file) => found.push(OverrideFile {
            path: uri,
            text: file.text.to_string(),
        }),
        Err(error) => {
            let message = format!("cannot read `{}`: {error}", path.display());
            problems.push(Diagnostic::new("override-unreadable", Severity::Error, message));
        }
    }
}

/// Copies of the files that are no pages: those of the docs folder before those of `custom_dir`.
pub(super) fn statics(settings: &Settings, custom: &[(PathBuf, String)], sources: &[Source], output: &mut OutputSet) {
    for (path, uri) in copied(settings, custom) {
        output.insert(uri.clone(), path.clone());
    }
    for source in sources
        .iter()
        .filter(|source| !source.is_page && !source.inclusion.is_excluded())
    {
        if let Some(path) = &source.path {
            output.insert(source.dest_uri.clone(), path.clone());
        }
    }
}

/// Those files of `custom_dir` that are copied.
pub(super) fn copied<'c>(
    settings: &'c Settings,
    custom: &'c [(PathBuf, String)],
) -> impl Iterator<Item = &'c (PathBuf, String)> {
    custom.iter().filter(|(_, uri)| is_copied(settings, uri))
}

/// Which files of a theme are copied (COMPAT U9).
fn is_copied(settings: &Settings, uri: &str) -> bool {
    let name = uri.rsplit('/').next().unwrap_or(uri);
    let ending = |suffix: &str| uri.ends_with(suffix);
    let hidden = uri.split('/').any(|part| part.starts_with('.'));
    !(hidden
        || [".py", ".pyc", ".html"].iter().any(|suffix| ending(suffix))
        || name.to_lowercase().contains("readme")
        || uri == "mkdocs_theme.yml"
        || uri == "sitemap.xml"
        || uri.starts_with("locales/")
        || crate::source::is_page(uri)
        || settings.theme.static_templates.iter().any(|template| template == uri))
}

/// Where the page of [`search_page`] goes.
pub(super) const SEARCH_PAGE: &str = "search/index.html";

/// The page that readers without scripts come to when they search: it says so, and lists the site.
pub(super) fn search_page(stage: &Stage<'_>, linked: &Linked<'_>, language: &Language) -> PageView {
    let is_folder = stage.settings.use_directory_urls;
    let url = if is_folder { "search/" } else { SEARCH_PAGE };
    let title = escape(language.text("search"));
    let note = escape(language.text("search.noscript"));
    let mut content = format!("<h1>{title}</h1>\n<noscript><p>{note}</p></noscript>\n<ul>");
    let nav = linked.nav;
    // What is to be written, the next last; `None` closes a section.
    let mut left: Vec<Option<usize>> = nav.roots.iter().rev().map(|at| Some(*at)).collect();
    while let Some(next) = left.pop() {
        let Some(entry) = next.and_then(|at| nav.entries.get(at)) else {
            content.push_str("</ul></li>");
            continue;
        };
        let page = entry.page.and_then(|id| linked.pages.get(id.index()));
        if page.is_some_and(|page| page.encrypted) {
            continue;
        }
        let title = entry.title.as_deref().or(entry.url.as_deref()).unwrap_or_default();
        let own = page.map(|page| page.source.url.as_str());
        let address = own.map(|own| relative_url(if own.is_empty() { "." } else { own }, url));
        match address.as_deref().or(entry.url.as_deref()) {
            Some(address) => content.push_str(&format!("\n<li><a href=\"{}\">{title}</a>", escape(address))),
            None => content.push_str(&format!("\n<li>{title}")),
        }
        if entry.children.is_empty() {
            content.push_str("</li>");
        } else {
            content.push_str("<ul>");
            left.push(None);
            left.extend(entry.children.iter().rev().map(|at| Some(*at)));
        }
    }
    content.push_str("\n</ul>\n");
    PageView {
        title,
        content,
        url: url.to_owned(),
        file: PageFile {
            src_uri: "search/index.md".to_owned(),
            dest_uri: SEARCH_PAGE.to_owned(),
            name: "index".to_owned(),
        },
        is_index: true,
        update_date: today(stage),
        ..PageView::default()
    }
}

/// The site map.
pub(super) fn extras(stage: &Stage<'_>, pages: &[Page], output: &mut OutputSet) {
    let settings = stage.settings;
    let locations: Vec<Location> = pages
        .iter()
        .filter_map(|page| {
            Some(Location {
                url: canonical(settings, &page.source.url)?,
                lastmod: update_date(stage, page),
            })
        })
        .collect();
    let drawn = output.text("sitemap.xml");
    let xml = drawn.unwrap_or_else(|| sitemap::xml(&locations));
    let newest = pages.iter().map(|page| update_date(stage, page)).max();
    let mtime = newest
        .unwrap_or_else(|| today(stage))
        .parse::<jiff::civil::Date>()
        .ok()
        .and_then(|date| date.to_zoned(jiff::tz::TimeZone::UTC).ok());
    let mtime = mtime.map_or(stage.now, |date| date.timestamp().as_second());
    if let Ok(bytes) = sitemap::gzip(&xml, u32::try_from(mtime).unwrap_or(0)) {
        output.insert("sitemap.xml.gz", bytes);
    }
    output.insert("sitemap.xml", xml);
}

/// The date of a page's last change, `YYYY-MM-DD`: that of the build, unless a plugin knows better.
fn update_date(stage: &Stage<'_>, page: &Page) -> String {
    page.update_date.clone().unwrap_or_else(|| today(stage))
}

fn today(stage: &Stage<'_>) -> String {
    date_time(stage.now)[..10].to_owned()
}

/// `YYYY-MM-DD HH:MM:SS`, UTC.
pub(super) fn date_time(now: i64) -> String {
    jiff::Timestamp::from_second(now).map_or_else(
        |_| "1970-01-01 00:00:00".to_owned(),
        |time| time.strftime("%Y-%m-%d %H:%M:%S").to_string(),
    )
}
