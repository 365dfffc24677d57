//! `chaski doctor`: says of everything that a project uses what becomes of it.

use crate::harness::Project;

/// The states that the doctor gives, as `area name: state`.
fn states(project: &Project, status: i32) -> (serde_json::Value, Vec<String>) {
    let run = project.run("doctor --format json").status(status);
    let answer: serde_json::Value = serde_json::from_str(&run.stdout).expect("JSON");
    let uses = answer["uses"].as_array().expect("a list");
    let text = |used: &serde_json::Value, key: &str| used[key].as_str().unwrap_or_default().to_owned();
    let states = uses
        .iter()
        .map(|used| format!("{} {}: {}", text(used, "area"), text(used, "name"), text(used, "state")))
        .collect();
    (answer, states)
}

#[test]
fn a_project_that_needs_nothing_else_is_ready() {
    let project = Project::with("plugins: [search, tags]\nmarkdown_extensions: [toc, admonition]\n")
        .write("requirements.txt", "mkdocs-material>=9\nnumpy\n");
    let (answer, states) = states(&project, 0);
    assert_eq!(answer["verdict"], "ready");
    assert_eq!(
        states,
        [
            "theme material: works",
            "plugin search: works",
            "plugin tags: works",
            "extension toc: works",
            "extension admonition: works",
            "package mkdocs-material: works",
            "package numpy: works",
        ]
    );
    project
        .run("doctor")
        .stdout("This project moves as it is: all 5 things that it uses work.")
        .stdout("not used  package numpy: not known; nothing is lost unless mkdocs.yml names it");
    assert!(!project.exists("site"), "the doctor writes nothing");
}

#[test]
fn what_is_missing_is_named_with_what_follows_and_what_to_do() {
    let config = "site_name: Site\ntheme:\n  name: material\n  custom_dir: own\n  features: [navigation.tabs, nope.nope]\n\
                  hooks: [hooks.py]\nplugins:\n  - search\n  - mkdocstrings:\n      handlers: {}\n  - nothing\n\
                  markdown_extensions:\n  - toc\n  - my.extension\n  - pymdownx.highlight:\n      noclasses: true\n";
    let project = Project::with("")
        .write("mkdocs.yml", config)
        .write("own/main.html", "{% extends \"base.html\" %}")
        .write("own/404.html", "{% extends \"base.html\" %}{% block content %}")
        .write("own/fragments/tags/mine/tag.html", "<script>1</script>")
        .write("requirements.txt", "mkdocstrings[python]\nmike==2\n");
    let (answer, states) = states(&project, 1);
    assert_eq!(answer["verdict"], "not-yet");
    assert_eq!(
        states,
        [
            "theme material: works",
            "feature navigation.tabs: works",
            "feature nope.nope: missing",
            "plugin search: works",
            "plugin mkdocstrings: missing",
            "plugin nothing: missing",
            "extension toc: works",
            "extension my.extension: missing",
            "extension pymdownx.highlight: partly",
            "hook hooks.py: missing",
            "template 404.html: missing",
            "template fragments/tags/mine/tag.html: missing",
            "template main.html: works",
            "package mike: partly",
            "package mkdocstrings: missing",
        ]
    );
    assert_eq!(
        answer["allow"],
        serde_json::json!(["mkdocstrings", "nothing", "my.extension", "hooks.py"])
    );
    let plugin = &answer["uses"][4];
    assert_eq!((&plugin["file"], &plugin["line"]), (&"mkdocs.yml".into(), &9.into()));
    assert!(
        plugin["advice"][0]
            .as_str()
            .is_some_and(|text| text.contains("writes the reference of source code into pages"))
    );
    project
        .run("doctor")
        .status(1)
        .stdout("This project does not build yet: 5 of 14 things that it uses work as they are, 2 otherwise or in part, 7 not.")
        .stdout("chaski: {allow: [mkdocstrings, nothing, my.extension, hooks.py]}");
}

#[test]
fn what_the_doctor_says_to_allow_makes_the_project_build() {
    let config = "hooks: [a.py]\nplugins: [search, mkdocstrings, bibtex]\nmarkdown_extensions: [mine]\n";
    let project = Project::with(config);
    let (answer, _) = states(&project, 1);
    let allow = answer["allow"].to_string();
    let project = project.write(
        "mkdocs.yml",
        &format!("site_name: Site\ntheme: material\n{config}chaski: {{allow: {allow}}}\n"),
    );
    project.run("build -q").status(0);
    let (answer, states) = states(&project, 0);
    assert_eq!(answer["verdict"], "ready-with-differences");
    assert_eq!(states.iter().filter(|state| state.ends_with("missing")).count(), 4);
}

#[test]
fn the_project_s_own_errors_are_told_apart() {
    let project = Project::with("site_url: 3\nextra_css: [gone.css]\n");
    let (answer, states) = states(&project, 1);
    assert_eq!(answer["errors"][0]["code"], "config-value");
    assert_eq!(states, ["theme material: works"]);
    let project = Project::empty().write("mkdocs.yml", "a: [\n");
    project.run("doctor").status(2).stderr("yaml-syntax");
}
