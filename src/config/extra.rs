//! `extra`: free data, of which Material knows some keys. Their shape is checked, nothing more.

use super::reader::Reader;
use crate::report::{Diagnostic, Severity};
use crate::yaml::{Kind, Node};

/// Reports values that Material's templates could not use. They are warnings: a site's own
/// templates may well use them in another way.
pub(super) fn check(extra: &Node, problems: &mut Vec<Diagnostic>) {
    let before = problems.len();
    let mut reader = Reader::new(Some(extra), "extra.", problems);
    for key in ["homepage", "scope"] {
        reader.text(key);
    }
    reader.flag("generator", true);
    entries(&mut reader, "social", &["icon", "link"]);
    entries(&mut reader, "alternate", &["name", "link", "lang"]);
    mapping(&mut reader, "consent", |consent| {
        consent.text("title");
        consent.text("description");
        consent.texts("actions");
        consent.node("cookies");
    });
    mapping(&mut reader, "analytics", |analytics| {
        analytics.text("provider");
        analytics.node("feedback");
    });
    mapping(&mut reader, "version", |version| {
        version.text("provider");
    });
    mapping(&mut reader, "status", |_| {});
    mapping(&mut reader, "tags", |_| {});
    for problem in &mut problems[before..] {
        problem.severity = problem.severity.min(Severity::Warning);
    }
}

/// A list of mappings that have `wanted`.
fn entries(reader: &mut Reader<'_, '_>, key: &'static str, wanted: &[&'static str]) {
    let items = reader.list(key);
    for (index, item) in items.iter().enumerate() {
        let mut entry = Reader::new(Some(item), &format!("extra.{key}[{index}]."), reader.problems);
        for name in wanted {
            if entry.text(name).is_none() && item.as_map().is_some() && item.get(name).is_none() {
                entry.error(name, item, "it is missing");
            }
        }
    }
}

fn mapping(reader: &mut Reader<'_, '_>, key: &'static str, check: impl FnOnce(&mut Reader<'_, '_>)) {
    let node = reader.node(key).filter(|node| !matches!(node.kind, Kind::Bool(false)));
    let mut inner = Reader::new(node, &format!("extra.{key}."), reader.problems);
    check(&mut inner);
}
