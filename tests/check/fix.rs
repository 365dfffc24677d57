//! `--fix`: what is certain is mended, and nothing else.

use crate::harness::Project;

fn project() -> Project {
    Project::with("plugins:\n  - search\n  - redirects:\n      redirect_maps:\n        old.md: jobs.md\n")
        .write(
            "docs/index.md",
            "# Home\n\n[a](Jobs.md), [b](jobs), [c](/jobs/), [d](old.md#x) and [e](no.md).\n\n<a href=\"guide/SLURM/\">f</a>\n",
        )
        .write("docs/jobs.md", "# Jobs\n\n[g](guide/Slurm.md) `[h](Guide/slurm.md)`\n")
        .write("docs/guide/slurm.md", "# Slurm\r\n\r\n[i](../JOBS.md)\r\n")
}

#[test]
fn what_is_certain_is_mended_and_nothing_else() {
    let project = project();
    let before = project.read("docs/index.md");
    let run = project.run("check --fix --dry-run");
    run.stdout("--- a/docs/index.md\n+++ b/docs/index.md\n@@ -3 +3 @@\n")
        .stderr("Would mend");
    assert_eq!(project.read("docs/index.md"), before, "a dry run writes nothing");
    project.run("check --fix").stderr("Mended").stderr("no.md");
    assert_eq!(
        project.read("docs/index.md"),
        "# Home\n\n[a](jobs.md), [b](jobs.md), [c](jobs.md), [d](jobs.md#x) and [e](no.md).\n\n<a href=\"guide/slurm/\">f</a>\n"
    );
    assert_eq!(
        project.read("docs/jobs.md"),
        "# Jobs\n\n[g](guide/slurm.md) `[h](Guide/slurm.md)`\n"
    );
    assert_eq!(
        project.read("docs/guide/slurm.md"),
        "# Slurm\r\n\r\n[i](../jobs.md)\r\n"
    );
    let again = project.run("check --fix").stderr("Mended 0 places in 0 files");
    assert_eq!(again.stdout, "");
}

#[test]
fn a_mended_site_builds_to_the_same_pages_but_for_the_mended_places() {
    let project = project();
    project.run("build").status(0);
    let pages = [
        "index.html",
        "jobs/index.html",
        "guide/slurm/index.html",
        "search/search_index.json",
    ];
    let before = pages.map(|page| project.read(&format!("site/{page}")));
    project.run("check --fix");
    project.run("build").status(0);
    for (page, before) in pages.iter().zip(before) {
        let after = project.read(&format!("site/{page}"));
        let without = |text: &str| {
            let mut shown = String::new();
            for (at, part) in text.split("href=\"").enumerate() {
                shown.push_str(if at == 0 {
                    part
                } else {
                    part.split_once('"').map_or("", |(_, rest)| rest)
                });
            }
            shown
        };
        assert_eq!(without(&before), without(&after), "{page}");
    }
}

#[test]
fn links_to_pages_that_git_renamed_are_mended() {
    let project = project().write("docs/index.md", "# Home\n\n[a](moved.md)\n");
    let git = |arguments: &[&str]| {
        let status = std::process::Command::new("git")
            .args(["-c", "user.name=A", "-c", "user.email=a@b"])
            .args(arguments)
            .current_dir(project.path())
            .stdout(std::process::Stdio::null())
            .status();
        assert!(status.expect("git runs").success(), "{arguments:?}");
    };
    std::fs::write(project.path().join("docs/moved.md"), "# A page of its own\n").expect("a file");
    git(&["init", "-q"]);
    git(&["add", "docs"]);
    git(&["commit", "-qm", "A"]);
    git(&["mv", "docs/moved.md", "docs/guide/here.md"]);
    project.run("check --fix").stdout("-[a](moved.md)\n+[a](guide/here.md)");
    assert_eq!(project.read("docs/index.md"), "# Home\n\n[a](guide/here.md)\n");
}

#[test]
fn an_unknown_key_of_our_own_is_reported() {
    let project = Project::with("chaski:\n  chekc: {}\n");
    project.run("check").stderr("Unrecognised configuration name: chekc");
}
