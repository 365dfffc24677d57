//! Rendering alone, beside pulldown-cmark on the same text in the same run.
//!
//! `cargo bench --bench render -- FOLDER` reads all Markdown below FOLDER (the guide in `content`
//! by default) and prints MB/s and the ratio of times, with and without highlighting, and how time
//! grows from a text to ten times that text, for real and for hostile input.

#![expect(clippy::print_stdout, reason = "a benchmark shows its figures")]

mod clock;

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chaski::files::Files;
use chaski::markdown::{Dialect, ExtensionUse, Markdown, convert, front_matter};
use chaski::yaml::{Kind, Node};

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn texts(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut todo = vec![folder.to_owned()];
    let files = Files::new();
    while let Some(at) = todo.pop() {
        let Ok(entries) = std::fs::read_dir(&at) else { continue };
        for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
            if path.is_dir() {
                todo.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md")
                && let Ok(file) = files.read(&path)
            {
                found.push(file.text[front_matter::split(&file).value.body..].to_owned());
            }
        }
    }
    found.sort();
    found
}

fn dialect(highlight: bool) -> Dialect {
    let names = [
        "admonition",
        "abbr",
        "attr_list",
        "def_list",
        "footnotes",
        "md_in_html",
        "pymdownx.details",
        "pymdownx.blocks.caption",
        "pymdownx.tabbed",
        "pymdownx.superfences",
        "pymdownx.highlight",
        "pymdownx.inlinehilite",
        "pymdownx.emoji",
    ];
    let entry = |name: &str| {
        let pygments = name == "pymdownx.highlight" && !highlight;
        let key = Node::bare(Kind::Str("use_pygments".to_owned()));
        let options = if pygments {
            vec![(key, Node::bare(Kind::Bool(false)))]
        } else {
            Vec::new()
        };
        ExtensionUse {
            name: name.to_owned(),
            options: Node::bare(Kind::Map(options)),
            span: None,
        }
    };
    let uses: Vec<ExtensionUse> = names.iter().map(|name| entry(name)).collect();
    Dialect::new(&uses, true, PathBuf::from("."), Vec::new()).value
}

fn ours(texts: &[String], dialect: &Dialect) -> usize {
    let files = Files::new();
    let file = files.add(Path::new("bench.md"), "");
    let one = |text: &String| {
        convert(
            Markdown {
                text,
                file: file.id,
                offset: 0,
            },
            dialect,
            &files,
        )
        .value
        .html
        .len()
    };
    texts.iter().map(one).sum()
}

fn pulldown(texts: &[String]) -> usize {
    let options = pulldown_cmark::Options::ENABLE_TABLES | pulldown_cmark::Options::ENABLE_FOOTNOTES;
    let one = |text: &String| {
        let mut html = String::new();
        pulldown_cmark::html::push_html(&mut html, pulldown_cmark::Parser::new_ext(text, options));
        html.len()
    };
    texts.iter().map(one).sum()
}

/// The best of several runs.
fn best(runs: usize, mut work: impl FnMut() -> usize) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..runs {
        let start = clock::now();
        black_box(work());
        best = best.min(clock::now() - start);
    }
    best
}

fn main() {
    let folder = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let texts = texts(Path::new(folder.as_deref().unwrap_or("content")));
    let bytes: usize = texts.iter().map(String::len).sum();
    let speed = |time: Duration| bytes as f64 / time.as_secs_f64() / 1e6;
    let (plain, full) = (dialect(false), dialect(true));
    let (mut floor, mut bare) = (Duration::MAX, Duration::MAX);
    for _ in 0..9 {
        floor = floor.min(best(2, || pulldown(&texts)));
        bare = bare.min(best(1, || ours(&texts, &plain)));
    }
    let highlighted = best(3, || ours(&texts, &full));
    println!("{} texts, {:.2} MB", texts.len(), bytes as f64 / 1e6);
    println!("pulldown-cmark          {:8.1} MB/s", speed(floor));
    println!(
        "ours, no highlighting   {:8.1} MB/s   {:.1} times the time",
        speed(bare),
        bare.as_secs_f64() / floor.as_secs_f64()
    );
    println!("ours, highlighting      {:8.1} MB/s", speed(highlighted));
    let paragraphs = texts.concat();
    let paragraphs: String = paragraphs.chars().take(100_000).collect();
    let hostile = [
        ("real text", paragraphs),
        ("[", "[".repeat(20_000)),
        ("*a ", "*a ".repeat(10_000)),
        ("`", "a`b``".repeat(5_000)),
        ("<", "<a b=\"".repeat(5_000)),
        ("> >", "> ".repeat(20_000)),
        ("headings", "# a\n".repeat(5_000)),
        ("mixed", "# a\ntext\n---\n* b\n".repeat(2_000)),
        ("list", "- a\n    - b\n".repeat(3_000)),
        ("table", format!("|{}\n|{}\n", "a|".repeat(1_000), "-|".repeat(1_000))),
    ];
    for (name, text) in hostile {
        let (once, ten) = ([text.clone()], [text.repeat(10)]);
        let short = best(3, || ours(&once, &plain));
        let long = best(1, || ours(&ten, &plain));
        println!(
            "{name:>10}: ten times the text takes {:5.1} times the time ({:.1} ms)",
            long.as_secs_f64() / short.as_secs_f64(),
            long.as_secs_f64() * 1e3
        );
    }
}
