//! Plugins that read the history of git. What they must show was taken from the originals on the
//! same repository (mkdocs-git-revision-date-localized 1.6, -git-revision-date 0.3, -git-authors 0.10).

use std::process::Command;

use crate::harness::Project;

/// Commits everything as `who`, `Name <mail>`, at `when`.
fn commit(project: &Project, when: &str, who: &str, message: &str) {
    let (name, mail) = who.split_once(" <").expect("a name and an address");
    let mail = mail.trim_end_matches('>');
    for arguments in [&["add", "."][..], &["commit", "-q", "-m", message]] {
        let status = Command::new("git")
            .args(arguments)
            .current_dir(project.path())
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .envs([("GIT_AUTHOR_DATE", when), ("GIT_COMMITTER_DATE", when)])
            .envs([("GIT_AUTHOR_NAME", name), ("GIT_COMMITTER_NAME", name)])
            .envs([("GIT_AUTHOR_EMAIL", mail), ("GIT_COMMITTER_EMAIL", mail)])
            .status();
        assert!(status.expect("git runs").success());
    }
}

fn git(project: &Project, arguments: &str) {
    let mut command = Command::new("git");
    let status = command.args(arguments.split(' ')).current_dir(project.path()).status();
    assert!(status.expect("git runs").success());
}

const HOME: &str = "Changed {{ git_revision_date_localized }}, site {{git_site_revision_date_localized}}, made \
    {{ git_creation_date_localized }}.\n\nDay {{ git_revision_date }} {{ page.meta.git_revision_date }}\n\n\
    {{ git_site_authors }}\n\n{{ git_page_authors }}\n";

/// A repository with a renamed file, one that was copied, and authors of several time zones.
fn repository(plugins: &str) -> Project {
    let third = "\n\nThird.\n";
    let mut project = Project::with(plugins)
        .write("docs/index.md", &format!("# Home\n\nOne.\n\n{HOME}"))
        .write("docs/old.md", &format!("# Old\n\nA line.\n\nAnother line.{third}"));
    git(&project, "init -q -b main .");
    commit(&project, "2020-01-02T23:30:00 -0500", "Ana Paz <Ana@X.org>", "first");
    git(&project, "tag v1");
    project = project.write(
        "docs/old.md",
        &format!("# Old\n\nA line.\n\nAnother line, longer.{third}"),
    );
    let message = "second\n\nCo-authored-by: Eva <eva@X.org>";
    commit(&project, "2020-03-04T10:00:00 +0100", "Luis & Co <luis@x.org>", message);
    git(&project, "mv docs/old.md docs/new.md");
    commit(&project, "2020-04-05T10:00:00 +0100", "Ana Paz <ana@x.org>", "rename");
    let copy = project.read("docs/new.md") + "More.\n";
    project = project.write("docs/copy.md", &copy);
    commit(&project, "2020-05-06T10:00:00 +0000", "Eva <eva@x.org>", "copy");
    project = project.write("docs/index.md", &format!("# Home\n\nTwo.\n\n\n{HOME}"));
    let who = "12 <7+evam@users.noreply.github.com>";
    commit(&project, "2020-06-07T00:30:00 +0900", who, "format");
    project
}

/// The article of a page in one line without tags, and what is said below it.
fn words(project: &Project, path: &str) -> String {
    let html = project.read(&format!("site/{path}"));
    let from = html.find("<article").expect("an article");
    let article = &html[from..html.find("</article>").expect("its end")];
    let mut text = String::new();
    let mut rest = article;
    while let Some((before, after)) = rest.split_once('<') {
        text.push_str(before);
        rest = after.split_once('>').map_or("", |(_, rest)| rest);
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn dates_follow_renames_and_copies() {
    let options = "{enable_creation_date: true, type: iso_datetime}";
    let project = repository(&format!("plugins:\n  - git-revision-date-localized: {options}\n"));
    project.run("build -s").status(0);
    let home = words(&project, "index.html");
    for part in [
        "Changed 2020-06-06 15:30:00, site 2020-06-06 15:30:00, made 2020-01-03 04:30:00.",
        "2020-06-06 15:30:00 2020-01-03 04:30:00",
    ] {
        assert!(home.contains(part), "{part} in {home}");
    }
    let new = words(&project, "new/index.html");
    assert!(new.ends_with("2020-03-04 09:00:00 2020-01-03 04:30:00"), "{new}");
    let copy = words(&project, "copy/index.html");
    assert!(copy.ends_with("2020-05-06 10:00:00 2020-01-03 04:30:00"), "{copy}");
}

/// How often a build asked git for each of `what`.
fn traced<const N: usize>(project: &Project, arguments: &str, what: [&str; N]) -> [usize; N] {
    let trace = tempfile::NamedTempFile::new().expect("a file");
    let path = trace.path().to_str().expect("a path");
    project.run_where("GIT_TRACE", path, arguments).status(0);
    let said = std::fs::read_to_string(trace.path()).expect("a trace");
    assert!(said.contains(" rev-parse "), "{said}");
    what.map(|what| {
        let is_meant = |line: &&str| line.contains("trace: built-in: git") && line.contains(what);
        said.lines().filter(is_meant).count()
    })
}

/// What a build asked git for that takes long: the log, and which files of these commits are copies.
fn asked(project: &Project, arguments: &str) -> (usize, usize) {
    let [logs, copies] = traced(project, arguments, [" log ", " diff-tree "]);
    (logs, copies)
}

#[test]
fn history_is_read_once() {
    let options = "{enable_creation_date: true, type: iso_datetime}";
    let project = repository(&format!("plugins:\n  - git-revision-date-localized: {options}\n"));
    assert_eq!(asked(&project, "build -s"), (1, 1));
    let copy = project.read("site/copy/index.html");
    assert_eq!(asked(&project, "build -s"), (0, 0), "all is known");
    assert_eq!(project.read("site/copy/index.html"), copy);
    assert_eq!(asked(&project, "build -s --no-cache"), (1, 1));
    let project = project.write("docs/copy.md", "# Copy\n\nNew.\n");
    commit(&project, "2020-07-08T10:00:00 +0000", "Eva <eva@x.org>", "change");
    assert_eq!(asked(&project, "build -s"), (1, 0), "the new commit adds no file");
    let copy = words(&project, "copy/index.html");
    assert!(copy.ends_with("2020-07-08 10:00:00 2020-01-03 04:30:00"), "{copy}");
    git(&project, "reset -q --hard HEAD~1");
    asked(&project, "build -s");
    let copy = words(&project, "copy/index.html");
    assert!(copy.ends_with("2020-05-06 10:00:00 2020-01-03 04:30:00"), "{copy}");
}

#[test]
fn dates_are_worded_in_all_forms() {
    for (options, shown) in [
        (
            "{type: datetime, timezone: America/Lima, locale: es}",
            "4 de marzo de 2020 04:00:00",
        ),
        (
            "{type: custom, custom_format: '%d/%B (%A) %H', locale: de}",
            "04/März (Mittwoch) 09",
        ),
        ("{type: iso_date}", "2020-03-04"),
        ("{type: timeago}", "2020-03-04"),
    ] {
        let project = repository(&format!("plugins:\n  - git-revision-date-localized: {options}\n"));
        project.run("build -s").status(0);
        let new = words(&project, "new/index.html");
        assert!(new.ends_with(shown), "{shown} at the end of {new}");
        let ago = options.contains("timeago");
        assert_eq!(project.exists("site/assets/javascripts/timeago.js"), ago);
        assert_eq!(
            project
                .read("site/new/index.html")
                .contains("src=\"../assets/javascripts/timeago.js\""),
            ago
        );
    }
}

#[test]
fn templates_may_ask_for_commit_tag_and_form() {
    let config = "theme:\n  name: material\n  custom_dir: over\nplugins:\n  - git-revision-date-localized: {enable_creation_date: true}\n";
    let name = "page.meta.git_creation_date_localized";
    let template = format!(
        "{{% extends 'base.html' %}}{{% block content %}}[{{{{ {name}_tag }}}}|{{{{ {name}_raw_iso_date }}}}|{{{{ {name}_hash | length }}}}]{{% endblock %}}"
    );
    let project = repository("")
        .write("mkdocs.yml", &format!("site_name: S\n{config}"))
        .write("over/main.html", &template);
    project.run("build -s").status(0);
    assert!(project.read("site/new/index.html").contains("[v1|2020-01-03|40]"));
}

#[test]
fn days_of_the_older_plugin() {
    let project = repository("plugins:\n  - git-revision-date\n");
    project.run("build -s").status(0);
    let home = words(&project, "index.html");
    assert!(
        home.contains("Day 2020-06-07 2020-06-07") && home.ends_with("2020-06-07"),
        "{home}"
    );
    let project = repository("plugins:\n  - git-revision-date: {as_datetime: true, modify_md: false}\n");
    project.run("build -s").status(0);
    let home = words(&project, "index.html");
    assert!(
        home.contains("Day {{ git_revision_date }}") && home.ends_with("2020-06-07 00:00:00"),
        "{home}"
    );
    let project = repository("plugins:\n  - git-revision-date: {enabled_if_env: NO_SUCH_VARIABLE}\n");
    project.run("build").status(0);
    assert!(words(&project, "index.html").contains("Day {{ git_revision_date }}"));
}

#[test]
fn authors_by_their_lines() {
    for (options, site, page) in [
        (
            "{}",
            "12 Ana Paz Eva Luis &amp; Co",
            "<span class='git-page-authors git-authors'><a href='mailto:7+evam@users.noreply.github.com'>12</a>, <a href='mailto:ana@x.org'>Ana Paz</a></span>",
        ),
        (
            "{show_contribution: true, show_line_count: true, add_co_authors: true}",
            "Ana Paz: 16 lines (59.26%) Eva: 8 lines (29.63%) 12: 2 lines (7.41%) Eva: 1 lines (3.7%) Luis &amp; Co: 1 lines (3.7%)",
            "Ana Paz</a> (83.33%), <a href='mailto:7+evam@users.noreply.github.com'>12</a> (16.67%)</span>",
        ),
        (
            "{show_email_address: false, sort_authors_by: contribution, count_empty_lines: false, ignore_authors: [luis@x.org]}",
            "Luis &amp; Co 12 Eva Ana Paz",
            "<span class='git-page-authors git-authors'>Ana Paz, 12</span>",
        ),
        (
            "{href: 'https://x.org/{email}?n={name}', authorship_threshold_percent: 40}",
            "12 Ana Paz Eva Luis &amp; Co",
            "<span class='git-page-authors git-authors'><a href='https://x.org/ana@x.org?n=Ana Paz'>Ana Paz</a></span>",
        ),
    ] {
        let project = repository(&format!("plugins:\n  - git-authors: {options}\n"));
        project.run("build -s").status(0);
        let home = words(&project, "index.html");
        assert!(home.contains(site), "{options}: {site} in {home}");
        assert!(project.read("site/index.html").contains(page), "{options}: {page}");
    }
}

/// The pages and the answers of git that are kept: what is shown is that of a build without them.
#[test]
fn lines_are_asked_for_once() {
    let asked = |project: &Project, arguments: &str| traced(project, arguments, [" log ", " blame "]);
    let same = |project: &Project| {
        let pages = |project: &Project| {
            ["index", "new/index", "copy/index"].map(|page| project.read(&format!("site/{page}.html")))
        };
        let kept = pages(project);
        project.run("build -s --no-cache").status(0);
        assert_eq!(kept, pages(project));
    };
    let options = "{show_contribution: true, show_line_count: true, ignore_commits: skip}";
    let mut project = repository(&format!("plugins:\n  - git-authors: {options}\n")).write("skip", "");
    project = project.write(".gitignore", "site\n.cache\nskip\n");
    assert_eq!(asked(&project, "build -s"), [1, 3]);
    assert_eq!(asked(&project, "build -s"), [0, 0], "all is known");
    same(&project);
    assert_eq!(asked(&project, "build -s --no-cache"), [0, 3]);

    project = project.write("docs/copy.md", "# Copy\n\nNew.\n");
    assert_eq!(asked(&project, "build -s"), [0, 1], "a line is in no commit");
    assert_eq!(asked(&project, "build -s"), [0, 1], "and its time passes");
    commit(&project, "2020-07-08T10:00:00 +0000", "Eva <eva@x.org>", "change");
    assert_eq!(asked(&project, "build -s"), [1, 1], "what the new commit changed");
    same(&project);

    git(&project, "checkout -q -b side HEAD~1");
    project = project.write("docs/new.md", "# New\n\nOn the side.\n");
    commit(&project, "2020-07-09T10:00:00 +0000", "Luis <luis@x.org>", "side");
    git(&project, "checkout -q main");
    git(
        &project,
        "-c user.name=M -c user.email=m@x.org merge -q --no-ff -m merge side",
    );
    assert_eq!(asked(&project, "build -s"), [1, 1], "what the merge brought");
    same(&project);

    git(&project, "mv docs/new.md docs/newer.md");
    commit(&project, "2020-07-10T10:00:00 +0000", "Eva <eva@x.org>", "rename");
    git(&project, "mv docs/newer.md docs/new.md");
    commit(&project, "2020-07-11T10:00:00 +0000", "Eva <eva@x.org>", "rename back");
    assert_eq!(asked(&project, "build -s"), [1, 1], "a file that went and came back");
    same(&project);

    project = project.write(".mailmap", "Ana Maria <ana@x.org>\n");
    assert_eq!(asked(&project, "build -s"), [0, 3], "other names");
    assert!(words(&project, "index.html").contains("Ana Maria"));
    project = project.write("skip", "# none\n");
    assert_eq!(asked(&project, "build -s"), [0, 3], "other commits do not count");
    same(&project);
}

#[test]
fn committers_are_those_of_the_history() {
    let options = "{repository: x/y, exclude_committers: [Eva], exclude: ['index.md']}";
    let project = repository(&format!("plugins:\n  - git-committers: {options}\n"));
    project.run("build -s").status(0);
    assert!(words(&project, "new/index.html").ends_with("GitHub Ana Paz"));
    assert!(!words(&project, "copy/index.html").contains("Eva") && !words(&project, "index.html").contains("GitHub"));
    let kept = r#"{"cache_date": "2020-05-01", "page_authors": {
        "docs/new.md": {"last_commit_date": "2020-04-05", "authors": [{"login": "anap", "name": "anap", "url": "https://github.com/anap", "avatar": "https://avatars.example/1"}]},
        "docs/copy.md": {"last_commit_date": "2020-04-05", "authors": [{"login": "old", "name": "old", "url": "", "avatar": ""}]}}}"#;
    let project = repository("plugins:\n  - git-committers: {repository: x/y}\n");
    let project = project.write(".cache/plugin/git-committers/page-authors.json", kept);
    project.run("build -s").status(0);
    let new = project.read("site/new/index.html");
    assert!(new.contains("<a href=\"https://github.com/anap\">anap</a>") && !new.contains("avatars.example"));
    assert!(
        words(&project, "copy/index.html").ends_with("GitHub Eva"),
        "what is kept is older than the page"
    );
    assert!(
        project
            .read("site/index.html")
            .contains("<a href=\"https://github.com/evam\">12</a>")
    );
}

#[test]
fn a_history_that_is_not_whole_is_said_to_be() {
    let origin = repository("");
    let plugins = "plugins:\n  - git-revision-date-localized\n  - git-authors\n";
    let clone = Project::empty();
    let source = format!("file://{}", origin.path().display());
    git(&clone, &format!("clone -q --depth 1 {source} ."));
    let clone = clone.write("mkdocs.yml", &format!("site_name: S\ntheme: material\n{plugins}"));
    let run = clone.run("build").status(0);
    assert_eq!(run.stderr.matches("is a shallow clone").count(), 2, "{}", run.stderr);
    clone.run("build -s").status(1);

    let none = Project::with(plugins);
    none.run("build")
        .status(0)
        .stderr("pages get no date")
        .stderr("pages have no authors");
    let fallback = "plugins:\n  - git-revision-date-localized: {fallback_to_build_date: true, type: iso_date}\n  \
        - git-authors: {fallback_to_empty: true}\n";
    let none = Project::with(fallback).write("docs/index.md", "# A\n\n{{ git_page_authors }}\n");
    none.run("build -s").status(0);
    assert!(words(&none, "index.html").contains("A 20"));

    let new =
        repository("plugins:\n  - git-revision-date-localized\n  - git-authors\n").write("docs/more.md", "# More\n");
    new.run("build")
        .status(0)
        .stderr("'more.md' has no git logs, using current timestamp")
        .stderr("'more.md' has not been committed yet");
}
