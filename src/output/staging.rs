//! The hidden folder in which new files wait until all of them are there.
//!
//! Knows the target only to compare with it. Dropping a [`Staging`] leaves the target as it was.

use std::fs;
use std::io::{self, Read as _, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use anyhow::{Context as _, bail};
use rayon::prelude::*;
use tempfile::TempDir;

use super::{Content, OutputSet, Written};

/// What the names of such folders start with.
const PREFIX: &str = ".chaski-";
/// A folder that is older than ours by so much was left by a build that was killed.
const ABANDONED: Duration = Duration::from_secs(3600);

/// Where files wait. Shared between threads.
#[derive(Debug)]
pub struct Staging {
    root: PathBuf,
    /// `None` only while it is dropped.
    folder: Option<TempDir>,
    path: PathBuf,
    /// Whether the target was made for it.
    is_new: bool,
    files: AtomicUsize,
    /// How many folders there are in it: each thread writes to its own, since the system lets only
    /// one at a time add a file to a folder.
    folders: usize,
}

/// A file that waits, or that is right already.
#[derive(Clone, Copy, Debug)]
pub struct Waiting {
    number: usize,
    folder: usize,
    state: State,
}

/// How a file of the site compares with what is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Kept,
    Added,
    Changed,
}

/// A site whose new files wait to be moved to their places.
#[derive(Debug)]
pub struct Staged<'s> {
    set: &'s OutputSet,
    staging: Staging,
    /// In the order of the set.
    waiting: Vec<Waiting>,
}

impl Staging {
    /// Makes the folder, inside `target`.
    ///
    /// # Errors
    /// When the target cannot be written.
    pub fn open(target: &Path) -> anyhow::Result<Self> {
        let is_new = !target.exists();
        fs::create_dir_all(target).with_context(|| format!("cannot create `{}`", target.display()))?;
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(target);
        let unwritable = || format!("cannot write to `{}`", target.display());
        let folder = folder.with_context(unwritable)?;
        // Those of the pool, and the one that asks.
        let folders = rayon::current_num_threads() + 1;
        for number in 0..folders {
            fs::create_dir(folder.path().join(number.to_string())).with_context(unwritable)?;
        }
        Ok(Self {
            root: target.to_owned(),
            path: folder.path().to_owned(),
            folder: Some(folder),
            is_new,
            files: AtomicUsize::new(0),
            folders,
        })
    }

    /// Writes `bytes`, which are for `path` of the site, unless they are there already.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn write(&self, path: &str, bytes: &[u8]) -> anyhow::Result<Waiting> {
        let target = self.root.join(path);
        let old = self.old(&target);
        let same_len = old
            .as_ref()
            .is_some_and(|old| old.is_file() && old.len() == bytes.len() as u64);
        if same_len && fs::read(&target).is_ok_and(|old| old == *bytes) {
            return Ok(self.next(State::Kept));
        }
        let waiting = self.next(if old.is_some() { State::Changed } else { State::Added });
        let failed = || format!("cannot write `{}`; the old site is as it was", target.display());
        fs::write(self.file(waiting), bytes).with_context(failed)?;
        Ok(waiting)
    }

    /// Begins a file for `path` of the site that is written piece by piece.
    pub fn stream(&self, path: &str) -> Stream<'_> {
        let target = self.root.join(path);
        let old = self.old(&target);
        Stream {
            staging: self,
            waiting: self.next(if old.is_some() { State::Changed } else { State::Added }),
            old: old
                .filter(fs::Metadata::is_file)
                .and_then(|_| fs::File::open(&target).ok()),
            target,
            same: 0,
            new: None,
            held: Vec::with_capacity(Stream::PIECE),
        }
    }

    /// Copies `source`, which is for `path` of the site, unless its bytes are there already.
    fn copy(&self, path: &str, source: &Path) -> anyhow::Result<Waiting> {
        let target = self.root.join(path);
        let old = self.old(&target);
        let unreadable = || format!("cannot read `{}`; the old site is as it was", source.display());
        let mut from = fs::File::open(source).with_context(unreadable)?;
        let len = from.metadata().with_context(unreadable)?.len();
        let same_len = old.as_ref().is_some_and(|old| old.is_file() && old.len() == len);
        if same_len && same_bytes(source, &target).unwrap_or(false) {
            return Ok(self.next(State::Kept));
        }
        let waiting = self.next(if old.is_some() { State::Changed } else { State::Added });
        let copied = fs::File::create(self.file(waiting)).and_then(|mut to| io::copy(&mut from, &mut to));
        copied.with_context(|| {
            let (source, target) = (source.display(), target.display());
            format!("cannot copy `{source}` to `{target}`; the old site is as it was")
        })?;
        Ok(waiting)
    }

    /// Writes everything of `set` that does not wait yet.
    ///
    /// # Errors
    /// When it cannot be written, or a file that is to be copied cannot be read.
    pub fn finish(self, set: &OutputSet) -> anyhow::Result<Staged<'_>> {
        let files: Vec<_> = set.files.iter().collect();
        let waiting: anyhow::Result<Vec<Waiting>> = files
            .par_iter()
            .map(|(path, content)| match content {
                Content::Bytes(bytes) => self.write(path, bytes),
                Content::CopyOf(source) => self.copy(path, source),
                Content::Waiting(waiting) => Ok(*waiting),
                Content::Shown => bail!("`{path}` was looked at and not kept, so it cannot be written"),
            })
            .collect();
        Ok(Staged {
            set,
            waiting: waiting?,
            staging: self,
        })
    }

    /// Whether `folder` is one like this, so much older that nobody works in it any more. The clock
    /// is that of the file system.
    pub(super) fn is_newer_than(&self, folder: &Path) -> bool {
        let is_alike = folder
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with(PREFIX));
        let modified = |path| fs::metadata(path).and_then(|metadata| metadata.modified());
        let (true, Ok(theirs), Ok(ours)) = (is_alike, modified(folder), modified(&self.path)) else {
            return false;
        };
        ours.duration_since(theirs).is_ok_and(|age| age > ABANDONED)
    }

    /// What stands at `target`.
    fn old(&self, target: &Path) -> Option<fs::Metadata> {
        // In a new folder nothing does, and asking that for each file takes its time.
        let asks = !self.is_new;
        asks.then(|| fs::symlink_metadata(target).ok()).flatten()
    }

    fn next(&self, state: State) -> Waiting {
        let number = self.files.fetch_add(1, Ordering::Relaxed);
        let thread = rayon::current_thread_index().map_or(0, |thread| thread + 1);
        Waiting {
            number,
            folder: thread % self.folders,
            state,
        }
    }

    fn file(&self, waiting: Waiting) -> PathBuf {
        self.path.join(format!("{}/{}", waiting.folder, waiting.number))
    }
}

/// A file that is written piece by piece, and not at all while it is what is there already.
#[derive(Debug)]
pub struct Stream<'s> {
    staging: &'s Staging,
    target: PathBuf,
    waiting: Waiting,
    /// What is there, as long as it is the same.
    old: Option<fs::File>,
    /// How many bytes were the same.
    same: u64,
    new: Option<fs::File>,
    /// Pieces that are too small to be written, or compared, alone.
    held: Vec<u8>,
}

impl Stream<'_> {
    const PIECE: usize = 1 << 18;

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some(old) = &mut self.old {
            let mut there = Vec::with_capacity(bytes.len());
            old.take(bytes.len() as u64).read_to_end(&mut there)?;
            if there == bytes {
                self.same += bytes.len() as u64;
                return Ok(());
            }
            self.part()?;
        }
        let new = match &mut self.new {
            Some(new) => new,
            none => none.insert(fs::File::create(self.staging.file(self.waiting))?),
        };
        new.write_all(bytes)
    }

    /// From here on the file is another one.
    fn part(&mut self) -> io::Result<()> {
        self.old = None;
        let mut new = fs::File::create(self.staging.file(self.waiting))?;
        io::copy(&mut fs::File::open(&self.target)?.take(self.same), &mut new)?;
        self.new = Some(new);
        Ok(())
    }

    /// Ends the file.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn finish(mut self) -> io::Result<Waiting> {
        self.write_held()?;
        if let Some(old) = &self.old
            && old.metadata()?.len() != self.same
        {
            self.part()?;
        }
        if self.old.is_some() {
            self.waiting.state = State::Kept;
        } else if self.new.is_none() {
            fs::File::create(self.staging.file(self.waiting))?;
        }
        Ok(self.waiting)
    }

    fn write_held(&mut self) -> io::Result<()> {
        let mut held = std::mem::take(&mut self.held);
        if !held.is_empty() {
            self.put(&held)?;
        }
        held.clear();
        self.held = held;
        Ok(())
    }
}

impl Write for Stream<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held.extend_from_slice(bytes);
        if self.held.len() >= Self::PIECE {
            self.write_held()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.write_held()
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        self.folder = None;
        if self.is_new {
            // Fails if there is anything in it, which is then to stay.
            let _ = fs::remove_dir(&self.root);
        }
    }
}

impl Staged<'_> {
    /// Moves the files to their places; with `clean`, removes what the site does not have.
    ///
    /// # Errors
    /// When the folder cannot be written. Each file is then the old one or the new one, whole.
    pub fn commit(self, clean: bool) -> anyhow::Result<Written> {
        let Self { set, staging, waiting } = self;
        set.make_folders(&staging.root)?;
        // One after the other: the system moves only one file at a time from folder to folder, and
        // threads that wait for it spin.
        let moved: anyhow::Result<()> = set
            .files
            .keys()
            .zip(&waiting)
            .filter(|(_, waiting)| waiting.state != State::Kept)
            .try_for_each(|(path, waiting)| move_file(&staging.file(*waiting), &staging.root.join(path)));
        moved.context("the site was not written completely")?;
        let count = |wanted| waiting.iter().filter(|waiting| waiting.state == wanted).count();
        Ok(Written {
            added: count(State::Added),
            changed: count(State::Changed),
            kept: count(State::Kept),
            removed: if clean {
                set.remove_others(&staging.root, &staging)?
            } else {
                0
            },
        })
    }
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
    let Err(error) = fs::rename(staged, path) else {
        return Ok(());
    };
    let failed = || format!("cannot write `{}`", path.display());
    if !path.is_dir() || path.is_symlink() {
        return Err(error).with_context(failed);
    }
    fs::remove_dir_all(path).with_context(|| format!("cannot replace folder `{}`", path.display()))?;
    fs::rename(staged, path).with_context(failed)
}
