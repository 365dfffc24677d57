//! The subcommands. This room owns standard input, output and error, reads the clock, the
//! environment and the working directory once, and decides the exit code.

mod args;
mod render;

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use clap::Parser as _;

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
    let environment = environment();
    let result = match &arguments.command {
        args::Command::Render(render) => render::run(render, &environment),
    };
    result.unwrap_or_else(|error| failure(&error))
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
    let style = anstyle_error();
    anstream::eprintln!("{style}error{style:#}: {error:#}");
    ExitStatus::Failed
}

fn anstyle_error() -> clap::builder::styling::Style {
    clap::builder::styling::AnsiColor::Red
        .on_default()
        .effects(clap::builder::styling::Effects::BOLD)
}

/// Variables whose name or value is not Unicode cannot be named in a `mkdocs.yml`.
fn environment() -> Environment {
    let text = |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.into_string().ok()?));
    Environment::new(std::env::vars_os().filter_map(text))
}
