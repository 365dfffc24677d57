//! `meta`: lines `Key: value` at the start of a text.
//!
//! MkDocs takes front matter off before; what is left that looks like it goes here.

use super::Setup;
use crate::markdown::converter::Converter;
use crate::markdown::options::Options;
use crate::markdown::source::{Rewriter, Source};

/// Switches the extension on.
pub(super) fn enable(setup: &mut Setup<'_>, _options: &mut Options<'_, '_>) {
    setup.registry.preprocessors.register("meta", 27.0, extract);
}

/// Takes the lines off and keeps what they say.
fn extract<'a>(cx: &mut Converter<'a>, source: Source<'a>) -> Source<'a> {
    let text = source.text;
    let mut meta: Vec<(String, Vec<String>)> = Vec::new();
    let mut current: Option<usize> = None;
    let mut start = 0;
    if text.starts_with("---") {
        start = line_end(text, 0);
    }
    while start < text.len() {
        let end = line_end(text, start);
        let line = text[start..end].trim_end_matches('\n');
        if line.trim().is_empty() || line.starts_with("---") || line.starts_with("...") {
            start = end;
            break;
        }
        if let Some((key, value)) = entry(line) {
            let key = key.to_lowercase();
            let at = meta.iter().position(|(known, _)| *known == key).unwrap_or_else(|| {
                meta.push((key, Vec::new()));
                meta.len() - 1
            });
            meta[at].1.push(value.trim().to_owned());
            current = Some(at);
        } else if let (Some(at), true) = (current, line.starts_with("    ")) {
            meta[at].1.push(line.trim().to_owned());
        } else {
            break;
        }
        start = end;
    }
    cx.memory.meta = meta;
    if start == 0 {
        return source;
    }
    let mut rest = Rewriter::new(&source);
    rest.copy(start, text.len());
    rest.finish(cx.arena)
}

/// The offset after the line that starts at `start`.
fn line_end(text: &str, start: usize) -> usize {
    text[start..].find('\n').map_or(text.len(), |len| start + len + 1)
}

/// `Key: value`, up to three blanks before it.
fn entry(line: &str) -> Option<(&str, &str)> {
    let text = line.trim_start_matches(' ');
    let (key, value) = text.split_once(':').filter(|_| line.len() - text.len() <= 3)?;
    let fits = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    fits.then_some((key, value))
}
