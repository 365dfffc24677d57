//! Lists of tags on pages: where the Markdown asks for one, what it holds, and how it is written.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::LazyLock;

use regex::{Regex, RegexBuilder};

use super::tag::Tag;
use crate::files::Files;
use crate::page::text_of;
use crate::plugins::options::Options;
use crate::report::{Diagnostic, Severity};
use crate::yaml::{Kind, Node};

/// A place for a list on a page.
#[derive(Clone, Debug, Default)]
pub(super) struct Listing {
    /// Number of the page.
    pub(super) page: usize,
    /// Id and text of the heading that stands for it until the site is linked.
    pub(super) mark: String,
    scope: Option<String>,
    pub(super) shadow: bool,
    pub(super) toc: bool,
    include: Vec<String>,
    exclude: Vec<String>,
}

/// What lists are like where they do not say it.
#[derive(Clone, Debug)]
pub(super) struct ListingSpec {
    pub(super) directive: String,
    pub(super) enabled: bool,
    shadow: bool,
    toc: bool,
    named: Node,
}

/// A page and its tags.
#[derive(Clone, Debug)]
pub(super) struct Mapping {
    pub(super) page: usize,
    pub(super) uri: String,
    pub(super) tags: Vec<Tag>,
}

/// A tag of a list, with the pages that have it.
#[derive(Clone, Debug, Default)]
pub(super) struct Branch {
    pub(super) name: String,
    pub(super) hidden: bool,
    pub(super) pages: Vec<usize>,
    pub(super) children: Vec<Branch>,
}

impl ListingSpec {
    pub(super) fn read(options: Options<'_>) -> Self {
        Self {
            directive: options.text("listings_directive", "material/tags"),
            enabled: options.bool("listings", true) && !options.bool("export_only", false),
            shadow: options.bool("shadow", false),
            toc: options.bool("listings_toc", true),
            named: options.node("listings_map").cloned().unwrap_or_default(),
        }
    }

    /// The pattern of the comment that asks for a list; its group holds the arguments.
    pub(super) fn pattern(&self) -> Option<Regex> {
        RegexBuilder::new(&format!(r"<!--\s*?{}(.*?)\s*-->", self.directive))
            .case_insensitive(true)
            .dot_matches_new_line(true)
            .multi_line(true)
            .build()
            .ok()
    }

    /// The list that `arguments` ask for on the page at `uri`.
    pub(super) fn listing(
        &self,
        files: &Files,
        uri: &str,
        arguments: &str,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<Listing> {
        let wrong = |what: String| {
            let message = format!("Error reading listing configuration in '{uri}': {what}");
            Diagnostic::new("tags-listing", Severity::Error, message)
        };
        let file = files.add(Path::new(&format!("{uri} (listing)")), arguments);
        let node = match crate::yaml::parse(&file) {
            Ok(node) => node.take(problems),
            Err(problem) => {
                problems.push(wrong(problem.message));
                return None;
            }
        };
        let config = match &node.kind {
            Kind::Str(name) => match self.named.get(name) {
                Some(named) => named,
                None => {
                    let known: Vec<String> = self
                        .named
                        .as_map()
                        .unwrap_or_default()
                        .iter()
                        .map(|(k, _)| k.key_text())
                        .collect();
                    problems.push(wrong(format!(
                        "Couldn't find listing configuration: {name}. Available configurations: {}",
                        known.join(", ")
                    )));
                    return None;
                }
            },
            _ => &node,
        };
        for (key, _) in config.as_map().unwrap_or_default() {
            let key = key.key_text();
            if !["scope", "shadow", "layout", "toc", "include", "exclude"].contains(&key.as_str()) {
                let mut problem = wrong(format!("Unrecognised configuration name: {key}"));
                problem.severity = Severity::Warning;
                problems.push(problem);
            }
        }
        let options = Options(config);
        let folder = uri.rfind('/').map_or("", |at| &uri[..=at]);
        let texts = |name: &str| {
            let items = options.node(name).and_then(Node::as_seq).unwrap_or_default();
            items.iter().filter_map(text_of).collect()
        };
        Some(Listing {
            scope: options.bool("scope", false).then(|| folder.to_owned()),
            shadow: options.bool("shadow", self.shadow),
            toc: options.bool("toc", self.toc),
            include: texts("include"),
            exclude: texts("exclude"),
            ..Listing::default()
        })
    }
}

impl Listing {
    /// The tags of a page that this list shows.
    pub(super) fn tags<'m>(&self, mapping: &'m Mapping) -> Vec<&'m Tag> {
        let among = |tag: &Tag, names: &[String]| tag.lineage.iter().any(|name| names.contains(name));
        let elsewhere = self
            .scope
            .as_ref()
            .is_some_and(|folder| !mapping.uri.starts_with(folder));
        if mapping.page == self.page || elsewhere || mapping.tags.iter().any(|tag| among(tag, &self.exclude)) {
            return Vec::new();
        }
        let included = |tag: &&Tag| self.include.is_empty() || among(tag, &self.include);
        mapping.tags.iter().filter(included).collect()
    }

    /// All pages by their tags, in no order yet.
    pub(super) fn branches(&self, mappings: &[Mapping]) -> Vec<Branch> {
        let mut roots: Vec<Branch> = Vec::new();
        let mut known = std::collections::HashMap::new();
        for mapping in mappings {
            for tag in self.tags(mapping) {
                if tag.hidden && !self.shadow {
                    continue;
                }
                insert(&mut roots, &mut known, tag, mapping.page);
            }
        }
        roots
    }
}

/// Puts a page below its tag. `known` keeps the place of each tag among its siblings.
fn insert(roots: &mut Vec<Branch>, known: &mut std::collections::HashMap<String, usize>, tag: &Tag, page: usize) {
    let mut level = roots;
    for (depth, name) in tag.lineage.iter().enumerate() {
        let at = *known.entry(name.clone()).or_insert_with(|| {
            level.push(Branch {
                name: name.clone(),
                hidden: tag.hidden,
                ..Branch::default()
            });
            level.len() - 1
        });
        if depth + 1 == tag.lineage.len() {
            level[at].pages.push(page);
            return;
        }
        level = &mut level[at].children;
    }
}

/// The heading of a list that stands in the HTML: its range, and what it is made of.
pub(super) struct Placed {
    pub(super) range: std::ops::Range<usize>,
    level: String,
    html: String,
}

/// Finds the heading with id `mark`.
pub(super) fn find(html: &str, mark: &str) -> Option<Placed> {
    static OPEN: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^<h([1-6])[^>]*>").ok());
    let at = html.find(&format!("id=\"{mark}\""))?;
    let start = html[..at].rfind('<')?;
    let level = OPEN.as_ref()?.captures(&html[start..])?.get(1)?.as_str().to_owned();
    let close = format!("</h{level}>");
    let end = at + html[at..].find(&close)? + close.len();
    Some(Placed {
        range: start..end,
        level,
        html: html[start..end].to_owned(),
    })
}

impl Placed {
    /// The heading for a tag: at another level, with its id and what is shown of it.
    pub(super) fn heading(&self, mark: &str, level: usize, slug: &str, name: &str) -> String {
        let moved = self
            .html
            .replacen(&format!("<h{}", self.level), &format!("<h{level}"), 1)
            .replace(&format!("</h{}>", self.level), &format!("</h{level}>"));
        moved
            .replace(&format!("\"{mark}\""), &format!("\"{slug}\""))
            .replace(&format!("\"#{mark}\""), &format!("\"#{slug}\""))
            .replacen(mark, name, 1)
    }
}

/// Writes a list: each tag with its pages, and the tags below it.
pub(super) fn write(
    out: &mut String,
    branches: &[Branch],
    heading: &dyn Fn(&Branch) -> String,
    link: &dyn Fn(usize) -> (String, String),
) {
    for branch in branches {
        out.push_str(&heading(branch));
        out.push_str("\n<ul>\n");
        for page in &branch.pages {
            let (url, title) = link(*page);
            let _ = writeln!(out, "<li><a href=\"{url}\">{title}</a></li>");
        }
        for child in &branch.children {
            out.push_str("<li style=\"list-style-type:none\">");
            write(out, std::slice::from_ref(child), heading, link);
            out.push_str("</li>\n");
        }
        out.push_str("</ul>\n");
    }
}
