//! Where the time of a build goes: spans by thread, as a trace that viewers know.
//!
//! The format is the Trace Event Format ("complete" events), which Perfetto, Firefox Profiler,
//! speedscope and `chrome://tracing` open.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// After spans that took longer, the memory in use is noted.
const LONG: Duration = Duration::from_millis(5);

/// The spans of a build so far. Shared between threads.
#[derive(Debug)]
pub struct Trace {
    start: Instant,
    done: Mutex<Vec<Done>>,
    /// The memory that was in use at some times, in bytes.
    memory: Mutex<Vec<(Duration, u64)>>,
}

/// A span that has ended; times count from the start of the trace.
#[derive(Debug)]
struct Done {
    name: &'static str,
    detail: String,
    thread: usize,
    from: Duration,
    to: Duration,
}

/// A span that lasts until this is dropped.
#[derive(Debug)]
#[must_use = "the span lasts as long as this"]
pub struct Running<'t> {
    trace: &'t Trace,
    name: &'static str,
    detail: String,
    from: Duration,
}

impl Trace {
    /// A trace that starts now.
    #[must_use]
    pub fn start() -> Self {
        Self {
            start: Instant::now(),
            done: Mutex::default(),
            memory: Mutex::default(),
        }
    }

    /// A span of this thread that starts now.
    pub fn span(&self, name: &'static str, detail: String) -> Running<'_> {
        Running {
            trace: self,
            name,
            detail,
            from: self.start.elapsed(),
        }
    }

    /// The trace as JSON, its times in microseconds; spans in the order they started.
    #[must_use]
    pub fn to_json(&self) -> String {
        let done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        let mut spans: Vec<&Done> = done.iter().collect();
        spans.sort_by_key(|span| (span.from, std::cmp::Reverse(span.to)));
        let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let events: Vec<Value> = spans
            .into_iter()
            .map(Done::event)
            .chain(memory.iter().map(|(time, bytes)| counter(*time, *bytes)))
            .collect();
        json!({ "traceEvents": events, "displayTimeUnit": "ms" }).to_string()
    }
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

fn counter(time: Duration, bytes: u64) -> Value {
    json!({ "name": "memory", "ph": "C", "ts": micros(time), "pid": 1, "args": { "bytes": bytes } })
}

/// The memory of this process in bytes; only Linux says it so that it costs nothing.
fn memory() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

impl Done {
    fn event(&self) -> Value {
        json!({
            "name": self.name,
            "ph": "X",
            "ts": micros(self.from),
            "dur": micros(self.to.saturating_sub(self.from)),
            "pid": 1,
            "tid": self.thread,
            "args": { "what": self.detail },
        })
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let done = Done {
            name: self.name,
            detail: std::mem::take(&mut self.detail),
            // Zero is the thread that waits for the others.
            thread: rayon::current_thread_index().map_or(0, |number| number + 1),
            from: self.from,
            to: self.trace.start.elapsed(),
        };
        // Spans of single pages are too many to ask each time.
        if done.to.saturating_sub(done.from) > LONG
            && let Some(bytes) = memory()
        {
            let mut known = self.trace.memory.lock().unwrap_or_else(PoisonError::into_inner);
            known.push((done.to, bytes));
        }
        let mut spans = self.trace.done.lock().unwrap_or_else(PoisonError::into_inner);
        spans.push(done);
    }
}
