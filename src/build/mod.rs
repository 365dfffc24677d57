//! The pipeline: discover, convert, link, draw, index, commit.
//!
//! Pages are converted and drawn in parallel; everything between happens once, in order, so that
//! the same input gives the same bytes on any number of threads. Knows the order of the stages and
//! nothing of what they do.

mod convert;
mod draw;
mod index;
mod link;
mod memo;
mod session;
mod views;

use std::cell::Cell;
use std::collections::HashSet;
use std::path::Path;

use self::index::Index;
use crate::cache::Cache;
use crate::config::Settings;
use crate::files::Files;
use crate::markdown::Dialect;
use crate::output::{Content, OutputSet, Staging, Written, check_target};
use crate::page::Page;
use crate::plugins::{self, Loaded, Stage};
use crate::report::{Diagnostic, FileId, Progress, Severity, Sources};
use crate::search::Indexer;
use crate::site::{LinkSpec, Nav, Site};
use crate::source::{Source, discover};

pub use session::{Session, glimpse};

/// How to build.
#[derive(Clone, Copy, Debug)]
pub struct Request<'r> {
    /// Whether files that the site does not have any more are removed.
    pub clean: bool,
    /// The time of the build in seconds since 1970, UTC.
    pub now: i64,
    /// The home folder, which is never written over.
    pub home: Option<&'r Path>,
    /// Warnings keep the site from being written.
    pub strict: bool,
    /// What is kept from build to build.
    pub cache: &'r Cache,
    /// Where progress is counted; an interruption ends the build before it writes.
    pub progress: &'r Progress,
}

/// What came of a build.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// Pages built.
    pub pages: usize,
    /// What was found, in the order it was found.
    pub problems: Vec<Diagnostic>,
    /// What was written; `None` if errors kept the old site.
    pub written: Option<Written>,
}

/// Builds the site of `settings` into its folder.
///
/// # Errors
/// When the sources cannot be read or the site cannot be written.
pub fn build(settings: &Settings, files: &Files, request: &Request<'_>) -> anyhow::Result<Outcome> {
    let mut made = Outcome::default();
    write(settings, files, request, How::Write, &mut |outcome, _| made = outcome)?;
    Ok(made)
}

/// Builds the site as [`build`] does, and gives `then` the outcome with the linked site, of which
/// it may draw single pages as long as it runs.
///
/// # Errors
/// When the sources cannot be read or the site cannot be written; then `then` is not called.
pub fn build_then(
    settings: &Settings,
    files: &Files,
    request: &Request<'_>,
    then: &mut dyn FnMut(Outcome, &Session<'_>),
) -> anyhow::Result<()> {
    write(settings, files, request, How::Hold, then)
}

fn write(
    settings: &Settings,
    files: &Files,
    request: &Request<'_>,
    how: How<'_>,
    then: &mut dyn FnMut(Outcome, &Session<'_>),
) -> anyhow::Result<()> {
    let mut keep: Vec<&Path> = vec![&settings.docs_dir];
    keep.extend(settings.file.as_deref());
    keep.extend(settings.theme.custom_dir.as_deref());
    keep.extend(request.home);
    check_target(&settings.site_dir, &keep)?;
    let finish = &mut |assembled: Assembled<'_>, session: &Session<'_>| {
        let span = request.progress.span("commit", "");
        let written = commit(settings, request, &assembled);
        drop(span);
        request.progress.finish_writing();
        let outcome = Outcome {
            pages: assembled.pages.len(),
            written: written?,
            problems: assembled.problems,
        };
        then(outcome, session);
        Ok(())
    };
    let made = assemble(settings, files, request, how, finish);
    request.progress.finish_writing();
    made
}

fn commit(settings: &Settings, request: &Request<'_>, assembled: &Assembled<'_>) -> anyhow::Result<Option<Written>> {
    if is_failure(&assembled.problems, request) || request.progress.is_interrupted() {
        return Ok(None);
    }
    let staging = match assembled.staging.take() {
        Some(staging) => staging,
        None => open_staging(settings, request)?,
    };
    let staged = staging.finish(&assembled.output)?;
    if request.progress.is_interrupted() {
        return Ok(None);
    }
    let written = staged.commit(request.clean)?;
    assembled.output.write_beside()?;
    Ok(Some(written))
}

/// A site as it was made, not written: what the checker looks at.
#[derive(Clone, Debug)]
pub struct Inspection<'i> {
    /// The pages; their documents have no HTML any more.
    pub pages: &'i [Page],
    /// The pages and files as links see them.
    pub site: &'i Site,
    /// The navigation.
    pub nav: &'i Nav,
    /// The files of the docs folder.
    pub sources: &'i [Source],
    /// How links are checked.
    pub links: &'i LinkSpec,
    /// All files of the site; pages were shown and are not kept.
    pub output: OutputSet,
    /// What the build has found.
    pub problems: Vec<Diagnostic>,
}

/// Looks at pages as they are drawn, on several threads, so that nobody need keep them.
pub trait Eye: Sync {
    /// The article of the page with the number `at`.
    fn article(&self, _at: usize, _page: &Page, _html: &str) {}

    /// The whole file of the page with the number `at`.
    fn whole(&self, _at: usize, _html: &str) {}
}

impl Eye for () {}

/// Makes the site of `settings` without writing it: shows `eye` the pages, and `then` the whole.
///
/// # Errors
/// When the sources cannot be read; then `then` is not called.
pub fn inspect(
    settings: &Settings,
    files: &Files,
    request: &Request<'_>,
    eye: &dyn Eye,
    then: &mut dyn FnMut(Inspection<'_>),
) -> anyhow::Result<()> {
    let finish = &mut |assembled: Assembled<'_>, session: &Session<'_>| {
        then(Inspection {
            pages: assembled.pages,
            site: session.site(),
            nav: session.nav(),
            sources: assembled.sources,
            links: session.links(),
            output: assembled.output,
            problems: assembled.problems,
        });
        Ok(())
    };
    assemble(settings, files, request, How::Inspect(eye), finish)
}

/// Whether what was found keeps the site from being written.
fn is_failure(problems: &[Diagnostic], request: &Request<'_>) -> bool {
    let worst = problems.iter().map(|problem| problem.severity).max();
    worst == Some(Severity::Error) || request.strict && worst == Some(Severity::Warning)
}

/// From here on an interruption is only noted, so that nothing half-written stays.
fn open_staging(settings: &Settings, request: &Request<'_>) -> anyhow::Result<Staging> {
    request.progress.start_writing();
    Staging::open(&settings.site_dir)
}

/// What a site is assembled for.
#[derive(Clone, Copy)]
enum How<'e> {
    /// To be written: pages go to the staging folder as they are drawn, so that a large site need
    /// not fit into memory.
    Write,
    /// The same, and single pages may be drawn afterwards.
    Hold,
    /// To be looked at.
    Inspect(&'e dyn Eye),
    /// For single pages: nothing is drawn, and pages are converted no further than their titles.
    Glimpse,
}

impl<'e> How<'e> {
    /// What becomes of pages as they are drawn.
    fn goes(self, staging: Option<&'e Staging>) -> draw::Goes<'e> {
        match (self, staging) {
            (Self::Inspect(eye), _) => draw::Goes::By(eye),
            (_, Some(staging)) => draw::Goes::To(staging),
            (_, None) => draw::Goes::Nowhere,
        }
    }
}

/// All files of the site.
struct Assembled<'a> {
    output: OutputSet,
    /// Where its pages wait; `None` if the site is not to be written anyway.
    staging: Cell<Option<Staging>>,
    pages: &'a [Page],
    sources: &'a [Source],
    problems: Vec<Diagnostic>,
}

/// Makes all files of the site and hands them to `finish`.
fn assemble(
    settings: &Settings,
    files: &Files,
    request: &Request<'_>,
    how: How<'_>,
    finish: &mut dyn FnMut(Assembled<'_>, &Session<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut problems = Vec::new();
    let dialect = settings.dialect().value;
    let links = settings.link_spec();
    let mut plugins = plugins::load(settings).take(&mut problems);
    let convert = |path: &Path, text: &str| convert::fragment(files, &dialect, path, text);
    let stage = Stage {
        settings,
        files,
        links: &links,
        convert: &convert,
        now: request.now,
        progress: request.progress,
        cache: request.cache,
    };

    let sources = sources(&stage, &mut plugins, &mut problems)?;
    let depth = match how {
        How::Glimpse => convert::Depth::Title,
        How::Write | How::Hold | How::Inspect(_) => convert::Depth::Whole,
    };
    let span = request.progress.span("convert", "");
    let mut pages = convert::pages(&stage, &dialect, &plugins, &sources, depth, &mut problems);
    let faces = matches!(how, How::Hold | How::Glimpse).then(|| session::Faces::of(&pages));
    drop(span);
    let left_out = settle(&stage, &dialect, &mut plugins, &mut pages, &mut problems);
    let is_glimpse = matches!(how, How::Glimpse);
    if !is_glimpse {
        memo::write(&stage, &pages, &problems);
    }
    let custom = views::custom_files(settings)?;
    let of_theme = views::copied(settings, &custom).map(|(_, uri)| uri.as_str());
    let span = request.progress.span("link", "");
    let site = link::site(&pages, &sources, &left_out, of_theme);
    let nav = link::navigation(&stage, &mut plugins, &site, &mut pages, &mut problems);
    drop(span);
    let faces = faces.map(|faces| faces.untouched(&pages)).unwrap_or_default();
    let span = request.progress.span("resolve links", "");
    let articles = match how {
        How::Glimpse => Vec::new(),
        How::Write | How::Hold | How::Inspect(_) => link::articles(&stage, &plugins, &mut pages, &site, &mut problems),
    };
    drop(span);
    settings.levels.apply(files, &mut problems);
    let staging = if matches!(how, How::Write | How::Hold) && !is_failure(&problems, request) {
        Some(open_staging(settings, request)?)
    } else {
        None
    };
    let goes = how.goes(staging.as_ref());
    let linked = draw::Linked {
        pages: &pages,
        site: &site,
        nav: &nav,
        search: settings.search_spec().map(|spec| Indexer::new(spec.weights())),
    };
    let span = request.progress.span("theme", "");
    let overrides = views::overrides(&stage, &custom, &mut problems);
    let theme = draw::theme(&stage, &linked, &overrides, &mut problems);
    problems.extend(theme.review(&views::style_sheets(&stage, &custom)));
    let drawer = draw::Drawer::new(&stage, &plugins, &linked, &theme, &overrides);
    drop(span);
    let mut output = OutputSet::default();
    views::statics(settings, &custom, &sources, &mut output);
    if is_glimpse {
        for (path, bytes) in draw::assets(&theme) {
            output.insert(path, bytes);
        }
    } else {
        let span = request.progress.span("draw", "");
        let drawn = drawer.all(articles, goes, &mut problems)?;
        drop(span);
        let index = drawn.into_output(&pages, &mut output);
        let span = request.progress.span("search files", "");
        index.finish(linked.search.as_ref(), &nav, &mut output)?;
        drop(span);
        complete(&stage, &plugins, &linked, &mut output, &mut problems);
    }
    settings.levels.apply(files, &mut problems);
    hide_protected(files, &pages, &mut problems);
    if !is_glimpse {
        memo::finish(&stage, &pages, &problems);
    }
    let session = Session {
        stage: &stage,
        dialect: &dialect,
        plugins: &plugins,
        linked: &linked,
        drawer: &drawer,
        faces,
        strict: request.strict,
    };
    let assembled = Assembled {
        output,
        staging: Cell::new(staging),
        pages: &pages,
        sources: &sources,
        problems,
    };
    finish(assembled, &session)
}

/// The files of the docs folder, as plugins change them.
fn sources(stage: &Stage<'_>, plugins: &mut [Loaded], problems: &mut Vec<Diagnostic>) -> anyhow::Result<Vec<Source>> {
    let span = stage.progress.span("discover", "");
    let settings = stage.settings;
    let found = discover(&settings.source_spec(settings.serving))?;
    let mut sources = found.take(problems).into_vec();
    drop(span);
    for plugin in plugins {
        let _span = stage.progress.span(plugin.name, "sources");
        plugin.sources(stage, &mut sources, problems);
    }
    Ok(sources)
}

/// Adds the pages that plugins make and lets plugins change them all; gives the sources of those
/// that are left out.
fn settle(
    stage: &Stage<'_>,
    dialect: &Dialect,
    plugins: &mut [Loaded],
    pages: &mut Vec<Page>,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Source> {
    let mut made = Vec::new();
    for plugin in &mut *plugins {
        let _span = stage.progress.span(plugin.name, "make");
        made.extend(plugin.make(stage, pages, problems));
    }
    pages.extend(convert::made(stage, dialect, plugins, &made, problems));
    let left_out = link::take_excluded(pages);
    for plugin in plugins {
        let _span = stage.progress.span(plugin.name, "pages");
        plugin.pages(stage, pages, problems);
    }
    left_out
}

/// Puts everything that is made of pages into the output.
fn complete(
    stage: &Stage<'_>,
    plugins: &[Loaded],
    linked: &draw::Linked<'_>,
    output: &mut OutputSet,
    problems: &mut Vec<Diagnostic>,
) {
    views::extras(stage, linked.pages, output);
    for plugin in plugins {
        let _span = stage.progress.span(plugin.name, "output");
        plugin.output(stage, linked.pages, linked.site, output, problems);
    }
}

/// Messages must not show lines of protected pages: where they stand is said in words.
pub fn hide_protected(files: &Files, pages: &[Page], problems: &mut [Diagnostic]) {
    let protected = pages.iter().filter(|page| page.encrypted);
    let texts = protected.flat_map(|page| page.file.iter().chain(page.body.iter().map(|(file, _)| file)));
    let hidden: HashSet<FileId> = texts.map(|file| file.id).collect();
    for problem in problems {
        problem.fix = problem.fix.take().filter(|fix| !hidden.contains(&fix.span.file));
        problem.labels.retain(|(span, _)| !hidden.contains(&span.file));
        let Some(span) = problem.span.filter(|span| hidden.contains(&span.file)) else {
            continue;
        };
        problem.span = None;
        if let Some(place) = files.locate(span.file, span.start as usize) {
            problem.message.push_str(&format!(" (at {place})"));
        }
    }
}

/// Pages as they go out, and the search indexes of them.
struct Drawn<'g> {
    /// By number of the page; none if it would be empty.
    pages: Vec<Option<Content>>,
    index: Index<'g>,
    others: Vec<(String, Vec<u8>)>,
    /// The file that tells hosts which headers to send, if pages get a policy.
    headers: Option<String>,
}

impl<'g> Drawn<'g> {
    fn into_output(self, pages: &[Page], output: &mut OutputSet) -> Index<'g> {
        // A site's own files of these names are its own.
        for (path, bytes) in self.others {
            if path != views::SEARCH_PAGE || !output.has(&path) {
                output.insert(path, bytes);
            }
        }
        if let Some(headers) = self.headers.filter(|_| !output.has("_headers")) {
            output.insert("_headers".to_owned(), headers.into_bytes());
        }
        for (page, content) in pages.iter().zip(self.pages) {
            if let Some(content) = content {
                output.insert(page.source.dest_uri.clone(), content);
            }
        }
        self.index
    }
}
