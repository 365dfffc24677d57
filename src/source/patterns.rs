//! Patterns in gitignore syntax, as `exclude_docs` and its fellows have them.

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::report::{Diagnostic, Severity};

/// A list of patterns; the last one that fits decides.
#[derive(Clone, Debug)]
pub struct PatternSet {
    patterns: Gitignore,
}

impl PatternSet {
    /// Reads one pattern a line; a line that is no pattern is a problem.
    pub fn new<'t>(lines: impl IntoIterator<Item = &'t str>, problems: &mut Vec<Diagnostic>) -> Self {
        let mut builder = GitignoreBuilder::new("");
        for line in lines {
            if let Err(error) = builder.add_line(None, line) {
                let message = format!("`{line}` is not a pattern: {error}");
                problems.push(Diagnostic::new("pattern-invalid", Severity::Error, message));
            }
        }
        Self {
            patterns: builder.build().unwrap_or_else(|_| Gitignore::empty()),
        }
    }

    /// Whether a file is meant: by a pattern for itself, or else for a folder it is in.
    #[must_use]
    pub fn matches(&self, uri: &str) -> bool {
        if self.patterns.is_empty() {
            return false;
        }
        self.patterns.matched_path_or_any_parents(uri, false).is_ignore()
    }
}

#[cfg(test)]
mod tests {
    use super::PatternSet;

    #[test]
    fn folders_and_exceptions() {
        let set = PatternSet::new(
            [".*", "/templates/", "drafts/", "!drafts/keep.md", "*.tmp"],
            &mut Vec::new(),
        );
        for yes in [
            ".git/config",
            "a/.x.md",
            "templates/a.html",
            "drafts/x.md",
            "b/drafts/y.md",
            "a.tmp",
        ] {
            assert!(set.matches(yes), "{yes}");
        }
        for no in ["a/templates/a.html", "drafts/keep.md", "index.md"] {
            assert!(!set.matches(no), "{no}");
        }
    }
}
