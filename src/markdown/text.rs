//! Lines and blocks of lines, each line knowing where it stood in the source.
//!
//! The block parser cuts and dedents by moving the ends of slices, so nothing is copied and every
//! position survives. Does not know what any block means.

/// A position in the sources of one conversion; [`super::origin::Origins`] says which file and byte it is.
pub(crate) type Pos = u32;

/// One line without its line end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Line<'a> {
    /// Its text.
    pub(crate) text: &'a str,
    /// Where `text` starts; for generated text, where its cause stands.
    pub(crate) pos: Pos,
}

impl<'a> Line<'a> {
    /// A line at `pos`.
    pub(crate) fn new(text: &'a str, pos: Pos) -> Self {
        Self { text, pos }
    }

    /// The rest of the line from byte `from`.
    pub(crate) fn from(self, from: usize) -> Self {
        Self {
            text: &self.text[from..],
            pos: self.pos + to_pos(from),
        }
    }

    /// The line up to byte `to`.
    pub(crate) fn to(self, to: usize) -> Self {
        Self {
            text: &self.text[..to],
            pos: self.pos,
        }
    }

    /// Without white space at its start.
    pub(crate) fn trim_start(self) -> Self {
        if self.text.as_bytes().first().is_some_and(u8::is_ascii_graphic) {
            return self;
        }
        self.from(self.text.len() - self.text.trim_start().len())
    }

    /// Without white space at its end.
    pub(crate) fn trim_end(self) -> Self {
        if self.text.as_bytes().last().is_some_and(u8::is_ascii_graphic) {
            return self;
        }
        self.to(self.text.trim_end().len())
    }

    /// Whether it has nothing but white space.
    pub(crate) fn is_blank(self) -> bool {
        match self.text.as_bytes().first() {
            Some(first) => !first.is_ascii_graphic() && self.text.trim().is_empty(),
            None => true,
        }
    }

    /// How many spaces it starts with.
    pub(crate) fn indent(self) -> usize {
        self.text.bytes().take_while(|b| *b == b' ').count()
    }

    /// Without `width` leading spaces, if it has that many.
    pub(crate) fn dedent(self, width: usize) -> Option<Self> {
        (self.indent() >= width).then(|| self.from(width))
    }
}

/// A byte count as a position.
pub(crate) fn to_pos(offset: usize) -> Pos {
    Pos::try_from(offset).unwrap_or(Pos::MAX)
}

/// Lines that are being put together.
pub(crate) type Lines<'a> = Vec<Line<'a>>;

/// Lines that belong together. As text, its lines joined by `\n`; without lines, the empty text.
///
/// Blocks are parts of slices that live as long as the conversion, so that cutting one costs nothing
/// and [`super::converter::Converter::find_line`] knows lines that it has seen.
pub(crate) type Block<'a> = &'a [Line<'a>];

/// The blocks still to parse, first one first.
pub(crate) type Blocks<'a> = std::collections::VecDeque<Block<'a>>;

/// Splits lines where the reference splits text: at every pair of line ends, left to right.
///
/// So `a`, ``, ``, `b` are the blocks `a` and `\nb`.
pub(crate) fn split_blocks<'a>(lines: Block<'a>) -> Blocks<'a> {
    let mut blocks = Blocks::new();
    let mut start = 0;
    for (at, line) in lines.iter().enumerate() {
        if line.text.is_empty() && at > start && at + 1 < lines.len() {
            blocks.push_back(&lines[start..at]);
            start = at + 1;
        }
    }
    blocks.push_back(&lines[start..]);
    blocks
}

/// The text of a block.
pub(crate) fn join(block: &[Line<'_>]) -> String {
    let mut text = String::with_capacity(block.iter().map(|line| line.text.len() + 1).sum());
    for (index, line) in block.iter().enumerate() {
        if index > 0 {
            text.push('\n');
        }
        text.push_str(line.text);
    }
    text
}

/// Whether the block's text has nothing but white space.
pub(crate) fn is_blank(block: &[Line<'_>]) -> bool {
    block.iter().all(|line| line.is_blank())
}

/// The block without white space at its start (lines included).
pub(crate) fn trim_start<'a>(block: &[Line<'a>]) -> Lines<'a> {
    let first = block.iter().position(|line| !line.is_blank()).unwrap_or(block.len());
    let mut block = block[first..].to_vec();
    if let Some(line) = block.first_mut() {
        *line = line.trim_start();
    }
    block
}

/// The block without white space at its end (lines included).
pub(crate) fn trim_end<'a>(block: &[Line<'a>]) -> Lines<'a> {
    let last = block.iter().rposition(|line| !line.is_blank()).map_or(0, |at| at + 1);
    let mut block = block[..last].to_vec();
    if let Some(line) = block.last_mut() {
        *line = line.trim_end();
    }
    block
}

/// The block without empty lines at its start, as Python's `lstrip('\n')`.
pub(crate) fn trim_newlines_start<'s, 'a>(block: &'s [Line<'a>]) -> &'s [Line<'a>] {
    let first = block
        .iter()
        .position(|line| !line.text.is_empty())
        .unwrap_or(block.len());
    &block[first..]
}

/// The block without empty lines at its end, as Python's `rstrip('\n')`.
pub(crate) fn trim_newlines_end<'s, 'a>(block: &'s [Line<'a>]) -> &'s [Line<'a>] {
    let last = block
        .iter()
        .rposition(|line| !line.text.is_empty())
        .map_or(0, |at| at + 1);
    &block[..last]
}

/// Takes `width` columns from the leading lines that have them; blank lines become empty.
///
/// Gives the lines taken and, from the first line that has fewer columns on, the rest.
pub(crate) fn detab<'s, 'a>(block: &'s [Line<'a>], width: usize) -> (Lines<'a>, &'s [Line<'a>]) {
    let mut taken = Lines::new();
    for line in block {
        if let Some(line) = line.dedent(width) {
            taken.push(line);
        } else if line.is_blank() {
            taken.push(line.to(0));
        } else {
            break;
        }
    }
    let rest = &block[taken.len()..];
    (taken, rest)
}

/// Takes `width` columns from every line that has them and leaves the others.
pub(crate) fn loose_detab<'a>(block: &[Line<'a>], width: usize) -> Lines<'a> {
    block.iter().map(|line| line.dedent(width).unwrap_or(*line)).collect()
}

#[cfg(test)]
mod tests {
    use super::{Line, join, split_blocks};

    fn split(text: &str) -> Vec<String> {
        let lines: Vec<_> = text.split('\n').map(|line| Line::new(line, 0)).collect();
        split_blocks(&lines).iter().map(|block| join(block)).collect()
    }

    #[test]
    fn blocks_split_as_python_splits_text() {
        assert_eq!(split("a\n\nb"), ["a", "b"]);
        assert_eq!(split("a\n\n\nb"), ["a", "\nb"]);
        assert_eq!(split("a\n\n\n\nb"), ["a", "", "b"]);
        assert_eq!(split("\n\na"), ["", "a"]);
        assert_eq!(split("\n\n\n"), ["", "\n"]);
        assert_eq!(split("a\n"), ["a\n"]);
        assert_eq!(split("a\n\n"), ["a", ""]);
        assert_eq!(split(""), [""]);
    }
}
