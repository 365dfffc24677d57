//! References and footnotes: named and not defined, defined and not named, defined twice.

use std::collections::HashMap;

use super::{Context, problem};
use crate::check::place::Finder;
use crate::report::Diagnostic;

pub(super) fn check(cx: &Context<'_>, problems: &mut Vec<Diagnostic>) {
    for (at, page) in cx.written() {
        let Some(article) = cx.articles.get(at) else { continue };
        let mut finder = Finder::new(page);
        for name in &article.references {
            // Escaped brackets are meant as they are.
            let place = finder
                .next(&format!("][{name}]"), |before, _| !before.ends_with('\\'))
                .or_else(|| finder.next(&format!("[{name}][]"), |before, _| !before.ends_with('\\')));
            if place.is_some() {
                let message = format!("the reference '{name}' has no definition");
                problems.push(problem("reference-undefined", message).at(place));
            }
        }
        for name in &article.footnotes {
            let place = finder.next(&format!("[^{name}]"), |before, _| !before.ends_with('\\'));
            if place.is_some() {
                let message = format!("the footnote '{name}' has no definition");
                problems.push(problem("footnote-undefined", message).at(place));
            }
        }
        definitions(&finder, problems);
    }
}

/// A definition: where its line starts, how long it is, and its name in lower case.
struct Definition {
    start: usize,
    len: usize,
    name: String,
    is_footnote: bool,
}

fn definitions(finder: &Finder<'_>, problems: &mut Vec<Diagnostic>) {
    let text = finder.text();
    if !text.contains("]:") {
        return;
    }
    let found = read(text);
    let uses = uses(text);
    let mut seen: HashMap<(&str, bool), usize> = HashMap::new();
    for definition in &found {
        *seen.entry((&definition.name, definition.is_footnote)).or_default() += 1;
        let place = finder.span(definition.start, definition.start + definition.len);
        let name = &definition.name;
        if seen[&(name.as_str(), definition.is_footnote)] > 1 {
            let (code, what) = if definition.is_footnote {
                ("footnote-twice", "footnote")
            } else {
                ("definition-twice", "reference")
            };
            problems.push(problem(code, format!("the {what} '{name}' is defined twice")).at(place));
            continue;
        }
        let key = if definition.is_footnote {
            format!("^{name}")
        } else {
            name.clone()
        };
        let named = uses.get(&key).copied().unwrap_or(0);
        let defined = found
            .iter()
            .filter(|other| other.name == *name && other.is_footnote == definition.is_footnote)
            .count();
        if named <= defined {
            let (code, what) = if definition.is_footnote {
                ("footnote-unused", "footnote")
            } else {
                ("definition-unused", "reference")
            };
            problems.push(problem(code, format!("nothing names the {what} '{name}'")).at(place));
        }
    }
}

/// The definitions of a page, those in fences left out.
fn read(text: &str) -> Vec<Definition> {
    let mut found = Vec::new();
    let mut fence: Option<&str> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start();
        let indent = line.len() - trimmed.len();
        match fence {
            Some(mark) => {
                let closes =
                    trimmed.starts_with(mark) && trimmed.trim_end().bytes().all(|byte| mark.as_bytes()[0] == byte);
                fence = fence.filter(|_| !closes);
            }
            None if trimmed.starts_with("```") || trimmed.starts_with("~~~") => {
                let mark = trimmed.as_bytes()[0];
                let len = trimmed.bytes().take_while(|byte| *byte == mark).count();
                fence = Some(&trimmed[..len]);
            }
            None if indent < 4 && trimmed.starts_with('[') => {
                if let Some(end) = trimmed.find("]:") {
                    let name = &trimmed[1..end];
                    let (name, is_footnote) = match name.strip_prefix('^') {
                        Some(name) => (name, true),
                        None => (name, false),
                    };
                    let rest = trimmed[end + 2..].trim();
                    if !name.is_empty() && !name.contains(['[', ']']) && (is_footnote || is_address(rest)) {
                        found.push(Definition {
                            start: start + indent,
                            len: end + 2,
                            name: folded(name),
                            is_footnote,
                        });
                    }
                }
            }
            None => {}
        }
        start += line.len();
    }
    found
}

/// Whether the rest of a definition is an address, perhaps with a title.
fn is_address(rest: &str) -> bool {
    let mut words = rest.split_whitespace();
    let first = words.next().unwrap_or("");
    let second = words.next();
    !first.is_empty() && second.is_none_or(|second| second.starts_with(['"', '\'', '(']))
}

/// How often each text between brackets is there.
fn uses(text: &str) -> HashMap<String, usize> {
    let mut uses = HashMap::new();
    for (at, _) in text.match_indices('[') {
        let rest = &text[at + 1..];
        let end = rest.find(['[', ']']).unwrap_or(0);
        if rest[end..].starts_with(']') && end < 300 {
            *uses.entry(folded(&rest[..end])).or_default() += 1;
        }
    }
    uses
}

fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
