//! Passes over the whole tree and over the written HTML that every page has.

mod prettify;
mod raw_html;
mod unescape;

use super::registry::Registry;

pub(crate) use prettify::prettify_below;

/// Registers the core's passes.
pub(crate) fn register_core(registry: &mut Registry) {
    registry.tree.register("inline", 20.0, super::inline::run);
    registry.tree.register("prettify", 10.0, prettify::prettify);
    registry.tree.register("mathml", 0.5, super::mathml::run);
    registry.tree.register("unescape", 0.0, unescape::unescape);
    registry.postprocessors.register("raw_html", 30.0, raw_html::restore);
    registry
        .postprocessors
        .register("amp_substitute", 20.0, raw_html::ampersands);
}
