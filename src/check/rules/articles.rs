//! What an article says to readers who do not see it: alternative texts, names of links, the order
//! of headings; and ids that are there twice.

use std::collections::{BTreeMap, HashSet};

use super::{Context, problem};
use crate::check::place::Finder;
use crate::report::Diagnostic;

pub(super) fn check(cx: &Context<'_>, problems: &mut Vec<Diagnostic>) {
    let mut of_templates: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, page) in cx.written() {
        let Some(article) = cx.articles.get(at) else { continue };
        let mut finder = Finder::new(page);
        headings(article, &mut finder, problems);
        let made: HashSet<&str> = page.document.links.iter().map(|slot| slot.url.as_str()).collect();
        for image in &article.images {
            let name = image.raw.rsplit('/').next().unwrap_or_default();
            let empty = image.alt.as_deref().is_some_and(|alt| alt.trim().is_empty());
            // An empty text written out says that the image only decorates.
            let markdown = made.iter().any(|url| url.ends_with(name)) || image.raw.contains("://");
            let place = finder.next(name, |_, _| true);
            if image.alt.is_none() || empty && markdown && !finder.text().contains("alt=\"\"") {
                let message = format!("the image '{name}' has no alternative text");
                problems.push(problem("image-alt", message).at(place.or(finder.start())));
            }
        }
        for text in &article.empty {
            let place = finder.next(&format!("[{text}]("), |_, _| true);
            let place = place.or_else(|| finder.next("href=\"\"", |_, _| true));
            let message = format!("the link '{text}' has no address");
            problems.push(problem("link-empty", message).at(place.or(finder.start())));
        }
        let mut slots = if article.silent.is_empty() {
            Vec::new()
        } else {
            super::links::markdown_places(cx, at)
        };
        for raw in &article.silent {
            let slot = slots.iter().position(|(url, _)| url == raw);
            let place = slot.map(|slot| slots.remove(slot).1).or_else(|| finder.address(raw));
            let message = format!("the link to '{raw}' has no text");
            problems.push(problem("link-no-text", message).at(place.or(finder.start())));
        }
        let Some(face) = cx.faces.get(&page.source.dest_uri) else {
            continue;
        };
        for id in &face.twice {
            if !article.ids.contains(id) {
                *of_templates.entry(id).or_default() += 1;
                continue;
            }
            // The second place is the one to change.
            let needles = [format!("id=\"{id}\""), format!("id='{id}'"), format!("#{id}")];
            let mut place = None;
            for needle in &needles {
                while let Some(next) = finder.next(needle, |_, after| {
                    !after.starts_with(|c: char| c.is_alphanumeric() || c == '-')
                }) {
                    place = Some(next);
                }
            }
            let message = format!("the id '{id}' is on the page twice");
            problems.push(problem("id-duplicate", message).at(place.or(finder.start())));
        }
    }
    for (id, count) in of_templates {
        let message = format!("templates write the id '{id}' twice on a page");
        problems.push(problem("id-duplicate", message).help(format!("it is so on {count} pages")));
    }
}

fn headings(article: &super::super::facts::Article, finder: &mut Finder<'_>, problems: &mut Vec<Diagnostic>) {
    let mut before = None;
    let mut first = false;
    for heading in &article.headings {
        let text = heading.text.trim();
        let place = finder.heading(heading.level, text).or(finder.start());
        if text.is_empty() {
            problems.push(problem("heading-empty", "a heading has no text").at(place));
        }
        if heading.level == 1 && std::mem::replace(&mut first, true) {
            let message = format!("'{text}' is a further heading of level 1");
            problems.push(problem("heading-several", message).at(place));
        }
        if let Some(before) = before
            && heading.level > before + 1
        {
            let message = format!(
                "'{text}' is of level {}, below a heading of level {before}",
                heading.level
            );
            problems.push(problem("heading-order", message).at(place));
        }
        before = Some(heading.level);
    }
}
