//! Builds that take over from earlier ones are the same as clean ones, whatever changed in between,
//! whatever became of the cache.
//!
//! `CHASKI_SEQUENCES=1000 cargo test --release cache::` tries more sequences of edits.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::harness::{Project, Run};
use crate::sites::files;

/// A reproducible source of choices (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % sides as u64).expect("it is small")
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.roll(choices.len())]
    }
}

const CONFIG: &str = "plugins: [search, tags, encryptcontent]
markdown_extensions:
  - admonition
  - attr_list
  - footnotes
  - toc: {permalink: true}
  - pymdownx.superfences
  - pymdownx.b64: {base_path: docs}
  - pymdownx.emoji:
      emoji_index: !!python/name:material.extensions.emoji.twemoji
      emoji_generator: !!python/name:material.extensions.emoji.to_svg
  - pymdownx.snippets: {base_path: [parts], auto_append: [glossary.md]}
  - abbr
";

/// Texts that depend on more than the page: snippets that are there or not, links that lead
/// somewhere or not, icons of the site's own, pictures inlined, and things to warn of.
const PARAGRAPHS: &[&str] = &[
    "Plain words.",
    "--8<-- \"one.md\"",
    "--8<-- \"two.md\"",
    "[a link](a.md#second) and [another](sub/c.md)",
    "[a broken one](nowhere.md)",
    "An icon :own-star: and :material-star:",
    "![picture](dot.png)",
    "HTML and HPC in the text[^1]\n\n[^1]: A note.",
    "```python\nprint(1)\n```",
    "```nolanguage\nx\n```",
    "!!! note \"Title\"\n\n    Words.",
    "## Second",
];

const PAGES: &[&str] = &["index.md", "a.md", "b.md", "sub/c.md", "sub/d.md"];

fn page(dice: &mut Dice) -> String {
    let mut text = String::new();
    if dice.roll(3) == 0 {
        text.push_str(dice.of(&[
            "---\ntitle: Another\n---\n",
            "---\ntags: [x, y]\n---\n",
            "---\nhide: [toc]\n---\n",
            "---\nchaski: {dialect: commonmark}\n---\n",
        ]));
    }
    text.push_str(dice.of(&["# One\n", "# Two\n", "No heading\n"]));
    for _ in 0..dice.roll(5) {
        text.push_str(&format!("\n{}\n", dice.of(PARAGRAPHS)));
    }
    text
}

/// One edit.
fn edit(dice: &mut Dice, folder: &Path) {
    let write = |path: &str, text: &str| {
        let path = folder.join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("written");
    };
    let name = dice.of(PAGES);
    match dice.roll(10) {
        0..=3 => write(&format!("docs/{name}"), &page(dice)),
        4 if name != "index.md" => drop(std::fs::remove_file(folder.join("docs").join(name))),
        4 | 5 => write(
            &format!("parts/{}", dice.of(&["one.md", "two.md", "glossary.md"])),
            dice.of(&[
                "*[HPC]: High performance\n",
                "Part one\n",
                "Part with [link](a.md)\n",
                "## Heading of a part\n",
            ]),
        ),
        6 => drop(std::fs::remove_file(folder.join("parts").join(dice.of(&[
            "one.md",
            "two.md",
            "glossary.md",
        ])))),
        7 => write(
            "overrides/.icons/own/star.svg",
            dice.of(&["<svg id=\"a\"/>", "<svg id=\"b\"/>"]),
        ),
        8 => write("docs/dot.png", dice.of(&["one", "two"])),
        _ => write("mkdocs.yml", &config(dice)),
    }
}

fn config(dice: &mut Dice) -> String {
    let theme = "site_name: Site\ntheme: {name: material, custom_dir: overrides}\n";
    let nav = dice.of(&[
        "",
        "nav: [index.md, {Sub: [sub/c.md, a.md]}]\n",
        "use_directory_urls: false\n",
    ]);
    let more = dice.of(&["", "  - smarty\n", "  - nl2br\n"]);
    format!("{theme}{nav}{CONFIG}{more}")
}

fn start(dice: &mut Dice) -> Project {
    let project = Project::empty();
    std::fs::create_dir_all(project.path().join("overrides/.icons/own")).expect("a folder");
    std::fs::create_dir_all(project.path().join("parts")).expect("a folder");
    let mut project = project.write("mkdocs.yml", &config(dice)).write("docs/dot.png", "one");
    for name in PAGES {
        project = project.write(&format!("docs/{name}"), &page(dice));
    }
    project
}

/// All files below a folder with their bytes.
fn tree(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    if !folder.exists() {
        return BTreeMap::new();
    }
    let mut found = files(folder);
    // What a killed build has left; the next ones remove it once it is old.
    found.retain(|name, _| !name.split('/').any(|part| part.starts_with(".chaski-")));
    found
}

fn said(run: &Run) -> Vec<String> {
    // The last line says how long it took.
    run.stderr
        .lines()
        .filter(|line| !line.contains("built in"))
        .map(str::to_owned)
        .collect()
}

/// Holds a build with the cache to one without.
fn same(project: &Project, what: &str) {
    same_on(project, 4, what);
}

/// The same, the build with the cache on `threads`.
fn same_on(project: &Project, threads: usize, what: &str) {
    let incremental = project.run_on(threads, "build -d with");
    let clean = project.run("build --no-cache -d without");
    assert_eq!(
        incremental.status, clean.status,
        "{what}: {}{}",
        incremental.stderr, clean.stderr
    );
    let without_names =
        |run: &Run| -> Vec<String> { said(run).iter().map(|line| line.replace("without", "with")).collect() };
    assert_eq!(without_names(&incremental), without_names(&clean), "{what}");
    let (with, without) = (
        tree(&project.path().join("with")),
        tree(&project.path().join("without")),
    );
    let names = |tree: &BTreeMap<String, Vec<u8>>| tree.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&with), names(&without), "{what}");
    for (name, bytes) in &with {
        assert!(bytes == &without[name], "{what}: {name} differs");
    }
}

#[test]
fn random_edits_give_what_a_clean_build_gives() {
    let sequences = std::env::var("CHASKI_SEQUENCES")
        .ok()
        .and_then(|count| count.parse().ok());
    for seed in 0..sequences.unwrap_or(12) {
        let mut dice = Dice(seed);
        let project = start(&mut dice);
        same(&project, &format!("seed {seed}"));
        for step in 0..4 {
            for _ in 0..=dice.roll(3) {
                edit(&mut dice, project.path());
            }
            match dice.roll(6) {
                // A build that is killed, and one that runs at the same time.
                0 => kill(&project, &mut dice),
                1 => drop(background(&project).wait()),
                2 => damage(&project, &mut dice),
                _ => {}
            }
            let threads = [1, 4][dice.roll(2)];
            same_on(
                &project,
                threads,
                &format!("seed {seed}, step {step}, {threads} threads"),
            );
        }
    }
}

fn background(project: &Project) -> std::process::Child {
    Command::new(env!("CARGO_BIN_EXE_chaski"))
        .args(["build", "-d", "with"])
        .current_dir(project.path())
        .stderr(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .expect("the program starts")
}

fn kill(project: &Project, dice: &mut Dice) {
    let mut child = background(project);
    std::thread::sleep(std::time::Duration::from_millis(dice.roll(80) as u64));
    let _ = child.kill();
    let _ = child.wait();
}

fn damage(project: &Project, dice: &mut Dice) {
    let log = project.path().join(".cache/chaski/log");
    let Ok(mut bytes) = std::fs::read(&log) else { return };
    if let Some(at) = (!bytes.is_empty()).then(|| dice.roll(bytes.len())) {
        match dice.roll(2) {
            0 => bytes.truncate(at),
            _ => bytes[at] ^= 0x55,
        }
    }
    std::fs::write(log, bytes).expect("written");
}

#[test]
fn builds_at_the_same_time_do_each_other_no_harm() {
    let project = start(&mut Dice(99));
    let mut children: Vec<_> = (0..4).map(|_| background(&project)).collect();
    for child in &mut children {
        child.wait().expect("the program ends");
    }
    same(&project, "afterwards");
}

#[test]
fn warnings_stay_though_nothing_has_changed() {
    let project = Project::with("markdown_extensions: [pymdownx.snippets]\n")
        .write("docs/a.md", "# A\n\n--8<-- \"missing.md\"\n\n```what\n1\n```\n");
    let first = project.run("build -v");
    assert!(first.stderr.contains("missing.md"), "{}", first.stderr);
    let second = project.run("build -v");
    assert_eq!(said(&first), said(&second));
}

#[test]
fn nothing_of_protected_pages_is_kept() {
    let project =
        Project::with("plugins: [encryptcontent]\nmarkdown_extensions: [pymdownx.snippets: {base_path: parts}]\n")
            .write("docs/open.md", "# Open\n\nEverybody reads gardenias.\n")
            .write(
                "docs/secret.md",
                "---\npassword: x\n---\n\n# Secret\n\nNobody reads orchids.\n\n--8<-- \"part.md\"\n",
            )
            .write("parts/part.md", "Nor tulips.\n");
    project.run("build").status(0);
    project.run("build").status(0);
    let kept = tree(&project.path().join(".cache"));
    let has = |word: &str| {
        kept.values()
            .any(|bytes| bytes.windows(word.len()).any(|part| part == word.as_bytes()))
    };
    assert!(has("gardenias"));
    assert!(!has("orchids") && !has("tulips") && !has("Secret"));
    assert_eq!(kept.get("chaski/.gitignore").map(Vec::as_slice), Some(&b"*\n"[..]));
}

#[test]
fn only_what_has_changed_is_converted_again() {
    let project = Project::with("markdown_extensions: [pymdownx.snippets: {base_path: parts}]\n")
        .write("docs/a.md", "# A\n\n--8<-- \"part.md\"\n")
        .write("docs/b.md", "# B\n")
        .write("parts/part.md", "One\n");
    let log = || std::fs::metadata(project.path().join(".cache/chaski/log")).map_or(0, |log| log.len());
    project.run("build").status(0);
    let first = log();
    project.run("build").status(0);
    assert_eq!(log(), first, "all is kept");
    std::fs::write(project.path().join("parts/part.md"), "Two\n").expect("written");
    project.run("build").status(0);
    let second = log();
    assert!(
        second > first && second < first + first / 2,
        "one of three pages: {first}, {second}"
    );
    project.run("build").status(0);
    assert_eq!(log(), second);
}

#[test]
fn without_a_cache_nothing_is_kept() {
    let project = Project::with("");
    project.run("build --no-cache").status(0);
    assert!(!project.exists(".cache"));
}

#[test]
fn a_build_says_why_it_converts_a_page() {
    let project = Project::with("markdown_extensions: [pymdownx.snippets: {base_path: parts}]\n")
        .write("docs/a.md", "# A\n\n--8<-- \"part.md\"\n")
        .write("docs/b.md", "# B\n")
        .write("parts/part.md", "One\n");
    let why = |project: &Project| -> Vec<String> {
        let run = project.run("build --explain").status(0);
        let lines = run.stderr.lines().filter(|line| line.starts_with("docs/"));
        lines.map(str::to_owned).collect()
    };
    let all = |why: &str| ["a", "b", "index"].map(|name| format!("docs/{name}.md: {why}"));
    assert_eq!(why(&project), all("converted: it is new here"));
    assert_eq!(why(&project), all("kept from an earlier build"));
    let project = project.write("parts/part.md", "Two\n").write("docs/b.md", "# C\n");
    assert_eq!(
        why(&project),
        [
            "docs/a.md: converted: `parts/part.md`, which it reads, has changed",
            "docs/b.md: converted: its text has changed",
            "docs/index.md: kept from an earlier build",
        ]
    );
    let config = std::fs::read_to_string(project.path().join("mkdocs.yml")).expect("read");
    let project = project.write("mkdocs.yml", &config.replace("[pymdownx", "[smarty, pymdownx"));
    assert_eq!(why(&project), all("converted: the settings of Markdown have changed"));
    let run = project.run("build --explain --format json").status(0);
    assert!(
        run.stdout
            .contains(r#"{"page":"docs/a.md","why":"kept from an earlier build"}"#),
        "{}",
        run.stdout
    );
}

#[test]
fn a_build_can_be_held_to_a_clean_one() {
    let project = Project::with("").write("docs/a.md", "# A\n");
    project.run("build --verify").status(0);
    project.run("build --verify").status(0);
    // What the build has not made is found where it removes such files, and left alone elsewhere.
    std::fs::write(project.path().join("site/b.html"), "x").expect("written");
    project.run("build --verify --dirty").status(0);
    assert!(project.exists("site/b.html"));
}

#[test]
fn a_wrong_cache_is_found_and_removed() {
    let project = Project::with("").write("docs/a.md", "# A\n\nA word.\n");
    project.run("build --timings trace.json").status(0);
    let trace = std::fs::read_to_string(project.path().join("trace.json")).expect("a trace");
    let trace: serde_json::Value = serde_json::from_str(&trace).expect("JSON");
    let spans = trace["traceEvents"].as_array().expect("a list");
    let converted = |span: &&serde_json::Value| span["name"] == "convert page" && span["args"]["what"] == "a.md";
    assert_eq!(spans.iter().filter(converted).count(), 1);
    // A conversion that says something else under the same key, its checksums right.
    let log = project.path().join(".cache/chaski/log");
    let bytes = std::fs::read(&log).expect("a log");
    std::fs::write(&log, forged(&bytes, b"A word.", b"B word.")).expect("written");
    let run = project.run("build --verify").status(2);
    assert!(run.stderr.contains("a/index.html"), "{}", run.stderr);
    assert!(!project.exists(".cache/chaski/log"));
    project.run("build --verify").status(0);
}

/// A log in which values say `new` instead of `old`, which is as long.
fn forged(log: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let mut log = log.to_vec();
    let sum = |bytes: &[u8]| rapidhash::v3::rapidhash_v3(bytes).to_le_bytes();
    let mut at = log.iter().position(|byte| *byte == b'\n').expect("a mark") + 1;
    while at < log.len() {
        let length = u64::from_le_bytes(log[at + 16..at + 24].try_into().expect("eight bytes")) as usize;
        let value = at + 40;
        if let Some(found) = log[value..value + length]
            .windows(old.len())
            .position(|part| part == old)
        {
            log[value + found..value + found + old.len()].copy_from_slice(new);
            let of_value = sum(&log[value..value + length]);
            log[at + 24..at + 32].copy_from_slice(&of_value);
            let of_head = sum(&log[at..at + 32]);
            log[at + 32..at + 40].copy_from_slice(&of_head);
        }
        at = value + length;
    }
    log
}
