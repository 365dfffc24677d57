//! Raw HTML, character references, line breaks and addresses in angle brackets.

use super::{Run, Step, Subject};
use crate::markdown::stash::{Mark, unescape};
use crate::markdown::tree::Text;

/// `<https://example.org>`.
pub(super) fn autolink(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let Some((found, body)) = angle(subject.text, from) else {
        return Step::Done;
    };
    let Some(body) = body.filter(|body| has_scheme(body)) else {
        return Step::Skip(found + 1);
    };
    let element = run.cx.tree.create("a", subject.pos(found));
    let url = run.unstash(body);
    run.cx.tree.set(element, "href", url);
    run.cx.tree[element].text = Text::atomic(body.to_owned());
    Step::Element(found, found + body.len() + 2, element)
}

/// `<someone@example.org>`, each character written as a reference.
pub(super) fn automail(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let Some((found, body)) = angle(subject.text, from) else {
        return Step::Done;
    };
    let Some(body) = body.filter(|body| is_mail(body)) else {
        return Step::Skip(found + 1);
    };
    let mail = run.unstash(body);
    let mail = mail.strip_prefix("mailto:").unwrap_or(&mail);
    let element = run.cx.tree.create("a", subject.pos(found));
    let href: String = "mailto:".chars().chain(mail.chars()).map(numeric).collect();
    let text: String = mail.chars().map(named).collect();
    run.cx.tree.set(element, "href", href);
    run.cx.tree[element].text = Text::atomic(text);
    Step::Element(found, found + body.len() + 2, element)
}

/// A character as a numeric reference whose ampersand stays as it is.
pub(crate) fn numeric(c: char) -> String {
    format!("{}#{};", Mark::Ampersand, u32::from(c))
}

/// The same by its HTML 4 name if it has one.
pub(crate) fn named(c: char) -> String {
    match crate::markdown::entities::html4_name(c) {
        Some(name) => format!("{}{name};", Mark::Ampersand),
        None => numeric(c),
    }
}

/// The next `<`, and what is between it and `>` if no other bracket is.
fn angle(text: &str, from: usize) -> Option<(usize, Option<&str>)> {
    let found = from + memchr::memchr(b'<', &text.as_bytes()[from..])?;
    let rest = &text[found + 1..];
    let end = memchr::memchr2(b'<', b'>', rest.as_bytes()).filter(|end| rest.as_bytes()[*end] == b'>');
    Some((found, end.map(|end| &rest[..end])))
}

fn has_scheme(body: &str) -> bool {
    let Some(end) = body.find("://") else { return false };
    let scheme = &body.as_bytes()[..end];
    scheme.first().is_some_and(u8::is_ascii_alphabetic)
        && scheme
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'.' | b'-'))
}

fn is_mail(body: &str) -> bool {
    match body.rsplit_once('@') {
        Some((name, host)) => !name.is_empty() && !host.is_empty() && !name.contains([' ', '!']) && !host.contains(' '),
        None => false,
    }
}

/// Two spaces at the end of a line.
pub(super) fn line_break(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    match memchr::memmem::find(&subject.text.as_bytes()[from..], b"  \n") {
        Some(at) => {
            let element = run.cx.tree.create("br", subject.pos(from + at));
            Step::Element(from + at, from + at + 3, element)
        }
        None => Step::Done,
    }
}

/// A tag, comment, processing instruction or CDATA section.
pub(super) fn html(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let Some(found) = memchr::memchr(b'<', &subject.text.as_bytes()[from..]).map(|at| from + at) else {
        return Step::Done;
    };
    match html_end(&subject.text[found..]) {
        Some(len) => keep(run, subject, found, found + len),
        None => Step::Skip(found + 1),
    }
}

/// The same, but nothing that another `>` follows.
pub(crate) fn html_strict(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    match html(run, subject, from) {
        Step::Text(start, end, _) if subject.text[end..].starts_with('>') => Step::Skip(start + 1),
        step => step,
    }
}

/// `&amp;`, `&#38;` or `&#x26;`, whether or not it names anything.
pub(super) fn entity(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let bytes = subject.text.as_bytes();
    let Some(found) = memchr::memchr(b'&', &bytes[from..]).map(|at| from + at) else {
        return Step::Done;
    };
    match crate::markdown::serialize::reference_len(&bytes[found..]) {
        Some(len) => keep(run, subject, found, found + len),
        None => Step::Skip(found + 1),
    }
}

/// Keeps raw HTML, with what the rules before have taken out of it put back.
fn keep(run: &mut Run<'_, '_>, subject: &Subject<'_>, start: usize, end: usize) -> Step {
    let html = run.unstash_raw(&subject.text[start..end]);
    let mark = run.cx.stash.store(unescape(&html).into_owned());
    Step::Text(start, end, mark.to_string())
}

/// The length of the HTML construct at the start of `text`, which begins with `<`.
fn html_end(text: &str) -> Option<usize> {
    for (open, close) in [("<!--", "-->"), ("<?", "?>"), ("<![CDATA[", "]]>")] {
        if let Some(rest) = text.strip_prefix(open) {
            // Nothing closes it that starts after the next one opens.
            let nested = rest.find(open).map_or(rest.len(), |at| at + close.len() - 1);
            let end = rest[..nested.min(rest.len())].find(close)?;
            return Some(open.len() + end + close.len());
        }
    }
    tag_end(text)
}

fn tag_end(text: &str) -> Option<usize> {
    let rest = text.get(1..)?;
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    if !rest.as_bytes().first()?.is_ascii_alphabetic() {
        return None;
    }
    let stop = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '@');
    let mut rest = &rest[rest.find(stop)?..];
    loop {
        let name = rest.trim_start();
        let stop = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '=');
        let len = name.find(stop)?;
        if len == 0 || name.len() == rest.len() {
            break;
        }
        rest = value(&name[len..]);
    }
    let rest = rest.trim_start();
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    let rest = rest.strip_prefix('>')?;
    Some(text.len() - rest.len())
}

/// What follows an attribute's value, if there is one.
fn value(text: &str) -> &str {
    let Some(rest) = text.trim_start().strip_prefix('=') else {
        return text;
    };
    let rest = rest.trim_start();
    match rest.as_bytes().first() {
        Some(quote @ (b'"' | b'\'')) => match memchr::memchr(*quote, &rest.as_bytes()[1..]) {
            Some(end) => &rest[end + 2..],
            None => text,
        },
        _ => {
            let stop = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '<' | '>' | '=');
            match rest.find(stop).unwrap_or(rest.len()) {
                0 => text,
                len => &rest[len..],
            }
        }
    }
}
