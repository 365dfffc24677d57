//! Quotes.

use super::{MAX_DEPTH, parse_block, parse_in_state};
use crate::markdown::converter::{Converter, State};
use crate::markdown::scan::Scan;
use crate::markdown::text::{Blocks, Line, Lines, split_blocks};
use crate::markdown::tree::NodeId;

/// Lines of a block from the first that starts with `>` on; a quote right before goes on.
pub(super) fn quote<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let Some(at) = start(cx, blocks) else { return false };
    if cx.depth + 2 >= MAX_DEPTH {
        return false;
    }
    let Some(block) = blocks.pop_front() else { return false };
    if at > 0 {
        parse_block(cx, parent, &block[..at]);
    }
    let sibling = cx
        .tree
        .last_child(parent)
        .filter(|last| cx.tree.is(*last, "blockquote"));
    let quote = sibling.unwrap_or_else(|| cx.tree.append_new(parent, "blockquote", block[at].pos));
    let lines: Lines<'a> = block[at..].iter().map(|line| clean(*line)).collect();
    let lines = cx.block(&lines);
    parse_in_state(cx, State::Quote, quote, &mut split_blocks(lines));
    true
}

/// The first line of the first block that starts a quote.
pub(crate) fn start<'a>(cx: &mut Converter<'a>, blocks: &Blocks<'a>) -> Option<usize> {
    cx.find_line(Scan::Quote, blocks.front()?, |lines| content(lines[0]).is_some())
}

/// The text after `>` and one blank.
fn content(line: Line<'_>) -> Option<Line<'_>> {
    let indent = line.indent();
    if indent > 3 || !line.text[indent..].starts_with('>') {
        return None;
    }
    let rest = line.from(indent + 1);
    Some(if rest.text.starts_with(' ') { rest.from(1) } else { rest })
}

/// The line without its mark; a line without one belongs to the quote all the same.
pub(crate) fn clean(line: Line<'_>) -> Line<'_> {
    if line.text.trim() == ">" {
        return line.from(line.text.len());
    }
    content(line).unwrap_or(line)
}
