//! Problems as data: what is wrong in the user's content or configuration, and where.
//!
//! Knows nothing of what is checked; knows how a problem is worded, levelled, sorted and shown.

mod diagnostic;
mod nearest;
mod progress;
mod show;
mod sources;
mod span;

pub use diagnostic::{Checked, Diagnostic, Severity};
pub use nearest::nearest;
pub use progress::Progress;
pub use show::{Format, Shower};
pub use sources::Sources;
pub use span::{FileId, LineColumn, LineIndex, Span};
