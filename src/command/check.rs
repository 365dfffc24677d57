//! `chaski check`: everything that can be wrong with a site, without writing it; on demand mends what
//! is certain, and compares with what is published.

use std::collections::HashSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use super::args::CheckArguments;
use super::bar::{self, Bar};
use super::build::{self, count};
use super::reporter::Reporter;
use super::{ExitStatus, World};
use crate::build as site_build;
use crate::check::{self, Beside, Change, External, Report, Seen};
use crate::config::{self, Settings};
use crate::files::Files;
use crate::output::{OutputSet, rewrite};
use crate::publish;
use crate::report::Progress;

/// Runs the command.
pub(super) fn run(arguments: CheckArguments, world: &World) -> anyhow::Result<ExitStatus> {
    let start = Instant::now();
    let files = Files::new();
    let no_cache = arguments.build.no_cache;
    let mut reporter = Reporter::new(arguments.build.output, &world.directory);
    let Some(settings) = build::load(&files, arguments.build, world, &mut reporter)? else {
        return Ok(ExitStatus::Problems);
    };
    let published = match &arguments.against {
        Some(target) => {
            let remote = &settings.repo.remote_name;
            Some(publish::published(target, &world.directory, &settings.root, remote)?)
        }
        None => None,
    };
    let progress = Arc::new(Progress::new());
    bar::end_on_interrupt(&progress);
    let bar = Bar::start(&progress, reporter.for_people());
    let home = world.environment.get("HOME").map(PathBuf::from);
    let cache = build::cache(&settings, no_cache);
    let request = site_build::Request {
        clean: true,
        now: world.now,
        home: home.as_deref(),
        strict: settings.strict,
        cache: &cache,
        progress: &progress,
    };
    let external = arguments.external.then(|| External {
        cache: check::cache_file(|name| world.environment.get(name).map(str::to_owned)),
        now: world.now,
    });
    let beside = Beside {
        published: published.as_ref(),
        external: external.as_ref(),
    };
    let seen = Seen::default();
    let mut report = Report::default();
    let mut bar = Some(bar);
    let made = site_build::inspect(&settings, &files, &request, &seen, &mut |inspection| {
        bar.take().into_iter().for_each(Bar::finish);
        if !progress.is_interrupted() {
            report = check::check(&settings, &files, &seen, inspection, &beside);
        }
    });
    bar.into_iter().for_each(Bar::finish);
    if progress.is_interrupted() {
        return Ok(ExitStatus::Interrupted);
    }
    made?;
    keep(&report, external.as_ref(), &reporter);
    let mender = Mender {
        settings: &settings,
        files: &files,
        directory: &world.directory,
        dry_run: arguments.dry_run,
        reporter: &reporter,
    };
    if arguments.fix || arguments.dry_run && !arguments.write_redirects {
        mender.fix(&mut report)?;
    }
    if arguments.write_redirects {
        mender.redirect(&mut report)?;
    }
    reporter.report(&files, report.problems);
    if let Some(version) = published.and_then(|published| published.version) {
        reporter.note(&format!("Of the published versions, '{version}' was compared"));
    }
    let (errors, warnings) = reporter.counts();
    let status = reporter.status(settings.strict);
    let line = format!(
        "{} and {} looked at in {:.2} s: {}, {}",
        count(report.pages, "page"),
        count(report.addresses, "address").replace("addresss", "addresses"),
        start.elapsed().as_secs_f64(),
        count(errors, "error"),
        count(warnings, "warning"),
    );
    match status {
        ExitStatus::Clean => reporter.note(&line),
        _ => reporter.refuse(&line),
    }
    Ok(status)
}

/// Keeps the answers of other sites, and says how many were asked. A cache may only make it faster:
/// where it cannot be written, there is none.
fn keep(report: &Report, external: Option<&External>, reporter: &Reporter) {
    let Some((asked, cache)) = &report.asked else { return };
    if let Some((folder, name)) = external.and_then(|how| {
        let path = how.cache.as_deref()?;
        Some((path.parent()?, path.file_name()?.to_str()?))
    }) {
        let mut output = OutputSet::default();
        output.insert(name, cache.text());
        let _ = output.commit(folder, false);
    }
    reporter.note(&format!(
        "{} to other sites: {} known, {} sent",
        count(asked.links, "link"),
        asked.known,
        count(asked.requests, "request"),
    ));
}

/// Writes sources anew.
struct Mender<'m> {
    settings: &'m Settings,
    files: &'m Files,
    directory: &'m Path,
    dry_run: bool,
    reporter: &'m Reporter,
}

impl Mender<'_> {
    /// Mends what has a certain fix, and takes it out of the report.
    fn fix(&self, report: &mut Report) -> anyhow::Result<()> {
        let roots = [self.settings.root.as_path(), self.settings.docs_dir.as_path()];
        let changes = check::fixes(self.files, &report.problems, &roots);
        let mut mended = HashSet::new();
        for change in &changes {
            self.write(change)?;
            mended.extend(change.mended.iter().copied());
        }
        let places: usize = changes.iter().map(|change| change.mended.len()).sum();
        self.tell(&format!(
            "{} in {}",
            count(places, "place"),
            count(changes.len(), "file")
        ));
        if !self.dry_run {
            let mut at = 0..;
            report
                .problems
                .retain(|_| at.next().is_none_or(|at| !mended.contains(&at)));
        }
        Ok(())
    }

    /// Adds redirects that keep published addresses, and takes what they mend out of the report.
    fn redirect(&self, report: &mut Report) -> anyhow::Result<()> {
        if report.redirects.is_empty() {
            self.reporter.note("git knows of no rename that a redirect would mend");
            return Ok(());
        }
        let Some(edit) = config::add_redirects(self.settings, self.files, &report.redirects) else {
            self.reporter
                .note("The plugins of this configuration are written so that redirects must be added by hand:");
            for (from, to) in &report.redirects {
                self.reporter.note(&format!("    {from}: {to}"));
            }
            return Ok(());
        };
        self.write(&Change {
            path: edit.path,
            before: edit.before,
            after: edit.after,
            mended: Vec::new(),
        })?;
        self.tell(&count(report.redirects.len(), "redirect"));
        if !self.dry_run {
            let redirects = &report.redirects;
            let is_mended = |help: &String| {
                redirects
                    .iter()
                    .any(|(from, to)| help.contains(&format!("`{from}: {to}`")))
            };
            report
                .problems
                .retain(|problem| problem.code != "published-url-gone" || !problem.help.iter().any(is_mended));
        }
        Ok(())
    }

    fn write(&self, change: &Change) -> anyhow::Result<()> {
        if self.reporter.for_people() {
            // Nobody may be reading; that is no error.
            let _ = write!(anstream::stdout().lock(), "{}", change.diff(self.directory));
        }
        if self.dry_run {
            return Ok(());
        }
        rewrite(&change.path, &change.before, &change.after)
    }

    fn tell(&self, what: &str) {
        let verb = if self.dry_run { "Would mend" } else { "Mended" };
        self.reporter.note(&format!("{verb} {what}"));
    }
}
