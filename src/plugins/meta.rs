//! `meta`: front matter for whole folders, from `.meta.yml` files (COMPAT 1, last paragraph).

use super::{Plugin, Stage};
use crate::config::{PluginUse, Settings};
use crate::report::{Diagnostic, Severity};
use crate::source::{Inclusion, Source};
use crate::yaml::{Kind, Node};

struct Meta {
    file_name: String,
    /// Folder and defaults, outer folders first.
    defaults: Vec<(String, Node)>,
}

pub(super) fn make(entry: &PluginUse, _settings: &Settings, _problems: &mut Vec<Diagnostic>) -> Box<dyn Plugin> {
    let file_name = entry
        .options
        .get("meta_file")
        .and_then(Node::as_str)
        .unwrap_or(".meta.yml")
        .to_owned();
    Box::new(Meta {
        file_name,
        defaults: Vec::new(),
    })
}

impl Plugin for Meta {
    fn sources(&mut self, stage: &Stage<'_>, sources: &mut Vec<Source>, problems: &mut Vec<Diagnostic>) {
        for source in sources {
            let (folder, name) = source.src_uri.rsplit_once('/').unwrap_or(("", &source.src_uri));
            if name != self.file_name {
                continue;
            }
            source.inclusion = Inclusion::Excluded;
            let Some(path) = &source.path else { continue };
            match stage.files.read(path) {
                Ok(file) => match crate::yaml::parse(&file) {
                    Ok(node) => self.defaults.push((folder.to_owned(), node.take(problems))),
                    Err(problem) => problems.push(problem),
                },
                Err(error) => {
                    let message = format!("Error reading meta file '{}': {error}", source.src_uri);
                    problems.push(Diagnostic::new("meta-unreadable", Severity::Error, message));
                }
            }
        }
    }

    fn front_matter(&self, _stage: &Stage<'_>, source: &Source, meta: &mut Node, problems: &mut Vec<Diagnostic>) {
        let mut merged = Node::bare(Kind::Map(Vec::new()));
        for (folder, defaults) in &self.defaults {
            // By prefix of the path as text, as the reference does it.
            if source.src_uri.starts_with(folder.as_str()) {
                merge(&mut merged, defaults, &source.src_uri, problems);
            }
        }
        merge(&mut merged, meta, &source.src_uri, problems);
        if meta.span.is_some() {
            merged.span = meta.span;
        }
        *meta = merged;
    }
}

/// Merges `over` into `into`: mappings key by key, lists one after the other, the rest replaced;
/// values of different types are a problem.
fn merge(into: &mut Node, over: &Node, uri: &str, problems: &mut Vec<Diagnostic>) {
    match (&mut into.kind, &over.kind) {
        (Kind::Map(entries), Kind::Map(more)) => {
            for (key, value) in more {
                match entries.iter_mut().find(|(known, _)| known.kind == key.kind) {
                    Some((_, known)) => merge(known, value, uri, problems),
                    None => entries.push((key.clone(), value.clone())),
                }
            }
        }
        (Kind::Seq(items), Kind::Seq(more)) => items.extend(more.iter().cloned()),
        (Kind::Map(_), Kind::Null) => {}
        (known, value) => {
            if std::mem::discriminant(known) != std::mem::discriminant(value) {
                let message = format!("Error merging meta file into '{uri}': values of different types");
                let problem = Diagnostic::new("meta-type", Severity::Error, message).at(over.span);
                problems.push(problem.help("give the key the same type in the page and in the meta file"));
                return;
            }
            *into = over.clone();
        }
    }
}
