//! `chaski render`: Markdown on standard input, HTML on standard output.

use std::io::{BufRead, BufReader, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use anyhow::Context as _;
use rayon::iter::{ParallelBridge, ParallelIterator};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::args::RenderArguments;
use super::reporter::Reporter;
use super::{ExitStatus, World};
use crate::config::{self, Environment};
use crate::files::{Files, SourceFile};
use crate::markdown::{self, Markdown};
use crate::report::Diagnostic;

/// Runs the command.
pub(super) fn run(arguments: &RenderArguments, world: &World) -> anyhow::Result<ExitStatus> {
    let environment = &world.environment;
    if arguments.batch {
        return batch(environment);
    }
    let files = Files::new();
    let (config, root) = match &arguments.config {
        Some(path) => {
            let file = files
                .read(path)
                .with_context(|| format!("cannot read the configuration `{}`", path.display()))?;
            let root = path.parent().map(Path::to_owned).unwrap_or_default();
            (file, root)
        }
        None => (files.add(Path::new("<no configuration>"), ""), PathBuf::new()),
    };
    let mut text = String::new();
    std::io::stdin()
        .read_to_string(&mut text)
        .context("cannot read standard input")?;
    let input = files.add(Path::new("<stdin>"), text);
    let (html, problems) = convert(&files, &config, &input, environment, root);
    let mut reporter = Reporter::new(arguments.output, &world.directory);
    reporter.report(&files, problems);
    if let Some(html) = html {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{html}").and_then(|()| out.flush())?;
    }
    Ok(reporter.status(false))
}

/// The HTML, unless the configuration is no YAML, and the problems found.
fn convert(
    files: &Files,
    config: &SourceFile,
    input: &SourceFile,
    environment: &Environment,
    root: PathBuf,
) -> (Option<String>, Vec<Diagnostic>) {
    let mut problems = Vec::new();
    let dialect = match config::dialect(config, environment, root) {
        Ok(checked) => checked.take(&mut problems),
        Err(problem) => return (None, vec![problem]),
    };
    let source = Markdown {
        text: &input.text,
        file: input.id,
        offset: 0,
    };
    let document = markdown::convert(source, &dialect, files).take(&mut problems);
    (Some(document.html), problems)
}

#[derive(Deserialize)]
struct Case {
    id: Value,
    #[serde(default)]
    config: String,
    #[serde(default)]
    input: String,
}

#[derive(Serialize)]
struct Answer {
    id: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    html: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

/// Answers each line of standard input with one line, in any order.
fn batch(environment: &Environment) -> anyhow::Result<ExitStatus> {
    let failed: Mutex<Option<std::io::Error>> = Mutex::new(None);
    BufReader::new(std::io::stdin()).lines().par_bridge().for_each(|line| {
        let written = line.and_then(|line| {
            if line.trim().is_empty() {
                return Ok(());
            }
            let mut json = serde_json::to_string(&answer(&line, environment))?;
            json.push('\n');
            let mut out = std::io::stdout().lock();
            out.write_all(json.as_bytes())?;
            out.flush()
        });
        if let Err(error) = written {
            let mut failed = failed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            failed.get_or_insert(error);
        }
    });
    match failed.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
        Some(error) => Err(error.into()),
        None => Ok(ExitStatus::Clean),
    }
}

fn answer(line: &str, environment: &Environment) -> Answer {
    let case: Case = match serde_json::from_str(line) {
        Ok(case) => case,
        Err(error) => {
            return Answer {
                id: Value::Null,
                html: None,
                error: Some(format!("not a case: {error}")),
            };
        }
    };
    let files = Files::new();
    let config = files.add(Path::new("mkdocs.yml"), case.config);
    let input = files.add(Path::new("<input>"), case.input);
    // A bug that one case meets must not keep the other cases from their answer.
    let result = catch_unwind(AssertUnwindSafe(|| {
        convert(&files, &config, &input, environment, PathBuf::new())
    }));
    let (html, error) = match result {
        Ok((Some(html), _)) => (Some(html), None),
        Ok((None, problems)) => (None, Some(problems.into_iter().map(|p| p.message).collect())),
        Err(panic) => (None, Some(format!("panic: {}", panic_text(&*panic)))),
    };
    Answer {
        id: case.id,
        html,
        error,
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> &str {
    panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("without a message")
}
