//! Where a tag ends, by the tolerant rules of Python's `html.parser` as Python-Markdown sets it.

/// A start tag.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StartTag {
    /// Its name in lower case.
    pub(super) name: String,
    /// Its attributes, names in lower case, values with entities resolved.
    pub(super) attributes: Vec<(String, Option<String>)>,
    /// Whether it ends in `/>`.
    pub(super) empty: bool,
}

/// What stands where a start tag could begin.
pub(super) enum Scan {
    /// A start tag that ends before this offset.
    Tag(StartTag, usize),
    /// Text up to this offset.
    Text(usize),
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c | 0x1c..=0x1f)
}

/// Reads the start tag at `text[start..]`, which begins with `<` and a letter.
pub(super) fn start_tag(text: &str, start: usize) -> Scan {
    let bytes = text.as_bytes();
    let Some(end) = tag_end(bytes, start) else {
        return Scan::Text(start + 1);
    };
    let name_end = (start + 1..end)
        .find(|at| matches!(bytes[*at], b'\t' | b'\n' | b'\r' | 0x0c | b' ' | b'/' | b'>' | 0))
        .unwrap_or(end);
    let name = text[start + 1..name_end].to_lowercase();
    let mut at = skip_separators(bytes, name_end, end);
    let mut attributes = Vec::new();
    while let Some((name, value, next)) = attribute(text, at, end) {
        attributes.push((name.to_lowercase(), value.map(unescape_entities)));
        at = skip_separators(bytes, next, end);
    }
    match text.get(at..end).map(str::trim) {
        Some(">") => Scan::Tag(
            StartTag {
                name,
                attributes,
                empty: false,
            },
            end,
        ),
        Some("/>") => Scan::Tag(
            StartTag {
                name,
                attributes,
                empty: true,
            },
            end,
        ),
        _ => Scan::Text(end),
    }
}

/// White space and slashes, except a slash right before `>`.
fn skip_separators(bytes: &[u8], mut at: usize, end: usize) -> usize {
    while at < end && (is_space(bytes[at]) || bytes[at] == b'/' && bytes.get(at + 1) != Some(&b'>')) {
        at += 1;
    }
    at
}

type Attribute<'t> = (&'t str, Option<&'t str>, usize);

/// The attribute at `at`: name, value without quotes, and the offset after it.
fn attribute(text: &str, at: usize, end: usize) -> Option<Attribute<'_>> {
    let bytes = text.as_bytes();
    let starts = at < end && !is_space(bytes[at]) && !matches!(bytes[at], b'/' | b'>');
    let after = at
        .checked_sub(1)
        .is_some_and(|p| is_space(bytes[p]) || matches!(bytes[p], b'"' | b'\'' | b'/'));
    if !starts || !after {
        return None;
    }
    let stop = |at: usize| is_space(bytes[at]) || matches!(bytes[at], b'/' | b'=' | b'>');
    let name_end = (at + 1..end).find(|at| stop(*at)).unwrap_or(end);
    let name = &text[at..name_end];
    let mut value = (name_end..end).find(|at| !is_space(bytes[*at])).unwrap_or(end);
    if value >= end || bytes[value] != b'=' {
        return Some((name, None, name_end));
    }
    while value < end && bytes[value] == b'=' {
        value += 1;
    }
    while value < end && is_space(bytes[value]) {
        value += 1;
    }
    match bytes.get(value) {
        Some(quote @ (b'"' | b'\'')) => {
            let close = memchr::memchr(*quote, &bytes[value + 1..end])? + value + 1;
            Some((name, Some(&text[value + 1..close]), close + 1))
        }
        _ => {
            let close = (value..end)
                .find(|at| is_space(bytes[*at]) || bytes[*at] == b'>')
                .unwrap_or(end);
            Some((name, Some(&text[value..close]), close))
        }
    }
}

/// The offset after the start tag at `start`, or `None` if it is not whole.
fn tag_end(bytes: &[u8], start: usize) -> Option<usize> {
    let len = bytes.len();
    let mut at = start + 1;
    while at < len && !matches!(bytes[at], b'`' | b'\t' | b'\n' | b'\r' | 0x0c | b' ' | b'/' | b'>' | 0) {
        at += 1;
    }
    while at < len && (is_space(bytes[at]) || bytes[at] == b'/') {
        at += 1;
    }
    while at < len {
        let before = bytes[at - 1];
        let follows = is_space(before) || matches!(before, b'"' | b'\'' | b'/');
        if !follows || is_space(bytes[at]) || matches!(bytes[at], b'`' | b'/' | b'>') {
            break;
        }
        at += 1;
        while at < len && !is_space(bytes[at]) && !matches!(bytes[at], b'/' | b'=' | b'>') {
            at += 1;
        }
        if let Some(after) = value_end(bytes, at) {
            at = after;
        }
        while at < len && (is_space(bytes[at]) || bytes[at] == b'/' && bytes.get(at + 1) != Some(&b'>')) {
            at += 1;
        }
    }
    while at < len && is_space(bytes[at]) {
        at += 1;
    }
    match bytes.get(at) {
        None => None,
        Some(b'>') => Some(at + 1),
        Some(b'/') if bytes.get(at + 1) == Some(&b'>') => Some(at + 2),
        Some(b'/' | b'=') => None,
        Some(byte) if byte.is_ascii_alphabetic() => None,
        Some(_) => {
            while at < len && bytes[at] & 0xc0 == 0x80 {
                at += 1;
            }
            Some(at.max(start + 1))
        }
    }
}

/// The offset after `= value`, if that is what stands at `at`.
fn value_end(bytes: &[u8], at: usize) -> Option<usize> {
    let len = bytes.len();
    let mut at = (at..len).find(|at| !is_space(bytes[*at]))?;
    if bytes[at] != b'=' {
        return None;
    }
    while at < len && bytes[at] == b'=' {
        at += 1;
    }
    while at < len && is_space(bytes[at]) {
        at += 1;
    }
    match bytes.get(at) {
        Some(quote @ (b'"' | b'\'')) => at += memchr::memchr(*quote, &bytes[at + 1..])? + 2,
        _ => {
            while at < len && !is_space(bytes[at]) && !matches!(bytes[at], b'`' | b'>') {
                at += 1;
            }
        }
    }
    loop {
        let comma = (at..len)
            .find(|at| !is_space(bytes[*at]))
            .filter(|at| bytes[*at] == b',');
        match comma {
            Some(comma) => at = comma + 1,
            None => return Some(at),
        }
    }
}

/// Resolves the entities an attribute's value is likely to have.
pub(crate) fn unescape_entities(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    crate::markdown::entities::unescape(text)
}

/// The end tag at `start`, which begins with `</` and a letter: its name in lower case and the
/// offset after it.
pub(super) fn end_tag(text: &str, start: usize) -> Option<(String, usize)> {
    let bytes = text.as_bytes();
    let close = memchr::memchr(b'>', &bytes[start + 1..])? + start + 2;
    let stop = |at: &usize| matches!(bytes[*at], b'\t' | b'\n' | b'\r' | 0x0c | b' ' | b'/' | b'>' | 0);
    let name_end = (start + 2..close).find(stop).unwrap_or(close);
    Some((text[start + 2..name_end].to_lowercase(), close))
}
