//! The command line: messages, exit codes, standard streams.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};

use crate::harness::Project;

#[test]
fn help_and_version_are_no_errors() {
    let project = Project::empty();
    project.run("--help").status(0).stdout("Usage: chaski");
    project.run("--version").status(0).stdout("chaski ");
    project.run("build --help").status(0).stdout("--use-directory-urls");
}

#[test]
fn wrong_arguments_are_failures() {
    let project = Project::empty();
    project.run("").status(2);
    project.run("biuld").status(2).stderr("build");
    project.run("build --strct").status(2).stderr("--strict");
    project.run("build -q -v").status(2);
}

#[test]
fn a_missing_configuration_is_a_failure() {
    let project = Project::empty();
    project
        .run("build")
        .status(2)
        .stderr("Config file 'mkdocs.yml' does not exist.");
    project.run("build -f other.yml").status(2).stderr("'other.yml'");
}

#[test]
fn errors_in_the_configuration_end_the_build() {
    let run = Project::with("site_url: here\n").run("build");
    run.status(1)
        .stderr("error[config-value]: Config value 'site_url': The URL isn't valid")
        .stderr("--> mkdocs.yml:3:11")
        .stderr("site_url: here")
        .stderr("^^^^")
        .stderr("Aborted with a configuration error!");
    let project = Project::with("a: b: c\n");
    project.run("build").status(1).stderr("--> mkdocs.yml:3:5");
    assert!(!project.exists("site"));
}

#[test]
fn warnings_fail_only_strict_builds() {
    let project = Project::with("colour: red\n");
    let message = "Config value 'colour': Unrecognised configuration name: colour";
    project.run("build").status(0).stderr(message);
    project
        .run("build --strict")
        .status(1)
        .stderr(message)
        .stderr("'strict' mode");
    let project = Project::with("colour: red\nstrict: true\n");
    project.run("build").status(1);
    project.run("build --no-strict").status(0);
}

#[test]
fn the_configuration_may_come_from_standard_input() {
    let project = Project::with("");
    project
        .run_with("build -f -", "site_name: x\ntheme: material\n")
        .status(0);
    let run = project.run_with("build -f -", "site_name: x\ntheme: metarial\n");
    run.status(1).stderr("<stdin>:2:8").stderr("did you mean `material`?");
}

#[test]
fn problems_can_be_lines_or_json() {
    let project = Project::with("colour: red\n");
    let line = "WARNING -  Config value 'colour': Unrecognised configuration name: colour (mkdocs.yml:3:1)\n";
    project.run("build --format mkdocs").status(0).stderr(line);
    let run = project.run("build --format json").status(0);
    assert_eq!(run.stderr, "");
    let line = run
        .stdout
        .lines()
        .find(|line| line.contains("config-key"))
        .expect("a line");
    let object: serde_json::Value = serde_json::from_str(line).expect("an object");
    assert_eq!(object["code"], "config-key");
    assert_eq!((&object["line"], &object["column"]), (&3.into(), &1.into()));
}

#[test]
fn quiet_shows_errors_only() {
    let run = Project::with("colour: red\n").run("build -q").status(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    Project::with("strict: 7\n")
        .run("build -q")
        .status(1)
        .stderr("Config value 'strict'");
    // Why there is no site is said in any case, as MkDocs does.
    let run = Project::with("colour: red\n").run("build -q --strict").status(1);
    assert_eq!(run.stderr, "Aborted with 1 configuration warnings in 'strict' mode!\n");
    let project = Project::with("").write("docs/index.md", "# Home\n\n[a](nowhere.md)\n");
    let run = project.run("build -q --strict").status(1);
    assert!(
        run.stderr.starts_with("Aborted with 1 warning in strict mode"),
        "{}",
        run.stderr
    );
    assert_eq!(run.stderr.lines().count(), 1);
    project.run("check -q --strict").status(1).stderr("1 warning");
}

#[test]
fn output_to_a_pipe_has_no_colors() {
    let run = Project::with("colour: red\n").run("build").status(0);
    assert!(!run.stderr.contains('\u{1b}'), "{}", run.stderr);
}

#[test]
fn a_build_that_fails_leaves_the_old_site() {
    let project = Project::with("");
    project.run("build").status(0);
    let page = project.read("site/index.html");
    assert!(page.contains("Home"));
    let project = project
        .write("docs/other.md", "# Other\n")
        .write_bytes("docs/bad.md", b"# \xff\n");
    project
        .run("build")
        .status(1)
        .stderr("docs/bad.md:1:3")
        .stderr("not valid UTF-8 at byte 2")
        .stderr("the old site is as it was");
    assert!(!project.exists("site/other/index.html"));
    assert_eq!(project.read("site/index.html"), page);
}

#[test]
fn a_strict_build_with_warnings_writes_nothing() {
    let project = Project::with("").write("docs/index.md", "[x](gone.md)\n");
    let message =
        "Doc file 'index.md' contains a link 'gone.md', but the target is not found among documentation files.";
    let run = project.run("build -s --format mkdocs").status(1);
    run.stderr(&format!("WARNING -  {message} (docs/index.md:1:1)"));
    assert!(!project.exists("site"));
    project.run("build").status(0).stderr(message);
    assert!(project.exists("site/index.html"));
}

#[test]
fn flags_of_build_change_the_site() {
    let project = Project::with("").write("docs/a.md", "# A\n");
    project.run("build -d out --no-directory-urls").status(0);
    assert!(project.exists("out/a.html") && !project.exists("site"));
    project.run("build -d out --dirty --use-directory-urls").status(0);
    assert!(project.exists("out/a.html") && project.exists("out/a/index.html"));
    project.run("build -d out -c").status(0);
    assert!(!project.exists("out/a.html") && project.exists("out/a/index.html"));
    project
        .run("build -t slate")
        .status(1)
        .stderr("Unrecognised theme name: 'slate'");
}

#[test]
fn sources_are_never_overwritten() {
    let project = Project::with("");
    project
        .run("build -d .")
        .status(1)
        .stderr("'docs_dir' should not be within the 'site_dir'");
    project
        .run("build -d docs/site")
        .status(1)
        .stderr("'site_dir' should not be within the 'docs_dir'");
    let file = project.path().join("mkdocs.yml");
    project.run(&format!("build -d {}", file.display())).status(2);
    assert!(project.read("mkdocs.yml").starts_with("site_name"));
}

#[test]
fn a_new_site_builds_at_once() {
    for lang in ["en", "es"] {
        let project = Project::empty();
        project.run(&format!("new site --lang {lang}")).status(0);
        let config = project.path().join("site/mkdocs.yml");
        let run = project
            .run(&format!("build --strict -f {}", config.display()))
            .status(0);
        assert!(!run.stderr.to_lowercase().contains("warning"), "{}", run.stderr);
    }
}

#[test]
fn new_does_not_touch_what_is_there() {
    let project = Project::empty().write("site/notes.txt", "mine");
    project
        .run("new site")
        .status(2)
        .stderr("is not empty; nothing was written");
    assert!(!project.exists("site/mkdocs.yml") && project.exists("site/notes.txt"));
    let project = Project::empty().write("site", "mine");
    project.run("new site").status(2).stderr("is a file");
}

#[test]
fn completions_are_a_script() {
    Project::empty().run("completions bash").status(0).stdout("chaski");
    Project::empty().run("completions basic").status(2);
}

#[test]
fn render_reads_and_writes_streams() {
    let project = Project::empty().write("mkdocs.yml", "markdown_extensions: [no_such_extension]\n");
    let run = project.run_with("render", "a\n");
    assert_eq!(run.stdout, "<p>a</p>\n");
    project
        .run_with("render -f gone.yml", "")
        .status(2)
        .stderr("`gone.yml`");
    project
        .run_with("render -f mkdocs.yml", "a\n")
        .status(1)
        .stdout("<p>a</p>")
        .stderr("no_such_extension")
        .stderr("mkdocs.yml:1:23");
}

#[test]
fn a_batch_answers_every_line() {
    let input = concat!(
        r##"{"id": 1, "config": "markdown_extensions: []\n", "input": "a"}"##,
        "\n\n",
        r#"{"id": "b", "config": "a: b: c", "input": "a"}"#,
        "\nnonsense\n",
    );
    let run = Project::empty().run_with("render --batch", input).status(0);
    let mut lines: Vec<_> = run.stdout.lines().collect();
    lines.sort_unstable();
    assert_eq!(
        lines,
        [
            r#"{"id":"b","error":"invalid YAML: mapping values are not allowed in this context"}"#,
            r#"{"id":1,"html":"<p>a</p>"}"#,
            r#"{"id":null,"error":"not a case: expected ident at line 1 column 2"}"#,
        ]
    );
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_chaski"))
        .args(["render", "--batch"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let mut first = String::new();
    stdin.write_all(b"{\"id\": 1, \"input\": \"a\"}\n").expect("a reader");
    let mut stdout = BufReader::new(child.stdout.take().expect("a pipe"));
    stdout.read_line(&mut first).expect("a line");
    drop(stdout);
    let _ = stdin.write_all("{\"id\": 2, \"input\": \"a\"}\n".repeat(1000).as_bytes());
    drop(stdin);
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!(
        (output.status.code(), output.stderr.as_slice()),
        (Some(0), b"".as_slice())
    );
}
