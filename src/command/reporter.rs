//! Writes problems and plain lines where people or machines expect them, and counts.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::ExitStatus;
use super::args::{Messages, OutputArguments};
use crate::files::Files;
use crate::report::{Diagnostic, FileId, Format, Severity, Shower, document};

/// Shows problems and remembers how many there were.
#[derive(Debug)]
pub(super) struct Reporter {
    directory: PathBuf,
    format: Format,
    least: Severity,
    silent: bool,
    warnings: usize,
    errors: usize,
    /// Problems of formats that are one file, which is written at the end.
    entries: Vec<Value>,
    /// How often the same problem was said in the same file.
    seen: HashMap<(&'static str, Option<FileId>, String), usize>,
}

impl Reporter {
    /// Shows as `arguments` say, with paths relative to `directory`.
    pub(super) fn new(arguments: OutputArguments, directory: &Path) -> Self {
        let format = match arguments.format {
            Messages::Human => Format::Human,
            Messages::Mkdocs => Format::Short,
            Messages::Json => Format::Json,
            Messages::Sarif => Format::Sarif,
            Messages::Github => Format::Github,
            Messages::Gitlab => Format::Gitlab,
        };
        let least = match (arguments.quiet, arguments.verbose) {
            (true, _) => Severity::Error,
            (false, true) => Severity::Debug,
            (false, false) => Severity::Info,
        };
        Self {
            directory: directory.to_owned(),
            format,
            least,
            silent: false,
            warnings: 0,
            errors: 0,
            entries: Vec::new(),
            seen: HashMap::new(),
        }
    }

    /// Shows nothing.
    pub(super) fn silent(directory: &Path) -> Self {
        Self {
            directory: directory.to_owned(),
            format: Format::Short,
            least: Severity::Error,
            silent: true,
            warnings: 0,
            errors: 0,
            entries: Vec::new(),
            seen: HashMap::new(),
        }
    }

    /// Shows `problems` in the order of their places.
    pub(super) fn report(&mut self, files: &Files, mut problems: Vec<Diagnostic>) {
        let shower = Shower::new(files, &self.directory, self.format);
        shower.sort(&mut problems);
        let mut text = String::new();
        for problem in &problems {
            self.warnings += usize::from(problem.severity == Severity::Warning);
            self.errors += usize::from(problem.severity == Severity::Error);
            if problem.severity >= self.least {
                let key = (
                    problem.code,
                    problem.span.map(|span| span.file),
                    problem.message.clone(),
                );
                let seen = self.seen.entry(key).or_insert(0);
                self.entries.extend(shower.entry(problem, *seen));
                *seen += 1;
                text.push_str(&shower.show(problem));
                if self.format == Format::Human {
                    text.push('\n');
                }
            }
        }
        self.write(&text);
    }

    /// Writes a line of information, unless machines read or `-q` is given.
    pub(super) fn note(&self, line: &str) {
        if self.for_people() {
            // Nobody may be reading; that is no error.
            let _ = writeln!(anstream::stderr().lock(), "{line}");
        }
    }

    /// Writes why a command does not do what it was asked for, even with `-q`, unless machines read.
    pub(super) fn refuse(&self, line: &str) {
        if !self.silent && !self.format.is_for_programs() {
            let _ = writeln!(anstream::stderr().lock(), "{line}");
        }
    }

    /// Writes an object for machines, if machines read.
    pub(super) fn json(&self, object: &serde_json::Value) {
        if self.format.is_for_programs() {
            let _ = writeln!(std::io::stdout().lock(), "{object}");
        }
    }

    /// Whether people read what is written.
    pub(super) fn for_people(&self) -> bool {
        self.least <= Severity::Info && !self.format.is_for_programs()
    }

    /// How many errors and warnings there were.
    pub(super) fn counts(&self) -> (usize, usize) {
        (self.errors, self.warnings)
    }

    /// The exit status that the problems so far ask for.
    pub(super) fn status(&self, strict: bool) -> ExitStatus {
        if self.errors > 0 || strict && self.warnings > 0 {
            ExitStatus::Problems
        } else {
            ExitStatus::Clean
        }
    }

    fn write(&self, text: &str) {
        if self.silent {
            return;
        }
        let _ = if self.format.is_for_programs() {
            std::io::stdout().lock().write_all(text.as_bytes())
        } else {
            anstream::stderr().lock().write_all(text.as_bytes())
        };
    }
}

/// A format that is one file is written however the command ends.
impl Drop for Reporter {
    fn drop(&mut self) {
        if let Some(text) = document(self.format, std::mem::take(&mut self.entries)) {
            self.write(&text);
        }
    }
}
