//! `exclude`: files that the site does not have, by patterns of names and by regular expressions.

use regex::Regex;

use super::glob::Globs;
use super::options::Options;
use super::{Plugin, Stage};
use crate::config::{PluginUse, Settings};
use crate::page::text_of;
use crate::report::{Diagnostic, Severity};
use crate::source::{Inclusion, Source};
use crate::yaml::Node;

struct Exclude {
    globs: Globs,
    patterns: Vec<Regex>,
}

pub(super) fn make(entry: &PluginUse, _settings: &Settings, problems: &mut Vec<Diagnostic>) -> Box<dyn Plugin> {
    let options = Options(&entry.options);
    let texts = |name: &str| match options.node(name) {
        Some(node) if node.as_str().is_some() => vec![node.clone()],
        Some(node) => node.as_seq().map_or_else(Vec::new, <[Node]>::to_vec),
        None => Vec::new(),
    };
    let mut patterns = Vec::new();
    for name in ["glob", "regex"] {
        let Some(node) = options.node(name) else { continue };
        let wrong = match node.as_seq() {
            Some(items) => items.iter().find(|item| item.as_str().is_none()),
            None => Some(node).filter(|node| node.as_str().is_none()),
        };
        if let Some(wrong) = wrong {
            let message = format!("`{name}` of the exclude plugin takes texts, not {}", wrong.describe());
            problems.push(Diagnostic::new("exclude-regex", Severity::Error, message).at(wrong.span));
        }
    }
    for node in texts("regex") {
        let text = text_of(&node).unwrap_or_default();
        match Regex::new(&format!("^(?:{text})")) {
            Ok(regex) => patterns.push(regex),
            Err(_) => {
                let message = format!("the regular expression `{text}` of the exclude plugin cannot be read");
                problems.push(Diagnostic::new("exclude-regex", Severity::Error, message).at(node.span));
            }
        }
    }
    let globs: Vec<String> = texts("glob").iter().filter_map(text_of).collect();
    Box::new(Exclude {
        globs: Globs::new(&globs),
        patterns,
    })
}

impl Plugin for Exclude {
    fn sources(&mut self, _stage: &Stage<'_>, sources: &mut Vec<Source>, _problems: &mut Vec<Diagnostic>) {
        for source in sources {
            let uri = source.src_uri.as_str();
            if self.globs.matches(uri) || self.patterns.iter().any(|regex| regex.is_match(uri)) {
                source.inclusion = Inclusion::Excluded;
            }
        }
    }
}
