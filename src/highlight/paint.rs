//! Runs a syntax over code and gives each piece of text its class.
//!
//! Does not know HTML or the names of languages.

use syntect::parsing::{ClearAmount, ParseState, Scope, ScopeStackOp, SyntaxReference};

use super::classes::{self, Rules};
use super::html::HtmlLines;
use super::lexers::syntaxes;

/// Longer lines are left plain: they are data, not code, and regexes may take long on them.
const LONGEST_LINE: usize = 8_192;

/// Appends `code`, coloured by `syntax`.
pub(super) fn paint(code: &str, syntax: &SyntaxReference, html: &mut HtmlLines) {
    let mut painter = Painter::new(syntax);
    for line in code.split_inclusive('\n') {
        painter.line(line, html);
    }
}

/// A syntax in the middle of a text.
pub(super) struct Painter {
    state: ParseState,
    stack: Stack,
    line: String,
}

impl Painter {
    pub(super) fn new(syntax: &SyntaxReference) -> Self {
        Self {
            state: ParseState::new(syntax),
            stack: Stack::default(),
            line: String::new(),
        }
    }

    /// Appends the next line, with or without its line end.
    pub(super) fn line(&mut self, text: &str, html: &mut HtmlLines) {
        // Syntaxes rely on the line end, which the last line of a text may lack.
        self.line.clear();
        self.line.push_str(text.strip_suffix('\n').unwrap_or(text));
        self.line.push('\n');
        let operations = if self.line.len() > LONGEST_LINE {
            Vec::new()
        } else {
            // A syntax that refers to a missing one leaves the rest of the line plain.
            self.state.parse_line(&self.line, syntaxes()).unwrap_or_default()
        };
        let mut done = 0;
        for (offset, operation) in operations {
            let offset = offset.min(text.len());
            if let Some(piece) = text.get(done..offset) {
                html.push(piece, self.stack.class());
                done = offset;
            }
            self.stack.apply(&operation);
        }
        html.push(text.get(done..).unwrap_or_default(), self.stack.class());
    }
}

/// The scopes that hold at a place, as the class each of them leaves in force.
#[derive(Default)]
struct Stack {
    frames: Vec<Frame>,
    cleared: Vec<Vec<Frame>>,
}

#[derive(Clone, Copy)]
struct Frame {
    class: &'static str,
    rules: &'static Rules,
}

impl Stack {
    fn class(&self) -> &'static str {
        self.frames.last().map_or("", |frame| frame.class)
    }

    fn apply(&mut self, operation: &ScopeStackOp) {
        match operation {
            ScopeStackOp::Push(scope) => self.push(*scope),
            ScopeStackOp::Pop(count) => {
                let kept = self.frames.len().saturating_sub(*count);
                self.frames.truncate(kept);
            }
            ScopeStackOp::Clear(ClearAmount::TopN(count)) => {
                let kept = self.frames.len().saturating_sub(*count);
                self.cleared.push(self.frames.split_off(kept));
            }
            ScopeStackOp::Clear(ClearAmount::All) => {
                self.cleared.push(std::mem::take(&mut self.frames));
            }
            ScopeStackOp::Restore => {
                self.frames.extend(self.cleared.pop().unwrap_or_default());
            }
            ScopeStackOp::Noop => {}
        }
    }

    fn push(&mut self, scope: Scope) {
        let outer = self.frames.last();
        let rules = classes::rules_of(scope)
            .or(outer.map(|frame| frame.rules))
            .unwrap_or_else(classes::common);
        let inherited = outer.map_or("", |frame| frame.class);
        let class = rules.class(scope).unwrap_or(inherited);
        self.frames.push(Frame { class, rules });
    }
}
