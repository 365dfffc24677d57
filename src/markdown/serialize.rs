//! The tree as HTML, written as Python-Markdown's serializer writes it (XHTML style, attributes in
//! the order of their names, existing entities kept).
//!
//! Marks stay in the text for the postprocessors. The addresses of links and images get a mark of
//! their own (`STX s 7 ETX`) that [`super::document`] turns into slots.

use super::converter::Converter;
use super::stash::Mark;
use super::tree::{Attribute, NodeId, ROOT, Text, Tree};

/// Elements that are written without an end tag.
const EMPTY: &[&str] = &[
    "area", "base", "basefont", "br", "col", "embed", "frame", "hr", "img", "input", "isindex", "link", "meta",
    "param", "source", "track", "wbr",
];

/// The page as HTML, addresses marked.
pub(super) fn document(cx: &mut Converter<'_>) -> String {
    let mut writer = Writer {
        tree: &cx.tree,
        out: String::with_capacity(cx.tree.len() * 32),
        slots: Some(Vec::new()),
    };
    writer.text(&cx.tree[ROOT].text, false);
    for child in &cx.tree[ROOT].children {
        writer.element(*child);
    }
    let Writer { mut out, slots, .. } = writer;
    cx.slots = slots.unwrap_or_default();
    let start = out.len() - out.trim_start().len();
    out.truncate(out.trim_end().len().max(start));
    out.drain(..start);
    out
}

/// One element as HTML, addresses left alone.
pub(crate) fn fragment(tree: &Tree<'_>, id: NodeId) -> String {
    let mut writer = Writer {
        tree,
        out: String::new(),
        slots: None,
    };
    writer.element(id);
    writer.out
}

/// What is inside an element as HTML, addresses left alone.
pub(crate) fn inner(tree: &Tree<'_>, id: NodeId) -> String {
    let mut writer = Writer {
        tree,
        out: String::new(),
        slots: None,
    };
    writer.text(&tree[id].text, false);
    for child in &tree[id].children {
        writer.element(*child);
    }
    writer.out
}

fn is_empty_element(tag: &str) -> bool {
    match tag {
        "p" | "li" | "a" | "code" | "td" | "em" | "strong" | "span" | "div" => false,
        tag => EMPTY.iter().any(|empty| empty.eq_ignore_ascii_case(tag)),
    }
}

struct Writer<'t, 'a> {
    tree: &'t Tree<'a>,
    out: String,
    slots: Option<Vec<NodeId>>,
}

impl Writer<'_, '_> {
    fn element(&mut self, id: NodeId) {
        let node = &self.tree[id];
        if node.tag.is_empty() {
            self.text(&node.text, false);
        } else {
            self.start(id);
            if is_empty_element(&node.tag) {
                self.out.push_str(" />");
                self.text(&node.tail, false);
                return;
            }
            self.out.push('>');
            self.text(&node.text, matches!(&*node.tag, "script" | "style"));
        }
        for child in &node.children {
            self.element(*child);
        }
        if !node.tag.is_empty() {
            self.out.push_str("</");
            self.out.push_str(&node.tag);
            self.out.push('>');
        }
        self.text(&node.tail, false);
    }

    fn start(&mut self, id: NodeId) {
        let node = &self.tree[id];
        self.out.push('<');
        self.out.push_str(&node.tag);
        let address = match &*node.tag {
            "a" => "href",
            "img" => "src",
            _ => "",
        };
        if node.attributes.is_sorted_by(|a, b| a.0 <= b.0) {
            for attribute in &node.attributes {
                self.attribute(id, attribute, address);
            }
            return;
        }
        let mut attributes: Vec<_> = node.attributes.iter().collect();
        attributes.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        for attribute in attributes {
            self.attribute(id, attribute, address);
        }
    }

    fn attribute(&mut self, id: NodeId, (name, value): &Attribute<'_>, address: &str) {
        self.out.push(' ');
        self.out.push_str(name);
        let Some(value) = value else { return };
        self.out.push_str("=\"");
        if let Some(slots) = self.slots.as_mut().filter(|_| name == address) {
            Mark::push(b's', slots.len(), &mut self.out);
            slots.push(id);
        }
        escape_into(&mut self.out, value, true);
        self.out.push('"');
    }

    fn text(&mut self, text: &Text<'_>, raw: bool) {
        match text {
            Text::None => {}
            _ if raw => self.out.push_str(&text.to_cow()),
            _ => escape_into(&mut self.out, &text.to_cow(), false),
        }
    }
}

/// Text as the value of an attribute; character references in it stay.
#[must_use]
pub fn escape_attribute(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_into(&mut out, text, true);
    out
}

/// Text as the content of an element.
pub(crate) fn escape_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    escape_into(&mut out, text, false);
    out
}

/// Escapes `<`, `>`, ampersands that start no character reference, and in attributes quotes.
fn escape_into(out: &mut String, text: &str, attribute: bool) {
    let (bytes, mut from, mut at) = (text.as_bytes(), 0, 0);
    let quote = |at: usize| {
        if !attribute {
            return bytes.len();
        }
        memchr::memchr(b'"', &bytes[at..]).map_or(bytes.len(), |len| at + len)
    };
    let mut next_quote = quote(0);
    loop {
        let here = match memchr::memchr3(b'<', b'>', b'&', &bytes[at..next_quote]) {
            Some(len) => at + len,
            None if next_quote < bytes.len() => next_quote,
            None => break,
        };
        at = here + 1;
        let escaped = match bytes[here] {
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'&' if is_reference(&text[here..]) => continue,
            b'&' => "&amp;",
            _ => {
                next_quote = quote(at);
                "&quot;"
            }
        };
        out.push_str(&text[from..here]);
        out.push_str(escaped);
        from = at;
    }
    out.push_str(&text[from..]);
}

/// Text as Python-Markdown escapes code: every `&`, `<` and `>`.
pub(crate) fn escape_code(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for part in text.split_inclusive(['&', '<', '>']) {
        let (plain, special) = match part.char_indices().next_back() {
            Some((at, '&')) => (&part[..at], "&amp;"),
            Some((at, '<')) => (&part[..at], "&lt;"),
            Some((at, '>')) => (&part[..at], "&gt;"),
            _ => (part, ""),
        };
        out.push_str(plain);
        out.push_str(special);
    }
    out
}

/// Whether `text`, which starts with `&`, starts with something of the form of a reference.
fn is_reference(text: &str) -> bool {
    reference_len(text.as_bytes()).is_some()
}

/// The length of the form of a character reference at the start of `text`, which starts with `&`.
pub(crate) fn reference_len(text: &[u8]) -> Option<usize> {
    let body = &text[1..];
    let (body, digit): (&[u8], fn(&u8) -> bool) = match body {
        [b'#', b'x' | b'X', rest @ ..] => (rest, u8::is_ascii_hexdigit),
        [b'#', rest @ ..] => (rest, u8::is_ascii_digit),
        rest => (rest, u8::is_ascii_alphanumeric),
    };
    let len = body.iter().take_while(|b| digit(b)).count();
    (len > 0 && body.get(len) == Some(&b';')).then(|| text.len() - body.len() + len + 1)
}
