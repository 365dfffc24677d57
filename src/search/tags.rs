//! Tags of an article: their names as numbers, where they end, and what counts of their attributes.

use std::borrow::Cow;

use crate::markdown::unescape_entities;

/// The name of an element in lower case, as a number: its bytes, if they are few, or its place in
/// the parser's list of long names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Name(u64);

impl Name {
    /// How many bytes fit beside their number.
    pub(super) const FEW: usize = 7;

    /// A name of few bytes.
    pub(super) const fn of(name: &str) -> Self {
        let bytes = name.as_bytes();
        let (mut number, mut at) = (bytes.len() as u64, 0);
        while at < bytes.len() {
            number = number << 8 | bytes[at].to_ascii_lowercase() as u64;
            at += 1;
        }
        Self(number)
    }

    /// The `number`-th long name.
    pub(super) const fn long(number: usize) -> Self {
        Self(u64::MAX - number as u64)
    }

    pub(super) fn is_void(self) -> bool {
        const VOID: [Name; 14] = [
            Name::of("area"),
            Name::of("base"),
            Name::of("br"),
            Name::of("col"),
            Name::of("embed"),
            Name::of("hr"),
            Name::of("img"),
            Name::of("input"),
            Name::of("link"),
            Name::of("meta"),
            Name::of("param"),
            Name::of("source"),
            Name::of("track"),
            Name::of("wbr"),
        ];
        VOID.contains(&self)
    }

    pub(super) fn is_heading(self) -> bool {
        const FIRST: u64 = Name::of("h1").0;
        const LAST: u64 = Name::of("h6").0;
        (FIRST..=LAST).contains(&self.0)
    }
}

pub(super) fn in_lower_case(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|b| b.is_ascii_uppercase()) {
        return Cow::Owned(name.to_ascii_lowercase());
    }
    Cow::Borrowed(name)
}

pub(super) fn name_of(text: &str) -> &str {
    &text[..until(text, |c| c.is_whitespace() || matches!(c, '/' | '>'))]
}

/// The length of a text up to the first character that ends it.
fn until(text: &str, ends: impl Fn(char) -> bool) -> usize {
    let stop = |byte: u8| !byte.is_ascii() || ends(char::from(byte));
    match text.bytes().position(stop) {
        Some(at) if !text.as_bytes()[at].is_ascii() => text[at..].find(ends).map_or(text.len(), |len| at + len),
        found => found.unwrap_or(text.len()),
    }
}

/// The offset after the tag at `start`, quoted values skipped.
pub(super) fn tag_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        at += memchr::memchr2(b'>', b'=', &bytes[at..])? + 1;
        if bytes[at - 1] == b'>' {
            return Some(at);
        }
        if let Some(quote @ (b'"' | b'\'')) = bytes.get(at).copied() {
            at += memchr::memchr(quote, &bytes[at + 1..])? + 2;
        }
    }
}

/// What counts of the attributes of a tag.
#[derive(Default)]
pub(super) struct Marks<'h> {
    pub(super) id: Option<Cow<'h, str>>,
    pub(super) is_excluded: bool,
    pub(super) is_headerlink: bool,
    pub(super) is_linenodiv: bool,
}

pub(super) fn marks(text: &str) -> Marks<'_> {
    let mut found = Marks::default();
    // Most tags, those of coloured code, have nothing or one class that says nothing.
    let class = text.strip_prefix(" class=\"").and_then(|rest| rest.strip_suffix("\">"));
    if text == ">"
        || class
            .is_some_and(|class| class.len() < "linenodiv".len() && class.bytes().all(|b| b.is_ascii_alphanumeric()))
    {
        return found;
    }
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        let end = until(rest, |c| c.is_whitespace() || matches!(c, '=' | '>' | '/'));
        if end == 0 {
            return found;
        }
        let name = &rest[..end];
        rest = &rest[end..];
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            (value, rest) = match after.bytes().next() {
                Some(quote @ (b'"' | b'\'')) => match memchr::memchr(quote, &after.as_bytes()[1..]) {
                    Some(len) => (&after[1..=len], &after[len + 2..]),
                    None => (&after[1..], ""),
                },
                _ => after.split_at(until(after, |c| c.is_whitespace() || c == '>')),
            };
        }
        if name.eq_ignore_ascii_case("id") {
            found.id.get_or_insert_with(|| unescaped(value));
        } else if name.eq_ignore_ascii_case("data-search-exclude") {
            found.is_excluded = true;
        } else if name.eq_ignore_ascii_case("class") {
            let class = unescaped(value);
            found.is_headerlink |= class == "headerlink";
            found.is_linenodiv |= class == "linenodiv";
        }
    }
}

pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    match memchr::memchr(b'&', text.as_bytes()) {
        Some(_) => Cow::Owned(unescape_entities(text)),
        None => Cow::Borrowed(text),
    }
}
