//! Whose lines the files of a folder have: `git blame`, a file each, side by side.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use jiff::tz::Offset;
use rayon::prelude::*;

use crate::plugins::git::{Repository, git};

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

impl Blame {
    /// Asks for each of `files`; `ignored` is a file of commits that do not count.
    pub(super) fn read(root: &Path, files: &[PathBuf], ignored: &str) -> Self {
        let one = |path: &PathBuf| {
            let path = path.to_string_lossy();
            let mut arguments = vec!["blame", "--porcelain", "-w"];
            if !ignored.is_empty() {
                arguments.extend(["--ignore-revs-file", ignored]);
            }
            arguments.extend(["--", &*path]);
            let said = git(root, &arguments).ok().filter(|text| !text.is_empty())?;
            Some(parse(&said))
        };
        let found: Vec<_> = files.par_iter().map(one).collect();
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
