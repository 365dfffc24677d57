//! The file of a cache: which records it has, how they are read, added and cleaned up.

use std::collections::{HashMap, HashSet};
use std::fs::{File, OpenOptions};
use std::io::{BufReader, BufWriter, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rapidhash::v3::rapidhash_v3;

use super::Key;

/// The first bytes of a log: what another program has kept is not read.
const MARK: &[u8] = concat!("chaski cache of ", env!("CHASKI_BUILD"), "\n").as_bytes();
/// The bytes of a record's head: key, length of the value as it stands there, checksum of the value,
/// checksum of all that.
const HEAD: usize = 16 + 8 + 8 + 8;

/// A record's head, and where its value stands.
#[derive(Clone, Copy)]
pub(super) struct Record {
    key: Key,
    at: u64,
    length: u64,
    sum: u64,
}

/// A value that is not in the log yet, in LZ4.
pub(super) struct Fresh {
    pub(super) packed: Arc<[u8]>,
    /// The file it was made of.
    pub(super) path: Option<PathBuf>,
}

#[derive(Default)]
pub(super) struct State {
    /// Whether the log was looked for.
    pub(super) is_open: bool,
    /// The log as it was opened last; it may have been replaced since.
    pub(super) log: Option<Arc<File>>,
    pub(super) known: HashMap<Key, Record>,
    /// The bytes of the log that are whole.
    whole: u64,
    pub(super) fresh: HashMap<Key, Fresh>,
    /// Their bytes.
    pub(super) weight: usize,
    /// Asked for or added since the end of the last build.
    pub(super) used: HashSet<Key>,
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
    pub(super) fn read(&self, log: &File) -> Option<Vec<u8>> {
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
    pub(super) fn take_over(&mut self, log: File) -> std::io::Result<()> {
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

    pub(super) fn append(&mut self, folder: &Path) -> std::io::Result<()> {
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
    pub(super) fn compact(&mut self, folder: &Path, used: &HashSet<Key>) -> std::io::Result<()> {
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
