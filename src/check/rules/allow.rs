//! `chaski: allow:` lists only what is there to be allowed.

use super::{Context, problem};
use crate::report::Diagnostic;
use crate::yaml::{Kind, Node};

pub(super) fn check(cx: &Context<'_>, problems: &mut Vec<Diagnostic>) {
    let written = &cx.settings.written;
    let allowed = written.get("chaski").and_then(|ours| ours.get("allow"));
    for item in allowed.and_then(Node::as_seq).unwrap_or(&[]) {
        let Some(name) = item.as_str() else { continue };
        let used = match name {
            "theme" => true,
            "hooks" => written.get("hooks").is_some(),
            name => {
                let keys = ["plugins", "markdown_extensions", "hooks"];
                keys.iter()
                    .any(|key| written.get(key).is_some_and(|node| names(node, name)))
                    || cx.inspection.pages.iter().any(|page| page.meta.get(name).is_some())
            }
        };
        if !used {
            let message = format!("`chaski: allow:` lists '{name}', which the configuration does not have");
            problems.push(problem("allow-unused", message).at(item.span));
        }
    }
}

/// Whether a list or mapping has an entry called `name`.
fn names(node: &Node, name: &str) -> bool {
    let is = |node: &Node| {
        node.as_str()
            .is_some_and(|text| text == name || text.ends_with(&format!("/{name}")))
    };
    match &node.kind {
        Kind::Seq(items) => items.iter().any(|item| is(item) || names(item, name)),
        Kind::Map(entries) => entries.iter().any(|(key, _)| is(key)),
        _ => false,
    }
}
