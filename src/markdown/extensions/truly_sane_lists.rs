//! `mdx_truly_sane_lists`: lists that nest by two columns, and blank lines that part them.

use super::Setup;
use super::def_list;
use crate::markdown::blocks::{ListStyle, Nesting, indented_in, list_rule};
use crate::markdown::converter::Converter;
use crate::markdown::options::Options;
use crate::markdown::text::Blocks;
use crate::markdown::tree::NodeId;

/// The options of `mdx_truly_sane_lists`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TrulySaneLists {
    width: usize,
    /// Whether unordered lists end at blank lines.
    part: bool,
}

/// Switches the extension on.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    let width = options.int("nested_indent", 2).max(1);
    setup.settings.truly_sane_lists = TrulySaneLists {
        width: usize::try_from(width).unwrap_or(2),
        part: options.bool("truly_sane", true),
    };
    let blocks = &mut setup.registry.blocks;
    blocks.register("olist", 50.0, ordered);
    blocks.register("ulist", 40.0, unordered);
    blocks.register("indent", 95.0, indented);
    // Only if `def_list` was named before.
    if blocks.has("deflist") {
        blocks.register("deflist", 25.0, definition);
        blocks.register("defindent", 85.0, definition_indented);
    }
}

fn ordered<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let style = ListStyle {
        tag: "ol",
        siblings: &["ol"],
        mixed: false,
        keep_start: false,
        width: cx.dialect.settings.truly_sane_lists.width,
    };
    list_rule(cx, parent, blocks, style)
}

fn unordered<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let settings = cx.dialect.settings.truly_sane_lists;
    let style = ListStyle {
        tag: "ul",
        siblings: if settings.part { &[] } else { &["ul"] },
        mixed: false,
        keep_start: false,
        width: settings.width,
    };
    list_rule(cx, parent, blocks, style)
}

fn indented<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let width = cx.dialect.settings.truly_sane_lists.width;
    indented_in(
        cx,
        parent,
        blocks,
        Nesting {
            width,
            ..Nesting::LISTS
        },
    )
}

fn definition<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let width = cx.dialect.settings.truly_sane_lists.width;
    def_list::rule_with(cx, parent, blocks, width)
}

fn definition_indented<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let width = cx.dialect.settings.truly_sane_lists.width;
    indented_in(
        cx,
        parent,
        blocks,
        Nesting {
            width,
            ..Nesting::DEFINITIONS
        },
    )
}
