//! Problems for programs: JSON lines, SARIF, and what GitHub and GitLab show beside the code.

use serde_json::{Value, json};

use super::{Diagnostic, Severity, codes};

/// Where a problem stands, as programs want it; lines and columns from 1.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Region {
    pub(super) file: String,
    pub(super) start: (usize, usize),
    pub(super) end: (usize, usize),
}

/// One result of a SARIF run.
pub(super) fn sarif(problem: &Diagnostic, region: &Region) -> Value {
    let level = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
        Severity::Debug => "none",
    };
    json!({
        "ruleId": problem.code,
        "level": level,
        "message": {"text": with_help(problem)},
        "locations": [{"physicalLocation": {
            "artifactLocation": {"uri": uri(&region.file)},
            "region": {
                "startLine": region.start.0, "startColumn": region.start.1,
                "endLine": region.end.0, "endColumn": region.end.1,
            },
        }}],
    })
}

/// The SARIF file of all results (SARIF 2.1.0).
pub(super) fn sarif_log(results: &[Value]) -> Value {
    let mut names: Vec<&str> = results.iter().filter_map(|result| result["ruleId"].as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let rules: Vec<Value> = names
        .iter()
        .map(|name| {
            let text = codes::code(name).map_or("", |code| code.text);
            json!({"id": name, "help": {"text": text, "markdown": text}, "shortDescription": {"text": name}})
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "chaski",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    })
}

/// One entry of GitLab's code quality report. `seen` is how often the same was said before in this
/// file: fingerprints must differ, and stay the same when lines above are added.
pub(super) fn gitlab(problem: &Diagnostic, region: &Region, seen: usize) -> Value {
    let severity = match problem.severity {
        Severity::Error => "critical",
        Severity::Warning => "major",
        Severity::Info => "minor",
        Severity::Debug => "info",
    };
    let file = &region.file;
    let key = format!("{}\n{file}\n{}\n{seen}", problem.code, problem.message);
    json!({
        "description": with_help(problem),
        "check_name": problem.code,
        "fingerprint": fingerprint(&key),
        "severity": severity,
        "location": {"path": file, "lines": {"begin": region.start.0}},
    })
}

/// A workflow command of GitHub, one line.
pub(super) fn github(problem: &Diagnostic, region: Option<&Region>) -> String {
    let level = match problem.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Debug => "notice",
    };
    let mut place = String::new();
    if let Some(region) = region {
        place = format!(
            "file={},line={},col={}",
            property(&region.file),
            region.start.0,
            region.start.1
        );
        // A range over lines may not have columns.
        if region.end.0 == region.start.0 {
            place.push_str(&format!(",endColumn={}", region.end.1));
        } else {
            place = format!(
                "file={},line={},endLine={}",
                property(&region.file),
                region.start.0,
                region.end.0
            );
        }
        place.push(',');
    }
    let text = with_help(problem)
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A");
    format!("::{level} {place}title={}::{text}\n", property(problem.code))
}

fn with_help(problem: &Diagnostic) -> String {
    let help = problem.help.iter().map(|help| format!("\nhelp: {help}"));
    std::iter::once(problem.message.clone()).chain(help).collect()
}

fn property(text: &str) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    text.replace(':', "%3A").replace(',', "%2C")
}

/// A path as a relative address.
fn uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => uri.push(char::from(byte)),
            byte => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

/// A name for a text that is the same on every machine.
fn fingerprint(text: &str) -> String {
    format!("{:016x}", rapidhash::v3::rapidhash_v3(text.as_bytes()))
}
