//! Code spans and escaped characters, the first two rules: what they take no other rule sees.

use std::ops::Range;

use super::{Run, Step, Subject};
use crate::markdown::serialize::escape_code;
use crate::markdown::stash::Mark;
use crate::markdown::text::to_pos;
use crate::markdown::tree::Text;

/// Characters that a backslash escapes without any extension.
const ESCAPED: &str = "\\`*_{}[]()>#+-.!";

/// The runs of backticks of a text, so that each opening finds its end without a scan.
#[derive(Debug, Default)]
pub(super) struct Ticks {
    /// Where each run starts and its length.
    runs: Vec<(u32, u32)>,
    /// The same, by length and then position.
    by_length: Vec<(u32, u32)>,
    /// The first of the longest runs from here on.
    longest: Vec<u32>,
}

impl Ticks {
    pub(super) fn of(text: &str) -> Self {
        let mut runs: Vec<(u32, u32)> = Vec::new();
        for at in memchr::memchr_iter(b'`', text.as_bytes()) {
            let at = to_pos(at);
            match runs.last_mut() {
                Some((start, len)) if *start + *len == at => *len += 1,
                _ => runs.push((at, 1)),
            }
        }
        let mut by_length: Vec<_> = runs.iter().map(|(start, len)| (*len, *start)).collect();
        by_length.sort_unstable();
        let mut longest: Vec<u32> = vec![0; runs.len()];
        for at in (0..runs.len()).rev() {
            longest[at] = match longest.get(at + 1) {
                Some(next) if runs[*next as usize].1 > runs[at].1 => *next,
                _ => to_pos(at),
            };
        }
        Self {
            runs,
            by_length,
            longest,
        }
    }

    /// The end of a code span whose `len` backticks end at `from`: how many of them count and
    /// where the closing ones start.
    fn close(&self, from: usize, len: usize) -> Option<(usize, usize)> {
        let (from, len) = (to_pos(from), to_pos(len));
        let exact = self.by_length.partition_point(|run| *run < (len, from));
        if let Some((_, start)) = self.by_length.get(exact).filter(|run| run.0 == len) {
            return Some((len as usize, *start as usize));
        }
        let next = self.runs.partition_point(|(start, _)| *start < from);
        let (start, longest) = self.runs[*self.longest.get(next)? as usize];
        (longest < len).then_some((longest as usize, start as usize))
    }
}

/// A code span: its bytes, and those of the code in it.
pub(crate) struct CodeSpan {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) code: Range<usize>,
}

/// `code` between equally many backticks; backslashes before backticks escape each other.
pub(super) fn backtick(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let span = match code_span(subject, from) {
        Ok(span) => span,
        Err(step) => return step,
    };
    let element = run.cx.tree.create("code", subject.pos(span.start));
    run.cx.tree[element].text = Text::atomic(escape_code(subject.text[span.code].trim()));
    Step::Element(span.start, span.end, element)
}

/// The next code span, or what else to do.
pub(crate) fn code_span(subject: &Subject<'_>, from: usize) -> Result<CodeSpan, Step> {
    let bytes = subject.text.as_bytes();
    let Some(found) = memchr::memchr2(b'`', b'\\', &bytes[from..]).map(|at| from + at) else {
        return Err(Step::Done);
    };
    if bytes[found] == b'\\' {
        return Err(backslashes(subject, found));
    }
    if subject.before(found) == Some('\\') {
        return Err(Step::Skip(found + 1));
    }
    let len = bytes[found..].iter().take_while(|b| **b == b'`').count();
    // The next run mostly closes the span.
    let next = memchr::memchr(b'`', &bytes[found + len..]).map(|at| found + len + at);
    let next = next.filter(|next| bytes[*next..].iter().take(len + 1).take_while(|b| **b == b'`').count() == len);
    let close = next.map(|next| (len, next)).or_else(|| {
        let ticks = subject.memo.ticks.get_or_init(|| Ticks::of(subject.text));
        ticks.close(found + len, len)
    });
    let Some((counted, close)) = close else {
        // As many characters again are passed over as there are backticks.
        let rest = subject.text[found + len..].chars().take(len).map(char::len_utf8);
        return Err(Step::Skip(found + len + rest.sum::<usize>()));
    };
    Ok(CodeSpan {
        start: found,
        end: close + counted,
        code: found + counted..close,
    })
}

/// An even number of backslashes before backticks.
fn backslashes(subject: &Subject<'_>, found: usize) -> Step {
    let bytes = subject.text.as_bytes();
    let len = bytes[found..].iter().take_while(|b| **b == b'\\').count();
    let end = found + len;
    if bytes.get(end) == Some(&b'`') && len % 2 == 0 && subject.before(found) != Some('\\') {
        return Step::Text(found, end, Mark::Escaped('\\').to_string().repeat(len / 2));
    }
    Step::Skip(end)
}

/// A backslash and a character that it escapes.
pub(super) fn escape(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let Some(found) = memchr::memchr(b'\\', &subject.text.as_bytes()[from..]).map(|at| from + at) else {
        return Step::Done;
    };
    let Some(escaped) = subject.text[found + 1..].chars().next() else {
        return Step::Done;
    };
    let end = found + 1 + escaped.len_utf8();
    if ESCAPED.contains(escaped) || run.cx.dialect.registry.escaped.contains(&escaped) {
        Step::Text(found, end, Mark::Escaped(escaped).to_string())
    } else {
        Step::Skip(end)
    }
}
