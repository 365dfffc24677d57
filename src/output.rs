//! The only writer: commits a finished site to its folder.
//!
//! Only what changed is written, and first to a hidden folder inside the target, so that a full disk
//! or an interruption leaves the old site as it was; then each file is moved to its place, whole.
//! What the site does not have any more is removed as MkDocs does it (COMPAT U7). Does not know what
//! the files are.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use rayon::prelude::*;
use tempfile::TempDir;

/// What names of folders with files that wait to be moved start with.
const STAGING: &str = ".chaski-";
/// Such a folder that is older than ours by so much was left by a build that was killed.
const ABANDONED: Duration = Duration::from_secs(3600);

/// What a file holds.
#[derive(Clone, Debug)]
pub enum Content {
    /// These bytes.
    Bytes(Vec<u8>),
    /// The bytes of another file.
    CopyOf(PathBuf),
}

/// All files of a site by their path below the site folder, with `/`.
#[derive(Clone, Debug, Default)]
pub struct OutputSet {
    files: BTreeMap<String, Content>,
}

/// What a commit did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Files that were not there.
    pub added: usize,
    /// Files that had other bytes.
    pub changed: usize,
    /// Files that were right already.
    pub kept: usize,
    /// Files that the site does not have any more.
    pub removed: usize,
}

impl OutputSet {
    /// Adds a file; a later one of the same path takes its place.
    pub fn insert(&mut self, path: impl Into<String>, content: impl Into<Content>) {
        self.files.insert(path.into(), content.into());
    }

    /// Whether a file is there.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// The text of a file that is there and was not copied.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<String> {
        match self.files.get(path)? {
            Content::Bytes(bytes) => String::from_utf8(bytes.clone()).ok(),
            Content::CopyOf(_) => None,
        }
    }

    /// The files by path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Content)> {
        self.files.iter().map(|(path, content)| (path.as_str(), content))
    }

    /// Writes the site to `folder`; with `clean`, removes what the site does not have, hidden
    /// entries at the top of the folder excepted.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn commit(&self, folder: &Path, clean: bool) -> anyhow::Result<Written> {
        self.stage(folder)?.commit(clean)
    }

    /// Writes what differs from `folder` to a hidden folder inside it. Nothing else is touched, and
    /// dropping what is returned undoes it.
    ///
    /// # Errors
    /// When the folder cannot be written, or a file that is to be copied cannot be read.
    pub fn stage(&self, folder: &Path) -> anyhow::Result<Staged<'_>> {
        fs::create_dir_all(folder).with_context(|| format!("cannot create `{}`", folder.display()))?;
        let staging = tempfile::Builder::new().prefix(STAGING).tempdir_in(folder);
        let staging = staging.with_context(|| format!("cannot write to `{}`", folder.display()))?;
        let files: Vec<_> = self.files.iter().enumerate().collect();
        let states: anyhow::Result<Vec<State>> = files
            .par_iter()
            .map(|(at, (path, content))| stage(&folder.join(path), content, &staged_name(staging.path(), *at)))
            .collect();
        Ok(Staged {
            set: self,
            root: folder.to_owned(),
            states: states.context("the old site is as it was")?,
            staging,
        })
    }

    /// Creates the folders of all files; a file that stands in the way goes.
    fn make_folders(&self, root: &Path) -> anyhow::Result<()> {
        let folders: BTreeSet<&str> = self
            .files
            .keys()
            .filter_map(|path| Some(path.rsplit_once('/')?.0))
            .collect();
        for folder in folders {
            let path = root.join(folder);
            if path.is_dir() {
                continue;
            }
            let mut at = root.to_owned();
            for part in folder.split('/') {
                at.push(part);
                if at.is_file() {
                    fs::remove_file(&at).with_context(|| format!("cannot replace `{}`", at.display()))?;
                }
            }
            fs::create_dir_all(&path).with_context(|| format!("cannot create `{}`", path.display()))?;
        }
        Ok(())
    }

    fn remove_others(&self, root: &Path, staging: &Path) -> anyhow::Result<usize> {
        let mut removed = 0;
        for entry in fs::read_dir(root).with_context(|| format!("cannot read `{}`", root.display()))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if !name.starts_with('.') {
                removed += self.remove_below(&entry.path(), &name)?;
            } else if name.starts_with(STAGING) && is_abandoned(&entry.path(), staging) {
                // Another build may be removing it, too.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        Ok(removed)
    }

    /// Removes what is not ours at `uri` and below; gives how many files went.
    fn remove_below(&self, path: &Path, uri: &str) -> anyhow::Result<usize> {
        let failed = || format!("cannot remove `{}`", path.display());
        let metadata = fs::symlink_metadata(path).with_context(failed)?;
        if !metadata.is_dir() {
            if self.files.contains_key(uri) {
                return Ok(0);
            }
            fs::remove_file(path).with_context(failed)?;
            return Ok(1);
        }
        let mut removed = 0;
        for entry in fs::read_dir(path).with_context(failed)? {
            let entry = entry.with_context(failed)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            removed += self.remove_below(&entry.path(), &format!("{uri}/{name}"))?;
        }
        if fs::read_dir(path).with_context(failed)?.next().is_none() {
            fs::remove_dir(path).with_context(failed)?;
        }
        Ok(removed)
    }
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self::Bytes(text.into_bytes())
    }
}

impl From<PathBuf> for Content {
    fn from(path: PathBuf) -> Self {
        Self::CopyOf(path)
    }
}

/// A site whose new files wait to be moved to their places.
#[derive(Debug)]
pub struct Staged<'s> {
    set: &'s OutputSet,
    root: PathBuf,
    /// By the number of the file.
    states: Vec<State>,
    staging: TempDir,
}

/// How a file of the site compares with what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Kept,
    Added,
    Changed,
}

impl Staged<'_> {
    /// Moves the files to their places; with `clean`, removes what the site does not have.
    ///
    /// # Errors
    /// When the folder cannot be written. Each file is then the old one or the new one, whole.
    pub fn commit(self, clean: bool) -> anyhow::Result<Written> {
        self.set.make_folders(&self.root)?;
        let moved: anyhow::Result<()> = self
            .set
            .files
            .keys()
            .zip(&self.states)
            .enumerate()
            .filter(|(_, (_, state))| **state != State::Kept)
            .par_bridge()
            .try_for_each(|(at, (path, _))| move_file(&staged_name(self.staging.path(), at), &self.root.join(path)));
        moved.context("the site was not written completely")?;
        let count = |wanted| self.states.iter().filter(|state| **state == wanted).count();
        Ok(Written {
            added: count(State::Added),
            changed: count(State::Changed),
            kept: count(State::Kept),
            removed: if clean {
                self.set.remove_others(&self.root, self.staging.path())?
            } else {
                0
            },
        })
    }
}

fn staged_name(staging: &Path, at: usize) -> PathBuf {
    staging.join(at.to_string())
}

/// Writes `content` to `staged` unless `path` has it already.
fn stage(path: &Path, content: &Content, staged: &Path) -> anyhow::Result<State> {
    let old = fs::symlink_metadata(path).ok();
    let is_file = old.as_ref().is_some_and(fs::Metadata::is_file);
    let old_len = old.as_ref().filter(|_| is_file).map(fs::Metadata::len);
    let failed = || format!("cannot write `{}`", path.display());
    match content {
        Content::Bytes(bytes) => {
            if old_len == Some(bytes.len() as u64) && fs::read(path).is_ok_and(|old| old == *bytes) {
                return Ok(State::Kept);
            }
            fs::write(staged, bytes).with_context(failed)?;
        }
        Content::CopyOf(source) => {
            let unreadable = || format!("cannot read `{}`", source.display());
            let mut from = fs::File::open(source).with_context(unreadable)?;
            let len = from.metadata().with_context(unreadable)?.len();
            if old_len == Some(len) && same_bytes(source, path).unwrap_or(false) {
                return Ok(State::Kept);
            }
            let mut to = fs::File::create(staged).with_context(failed)?;
            io::copy(&mut from, &mut to)
                .with_context(|| format!("cannot copy `{}` to `{}`", source.display(), path.display()))?;
        }
    }
    Ok(if old.is_some() { State::Changed } else { State::Added })
}

/// Whether two files have the same bytes, read piece by piece.
fn same_bytes(one: &Path, other: &Path) -> io::Result<bool> {
    const PIECE: usize = 1 << 16;
    let (one, other) = (fs::File::open(one)?, fs::File::open(other)?);
    let (mut left, mut right) = (Vec::with_capacity(PIECE), Vec::with_capacity(PIECE));
    loop {
        left.clear();
        right.clear();
        (&one).take(PIECE as u64).read_to_end(&mut left)?;
        (&other).take(PIECE as u64).read_to_end(&mut right)?;
        if left != right {
            return Ok(false);
        }
        if left.is_empty() {
            return Ok(true);
        }
    }
}

/// Moves a file to its place; a folder that stands in the way goes.
fn move_file(staged: &Path, path: &Path) -> anyhow::Result<()> {
    if path.is_dir() && !path.is_symlink() {
        fs::remove_dir_all(path).with_context(|| format!("cannot replace folder `{}`", path.display()))?;
    }
    fs::rename(staged, path).with_context(|| format!("cannot write `{}`", path.display()))
}

/// Whether a folder of another build is much older than ours; the clock is the file system's.
fn is_abandoned(folder: &Path, ours: &Path) -> bool {
    let modified = |path| fs::metadata(path).and_then(|metadata| metadata.modified());
    let (Ok(theirs), Ok(ours)) = (modified(folder), modified(ours)) else {
        return false;
    };
    ours.duration_since(theirs).is_ok_and(|age| age > ABANDONED)
}

/// Refuses a site folder that is, or contains, the sources, the home folder or the root.
///
/// # Errors
/// When writing there, and removing what is not the site's, would destroy something.
pub fn check_target(site_dir: &Path, keep: &[&Path]) -> anyhow::Result<()> {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let target = real(site_dir);
    if target.parent().is_none() {
        bail!("`site_dir` is the root of the file system; nothing was written");
    }
    for path in keep {
        if real(path).starts_with(&target) {
            bail!(
                "`site_dir` (`{}`) is or contains `{}`, which would be lost; nothing was written",
                site_dir.display(),
                path.display()
            );
        }
    }
    if target.is_file() {
        bail!("`site_dir` (`{}`) is a file; nothing was written", site_dir.display());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{OutputSet, Written, check_target};

    #[test]
    fn only_what_differs_is_written_and_only_the_site_s_files_stay() {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("site");
        let mut set = OutputSet::default();
        set.insert("index.html", "a".to_owned());
        set.insert("b/c.html", "c".to_owned());
        assert_eq!(
            set.commit(&site, true).unwrap(),
            Written {
                added: 2,
                ..Written::default()
            }
        );
        fs::write(site.join(".nojekyll"), "").unwrap();
        fs::create_dir_all(site.join("old/deep")).unwrap();
        fs::write(site.join("old/deep/x.html"), "x").unwrap();
        set.insert("b/c.html", "d".to_owned());
        set.insert("b/c.html/e.html", "e".to_owned());
        set.files.remove("b/c.html");
        assert_eq!(
            set.commit(&site, true).unwrap(),
            Written {
                added: 1,
                kept: 1,
                removed: 1,
                ..Written::default()
            }
        );
        assert!(site.join(".nojekyll").exists() && !site.join("old").exists());
        assert_eq!(fs::read_to_string(site.join("b/c.html/e.html")).unwrap(), "e");
    }

    #[test]
    fn what_is_staged_and_dropped_was_never_there() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.html"), "old").unwrap();
        let mut set = OutputSet::default();
        set.insert("a.html", "new".to_owned());
        set.insert("b/c.html", "c".to_owned());
        drop(set.stage(folder.path()).unwrap());
        // A source that cannot be read is found out before anything is touched.
        set.insert("z.png", folder.path().join("nope"));
        assert!(set.commit(folder.path(), true).is_err());
        assert_eq!(fs::read_to_string(folder.path().join("a.html")).unwrap(), "old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn copies_are_made_only_of_what_differs() {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("site");
        let source = folder.path().join("big");
        fs::write(&source, vec![7; 200_000]).unwrap();
        let mut set = OutputSet::default();
        set.insert("big", source.clone());
        assert_eq!(set.commit(&site, true).unwrap().added, 1);
        assert_eq!(set.commit(&site, true).unwrap().kept, 1);
        let mut bytes = vec![7; 200_000];
        bytes[199_999] = 8;
        fs::write(&source, &bytes).unwrap();
        assert_eq!(set.commit(&site, true).unwrap().changed, 1);
        assert_eq!(fs::read(site.join("big")).unwrap(), bytes);
    }

    #[test]
    fn the_sources_are_never_the_target() {
        let folder = tempfile::tempdir().unwrap();
        let docs = folder.path().join("docs");
        fs::create_dir(&docs).unwrap();
        assert!(check_target(folder.path(), &[&docs]).is_err());
        assert!(check_target(&docs, &[&docs]).is_err());
        assert!(check_target(std::path::Path::new("/"), &[]).is_err());
        assert!(check_target(&folder.path().join("site"), &[&docs]).is_ok());
    }
}
