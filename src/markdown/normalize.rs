//! White space as the parser wants it: `\n` line ends, no tabs, no blanks in blank lines.

use super::converter::Converter;
use super::source::{Rewriter, Source};
use super::stash::{ETX, STX};

/// How many columns a tab stands for, and how deep a container's text is indented.
pub(crate) const TAB: usize = 4;

/// The first preprocessor. Ends the text with two line ends, as the reference does.
#[expect(clippy::needless_pass_by_value, reason = "the type of every preprocessor")]
pub(crate) fn normalize<'a>(cx: &mut Converter<'a>, source: Source<'a>) -> Source<'a> {
    let text = source.text;
    let bytes = text.as_bytes();
    let mut out = Rewriter::new(&source);
    let has_special = memchr::memchr3(b'\t', 2, 3, bytes).is_some();
    let has_return = memchr::memchr(b'\r', bytes).is_some();
    // Lines that stay as they are are written together, from `kept` on.
    let (mut start, mut kept) = (0, 0);
    while start <= text.len() {
        let rest = &bytes[start..];
        let len = if has_return {
            memchr::memchr2(b'\n', b'\r', rest)
        } else {
            memchr::memchr(b'\n', rest)
        };
        let len = len.unwrap_or(rest.len());
        let end = start + len;
        let line = &bytes[start..end];
        let next = end + if bytes[end..].starts_with(b"\r\n") { 2 } else { 1 };
        // A line of nothing but blanks is emptied, except the first.
        let blank = start > 0 && !line.is_empty() && line.iter().all(|b| *b == b' ' || *b == b'\t');
        let special = has_special && memchr::memchr3(b'\t', 2, 3, line).is_some();
        if blank || special || bytes.get(end) != Some(&b'\n') {
            out.copy(kept, start);
            if !blank {
                write_line(&mut out, &source, start, end);
            }
            out.insert("\n", source.pos(end));
            kept = next.min(text.len());
        }
        start = next;
    }
    out.copy(kept, text.len());
    out.insert("\n", source.pos(text.len()));
    out.finish(cx.arena)
}

fn write_line(out: &mut Rewriter<'_, '_>, source: &Source<'_>, start: usize, end: usize) {
    let line = &source.text[start..end];
    let special = |c: char| c == '\t' || c == STX || c == ETX;
    if !line.contains(special) {
        out.copy(start, end);
        return;
    }
    let mut column = 0;
    let mut from = 0;
    for (at, c) in line.char_indices() {
        if !special(c) {
            column += 1;
            continue;
        }
        out.copy(start + from, start + at);
        from = at + 1;
        if c == '\t' {
            let width = TAB - column % TAB;
            out.insert(&"    "[..width], source.pos(start + at));
            column += width;
        }
    }
    out.copy(start + from, end);
}
