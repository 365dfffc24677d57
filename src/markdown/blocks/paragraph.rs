//! Blank blocks, link definitions, and what is left: paragraphs.

use super::parse_block;
use crate::markdown::converter::{Converter, Reference, State};
use crate::markdown::scan::Scan;
use crate::markdown::text::{Block, Blocks, Line, is_blank, trim_newlines_end, trim_newlines_start, trim_start};
use crate::markdown::tree::{NodeId, Text};

/// A block that is empty or starts with an empty line; after indented code the line belongs to it.
pub(super) fn empty<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let Some(block) = blocks.front_mut() else { return false };
    let filler = match block {
        [] => "\n\n",
        [line] if line.text.is_empty() => "\n\n",
        [line, ..] if line.text.is_empty() => "\n",
        _ => return false,
    };
    if filler == "\n" {
        *block = &block[1..];
        if block.len() == 1 && block[0].text.is_empty() {
            blocks.pop_front();
        }
    } else {
        blocks.pop_front();
    }
    if let Some(code) = super::code::last_code(&cx.tree, parent) {
        cx.tree[code].text.push_str(filler);
    }
    true
}

/// Text that no other rule took.
pub(super) fn paragraph<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let Some(block) = blocks.pop_front() else { return false };
    if is_blank(block) {
        return true;
    }
    if !cx.is_state(State::List) {
        let block = trim_start(block);
        let p = cx.tree.append_new(parent, "p", block[0].pos);
        cx.tree[p].text = Text::Source(block);
        return true;
    }
    // In a tight list text belongs to the item itself, after whatever child it already has.
    if let Some(sibling) = cx.tree.last_child(parent) {
        let tail = &mut cx.tree[sibling].tail;
        if tail.is_empty() {
            tail.push_block(vec![Line::new("", block[0].pos)]);
        }
        tail.push_block(block.to_vec());
    } else if cx.tree[parent].text.is_empty() {
        cx.tree[parent].text = Text::Source(trim_start(block));
    } else {
        cx.tree[parent].text.push_block(block.to_vec());
    }
    true
}

/// Takes link definitions out of the block, wherever they stand in it.
pub(super) fn reference<'a>(cx: &mut Converter<'a>, _parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let Some(block) = blocks.front().copied() else {
        return false;
    };
    let is_definition = |lines: Block<'a>| Definition::parse(lines).is_some();
    let Some(start) = cx.find_line(Scan::Reference, block, is_definition) else {
        return false;
    };
    blocks.pop_front();
    let mut end = start;
    let mut at = start;
    while at < block.len() {
        let Some(definition) = Definition::parse(&block[at..]) else {
            // Only empty lines may stand between definitions taken in one go.
            if block[at].text.is_empty() {
                at += 1;
                continue;
            }
            break;
        };
        if at > start && definition.lines > 1 {
            break;
        }
        let label = definition.label.trim().to_lowercase();
        let reference = Reference {
            url: definition.url,
            title: definition.title,
        };
        cx.references.insert(label, reference);
        at += definition.lines;
        end = at;
    }
    let after = trim_newlines_start(&block[end..]);
    if !is_blank(after) {
        blocks.push_front(after);
    }
    let before = trim_newlines_end(&block[..start]);
    if !is_blank(before) {
        blocks.push_front(before);
    }
    true
}

/// A link definition at the start of a block.
struct Definition<'a> {
    label: &'a str,
    url: &'a str,
    title: Option<&'a str>,
    lines: usize,
}

impl<'a> Definition<'a> {
    /// `[label]: url "title"`, the address and the title each allowed on a line of its own.
    fn parse(block: &[Line<'a>]) -> Option<Self> {
        let first = block.first()?;
        let indent = first.indent();
        let text = first.text.get(indent..)?.strip_prefix('[').filter(|_| indent <= 3)?;
        let mut lines = 1;
        let (label, mut rest) = match text.find(['[', ']']) {
            Some(close) => (&text[..close], text.get(close..)?.strip_prefix("]:")?),
            None => return None,
        };
        rest = rest.trim_start_matches(' ');
        if rest.is_empty() {
            rest = block.get(lines)?.text.trim_start_matches(' ');
            lines += 1;
        }
        let url_end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        if url_end == 0 {
            return None;
        }
        let whole = rest;
        let url = rest[..url_end].trim_start_matches('<').trim_end_matches('>');
        rest = rest[url_end..].trim_start_matches(' ');
        if rest.is_empty() {
            // A title may follow on the next line.
            if let Some(title) = block
                .get(lines)
                .and_then(|line| title(line.text.trim_start_matches(' ')))
            {
                return Some(Self {
                    label,
                    url,
                    title: Some(title),
                    lines: lines + 1,
                });
            }
            // A line of nothing but blanks goes with the definition.
            let blank = block.get(lines).is_some_and(|line| line.indent() == line.text.len());
            return Some(Self {
                label,
                url,
                title: None,
                lines: lines + usize::from(blank),
            });
        }
        if let Some(title) = title(rest) {
            return Some(Self {
                label,
                url,
                title: Some(title),
                lines,
            });
        }
        // A title may start right after the address: `[a]: url(some title)`.
        let (at, title) = (1..url_end)
            .rev()
            .filter(|at| whole.is_char_boundary(*at))
            .find_map(|at| title(&whole[at..]).map(|title| (at, title)))?;
        Some(Self {
            label,
            url: whole[..at].trim_start_matches('<').trim_end_matches('>'),
            title: Some(title),
            lines,
        })
    }
}

/// A quoted or parenthesised title that takes the whole text.
fn title(text: &str) -> Option<&str> {
    let text = text.trim_end_matches(' ');
    let (open, close) = (text.chars().next()?, text.chars().next_back()?);
    let fits = matches!((open, close), ('"', '"') | ('\'', '\'') | ('(', ')'));
    (fits && text.len() >= 2).then(|| &text[1..text.len() - 1])
}

/// Parses the lines before a construct that starts within a block.
pub(super) fn parse_before<'a>(cx: &mut Converter<'a>, parent: NodeId, before: Block<'a>) {
    if !before.is_empty() {
        parse_block(cx, parent, before);
    }
}
