//! What showing a problem needs to know of the files: names, texts, lines.

use std::path::PathBuf;
use std::sync::Arc;

use super::{FileId, LineColumn};

/// Something that knows files by number.
pub trait Sources {
    /// The path to show for `file`.
    fn path(&self, file: FileId) -> Option<PathBuf>;
    /// The text of `file`.
    fn text(&self, file: FileId) -> Option<Arc<str>>;
    /// The line and column of byte `offset` of `file`.
    fn locate(&self, file: FileId, offset: usize) -> Option<LineColumn>;
}
