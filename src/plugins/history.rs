//! When files were last changed and first added, out of one pass over a repository's history.
//!
//! Asks for a log, once for all files; does not know pages.

use std::collections::{HashMap, HashSet};

use super::git::{Copies, Repository};

/// A commit: its hash, its author's time in seconds since 1970, and how many seconds the author's
/// clock was ahead of UTC.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Commit {
    pub(crate) hash: String,
    pub(crate) time: i64,
    pub(crate) offset: i32,
}

impl Commit {
    /// Out of `hash time zone`, the zone as `+0100`.
    fn read(head: &str) -> Option<Self> {
        let mut parts = head.split(' ');
        let (hash, time) = (parts.next()?.to_owned(), parts.next()?.parse().ok()?);
        let zone: i32 = parts.next().and_then(|zone| zone.parse().ok()).unwrap_or(0);
        let offset = zone / 100 * 3600 + zone % 100 * 60;
        Some(Self { hash, time, offset })
    }
}

/// How a history is read.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reading<'r> {
    /// Files keep their history when they are renamed.
    pub(crate) follow: bool,
    /// Files made as copies have the history of what they were copied from, as `git log --follow`
    /// tells it. It takes far longer, and only changes when a file was added.
    pub(crate) copies: bool,
    /// Starts of hashes of commits that do not count as changes.
    pub(crate) ignored: &'r [String],
}

/// The history of the files below a folder.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    /// Path of the folder in the repository, with a trailing `/` unless it is the root.
    prefix: String,
    /// Whether older commits are missing.
    pub(crate) is_shallow: bool,
    /// The last commit that counts and changed anything below the folder.
    pub(crate) last: Option<Commit>,
    changed: HashMap<String, Commit>,
    added: HashMap<String, Commit>,
}

impl History {
    /// Reads the history of what is below the folder of `repository`.
    ///
    /// # Errors
    /// When there is no `git`, no repository or no commit: what git said.
    pub(crate) fn read(repository: Repository<'_>, reading: Reading<'_>) -> Result<Self, String> {
        let facts = repository.ask(&["rev-parse", "--show-prefix", "--is-shallow-repository"])?;
        let mut lines = facts.lines();
        let mut history = Self {
            prefix: lines.next().unwrap_or_default().to_owned(),
            is_shallow: lines.next() == Some("true"),
            ..Self::default()
        };
        let renames = if reading.follow {
            "--find-renames"
        } else {
            "--no-renames"
        };
        let log = repository.ask_once(&[
            "-c",
            "core.quotePath=false",
            "log",
            "--no-show-signature",
            "--name-status",
            renames,
            "--date=format:%z",
            "--format=%x01%H %at %ad",
        ])?;
        let copies = if reading.follow && reading.copies {
            repository.copies(&history.adding(&log))
        } else {
            Copies::new()
        };
        history.take(&log, &copies, reading.ignored);
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

    /// The commits that added files below the folder.
    fn adding<'l>(&self, log: &'l str) -> Vec<&'l str> {
        let mut commits: Vec<&str> = Vec::new();
        for (head, status, names) in entries(log) {
            let hash = head.split(' ').next().unwrap_or_default();
            if status == "A" && names.starts_with(&self.prefix) && commits.last() != Some(&hash) {
                commits.push(hash);
            }
        }
        commits
    }

    /// Reads a log, newest commit first.
    fn take(&mut self, log: &str, copies: &Copies, ignored: &[String]) {
        // Names of old by the names of today; a name that is not in it is that of today.
        let mut today: HashMap<String, Vec<String>> = HashMap::new();
        let names_of = |today: &HashMap<String, Vec<String>>, name: &str| match today.get(name) {
            Some(names) => names.clone(),
            None => vec![name.to_owned()],
        };
        let mut seen: HashSet<String> = HashSet::new();
        for (head, status, names) in entries(log) {
            let Some(commit) = Commit::read(head) else { continue };
            let is_ignored = ignored.iter().any(|prefix| head.starts_with(prefix.as_str()));
            let renamed = names.split_once('\t').filter(|_| status.starts_with('R'));
            if let Some((old, new)) = renamed {
                let moved = names_of(&today, new);
                today.insert(new.to_owned(), Vec::new());
                let stays = seen.contains(old);
                let all = today
                    .entry(old.to_owned())
                    .or_insert_with(|| if stays { vec![old.to_owned()] } else { Vec::new() });
                all.extend(moved);
                continue;
            }
            if !is_ignored && self.last.is_none() && names.starts_with(&self.prefix) {
                self.last = Some(commit.clone());
            }
            let copied = (status == "A")
                .then(|| copies.get(&(commit.hash.clone(), names.to_owned())))
                .flatten();
            for name in names_of(&today, names) {
                if !is_ignored && !self.changed.contains_key(&name) {
                    self.changed.insert(name.clone(), commit.clone());
                }
                if status == "A" && copied.is_none() {
                    self.added.insert(name, commit.clone());
                }
            }
            if let Some(from) = copied {
                let copies = names_of(&today, names);
                today.insert(names.to_owned(), Vec::new());
                let mut all = names_of(&today, from);
                all.extend(copies);
                today.insert(from.clone(), all);
            }
            seen.insert(names.to_owned());
        }
    }
}

/// The lines of a log with the line of their commit: hash and time, status, path or paths.
fn entries(log: &str) -> impl Iterator<Item = (&str, &str, &str)> {
    let mut head = "";
    log.lines().filter_map(move |line| {
        if let Some(own) = line.strip_prefix('\u{1}') {
            head = own;
            return None;
        }
        let (status, names) = line.split_once('\t')?;
        Some((head, status, names))
    })
}

#[cfg(test)]
mod tests {
    use super::{Copies, History};

    const LOG: &str = "\u{1}c4 40\n\nM\tother.md\n\u{1}c3 30\n\nR100\told.md\tnew.md\n\u{1}c2 20\n\nM\told.md\n\u{1}c1 10\n\nA\told.md\nA\tother.md\n";

    #[test]
    fn renames_keep_the_history() {
        let mut history = History::default();
        history.take(LOG, &Copies::new(), &["c4".to_owned()]);
        assert_eq!(history.changed("new.md").map(|commit| commit.time), Some(20));
        assert_eq!(history.added("new.md").map(|commit| commit.hash.as_str()), Some("c1"));
        assert_eq!(
            history.changed("other.md").map(|commit| commit.time),
            Some(10),
            "c4 is ignored"
        );
        assert_eq!(history.changed("old.md"), None);
        assert_eq!(history.last.map(|commit| commit.time), Some(20));
    }

    /// As `git log --follow` tells of a file that was copied, and of one that came back.
    #[test]
    fn copies_have_the_history_of_their_source() {
        let log = "\u{1}c4 40\n\nM\tb.md\n\u{1}c3 30\n\nA\tb.md\n\u{1}c2 20\n\nM\ta.md\n\u{1}c1 10\n\nA\ta.md\n";
        let mut history = History::default();
        let copies = Copies::from([(("c3".to_owned(), "b.md".to_owned()), "a.md".to_owned())]);
        history.take(log, &copies, &["c4".to_owned()]);
        let time = |found: Option<&super::Commit>| found.map(|commit| commit.time);
        assert_eq!(time(history.added("b.md")), Some(10));
        assert_eq!(time(history.changed("b.md")), Some(30));
        assert_eq!(time(history.changed("a.md")), Some(20));

        let mut history = History::default();
        let back = "\u{1}c3 30\n\nA\told.md\n\u{1}c2 20\n\nR090\told.md\tnew.md\n\u{1}c1 10\n\nA\told.md\n";
        history.take(back, &Copies::new(), &[]);
        assert_eq!(time(history.changed("old.md")), Some(30));
        assert_eq!(time(history.added("new.md")), Some(10));
    }
}
