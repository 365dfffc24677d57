//! Whole sites beside a floor program, which does what no generator can leave out: it reads every
//! source, renders it with pulldown-cmark, highlights its fences with syntect, on all cores, and
//! writes one file a page. No links, navigation, templates, search or checks.
//!
//! `cargo bench --bench site -- FOLDER...` builds projects with a `mkdocs.yml`; without folders,
//! sites of 100 and 1,000 pages made from the guide in `content`. Both programs run as processes,
//! by turns, chaski without its cache; shown are the best times and peak memory of several runs.

#![expect(clippy::print_stdout, reason = "a benchmark shows its figures")]
#![expect(clippy::expect_used, reason = "a benchmark ends at the first thing that is wrong")]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Options, Parser, Tag, TagEnd};
use rayon::prelude::*;
use syntect::html::{ClassStyle, ClassedHTMLGenerator};
use syntect::parsing::SyntaxSet;
use syntect::util::LinesWithEndings;

const RUNS: usize = 5;

fn markdown_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut todo = vec![folder.to_owned()];
    while let Some(at) = todo.pop() {
        for entry in std::fs::read_dir(&at).expect("a readable folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                todo.push(path);
            } else if path.extension().is_some_and(|ending| ending == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The floor program.
fn floor(docs: &Path, out: &Path) {
    let syntaxes = two_face::syntax::extra_newlines();
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
    markdown_below(docs).par_iter().for_each(|path| {
        let text = std::fs::read_to_string(path).expect("a text");
        let mut html = String::with_capacity(text.len() * 2);
        pulldown_cmark::html::push_html(&mut html, highlighted(Parser::new_ext(&text, options), &syntaxes));
        let place = path.strip_prefix(docs).expect("below").with_extension("html");
        let place = out.join(place);
        std::fs::create_dir_all(place.parent().expect("a folder")).expect("a folder");
        std::fs::write(place, html).expect("written");
    });
}

/// Events with code in fences painted.
fn highlighted<'a>(parser: Parser<'a>, syntaxes: &SyntaxSet) -> impl Iterator<Item = Event<'a>> {
    let mut language: Option<String> = None;
    let mut code = String::new();
    parser.filter_map(move |event| match event {
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
            language = Some(info.split([' ', '{', ',']).next().unwrap_or_default().to_owned());
            None
        }
        Event::Text(text) if language.is_some() => {
            code.push_str(&text);
            None
        }
        Event::End(TagEnd::CodeBlock) if language.is_some() => {
            let name = language.take().unwrap_or_default();
            let code = std::mem::take(&mut code);
            let syntax = syntaxes.find_syntax_by_token(&name);
            let syntax = syntax.unwrap_or_else(|| syntaxes.find_syntax_plain_text());
            let mut painter = ClassedHTMLGenerator::new_with_class_style(syntax, syntaxes, ClassStyle::Spaced);
            for line in LinesWithEndings::from(&code) {
                painter
                    .parse_html_for_line_which_includes_newline(line)
                    .expect("painted");
            }
            let html = format!("<pre><code>{}</code></pre>\n", painter.finalize());
            Some(Event::Html(CowStr::from(html)))
        }
        other => Some(other),
    })
}

/// A project of so many pages: the pages of the guide in turns, told apart by their numbers.
fn generate(pages: usize, folder: &Path) {
    let docs = folder.join("docs");
    let sources = markdown_below(Path::new("content"));
    let sources: Vec<String> = sources
        .iter()
        .filter(|path| !path.to_string_lossy().contains("anuncios"))
        .map(|path| std::fs::read_to_string(path).expect("a text"))
        .filter(|text| text.len() > 1_000)
        .collect();
    let mut nav = String::new();
    for page in 0..pages {
        let section = format!("seccion-{}", page / 40);
        if page % 40 == 0 {
            let _ = writeln!(nav, "  - Sección {}:", page / 40);
        }
        let _ = writeln!(nav, "    - {section}/pagina-{page}.md");
        let text = sources.get(page % sources.len()).expect("a page");
        let text = text.replace("#SBATCH --job-name=", &format!("#SBATCH --job-name=p{page}"));
        let text = text.replace("\n# ", &format!("\n# {page} "));
        let place = docs.join(section);
        std::fs::create_dir_all(&place).expect("a folder");
        std::fs::write(place.join(format!("pagina-{page}.md")), text).expect("written");
    }
    std::fs::write(docs.join("index.md"), "# Inicio\n\nUna guía larga.\n").expect("written");
    let config = format!(
        "site_name: Guía\nsite_url: https://example.org/\ntheme: {{name: material, language: es}}\n\
         plugins: [search]\nmarkdown_extensions:\n  - admonition\n  - abbr\n  - attr_list\n  - def_list\n  \
         - footnotes\n  - md_in_html\n  - tables\n  - pymdownx.details\n  - pymdownx.superfences\n  \
         - pymdownx.highlight\n  - pymdownx.tabbed: {{alternate_style: true}}\n  - pymdownx.critic\n  \
         - pymdownx.emoji: {{emoji_index: !!python/name:material.extensions.emoji.twemoji , \
         emoji_generator: !!python/name:material.extensions.emoji.to_svg }}\n  - toc: {{permalink: true}}\n\
         nav:\n  - index.md\n{nav}"
    );
    std::fs::write(folder.join("mkdocs.yml"), config).expect("written");
}

/// Time and peak memory in MB of a process.
fn run(command: &mut Command) -> (Duration, f64) {
    let start = Instant::now();
    let mut child = command.spawn().expect("a program that starts");
    let mut peak = 0.0_f64;
    let status = loop {
        if let Some(status) = child.try_wait().expect("a process") {
            break status;
        }
        peak = peak.max(peak_of(child.id()));
        std::thread::sleep(Duration::from_millis(1));
    };
    let time = start.elapsed();
    assert!(status.code().is_some_and(|code| code < 2), "{command:?} failed");
    (time, peak)
}

/// The peak so far, as Linux counts it; 0 elsewhere.
fn peak_of(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1e3
}

fn compare(name: &str, project: &Path, docs: &Path, scratch: &Path) {
    let itself = std::env::current_exe().expect("a path");
    let mut best = [(Duration::MAX, 0.0_f64); 2];
    for _ in 0..RUNS {
        let out = |name: &str| {
            let folder = scratch.join(name);
            let _ = std::fs::remove_dir_all(&folder);
            folder
        };
        let mut ours = Command::new(env!("CARGO_BIN_EXE_chaski"));
        ours.args(["build", "--quiet", "--no-cache", "--config-file"])
            .arg(project.join("mkdocs.yml"));
        ours.arg("--site-dir").arg(out("ours"));
        let mut floor = Command::new(&itself);
        floor.arg("--floor").arg(docs).arg(out("floor"));
        for (best, command) in best.iter_mut().zip([&mut ours, &mut floor]) {
            let (time, peak) = run(command);
            *best = (best.0.min(time), best.1.max(peak));
        }
    }
    let [(ours, memory), (floor, floor_memory)] = best;
    println!(
        "{name:>24}: chaski {:8.3} s {memory:6.0} MB   floor {:8.3} s {floor_memory:6.0} MB   {:5.2} times the time",
        ours.as_secs_f64(),
        floor.as_secs_f64(),
        ours.as_secs_f64() / floor.as_secs_f64(),
    );
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [flag, docs, out] = arguments.as_slice()
        && flag == "--floor"
    {
        return floor(Path::new(docs), Path::new(out));
    }
    let scratch = tempfile::tempdir().expect("a folder");
    let projects: Vec<_> = arguments.iter().filter(|argument| !argument.starts_with('-')).collect();
    for project in &projects {
        let project = Path::new(project);
        compare(
            &project.to_string_lossy(),
            project,
            &project.join("docs"),
            scratch.path(),
        );
    }
    if projects.is_empty() {
        for pages in [100, 1_000] {
            let project = scratch.path().join(format!("project-{pages}"));
            generate(pages, &project);
            compare(
                &format!("{pages} pages"),
                &project,
                &project.join("docs"),
                scratch.path(),
            );
        }
    }
}
