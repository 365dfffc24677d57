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

    /// The name at the start of `tag`, and how many bytes it takes; none if those are many, or not
    /// ASCII.
    pub(super) fn first(tag: &[u8]) -> Option<(Self, usize)> {
        let mut number = 0;
        for (len, byte) in tag.iter().take(Self::FEW + 1).enumerate() {
            match byte {
                b'>' | b'/' | b'\t'..=b'\r' | b' ' => return Some((Self((len as u64) << (8 * len) | number), len)),
                0x80.. => return None,
                byte => number = number << 8 | u64::from(byte.to_ascii_lowercase()),
            }
        }
        None
    }

    /// What elements of this name are to the index.
    pub(super) fn kind(self) -> Kind {
        let Ok(at) = KINDS.binary_search_by_key(&self.0, |(name, _)| name.0) else {
            return Kind::Other;
        };
        KINDS[at].1
    }
}

/// What an element is to the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Other,
    /// It has no end.
    Void,
    /// One of the tags that the index keeps, by its number.
    Kept(usize),
    Heading,
    Link,
    /// Its text is no markup, and does not count.
    Raw,
    /// Its text does not count.
    Object,
}

impl Kind {
    /// Whether the text of an element never counts.
    pub(super) fn is_silent(self) -> bool {
        matches!(self, Self::Raw | Self::Object)
    }
}

/// The tags that the index keeps: names, and how they open and close.
pub(super) const KEPT: [(&str, &str, &str); 8] = [
    ("p", "<p>", "</p>"),
    ("code", "<code>", "</code>"),
    ("pre", "<pre>", "</pre>"),
    ("li", "<li>", "</li>"),
    ("ol", "<ol>", "</ol>"),
    ("ul", "<ul>", "</ul>"),
    ("sub", "<sub>", "</sub>"),
    ("sup", "<sup>", "</sup>"),
];

/// The number of `pre` among them.
pub(super) const PRE: usize = 2;

/// Names that are more than others to the index, in the order of their numbers.
const KINDS: [(Name, Kind); 32] = {
    let mut kinds = [(Name(0), Kind::Other); 32];
    let others = [
        ("area", Kind::Void),
        ("base", Kind::Void),
        ("br", Kind::Void),
        ("col", Kind::Void),
        ("embed", Kind::Void),
        ("hr", Kind::Void),
        ("img", Kind::Void),
        ("input", Kind::Void),
        ("link", Kind::Void),
        ("meta", Kind::Void),
        ("param", Kind::Void),
        ("source", Kind::Void),
        ("track", Kind::Void),
        ("wbr", Kind::Void),
        ("h1", Kind::Heading),
        ("h2", Kind::Heading),
        ("h3", Kind::Heading),
        ("h4", Kind::Heading),
        ("h5", Kind::Heading),
        ("h6", Kind::Heading),
        ("a", Kind::Link),
        ("script", Kind::Raw),
        ("style", Kind::Raw),
        ("object", Kind::Object),
    ];
    let mut at = 0;
    while at < kinds.len() {
        let (name, kind) = if at < KEPT.len() {
            (KEPT[at].0, Kind::Kept(at))
        } else {
            others[at - KEPT.len()]
        };
        // Each to its place among those before it.
        let mut place = at;
        while place > 0 && kinds[place - 1].0.0 > Name::of(name).0 {
            kinds[place] = kinds[place - 1];
            place -= 1;
        }
        kinds[place] = (Name::of(name), kind);
        at += 1;
    }
    kinds
};

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

/// The length of a tag that gives code a colour, as in `<span class="k">`.
pub(super) fn color(tag: &[u8]) -> Option<usize> {
    let class = tag.strip_prefix(b"<span class=\"")?;
    let len = class
        .iter()
        .take("linenodiv".len())
        .position(|byte| !byte.is_ascii_alphanumeric())?;
    class[len..]
        .starts_with(b"\">")
        .then_some("<span class=\"\">".len() + len)
}

/// The name of the tag that opens at `start`, if it is short, and its length.
pub(super) fn named(bytes: &[u8], start: usize) -> Option<(Name, usize)> {
    let is_name = bytes.get(start + 1)?.is_ascii_alphabetic();
    Name::first(&bytes[start + 1..]).filter(|_| is_name)
}

/// A tag at `start` that is its name and nothing else: the name, whether it closes, and where it ends.
pub(super) fn bare(bytes: &[u8], start: usize) -> Option<(Name, bool, usize)> {
    let is_end = bytes.get(start + 1) == Some(&b'/');
    let (name, len) = if is_end {
        Name::first(bytes.get(start + 2..)?)?
    } else {
        named(bytes, start)?
    };
    let last = start + 1 + usize::from(is_end) + len;
    (bytes.get(last) == Some(&b'>')).then_some((name, is_end, last + 1))
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
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Marks<'h> {
    pub(super) id: Option<Cow<'h, str>>,
    pub(super) is_excluded: bool,
    pub(super) is_headerlink: bool,
    pub(super) is_linenodiv: bool,
}

pub(super) fn marks(text: &str) -> Marks<'_> {
    let mut found = Marks::default();
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
        found.take(name, value);
    }
}

impl<'h> Marks<'h> {
    fn take(&mut self, name: &str, value: &'h str) {
        match name.len() {
            2 if name.eq_ignore_ascii_case("id") => {
                self.id.get_or_insert_with(|| unescaped(value));
            }
            5 if name.eq_ignore_ascii_case("class") => {
                let class = unescaped(value);
                self.is_headerlink |= class == "headerlink";
                self.is_linenodiv |= class == "linenodiv";
            }
            19 => self.is_excluded |= name.eq_ignore_ascii_case("data-search-exclude"),
            _ => {}
        }
    }
}

/// The attributes of a tag from the end of its name on, and where the tag ends: of tags as most are
/// written, values between quotes. Others are for [`tag_end`] and [`marks`], which read these alike.
pub(super) fn attributes(html: &str, start: usize) -> Option<(Marks<'_>, usize)> {
    let bytes = html.as_bytes();
    let mut found = Marks::default();
    let mut at = start;
    loop {
        let spaces = bytes[at..].iter().position(|byte| *byte != b' ' && *byte != b'\n')?;
        at += spaces;
        if bytes[at] == b'>' {
            return Some((found, at + 1));
        }
        let len = bytes[at..]
            .iter()
            .position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'-'))?;
        let name = &html[at..at + len];
        if len == 0 || spaces == 0 {
            return None;
        }
        at += len;
        match bytes[at] {
            b'=' => {
                let quote = *bytes.get(at + 1).filter(|quote| matches!(quote, b'"' | b'\''))?;
                let value = at + 2;
                at = value + memchr::memchr(quote, &bytes[value..])?;
                found.take(name, &html[value..at]);
                at += 1;
            }
            b' ' | b'\n' | b'>' => found.take(name, ""),
            _ => return None,
        }
    }
}

pub(super) fn unescaped(text: &str) -> Cow<'_, str> {
    match memchr::memchr(b'&', text.as_bytes()) {
        Some(_) => Cow::Owned(unescape_entities(text)),
        None => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::{attributes, marks, tag_end};

    #[test]
    fn tags_as_most_are_written_are_read_like_all_others() {
        let pieces = [
            " id=\"a&amp;b\"",
            " id='c'",
            " ID=\"d\"",
            " id",
            " id=e",
            " class=\"headerlink\"",
            " class=\"linenodiv\"",
            " class=\"x y\"",
            " data-search-exclude",
            " data-search-exclude=\"\"",
            " href=\"a>b\"",
            " title = \"x\"",
            "\n",
            " /",
            "/",
            " ñ=\"x\"",
            " x=\"ñ>\"",
            "=",
            "\"",
            "\t",
        ];
        let (mut seen, mut all) = (0, 0);
        for first in pieces {
            for second in pieces {
                for third in pieces {
                    let html = format!("<a{first}{second}{third}>text <b>");
                    all += 1;
                    let Some((found, end)) = attributes(&html, 2) else {
                        continue;
                    };
                    seen += 1;
                    assert_eq!(tag_end(html.as_bytes(), 0), Some(end), "{html}");
                    assert_eq!(marks(&html[2..end]), found, "{html}");
                }
            }
        }
        assert!(seen > all / 10, "{seen} of {all}");
        assert!(attributes("<a id=\"x\" class", 2).is_none() && attributes("<a id=\"x", 2).is_none());
    }
}
