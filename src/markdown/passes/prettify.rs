//! Line ends between blocks, so that the HTML can be read.

use crate::markdown::converter::Converter;
use crate::markdown::html::is_block_level;
use crate::markdown::tree::{NodeId, ROOT, Text};

/// Adds the line ends and tidies the ends of code.
pub(super) fn prettify(cx: &mut Converter<'_>) {
    prettify_below(cx, ROOT);
}

/// The same for elements that are not in the tree yet.
pub(crate) fn prettify_below(cx: &mut Converter<'_>, root: NodeId) {
    block(cx, root);
    for id in cx.tree.descendants(root) {
        match cx.tree.tag(id) {
            "br" => {
                let tail = cx.tree[id].tail.to_cow();
                let text = if tail.trim().is_empty() {
                    "\n".to_owned()
                } else {
                    format!("\n{tail}")
                };
                cx.tree[id].tail = Text::plain(text);
            }
            "pre" => tidy_code(cx, id),
            _ => {}
        }
    }
}

fn block(cx: &mut Converter<'_>, id: NodeId) {
    if is_block_level(cx.tree.tag(id)) && !matches!(cx.tree.tag(id), "code" | "pre") {
        let first = cx.tree[id].children.first().copied();
        if cx.tree[id].text.is_blank() && first.is_some_and(|first| is_block_level(cx.tree.tag(first))) {
            cx.tree[id].text = Text::plain("\n");
        }
        for at in 0..cx.tree[id].children.len() {
            let child = cx.tree[id].children[at];
            if is_block_level(cx.tree.tag(child)) {
                block(cx, child);
            }
        }
    }
    if cx.tree[id].tail.is_blank() {
        cx.tree[id].tail = Text::plain("\n");
    }
}

fn tidy_code(cx: &mut Converter<'_>, pre: NodeId) {
    let Some(code) = cx.tree[pre]
        .children
        .first()
        .copied()
        .filter(|code| cx.tree.is(*code, "code"))
    else {
        return;
    };
    if cx.tree[code].children.is_empty() && !matches!(cx.tree[code].text, Text::None) {
        let text = format!("{}\n", cx.tree[code].text.to_cow().trim_end());
        cx.tree[code].text = Text::atomic(text);
    }
}
