//! Sources to pages: read, split, handed through the plugins, converted. In parallel.

use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use super::memo::Memo;
use crate::files::{Files, ReadError, SourceFile};
use crate::markdown::{Dialect, Document, Markdown, front_matter};
use crate::page::Page;
use crate::plugins::{Loaded, Stage};
use crate::report::{Checked, Diagnostic, Severity, Span};
use crate::source::Source;
use crate::yaml::Node;

/// How far pages are converted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// The front matter, and of the text the heading that is most likely the title.
    Title,
    /// All.
    Whole,
}

/// The pages among `sources`, in their order.
pub(super) fn pages(
    stage: &Stage<'_>,
    dialect: &Dialect,
    plugins: &[Loaded],
    sources: &[Source],
    depth: Depth,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Page> {
    // Each page is two steps: converting and drawing.
    stage
        .progress
        .expect(sources.iter().filter(|source| source.is_page).count() * 2);
    let converted: Vec<Checked<Option<Page>>> = sources
        .par_iter()
        .filter(|source| source.is_page && !source.inclusion.is_excluded())
        .map(|source| {
            if stage.progress.is_interrupted() {
                return Checked::clean(None);
            }
            let _span = stage.progress.span("convert page", &source.src_uri);
            let page = page(stage, dialect, plugins, source, depth);
            stage.progress.step();
            page
        })
        .collect();
    converted.into_iter().filter_map(|page| page.take(problems)).collect()
}

/// The pages that plugins make: sources and texts.
pub(super) fn made(
    stage: &Stage<'_>,
    dialect: &Dialect,
    plugins: &[Loaded],
    made: &[(Source, String)],
    problems: &mut Vec<Diagnostic>,
) -> Vec<Page> {
    stage.progress.expect(made.len() * 2);
    let converted: Vec<Checked<Page>> = made
        .par_iter()
        .map(|(source, text)| {
            // Registered under the name it would have, so that problems can be shown.
            let file = stage
                .files
                .add(&stage.settings.docs_dir.join(&source.src_uri), text.as_str());
            let mut page = from_file(stage, dialect, plugins, source, &file);
            page.value.is_documentation = false;
            stage.progress.step();
            page
        })
        .collect();
    converted.into_iter().map(|page| page.take(problems)).collect()
}

fn page(
    stage: &Stage<'_>,
    dialect: &Dialect,
    plugins: &[Loaded],
    source: &Source,
    depth: Depth,
) -> Checked<Option<Page>> {
    let Some(path) = &source.path else {
        return Checked::clean(None);
    };
    if depth == Depth::Title && !plugins.iter().any(|plugin| plugin.reads_texts()) {
        // Titles stand at the start; of long pages the rest is not read.
        let head = Files::head(path, HEAD).filter(|file| has_title(file));
        if let Some(file) = head {
            let checked = glimpse(stage, dialect, plugins, source, &file);
            return Checked::clean(Some(checked.value));
        }
    }
    let file = match stage.files.read(path) {
        Ok(file) => file,
        Err(error) => {
            return Checked {
                value: None,
                problems: vec![unreadable(stage.files, path, &error)],
            };
        }
    };
    let checked = match depth {
        Depth::Title => glimpse(stage, dialect, plugins, source, &file),
        Depth::Whole => from_file(stage, dialect, plugins, source, &file),
    };
    Checked {
        value: Some(checked.value),
        problems: checked.problems,
    }
}

/// How much of a page is read for its title at first, in bytes.
const HEAD: usize = 4096;

/// Whether the start of a page has its front matter and the heading that is most likely its title.
fn has_title(head: &SourceFile) -> bool {
    let body = front_matter::split(head).value.body;
    let is_open = body == 0 && head.text.starts_with("---");
    let heading = head.text[body..].lines().any(|line| line.starts_with('#'));
    !is_open && heading
}

/// A page with its front matter; where in the text its body starts.
fn started(
    stage: &Stage<'_>,
    plugins: &[Loaded],
    source: &Source,
    file: &Arc<SourceFile>,
    problems: &mut Vec<Diagnostic>,
) -> (Page, usize) {
    let front = front_matter::split(file).take(problems);
    let mut page = Page::new(source.clone(), front.meta);
    for plugin in plugins {
        plugin.front_matter(stage, source, &mut page.meta, problems);
    }
    page.file = Some(Arc::clone(file));
    page.body = Some((Arc::clone(file), front.body));
    (page, front.body)
}

/// A page converted as far as its title.
fn glimpse(
    stage: &Stage<'_>,
    dialect: &Dialect,
    plugins: &[Loaded],
    source: &Source,
    file: &Arc<SourceFile>,
) -> Checked<Page> {
    let mut problems = Vec::new();
    let (mut page, start) = started(stage, plugins, source, file, &mut problems);
    let body = &file.text[start..];
    let heading = body.lines().find(|line| line.starts_with('#'));
    if let Some(heading) = heading.filter(|_| page.meta.get("title").is_none()) {
        let heading = Markdown {
            text: heading,
            file: file.id,
            offset: start,
        };
        page.document.title = convert(stage.files, dialect, heading, None).value.title;
    }
    Checked { value: page, problems }
}

/// A page, whole.
pub(super) fn from_file(
    stage: &Stage<'_>,
    dialect: &Dialect,
    plugins: &[Loaded],
    source: &Source,
    file: &Arc<SourceFile>,
) -> Checked<Page> {
    let mut problems = Vec::new();
    let (mut page, start) = started(stage, plugins, source, file, &mut problems);
    let mut body = std::borrow::Cow::Borrowed(&file.text[start..]);
    for plugin in plugins {
        let _span = stage.progress.span(plugin.name, "markdown");
        if let Some(text) = plugin.markdown(stage, &page, &body, &mut problems) {
            body = std::borrow::Cow::Owned(text);
        }
    }
    let written = page.meta.get("chaski").and_then(|own| own.get("dialect"));
    let written = dialect_of_page(written, &mut problems);
    let mut file = Arc::clone(file);
    let mut offset = start;
    if let std::borrow::Cow::Owned(text) = &body {
        // What plugins wrote stands nowhere; its positions are shown in a text of that name.
        file = stage.files.add(&file.path, text.as_str());
        page.body = Some((Arc::clone(&file), 0));
        offset = 0;
    }
    let text = Markdown {
        text: &file.text[offset..],
        file: file.id,
        offset,
    };
    let memo = Memo {
        cache: stage.cache,
        files: stage.files,
        dialect,
        commonmark: written,
    };
    let checked = memo.convert(text, &file.path, || convert(stage.files, dialect, text, written));
    page.document = checked.take(&mut problems);
    Checked { value: page, problems }
}

/// Whether a page says that it is CommonMark (`true`) or MkDocs' dialect.
fn dialect_of_page(written: Option<&Node>, problems: &mut Vec<Diagnostic>) -> Option<bool> {
    let node = written?;
    match node.as_str() {
        Some("commonmark") => Some(true),
        Some("mkdocs") => Some(false),
        _ => {
            let message = "`chaski: dialect:` of a page must be `mkdocs` or `commonmark`";
            problems.push(Diagnostic::new("page-dialect-unknown", Severity::Warning, message).at(node.span));
            None
        }
    }
}

fn convert(files: &Files, dialect: &Dialect, source: Markdown<'_>, commonmark: Option<bool>) -> Checked<Document> {
    match commonmark {
        Some(true) => crate::markdown::commonmark::convert(source, dialect),
        Some(false) => crate::markdown::convert_mkdocs(source, dialect, files),
        None => crate::markdown::convert(source, dialect, files),
    }
}

/// Converts a text that a plugin has.
pub(super) fn fragment(files: &Files, dialect: &Dialect, path: &Path, text: &str) -> Checked<Document> {
    let file = files.add(path, text);
    crate::markdown::convert(
        Markdown {
            text: &file.text,
            file: file.id,
            offset: 0,
        },
        dialect,
        files,
    )
}

fn unreadable(files: &Files, path: &Path, error: &ReadError) -> Diagnostic {
    let message = format!("cannot read `{}`: {error}", path.display());
    let problem = Diagnostic::new("page-unreadable", Severity::Error, message);
    match error {
        ReadError::NotUtf8(at) => {
            // The text up to the first bad byte, so that its line and column can be shown.
            let text = files.read_start(path, *at);
            let file = files.add(path, text);
            problem
                .at(Span::new(file.id, *at, *at))
                .help("save the file as UTF-8; `iconv -f latin1 -t utf-8` converts many older files")
        }
        ReadError::Io(_) => problem,
    }
}
