//! `def_list`: terms, and below them definitions that start with a colon.

use super::Setup;
use crate::markdown::blocks::{self, Nesting, parse_block};
use crate::markdown::converter::{Converter, State};
use crate::markdown::normalize::TAB;
use crate::markdown::options::Options;
use crate::markdown::scan::Scan;
use crate::markdown::text::{Blocks, Line, Lines};
use crate::markdown::tree::{NodeId, Text};

/// Switches the extension on.
pub(super) fn enable(setup: &mut Setup<'_>, _options: &mut Options<'_, '_>) {
    setup.registry.blocks.register("defindent", 85.0, indented);
    setup.registry.blocks.register("deflist", 25.0, rule);
}

/// Like lists, definitions take what is indented below them.
fn indented<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    blocks::indented_in(cx, parent, blocks, Nesting::DEFINITIONS)
}

/// The text of a definition: up to three blanks, a colon, one to three blanks.
fn definition(line: Line<'_>) -> Option<Line<'_>> {
    let indent = line.indent();
    let rest = line.text.get(indent..)?.strip_prefix(':').filter(|_| indent <= 3)?;
    let blanks = rest.len() - rest.trim_start_matches(' ').len();
    (blanks > 0).then(|| line.from(indent + 1 + blanks.min(3)))
}

/// A block with a line that is a definition; the lines before it are terms.
fn rule<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    rule_with(cx, parent, blocks, TAB)
}

/// [`rule`] for another width of indents.
pub(super) fn rule_with<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>, width: usize) -> bool {
    let Some(block) = blocks.front().copied() else {
        return false;
    };
    let Some(at) = cx.find_line(Scan::Definition, block, |lines| definition(lines[0]).is_some()) else {
        return false;
    };
    let Some(text) = definition(block[at]) else {
        return false;
    };
    let mut terms: Lines<'a> = block[..at]
        .iter()
        .map(|line| line.trim_start().trim_end())
        .filter(|line| !line.text.is_empty())
        .collect();
    let mut sibling = cx.tree.last_child(parent);
    if terms.is_empty() && sibling.is_none() {
        return false;
    }
    blocks.pop_front();
    let mut state = State::List;
    if terms.is_empty()
        && let Some(p) = sibling.filter(|sibling| cx.tree.is(*sibling, "p"))
    {
        // The paragraph before holds the terms.
        state = State::LooseList;
        terms = match std::mem::take(&mut cx.tree[p].text) {
            Text::Source(block) => block,
            text => vec![Line::new(cx.keep(&text.to_cow()), cx.tree[p].pos)],
        };
        cx.tree[parent].children.pop();
        sibling = cx.tree.last_child(parent);
    }
    let pos = block[at].pos;
    let list = if let Some(list) = sibling.filter(|sibling| cx.tree.is(*sibling, "dl")) {
        let last = cx.tree.last_child(list).filter(|last| cx.tree.is(*last, "dd"));
        if terms.is_empty() && last.is_some_and(|last| !cx.tree[last].children.is_empty()) {
            state = State::LooseList;
        }
        list
    } else {
        cx.tree
            .append_new(parent, "dl", terms.first().map_or(pos, |term| term.pos))
    };
    for term in terms {
        let dt = cx.tree.append_new(list, "dt", term.pos);
        cx.tree[dt].text = Text::Source(vec![term]);
    }
    let (definition, taken) = split_definition(text, &block[at + 1..], width);
    let definition = cx.block(&definition);
    cx.states.push(state);
    let dd = cx.tree.append_new(list, "dd", block[at].pos);
    parse_block(cx, dd, definition);
    cx.states.pop();
    let rest = &block[at + 1 + taken..];
    if !rest.is_empty() {
        blocks.push_front(rest);
    }
    true
}

/// The lines of a definition that starts with `text`, and how many of those after it they are.
fn split_definition<'a>(text: Line<'a>, after: &[Line<'a>], width: usize) -> (Lines<'a>, usize) {
    let lazy = after.first().is_some_and(|line| {
        // As the reference sees it, a line end is something that is neither a blank nor a colon.
        let indent = line.indent();
        let first = line.text[indent..].bytes().next();
        indent < width && first.map_or(after.len() > 1, |b| b != b':')
    });
    let more: Lines<'a> = if lazy {
        after.to_vec()
    } else {
        let taken = after
            .iter()
            .take_while(|line| line.indent() >= width || line.is_blank());
        taken.map(|line| line.dedent(width).unwrap_or(line.to(0))).collect()
    };
    let taken = more.len();
    let mut definition = vec![text];
    if !(more.is_empty() || more.len() == 1 && more[0].text.is_empty()) {
        definition.extend(more);
    }
    (definition, taken)
}
