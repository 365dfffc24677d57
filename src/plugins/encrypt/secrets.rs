//! Files of passwords: the inventory, and what readers' browsers get beside their keys.

use std::path::PathBuf;

use super::keys::Storage;
use crate::page::text_of;
use crate::plugins::Stage;
use crate::plugins::options::Options;
use crate::report::{Diagnostic, Severity};
use crate::yaml::Node;

/// The inventory of passwords, of the option or of its file.
pub(super) fn inventory(options: Options<'_>, stage: &Stage<'_>, problems: &mut Vec<Diagnostic>) -> Option<Node> {
    let own = options.node("password_inventory").filter(|node| node.is_truthy());
    let Some(file) = options.node("password_file") else {
        return own.cloned();
    };
    if own.is_some() {
        let what = "Please define either 'password_file' or 'password_inventory' in mkdocs.yml and not both.";
        problems.push(Diagnostic::new("encrypt-password-file", Severity::Error, what).at(file.span));
        return None;
    }
    read(file, stage, problems)
}

/// `additional_storage_file`: variables by user or password, stored in the browser with the keys.
pub(super) fn storage(options: Options<'_>, stage: &Stage<'_>, problems: &mut Vec<Diagnostic>) -> Storage {
    let mut found = Storage::default();
    let Some(file) = options.node("additional_storage_file") else {
        return found;
    };
    let Some(node) = read(file, stage, problems) else {
        return found;
    };
    for (key, of) in [("userpass", &mut found.users), ("password", &mut found.passwords)] {
        for (who, variables) in node.get(key).and_then(Node::as_map).unwrap_or_default() {
            let variables = variables.as_map().unwrap_or_default().iter();
            let pairs = variables.map(|(name, value)| (name.key_text(), value.to_json()));
            of.insert(who.key_text(), pairs.collect());
        }
    }
    found
}

/// A file beside the configuration; one in the docs folder would be published.
pub(super) fn beside(node: &Node, stage: &Stage<'_>, problems: &mut Vec<Diagnostic>) -> Option<PathBuf> {
    let name = text_of(node).unwrap_or_default();
    let path = stage.settings.root.join(&name);
    let is_public = [&stage.settings.docs_dir, &stage.settings.site_dir]
        .into_iter()
        .any(|folder| path.starts_with(folder));
    if is_public || name.is_empty() || name.split(['/', '\\']).any(|part| part == "..") {
        let what = format!("the password file `{name}` is in the docs folder or the site and would be published");
        problems.push(Diagnostic::new("encrypt-password-file", Severity::Error, what).at(node.span));
        return None;
    }
    Some(path)
}

fn read(file: &Node, stage: &Stage<'_>, problems: &mut Vec<Diagnostic>) -> Option<Node> {
    let name = text_of(file).unwrap_or_default();
    let path = stage.settings.root.join(&name);
    let mut wrong = |what: String| {
        problems.push(Diagnostic::new("encrypt-password-file", Severity::Error, what).at(file.span));
    };
    if path.starts_with(&stage.settings.docs_dir) {
        wrong(format!(
            "the password file `{name}` is in the docs folder and would be published"
        ));
        return None;
    }
    let text = match stage.files.read(&path) {
        Ok(text) => text,
        Err(error) => {
            wrong(format!("cannot read the password file `{name}`: {error}"));
            return None;
        }
    };
    match crate::yaml::parse(&text) {
        Ok(node) => {
            let mut node = node.take(problems);
            stage.settings.resolve(&mut node, problems);
            Some(node)
        }
        Err(_) => {
            // The problem would show a line of the file.
            wrong(format!("the password file `{name}` is not valid YAML"));
            None
        }
    }
}
