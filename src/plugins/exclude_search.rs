//! `exclude-search`: pages, folders and sections that search does not find, neither in
//! `search_index.json` nor in the readers' index.

use std::collections::HashSet;

use super::Plugin;
use super::glob::Globs;
use super::options::Options;
use crate::config::{PluginUse, Settings};
use crate::page::text_of;
use crate::report::{Diagnostic, Severity};
use crate::yaml::{Kind, Node};

/// A page by its pattern, and one of its sections.
struct Rule {
    page: Globs,
    section: Option<String>,
}

struct ExcludeSearch {
    exclude: Vec<Rule>,
    ignore: Vec<Rule>,
    unreferenced: bool,
    tags: bool,
    /// Paths of the navigation without `.md`.
    listed: HashSet<String>,
}

pub(super) fn make(entry: &PluginUse, settings: &Settings, problems: &mut Vec<Diagnostic>) -> Box<dyn Plugin> {
    let options = Options(&entry.options);
    let mut say = |severity, message: &str| {
        problems.push(Diagnostic::new("exclude-search", severity, message).at(entry.span));
    };
    if !["search", "material/search"]
        .iter()
        .any(|name| settings.plugin(name).is_some())
    {
        say(Severity::Info, "exclude-search has no effect: the search plugin is off");
    }
    let exclude = texts(options, "exclude");
    let ignore = texts(options, "ignore");
    let mut listed = HashSet::new();
    if let Some(nav) = &settings.nav {
        leaves(nav, &mut listed);
    }
    let plugin = ExcludeSearch {
        unreferenced: options.bool("exclude_unreferenced", false),
        tags: options.bool("exclude_tags", false),
        listed,
        exclude: exclude.iter().map(|text| rule(text)).collect(),
        ignore: ignore
            .iter()
            .filter(|text| text.contains('#'))
            .map(|text| rule(text))
            .collect(),
    };
    if exclude.is_empty() && !plugin.unreferenced && !plugin.tags {
        say(
            Severity::Info,
            "exclude-search has no effect: it names nothing to exclude",
        );
    }
    for text in ignore.iter().filter(|text| !text.contains('#')) {
        let message = format!("exclude-search: `ignore` takes sections (`page.md#section`), `{text}` is none");
        say(Severity::Warning, &message);
    }
    Box::new(plugin)
}

fn texts(options: Options<'_>, name: &str) -> Vec<String> {
    match options.node(name) {
        Some(node) if node.as_str().is_some() => text_of(node).into_iter().collect(),
        _ => options.texts(name),
    }
}

fn rule(text: &str) -> Rule {
    let (page, section) = text.split_once('#').unwrap_or((text, ""));
    let page = page.strip_suffix(".md").unwrap_or(page).to_owned();
    Rule {
        page: Globs::new(&[page]),
        section: Some(section.to_owned()).filter(|section| !section.is_empty()),
    }
}

impl Plugin for ExcludeSearch {
    fn is_searched(&self, location: &str) -> bool {
        self.keeps(location)
    }
}

impl ExcludeSearch {
    /// The rules in the order of the original: tag pages, the home page, pages off the navigation,
    /// sections to keep, then what is excluded.
    fn keeps(&self, location: &str) -> bool {
        let (file, section) = location.split_once('#').unwrap_or((location, ""));
        let section = Some(section).filter(|section| !section.is_empty());
        let page = file
            .strip_suffix('/')
            .or_else(|| file.strip_suffix(".html"))
            .unwrap_or(file);
        if page == "tags" || page.ends_with("/tags") {
            if self.tags {
                return false;
            }
        } else if file.is_empty() || file == "index.html" {
            return true;
        } else if self.unreferenced && !self.listed.contains(page) {
            return false;
        }
        let kept = |rule: &Rule| rule.page.matches(page) && (section.is_none() || section == rule.section.as_deref());
        if self.ignore.iter().any(kept) {
            return true;
        }
        let excluded =
            |rule: &Rule| rule.page.matches(page) && (rule.section.is_none() || section == rule.section.as_deref());
        !self.exclude.iter().any(excluded)
    }
}

/// Paths of the navigation without `.md`.
fn leaves(node: &Node, found: &mut HashSet<String>) {
    match &node.kind {
        Kind::Seq(items) => items.iter().for_each(|item| leaves(item, found)),
        Kind::Map(entries) => entries.iter().for_each(|(_, value)| leaves(value, found)),
        Kind::Str(text) => {
            found.insert(text.strip_suffix(".md").unwrap_or(text).to_owned());
        }
        _ => {}
    }
}
