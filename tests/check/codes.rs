//! The table of problems holds exactly the problems that the program names.

use std::collections::BTreeSet;
use std::path::Path;

use crate::harness::Project;
use crate::tidy::rust_files;

/// All Rust files below a folder of the repository, joined.
pub(super) fn rust_text(folder: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    rust_files(&folder)
        .iter()
        .map(|path| std::fs::read_to_string(path).expect("UTF-8"))
        .collect()
}

/// The codes that `chaski explain` lists.
fn listed() -> BTreeSet<String> {
    let run = Project::empty().run("explain").status(0);
    let name = |line: &str| line.split_whitespace().next().map(str::to_owned);
    run.stdout.lines().filter_map(name).collect()
}

#[test]
fn every_problem_of_the_program_is_in_the_table_and_the_other_way_round() {
    let source = rust_text("src");
    let listed = listed();
    let mut used = BTreeSet::new();
    for (at, open) in source.match_indices("Diagnostic::new(") {
        let rest = source[at + open.len()..].trim_start();
        used.extend(rest.strip_prefix('"').and_then(|rest| rest.split('"').next()));
    }
    assert!(used.len() > 80, "the search finds them");
    let unknown: Vec<_> = used.iter().filter(|code| !listed.contains(**code)).collect();
    assert!(unknown.is_empty(), "add to src/report/codes.md: {unknown:?}");
    let unused: Vec<_> = listed
        .iter()
        .filter(|code| !source.contains(&format!("\"{code}\"")))
        .collect();
    assert!(
        unused.is_empty(),
        "nothing names {unused:?}: take them out of src/report/codes.md"
    );
}

#[test]
fn explain_shows_one_problem_and_names_the_nearest() {
    let project = Project::empty();
    project
        .run("explain link-not-found")
        .status(0)
        .stdout("link-not-found (warning)")
        .stdout("Example:");
    project
        .run("explain exclude-regex")
        .status(0)
        .stdout("its level cannot be lowered");
    project
        .run("explain link-not-fond")
        .status(2)
        .stderr("did you mean `link-not-found`?");
}

#[test]
fn levels_are_set_by_code_and_by_path() {
    let levels =
        "chaski:\n  problems:\n    link-not-found: ignore\n    paths:\n      docs/strict/: {link-not-found: error}\n";
    let project = Project::with(levels).write("docs/index.md", "# A\n\n[x](no.md)\n");
    let run = project.run("build -s --format mkdocs").status(0);
    assert!(!run.stderr.contains("no.md"), "{}", run.stderr);
    let project = project.write("docs/strict/a.md", "# B\n\n[x](nope.md)\n");
    let run = project.run("build --format mkdocs").status(1);
    run.stderr("ERROR   -  Doc file 'strict/a.md' contains a link 'nope.md'");
}

#[test]
fn what_protects_content_cannot_be_lowered() {
    let project = Project::with("chaski:\n  problems: {pattern-invalid: info, link-not-fond: error}\n");
    let run = project.run("build").status(1);
    run.stderr("`pattern-invalid` protects content")
        .stderr("did you mean `link-not-found`?");
    let project = Project::with("chaski:\n  problems: {paths: {docs/: {pattern-invalid: ignore}}}\n");
    project.run("build").status(1).stderr("its level cannot be lowered");
}

#[test]
fn programs_read_problems_in_their_formats() {
    let project = Project::with("colour: red\n").write("docs/index.md", "# A\n\n[á](no.md)\n");
    let json = |format: &str| {
        let run = project.run(&format!("build --format {format}")).status(0);
        serde_json::from_str::<serde_json::Value>(&run.stdout).expect("JSON")
    };
    let sarif = json("sarif");
    let results = sarif["runs"][0]["results"].as_array().expect("a list");
    let link = results
        .iter()
        .find(|result| result["ruleId"] == "link-not-found")
        .expect("it is there");
    assert_eq!(link["level"], "warning");
    let place = &link["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "docs/index.md");
    assert_eq!(place["region"]["startLine"], 3);
    assert!(
        sarif["runs"][0]["tool"]["driver"]["rules"]
            .as_array()
            .expect("a list")
            .len()
            >= 2
    );
    // GitHub refuses the file if one result has no place, such as those of files that are no text.
    let orphans = Project::with("").write("docs/a.png", "png");
    let run = orphans.run("check --format sarif").status(0);
    let sarif: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let orphan = &sarif["runs"][0]["results"][0];
    assert_eq!(orphan["ruleId"], "asset-orphan");
    let place = &orphan["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "mkdocs.yml");
    let gitlab = json("gitlab");
    let entries = gitlab.as_array().expect("a list");
    assert!(entries.iter().any(|entry| entry["check_name"] == "config-key"
        && entry["location"]["lines"]["begin"] == 3
        && entry["severity"] == "major"));
    let prints: BTreeSet<_> = entries.iter().map(|entry| entry["fingerprint"].to_string()).collect();
    assert_eq!(prints.len(), entries.len());
    let run = project.run("build --format github").status(0);
    run.stdout("::warning file=mkdocs.yml,line=3,col=1,endColumn=7,title=config-key::Config value")
        .stdout("file=docs/index.md,line=3,col=1");
}
