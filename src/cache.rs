//! Values kept from one build to the next, by what they are made of: a file that is safe to delete,
//! to damage and to share.
//!
//! One log, `.cache/chaski/log`: records of a head and a value in LZ4. A build reads the heads as far
//! as they are whole, and values when they are asked for. It appends under a lock; one that does not
//! get the lock keeps nothing. What was not used goes when it outweighs the rest. Does not know what
//! the values mean.

use std::collections::{HashMap, HashSet};
use std::fs::{File, OpenOptions};
use std::io::{BufReader, BufWriter, Read, Seek as _, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rapidhash::v3::{RapidSecrets, rapidhash_v3, rapidhash_v3_seeded};

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

/// The first bytes of a log: what another program has kept is not read.
const MARK: &[u8] = concat!("chaski cache of ", env!("CHASKI_BUILD"), "\n").as_bytes();
/// The bytes of a record's head: key, length of the value as it stands there, checksum of the value,
/// checksum of all that.
const HEAD: usize = 16 + 8 + 8 + 8;

/// New values that weigh more are written before the end of a build.
const HEAVY: usize = 32 << 20;

/// A record's head, and where its value stands.
#[derive(Clone, Copy)]
struct Record {
    key: Key,
    at: u64,
    length: u64,
    sum: u64,
}

/// A value that is not in the log yet, in LZ4.
struct Fresh {
    packed: Arc<[u8]>,
    /// The file it was made of.
    path: PathBuf,
}

#[derive(Default)]
struct State {
    /// The log as it was opened last; it may have been replaced since.
    log: Option<Arc<File>>,
    known: HashMap<Key, Record>,
    /// The bytes of the log that are whole.
    whole: u64,
    fresh: HashMap<Key, Fresh>,
    /// Their bytes.
    weight: usize,
    /// Asked for or added since the end of the last build.
    used: HashSet<Key>,
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
        let mut state = State::default();
        // A log that cannot be read is as good as none.
        if let Ok(log) = File::open(folder.join("log")) {
            let _ = state.take_over(log);
        }
        Self {
            folder: Some(folder.to_owned()),
            keeps_nothing: false,
            state: Mutex::new(state),
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

    /// Whether so much is new that it had better be written before more comes.
    #[must_use]
    pub fn is_heavy(&self) -> bool {
        self.folder.is_some() && self.lock().weight > HEAVY
    }

    /// Keeps the value of `key`, made of the file at `path`.
    pub fn put(&self, key: Key, path: &Path, value: &[u8]) {
        if self.keeps_nothing {
            return;
        }
        let packed: Arc<[u8]> = lz4_flex::compress_prepend_size(value).into();
        let fresh = Fresh {
            packed,
            path: path.to_owned(),
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
        state.fresh.retain(|_, fresh| is_open(&fresh.path));
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

fn number<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}

impl Record {
    /// The record of `value`, which will stand at `at`.
    fn new(key: Key, at: u64, value: &[u8]) -> Self {
        Self {
            key,
            at,
            length: value.len() as u64,
            sum: rapidhash_v3(value),
        }
    }

    /// The record whose head this is, its value standing at `at`.
    fn of_head(head: &[u8; HEAD], at: u64) -> Option<Self> {
        let sum = u64::from_le_bytes(number(head, HEAD - 8)?);
        (rapidhash_v3(&head[..HEAD - 8]) == sum).then_some(())?;
        Some(Self {
            key: Key(u128::from_le_bytes(number(head, 0)?)),
            at,
            length: u64::from_le_bytes(number(head, 16)?),
            sum: u64::from_le_bytes(number(head, 24)?),
        })
    }

    fn head(&self) -> [u8; HEAD] {
        let mut head = [0; HEAD];
        head[..16].copy_from_slice(&self.key.0.to_le_bytes());
        head[16..24].copy_from_slice(&self.length.to_le_bytes());
        head[24..32].copy_from_slice(&self.sum.to_le_bytes());
        let sum = rapidhash_v3(&head[..HEAD - 8]);
        head[32..].copy_from_slice(&sum.to_le_bytes());
        head
    }

    fn end(&self) -> u64 {
        self.at + self.length
    }

    /// The value as it stands in the log; none if it is damaged.
    fn read(&self, log: &File) -> Option<Vec<u8>> {
        let mut value = vec![0; usize::try_from(self.length).ok()?];
        read_at(log, &mut value, self.at).ok()?;
        (rapidhash_v3(&value) == self.sum).then_some(value)
    }
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], at: u64) -> std::io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, at)
}

#[cfg(windows)]
fn read_at(file: &File, mut bytes: &mut [u8], mut at: u64) -> std::io::Result<()> {
    while !bytes.is_empty() {
        let read = std::os::windows::fs::FileExt::seek_read(file, bytes, at)?;
        if read == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        bytes = &mut bytes[read..];
        at += read as u64;
    }
    Ok(())
}

impl State {
    /// Reads the heads of a log, those that are known already left out, and reads values of it from
    /// now on.
    fn take_over(&mut self, log: File) -> std::io::Result<()> {
        let length = log.metadata()?.len();
        if length < self.whole {
            self.known.clear();
            self.whole = 0;
        }
        let mut from = BufReader::new(log);
        let mut at = self.whole;
        if at == 0 {
            let mut mark = [0; MARK.len()];
            if from.read_exact(&mut mark).is_err() || mark.as_slice() != MARK {
                return Ok(());
            }
            at = mark.len() as u64;
        } else {
            from.seek(SeekFrom::Start(at))?;
        }
        let mut head = [0; HEAD];
        while at + HEAD as u64 <= length {
            from.read_exact(&mut head)?;
            let record = Record::of_head(&head, at + HEAD as u64);
            let Some(record) = record.filter(|record| record.length <= length - at - HEAD as u64) else {
                break;
            };
            from.seek_relative(record.length.try_into().unwrap_or(i64::MAX))?;
            at = record.end();
            self.known.insert(record.key, record);
        }
        self.whole = at;
        self.log = Some(Arc::new(from.into_inner()));
        Ok(())
    }

    /// The log, opened for writing, if no other build writes it now; its lock is held as long as
    /// the first of the two files.
    fn locked(&mut self, folder: &Path) -> std::io::Result<Option<(File, File)>> {
        std::fs::create_dir_all(folder)?;
        let ignore = folder.join(".gitignore");
        if !ignore.exists() {
            std::fs::write(ignore, "*\n")?;
        }
        let open = |path: &Path| {
            let mut options = OpenOptions::new();
            options.create(true).truncate(false).read(true).write(true).open(path)
        };
        let lock = open(&folder.join("lock"))?;
        if lock.try_lock().is_err() {
            return Ok(None);
        }
        let path = folder.join("log");
        let log = open(&path)?;
        // Other builds may have appended to it meanwhile, or put another in its place.
        if !self.log.as_deref().is_some_and(|old| is_same(old, &log)) {
            self.known.clear();
            self.whole = 0;
            self.log = None;
        }
        self.take_over(File::open(&path)?)?;
        Ok(Some((lock, log)))
    }

    fn append(&mut self, folder: &Path) -> std::io::Result<()> {
        if self.fresh.is_empty() {
            return Ok(());
        }
        let Some((_lock, mut log)) = self.locked(folder)? else {
            return Ok(());
        };
        // What a killed build has left half-written goes.
        log.set_len(self.whole)?;
        log.seek(SeekFrom::Start(self.whole))?;
        let mut out = BufWriter::new(log);
        if self.whole == 0 {
            out.write_all(MARK)?;
        }
        let mut keys: Vec<Key> = self.fresh.keys().copied().collect();
        keys.sort_unstable();
        for key in keys {
            if let Some(fresh) = self.fresh.get(&key) {
                out.write_all(&Record::new(key, 0, &fresh.packed).head())?;
                out.write_all(&fresh.packed)?;
            }
        }
        out.flush()?;
        self.take_over(File::open(folder.join("log"))?)
    }

    /// Writes the log anew without what is not used, if that makes it much smaller.
    fn compact(&mut self, folder: &Path, used: &HashSet<Key>) -> std::io::Result<()> {
        let wanted = |state: &Self| -> Vec<Record> {
            let mut records: Vec<Record> = state.known.values().copied().collect();
            records.retain(|record| used.contains(&record.key));
            records.sort_unstable_by_key(|record| record.at);
            records
        };
        let weight: u64 = wanted(self).iter().map(|record| record.length + HEAD as u64).sum();
        if self.whole < 2 * weight + 1_000_000 {
            return Ok(());
        }
        let Some((_lock, _)) = self.locked(folder)? else {
            return Ok(());
        };
        let Some(log) = self.log.clone() else { return Ok(()) };
        let (path, fresh) = (folder.join("log"), folder.join("log.new"));
        let mut out = BufWriter::new(File::create(&fresh)?);
        out.write_all(MARK)?;
        for record in wanted(self) {
            if let Some(value) = record.read(&log) {
                out.write_all(&record.head())?;
                out.write_all(&value)?;
            }
        }
        out.flush()?;
        std::fs::rename(fresh, &path)?;
        self.known.clear();
        self.whole = 0;
        self.take_over(File::open(path)?)
    }
}

#[cfg(unix)]
fn is_same(a: &File, b: &File) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let place = |file: &File| {
        let metadata = file.metadata().ok()?;
        Some((metadata.dev(), metadata.ino()))
    };
    place(a).is_some() && place(a) == place(b)
}

/// Not known here: the log is read again.
#[cfg(windows)]
fn is_same(_: &File, _: &File) -> bool {
    false
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
                cache.put(key(name), Path::new(name), name.as_bytes());
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
