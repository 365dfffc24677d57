//! Pages to HTML files and search entries. In parallel.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde_json::Value;

use super::index::{Index, OfPage};
use super::memo::{self, Searchable};
use super::{Drawn, Eye, views};
use crate::output::{Content, Staging};
use crate::page::Page;
use crate::plugins::{Loaded, Stage};
use crate::render::{PageView, Policy, Renderer};
use crate::report::{Diagnostic, Severity};
use crate::search;
use crate::site::{Nav, Site};
use crate::theme::{OverrideFile, Theme};

/// The linked site.
pub(super) struct Linked<'s> {
    pub(super) pages: &'s [Page],
    pub(super) site: &'s Site,
    pub(super) nav: &'s Nav,
    /// `None` without the search plugin.
    pub(super) search: Option<search::Indexer>,
}

/// Pages that are drawn before the first of them are added to the search indexes.
const TOGETHER: usize = 512;

/// One page drawn: its file, what it gives to the search indexes, and what was found.
#[derive(Default)]
struct Finished {
    file: Option<Content>,
    index: OfPage,
    found: Vec<Diagnostic>,
    /// What it loads and runs, if pages get a policy.
    policy: Option<Policy>,
}

/// What becomes of pages as they are drawn.
#[derive(Clone, Copy)]
pub(super) enum Goes<'g> {
    /// They wait here to be written.
    To(&'g Staging),
    /// They are shown and dropped.
    By(&'g dyn Eye),
    /// They stay in memory.
    Nowhere,
}

/// The theme of the site, as its settings and overrides make it.
pub(super) fn theme(
    stage: &Stage<'_>,
    linked: &Linked<'_>,
    overrides: &[OverrideFile],
    problems: &mut Vec<Diagnostic>,
) -> Theme {
    let homepage = linked
        .nav
        .homepage
        .map_or("", |page| linked.site.page(page).url.as_str());
    let spec = stage.settings.theme_spec(views::date_time(stage.now));
    Theme::new(spec, overrides, homepage).take(problems)
}

/// Draws pages of a linked site.
pub(super) struct Drawer<'d> {
    stage: &'d Stage<'d>,
    plugins: &'d [Loaded],
    linked: &'d Linked<'d>,
    places: views::Places,
    renderer: Renderer<'d>,
}

impl<'d> Drawer<'d> {
    pub(super) fn new(
        stage: &'d Stage<'d>,
        plugins: &'d [Loaded],
        linked: &'d Linked<'d>,
        theme: &'d Theme,
        overrides: &[OverrideFile],
    ) -> Self {
        let places = views::Places::new(linked.site, linked.nav);
        let mut renderer = Renderer::new(theme, places.view(linked));
        if overrides.iter().any(|file| file.text.contains("pages")) {
            let view = |(at, page)| places.page(stage, linked, at, page);
            renderer = renderer.with_pages(linked.pages.iter().enumerate().map(view).collect());
        }
        Self {
            stage,
            plugins,
            linked,
            places,
            renderer,
        }
    }

    /// Draws everything that templates write.
    pub(super) fn all<'g>(
        &self,
        articles: Vec<String>,
        goes: Goes<'g>,
        problems: &mut Vec<Diagnostic>,
    ) -> anyhow::Result<Drawn<'g>> {
        let Self {
            stage,
            linked,
            renderer,
            ..
        } = self;
        let theme = renderer.theme();
        let is_sure = memo::is_sure(problems);
        let mut drawn = Drawn {
            pages: Vec::with_capacity(linked.pages.len()),
            index: Index::new(stage.settings, goes)?,
            others: Vec::new(),
            headers: None,
        };
        let mut policy = theme.spec().policy.as_ref().map(Policy::new);
        // A template that fails does so on many pages: it is said once.
        let mut seen: BTreeMap<(String, Option<u32>), ()> = BTreeMap::new();
        let mut take = |pages: Vec<anyhow::Result<Finished>>| -> anyhow::Result<()> {
            for page in pages {
                let page = page?;
                if let (Some(policy), Some(of_page)) = (&mut policy, page.policy) {
                    policy.merge(of_page);
                }
                for problem in page.found {
                    let key = (problem.message.clone(), problem.span.map(|span| span.start));
                    if problem.code.starts_with("template") && seen.insert(key, ()).is_some() {
                        continue;
                    }
                    problems.push(problem);
                }
                drawn.index.add(page.index)?;
                drawn.pages.push(page.file);
            }
            Ok(())
        };
        let mut articles = articles.into_iter();
        let mut before = Vec::new();
        for (pages, start) in linked.pages.chunks(TOGETHER).zip((0..).step_by(TOGETHER)) {
            let articles: Vec<String> = articles.by_ref().take(pages.len()).collect();
            let draw = |(at, (page, article))| {
                if is_sure && stage.cache.is_heavy() {
                    memo::flush(stage, linked.pages);
                }
                self.finished(start + at, page, article, goes)
            };
            let pages = pages.par_iter().zip(articles).enumerate();
            let (pages, taken) = rayon::join(|| pages.map(draw).collect(), || take(before));
            taken?;
            before = pages;
        }
        take(before)?;
        drawn.others = assets(theme);
        if linked.pages.iter().any(|page| page.has_diagrams) {
            drawn.others.extend(crate::theme::diagrams());
        }
        templates(stage, theme, renderer, &mut drawn.others, problems);
        search_page(stage, linked, renderer, &mut drawn.others, problems);
        if let Some(policy) = policy {
            drawn.headers = Some(harden(policy, theme, &mut drawn.others));
        }
        Ok(drawn)
    }

    fn finished(&self, at: usize, page: &Page, article: String, goes: Goes<'_>) -> anyhow::Result<Finished> {
        if self.stage.progress.is_interrupted() {
            return Ok(Finished::default());
        }
        let mut found = Vec::new();
        let name = &page.source.src_uri;
        let view = self.view(at, page);
        let span = self.stage.progress.span("index page", name);
        // A site that is only looked at needs no search index, but the next build takes it from the cache.
        let is_searched = !matches!(goes, Goes::By(_)) || self.stage.cache.keeps();
        let searchable = if is_searched {
            self.searchable(at, page, &view, &article)
        } else {
            Searchable::default()
        };
        let index = OfPage::new(searchable, self.stage.settings, goes)?;
        drop(span);
        let span = self.stage.progress.span("draw page", name);
        if let Goes::By(eye) = goes {
            eye.article(at, page, &article);
        }
        let (html, policy) = self.page(page, view, article, &mut found);
        drop(span);
        let _span = self.stage.progress.span("write page", name);
        self.stage.progress.step();
        if let Goes::By(eye) = goes {
            eye.whole(at, &html);
        }
        let file = match goes {
            _ if html.trim().is_empty() => None,
            Goes::To(staging) => Some(staging.write(&page.source.dest_uri, html.as_bytes())?.into()),
            Goes::By(_) => Some(Content::Shown),
            Goes::Nowhere => Some(html.into()),
        };
        Ok(Finished {
            file,
            index,
            found,
            policy,
        })
    }

    /// What templates see of a page, its article left out.
    pub(super) fn view(&self, at: usize, page: &Page) -> PageView {
        let mut view = self.places.page(self.stage, self.linked, at, page);
        for plugin in self.plugins {
            plugin.context(self.stage, page, &mut view.variables);
        }
        view
    }

    fn searchable(&self, at: usize, page: &Page, view: &PageView, article: &str) -> Searchable {
        let Some(indexer) = self.linked.search.as_ref().filter(|_| !page.encrypted) else {
            return Searchable::default();
        };
        let text = memo::Text {
            article,
            place: search::Place {
                url: &page.source.url,
                title: &view.title,
                section: self.places.section(at),
            },
            meta: &view.meta,
            indexer,
        };
        let is_searched = |location: &str| self.plugins.iter().all(|plugin| plugin.is_searched(location));
        memo::searchable(self.stage, page, &text, &is_searched)
    }

    /// The whole HTML file of a page, and what it loads and runs if pages get a policy.
    pub(super) fn page(
        &self,
        page: &Page,
        mut view: PageView,
        article: String,
        problems: &mut Vec<Diagnostic>,
    ) -> (String, Option<Policy>) {
        view.content = without_search_marks(article);
        let mut html = match self.renderer.page(&view, page.template.unwrap_or("main.html")) {
            Ok(html) => html,
            Err(error) => {
                problems.push(error.0);
                String::new()
            }
        };
        for plugin in self.plugins {
            plugin.html(self.stage, page, &mut html, problems);
        }
        let mut policy = self.renderer.theme().spec().policy.as_ref().map(Policy::new);
        if let Some(policy) = &mut policy {
            policy.harden(&mut html);
        }
        (html, policy)
    }
}

/// The styles and scripts of the theme.
pub(super) fn assets(theme: &Theme) -> Vec<(String, Vec<u8>)> {
    let files = theme.assets().files.iter();
    files
        .map(|asset| (asset.path.clone(), asset.content.to_vec()))
        .collect()
}

/// Draws the page that searches where no script runs the dialog, unless the site has one there.
fn search_page(
    stage: &Stage<'_>,
    linked: &Linked<'_>,
    renderer: &Renderer<'_>,
    drawn: &mut Vec<(String, Vec<u8>)>,
    problems: &mut Vec<Diagnostic>,
) {
    if linked.search.is_some() {
        let page = views::search_page(stage, linked, renderer.theme().language());
        let is_free = linked
            .pages
            .iter()
            .all(|other| other.source.dest_uri != page.file.dest_uri);
        match renderer.page(&page, "main.html") {
            Ok(html) if is_free => drawn.push((page.file.dest_uri, html.into_bytes())),
            Ok(_) => {}
            Err(error) => problems.push(error.0),
        }
    }
}

/// Gives the drawn templates their policies; the text of the header file for the whole site.
fn harden(mut policy: Policy, theme: &Theme, drawn: &mut [(String, Vec<u8>)]) -> String {
    let spec = theme.spec().policy.clone().unwrap_or_default();
    for (_, bytes) in drawn.iter_mut().filter(|(path, _)| path.ends_with(".html")) {
        if let Ok(mut html) = String::from_utf8(std::mem::take(bytes)) {
            let mut own = Policy::new(&spec);
            own.harden(&mut html);
            policy.merge(own);
            *bytes = html.into_bytes();
        }
    }
    policy.headers()
}

/// Draws the templates that are no pages: those of the theme, then those of the docs folder.
fn templates(
    stage: &Stage<'_>,
    theme: &Theme,
    renderer: &Renderer<'_>,
    drawn: &mut Vec<(String, Vec<u8>)>,
    problems: &mut Vec<Diagnostic>,
) {
    let settings = stage.settings;
    let of_theme = ["404.html", "sitemap.xml"].into_iter();
    let of_theme: BTreeSet<&str> = of_theme
        .chain(settings.theme.static_templates.iter().map(String::as_str))
        .collect();
    let of_docs = settings.extra_templates.iter().map(String::as_str);
    let names = of_theme.into_iter().map(|name| (name, "theme directories"));
    for (name, place) in names.chain(of_docs.map(|name| (name, "docs_dir"))) {
        if !theme.has_template(name) {
            // The site map is ours unless a site has its own.
            if name != "sitemap.xml" {
                let message = format!("Template skipped: '{name}' not found in {place}.");
                problems.push(Diagnostic::new("template-missing", Severity::Warning, message));
            }
            continue;
        }
        match renderer.template(name) {
            Ok(text) if text.trim().is_empty() => {
                let message = format!("Template skipped: '{name}' generated empty output.");
                problems.push(Diagnostic::new("template-empty", Severity::Info, message));
            }
            Ok(text) => drawn.push((name.to_owned(), text.into_bytes())),
            Err(error) => problems.push(error.0),
        }
    }
}

/// Takes `data-search-…` attributes out of an article, as the search plugin does after indexing.
fn without_search_marks(html: String) -> String {
    if memchr::memmem::find(html.as_bytes(), b"data-search-").is_none() {
        return html;
    }
    let mut out = String::with_capacity(html.len());
    let mut rest = html.as_str();
    while let Some(at) = rest.find("data-search-") {
        let name = rest[at + 12..]
            .bytes()
            .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
            .count();
        let after = &rest[at + 12 + name..];
        let value = after
            .strip_prefix("=\"")
            .and_then(|value| value.find('"'))
            .filter(|len| *len > 0);
        match value {
            Some(len) if name > 0 => {
                let before = &rest[..at];
                out.push_str(before.strip_suffix(char::is_whitespace).unwrap_or(before));
                rest = &after[len + 3..];
            }
            _ => {
                out.push_str(&rest[..at + 12]);
                rest = &rest[at + 12..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Front matter as templates see it.
pub(super) fn meta(page: &Page) -> serde_json::Map<String, Value> {
    match page.meta.to_json() {
        Value::Object(map) => map,
        _ => serde_json::Map::new(),
    }
}
