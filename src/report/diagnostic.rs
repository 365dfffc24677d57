//! One problem, and a value together with the problems found while making it.

use super::Span;

/// How grave a problem is. The order is from least to most grave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Severity {
    /// Shown with `-v` only.
    Debug,
    /// Worth knowing; never fails a build (MkDocs' INFO).
    Info,
    /// Fails a build under `strict` (MkDocs' WARNING).
    Warning,
    /// Fails every build: the output would not be what the source says.
    Error,
}

/// Something wrong in the user's content or configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable name of the kind of problem, such as `link-not-found`.
    pub code: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// One clause, no full stop; wording of MkDocs where MkDocs has the same message.
    pub message: String,
    /// Where, if it stands in a file.
    pub span: Option<Span>,
    /// Further places that explain it.
    pub labels: Vec<(Span, String)>,
    /// What to do about it.
    pub help: Vec<String>,
    /// What would certainly mend it; `chaski check --fix` does it.
    pub fix: Option<Box<Fix>>,
}

/// A text that would mend a problem in the place of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// The text to replace.
    pub span: Span,
    /// What to write there.
    pub text: String,
}

impl Diagnostic {
    /// A problem of kind `code` with its message.
    #[must_use]
    pub fn new(code: &'static str, severity: Severity, message: impl Into<String>) -> Self {
        debug_assert!(super::code(code).is_some(), "`{code}` is not in report/codes.md");
        Self {
            code,
            severity,
            message: message.into(),
            span: None,
            labels: Vec::new(),
            help: Vec::new(),
            fix: None,
        }
    }

    /// The same problem, standing at `span`.
    #[must_use]
    pub fn at(mut self, span: impl Into<Option<Span>>) -> Self {
        self.span = span.into();
        self
    }

    /// The same problem with what would mend it.
    #[must_use]
    pub fn fix(mut self, span: Span, text: impl Into<String>) -> Self {
        self.fix = Some(Box::new(Fix {
            span,
            text: text.into(),
        }));
        self
    }

    /// The same problem with one more piece of advice.
    #[must_use]
    pub fn help(mut self, advice: impl Into<String>) -> Self {
        self.help.push(advice.into());
        self
    }
}

/// A value and the problems found while it was made.
#[derive(Clone, Debug, Default)]
pub struct Checked<T> {
    /// The value; always whole, whatever the problems.
    pub value: T,
    /// What was found, in the order it was found.
    pub problems: Vec<Diagnostic>,
}

impl<T> Checked<T> {
    /// A value without problems.
    pub fn clean(value: T) -> Self {
        Self {
            value,
            problems: Vec::new(),
        }
    }

    /// Moves the problems to `sink` and gives the value.
    pub fn take(self, sink: &mut Vec<Diagnostic>) -> T {
        sink.extend(self.problems);
        self.value
    }
}
