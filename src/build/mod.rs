//! The pipeline: discover, convert, link, draw, index, commit.
//!
//! Pages are converted and drawn in parallel; everything between happens once, in order, so that
//! the same input gives the same bytes on any number of threads. Knows the order of the stages and
//! nothing of what they do.

mod convert;
mod draw;
mod memo;
mod session;
mod views;

use std::cell::Cell;
use std::collections::HashSet;
use std::path::Path;

use rayon::prelude::*;

use crate::cache::Cache;
use crate::config::Settings;
use crate::files::Files;
use crate::output::{Content, OutputSet, Staging, Written, check_target};
use crate::page::Page;
use crate::plugins::{self, Plugin, Stage};
use crate::report::{Diagnostic, FileId, Progress, Severity, Sources};
use crate::search;
use crate::site::{self, LinkSpec, Nav, Resolver, Site};
use crate::source::{Source, discover, quote};

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
    how: How,
    then: &mut dyn FnMut(Outcome, &Session<'_>),
) -> anyhow::Result<()> {
    let mut keep: Vec<&Path> = vec![&settings.docs_dir];
    keep.extend(settings.file.as_deref());
    keep.extend(settings.theme.custom_dir.as_deref());
    keep.extend(request.home);
    check_target(&settings.site_dir, &keep)?;
    let finish = &mut |assembled: Assembled<'_>, session: &Session<'_>| {
        let written = commit(settings, request, &assembled);
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
    Ok(Some(staged.commit(request.clean)?))
}

/// A site as it was made, not written: what the checker looks at.
#[derive(Debug, Default)]
pub struct Inspection {
    /// The pages; their documents have no HTML any more.
    pub pages: Vec<Page>,
    /// The pages and files as links see them.
    pub site: Site,
    /// The navigation.
    pub nav: Nav,
    /// The files of the docs folder.
    pub sources: Vec<Source>,
    /// How links are checked.
    pub links: Option<LinkSpec>,
    /// The articles, by number of the page.
    pub articles: Vec<String>,
    /// All files of the site.
    pub output: OutputSet,
    /// What the build has found.
    pub problems: Vec<Diagnostic>,
}

/// Makes the site of `settings` without writing it.
///
/// # Errors
/// When the sources cannot be read.
pub fn inspect(settings: &Settings, files: &Files, request: &Request<'_>) -> anyhow::Result<Inspection> {
    let mut inspection = Inspection::default();
    let finish = &mut |assembled: Assembled<'_>, session: &Session<'_>| {
        inspection = Inspection {
            pages: assembled.pages.to_vec(),
            site: session.site().clone(),
            nav: session.nav().clone(),
            sources: assembled.sources.to_vec(),
            links: Some(settings.link_spec()),
            articles: assembled.articles,
            output: assembled.output,
            problems: assembled.problems,
        };
        Ok(())
    };
    assemble(settings, files, request, How::Inspect, finish)?;
    Ok(inspection)
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
#[derive(Clone, Copy, PartialEq, Eq)]
enum How {
    /// To be written: pages go to the staging folder as they are drawn, so that a large site need
    /// not fit into memory.
    Write,
    /// The same, and single pages may be drawn afterwards.
    Hold,
    /// To be looked at: articles are kept.
    Inspect,
    /// For single pages: nothing is drawn, and pages are converted no further than their titles.
    Glimpse,
}

/// All files of the site.
struct Assembled<'a> {
    output: OutputSet,
    /// Where its pages wait; `None` if the site is not to be written anyway.
    staging: Cell<Option<Staging>>,
    pages: &'a [Page],
    sources: &'a [Source],
    /// Only of a site that is looked at.
    articles: Vec<String>,
    problems: Vec<Diagnostic>,
}

/// Makes all files of the site and hands them to `finish`.
fn assemble(
    settings: &Settings,
    files: &Files,
    request: &Request<'_>,
    how: How,
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
    };

    let mut sources = discover(&settings.source_spec(settings.serving))?
        .take(&mut problems)
        .into_vec();
    for plugin in &mut plugins {
        plugin.sources(&stage, &mut sources, &mut problems);
    }
    let by = convert::By {
        dialect: &dialect,
        cache: request.cache,
    };
    let depth = match how {
        How::Glimpse => convert::Depth::Title,
        How::Write | How::Hold | How::Inspect => convert::Depth::Whole,
    };
    let mut pages = convert::pages(&stage, by, &plugins, &sources, depth, &mut problems);
    let is_held = matches!(how, How::Hold | How::Glimpse);
    let faces = is_held.then(|| session::Faces::of(&pages));
    let left_out = settle(&stage, by, &mut plugins, &mut pages, &mut problems);
    let custom = views::custom_files(settings)?;
    let of_theme = custom.iter().filter(|(_, uri)| views::is_copied(settings, uri));
    let of_theme = of_theme.map(|(_, uri)| uri.as_str());
    let site = link_site(&pages, &sources, &left_out, of_theme);
    let mut nav = navigation(&stage, &plugins, &site, &mut problems);
    for plugin in &mut plugins {
        plugin.linked(&stage, &mut pages, &site, &mut nav, &mut problems);
    }
    let faces = faces.map(|faces| faces.untouched(&pages)).unwrap_or_default();
    let articles = match how {
        How::Glimpse => Vec::new(),
        How::Write | How::Hold | How::Inspect => articles(&stage, &plugins, &mut pages, &site, &mut problems),
    };
    settings.levels.apply(files, &mut problems);
    let staging = if matches!(how, How::Write | How::Hold) && !is_failure(&problems, request) {
        Some(open_staging(settings, request)?)
    } else {
        None
    };
    let kept = if how == How::Inspect {
        articles.clone()
    } else {
        Vec::new()
    };
    let linked = draw::Linked {
        pages: &pages,
        site: &site,
        nav: &nav,
        search: settings.search_spec().map(|spec| spec.weights()),
    };
    let overrides = views::overrides(&stage, &custom, &mut problems);
    let theme = draw::theme(&stage, &linked, &overrides, &mut problems);
    problems.extend(theme.review(&views::style_sheets(&stage, &custom)));
    let drawer = draw::Drawer::new(&stage, &plugins, &linked, &theme, &overrides);
    let mut output = OutputSet::default();
    views::statics(settings, &custom, &sources, &mut output);
    if how == How::Glimpse {
        for (path, bytes) in draw::assets(&theme) {
            output.insert(path, bytes);
        }
    } else {
        let drawn = drawer.all(articles, staging.as_ref(), &mut problems)?;
        complete(&stage, &plugins, &linked, drawn, &mut output, &mut problems);
    }
    settings.levels.apply(files, &mut problems);
    hide_protected(files, &pages, &mut problems);
    memo::keep(request, &pages, &problems);
    let session = Session {
        stage: &stage,
        by,
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
        articles: kept,
        problems,
    };
    finish(assembled, &session)
}

/// Adds the pages that plugins make and lets plugins change them all; gives the sources of those
/// that are left out.
fn settle(
    stage: &Stage<'_>,
    by: convert::By<'_>,
    plugins: &mut [Box<dyn Plugin>],
    pages: &mut Vec<Page>,
    problems: &mut Vec<Diagnostic>,
) -> Vec<Source> {
    let mut made = Vec::new();
    for plugin in &mut *plugins {
        made.extend(plugin.make(stage, pages, problems));
    }
    pages.extend(convert::made(stage, by, plugins, &made, problems));
    let left_out = take_excluded(pages);
    for plugin in plugins {
        plugin.pages(stage, pages, problems);
    }
    left_out
}

/// Puts everything that is made of pages into the output.
fn complete(
    stage: &Stage<'_>,
    plugins: &[Box<dyn Plugin>],
    linked: &draw::Linked<'_>,
    drawn: Drawn,
    output: &mut OutputSet,
    problems: &mut Vec<Diagnostic>,
) {
    let found = drawn.into_output(linked.pages, output);
    views::extras(stage, linked.pages, output);
    views::search_files(stage, &found, linked.nav, output);
    for plugin in plugins {
        plugin.output(stage, linked.pages, linked.site, output, problems);
    }
}

/// Takes the pages out that plugins have excluded; gives their sources.
fn take_excluded(pages: &mut Vec<Page>) -> Vec<Source> {
    let excluded = |page: &Page| page.source.inclusion.is_excluded();
    let sources = pages
        .iter()
        .filter(|page| excluded(page))
        .map(|page| page.source.clone());
    let sources = sources.collect();
    pages.retain(|page| !excluded(page));
    sources
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

/// What links may lead to: pages, the other files of the docs folder, and those of the theme that
/// no file of the docs folder hides.
fn link_site<'t>(
    pages: &[Page],
    sources: &[Source],
    left_out: &[Source],
    of_theme: impl Iterator<Item = &'t str>,
) -> Site {
    let summaries = pages.iter().map(Page::summary).collect();
    let files = sources
        .iter()
        .filter(|source| !source.is_page || source.inclusion.is_excluded())
        .chain(left_out);
    let files = files.map(|s| (s.src_uri.clone(), s.url.clone(), s.inclusion.is_excluded()));
    // Of two files with the same path the last one counts.
    Site::new(
        summaries,
        of_theme.map(|uri| (uri.to_owned(), quote(uri), false)).chain(files),
    )
}

fn navigation(stage: &Stage<'_>, plugins: &[Box<dyn Plugin>], site: &Site, problems: &mut Vec<Diagnostic>) -> Nav {
    let mut spec = stage.settings.nav_spec();
    for plugin in plugins {
        spec.nav = plugin.nav(stage, site, spec.nav.take(), problems);
    }
    let mut items = match &spec.nav {
        Some(node) => site::from_config(site, &spec, node, problems),
        None => site::automatic(site),
    };
    for plugin in plugins {
        plugin.navigation(stage, site, &mut items, problems);
    }
    site::build(site, &spec, items).take(problems)
}

/// The articles of all pages with their links resolved, in the order of the pages. They take the
/// place of the documents' HTML, which nothing needs any more.
fn articles(
    stage: &Stage<'_>,
    plugins: &[Box<dyn Plugin>],
    pages: &mut [Page],
    site: &Site,
    problems: &mut Vec<Diagnostic>,
) -> Vec<String> {
    let resolved: Vec<_> = pages
        .par_iter_mut()
        .enumerate()
        .map(|(at, page)| {
            let id = site::PageId::new(at);
            let mut resolved = Resolver::new(site, stage.links, id).document(&page.document);
            page.document.html = String::new();
            for plugin in plugins {
                plugin.content(stage, page, site, &mut resolved.html, &mut resolved.problems);
            }
            resolved
        })
        .collect();
    let mut articles = Vec::with_capacity(resolved.len());
    let mut missing = Vec::new();
    for page in resolved {
        problems.extend(page.problems);
        missing.extend(page.missing_anchors);
        articles.push(page.html);
    }
    problems.extend(missing);
    articles
}

/// What the two search indexes keep of a page.
#[derive(Default)]
struct Searchable {
    /// Its entries in `search_index.json`.
    entries: String,
    piece: search::Piece,
}

/// Pages as they go out, and what the search index keeps of them.
struct Drawn {
    /// By number of the page; without a file if it would be empty.
    pages: Vec<(Option<Content>, Searchable)>,
    others: Vec<(String, Vec<u8>)>,
    /// The file that tells hosts which headers to send, if pages get a policy.
    headers: Option<String>,
}

impl Drawn {
    fn into_output(self, pages: &[Page], output: &mut OutputSet) -> Vec<Searchable> {
        // A site's own files of these names are its own.
        for (path, bytes) in self.others {
            if path != views::SEARCH_PAGE || !output.has(&path) {
                output.insert(path, bytes);
            }
        }
        if let Some(headers) = self.headers.filter(|_| !output.has("_headers")) {
            output.insert("_headers".to_owned(), headers.into_bytes());
        }
        let mut entries = Vec::with_capacity(pages.len());
        for (page, (content, found)) in pages.iter().zip(self.pages) {
            entries.push(found);
            if let Some(content) = content {
                output.insert(page.source.dest_uri.clone(), content);
            }
        }
        entries
    }
}
