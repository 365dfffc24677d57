//! Tags of pages: names, parents, and which are hidden.

use crate::markdown::Slugify;
use crate::page::{Page, text_of};
use crate::plugins::options::{Options, fill};
use crate::report::{Diagnostic, Severity};
use crate::yaml::Node;

/// A tag; its lineage is its parents by name, outermost first, itself last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Tag {
    pub(super) name: String,
    pub(super) lineage: Vec<String>,
    pub(super) hidden: bool,
}

/// How tags are read and addressed.
#[derive(Clone, Debug)]
pub(super) struct TagSpec {
    pub(super) property: String,
    hierarchy: Option<String>,
    allowed: Vec<String>,
    shadow: Vec<String>,
    prefix: String,
    suffix: String,
    slugify: Slugify,
    separator: String,
    format: String,
}

impl TagSpec {
    pub(super) fn read(options: Options<'_>, problems: &mut Vec<Diagnostic>) -> Self {
        let hierarchy = options.text("tags_hierarchy_separator", "/");
        Self {
            property: options.text("tags_name_property", "tags"),
            hierarchy: options.bool("tags_hierarchy", false).then_some(hierarchy),
            allowed: options.texts("tags_allowed"),
            shadow: options.texts("shadow_tags"),
            prefix: options.text("shadow_tags_prefix", ""),
            suffix: options.text("shadow_tags_suffix", ""),
            slugify: options.slugify("tags_slugify", problems),
            separator: options.text("tags_slugify_separator", "-"),
            format: options.text("tags_slugify_format", "tag:{slug}"),
        }
    }

    /// The tags of a page, each once.
    pub(super) fn tags(&self, page: &Page, problems: &mut Vec<Diagnostic>) -> Vec<Tag> {
        let Some(node) = page.meta.get(&self.property).filter(|node| node.is_truthy()) else {
            return Vec::new();
        };
        let mut wrong = |what: String, at: &Node| {
            let message = format!("Error reading tags of page '{}': {what}", page.source.src_uri);
            let span = at.span.or_else(|| page.span_of("tags"));
            problems.push(Diagnostic::new("tags", Severity::Error, message).at(span));
        };
        let Some(items) = node.as_seq() else {
            wrong(format!("expected a list of tags, found {}", node.describe()), node);
            return Vec::new();
        };
        let mut tags: Vec<Tag> = Vec::with_capacity(items.len());
        for item in items {
            let Some(name) = text_of(item) else {
                wrong(format!("expected a text or a number, found {}", item.describe()), item);
                continue;
            };
            if !self.allowed.is_empty() && !self.allowed.contains(&name) {
                wrong(format!("Tags not in allow list: {name}"), item);
                continue;
            }
            if !tags.iter().any(|tag| tag.name == name) {
                tags.push(self.tag(name));
            }
        }
        tags
    }

    fn tag(&self, name: String) -> Tag {
        let mut lineage: Vec<String> = Vec::new();
        let mut hidden = false;
        let parts: Vec<&str> = match &self.hierarchy {
            Some(separator) => name.split(separator.as_str()).collect(),
            None => vec![&name],
        };
        for part in parts {
            let whole = match (lineage.last(), &self.hierarchy) {
                (Some(parent), Some(separator)) => format!("{parent}{separator}{part}"),
                _ => part.to_owned(),
            };
            hidden = hidden || self.is_shadow(&whole, part);
            lineage.push(whole);
        }
        Tag { name, lineage, hidden }
    }

    fn is_shadow(&self, whole: &str, part: &str) -> bool {
        self.shadow.iter().any(|name| name == whole)
            || !self.prefix.is_empty() && part.starts_with(&self.prefix)
            || !self.suffix.is_empty() && part.ends_with(&self.suffix)
    }

    /// The id of a tag on the pages that list it.
    pub(super) fn slug(&self, name: &str) -> String {
        let slug = |part: &str| self.slugify.slug(part, &self.separator);
        let slug = match &self.hierarchy {
            Some(separator) => name
                .split(separator.as_str())
                .map(slug)
                .collect::<Vec<_>>()
                .join(separator),
            None => slug(name),
        };
        fill(&self.format, &[("slug", &slug)])
    }
}
