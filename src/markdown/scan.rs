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
        starts.is_empty() || {
            let first = line.text.bytes().find(|b| *b != b' ');
            first.is_some_and(|first| starts.contains(&first))
        }
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
        if self.scans.by_depth.len() <= self.depth {
            self.scans.by_depth.resize(self.depth + 1, [Seen::default(); COUNT]);
        }
        let starts = scan.starts();
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
