//! Adds entries to `redirect_maps` in the text of a configuration, and leaves the rest as it is.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::settings::Settings;
use crate::files::Files;
use crate::report::Span;
use crate::yaml::{self, Kind, Node};

/// A configuration file and its text before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// The file.
    pub path: PathBuf,
    /// Its text as it is on the disk.
    pub before: String,
    /// Its text with the entries.
    pub after: String,
}

/// Adds `entries` (old source, new source) to the options of the redirects plugin, which is listed
/// if it is not yet; `None` where the configuration is written so that this must be done by hand.
#[must_use]
pub fn add_redirects(settings: &Settings, files: &Files, entries: &BTreeMap<String, String>) -> Option<Edit> {
    let plugins = settings.written.get("plugins").filter(|node| !node.is_null());
    let place = match settings.plugin("redirects") {
        Some(plugin) => match plugin.options.get("redirect_maps").and_then(Node::as_map) {
            Some([(first, _), ..]) => Place::Above(first.span?, 0, ""),
            _ if plugin.options.as_map().is_some_and(<[_]>::is_empty) => Place::Name(plugin.span?),
            _ => return None,
        },
        None => match plugins.map(|node| &node.kind) {
            Some(Kind::Seq(items)) => Place::Above(items.first()?.span?, 6, "- redirects:\n    redirect_maps:\n"),
            Some(_) => return None,
            None => Place::End,
        },
    };
    let path = match &place {
        Place::Above(span, ..) | Place::Name(span) => files.get(span.file)?.path.clone(),
        Place::End => settings.file.clone()?,
    };
    let before = String::from_utf8(files.bytes(&path)?).ok()?;
    // Positions count in the text as it was read, without carriage returns and a mark at its start.
    if before.contains('\r') || before.starts_with('\u{feff}') {
        return None;
    }
    let after = place.edit(&before, entries)?;
    holds(&after, entries).then_some(Edit { path, before, after })
}

/// Where the entries go.
enum Place {
    /// Before the line of what stands there, as deep as it and some columns more, below a head.
    Above(Span, usize, &'static str),
    /// Below the plugin's name, which stands there without options.
    Name(Span),
    /// At the end of the file, with a list of plugins of its own.
    End,
}

impl Place {
    fn edit(&self, text: &str, entries: &BTreeMap<String, String>) -> Option<String> {
        let lines = |indent: &str| -> String {
            let line = |(from, to): (&String, &String)| format!("{indent}{}: {}\n", scalar(from), scalar(to));
            entries.iter().map(line).collect()
        };
        match self {
            Self::Above(span, more, head) => {
                let at = span.start as usize;
                let start = text.get(..at)?.rfind('\n').map_or(0, |end| end + 1);
                let before = &text[start..at];
                let indent: String = before.chars().take_while(|c| *c == ' ').collect();
                // Of a list its dash stands before the item.
                let rest = before[indent.len()..].trim_end();
                if rest != if head.is_empty() { "" } else { "-" } {
                    return None;
                }
                let head: String = head.lines().map(|line| format!("{indent}{line}\n")).collect();
                let lines = lines(&format!("{indent}{}", " ".repeat(*more)));
                Some(format!("{}{head}{lines}{}", &text[..start], &text[start..]))
            }
            Self::Name(span) => {
                let (start, end) = (span.start as usize, span.end as usize);
                let line = text.get(..start)?.rfind('\n').map_or(0, |end| end + 1);
                let column = start - line;
                let rest = text.get(end..)?;
                let stop = rest.find('\n').unwrap_or(rest.len());
                if !matches!(rest[..stop].trim_end(), "" | ":") || text[line..start].trim() != "-" {
                    return None;
                }
                let indent = " ".repeat(column + 2);
                let lines = lines(&format!("{indent}  "));
                let after = rest.get(stop + 1..).unwrap_or_default();
                Some(format!("{}:\n{indent}redirect_maps:\n{lines}{after}", &text[..end]))
            }
            Self::End => {
                let gap = if text.ends_with('\n') { "" } else { "\n" };
                let head = "plugins:\n  - search\n  - redirects:\n      redirect_maps:\n";
                Some(format!("{text}{gap}{head}{}", lines("        ")))
            }
        }
    }
}

/// A text as a YAML scalar.
fn scalar(text: &str) -> String {
    let plain = text.starts_with(char::is_alphanumeric)
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '/' | '.' | '-' | '_'));
    if plain {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}

/// Whether the redirects plugin of a configuration has all `entries`.
fn holds(text: &str, entries: &BTreeMap<String, String>) -> bool {
    let files = Files::new();
    let file = files.add(std::path::Path::new("mkdocs.yml"), text);
    let Ok(checked) = yaml::parse(&file) else { return false };
    let known = |plugins: &Node| {
        let items = plugins.as_seq().unwrap_or_default();
        let maps = items
            .iter()
            .find_map(|item| item.get("redirects")?.get("redirect_maps"));
        maps.is_some_and(|maps| {
            let mut all = entries.iter();
            all.all(|(from, to)| maps.get(from).and_then(Node::as_str) == Some(to))
        })
    };
    checked.value.get("plugins").is_some_and(known)
}
