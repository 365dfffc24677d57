//! Files of the site that are newer than the built folder, and who can make some.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// What is asked of one who can make single pages.
#[derive(Clone, Debug)]
pub enum Question {
    /// The file at this path of the site.
    File(String),
    /// The file of the site that is made of the source at this path, as it is now.
    Source(PathBuf),
}

/// What is answered.
#[derive(Clone, Debug)]
pub enum Reply {
    /// A page: its path in the site, and its bytes.
    Page(String, Vec<u8>),
    /// The bytes of this file on the disk.
    CopyOf(PathBuf),
    /// Such a file there will be after the next build.
    Later,
    /// Nothing is known of it.
    Unknown,
}

type Asked = (Question, Sender<Reply>);

/// Where questions arrive.
#[derive(Debug)]
pub struct Desk(Receiver<Asked>);

impl Desk {
    /// Answers questions until there will be no more.
    pub fn serve(&self, answer: &mut dyn FnMut(Question) -> Reply) {
        while let Ok((question, reply)) = self.0.recv() {
            // One who asked and went away needs no answer.
            let _ = reply.send(answer(question));
        }
    }
}

/// The other end of a [`Desk`].
pub(super) type Line = Sender<Asked>;

pub(super) fn desk() -> (Line, Desk) {
    let (line, questions) = channel();
    (line, Desk(questions))
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Phase {
    /// Nobody can say anything yet.
    #[default]
    Starting,
    /// Single pages can be had.
    Glimpse,
    /// The folder stands.
    Built,
}

#[derive(Default)]
struct State {
    phase: Phase,
    /// By path in the site.
    fresh: HashMap<String, Arc<Vec<u8>>>,
    line: Option<Line>,
    ended: bool,
}

/// See above.
#[derive(Default)]
pub(super) struct Front {
    state: Mutex<State>,
    changed: Condvar,
}

/// Where a file is.
pub(super) enum Place {
    Here(Arc<Vec<u8>>),
    At(PathBuf),
    /// In the built folder, if anywhere.
    Folder,
    /// There is a folder of this name.
    IsFolder,
}

impl Front {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait_for(&self, phases: &[Phase]) -> Phase {
        let mut state = self.lock();
        while !phases.contains(&state.phase) && !state.ended {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.phase
    }

    /// Whether nobody has to wait for anything.
    pub(super) fn is_built(&self) -> bool {
        let state = self.lock();
        state.phase == Phase::Built || state.ended
    }

    /// Where the file `path` of the site is; waits until somebody can say so.
    pub(super) fn find(&self, path: &str) -> Place {
        let phase = self.wait_for(&[Phase::Glimpse, Phase::Built]);
        if let Some(bytes) = self.lock().fresh.get(path) {
            return Place::Here(Arc::clone(bytes));
        }
        if phase == Phase::Built {
            return Place::Folder;
        }
        let place = match self.ask(Question::File(path.to_owned())) {
            Reply::Page(_, bytes) => Some(Place::Here(self.keep(path, bytes))),
            Reply::CopyOf(path) => Some(Place::At(path)),
            Reply::Later => None,
            Reply::Unknown => match self.ask(Question::File(format!("{path}/index.html"))) {
                Reply::Unknown => None,
                _ => Some(Place::IsFolder),
            },
        };
        place.unwrap_or_else(|| {
            self.wait_for(&[Phase::Built]);
            Place::Folder
        })
    }

    /// Whether all that is made of `sources` could be made at once.
    pub(super) fn draw(&self, sources: &[PathBuf]) -> bool {
        let draw = |path: &PathBuf| self.ask(Question::Source(path.clone()));
        let mut drawn = Vec::new();
        for source in sources {
            match draw(source) {
                Reply::Page(path, bytes) => drawn.push((path, bytes)),
                _ => return false,
            }
        }
        for (path, bytes) in drawn {
            self.keep(&path, bytes);
        }
        true
    }

    fn keep(&self, path: &str, bytes: Vec<u8>) -> Arc<Vec<u8>> {
        let bytes = Arc::new(bytes);
        self.lock().fresh.insert(path.to_owned(), Arc::clone(&bytes));
        bytes
    }

    fn ask(&self, question: Question) -> Reply {
        let line = self.lock().line.clone();
        let (to, reply) = channel();
        let sent = line.is_some_and(|line| line.send((question, to)).is_ok());
        let reply = if sent { reply.recv().ok() } else { None };
        reply.unwrap_or(Reply::Unknown)
    }

    /// From now on the one at the end of `line` makes single pages, unless the folder stands
    /// already.
    pub(super) fn glimpse(&self, line: Line) {
        let mut state = self.lock();
        if state.phase == Phase::Starting {
            state.phase = Phase::Glimpse;
            state.line = Some(line);
        }
        drop(state);
        self.changed.notify_all();
    }

    /// The folder stands, and nothing is newer.
    pub(super) fn built(&self, line: Line) {
        let mut state = self.lock();
        state.phase = Phase::Built;
        state.fresh.clear();
        state.line = Some(line);
        drop(state);
        self.changed.notify_all();
    }

    /// There is nothing better to come soon: the folder is shown as it is.
    pub(super) fn failed(&self) {
        let mut state = self.lock();
        state.phase = Phase::Built;
        drop(state);
        self.changed.notify_all();
    }

    /// Nobody waits any longer, nobody is asked.
    pub(super) fn end(&self) {
        let mut state = self.lock();
        state.ended = true;
        state.line = None;
        drop(state);
        self.changed.notify_all();
    }
}

/// The file that an address stands for: pages of folders are their `index.html`.
pub(super) fn file_of(below: &str) -> String {
    if below.is_empty() || below.ends_with('/') {
        format!("{below}index.html")
    } else {
        below.to_owned()
    }
}

/// Whether a changed file may be all that a page is made of.
pub(super) fn is_text(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default();
    ["md", "markdown", "mdown", "mkdn", "mkd"]
        .iter()
        .any(|known| ending == *known)
}
