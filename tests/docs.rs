//! What README, ARCHITECTURE and COMPATIBILITY say is there.

use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).expect("a document")
}

/// The texts between single backticks, fences left out.
fn code_spans(text: &str) -> Vec<String> {
    let mut fenced = false;
    let mut spans = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if !fenced {
            spans.extend(line.split('`').skip(1).step_by(2).map(str::to_owned));
        }
    }
    spans
}

/// The lines of the fences in a shell's language, comments cut.
fn commands(text: &str) -> Vec<String> {
    let mut inside = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line == "```sh";
        } else if inside && !line.trim().is_empty() {
            found.push(line.split('#').next().unwrap_or(line).trim().to_owned());
        }
    }
    found
}

fn help(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_chaski"))
        .args(arguments)
        .arg("--help")
        .output()
        .expect("chaski runs");
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn the_commands_of_the_readme_are_there() {
    let readme = read("README.md");
    let commands = commands(&readme);
    for needed in ["cargo run --release -- build", "cargo test"] {
        assert!(commands.iter().any(|command| command == needed), "{needed}");
    }
    let ours = code_spans(&readme).into_iter().chain(commands);
    let all = help(&[]);
    let mut seen = 0;
    for text in ours.filter(|text| text.starts_with("chaski ")) {
        let name = text.split_whitespace().nth(1).expect("a command");
        assert!(all.contains(&format!("\n  {name} ")), "`{text}` in README.md");
        seen += 1;
    }
    assert!(seen > 3);
}

#[test]
fn the_flags_of_the_readme_are_those_of_build() {
    let build = help(&["build"]);
    let flags: Vec<_> = code_spans(&read("README.md"))
        .into_iter()
        .filter(|text| text.starts_with('-'))
        .collect();
    assert!(flags.len() > 3);
    for flag in flags {
        assert!(build.contains(&flag), "`{flag}` in README.md");
    }
}

#[test]
fn the_exit_codes_of_the_readme_are_those_of_the_program() {
    let readme = read("README.md");
    let rows: Vec<_> = readme
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(' ').next()?.parse::<u8>().ok())
        .collect();
    use chaski::command::ExitStatus::{Clean, Failed, Interrupted, Problems};
    assert_eq!(rows, [Clean, Problems, Failed, Interrupted].map(|status| status.code()));
}

#[test]
fn links_between_documents_lead_somewhere() {
    for name in [
        "README.md",
        "ARCHITECTURE.md",
        "COMPATIBILITY.md",
        "CONTRIBUTING.md",
        "CHANGELOG.md",
    ] {
        let text = read(name);
        for part in text.split("](").skip(1) {
            let target = part.split([')', '#']).next().unwrap_or_default();
            if !target.is_empty() && !target.contains("://") {
                assert!(root().join(target).exists(), "{name}: {target}");
            }
        }
    }
}

/// Whether `name` is written like a file of ours: a path with a known ending, or a folder.
fn is_path(name: &str) -> bool {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || "./_-".contains(c));
    let ending = Path::new(name).extension().and_then(|ending| ending.to_str());
    let file = matches!(ending, Some("rs" | "toml" | "bin" | "txt"));
    let folder = ["src/", "tests/", "themes/", "scripts/", ".ci/"]
        .iter()
        .any(|top| name.starts_with(top));
    plain && (file || folder)
}

#[test]
fn every_file_that_the_architecture_names_is_there() {
    let text = read("ARCHITECTURE.md");
    assert!(text.lines().count() <= 200);
    let paths: Vec<_> = code_spans(&text).into_iter().filter(|name| is_path(name)).collect();
    assert!(paths.len() > 10, "{paths:?}");
    let places = ["", "src", "tests"];
    let gone: Vec<_> = paths
        .iter()
        .filter(|path| path.as_str() != "expected.txt" && path.as_str() != "mod.rs")
        .filter(|path| !places.iter().any(|place| root().join(place).join(path).exists()))
        .collect();
    assert_eq!(gone, [] as [&String; 0]);
}

#[test]
fn the_map_lists_the_rooms_in_their_order() {
    let rooms: Vec<_> = read("src/lib.rs")
        .lines()
        .filter_map(|line| {
            let line = line.strip_prefix("pub ").unwrap_or(line);
            Some(line.strip_prefix("mod ")?.trim_end_matches(';').to_owned())
        })
        .collect();
    let listed: Vec<_> = read("ARCHITECTURE.md")
        .lines()
        .filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0.to_owned()))
        .collect();
    let sorted = |names: &[String]| {
        let mut names = names.to_vec();
        names.sort();
        names
    };
    assert_eq!(sorted(&listed), sorted(&rooms));
}

#[test]
fn compatibility_promises_no_plugin_or_extension_that_is_missing() {
    let text = read("COMPATIBILITY.md");
    let built_in = chaski::plugins::names();
    // Their settings are all there is to these.
    let by_settings = ["search", "group", "info", "offline"];
    let rows: Vec<_> = text
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split_once("` | built in |"))
        .map(|(name, _)| name)
        .collect();
    assert!(rows.len() > 4);
    for name in rows {
        let there = built_in
            .iter()
            .any(|full| full.strip_prefix("material/").unwrap_or(full) == name);
        assert!(there || by_settings.contains(&name), "{name}");
    }
    let extensions = text.split("## Markdown extensions").nth(1).unwrap_or_default();
    let promised = extensions.split("\n## ").next().unwrap_or_default();
    let names = code_spans(promised);
    assert!(names.len() > 30);
    for name in names {
        assert!(chaski::markdown::is_extension(&name), "{name}");
    }
}

#[test]
fn the_changelog_starts_with_what_is_not_released() {
    let text = read("CHANGELOG.md");
    let first = text.lines().find(|line| line.starts_with("## "));
    assert_eq!(first, Some("## Unreleased"));
}

/// The feature flags of the theme, as the code lists them.
pub(crate) fn feature_table() -> String {
    let config = read("src/config/theme.rs");
    let (_, list) = config.split_once("const FEATURES: &[&str] = &[").expect("the list");
    list.split_once("];").expect("its end").0.to_owned()
}

#[test]
fn the_description_of_the_theme_has_every_feature_flag() {
    let list = feature_table();
    let flags: Vec<&str> = list.split('"').skip(1).step_by(2).collect();
    assert!(flags.len() > 25);
    let described = code_spans(&read("docs/theme.md"));
    for flag in flags {
        assert!(described.iter().any(|span| span == flag), "`{flag}` is missing");
    }
}
