//! Runs a syntax over code and gives each piece of text its class.
//!
//! Does not know HTML or the names of languages.

use syntect::parsing::{ClearAmount, ParseState, Scope, ScopeStackOp, SyntaxReference};

use super::classes::{self, Change, Plain, Rules};
use super::html::HtmlLines;
use super::lexers::syntaxes;
use super::memo::{self, SpotId};

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

/// A piece of a line: its length in bytes, and its class.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece {
    length: u32,
    class: &'static str,
}

/// Where a syntax stands between two lines.
#[derive(Clone)]
pub(super) struct Spot {
    state: ParseState,
    stack: Stack,
    marks: Marks,
}

impl PartialEq for Spot {
    fn eq(&self, other: &Self) -> bool {
        self.state == other.state && self.stack == other.stack && std::ptr::eq(self.marks, other.marks)
    }
}

impl Spot {
    /// The pieces of the next line, with or without its line end.
    fn paint(&mut self, text: &str, shebang: bool, buffer: &mut String) -> Vec<Piece> {
        let mut pieces = Vec::new();
        // Syntaxes rely on the line end, which the last line of a text may lack.
        buffer.clear();
        buffer.push_str(text.strip_suffix('\n').unwrap_or(text));
        buffer.push('\n');
        let operations = if is_data(buffer) {
            Vec::new()
        } else {
            // A syntax that refers to a missing one leaves the rest of the line plain.
            self.state.parse_line(buffer, syntaxes()).unwrap_or_default()
        };
        let mark = self.marks.iter().find(|(start, _)| text.starts_with(start));
        if let Some(class) = mark.map(|(_, class)| *class).or(shebang.then_some("ch")) {
            for (_, operation) in &operations {
                self.stack.apply(operation);
            }
            push(text, class, &mut pieces);
            return pieces;
        }
        let mut done = 0;
        for (offset, operation) in operations {
            let offset = offset.min(text.len());
            if let Some(piece) = text.get(done..offset) {
                let opens_braces = piece == "$" && text.as_bytes().get(offset) == Some(&b'{');
                self.stack.push_text(piece, opens_braces, &mut pieces);
                done = offset;
            }
            self.stack.apply(&operation);
        }
        self.stack
            .push_text(text.get(done..).unwrap_or_default(), false, &mut pieces);
        pieces
    }
}

/// Appends a piece, to the last one when it has the same class.
fn push(text: &str, class: &'static str, pieces: &mut Vec<Piece>) {
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    match pieces.last_mut() {
        Some(last) if last.class == class => last.length = last.length.saturating_add(length),
        _ if text.is_empty() => {}
        _ => pieces.push(Piece { length, class }),
    }
}

fn write(text: &str, pieces: &[Piece], html: &mut HtmlLines) {
    let mut rest = text;
    for piece in pieces {
        let (part, after) = rest.split_at_checked(piece.length as usize).unwrap_or((rest, ""));
        html.push(part, piece.class);
        rest = after;
    }
    html.push(rest, "");
}

/// A syntax in the middle of a text.
pub(super) struct Painter {
    at: At,
    line: String,
    /// Whether no line was painted yet.
    first: bool,
}

enum At {
    Known(SpotId),
    Own(Box<Spot>),
}

impl Painter {
    pub(super) fn new(syntax: &SyntaxReference, marks: Marks) -> Self {
        Self {
            at: At::of(Spot {
                state: ParseState::new(syntax),
                stack: Stack::default(),
                marks,
            }),
            line: String::new(),
            first: true,
        }
    }

    /// Appends the next line, with or without its line end.
    pub(super) fn line(&mut self, text: &str, html: &mut HtmlLines) {
        let first = std::mem::replace(&mut self.first, false);
        let shebang = first && (text.starts_with("#!/") || text.starts_with("#! /"));
        let id = match &self.at {
            At::Known(id) => Some(*id),
            At::Own(_) => None,
        };
        if let Some(id) = id.filter(|_| !shebang)
            && let Some(next) = memo::recall(id, text, |pieces| write(text, pieces, html))
        {
            self.at = At::Known(next);
            return;
        }
        let spot = match &mut self.at {
            At::Own(spot) => Some(spot.as_mut().clone()),
            At::Known(id) => memo::spot(*id),
        };
        let Some(mut spot) = spot else {
            return html.push(text, "");
        };
        let pieces = spot.paint(text, shebang, &mut self.line);
        write(text, &pieces, html);
        self.at = At::of(spot);
        if let (Some(id), At::Known(next), false) = (id, &self.at, shebang) {
            memo::remember(id, text, &pieces, *next);
        }
    }
}

impl At {
    fn of(spot: Spot) -> Self {
        memo::id_of(&spot).map_or_else(|| Self::Own(Box::new(spot)), Self::Known)
    }
}

/// The scopes that hold at a place, as the class each of them leaves in force.
#[derive(Clone, Default, PartialEq)]
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

impl PartialEq for Frame {
    fn eq(&self, other: &Self) -> bool {
        self.scope == other.scope && self.change == other.change && std::ptr::eq(self.rules, other.rules)
    }
}

impl Stack {
    /// Appends `text`; `opens_braces` tells that it is the `$` of `${`.
    fn push_text(&self, text: &str, opens_braces: bool, pieces: &mut Vec<Piece>) {
        let Some(frame) = self.frames.last() else {
            return push(text, "", pieces);
        };
        match (frame.change.class, frame.rules.plain) {
            ("", Plain::Punctuation) => push_marked(text, &[], pieces),
            ("", Plain::Vocabulary(words)) => push_marked(text, words, pieces),
            ("", Plain::Words) => push_words(text, pieces),
            (_, Plain::Words) if opens_braces => push(text, "si", pieces),
            (class, _) => push(text, class, pieces),
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
fn push_marked(text: &str, words: &[(&str, &'static str)], pieces: &mut Vec<Piece>) {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = rest.find(|c| is_word(c) != is_word(first));
        let (run, after) = rest.split_at(length.unwrap_or(rest.len()));
        if is_word(first) {
            push(run, class_of_word(run, words), pieces);
        } else {
            push_punctuation(run, pieces);
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

fn push_punctuation(text: &str, pieces: &mut Vec<Piece>) {
    for part in text.split_inclusive(|c| PUNCTUATION.contains(c)) {
        let (before, mark) = part.split_at(part.trim_end_matches(|c| PUNCTUATION.contains(c)).len());
        push(before, "", pieces);
        push(mark, "p", pieces);
    }
}

/// Appends words of a command: brackets and `=` are operators, words of digits are numbers.
fn push_words(text: &str, pieces: &mut Vec<Piece>) {
    let is_end = |c: char| c.is_ascii_whitespace() || OPERATORS.contains(c);
    for word in text.split_inclusive(is_end) {
        let (word, end) = word.split_at(word.trim_end_matches(is_end).len());
        let is_number = word.bytes().all(|byte| byte.is_ascii_digit());
        push(word, if is_number { "m" } else { "" }, pieces);
        let is_operator = end.contains(|c| OPERATORS.contains(c));
        push(end, if is_operator { "o" } else { "" }, pieces);
    }
}
