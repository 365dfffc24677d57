//! `chaski build`: arguments to a request, problems to people, results to an exit code.

use std::io::{IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;

use super::args::{BuildArguments, BuildCommand};
use super::bar::{self, Bar};
use super::reporter::Reporter;
use super::verify::{self, Built};
use super::{ExitStatus, World};
use crate::build;
use crate::cache::{Cache, Reason};
use crate::config::{self, ConfigFile, Overrides, Request, Settings};
use crate::files::Files;
use crate::report::{Checked, Diagnostic, Progress, Severity};

/// Runs the command.
pub(super) fn run(arguments: BuildCommand, world: &World) -> anyhow::Result<ExitStatus> {
    let progress = Arc::new(match arguments.timings {
        Some(_) => Progress::traced(),
        None => Progress::new(),
    });
    bar::end_on_interrupt(&progress);
    let wishes = Wishes {
        explain: arguments.explain,
        verify: arguments.verify,
        ..Wishes::only_if(&|_| Ok(true))
    };
    let status = match make(arguments.build, world, &progress, &wishes)? {
        Made::Site(settings, reporter) => reporter.status(settings.strict),
        Made::Not(status) => status,
    };
    if let (Some(path), Some(trace)) = (&arguments.timings, progress.trace()) {
        let path = world.directory.join(path);
        std::fs::write(&path, trace.to_json()).with_context(|| format!("cannot write `{}`", path.display()))?;
    }
    Ok(status)
}

/// What came of a build that other work may follow.
pub(super) enum Made {
    /// The site stands in its folder; problems were shown.
    Site(Box<Settings>, Reporter),
    /// There is no site, and why was shown.
    Not(ExitStatus),
}

/// What is to be done besides building the site.
pub(super) struct Wishes<'w> {
    /// Whether the site of these settings is to be built at all.
    only_if: &'w dyn Fn(&Settings) -> anyhow::Result<bool>,
    /// To say of each page why it was converted, or not.
    explain: bool,
    /// To compare the site with that of a clean build.
    verify: bool,
}

impl<'w> Wishes<'w> {
    /// The site and nothing else, if `only_if` says so.
    pub(super) fn only_if(only_if: &'w dyn Fn(&Settings) -> anyhow::Result<bool>) -> Self {
        Self {
            only_if,
            explain: false,
            verify: false,
        }
    }
}

/// Reads the configuration and builds the site, as far as it is wished for.
pub(super) fn make(
    arguments: BuildArguments,
    world: &World,
    progress: &Arc<Progress>,
    wishes: &Wishes<'_>,
) -> anyhow::Result<Made> {
    let start = Instant::now();
    let files = Files::new();
    let mut reporter = Reporter::new(arguments.output, &world.directory);
    let clean = arguments.cleaning.is_clean();
    let no_cache = arguments.no_cache;
    let span = progress.span("configuration", "");
    let settings = load(&files, arguments, world, &mut reporter)?;
    drop(span);
    let Some(settings) = settings.filter(|settings| reporter.status(settings.strict) == ExitStatus::Clean) else {
        let (errors, warnings) = reporter.counts();
        reporter.refuse(&aborted(errors, warnings));
        return Ok(Made::Not(ExitStatus::Problems));
    };
    if !(wishes.only_if)(&settings)? {
        return Ok(Made::Site(Box::new(settings), reporter));
    }
    let bar = Bar::start(progress, reporter.for_people());
    let span = progress.span("open cache", "");
    let mut cache = cache(&settings, no_cache);
    if wishes.explain {
        cache = cache.explained();
    }
    drop(span);
    let home = world.environment.get("HOME").map(PathBuf::from);
    let build = build::Request {
        clean,
        now: world.now,
        home: home.as_deref(),
        strict: settings.strict,
        cache: &cache,
        progress,
    };
    let outcome = build::build(&settings, &files, &build);
    bar.finish();
    if progress.is_interrupted() {
        return Ok(Made::Not(ExitStatus::Interrupted));
    }
    let outcome = outcome?;
    if wishes.explain {
        explain(&cache, &settings, &reporter);
    }
    let verified = match &outcome.written {
        Some(_) if wishes.verify => verify::verify(&Built {
            settings: &settings,
            files: &files,
            problems: &outcome.problems,
            request: &build,
        }),
        _ => Ok(()),
    };
    reporter.report(&files, outcome.problems);
    verified?;
    if outcome.written.is_none() {
        let (errors, warnings) = reporter.counts();
        reporter.refuse(&not_written(errors, warnings));
        return Ok(Made::Not(reporter.status(settings.strict)));
    }
    closing_line(&reporter, outcome.pages, start.elapsed());
    Ok(Made::Site(Box::new(settings), reporter))
}

/// What earlier builds have kept.
pub(super) fn cache(settings: &Settings, no_cache: bool) -> Cache {
    if no_cache {
        Cache::none()
    } else {
        Cache::open(&cache_folder(settings))
    }
}

pub(super) fn cache_folder(settings: &Settings) -> PathBuf {
    settings.root.join(".cache/chaski")
}

/// Says of each page why it was converted, or not.
fn explain(cache: &Cache, settings: &Settings, reporter: &Reporter) {
    let reasons = cache.reasons();
    let shown = |path: &Path| path.strip_prefix(&settings.root).unwrap_or(path).display().to_string();
    for (path, reason) in &reasons {
        let why = match reason {
            Reason::Kept => "kept from an earlier build".to_owned(),
            Reason::New => "converted: it is new here".to_owned(),
            Reason::Changed => "converted: its text has changed".to_owned(),
            Reason::Settings => "converted: the settings of Markdown have changed".to_owned(),
            Reason::Read(other) => format!("converted: `{}`, which it reads, has changed", shown(other)),
        };
        reporter.json(&serde_json::json!({ "page": shown(path), "why": why }));
        reporter.note(&format!("{}: {why}", shown(path)));
    }
    let kept = reasons.values().filter(|reason| **reason == Reason::Kept).count();
    let line = format!("{} of {} converted", reasons.len() - kept, count(reasons.len(), "page"));
    reporter.note(&format!("{line}; all are drawn, since each shows parts of others"));
}

/// The settings, unless the configuration has errors.
pub(super) fn load(
    files: &Files,
    arguments: BuildArguments,
    world: &World,
    reporter: &mut Reporter,
) -> anyhow::Result<Option<Settings>> {
    let checked = read(files, arguments, world)?;
    let failed = checked.problems.iter().any(is_error);
    reporter.report(files, checked.problems);
    Ok(checked.value.filter(|_| !failed))
}

/// The settings, with everything that is wrong with the configuration.
pub(super) fn read(
    files: &Files,
    arguments: BuildArguments,
    world: &World,
) -> anyhow::Result<Checked<Option<Settings>>> {
    let request = Request {
        file: config_file(arguments.config_file)?,
        directory: world.directory.clone(),
        environment: world.environment.clone(),
        overrides: Overrides {
            site_dir: arguments.site_dir,
            strict: arguments.strict.value(),
            theme: arguments.theme,
            use_directory_urls: arguments.urls.value(),
        },
        plugins: crate::plugins::names(),
    };
    let mut checked = config::load(files, &request)?;
    if let Some(settings) = &checked.value {
        // The dialect is read again by the build; its problems are shown once, here.
        let mut problems = settings.dialect().problems;
        let allowed = |problem: &&mut Diagnostic| {
            let names = || settings.chaski.allow.iter().map(|name| format!("`{name}`"));
            problem.code == "extension-unknown" && names().any(|name| problem.message.contains(&name))
        };
        for problem in problems.iter_mut().filter(allowed) {
            problem.severity = problem.severity.min(Severity::Info);
        }
        checked.problems.extend(problems);
        settings.levels.apply(files, &mut checked.problems);
    }
    Ok(checked)
}

fn is_error(problem: &Diagnostic) -> bool {
    problem.severity == Severity::Error
}

fn config_file(path: Option<PathBuf>) -> anyhow::Result<ConfigFile> {
    match path {
        None => Ok(ConfigFile::Standard),
        Some(path) if path == Path::new("-") => {
            let mut text = String::new();
            std::io::stdin()
                .read_to_string(&mut text)
                .context("cannot read the configuration from standard input")?;
            Ok(ConfigFile::Text(text))
        }
        Some(path) => Ok(ConfigFile::Path(path)),
    }
}

fn aborted(errors: usize, warnings: usize) -> String {
    if errors > 0 {
        "Aborted with a configuration error!".to_owned()
    } else {
        format!("Aborted with {warnings} configuration warnings in 'strict' mode!")
    }
}

fn not_written(errors: usize, warnings: usize) -> String {
    if errors > 0 {
        format!("Aborted with {}; the old site is as it was", count(errors, "error"))
    } else {
        format!(
            "Aborted with {} in strict mode; the old site is as it was",
            count(warnings, "warning")
        )
    }
}

/// On a terminal what a person wants to know; elsewhere MkDocs' line.
fn closing_line(reporter: &Reporter, pages: usize, time: Duration) {
    let seconds = time.as_secs_f64();
    let (errors, warnings) = reporter.counts();
    if !std::io::stderr().is_terminal() {
        reporter.note(&format!("INFO    -  Documentation built in {seconds:.2} seconds"));
        return;
    }
    let mut line = format!("{} in {seconds:.2} s", count(pages, "page"));
    if errors > 0 {
        line = format!("{line}, {}", count(errors, "error"));
    }
    if warnings > 0 {
        line = format!("{line}, {}", count(warnings, "warning"));
    }
    reporter.note(&line);
}

pub(super) fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
