//! `chaski build` on bad input: what is said, and that the old site stays.

use super::harness::Project;

fn old_site(project: Project) -> Project {
    project.write("site/index.html", "old")
}

/// The old site is as it was, hidden entries included.
fn old_is_kept(project: &Project) -> bool {
    let site = project.path().join("site");
    let entries = std::fs::read_dir(&site).map_or(0, Iterator::count);
    entries == 1 && std::fs::read_to_string(site.join("index.html")).is_ok_and(|text| text == "old")
}

#[test]
fn a_page_that_is_not_utf8_is_shown_with_its_place() {
    let project = old_site(Project::with(""));
    std::fs::write(project.path().join("docs/b.md"), b"# B\n\nma\xf1ana\n").expect("a file");
    let run = project.run("build --messages short");
    assert_eq!(run.status, Some(1), "{}", run.stderr);
    assert!(run.stderr.contains("b.md:3:3"), "{}", run.stderr);
    assert!(run.stderr.contains("not valid UTF-8"), "{}", run.stderr);
    assert!(old_is_kept(&project));
}

#[test]
fn strict_keeps_the_old_site_when_a_link_leads_nowhere() {
    let project = old_site(Project::with("").write("docs/b.md", "# B\n\nSee [x](nope.md).\n"));
    let run = project.run("build --strict --messages short");
    assert_eq!(run.status, Some(1), "{}", run.stderr);
    assert!(
        run.stderr.contains("Doc file 'b.md' contains a link 'nope.md'"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("b.md:3:5"), "{}", run.stderr);
    assert!(old_is_kept(&project));
    let run = project.run("build --messages short");
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(!old_is_kept(&project));
}

#[test]
fn nav_entries_that_do_not_exist_are_shown_with_their_place() {
    let project = Project::with("nav:\n  - index.md\n  - Other: other.md\n");
    let run = project.run("build --messages short");
    assert!(
        run.stderr
            .contains("A reference to 'other.md' is included in the 'nav' configuration"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("mkdocs.yml:5:12"), "{}", run.stderr);
}

#[test]
fn the_site_folder_is_never_the_docs_folder() {
    let project = Project::with("site_dir: docs\n");
    let run = project.run("build --messages short");
    assert_ne!(run.status, Some(0));
    assert!(project.exists("docs/index.md"));
    let project = Project::with("site_dir: .\n");
    let run = project.run("build --messages short");
    assert_ne!(run.status, Some(0));
    assert!(project.exists("docs/index.md") && project.exists("mkdocs.yml"));
}

#[test]
fn two_sources_of_one_output_are_reported() {
    let project = Project::with("use_directory_urls: false\n")
        .write("docs/a.md", "# A\n")
        .write("docs/a.html", "raw");
    let run = project.run("build --messages short");
    assert!(run.stderr.contains("because it conflicts with"), "{}", run.stderr);
}

#[test]
fn a_template_that_fails_is_named_and_nothing_is_written() {
    let config = "  # x\nextra: {}\n";
    let project = Project::empty()
        .write(
            "mkdocs.yml",
            &format!("site_name: S\ntheme:\n  name: material\n  custom_dir: over\n{config}"),
        )
        .write("docs/index.md", "# Home\n")
        .write(
            "over/main.html",
            "{% extends \"base.html\" %}\n{% block announce %}{{ nope() }}{% endblock %}\n",
        );
    let project = old_site(project);
    let run = project.run("build --messages short");
    assert_eq!(run.status, Some(1), "{}", run.stderr);
    assert!(run.stderr.contains("main.html"), "{}", run.stderr);
    assert!(old_is_kept(&project));
}

#[cfg(unix)]
#[test]
fn links_that_lead_in_circles_are_reported() {
    let project = Project::with("");
    std::os::unix::fs::symlink(project.path().join("docs"), project.path().join("docs/loop")).expect("a link");
    let run = project.run("build --messages short");
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    assert!(run.stderr.contains("leads back to a folder it is in"), "{}", run.stderr);
}

#[test]
fn a_target_that_is_a_file_is_an_error() {
    let project = Project::with("").write("site", "file");
    let run = project.run("build --messages short");
    assert_eq!(run.status, Some(2), "{}", run.stderr);
    assert_eq!(
        std::fs::read_to_string(project.path().join("site")).expect("a file"),
        "file"
    );
}

#[test]
fn a_target_that_cannot_be_made_is_an_error() {
    let project = Project::with("site_dir: file/site\n").write("file", "text");
    let run = project.run("build --messages short");
    assert_eq!(run.status, Some(2), "{}", run.stderr);
    assert!(run.stderr.contains("file/site"), "{}", run.stderr);
    assert_eq!(project.read("file"), "text");
}

#[test]
fn a_failed_build_does_not_even_make_the_target() {
    let project = Project::with("").write("docs/b.md", "See [x](nope.md).\n");
    let run = project.run("build --strict --messages short");
    assert_eq!(run.status, Some(1), "{}", run.stderr);
    assert!(!project.exists("site"));
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_copied_leaves_the_old_site_as_it_was() {
    let project = old_site(Project::with(""));
    let picture = project.path().join("docs/picture.png");
    std::os::unix::fs::symlink("/proc/self/mem", &picture).expect("a link");
    let run = project.run("build --messages short");
    assert_eq!(run.status, Some(2), "{}", run.stderr);
    assert!(run.stderr.contains("the old site is as it was"), "{}", run.stderr);
    assert!(old_is_kept(&project));
}

#[test]
fn only_what_changed_is_written() {
    let project = Project::with("").write("docs/b.md", "# B\n");
    let run = |project: &Project| project.run("build --messages short").status(0);
    run(&project);
    let page = project.path().join("site/b/index.html");
    let written = |path: &std::path::Path| {
        std::fs::metadata(path)
            .and_then(|data| data.modified())
            .expect("a time")
    };
    let before = written(&page);
    let project = project
        .write("docs/index.md", "# Home\n\nMore.\n")
        .write("site/old/x.html", "x");
    let project = project.write("site/.nojekyll", "");
    run(&project);
    assert_eq!(before, written(&page));
    assert!(project.read("site/index.html").contains("More."));
    assert!(!project.exists("site/old") && project.exists("site/.nojekyll"));
}
