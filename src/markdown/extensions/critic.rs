//! `pymdownx.critic`: marks of an editor, shown, accepted or rejected.
//!
//! The marks are taken out of the text before anything is parsed, so they work inside code and
//! around blocks; the HTML for them is put into the finished page.

use super::Setup;
use crate::markdown::converter::Converter;
use crate::markdown::options::Options;
use crate::markdown::source::{Rewriter, Source};
use crate::markdown::stash::{ETX, STX};

/// Stands for STX until white space has been normalized.
const SOH: char = '\u{1}';
/// Stands for ETX until then.
const EOT: char = '\u{4}';

/// What becomes of the marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Mode {
    /// They are shown.
    #[default]
    View,
    /// The text is as if all changes were accepted.
    Accept,
    /// The text is as if all changes were rejected.
    Reject,
}

/// Adds the passes.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    setup.settings.critic = match options.string("mode", "view").as_str() {
        "view" => Mode::View,
        "accept" => Mode::Accept,
        _ => Mode::Reject,
    };
    // Read and ignored by the reference.
    options.bool("raw_view", false);
    let registry = &mut *setup.registry;
    registry.preprocessors.register("pymdownx-pre-norm-ws", 35.0, clean);
    registry.preprocessors.register("critic", 31.1, take_out);
    registry.preprocessors.register("pymdownx-post-norm-ws", 29.9, convert);
    registry.postprocessors.register("critic-post", 25.0, restore);
}

/// Replaces characters.
fn replace<'a>(cx: &mut Converter<'a>, source: Source<'a>, with: impl Fn(char) -> &'static str) -> Source<'a> {
    if !source.text.contains([SOH, EOT]) {
        return source;
    }
    let mut out = Rewriter::new(&source);
    let mut from = 0;
    for (at, c) in source.text.match_indices([SOH, EOT]) {
        out.copy(from, at);
        out.insert(with(c.chars().next().unwrap_or(SOH)), source.pos(at));
        from = at + 1;
    }
    out.copy(from, source.text.len());
    out.finish(cx.arena)
}

fn clean<'a>(cx: &mut Converter<'a>, source: Source<'a>) -> Source<'a> {
    replace(cx, source, |_| "")
}

fn convert<'a>(cx: &mut Converter<'a>, source: Source<'a>) -> Source<'a> {
    replace(cx, source, |c| if c == SOH { "\u{2}" } else { "\u{3}" })
}

/// What a mark says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Insertion,
    Deletion,
    Highlight,
    Comment,
    Substitution,
}

impl Kind {
    fn of(opener: &str) -> Option<Self> {
        Some(match opener {
            "++" => Self::Insertion,
            "--" => Self::Deletion,
            "==" => Self::Highlight,
            ">>" => Self::Comment,
            "~~" => Self::Substitution,
            _ => return None,
        })
    }

    fn closer(self) -> &'static str {
        match self {
            Self::Insertion => "++}",
            Self::Deletion => "--}",
            Self::Highlight => "==}",
            Self::Comment => "<<}",
            Self::Substitution => "~~}",
        }
    }
}

/// A mark: the bytes of the whole, of its text, and of the text that replaces it.
struct Found {
    kind: Kind,
    start: usize,
    end: usize,
    text: (usize, usize),
    other: (usize, usize),
}

/// All marks of a text. What has no end once has none further on.
fn find(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let mut dead: Vec<Kind> = Vec::new();
    let mut at = 0;
    while let Some(start) = memchr::memchr(b'{', &text.as_bytes()[at..]).map(|index| at + index) {
        let Some(kind) = text.get(start + 1..start + 3).and_then(Kind::of) else {
            at = start + 1;
            continue;
        };
        at = start + 3;
        if dead.contains(&kind) {
            continue;
        }
        match close(text, start, kind) {
            Some(mark) => {
                at = mark.end;
                found.push(mark);
            }
            None => dead.push(kind),
        }
    }
    found
}

fn close(text: &str, start: usize, kind: Kind) -> Option<Found> {
    let first = start + 3;
    let mut content = (first, first);
    let mut from = first;
    if kind == Kind::Substitution {
        let middle = first + text[first..].find("~>")?;
        content.1 = middle;
        from = middle + 2;
    }
    let close = from + text[from..].find(kind.closer())?;
    if kind != Kind::Substitution {
        content.1 = close;
    }
    Some(Found {
        kind,
        start,
        end: close + 3,
        text: content,
        other: (from, close),
    })
}

fn take_out<'a>(cx: &mut Converter<'a>, source: Source<'a>) -> Source<'a> {
    let found = find(source.text);
    if found.is_empty() {
        return source;
    }
    let mode = cx.dialect.settings.critic;
    let mut out = Rewriter::new(&source);
    let mut from = 0;
    for mark in found {
        out.copy(from, mark.start);
        from = mark.end;
        let kept = match (mode, mark.kind) {
            (Mode::View, _) => {
                show(cx, &source, &mark, &mut out);
                continue;
            }
            (_, Kind::Highlight)
            | (Mode::Accept, Kind::Insertion)
            | (Mode::Reject, Kind::Deletion | Kind::Substitution) => mark.text,
            (Mode::Accept, Kind::Substitution) => mark.other,
            _ => continue,
        };
        out.copy(kept.0, kept.1);
    }
    out.copy(from, source.text.len());
    out.finish(cx.arena)
}

/// Keeps HTML for the end and gives what stands for it.
fn store(cx: &mut Converter<'_>, html: impl Into<String>) -> String {
    cx.memory.critic.push(html.into());
    format!("{SOH}c{}{EOT}", cx.memory.critic.len() - 1)
}

fn show(cx: &mut Converter<'_>, source: &Source<'_>, mark: &Found, out: &mut Rewriter<'_, '_>) {
    match mark.kind {
        Kind::Insertion => tagged(cx, source, ("ins", mark.text), out),
        Kind::Deletion => tagged(cx, source, ("del", mark.text), out),
        Kind::Highlight => tagged(cx, source, ("mark", mark.text), out),
        Kind::Substitution => {
            tagged(cx, source, ("del", mark.text), out);
            tagged(cx, source, ("ins", mark.other), out);
        }
        Kind::Comment => {
            let text = &source.text[mark.text.0..mark.text.1];
            let text = text
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
                .replace('"', "&quot;")
                .replace('\n', " ");
            let html = store(cx, format!("<span class=\"critic comment\">{text}</span>"));
            out.insert(&html, source.pos(mark.start));
        }
    }
}

fn tagged(
    cx: &mut Converter<'_>,
    source: &Source<'_>,
    (tag, (start, end)): (&str, (usize, usize)),
    out: &mut Rewriter<'_, '_>,
) {
    let text = &source.text[start..end];
    let pos = source.pos(start);
    let lines = text.len() >= 2 && text.replace("\r\n", "\n").bytes().all(|b| b == b'\n');
    if lines && tag != "mark" && text.matches('\n').count() >= 2 {
        let html = store(cx, format!("<{tag} class=\"critic break\">&nbsp;</{tag}>"));
        let html = if tag == "ins" { format!("\n\n{html}\n\n") } else { html };
        out.insert(&html, pos);
        return;
    }
    let open = store(cx, format!("<{tag} class=\"critic\">"));
    let close = store(cx, format!("</{tag}>"));
    out.insert(&open, pos);
    out.copy(start, end);
    out.insert(&close, source.pos(end));
}

/// The number of the mark at the start of `text`, and its length.
fn read(text: &str) -> Option<(usize, usize)> {
    let body = text.strip_prefix(STX)?.strip_prefix('c')?;
    let end = body.find(ETX)?;
    Some((body[..end].parse().ok()?, end + 3))
}

/// Puts the HTML into the page; paragraphs of nothing but marks go.
fn restore(cx: &mut Converter<'_>, html: String) -> String {
    let marks = &cx.memory.critic;
    if marks.is_empty() {
        return html;
    }
    let mut out = String::with_capacity(html.len() * 2);
    let mut rest = html.as_str();
    while let Some(at) = rest.find(STX) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let mut keys = Vec::new();
        let mut len = 0;
        while let Some((key, read)) = read(&rest[len..]) {
            keys.push(key);
            len += read;
        }
        if keys.is_empty() {
            out.push(STX);
            rest = &rest[1..];
            continue;
        }
        let block = out.ends_with("<p>") && rest[len..].starts_with("</p>");
        if block {
            out.truncate(out.len() - 3);
            len += 4;
        }
        for html in keys.iter().filter_map(|key| marks.get(*key)) {
            if block && html.ends_with("class=\"critic\">") {
                out.push_str(html.trim_end_matches("\">"));
                out.push_str(" block\">");
            } else {
                out.push_str(html);
            }
        }
        rest = &rest[len..];
    }
    out.push_str(rest);
    out
}
