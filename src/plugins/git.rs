//! Runs `git`, and keeps in the cache what it says of commits, which never change.
//!
//! Knows no format but that of copies; does not know pages.

use std::collections::{BTreeMap, HashMap};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use rayon::prelude::*;

use super::Stage;
use crate::cache::{Cache, Key};

/// As many commits as one `git diff-tree` looks at: their hashes do not fill a pipe.
const TOGETHER: usize = 16;

/// The repository around a folder.
#[derive(Clone, Copy, Debug)]
pub(super) struct Repository<'r> {
    pub(super) folder: &'r Path,
    pub(super) cache: &'r Cache,
}

/// Sources of copies by the commit and the path of the copy.
pub(super) type Copies = HashMap<(String, String), String>;

impl<'r> Repository<'r> {
    /// That of the docs folder.
    pub(super) fn of_docs(stage: &Stage<'r>) -> Self {
        Self {
            folder: &stage.settings.docs_dir,
            cache: stage.cache,
        }
    }

    /// What `git` prints in the folder.
    ///
    /// # Errors
    /// What it says when it fails.
    pub(super) fn ask(self, arguments: &[&str]) -> Result<String, String> {
        git(self.folder, arguments)
    }

    /// What `git` prints of the history up to the last commit, which is asked for once and kept.
    ///
    /// `arguments` must not name what is not committed. A shallow clone is asked each time: it may
    /// get more commits while the last one stays.
    ///
    /// # Errors
    /// As [`Repository::ask`].
    pub(super) fn ask_once(self, arguments: &[&str]) -> Result<String, String> {
        let Some(state) = self.state() else {
            return self.ask(arguments);
        };
        let folder = self.folder.as_os_str().as_encoded_bytes();
        let words = arguments.join("\0");
        let key = Key::of(&[b"git", folder, state.as_bytes(), words.as_bytes()]);
        if let Some(kept) = self.cache.get(key).and_then(|said| String::from_utf8(said).ok()) {
            return Ok(kept);
        }
        let said = self.ask(arguments)?;
        self.cache.put(key, None, said.as_bytes());
        Ok(said)
    }

    /// The last commit, as long as what is said of the history up to it can be kept.
    pub(super) fn state(self) -> Option<String> {
        let state = self.ask(&["rev-parse", "--is-shallow-repository", "HEAD"]);
        let is_whole = |state: &String| self.cache.keeps() && state.starts_with("false\n");
        state.ok().filter(is_whole)
    }

    /// Which of the files that `commits` added are copies of others. What is not known yet is
    /// looked at side by side: each commit compares what it added with all files of the repository.
    pub(super) fn copies(self, commits: &[&str]) -> Copies {
        let mut all = Copies::new();
        let mut unknown = Vec::new();
        for commit in commits {
            let kept = self
                .cache
                .get(copies_key(commit))
                .and_then(|kept| String::from_utf8(kept).ok());
            match kept {
                Some(kept) => take_copies(commit, &kept, &mut all),
                None => unknown.push(*commit),
            }
        }
        let one = |commits: &[&str]| self.look_for_copies(commits).unwrap_or_default();
        let found = unknown
            .par_chunks(TOGETHER)
            .map(one)
            .reduce(Copies::new, |mut all, more| {
                all.extend(more);
                all
            });
        all.extend(found);
        all
    }

    /// The copies of a few commits; `None` when git fails.
    fn look_for_copies(self, commits: &[&str]) -> Option<Copies> {
        let mut child = Command::new("git")
            .arg("-C")
            .arg(self.folder)
            .args(["-c", "core.quotePath=false", "diff-tree", "--stdin", "-r", "--root"])
            .args(["--name-status", "--find-copies-harder", "--diff-filter=C"])
            .env("GIT_OPTIONAL_LOCKS", "0")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        child
            .stdin
            .take()?
            .write_all((commits.join("\n") + "\n").as_bytes())
            .ok()?;
        let output = child.wait_with_output().ok().filter(|output| output.status.success())?;
        let text = String::from_utf8_lossy(&output.stdout);
        let mut found: BTreeMap<&str, String> = commits.iter().map(|commit| (*commit, String::new())).collect();
        let mut commit = "";
        for line in text.lines() {
            match line.split_once('\t') {
                None => commit = line,
                Some((_, names)) => found.get_mut(commit)?.extend([names, "\n"]),
            }
        }
        let mut copies = Copies::new();
        for (commit, lines) in found {
            self.cache.put(copies_key(commit), None, lines.as_bytes());
            take_copies(commit, &lines, &mut copies);
        }
        Some(copies)
    }
}

/// What a commit copied depends on nothing but the commit.
fn copies_key(commit: &str) -> Key {
    Key::of(&[b"git copies", commit.as_bytes()])
}

/// Reads lines of a source and its copy.
fn take_copies(commit: &str, lines: &str, copies: &mut Copies) {
    for (from, to) in lines.lines().filter_map(|line| line.split_once('\t')) {
        copies.insert((commit.to_owned(), to.to_owned()), from.to_owned());
    }
}

/// What `git` prints when it is run in `folder`.
///
/// # Errors
/// What it says when it fails.
pub(super) fn git(folder: &Path, arguments: &[&str]) -> Result<String, String> {
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
