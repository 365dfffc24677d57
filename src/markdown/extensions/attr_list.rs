//! `attr_list`: `{: #id .class key=value }` after headings, blocks and inline elements.

use std::borrow::Cow;

use super::Setup;
use crate::markdown::converter::Converter;
use crate::markdown::html::is_block_level;
use crate::markdown::options::Options;
use crate::markdown::tree::{NodeId, ROOT, Text};

/// Attributes that XHTML writes with their name as value when they are given without one.
const BOOLEAN: &[&str] = &[
    "checked", "compact", "declare", "defer", "disabled", "ismap", "multiple", "noresize", "noshade", "nowrap",
    "readonly", "selected",
];

/// Switches the extension on.
pub(super) fn enable(setup: &mut Setup<'_>, _options: &mut Options<'_, '_>) {
    setup.registry.tree.register("attr_list", 8.0, run);
}

/// One item of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item<'t> {
    /// `.class`.
    Class(&'t str),
    /// `key=value`, or a key alone.
    Attribute(&'t str, Option<&'t str>),
}

/// The tree pass.
fn run(cx: &mut Converter<'_>) {
    for id in cx.tree.descendants(ROOT) {
        let tag = cx.tree.tag(id);
        if !is_block_level(tag) {
            after_inline(cx, id);
            continue;
        }
        let is_heading = matches!(tag, "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
        let on_same_line = is_heading || matches!(tag, "dt" | "td" | "th");
        let Some(place) = place(cx, id) else { continue };
        let text = match place {
            Place::Text(id) => cx.tree[id].text.to_cow(),
            Place::Tail(id) => cx.tree[id].tail.to_cow(),
        };
        let Some((start, list)) = list_at_end(&text, on_same_line) else {
            continue;
        };
        let list = list.to_owned();
        let mut kept = text[..start].to_owned();
        let (items, rest) = items(&list);
        if !rest.is_empty() {
            continue;
        }
        assign(cx, id, &items);
        if is_heading {
            kept.truncate(kept.trim_end_matches('#').trim_end().len());
        }
        let target = match place {
            Place::Text(id) => &mut cx.tree[id].text,
            Place::Tail(id) => &mut cx.tree[id].tail,
        };
        *target = match target {
            Text::Atomic(_) => Text::atomic(kept),
            _ => Text::plain(kept),
        };
    }
}

/// A text in the tree.
#[derive(Clone, Copy, Debug)]
enum Place {
    Text(NodeId),
    Tail(NodeId),
}

/// The text at whose end the list of a block stands.
fn place(cx: &Converter<'_>, id: NodeId) -> Option<Place> {
    let node = &cx.tree[id];
    let tail = |child: &NodeId| (!cx.tree[*child].tail.is_empty()).then_some(Place::Tail(*child));
    let text = || (!node.text.is_empty()).then_some(Place::Text(id));
    let Some(last) = node.children.last() else {
        return text();
    };
    if node.tag == "li" {
        // The list of an item stands before a list inside it.
        let list = node
            .children
            .iter()
            .position(|child| matches!(cx.tree.tag(*child), "ul" | "ol"));
        return match list {
            None => tail(last).or_else(text),
            Some(0) => text(),
            Some(at) => tail(&node.children[at - 1]).or_else(text),
        };
    }
    tail(last).or_else(text)
}

/// Where a list at the end of a text starts with the blanks before it, and what is in it.
fn list_at_end(text: &str, on_same_line: bool) -> Option<(usize, &str)> {
    let whole = text.strip_suffix('\n').unwrap_or(text).trim_end_matches(' ');
    let body = whole.strip_suffix('}')?;
    let line = body.rfind('\n').map_or(0, |at| at + 1);
    if !on_same_line {
        let start = line.checked_sub(1)?;
        let open = body[line..].len() - body[line..].trim_start_matches(' ').len() + line;
        return Some((start, content(body.get(open..)?)?));
    }
    let mut from = line;
    loop {
        let blank = from + body[from..].find(' ')?;
        let open = blank + body[blank..].len() - body[blank..].trim_start_matches(' ').len();
        match body.get(open..).and_then(content) {
            Some(list) => return Some((blank, list)),
            None => from = open,
        }
    }
}

/// What follows `{` or `{:` at the start of a text that ends before `}`.
fn content(text: &str) -> Option<&str> {
    let text = text.strip_prefix('{')?;
    let inner = |text: &'_ str| -> Option<usize> {
        let rest = text.trim_start_matches(' ');
        (!rest.is_empty() && !rest.starts_with(['}', '\n'])).then(|| text.len() - rest.len())
    };
    if let Some(colon) = text.strip_prefix(':')
        && let Some(blanks) = inner(colon)
    {
        return Some(&colon[blanks..]);
    }
    inner(text).map(|blanks| &text[blanks..])
}

/// A list at the start of the text after an inline element.
fn after_inline(cx: &mut Converter<'_>, id: NodeId) {
    if cx.tree[id].tail.is_empty() {
        return;
    }
    let tail = cx.tree[id].tail.to_cow();
    if !tail.starts_with('{') {
        return;
    }
    let line = &tail[..tail.find('\n').unwrap_or(tail.len())];
    let Some(close) = line.rfind('}') else { return };
    let Some(list) = content(&line[..close]).map(str::to_owned) else {
        return;
    };
    let (items, rest) = items(&list);
    let text = format!("{}{rest}", &tail[close + 1..]);
    assign(cx, id, &items);
    let tail = &mut cx.tree[id].tail;
    *tail = match tail {
        Text::Atomic(_) => Text::atomic(text),
        _ => Text::plain(text),
    };
}

/// The items of a list, and what follows a `}` inside it, that included.
fn items(list: &str) -> (Vec<Item<'_>>, &str) {
    let mut items = Vec::new();
    let mut rest = list;
    // Quotes of these kinds do not close any more.
    let (mut no_double, mut no_single) = (false, false);
    loop {
        rest = rest.trim_start_matches(' ');
        let key_len = rest.find([' ', '=', '}']).unwrap_or(rest.len());
        if key_len == 0 {
            break;
        }
        let (key, after) = rest.split_at(key_len);
        let quoted = |quote: char| {
            let value = after.strip_prefix('=')?.strip_prefix(quote)?;
            value.find(quote).map(|end| (&value[..end], &value[end + 1..]))
        };
        let found = if after.starts_with("=\"") && !no_double {
            let found = quoted('"');
            no_double = found.is_none();
            found.map(|(value, rest)| (value.trim_matches('"'), rest))
        } else if after.starts_with("='") && !no_single {
            let found = quoted('\'');
            no_single = found.is_none();
            found.map(|(value, rest)| (value.trim_matches('\''), rest))
        } else {
            None
        };
        let found = found.or_else(|| {
            let value = after.strip_prefix('=')?;
            let len = value.find([' ', '=', '}']).unwrap_or(value.len());
            (len > 0).then(|| value.split_at(len))
        });
        if let Some((value, after)) = found {
            items.push(Item::Attribute(key, Some(value)));
            rest = after;
            continue;
        }
        items.push(match (key.strip_prefix('.'), key.strip_prefix('#')) {
            (Some(class), _) => Item::Class(class),
            (None, Some(id)) => Item::Attribute("id", Some(id)),
            (None, None) => Item::Attribute(key, None),
        });
        rest = after;
    }
    (items, rest.find('}').map_or("", |at| &rest[at..]))
}

/// The attributes of a list such as an extension finds in its own places; a class has the name `.`.
pub(crate) fn parse(list: &str) -> Vec<(String, Option<String>)> {
    let mut attributes: Vec<(String, Option<String>)> = Vec::new();
    for item in items(list).0 {
        let (name, value) = match item {
            Item::Class(class) => (".", Some(class)),
            Item::Attribute(name, value) => (name, value),
        };
        attributes.push((name.to_owned(), value.map(str::to_owned)));
    }
    attributes
}

/// Reads a list at the start of `text`, whose last brace is at `close`, and sets its attributes: the
/// bytes it takes.
pub(crate) fn apply(cx: &mut Converter<'_>, id: NodeId, text: &str, close: usize) -> Option<usize> {
    let list = content(&text[..close])?;
    let (items, rest) = items(list);
    assign(cx, id, &items);
    Some(close + 1 - rest.len())
}

fn assign(cx: &mut Converter<'_>, id: NodeId, items: &[Item<'_>]) {
    for item in items {
        match item {
            Item::Class(class) => {
                let joined = match cx.tree.get(id, "class") {
                    Some(classes) if !classes.is_empty() => format!("{classes} {class}"),
                    _ => (*class).to_owned(),
                };
                cx.tree.set(id, "class", joined);
            }
            Item::Attribute(name, Some(value)) => {
                let name = sanitize_name(name).into_owned();
                cx.tree.set(id, name, (*value).to_owned());
            }
            Item::Attribute(name, None) => {
                let name = sanitize_name(name).into_owned();
                let is_boolean = BOOLEAN.contains(&name.to_lowercase().as_str());
                let value = is_boolean.then(|| Cow::Owned(name.clone()));
                cx.tree.set_optional(id, name, value);
            }
        }
    }
}

/// The name with each run of characters that XML allows in no name as one `_`.
pub(crate) fn sanitize_name(name: &str) -> Cow<'_, str> {
    if name.chars().all(is_name) {
        return Cow::Borrowed(name);
    }
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        if is_name(c) {
            out.push(c);
        } else if !out.ends_with('\0') {
            out.push('\0');
        }
    }
    Cow::Owned(out.replace('\0', "_"))
}

fn is_name(c: char) -> bool {
    matches!(c,
        'A'..='Z' | '_' | 'a'..='z' | '0'..='9' | ':' | '-' | '.' | '\u{b7}'
        | '\u{c0}'..='\u{d6}' | '\u{d8}'..='\u{f6}' | '\u{f8}'..='\u{2ff}' | '\u{300}'..='\u{37d}'
        | '\u{37f}'..='\u{1fff}' | '\u{200c}'..='\u{200d}' | '\u{203f}'..='\u{2040}' | '\u{2070}'..='\u{218f}'
        | '\u{2c00}'..='\u{2fef}' | '\u{3001}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{fffd}')
}

#[cfg(test)]
mod tests {
    use super::{Item, items, list_at_end};

    #[test]
    fn items_are_read() {
        let attribute = Item::Attribute;
        assert_eq!(
            items("#a .b c d=e f=\"g h\" i='j'"),
            (
                vec![
                    attribute("id", Some("a")),
                    Item::Class("b"),
                    attribute("c", None),
                    attribute("d", Some("e")),
                    attribute("f", Some("g h")),
                    attribute("i", Some("j")),
                ],
                ""
            )
        );
        assert_eq!(items("a} b {c"), (vec![attribute("a", None)], "} b {c"));
        assert_eq!(
            items("a=\"b c"),
            (vec![attribute("a", Some("\"b")), attribute("c", None)], "")
        );
        assert_eq!(items("a =} b").0, [attribute("a", None)]);
    }

    #[test]
    fn lists_at_the_end() {
        assert_eq!(list_at_end("h {#a}", true), Some((1, "#a")));
        assert_eq!(list_at_end("h  {: #a } ", true), Some((1, "#a ")));
        assert_eq!(list_at_end("h {a} x {b}", true), Some((1, "a} x {b")));
        assert_eq!(list_at_end("h{#a}", true), None);
        assert_eq!(list_at_end("h {}", true), None);
        assert_eq!(list_at_end("text\n{: .x }", false), Some((4, ".x ")));
        assert_eq!(list_at_end("text {: .x }", false), None);
    }
}
