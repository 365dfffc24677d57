//! The subcommands. This room owns standard input, output and error, reads the clock, the
//! environment and the working directory once, and decides the exit code.

mod args;
mod bar;
mod build;
mod check;
mod doctor;
mod explain;
mod new;
mod publish;
mod render;
mod reporter;
mod serve;
mod verify;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{CommandFactory as _, Parser as _};

use crate::config::Environment;

/// How the program ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExitStatus {
    /// All well, or only warnings.
    Clean,
    /// The project has errors, or warnings under `--strict`.
    Problems,
    /// The work could not be done: bad arguments, unreadable or unwritable files.
    Failed,
    /// Ctrl-C.
    Interrupted,
}

impl ExitStatus {
    /// The number that the shell sees.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Clean => 0,
            Self::Problems => 1,
            Self::Failed => 2,
            Self::Interrupted => 130,
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status.code())
    }
}

/// Runs the program with `arguments`, the first of which is its name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitStatus {
    let arguments = match args::Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            let failed = error.use_stderr();
            // A closed pipe below `--help` is no error.
            let _ = error.print();
            return if failed { ExitStatus::Failed } else { ExitStatus::Clean };
        }
    };
    dispatch(arguments.command).unwrap_or_else(|error| failure(&error))
}

/// What is outside the program, read once.
#[derive(Debug)]
struct World {
    /// The working directory.
    directory: PathBuf,
    /// The environment variables.
    environment: Environment,
    /// Now, or `SOURCE_DATE_EPOCH`, in seconds since 1970.
    now: i64,
}

/// The time of the build; `SOURCE_DATE_EPOCH` makes builds repeatable.
fn now(environment: &Environment) -> i64 {
    let fixed = environment
        .get("SOURCE_DATE_EPOCH")
        .and_then(|text| text.trim().parse().ok());
    fixed.unwrap_or_else(|| {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |time| i64::try_from(time.as_secs()).unwrap_or(0))
    })
}

fn dispatch(command: args::Command) -> anyhow::Result<ExitStatus> {
    let world = World {
        directory: std::env::current_dir().context("cannot find the working directory")?,
        now: now(&environment()),
        environment: environment(),
    };
    threads()?;
    match command {
        args::Command::Build(arguments) => build::run(arguments, &world),
        args::Command::Serve(arguments) => serve::run(&arguments, &world),
        args::Command::Publish(arguments) => publish::run(arguments, &world),
        args::Command::GhDeploy(arguments) => publish::deploy(arguments, &world),
        args::Command::Check(arguments) => check::run(arguments, &world),
        args::Command::Doctor(arguments) => doctor::run(arguments, &world),
        args::Command::Explain { code } => explain::run(code.as_deref()),
        args::Command::New(arguments) => new::run(&arguments, &world),
        args::Command::Render(arguments) => render::run(&arguments, &world),
        args::Command::Completions { shell } => completions(shell),
    }
}

/// Pages may nest deeply, and each level of nesting takes some stack.
fn threads() -> anyhow::Result<()> {
    rayon::ThreadPoolBuilder::new()
        .stack_size(16 << 20)
        .build_global()
        .context("cannot start threads")
}

fn completions(shell: clap_complete::Shell) -> anyhow::Result<ExitStatus> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut args::Arguments::command(), "chaski", &mut script);
    io::stdout().lock().write_all(&script)?;
    Ok(ExitStatus::Clean)
}

/// Shows why the work could not be done. A closed pipe is a reader who has seen enough.
fn failure(error: &anyhow::Error) -> ExitStatus {
    let closed = error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe);
    if closed {
        return ExitStatus::Clean;
    }
    let style = clap::builder::styling::AnsiColor::Red.on_default().bold();
    let _ = writeln!(anstream::stderr().lock(), "{style}error{style:#}: {error:#}");
    ExitStatus::Failed
}

/// Variables whose name or value is not Unicode cannot be named in a `mkdocs.yml`.
fn environment() -> Environment {
    let text = |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
    Environment::new(std::env::vars_os().filter_map(text))
}
