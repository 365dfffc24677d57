//! Settings as the narrow structs of the rooms that find, link and index.

use serde_json::Value;

use super::languages;
use super::settings::Settings;
use crate::search::SearchSpec;
use crate::site::{LinkSpec, NavSpec};
use crate::source::SourceSpec;
use crate::yaml::{Kind, Node};

impl Settings {
    /// What discovery needs to know; drafts are for the preview.
    #[must_use]
    pub fn source_spec(&self, build_drafts: bool) -> SourceSpec {
        SourceSpec {
            docs_dir: self.docs_dir.clone(),
            exclude: self.exclude_docs.text.clone(),
            drafts: self.draft_docs.text.clone(),
            not_in_nav: self.not_in_nav.text.clone(),
            use_directory_urls: self.use_directory_urls,
            build_drafts,
        }
    }

    /// What the navigation needs to know.
    #[must_use]
    pub fn nav_spec(&self) -> NavSpec {
        NavSpec {
            nav: self.nav.clone(),
            omitted_files: self.validation.nav_omitted_files,
            not_found: self.validation.nav_not_found,
            absolute_links: self.validation.nav_absolute_links,
        }
    }

    /// What the links need to know.
    #[must_use]
    pub fn link_spec(&self) -> LinkSpec {
        LinkSpec {
            not_found: self.validation.links_not_found,
            absolute_links: self.validation.links_absolute_links,
            unrecognized_links: self.validation.links_unrecognized_links,
            anchors: self.validation.links_anchors,
            use_directory_urls: self.use_directory_urls,
        }
    }

    /// What the search index needs to know; `None` without the search plugin.
    #[must_use]
    pub fn search_spec(&self) -> Option<SearchSpec> {
        let plugin = self.plugin("material/search").or_else(|| self.plugin("search"))?;
        let mut spec = SearchSpec::for_language(&self.theme.language);
        let option = |name: &str| plugin.options.get(name).filter(|node| !node.is_null());
        if let Some(lang) = option("lang").filter(|lang| lang.is_truthy()) {
            spec.lang = languages::resolve(lang);
            spec.own = None;
        }
        if let Some(separator) = option("separator")
            .and_then(Node::as_str)
            .filter(|text| !text.is_empty())
        {
            separator.clone_into(&mut spec.separator);
        }
        if let Some(pipeline) = option("pipeline").and_then(Node::as_seq) {
            spec.is_pipeline_set = true;
            spec.pipeline = pipeline.iter().filter_map(Node::as_str).map(str::to_owned).collect();
        }
        for (name, field) in option("fields").and_then(Node::as_map).unwrap_or(&[]) {
            spec.fields.push((name.key_text(), boost(field)));
        }
        spec.synonyms = option("synonyms").map_or_else(Vec::new, synonyms);
        Some(spec)
    }
}

/// The groups of `synonyms`: of a mapping, each key with its values; of a list, each item, a list or
/// a text with commas.
fn synonyms(node: &Node) -> Vec<Vec<String>> {
    let texts = |node: &Node| -> Vec<String> {
        match node.as_seq() {
            Some(items) => items.iter().map(Node::key_text).collect(),
            None => node.key_text().split(',').map(|text| text.trim().to_owned()).collect(),
        }
    };
    if let Some(entries) = node.as_map() {
        let group = |(key, node): &(Node, Node)| [vec![key.key_text()], texts(node)].concat();
        return entries.iter().map(group).collect();
    }
    node.as_seq().unwrap_or(&[]).iter().map(texts).collect()
}

/// The `boost` of a search field, as written.
fn boost(field: &Node) -> Value {
    match field.get("boost") {
        Some(boost) if matches!(boost.kind, Kind::Int(_) | Kind::Float(_)) => boost.to_json(),
        _ => Value::from(1.0),
    }
}
