//! Runs a syntax over code and gives each piece of text its class.
//!
//! Does not know HTML or the names of languages.

use syntect::parsing::{ClearAmount, ParseState, Scope, ScopeStackOp, SyntaxReference};

use super::classes::{self, Change, Plain, Rules};
use super::html::HtmlLines;
use super::lexers::syntaxes;

/// Longer lines are left plain: they are data, not code, and regexes take time that grows with the
/// square of a line's length or worse.
const LONGEST_LINE: usize = 2_048;

/// The same for lines with more of one byte in a row: rulers, padding.
const LONGEST_RUN: usize = 200;

/// What is punctuation where a syntax leaves it without a scope.
const PUNCTUATION: &str = ",;()[]{}";

/// What is an operator among the words of a command.
const OPERATORS: &str = "[]{}()=";

const NO_CLASS: Change = Change {
    class: "",
    locks: false,
};

/// Appends all of `code`.
pub(super) fn paint(code: &str, mut painter: Painter, html: &mut HtmlLines) {
    for line in code.split_inclusive('\n') {
        painter.line(line, html);
    }
}

/// Lines that begin so are of a class as a whole, which syntaxes do not tell from others.
pub(super) type Marks = &'static [(&'static str, &'static str)];

/// A syntax in the middle of a text.
pub(super) struct Painter {
    state: ParseState,
    stack: Stack,
    line: String,
    /// Whether no line was painted yet.
    first: bool,
    marks: Marks,
}

impl Painter {
    pub(super) fn new(syntax: &SyntaxReference, marks: Marks) -> Self {
        Self {
            state: ParseState::new(syntax),
            stack: Stack::default(),
            line: String::new(),
            first: true,
            marks,
        }
    }

    /// Appends the next line, with or without its line end.
    pub(super) fn line(&mut self, text: &str, html: &mut HtmlLines) {
        // Syntaxes rely on the line end, which the last line of a text may lack.
        self.line.clear();
        self.line.push_str(text.strip_suffix('\n').unwrap_or(text));
        self.line.push('\n');
        let operations = if is_data(&self.line) {
            Vec::new()
        } else {
            // A syntax that refers to a missing one leaves the rest of the line plain.
            self.state.parse_line(&self.line, syntaxes()).unwrap_or_default()
        };
        let first = std::mem::replace(&mut self.first, false);
        let shebang = first && (text.starts_with("#!/") || text.starts_with("#! /"));
        let mark = self.marks.iter().find(|(start, _)| text.starts_with(start));
        if let Some(class) = mark.map(|(_, class)| *class).or(shebang.then_some("ch")) {
            for (_, operation) in &operations {
                self.stack.apply(operation);
            }
            return html.push(text, class);
        }
        let mut done = 0;
        for (offset, operation) in operations {
            let offset = offset.min(text.len());
            if let Some(piece) = text.get(done..offset) {
                let opens_braces = piece == "$" && text.as_bytes().get(offset) == Some(&b'{');
                self.stack.push_text(piece, opens_braces, html);
                done = offset;
            }
            self.stack.apply(&operation);
        }
        self.stack.push_text(text.get(done..).unwrap_or_default(), false, html);
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
    scope: Scope,
    change: Change,
    rules: &'static Rules,
}

impl Stack {
    /// Appends `text`; `opens_braces` tells that it is the `$` of `${`.
    fn push_text(&self, text: &str, opens_braces: bool, html: &mut HtmlLines) {
        let Some(frame) = self.frames.last() else {
            return html.push(text, "");
        };
        match (frame.change.class, frame.rules.plain) {
            ("", Plain::Punctuation) => push_marked(text, &[], html),
            ("", Plain::Vocabulary(words)) => push_marked(text, words, html),
            ("", Plain::Words) => push_words(text, html),
            (_, Plain::Words) if opens_braces => html.push(text, "si"),
            (class, _) => html.push(text, class),
        }
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
        let change = match outer {
            Some(outer) if outer.change.locks => outer.change,
            Some(outer) => rules.change(Some(outer.scope), scope).unwrap_or(outer.change),
            None => rules.change(None, scope).unwrap_or(NO_CLASS),
        };
        self.frames.push(Frame { scope, change, rules });
    }
}

fn is_data(line: &str) -> bool {
    let bytes = line.as_bytes();
    let mut runs = bytes.chunk_by(|one, next| one == next);
    bytes.len() > LONGEST_LINE || bytes.len() > LONGEST_RUN && runs.any(|run| run.len() > LONGEST_RUN)
}

/// Appends plain text in which some characters are punctuation and some words have a class.
fn push_marked(text: &str, words: &[(&str, &'static str)], html: &mut HtmlLines) {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = rest.find(|c| is_word(c) != is_word(first));
        let (run, after) = rest.split_at(length.unwrap_or(rest.len()));
        if is_word(first) {
            html.push(run, class_of_word(run, words));
        } else {
            push_punctuation(run, html);
        }
        rest = after;
    }
}

fn class_of_word(word: &str, words: &[(&str, &'static str)]) -> &'static str {
    if words.is_empty() {
        return "";
    }
    let word = word.to_ascii_lowercase();
    let at = words.binary_search_by_key(&word.as_str(), |(word, _)| word);
    at.ok().and_then(|at| words.get(at)).map_or("", |(_, class)| class)
}

fn push_punctuation(text: &str, html: &mut HtmlLines) {
    for part in text.split_inclusive(|c| PUNCTUATION.contains(c)) {
        let (before, mark) = part.split_at(part.trim_end_matches(|c| PUNCTUATION.contains(c)).len());
        html.push(before, "");
        html.push(mark, "p");
    }
}

/// Appends words of a command: brackets and `=` are operators, words of digits are numbers.
fn push_words(text: &str, html: &mut HtmlLines) {
    let is_end = |c: char| c.is_ascii_whitespace() || OPERATORS.contains(c);
    for word in text.split_inclusive(is_end) {
        let (word, end) = word.split_at(word.trim_end_matches(is_end).len());
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        html.push(word, if is_number { "m" } else { "" });
        html.push(
            end,
            if end.contains(|c| OPERATORS.contains(c)) {
                "o"
            } else {
                ""
            },
        );
    }
}
