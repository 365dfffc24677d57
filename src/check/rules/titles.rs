//! Titles of pages: there, and each its own.

use std::collections::BTreeMap;

use super::{Context, problem};
use crate::report::Diagnostic;
use crate::site::PageId;

pub(super) fn check(cx: &Context<'_>, problems: &mut Vec<Diagnostic>) {
    let mut by_title: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, page) in cx.written() {
        let Some(summary) = cx.inspection.site.pages().get(at).filter(|page| page.is_documentation) else {
            continue;
        };
        let place = page.file.as_ref().map(|file| crate::report::Span::new(file.id, 0, 0));
        let title = cx.inspection.nav.titles.get(at).map_or("", String::as_str);
        let own = summary.meta_title.is_some() || summary.heading.as_deref().is_some_and(|text| !text.is_empty());
        if own {
            by_title.entry(title).or_default().push(at);
        }
        let made = crate::site::fallback_title(&summary.name);
        // A page that the configuration or a template names is not without a title.
        let empty = page
            .body
            .as_ref()
            .is_none_or(|(file, start)| file.text[*start..].trim().is_empty());
        let elsewhere = page.template.is_some() || page.meta.get("template").is_some();
        let named = cx.inspection.nav.named.contains(&PageId::new(at));
        if !own && title == made && !empty && !elsewhere && !named {
            let message = format!("'{}' has no title; '{title}' is made of its file name", summary.src_uri);
            let mut problem = problem("title-missing", message).at(place);
            let headings = cx.articles.get(at).map_or(&[][..], |article| &article.headings);
            if let Some(heading) = headings.iter().find(|heading| heading.level == 1) {
                problem = problem.help(format!(
                    "the heading '{}' is none, because something stands before it; write `title:` on top of the page",
                    heading.text.trim()
                ));
            }
            problems.push(problem);
        }
    }
    for (title, pages) in by_title.into_iter().filter(|(_, pages)| pages.len() > 1) {
        let name = |at: &usize| {
            cx.inspection
                .pages
                .get(*at)
                .map_or("", |page| page.source.src_uri.as_str())
        };
        let first = pages.first().map_or("", name);
        for at in &pages[1..] {
            let place = cx.inspection.pages.get(*at).and_then(|page| page.file.as_ref());
            let place = place.map(|file| crate::report::Span::new(file.id, 0, 0));
            let message = format!("'{}' has the title of '{first}': '{title}'", name(at));
            problems.push(problem("title-duplicate", message).at(place));
        }
    }
}
