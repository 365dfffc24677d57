//! The progress bar: one line on a terminal, drawn while work takes long, gone when it ends.

use std::io::{IsTerminal as _, Write as _, stderr};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::ExitStatus;
use crate::report::Progress;

/// Work that ends sooner shows no bar.
const PATIENCE: Duration = Duration::from_millis(400);
/// Time between two drawings.
const PACE: Duration = Duration::from_millis(80);
/// Characters between the brackets.
const WIDTH: usize = 30;
/// Back to the first column, and all behind it removed.
const CLEAR: &str = "\r\u{1b}[K";

/// A bar that is drawn by its own thread.
pub(super) struct Bar {
    drawing: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Bar {
    /// Draws `progress` until [`Bar::finish`], if standard error is a terminal and `wanted`.
    pub(super) fn start(progress: &Arc<Progress>, wanted: bool) -> Self {
        if !wanted || !stderr().is_terminal() {
            return Self { drawing: None };
        }
        let (stop, stopped) = mpsc::channel();
        let progress = Arc::clone(progress);
        let thread = std::thread::spawn(move || {
            let start = Instant::now();
            while stopped.recv_timeout(PACE) == Err(RecvTimeoutError::Timeout) {
                if start.elapsed() > PATIENCE {
                    let (done, total) = progress.counts();
                    let _ = write!(stderr(), "{CLEAR}{}", line(done, total));
                }
            }
            if start.elapsed() > PATIENCE {
                let _ = write!(stderr(), "{CLEAR}");
            }
        });
        Self {
            drawing: Some((stop, thread)),
        }
    }

    /// Removes the bar.
    pub(super) fn finish(self) {
        if let Some((stop, thread)) = self.drawing {
            drop(stop);
            // The thread only draws: if it failed, nothing of the work is lost.
            let _ = thread.join();
        }
    }
}

fn line(done: usize, total: usize) -> String {
    let filled = (done.min(total) * WIDTH).checked_div(total).unwrap_or(0);
    format!("[{:<WIDTH$}] {done}/{total}", "=".repeat(filled))
}

/// Makes Ctrl-C end the program with its own status: at once, but not while files are written, so
/// that the site is the old or the new one. A second Ctrl-C does not wait.
pub(super) fn end_on_interrupt(progress: &Arc<Progress>) {
    let progress = Arc::clone(progress);
    let mut asked = false;
    let handler = move || {
        if progress.is_writing() && !asked {
            asked = true;
            progress.interrupt();
            return;
        }
        if stderr().is_terminal() {
            let _ = write!(stderr(), "{CLEAR}");
        }
        end(ExitStatus::Interrupted);
    };
    // Without a handler the system ends the program, which is all we need.
    let _ = ctrlc::set_handler(handler);
}

#[expect(
    clippy::exit,
    reason = "threads may be at work; nothing that they do is needed any more"
)]
pub(super) fn end(status: ExitStatus) {
    std::process::exit(i32::from(status.code()));
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn the_bar_fills() {
        assert_eq!(line(0, 0), format!("[{}] 0/0", " ".repeat(30)));
        assert_eq!(line(5, 10), format!("[{}{}] 5/10", "=".repeat(15), " ".repeat(15)));
        assert_eq!(line(12, 10), format!("[{}] 12/10", "=".repeat(30)));
    }
}
