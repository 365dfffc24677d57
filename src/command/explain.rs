//! `chaski explain`: what a kind of problem means and what to do about it.

use std::io::Write as _;

use anyhow::bail;

use super::ExitStatus;
use crate::report::{self, Severity, nearest};

/// Runs the command.
pub(super) fn run(code: Option<&str>) -> anyhow::Result<ExitStatus> {
    let mut text = String::new();
    match code {
        None => {
            for code in report::codes() {
                let first = code.text.split(". ").next().unwrap_or_default().trim_end_matches('.');
                text.push_str(&format!("{:<26} {:<8} {first}\n", code.name, level(code.severity)));
            }
        }
        Some(name) => {
            let Some(code) = report::code(name) else {
                let near = nearest(name, report::codes().iter().map(|code| code.name));
                let near = near.map_or_else(
                    || "`chaski explain` lists all".to_owned(),
                    |near| format!("did you mean `{near}`?"),
                );
                bail!("there is no problem `{name}`; {near}");
            };
            let protects = if code.protects {
                "\nIt protects content: its level cannot be lowered."
            } else {
                ""
            };
            text = format!("{} ({})\n\n{}\n{protects}", code.name, level(code.severity), code.text);
            text.truncate(text.trim_end().len());
            text.push('\n');
        }
    }
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(ExitStatus::Clean)
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Debug => "ignore",
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}
