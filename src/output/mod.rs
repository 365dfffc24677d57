//! The only writer: commits a finished site to its folder.
//!
//! Only what changed is written, and first to a hidden folder inside the target, so that a full disk
//! or an interruption leaves the old site as it was; then each file is moved to its place, whole.
//! What the site does not have any more is removed as MkDocs does it (COMPAT U7). Does not know what
//! the files are.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

mod rewrite;
mod staging;

pub use rewrite::rewrite;
pub use staging::{Staged, Staging, Stream, Waiting};

/// What a file holds.
#[derive(Clone, Debug)]
pub enum Content {
    /// These bytes.
    Bytes(Vec<u8>),
    /// The bytes of another file.
    CopyOf(PathBuf),
    /// Bytes that are written already and wait to be moved to their place.
    Waiting(Waiting),
    /// Bytes that were shown and are not kept: the site cannot be written.
    Shown,
}

/// All files of a site by their path below the site folder, with `/`.
#[derive(Clone, Debug, Default)]
pub struct OutputSet {
    files: BTreeMap<String, Content>,
    beside: BTreeMap<PathBuf, String>,
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

    /// Adds a file that is not for readers, to stand outside the site.
    pub fn insert_beside(&mut self, path: PathBuf, text: String) {
        self.beside.insert(path, text);
    }

    /// Writes what stands outside the site, where it differs, each file whole.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write_beside(&self) -> anyhow::Result<()> {
        for (path, text) in &self.beside {
            if fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
                continue;
            }
            let failed = || format!("cannot write `{}`", path.display());
            let folder = path.parent().unwrap_or(Path::new("."));
            fs::create_dir_all(folder).with_context(failed)?;
            // Made for the user alone.
            let mut file = tempfile::NamedTempFile::new_in(folder).with_context(failed)?;
            file.write_all(text.as_bytes()).with_context(failed)?;
            file.persist(path).with_context(failed)?;
        }
        Ok(())
    }

    /// Whether a file is there.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// Takes a file out; gives whether it was there.
    pub fn remove(&mut self, path: &str) -> bool {
        self.files.remove(path).is_some()
    }

    /// A file.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&Content> {
        self.files.get(path)
    }

    /// The text of a file that is there and was not copied.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<String> {
        match self.files.get(path)? {
            Content::Bytes(bytes) => String::from_utf8(bytes.clone()).ok(),
            Content::CopyOf(_) | Content::Waiting(_) | Content::Shown => None,
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
        Staging::open(folder)?.finish(self)?.commit(clean)
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

    fn remove_others(&self, root: &Path, staging: &Staging) -> anyhow::Result<usize> {
        let mut removed = 0;
        for entry in fs::read_dir(root).with_context(|| format!("cannot read `{}`", root.display()))? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if !name.starts_with('.') {
                removed += self.remove_below(&entry, &name)?.files;
            } else if staging.is_newer_than(&entry.path()) {
                // Another build may be removing it, too.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        Ok(removed)
    }

    /// Removes what is not ours at `uri` and below.
    fn remove_below(&self, entry: &fs::DirEntry, uri: &str) -> anyhow::Result<Removed> {
        let failed = || format!("cannot remove `{}`", entry.path().display());
        if !entry.file_type().with_context(failed)?.is_dir() {
            let is_whole = !self.files.contains_key(uri);
            if is_whole {
                fs::remove_file(entry.path()).with_context(failed)?;
            }
            return Ok(Removed {
                files: usize::from(is_whole),
                is_whole,
            });
        }
        let path = entry.path();
        let mut removed = Removed {
            files: 0,
            is_whole: true,
        };
        for entry in fs::read_dir(&path).with_context(failed)? {
            let entry = entry.with_context(failed)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let Removed { files, is_whole } = self.remove_below(&entry, &format!("{uri}/{name}"))?;
            removed.files += files;
            removed.is_whole &= is_whole;
        }
        if removed.is_whole {
            fs::remove_dir(&path).with_context(failed)?;
        }
        Ok(removed)
    }
}

/// What went of a file or a folder.
struct Removed {
    files: usize,
    is_whole: bool,
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

impl From<Waiting> for Content {
    fn from(waiting: Waiting) -> Self {
        Self::Waiting(waiting)
    }
}

impl From<PathBuf> for Content {
    fn from(path: PathBuf) -> Self {
        Self::CopyOf(path)
    }
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
    use std::io::Write as _;

    use super::{OutputSet, Staging, Written, check_target};

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
        drop(Staging::open(folder.path()).unwrap().finish(&set).unwrap());
        drop(Staging::open(&folder.path().join("new")).unwrap());
        // A source that cannot be read is found out before anything is touched.
        set.insert("z.png", folder.path().join("nope"));
        assert!(set.commit(folder.path(), true).is_err());
        assert_eq!(fs::read_to_string(folder.path().join("a.html")).unwrap(), "old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn pages_may_be_written_as_they_come() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("same.html"), "same").unwrap();
        let staging = Staging::open(folder.path()).unwrap();
        let mut set = OutputSet::default();
        for (path, text) in [("same.html", "same"), ("a.html", "first"), ("a.html", "second")] {
            set.insert(path, staging.write(path, text.as_bytes()).unwrap());
        }
        let written = staging.finish(&set).unwrap().commit(true).unwrap();
        assert_eq!((written.kept, written.added), (1, 1));
        assert_eq!(fs::read_to_string(folder.path().join("a.html")).unwrap(), "second");
    }

    #[test]
    fn a_stream_is_written_only_where_it_differs() {
        let folder = tempfile::tempdir().unwrap();
        let site = folder.path().join("site");
        let long = |letter: char| letter.to_string().repeat(300_000);
        let same = long('a') + &long('b') + &long('c');
        let write = |pieces: &[&str]| {
            let staging = Staging::open(&site).unwrap();
            let mut stream = staging.stream("f");
            pieces
                .iter()
                .for_each(|piece| stream.write_all(piece.as_bytes()).unwrap());
            let mut set = OutputSet::default();
            set.insert("f", stream.finish().unwrap());
            let written = staging.finish(&set).unwrap().commit(true).unwrap();
            assert_eq!(fs::read_to_string(site.join("f")).unwrap(), pieces.concat());
            (written.added, written.changed, written.kept)
        };
        assert_eq!(write(&[&same]), (1, 0, 0));
        assert_eq!(write(&[&long('a'), &long('b'), &long('c')]), (0, 0, 1));
        assert_eq!(write(&[&long('a'), &long('B'), &long('c')]), (0, 1, 0));
        assert_eq!(write(&[&long('a'), "B"]), (0, 1, 0), "shorter");
        assert_eq!(write(&[&long('a'), "B", "C"]), (0, 1, 0), "longer");
        assert_eq!(write(&[]), (0, 1, 0), "nothing");
        assert_eq!(write(&[]), (0, 0, 1));
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
