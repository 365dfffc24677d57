//! Links and images: inline ones and those that name a definition.

use super::{Run, Step, Subject};
use crate::markdown::text::to_pos;
use crate::markdown::tree::NodeId;

/// The brackets of a text that belong together.
#[derive(Debug, Default)]
pub(super) struct Brackets {
    /// Opening and closing bracket, by the first.
    pairs: Vec<(u32, u32)>,
}

impl Brackets {
    pub(super) fn of(text: &str) -> Self {
        let mut open: Vec<usize> = Vec::new();
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for at in memchr::memchr2_iter(b'[', b']', text.as_bytes()) {
            if text.as_bytes()[at] == b'[' {
                open.push(pairs.len());
                pairs.push((to_pos(at), u32::MAX));
            } else if let Some(index) = open.pop() {
                pairs[index].1 = to_pos(at);
            }
        }
        pairs.retain(|(_, close)| *close != u32::MAX);
        Self { pairs }
    }

    /// The bracket that closes the one at `open`.
    pub(super) fn close(&self, open: usize) -> Option<usize> {
        let at = self.pairs.binary_search_by_key(&to_pos(open), |pair| pair.0).ok()?;
        Some(self.pairs[at].1 as usize)
    }
}

/// What comes before a link's text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `[`, not after `!`.
    Link,
    /// `![`.
    Image,
}

/// A text in brackets.
struct Bracketed {
    /// Where the construct starts.
    start: usize,
    /// Where the text starts.
    text: usize,
    /// Where the closing bracket is.
    close: usize,
}

/// The next opening of that form: a text in brackets, or where to go on.
fn opening(subject: &Subject<'_>, from: usize, form: Form) -> Result<Bracketed, Step> {
    let bytes = subject.text.as_bytes();
    let mut at = from;
    let start = loop {
        let Some(found) = memchr::memchr(b'[', &bytes[at..]).map(|found| at + found) else {
            return Err(Step::Done);
        };
        match form {
            Form::Link if subject.before(found) != Some('!') => break found,
            Form::Image if found > from && bytes[found - 1] == b'!' => break found - 1,
            _ => at = found + 1,
        }
    };
    let open = if form == Form::Image { start + 1 } else { start };
    // Most brackets have none inside.
    let close = match memchr::memchr2(b'[', b']', &bytes[open + 1..]).map(|len| open + 1 + len) {
        None => None,
        Some(next) if bytes[next] == b']' => Some(next),
        Some(_) => {
            let brackets = subject.memo.brackets.get_or_init(|| Brackets::of(subject.text));
            brackets.close(open)
        }
    };
    match close {
        Some(close) => Ok(Bracketed {
            start,
            text: open + 1,
            close,
        }),
        None => Err(Step::Skip(open + 1)),
    }
}

/// Makes the element of a link or image.
fn make(run: &mut Run<'_, '_>, subject: &Subject<'_>, found: &Bracketed, target: Target, form: Form) -> NodeId {
    let (tag, address) = match form {
        Form::Link => ("a", "href"),
        Form::Image => ("img", "src"),
    };
    let element = run.cx.tree.create(tag, subject.pos(found.start));
    run.cx.tree.set(element, address, target.url);
    if let Some(title) = target.title {
        run.cx.tree.set(element, "title", title);
    }
    if form == Form::Link {
        run.cx.tree[element].text = run.source(subject, found.text, found.close);
    } else {
        let alt = run.unstash(&subject.text[found.text..found.close]);
        run.cx.tree.set(element, "alt", alt);
    }
    element
}

struct Target {
    url: String,
    title: Option<String>,
}

/// `[text](address "title")`.
pub(super) fn link(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    inline(run, subject, from, Form::Link)
}

/// `![text](address "title")`.
pub(super) fn image(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    inline(run, subject, from, Form::Image)
}

fn inline(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize, form: Form) -> Step {
    let found = match opening(subject, from, form) {
        Ok(found) => found,
        Err(step) => return step,
    };
    let Some(address) = super::address::parse(subject, found.close + 1) else {
        return Step::Skip(found.text);
    };
    let title = address.title.map(|title| {
        let title = run.unstash(subject.text[title].trim());
        dequote(&title)
            .chars()
            .map(|c| if c.is_whitespace() { ' ' } else { c })
            .collect()
    });
    let url = run.unstash(&subject.text[address.url]).trim().to_owned();
    let element = make(run, subject, &found, Target { url, title }, form);
    Step::Element(found.start, address.end, element)
}

fn dequote(text: &str) -> &str {
    for quote in ['"', '\''] {
        if let Some(inner) = text.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote)) {
            return inner;
        }
    }
    text
}

/// `[text][label]`, `[label][]`.
pub(super) fn reference(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    full(run, subject, from, Form::Link)
}

/// `![text][label]`, `![label][]`.
pub(super) fn image_reference(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    full(run, subject, from, Form::Image)
}

/// `[label]`.
pub(super) fn short_reference(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    short(run, subject, from, Form::Link)
}

/// `![label]`.
pub(super) fn short_image_reference(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    short(run, subject, from, Form::Image)
}

/// `[text][label]` as it stands there.
pub(in crate::markdown) struct Labelled {
    pub(in crate::markdown) start: usize,
    pub(in crate::markdown) text: std::ops::Range<usize>,
    pub(in crate::markdown) label: std::ops::Range<usize>,
    pub(in crate::markdown) end: usize,
}

/// The next `[text][label]`, or where to go on.
pub(in crate::markdown) fn labelled(subject: &Subject<'_>, from: usize) -> Result<Labelled, Step> {
    let found = opening(subject, from, Form::Link)?;
    let rest = &subject.text[found.close + 1..];
    let space = rest.chars().next().filter(|c| c.is_whitespace());
    let space = space.map_or(0, char::len_utf8);
    let len = rest[space..].strip_prefix('[').and_then(|label| label.find(']'));
    let Some(len) = len else {
        return Err(Step::Skip(found.text));
    };
    let label = found.close + 1 + space + 1;
    Ok(Labelled {
        start: found.start,
        text: found.text..found.close,
        label: label..label + len,
        end: label + len + 1,
    })
}

fn full(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize, form: Form) -> Step {
    let found = match opening(subject, from, form) {
        Ok(found) => found,
        Err(step) => return step,
    };
    let rest = &subject.text[found.close + 1..];
    let space = rest
        .chars()
        .next()
        .filter(|c| c.is_whitespace())
        .map_or(0, char::len_utf8);
    let label = rest[space..]
        .strip_prefix('[')
        .and_then(|label| Some(&label[..label.find(']')?]));
    let Some(label) = label else {
        return Step::Skip(found.text);
    };
    let end = found.close + 1 + space + label.len() + 2;
    let label = if label.is_empty() {
        &subject.text[found.text..found.close]
    } else {
        label
    };
    resolve(run, subject, &found, (label, end), form)
}

fn short(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize, form: Form) -> Step {
    let found = match opening(subject, from, form) {
        Ok(found) => found,
        Err(step) => return step,
    };
    let label = &subject.text[found.text..found.close];
    resolve(run, subject, &found, (label, found.close + 1), form)
}

/// The element for a label, or nothing up to the end of the construct.
fn resolve(
    run: &mut Run<'_, '_>,
    subject: &Subject<'_>,
    found: &Bracketed,
    (label, end): (&str, usize),
    form: Form,
) -> Step {
    let Some(reference) = find(run, label) else {
        return Step::Skip(end);
    };
    let element = make(run, subject, found, reference, form);
    Step::Element(found.start, end, element)
}

fn find(run: &Run<'_, '_>, label: &str) -> Option<Target> {
    if run.cx.references.is_empty() {
        return None;
    }
    let mut key = String::with_capacity(label.len());
    let mut space = false;
    for c in label.chars() {
        if !c.is_whitespace() {
            key.extend(c.to_lowercase());
        } else if !space {
            key.push(' ');
        }
        space = c.is_whitespace();
    }
    let reference = run.cx.references.get(&key)?;
    Some(Target {
        url: reference.url.to_owned(),
        title: reference.title.filter(|title| !title.is_empty()).map(str::to_owned),
    })
}
