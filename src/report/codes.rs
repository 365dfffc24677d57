//! The table of all kinds of problems: code, level, whether it protects content, and the manual's
//! text. The text is `codes.md`, so that it can be read as a page.

use std::sync::LazyLock;

use super::Severity;

/// A kind of problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Code {
    /// Its stable name.
    pub name: &'static str,
    /// How grave it is unless the site says otherwise.
    pub severity: Severity,
    /// Whether ignoring it could publish what is meant to be hidden: its level is never lowered.
    pub protects: bool,
    /// Cause, example, and what to do, as Markdown.
    pub text: &'static str,
}

/// The manual page of all codes.
const MANUAL: &str = include_str!("codes.md");

static CODES: LazyLock<Vec<Code>> = LazyLock::new(|| {
    let mut codes: Vec<Code> = MANUAL.split("\n## ").skip(1).filter_map(read).collect();
    codes.sort_by_key(|code| code.name);
    codes
});

/// All codes, sorted by name.
#[must_use]
pub fn codes() -> &'static [Code] {
    &CODES
}

/// The code called `name`.
#[must_use]
pub fn code(name: &str) -> Option<&'static Code> {
    let at = CODES.binary_search_by(|code| code.name.cmp(name)).ok()?;
    CODES.get(at)
}

/// One section: `name · level` and, after a comma, `protects`.
fn read(section: &'static str) -> Option<Code> {
    let (head, text) = section.split_once('\n')?;
    let (name, rest) = head.split_once(" · ")?;
    let (level, protects) = match rest.split_once(", ") {
        Some((level, flag)) => (level, flag == "protects"),
        None => (rest, false),
    };
    Some(Code {
        name,
        severity: level_named(level)?,
        protects,
        text: text.trim(),
    })
}

/// The severity that a level of the configuration means; `ignore` is shown with `-v` only.
#[must_use]
pub fn level_named(name: &str) -> Option<Severity> {
    match name {
        "error" => Some(Severity::Error),
        "warning" | "warn" => Some(Severity::Warning),
        "info" => Some(Severity::Info),
        "ignore" => Some(Severity::Debug),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{MANUAL, codes};

    #[test]
    fn every_section_is_a_code_with_a_text() {
        assert_eq!(codes().len(), MANUAL.matches("\n## ").count());
        for pair in codes().windows(2) {
            assert!(pair[0].name < pair[1].name, "{} is there twice", pair[0].name);
        }
        for code in codes() {
            assert!(code.text.len() > 60, "{} is not explained", code.name);
        }
    }
}
