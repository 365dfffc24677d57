//! Lists, and what is indented below their items.

use super::{parse_block, parse_blocks, parse_chunk};
use crate::markdown::converter::{Converter, State};
use crate::markdown::normalize::TAB;
use crate::markdown::text::{Block, Blocks, Line, Lines, loose_detab, trim_start};
use crate::markdown::tree::{NodeId, Text};

/// What starts an item: a bullet or a number, and where its text begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marker<'a> {
    /// `*`, `+` or `-`.
    Bullet,
    /// Digits and a full stop; the digits.
    Number(&'a str),
}

/// How a list rule reads lists; extensions have their own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ListStyle {
    /// `ol` or `ul`.
    pub(crate) tag: &'static str,
    /// The names of lists that go on after a blank line.
    pub(crate) siblings: &'static [&'static str],
    /// Whether items of the other kind end up in the same list.
    pub(crate) mixed: bool,
    /// Whether the first number is kept as `start`.
    pub(crate) keep_start: bool,
    /// How many columns a level of nesting takes.
    pub(crate) width: usize,
}

/// Ordered lists of the core.
pub(super) fn ordered<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let style = ListStyle {
        tag: "ol",
        siblings: &["ol", "ul"],
        mixed: true,
        keep_start: false,
        width: TAB,
    };
    list_rule(cx, parent, blocks, style)
}

/// Unordered lists of the core.
pub(super) fn unordered<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let style = ListStyle {
        tag: "ul",
        siblings: &["ol", "ul"],
        mixed: true,
        keep_start: false,
        width: TAB,
    };
    list_rule(cx, parent, blocks, style)
}

/// The marker of an item indented by less than `max` columns, and the item's text.
pub(crate) fn item(line: Line<'_>, min: usize, max: usize) -> Option<(Marker<'_>, Line<'_>)> {
    let indent = line.indent();
    if indent < min || indent >= max {
        return None;
    }
    let text = &line.text[indent..];
    let (marker, width) = match text.bytes().next()? {
        b'*' | b'+' | b'-' => (Marker::Bullet, 1),
        b'0'..=b'9' => {
            let digits = text.bytes().take_while(u8::is_ascii_digit).count();
            text[digits..].strip_prefix('.')?;
            (Marker::Number(&text[..digits]), digits + 1)
        }
        _ => return None,
    };
    let rest = line.from(indent + width);
    let blanks = rest.indent();
    (blanks > 0).then(|| (marker, rest.from(blanks)))
}

/// A block whose first line is an item of the style's kind.
pub(crate) fn list_rule<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>, style: ListStyle) -> bool {
    let is_own = |marker: Marker<'_>| (marker == Marker::Bullet) == (style.tag == "ul");
    let Some((marker, _)) = item(super::first_line(blocks), 0, style.width).filter(|(marker, _)| is_own(*marker))
    else {
        return false;
    };
    let Some(block) = blocks.pop_front() else { return false };
    let mut items = items(cx, block, style, is_own);
    let sibling = cx
        .tree
        .last_child(parent)
        .filter(|last| style.siblings.contains(&cx.tree.tag(*last)));
    let list = if let Some(list) = sibling {
        continue_list(cx, list, &mut items);
        list
    } else if matches!(cx.tree.tag(parent), "ol" | "ul") {
        parent
    } else {
        let list = cx.tree.append_new(parent, style.tag, block[0].pos);
        if let (true, Marker::Number(start)) = (style.keep_start, marker)
            && start != "1"
        {
            cx.tree.set(list, "start", start);
        }
        list
    };
    parse_items(cx, list, items, style.width);
    true
}

/// Makes the items of a list; those indented by `width` columns belong to the item before.
pub(crate) fn parse_items<'a>(cx: &mut Converter<'a>, list: NodeId, items: Blocks<'a>, width: usize) {
    cx.states.push(State::List);
    for item in items {
        let last = cx.tree.last_child(list);
        match last.filter(|_| item.first().is_some_and(|line| line.indent() >= width)) {
            Some(last) => parse_block(cx, last, item),
            None => {
                let li = cx.tree.append_new(list, "li", item.first().map_or(0, |line| line.pos));
                parse_block(cx, li, item);
            }
        }
    }
    cx.states.pop();
}

/// Goes on with a list after a blank line: the item before and the first new one become loose.
pub(crate) fn continue_list<'a>(cx: &mut Converter<'a>, list: NodeId, items: &mut Blocks<'a>) {
    if let Some(last) = cx.tree.last_child(list) {
        wrap_text(cx, last);
        if let Some(child) = cx
            .tree
            .last_child(last)
            .filter(|child| !cx.tree[*child].tail.is_empty())
        {
            let tail = std::mem::take(&mut cx.tree[child].tail);
            let pos = cx.tree[child].pos;
            let p = cx.tree.append_new(last, "p", pos);
            cx.tree[p].text = match tail {
                Text::Source(block) => Text::Source(trim_start(&block)),
                other => other,
            };
        }
    }
    if let Some(first) = items.pop_front() {
        let li = cx.tree.append_new(list, "li", first.first().map_or(0, |line| line.pos));
        cx.states.push(State::LooseList);
        parse_block(cx, li, first);
        cx.states.pop();
    }
}

/// Moves an item's own text into a paragraph before its children.
fn wrap_text(cx: &mut Converter<'_>, item: NodeId) {
    if cx.tree[item].text.is_empty() {
        return;
    }
    let text = std::mem::take(&mut cx.tree[item].text);
    let pos = cx.tree[item].pos;
    let p = cx.tree.create("p", pos);
    cx.tree[p].text = text;
    cx.tree[item].children.insert(0, p);
}

/// The items of a block: each item's lines, or lines indented below the item before.
fn items<'a>(
    cx: &Converter<'a>,
    block: Block<'a>,
    style: ListStyle,
    is_own: impl Fn(Marker<'_>) -> bool,
) -> Blocks<'a> {
    let (mixed, width) = (style.mixed, style.width);
    let mut lines: Lines<'a> = Vec::with_capacity(block.len());
    let mut starts: Vec<usize> = Vec::new();
    for line in block {
        if let Some((_, text)) = item(*line, 0, width).filter(|(marker, _)| mixed || is_own(*marker)) {
            starts.push(lines.len());
            lines.push(text);
            continue;
        }
        let nested = item(*line, width, width * 2).is_some();
        if starts
            .last()
            .is_none_or(|start| nested && lines[*start].indent() < width)
        {
            starts.push(lines.len());
        }
        lines.push(*line);
    }
    let lines = cx.block(&lines);
    let ends = starts.iter().skip(1).copied().chain([lines.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| &lines[*start..end])
        .collect()
}

/// A block indented below an item or a list.
pub(super) fn indented<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    indented_in(cx, parent, blocks, Nesting::LISTS)
}

/// Which elements take what is indented below them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Nesting {
    /// The names of items.
    pub(crate) items: &'static [&'static str],
    /// The names of lists.
    pub(crate) lists: &'static [&'static str],
    /// How many columns a level takes.
    pub(crate) width: usize,
}

impl Nesting {
    /// The lists of the core.
    pub(crate) const LISTS: Self = Self {
        items: &["li"],
        lists: &["ol", "ul"],
        width: TAB,
    };
    /// With definition lists.
    pub(crate) const DEFINITIONS: Self = Self {
        items: &["dd", "li"],
        lists: &["dl", "ol", "ul"],
        width: TAB,
    };
}

/// [`indented`] for other names of items and lists, or another width.
pub(crate) fn indented_in<'a>(
    cx: &mut Converter<'a>,
    parent: NodeId,
    blocks: &mut Blocks<'a>,
    nesting: Nesting,
) -> bool {
    let (item_tags, list_tags) = (nesting.items, nesting.lists);
    if super::first_line(blocks).indent() < nesting.width || cx.is_state(State::Detabbed) {
        return false;
    }
    let last = cx.tree.last_child(parent);
    let in_item = item_tags.contains(&cx.tree.tag(parent));
    if !(in_item || last.is_some_and(|last| list_tags.contains(&cx.tree.tag(last)))) {
        return false;
    }
    let Some(block) = blocks.pop_front() else { return false };
    let (level, sibling) = level(cx, parent, block, nesting);
    let block = cx.block(&loose_detab(block, nesting.width * level));
    cx.states.push(State::Detabbed);
    if in_item {
        match last.filter(|last| list_tags.contains(&cx.tree.tag(*last))) {
            Some(list) => parse_block(cx, list, block),
            None => parse_block(cx, parent, block),
        }
    } else if item_tags.contains(&cx.tree.tag(sibling)) {
        parse_block(cx, sibling, block);
    } else {
        match cx
            .tree
            .last_child(sibling)
            .filter(|item| item_tags.contains(&cx.tree.tag(*item)))
        {
            Some(item) => {
                wrap_text(cx, item);
                parse_chunk(cx, item, block);
            }
            None => create_item(cx, sibling, block, item_tags),
        }
    }
    cx.states.pop();
    true
}

fn create_item<'a>(cx: &mut Converter<'a>, list: NodeId, block: Block<'a>, item_tags: &[&str]) {
    let tag = if item_tags.contains(&"dd") { "dd" } else { "li" };
    let pos = block.first().map_or(0, |line| line.pos);
    let item = cx.tree.append_new(list, tag, pos);
    parse_blocks(cx, item, &mut Blocks::from([block]));
}

/// How many levels to take off, and the element at that level.
fn level(cx: &Converter<'_>, parent: NodeId, block: &[Line<'_>], nesting: Nesting) -> (usize, NodeId) {
    let wanted = block.first().map_or(0, |line| line.indent() / nesting.width);
    let mut level = usize::from(cx.is_state(State::List));
    let mut parent = parent;
    while wanted > level {
        let Some(child) = cx.tree.last_child(parent) else { break };
        let tag = cx.tree.tag(child);
        if nesting.lists.contains(&tag) {
            level += 1;
        } else if !nesting.items.contains(&tag) {
            break;
        }
        parent = child;
    }
    (level, parent)
}
