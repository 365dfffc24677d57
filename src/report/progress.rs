//! How far long work is, as counters that any thread may move and one thread shows; where its time
//! goes, if that was asked for.
//!
//! Does not know what is counted, nor how it is shown.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};

use super::trace::{Running, Trace};

/// The state of long work.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicUsize,
    total: AtomicUsize,
    writing: AtomicBool,
    interrupted: AtomicBool,
    trace: Option<Trace>,
}

impl Progress {
    /// Nothing to do yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Nothing to do yet; [`Progress::span`] counts its time.
    #[must_use]
    pub fn traced() -> Self {
        Self {
            trace: Some(Trace::start()),
            ..Self::default()
        }
    }

    /// Where the time went, if that was asked for.
    #[must_use]
    pub fn trace(&self) -> Option<&Trace> {
        self.trace.as_ref()
    }

    /// A span of work of this thread, as long as it is held; `detail` says of what.
    pub fn span(&self, name: &'static str, detail: &str) -> Option<Running<'_>> {
        let trace = self.trace.as_ref()?;
        Some(trace.span(name, detail.to_owned()))
    }

    /// `count` more steps are known.
    pub fn expect(&self, count: usize) {
        self.total.fetch_add(count, Relaxed);
    }

    /// One step is done.
    pub fn step(&self) {
        self.done.fetch_add(1, Relaxed);
    }

    /// From here on files are written: an interruption waits until [`Progress::finish_writing`].
    pub fn start_writing(&self) {
        self.writing.store(true, Relaxed);
    }

    /// All files are written.
    pub fn finish_writing(&self) {
        self.writing.store(false, Relaxed);
    }

    /// Whether files are being written.
    #[must_use]
    pub fn is_writing(&self) -> bool {
        self.writing.load(Relaxed)
    }

    /// Asks for the end of the work as soon as the files are written.
    pub fn interrupt(&self) {
        self.interrupted.store(true, Relaxed);
    }

    /// Whether the end was asked for.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        self.interrupted.load(Relaxed)
    }

    /// How many steps are done, and of how many.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        (self.done.load(Relaxed), self.total.load(Relaxed))
    }
}
