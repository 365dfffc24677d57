//! The passes of a dialect, in the order in which they run.
//!
//! As in the reference, a pass has a name and a priority: a higher priority runs earlier, equal
//! ones in the order they were registered, and a name registered again replaces the first.

use std::borrow::Cow;

use super::converter::Converter;
use super::inline::{Run, Step, Subject};
use super::source::Source;
use super::text::Blocks;
use super::tree::NodeId;

/// Rewrites the text before it is parsed.
pub(crate) type Preprocessor = for<'a> fn(&mut Converter<'a>, Source<'a>) -> Source<'a>;

/// Parses the first of the blocks into the parent, or leaves the blocks as they are and gives `false`.
pub(crate) type BlockRule = for<'a> fn(&mut Converter<'a>, NodeId, &mut Blocks<'a>) -> bool;

/// Finds the next thing to replace in a run of text.
pub(crate) type InlineRule = for<'a> fn(&mut Run<'_, 'a>, &Subject<'_>, usize) -> Step;

/// Changes the tree; the inline parser is one of them.
pub(crate) type TreePass = for<'a> fn(&mut Converter<'a>);

/// Changes the written HTML.
pub(crate) type Postprocessor = for<'a> fn(&mut Converter<'a>, String) -> String;

/// A registered pass.
#[derive(Clone, Debug)]
pub(crate) struct Entry<P> {
    /// Its name.
    pub(crate) name: Cow<'static, str>,
    priority: f64,
    /// What it does.
    pub(crate) pass: P,
}

/// An inline rule with what allows to skip it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inline {
    /// ASCII characters of which at least one must occur for the rule to apply; empty for any text.
    pub(crate) triggers: &'static str,
    /// Elements inside which the rule does not apply.
    pub(crate) excluded_in: &'static [&'static str],
    /// The rule.
    pub(crate) rule: InlineRule,
}

/// Passes of one kind.
#[derive(Clone, Debug)]
pub(crate) struct Passes<P> {
    entries: Vec<Entry<P>>,
}

impl<P> Default for Passes<P> {
    fn default() -> Self {
        Self { entries: Vec::new() }
    }
}

impl<P> Passes<P> {
    /// Registers `pass`, replacing one of the same name.
    pub(crate) fn register(&mut self, name: impl Into<Cow<'static, str>>, priority: f64, pass: P) {
        let name = name.into();
        self.remove(&name);
        let at = self.entries.partition_point(|entry| entry.priority >= priority);
        self.entries.insert(at, Entry { name, priority, pass });
    }

    /// Takes a pass out, if it is there.
    pub(crate) fn remove(&mut self, name: &str) {
        self.entries.retain(|entry| entry.name != name);
    }

    /// Whether a pass of that name is there.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name == name)
    }

    /// The passes in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Entry<P>> {
        self.entries.iter()
    }
}

/// All passes of a dialect.
#[derive(Clone, Debug, Default)]
pub(crate) struct Registry {
    /// On the text.
    pub(crate) preprocessors: Passes<Preprocessor>,
    /// On blocks of lines.
    pub(crate) blocks: Passes<BlockRule>,
    /// On runs of text.
    pub(crate) inline: Passes<Inline>,
    /// On runs of text once more, for `smartsymbols`.
    pub(crate) symbols: Passes<Inline>,
    /// On runs of text once more, for `smarty`.
    pub(crate) quotes: Passes<Inline>,
    /// On the tree.
    pub(crate) tree: Passes<TreePass>,
    /// On the HTML.
    pub(crate) postprocessors: Passes<Postprocessor>,
    /// Characters that a backslash escapes besides the core's.
    pub(crate) escaped: Vec<char>,
}

impl Registry {
    /// Lets a backslash escape `chars` too.
    pub(crate) fn escape(&mut self, chars: &str) {
        for c in chars.chars() {
            if !self.escaped.contains(&c) {
                self.escaped.push(c);
            }
        }
    }
}
