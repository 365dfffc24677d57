//! The only door through which files are read; remembers what was read, so that positions can be
//! shown and a later build can know its inputs.
//!
//! Does not know what the files mean, and never writes.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, RwLock};

use serde::{Deserialize, Serialize};

use crate::report::{FileId, LineColumn, LineIndex, Sources};

/// A text file as Python reads it: UTF-8, a leading byte order mark removed, lines ended by `\n`.
#[derive(Debug)]
pub struct SourceFile {
    /// Its number.
    pub id: FileId,
    /// The path it was read from.
    pub path: PathBuf,
    /// Its text.
    pub text: Arc<str>,
    lines: OnceLock<LineIndex>,
}

impl SourceFile {
    /// Line and column of byte `offset`.
    #[must_use]
    pub fn locate(&self, offset: usize) -> LineColumn {
        self.lines
            .get_or_init(|| LineIndex::new(&self.text))
            .locate(&self.text, offset)
    }
}

/// Why a text file could not be read.
#[derive(Debug)]
pub enum ReadError {
    /// The system said no.
    Io(io::Error),
    /// The bytes are not UTF-8; the number is the offset of the first bad byte.
    NotUtf8(usize),
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io(error) => write!(f, "{error}"),
            Self::NotUtf8(at) => write!(f, "not valid UTF-8 at byte {at}"),
        }
    }
}

impl std::error::Error for ReadError {}

/// A question to the disk whose answer a value may depend on.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Access {
    /// The text of a file, or that it cannot be read.
    Text(PathBuf),
    /// The bytes of a file, or that it cannot be read.
    Bytes(PathBuf),
    /// Whether there is a file.
    IsFile(PathBuf),
    /// Which files are below a folder.
    Below(PathBuf),
}

impl Access {
    /// The file or folder that it is about.
    #[must_use]
    pub fn path(&self) -> &Path {
        match self {
            Self::Text(path) | Self::Bytes(path) | Self::IsFile(path) | Self::Below(path) => path,
        }
    }
}

thread_local! {
    /// What this thread asks the disk, while that is recorded; `None` inside if something was asked
    /// that has no [`Access`].
    static RECORD: RefCell<Option<Option<Vec<Access>>>> = const { RefCell::new(None) };
}

fn note(access: impl FnOnce() -> Option<Access>) {
    RECORD.with_borrow_mut(|record| {
        let Some(record) = record else { return };
        match access() {
            None => *record = None,
            Some(access) => {
                if let Some(list) = record.as_mut().filter(|list| !list.contains(&access)) {
                    list.push(access);
                }
            }
        }
    });
}

#[derive(Debug, Default)]
struct State {
    files: Vec<Arc<SourceFile>>,
    by_path: HashMap<PathBuf, FileId>,
}

/// All text files read so far. Shared between threads.
#[derive(Debug, Default)]
pub struct Files {
    state: RwLock<State>,
    prints: Mutex<HashMap<Access, u64>>,
}

impl Files {
    /// No files yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads `path` as text, or gives what was read before.
    ///
    /// # Errors
    /// When the file cannot be read or is not UTF-8.
    pub fn read(&self, path: &Path) -> Result<Arc<SourceFile>, ReadError> {
        note(|| Some(Access::Text(path.to_owned())));
        if let Some(file) = self.known(path) {
            return Ok(file);
        }
        self.read_again(path)
    }

    /// What `work` gives, and what this thread has asked the disk meanwhile; `None` for that if it
    /// cannot be asked again.
    pub fn recorded<T>(&self, work: impl FnOnce() -> T) -> (T, Option<Vec<Access>>) {
        let outer = RECORD.replace(Some(Some(Vec::new())));
        let made = work();
        let record = RECORD.replace(outer);
        (made, record.flatten())
    }

    /// Notes that what is made depends on the files below `folder`, though they were listed before.
    pub fn note_below(&self, folder: &Path) {
        note(|| Some(Access::Below(folder.to_owned())));
    }

    /// The answer to `access` as a number, the same as long as this lives.
    #[must_use]
    pub fn fingerprint(&self, access: &Access) -> u64 {
        let lock = || self.prints.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(print) = lock().get(access) {
            return *print;
        }
        let hash = |bytes: &[u8]| rapidhash::v3::rapidhash_v3(bytes).max(2);
        let print = match access {
            Access::Text(path) => match self.read(path) {
                Ok(file) => hash(file.text.as_bytes()),
                Err(ReadError::Io(_)) => 0,
                Err(ReadError::NotUtf8(at)) => hash(&at.to_le_bytes()) ^ 1,
            },
            Access::Bytes(path) => std::fs::read(path).map_or(0, |bytes| hash(&bytes)),
            Access::IsFile(path) => u64::from(path.is_file()),
            Access::Below(folder) => hash(format!("{:?}", self.below(folder)).as_bytes()),
        };
        lock().insert(access.clone(), print);
        print
    }

    /// Reads `path` as text as it is now; later reads see that.
    ///
    /// # Errors
    /// When the file cannot be read or is not UTF-8.
    pub fn read_again(&self, path: &Path) -> Result<Arc<SourceFile>, ReadError> {
        let bytes = std::fs::read(path).map_err(ReadError::Io)?;
        let text = String::from_utf8(bytes).map_err(|e| ReadError::NotUtf8(e.utf8_error().valid_up_to()))?;
        Ok(self.add(path, unix_lines(without_mark(&text))))
    }

    /// The whole lines among the first `len` bytes of a file, which are not remembered; `None` if it
    /// is no text so far, or has nothing more.
    #[must_use]
    pub fn head(path: &Path, len: usize) -> Option<Arc<SourceFile>> {
        let mut bytes = vec![0; len];
        File::open(path).and_then(|mut file| file.read_exact(&mut bytes)).ok()?;
        bytes.truncate(memchr::memrchr(b'\n', &bytes)? + 1);
        let text = String::from_utf8(bytes).ok()?;
        Some(Arc::new(SourceFile {
            id: FileId(u32::MAX),
            path: path.to_owned(),
            text: unix_lines(without_mark(&text)),
            lines: OnceLock::new(),
        }))
    }

    /// Whether `path` is a folder.
    #[must_use]
    pub fn is_dir(&self, path: &Path) -> bool {
        note(|| None);
        path.is_dir()
    }

    /// Whether the folder `path` holds nothing.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn is_empty_dir(&self, path: &Path) -> io::Result<bool> {
        note(|| None);
        Ok(std::fs::read_dir(path)?.next().is_none())
    }

    /// Whether `path` is a file.
    #[must_use]
    pub fn is_file(&self, path: &Path) -> bool {
        note(|| Some(Access::IsFile(path.to_owned())));
        path.is_file()
    }

    /// Whether there is a file or folder at `path`.
    #[must_use]
    pub fn exists(&self, path: &Path) -> bool {
        note(|| None);
        path.exists()
    }

    /// The first `len` bytes of a file that is not UTF-8 as a whole; empty if they cannot be read.
    #[must_use]
    pub fn read_start(&self, path: &Path, len: usize) -> String {
        note(|| None);
        let bytes = std::fs::read(path).unwrap_or_default();
        String::from_utf8_lossy(&bytes[..len.min(bytes.len())]).into_owned()
    }

    /// The files below `folder`, sorted; none if it cannot be read.
    #[must_use]
    pub fn below(&self, folder: &Path) -> Vec<PathBuf> {
        note(|| Some(Access::Below(folder.to_owned())));
        let mut found = Vec::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            let Ok(entries) = std::fs::read_dir(&folder) else {
                continue;
            };
            for path in entries.flatten().map(|entry| entry.path()) {
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.push(path);
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// The bytes of a file that is no text; `None` if it cannot be read.
    #[must_use]
    pub fn bytes(&self, path: &Path) -> Option<Vec<u8>> {
        note(|| Some(Access::Bytes(path.to_owned())));
        std::fs::read(path).ok()
    }

    /// Registers a text that does not come from the disk (standard input, generated pages).
    pub fn add(&self, path: &Path, text: impl Into<Arc<str>>) -> Arc<SourceFile> {
        let mut state = self.state.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        let id = FileId(u32::try_from(state.files.len()).unwrap_or(u32::MAX));
        let file = Arc::new(SourceFile {
            id,
            path: path.to_owned(),
            text: text.into(),
            lines: OnceLock::new(),
        });
        state.files.push(Arc::clone(&file));
        state.by_path.insert(path.to_owned(), id);
        file
    }

    /// The file with number `id`.
    #[must_use]
    pub fn get(&self, id: FileId) -> Option<Arc<SourceFile>> {
        let state = self.state.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        state.files.get(id.0 as usize).cloned()
    }

    /// The paths of all files read so far, in the order they were read first.
    #[must_use]
    pub fn paths(&self) -> Vec<PathBuf> {
        let state = self.state.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        state.files.iter().map(|file| file.path.clone()).collect()
    }

    fn known(&self, path: &Path) -> Option<Arc<SourceFile>> {
        let state = self.state.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        state
            .by_path
            .get(path)
            .and_then(|id| state.files.get(id.0 as usize))
            .cloned()
    }
}

impl Sources for Files {
    fn path(&self, file: FileId) -> Option<PathBuf> {
        Some(self.get(file)?.path.clone())
    }

    fn text(&self, file: FileId) -> Option<Arc<str>> {
        Some(Arc::clone(&self.get(file)?.text))
    }

    fn locate(&self, file: FileId, offset: usize) -> Option<LineColumn> {
        Some(self.get(file)?.locate(offset))
    }
}

/// `text` without a byte order mark.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// `text` with all line ends as `\n`.
fn unix_lines(text: &str) -> Arc<str> {
    if memchr::memchr(b'\r', text.as_bytes()).is_none() {
        return text.into();
    }
    text.replace("\r\n", "\n").replace('\r', "\n").into()
}
