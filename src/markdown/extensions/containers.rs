//! `admonition` and `pymdownx.details`: boxes with a head line and an indented body.
//!
//! Both go on in later blocks as long as these are indented, also below a list that the box ends
//! with; that logic is shared.

use super::Setup;
use crate::markdown::blocks::{self, parse_block, parse_chunk};
use crate::markdown::converter::Converter;
use crate::markdown::normalize::TAB;
use crate::markdown::options::Options;
use crate::markdown::scan::Scan;
use crate::markdown::slug::is_word;
use crate::markdown::text::{Block, Blocks, Line, detab, is_blank};
use crate::markdown::tree::{NodeId, Text, Tree};

/// Switches `admonition` on.
pub(super) fn admonition(setup: &mut Setup<'_>, _options: &mut Options<'_, '_>) {
    setup.registry.blocks.register("admonition", 105.0, admonition_rule);
}

/// Switches `pymdownx.details` on.
pub(super) fn details(setup: &mut Setup<'_>, _options: &mut Options<'_, '_>) {
    setup.registry.blocks.register("details", 105.0, details_rule);
}

/// What the head line of a box says.
#[derive(Debug, PartialEq, Eq)]
struct Head<'a> {
    /// Words in lower case.
    classes: String,
    /// What stands between the quotes.
    title: Option<Line<'a>>,
    /// Whether the box is shown open.
    open: bool,
}

impl Head<'_> {
    /// The first class as a title.
    fn default_title(&self) -> String {
        let word = self.classes.split(' ').next().unwrap_or("");
        let mut chars = word.chars();
        chars.next().map_or_else(String::new, |first| {
            first.to_uppercase().collect::<String>() + chars.as_str()
        })
    }
}

fn admonition_rule<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let Some((at, head)) = find(cx, Scan::Admonition, blocks, admonition_head) else {
        return go_on(cx, parent, blocks, |tree, id| {
            tree.is(id, "div") && tree.get(id, "class").is_some_and(|class| class.contains("admonition"))
        });
    };
    let Some(block) = blocks.pop_front() else { return false };
    before(cx, parent, &block[..at]);
    let pos = block[at].pos;
    let div = cx.tree.append_new(parent, "div", pos);
    cx.tree.set(div, "class", format!("admonition {}", head.classes));
    let title = match head.title {
        None => cx.keep(&head.default_title()),
        Some(title) => title.text,
    };
    if !title.is_empty() {
        let at = head.title.map_or(pos, |title| title.pos);
        let p = cx.tree.append_new(div, "p", at);
        cx.tree.set(p, "class", "admonition-title");
        cx.tree[p].text = Text::Source(vec![Line::new(title, at)]);
    }
    body(cx, div, blocks, &block[at + 1..]);
    true
}

fn details_rule<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let Some((at, head)) = find(cx, Scan::Details, blocks, details_head) else {
        return go_on(cx, parent, blocks, |tree, id| tree.is(id, "details"));
    };
    let Some(block) = blocks.pop_front() else { return false };
    before(cx, parent, &block[..at]);
    let pos = block[at].pos;
    let details = cx.tree.append_new(parent, "details", pos);
    if head.open {
        cx.tree.set(details, "open", "open");
    }
    if !head.classes.is_empty() {
        cx.tree.set(details, "class", head.classes.clone());
    }
    let title = head
        .title
        .unwrap_or_else(|| Line::new(cx.keep(&head.default_title()), pos));
    let summary = cx.tree.append_new(details, "summary", title.pos);
    // A title may be a heading.
    let heading = if cx.dialect.settings.sane_headers {
        blocks::sane_heading(title)
    } else {
        blocks::hash_heading(title)
    };
    match heading {
        Some((level, text)) => {
            let heading = cx.tree.append_new(summary, blocks::heading_tag(level), title.pos);
            cx.tree[heading].text = Text::Source(vec![text.trim_start().trim_end()]);
        }
        None if title.text.is_empty() => {}
        None => cx.tree[summary].text = Text::Source(vec![title]),
    }
    body(cx, details, blocks, &block[at + 1..]);
    true
}

/// The first line of the first block that is a head.
fn find<'a>(
    cx: &mut Converter<'a>,
    scan: Scan,
    blocks: &Blocks<'a>,
    head: fn(Line<'a>) -> Option<Head<'a>>,
) -> Option<(usize, Head<'a>)> {
    let block = *blocks.front()?;
    let at = cx.find_line(scan, block, |lines| head(lines[0]).is_some())?;
    Some((at, head(block[at])?))
}

fn before<'a>(cx: &mut Converter<'a>, parent: NodeId, lines: Block<'a>) {
    if !is_blank(lines) {
        parse_block(cx, parent, lines);
    }
}

fn body<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>, lines: Block<'a>) {
    let (body, rest) = detab(lines, TAB);
    parse_chunk(cx, parent, &body);
    if !rest.is_empty() {
        blocks.push_front(rest);
    }
}

/// `!!! class words "title"`.
fn admonition_head(line: Line<'_>) -> Option<Head<'_>> {
    line.text.strip_prefix("!!!")?;
    let rest = line.from(3);
    let rest = if rest.text.starts_with(' ') { rest.from(1) } else { rest };
    let (classes, rest) = words(rest);
    if classes.is_empty() {
        return None;
    }
    let title = title(rest)?;
    Some(Head {
        classes,
        title,
        open: false,
    })
}

/// `???+ class words "title"`, where one of classes and title may be missing.
fn details_head(line: Line<'_>) -> Option<Head<'_>> {
    line.text.strip_prefix("???")?;
    let rest = line.from(3);
    let open = rest.text.starts_with('+');
    let rest = if open { rest.from(1) } else { rest };
    let blanks = rest.indent();
    if blanks > 0 && rest.text[blanks..].starts_with('"') {
        let title = title(rest)?;
        let classes = String::new();
        return Some(Head { classes, title, open });
    }
    let (classes, rest) = words(rest.from(blanks));
    if classes.is_empty() || blanks > 1 {
        return None;
    }
    let title = title(rest)?;
    Some(Head { classes, title, open })
}

/// Words in lower case with one blank between them, and what follows them.
fn words(line: Line<'_>) -> (String, Line<'_>) {
    let mut classes = String::new();
    let mut rest = line;
    loop {
        let blanks = rest.indent();
        let word = &rest.text[blanks..];
        let len = word.find(|c| !is_word(c) && c != '-').unwrap_or(word.len());
        if len == 0 || (classes.is_empty() && blanks > 0) {
            return (classes, rest);
        }
        if !classes.is_empty() {
            classes.push(' ');
        }
        classes.push_str(&word[..len].to_lowercase());
        rest = rest.from(blanks + len);
    }
}

/// The title at the end of a head line; the outer option says whether the line is a head at all.
fn title(line: Line<'_>) -> Option<Option<Line<'_>>> {
    let blanks = line.indent();
    let text = line.text.trim_end_matches(' ');
    if text.is_empty() {
        return Some(None);
    }
    let quoted = text.get(blanks..)?;
    let fits = blanks > 0 && quoted.len() >= 2 && quoted.starts_with('"') && quoted.ends_with('"');
    fits.then(|| Some(line.to(text.len() - 1).from(blanks + 1)))
}

/// An indented block after a box belongs to it.
fn go_on<'a>(
    cx: &mut Converter<'a>,
    parent: NodeId,
    blocks: &mut Blocks<'a>,
    is_box: fn(&Tree<'_>, NodeId) -> bool,
) -> bool {
    let columns = blocks::first_line(blocks).indent();
    if columns < TAB {
        return false;
    }
    let Some(found) = cx.tree.last_child(parent).filter(|last| is_box(&cx.tree, *last)) else {
        return false;
    };
    let Some((place, indent)) = place(&cx.tree, found, columns) else {
        return false;
    };
    let Some(block) = blocks.pop_front() else { return false };
    let (block, rest) = detab(block, indent);
    if matches!(cx.tree.tag(place), "li" | "dd") {
        move_text(cx, place);
    }
    parse_chunk(cx, place, &block);
    if !rest.is_empty() {
        blocks.push_front(rest);
    }
    true
}

/// Moves an item's own text into a paragraph, as the reference does after its children.
fn move_text(cx: &mut Converter<'_>, item: NodeId) {
    let text = std::mem::take(&mut cx.tree[item].text);
    if !text.is_empty() {
        let pos = cx.tree[item].pos;
        let p = cx.tree.append_new(item, "p", pos);
        cx.tree[p].text = text;
    }
}

/// The element a block of that indent goes into, and how much of the indent goes.
fn place(tree: &Tree<'_>, found: NodeId, columns: usize) -> Option<(NodeId, usize)> {
    let mut place = found;
    let mut indent = 0;
    let mut last = tree.last_child(place);
    // If the box ends with a list and the block is deep enough, it goes below the last item.
    while let Some(list) = last.filter(|last| matches!(tree.tag(*last), "ul" | "ol" | "dl")) {
        if columns < indent + TAB * 2 {
            break;
        }
        place = tree.last_child(list)?;
        last = tree.last_child(place);
        indent += TAB;
    }
    Some((place, indent + TAB))
}

#[cfg(test)]
mod tests {
    use super::{admonition_head, details_head};
    use crate::markdown::text::Line;

    #[test]
    fn heads() {
        let show = |head: Option<super::Head<'_>>| {
            head.map(|head| {
                (
                    head.classes.clone(),
                    head.title.map(|line| line.text.to_owned()),
                    head.open,
                )
            })
        };
        let box_of = |text| show(admonition_head(Line::new(text, 0)));
        let of = |classes: &str, title: Option<&str>, open| Some((classes.to_owned(), title.map(str::to_owned), open));
        assert_eq!(box_of("!!! note"), of("note", None, false));
        assert_eq!(
            box_of("!!!Note  Big \"a \"b\" c\" "),
            of("note big", Some("a \"b\" c"), false)
        );
        assert_eq!(box_of("!!! note \"\""), of("note", Some(""), false));
        for no in [
            "!!!  note",
            "!!! note \"x",
            "!!! note 'x'",
            "!!! note: x",
            "!!!",
            "!!! note\"x\"",
        ] {
            assert_eq!(box_of(no), None, "{no}");
        }
        let details = |text| show(details_head(Line::new(text, 0)));
        assert_eq!(details("???+ tip \"x\""), of("tip", Some("x"), true));
        assert_eq!(details("???  \"x\""), of("", Some("x"), false));
        assert_eq!(details("???note"), of("note", None, false));
        for no in ["???", "???\"x\"", "???  note", "? ?? note"] {
            assert_eq!(details(no), None, "{no}");
        }
    }
}
