//! Everything one conversion works on, lent from pass to pass.

use std::collections::HashMap;

use bumpalo::Bump;

use super::dialect::Dialect;
use super::origin::Origins;
use super::scan::Scans;
use super::stash::HtmlStash;
use super::text::{Block, Line, Pos};
use super::tree::Tree;
use crate::files::Files;
use crate::report::{Diagnostic, Severity};

/// Where the block parser is; only the innermost state counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    /// In the items of a list that follow each other without blank lines.
    List,
    /// In the first item after a blank line.
    LooseList,
    /// In a block that has just been dedented.
    Detabbed,
    /// In a quote.
    Quote,
    /// In a container of `pymdownx.blocks`.
    Blocks,
}

/// A link's target that a definition gives.
#[derive(Clone, Debug)]
pub(crate) struct Reference<'a> {
    /// The address.
    pub(crate) url: &'a str,
    /// The title.
    pub(crate) title: Option<&'a str>,
}

/// A conversion under way.
pub(crate) struct Converter<'a> {
    /// Holds the lines and the generated text.
    pub(crate) arena: &'a Bump,
    /// How the site writes Markdown.
    pub(crate) dialect: &'a Dialect,
    /// Reads included files.
    pub(crate) files: &'a Files,
    /// Which files the positions belong to.
    pub(crate) origins: Origins,
    /// The elements.
    pub(crate) tree: Tree<'a>,
    /// Raw HTML taken out of the text.
    pub(crate) stash: HtmlStash,
    /// Link definitions by their lower-case label.
    pub(crate) references: HashMap<String, Reference<'a>>,
    /// States of the block parser, innermost last.
    pub(crate) states: Vec<State>,
    /// What block rules have looked for in vain.
    pub(super) scans: Scans,
    /// How deep containers are nested in each other.
    pub(crate) depth: usize,
    /// The elements whose addresses the written HTML marks, by the number in the mark.
    pub(crate) slots: Vec<super::tree::NodeId>,
    /// What was found wrong.
    pub(crate) problems: Vec<Diagnostic>,
    /// What the extensions keep from one place of the page to another.
    pub(crate) memory: super::extensions::Memory<'a>,
}

impl<'a> Converter<'a> {
    /// Nothing of a text of about `len` bytes converted yet.
    pub(crate) fn new(arena: &'a Bump, dialect: &'a Dialect, files: &'a Files, len: usize) -> Self {
        Self {
            arena,
            dialect,
            files,
            origins: Origins::default(),
            tree: Tree::new(len),
            stash: HtmlStash::default(),
            references: HashMap::new(),
            states: Vec::new(),
            scans: Scans::default(),
            depth: 0,
            slots: Vec::new(),
            problems: Vec::new(),
            memory: super::extensions::Memory::default(),
        }
    }

    /// Whether `state` is the innermost state.
    pub(crate) fn is_state(&self, state: State) -> bool {
        self.states.last() == Some(&state)
    }

    /// The first line that the `meta` extension has read for `key`.
    pub(crate) fn meta(&self, key: &str) -> Option<&str> {
        let (_, lines) = self.memory.meta.iter().find(|(known, _)| known == key)?;
        lines.first().map(String::as_str)
    }

    /// A text that lives as long as the conversion.
    pub(crate) fn keep(&self, text: &str) -> &'a str {
        self.arena.alloc_str(text)
    }

    /// Lines that live as long as the conversion.
    pub(crate) fn block(&self, lines: &[Line<'a>]) -> Block<'a> {
        self.arena.alloc_slice_copy(lines)
    }

    /// Reports a problem with the `len` bytes at `pos`.
    pub(crate) fn report(
        &mut self,
        code: &'static str,
        severity: Severity,
        message: impl Into<String>,
        at: (Pos, usize),
    ) {
        let span = self.origins.span(at.0, at.1);
        self.problems.push(Diagnostic::new(code, severity, message).at(span));
    }
}
