//! The dialect as a manual that runs: each file of `tests/spec` is prose with cases, a case is a
//! `markdown` block and the `html` block after it.
//!
//! A `yaml` block sets `markdown_extensions` (the whole set, without those MkDocs adds) for the cases
//! after it. `scripts/check-specs` compares the expectations with the reference.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::harness::{Project, files_below};

/// A case and where it stands.
struct Case {
    id: String,
    config: String,
    input: String,
    html: String,
}

/// The fenced blocks of a text: line, language, content.
fn blocks(text: &str) -> Vec<(usize, String, String)> {
    let mut blocks = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let fence: String = line.chars().take_while(|c| *c == '`').collect();
        if fence.len() < 3 {
            continue;
        }
        let mut content = String::new();
        for (_, line) in lines.by_ref() {
            if line == fence {
                break;
            }
            content.push_str(line);
            content.push('\n');
        }
        blocks.push((number + 1, line[fence.len()..].to_owned(), content));
    }
    blocks
}

fn cases(path: &Path) -> Vec<Case> {
    let text = std::fs::read_to_string(path).expect("the spec can be read");
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let (mut config, mut input) = (String::new(), None);
    let mut cases = Vec::new();
    for (line, language, content) in blocks(&text) {
        match language.as_str() {
            "yaml" => config = content,
            "markdown" => input = Some(content),
            "html" => cases.push(Case {
                id: format!("{name}:{line}"),
                config: format!("x_dialect_exact: true\n{config}"),
                input: input.take().expect("Markdown stands before HTML"),
                html: content,
            }),
            other => assert_eq!(other, "", "{name}:{line}: a block of an unknown language"),
        }
        assert!(
            language != "yaml" || input.is_none(),
            "{name}:{line}: input without HTML"
        );
    }
    cases
}

/// A folder with the files that cases include.
fn with_files(specs: &Path) -> Project {
    let mut project = Project::empty();
    for path in files_below(&specs.join("files")) {
        let name = path.strip_prefix(specs).expect("a file of the specs");
        let bytes = std::fs::read(&path).expect("a file");
        project = project.write_bytes(&name.to_string_lossy(), &bytes);
    }
    project
}

fn specs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec")
}

/// The files of the specs, in order.
pub(crate) fn files() -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(specs())
        .expect("the specs are there")
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    files
}

#[test]
fn the_dialect_is_as_described() {
    let cases: Vec<Case> = files().iter().flat_map(|path| cases(path)).collect();
    let input: String = cases
        .iter()
        .map(|case| json!({"id": case.id, "config": case.config, "input": case.input}).to_string() + "\n")
        .collect();
    let run = with_files(&specs()).run_with("render --batch", &input).status(0);
    let answers: Vec<Value> = run
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("an answer is JSON"))
        .collect();
    let mut wrong = String::new();
    for case in &cases {
        let answer = answers.iter().find(|answer| answer["id"] == case.id.as_str());
        let html = answer.and_then(|answer| answer["html"].as_str()).unwrap_or("no answer");
        if html.trim() != case.html.trim() {
            wrong.push_str(&format!(
                "{}\n{}--- expected\n{}--- got\n{html}\n\n",
                case.id, case.input, case.html
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(cases.len() > 100, "only {} cases were found", cases.len());
}

/// Every option of the reference at its default, as `scripts/extension-options` found them.
#[test]
fn every_option_of_the_reference_is_known() {
    let list = include_str!("options.txt").lines();
    let options: Vec<Vec<&str>> = list.map(|line| line.splitn(3, ' ').collect()).collect();
    let mut config = String::from("x_dialect_exact: true\nmarkdown_extensions:\n");
    let mut last = "";
    for option in &options {
        let [extension, name, default] = option[..] else {
            panic!("{option:?}")
        };
        if extension != last {
            config.push_str(&format!("  - {extension}:\n"));
            last = extension;
        }
        config.push_str(&format!("      {name}: {default}\n"));
    }
    assert!(options.len() > 200);
    let project = Project::empty().write("mkdocs.yml", &config);
    let run = project
        .run_with("render --config mkdocs.yml --messages short", "text\n")
        .status(0);
    // Code is never guessed, which is the default of `codehilite`.
    let said: Vec<&str> = run.stderr.lines().filter(|line| !line.contains("guess_lang")).collect();
    assert!(said.is_empty(), "{said:#?}");
}

#[test]
fn options_that_do_nothing_are_named() {
    let config = "markdown_extensions:
  - toc:
      permalnk: true
  - pymdownx.highlight:
      noclasses: true
  - pymdownx.superfences:
      custom_fences:
        - name: chart
          class: chart
          validator: !!python/name:mine.check
          clas: x
";
    let project = Project::empty().write("mkdocs.yml", config);
    let run = project.run_with("render --config mkdocs.yml --messages short", "text\n");
    for part in [
        "`toc` has no option `permalnk`",
        "option `noclasses` of `pymdownx.highlight` has no effect",
        "the validator `mine.check` of fence `chart` is Python, which is not run",
        "fence `chart` of `custom_fences` has a key `clas`, which is not known",
    ] {
        assert!(run.stderr.contains(part), "{part}\n{}", run.stderr);
    }
    assert!(run.stderr.contains("mkdocs.yml:3:7"), "{}", run.stderr);
}

#[test]
fn mathematics_needs_no_script_when_the_site_says_so() {
    let config = "markdown_extensions: [{pymdownx.arithmatex: {generic: true}}]\nchaski: {math: mathml}\n";
    let page = "# A $x^2$ title\n\n-   a\n\n    $$\n    b \\nada\n    $$\n\n$$\n\\frac{1}{2}\n$$\n";
    let project = Project::empty()
        .write("mkdocs.yml", config)
        .write("commonmark.yml", &config.replace("math:", "dialect: commonmark, math:"));
    for config in ["mkdocs.yml", "commonmark.yml"] {
        let run = project.run_with(&format!("render --config {config} --messages short"), page);
        assert!(
            run.stdout
                .contains("<h1 id=\"a-x2-title\">A <span class=\"arithmatex\"><math><msup>")
        );
        assert!(run.stdout.contains("<math display=\"block\"><mfrac>"), "{}", run.stdout);
        assert_eq!(run.stdout.matches("<math").count(), 2, "{}", run.stdout);
        // What cannot be read is left to a script, and said.
        assert!(run.stdout.contains("\\[\nb \\nada\n\\]"), "{}", run.stdout);
        assert!(
            run.stderr.contains("<stdin>:6:7") && run.stderr.contains("\\nada"),
            "{}",
            run.stderr
        );
    }
}
