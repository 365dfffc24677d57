//! The pages that are open in browsers, and what they are told: server-sent events.
//!
//! A stream ends after some seconds and the browser asks again, so that no connection is kept for
//! good and dead ones go.

use std::io::Write;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How long a stream lasts.
const LIFETIME: Duration = Duration::from_secs(12);

const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n\
    Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n";

/// All open streams.
#[derive(Default)]
pub(super) struct Hub {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Builds and patches so far.
    version: u64,
    /// The last event.
    event: String,
    problems: Option<String>,
    streams: Vec<Stream>,
}

impl State {
    fn tell(&mut self, styles: bool, reload: bool) {
        self.version += 1;
        let version = self.version;
        let data = serde_json::json!({
            "version": version,
            "problems": self.problems,
            "styles": styles,
            "reload": reload,
        });
        self.event = chunk(&format!("id: {version}\ndata: {data}\n\n"));
        let event = &self.event;
        self.streams.retain_mut(|stream| send(&mut stream.to, event));
    }
}

struct Stream {
    to: Box<dyn Write + Send>,
    since: Instant,
}

impl Hub {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of the last build; 0 before the first one.
    pub(super) fn version(&self) -> u64 {
        self.lock().version
    }

    /// A build is done: tells all pages.
    pub(super) fn built(&self, problems: Option<&str>, changed: &[PathBuf]) {
        let has = |endings: &[&str]| {
            changed.iter().any(|path| {
                let ending = path.extension().unwrap_or_default().to_string_lossy();
                endings.contains(&ending.as_ref())
            })
        };
        let (styles, reload) = (has(&["css"]), has(&["js", "mjs", "html", "yml", "yaml"]));
        let mut state = self.lock();
        state.problems = problems.map(str::to_owned);
        state.tell(styles, reload);
    }

    /// Single pages are newer than the last build: tells all pages.
    pub(super) fn patched(&self) {
        self.lock().tell(false, false);
    }

    /// A new stream of a page that has seen the build `seen`.
    pub(super) fn join(&self, mut to: Box<dyn Write + Send>, seen: Option<u64>, again: bool) {
        let mut state = self.lock();
        let mut head = format!("{HEAD}{}", chunk("retry: 20\n\n"));
        // A page that was just opened is told of problems, too.
        if seen != Some(state.version) || !again && state.problems.is_some() {
            head.push_str(&state.event);
        }
        if send(&mut to, &head) {
            let since = Instant::now();
            state.streams.push(Stream { to, since });
        }
    }

    /// Ends streams that have lasted long enough.
    pub(super) fn tick(&self) {
        let mut state = self.lock();
        state.streams.retain_mut(|stream| {
            let lasts = stream.since.elapsed() < LIFETIME;
            if !lasts {
                send(&mut stream.to, "0\r\n\r\n");
            }
            lasts
        });
    }

    /// Ends everything.
    pub(super) fn end(&self) {
        self.lock().streams.clear();
    }
}

fn chunk(text: &str) -> String {
    format!("{:x}\r\n{text}\r\n", text.len())
}

fn send(to: &mut Box<dyn Write + Send>, text: &str) -> bool {
    to.write_all(text.as_bytes()).and_then(|()| to.flush()).is_ok()
}
