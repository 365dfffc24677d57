//! `pymdownx.escapeall`: a backslash escapes every character.

use super::Setup;
use crate::markdown::inline::{Run, Step, Subject, rule};
use crate::markdown::options::Options;
use crate::markdown::stash::{ETX, Mark, STX};

/// The options.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct EscapeAll {
    /// An escaped line end breaks the line.
    hardbreak: bool,
    /// An escaped space does not break.
    nbsp: bool,
}

/// Replaces the core's rule.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    let settings = EscapeAll {
        hardbreak: options.bool("hardbreak", false),
        nbsp: options.bool("nbsp", false),
    };
    setup.settings.escapeall = settings;
    let rules = &mut setup.registry.inline;
    rules.register("escape", 180.0, rule("\\", escape));
    if settings.hardbreak {
        rules.register("hardbreak", 5.1, rule("\\", hardbreak));
    }
}

fn escape(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let settings = run.cx.dialect.settings.escapeall;
    let Some(found) = memchr::memchr(b'\\', &subject.text.as_bytes()[from..]).map(|at| from + at) else {
        return Step::Done;
    };
    let Some(escaped) = subject.text[found + 1..].chars().next() else {
        return Step::Done;
    };
    let end = found + 1 + escaped.len_utf8();
    let html = match escaped {
        '\n' if settings.hardbreak => return Step::Skip(found + 1),
        STX if !matches!(Mark::read(&subject.text[found + 1..]), Some((Mark::Inline(_), _))) => {
            return Step::Text(found, end, STX.to_string());
        }
        STX | ETX => return Step::Skip(end),
        '<' => "&lt;",
        '>' => "&gt;",
        '&' => "&amp;",
        ' ' if settings.nbsp => "&nbsp;",
        _ => return Step::Text(found, end, Mark::Escaped(escaped).to_string()),
    };
    let mark = run.cx.stash.store(html);
    Step::Text(found, end, mark.to_string())
}

fn hardbreak(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    match memchr::memmem::find(&subject.text.as_bytes()[from..], b"\\\n") {
        Some(at) => {
            let element = run.cx.tree.create("br", subject.pos(from + at));
            Step::Element(from + at, from + at + 2, element)
        }
        None => Step::Done,
    }
}
