//! Bare addresses of pages and mailboxes.

use crate::markdown::inline::{Run, Step, Subject, numeric};
use crate::markdown::tree::{NodeId, Text};

/// `<https://example.org>`, of the schemes that bare addresses have.
pub(super) fn bracketed(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let text = subject.text;
    let Some(start) = memchr::memchr(b'<', &text.as_bytes()[from..]).map(|at| from + at) else {
        return Step::Done;
    };
    let rest = &text[start + 1..];
    let end = memchr::memchr2(b'<', b'>', rest.as_bytes()).filter(|end| rest.as_bytes()[*end] == b'>');
    let Some(body) = end.map(|end| &rest[..end]).filter(|body| scheme_len(body).is_some()) else {
        return Step::Skip(start + 1);
    };
    let element = link(run, subject, start, (body, body));
    Step::Element(start, start + body.len() + 2, element)
}

/// The length of `http://`, `https://`, `ftp://` or `ftps://` at the start of `text`.
fn scheme_len(text: &str) -> Option<usize> {
    let len = text.find("://").filter(|len| matches!(len, 3..=5))?;
    let scheme = &text[..len];
    let known = ["http", "https", "ftp", "ftps"];
    known
        .iter()
        .any(|known| scheme.eq_ignore_ascii_case(known))
        .then_some(len + 3)
}

fn link(run: &mut Run<'_, '_>, subject: &Subject<'_>, start: usize, (href, shown): (&str, &str)) -> NodeId {
    let settings = &run.cx.dialect.settings.magiclink;
    let (hide, magic) = (settings.hide_protocol, settings.shorten_repositories);
    let element = run.cx.tree.create("a", subject.pos(start));
    let url = run.unstash(href.trim());
    run.cx.tree.set(element, "href", url);
    let shown = if hide {
        shown.split_once("://").map_or(shown, |(_, rest)| rest)
    } else {
        shown
    };
    run.cx.tree[element].text = Text::atomic(shown.to_owned());
    if magic {
        run.cx.tree.set(element, "magiclink", "1");
    }
    element
}

/// The next start of an address: its offset, where the domain starts, and whether it is `www.`.
fn next_start(text: &str, from: usize) -> Option<(usize, usize, bool)> {
    let bytes = text.as_bytes();
    let mut at = from;
    while let Some(found) = memchr::memchr2(b':', b'.', &bytes[at..]).map(|found| at + found) {
        if bytes[found] == b'.' {
            let start = found.saturating_sub(3);
            if start >= from && found >= 3 && bytes[start..found].eq_ignore_ascii_case(b"www") {
                return Some((start, found + 1, true));
            }
        } else if bytes[found..].starts_with(b"://") {
            let known: [&[u8]; 4] = [b"https", b"http", b"ftps", b"ftp"];
            let before = &bytes[from..found];
            let ends = |scheme: &&[u8]| {
                before.len() >= scheme.len() && before[before.len() - scheme.len()..].eq_ignore_ascii_case(scheme)
            };
            if let Some(scheme) = known.into_iter().find(ends) {
                return Some((found - scheme.len(), found + 3, false));
            }
        }
        at = found + 1;
    }
    None
}

/// `https://example.org` or `www.example.org` after a space or an opening character.
pub(super) fn bare(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let text = subject.text;
    let Some((start, floor, www)) = next_start(text, from) else {
        return Step::Done;
    };
    let allowed = |c: char| c.is_whitespace() || matches!(c, '*' | '_' | '~' | '^' | '[' | '(' | '\'' | '"' | '\u{3}');
    if !subject.before(start).is_none_or(allowed) {
        return Step::Skip(floor);
    }
    let rest = &text[floor..];
    if !rest.starts_with(char::is_alphanumeric) {
        return Step::Skip(floor);
    }
    let is_domain = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let domain = floor + rest.find(|c| !is_domain(c)).unwrap_or(rest.len());
    let end = trim(text, (start, floor), subject.word_end(floor));
    let named = &text[floor..end.min(domain)];
    if named.rsplit('.').take(2).any(|segment| segment.contains('_')) {
        return Step::Skip(floor);
    }
    let address = &text[start..end];
    if !www {
        let element = link(run, subject, start, (address, address));
        return Step::Element(start, end, element);
    }
    let element = link(run, subject, start, (&format!("http://{address}"), ""));
    run.cx.tree[element].text = Text::atomic(address.to_owned());
    Step::Element(start, end, element)
}

/// The end of an address without what at its end does not belong to it.
fn trim(text: &str, (start, floor): (usize, usize), mut end: usize) -> usize {
    let mut counts: Option<[usize; 4]> = None;
    while end > floor {
        let bytes = text.as_bytes();
        match bytes[end - 1] {
            b'?' | b'!' | b'.' | b',' | b':' | b'*' | b'_' | b'~' | b'^' | b'\'' | b'"' => end -= 1,
            b';' => {
                let name = text[floor..end - 1].trim_end_matches(char::is_alphanumeric).len() + floor;
                let reference = name < end - 1 && name > floor && bytes[name - 1] == b'&';
                end = if reference { name - 1 } else { end - 1 };
            }
            close @ (b')' | b']') => {
                let link = &bytes[start..end];
                let counts = counts.get_or_insert_with(|| {
                    [b')', b'(', b']', b'['].map(|byte| memchr::memchr_iter(byte, link).count())
                });
                let at = if close == b')' { 0 } else { 2 };
                if counts[at] <= counts[at + 1] {
                    break;
                }
                counts[at] -= 1;
                end -= 1;
            }
            _ => break,
        }
    }
    end
}

fn is_mail(c: char) -> bool {
    c.is_ascii_alphabetic() || is_digit(c) || matches!(c, '-' | '_')
}

fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || (!c.is_ascii() && c.is_numeric())
}

/// `someone@example.org`.
pub(super) fn mail(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let text = subject.text;
    let Some(at) = memchr::memchr(b'@', &text.as_bytes()[from..]).map(|at| from + at) else {
        return Step::Done;
    };
    let Some((start, end)) = mail_start(subject, from, at).zip(mail_end(text, at)) else {
        return Step::Skip(at + 1);
    };
    let mail = run.unstash(&text[start..end]);
    let element = run.cx.tree.create("a", subject.pos(start));
    let href: String = "mailto:".chars().chain(mail.chars()).map(numeric).collect();
    let shown: String = mail.chars().map(numeric).collect();
    run.cx.tree.set(element, "href", href);
    run.cx.tree[element].text = Text::atomic(shown);
    Step::Element(start, end, element)
}

fn mail_start(subject: &Subject<'_>, from: usize, at: usize) -> Option<usize> {
    let text = subject.text;
    let local = |c: char| is_mail(c) || matches!(c, '+' | '.');
    let start = from + text[from..at].trim_end_matches(local).len();
    let name = &text[start..at];
    if name.is_empty() || name.ends_with('.') {
        return None;
    }
    let start = start + name.rfind("..").map_or(0, |dots| dots + 2);
    let start = start + usize::from(text[start..at].starts_with('.'));
    let named = |c: char| is_mail(c) || c == '+';
    match subject.before(start) {
        Some('.') => {
            let before = if start - 1 > from {
                text[..start - 1].chars().next_back()
            } else {
                subject.before(start - 1)
            };
            (!before.is_some_and(named)).then_some(start)
        }
        Some(c) if named(c) || matches!(c, '/' | '@') => None,
        _ => Some(start),
    }
}

fn mail_end(text: &str, at: usize) -> Option<usize> {
    let host = at + 1;
    let first = text[host..].find(|c| !is_mail(c)).filter(|len| *len > 0)?;
    let dot = host + first;
    if !text[dot..].starts_with('.') {
        return None;
    }
    let rest = &text[dot + 1..];
    let mut len = rest.find(|c| !is_mail(c) && c != '.').unwrap_or(rest.len());
    if rest.starts_with('.') {
        return None;
    }
    if let Some(dots) = rest[..len].find("..") {
        len = dots;
    }
    let ends = |(index, c): &(usize, char)| {
        let next = rest[index + 1..].chars().next();
        c.is_ascii_alphabetic() && !next.is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '@'))
    };
    let (last, _) = rest[..len].char_indices().rev().find(ends)?;
    Some(dot + 1 + last + 1)
}
