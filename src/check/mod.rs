//! The checker: what a build does not look at, in rules of one file each.
//!
//! Works on what `build` has made without writing it ([`Inspection`]); gives problems as data.

mod context;
mod facts;
mod html;
mod place;
mod rules;

use crate::build::Inspection;
use crate::config::Settings;
use crate::files::Files;
use crate::report::{Diagnostic, Severity};

use context::Context;

/// Looks at everything; gives the problems of the build and those of the rules.
#[must_use]
pub fn check(settings: &Settings, files: &Files, inspection: Inspection) -> Report {
    let context = Context::new(settings, files, inspection);
    let mut problems = context.inspection.problems.clone();
    for rule in rules::RULES {
        rule(&context, &mut problems);
    }
    settings.levels.apply(files, &mut problems);
    crate::build::hide_protected(files, &context.inspection.pages, &mut problems);
    Report {
        pages: context.inspection.pages.len(),
        addresses: context.faces.values().map(|face| face.addresses.len()).sum(),
        problems,
    }
}

/// What was looked at and found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// How many pages there are.
    pub pages: usize,
    /// How many links, images, styles and scripts they have.
    pub addresses: usize,
    /// What was found, in no order.
    pub problems: Vec<Diagnostic>,
}

/// A problem at the level that the table gives it.
fn problem(code: &'static str, message: impl Into<String>) -> Diagnostic {
    let severity = crate::report::code(code).map_or(Severity::Warning, |code| code.severity);
    Diagnostic::new(code, severity, message)
}
