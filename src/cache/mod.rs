//! Values kept from one build to the next, by what they are made of: a file that is safe to delete,
//! to damage and to share.
//!
//! One log, `.cache/chaski/log`: records of a head and a value in LZ4. A build reads the heads as far
//! as they are whole, and values when they are asked for. It appends under a lock; one that does not
//! get the lock keeps nothing. What was not used goes when it outweighs the rest. Does not know what
//! the values mean.

mod log;

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rapidhash::v3::{RapidSecrets, rapidhash_v3_seeded};

use log::{Fresh, State};

/// What a value is made of, as a number that no two things share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key(u128);

const SECRETS: [RapidSecrets; 2] = [
    RapidSecrets::seed(0x6368_6173_6b69),
    RapidSecrets::seed(0x6b68_6970_7573),
];

impl Key {
    /// The key of `parts`, in their order.
    #[must_use]
    pub fn of(parts: &[&[u8]]) -> Self {
        let mut sums = Vec::with_capacity(parts.len() * 24);
        for part in parts {
            sums.extend((part.len() as u64).to_le_bytes());
            for secrets in &SECRETS {
                sums.extend(rapidhash_v3_seeded(part, secrets).to_le_bytes());
            }
        }
        let [high, low] = SECRETS.each_ref().map(|secrets| rapidhash_v3_seeded(&sums, secrets));
        Self(u128::from(high) << 64 | u128::from(low))
    }

    /// The number.
    #[must_use]
    pub fn number(self) -> u128 {
        self.0
    }
}

/// New values that weigh more are written before the end of a build.
const HEAVY: usize = 32 << 20;

/// Kept values. Shared between threads.
#[derive(Default)]
pub struct Cache {
    /// Where they are kept; `None` keeps them in memory, as long as this lives.
    folder: Option<PathBuf>,
    keeps_nothing: bool,
    state: Mutex<State>,
    /// By file, why its value was made or not, if that was asked for.
    reasons: Option<Mutex<BTreeMap<PathBuf, Reason>>>,
}

/// Why a value was made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// It was not: the kept one is right.
    Kept,
    /// Nothing was known of the file.
    New,
    /// Its text is another.
    Changed,
    /// How it is made is another: the configuration has changed.
    Settings,
    /// Another file, or folder, that it was made of is another now, or came or went.
    Read(PathBuf),
}

impl Cache {
    /// What is kept in `folder`; nothing if that cannot be read. It is read when it is needed first.
    #[must_use]
    pub fn open(folder: &Path) -> Self {
        Self {
            folder: Some(folder.to_owned()),
            ..Self::default()
        }
    }

    /// Keeps nothing.
    #[must_use]
    pub fn none() -> Self {
        Self {
            keeps_nothing: true,
            ..Self::default()
        }
    }

    /// Notes from now on why values are made.
    #[must_use]
    pub fn explained(self) -> Self {
        Self {
            reasons: Some(Mutex::default()),
            ..self
        }
    }

    /// Whether [`Cache::explained`] was asked for.
    #[must_use]
    pub fn is_explained(&self) -> bool {
        self.reasons.is_some()
    }

    /// Notes why the value of the file at `path` was made.
    pub fn explain(&self, path: &Path, reason: Reason) {
        if let Some(reasons) = &self.reasons {
            let mut reasons = reasons.lock().unwrap_or_else(PoisonError::into_inner);
            reasons.insert(path.to_owned(), reason);
        }
    }

    /// Why the values of files were made, by path.
    #[must_use]
    pub fn reasons(&self) -> BTreeMap<PathBuf, Reason> {
        let reasons = self.reasons.as_ref();
        reasons.map_or_else(BTreeMap::new, |reasons| {
            reasons.lock().unwrap_or_else(PoisonError::into_inner).clone()
        })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(folder) = self.folder.as_ref().filter(|_| !state.is_open) {
            state.is_open = true;
            // A log that cannot be read is as good as none.
            if let Ok(log) = File::open(folder.join("log")) {
                let _ = state.take_over(log);
            }
        }
        state
    }

    /// Whether values are kept at all.
    #[must_use]
    pub fn keeps(&self) -> bool {
        !self.keeps_nothing
    }

    /// The value of `key`.
    #[must_use]
    pub fn get(&self, key: Key) -> Option<Vec<u8>> {
        let mut state = self.lock();
        let packed = if let Some(fresh) = state.fresh.get(&key) {
            let packed = Arc::clone(&fresh.packed);
            state.used.insert(key);
            drop(state);
            packed
        } else {
            let record = *state.known.get(&key)?;
            let log = Arc::clone(state.log.as_ref()?);
            state.used.insert(key);
            drop(state);
            record.read(&log)?.into()
        };
        lz4_flex::decompress_size_prepended(&packed).ok()
    }

    /// Counts the value of `key` as used, if there is one.
    pub fn touch(&self, key: Key) {
        let mut state = self.lock();
        state.used.insert(key);
    }

    /// Whether so much is new that it had better be written before more comes.
    #[must_use]
    pub fn is_heavy(&self) -> bool {
        self.folder.is_some() && self.lock().weight > HEAVY
    }

    /// Keeps the value of `key`, made of the file at `path`, if of one.
    pub fn put(&self, key: Key, path: Option<&Path>, value: &[u8]) {
        if self.keeps_nothing {
            return;
        }
        let packed: Arc<[u8]> = lz4_flex::compress_prepend_size(value).into();
        let fresh = Fresh {
            packed,
            path: path.map(Path::to_owned),
        };
        let mut state = self.lock();
        state.used.insert(key);
        state.weight += fresh.packed.len();
        state.fresh.insert(key, fresh);
    }

    /// Writes what is new if `is_open` says of its file that it may be kept, and forgets the rest.
    ///
    /// A cache that cannot be written is no error: the next build works more.
    pub fn write(&self, is_open: &dyn Fn(&Path) -> bool) {
        let mut state = self.lock();
        state.fresh.retain(|_, fresh| fresh.path.as_deref().is_none_or(is_open));
        if let Some(folder) = &self.folder {
            // See above.
            let _ = state.append(folder);
            state.fresh.clear();
            state.weight = 0;
        }
    }

    /// The end of a build: what it has not used goes, from the memory at once, from the log when it
    /// outweighs the rest.
    pub fn finish(&self) {
        let mut state = self.lock();
        let used = std::mem::take(&mut state.used);
        match &self.folder {
            // As above.
            Some(folder) => drop(state.compact(folder, &used)),
            None => state.fresh.retain(|key, _| used.contains(key)),
        }
    }
}

impl std::fmt::Debug for Cache {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cache")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Cache, Key};

    fn key(name: &str) -> Key {
        Key::of(&[name.as_bytes()])
    }

    fn kept(folder: &Path, names: &[&str]) -> Vec<bool> {
        let cache = Cache::open(folder);
        names
            .iter()
            .map(|name| cache.get(key(name)).as_deref() == Some(name.as_bytes()))
            .collect()
    }

    fn keep(folder: &Path, names: &[&str]) {
        let cache = Cache::open(folder);
        for name in names {
            if cache.get(key(name)).is_none() {
                cache.put(key(name), Some(Path::new(name)), name.as_bytes());
            }
        }
        cache.write(&|path| path != Path::new("secret"));
        cache.finish();
    }

    #[test]
    fn values_are_kept_and_secrets_are_not() {
        let folder = tempfile::tempdir().expect("a folder");
        keep(folder.path(), &["a", "b", "secret"]);
        keep(folder.path(), &["a", "c"]);
        assert_eq!(
            kept(folder.path(), &["a", "b", "c", "secret"]),
            [true, true, true, false]
        );
        let log = std::fs::read(folder.path().join("log")).expect("a log");
        assert!(!log.windows(6).any(|bytes| bytes == b"secret"));
        assert_ne!(Key::of(&[b"ab", b"c"]), Key::of(&[b"a", b"bc"]));
    }

    #[test]
    fn what_is_not_used_goes_when_it_outweighs_the_rest() {
        let folder = tempfile::tempdir().expect("a folder");
        let length = || std::fs::metadata(folder.path().join("log")).map_or(0, |log| log.len());
        // Values that cannot be packed: 600 kB each.
        let value = |name: &str| -> Vec<u8> {
            let block = |at: u32| Key::of(&[name.as_bytes(), &at.to_le_bytes()]).number().to_le_bytes();
            (0..37_500).flat_map(block).collect()
        };
        let names = ["a", "b", "c", "e"];
        let cache = Cache::open(folder.path());
        for name in names {
            cache.put(key(name), Some(Path::new(name)), &value(name));
        }
        cache.write(&|_| true);
        cache.finish();
        assert!(length() > 2_400_000);
        let cache = Cache::open(folder.path());
        let other = Cache::open(folder.path());
        assert!(other.get(key("c")).is_some());
        assert_eq!(cache.get(key("b")), Some(value("b")));
        cache.finish();
        assert_eq!(length() / 100_000, 6);
        assert_eq!(cache.get(key("b")), Some(value("b")));
        assert_eq!(cache.get(key("a")), None);
        // A build that began before reads the old log to its end, and adds to the new one.
        assert_eq!(other.get(key("a")), Some(value("a")));
        other.put(key("d"), None, &value("d"));
        other.write(&|_| true);
        let cache = Cache::open(folder.path());
        let has = |name: &str| cache.get(key(name)) == Some(value(name));
        assert_eq!(["a", "b", "c", "d"].map(has), [false, true, false, true]);
    }

    #[test]
    fn a_damaged_log_is_read_as_far_as_it_is_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        keep(folder.path(), &["a"]);
        keep(folder.path(), &["a", "b"]);
        let log = folder.path().join("log");
        let whole = std::fs::read(&log).expect("a log");
        for length in 0..whole.len() {
            std::fs::write(&log, &whole[..length]).expect("written");
            assert!(!kept(folder.path(), &["b"])[0], "{length}");
        }
        let mut wrong = whole;
        *wrong.last_mut().expect("a byte") ^= 1;
        std::fs::write(&log, &wrong).expect("written");
        assert_eq!(kept(folder.path(), &["a", "b"]), [true, false]);
        keep(folder.path(), &["a", "b"]);
        assert_eq!(kept(folder.path(), &["a", "b"]), [true, true]);
        std::fs::write(&log, "something else").expect("written");
        assert_eq!(kept(folder.path(), &["a"]), [false]);
    }
}
