//! Problems as data: what is wrong in the user's content or configuration, and where.
//!
//! Knows nothing of what is checked; knows how a problem is worded, levelled, sorted and shown.

mod diagnostic;
mod nearest;
mod span;

pub use diagnostic::{Checked, Diagnostic, Severity};
pub use nearest::nearest;
pub use span::{FileId, LineColumn, LineIndex, Span};
