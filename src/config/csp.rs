//! Reads `chaski.csp`: whether pages get a Content-Security-Policy, and what it allows besides
//! what the pages themselves name.

use super::reader::Reader;
use crate::theme::PolicySpec;
use crate::yaml::{Kind, Node};

/// `true`, or a mapping of directives to sources; nothing for `false`.
pub(super) fn read(ours: &mut Reader<'_, '_>) -> Option<PolicySpec> {
    let node = ours.node("csp")?;
    match &node.kind {
        Kind::Bool(on) => on.then(PolicySpec::default),
        Kind::Map(_) => Some(directives(node, ours)),
        _ => {
            ours.wrong("csp", node, "`true`, `false` or a mapping of directives to sources");
            None
        }
    }
}

fn directives(node: &Node, ours: &mut Reader<'_, '_>) -> PolicySpec {
    let mut reader = Reader::new(Some(node), "chaski.csp.", ours.problems);
    let mut spec = PolicySpec::default();
    for directive in PolicySpec::DIRECTIVES {
        let written = match reader.node(directive) {
            None => continue,
            Some(value) if value.as_str().is_some() => vec![(value.as_str().unwrap_or_default(), value)],
            Some(_) => reader.located_texts(directive),
        };
        let mut sources = Vec::new();
        for (source, at) in written {
            if source.contains([';', ',', '"', '<']) || source.split_whitespace().count() != 1 {
                reader.wrong(directive, at, "one source such as `https://example.org`");
            } else {
                sources.push(source.to_owned());
            }
        }
        spec.sources.insert(directive, sources);
    }
    reader.finish(crate::report::Severity::Warning);
    spec
}
