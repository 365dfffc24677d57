//! Every kind of problem is provoked by a test: one of `planted.txt`, `provoked.txt`, or of those that
//! compare with a published site or ask other sites.

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::harness::Project;

const PROVOKED: &str = include_str!("provoked.txt");

/// Problems that no project provokes yet. A new one does not belong here: add it to `provoked.txt`.
const LEFT: &[&str] = &[
    "awesome-nav",
    "awesome-pages",
    "emoji-unknown",
    "encrypt-failed",
    "encrypt-page",
    "encrypt-something",
    "external-skipped",
    "extradata-file",
    "extradata-folder",
    "extradata-options",
    "extradata-render",
    "font-not-bundled",
    "footnote-hidden",
    "include-exclude",
    "include-order",
    "literate-nav",
    "literate-nav-option",
    "llmstxt",
    "macros-delimiters",
    "macros-extension",
    "macros-ignore",
    "macros-include-dir",
    "macros-paths",
    "macros-yaml",
    "meta-descriptions",
    "meta-unreadable",
    "minify-option",
    "nesting-too-deep",
    "override-unreadable",
    "page-unreadable",
    "plugin-function",
    "plugin-protects",
    "published-feed-gone",
    "rss-date",
    "snippet-unreadable",
    "source-link-loop",
    "source-name-not-utf8",
    "source-no-file",
    "source-unreadable",
    "theme-template",
];

/// A project that has the problem called `code`.
fn project(code: &str, lines: &str) -> Project {
    let (mut config, mut page, mut files) = (String::new(), String::new(), Vec::new());
    for line in lines.lines() {
        match line.split_at_checked(2) {
            Some(("C ", rest)) => config.push_str(&format!("{rest}\n")),
            Some(("P ", rest)) => page.push_str(&format!("{rest}\n")),
            Some(("F ", rest)) => files.push(rest.split_once(' ').expect("a path and a text")),
            _ => assert!(line.is_empty(), "{code}: {line}"),
        }
    }
    let theme = if config.contains("theme:") {
        ""
    } else {
        "theme: material\n"
    };
    let mut project = Project::empty()
        .write("mkdocs.yml", &format!("site_name: A\n{theme}{config}"))
        .write("docs/index.md", &format!("# Home\n\n{page}"));
    for (path, text) in files {
        project = project.write(path, &(text.replace("\\n", "\n") + "\n"));
    }
    project
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
    assert_eq!(left, LEFT, "provoke these in `provoked.txt`, or take them out of LEFT");
}
