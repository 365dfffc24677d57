//! A site with defects of all kinds: all are found where they stand, and nothing else is.
//!
//! In `planted.txt` a line `=== path` starts a file, and `«code»` in a line says that this problem
//! stands in it; the marks are not part of the file. Problems without a place are listed below.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use crate::harness::Project;

/// A problem: file, line, code. No file for what stands nowhere.
type Found = (String, u64, String);

const PLANTED: &str = include_str!("planted.txt");

/// Problems of the whole site: what templates and settings name, and files that nothing names.
const NOWHERE: &[&str] = &[
    "asset-orphan",
    "dead-link",
    "dead-link",
    "source-conflict",
    "template-missing",
];

fn project() -> (Project, Vec<Found>) {
    let mut project = Project::empty();
    let mut expected: Vec<Found> = NOWHERE
        .iter()
        .map(|code| (String::new(), 0, (*code).to_owned()))
        .collect();
    for file in PLANTED.split("=== ").skip(1) {
        let (path, text) = file.split_once('\n').expect("a path");
        let mut plain = String::new();
        for (at, line) in text.lines().enumerate() {
            let mut parts = line.split('«');
            plain.push_str(parts.next().unwrap_or_default());
            for part in parts {
                let (code, rest) = part.split_once('»').expect("a closed mark");
                expected.push((path.to_owned(), at as u64 + 1, code.to_owned()));
                plain.push_str(rest);
            }
            plain.push('\n');
        }
        project = project.write(path, &plain);
    }
    expected.sort();
    (
        project
            .write_bytes("docs/img/Rack.png", b"png")
            .write_bytes("docs/img/unused.png", b"png"),
        expected,
    )
}

fn found(stdout: &str) -> Vec<Found> {
    let read = |line: &str| {
        let object: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let text = |key: &str| object[key].as_str().unwrap_or_default().to_owned();
        (text("file"), object["line"].as_u64().unwrap_or(0), text("code"))
    };
    stdout.lines().map(read).collect()
}

#[test]
fn all_planted_defects_are_found_and_nothing_else() {
    let (project, expected) = project();
    assert!(expected.len() >= 80, "only {} defects are planted", expected.len());
    let run = project.run("check --format json");
    let mut found = found(&run.stdout);
    found.sort();
    let count = |list: &[Found]| {
        let mut counts: BTreeMap<Found, i32> = BTreeMap::new();
        for problem in list {
            *counts.entry(problem.clone()).or_default() += 1;
        }
        counts
    };
    let (found, expected) = (count(&found), count(&expected));
    let missed: Vec<_> = expected
        .iter()
        .filter(|(key, n)| found.get(*key).unwrap_or(&0) < n)
        .collect();
    let wrong: Vec<_> = found
        .iter()
        .filter(|(key, n)| expected.get(*key).unwrap_or(&0) < n)
        .collect();
    assert!(
        missed.is_empty() && wrong.is_empty(),
        "missed {missed:#?}\nfalse {wrong:#?}\n{}",
        run.stderr
    );
    assert!(!project.exists("site"), "a check writes nothing");
}

#[test]
fn a_title_that_the_navigation_gives_is_none_of_the_file_name() {
    let page = "[](){#storage}\n# Alps Storage\n\nText.\n";
    let project =
        Project::with("nav: [{Home: index.md}, {Storage: storage.md}, other.md]\nmarkdown_extensions: [attr_list]\n")
            .write("docs/index.md", "# Home\n")
            .write("docs/storage.md", page)
            .write("docs/other.md", page);
    let run = project.run("check --format json");
    let missing: Vec<&str> = run
        .stdout
        .lines()
        .filter(|line| line.contains("title-missing"))
        .collect();
    assert_eq!(missing.len(), 1, "{}", run.stdout);
    assert!(
        missing[0].contains("'other.md' has no title; 'Other' is made of its file name"),
        "{missing:?}"
    );
}

/// What `arguments` say of the project below `folder`, on so many threads.
fn said(folder: &Path, arguments: &[&str], threads: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_chaski"))
        .args(arguments)
        .args(["--format", "json", "-v"])
        .current_dir(folder)
        .env("RAYON_NUM_THREADS", threads)
        .output()
        .expect("chaski runs");
    String::from_utf8(output.stdout).expect("UTF-8")
}

/// Holds what is said of a project on one thread and on many, with an empty cache and a full one, to
/// what is said of it on one thread without a cache.
fn one_order(folder: &Path, command: &[&str], least: usize) {
    let clean = said(folder, &[command, &["--no-cache"]].concat(), "1");
    assert!(clean.lines().count() > least, "{command:?}: {clean}");
    assert_eq!(
        clean,
        said(folder, &[command, &["--no-cache"]].concat(), "7"),
        "{command:?}, no cache"
    );
    for (threads, cache) in [
        ("1", "empty"),
        ("2", "full"),
        ("7", "full"),
        ("7", "empty"),
        ("1", "full"),
    ] {
        if cache == "empty" {
            let _ = std::fs::remove_dir_all(folder.join(".cache"));
        }
        assert_eq!(
            clean,
            said(folder, command, threads),
            "{command:?}, {threads} threads, {cache} cache"
        );
        assert!(folder.join(".cache/chaski").exists(), "{command:?} keeps a cache");
    }
}

#[test]
fn problems_come_in_one_order_on_any_number_of_threads_with_and_without_a_cache() {
    let (project, _) = project();
    one_order(project.path(), &["check"], 80);
    one_order(project.path(), &["build"], 10);
}

#[test]
fn the_guide_s_problems_come_in_one_order_on_any_number_of_threads_with_and_without_a_cache() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    copy(&root.join("content"), &folder.path().join("content"));
    copy(&root.join("includes"), &folder.path().join("includes"));
    std::fs::copy(root.join("mkdocs.yml"), folder.path().join("mkdocs.yml")).expect("the configuration");
    one_order(folder.path(), &["check"], 0);
    one_order(folder.path(), &["build"], 0);
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a file");
        }
    }
}
