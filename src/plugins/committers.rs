//! `git-committers`: names of those who wrote a page come from a server, which is not asked.

use super::Plugin;
use crate::config::{PluginUse, Settings};
use crate::report::{Diagnostic, Severity};

struct Committers;

pub(super) fn make(entry: &PluginUse, _settings: &Settings, problems: &mut Vec<Diagnostic>) -> Box<dyn Plugin> {
    let message = "git-committers: committers are asked of a server, which a build does not do; pages show none";
    problems.push(Diagnostic::new("git-committers", Severity::Info, message).at(entry.span));
    Box::new(Committers)
}

impl Plugin for Committers {}
