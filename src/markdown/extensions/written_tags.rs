//! Tags in written HTML, as the postprocessors of PyMdown look for them.

use std::ops::Range;

/// A start tag.
#[derive(Debug)]
pub(super) struct Tag {
    /// Its name.
    pub(super) name: Range<usize>,
    /// Its attributes with the space before them.
    pub(super) attributes: Vec<Attribute>,
    /// After the closing bracket.
    pub(super) end: usize,
}

/// An attribute.
#[derive(Debug)]
pub(super) struct Attribute {
    /// All of it and the space before it.
    pub(super) whole: Range<usize>,
    /// Its name.
    pub(super) name: Range<usize>,
    /// Its value without quotes.
    pub(super) value: Option<Range<usize>>,
    /// Whether the value has quotes.
    pub(super) quoted: bool,
}

/// Reads the attributes and the end of a tag whose name is `name`.
pub(super) fn read(text: &str, name: Range<usize>) -> Option<Tag> {
    let (attributes, at) = attributes(text, name.end);
    let rest = text[at..].trim_start();
    let rest = rest.strip_prefix('/').unwrap_or(rest).strip_prefix('>')?;
    Some(Tag {
        name,
        attributes,
        end: text.len() - rest.len(),
    })
}

/// The attributes from `at` on, and where they end.
pub(super) fn attributes(text: &str, mut at: usize) -> (Vec<Attribute>, usize) {
    let mut found = Vec::new();
    loop {
        let rest = &text[at..];
        let start = text.len() - rest.trim_start().len();
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | ':');
        let len = text[start..].find(|c| !is_name(c)).unwrap_or(text.len() - start);
        if start == at || len == 0 {
            return (found, at);
        }
        let name = start..start + len;
        let (value, quoted, end) = match value(text, name.end) {
            Some((value, quoted, end)) => (Some(value), quoted, end),
            None => (None, false, name.end),
        };
        found.push(Attribute {
            whole: at..end,
            name,
            value,
            quoted,
        });
        at = end;
    }
}

fn value(text: &str, at: usize) -> Option<(Range<usize>, bool, usize)> {
    let rest = text[at..].trim_start().strip_prefix('=')?.trim_start();
    let start = text.len() - rest.len();
    if let Some(quote) = rest.bytes().next().filter(|b| matches!(b, b'"' | b'\'')) {
        let end = start + 1 + memchr::memchr(quote, &rest.as_bytes()[1..])?;
        return Some((start + 1..end, true, end + 1));
    }
    let stop = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '=' | '<' | '>');
    let len = rest.find(stop).unwrap_or(rest.len());
    (len > 0).then_some((start..start + len, false, start + len))
}

/// Rewrites the start tags of `names` in `html`; scripts, styles and comments are left alone.
pub(super) fn rewrite(html: &str, names: &[&str], change: &mut dyn FnMut(&Tag, &mut String)) -> String {
    let mut out = String::with_capacity(html.len());
    let (mut from, mut at) = (0, 0);
    let mut missing = Vec::new();
    while let Some(start) = memchr::memchr(b'<', &html.as_bytes()[at..]).map(|found| at + found) {
        if let Some(end) = passed_over(html, start, &mut missing) {
            at = end;
            continue;
        }
        at = start + 1;
        let name = html.len() - html[start + 1..].trim_start().len();
        let tag = names
            .iter()
            .filter(|tag| html[name..].starts_with(**tag))
            .find_map(|tag| read(html, name..name + tag.len()));
        if let Some(tag) = tag {
            out.push_str(&html[from..tag.name.end]);
            change(&tag, &mut out);
            at = tag.end;
            from = tag.attributes.last().map_or(tag.name.end, |last| last.whole.end);
        }
    }
    out.push_str(&html[from..]);
    out
}

/// The end of a script, style or comment at `start`; `missing` names those that nothing ends any more.
fn passed_over(html: &str, start: usize, missing: &mut Vec<&'static str>) -> Option<usize> {
    let rest = &html[start + 1..];
    let kind = if rest.starts_with("!--") {
        "!--"
    } else {
        let name = rest.trim_start();
        ["script", "style"].into_iter().find(|known| name.starts_with(known))?
    };
    if missing.contains(&kind) {
        return None;
    }
    let end = end_of(rest, kind).map(|end| start + 1 + end);
    if end.is_none() {
        missing.push(kind);
    }
    end
}

/// Where in `rest`, which starts with it, something of that kind ends.
fn end_of(rest: &str, kind: &str) -> Option<usize> {
    if kind == "!--" {
        return rest[3..].find("-->").map(|end| 3 + end + 3);
    }
    let mut at = rest.find('>')? + 1;
    loop {
        at += rest[at..].find("</")? + 2;
        let after = rest[at..].trim_start().strip_prefix(kind).map(str::trim_start);
        if let Some(after) = after.and_then(|after| after.strip_prefix('>')) {
            return Some(rest.len() - after.len());
        }
    }
}
