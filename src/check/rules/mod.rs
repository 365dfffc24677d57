//! The rules, one file each.

mod allow;
mod articles;
mod assets;
mod front_matter;
mod links;
mod nav;
mod orphans;
mod redirects;
mod references;
mod titles;

pub(super) use links::markdown_places;
pub(super) use redirects::map as redirects;

use super::context::Context;
use super::problem;
use crate::report::Diagnostic;

/// Looks at the finished site and adds what it finds.
pub(super) type Rule = fn(&Context<'_>, &mut Vec<Diagnostic>);

/// All rules. Their order does not matter: problems are sorted when they are shown.
pub(super) const RULES: &[Rule] = &[
    links::check,
    articles::check,
    references::check,
    front_matter::check,
    titles::check,
    nav::check,
    redirects::check,
    orphans::check,
    assets::check,
    allow::check,
];
