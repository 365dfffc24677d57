//! `chaski serve`: builds into a folder of its own, serves it, and builds again on changes.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;

use super::args::ServeArguments;
use super::build::{count, load};
use super::reporter::Reporter;
use super::{ExitStatus, World, now};
use crate::build;
use crate::config::Settings;
use crate::files::Files;
use crate::report::{Diagnostic, Format, Progress, Severity, Shower};
use crate::serve::{Preview, Round, ServeSpec};

/// Runs the command.
pub(super) fn run(arguments: &ServeArguments, world: &World) -> anyhow::Result<ExitStatus> {
    if arguments.build.config_file.as_deref() == Some(Path::new("-")) {
        anyhow::bail!("a preview reads the configuration again and again: name a file instead of `-`");
    }
    let progress = Arc::new(Progress::new());
    let end = Arc::clone(&progress);
    let handler = move || {
        if end.is_interrupted() {
            super::bar::end(ExitStatus::Interrupted);
        }
        end.interrupt();
    };
    // Without a handler the system ends the program, and a temporary folder stays.
    let _ = ctrlc::set_handler(handler);
    let scratch = tempfile::Builder::new().prefix("chaski-serve-").tempdir();
    let scratch = scratch.context("cannot make a temporary folder")?;
    let mut work = Work {
        arguments,
        world,
        folder: scratch.path().join("site"),
        progress: &progress,
        url: None,
        // What can be wrong with the configuration is shown by the first build.
        known: work_settings(arguments, world),
    };
    let preview = Preview::listen(work.spec()?)?;
    let url = preview.url();
    work.url = Some(url.clone());
    let reporter = Reporter::new(arguments.build.output, &world.directory);
    let mut is_first = true;
    let open = arguments.open;
    let mut build = |changed: &[PathBuf]| {
        if let Some(first) = changed.first() {
            let more = match changed.len() {
                1 => String::new(),
                many => format!(" and {} more", many - 1),
            };
            let shown = first.strip_prefix(&world.directory).unwrap_or(first);
            reporter.note(&format!("INFO    -  {}{more} changed", shown.display()));
        }
        let round = work.build();
        if std::mem::take(&mut is_first) {
            reporter.note(&format!("INFO    -  Serving on {url}"));
            if open {
                open_browser(&url);
            }
        }
        round
    };
    preview.run(&mut build, &|| progress.is_interrupted(), &|line| reporter.note(line))?;
    Ok(ExitStatus::Clean)
}

/// The settings, read without a word.
fn work_settings(arguments: &ServeArguments, world: &World) -> Option<Settings> {
    let mut quiet = Reporter::silent(&world.directory);
    load(&Files::new(), arguments.build.clone(), world, &mut quiet)
        .ok()
        .flatten()
}

struct Work<'w> {
    arguments: &'w ServeArguments,
    world: &'w World,
    folder: PathBuf,
    progress: &'w Progress,
    url: Option<String>,
    /// The last settings that could be read.
    known: Option<Settings>,
}

impl Work<'_> {
    fn spec(&self) -> anyhow::Result<ServeSpec> {
        let known = self.known.as_ref();
        let address = match &self.arguments.dev_addr {
            Some(written) => parse_address(written)?,
            None => known.map_or_else(|| ("127.0.0.1".to_owned(), 8000), |known| known.dev_addr.clone()),
        };
        let site_url = known.and_then(|known| known.site_url.as_deref()).unwrap_or_default();
        let path = site_url.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
        let mount = format!("/{}", path.map_or("", |(_, path)| path));
        Ok(ServeSpec {
            host: address.0,
            port: address.1,
            port_fallback: self.arguments.port_fallback,
            mount,
            folder: self.folder.clone(),
            live: !self.arguments.no_livereload,
        })
    }

    /// One build; nothing that goes wrong ends the preview.
    fn build(&mut self) -> Round {
        let files = Files::new();
        let mut reporter = Reporter::new(self.arguments.build.output, &self.world.directory);
        let start = Instant::now();
        let made = self.make(&files, &mut reporter);
        let mut round = Round {
            watch: self.watched(&files),
            ignore: vec![self.folder.clone()],
            problems: None,
        };
        if let Some(known) = &self.known {
            round.ignore.push(known.site_dir.clone());
            round.ignore.push(known.root.join(".cache"));
        }
        match made {
            Err(error) => {
                reporter.note(&format!("ERROR   -  {error:#}"));
                round.problems = Some(format!("{error:#}"));
            }
            Ok(Made {
                pages,
                written,
                problems,
            }) => {
                let (errors, warnings) = reporter.counts();
                if written {
                    let time = start.elapsed().as_secs_f64();
                    let pages = count(pages, "page");
                    let warnings = count(warnings, "warning");
                    reporter.note(&format!("INFO    -  Built {pages} in {time:.2} s, {warnings}"));
                } else {
                    let errors = count(errors, "error");
                    reporter.note(&format!("ERROR   -  {errors}; the last good pages are shown"));
                    round.problems = Some(problems);
                }
            }
        }
        round
    }

    fn make(&mut self, files: &Files, reporter: &mut Reporter) -> anyhow::Result<Made> {
        let mut seen = Vec::new();
        let loaded = super::build::read(files, self.arguments.build.clone(), self.world)?;
        let failed = loaded
            .problems
            .iter()
            .any(|problem| problem.severity == Severity::Error);
        seen.extend(loaded.problems.iter().cloned());
        reporter.report(files, loaded.problems);
        let Some(mut settings) = loaded.value.filter(|_| !failed) else {
            return Ok(Made {
                pages: 0,
                written: false,
                problems: self.shown(files, &seen, false),
            });
        };
        self.known = Some(settings.clone());
        settings.site_dir.clone_from(&self.folder);
        if !self.arguments.build.cleaning.is_pure() {
            settings.serving = true;
            settings.site_url.clone_from(&self.url);
        }
        let request = build::Request {
            clean: true,
            now: now(&self.world.environment),
            home: None,
            strict: settings.strict,
            progress: self.progress,
        };
        let outcome = build::build(&settings, files, &request)?;
        seen.extend(outcome.problems.iter().cloned());
        reporter.report(files, outcome.problems);
        Ok(Made {
            pages: outcome.pages,
            written: outcome.written.is_some(),
            problems: self.shown(files, &seen, settings.strict),
        })
    }

    /// What keeps the site from being built, for the browser.
    fn shown(&self, files: &Files, problems: &[Diagnostic], strict: bool) -> String {
        let least = if strict { Severity::Warning } else { Severity::Error };
        let mut problems: Vec<_> = problems
            .iter()
            .filter(|problem| problem.severity >= least)
            .cloned()
            .collect();
        let shower = Shower::new(files, &self.world.directory, Format::Human);
        shower.sort(&mut problems);
        let text: String = problems.iter().map(|problem| shower.show(problem) + "\n").collect();
        anstream::adapter::strip_str(&text).to_string()
    }

    /// Everything that a build reads.
    fn watched(&self, files: &Files) -> Vec<PathBuf> {
        let mut watched = files.paths();
        let absolute = |path: &PathBuf| self.world.directory.join(path);
        watched.extend(self.arguments.watch.iter().map(absolute));
        watched.extend(self.arguments.build.config_file.iter().map(absolute));
        if let Some(known) = &self.known {
            watched.push(known.docs_dir.clone());
            watched.extend(known.file.clone());
            watched.extend(known.theme.custom_dir.clone());
            watched.extend(known.watch.iter().cloned());
        } else {
            watched.push(self.world.directory.join("mkdocs.yml"));
        }
        watched.retain(|path| path.is_absolute());
        watched.sort();
        watched.dedup();
        watched
    }
}

struct Made {
    pages: usize,
    written: bool,
    problems: String,
}

/// `IP:PORT`.
fn parse_address(written: &str) -> anyhow::Result<(String, u16)> {
    let (host, port) = written.rsplit_once(':').unwrap_or((written, ""));
    let port = port.parse().ok();
    let port =
        port.with_context(|| format!("--dev-addr takes an address and a port (127.0.0.1:8000), not `{written}`"))?;
    Ok((host.trim_matches(['[', ']']).to_owned(), port))
}

/// Opens the user's browser; that there is none is no error.
fn open_browser(url: &str) {
    let (program, arguments): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("cmd", &["/c", "start", ""])
    } else {
        ("xdg-open", &[])
    };
    let mut command = std::process::Command::new(program);
    command
        .args(arguments)
        .arg(url)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null());
    let _ = command.spawn();
}

#[cfg(test)]
mod tests {
    use super::parse_address;

    #[test]
    fn addresses() {
        assert_eq!(
            parse_address("127.0.0.1:80").expect("one"),
            ("127.0.0.1".to_owned(), 80)
        );
        assert_eq!(parse_address("[::1]:8000").expect("one"), ("::1".to_owned(), 8000));
        assert!(parse_address("localhost").is_err() && parse_address("a:b").is_err());
    }
}
