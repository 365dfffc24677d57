//! `pymdownx.striphtml`: comments and some attributes taken out of the page.

use super::Setup;
use super::written_tags::{Attribute, attributes, read};
use crate::markdown::converter::Converter;
use crate::markdown::options::Options;

/// The options.
#[derive(Clone, Debug, Default)]
pub(crate) struct StripHtml {
    comments: bool,
    handlers: bool,
    attributes: Vec<String>,
}

/// Adds the pass.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    let attributes = options.strings("strip_attributes").unwrap_or_default();
    setup.settings.striphtml = StripHtml {
        comments: options.bool("strip_comments", true),
        handlers: options.bool("strip_js_on_attributes", true),
        attributes: attributes
            .iter()
            .flat_map(|names| names.split_whitespace())
            .map(str::to_owned)
            .collect(),
    };
    setup.registry.postprocessors.register("strip-html", 1.0, run);
}

fn run(cx: &mut Converter<'_>, html: String) -> String {
    let settings = &cx.dialect.settings.striphtml;
    if !settings.comments && !settings.handlers && settings.attributes.is_empty() {
        return html;
    }
    let mut out = String::with_capacity(html.len());
    let mut missing = Missing::default();
    let mut at = 0;
    while let Some(start) = memchr::memchr(b'<', &html.as_bytes()[at..]).map(|found| at + found) {
        out.push_str(&html[at..start]);
        at = match strip(&html, start, (settings, &mut missing), &mut out) {
            Some(end) => end,
            None => {
                out.push('<');
                start + 1
            }
        };
    }
    out.push_str(&html[at..]);
    out
}

/// Ends that do not come any more: of a comment, a style, a script.
#[derive(Debug, Default)]
struct Missing {
    comment: bool,
    style: bool,
    script: bool,
}

/// Writes what is left of the construct at `start`; gives its end.
fn strip(html: &str, start: usize, (settings, missing): (&StripHtml, &mut Missing), out: &mut String) -> Option<usize> {
    let rest = &html[start..];
    if let Some(body) = rest.strip_prefix("<!--") {
        let end = if missing.comment { None } else { body.find("-->") };
        missing.comment = end.is_none();
        let end = start + 4 + end? + 3;
        if !settings.comments {
            out.push_str(&html[start..end]);
            return Some(end);
        }
        // On lines of its own a comment goes with the space before it.
        let after = &html[end..];
        let space = &after[..after.len() - after.trim_start().len()];
        let Some(line) = space.rfind('\n') else {
            return Some(end);
        };
        let line = if space[..line].ends_with('\r') { line - 1 } else { line };
        out.truncate(out.trim_end().len());
        return Some(end + line);
    }
    for (name, missing) in [("<style", &mut missing.style), ("<script", &mut missing.script)] {
        if !*missing && rest.starts_with(name) {
            let (list, end) = attributes(html, start + name.len());
            if let Some(close) = script_end(html, end, &name[1..], missing) {
                out.push_str(name);
                keep(html, &list, settings, out);
                out.push_str(&html[end..close]);
                return Some(close);
            }
        }
    }
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | ':' | '.' | '-');
    let len = rest[1..].find(|c| !is_name(c)).unwrap_or(rest.len() - 1);
    if len == 0 {
        return None;
    }
    let tag = read(html, start + 1..start + 1 + len)?;
    out.push_str(&html[start..tag.name.end]);
    keep(html, &tag.attributes, settings, out);
    let last = tag.attributes.last().map_or(tag.name.end, |last| last.whole.end);
    out.push_str(&html[last..tag.end]);
    Some(tag.end)
}

fn script_end(html: &str, at: usize, name: &str, missing: &mut bool) -> Option<usize> {
    let open = html[at..].trim_start().strip_prefix('>')?;
    let mut at = html.len() - open.len();
    loop {
        let Some(found) = html[at..].find("</") else {
            *missing = true;
            return None;
        };
        at += found + 2;
        let after = html[at..].strip_prefix(name).map(str::trim_start);
        if let Some(after) = after.and_then(|after| after.strip_prefix('>')) {
            return Some(html.len() - after.len());
        }
    }
}

fn keep(html: &str, list: &[Attribute], settings: &StripHtml, out: &mut String) {
    for attribute in list {
        let name = &html[attribute.name.clone()];
        let handler = settings.handlers && name.len() > 2 && name.starts_with("on");
        let named = settings.attributes.iter().any(|known| known == name);
        if attribute.value.is_none() || !(handler || named) {
            out.push_str(&html[attribute.whole.clone()]);
        }
    }
}
