//! `chaski check`: everything that can be wrong with a site, without writing it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use super::args::CheckArguments;
use super::bar::{self, Bar};
use super::build::{self, count};
use super::reporter::Reporter;
use super::{ExitStatus, World};
use crate::build as site_build;
use crate::check;
use crate::files::Files;
use crate::report::Progress;

/// Runs the command.
pub(super) fn run(arguments: CheckArguments, world: &World) -> anyhow::Result<ExitStatus> {
    let start = Instant::now();
    let files = Files::new();
    let mut reporter = Reporter::new(arguments.build.output, &world.directory);
    let Some(settings) = build::load(&files, arguments.build, world, &mut reporter)? else {
        return Ok(ExitStatus::Problems);
    };
    let progress = Arc::new(Progress::new());
    bar::end_on_interrupt(&progress);
    let bar = Bar::start(&progress, reporter.for_people());
    let home = world.environment.get("HOME").map(PathBuf::from);
    let request = site_build::Request {
        clean: true,
        now: world.now,
        home: home.as_deref(),
        strict: settings.strict,
        progress: &progress,
    };
    let inspection = site_build::inspect(&settings, &files, &request);
    bar.finish();
    if progress.is_interrupted() {
        return Ok(ExitStatus::Interrupted);
    }
    let report = check::check(&settings, &files, inspection?);
    reporter.report(&files, report.problems);
    let (errors, warnings) = reporter.counts();
    reporter.note(&format!(
        "{} and {} looked at in {:.2} s: {}, {}",
        count(report.pages, "page"),
        count(report.addresses, "address").replace("addresss", "addresses"),
        start.elapsed().as_secs_f64(),
        count(errors, "error"),
        count(warnings, "warning"),
    ));
    Ok(reporter.status(settings.strict))
}
