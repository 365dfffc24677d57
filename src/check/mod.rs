//! The checker: what a build does not look at, in rules of one file each.
//!
//! Works on what `build` has made without writing it ([`Inspection`]); gives problems as data.

mod against;
mod context;
pub mod doctor;
mod facts;
mod fix;
mod html;
mod place;
mod rules;

use std::collections::BTreeMap;

use crate::build::Inspection;
use crate::config::Settings;
use crate::files::Files;
use crate::publish::{self, Published};
use crate::report::{Diagnostic, Severity};

use context::Context;

pub use fix::{Change, fixes};

/// Looks at everything; gives the problems of the build, those of the rules, and what differs from
/// the site that is published, if one is given.
#[must_use]
pub fn check(settings: &Settings, files: &Files, inspection: Inspection, published: Option<&Published>) -> Report {
    let context = Context::new(settings, files, inspection);
    let mut problems = context.inspection.problems.clone();
    for rule in rules::RULES {
        rule(&context, &mut problems);
    }
    let mut redirects = BTreeMap::new();
    if let Some(published) = published {
        let compared = against::against(&context, published);
        problems.extend(compared.problems);
        redirects = compared.redirects;
    }
    settings.levels.apply(files, &mut problems);
    crate::build::hide_protected(files, &context.inspection.pages, &mut problems);
    Report {
        pages: context.inspection.pages.len(),
        addresses: context.faces.values().map(|face| face.addresses.len()).sum(),
        problems,
        redirects,
    }
}

/// Where pages went: what git tells of renamed sources, and `redirect_maps` over it.
fn moves(context: &Context<'_>) -> BTreeMap<String, String> {
    let mut moves = publish::renames(&context.settings.docs_dir);
    moves.extend(rules::redirects(context));
    moves
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
    /// Entries for `redirect_maps` that would keep published addresses: old source, new source.
    pub redirects: BTreeMap<String, String>,
}

/// A problem at the level that the table gives it.
fn problem(code: &'static str, message: impl Into<String>) -> Diagnostic {
    let severity = crate::report::code(code).map_or(Severity::Warning, |code| code.severity);
    Diagnostic::new(code, severity, message)
}
