//! Whose lines the files of a folder have: `git blame`, a file each, side by side. What it says of
//! a file is kept until the file, a commit that touched it or what git was told changes.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use jiff::tz::Offset;
use rayon::prelude::*;

use crate::cache::Key;
use crate::files::Files;
use crate::plugins::git::Repository;

/// The start of the hash of lines that are in no commit yet.
const UNCOMMITTED: &str = "0000000000000000000000000000000000000000";

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
    /// Asked in the folder of the configuration.
    pub(super) repository: Repository<'a>,
    pub(super) files: &'a Files,
    /// A file of commits that do not count.
    pub(super) ignored: &'a str,
}

impl Blame {
    /// Asks for each of `paths`, unless it is known what git said of it.
    pub(super) fn read(asked: Asked<'_>, paths: &[PathBuf]) -> Self {
        let state = State::read(asked);
        let one = |path: &PathBuf| Some(parse(&asked.of(path, state.as_ref())?));
        let found: Vec<_> = paths.par_iter().map(one).collect();
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
    /// What git says of a file, [`shortened`].
    fn of(self, path: &Path, state: Option<&State>) -> Option<String> {
        let cache = self.repository.cache;
        let key = state.and_then(|state| state.key(path, self.files));
        let kept = key.and_then(|key| cache.get(key));
        if let Some(kept) = kept.and_then(|kept| String::from_utf8(kept).ok()) {
            return Some(kept);
        }
        let name = path.to_string_lossy();
        let mut arguments = vec!["blame", "--porcelain", "-w"];
        if !self.ignored.is_empty() {
            arguments.extend(["--ignore-revs-file", self.ignored]);
        }
        arguments.extend(["--", &*name]);
        let said = self.repository.ask(&arguments).ok().filter(|text| !text.is_empty())?;
        let short = shortened(&said);
        // Lines that are not committed are as old as the question.
        if let Some(key) = key.filter(|_| !short.contains(UNCOMMITTED)) {
            cache.put(key, Some(path), short.as_bytes());
        }
        Some(short)
    }
}

/// What the answers for all files depend on.
#[derive(Debug)]
struct State {
    /// The folder of the repository, without links.
    top: PathBuf,
    /// By path in the repository, the newest commit in the line of first parents that changed the
    /// file. Before it, git passes all lines on: its answer is the same from there.
    changed: HashMap<String, String>,
    /// Settings of git, and the files that it reads for all others.
    told: Vec<u8>,
}

impl State {
    /// `None` where answers may change though nothing that is looked at does, or nothing is kept.
    fn read(asked: Asked<'_>) -> Option<Self> {
        let repository = asked.repository;
        if !repository.cache.keeps() {
            return None;
        }
        let facts = repository
            .ask(&[
                "rev-parse",
                "--is-shallow-repository",
                "--show-toplevel",
                "--git-path",
                "MERGE_HEAD",
            ])
            .ok()?;
        let mut facts = facts.lines();
        let is_whole = facts.next() == Some("false");
        let top = fs::canonicalize(facts.next()?).ok()?;
        let is_merging = repository.folder.join(facts.next()?).exists();
        let settings = repository.ask(&["config", "--list"]).ok()?;
        let is_elsewhere = |line: &str| {
            ["mailmap.", "blame.ignorerevsfile"]
                .iter()
                .any(|start| line.starts_with(start))
                || line.contains(".textconv=")
        };
        if !is_whole || is_merging || settings.lines().any(is_elsewhere) {
            return None;
        }
        let mut told = Vec::new();
        let is_heeded = |line: &&str| ["blame.", "core.", "diff."].iter().any(|start| line.starts_with(start));
        for line in settings.lines().filter(is_heeded) {
            told.extend_from_slice(line.as_bytes());
            told.push(b'\n');
        }
        let mut read = vec![top.join(".mailmap"), top.join(".gitattributes")];
        if !asked.ignored.is_empty() {
            read.push(repository.folder.join(asked.ignored));
        }
        for file in read {
            let text = asked.files.bytes(&file).unwrap_or_default();
            told.extend_from_slice(&Key::of(&[&text]).number().to_le_bytes());
        }
        let changed = changed(repository)?;
        Some(Self { top, changed, told })
    }

    /// The key of the answer for a file; `None` if it is in no commit or behind a link.
    fn key(&self, path: &Path, files: &Files) -> Option<Key> {
        let real = fs::canonicalize(path).ok().filter(|_| !path.is_symlink())?;
        let name = real.strip_prefix(&self.top).ok()?.to_str()?.replace('\\', "/");
        let commit = self.changed.get(&name)?;
        let text = files.bytes(path)?;
        Some(Key::of(&[
            b"git blame",
            &self.told,
            name.as_bytes(),
            commit.as_bytes(),
            &text,
        ]))
    }
}

/// The commit that changed each file last, out of one log.
fn changed(repository: Repository<'_>) -> Option<HashMap<String, String>> {
    let log = repository.ask_once(&[
        "-c",
        "core.quotePath=false",
        "log",
        "--no-show-signature",
        "--first-parent",
        "-m",
        "--name-only",
        "--no-relative",
        "--no-renames",
        "--format=%x01%H",
    ]);
    let log = log.ok()?;
    let mut changed = HashMap::new();
    let mut hash = "";
    for line in log.lines() {
        match line.strip_prefix('\u{1}') {
            Some(own) => hash = own,
            None if changed.contains_key(line) => {}
            None => {
                changed.insert(line.to_owned(), hash.to_owned());
            }
        }
    }
    Some(changed)
}

/// Of what `git blame` prints, what [`parse`] reads.
fn shortened(text: &str) -> String {
    let mut short = String::new();
    for line in text.lines() {
        let key = line.split_once(' ').map_or(line, |(key, _)| key);
        let is_hash = key.len() >= 40 && key.bytes().all(|b| b.is_ascii_hexdigit());
        if let Some(written) = line.strip_prefix('\t') {
            short.push_str(if written.is_empty() { "\t" } else { "\tx" });
        } else if is_hash {
            short.push_str(key);
        } else if matches!(key, "author" | "author-mail" | "author-time" | "author-tz") {
            short.push_str(line);
        } else {
            continue;
        }
        short.push('\n');
    }
    short
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
    use super::{Commit, parse, shortened};

    #[test]
    fn porcelain() {
        let hash = "82a3e5021b7131e31fc5b110194a77ebee907955";
        let text = format!(
            "{hash} 1 1 2\nauthor Ana Paz\nauthor-mail <Ana@X.org>\nauthor-time 1580742131\nauthor-tz +0530\nsummary add\n\
             filename a.md\n\t# A\n{hash} 2 2\n\t\n"
        );
        let (commits, lines) = parse(&text);
        let short = shortened(&text);
        assert_eq!(parse(&short), (commits.clone(), lines.clone()));
        assert!(!short.contains("# A") && !short.contains("summary"), "{short}");
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
