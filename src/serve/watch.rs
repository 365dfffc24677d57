//! Which files changed.
//!
//! By the system's notices; where they cannot be had, by looking every second.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant, SystemTime};

use notify::{Config, Event, EventKind, PollWatcher, RecommendedWatcher, RecursiveMode, Watcher as _};

use super::Watched;

/// Changes that follow within this time belong together.
const CALM: Duration = Duration::from_millis(6);
/// Even if changes do not end, a build starts after this time.
const PATIENCE: Duration = Duration::from_millis(500);

/// Watches files and folders.
pub(super) struct Watcher {
    by: Option<Box<dyn notify::Watcher>>,
    polls: bool,
    events: Receiver<notify::Result<Event>>,
    watched: BTreeSet<PathBuf>,
    /// Files that are watched by their folder: editors save by putting a new file in their place.
    files: BTreeSet<PathBuf>,
    folders: BTreeSet<PathBuf>,
    ignored: Vec<PathBuf>,
}

impl Watcher {
    pub(super) fn new(say: &dyn Fn(&str)) -> Self {
        let (sender, events) = channel();
        let by: Option<Box<dyn notify::Watcher>> = match RecommendedWatcher::new(sender, Config::default()) {
            Ok(watcher) => Some(Box::new(watcher)),
            Err(error) => {
                say(&format!(
                    "WARNING -  changes cannot be watched ({error}); looking every second"
                ));
                None
            }
        };
        let mut watcher = Self {
            by,
            polls: false,
            events,
            watched: BTreeSet::new(),
            files: BTreeSet::new(),
            folders: BTreeSet::new(),
            ignored: Vec::new(),
        };
        if watcher.by.is_none() {
            watcher.poll();
        }
        watcher
    }

    fn poll(&mut self) {
        let (sender, events) = channel();
        let config = Config::default().with_poll_interval(Duration::from_secs(1));
        self.by = match PollWatcher::new(sender, config) {
            Ok(watcher) => Some(Box::new(watcher)),
            Err(_) => None,
        };
        self.polls = true;
        self.events = events;
        self.watched.clear();
    }

    /// From now on these count; whether some of them were not watched before.
    pub(super) fn watch(&mut self, watched: &Watched, say: &dyn Fn(&str)) -> bool {
        self.ignored.clone_from(&watched.ignored);
        let paths = &watched.paths;
        let mut any = false;
        self.folders = paths.iter().filter(|path| path.is_dir()).cloned().collect();
        self.files = paths.iter().filter(|path| !path.is_dir()).cloned().collect();
        // A link does not change when what it leads to does.
        let led_to = self.files.iter().filter(|path| path.is_symlink());
        let led_to: Vec<_> = led_to.filter_map(|path| path.canonicalize().ok()).collect();
        self.files.extend(led_to);
        let below = |path: &Path| self.folders.iter().any(|folder| path.starts_with(folder));
        let mut wanted: Vec<(PathBuf, RecursiveMode)> = Vec::new();
        for folder in &self.folders {
            wanted.push((folder.clone(), RecursiveMode::Recursive));
        }
        for file in self.files.iter().filter(|file| !below(file)) {
            let folder = file.ancestors().skip(1).find(|folder| folder.is_dir());
            wanted.extend(folder.map(|folder| (folder.to_owned(), RecursiveMode::NonRecursive)));
        }
        for (path, mode) in wanted {
            if self.watched.contains(&path) {
                continue;
            }
            match self.by.as_mut().map(|watcher| watcher.watch(&path, mode)) {
                Some(Err(error)) if !self.polls => {
                    say(&format!(
                        "WARNING -  not all changes can be watched ({error}); looking every second"
                    ));
                    self.poll();
                    self.watch(watched, say);
                    return true;
                }
                // A folder that is gone again is not worth a word.
                _ => any |= self.watched.insert(path),
            }
        }
        any
    }

    /// What changed, once it is calm again; nothing if nothing changes within `patience`.
    pub(super) fn changes(&mut self, patience: Duration) -> Vec<PathBuf> {
        let mut changed = BTreeSet::new();
        let mut wait = patience;
        let mut start = Instant::now();
        loop {
            match self.events.recv_timeout(wait) {
                Ok(Ok(event)) => {
                    if matches!(event.kind, EventKind::Access(_)) {
                        continue;
                    }
                    let was_empty = changed.is_empty();
                    changed.extend(event.paths.into_iter().filter(|path| self.counts(path)));
                    if was_empty && !changed.is_empty() {
                        start = Instant::now();
                    }
                }
                Ok(Err(_)) => {}
                Err(RecvTimeoutError::Timeout) => break,
                Err(RecvTimeoutError::Disconnected) => {
                    std::thread::sleep(wait);
                    break;
                }
            }
            if !changed.is_empty() {
                wait = CALM;
            }
            if start.elapsed() > PATIENCE {
                break;
            }
        }
        changed.into_iter().collect()
    }

    fn counts(&self, path: &Path) -> bool {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        // What editors and git write beside a file while they save it.
        let is_scratch = name.ends_with('~') || name.ends_with(".swp") || name.ends_with(".tmp") || name == "4913";
        let in_git = path.components().any(|part| part.as_os_str() == ".git");
        let ignored = self.ignored.iter().any(|folder| path.starts_with(folder));
        let below = self.folders.iter().any(|folder| path.starts_with(folder));
        let known = self.files.contains(path) || self.files.iter().any(|file| file.starts_with(path));
        !is_scratch && !in_git && !ignored && (below || known)
    }
}

/// The files among them that were written since `then`. File systems' clocks may lag a little.
pub(super) fn newer(watched: &Watched, then: SystemTime) -> Vec<PathBuf> {
    let then = then - Duration::from_millis(20);
    let is_newer = |path: &&PathBuf| {
        let metadata = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file);
        metadata
            .and_then(|data| data.modified().ok())
            .is_some_and(|time| time >= then)
    };
    watched.paths.iter().filter(is_newer).cloned().collect()
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::time::Duration;

    use super::{Watched, Watcher};

    fn folder_with_docs() -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().canonicalize().expect("a path");
        std::fs::create_dir_all(root.join("docs/site")).expect("a folder");
        std::fs::write(root.join("mkdocs.yml"), "a").expect("written");
        (folder, root)
    }

    fn watched(root: &Path) -> Watched {
        Watched {
            paths: vec![root.join("docs"), root.join("docs/link.md"), root.join("mkdocs.yml")],
            ignored: vec![root.join("docs/site")],
        }
    }

    fn next(watcher: &mut Watcher) -> Vec<PathBuf> {
        watcher.changes(Duration::from_secs(20))
    }

    #[test]
    fn saves_by_writing_and_by_renaming_are_seen() {
        let (_folder, root) = folder_with_docs();
        let mut watcher = Watcher::new(&|_| {});
        assert!(watcher.watch(&watched(&root), &|_| {}));
        assert!(!watcher.watch(&watched(&root), &|_| {}), "it is watched already");
        std::fs::write(root.join("docs/a.md"), "x").expect("written");
        assert_eq!(next(&mut watcher), [root.join("docs/a.md")]);
        std::fs::write(root.join("new"), "b").expect("written");
        std::fs::rename(root.join("new"), root.join("mkdocs.yml")).expect("renamed");
        assert_eq!(next(&mut watcher), [root.join("mkdocs.yml")]);
        std::fs::create_dir(root.join("docs/more")).expect("a folder");
        assert_eq!(next(&mut watcher), [root.join("docs/more")]);
        std::fs::write(root.join("docs/more/b.md"), "x").expect("written");
        assert_eq!(next(&mut watcher), [root.join("docs/more/b.md")]);
        std::fs::write(root.join("docs/site/b.html"), "x").expect("written");
        std::fs::write(root.join("docs/a.md~"), "x").expect("written");
        assert!(watcher.changes(Duration::from_millis(300)).is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn what_links_lead_to_is_watched() {
        let (_folder, root) = folder_with_docs();
        let elsewhere = tempfile::tempdir().expect("a folder");
        let target = elsewhere.path().canonicalize().expect("a path").join("text.md");
        std::fs::write(&target, "x").expect("written");
        std::os::unix::fs::symlink(&target, root.join("docs/link.md")).expect("a link");
        let mut watcher = Watcher::new(&|_| {});
        watcher.watch(&watched(&root), &|_| {});
        std::fs::write(&target, "y").expect("written");
        assert_eq!(next(&mut watcher), [target]);
    }

    #[test]
    fn where_notices_cannot_be_had_files_are_looked_at() {
        let (_folder, root) = folder_with_docs();
        let mut watcher = Watcher::new(&|_| {});
        watcher.poll();
        watcher.watch(&watched(&root), &|_| {});
        std::thread::sleep(Duration::from_millis(50));
        std::fs::write(root.join("docs/a.md"), "x").expect("written");
        assert!(next(&mut watcher).contains(&root.join("docs/a.md")));
    }
}
