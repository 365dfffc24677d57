//! Rendering alone, beside pulldown-cmark on the same text in the same run.
//!
//! `cargo bench --bench render -- FOLDER` reads all Markdown below FOLDER (the guide in `content`
//! by default) and prints MB/s and the ratio of times, with and without highlighting, how time grows
//! from a text to ten times that text (`growth` does it with hostile ones), and MB/s of highlighting
//! by language.

#![expect(clippy::print_stdout, reason = "a benchmark shows its figures")]

mod clock;

use std::collections::BTreeMap;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chaski::files::Files;
use chaski::highlight;
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
    let all: String = texts.concat().chars().take(1_000_000).collect();
    // As much text either way, in ten pieces and in one.
    let tenths: Vec<String> = all
        .as_bytes()
        .chunks(all.len() / 10 + 1)
        .map(|part| String::from_utf8_lossy(part).into_owned())
        .collect();
    let (pieces, whole) = (
        best(5, || ours(&tenths, &plain)),
        best(5, || ours(std::slice::from_ref(&all), &plain)),
    );
    println!(
        "ten times the text takes {:.1} times the time\n",
        10.0 * whole.as_secs_f64() / pieces.as_secs_f64()
    );
    println!("language            kB      MB/s");
    for (language, code) in fences(&texts) {
        let bytes = code.iter().map(|code| code.len()).sum::<usize>();
        // The clock does not tell what takes less than some milliseconds.
        let rounds = 200_000 / bytes.max(1) + 1;
        let painted = |code: &&str| highlight::highlight(code, language).map_or(0, |html| html.len());
        let time = best(5, || (0..rounds).map(|_| code.iter().map(painted).sum::<usize>()).sum());
        println!(
            "{language:16} {:6.1}  {:8.1}",
            bytes as f64 / 1e3,
            (rounds * bytes) as f64 / time.as_secs_f64() / 1e6
        );
    }
}

/// The code in fences by the name of its lexer, the language with the most first.
fn fences(texts: &[String]) -> Vec<(&'static str, Vec<&str>)> {
    let mut found: BTreeMap<&'static str, Vec<&str>> = BTreeMap::new();
    for text in texts {
        let mut parts = text.split("```");
        parts.next();
        while let (Some(fence), Some(_)) = (parts.next(), parts.next()) {
            let (head, code) = fence.split_once('\n').unwrap_or((fence, ""));
            let name = head.split([' ', '{', '}', '.']).find(|word| !word.is_empty());
            if let Some(language) = name
                .and_then(highlight::lexer_alias)
                .filter(|name| highlight::is_served(name))
            {
                found.entry(language).or_default().push(code);
            }
        }
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by_key(|(_, code)| std::cmp::Reverse(code.iter().map(|code| code.len()).sum::<usize>()));
    found
}
