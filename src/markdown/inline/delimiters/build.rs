//! Elements for pairs of delimiters.

use std::collections::VecDeque;
use std::ops::Range;

use super::pairing::Region;
use super::{Delimiter, Run, Subject};
use crate::markdown::blocks::MAX_DEPTH;
use crate::markdown::tree::{NodeId, Text};
use crate::report::Severity;

/// An element under way.
struct Built {
    node: NodeId,
    region: Region,
    text: Option<Range<usize>>,
    tail: Option<Range<usize>>,
}

/// Makes the elements of `regions`, which are in order: the outermost ones with the bytes they
/// replace.
pub(super) fn elements(
    run: &mut Run<'_, '_>,
    subject: &Subject<'_>,
    specs: &[Delimiter],
    regions: &[Region],
) -> VecDeque<(NodeId, usize, usize)> {
    let regions = &bounded(run, subject, regions);
    let mut found = VecDeque::new();
    let mut at = 0;
    while let Some(first) = regions.get(at) {
        let inside = regions[at + 1..].iter().take_while(|r| r.open.0 < first.close.1);
        let count = 1 + inside.count();
        let node = nested(run, subject, specs, &regions[at..]);
        let (start, end) = clamp(subject.text, first.open.0, first.close.1);
        found.push_back((node, start, end));
        at += count;
    }
    found
}

/// The regions without those that are nested too deeply, which stay text.
fn bounded(run: &mut Run<'_, '_>, subject: &Subject<'_>, regions: &[Region]) -> Vec<Region> {
    let mut ends: Vec<usize> = Vec::new();
    let mut kept: Vec<Region> = Vec::with_capacity(regions.len());
    let mut dropped = None;
    for region in regions {
        while ends.last().is_some_and(|end| *end <= region.open.0) {
            ends.pop();
        }
        if ends.len() < MAX_DEPTH {
            kept.push(*region);
        } else {
            dropped.get_or_insert(region.open.0);
            if let Some(last) = kept.last_mut() {
                last.is_deepest = true;
            }
        }
        ends.push(region.close.1);
    }
    if let Some(at) = dropped {
        let message = format!("emphasis is nested more than {MAX_DEPTH} deep; what is inside is shown as text");
        run.cx
            .report("nesting-too-deep", Severity::Warning, message, (subject.pos(at), 1));
    }
    kept
}

/// Makes the first of `regions` and all in it.
fn nested(run: &mut Run<'_, '_>, subject: &Subject<'_>, specs: &[Delimiter], regions: &[Region]) -> NodeId {
    let mut built: Vec<Built> = Vec::new();
    // The elements around the one at hand, outermost first.
    let mut outer: Vec<usize> = Vec::new();
    for (index, region) in regions.iter().enumerate() {
        if index > 0 && region.open.0 >= regions[0].close.1 {
            break;
        }
        if let Some(&around) = outer.last() {
            before(&mut built, around, region.open.0);
        }
        let tag = specs[region.delimiter].tag(region.size);
        let node = run.cx.tree.create(tag, subject.pos(region.open.0));
        built.push(Built {
            node,
            region: *region,
            text: None,
            tail: None,
        });
        if index == 0 {
            outer.push(0);
            continue;
        }
        while outer.len() > 1 && outer.last().is_some_and(|o| region.close.1 > built[*o].region.close.1) {
            outer.pop();
        }
        if let Some(around) = outer.last() {
            let around = built[*around].node;
            run.cx.tree[around].children.push(node);
        }
        if regions.get(index + 1).is_some_and(|next| region.close.1 > next.close.1) {
            outer.push(index);
        }
    }
    finish(&mut built, outer);
    let root = built[0].node;
    for element in built {
        if let Some(text) = element.text {
            let (start, end) = clamp(subject.text, text.start, text.end);
            run.cx.tree[element.node].text = if element.region.is_deepest {
                Text::atomic(subject.text[start..end].to_owned())
            } else {
                run.source(subject, start, end)
            };
        }
        if let Some(tail) = element.tail {
            let (start, end) = clamp(subject.text, tail.start, tail.end);
            run.cx.tree[element.node].tail = run.source(subject, start, end);
        }
    }
    root
}

/// Ends the text before an element that starts at `start`; the innermost element around the one
/// before is number `around`.
fn before(built: &mut [Built], around: usize, start: usize) {
    let last = built.len() - 1;
    let region = built[last].region;
    let around_region = built[around].region;
    if built[last].text.is_none() {
        built[last].text = Some(region.open.1..region.close.0.min(start));
    }
    if last != around && built[last].tail.is_none() {
        if start < around_region.close.1 {
            built[last].tail = Some(region.close.1..start);
        } else {
            built[last].tail = Some(region.close.1..around_region.close.0);
            built[around].tail = Some(around_region.close.1..start);
        }
    }
}

/// Ends the texts of the last element and those around it.
fn finish(built: &mut [Built], mut outer: Vec<usize>) {
    let mut last = built.len() - 1;
    while let Some(&around) = outer.last() {
        let region = built[last].region;
        if built[last].text.is_none() {
            built[last].text = Some(region.open.1..region.close.0);
        }
        if last != around && built[last].tail.is_none() {
            built[last].tail = Some(region.close.1..built[around].region.close.0);
        }
        last = around;
        outer.pop();
    }
}

/// The range inside the text and at characters' starts.
fn clamp(text: &str, start: usize, end: usize) -> (usize, usize) {
    let fit = |at: usize| (at.min(text.len())..=text.len()).find(|at| text.is_char_boundary(*at));
    let start = fit(start).unwrap_or(text.len());
    (start, fit(end).unwrap_or(text.len()).max(start))
}
