//! The checker: what a build does not look at, in rules of one file each.
//!
//! Works on what `build` has made without writing it ([`Inspection`]); gives problems as data.

mod against;
mod context;
pub mod doctor;
mod external;
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

pub use context::Seen;
pub use external::{Asked, Cache, External, cache_file};
pub use fix::{Change, fixes};

/// What to look at besides the site itself.
#[derive(Clone, Copy, Debug, Default)]
pub struct Beside<'b> {
    /// The site that is published.
    pub published: Option<&'b Published>,
    /// How to ask links to other sites.
    pub external: Option<&'b External>,
}

/// Looks at everything, pages as they were `seen` while they were drawn; gives the problems of the build, those of the rules, and what is wrong with
/// what stands beside the site.
#[must_use]
pub fn check(
    settings: &Settings,
    files: &Files,
    seen: &Seen,
    inspection: Inspection<'_>,
    beside: &Beside<'_>,
) -> Report {
    let mut context = Context::new(settings, files, seen, inspection);
    let mut problems = std::mem::take(&mut context.inspection.problems);
    for rule in rules::RULES {
        rule(&context, &mut problems);
    }
    let mut redirects = BTreeMap::new();
    if let Some(published) = beside.published {
        let compared = against::against(&context, published);
        problems.extend(compared.problems);
        redirects = compared.redirects;
    }
    let asked = beside
        .external
        .map(|how| external::external(&context, how, &mut problems));
    settings.levels.apply(files, &mut problems);
    crate::build::hide_protected(files, context.inspection.pages, &mut problems);
    Report {
        pages: context.inspection.pages.len(),
        addresses: context.faces.values().map(|face| face.addresses.len()).sum(),
        problems,
        redirects,
        asked,
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
    /// What asking other sites has done, and the answers to keep.
    pub asked: Option<(Asked, Cache)>,
}

/// A problem at the level that the table gives it.
fn problem(code: &'static str, message: impl Into<String>) -> Diagnostic {
    let severity = crate::report::code(code).map_or(Severity::Warning, |code| code.severity);
    Diagnostic::new(code, severity, message)
}
