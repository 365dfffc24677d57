//! `publish` to folders and archives, and what it looks at on the way.

use crate::harness::Project;

const CONFIG: &str = "chaski:\n  publish:\n    targets:\n      live: {kind: directory, path: out/live, keep: 2}\n";

#[test]
fn a_folder_shows_the_new_site_and_goes_back_to_the_old() {
    let site = Project::with(CONFIG);
    site.run("publish --yes").status(0).stderr("shows release");
    assert!(site.read("out/live/index.html").contains("Home"));
    let site = site.write("docs/index.md", "# Start\n").write("docs/new.md", "# New\n");
    site.run("publish --yes")
        .status(0)
        .stderr("  + new/index.html")
        .stderr("  ~ index.html");
    assert!(site.read("out/live/index.html").contains("Start"));
    site.run("publish live --rollback --yes").status(0).stderr("again");
    assert!(!site.read("out/live/index.html").contains("Start") && !site.exists("out/live/new/index.html"));
    site.run("publish live --rollback --yes")
        .status(2)
        .stderr("no such release");
    site.run("publish git --rollback --yes").status(2);
}

#[test]
fn files_of_others_stay_unless_pruned() {
    let site = Project::with(CONFIG)
        .write("out/live/theirs.txt", "theirs")
        .write("out/live/page/index.html", "old");
    site.run("publish --yes")
        .status(0)
        .stderr("  ? theirs.txt")
        .stderr("  ? page/index.html");
    assert_eq!(site.read("out/live/theirs.txt"), "theirs");
    assert!(site.exists("out/live/index.html"));
    site.run("publish --yes --prune").status(0).stderr("  - theirs.txt");
    assert!(!site.exists("out/live/theirs.txt"));
}

#[test]
fn sources_are_never_the_target() {
    let site = Project::with("");
    for place in ["./docs", ".", "./docs/out", "./site"] {
        site.run(&format!("publish {place} --yes"))
            .status(2)
            .stderr("must not be written to");
    }
    assert_eq!(site.read("docs/index.md"), "# Home\n");
}

#[test]
fn an_archive_is_named_on_the_command_line() {
    let site = Project::with("");
    for name in ["out/site.zip", "out/site.tar.gz"] {
        site.run(&format!("publish {name} --yes"))
            .status(0)
            .stderr("Wrote archive");
        site.run(&format!("publish {name} --yes --no-build"))
            .status(0)
            .stderr("Nothing to publish");
    }
}

#[test]
fn host_files_and_packed_variants_go_along_where_asked() {
    let config =
        format!("{CONFIG}    precompress: true\n    host_files:\n      headers: true\n      nginx: deploy/site.conf\n");
    let site = Project::with(&config);
    site.run("publish --dry-run").status(0).stderr("_headers");
    assert!(!site.exists("deploy/site.conf") && !site.exists("out"));
    site.run("publish --yes").status(0);
    assert!(site.exists("out/live/_headers") && site.exists("out/live/index.html.br"));
    assert!(site.exists("out/live/index.html.gz") && site.exists("deploy/site.conf"));
    assert!(!site.exists("site/_headers"));
}

#[test]
fn secrets_in_the_site_and_in_the_configuration_are_named_and_stay() {
    let site = Project::with(CONFIG);
    site.run("build").status(0);
    let site = site.write("site/.env", "PASSWORD=x").write("site/id_rsa", "x");
    site.run("publish --yes --no-build")
        .status(0)
        .stderr("`.env` is not published")
        .stderr("`id_rsa` is not published");
    assert!(!site.exists("out/live/.env") && !site.exists("out/live/id_rsa"));
    let wrong = Project::with("chaski:\n  publish:\n    targets:\n      x: {kind: git, password: hunter2}\n");
    let run = wrong
        .run("publish --yes")
        .status(1)
        .stderr("credentials do not belong")
        .stderr("mkdocs.yml:6:");
    assert!(!run.stderr.contains("\nhunter2"));
}

#[test]
fn servers_are_told_how_to_build_and_publish() {
    let site = Project::empty();
    site.run("new guide --ci github").status(0);
    let workflow = site.read("guide/.github/workflows/site.yml");
    assert!(workflow.contains("fetch-depth: 0") && workflow.contains("chaski publish git --yes"));
    assert!(workflow.contains(env!("CARGO_PKG_VERSION")) && !workflow.contains("@VERSION@"));
    site.run("build -f guide/mkdocs.yml --strict").status(0);
    site.run("new guide --ci gitlab")
        .status(0)
        .stderr("Wrote `.gitlab-ci.yml`");
    site.run("new guide --ci gitlab").status(2).stderr("is there already");
}
