//! A site with defects of all kinds: all are found where they stand, and nothing else is.
//!
//! In `planted.txt` a line `=== path` starts a file, and `«code»` in a line says that this problem
//! stands in it; the marks are not part of the file. Problems without a place are listed below.

use std::collections::BTreeMap;

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
fn problems_come_in_one_order_on_any_number_of_threads() {
    let (project, _) = project();
    let run = |threads: &str| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_chaski"))
            .args(["check", "--format", "json"])
            .current_dir(project.path())
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .expect("chaski runs");
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let one = run("1");
    assert!(one.lines().count() > 80);
    assert_eq!(one, run("2"));
    assert_eq!(one, run("7"));
}
