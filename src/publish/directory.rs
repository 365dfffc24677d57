//! A folder of this machine: each publish makes a whole release beside the live folder, and one step
//! of the file system makes it the live one.
//!
//! Releases stand in `NAME.releases` beside the live path, which is a symbolic link to one of them
//! or, where a real folder stood already, a folder that changes places with the new release. Files
//! that did not change are hard links to those of the release before.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use rayon::prelude::*;

use super::plan::{Known, There};
use super::release::{RELEASE_FILE, Release};
use super::site::{Built, hash_file};
use super::spec::{DirectorySpec, Switch};
use super::{Context, Step, Target, Work};

/// What the names of releases end in that are not finished.
const PART: &str = ".part";

/// A live folder while it is published to.
#[derive(Debug)]
pub(super) struct Directory<'c> {
    /// The live path.
    live: PathBuf,
    /// Where the releases are.
    store: PathBuf,
    keep: usize,
    by_link: bool,
    context: Context<'c>,
    /// Held while we work; the system gives it back if we are killed.
    lock: Option<File>,
    /// The folder that was live when we looked.
    seen: Option<PathBuf>,
}

impl<'c> Directory<'c> {
    /// Looks whether the folder may be published to.
    pub(super) fn open(spec: &DirectorySpec, context: Context<'c>) -> anyhow::Result<Self> {
        let live = &spec.path;
        let Some(name) = live.file_name() else {
            bail!("`{}` cannot be a target", live.display());
        };
        super::refuse_sources(live, &context)?;
        let mut store = name.to_owned();
        store.push(".releases");
        let store = live.with_file_name(store);
        super::refuse_sources(&store, &context)?;
        let there = fs::symlink_metadata(live).ok();
        let is_link = there.as_ref().is_some_and(fs::Metadata::is_symlink);
        if there.is_some() && !live.is_dir() && !is_link {
            bail!("`{}` is a file; name a folder", live.display());
        }
        let by_link = match spec.switch {
            Switch::Auto => cfg!(unix) && (is_link || there.is_none()),
            Switch::Link if there.is_some() && !is_link => bail!(
                "`{}` is a folder, which cannot become a link in one step; move it away, or take `switch: exchange`",
                live.display()
            ),
            Switch::Exchange if is_link => bail!(
                "`{}` is a link, which cannot change places with a folder; remove it, or take `switch: link`",
                live.display()
            ),
            Switch::Link => true,
            Switch::Exchange => false,
        };
        Ok(Self {
            live: live.clone(),
            store,
            keep: spec.keep.max(1),
            by_link,
            context,
            lock: None,
            seen: None,
        })
    }

    /// The folder that readers see.
    fn current(&self) -> Option<PathBuf> {
        self.live.canonicalize().ok().filter(|path| path.is_dir())
    }

    /// Keeps others from publishing here until we are done.
    fn take_lock(&mut self) -> anyhow::Result<()> {
        if self.lock.is_some() {
            return Ok(());
        }
        let path = self.store.join(".lock");
        let failed = || format!("cannot write to `{}`", self.store.display());
        fs::create_dir_all(&self.store).with_context(failed)?;
        let lock = File::options()
            .create(true)
            .append(true)
            .open(path)
            .with_context(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                bail!(
                    "somebody else is publishing to `{}` right now; try again later",
                    self.live.display()
                )
            }
            Err(fs::TryLockError::Error(error)) => return Err(error).with_context(failed),
        }
        self.lock = Some(lock);
        Ok(())
    }

    /// The finished releases, oldest first. A folder that changed places and was not named again,
    /// because the program was killed, gets its name here.
    fn releases(&self) -> anyhow::Result<Vec<String>> {
        let failed = || format!("cannot read `{}`", self.store.display());
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.store).with_context(failed)? {
            let name = entry.with_context(failed)?.file_name().to_string_lossy().into_owned();
            let folder = self.store.join(&name);
            if name.starts_with('.') || name.ends_with(PART) || !folder.is_dir() {
                continue;
            }
            let own = release_of(&folder).map(|release| release.id());
            match own.filter(|own| *own != name) {
                Some(own) if !self.store.join(&own).exists() => {
                    fs::rename(&folder, self.store.join(&own)).with_context(failed)?;
                    names.push(own);
                }
                _ => names.push(name),
            }
        }
        names.sort();
        Ok(names)
    }

    /// Makes the new release, whole, out of sight.
    fn prepare(&self, work: &Work<'_>, release: &Release, part: &Path) -> anyhow::Result<()> {
        let failed = |path: &Path| format!("cannot write `{}`; the live site is as it was", path.display());
        fs::create_dir_all(part).with_context(|| failed(part))?;
        let mut folders = BTreeSet::new();
        let mut room = |path: &Path| -> anyhow::Result<()> {
            let folder = path.parent().unwrap_or(part).to_owned();
            if folders.insert(folder.clone()) {
                fs::create_dir_all(&folder).with_context(|| failed(&folder))?;
            }
            Ok(())
        };
        for path in work.plan.kept.iter().chain(&work.plan.foreign) {
            let target = part.join(path);
            let Some(current) = &self.seen else { continue };
            room(&target)?;
            let source = current.join(path);
            (self.context.watch)(Step::Other(path))?;
            if fs::hard_link(&source, &target).is_err() {
                fs::copy(&source, &target).with_context(|| failed(&target))?;
            }
        }
        for path in work.plan.uploads() {
            let Some(file) = work.site.files.get(path) else {
                continue;
            };
            (self.context.watch)(Step::Upload(path))?;
            let target = part.join(path);
            room(&target)?;
            fs::write(&target, file.bytes()?).with_context(|| failed(&target))?;
        }
        (self.context.watch)(Step::Other(RELEASE_FILE))?;
        let target = part.join(RELEASE_FILE);
        fs::write(&target, release.to_bytes()?).with_context(|| failed(&target))?;
        flush(part);
        Ok(())
    }

    /// Makes the release `id` the live one.
    fn switch(&self, id: &str) -> anyhow::Result<()> {
        let release = self.store.join(id);
        let failed = || format!("cannot make `{id}` the live site at `{}`", self.live.display());
        (self.context.watch)(Step::Switch)?;
        if self.by_link {
            let target = Path::new(self.store.file_name().unwrap_or_default()).join(id);
            let link = self.store.join(".link");
            let _ = fs::remove_file(&link);
            make_link(&target, &link).with_context(failed)?;
            (self.context.watch)(Step::Other("replace the link"))?;
            return fs::rename(&link, &self.live).with_context(failed);
        }
        let old = release_of(&self.live).map(|release| release.id());
        if !self.live.exists() {
            return fs::rename(&release, &self.live).with_context(failed);
        }
        exchange(&release, &self.live).with_context(failed)?;
        // What was live stands under the new name now.
        (self.context.watch)(Step::Other("name the former release"))?;
        let old = old.unwrap_or_else(|| "00000-before-chaski".to_owned());
        fs::rename(&release, self.store.join(old)).with_context(failed)
    }

    /// The number of the last release, live or kept.
    fn last_number(&self) -> anyhow::Result<u64> {
        let live = self.seen.as_deref().and_then(release_of).map(|release| release.number);
        let number = |name: String| name.split('-').next()?.parse().ok();
        let kept = self.releases()?.into_iter().filter_map(number).max();
        Ok(live.max(kept).unwrap_or_default())
    }

    /// Removes the oldest releases, never the live one, and what was left unfinished.
    fn sweep(&self) -> anyhow::Result<()> {
        let current = self.current();
        let names = self.releases()?;
        // With exchange, the live one is not among them.
        let keep = if self.by_link { self.keep } else { self.keep - 1 };
        let excess = names.len().saturating_sub(keep);
        for name in names.iter().take(excess) {
            let folder = self.store.join(name);
            if current.as_ref() == folder.canonicalize().ok().as_ref() {
                continue;
            }
            (self.context.watch)(Step::Other("remove an old release"))?;
            remove(&folder)?;
        }
        Ok(())
    }

    fn sweep_parts(&self) -> anyhow::Result<()> {
        for entry in fs::read_dir(&self.store)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().ends_with(PART) {
                remove(&entry.path())?;
            }
        }
        Ok(())
    }
}

impl Target for Directory<'_> {
    fn title(&self) -> String {
        format!("folder `{}`", self.live.display())
    }

    fn known(&mut self, _site: &Built) -> anyhow::Result<Known> {
        if self.store.is_dir() {
            self.take_lock()?;
        }
        self.seen = self.current();
        let Some(current) = &self.seen else {
            return Ok(Known::new());
        };
        let ours = release_of(current).map(|release| release.files).unwrap_or_default();
        let mut paths = Vec::new();
        list(current, "", &mut paths)?;
        let known = paths.into_par_iter().map(|path| {
            let there = There {
                hash: hash_file(&current.join(&path)).ok(),
                is_ours: ours.contains_key(&path),
            };
            (path, there)
        });
        Ok(known.collect())
    }

    fn publish(&mut self, work: &Work<'_>) -> anyhow::Result<Vec<String>> {
        self.take_lock()?;
        if self.current() != self.seen {
            bail!(
                "somebody else published to `{}` meanwhile; publish again",
                self.live.display()
            );
        }
        self.sweep_parts()?;
        let release = work.release.numbered(self.last_number()? + 1);
        let id = release.id();
        let part = self.store.join(format!("{id}{PART}"));
        let done = self.prepare(work, &release, &part).and_then(|()| {
            (self.context.watch)(Step::Other("finish the release"))?;
            fs::rename(&part, self.store.join(&id)).context("cannot name the release")
        });
        if let Err(error) = done {
            // What cannot be removed is removed by the next publish.
            let _ = fs::remove_dir_all(&part);
            return Err(error);
        }
        self.switch(&id)?;
        self.sweep()?;
        Ok(vec![format!("{} shows release {id}", self.title())])
    }

    fn rollback(&mut self, to: Option<&str>) -> anyhow::Result<String> {
        if !self.store.is_dir() {
            bail!("{} has no releases to go back to", self.title());
        }
        self.take_lock()?;
        let names = self.releases()?;
        let current = self.current();
        let live = current
            .as_deref()
            .and_then(|folder| match self.by_link {
                true => Some(folder.file_name()?.to_string_lossy().into_owned()),
                false => Some(release_of(folder)?.id()),
            })
            .unwrap_or_default();
        let found = match to {
            Some(to) => names.iter().find(|name| *name == to),
            None => names.iter().rev().find(|name| **name < live),
        };
        let Some(name) = found else {
            let others: Vec<_> = names.iter().filter(|name| **name != live).map(String::as_str).collect();
            let list = if others.is_empty() {
                "none".to_owned()
            } else {
                others.join(", ")
            };
            bail!("{} has no such release to go back to; there are: {list}", self.title());
        };
        if *name != live {
            self.switch(name)?;
        }
        Ok(name.clone())
    }
}

fn release_of(folder: &Path) -> Option<Release> {
    Release::parse(&fs::read(folder.join(RELEASE_FILE)).ok()?).ok()
}

/// The files below `folder`; links count as files of their own.
fn list(folder: &Path, prefix: &str, paths: &mut Vec<String>) -> anyhow::Result<()> {
    let failed = || format!("cannot read `{}`", folder.display());
    for entry in fs::read_dir(folder).with_context(failed)? {
        let entry = entry.with_context(failed)?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().with_context(failed)?.is_dir() {
            list(&entry.path(), &format!("{path}/"), paths)?;
        } else {
            paths.push(path);
        }
    }
    Ok(())
}

fn remove(folder: &Path) -> anyhow::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove `{}`", folder.display()))
        }
        _ => Ok(()),
    }
}

/// Two folders change places in one step, where the system can do that.
fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    #[cfg(any(target_os = "linux", target_os = "macos"))]
    {
        use rustix::fs::{CWD, RenameFlags, renameat_with};
        let done = renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE);
        let cannot = [
            rustix::io::Errno::INVAL,
            rustix::io::Errno::NOSYS,
            rustix::io::Errno::NOTSUP,
        ];
        match done {
            Err(error) if cannot.contains(&error) => {}
            done => return Ok(done?),
        }
    }
    let mut between = one.as_os_str().to_owned();
    between.push(".between");
    fs::rename(other, &between)?;
    fs::rename(one, other)?;
    fs::rename(&between, one)
}

/// Sees to it that a release is on the disk before it goes live.
fn flush(folder: &Path) {
    // Tests cut programs, not power.
    #[cfg(all(target_os = "linux", not(test)))]
    if let Ok(folder) = File::open(folder) {
        // A file system that cannot do it still has the files.
        let _ = rustix::fs::syncfs(folder);
    }
    #[cfg(any(test, not(target_os = "linux")))]
    let _ = folder;
}

#[cfg(unix)]
fn make_link(target: &Path, link: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(target, link)
}

#[cfg(not(unix))]
fn make_link(_target: &Path, _link: &Path) -> io::Result<()> {
    Err(io::Error::other(
        "links to folders are not made on this system; take `switch: exchange`",
    ))
}

#[cfg(test)]
mod tests;
