//! Every kind of problem is provoked by a test: one of `planted.txt`, `provoked.txt`, or of those that
//! compare with a published site or ask other sites.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use rayon::prelude::*;

use crate::harness::Project;

const PROVOKED: &str = include_str!("provoked.txt");

/// A project that has the problem called `code`.
fn project(code: &str, lines: &str) -> Project {
    let (mut config, mut page, mut files, mut links) = (String::new(), String::new(), Vec::new(), Vec::new());
    for line in lines.lines() {
        match line.split_at_checked(2) {
            Some(("C ", rest)) => config.push_str(&format!("{rest}\n")),
            Some(("P ", rest)) => page.push_str(&format!("{rest}\n")),
            Some(("F ", rest)) => files.push(rest.split_once(' ').expect("a path and a text")),
            Some(("L ", rest)) => links.push(rest.split_once(' ').expect("a path and a target")),
            None if line == "P" => page.push('\n'),
            _ => assert!(line.is_empty(), "{code}: {line}"),
        }
    }
    let theme = if config.contains("theme:") {
        ""
    } else {
        "theme: material\n"
    };
    let project = Project::empty()
        .write("mkdocs.yml", &format!("site_name: A\n{theme}{config}"))
        .write("docs/index.md", &format!("# Home\n\n{page}"));
    for (path, text) in files {
        let (path, text) = (bytes(path), bytes(&(text.replace("\\n", "\n") + "\n")));
        let path = project.path().join(OsStr::from_bytes(&path));
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    for (path, target) in links {
        std::os::unix::fs::symlink(target, project.path().join(path)).expect("a link");
    }
    project
}

/// The bytes of `text`, where `\xff` is the byte that no UTF-8 has.
fn bytes(text: &str) -> Vec<u8> {
    let parts: Vec<&[u8]> = text.split("\\xff").map(str::as_bytes).collect();
    parts.join(&0xff)
}

fn codes(project: &Project) -> BTreeSet<String> {
    let run = project.run("check --format json -v");
    let code = |line: &str| {
        let object: serde_json::Value = serde_json::from_str(line).ok()?;
        Some(object["code"].as_str()?.to_owned())
    };
    run.stdout.lines().filter_map(code).collect()
}

#[test]
fn every_kind_of_problem_is_provoked() {
    let cases: Vec<(&str, &str)> = PROVOKED
        .split("\n== ")
        .skip(1)
        .filter_map(|case| case.split_once('\n').or(Some((case, ""))))
        .collect();
    let missed: Vec<String> = cases
        .par_iter()
        .filter_map(|(code, lines)| {
            let found = codes(&project(code, lines));
            (!found.contains(*code)).then(|| format!("{code}: {found:?}"))
        })
        .collect();
    let mut provoked: BTreeSet<&str> = cases.iter().map(|(code, _)| *code).collect();
    let planted = include_str!("planted.txt").split('«').skip(1);
    provoked.extend(planted.filter_map(|rest| rest.split('»').next()));
    let others = [
        include_str!("against.rs"),
        include_str!("external.rs"),
        include_str!("planted.rs"),
    ];
    let known = chaski::report::codes().iter().map(|code| code.name);
    let named = |code: &&str| {
        let code = format!("\"{code}");
        others.iter().any(|text| text.contains(&code))
    };
    provoked.extend(known.clone().filter(named));
    let left: Vec<&str> = known.filter(|code| !provoked.contains(code)).collect();
    assert!(missed.is_empty(), "{missed:#?}");
    assert!(left.is_empty(), "provoke these in `provoked.txt`: {left:?}");
}
