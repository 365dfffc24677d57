//! Pairs delimiter runs: PyMdown's variant of CommonMark's algorithm, with its rule of three.

use super::boundary::{Kind, Token};
use super::spaces::Spaces;
use super::{Delimiter, Flavor};

/// A pair: what is between `open.0..open.1` and `close.0..close.1` belongs to an element.
#[derive(Clone, Copy, Debug)]
pub(super) struct Region {
    pub(super) open: (usize, usize),
    pub(super) close: (usize, usize),
    pub(super) delimiter: usize,
    pub(super) size: i64,
    /// Nothing inside it is looked at any more.
    pub(super) is_deepest: bool,
}

/// A run, or what is left of it, that may still be closed.
#[derive(Clone, Copy, Debug)]
struct Opener {
    start: usize,
    end: usize,
    ambiguous: bool,
    original: i64,
    len: i64,
}

/// Which openers runs shorter than this may close is remembered; longer runs are few.
const SHORT: usize = 24;

/// The openers of its own length that a closing run may close, outermost first.
#[derive(Clone, Debug, Default)]
struct Fitting {
    /// How many of the outermost openers have been looked at.
    seen: usize,
    /// Indexes of those that fit; those from `seen` on are out of date.
    fit: Vec<usize>,
}

impl Fitting {
    /// The innermost of the first `below` openers for which `fits` holds.
    fn last(&mut self, openers: &[Opener], below: usize, fits: impl Fn(&Opener) -> bool) -> Option<usize> {
        let known = self.fit.partition_point(|index| *index < self.seen);
        self.fit.truncate(known);
        if self.seen < below {
            let new = (self.seen..below).filter(|index| fits(&openers[*index]));
            self.fit.extend(new);
            self.seen = below;
        }
        let at = self.fit.partition_point(|index| *index < below);
        self.fit[..at].last().copied()
    }
}

/// The unclosed runs of one delimiter.
#[derive(Debug, Default)]
struct Stack {
    openers: Vec<Opener>,
    /// For each length of a closing run, the openers it may close.
    fitting: Vec<Fitting>,
    /// How many of them restrict spaces.
    space_track: i64,
    /// How many of them are single.
    singles: i64,
}

struct Pairing<'t> {
    specs: &'t [Delimiter],
    flavor: Flavor,
    text: &'t str,
    stacks: Vec<Stack>,
    regions: Vec<Region>,
    spaces: Spaces,
}

/// A run that may close, while it is used up.
struct Closer {
    delimiter: usize,
    at: usize,
    start: usize,
    end: usize,
    len: i64,
    original: i64,
    ambiguous: bool,
    /// The length of the opener looked at last.
    last: i64,
}

/// What becomes of a run that tried to close a part of a longer one.
#[derive(PartialEq, Eq)]
enum Part {
    /// It closed.
    Closed,
    /// It could not, and may open.
    Refused,
    /// It is passed over.
    PassedOver,
    /// Nothing more can be paired.
    Stop,
}

/// Pairs `first` and the runs after it: the pairs in order, or where the next try may start.
pub(super) fn pair(
    specs: &[Delimiter],
    flavor: Flavor,
    (text, first): (&str, Token),
    tokens: &[Token],
) -> Result<Vec<Region>, usize> {
    let mut pairing = Pairing {
        specs,
        flavor,
        text,
        stacks: specs.iter().map(|_| Stack::default()).collect(),
        regions: Vec::new(),
        spaces: Spaces::default(),
    };
    let len = length(first.at, first.at + first.len);
    pairing.push(
        first.delimiter,
        Opener {
            start: first.at,
            end: first.at + first.len,
            ambiguous: first.kind == Kind::Both,
            original: len,
            len,
        },
    );
    for token in tokens {
        if pairing.stacks.iter().all(|stack| stack.openers.is_empty()) {
            break;
        }
        if token.kind == Kind::End && pairing.stacks[token.delimiter].openers.is_empty() {
            continue;
        }
        if !pairing.step(token) {
            break;
        }
    }
    let mut regions = pairing.regions;
    if !regions.is_empty() {
        regions.sort_by_key(|region| region.open.0);
        return Ok(regions);
    }
    let left: Vec<usize> = pairing
        .stacks
        .iter()
        .flat_map(|stack| &stack.openers)
        .map(|o| o.end)
        .collect();
    let enough = if flavor == Flavor::Core { 1 } else { 2 };
    let end = left.iter().max().filter(|_| left.len() >= enough);
    Err(end.copied().unwrap_or(first.at + 1))
}

fn length(start: usize, end: usize) -> i64 {
    i64::try_from(end - start).unwrap_or(i64::MAX)
}

/// `at` moved by `by`.
fn shift(at: usize, by: i64) -> usize {
    at.saturating_add_signed(isize::try_from(by).unwrap_or_default())
}

/// Runs that could each do both must not pair if their lengths add up to a multiple of three.
fn rule_of_three(opener: i64, closer: i64) -> bool {
    (opener + closer) % 3 == 0 && (opener % 3 != 0 || closer % 3 != 0)
}

impl Pairing<'_> {
    /// Takes one run; gives whether to go on.
    fn step(&mut self, token: &Token) -> bool {
        let mut closer = Closer {
            delimiter: token.delimiter,
            at: token.at,
            start: token.at,
            end: token.at + token.len,
            len: length(0, token.len),
            original: length(0, token.len),
            ambiguous: token.kind == Kind::Both,
            last: 0,
        };
        let mut is_start = token.kind != Kind::End;
        let mut is_end = token.kind != Kind::Start;
        closer.last = self.top(token.delimiter).map_or(0, |top| top.len);
        self.look_below(&mut closer);
        if is_end && self.closes(&closer) {
            is_start = false;
            is_end = self.close_openers(&mut closer);
        }
        let open = self.top(token.delimiter).is_some();
        if open && is_end && (closer.last >= 3 || !closer.ambiguous) && closer.last > closer.len {
            match self.close_part(&mut closer) {
                Part::Closed => is_start = false,
                Part::Refused => {}
                Part::PassedOver => return true,
                Part::Stop => return false,
            }
        }
        if is_start && !(self.specs[token.delimiter].only_pairs() && closer.len == 1) {
            return self.open(&closer);
        }
        true
    }

    /// Whether the run closes one or more openers as a whole.
    fn closes(&self, closer: &Closer) -> bool {
        let Some(top) = self.top(closer.delimiter) else {
            return false;
        };
        let allowed = !closer.ambiguous || !rule_of_three(top.original, closer.len);
        (closer.len > closer.last && allowed) || closer.len == closer.last || closer.len >= 3
    }

    /// Where the innermost opener may not be closed by the rule of three, one further out of the
    /// same length may.
    fn look_below(&mut self, closer: &mut Closer) {
        let Some(top) = self.top(closer.delimiter) else { return };
        if !closer.ambiguous || closer.len == closer.last || !rule_of_three(top.original, closer.len) {
            return;
        }
        let fits = |o: &Opener| o.len == closer.len && !rule_of_three(o.original, closer.len);
        let Stack { openers, fitting, .. } = &mut self.stacks[closer.delimiter];
        let below = openers.len() - 1;
        let found = match usize::try_from(closer.len) {
            Ok(len) if len < SHORT => {
                if fitting.len() <= len {
                    fitting.resize(len + 1, Fitting::default());
                }
                fitting[len].last(openers, below, fits)
            }
            _ => openers[..below].iter().rposition(fits),
        };
        let Some(found) = found else { return };
        if self.flavor == Flavor::Better {
            while self.stacks[closer.delimiter].openers.len() > found + 1 {
                self.drop_top(closer.delimiter);
            }
        }
        closer.last = closer.len;
    }

    /// Closes openers with the run until it is used up; gives whether it may close part of another.
    fn close_openers(&mut self, closer: &mut Closer) -> bool {
        let delimiter = closer.delimiter;
        let furthest = self.top(delimiter);
        while closer.len != 0 && closer.last <= closer.len {
            let Some(mut opener) = self.pop(delimiter) else { break };
            if self.specs[delimiter].wants_no_space() && !self.without_space(closer, &mut opener) {
                if self.is_open_elsewhere(delimiter) {
                    self.stacks[delimiter] = Stack::default();
                    continue;
                }
                if let Some(furthest) = furthest {
                    self.stacks[delimiter].openers.push(furthest);
                }
                break;
            }
            self.close_one(closer, opener);
            match self.top(delimiter) {
                Some(top) => closer.last = top.len,
                None => break,
            }
        }
        if closer.original >= 3 && closer.len != 0 && closer.ambiguous {
            let opener = Opener {
                start: shift(closer.at, closer.original - closer.len),
                end: closer.end,
                ambiguous: false,
                original: closer.original,
                len: closer.len,
            };
            self.push(delimiter, opener);
            return false;
        }
        closer.len != 0 && self.top(delimiter).is_some() && closer.last > closer.len
    }

    /// Goes outwards until an opener is found that no space separates from the run.
    fn without_space(&mut self, closer: &mut Closer, opener: &mut Opener) -> bool {
        let delimiter = closer.delimiter;
        loop {
            let strict =
                self.stacks[delimiter].space_track != 0 || self.specs[delimiter].only_singles() || closer.len == 1;
            let okay = !(strict && self.spaces.between(self.text, opener.end, closer.start));
            self.forget(delimiter, opener.len);
            if okay {
                return true;
            }
            let Some(next) = self.pop(delimiter) else { return false };
            *opener = next;
            closer.last = next.len;
        }
    }

    /// Pairs as many characters as one element takes.
    fn close_one(&mut self, closer: &mut Closer, opener: Opener) {
        let spec = &self.specs[closer.delimiter];
        let size = opener.len.min(self.size_for(spec, opener.len));
        self.add_region(closer, (shift(opener.end, -size), opener.end), size);
        let left = opener.len - size;
        if left > 0 && !(spec.only_pairs() && left == 1) {
            let rest = Opener {
                end: shift(opener.end, -size),
                len: left,
                ..opener
            };
            self.push(closer.delimiter, rest);
        }
    }

    /// The core makes the inner element of three the single one.
    fn size_for(&self, spec: &Delimiter, len: i64) -> i64 {
        let both = spec.pair.is_some() && spec.single.is_some();
        if self.flavor == Flavor::Core && both && len == 3 {
            1
        } else {
            spec.max_size()
        }
    }

    /// Closes part of a longer opener.
    fn close_part(&mut self, closer: &mut Closer) -> Part {
        let delimiter = closer.delimiter;
        let spec = &self.specs[delimiter];
        let Some(mut opener) = self.pop(delimiter) else {
            return Part::Refused;
        };
        while opener.len != 3 && opener.ambiguous {
            let Some(next) = self.pop(delimiter) else { break };
            self.forget(delimiter, opener.len);
            opener = next;
            closer.last = next.len;
        }
        if opener.ambiguous && opener.len != 3 {
            if self.is_open_elsewhere(delimiter) {
                self.stacks[delimiter] = Stack::default();
                return Part::PassedOver;
            }
            return Part::Stop;
        }
        if self.flavor == Flavor::Better
            && spec.wants_no_space()
            && (closer.len == 1 || spec.only_singles())
            && self.spaces.between(self.text, opener.end, closer.start)
        {
            self.stacks[delimiter].openers.push(opener);
            return Part::Refused;
        }
        self.forget(delimiter, opener.len);
        let mut end = opener.end;
        while closer.len > 0 && !(spec.only_pairs() && closer.len == 1) {
            let size = closer.len.min(self.size_for(spec, closer.len));
            let start = shift(opener.start, closer.last - size);
            self.add_region(closer, (start, end), size);
            closer.last -= size;
            end = shift(end, -size);
        }
        if closer.last > i64::from(spec.only_pairs()) {
            let rest = Opener {
                end,
                ambiguous: false,
                len: closer.last,
                ..opener
            };
            self.push(delimiter, rest);
        }
        Part::Closed
    }

    /// Adds the run as an opener; gives whether to go on.
    fn open(&mut self, closer: &Closer) -> bool {
        let delimiter = closer.delimiter;
        let spec = &self.specs[delimiter];
        let stack = &self.stacks[delimiter];
        let (track, singles, single) = (stack.space_track, stack.singles, spec.only_singles());
        if spec.wants_no_space()
            && (track != 0 || single)
            && let Some(top) = stack.openers.last().copied()
            && self.spaces.between(self.text, top.end, closer.start)
        {
            if track > 1 || singles != 0 || single {
                if !self.is_open_elsewhere(delimiter) {
                    return false;
                }
                self.stacks[delimiter] = Stack::default();
            }
            return true;
        }
        self.push(
            delimiter,
            Opener {
                start: closer.start,
                end: closer.end,
                ambiguous: closer.ambiguous,
                original: closer.len,
                len: closer.len,
            },
        );
        true
    }

    /// Adds a pair, takes its characters from the run, and drops the openers inside it.
    fn add_region(&mut self, closer: &mut Closer, open: (usize, usize), size: i64) {
        let close = (closer.start, shift(closer.start, size));
        self.regions.push(Region {
            open,
            close,
            delimiter: closer.delimiter,
            size,
            is_deepest: false,
        });
        closer.start = close.1;
        closer.len -= size;
        for other in 0..self.stacks.len() {
            while self
                .top(other)
                .is_some_and(|top| open.0 <= top.start && top.start < close.1)
            {
                self.drop_top(other);
            }
        }
    }

    fn top(&self, delimiter: usize) -> Option<Opener> {
        self.stacks[delimiter].openers.last().copied()
    }

    fn is_open_elsewhere(&self, delimiter: usize) -> bool {
        let mut stacks = self.stacks.iter().enumerate();
        stacks.any(|(index, stack)| index != delimiter && !stack.openers.is_empty())
    }

    fn push(&mut self, delimiter: usize, opener: Opener) {
        let (track, single) = self.tracked(delimiter, opener.len);
        let stack = &mut self.stacks[delimiter];
        stack.space_track += track;
        stack.singles += single;
        stack.openers.push(opener);
    }

    /// Takes the innermost opener, which still counts for the spaces.
    fn pop(&mut self, delimiter: usize) -> Option<Opener> {
        let stack = &mut self.stacks[delimiter];
        let opener = stack.openers.pop();
        for fitting in &mut stack.fitting {
            fitting.seen = fitting.seen.min(stack.openers.len());
        }
        opener
    }

    /// Takes an opener of that length out of the count for the spaces.
    fn forget(&mut self, delimiter: usize, len: i64) {
        let (track, single) = self.tracked(delimiter, len);
        let stack = &mut self.stacks[delimiter];
        stack.space_track -= track;
        stack.singles -= single;
    }

    fn drop_top(&mut self, delimiter: usize) {
        if let Some(opener) = self.pop(delimiter) {
            self.forget(delimiter, opener.len);
        }
    }

    fn tracked(&self, delimiter: usize, len: i64) -> (i64, i64) {
        let spec = &self.specs[delimiter];
        if !spec.wants_no_space() || spec.only_singles() {
            return (0, 0);
        }
        (i64::from(len != 2), i64::from(len == 1))
    }
}
