//! Lines that were painted before: most code in a manual repeats lines of other blocks, and running
//! a syntax costs a hundred times what looking a line up does.
//!
//! Each thread remembers by itself, so that nothing waits. What is remembered is what painting
//! gave, so results do not depend on it. It stays small: when it is full, new lines are painted
//! and forgotten.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use rapidhash::fast::RapidHasher;

use super::paint::{Piece, Spot};

/// Places of syntaxes that are told apart.
const MOST_SPOTS: usize = 256;

/// Bytes of lines and their pieces that one thread keeps.
const MOST_BYTES: usize = 2 << 20;

/// Longer lines seldom come twice.
const LONGEST_LINE: usize = 256;

thread_local! {
    static MEMO: RefCell<Memo> = RefCell::new(Memo::default());
}

/// A spot that the memo knows.
#[derive(Clone, Copy, Debug)]
pub(super) struct SpotId(usize);

#[derive(Default)]
struct Memo {
    spots: Vec<Known>,
    bytes: usize,
}

struct Known {
    spot: Spot,
    lines: HashMap<Box<str>, Painted, BuildHasherDefault<RapidHasher<'static>>>,
}

struct Painted {
    pieces: Box<[Piece]>,
    next: SpotId,
}

/// The id of a spot, unless it is new and there is no room.
pub(super) fn id_of(spot: &Spot) -> Option<SpotId> {
    MEMO.with_borrow_mut(|memo| {
        if let Some(at) = memo.spots.iter().position(|known| known.spot == *spot) {
            return Some(SpotId(at));
        }
        if memo.spots.len() >= MOST_SPOTS {
            return None;
        }
        memo.spots.push(Known {
            spot: spot.clone(),
            lines: HashMap::default(),
        });
        Some(SpotId(memo.spots.len() - 1))
    })
}

/// Gives `use_pieces` what `line` was painted as in a spot, and gives the spot after it.
pub(super) fn recall(id: SpotId, line: &str, use_pieces: impl FnOnce(&[Piece])) -> Option<SpotId> {
    MEMO.with_borrow(|memo| {
        let painted = memo.spots.get(id.0)?.lines.get(line)?;
        use_pieces(&painted.pieces);
        Some(painted.next)
    })
}

/// A copy of a known spot.
pub(super) fn spot(id: SpotId) -> Option<Spot> {
    MEMO.with_borrow(|memo| memo.spots.get(id.0).map(|known| known.spot.clone()))
}

/// Remembers what `line` is in a spot.
pub(super) fn remember(id: SpotId, line: &str, pieces: &[Piece], next: SpotId) {
    let bytes = line.len() + size_of_val(pieces) + size_of::<(Box<str>, Painted)>();
    MEMO.with_borrow_mut(|memo| {
        if line.len() > LONGEST_LINE || memo.bytes + bytes > MOST_BYTES {
            return;
        }
        if let Some(known) = memo.spots.get_mut(id.0) {
            memo.bytes += bytes;
            let pieces = pieces.into();
            known.lines.insert(line.into(), Painted { pieces, next });
        }
    });
}

#[cfg(test)]
mod tests {
    use crate::highlight::highlight;

    #[test]
    fn a_line_is_remembered_with_where_it_stood() {
        let paint = |code: &str| highlight(code, "python").expect("a language");
        let inside = "\"\"\"\nimport os\n\"\"\"\nimport os\n";
        let alone = paint("import os\n");
        assert!(alone.contains("<span class=\"kn\">import</span>"), "{alone}");
        let both = paint(inside);
        assert!(both.ends_with(&alone), "{both}");
        assert_eq!(both.matches(&alone).count(), 1, "{both}");
        assert_eq!(paint(inside), both, "the same when remembered");
    }

    #[test]
    fn a_full_memo_changes_nothing() {
        let code = |n: u32| format!("if [ $x{n} ]; then\n  echo \"a{n}\"\nfi\n");
        let paint = |n: u32| highlight(&code(n), "bash").expect("a language");
        let early = paint(0);
        let many: Vec<String> = (0..20_000).map(paint).collect();
        assert_eq!(many.first(), Some(&early));
        let renamed = |n: u32| early.replace("x0", &format!("x{n}")).replace("a0", &format!("a{n}"));
        assert_eq!(many.get(19_999), Some(&renamed(19_999)));
    }
}
