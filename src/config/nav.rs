//! The shape of `nav`, checked as MkDocs checks it. What its items lead to is for `site` to say.

use super::reader::Reader;
use crate::report::{Diagnostic, Severity};
use crate::yaml::{Kind, Node};

/// The value of `nav`; `None` when it is missing, empty or no list.
pub(super) fn read(reader: &mut Reader<'_, '_>) -> Option<Node> {
    let node = reader.node("nav")?;
    let Some(items) = node.as_seq() else {
        report(node, "Expected nav to be a list", Severity::Error, reader.problems);
        return None;
    };
    for item in items {
        check_item(item, reader.problems);
    }
    (!items.is_empty()).then(|| node.clone())
}

fn check_item(item: &Node, problems: &mut Vec<Diagnostic>) {
    match &item.kind {
        Kind::Str(_) => {}
        Kind::Map(entries) => match entries.as_slice() {
            [(_, value)] => check_value(value, problems),
            _ => report(
                item,
                "Expected nav item to be a dict of size 1",
                Severity::Error,
                problems,
            ),
        },
        _ => report(
            item,
            "Expected nav item to be a string or dict",
            Severity::Error,
            problems,
        ),
    }
}

/// What stands behind a title: a path or a list; a mapping is tolerated.
fn check_value(value: &Node, problems: &mut Vec<Diagnostic>) {
    match &value.kind {
        Kind::Str(_) => {}
        Kind::Seq(items) => {
            for item in items {
                check_item(item, problems);
            }
        }
        Kind::Map(entries) if !entries.is_empty() => {
            report(value, "Expected nav to be a list", Severity::Warning, problems);
            for (_, value) in entries {
                check_value(value, problems);
            }
        }
        _ => report(value, "Expected nav to be a list", Severity::Error, problems),
    }
}

fn report(node: &Node, expected: &str, severity: Severity, problems: &mut Vec<Diagnostic>) {
    let found = match &node.kind {
        Kind::Map(entries) if !entries.is_empty() => {
            let keys: Vec<_> = entries.iter().map(|(key, _)| format!("'{}'", key.key_text())).collect();
            let comma = if keys.len() == 1 { "," } else { "" };
            format!("dict with keys ({}{comma})", keys.join(", "))
        }
        Kind::Str(text) => format!("'{text}'"),
        Kind::Null => "None".to_owned(),
        _ => node.describe().to_owned(),
    };
    let message = format!("Config value 'nav': {expected}, got {found}");
    let problem = Diagnostic::new("nav", severity, message).at(node.span);
    problems.push(problem.help("write `- path.md`, `- Title: path.md`, or `- Title:` with a list below it"));
}
