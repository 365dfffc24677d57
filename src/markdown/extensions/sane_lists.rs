//! `sane_lists`: numbered and other items do not mix, and the first number counts.

use super::Setup;
use crate::markdown::blocks::{ListStyle, list_rule};
use crate::markdown::converter::Converter;
use crate::markdown::normalize::TAB;
use crate::markdown::options::Options;
use crate::markdown::text::Blocks;
use crate::markdown::tree::NodeId;

/// Switches the extension on.
pub(super) fn enable(setup: &mut Setup<'_>, _options: &mut Options<'_, '_>) {
    setup.registry.blocks.register("olist", 40.0, ordered);
    setup.registry.blocks.register("ulist", 30.0, unordered);
}

fn ordered<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let style = ListStyle {
        tag: "ol",
        siblings: &["ol"],
        mixed: false,
        width: TAB,
        keep_start: true,
    };
    list_rule(cx, parent, blocks, style)
}

fn unordered<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let style = ListStyle {
        tag: "ul",
        siblings: &["ul"],
        mixed: false,
        width: TAB,
        keep_start: false,
    };
    list_rule(cx, parent, blocks, style)
}
