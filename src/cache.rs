//! Values kept from one build to the next, by what they are made of: a file that is safe to delete,
//! to damage and to share.
//!
//! One log, `.cache/chaski/log`: records of key, length, checksum and bytes, read as far as they are
//! whole. Builds append to it under a lock; one that does not get the lock keeps nothing. What was
//! not used goes when it outweighs the rest. Does not know what the values mean.

use std::collections::{HashMap, HashSet};
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rapidhash::v3::{RapidSecrets, rapidhash_v3_seeded};

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

/// The first bytes of a log.
const HEAD: &[u8] = b"chaski cache 1\n";
/// The bytes of a record before its value.
const RECORD: usize = 16 + 8 + 8;

#[derive(Default)]
struct State {
    known: HashMap<Key, Arc<[u8]>>,
    /// Asked for or added since the last time it was written.
    used: HashSet<Key>,
    /// Not in the log yet, with the file each was made of.
    fresh: HashMap<Key, PathBuf>,
    /// The bytes of the log that are whole.
    whole: u64,
}

/// Kept values. Shared between threads.
#[derive(Default)]
pub struct Cache {
    /// Where they are kept; `None` keeps them in memory, as long as this lives.
    folder: Option<PathBuf>,
    keeps_nothing: bool,
    state: Mutex<State>,
}

impl Cache {
    /// What is kept in `folder`; nothing if that cannot be read.
    #[must_use]
    pub fn open(folder: &Path) -> Self {
        let mut bytes = Vec::new();
        // A log that cannot be read is as good as none.
        let _ = File::open(folder.join("log")).and_then(|mut file| file.read_to_end(&mut bytes));
        Self {
            folder: Some(folder.to_owned()),
            keeps_nothing: false,
            state: Mutex::new(State::read(&bytes)),
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

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The value of `key`.
    #[must_use]
    pub fn get(&self, key: Key) -> Option<Arc<[u8]>> {
        let mut state = self.lock();
        let value = state.known.get(&key).cloned()?;
        state.used.insert(key);
        Some(value)
    }

    /// Keeps the value of `key`, made of the file at `path`.
    pub fn put(&self, key: Key, path: &Path, value: Vec<u8>) {
        if self.keeps_nothing {
            return;
        }
        let mut state = self.lock();
        state.known.insert(key, value.into());
        state.used.insert(key);
        state.fresh.insert(key, path.to_owned());
    }

    /// Writes what is new, if `is_open` says of its file that it may be kept; forgets in memory what
    /// was not used since the last time.
    ///
    /// A cache that cannot be written is no error: the next build works more.
    pub fn save(&self, is_open: &dyn Fn(&Path) -> bool) {
        let mut state = self.lock();
        let used = std::mem::take(&mut state.used);
        let fresh = std::mem::take(&mut state.fresh);
        let secret: HashSet<Key> = fresh
            .iter()
            .filter(|(_, path)| !is_open(path))
            .map(|(key, _)| *key)
            .collect();
        let mut added: Vec<Key> = fresh.keys().filter(|key| !secret.contains(key)).copied().collect();
        added.sort_unstable();
        if let Some(folder) = &self.folder {
            let used: HashSet<Key> = used.difference(&secret).copied().collect();
            // See above.
            let _ = state.write(folder, &used, &added);
        } else {
            state.known.retain(|key, _| used.contains(key));
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

fn checksum(value: &[u8]) -> u64 {
    rapidhash::v3::rapidhash_v3(value)
}

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}

/// The record that starts at `at`.
fn record(bytes: &[u8], at: usize) -> Option<(Key, &[u8])> {
    let key = Key(u128::from_le_bytes(number(bytes, at)?));
    let length = usize::try_from(u64::from_le_bytes(number(bytes, at + 16)?)).ok()?;
    let sum = u64::from_le_bytes(number(bytes, at + 24)?);
    let value = bytes.get(at + RECORD..)?.get(..length)?;
    (checksum(value) == sum).then_some((key, value))
}

impl State {
    fn read(bytes: &[u8]) -> Self {
        let mut state = Self::default();
        if !bytes.starts_with(HEAD) {
            return state;
        }
        let mut at = HEAD.len();
        while let Some((key, value)) = record(bytes, at) {
            state.known.insert(key, value.into());
            at += RECORD + value.len();
        }
        state.whole = at as u64;
        state
    }

    fn write(&self, folder: &Path, used: &HashSet<Key>, added: &[Key]) -> std::io::Result<()> {
        if added.is_empty() {
            return Ok(());
        }
        std::fs::create_dir_all(folder)?;
        let ignore = folder.join(".gitignore");
        if !ignore.exists() {
            std::fs::write(ignore, "*\n")?;
        }
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(folder.join("lock"))?;
        if lock.try_lock().is_err() {
            return Ok(());
        }
        let path = folder.join("log");
        let mut log = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)?;
        let length = log.metadata()?.len();
        let weight = |keys: &mut dyn Iterator<Item = &Key>| -> u64 {
            keys.filter_map(|key| self.known.get(key))
                .map(|value| (RECORD + value.len()) as u64)
                .sum()
        };
        let wanted = weight(&mut used.iter());
        // Another build may have written meanwhile: then this one starts again from what it knows.
        if length == self.whole && length > 0 && length < 2 * wanted + 1_000_000 {
            log.seek(SeekFrom::Start(self.whole))?;
            return log.write_all(&self.records(added));
        }
        let mut keys: Vec<Key> = used.iter().copied().collect();
        keys.sort_unstable();
        let fresh = folder.join("log.new");
        let mut bytes = HEAD.to_vec();
        bytes.extend(self.records(&keys));
        std::fs::write(&fresh, bytes)?;
        std::fs::rename(fresh, path)
    }

    fn records(&self, keys: &[Key]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for key in keys {
            let Some(value) = self.known.get(key) else { continue };
            bytes.extend(key.0.to_le_bytes());
            bytes.extend((value.len() as u64).to_le_bytes());
            bytes.extend(checksum(value).to_le_bytes());
            bytes.extend_from_slice(value);
        }
        bytes
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
                cache.put(key(name), Path::new(name), name.as_bytes().to_vec());
            }
        }
        cache.save(&|path| path != Path::new("secret"));
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
