//! Whose lines the files of a folder have: `git blame`, a file each, side by side.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use jiff::tz::Offset;
use rayon::prelude::*;

use crate::cache::Key;
use crate::files::Files;
use crate::plugins::git::{Repository, git};

/// The hash of what is in no commit, whatever hashes are long.
const UNCOMMITTED: &str = "0000000000000000000000000000000000000000 ";

/// A commit as `git blame` tells of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Commit {
    pub(super) name: String,
    /// In lower case, without brackets.
    pub(super) mail: String,
    pub(super) time: i64,
    pub(super) offset: i32,
}

/// The lines of a file: the hash of the commit of each, and whether it is empty.
pub(super) type Lines = Vec<(String, bool)>;

/// What is known of all files.
#[derive(Debug, Default)]
pub(super) struct Blame {
    pub(super) commits: HashMap<String, Commit>,
    /// The lines of each file, in the order of the files; `None` if git knows nothing of it.
    pub(super) files: Vec<Option<Lines>>,
}

/// What `git blame` is to say it of.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) repository: Repository<'a>,
    pub(super) files: &'a Files,
    /// The folder that `ignored` is relative to.
    pub(super) root: &'a Path,
    /// A file of commits that do not count.
    pub(super) ignored: &'a str,
}

impl Blame {
    /// Asks for each of `paths`, unless it is known what git said of the same text at the same commit.
    pub(super) fn read(asked: Asked<'_>, paths: &[PathBuf]) -> Self {
        let known = asked.repository.state().map(|state| asked.decisive(&state));
        let found: Vec<_> = paths
            .par_iter()
            .map(|path| {
                let said = asked.of(path, known.as_deref())?;
                Some(parse(&said))
            })
            .collect();
        let mut blame = Self::default();
        for file in found {
            blame.files.push(file.map(|(commits, lines)| {
                blame.commits.extend(commits);
                lines
            }));
        }
        blame
    }
}

impl Asked<'_> {
    /// What decides, besides the text, what git says: the last commit, its settings, who is who.
    fn decisive(&self, state: &str) -> Vec<u8> {
        let mut all = state.as_bytes().to_vec();
        all.extend(git(self.root, &["config", "--list"]).unwrap_or_default().into_bytes());
        let people = self.root.ancestors().map(|folder| folder.join(".mailmap"));
        for path in people.chain([self.root.join(self.ignored)]) {
            all.push(0);
            all.extend(self.files.bytes(&path).unwrap_or_default());
        }
        all
    }

    fn of(&self, path: &Path, known: Option<&[u8]>) -> Option<String> {
        let cache = self.repository.cache;
        let name = path.to_string_lossy();
        let key = known.and_then(|known| {
            let text = self.files.bytes(path)?;
            Some(Key::of(&[
                b"git blame",
                known,
                self.ignored.as_bytes(),
                name.as_bytes(),
                &text,
            ]))
        });
        if let Some(kept) = key.and_then(|key| cache.get(key)) {
            return String::from_utf8(kept).ok();
        }
        let mut arguments = vec!["blame", "--porcelain", "-w"];
        if !self.ignored.is_empty() {
            arguments.extend(["--ignore-revs-file", self.ignored]);
        }
        arguments.extend(["--", &*name]);
        let said = git(self.root, &arguments).ok().filter(|text| !text.is_empty())?;
        // Lines that are not committed are as old as the question.
        if let Some(key) = key.filter(|_| !said.contains(UNCOMMITTED)) {
            cache.put(key, Some(path), said.as_bytes());
        }
        Some(said)
    }
}

fn parse(text: &str) -> (HashMap<String, Commit>, Lines) {
    let mut commits: HashMap<String, Commit> = HashMap::new();
    let mut lines = Lines::new();
    let mut hash = String::new();
    for line in text.lines() {
        if let Some(written) = line.strip_prefix('\t') {
            lines.push((hash.clone(), written.is_empty()));
            continue;
        }
        let (key, value) = line.split_once(' ').unwrap_or((line, ""));
        if key.len() >= 40 && key.bytes().all(|b| b.is_ascii_hexdigit()) {
            key.clone_into(&mut hash);
            continue;
        }
        let commit = commits.entry(hash.clone()).or_default();
        match key {
            "author" => value.clone_into(&mut commit.name),
            "author-mail" => commit.mail = value.replace(['<', '>'], "").to_lowercase(),
            "author-time" => commit.time = value.parse().unwrap_or(0),
            "author-tz" => {
                commit.offset = value
                    .parse::<i32>()
                    .map_or(0, |zone| zone / 100 * 3600 + zone % 100 * 60);
            }
            _ => {}
        }
    }
    (commits, lines)
}

impl Commit {
    /// The time at its author's place as Python's `%c %z`.
    pub(super) fn worded(&self) -> String {
        let stamp = jiff::Timestamp::from_second(self.time).unwrap_or_default();
        let offset = Offset::from_seconds(self.offset).unwrap_or(Offset::UTC);
        let zoned = stamp.to_zoned(jiff::tz::TimeZone::fixed(offset));
        zoned.strftime("%a %b %e %H:%M:%S %Y %z").to_string()
    }
}

/// The names and addresses of `Co-authored-by:` in the messages of commits, by hash.
pub(super) fn co_authors(repository: Repository<'_>) -> HashMap<String, Vec<(String, String)>> {
    let mut found: HashMap<String, Vec<(String, String)>> = HashMap::new();
    let log = repository
        .ask_once(&["log", "--no-show-signature", "--format=%x01%H%n%B"])
        .unwrap_or_default();
    let mut hash = "";
    for line in log.lines() {
        if let Some(own) = line.strip_prefix('\u{1}') {
            hash = own;
            continue;
        }
        let Some(person) = line.split_once("Co-authored-by: ").map(|(_, person)| person) else {
            continue;
        };
        let parts = person.rsplit_once('>').and_then(|(person, _)| person.rsplit_once(" <"));
        if let Some((name, mail)) = parts.filter(|(name, mail)| !name.is_empty() && !mail.is_empty()) {
            found
                .entry(hash.to_owned())
                .or_default()
                .push((name.to_owned(), mail.to_owned()));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Commit, parse};

    #[test]
    fn porcelain() {
        let hash = "82a3e5021b7131e31fc5b110194a77ebee907955";
        let text = format!(
            "{hash} 1 1 2\nauthor Ana Paz\nauthor-mail <Ana@X.org>\nauthor-time 1580742131\nauthor-tz +0530\nsummary add\n\
             filename a.md\n\t# A\n{hash} 2 2\n\t\n"
        );
        let (commits, lines) = parse(&text);
        assert_eq!(lines, [(hash.to_owned(), false), (hash.to_owned(), true)]);
        let commit = Commit {
            name: "Ana Paz".to_owned(),
            mail: "ana@x.org".to_owned(),
            time: 1_580_742_131,
            offset: 19_800,
        };
        assert_eq!(commits[hash], commit);
        assert_eq!(commit.worded(), "Mon Feb  3 20:32:11 2020 +0530");
    }
}
