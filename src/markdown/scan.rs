//! What block rules have found in the lines of a block, so that a block that is taken apart piece by
//! piece is looked through once by each rule and not once for each piece.

use super::converter::Converter;
use super::text::{Block, Line};

/// What is looked for; each has its own memory.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Scan {
    Admonition,
    Details,
    Tabbed,
    Container,
    Heading,
    Rule,
    Quote,
    Reference,
    Abbreviation,
    Footnote,
    Definition,
    Callout,
    GitHubCallout,
    Unbordered,
    Indented,
    Stashed,
}

impl Scan {
    /// The characters with which a match may begin, blanks aside; none if any may.
    fn starts(self) -> &'static [u8] {
        match self {
            Self::Admonition => b"!",
            Self::Details => b"?",
            Self::Tabbed => b"=",
            Self::Container => b"/",
            Self::Heading => b"#",
            Self::Rule => b"-_*",
            Self::Quote | Self::GitHubCallout => b">",
            Self::Reference | Self::Footnote => b"[",
            Self::Abbreviation => b"*",
            Self::Definition => b":",
            Self::Callout | Self::Unbordered | Self::Indented | Self::Stashed => b"",
        }
    }

    /// Whether a match may begin with that line.
    fn may_start(starts: &[u8], line: Line<'_>) -> bool {
        starts.is_empty() || first_byte(line).is_some_and(|first| starts.contains(&first))
    }
}

/// What a line starts with, blanks aside.
fn first_byte(line: Line<'_>) -> Option<u8> {
    line.text.bytes().find(|byte| *byte != b' ')
}

/// Blocks of up to so many lines are known by what their lines start with; longer ones are not, as
/// they may be taken apart line by line.
const SHORT: usize = 12;

/// What the lines of the short block looked at last start with.
#[derive(Debug, Default)]
struct Firsts {
    /// The address of the first line and the number of lines.
    block: (usize, usize),
    bytes: u128,
}

impl Firsts {
    /// Whether none of the block's lines starts with one of `starts`.
    fn lack(&mut self, block: Block<'_>, starts: &[u8]) -> bool {
        if starts.is_empty() || block.len() > SHORT {
            return false;
        }
        let key = (block.as_ptr().addr(), block.len());
        if self.block != key {
            self.block = key;
            let ascii = block.iter().filter_map(|line| first_byte(*line)).filter(u8::is_ascii);
            self.bytes = ascii.fold(0, |bytes, first| bytes | 1 << first);
        }
        starts.iter().all(|start| self.bytes & (1 << start) == 0)
    }
}

const COUNT: usize = Scan::Stashed as usize + 1;

/// Lines from the first up to `found` have no match; the one there has, unless it is the end.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    /// The addresses of lines.
    first: usize,
    found: usize,
    is_match: bool,
}

/// For each depth of containers and each scan what was seen last.
#[derive(Debug, Default)]
pub(super) struct Scans {
    by_depth: Vec<[Seen; COUNT]>,
    firsts: Firsts,
}

impl<'a> Converter<'a> {
    /// The first line of a block that `is_match`, which is given the line and those after it.
    ///
    /// What lies in a part of a block that has been looked through before is answered from memory,
    /// so a match must not depend on where the block starts.
    pub(crate) fn find_line(
        &mut self,
        scan: Scan,
        block: Block<'a>,
        is_match: impl Fn(Block<'a>) -> bool,
    ) -> Option<usize> {
        let starts = scan.starts();
        if self.scans.firsts.lack(block, starts) {
            return None;
        }
        if self.scans.by_depth.len() <= self.depth {
            self.scans.by_depth.resize(self.depth + 1, [Seen::default(); COUNT]);
        }
        let is_match = |at: &usize| Scan::may_start(starts, block[*at]) && is_match(&block[*at..]);
        let seen = &mut self.scans.by_depth[self.depth][scan as usize];
        let address = |at: usize| block.as_ptr().wrapping_add(at).addr();
        let (start, end) = (address(0), address(block.len()));
        let mut from = 0;
        if seen.first <= start && start <= seen.found {
            if seen.found >= end {
                return None;
            }
            from = (seen.found - start) / size_of::<Line<'_>>();
            if seen.is_match {
                // A part of a block may end where the match would go on.
                return (from..block.len()).find(is_match);
            }
        }
        let found = (from..block.len()).find(is_match);
        *seen = Seen {
            first: start,
            found: address(found.unwrap_or(block.len())),
            is_match: found.is_some(),
        };
        found
    }
}
