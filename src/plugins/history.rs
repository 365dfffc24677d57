//! When files were last changed and first added, out of one pass over a repository's history.
//!
//! Runs `git`, once for all files; does not know pages.

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

/// A commit: its hash and its author's time in seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Commit {
    pub(crate) hash: String,
    pub(crate) time: i64,
}

/// The history of the files below a folder.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    /// Path of the folder in the repository, with a trailing `/` unless it is the root.
    prefix: String,
    /// Whether older commits are missing.
    pub(crate) is_shallow: bool,
    changed: HashMap<String, Commit>,
    added: HashMap<String, Commit>,
}

impl History {
    /// Reads the history of what is below `folder`. Commits whose hash starts with one of `ignored`
    /// do not count as changes; with `follow`, files keep their history when they are renamed.
    ///
    /// # Errors
    /// When there is no `git`, no repository or no commit: what git said.
    pub(crate) fn read(folder: &Path, follow: bool, ignored: &[String]) -> Result<Self, String> {
        let facts = git(folder, &["rev-parse", "--show-prefix", "--is-shallow-repository"])?;
        let mut lines = facts.lines();
        let mut history = Self {
            prefix: lines.next().unwrap_or_default().to_owned(),
            is_shallow: lines.next() == Some("true"),
            ..Self::default()
        };
        let renames = if follow { "--find-renames" } else { "--no-renames" };
        let format = "--format=%x01%H %at";
        let log = git(
            folder,
            &[
                "-c",
                "core.quotePath=false",
                "log",
                "--no-show-signature",
                "--name-status",
                renames,
                format,
            ],
        )?;
        history.take(&log, ignored);
        Ok(history)
    }

    /// The last change of the file at `uri` below the folder.
    pub(crate) fn changed(&self, uri: &str) -> Option<&Commit> {
        self.changed.get(&format!("{}{uri}", self.prefix))
    }

    /// The commit that added it first.
    pub(crate) fn added(&self, uri: &str) -> Option<&Commit> {
        self.added.get(&format!("{}{uri}", self.prefix))
    }

    /// Reads a log, newest commit first.
    fn take(&mut self, log: &str, ignored: &[String]) {
        let mut commit = None;
        let mut is_ignored = false;
        // Names of old by the names of today; a name that is not in it is that of today.
        let mut today: HashMap<String, String> = HashMap::new();
        for line in log.lines() {
            if let Some(head) = line.strip_prefix('\u{1}') {
                commit = head.split_once(' ').and_then(|(hash, time)| {
                    let (hash, time) = (hash.to_owned(), time.parse().ok()?);
                    Some(Commit { hash, time })
                });
                is_ignored = ignored.iter().any(|prefix| head.starts_with(prefix.as_str()));
                continue;
            }
            let (Some(commit), Some((status, names))) = (&commit, line.split_once('\t')) else {
                continue;
            };
            if let (true, Some((old, new))) = (status.starts_with('R'), names.split_once('\t')) {
                let name = today.remove(new).unwrap_or_else(|| new.to_owned());
                today.insert(old.to_owned(), name);
                continue;
            }
            let name = today.get(names).map_or(names, String::as_str);
            if !is_ignored && !self.changed.contains_key(name) {
                self.changed.insert(name.to_owned(), commit.clone());
            }
            if status == "A" {
                self.added.insert(name.to_owned(), commit.clone());
            }
        }
    }
}

pub(crate) fn git(folder: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .env("GIT_OPTIONAL_LOCKS", "0")
        .output()
        .map_err(|error| format!("`git` cannot be run: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        let said = String::from_utf8_lossy(&output.stderr);
        Err(said.lines().next().unwrap_or("git failed").to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::History;

    #[test]
    fn renames_keep_the_history() {
        let mut history = History::default();
        let log = "\u{1}c4 40\n\nM\tother.md\n\u{1}c3 30\n\nR100\told.md\tnew.md\n\u{1}c2 20\n\nM\told.md\n\u{1}c1 10\n\nA\told.md\nA\tother.md\n";
        history.take(log, &["c4".to_owned()]);
        assert_eq!(history.changed("new.md").map(|commit| commit.time), Some(20));
        assert_eq!(history.added("new.md").map(|commit| commit.hash.as_str()), Some("c1"));
        assert_eq!(
            history.changed("other.md").map(|commit| commit.time),
            Some(10),
            "c4 is ignored"
        );
        assert_eq!(history.changed("old.md"), None);
    }
}
