//! `--fix`: what is certain is mended, and nothing else.

use std::path::PathBuf;

use crate::harness::{Project, files_below};

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
fn addresses_of_definitions_are_mended_where_they_stand() {
    let project = Project::with("")
        .write(
            "docs/index.md",
            "[a]:/jobs/\n[b]: <Jobs.md> 'B'\n[c]: /guide/\n\n# Home\n\n[x][a], [y][A], [b] and [c].\n\n[d]: /guide/\n",
        )
        .write("docs/jobs.md", "# Jobs\n")
        .write("docs/guide.md", "# Guide\n");
    project.run("check --fix").stderr("Mended 3 places in 1 file");
    assert_eq!(
        project.read("docs/index.md"),
        "[a]:jobs.md\n[b]: <jobs.md> 'B'\n[c]: /guide/\n\n# Home\n\n[x][a], [y][A], [b] and [c].\n\n[d]: /guide/\n",
        "which of two definitions is meant is not certain"
    );
    project.run("build -q").status(0);
    assert!(project.read("site/index.html").contains("<a href=\"jobs/\">x</a>"));
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

/// All files of the project but those of git, with their bytes.
fn files(project: &Project) -> Vec<(PathBuf, Vec<u8>)> {
    let files = files_below(project.path()).into_iter();
    let ours = files.filter(|path| !path.components().any(|part| part.as_os_str() == ".git"));
    ours.map(|path| (path.clone(), std::fs::read(path).expect("a file")))
        .collect()
}

#[test]
fn links_and_navigation_follow_pages_that_git_renamed() {
    let config = "nav:\n  - index.md\n  - Moved: 'moved.md'\n  - jobs.md\n  - guide/SLURM.md\n  - no.md\n";
    let project = Project::with(config)
        .write(
            "docs/index.md",
            "# Home\n\n[a](moved.md), [b](moved.md#a-page) and `moved.md`.\n",
        )
        .write("docs/jobs.md", "# Jobs\n")
        .write("docs/guide/slurm.md", "# Slurm\n\n[c](../moved.md)\n")
        .write("docs/moved.md", "# A page\n\nOf its own, at some length.\n");
    let git = |arguments: &[&str]| {
        let status = std::process::Command::new("git")
            .args(["-c", "user.name=A", "-c", "user.email=a@b"])
            .args(arguments)
            .current_dir(project.path())
            .stdout(std::process::Stdio::null())
            .status();
        assert!(status.expect("git runs").success(), "{arguments:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "docs"]);
    git(&["commit", "-qm", "A"]);
    git(&["mv", "docs/moved.md", "docs/guide/here.md"]);
    // As long as it is only in the index, and when it is a commit.
    for commit in [false, true] {
        if commit {
            git(&["commit", "-qm", "B"]);
        }
        let before = files(&project);
        let run = project
            .run("check --fix --dry-run --no-cache")
            .stderr("Would mend 5 places in 3 files");
        assert!(files(&project) == before, "a dry run writes nothing");
        for line in [
            "-[a](moved.md), [b](moved.md#a-page) and `moved.md`.\n\
             +[a](guide/here.md), [b](guide/here.md#a-page) and `moved.md`.\n",
            "-[c](../moved.md)\n+[c](here.md)\n",
            "-  - Moved: 'moved.md'\n+  - Moved: 'guide/here.md'\n",
            "-  - guide/SLURM.md\n+  - guide/slurm.md\n",
        ] {
            assert!(run.stdout.contains(line), "{line} in\n{}", run.stdout);
        }
    }
    let before = files(&project);
    project
        .run("check --fix --no-cache")
        .stderr("Mended 5 places")
        .stderr("'no.md'");
    let after = files(&project);
    let changed = before.iter().zip(&after).filter(|(before, after)| before != after);
    let names: Vec<_> = changed.map(|((path, _), _)| path.file_name()).collect();
    assert_eq!((before.len(), names.len()), (after.len(), 3), "{names:?}");
    let config = project.read("mkdocs.yml");
    assert!(config.ends_with("- Moved: 'guide/here.md'\n  - jobs.md\n  - guide/slurm.md\n  - no.md\n"));
    project.run("check --fix").stderr("Mended 0 places in 0 files");
}

#[test]
fn an_unknown_key_of_our_own_is_reported() {
    let project = Project::with("chaski:\n  chekc: {}\n");
    project.run("check").stderr("Unrecognised configuration name: chekc");
}
