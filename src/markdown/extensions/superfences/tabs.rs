//! `preserve_tabs`: fences are put aside before white space is normalized, and found again, tabs and
//! all, when it is done.

use super::{Next, Open, next_line, start};
use crate::markdown::converter::Converter;
use crate::markdown::extensions::Setup;
use crate::markdown::normalize::TAB;
use crate::markdown::source::{Draft, Rewriter, Source};
use crate::markdown::text::Line;

/// Stand around the number of a fence that is put aside. Normalizing takes the stash's own marks
/// out of a text, and leaves these.
const START: char = '\u{1}';
const END: char = '\u{4}';

/// A fence that was put aside: its lines and the columns before it.
#[derive(Debug)]
pub(super) struct Aside<'a> {
    lines: Vec<Line<'a>>,
    width: usize,
}

/// Registers the passes that keep fences from being normalized.
pub(super) fn register(setup: &mut Setup<'_>) {
    let preprocessors = &mut setup.registry.preprocessors;
    preprocessors.register("pymdownx-pre-norm-ws", 35.0, without_marks);
    preprocessors.register("fenced_raw_block", 31.05, put_aside);
    preprocessors.register("pymdownx-put-back", 25.1, put_back);
}

/// Takes out of the text what would look like a fence that is put aside.
fn without_marks<'a>(cx: &mut Converter<'a>, source: Source<'a>) -> Source<'a> {
    if !source.text.contains([START, END]) {
        return source;
    }
    let mut out = Rewriter::new(&source);
    let mut from = 0;
    for (at, mark) in source.text.match_indices([START, END]) {
        out.copy(from, at);
        from = at + mark.len();
    }
    out.copy(from, source.text.len());
    out.finish(cx.arena)
}

fn put_aside<'a>(cx: &mut Converter<'a>, source: Source<'a>) -> Source<'a> {
    if !(source.text.contains("```") || source.text.contains("~~~")) {
        return source;
    }
    let lines = source.lines();
    let mut out = Draft::default();
    let mut open: Option<(Open<'a>, Vec<Line<'a>>)> = None;
    // Lines that are not written yet: those of the fence that is open.
    let mut waiting = 0;
    for (number, line) in lines.iter().enumerate() {
        let text = line.to(line.text.trim_end_matches('\r').len());
        match open.take() {
            None => {
                let first = expand(cx, text, usize::MAX);
                open = first.and_then(|first| Some((start(cx, first, number)?, vec![first])));
            }
            Some((mut fence, mut found)) => match expand(cx, text, fence.prefix.len()) {
                None => {}
                Some(inner) => match next_line(cx, &mut fence, inner) {
                    Next::Goes => {
                        found.push(inner);
                        open = Some((fence, found));
                    }
                    Next::Abandoned => {}
                    Next::Ends => {
                        found.push(inner);
                        let mark = format!("{}{START}{}{END}", fence.prefix, cx.memory.fences.aside.len());
                        out.push(&format!("{mark}\n"), lines[fence.first].pos);
                        let width = fence.prefix.len();
                        cx.memory.fences.aside.push(Some(Aside { lines: found, width }));
                        waiting = number + 1;
                    }
                },
            },
        }
        if open.is_none() {
            write(&mut out, &lines[waiting..=number]);
            waiting = number + 1;
        }
    }
    write(&mut out, &lines[waiting..]);
    out.truncate(out.text.len().saturating_sub(1));
    out.finish(cx.arena, source.pos(0))
}

fn write(out: &mut Draft, lines: &[Line<'_>]) {
    for line in lines {
        out.push(line.text, line.pos);
        out.push("\n", line.pos + crate::markdown::text::to_pos(line.text.len()));
    }
}

/// The line with the tabs of its first `width` columns as blanks; none if a tab goes further than
/// that and is followed by text.
fn expand<'a>(cx: &Converter<'a>, line: Line<'a>, width: usize) -> Option<Line<'a>> {
    let (mut prefix, mut taken, mut tabs) = (String::new(), 0, false);
    for byte in line.text.bytes() {
        if prefix.len() >= width || !matches!(byte, b'>' | b' ' | b'\t') {
            break;
        }
        taken += 1;
        if byte == b'\t' {
            tabs = true;
            prefix.push_str(&"    "[..TAB - prefix.len() % TAB]);
        } else {
            prefix.push(char::from(byte));
        }
    }
    if !tabs {
        return Some(line);
    }
    let content = &line.text[taken..];
    if prefix.len() > width && !content.trim().is_empty() {
        return None;
    }
    prefix.push_str(content);
    Some(Line::new(cx.keep(&prefix), line.pos))
}

/// Puts the fences back, with their tabs, before the pass that writes them.
fn put_back<'a>(cx: &mut Converter<'a>, source: Source<'a>) -> Source<'a> {
    if cx.memory.fences.aside.is_empty() {
        return source;
    }
    let mut out = Draft::default();
    for line in source.lines() {
        match aside(cx, line) {
            Some((fence, level)) => {
                let cut = |line: &Line<'a>| line.from(fence.width.saturating_sub(level).min(line.text.len()));
                let lines: Vec<Line<'a>> = fence.lines.iter().map(cut).collect();
                write(&mut out, &lines);
            }
            None => write(&mut out, &[line]),
        }
    }
    out.truncate(out.text.len().saturating_sub(1));
    out.finish(cx.arena, source.pos(0))
}

/// The fence whose mark is all that stands on `line`, and the columns before the mark.
fn aside<'a>(cx: &mut Converter<'a>, line: Line<'a>) -> Option<(Aside<'a>, usize)> {
    let text = line.text.trim_start_matches(['>', ' ']);
    let number: usize = text.strip_prefix(START)?.strip_suffix(END)?.parse().ok()?;
    let fence = cx.memory.fences.aside.get_mut(number)?.take()?;
    Some((fence, line.text.len() - text.len()))
}

/// Lines with tabs as blanks, for a fence that turns out to be no fence.
pub(super) fn expanded<'a>(cx: &Converter<'a>, lines: &[Line<'a>]) -> Vec<Line<'a>> {
    let expand = |line: &Line<'a>| {
        if !line.text.contains('\t') {
            return *line;
        }
        let (mut text, mut column) = (String::new(), 0);
        for c in line.text.chars() {
            if c == '\t' {
                let width = TAB - column % TAB;
                text.push_str(&"    "[..width]);
                column += width;
            } else {
                text.push(c);
                column += 1;
            }
        }
        Line::new(cx.keep(&text), line.pos)
    };
    lines.iter().map(expand).collect()
}
