//! Indented code.

use crate::markdown::converter::Converter;
use crate::markdown::normalize::TAB;
use crate::markdown::text::{Blocks, detab, join};
use crate::markdown::tree::{NodeId, Text, Tree};

/// The `code` element, if the last child of `parent` is a block of code.
pub(super) fn last_code(tree: &Tree<'_>, parent: NodeId) -> Option<NodeId> {
    let pre = tree.last_child(parent).filter(|last| tree.is(*last, "pre"))?;
    tree[pre]
        .children
        .first()
        .copied()
        .filter(|code| tree.is(*code, "code"))
}

/// Lines indented by four columns; a blank line does not end them.
pub(crate) fn indented<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    if super::first_line(blocks).indent() < TAB {
        return false;
    }
    let Some(block) = blocks.pop_front() else { return false };
    let (block, rest) = detab(block, TAB);
    let pos = block.first().map_or(0, |line| line.pos);
    let text = escape(join(&block).trim_end());
    if let Some(code) = last_code(&cx.tree, parent) {
        cx.tree[code].text.push_str("\n");
        cx.tree[code].text.push_str(&text);
        cx.tree[code].text.push_str("\n");
    } else {
        let pre = cx.tree.append_new(parent, "pre", pos);
        let code = cx.tree.append_new(pre, "code", pos);
        cx.tree[code].text = Text::atomic(text + "\n");
    }
    if !rest.is_empty() {
        blocks.push_front(rest);
    }
    true
}

/// Code is escaped when it is taken, so that an entity in it stays as it was written.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut from = 0;
    for at in memchr::memchr3_iter(b'&', b'<', b'>', text.as_bytes()) {
        out.push_str(&text[from..at]);
        out.push_str(match text.as_bytes()[at] {
            b'&' => "&amp;",
            b'<' => "&lt;",
            _ => "&gt;",
        });
        from = at + 1;
    }
    out.push_str(&text[from..]);
    out
}
