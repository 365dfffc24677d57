//! `offline`: the search index as a script, so that pages opened from the disk can search.
//!
//! Addresses with `.html` instead of folders follow from the settings.

use super::{Plugin, Stage};
use crate::config::{PluginUse, Settings};
use crate::output::{Content, OutputSet};
use crate::page::Page;
use crate::report::Diagnostic;
use crate::site::Site;

struct Offline;

pub(super) fn make(_entry: &PluginUse, _settings: &Settings, _problems: &mut Vec<Diagnostic>) -> Box<dyn Plugin> {
    Box::new(Offline)
}

impl Plugin for Offline {
    fn output(
        &self,
        _stage: &Stage<'_>,
        _pages: &[Page],
        _site: &Site,
        output: &mut OutputSet,
        _problems: &mut Vec<Diagnostic>,
    ) {
        let index = output.iter().find_map(|(path, content)| match content {
            Content::Bytes(bytes) if path == "search/search_index.json" => Some(bytes.clone()),
            _ => None,
        });
        if let Some(index) = index {
            let mut script = b"var __index = ".to_vec();
            script.extend(index);
            output.insert("search/search_index.js", script);
        }
    }
}
