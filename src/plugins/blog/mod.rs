//! `blog`: posts at addresses of their own, and views that list them, as Material's plugin has them.
//!
//! Posts are read and moved when all pages are converted; views are pages that are made then, or
//! the author's own at the same place. What views show of posts waits until the site is linked.

mod authors;
mod excerpt;
mod pager;
mod post;
mod readtime;
mod references;
mod show;
mod spec;
mod views;

use std::collections::HashMap;

use authors::Author;
use post::Post;
use spec::BlogSpec;
use views::{Kind, View};

use super::dates::Locale;
use super::options::{fill, normal_path};
use super::{Plugin, Stage};
use crate::config::{PluginUse, Settings};
use crate::page::Page;
use crate::report::{Diagnostic, Severity};
use crate::site::{Nav, NavItem, PageId, Site};
use crate::source::{Inclusion, Source, destination};
use crate::theme::Language;
use crate::yaml::{Kind as YamlKind, Node};

struct Blog {
    spec: BlogSpec,
    locale: Locale,
    language: Language,
    authors: Vec<Author>,
    /// Newest first, pinned ones before all others.
    posts: Vec<Post>,
    views: Vec<View>,
}

pub(super) fn make(entry: &PluginUse, settings: &Settings, problems: &mut Vec<Diagnostic>) -> Box<dyn Plugin> {
    Box::new(Blog {
        spec: BlogSpec::read(&entry.options, settings.serving, problems),
        locale: Locale::find(&settings.theme.language),
        language: Language::load(&settings.theme.language),
        authors: Vec::new(),
        posts: Vec::new(),
        views: Vec::new(),
    })
}

impl Plugin for Blog {
    fn reads_texts(&self) -> bool {
        true
    }

    fn sources(&mut self, stage: &Stage<'_>, sources: &mut Vec<Source>, _problems: &mut Vec<Diagnostic>) {
        let directories = stage.settings.use_directory_urls;
        for source in sources {
            if !source.is_page && source.src_uri.starts_with(&self.spec.posts) {
                // Files beside posts lose the folder of the posts, as posts do.
                let moved = normal_path(&source.dest_uri.replace(&self.spec.posts, &self.spec.folder));
                source.move_to(moved, directories);
            }
        }
    }

    fn make(
        &mut self,
        stage: &Stage<'_>,
        pages: &mut Vec<Page>,
        problems: &mut Vec<Diagnostic>,
    ) -> Vec<(Source, String)> {
        if self.spec.authors {
            let path = stage.settings.docs_dir.join(&self.spec.authors_file);
            self.authors = authors::read(stage.files, &path, &self.spec.authors_file, problems);
        }
        for page in pages.iter_mut() {
            if page.source.src_uri.starts_with(&self.spec.posts) {
                self.add_post(stage, page, problems);
            }
        }
        self.posts
            .sort_by_key(|post| std::cmp::Reverse((post.pin, post.created.unix())));
        self.views = views::collect(&self.spec, &mut self.posts, &self.authors, self.locale, problems);
        self.give_authors_addresses(stage.settings.use_directory_urls);
        self.make_views(stage, pages)
    }

    fn pages(&mut self, _stage: &Stage<'_>, pages: &mut Vec<Page>, _problems: &mut Vec<Diagnostic>) {
        let index = self.spec.index();
        let views: HashMap<&str, &View> = self
            .views
            .iter()
            .flat_map(|view| view.pages.iter().map(move |uri| (uri.as_str(), view)))
            .collect();
        for page in pages.iter_mut() {
            let Some(view) = views.get(page.source.src_uri.as_str()) else {
                continue;
            };
            page.template = Some("blog.html");
            page.is_documentation = page.source.src_uri == index;
            if page.source.src_uri != view.uri {
                page.stands_at = Some(view.uri.clone());
                page.continues = true;
            }
        }
    }

    fn navigation(&self, _stage: &Stage<'_>, site: &Site, items: &mut Vec<NavItem>, _problems: &mut Vec<Diagnostic>) {
        let Some(blog) = site.page_at(&self.spec.index()) else {
            return;
        };
        let sections = self.sections(site);
        if !attach(items, blog, &sections) && self.spec.folder.is_empty() {
            items.extend(sections);
        }
    }

    fn linked(
        &mut self,
        stage: &Stage<'_>,
        pages: &mut [Page],
        site: &Site,
        nav: &mut Nav,
        problems: &mut Vec<Diagnostic>,
    ) {
        self.follow(site, nav);
        show::posts(self, stage, pages, (site, nav), problems);
        show::views(self, stage, pages, (site, nav));
    }
}

impl Blog {
    /// Reads a post and gives it its address; drafts are left out.
    fn add_post(&mut self, stage: &Stage<'_>, page: &mut Page, problems: &mut Vec<Diagnostic>) {
        page.is_documentation = false;
        let Some(mut post) = post::read(page, stage.files, problems) else {
            return;
        };
        let directories = stage.settings.use_directory_urls;
        let uri = self.spec.below(&self.address(&post, &page.source.name));
        page.source.move_to(destination(&uri, directories), directories);
        let is_draft = post
            .draft
            .unwrap_or_else(|| self.spec.future_is_draft && post.created.unix() > stage.now);
        if is_draft && !self.spec.drafts {
            page.source.inclusion = Inclusion::Excluded;
            return;
        }
        self.check_post(page, &post, problems);
        page.source.inclusion = Inclusion::NotInNav;
        page.template = Some("blog-post.html");
        page.stands_at = Some(self.spec.index());
        hide_navigation(&mut page.meta);
        post.url.clone_from(&page.source.url);
        if let Some(other) = self.posts.iter().find(|other| other.url == post.url) {
            let message = format!("Post '{}' has the address of '{}', which is lost", post.uri, other.uri);
            let problem = Diagnostic::new("blog-same-address", Severity::Warning, message).at(page.span_of("title"));
            problems.push(problem.help("give one of them a `slug`"));
        }
        self.posts.push(post);
    }

    fn address(&self, post: &Post, file: &str) -> String {
        let spec = &self.spec;
        let categories = post.categories.iter().take(spec.url_max_categories);
        let categories: Vec<String> = categories
            .map(|(name, _)| post::slug(&spec.categories_slugify, name, &spec.categories_separator))
            .collect();
        let date = self.locale.format(&post.created, &spec.url_date_format);
        let slug = post
            .slug
            .clone()
            .filter(|slug| !slug.is_empty())
            .unwrap_or_else(|| post::slug(&spec.slugify, &post.title, &spec.slug_separator));
        fill(
            &spec.url_format,
            &[
                ("categories", &categories.join("/")),
                ("date", &date),
                ("file", file),
                ("slug", &slug),
            ],
        )
    }

    fn check_post(&self, page: &Page, post: &Post, problems: &mut Vec<Diagnostic>) {
        if self.spec.authors {
            for (id, span) in &post.authors {
                if self.authors.iter().any(|author| author.id == *id) {
                    continue;
                }
                let message = format!("Couldn't find author '{id}'");
                let mut problem = Diagnostic::new("blog-author", Severity::Error, message).at(*span);
                let known = self.authors.iter().map(|author| author.id.as_str());
                problem = match crate::report::nearest(id, known) {
                    Some(near) => problem.help(format!("did you mean `{near}`?")),
                    None => problem.help(format!("add the author to `{}`", self.spec.authors_file)),
                };
                problems.push(problem);
            }
        }
        let separator = &self.spec.excerpt.separator;
        let body = page.body.as_ref().map_or("", |(file, start)| &file.text[*start..]);
        if self.spec.excerpt.required && !body.contains(separator) {
            let message = format!("Couldn't find '{separator}' in post '{}'", post.uri);
            problems.push(Diagnostic::new("blog-excerpt", Severity::Error, message).at(page.span_of("title")));
        }
    }

    /// Authors without an address of their own get that of their profile.
    fn give_authors_addresses(&mut self, directories: bool) {
        let profiles = self.views.iter().filter(|view| view.kind == Kind::Profile);
        let urls: HashMap<&str, String> = profiles
            .map(|view| (view.name.as_str(), Source::new(&view.uri, directories).url))
            .collect();
        for author in &mut self.authors {
            if author.url.as_deref().is_none_or(str::is_empty) {
                author.url = urls.get(author.name.as_str()).cloned();
            }
        }
    }

    /// The sources of view pages that the author has not written.
    fn make_views(&self, stage: &Stage<'_>, pages: &[Page]) -> Vec<(Source, String)> {
        let directories = stage.settings.use_directory_urls;
        let own: HashMap<&str, &Page> = pages.iter().map(|page| (page.source.src_uri.as_str(), page)).collect();
        let mut made = Vec::new();
        let mut add = |uri: &str, text: String| {
            if !own.contains_key(uri) {
                made.push((Source::new(uri, directories), text));
            }
        };
        for view in &self.views {
            add(&view.uri, heading(view));
        }
        let kinds = [Kind::Index, Kind::Archive, Kind::Category, Kind::Profile];
        for view in kinds
            .iter()
            .flat_map(|kind| views::in_nav(&self.spec, &self.views, *kind))
        {
            let text = match own.get(view.uri.as_str()) {
                Some(page) => self.continuation(page),
                None => heading(view),
            };
            for uri in &view.pages[1..] {
                add(uri, text.clone());
            }
        }
        made
    }

    /// The text of the further pages of a view that the author has written.
    fn continuation(&self, page: &Page) -> String {
        let Some(file) = &page.file else { return String::new() };
        if self.spec.pagination_keep_content {
            return file.text.to_string();
        }
        let head = crate::markdown::front_matter::split(file).value.body;
        let title = page.document.title.clone().or_else(|| page.meta_text("title"));
        let title = title.unwrap_or_else(|| crate::site::fallback_title(&page.source.name));
        format!("{}# {title}\n", &file.text[..head])
    }

    /// The sections that go below the blog in the navigation.
    fn sections(&self, site: &Site) -> Vec<NavItem> {
        let kinds = [
            (Kind::Archive, &self.spec.archive),
            (Kind::Category, &self.spec.categories),
            (Kind::Profile, &self.spec.profiles),
        ];
        let mut sections = Vec::new();
        for (kind, spec) in kinds {
            let Some(spec) = spec else { continue };
            let found = views::in_nav(&self.spec, &self.views, kind);
            let children: Vec<NavItem> = found
                .iter()
                .filter_map(|view| site.page_at(&view.uri))
                .map(|page| NavItem::Page { page, title: None })
                .collect();
            if !children.is_empty() || kind == Kind::Archive {
                sections.push(NavItem::Section {
                    title: self.language.text(&spec.name).to_owned(),
                    children,
                    page: None,
                });
            }
        }
        sections
    }

    /// Says which page follows which: posts by date, views after the pages beside the blog's own.
    fn follow(&self, site: &Site, nav: &mut Nav) {
        let id = |uri: &str| site.page_at(uri);
        let mut list: Vec<Option<PageId>> = vec![None];
        list.extend(self.posts.iter().rev().filter_map(|post| id(&post.uri)).map(Some));
        list.push(None);
        for three in list.windows(3) {
            if let [before, Some(page), after] = *three {
                nav.neighbours.insert(page, (before, after));
            }
        }
        let ids = |kind| {
            let found = views::in_nav(&self.spec, &self.views, kind);
            found.iter().filter_map(|view| id(&view.uri)).collect::<Vec<_>>()
        };
        let (archive, categories, profiles) = (ids(Kind::Archive), ids(Kind::Category), ids(Kind::Profile));
        let is_view = |page: &PageId| {
            [&archive, &categories, &profiles]
                .iter()
                .any(|list| list.contains(page))
        };
        let Some(tail) = last_sibling(nav, id(&self.spec.index()), &is_view) else {
            return;
        };
        // Each kind goes right behind the last page beside the blog's own, before those put there.
        let mut views = profiles.clone();
        views.extend(&categories);
        views.extend(&archive);
        let mut order: Vec<PageId> = nav.order.iter().copied().filter(|page| !is_view(page)).collect();
        if let Some(at) = order.iter().rposition(|page| *page == tail) {
            order.splice(at + 1..at + 1, views);
        }
        let at = |index: Option<usize>| index.and_then(|index| order.get(index)).copied();
        for (index, page) in order.iter().enumerate() {
            let both = (at(index.checked_sub(1)), at(Some(index + 1)));
            nav.neighbours.insert(*page, both);
        }
        for view in &self.views {
            let Some(both) = id(&view.uri).and_then(|page| nav.neighbours.get(&page).copied()) else {
                continue;
            };
            for uri in &view.pages[1..] {
                if let Some(page) = id(uri) {
                    nav.neighbours.insert(page, both);
                }
            }
        }
    }
}

/// The last page in the section of the blog's own, views left out.
fn last_sibling(nav: &Nav, blog: Option<PageId>, is_view: &dyn Fn(&PageId) -> bool) -> Option<PageId> {
    let blog = blog?;
    let entry = nav.entries.iter().rposition(|entry| entry.page == Some(blog))?;
    let siblings = match nav.entries[entry].parent {
        Some(parent) => &nav.entries[parent].children,
        None => &nav.roots,
    };
    let pages = siblings.iter().filter(|at| !nav.entries[**at].is_section);
    let pages = pages.filter_map(|at| nav.entries[*at].page);
    pages.filter(|page| !is_view(page)).last().or(Some(blog))
}

fn heading(view: &View) -> String {
    if view.kind == Kind::Index {
        "# Blog\n\n".to_owned()
    } else {
        format!("# {}", view.name)
    }
}

/// Appends the sections to the section of the blog's own page; whether there is one.
fn attach(items: &mut [NavItem], blog: PageId, sections: &[NavItem]) -> bool {
    for item in items.iter_mut().rev() {
        let NavItem::Section { children, page, .. } = item else {
            continue;
        };
        let is_here = *page == Some(blog)
            || children
                .iter()
                .any(|child| matches!(child, NavItem::Page { page, .. } if *page == blog));
        if is_here {
            children.extend(sections.iter().cloned());
            return true;
        }
        if attach(children, blog, sections) {
            return true;
        }
    }
    false
}

/// Adds `navigation` to what the front matter hides.
fn hide_navigation(meta: &mut Node) {
    let text = |text: &str| Node::bare(YamlKind::Str(text.to_owned()));
    let YamlKind::Map(entries) = &mut meta.kind else {
        return;
    };
    let hide = entries.iter_mut().find(|(key, _)| key.as_str() == Some("hide"));
    match hide.map(|(_, value)| &mut value.kind) {
        Some(YamlKind::Seq(items)) => {
            if !items.iter().any(|item| item.as_str() == Some("navigation")) {
                items.push(text("navigation"));
            }
        }
        Some(value) => {
            let only = Node::bare(std::mem::replace(value, YamlKind::Null));
            let mut items = vec![text("navigation")];
            items.extend((!only.is_null()).then_some(only));
            *value = YamlKind::Seq(items);
        }
        None => entries.push((text("hide"), Node::bare(YamlKind::Seq(vec![text("navigation")])))),
    }
}
