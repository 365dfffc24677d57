//! Levels that a site sets for kinds of problems, everywhere or in some files.

use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};

use super::{Diagnostic, Severity, Sources, codes};

/// The levels of a site. Codes that protect content are only ever raised.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    rules: Vec<(String, Severity)>,
    paths: Vec<(Gitignore, Vec<(String, Severity)>)>,
    root: PathBuf,
}

impl Levels {
    /// No levels yet, for paths below `root`.
    #[must_use]
    pub fn new(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            ..Self::default()
        }
    }

    /// Sets the level of `code` everywhere.
    pub fn set(&mut self, code: &str, severity: Severity) {
        self.rules.push((code.to_owned(), severity));
    }

    /// Sets levels for the files that `pattern` fits, in gitignore syntax from the root; later ones
    /// win.
    ///
    /// # Errors
    /// When it is no pattern.
    pub fn set_below(&mut self, pattern: &str, rules: Vec<(String, Severity)>) -> Result<(), String> {
        let mut builder = GitignoreBuilder::new("");
        builder.add_line(None, pattern).map_err(|error| error.to_string())?;
        let pattern = builder.build().map_err(|error| error.to_string())?;
        self.paths.push((pattern, rules));
        Ok(())
    }

    /// Gives each problem the level that the site sets for it. Doing so twice changes nothing more.
    pub fn apply(&self, sources: &impl Sources, problems: &mut [Diagnostic]) {
        if self.rules.is_empty() && self.paths.is_empty() {
            return;
        }
        for problem in problems {
            if let Some(severity) = self.level(sources, problem) {
                let protects = codes::code(problem.code).is_some_and(|code| code.protects);
                if !protects || severity > problem.severity {
                    problem.severity = severity;
                }
            }
        }
    }

    fn level(&self, sources: &impl Sources, problem: &Diagnostic) -> Option<Severity> {
        let of = |rules: &[(String, Severity)]| {
            let found = rules.iter().rev().find(|(code, _)| code == problem.code);
            found.map(|(_, severity)| *severity)
        };
        let path = problem.span.and_then(|span| sources.path(span.file));
        let path = path.as_deref().and_then(|path| path.strip_prefix(&self.root).ok());
        let below = path.and_then(|path| {
            let fits = |pattern: &Gitignore| pattern.matched_path_or_any_parents(path, false).is_ignore();
            let mut rules = self.paths.iter().rev();
            rules.find_map(|(pattern, rules)| of(rules).filter(|_| fits(pattern)))
        });
        below.or_else(|| of(&self.rules))
    }
}
