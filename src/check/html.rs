//! Reads tags and texts of HTML, as much as checks need: no tree, no repair.

use crate::markdown::unescape_entities as unescape;

/// A piece of HTML.
#[derive(Debug)]
pub(super) enum Token<'h> {
    /// A start tag.
    Open(Tag<'h>),
    /// The name of an end tag, as written.
    Close(&'h str),
    /// Text, entities as written.
    Text(&'h str),
}

/// A start tag.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tag<'h> {
    /// Its name as written.
    pub(super) name: &'h str,
    rest: &'h str,
}

impl<'h> Tag<'h> {
    /// Whether it has that name, in lower case.
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The attributes: name and value as written.
    pub(super) fn attributes(&self) -> Attributes<'h> {
        Attributes { rest: self.rest }
    }

    /// The value of an attribute as written; empty if it has none.
    pub(super) fn raw(&self, name: &str) -> Option<&'h str> {
        let mut all = self.attributes();
        all.find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// The value of an attribute, entities resolved.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        self.raw(name).map(unescape)
    }
}

/// The attributes of a tag.
pub(super) struct Attributes<'h> {
    rest: &'h str,
}

impl<'h> Iterator for Attributes<'h> {
    type Item = (&'h str, &'h str);

    fn next(&mut self) -> Option<Self::Item> {
        // All that ends a name is ASCII, so bytes will do.
        let bytes = self.rest.as_bytes();
        let start = bytes
            .iter()
            .position(|byte| !byte.is_ascii_whitespace() && *byte != b'/');
        let rest = &self.rest[start.unwrap_or(bytes.len())..];
        let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'=' | b'/');
        let end = rest.bytes().position(|byte| ends(&byte)).unwrap_or(rest.len());
        let (name, rest) = rest.split_at(end);
        let after = rest.trim_start();
        let Some(value) = after.strip_prefix('=').map(str::trim_start) else {
            self.rest = rest;
            return (!name.is_empty()).then_some((name, ""));
        };
        let (value, rest) = match value.as_bytes().first() {
            Some(quote @ (b'"' | b'\'')) => {
                let value = &value[1..];
                let end = memchr::memchr(*quote, value.as_bytes()).unwrap_or(value.len());
                (&value[..end], value.get(end + 1..).unwrap_or(""))
            }
            _ => value.split_at(value.find(|c: char| c.is_ascii_whitespace()).unwrap_or(value.len())),
        };
        self.rest = rest;
        Some((name, value))
    }
}

/// The tokens of `html`; comments, and what stands in scripts and styles, left out.
pub(super) fn tokens(html: &str) -> Tokens<'_> {
    Tokens { rest: html }
}

/// See [`tokens`].
pub(super) struct Tokens<'h> {
    rest: &'h str,
}

impl<'h> Iterator for Tokens<'h> {
    type Item = Token<'h>;

    fn next(&mut self) -> Option<Token<'h>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            let Some(at) = memchr::memchr(b'<', self.rest.as_bytes()) else {
                return Some(Token::Text(std::mem::take(&mut self.rest)));
            };
            if at > 0 {
                let (text, rest) = self.rest.split_at(at);
                self.rest = rest;
                return Some(Token::Text(text));
            }
            if let Some(comment) = self.rest.strip_prefix("<!--") {
                self.rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
                continue;
            }
            let inside = &self.rest[1..];
            match inside.as_bytes().first() {
                Some(b'/') => {
                    let end = memchr::memchr(b'>', inside.as_bytes()).unwrap_or(inside.len());
                    self.rest = inside.get(end + 1..).unwrap_or("");
                    return Some(Token::Close(inside[1..end].trim()));
                }
                Some(first) if first.is_ascii_alphabetic() => return Some(Token::Open(self.open(inside))),
                Some(b'!' | b'?') => {
                    let end = memchr::memchr(b'>', inside.as_bytes()).unwrap_or(inside.len());
                    self.rest = inside.get(end + 1..).unwrap_or("");
                }
                _ => {
                    let (text, rest) = self.rest.split_at(1);
                    self.rest = rest;
                    return Some(Token::Text(text));
                }
            }
        }
    }
}

impl<'h> Tokens<'h> {
    /// Reads a start tag; `inside` is what follows its `<`.
    fn open(&mut self, inside: &'h str) -> Tag<'h> {
        let end = tag_end(inside);
        let tag = &inside[..end];
        self.rest = inside.get(end + 1..).unwrap_or("");
        let name = tag
            .find(|c: char| c.is_ascii_whitespace() || c == '/')
            .unwrap_or(tag.len());
        let (name, rest) = tag.split_at(name);
        for raw in ["script", "style", "textarea", "title"] {
            if name.eq_ignore_ascii_case(raw) && !tag.ends_with('/') {
                self.skip_to_end_of(raw);
            }
        }
        Tag { name, rest }
    }

    fn skip_to_end_of(&mut self, name: &str) {
        let mut from = 0;
        while let Some(at) = memchr::memmem::find(&self.rest.as_bytes()[from..], b"</") {
            let start = from + at + 2;
            let found = self.rest.get(start..start + name.len());
            if found.is_some_and(|found| found.eq_ignore_ascii_case(name)) {
                self.rest = &self.rest[start - 2..];
                return;
            }
            from = start;
        }
        self.rest = "";
    }
}

/// Where the `>` of a tag is, outside quotes.
fn tag_end(inside: &str) -> usize {
    let bytes = inside.as_bytes();
    let mut at = 0;
    while let Some(found) = memchr::memchr3(b'>', b'"', b'\'', &bytes[at..]) {
        at += found;
        let quote = bytes[at];
        if quote == b'>' {
            return at;
        }
        at = match memchr::memchr(quote, &bytes[at + 1..]) {
            Some(end) => at + 1 + end + 1,
            None => return memchr::memchr(b'>', bytes).unwrap_or(bytes.len()),
        };
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::{Token, tokens};

    #[test]
    fn tags_texts_and_nothing_of_scripts() {
        let html = "a<!-- <b> --><p class='x > y' id=z hidden>t<br/></p><script>\"<i>\"</script><A HREF=\"&amp;\">";
        let shown: Vec<String> = tokens(html)
            .map(|token| match token {
                Token::Open(tag) => format!("<{}:{}>", tag.name, tag.attributes().count()),
                Token::Close(name) => format!("</{name}>"),
                Token::Text(text) => text.to_owned(),
            })
            .collect();
        assert_eq!(shown.join(""), "a<p:3>t<br:0></p><script:0></script><A:1>");
        let Some(Token::Open(tag)) = tokens("<a href=\"x&amp;y\" b>").next() else {
            unreachable!("a tag");
        };
        assert_eq!((tag.value("HREF").as_deref(), tag.raw("b")), (Some("x&y"), Some("")));
    }
}
