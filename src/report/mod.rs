//! Problems as data: what is wrong in the user's content or configuration, and where.
//!
//! Knows nothing of what is checked; knows how a problem is worded, levelled, sorted and shown.

mod codes;
mod diagnostic;
mod levels;
mod machine;
mod nearest;
mod progress;
mod show;
mod sources;
mod span;
mod trace;

pub use codes::{Code, code, codes, level_named};
pub use diagnostic::{Checked, Diagnostic, Fix, Severity};
pub use levels::Levels;
pub use nearest::nearest;
pub use progress::Progress;
pub use show::{Format, Shower, document};
pub use sources::Sources;
pub use span::{FileId, LineColumn, LineIndex, Span};
pub use trace::{Running, Trace};
