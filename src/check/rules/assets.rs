//! Files of the docs folder that nothing names.

use std::collections::HashSet;

use super::{Context, problem};
use crate::check::context::Target;
use crate::report::Diagnostic;
use crate::source::{Source, unquote};

/// Files that servers and hosts look for by name.
const KNOWN: &[&str] = &[
    "robots.txt",
    "cname",
    "favicon.ico",
    "favicon.png",
    "favicon.svg",
    "humans.txt",
    "ads.txt",
    "security.txt",
    "llms.txt",
    "_redirects",
    "_headers",
    "license",
    "license.txt",
    "404.html",
    "sitemap.xml",
    "manifest.json",
    "site.webmanifest",
    "browserconfig.xml",
    "apple-touch-icon.png",
    ".htaccess",
    "opensearch.xml",
];

pub(super) fn check(cx: &Context<'_>, problems: &mut Vec<Diagnostic>) {
    let assets: Vec<&Source> = cx
        .inspection
        .sources
        .iter()
        .filter(|source| !source.is_page && !source.inclusion.is_excluded() && !is_known(&source.src_uri))
        .collect();
    if assets.is_empty() {
        return;
    }
    let candidates: HashSet<String> = assets.iter().map(|asset| name(&asset.src_uri)).collect();
    let pages = assets.iter().any(|asset| asset.src_uri.ends_with(".html"));
    let mut reached: HashSet<String> = HashSet::new();
    for (from, address) in cx.addresses() {
        // Most addresses lead to pages: only what may be an asset is followed.
        let end = address.url.split(['?', '#']).next().unwrap_or_default();
        if (pages || end.contains('%') || candidates.contains(&name(end)))
            && let Target::File { path, .. } | Target::Case { path } = cx.target(&address.url, from)
        {
            reached.insert(path);
        }
    }
    let left: Vec<&Source> = assets
        .iter()
        .copied()
        .filter(|asset| !reached.contains(&asset.dest_uri))
        .collect();
    if left.is_empty() {
        return;
    }
    let named = names(cx);
    for asset in left {
        if !named.contains(&name(&asset.src_uri)) {
            let message = format!("nothing names the file '{}', which is published", asset.src_uri);
            problems.push(problem("asset-orphan", message));
        }
    }
}

/// The last part of a path, in lower case.
fn name(path: &str) -> String {
    path.rsplit('/').next().unwrap_or_default().to_lowercase()
}

fn is_known(uri: &str) -> bool {
    let name = uri.rsplit('/').next().unwrap_or_default().to_lowercase();
    let hidden = uri.split('/').any(|part| part.starts_with('.'));
    hidden || KNOWN.contains(&name.as_str()) || name.ends_with(".map") || name.starts_with("google")
}

/// Names of files that stand anywhere in the sources, the configuration, styles, scripts and
/// templates, in lower case.
fn names(cx: &Context<'_>) -> HashSet<String> {
    let mut names = HashSet::new();
    for page in cx.inspection.pages {
        if let Some(file) = &page.file {
            collect(&file.text, &mut names);
        }
    }
    let custom = cx.settings.theme.custom_dir.iter().flat_map(|dir| cx.files.below(dir));
    let docs = cx.inspection.sources.iter().filter_map(|source| source.path.clone());
    let config = cx.settings.file.clone();
    let readable = [
        "css",
        "js",
        "mjs",
        "json",
        "html",
        "xml",
        "yml",
        "yaml",
        "svg",
        "txt",
        "tex",
        "webmanifest",
    ];
    for path in custom.chain(docs).chain(config) {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or("");
        if readable.contains(&ending)
            && let Some(bytes) = cx.files.bytes(&path)
        {
            collect(&String::from_utf8_lossy(&bytes), &mut names);
        }
    }
    for face in cx.faces.values() {
        for address in &face.addresses {
            collect(&address.url, &mut names);
        }
    }
    names
}

/// Takes the words of `text` that may be names of files.
fn collect(text: &str, names: &mut HashSet<String>) {
    let ends = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '"' | '\''
                    | '('
                    | ')'
                    | '/'
                    | '<'
                    | '>'
                    | '?'
                    | '#'
                    | ','
                    | ';'
                    | '['
                    | ']'
                    | '{'
                    | '}'
                    | '|'
                    | '`'
                    | '='
                    | ':'
                    | '\\'
            )
    };
    for word in text.split(ends) {
        if word.contains('.') || word.contains('%') {
            names.insert(unquote(word).to_lowercase());
        }
    }
}
