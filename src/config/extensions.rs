//! `markdown_extensions` as a list of uses. What the options mean is for `markdown` to say.

use crate::markdown::ExtensionUse;
use crate::report::{Diagnostic, Severity};
use crate::yaml::{Kind, Node};

/// Reads the value of `markdown_extensions`, a list or a mapping.
pub(super) fn read(node: &Node, problems: &mut Vec<Diagnostic>) -> Vec<ExtensionUse> {
    match &node.kind {
        Kind::Null => Vec::new(),
        Kind::Map(entries) => entries
            .iter()
            .filter_map(|(name, options)| extension(name, Some(options), problems))
            .collect(),
        Kind::Seq(items) => items.iter().filter_map(|item| item_of_list(item, problems)).collect(),
        _ => {
            problems.push(
                invalid(node, "Invalid Markdown Extensions configuration")
                    .help("write a list of names, or of `name: {option: value}` entries"),
            );
            Vec::new()
        }
    }
}

fn item_of_list(item: &Node, problems: &mut Vec<Diagnostic>) -> Option<ExtensionUse> {
    match &item.kind {
        Kind::Map(entries) => match entries.as_slice() {
            [(name, options)] => extension(name, Some(options), problems),
            _ => {
                problems.push(
                    invalid(item, "Invalid Markdown Extensions configuration")
                        .help("start each extension with its own `-`"),
                );
                None
            }
        },
        _ => extension(item, None, problems),
    }
}

/// Whether options are a list of names and values, as Python-Markdown takes them too.
fn is_pairs(options: &Node) -> bool {
    let is_pair = |pair: &Node| {
        pair.as_seq()
            .is_some_and(|pair| pair.len() == 2 && pair[0].as_str().is_some())
    };
    options.as_seq().is_some_and(|pairs| pairs.iter().all(is_pair))
}

fn extension(name: &Node, options: Option<&Node>, problems: &mut Vec<Diagnostic>) -> Option<ExtensionUse> {
    let Some(text) = name.as_str() else {
        problems.push(invalid(
            name,
            format!("'{}' is not a valid Markdown Extension name.", name.key_text()),
        ));
        return None;
    };
    if let Some(options) =
        options.filter(|options| options.is_truthy() && options.as_map().is_none() && !is_pairs(options))
    {
        problems.push(
            invalid(
                options,
                format!("Invalid config options for Markdown Extension '{text}'."),
            )
            .help("indent the options by four spaces more than the name, as `option: value`"),
        );
        return None;
    }
    Some(ExtensionUse {
        name: text.trim().to_owned(),
        options: options.cloned().unwrap_or_else(|| Node::bare(Kind::Null)),
        span: name.span,
    })
}

fn invalid(node: &Node, message: impl std::fmt::Display) -> Diagnostic {
    let message = format!("Config value 'markdown_extensions': {message}");
    Diagnostic::new("config-extensions", Severity::Error, message).at(node.span)
}
