//! The authors of a blog, from their file.

use std::path::Path;

use crate::files::{Files, ReadError};
use crate::page::text_of;
use crate::report::{Diagnostic, Severity, Span};
use crate::yaml::Node;

/// An author.
#[derive(Clone, Debug, Default)]
pub(super) struct Author {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) description: String,
    pub(super) avatar: String,
    pub(super) slug: Option<String>,
    pub(super) url: Option<String>,
}

/// The authors that the file at `path` lists; none if there is no file.
pub(super) fn read(files: &Files, path: &Path, uri: &str, problems: &mut Vec<Diagnostic>) -> Vec<Author> {
    let file = match files.read(path) {
        Ok(file) => file,
        Err(ReadError::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => return Vec::new(),
        Err(error) => {
            wrong(problems, uri, &error.to_string(), None);
            return Vec::new();
        }
    };
    let node = match crate::yaml::parse(&file) {
        Ok(node) => node.take(problems),
        Err(problem) => {
            problems.push(problem);
            return Vec::new();
        }
    };
    let Some(authors) = node.get("authors").filter(|authors| authors.is_truthy()) else {
        return Vec::new();
    };
    let Some(entries) = authors.as_map() else {
        wrong(problems, uri, "`authors` must be a mapping", authors.span);
        return Vec::new();
    };
    let mut read = Vec::with_capacity(entries.len());
    for (id, node) in entries {
        let mut required = |key: &str| {
            let text = node.get(key).and_then(text_of);
            if text.is_none() {
                let what = format!("author `{}` needs a text under `{key}`", id.key_text());
                wrong(problems, uri, &what, id.span);
            }
            text.unwrap_or_default()
        };
        read.push(Author {
            id: id.key_text(),
            name: required("name"),
            description: required("description"),
            avatar: required("avatar"),
            slug: node.get("slug").and_then(text_of),
            url: node.get("url").and_then(text_of),
        });
        unknown(problems, uri, node);
    }
    read
}

fn unknown(problems: &mut Vec<Diagnostic>, uri: &str, node: &Node) {
    const KNOWN: [&str; 5] = ["name", "description", "avatar", "slug", "url"];
    for (key, _) in node.as_map().unwrap_or_default() {
        let name = key.key_text();
        if !KNOWN.contains(&name.as_str()) {
            let message = format!("Error reading authors file '{uri}': Unrecognised configuration name: {name}");
            problems.push(Diagnostic::new("blog-authors", Severity::Warning, message).at(key.span));
        }
    }
}

fn wrong(problems: &mut Vec<Diagnostic>, uri: &str, what: &str, span: Option<Span>) {
    let message = format!("Error reading authors file '{uri}': {what}");
    problems.push(Diagnostic::new("blog-authors", Severity::Error, message).at(span));
}
