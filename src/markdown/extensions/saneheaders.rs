//! `pymdownx.saneheaders`: a heading's marks must be followed by a blank.

use super::Setup;
use crate::markdown::blocks::{hash_with, sane_heading};
use crate::markdown::converter::Converter;
use crate::markdown::options::Options;
use crate::markdown::text::Blocks;
use crate::markdown::tree::NodeId;

/// Switches the extension on.
pub(super) fn enable(setup: &mut Setup<'_>, _options: &mut Options<'_, '_>) {
    setup.settings.sane_headers = true;
    setup.registry.blocks.register("hashheader", 70.0, rule);
}

fn rule<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    hash_with(cx, parent, blocks, sane_heading)
}
