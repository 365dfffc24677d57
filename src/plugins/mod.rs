//! The plugins sites live on, one file each behind one interface.
//!
//! A plugin says by the stages it implements where it takes part; the stages come in the order of
//! MkDocs' events (COMPAT 9), plugins in the order of the configuration. Adding one touches its
//! own file and the table `PLUGINS`.

mod attributes;
mod autorefs;
mod awesome_nav;
mod awesome_pages;
mod blog;
mod committers;
mod dates;
mod descriptions;
mod encrypt;
mod exclude;
mod exclude_search;
mod extra_data;
mod git;
mod git_authors;
mod glightbox;
mod glob;
mod history;
mod include_markdown;
mod jinja;
mod literate_nav;
mod llms;
mod macros;
mod mermaid;
mod meta;
mod minify;
mod new_tab;
mod offline;
mod options;
mod path_glob;
mod redirects;
mod revision_date;
mod revision_day;
mod rss;
mod section_index;
mod tags;

use std::path::Path;

use serde_json::{Map, Value};

use crate::cache::Cache;
use crate::config::{PluginUse, Settings};
use crate::files::Files;
use crate::markdown::Document;
use crate::output::OutputSet;
use crate::page::Page;
use crate::report::{Checked, Diagnostic, Progress};
use crate::site::{LinkSpec, Nav, NavItem, Site};
use crate::source::Source;
use crate::yaml::Node;

/// What every stage sees of the build.
#[derive(Clone, Copy)]
pub struct Stage<'s> {
    /// The settings.
    pub settings: &'s Settings,
    /// Reads files.
    pub files: &'s Files,
    /// How links are checked.
    pub links: &'s LinkSpec,
    /// Converts Markdown that a plugin has (titles, excerpts, views).
    pub convert: &'s (dyn Fn(&Path, &str) -> Checked<Document> + Sync),
    /// The time of the build in seconds since 1970.
    pub now: i64,
    /// Where progress is counted.
    pub progress: &'s Progress,
    /// What is kept from build to build.
    pub cache: &'s Cache,
}

/// A plugin that is switched on. Every stage has a default that does nothing.
pub trait Plugin: Send + Sync {
    /// After discovery: adds, moves or takes out sources.
    fn sources(&mut self, _stage: &Stage<'_>, _sources: &mut Vec<Source>, _problems: &mut Vec<Diagnostic>) {}

    /// For each page, in parallel: changes its front matter before it is converted.
    fn front_matter(&self, _stage: &Stage<'_>, _source: &Source, _meta: &mut Node, _problems: &mut Vec<Diagnostic>) {}

    /// For each page, in parallel: gives another Markdown text than `text`.
    fn markdown(
        &self,
        _stage: &Stage<'_>,
        _page: &Page,
        _text: &str,
        _problems: &mut Vec<Diagnostic>,
    ) -> Option<String> {
        None
    }

    /// With the pages of the docs folder converted: moves them, excludes some, and gives pages
    /// that it makes, as sources with their texts. Those are converted as all others.
    fn make(
        &mut self,
        _stage: &Stage<'_>,
        _pages: &mut Vec<Page>,
        _problems: &mut Vec<Diagnostic>,
    ) -> Vec<(Source, String)> {
        Vec::new()
    }

    /// Whether [`Plugin::make`] reads the texts of pages, not only their titles.
    fn reads_texts(&self) -> bool {
        false
    }

    /// With all pages converted, made ones included: changes them.
    fn pages(&mut self, _stage: &Stage<'_>, _pages: &mut Vec<Page>, _problems: &mut Vec<Diagnostic>) {}

    /// With all pages known: gives another `nav` than the one written.
    fn nav(
        &self,
        _stage: &Stage<'_>,
        _site: &Site,
        written: Option<Node>,
        _problems: &mut Vec<Diagnostic>,
    ) -> Option<Node> {
        written
    }

    /// Before the navigation is linked: changes its items.
    fn navigation(&self, _stage: &Stage<'_>, _site: &Site, _items: &mut Vec<NavItem>, _problems: &mut Vec<Diagnostic>) {
    }

    /// With the site linked: changes pages that depend on all others (lists of posts and tags),
    /// and which page follows which.
    fn linked(
        &mut self,
        _stage: &Stage<'_>,
        _pages: &mut [Page],
        _site: &Site,
        _nav: &mut Nav,
        _problems: &mut Vec<Diagnostic>,
    ) {
    }

    /// For each page, in parallel: changes its article, links resolved.
    fn content(
        &self,
        _stage: &Stage<'_>,
        _page: &Page,
        _site: &Site,
        _html: &mut String,
        _problems: &mut Vec<Diagnostic>,
    ) {
    }

    /// Whether the search index has the section at `location`, an address with `#id`.
    fn is_searched(&self, _location: &str) -> bool {
        true
    }

    /// For each page, in parallel: adds variables for its template.
    fn context(&self, _stage: &Stage<'_>, _page: &Page, _variables: &mut Map<String, Value>) {}

    /// For each page, in parallel: changes the whole HTML file.
    fn html(&self, _stage: &Stage<'_>, _page: &Page, _html: &mut String, _problems: &mut Vec<Diagnostic>) {}

    /// At the end: adds files to the output.
    fn output(
        &self,
        _stage: &Stage<'_>,
        _pages: &[Page],
        _site: &Site,
        _output: &mut OutputSet,
        _problems: &mut Vec<Diagnostic>,
    ) {
    }
}

/// A plugin that the settings switch on.
pub struct Loaded {
    /// Its full name.
    pub name: &'static str,
    plugin: Box<dyn Plugin>,
}

impl std::ops::Deref for Loaded {
    type Target = dyn Plugin;

    fn deref(&self) -> &Self::Target {
        &*self.plugin
    }
}

impl std::ops::DerefMut for Loaded {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut *self.plugin
    }
}

/// Reads the options of a plugin and switches it on.
type Make = fn(&PluginUse, &Settings, &mut Vec<Diagnostic>) -> Box<dyn Plugin>;

/// Plugins by their full name.
const PLUGINS: &[(&str, Make)] = &[
    ("material/blog", blog::make),
    ("material/tags", tags::make),
    ("encryptcontent", encrypt::make),
    ("autorefs", autorefs::make),
    ("git-revision-date-localized", revision_date::make),
    ("git-revision-date", revision_day::make),
    ("git-authors", git_authors::make),
    ("git-committers", committers::make),
    ("material/offline", offline::make),
    ("exclude", exclude::make),
    ("open-in-new-tab", new_tab::make),
    ("material/meta", meta::make),
    ("redirects", redirects::make),
    ("include-markdown", include_markdown::make),
    ("section-index", section_index::make),
    ("macros", macros::make),
    ("markdownextradata", extra_data::make),
    ("glightbox", glightbox::make),
    ("exclude-search", exclude_search::make),
    ("minify", minify::make),
    ("literate-nav", literate_nav::make),
    ("awesome-pages", awesome_pages::make),
    ("awesome-nav", awesome_nav::make),
    ("mermaid2", mermaid::make),
    ("meta-descriptions", descriptions::make),
    ("rss", rss::make),
    ("llmstxt", llms::make),
];

/// The full names of the plugins that are built in.
#[must_use]
pub fn names() -> Vec<&'static str> {
    PLUGINS.iter().map(|(name, _)| *name).collect()
}

/// The plugins that the settings switch on, in order. What is not in the table has been reported
/// by `config`.
#[must_use]
pub fn load(settings: &Settings) -> Checked<Vec<Loaded>> {
    let mut problems = Vec::new();
    let mut plugins = Vec::new();
    for entry in &settings.plugins {
        if let Some((name, make)) = PLUGINS.iter().find(|(name, _)| *name == entry.name) {
            let plugin = make(entry, settings, &mut problems);
            plugins.push(Loaded { name, plugin });
        }
    }
    Checked {
        value: plugins,
        problems,
    }
}
