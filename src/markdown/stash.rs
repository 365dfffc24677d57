//! What is taken out of the text while it is converted, and the marks left in its place.
//!
//! Marks are enclosed in STX and ETX, which are removed from every source, so no text can forge
//! one: `STX 42 ETX` is the escaped character 42, `STX i 7 ETX` an element made by an inline pass,
//! `STX h 7 ETX` raw HTML, `STX a ETX` an ampersand that is to be written as it is. As in the
//! reference, a mark is neither a word character nor a space at its ends.

use std::borrow::Cow;

/// Starts a mark.
pub(crate) const STX: char = '\u{2}';
/// Ends a mark.
pub(crate) const ETX: char = '\u{3}';

/// A mark at the start of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mark {
    /// An escaped character.
    Escaped(char),
    /// An element made by an inline pass, by its number in the run's stash.
    Inline(usize),
    /// Raw HTML, by its number in [`HtmlStash`].
    Html(usize),
    /// A bare ampersand.
    Ampersand,
}

impl Mark {
    /// Reads the mark at the start of `text` and its length in bytes.
    pub(crate) fn read(text: &str) -> Option<(Self, usize)> {
        if text.as_bytes().first() != Some(&(STX as u8)) {
            return None;
        }
        let body = &text[1..];
        let end = memchr::memchr(3, body.as_bytes())?;
        let (body, len) = (&body[..end], end + 2);
        let mark = match body.as_bytes().first()? {
            b'i' => Self::Inline(body[1..].parse().ok()?),
            b'h' => Self::Html(body[1..].parse().ok()?),
            b'a' => Self::Ampersand,
            _ => Self::Escaped(char::from_u32(body.parse().ok()?)?),
        };
        Some((mark, len))
    }
}

impl Mark {
    /// Writes the mark of that kind and number.
    pub(crate) fn push(kind: u8, index: usize, out: &mut String) {
        let (mut digits, mut at, mut rest) = ([0; 20], 20, index);
        loop {
            at -= 1;
            digits[at] = b"0123456789"[rest % 10];
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        out.push(STX);
        out.push(char::from(kind));
        out.extend(digits[at..].iter().copied().map(char::from));
        out.push(ETX);
    }
}

impl std::fmt::Display for Mark {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Escaped(c) => write!(f, "{STX}{}{ETX}", u32::from(*c)),
            Self::Inline(index) => write!(f, "{STX}i{index}{ETX}"),
            Self::Html(index) => write!(f, "{STX}h{index}{ETX}"),
            Self::Ampersand => write!(f, "{STX}a{ETX}"),
        }
    }
}

/// Where the next mark may start.
pub(crate) fn find_mark(text: &str) -> Option<usize> {
    memchr::memchr(STX as u8, text.as_bytes())
}

/// Replaces marks of escaped characters by the characters.
pub(crate) fn unescape(text: &str) -> Cow<'_, str> {
    if find_mark(text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = find_mark(rest) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match Mark::read(rest) {
            Some((Mark::Escaped(c), len)) => {
                out.push(c);
                rest = &rest[len..];
            }
            Some((_, len)) => {
                out.push_str(&rest[..len]);
                rest = &rest[len..];
            }
            None => {
                out.push(STX);
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Something taken out of the text that is written as it is.
#[derive(Clone, Debug)]
pub(crate) enum Stashed {
    /// HTML.
    Html(String),
    /// An element of the tree, which the block parser puts back (`md_in_html`).
    Element(super::tree::NodeId),
}

/// Raw HTML of one conversion.
#[derive(Debug, Default)]
pub(crate) struct HtmlStash {
    items: Vec<Stashed>,
}

impl HtmlStash {
    /// Keeps `html` and gives its mark.
    pub(crate) fn store(&mut self, html: impl Into<String>) -> Mark {
        self.push(Stashed::Html(html.into()))
    }

    /// Keeps an item and gives its mark.
    pub(crate) fn push(&mut self, item: Stashed) -> Mark {
        self.items.push(item);
        Mark::Html(self.items.len() - 1)
    }

    /// The item with number `index`.
    pub(crate) fn get(&self, index: usize) -> Option<&Stashed> {
        self.items.get(index)
    }

    /// Replaces the item with number `index`.
    pub(crate) fn replace(&mut self, index: usize, item: Stashed) {
        if let Some(old) = self.items.get_mut(index) {
            *old = item;
        }
    }

    /// How many items there are.
    pub(crate) fn len(&self) -> usize {
        self.items.len()
    }
}

#[cfg(test)]
mod tests {
    use super::{Mark, unescape};

    #[test]
    fn marks_are_read_as_they_were_written() {
        let mut written = String::new();
        Mark::push(b'i', 1020, &mut written);
        assert_eq!(written, Mark::Inline(1020).to_string());
        for mark in [Mark::Escaped('*'), Mark::Inline(12), Mark::Html(0), Mark::Ampersand] {
            let text = format!("{mark}rest");
            assert_eq!(Mark::read(&text), Some((mark, text.len() - 4)));
        }
        assert_eq!(unescape("a\u{2}42\u{3}b\u{2}h3\u{3}"), "a*b\u{2}h3\u{3}");
        assert_eq!(unescape("\u{2}x"), "\u{2}x");
    }
}
