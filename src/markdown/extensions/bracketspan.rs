//! `pymdownx.bracketspan`: `[text]{.class}`.

use std::collections::VecDeque;

use super::{Setup, attr_list};
use crate::markdown::blocks::MAX_DEPTH;
use crate::markdown::inline::{Run, Step, Subject, rule};
use crate::markdown::options::Options;
use crate::markdown::tree::NodeId;

/// Adds the rule.
pub(super) fn enable(setup: &mut Setup<'_>, _options: &mut Options<'_, '_>) {
    setup.registry.escape("=");
    setup.registry.inline.register("bracket_span", 124.0, rule("[", span));
}

/// An element and the bytes it replaces.
pub(crate) type Span = (NodeId, usize, usize);

/// Hands out the spans that the first bracket has found.
fn span(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    if !run.cx.dialect.registry.tree.has("attr_list") {
        return Step::Done;
    }
    let Some(start) = memchr::memchr(b'[', &subject.text.as_bytes()[from..]).map(|at| from + at) else {
        return Step::Done;
    };
    if let Some((id, start, end)) = subject.next_span() {
        return Step::Element(start, end, id);
    }
    let mut found = find(run, subject, start);
    match found.pop_front() {
        Some((id, start, end)) => {
            subject.keep_spans(found);
            Step::Element(start, end, id)
        }
        None => Step::Done,
    }
}

/// The spans from the bracket at `start` on: the one that it opens, or those inside it if no list
/// closes it.
fn find(run: &mut Run<'_, '_>, subject: &Subject<'_>, start: usize) -> VecDeque<Span> {
    let text = subject.text;
    let mut open: Vec<(usize, Vec<Span>)> = Vec::new();
    // How deep spans are nested in each element that is open.
    let mut depths: Vec<usize> = Vec::new();
    // Where the line at hand ends, and its last brace.
    let mut braces: Option<(usize, usize)> = None;
    for at in memchr::memchr2_iter(b'[', b']', &text.as_bytes()[start..]).map(|at| start + at) {
        if text.as_bytes()[at] == b'[' {
            open.push((at, Vec::new()));
            depths.push(0);
            continue;
        }
        let rest = &text[at + 1..];
        if !rest.starts_with('{') || depths.last().is_some_and(|depth| *depth >= MAX_DEPTH) {
            continue;
        }
        let element = run.cx.tree.create("span", subject.pos(at));
        if braces.is_none_or(|(line_end, _)| line_end <= at) {
            let line_end = at + 1 + memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
            let close = memchr::memrchr(b'}', &text.as_bytes()[at..line_end]);
            braces = Some((line_end, close.map_or(0, |close| at + close)));
        }
        let close = braces.and_then(|(_, close)| close.checked_sub(at + 1));
        let list = close.and_then(|close| attr_list::apply(run.cx, element, rest, close));
        let len = list.or_else(|| {
            let inner = rest[1..].trim_start();
            inner.starts_with('}').then(|| rest.len() - inner.len() + 1)
        });
        let Some(len) = len else { continue };
        let Some((first, children)) = open.pop() else { break };
        let depth = depths.pop().unwrap_or(0) + 1;
        if let Some(outer) = depths.last_mut() {
            *outer = depth.max(*outer);
        }
        fill(run, subject, element, (first + 1, at), &children);
        let span = (element, first, at + 1 + len);
        match open.last_mut() {
            Some((_, children)) => children.push(span),
            None => return VecDeque::from([span]),
        }
    }
    open.into_iter().flat_map(|(_, children)| children).collect()
}

/// Puts the text between the children into the element.
fn fill(
    run: &mut Run<'_, '_>,
    subject: &Subject<'_>,
    element: NodeId,
    (start, end): (usize, usize),
    children: &[Span],
) {
    run.cx.tree[element].pos = subject.pos(start - 1);
    let mut from = start;
    let mut last: Option<NodeId> = None;
    let ends = children.iter().map(|(id, start, end)| (Some(*id), *start, *end));
    for (child, to, next) in ends.chain([(None, end, end)]) {
        let text = run.source(subject, from, to);
        match last {
            None => run.cx.tree[element].text = text,
            Some(last) => run.cx.tree[last].tail = text,
        }
        if let Some(child) = child {
            run.cx.tree[element].children.push(child);
            last = Some(child);
        }
        from = next;
    }
}
