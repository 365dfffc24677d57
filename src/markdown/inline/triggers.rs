//! Which characters a text has and which let a rule apply, so that a text without markup is not
//! looked through.

use crate::markdown::registry::{Inline, Passes};
use crate::markdown::text::Line;

/// Which ASCII characters a text has.
#[derive(Clone, Copy, Debug)]
pub(super) struct Present(u128);

/// What lets a rule apply.
#[derive(Clone, Copy, Debug)]
pub(super) struct Triggers {
    pub(super) own: Present,
    /// Of this rule and of all after it.
    pub(super) later: Present,
}

impl Triggers {
    /// The characters in `triggers`; any text without them.
    fn of(triggers: &str) -> Self {
        let own = if triggers.is_empty() {
            Present(u128::MAX)
        } else {
            Present(Present::of(triggers).0 & !(1 << 127))
        };
        Self { own, later: own }
    }

    /// Those of all rules.
    pub(super) fn of_rules(rules: &Passes<Inline>) -> Vec<Self> {
        let mut all: Vec<Self> = rules.iter().map(|entry| Self::of(entry.pass.triggers)).collect();
        let mut later = Present(0);
        for triggers in all.iter_mut().rev() {
            later.0 |= triggers.own.0;
            triggers.later = later;
        }
        all
    }
}

impl Present {
    pub(super) fn of(text: &str) -> Self {
        const BITS: [u128; 256] = {
            let mut bits = [0; 256];
            let mut byte = 0;
            while byte < 128 {
                bits[byte] = 1 << byte;
                byte += 1;
            }
            bits
        };
        // A text of no characters at all is met by rules for any text.
        Self(text.bytes().fold(1 << 127, |set, byte| set | BITS[usize::from(byte)]))
    }

    /// The characters of lines and of the line ends between them.
    pub(super) fn of_lines(lines: &[Line<'_>]) -> Self {
        let line_ends = u128::from(lines.len() > 1) << b'\n';
        Self(lines.iter().fold(line_ends, |set, line| set | Self::of(line.text).0))
    }

    pub(super) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}
