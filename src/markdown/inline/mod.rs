//! The inline parser: rules applied one after the other to each run of text.
//!
//! As in the reference, a rule works on the text that the rules before it have left, with a mark
//! in the place of each element they made; the text inside a new element is given to the rules
//! after the one that made it. That order is what makes the dialect. This file is the engine; the
//! rules stand beside it.

mod address;
mod code;
pub(crate) mod delimiters;
pub(in crate::markdown) mod links;
mod parents;
mod raw;
mod run;
mod triggers;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::VecDeque;

use super::converter::Converter;
use super::registry::{Inline, InlineRule, Registry};
use super::text::Pos;
use super::tree::NodeId;
use parents::Parents;
use triggers::{Present, Triggers};

pub(crate) use code::{CodeSpan, code_span};
pub(crate) use raw::{html_strict, numeric};
pub(crate) use run::{run, run_with};

/// Registers the core's rules.
pub(crate) fn register_core(registry: &mut Registry) {
    let rules = &mut registry.inline;
    rules.register("backtick", 190.0, rule("`", code::backtick));
    rules.register("escape", 180.0, rule("\\", code::escape));
    rules.register("reference", 170.0, rule("[", links::reference));
    rules.register("link", 160.0, rule("[", links::link));
    rules.register("image_link", 150.0, rule("!", links::image));
    rules.register("image_reference", 140.0, rule("!", links::image_reference));
    rules.register("short_reference", 130.0, rule("[", links::short_reference));
    rules.register("short_image_ref", 125.0, rule("!", links::short_image_reference));
    rules.register("autolink", 120.0, rule("<", raw::autolink));
    rules.register("automail", 110.0, rule("<", raw::automail));
    rules.register("linebreak", 100.0, rule("\n", raw::line_break));
    rules.register("html", 90.0, rule("<", raw::html));
    rules.register("entity", 80.0, rule("&", raw::entity));
    rules.register("em_strong", 60.0, rule("*_", delimiters::core));
}

/// A rule for texts that have one of `triggers`.
pub(crate) fn rule(triggers: &'static str, rule: InlineRule) -> Inline {
    Inline {
        triggers,
        excluded_in: &[],
        rule,
    }
}

/// A rule that does not apply inside some elements.
pub(crate) fn rule_outside(triggers: &'static str, excluded_in: &'static [&'static str], rule: InlineRule) -> Inline {
    Inline {
        triggers,
        excluded_in,
        rule,
    }
}

/// What a rule finds.
#[derive(Debug)]
pub(crate) enum Step {
    /// Nothing from here to the end.
    Done,
    /// Nothing before this offset; the rule goes on there.
    Skip(usize),
    /// An element in the place of the bytes from the first to before the second offset.
    Element(usize, usize, NodeId),
    /// A text in their place that no later rule looks into.
    Text(usize, usize, String),
}

/// The text a rule works on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subject<'t> {
    /// The text, with marks.
    pub(crate) text: &'t str,
    /// The end of what this rule replaced last: a mark stands right before it.
    floor: usize,
    map: &'t [(u32, Pos)],
    /// What the rule has found out about the text.
    memo: &'t Memo,
}

/// What a rule finds out about a whole text, so that it need not look again at each opening.
#[derive(Debug, Default)]
struct Memo {
    ticks: OnceCell<code::Ticks>,
    brackets: OnceCell<links::Brackets>,
    signs: OnceCell<address::Signs>,
    delimiters: RefCell<delimiters::Memo>,
    /// Where a word without `<` ends, and a place in it.
    word: Cell<(usize, usize)>,
    /// Elements that a rule has found and not handed out.
    spans: RefCell<VecDeque<(NodeId, usize, usize)>>,
    /// Bits that stand for quotes which nothing closes from some place on.
    unclosed: Cell<u8>,
    /// Up to where nothing closes what was opened before.
    open_until: Cell<usize>,
}

impl Subject<'_> {
    /// The character before `at`, as a look-behind of the reference would see it.
    pub(crate) fn before(&self, at: usize) -> Option<char> {
        if at == self.floor && at > 0 {
            return Some(super::stash::ETX);
        }
        self.text[..at].chars().next_back()
    }

    /// The end of what this rule replaced last.
    pub(crate) fn floor(&self) -> usize {
        self.floor
    }

    /// The next of the elements that the rule has kept, with the bytes it replaces.
    pub(crate) fn next_span(&self) -> Option<(NodeId, usize, usize)> {
        self.memo.spans.borrow_mut().pop_front()
    }

    /// Keeps elements to hand out later.
    pub(crate) fn keep_spans(&self, spans: VecDeque<(NodeId, usize, usize)>) {
        *self.memo.spans.borrow_mut() = spans;
    }

    /// Whether the rule has found that nothing closes `quote` any more.
    pub(crate) fn is_unclosed(&self, quote: char) -> bool {
        self.memo.unclosed.get() & Self::bit(quote) != 0
    }

    /// Remembers that nothing closes `quote` any more.
    pub(crate) fn set_unclosed(&self, quote: char) {
        self.memo.unclosed.set(self.memo.unclosed.get() | Self::bit(quote));
    }

    fn bit(quote: char) -> u8 {
        if quote == '"' { 1 } else { 2 }
    }

    /// Up to where the rule has found that nothing is closed.
    pub(crate) fn open_until(&self) -> usize {
        self.memo.open_until.get()
    }

    /// Remembers that nothing that opens before `at` is closed.
    pub(crate) fn set_open_until(&self, at: usize) {
        self.memo.open_until.set(at);
    }

    /// Where white space or `<` follows from `at` on.
    pub(crate) fn word_end(&self, at: usize) -> usize {
        let (start, end) = self.memo.word.get();
        if start <= at && at < end {
            return end;
        }
        let rest = &self.text[at..];
        let len = rest.find(|c: char| c.is_whitespace() || c == '<').unwrap_or(rest.len());
        self.memo.word.set((at, at + len));
        at + len
    }

    /// The position of the byte at `at`.
    pub(crate) fn pos(&self, at: usize) -> Pos {
        run::position(self.map, at)
    }
}

/// A run of text while the rules are applied.
pub(crate) struct Run<'c, 'a> {
    /// The rules.
    rules: &'a super::registry::Passes<Inline>,
    /// For each rule the characters that let it or a later one apply.
    triggers: Vec<Triggers>,
    /// The conversion.
    pub(crate) cx: &'c mut Converter<'a>,
    /// What marks of the kind `i` stand for.
    stash: Vec<run::Made<'a>>,
    /// Buffers that are not in use.
    spare: Vec<run::Working>,
    /// The parent of each element by its number, where it is known.
    parents: Parents,
    /// Elements around the text at hand that are not in the tree yet.
    around: Vec<NodeId>,
    /// The innermost element of the tree around the text at hand.
    inside: Option<NodeId>,
    /// How far the core's and PyMdown's delimiters are.
    delimiters: [delimiters::Progress; 2],
}

impl Run<'_, '_> {
    fn progress(&mut self, flavor: delimiters::Flavor) -> &mut delimiters::Progress {
        match flavor {
            delimiters::Flavor::Core => &mut self.delimiters[0],
            delimiters::Flavor::Better => &mut self.delimiters[1],
        }
    }
}
