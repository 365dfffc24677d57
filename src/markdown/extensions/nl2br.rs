//! `nl2br`: every line end in a paragraph breaks the line.

use super::Setup;
use crate::markdown::inline::{Run, Step, Subject, rule};
use crate::markdown::options::Options;

/// Adds the rule.
pub(super) fn enable(setup: &mut Setup<'_>, _options: &mut Options<'_, '_>) {
    setup.registry.inline.register("nl", 5.0, rule("\n", line_break));
}

fn line_break(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    match memchr::memchr(b'\n', &subject.text.as_bytes()[from..]) {
        Some(at) => {
            let element = run.cx.tree.create("br", subject.pos(from + at));
            Step::Element(from + at, from + at + 1, element)
        }
        None => Step::Done,
    }
}
