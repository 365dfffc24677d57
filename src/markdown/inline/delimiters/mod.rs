//! Emphasis and everything else that runs of one character delimit: `*` and `_` of the core, and
//! `*`, `_`, `^`, `~`, `=` of PyMdown.
//!
//! The reference has two versions of one algorithm: delimiter runs are classified by what stands
//! beside them ([`boundary`]), paired with a stack for each character ([`pairing`]), and the pairs
//! become elements ([`build`]). All pairs that depend on each other are found at the first run;
//! the elements are then handed out one by one.

mod boundary;
mod build;
mod common_mark;
mod pairing;
mod spaces;

use std::collections::VecDeque;

use super::{Run, Step, Subject};
use crate::markdown::tree::NodeId;
use boundary::{Kind, Token, classify};

/// Which version of the algorithm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flavor {
    /// The core's.
    Core,
    /// PyMdown's, with CommonMark's rules for punctuation.
    Better,
}

/// A character that delimits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Delimiter {
    /// The character.
    pub(crate) token: u8,
    /// Element for two of them, if there is one.
    pub(crate) pair: Option<&'static str>,
    /// Element for a single one, if there is one.
    pub(crate) single: Option<&'static str>,
    /// Leave words alone that the character connects.
    pub(crate) smart: bool,
    /// Follow CommonMark where punctuation is beside the character.
    pub(crate) punctuation: bool,
    /// A single one allows no space inside.
    pub(crate) no_space: bool,
}

impl Delimiter {
    /// `*` or `_`.
    pub(crate) fn emphasis(token: u8, smart: bool, punctuation: bool) -> Self {
        Self {
            token,
            pair: Some("strong"),
            single: Some("em"),
            smart,
            punctuation,
            no_space: false,
        }
    }

    fn only_pairs(&self) -> bool {
        self.single.is_none()
    }

    fn only_singles(&self) -> bool {
        self.pair.is_none()
    }

    fn wants_no_space(&self) -> bool {
        self.no_space && !self.only_pairs()
    }

    fn max_size(&self) -> i64 {
        if self.only_singles() { 1 } else { 2 }
    }

    fn tag(&self, size: i64) -> &'static str {
        let (first, second) = if size == 2 {
            (self.pair, self.single)
        } else {
            (self.single, self.pair)
        };
        first.or(second).unwrap_or("em")
    }
}

/// The delimiters of a dialect.
#[derive(Clone, Debug)]
pub(crate) struct Delimiters {
    core: Vec<Delimiter>,
    better: Vec<Delimiter>,
}

impl Default for Delimiters {
    fn default() -> Self {
        Self {
            core: vec![
                Delimiter::emphasis(b'*', false, false),
                Delimiter::emphasis(b'_', true, false),
            ],
            better: Vec::new(),
        }
    }
}

impl Delimiters {
    /// Adds a delimiter, replacing one of the same character.
    pub(crate) fn add(&mut self, flavor: Flavor, delimiter: Delimiter) {
        let list = match flavor {
            Flavor::Core => &mut self.core,
            Flavor::Better => &mut self.better,
        };
        match list.iter_mut().find(|known| known.token == delimiter.token) {
            Some(known) => *known = delimiter,
            None => list.push(delimiter),
        }
    }

    fn of(&self, flavor: Flavor) -> &[Delimiter] {
        match flavor {
            Flavor::Core => &self.core,
            Flavor::Better => &self.better,
        }
    }
}

/// What one application of the rule to a text remembers.
#[derive(Debug, Default)]
pub(super) struct Memo {
    /// Elements found but not handed out, with the bytes they replace.
    pending: VecDeque<(NodeId, usize, usize)>,
    /// All runs that may open or close, in order.
    tokens: Option<Vec<Token>>,
    /// All pairs of the text are found.
    is_complete: bool,
}

/// What a run of text remembers from one text to another, for each flavor.
#[derive(Debug, Default)]
pub(super) struct Progress {
    /// How many elements are found but not handed out.
    pending: usize,
    /// The delimiter right after the element handed out last, if it is the rest of a closing run,
    /// and the character before that run.
    remainder: Option<(u8, char)>,
}

/// The core's rule.
pub(super) fn core(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    step(run, subject, from, Flavor::Core)
}

/// PyMdown's rule.
pub(crate) fn better(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    step(run, subject, from, Flavor::Better)
}

fn step(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize, flavor: Flavor) -> Step {
    let specs = run.cx.dialect.settings.delimiters.of(flavor);
    let text = subject.text.as_bytes();
    let Some(at) = boundary::find(specs, &text[from..]).map(|at| from + at) else {
        let left = std::mem::take(&mut subject.memo.delimiters.borrow_mut().pending);
        run.progress(flavor).pending -= left.len();
        return Step::Done;
    };
    let remainder = run.progress(flavor).remainder.take();
    let pending = subject.memo.delimiters.borrow_mut().pending.pop_front();
    if let Some(found) = pending {
        run.progress(flavor).pending -= 1;
        return hand_out(run, subject, found, flavor);
    }
    let run_end = at + text[at..].iter().take_while(|byte| **byte == text[at]).count();
    if run.progress(flavor).pending > 0 {
        // This text stands between pairs that were found together: it has no pairs of its own.
        return Step::Skip(run_end);
    }
    let before = match remainder {
        Some((token, before)) if at == subject.floor && token == text[at] => Some(before),
        _ => subject.before(at),
    };
    let Some(index) = specs.iter().position(|spec| spec.token == text[at]) else {
        return Step::Skip(run_end);
    };
    let Some((len, kind)) = classify(&specs[index], flavor, before, (subject.text, at)) else {
        return Step::Skip(run_end);
    };
    if kind == Kind::End {
        return Step::Skip(at + len);
    }
    if specs[index].only_pairs() && len < 2 {
        return Step::Skip(at + 1);
    }
    let first = Token {
        at,
        len,
        delimiter: index,
        kind,
    };
    let mut memo = subject.memo.delimiters.borrow_mut();
    if memo.is_complete {
        return Step::Skip(run_end);
    }
    let fresh = memo.tokens.is_none() && subject.floor == 0;
    let tokens = memo
        .tokens
        .get_or_insert_with(|| boundary::tokens(specs, flavor, subject.text));
    if flavor == Flavor::Better
        && fresh
        && let Some(regions) = common_mark::regions(specs, subject.text, tokens)
    {
        memo.is_complete = true;
        memo.pending = build::elements(run, subject, specs, &regions);
        run.progress(flavor).pending += memo.pending.len();
        return match memo.pending.pop_front() {
            Some(found) => {
                drop(memo);
                run.progress(flavor).pending -= 1;
                hand_out(run, subject, found, flavor)
            }
            None => Step::Done,
        };
    }
    let tokens = &tokens[tokens.partition_point(|token| token.at < at + len)..];
    match pairing::pair(specs, flavor, (subject.text, first), tokens) {
        Ok(regions) => {
            memo.pending = build::elements(run, subject, specs, &regions);
            run.progress(flavor).pending += memo.pending.len();
            let found = memo.pending.pop_front();
            drop(memo);
            match found {
                Some(found) => {
                    run.progress(flavor).pending -= 1;
                    hand_out(run, subject, found, flavor)
                }
                None => Step::Skip(run_end),
            }
        }
        Err(_)
            if tokens
                .iter()
                .all(|token| token.delimiter != index && token.kind == Kind::End) =>
        {
            Step::Skip(run_end)
        }
        Err(end) => Step::Skip(end),
    }
}

/// Gives an element and remembers what its closing run leaves.
fn hand_out(
    run: &mut Run<'_, '_>,
    subject: &Subject<'_>,
    (id, start, end): (NodeId, usize, usize),
    flavor: Flavor,
) -> Step {
    let text = subject.text.as_bytes();
    if flavor == Flavor::Better && end > 0 && text.get(end) == Some(&text[end - 1]) {
        let token = text[end];
        let len = text[..end].iter().rev().take_while(|byte| **byte == token).count();
        if let Some(before) = subject.text[..end - len].chars().next_back() {
            run.progress(flavor).remainder = Some((token, before));
        }
    }
    Step::Element(start, end, id)
}
