//! The house rules that no lint knows.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::harness::files_below;

/// The rooms of `src`, lowest floor first: a room uses only rooms before it.
const ROOMS: &[&str] = &[
    "report",
    "cache",
    "files",
    "yaml",
    "bundled",
    "highlight",
    "icons",
    "markdown",
    "source",
    "site",
    "search",
    "sitemap",
    "theme",
    "render",
    "output",
    "publish",
    "config",
    "page",
    "plugins",
    "build",
    "check",
    "serve",
    "command",
];

/// All Rust files below `folder`, in order.
pub(crate) fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = files_below(folder);
    files.retain(|path| path.extension().is_some_and(|extension| extension == "rs"));
    files
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The room that a file of `src` belongs to; `None` for `lib.rs` and `main.rs`.
fn room(file: &Path) -> Option<String> {
    let first = file.strip_prefix(source()).expect("below src").components().next()?;
    let name = first.as_os_str().to_str()?.trim_end_matches(".rs").to_owned();
    (name != "lib" && name != "main").then_some(name)
}

/// The rooms that a text names as `crate::room`, tests at the end of the file left out.
fn used(text: &str) -> BTreeSet<String> {
    let code = text.split("#[cfg(test)]\nmod ").next().unwrap_or(text);
    let code = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut names = BTreeSet::new();
    for line in code {
        for (at, _) in line.match_indices("crate::") {
            let rest = &line[at + "crate::".len()..];
            let end = rest
                .find(|c: char| !c.is_alphanumeric() && c != '_')
                .unwrap_or(rest.len());
            names.insert(rest[..end].to_owned());
        }
    }
    names
}

#[test]
fn arrows_between_rooms_run_down() {
    let floor = |name: &str| ROOMS.iter().position(|room| *room == name);
    let mut wrong = Vec::new();
    for file in rust_files(&source()) {
        let Some(here) = room(&file) else { continue };
        let Some(mine) = floor(&here) else {
            wrong.push(format!("{here} has no floor: put it into ROOMS of tests/tidy.rs"));
            continue;
        };
        let text = std::fs::read_to_string(&file).expect("UTF-8");
        for name in used(&text) {
            if let Some(other) = floor(&name).filter(|other| *other > mine) {
                wrong.push(format!("{} uses {}", file.display(), ROOMS[other]));
            }
        }
    }
    assert_eq!(wrong, [] as [String; 0]);
}

#[test]
fn every_file_says_what_it_is() {
    let silent: Vec<_> = rust_files(&source())
        .into_iter()
        .filter(|file| {
            let test = file.to_string_lossy().ends_with("tests.rs");
            !test && !std::fs::read_to_string(file).expect("UTF-8").starts_with("//!")
        })
        .collect();
    assert_eq!(silent, [] as [PathBuf; 0]);
}

/// How long a file may be without its tests.
const LONGEST: usize = 500;

/// Files that are longer and wait to be divided.
const TOO_LONG: &[&str] = &["markdown/extensions/snippets.rs", "markdown/html/extractor.rs"];

#[test]
fn files_are_short_enough_to_be_read() {
    let long = |file: &PathBuf| {
        let text = std::fs::read_to_string(file).expect("UTF-8");
        let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or("");
        let is_test = file.to_string_lossy().ends_with("tests.rs");
        !is_test && code.lines().count() > LONGEST
    };
    let name = |file: PathBuf| {
        let name = file.strip_prefix(source()).expect("below src").to_string_lossy();
        name.replace('\\', "/")
    };
    let long: Vec<String> = rust_files(&source()).into_iter().filter(long).map(name).collect();
    assert_eq!(long, TOO_LONG);
}

#[test]
fn no_line_ends_in_space() {
    let wrong: Vec<_> = rust_files(&source())
        .into_iter()
        .filter(|file| {
            let text = std::fs::read_to_string(file).expect("UTF-8");
            text.lines().any(|line| line.ends_with([' ', '\t']))
        })
        .collect();
    assert_eq!(wrong, [] as [PathBuf; 0]);
}
