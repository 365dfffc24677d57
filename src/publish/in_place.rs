//! Publishing file by file, to places that cannot switch a whole site: object stores, FTP, SFTP.
//!
//! Parts of pages go first, then pages, then lists of pages, then the release file; removals come
//! last. Before the first of them, a note on the target says which files are about to change, and
//! from then on which did: so a publish that was cut is finished by the next one, whatever it is.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, bail};
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::plan::{Known, Plan, There, known_of};
use super::release::{RELEASE_FILE, Release};
use super::site::{Built, SiteFile};
use super::{Context, Step, Target, Work};

/// Who is publishing.
const LOCK_FILE: &str = ".chaski-lock.json";
/// What is about to change.
const NOTE_FILE: &str = ".chaski-pending.json";
/// So many files go at once.
const STRETCH: usize = 64;
/// About so often the note is written anew, however many files there are: it names them all.
const NOTES: usize = 8;

/// A place of files.
pub(super) trait Store: Sync {
    /// What people call it.
    fn title(&self) -> String;

    /// The bytes of a file; `None` if there is none.
    fn read(&self, path: &str) -> anyhow::Result<Option<Vec<u8>>>;

    /// Writes files, each whole or not at all where the place can do that.
    fn put(&self, files: &[(&str, Vec<u8>)]) -> anyhow::Result<()>;

    /// Writes a file unless it is there; says whether it did.
    fn put_new(&self, path: &str, bytes: &[u8]) -> anyhow::Result<bool>;

    /// Removes files; those that are not there are no error.
    fn remove(&self, paths: &[&str]) -> anyhow::Result<()>;

    /// All files.
    fn list(&self) -> anyhow::Result<Vec<String>>;

    /// How many files may go at once.
    fn at_once(&self) -> usize {
        1
    }
}

/// The owner of a lock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Owner {
    host: String,
    process: u32,
    release: String,
}

/// Files that are about to change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Note {
    /// What they will be; nothing for those that go.
    files: BTreeMap<String, Option<String>>,
    /// Those that are so already.
    done: BTreeSet<String>,
}

/// The release file and the note of a target, if they are there.
type Seen = (Option<Vec<u8>>, Option<Vec<u8>>);

/// A store while it is published to.
pub(super) struct InPlace<'c, S: Store> {
    store: S,
    context: Context<'c>,
    /// What was there when we looked.
    seen: Option<Seen>,
}

impl<'c, S: Store> InPlace<'c, S> {
    pub(super) fn new(store: S, context: Context<'c>) -> Self {
        Self {
            store,
            context,
            seen: None,
        }
    }

    fn look(&self) -> anyhow::Result<Seen> {
        Ok((self.store.read(RELEASE_FILE)?, self.store.read(NOTE_FILE)?))
    }

    /// Keeps others from publishing here until the work is done.
    fn take_lock(&self, release: &Release) -> anyhow::Result<()> {
        let owner = Owner {
            host: host(),
            process: std::process::id(),
            release: release.id(),
        };
        let bytes = serde_json::to_vec(&owner)?;
        if self.store.put_new(LOCK_FILE, &bytes)? {
            return Ok(());
        }
        let there = self.store.read(LOCK_FILE)?;
        let there = there.and_then(|bytes| serde_json::from_slice::<Owner>(&bytes).ok());
        // The answer may have been lost, and the request sent again.
        if there.as_ref() == Some(&owner) {
            return Ok(());
        }
        let is_dead = there
            .as_ref()
            .is_some_and(|there| there.host == owner.host && !owner.host.is_empty() && !is_alive(there.process));
        if !is_dead && !self.context.force {
            let who = there.map_or_else(
                || "somebody else".to_owned(),
                |there| format!("process {} of `{}`", there.process, there.host),
            );
            bail!(
                "{who} is publishing to {}; if that ended without finishing, take its place with `--force`",
                self.store.title()
            );
        }
        self.store.put(&[(LOCK_FILE, bytes)])
    }

    fn carry_out(&self, work: &Work<'_>) -> anyhow::Result<()> {
        let plan = work.plan;
        let mut note = self.note(work)?;
        self.put_note(&note)?;
        for files in stretches(plan, work.site) {
            self.upload(&files)?;
            note.done.extend(files.iter().map(|file| file.path.clone()));
            self.put_note(&note)?;
        }
        (self.context.watch)(Step::Switch)?;
        self.store.put(&[(RELEASE_FILE, work.release.to_bytes()?)])?;
        for paths in plan.removed.chunks(STRETCH) {
            for path in paths {
                (self.context.watch)(Step::Remove(path))?;
            }
            let paths: Vec<&str> = paths.iter().map(String::as_str).collect();
            self.store.remove(&paths)?;
        }
        (self.context.watch)(Step::Other("end"))?;
        self.store.remove(&[NOTE_FILE])
    }

    /// What a cut publish left to do, and what this one will do.
    fn note(&self, work: &Work<'_>) -> anyhow::Result<Note> {
        let mut note = match self.seen.as_ref().and_then(|(_, note)| note.as_deref()) {
            Some(bytes) => parse_note(bytes)?,
            None => Note::default(),
        };
        let changed = work.plan.uploads();
        for path in changed {
            let hash = work.site.files.get(path).map(|file| file.hash.clone());
            note.done.remove(path);
            note.files.insert(path.to_owned(), hash);
        }
        for path in &work.plan.removed {
            note.done.remove(path);
            note.files.insert(path.clone(), None);
        }
        Ok(note)
    }

    fn put_note(&self, note: &Note) -> anyhow::Result<()> {
        (self.context.watch)(Step::Other("note"))?;
        self.store.put(&[(NOTE_FILE, serde_json::to_vec(note)?)])
    }

    fn upload(&self, files: &[&SiteFile]) -> anyhow::Result<()> {
        let portion = files.len().div_ceil(self.store.at_once()).max(1);
        let portions: Vec<_> = files.chunks(portion).collect();
        portions.into_par_iter().try_for_each(|files| {
            files.chunks(STRETCH).try_for_each(|files| {
                let mut ready = Vec::with_capacity(files.len());
                for file in files {
                    (self.context.watch)(Step::Upload(&file.path))?;
                    ready.push((file.path.as_str(), file.bytes()?));
                }
                self.store.put(&ready)
            })
        })
    }
}

impl<S: Store> Target for InPlace<'_, S> {
    fn title(&self) -> String {
        self.store.title()
    }

    fn known(&mut self, _site: &Built) -> anyhow::Result<Known> {
        let (release, note) = self.look()?;
        let mut known = match &release {
            Some(bytes) => match Release::parse(bytes) {
                Ok(release) => known_of(&release),
                Err(error) if !self.context.force => return Err(error),
                Err(_) => Known::new(),
            },
            None => Known::new(),
        };
        if let Some(bytes) = &note {
            let note = parse_note(bytes)?;
            for (path, hash) in note.files {
                // Until it is done it may be either.
                let hash = hash.filter(|_| note.done.contains(&path));
                known.insert(path, There { hash, is_ours: true });
            }
        }
        if release.is_none() || self.context.force || self.context.prune {
            let there: BTreeSet<String> = self.store.list()?.into_iter().collect();
            known.retain(|path, _| there.contains(path));
            for path in there {
                if ![LOCK_FILE, NOTE_FILE, RELEASE_FILE].contains(&path.as_str()) {
                    known.entry(path).or_default();
                }
            }
        }
        self.seen = Some((release, note));
        Ok(known)
    }

    fn publish(&mut self, work: &Work<'_>) -> anyhow::Result<Vec<String>> {
        (self.context.watch)(Step::Other("lock"))?;
        self.take_lock(work.release)?;
        let done = self.look().and_then(|now| {
            if self.seen.as_ref() != Some(&now) {
                bail!(
                    "somebody else published to {} meanwhile; publish again",
                    self.store.title()
                );
            }
            self.carry_out(work)
        });
        let unlocked = self.store.remove(&[LOCK_FILE]);
        done?;
        unlocked.context("the site is published, but the lock could not be removed")?;
        Ok(vec![format!("{} is as the site is", self.store.title())])
    }
}

fn parse_note(bytes: &[u8]) -> anyhow::Result<Note> {
    serde_json::from_slice(bytes)
        .with_context(|| format!("`{NOTE_FILE}` on the target cannot be read; remove it and publish with `--force`"))
}

/// The uploads in order, in stretches of one rank.
fn stretches<'b>(plan: &Plan, site: &'b Built) -> Vec<Vec<&'b SiteFile>> {
    let mut stretches: Vec<Vec<&SiteFile>> = Vec::new();
    let mut last = None;
    let uploads = plan.uploads();
    let longest = STRETCH.max(uploads.len() / NOTES);
    for path in uploads {
        let Some(file) = site.files.get(path) else {
            continue;
        };
        let rank = super::plan::rank(path);
        match stretches
            .last_mut()
            .filter(|stretch| last == Some(rank) && stretch.len() < longest)
        {
            Some(stretch) => stretch.push(file),
            None => stretches.push(vec![file]),
        }
        last = Some(rank);
    }
    stretches
}

/// The name of this machine; empty if it has none.
pub(super) fn host() -> String {
    #[cfg(unix)]
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    #[cfg(not(unix))]
    let name = String::new();
    name
}

pub(super) fn is_alive(process: u32) -> bool {
    #[cfg(unix)]
    {
        use rustix::process::{Pid, test_kill_process};
        let pid = i32::try_from(process).ok().and_then(Pid::from_raw);
        pid.is_some_and(|pid| test_kill_process(pid) != Err(rustix::io::Errno::SRCH))
    }
    #[cfg(not(unix))]
    {
        let _ = process;
        true
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::Path;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::{InPlace, LOCK_FILE, Owner, Store};
    use crate::publish::{Built, Context, Plan, RELEASE_FILE, Release, Target as _, Work};

    /// A store in memory whose operation number `cut` and all after it fail.
    struct Memory<'m> {
        files: &'m Mutex<BTreeMap<String, Vec<u8>>>,
        count: AtomicUsize,
        cut: usize,
    }

    impl Memory<'_> {
        fn step(&self) -> anyhow::Result<()> {
            anyhow::ensure!(self.count.fetch_add(1, Ordering::Relaxed) < self.cut, "cut");
            Ok(())
        }
    }

    impl Store for Memory<'_> {
        fn title(&self) -> String {
            "memory".to_owned()
        }
        fn read(&self, path: &str) -> anyhow::Result<Option<Vec<u8>>> {
            self.step()?;
            Ok(self.files.lock().unwrap().get(path).cloned())
        }
        fn put(&self, files: &[(&str, Vec<u8>)]) -> anyhow::Result<()> {
            for (path, bytes) in files {
                self.step()?;
                self.files.lock().unwrap().insert((*path).to_owned(), bytes.clone());
            }
            Ok(())
        }
        fn put_new(&self, path: &str, bytes: &[u8]) -> anyhow::Result<bool> {
            self.step()?;
            let mut files = self.files.lock().unwrap();
            let is_new = !files.contains_key(path);
            files.entry(path.to_owned()).or_insert_with(|| bytes.to_vec());
            Ok(is_new)
        }
        fn remove(&self, paths: &[&str]) -> anyhow::Result<()> {
            for path in paths {
                self.step()?;
                self.files.lock().unwrap().remove(*path);
            }
            Ok(())
        }
        fn list(&self) -> anyhow::Result<Vec<String>> {
            self.step()?;
            Ok(self.files.lock().unwrap().keys().cloned().collect())
        }
    }

    fn site(folder: &Path, pages: usize, text: &str) -> (Built, Release) {
        let _ = std::fs::remove_dir_all(folder);
        std::fs::create_dir_all(folder).unwrap();
        for page in 0..pages {
            let body = format!("{text} {page} needs {text}.css");
            std::fs::write(folder.join(format!("p{page}.html")), body).unwrap();
        }
        std::fs::write(folder.join(format!("{text}.css")), text).unwrap();
        std::fs::write(folder.join("same.css"), "same").unwrap();
        let built = Built::read(folder, &[]).unwrap();
        let release = Release::new(&built, None, 0);
        (built, release)
    }

    fn publish(
        files: &Mutex<BTreeMap<String, Vec<u8>>>,
        built: &Built,
        release: &Release,
        cut: usize,
        force: bool,
    ) -> anyhow::Result<()> {
        let watch = |_: crate::publish::Step<'_>| Ok(());
        let context = Context {
            force,
            ..Context::of(Path::new("/"), &watch)
        };
        let store = Memory {
            files,
            count: AtomicUsize::new(0),
            cut,
        };
        let mut target = InPlace::new(store, context);
        let known = target.known(built)?;
        let plan = Plan::new(built, &known, false)?;
        let work = Work {
            site: built,
            release,
            plan: &plan,
        };
        target.publish(&work)?;
        Ok(())
    }

    /// Each page there has the parts that it needs.
    fn check_pages(files: &BTreeMap<String, Vec<u8>>) {
        for (path, bytes) in files.iter().filter(|(path, _)| path.ends_with(".html")) {
            let text = String::from_utf8_lossy(bytes);
            let part = text.rsplit(' ').next().unwrap();
            assert!(files.contains_key(part), "{path} needs {part}");
        }
    }

    #[test]
    fn a_cut_at_any_operation_breaks_no_page_and_the_next_run_finishes() {
        let outer = tempfile::tempdir().unwrap();
        let files = Mutex::new(BTreeMap::from([("theirs.txt".to_owned(), b"theirs".to_vec())]));
        let (built, release) = site(&outer.path().join("a"), 60, "zero");
        publish(&files, &built, &release, usize::MAX, false).unwrap();
        let mut cuts = 0;
        for cut in 0.. {
            let pages = if cut % 2 == 0 { 50 } else { 60 };
            let (built, release) = site(&outer.path().join("b"), pages, &format!("t{cut}"));
            let done = publish(&files, &built, &release, cut, true);
            check_pages(&files.lock().unwrap());
            if done.is_ok() {
                break;
            }
            cuts += 1;
            // Another edit comes between: what the cut left must not be taken for right.
            let (built, release) = site(&outer.path().join("c"), pages - 1, &format!("u{cut}"));
            publish(&files, &built, &release, usize::MAX, true).unwrap();
            let there = files.lock().unwrap();
            let mut expected: BTreeMap<String, Vec<u8>> = built
                .files
                .values()
                .map(|file| (file.path.clone(), file.bytes().unwrap()))
                .collect();
            expected.insert("theirs.txt".to_owned(), b"theirs".to_vec());
            expected.insert(RELEASE_FILE.to_owned(), release.to_bytes().unwrap());
            assert_eq!(
                there.keys().collect::<Vec<_>>(),
                expected.keys().collect::<Vec<_>>(),
                "cut {cut}"
            );
            assert!(*there == expected, "cut {cut}");
        }
        assert!(cuts >= 50, "{cuts}");
    }

    #[test]
    fn a_lock_is_respected_unless_its_owner_is_dead_or_it_is_forced() {
        let outer = tempfile::tempdir().unwrap();
        let files = Mutex::new(BTreeMap::new());
        let (built, release) = site(&outer.path().join("a"), 2, "zero");
        let lock = |host: &str, process: u32| {
            let owner = Owner {
                host: host.to_owned(),
                process,
                release: String::new(),
            };
            let bytes = serde_json::to_vec(&owner).unwrap();
            files.lock().unwrap().insert(LOCK_FILE.to_owned(), bytes);
        };
        lock("elsewhere.invalid", 1);
        let error = publish(&files, &built, &release, usize::MAX, false)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("process 1 of `elsewhere.invalid` is publishing"),
            "{error}"
        );
        publish(&files, &built, &release, usize::MAX, true).unwrap();
        #[cfg(unix)]
        {
            let (built, release) = site(&outer.path().join("a"), 3, "one");
            lock(&super::host(), std::process::id());
            assert!(publish(&files, &built, &release, usize::MAX, false).is_err());
            lock(&super::host(), 0x7fff_fff0);
            publish(&files, &built, &release, usize::MAX, false).unwrap();
            assert!(!files.lock().unwrap().contains_key(LOCK_FILE));
        }
    }
}
