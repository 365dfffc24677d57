//! From positions in a conversion back to files.
//!
//! A page may be put together from several files (snippets, appended glossaries); each of them
//! gets its own range of positions.

use super::text::{Pos, to_pos};
use crate::report::{FileId, Span};

#[derive(Debug)]
struct Origin {
    base: Pos,
    file: FileId,
    offset: usize,
}

/// The files of one conversion.
#[derive(Debug, Default)]
pub(crate) struct Origins {
    origins: Vec<Origin>,
    next: Pos,
}

impl Origins {
    /// Reserves positions for `len` bytes of `file` from byte `offset` on, and gives the first.
    pub(crate) fn add(&mut self, file: FileId, offset: usize, len: usize) -> Pos {
        let base = self.next;
        self.origins.push(Origin { base, file, offset });
        self.next = base.saturating_add(to_pos(len)).saturating_add(1);
        base
    }

    /// The `len` bytes at `pos` as a place in a file.
    pub(crate) fn span(&self, pos: Pos, len: usize) -> Option<Span> {
        let at = self.origins.partition_point(|origin| origin.base <= pos);
        let origin = self.origins.get(at.checked_sub(1)?)?;
        let start = origin.offset + (pos - origin.base) as usize;
        Some(Span::new(origin.file, start, start + len))
    }
}
