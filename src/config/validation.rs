//! `validation`: how grave doubtful links are. A key at the top counts for `nav` and `links` both.

use super::reader::Reader;
use super::settings::Validation;
use crate::report::Severity;
use crate::site::AbsoluteLinks;
use crate::yaml::Node;

const LEVELS: &[(&str, Severity)] = &[
    ("warn", Severity::Warning),
    ("info", Severity::Info),
    ("ignore", Severity::Debug),
];

const ABSOLUTE: &[(&str, AbsoluteLinks)] = &[
    ("warn", AbsoluteLinks::Report(Severity::Warning)),
    ("info", AbsoluteLinks::Report(Severity::Info)),
    ("ignore", AbsoluteLinks::Report(Severity::Debug)),
    ("relative_to_docs", AbsoluteLinks::RelativeToDocs),
];

impl Default for Validation {
    fn default() -> Self {
        Self {
            nav_omitted_files: Severity::Info,
            nav_not_found: Severity::Warning,
            nav_absolute_links: AbsoluteLinks::Report(Severity::Info),
            links_not_found: Severity::Warning,
            links_absolute_links: AbsoluteLinks::Report(Severity::Info),
            links_unrecognized_links: Severity::Info,
            links_anchors: Severity::Info,
        }
    }
}

/// Reads `validation`.
pub(super) fn read(reader: &mut Reader<'_, '_>) -> Validation {
    let standard = Validation::default();
    let node = reader.node("validation");
    let mut top = Reader::new(node, "validation.", reader.problems);
    let all = Validation {
        nav_omitted_files: top.choice("omitted_files", LEVELS, standard.nav_omitted_files),
        nav_not_found: top.choice("not_found", LEVELS, standard.nav_not_found),
        nav_absolute_links: top.choice("absolute_links", ABSOLUTE, standard.nav_absolute_links),
        links_not_found: top.choice("not_found", LEVELS, standard.links_not_found),
        links_absolute_links: top.choice("absolute_links", ABSOLUTE, standard.links_absolute_links),
        links_unrecognized_links: top.choice("unrecognized_links", LEVELS, standard.links_unrecognized_links),
        links_anchors: top.choice("anchors", LEVELS, standard.links_anchors),
    };
    let (nav_node, links_node): (Option<&Node>, Option<&Node>) = (top.node("nav"), top.node("links"));
    let mut nav = Reader::new(nav_node, "validation.nav.", top.problems);
    let all = Validation {
        nav_omitted_files: nav.choice("omitted_files", LEVELS, all.nav_omitted_files),
        nav_not_found: nav.choice("not_found", LEVELS, all.nav_not_found),
        nav_absolute_links: nav.choice("absolute_links", ABSOLUTE, all.nav_absolute_links),
        ..all
    };
    nav.finish(Severity::Warning);
    let mut links = Reader::new(links_node, "validation.links.", top.problems);
    let all = Validation {
        links_not_found: links.choice("not_found", LEVELS, all.links_not_found),
        links_absolute_links: links.choice("absolute_links", ABSOLUTE, all.links_absolute_links),
        links_unrecognized_links: links.choice("unrecognized_links", LEVELS, all.links_unrecognized_links),
        links_anchors: links.choice("anchors", LEVELS, all.links_anchors),
        ..all
    };
    links.finish(Severity::Warning);
    top.finish(Severity::Warning);
    all
}
