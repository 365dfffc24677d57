//! A site compared with what is published, and redirects for what was renamed.

use std::process::Command;

use crate::harness::Project;

const CONFIG: &str = "site_url: https://hpc.example/guide/\nplugins:\n  - search\n  - redirects:\n      redirect_maps:\n        old.md: jobs.md\n";

/// Runs git in the project; what it says is only of interest when it fails.
fn git(project: &Project, arguments: &[&str]) {
    let output = Command::new("git")
        .args([
            "-c",
            "user.name=A",
            "-c",
            "user.email=a@b",
            "-c",
            "init.defaultBranch=main",
        ])
        .args(arguments)
        .current_dir(project.path())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .expect("git runs");
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
}

fn published() -> Project {
    let project = Project::with(CONFIG)
        .write("docs/jobs.md", "# Jobs\n\n## Limits\n\n## Queues\n")
        .write(
            "docs/guide/slurm.md",
            "# Slurm\n\nA scheduler, told at some length so that git knows the file again.\n",
        )
        .write("docs/a.pdf", "pdf");
    project.run("build").status(0);
    project
}

/// Codes and messages of what differs from `target`.
fn differs(project: &Project, target: &str) -> Vec<String> {
    let run = project.run(&format!("check --format json --against {target}"));
    let line = |line: &str| {
        let object: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let code = object["code"].as_str().unwrap_or_default().to_owned();
        code.starts_with("published-")
            .then(|| format!("{code}: {}", object["message"].as_str().unwrap_or_default()))
    };
    let mut lines: Vec<String> = run.stdout.lines().filter_map(line).collect();
    lines.sort();
    lines
}

#[test]
fn a_site_that_did_not_change_differs_in_nothing() {
    let project = published();
    assert_eq!(differs(&project, "site"), [] as [String; 0]);
    assert_eq!(differs(&project, "site/sitemap.xml"), [] as [String; 0]);
    assert_eq!(differs(&project, "site/sitemap.xml.gz"), [] as [String; 0]);
}

#[test]
fn what_would_vanish_or_change_is_listed() {
    let project = published();
    git(&project, &["init", "-q"]);
    // The site as it is published: a folder, a branch, and three kinds of archive.
    let site = project.path().join("site");
    git(
        &project,
        &["--work-tree=site", "checkout", "-q", "--orphan", "gh-pages"],
    );
    git(&project, &["--work-tree=site", "add", "-A"]);
    git(&project, &["--work-tree=site", "commit", "-qm", "Deployed"]);
    git(&project, &["archive", "-o", "site.zip", "gh-pages"]);
    git(
        &project,
        &["archive", "-o", "site.tar.gz", "--prefix=site/", "gh-pages"],
    );
    let project = project
        .write(
            "mkdocs.yml",
            &format!(
                "site_name: Site\ntheme: material\n{}",
                CONFIG.replace("old.md: jobs.md", "older.md: jobs.md")
            ),
        )
        .write("docs/jobs.md", "# All jobs\n\n## Limit\n\n## Queues\n");
    std::fs::remove_file(project.path().join("docs/a.pdf")).expect("it is there");
    std::fs::remove_file(project.path().join("docs/guide/slurm.md")).expect("it is there");
    let expected = [
        "published-anchor-gone: the published anchor '/jobs/#jobs' is not in the new site",
        "published-anchor-gone: the published anchor '/jobs/#limits' is not in the new site",
        "published-asset-gone: the published file 'a.pdf' is not in the new site",
        "published-redirect-changed: the published redirect '/old/', which led to '../jobs/', is not in the new site",
        "published-title-changed: the title of '/jobs/' was 'Jobs - Site' and is 'All jobs - Site'",
        "published-url-gone: the published address '/guide/slurm/' is not in the new site",
    ];
    for target in ["site", "gh-pages", "site.zip", "site.tar.gz"] {
        assert_eq!(differs(&project, target), expected, "{target}");
    }
    let gone = "published-url-gone: the published address '/guide/slurm/' is not in the new site";
    assert_eq!(differs(&project, "site/sitemap.xml"), [gone]);
    assert!(
        site.join("guide/slurm/index.html").is_file(),
        "a check leaves the site alone"
    );
    project
        .run("check --against no-such-branch")
        .status(2)
        .stderr("git knows no branch `no-such-branch`");
    project.run("check --against docs").status(2).stderr("holds no site");
    project
        .run("check --against https://hpc.example/")
        .status(2)
        .stderr("is an address, which is not read");
}

#[test]
fn of_versions_by_mike_the_one_that_readers_see_first_is_compared() {
    let project = published();
    // As mike 2.2 leaves a branch after `deploy 1.0`, `deploy -u 2.0 latest`, `deploy 3.0-dev dev` and
    // `set-default latest`: a folder for each version, the newest name first in the list, aliases as links, a
    // home page that leads to the alias.
    let site = project.path().join("site");
    let versions = project.path().join("versions");
    let old = |path: &str| {
        let path = versions.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, "<title>Old</title>").expect("a file");
    };
    old("1.0/index.html");
    old("1.0/ancient/index.html");
    old("3.0-dev/index.html");
    old("3.0-dev/to-come/index.html");
    std::fs::rename(&site, versions.join("2.0")).expect("a folder");
    std::os::unix::fs::symlink("2.0", versions.join("latest")).expect("a link");
    std::os::unix::fs::symlink("3.0-dev", versions.join("dev")).expect("a link");
    let entry = |version: &str, aliases: &str| {
        format!(
            "  {{\n    \"version\": \"{version}\",\n    \"title\": \"{version}\",\n    \"aliases\": [{aliases}]\n  }}"
        )
    };
    let list = [
        entry("3.0-dev", "\n      \"dev\"\n    "),
        entry("2.0", "\n      \"latest\"\n    "),
        entry("1.0", ""),
    ];
    let list = format!("[\n{}\n]\n", list.join(",\n"));
    std::fs::write(versions.join("versions.json"), list).expect("a file");
    let redirect = |to: &str| {
        format!(
            "<!DOCTYPE html>\n<html>\n<head>\n  <meta charset=\"utf-8\">\n  <title>Redirecting</title>\n  <noscript>\n    \
             <meta http-equiv=\"refresh\" content=\"1; url={to}\" />\n  </noscript>\n</head>\n</html>\n"
        )
    };
    std::fs::write(versions.join("index.html"), redirect("latest/")).expect("a file");
    std::fs::write(versions.join(".nojekyll"), "").expect("a file");
    git(&project, &["init", "-q"]);
    let commit = |branch: &str| {
        let tree = ["--work-tree=versions", "checkout", "-q", "--orphan", branch];
        git(&project, &tree);
        git(&project, &["--work-tree=versions", "add", "-A"]);
        git(&project, &["--work-tree=versions", "commit", "-qm", "Deployed"]);
    };
    commit("gh-pages");
    git(&project, &["archive", "-o", "versions.zip", "gh-pages"]);
    for target in ["versions", "gh-pages", "versions.zip", "gh-pages:2.0", "versions/2.0"] {
        assert_eq!(differs(&project, target), [] as [String; 0], "{target}");
    }
    // With `--alias-type redirect` an alias is a folder of pages that lead to the version.
    std::fs::remove_file(versions.join("latest")).expect("the link");
    std::fs::create_dir_all(versions.join("latest/jobs")).expect("a folder");
    std::fs::write(versions.join("latest/index.html"), redirect("../2.0/")).expect("a file");
    std::fs::write(versions.join("latest/jobs/index.html"), redirect("../../2.0/jobs/")).expect("a file");
    commit("redirects");
    for target in ["gh-pages:latest", "redirects", "redirects:latest", "versions/latest/"] {
        assert_eq!(differs(&project, target), [] as [String; 0], "{target}");
        let run = project.run(&format!("check --against {target}"));
        run.stderr("Of the published versions, '2.0' was compared");
    }
    let gone = |page: &str| format!("published-url-gone: the published address '/{page}/' is not in the new site");
    assert!(differs(&project, "gh-pages:1.0").contains(&gone("ancient")));
    assert!(differs(&project, "gh-pages:dev").contains(&gone("to-come")));
}

#[test]
fn what_programs_read_is_told_apart_from_assets() {
    let project = published().write(
        "mkdocs.yml",
        "site_name: Site\nsite_url: https://hpc.example/guide/\nplugins: []\n",
    );
    let differs = differs(&project, "site");
    let feed = "published-feed-gone: the published 'search/search_index.json' is not in the new site";
    assert!(differs.iter().any(|line| line == feed), "{differs:#?}");
}

/// Renames a page and gives the configuration that `--write-redirects` makes of `plugins`.
fn redirected(plugins: &str) -> (Project, String) {
    let project = published();
    git(&project, &["init", "-q"]);
    git(&project, &["add", "docs"]);
    git(&project, &["commit", "-qm", "A"]);
    git(&project, &["mv", "docs/guide/slurm.md", "docs/guide/scheduler.md"]);
    git(&project, &["commit", "-qm", "B"]);
    git(&project, &["mv", "docs/guide/scheduler.md", "docs/sched.md"]);
    let config = format!("site_name: Site\ntheme: material\n{plugins}");
    let project = project.write("mkdocs.yml", &config);
    let gone = "published-url-gone: the published address '/guide/slurm/' is not in the new site";
    assert!(differs(&project, "site").contains(&gone.to_owned()));
    let run = project.run("check --against site --write-redirects --dry-run");
    assert!((run.stdout + &run.stderr).contains("guide/slurm.md: sched.md"));
    assert_eq!(project.read("mkdocs.yml"), config, "nothing is written yet");
    let run = project.run("check --against site --write-redirects");
    if !run.stderr.contains("by hand") {
        assert!(!differs(&project, "site").contains(&gone.to_owned()), "{}", run.stderr);
        project.run("build -d other").status(0);
        assert!(project.read("other/guide/slurm/index.html").contains("../../sched/"));
    }
    let text = project.read("mkdocs.yml");
    (project, text)
}

#[test]
fn redirects_are_added_where_they_belong() {
    let plugins = "plugins:\n  - search\n  - redirects:\n      redirect_maps:\n        # Old ones.\n        'old.md': jobs.md\nextra: {}\n";
    let (_, text) = redirected(plugins);
    assert!(
        text.contains("        # Old ones.\n        guide/slurm.md: sched.md\n        'old.md': jobs.md\nextra"),
        "{text}"
    );
    let (_, text) = redirected("plugins:\n- search  # ours\n- tags\n");
    assert!(
        text.contains(
            "plugins:\n- redirects:\n    redirect_maps:\n      guide/slurm.md: sched.md\n- search  # ours\n- tags\n"
        ),
        "{text}"
    );
    let (_, text) = redirected("plugins:\n  - redirects\n  - search\n");
    assert!(
        text.contains("  - redirects:\n      redirect_maps:\n        guide/slurm.md: sched.md\n  - search\n"),
        "{text}"
    );
    let (_, text) = redirected("extra: {}\n");
    assert!(
        text.ends_with(
            "extra: {}\nplugins:\n  - search\n  - redirects:\n      redirect_maps:\n        guide/slurm.md: sched.md\n"
        ),
        "{text}"
    );
}

#[test]
fn a_configuration_that_is_written_otherwise_is_left_to_people() {
    let plugins = "plugins: [search, tags]\n";
    let (project, text) = redirected(plugins);
    assert!(text.ends_with(plugins));
    project
        .run("check --against site --write-redirects")
        .stderr("by hand")
        .stderr("guide/slurm.md: sched.md");
}
