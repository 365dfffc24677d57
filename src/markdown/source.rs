//! The text of a page between the preprocessors: one string, each byte knowing its position.
//!
//! A preprocessor reads a [`Source`] and writes the next one with a [`Rewriter`].

use bumpalo::Bump;

use super::text::{Line, Pos, to_pos};

/// A text and the positions of its parts.
#[derive(Clone, Debug)]
pub(crate) struct Source<'a> {
    /// The text.
    pub(crate) text: &'a str,
    /// Offsets in `text` and the position there; between two entries positions go up by one a byte.
    map: Vec<(u32, Pos)>,
}

impl<'a> Source<'a> {
    /// A text whose first byte is at `pos` and whose bytes follow each other.
    pub(crate) fn new(text: &'a str, pos: Pos) -> Self {
        Self {
            text,
            map: vec![(0, pos)],
        }
    }

    /// The position of the byte at `offset`.
    pub(crate) fn pos(&self, offset: usize) -> Pos {
        position(&self.map, offset)
    }

    /// The lines of the text, split at `\n`.
    pub(crate) fn lines(&self) -> Vec<Line<'a>> {
        let bytes = self.text.as_bytes();
        let mut lines = Vec::with_capacity(memchr::memchr_iter(b'\n', bytes).count() + 1);
        let (mut offset, mut at) = (0, 0);
        for end in memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]) {
            let text = &self.text[offset..end];
            while self.map.get(at + 1).is_some_and(|(start, _)| *start as usize <= offset) {
                at += 1;
            }
            let (start, pos) = self.map[at];
            lines.push(Line::new(text, pos + (to_pos(offset) - start)));
            offset = end + 1;
        }
        lines
    }
}

/// A text that is put together, its parts knowing their positions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Draft {
    /// The text so far.
    pub(crate) text: String,
    map: Vec<(u32, Pos)>,
}

impl Draft {
    /// Adds `text`, which stands at `pos`.
    pub(crate) fn push(&mut self, text: &str, pos: Pos) {
        if text.is_empty() {
            return;
        }
        let offset = to_pos(self.text.len());
        match self.map.last_mut() {
            Some(last) if last.0 == offset => last.1 = pos,
            Some((start, before)) if *before + (offset - *start) == pos => {}
            _ => self.map.push((offset, pos)),
        }
        self.text.push_str(text);
    }

    /// Adds another draft.
    pub(crate) fn append(&mut self, other: &Self) {
        for (index, (start, pos)) in other.map.iter().enumerate() {
            let end = other
                .map
                .get(index + 1)
                .map_or(other.text.len(), |(next, _)| *next as usize);
            self.push(&other.text[*start as usize..end], *pos);
        }
    }

    /// Adds the bytes `start..end` of `source`.
    pub(crate) fn copy(&mut self, source: &Source<'_>, mut start: usize, end: usize) {
        let mut at = source.map.partition_point(|(offset, _)| *offset as usize <= start);
        while start < end {
            let stop = source.map.get(at).map_or(end, |(next, _)| (*next as usize).min(end));
            self.push(&source.text[start..stop], source.pos(start));
            start = stop;
            at += 1;
        }
    }

    /// Shortens the text to `len` bytes.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.text.truncate(len);
        self.map.retain(|(start, _)| (*start as usize) < len);
    }

    /// The position of the byte at `offset`.
    pub(crate) fn pos(&self, offset: usize) -> Pos {
        position(&self.map, offset)
    }

    /// The finished text; `pos` is where it stands if it is empty.
    pub(crate) fn finish(mut self, arena: &Bump, pos: Pos) -> Source<'_> {
        if self.map.is_empty() {
            self.map.push((0, pos));
        }
        Source {
            text: arena.alloc_str(&self.text),
            map: self.map,
        }
    }
}

fn position(map: &[(u32, Pos)], offset: usize) -> Pos {
    let offset = to_pos(offset);
    let at = map.partition_point(|(start, _)| *start <= offset);
    map.get(at.saturating_sub(1))
        .map_or(0, |(start, pos)| pos + offset.saturating_sub(*start))
}

/// Writes a new text out of parts of another one.
#[derive(Debug)]
pub(crate) struct Rewriter<'s, 'a> {
    source: &'s Source<'a>,
    out: Draft,
}

impl<'s, 'a> Rewriter<'s, 'a> {
    /// Nothing written yet.
    pub(crate) fn new(source: &'s Source<'a>) -> Self {
        let text = String::with_capacity(source.text.len() + 64);
        Self {
            source,
            out: Draft {
                text,
                map: Vec::with_capacity(source.map.len() + 16),
            },
        }
    }

    /// Writes the bytes `start..end` of the old text.
    pub(crate) fn copy(&mut self, start: usize, end: usize) {
        self.out.copy(self.source, start, end);
    }

    /// Writes a text of our own, caused by what stands at `pos`.
    pub(crate) fn insert(&mut self, text: &str, pos: Pos) {
        self.out.push(text, pos);
    }

    /// What has been written.
    pub(crate) fn written(&self) -> &str {
        &self.out.text
    }

    /// The new text.
    pub(crate) fn finish(self, arena: &'a Bump) -> Source<'a> {
        let pos = self.source.pos(0);
        self.out.finish(arena, pos)
    }
}

#[cfg(test)]
mod tests {
    use bumpalo::Bump;

    use super::{Rewriter, Source};

    #[test]
    fn positions_survive_two_rewrites() {
        let arena = Bump::new();
        let first = Source::new("abc\ndef\nghi", 10);
        let mut writer = Rewriter::new(&first);
        writer.insert("X\n", 10);
        writer.copy(4, 11);
        let second = writer.finish(&arena);
        assert_eq!(second.text, "X\ndef\nghi");
        let mut writer = Rewriter::new(&second);
        writer.copy(0, 3);
        writer.copy(5, 9);
        let third = writer.finish(&arena);
        assert_eq!(third.text, "X\nd\nghi");
        let lines: Vec<_> = third.lines().iter().map(|line| (line.text, line.pos)).collect();
        assert_eq!(lines, [("X", 10), ("d", 14), ("ghi", 18)]);
        assert_eq!(third.pos(5), 19);
    }
}
