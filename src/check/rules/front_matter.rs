//! Keys at the top of pages: misspelled ones, and values of the wrong kind.

use super::{Context, problem};
use crate::report::{Diagnostic, nearest};
use crate::yaml::{Kind, Node};

/// Keys that MkDocs, Material and the plugins read, and what they are.
const KEYS: &[(&str, &str)] = &[
    ("title", "a text"),
    ("description", "a text"),
    ("author", ""),
    ("icon", "a text"),
    ("status", "a text"),
    ("subtitle", "a text"),
    ("template", "a text"),
    ("tags", ""),
    ("hide", "a list"),
    ("search", "a mapping"),
    ("comments", "a boolean"),
    ("date", ""),
    ("authors", "a list"),
    ("categories", "a list"),
    ("draft", "a boolean"),
    ("links", ""),
    ("pin", "a boolean"),
    ("readtime", ""),
    ("slug", "a text"),
    ("social", "a mapping"),
    ("image", ""),
    ("password", ""),
    ("level", ""),
    ("chaski", "a mapping"),
    ("glightbox", "a boolean"),
    ("hidden", ""),
    ("robots", ""),
    ("render_macros", "a boolean"),
    ("ignore_macros", "a boolean"),
];

/// What `hide` may list.
const PARTS: &[&str] = &[
    "navigation",
    "toc",
    "path",
    "footer",
    "tags",
    "feedback",
    "edit",
    "toc.integrate",
];

pub(super) fn check(cx: &Context<'_>, problems: &mut Vec<Diagnostic>) {
    let names = || KEYS.iter().map(|(name, _)| *name);
    for (_, page) in cx.written() {
        // Keys that plugins add have no place in the page.
        let own = page.file.as_ref().map(|file| file.id);
        for (key, value) in page.meta.as_map().unwrap_or(&[]) {
            let (Some(name), Some(span)) = (key.as_str(), key.span) else {
                continue;
            };
            if Some(span.file) != own {
                continue;
            }
            let Some((_, wanted)) = KEYS.iter().find(|(known, _)| *known == name) else {
                let near = nearest(name, names()).filter(|near| near.len() > 3 && name.len() > 3);
                if let Some(near) = near.filter(|_| !cx.settings.chaski.allow.iter().any(|allow| allow == name)) {
                    let message = format!("the key '{name}' at the top of the page has no meaning");
                    problems.push(
                        problem("front-matter-key", message)
                            .at(span)
                            .help(format!("did you mean `{near}`?")),
                    );
                }
                continue;
            };
            if !fits(value, wanted) {
                let message = format!(
                    "'{name}' at the top of the page wants {wanted}, found {}",
                    value.describe()
                );
                problems.push(problem("front-matter-type", message).at(value.span.or(key.span)));
            }
            if name == "hide" {
                parts(value, problems);
            }
        }
    }
}

fn parts(hide: &Node, problems: &mut Vec<Diagnostic>) {
    for item in hide.as_seq().unwrap_or(&[]) {
        let Some(name) = item.as_str().filter(|name| !PARTS.contains(name)) else {
            continue;
        };
        if let Some(near) = nearest(name, PARTS.iter().copied()) {
            let message = format!("'{name}' is no part of a page that can be hidden");
            problems.push(
                problem("front-matter-type", message)
                    .at(item.span)
                    .help(format!("did you mean `{near}`?")),
            );
        }
    }
}

fn fits(value: &Node, wanted: &str) -> bool {
    match (&value.kind, wanted) {
        (Kind::Null, _) | (_, "") => true,
        (Kind::Map(_) | Kind::Seq(_), "a text") => false,
        (_, "a text") => true,
        (kind, "a list") => matches!(kind, Kind::Seq(_)),
        (kind, "a mapping") => matches!(kind, Kind::Map(_)),
        (kind, "a boolean") => matches!(kind, Kind::Bool(_)),
        _ => true,
    }
}
