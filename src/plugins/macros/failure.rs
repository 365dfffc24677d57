//! Templates that fail: what is said, where, and what the page shows.

use minijinja::{Error, ErrorKind};

use crate::page::Page;
use crate::report::Span;

pub(in crate::plugins) fn said(error: &Error) -> String {
    match error.detail() {
        Some(detail) => detail.to_owned(),
        None => error.kind().to_string(),
    }
}

/// Where the error stands, if the text is that of the file.
pub(in crate::plugins) fn span_of(page: &Page, text: &str, error: &Error) -> Option<Span> {
    let start = page.span_of("");
    let (file, body) = page.body.as_ref()?;
    let own = error.name().is_none_or(|name| name == "page");
    if !own || &file.text[*body..] != text {
        return start;
    }
    let line = error.line().unwrap_or(1).max(1) - 1;
    let before: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let len = text[before..].find('\n').unwrap_or(text.len() - before);
    Some(Span::new(file.id, body + before, body + before + len))
}

/// The text that the page shows instead.
pub(super) fn shown(error: &Error, uri: &str, text: &str) -> String {
    if error.kind() == ErrorKind::SyntaxError {
        let line = error.line().unwrap_or(1).max(1);
        let written = text.lines().nth(line - 1).unwrap_or_default();
        return format!(
            "# _Macro Syntax Error_\n\n_File_: `{uri}`\n\n_Line {line} in Markdown file:_ **{}**\n```markdown\n{written}\n```",
            said(error)
        );
    }
    format!(
        "# _Macro Rendering Error_\n\n_File_: `{uri}`\n\n_{}_: {}",
        error.kind(),
        said(error)
    )
}
