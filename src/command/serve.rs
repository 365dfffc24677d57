//! `chaski serve`: builds into a folder of its own, serves it, and builds again on changes.

use std::cell::{Cell, RefCell};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::Context as _;

use super::args::ServeArguments;
use super::build::{count, load};
use super::reporter::Reporter;
use super::{ExitStatus, World, now};
use crate::build::{self, Session};
use crate::cache::Cache;
use crate::config::Settings;
use crate::files::Files;
use crate::output::Content;
use crate::report::{Diagnostic, Format, Progress, Severity, Shower};
use crate::serve::{self, Desk, Preview, Question, Reply, Round, ServeSpec, Watched};
use crate::site::PageId;

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
    // What can be wrong with the configuration is shown by the first build.
    let known = quiet_settings(arguments, world);
    let folder = scratch.path().join("site");
    let preview = Preview::listen(spec(arguments, known.as_ref(), folder.clone())?)?;
    let work = Work {
        arguments,
        world,
        folder,
        url: preview.url(),
        cache: match &known {
            Some(known) => super::build::cache(known, arguments.build.no_cache),
            None => Cache::default(),
        },
        known: Mutex::new(known),
    };
    let reporter = Reporter::new(arguments.build.output, &world.directory);
    reporter.note(&format!("INFO    -  Serving on {}", work.url));
    if arguments.open {
        open_browser(&work.url);
    }
    preview.run(&work, &|| progress.is_interrupted(), &|line| reporter.note(line))?;
    Ok(ExitStatus::Clean)
}

/// The settings, read without a word.
fn quiet_settings(arguments: &ServeArguments, world: &World) -> Option<Settings> {
    let mut quiet = Reporter::silent(&world.directory);
    load(&Files::new(), arguments.build.clone(), world, &mut quiet)
        .ok()
        .flatten()
}

fn spec(arguments: &ServeArguments, known: Option<&Settings>, folder: PathBuf) -> anyhow::Result<ServeSpec> {
    let address = match &arguments.dev_addr {
        Some(written) => parse_address(written)?,
        None => known.map_or_else(|| ("127.0.0.1".to_owned(), 8000), |known| known.dev_addr.clone()),
    };
    let site_url = known.and_then(|known| known.site_url.as_deref()).unwrap_or_default();
    let path = site_url.split_once("://").and_then(|(_, rest)| rest.split_once('/'));
    let mount = format!("/{}", path.map_or("", |(_, path)| path));
    Ok(ServeSpec {
        host: address.0,
        port: address.1,
        port_fallback: arguments.port_fallback,
        mount: if mount.ends_with('/') { mount } else { mount + "/" },
        folder,
        live: !arguments.no_livereload,
    })
}

struct Work<'w> {
    arguments: &'w ServeArguments,
    world: &'w World,
    folder: PathBuf,
    url: String,
    cache: Cache,
    /// The last settings that could be read.
    known: Mutex<Option<Settings>>,
}

impl serve::Work for Work<'_> {
    fn watched(&self) -> Watched {
        self.watched_with(&Files::new())
    }

    fn glimpse(&self, desk: &Desk, ready: &dyn Fn()) {
        let Some(known) = self.known() else { return };
        let progress = Progress::new();
        let settings = self.for_preview(known);
        // What is wrong is said by the build.
        let _ = build::glimpse(
            &settings,
            &Files::new(),
            &self.request(&settings, &progress),
            &mut |files, session| {
                ready();
                desk.serve(&mut |question| match question {
                    Question::File(path) => match (files.get(&path), session.page_at(&path)) {
                        (Some(Content::Bytes(bytes)), _) => Reply::Page(path, bytes.clone()),
                        (Some(Content::CopyOf(file)), _) => Reply::CopyOf(file.clone()),
                        (Some(Content::Waiting(_) | Content::Shown), _) => Reply::Later,
                        (None, Some(page)) => drawn(session, page),
                        (None, None) => Reply::Unknown,
                    },
                    Question::Source(path) => edited(session, &path),
                });
            },
        );
    }

    fn build(&self, changed: &[PathBuf], progress: &Progress, desk: &Desk, done: &dyn Fn(Round)) {
        let reporter = RefCell::new(Reporter::new(self.arguments.build.output, &self.world.directory));
        if let Some(first) = changed.first() {
            let more = match changed.len() {
                1 => String::new(),
                many => format!(" and {} more", many - 1),
            };
            let shown = first.strip_prefix(&self.world.directory).unwrap_or(first);
            let line = format!("INFO    -  {}{more} changed", shown.display());
            reporter.borrow().note(&line);
        }
        let files = Files::new();
        let start = Instant::now();
        let is_done = Cell::new(false);
        let finish = |problems: Option<String>| {
            is_done.set(true);
            done(Round {
                watched: self.watched_with(&files),
                problems,
            });
        };
        let made = self.make(&files, &reporter, progress, &|made, session| {
            let (errors, warnings) = reporter.borrow().counts();
            let Some(pages) = made.pages else {
                finish(Some(made.problems));
                if !progress.is_interrupted() {
                    let errors = count(errors, "error");
                    let line = format!("ERROR   -  {errors}; the last good pages are shown");
                    reporter.borrow().note(&line);
                }
                return;
            };
            let time = start.elapsed().as_secs_f64();
            let (pages, warnings) = (count(pages, "page"), count(warnings, "warning"));
            let line = format!("INFO    -  Built {pages} in {time:.2} s, {warnings}");
            // Whoever reads the line finds the new pages.
            finish(None);
            reporter.borrow().note(&line);
            if let Some(session) = session {
                desk.serve(&mut |question| match question {
                    Question::File(_) => Reply::Unknown,
                    Question::Source(path) => edited(session, &path),
                });
            }
        });
        if let Err(error) = made {
            if !progress.is_interrupted() {
                reporter.borrow().note(&format!("ERROR   -  {error:#}"));
            }
            finish(Some(format!("{error:#}")));
        }
        if !is_done.get() {
            finish(None);
        }
    }
}

/// What became of a build.
struct Made {
    /// `None` if nothing was written.
    pages: Option<usize>,
    problems: String,
}

fn drawn(session: &Session<'_>, page: PageId) -> Reply {
    session
        .draw(page)
        .map_or(Reply::Later, |(path, html)| Reply::Page(path, html.into_bytes()))
}

fn edited(session: &Session<'_>, path: &Path) -> Reply {
    session
        .page_of(path)
        .map_or(Reply::Unknown, |page| drawn(session, page))
}

impl Work<'_> {
    fn known(&self) -> Option<Settings> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn for_preview(&self, mut settings: Settings) -> Settings {
        settings.site_dir.clone_from(&self.folder);
        if !self.arguments.build.cleaning.is_pure() {
            settings.serving = true;
            settings.site_url = Some(self.url.clone());
        }
        settings
    }

    fn request<'r>(&'r self, settings: &Settings, progress: &'r Progress) -> build::Request<'r> {
        build::Request {
            clean: true,
            now: now(&self.world.environment),
            home: None,
            strict: settings.strict,
            cache: &self.cache,
            progress,
        }
    }

    /// One build; nothing that goes wrong ends the preview.
    fn make(
        &self,
        files: &Files,
        reporter: &RefCell<Reporter>,
        progress: &Progress,
        then: &dyn Fn(Made, Option<&Session<'_>>),
    ) -> anyhow::Result<()> {
        let mut seen = Vec::new();
        let loaded = super::build::read(files, self.arguments.build.clone(), self.world)?;
        let failed = loaded
            .problems
            .iter()
            .any(|problem| problem.severity == Severity::Error);
        seen.extend(loaded.problems.iter().cloned());
        reporter.borrow_mut().report(files, loaded.problems);
        let Some(settings) = loaded.value.filter(|_| !failed) else {
            let problems = self.shown(files, &seen, false);
            then(Made { pages: None, problems }, None);
            return Ok(());
        };
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(settings.clone());
        let settings = self.for_preview(settings);
        let request = self.request(&settings, progress);
        build::build_then(&settings, files, &request, &mut |outcome, session| {
            seen.extend(outcome.problems.iter().cloned());
            if !progress.is_interrupted() {
                reporter.borrow_mut().report(files, outcome.problems);
            }
            let made = Made {
                pages: outcome.written.map(|_| outcome.pages),
                problems: self.shown(files, &seen, settings.strict),
            };
            then(made, Some(session));
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

    /// What to watch after a build that has read `files`.
    fn watched_with(&self, files: &Files) -> Watched {
        let mut paths = files.paths();
        let mut ignored = vec![self.folder.clone()];
        let absolute = |path: &PathBuf| self.world.directory.join(path);
        paths.extend(self.arguments.watch.iter().map(absolute));
        paths.extend(self.arguments.build.config_file.iter().map(absolute));
        if let Some(known) = self.known() {
            ignored.push(known.site_dir);
            ignored.push(known.root.join(".cache"));
            paths.push(known.docs_dir);
            paths.extend(known.file);
            paths.extend(known.theme.custom_dir);
            paths.extend(known.watch);
        } else {
            paths.push(self.world.directory.join("mkdocs.yml"));
        }
        paths.retain(|path| path.is_absolute());
        paths.sort();
        paths.dedup();
        Watched { paths, ignored }
    }
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
