//! `section-index`: a section whose first page has no title in the navigation becomes that page.
//!
//! The section is clickable and the page is not listed a second time; pages keep their titles, and
//! the section's own title wins in the navigation.

use super::{Plugin, Stage};
use crate::config::{PluginUse, Settings};
use crate::report::Diagnostic;
use crate::site::{NavItem, Site};

struct SectionIndex;

pub(super) fn make(_entry: &PluginUse, _settings: &Settings, _problems: &mut Vec<Diagnostic>) -> Box<dyn Plugin> {
    Box::new(SectionIndex)
}

impl Plugin for SectionIndex {
    fn navigation(&self, _stage: &Stage<'_>, _site: &Site, items: &mut Vec<NavItem>, _problems: &mut Vec<Diagnostic>) {
        for item in items {
            merge(item);
        }
    }
}

/// Merges a section with its index, the sections inside it first.
fn merge(item: &mut NavItem) {
    let NavItem::Section { children, page, .. } = item else {
        return;
    };
    for child in children.iter_mut() {
        merge(child);
    }
    let Some(NavItem::Page {
        page: first,
        title: None,
    }) = children.first()
    else {
        return;
    };
    if page.is_none() {
        *page = Some(*first);
        children.remove(0);
    }
}
