//! `gh-deploy` and `publish git`, to bare repositories beside the site's.

use std::path::Path;
use std::process::Command;

use crate::harness::{Project, Run};

/// A project in a repository with one commit, and `origin`, a bare repository.
struct Site {
    project: Project,
}

fn git_in(folder: &Path, arguments: &str) -> (bool, String) {
    let output = Command::new("git")
        .args(["-c", "user.name=Ann", "-c", "user.email=ann@example.org"])
        .args(arguments.split(' '))
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .expect("git runs");
    let text = String::from_utf8_lossy(&output.stdout).trim_end().to_owned();
    (output.status.success(), text)
}

impl Site {
    fn new() -> Self {
        let project = Project::with("")
            .write("docs/page.md", "# Page\n")
            .write(".gitignore", "site/\norigin.git/\nclone/\nother/\n");
        let site = Self { project };
        site.git("init -q -b main");
        site.git("init -q --bare origin.git");
        site.git("remote add origin origin.git");
        site.git("add .");
        site.git("commit -q -m sources");
        site
    }

    fn git(&self, arguments: &str) -> String {
        let (ok, text) = git_in(self.project.path(), arguments);
        assert!(ok, "git {arguments}");
        text
    }

    /// git in the remote.
    fn remote(&self, arguments: &str) -> String {
        let (ok, text) = git_in(&self.project.path().join("origin.git"), arguments);
        assert!(ok, "git {arguments}");
        text
    }

    /// The files of the remote's branch.
    fn published(&self) -> Vec<String> {
        let listed = self.remote("ls-tree -r --name-only gh-pages");
        listed.lines().map(str::to_owned).collect()
    }

    fn run(&self, arguments: &str) -> Run {
        self.project.run(arguments)
    }

    fn edit(&self, path: &str, text: &str) {
        std::fs::write(self.project.path().join(path), text).expect("a file");
    }

    /// Somebody else pushes a commit to the branch.
    fn somebody_publishes(&self) {
        self.git("clone -q -b gh-pages origin.git other");
        let other = self.project.path().join("other");
        std::fs::write(other.join("theirs.txt"), "theirs").expect("a file");
        for arguments in ["add .", "commit -q -m theirs", "push -q origin gh-pages"] {
            assert!(git_in(&other, arguments).0, "{arguments}");
        }
    }
}

#[test]
fn gh_deploy_pushes_what_the_site_folder_holds_and_touches_nothing_else() {
    let site = Site::new();
    site.edit("docs/page.md", "# Changed\n");
    site.git("add docs/page.md");
    site.edit("docs/page.md", "# Changed again\n");
    let before = (site.git("status --porcelain"), site.git("rev-parse HEAD"));
    site.run("gh-deploy").status(0).stderr("should be available shortly");
    assert_eq!((site.git("status --porcelain"), site.git("rev-parse HEAD")), before);
    let mut expected = vec![".nojekyll".to_owned()];
    for path in walk(&site.project.path().join("site")) {
        expected.push(path);
    }
    expected.sort();
    assert_eq!(site.published(), expected);
    let page = site.remote("show gh-pages:page/index.html");
    assert_eq!(page, site.project.read("site/page/index.html").trim_end());
    // MkDocs' wording with our name; the short id of the sources' commit.
    let sha = site.git("rev-parse --short HEAD");
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(
        site.remote("log -1 --format=%s gh-pages"),
        format!("Deployed {sha} with chaski version: {version}")
    );
    // As with MkDocs, the branch is here as well.
    assert_eq!(site.git("rev-parse gh-pages"), site.remote("rev-parse gh-pages"));
}

fn walk(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        for entry in std::fs::read_dir(&at).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let path = path.strip_prefix(folder).expect("below");
                found.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found
}

#[test]
fn a_second_deployment_follows_the_first_and_sends_what_differs() {
    let site = Site::new();
    site.run("gh-deploy").status(0);
    let first = site.remote("rev-parse gh-pages");
    std::fs::remove_file(site.project.path().join("docs/page.md")).expect("a file");
    site.edit("docs/new.md", "# New\n");
    site.run("gh-deploy -m second:{sha}:{version}").status(0);
    assert_eq!(site.remote("rev-parse gh-pages^"), first);
    let files = site.published();
    assert!(files.contains(&"new/index.html".to_owned()) && !files.contains(&"page/index.html".to_owned()));
    assert!(site.remote("log -1 --format=%s gh-pages").starts_with("second:"));
    let second = site.remote("rev-parse gh-pages");
    site.run("gh-deploy").status(0).stderr("nothing to deploy");
    assert_eq!(site.remote("rev-parse gh-pages"), second);
    site.run("gh-deploy --no-history").status(0);
    assert_eq!(site.remote("rev-list --count gh-pages"), "1");
    assert_eq!(site.published(), files);
}

#[test]
fn flags_name_another_branch_and_remote() {
    let site = Site::new();
    site.git("init -q --bare other/second.git");
    site.git("remote add second other/second.git");
    site.run("gh-deploy -b pages -r second -d elsewhere --shell -q")
        .status(0);
    let (ok, files) = git_in(
        &site.project.path().join("other/second.git"),
        "ls-tree --name-only pages",
    );
    assert!(ok && files.contains("index.html"), "{files}");
    assert!(site.project.exists("elsewhere/index.html"));
    site.run("gh-deploy -m {shaa}").status(2).stderr("neither `{sha}` nor");
    site.run("gh-deploy -r nowhere")
        .status(2)
        .stderr("cannot reach the remote `nowhere`");
    site.run("gh-deploy -b main").status(2).stderr("checked out here");
    site.run("gh-deploy -b a..b")
        .status(2)
        .stderr("cannot be the name of a branch");
}

#[test]
fn what_others_pushed_is_not_overwritten_unless_forced() {
    let site = Site::new();
    site.run("gh-deploy").status(0);
    site.somebody_publishes();
    let theirs = site.remote("rev-parse gh-pages");
    site.edit("docs/page.md", "# Changed\n");
    site.run("gh-deploy").status(2).stderr("has moved on");
    assert_eq!(site.remote("rev-parse gh-pages"), theirs);
    site.run("gh-deploy --force").status(0);
    assert_eq!(site.remote("rev-parse gh-pages^"), theirs);
    assert!(!site.published().contains(&"theirs.txt".to_owned()));
}

#[test]
fn a_fresh_clone_publishes_on_top_of_what_is_there() {
    let site = Site::new();
    site.run("gh-deploy").status(0);
    site.git("push -q origin main");
    let before = site.remote("rev-parse gh-pages");
    site.git("clone -q --single-branch -b main --depth 1 origin.git clone");
    let clone = site.project.path().join("clone");
    std::fs::write(clone.join("docs/page.md"), "# From the clone\n").expect("a file");
    let run = Command::new(env!("CARGO_BIN_EXE_chaski"))
        .args(["gh-deploy"])
        .current_dir(&clone)
        .output()
        .expect("chaski runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    assert_eq!(site.remote("rev-parse gh-pages^"), before);
}

#[test]
fn a_deployment_by_a_newer_version_is_not_followed() {
    let site = Site::new();
    site.run("gh-deploy").status(0);
    let made = Command::new("git")
        .args([
            "-c",
            "user.name=A",
            "-c",
            "user.email=a@b",
            "commit-tree",
            "gh-pages^{tree}",
            "-m",
        ])
        .arg("Deployed abc with chaski version: 99.0.1")
        .current_dir(site.project.path())
        .output()
        .expect("git runs");
    let commit = String::from_utf8_lossy(&made.stdout).trim().to_owned();
    site.git(&format!("push -q --force origin {commit}:refs/heads/gh-pages"));
    site.git("update-ref refs/heads/gh-pages refs/remotes/origin/gh-pages");
    site.edit("docs/page.md", "# Changed again\n");
    site.run("gh-deploy").status(2).stderr("older version");
    site.run("gh-deploy --ignore-version").status(0);
}

#[test]
fn a_publish_that_was_killed_after_the_push_is_known_as_ours() {
    let site = Site::new();
    site.run("gh-deploy").status(0);
    let first = site.remote("rev-parse gh-pages");
    site.edit("docs/page.md", "# Changed\n");
    site.run("gh-deploy").status(0);
    // As if the program had ended before it noted what it pushed.
    site.git(&format!("update-ref refs/heads/gh-pages {first}"));
    site.git(&format!("update-ref refs/remotes/origin/gh-pages {first}"));
    site.edit("docs/page.md", "# Changed again\n");
    site.run("gh-deploy").status(0);
    assert_eq!(site.remote("rev-list --count gh-pages"), "3");
}

#[test]
fn publish_keeps_what_others_put_on_the_branch() {
    let site = Site::new();
    site.run("publish git --yes").status(0).stderr("Pushed");
    assert!(site.published().contains(&"release.json".to_owned()));
    site.somebody_publishes();
    site.git("fetch -q origin gh-pages:refs/remotes/origin/gh-pages");
    site.edit("docs/page.md", "# Changed\n");
    site.run("publish git --yes")
        .status(0)
        .stderr("  ? theirs.txt")
        .stderr("  ~ page/index.html");
    assert!(site.published().contains(&"theirs.txt".to_owned()));
    site.run("publish git --yes").status(0).stderr("Nothing to publish");
    site.run("publish git --yes --prune").status(0).stderr("  - theirs.txt");
    assert!(!site.published().contains(&"theirs.txt".to_owned()));
}

#[test]
fn publish_asks_shows_and_builds_in_strict_mode() {
    let site = Site::new();
    site.run("publish git").status(2).stderr("--yes");
    site.run("publish git --dry-run").status(0).stderr("+ 404.html");
    let json = site.run("publish git --dry-run --messages json").status(0);
    let plan: serde_json::Value = serde_json::from_str(json.stdout.lines().last().expect("a line")).expect("JSON");
    assert!(plan["bytes"].as_u64() > Some(1000) && plan["kept"] == 0, "{plan}");
    let branches = site.remote("branch --list");
    assert_eq!(branches, "");
    site.edit("docs/page.md", "[broken](nope.md)\n");
    site.run("publish git --yes").status(1).stderr("nope.md");
    site.run("publish git --yes --no-strict").status(0);
    site.run("publish gti").status(2).stderr("no target `gti`");
    site.run("publish").status(2).stderr("there is no target");
}

#[test]
fn the_message_of_the_remote_is_shown_without_credentials() {
    let site = Site::new();
    site.git("remote set-url origin http://ann:s3cret@127.0.0.1:1/x.git");
    let run = site.run("gh-deploy").status(2);
    assert!(
        !run.stderr.contains("s3cret") && !run.stdout.contains("s3cret"),
        "{}",
        run.stderr
    );
}
