//! Whole small sites: each folder of `tests/sites` is built and compared with its `expected.txt`.
//!
//! The expectation lists every file of the site; of pages it shows title, canonical address,
//! navigation and article, of other texts that tools read the whole. It was checked against what
//! the reference makes of the same folder. `UPDATE=1 cargo test sites` writes it anew.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::harness::files_below;

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites");
    let mut folders: Vec<_> = std::fs::read_dir(root)
        .expect("tests/sites")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.join("mkdocs.yml").exists())
        .collect();
    folders.sort();
    folders
}

/// Builds the site in `folder` on `threads` threads; gives what was said.
pub(crate) fn build(folder: &Path, site: &Path, threads: usize) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_chaski"))
        .args(["build", "--messages", "short", "-d"])
        .arg(site)
        .current_dir(folder)
        .env("SOURCE_DATE_EPOCH", "1790000000")
        .env("RAYON_NUM_THREADS", threads.to_string())
        .output()
        .expect("chaski runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let said = said
        .lines()
        .filter(|line| !line.contains("Documentation built in"))
        .fold(String::new(), |all, line| all + line + "\n");
    (output.status.code(), said)
}

/// All files below `folder` with their bytes, by path.
pub(crate) fn files(folder: &Path) -> std::collections::BTreeMap<String, Vec<u8>> {
    let below = |path: &Path| {
        let name = path
            .strip_prefix(folder)
            .expect("below")
            .to_string_lossy()
            .replace('\\', "/");
        (name, std::fs::read(path).expect("a file"))
    };
    files_below(folder).iter().map(|path| below(path)).collect()
}

fn between<'t>(text: &'t str, start: &str, end: &str) -> Option<&'t str> {
    let from = text.find(start)? + start.len();
    Some(&text[from..from + text[from..].find(end)?])
}

fn navigation(html: &str) -> String {
    let Some(nav) =
        between(html, "md-nav--primary", "</nav>\n</div>").or_else(|| between(html, "md-nav--primary", "<main"))
    else {
        return String::new();
    };
    let mut out = String::new();
    for part in nav
        .split("<a href=\"")
        .skip(1)
        .filter(|part| part.contains("md-nav__link"))
    {
        let Some((href, rest)) = part.split_once('"') else {
            continue;
        };
        let label = between(rest, "md-ellipsis\">", "</span>")
            .unwrap_or("")
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        if !href.starts_with('#') {
            let _ = writeln!(out, "  {label} -> {href}");
        }
    }
    out
}

fn facts(name: &str, bytes: &[u8]) -> String {
    let hashed = name.starts_with("assets/")
        && (name.contains(".min.") || name.contains("/images/") || name.starts_with("assets/fonts/"));
    // What readers search has tests of its own, in a browser.
    if hashed || name.starts_with("search/shards/") || name == "search/index.html" {
        return String::new();
    }
    let text = String::from_utf8_lossy(bytes);
    let mut out = format!("== {name}\n");
    if name.ends_with(".html") {
        for (label, start, end) in [
            ("title", "<title>", "</title>"),
            ("canonical", "rel=\"canonical\" href=\"", "\""),
            ("description", "name=\"description\" content=\"", "\""),
        ] {
            if let Some(value) = between(&text, start, end) {
                let _ = writeln!(out, "{label}: {value}");
            }
        }
        let _ = write!(out, "nav:\n{}", navigation(&text));
        if let Some(article) = between(&text, "<article class=\"md-content__inner md-typeset\">", "</article>") {
            let lines: Vec<&str> = article
                .lines()
                .map(str::trim_end)
                .filter(|line| !line.trim().is_empty())
                .collect();
            let _ = writeln!(out, "article:\n{}", lines.join("\n"));
        }
    } else if [".xml", ".json", ".txt"].iter().any(|ending| name.ends_with(ending)) {
        let _ = writeln!(out, "{}", text.trim_end());
    }
    out
}

#[test]
fn small_sites_are_what_they_were() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    for folder in folders() {
        let out = tempfile::tempdir().expect("a temporary folder");
        let (status, said) = build(&folder, out.path(), 2);
        let mut found = format!("status: {status:?}\n{said}");
        for (name, bytes) in files(out.path()) {
            found.push_str(&facts(&name, &bytes));
        }
        let path = folder.join("expected.txt");
        if update {
            std::fs::write(&path, &found).expect("expected.txt");
            continue;
        }
        let expected = std::fs::read_to_string(&path).unwrap_or_default();
        if found != expected {
            let line = found.lines().zip(expected.lines()).position(|(a, b)| a != b);
            let at = line.unwrap_or_else(|| found.lines().count().min(expected.lines().count()));
            wrong.push(format!(
                "{}:{}\n  expected: {:?}\n  found:    {:?}",
                path.display(),
                at + 1,
                expected.lines().nth(at),
                found.lines().nth(at)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn one_thread_and_many_give_the_same_bytes() {
    for folder in folders() {
        let (one, many) = (
            tempfile::tempdir().expect("a folder"),
            tempfile::tempdir().expect("a folder"),
        );
        let first = build(&folder, one.path(), 1);
        let second = build(&folder, many.path(), 8);
        assert_eq!(first, second, "{}", folder.display());
        assert_eq!(files(one.path()), files(many.path()), "{}", folder.display());
    }
}
