//! Pages to HTML files and search entries. In parallel.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde_json::Value;

use super::Drawn;
use super::views;
use crate::page::Page;
use crate::plugins::{Plugin, Stage};
use crate::render::Renderer;
use crate::report::{Diagnostic, Severity};
use crate::search::{self, Entry};
use crate::site::{Nav, Site};
use crate::theme::Theme;

/// The linked site.
pub(super) struct Linked<'s> {
    pub(super) pages: &'s [Page],
    pub(super) site: &'s Site,
    pub(super) nav: &'s Nav,
}

/// Draws everything that templates write.
pub(super) fn draw(
    stage: &Stage<'_>,
    plugins: &[Box<dyn Plugin>],
    linked: &Linked<'_>,
    articles: Vec<String>,
    problems: &mut Vec<Diagnostic>,
) -> anyhow::Result<Drawn> {
    let overrides = views::overrides(stage, problems)?;
    let homepage = linked
        .nav
        .homepage
        .map_or("", |page| linked.site.page(page).url.as_str());
    let spec = stage.settings.theme_spec(views::date_time(stage.now));
    let theme = Theme::new(spec, &overrides, homepage).take(problems);
    let places = views::Places::new(linked.site, linked.nav);
    let renderer = Renderer::new(&theme, places.view(linked));
    let pages: Vec<(String, Vec<Entry>, Vec<Diagnostic>)> = linked
        .pages
        .par_iter()
        .zip(articles)
        .enumerate()
        .map(|(at, (page, article))| one(stage, plugins, linked, &places, &renderer, (at, page, article)))
        .collect();
    let mut drawn = Drawn {
        pages: Vec::with_capacity(pages.len()),
        others: Vec::new(),
    };
    // A template that fails does so on many pages: it is said once.
    let mut seen: BTreeMap<(String, Option<u32>), ()> = BTreeMap::new();
    for (html, entries, found) in pages {
        for problem in found {
            let key = (problem.message.clone(), problem.span.map(|span| span.start));
            if problem.code.starts_with("template") && seen.insert(key, ()).is_some() {
                continue;
            }
            problems.push(problem);
        }
        drawn.pages.push((html, entries));
    }
    for asset in &theme.assets().files {
        drawn
            .others
            .push((asset.path.clone(), asset.content.as_bytes().to_vec()));
    }
    let mut names: Vec<&str> = vec!["404.html"];
    names.extend(stage.settings.theme.static_templates.iter().map(String::as_str));
    for name in names {
        if !theme.has_template(name) {
            continue;
        }
        match renderer.template(name) {
            Ok(html) if !html.trim().is_empty() => drawn.others.push((name.to_owned(), html.into_bytes())),
            Ok(_) => {}
            Err(error) => problems.push(error.0),
        }
    }
    for name in &stage.settings.extra_templates {
        if !theme.has_template(name) {
            let message = format!("Template skipped: '{name}' not found in docs directory.");
            problems.push(Diagnostic::new("extra-template-missing", Severity::Warning, message));
            continue;
        }
        match renderer.template(name) {
            Ok(text) => drawn.others.push((name.clone(), text.into_bytes())),
            Err(error) => problems.push(error.0),
        }
    }
    Ok(drawn)
}

fn one(
    stage: &Stage<'_>,
    plugins: &[Box<dyn Plugin>],
    linked: &Linked<'_>,
    places: &views::Places,
    renderer: &Renderer<'_>,
    (at, page, article): (usize, &Page, String),
) -> (String, Vec<Entry>, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    let mut view = places.page(stage.settings, linked, at, page);
    for plugin in plugins {
        plugin.context(stage, page, &mut view.variables);
    }
    let entries = if page.encrypted || !searchable(stage) {
        Vec::new()
    } else {
        search::entries(&article, &page.source.url, &view.title, &view.meta)
    };
    view.content = without_search_marks(article);
    let mut html = match renderer.page(&view, page.template.unwrap_or("main.html")) {
        Ok(html) => html,
        Err(error) => {
            problems.push(error.0);
            String::new()
        }
    };
    for plugin in plugins {
        plugin.html(stage, page, &mut html, &mut problems);
    }
    stage.progress.step();
    (html, entries, problems)
}

fn searchable(stage: &Stage<'_>) -> bool {
    stage
        .settings
        .plugin("material/search")
        .or_else(|| stage.settings.plugin("search"))
        .is_some()
}

/// Takes `data-search-…` attributes out of an article, as the search plugin does after indexing.
fn without_search_marks(html: String) -> String {
    if !html.contains("data-search-") {
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
