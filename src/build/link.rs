//! Pages to a linked site: what links may lead to, the navigation, and the articles with their links.

use rayon::prelude::*;

use crate::page::Page;
use crate::plugins::{Loaded, Stage};
use crate::report::Diagnostic;
use crate::site::{self, Nav, Resolver, Site};
use crate::source::{Source, quote};

/// Takes the pages out that plugins have excluded; gives their sources.
pub(super) fn take_excluded(pages: &mut Vec<Page>) -> Vec<Source> {
    let excluded = |page: &Page| page.source.inclusion.is_excluded();
    let sources = pages
        .iter()
        .filter(|page| excluded(page))
        .map(|page| page.source.clone());
    let sources = sources.collect();
    pages.retain(|page| !excluded(page));
    sources
}

/// What links may lead to: pages, the other files of the docs folder, and those of the theme that
/// no file of the docs folder hides.
pub(super) fn site<'t>(
    pages: &[Page],
    sources: &[Source],
    left_out: &[Source],
    of_theme: impl Iterator<Item = &'t str>,
) -> Site {
    let summaries = pages.iter().map(Page::summary).collect();
    let files = sources
        .iter()
        .filter(|source| !source.is_page || source.inclusion.is_excluded())
        .chain(left_out);
    let files = files.map(|s| (s.src_uri.clone(), s.url.clone(), s.inclusion.is_excluded()));
    // Of two files with the same path the last one counts.
    Site::new(
        summaries,
        of_theme.map(|uri| (uri.to_owned(), quote(uri), false)).chain(files),
    )
}

/// The navigation, and the pages as they are with the site linked.
pub(super) fn navigation(
    stage: &Stage<'_>,
    plugins: &mut [Loaded],
    site: &Site,
    pages: &mut [Page],
    problems: &mut Vec<Diagnostic>,
) -> Nav {
    let mut spec = stage.settings.nav_spec();
    for plugin in &*plugins {
        spec.nav = plugin.nav(stage, site, spec.nav.take(), problems);
    }
    let mut items = match &spec.nav {
        Some(node) => site::from_config(site, &spec, node, problems),
        None => site::automatic(site),
    };
    for plugin in &*plugins {
        plugin.navigation(stage, site, &mut items, problems);
    }
    let mut nav = site::build(site, &spec, items).take(problems);
    for plugin in plugins {
        let _span = stage.progress.span(plugin.name, "linked");
        plugin.linked(stage, pages, site, &mut nav, problems);
    }
    nav
}

/// Whether an article has diagrams for the browser to draw.
fn has_diagrams(html: &str) -> bool {
    memchr::memmem::find(html.as_bytes(), b"class=\"mermaid\"").is_some()
}

/// The article of a page, which is `id` of the site, with its links resolved. It takes the place of
/// the document's HTML, which nothing needs any more.
pub(super) fn article(
    stage: &Stage<'_>,
    plugins: &[Loaded],
    id: site::PageId,
    page: &mut Page,
    site: &Site,
) -> site::Resolved {
    let mut resolved = Resolver::new(site, stage.links, id).document(&page.document);
    page.document.html = String::new();
    page.has_diagrams = has_diagrams(&resolved.html);
    for plugin in plugins {
        plugin.content(stage, page, site, &mut resolved.html, &mut resolved.problems);
    }
    page.has_diagrams |= !page.encrypted && has_diagrams(&resolved.html);
    resolved
}

/// The articles of all pages with their links resolved, in the order of the pages.
pub(super) fn articles(
    stage: &Stage<'_>,
    plugins: &[Loaded],
    pages: &mut [Page],
    site: &Site,
    problems: &mut Vec<Diagnostic>,
) -> Vec<String> {
    let resolved: Vec<_> = pages
        .par_iter_mut()
        .enumerate()
        .map(|(at, page)| article(stage, plugins, site::PageId::new(at), page, site))
        .collect();
    let mut articles = Vec::with_capacity(resolved.len());
    let mut missing = Vec::new();
    for page in resolved {
        problems.extend(page.problems);
        missing.extend(page.missing_anchors);
        articles.push(page.html);
    }
    problems.extend(missing);
    articles
}
