//! The views of a blog: which there are, which posts each shows, and on how many pages.
//!
//! Knows posts; does not know how they are drawn.

use std::collections::HashMap;

use super::authors::Author;
use super::post::{Post, slug};
use super::spec::{BlogSpec, Paging, ViewSpec};
use crate::plugins::dates::Locale;
use crate::plugins::options::{fill, normal_path};
use crate::report::{Diagnostic, Severity};

/// What a view lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Index,
    Archive,
    Category,
    Profile,
}

/// A view.
#[derive(Clone, Debug)]
pub(super) struct View {
    pub(super) kind: Kind,
    /// Its name; the heading of a page that is made for it.
    pub(super) name: String,
    /// Path of its source.
    pub(super) uri: String,
    /// Its posts by number, in order.
    pub(super) posts: Vec<usize>,
    /// Its pages, the first of them its own.
    pub(super) pages: Vec<String>,
    pub(super) paging: Paging,
    pub(super) toc: bool,
}

/// Collects posts into views by the paths of their sources.
struct Collector<'s> {
    spec: &'s ViewSpec,
    kind: Kind,
    views: Vec<View>,
    by_uri: HashMap<String, usize>,
}

impl<'s> Collector<'s> {
    fn new(spec: &'s ViewSpec, kind: Kind) -> Self {
        Self {
            spec,
            kind,
            views: Vec::new(),
            by_uri: HashMap::new(),
        }
    }

    /// Puts a post into the view at `uri`; gives that view's number.
    fn add(&mut self, uri: String, name: &str, post: usize) -> usize {
        let at = *self.by_uri.entry(uri.clone()).or_insert_with(|| {
            self.views.push(View {
                kind: self.kind,
                name: name.to_owned(),
                uri,
                posts: Vec::new(),
                pages: Vec::new(),
                paging: self.spec.paging,
                toc: self.spec.toc,
            });
            self.views.len() - 1
        });
        self.views[at].posts.push(post);
        at
    }
}

/// All views, the blog's own page first, in the order in which their pages are made.
pub(super) fn collect(
    spec: &BlogSpec,
    posts: &mut [Post],
    authors: &[Author],
    locale: Locale,
    problems: &mut Vec<Diagnostic>,
) -> Vec<View> {
    let mut views = vec![View {
        kind: Kind::Index,
        name: String::new(),
        uri: spec.index(),
        posts: (0..posts.len()).collect(),
        pages: Vec::new(),
        paging: spec.paging,
        toc: spec.toc,
    }];
    if let Some(archive) = &spec.archive {
        let mut found = Collector::new(archive, Kind::Archive);
        for (at, post) in posts.iter().enumerate() {
            let date = locale.format(&post.created, &spec.archive_url_date_format);
            let name = locale.format(&post.created, &spec.archive_date_format);
            let path = fill(&archive.url_format, &[("date", &date)]);
            found.add(spec.below(&path), &name, at);
        }
        views.extend(found.views);
    }
    if let Some(categories) = &spec.categories {
        let mut found = Collector::new(categories, Kind::Category);
        let start = views.len();
        for (at, post) in posts.iter_mut().enumerate() {
            for (name, span) in post.categories.clone() {
                if !spec.categories_allowed.is_empty() && !spec.categories_allowed.contains(&name) {
                    problems.push(not_allowed(spec, post, &name).at(span));
                    continue;
                }
                let slug = slug(&spec.categories_slugify, &name, &spec.categories_separator);
                let path = fill(&categories.url_format, &[("slug", &slug)]);
                let view = found.add(spec.below(&path), &name, at);
                post.views.push(start + view);
            }
        }
        views.extend(found.views);
    }
    if let Some(profiles) = &spec.profiles {
        let mut found = Collector::new(profiles, Kind::Profile);
        for (at, post) in posts.iter().enumerate() {
            for (id, _) in &post.authors {
                let Some(author) = authors.iter().find(|author| author.id == *id) else {
                    continue;
                };
                let slug = author.slug.as_deref().unwrap_or(&author.id);
                let path = fill(&profiles.url_format, &[("slug", slug), ("name", &author.name)]);
                found.add(spec.below(&path), &author.name, at);
            }
        }
        views.extend(found.views);
    }
    for view in &mut views {
        view.pages = pages(spec, view);
    }
    views
}

fn not_allowed(spec: &BlogSpec, post: &Post, name: &str) -> Diagnostic {
    let message = format!(
        "Error reading categories of post '{}': category '{name}' not in allow list",
        post.uri
    );
    let problem = Diagnostic::new("blog-category", Severity::Error, message);
    let known = spec.categories_allowed.iter().map(String::as_str);
    match crate::report::nearest(name, known) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem.help("add it to `categories_allowed` of the blog plugin"),
    }
}

/// The sources of a view's pages.
fn pages(spec: &BlogSpec, view: &View) -> Vec<String> {
    let mut pages = vec![view.uri.clone()];
    let Some(step) = view.paging.0 else { return pages };
    let stem = view.uri.strip_suffix(".md").unwrap_or(&view.uri);
    let name = stem.rsplit('/').next().unwrap_or(stem);
    let is_index = name == "index" || name == "README";
    for number in 2..=view.posts.len().div_ceil(step) {
        let path = fill(&spec.pagination_url_format, &[("page", &number.to_string())]);
        let base = if is_index {
            stem.rsplit_once('/').map_or("", |(folder, _)| folder)
        } else {
            stem
        };
        let index = if is_index { "/index" } else { "" };
        pages.push(normal_path(&format!("{base}/{}{index}.md", path.trim_matches('/'))));
    }
    pages
}

/// Views of one kind in the order in which the navigation shows them.
pub(super) fn in_nav<'v>(spec: &BlogSpec, views: &'v [View], kind: Kind) -> Vec<&'v View> {
    let mut found: Vec<&View> = views.iter().filter(|view| view.kind == kind).collect();
    if kind == Kind::Category {
        found.sort_by(|a, b| a.name.cmp(&b.name));
        let key = |view: &View| if spec.categories_by_count { view.posts.len() } else { 0 };
        match (spec.categories_by_count, spec.categories_reverse) {
            (true, false) => found.sort_by_key(|view| key(view)),
            (true, true) => found.sort_by_key(|view| std::cmp::Reverse(key(view))),
            (false, true) => found.sort_by(|a, b| b.name.cmp(&a.name)),
            (false, false) => {}
        }
    }
    found
}
