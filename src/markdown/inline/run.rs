//! Applies the rules to all text of the tree, in the order in which the reference does it.

use std::borrow::Cow;
use std::collections::VecDeque;

use super::{Parents, Present, Run, Step, Subject, Triggers};
use crate::markdown::blocks::MAX_DEPTH;
use crate::markdown::converter::Converter;
use crate::markdown::registry::{Entry, Inline, Passes};
use crate::markdown::stash::{Mark, STX, find_mark};
use crate::markdown::text::{Line, Lines, Pos, join, to_pos};
use crate::markdown::tree::{NodeId, ROOT, Text};
use crate::report::Severity;

/// What a mark in a run stands for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Made<'a> {
    /// An element.
    Element(NodeId),
    /// A text.
    Text(&'a str),
}

/// A text with marks, and the positions of its parts.
#[derive(Debug, Default)]
pub(super) struct Working {
    text: String,
    map: Vec<(u32, Pos)>,
}

/// The position of the byte at `at`.
pub(super) fn position(map: &[(u32, Pos)], at: usize) -> Pos {
    let at = to_pos(at);
    let entry = map.partition_point(|(start, _)| *start <= at);
    map.get(entry.saturating_sub(1))
        .map_or(0, |(start, pos)| pos + at.saturating_sub(*start))
}

impl Working {
    /// The text of a block instead of what was there.
    fn set(&mut self, block: &[Line<'_>]) {
        self.clear();
        for (index, line) in block.iter().enumerate() {
            if index > 0 {
                self.text.push('\n');
            }
            self.map.push((to_pos(self.text.len()), line.pos));
            self.text.push_str(line.text);
        }
    }

    fn clear(&mut self) {
        self.text.clear();
        self.map.clear();
    }

    /// Adds a part of another text.
    fn copy(&mut self, other: &Self, start: usize, end: usize) {
        if start >= end {
            return;
        }
        let base = self.text.len();
        self.map.push((to_pos(base), position(&other.map, start)));
        let first = other.map.partition_point(|(offset, _)| *offset as usize <= start);
        for (offset, pos) in other.map[first..]
            .iter()
            .take_while(|(offset, _)| (*offset as usize) < end)
        {
            self.map.push((to_pos(base + *offset as usize - start), *pos));
        }
        self.text.push_str(&other.text[start..end]);
    }
}

/// The tree pass.
pub(crate) fn run(cx: &mut Converter<'_>) {
    run_with(cx, ROOT, &cx.dialect.registry.inline);
}

/// Applies other rules than those of the inline parser to all text.
pub(crate) fn run_with<'a>(cx: &mut Converter<'a>, root: NodeId, rules: &'a Passes<Inline>) {
    let parents = Parents::below(cx, root);
    let triggers = Triggers::of_rules(rules);
    let mut run = Run {
        rules,
        triggers,
        cx,
        stash: Vec::new(),
        spare: Vec::new(),
        parents,
        around: Vec::new(),
        inside: None,
        delimiters: Default::default(),
    };
    run.walk(root);
}

impl<'a> Run<'_, 'a> {
    /// Whether the text at hand is inside an element of one of these names.
    pub(crate) fn is_inside(&self, names: &[&str]) -> bool {
        if names.is_empty() {
            return false;
        }
        let is_named = |id: NodeId| {
            let tag = self.cx.tree.tag(id);
            names.iter().any(|name| name.eq_ignore_ascii_case(tag))
        };
        if self.around.iter().any(|id| is_named(*id)) {
            return true;
        }
        let mut at = self.inside;
        while let Some(id) = at {
            if is_named(id) {
                return true;
            }
            at = self.parents.get(id);
        }
        false
    }

    /// The bytes `start..end` of a subject as text of an element that later rules will look into.
    pub(crate) fn source(&self, subject: &Subject<'_>, start: usize, end: usize) -> Text<'a> {
        let text = self.cx.keep(&subject.text[start..end]);
        if memchr::memchr(b'\n', text.as_bytes()).is_none() {
            return Text::Source(vec![Line::new(text, subject.pos(start))]);
        }
        let mut block = Lines::new();
        let mut offset = start;
        for line in text.split('\n') {
            block.push(Line::new(line, subject.pos(offset)));
            offset += line.len() + 1;
        }
        Text::Source(block)
    }

    /// What an inline mark stands for, as text: an element's text content, or the text itself.
    pub(crate) fn unstash(&self, text: &str) -> String {
        self.replace_marks(text, &|run, made| match made {
            Made::Text(text) => (*text).to_owned(),
            Made::Element(id) => run.unstash(&run.cx.tree.text_content(*id)),
        })
    }

    /// What an inline mark stands for, as raw HTML wants it back: an element's HTML, and a text
    /// after the backslash it lost.
    pub(crate) fn unstash_raw(&self, text: &str) -> String {
        self.replace_marks(text, &|run, made| match made {
            Made::Text(text) => format!("\\{text}"),
            Made::Element(id) => run.unstash_raw(&crate::markdown::serialize::fragment(&run.cx.tree, *id)),
        })
    }

    fn replace_marks(&self, text: &str, replace: &dyn Fn(&Self, &Made<'a>) -> String) -> String {
        if find_mark(text).is_none() {
            return text.to_owned();
        }
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(at) = find_mark(rest) {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            match Mark::read(rest) {
                Some((Mark::Inline(index), len)) => {
                    if let Some(made) = self.stash.get(index) {
                        out.push_str(&replace(self, made));
                    }
                    rest = &rest[len..];
                }
                Some((_, len)) => {
                    out.push_str(&rest[..len]);
                    rest = &rest[len..];
                }
                None => {
                    out.push(STX);
                    rest = &rest[1..];
                }
            }
        }
        out.push_str(rest);
        out
    }

    fn walk(&mut self, root: NodeId) {
        let mut queue = VecDeque::from([root]);
        while let Some(element) = queue.pop_front() {
            let mut inserts: Vec<(NodeId, Vec<NodeId>)> = Vec::new();
            let mut at = 0;
            while let Some(child) = self.cx.tree[element].children.get(at).copied() {
                if !self.cx.tree[child].text.is_empty() && !matches!(self.cx.tree[child].text, Text::Atomic(_)) {
                    self.inside = Some(child);
                    let text = std::mem::take(&mut self.cx.tree[child].text);
                    let text = self.handle(text, 0);
                    let made = self.place(text, child, true);
                    for id in &made {
                        self.parents.insert(*id, child);
                    }
                    queue.extend(&made);
                    inserts.push((child, made));
                }
                if !self.cx.tree[child].tail.is_empty() && !matches!(self.cx.tree[child].tail, Text::Atomic(_)) {
                    self.inside = Some(element);
                    let tail = std::mem::take(&mut self.cx.tree[child].tail);
                    let tail = self.handle(tail, 0);
                    let made = self.place(tail, child, false);
                    for id in &made {
                        self.parents.insert(*id, element);
                    }
                    self.cx.tree[element].children.splice(at + 1..at + 1, made);
                }
                if !self.cx.tree[child].children.is_empty() {
                    self.parents.insert(child, element);
                    queue.push_back(child);
                }
                at += 1;
            }
            for (child, made) in inserts {
                self.cx.tree[child].children.splice(0..0, made);
            }
        }
    }

    /// Applies the rules from number `first` on to a text.
    fn handle(&mut self, text: Text<'a>, first: usize) -> Text<'a> {
        let (present, mut working) = match &text {
            Text::Source(block) => {
                let present = Present::of_lines(block);
                if !self.may_apply(present, first) {
                    return self.plain(text);
                }
                let mut working = self.spare.pop().unwrap_or_default();
                working.set(block);
                (present, working)
            }
            Text::Plain(plain) => {
                let present = Present::of(plain);
                if !self.may_apply(present, first) {
                    return text;
                }
                let mut working = self.spare.pop().unwrap_or_default();
                working.set(&[Line::new(plain, 0)]);
                (present, working)
            }
            _ => return text,
        };
        let rules = self.rules;
        let mut is_changed = false;
        for (index, entry) in rules.iter().enumerate().skip(first) {
            if self.triggers[index].own.meets(present) && !self.is_inside(entry.pass.excluded_in) {
                is_changed |= self.apply(entry, index, &mut working);
            }
        }
        let text = if is_changed {
            Text::plain(self.cx.keep(&working.text))
        } else {
            self.plain(text)
        };
        self.spare.push(working);
        text
    }

    /// Source as plain text.
    fn plain(&self, text: Text<'a>) -> Text<'a> {
        match text {
            Text::Source(block) => Text::plain(match block.as_slice() {
                [line] => line.text,
                lines => self.cx.keep(&join(lines)),
            }),
            other => other,
        }
    }

    /// Whether a rule from number `first` on may find something in a text with these characters.
    fn may_apply(&self, present: Present, first: usize) -> bool {
        self.triggers
            .get(first)
            .is_some_and(|triggers| triggers.later.meets(present))
    }

    /// Applies one rule to the whole text; gives whether it has replaced anything.
    fn apply(&mut self, entry: &Entry<Inline>, index: usize, working: &mut Working) -> bool {
        let memo = super::Memo::default();
        let mut out: Option<Working> = None;
        let (mut from, mut floor) = (0, 0);
        while from <= working.text.len() {
            let subject = Subject {
                text: &working.text,
                floor,
                map: &working.map,
                memo: &memo,
            };
            let (start, end, made) = match (entry.pass.rule)(self, &subject, from) {
                Step::Done => break,
                Step::Skip(to) => {
                    from = to.max(from + 1);
                    while !working.text.is_char_boundary(from.min(working.text.len())) {
                        from += 1;
                    }
                    continue;
                }
                Step::Element(start, end, id) => (start, end, Made::Element(id)),
                Step::Text(start, end, text) => (start, end, Made::Text(self.cx.keep(&text))),
            };
            let pos = position(&working.map, start);
            if let Made::Element(id) = made {
                self.handle_inside(id, index);
            }
            let out = out.get_or_insert_with(|| {
                let mut out = self.spare.pop().unwrap_or_default();
                out.clear();
                out
            });
            out.copy(working, floor, start);
            out.map.push((to_pos(out.text.len()), pos));
            Mark::push(b'i', self.stash.len(), &mut out.text);
            self.stash.push(made);
            from = end.max(start);
            floor = from;
            if end == start {
                from += 1;
            }
        }
        let Some(mut out) = out else { return false };
        out.copy(working, floor, working.text.len());
        self.spare.push(std::mem::replace(working, out));
        true
    }

    /// Gives the text inside a new element to the rules after the one that made it.
    fn handle_inside(&mut self, id: NodeId, index: usize) {
        if matches!(self.cx.tree[id].text, Text::Atomic(_)) {
            return;
        }
        if self.around.len() >= MAX_DEPTH {
            let pos = self.cx.tree[id].pos;
            let message =
                format!("inline markup is nested more than {MAX_DEPTH} deep; what is inside is shown as text");
            self.cx.report("nesting-too-deep", Severity::Warning, message, (pos, 0));
            return;
        }
        let children = self.cx.tree[id].children.clone();
        for child in std::iter::once(id).chain(children) {
            if !self.cx.tree[child].text.is_empty() {
                self.around.push(child);
                let text = std::mem::take(&mut self.cx.tree[child].text);
                self.cx.tree[child].text = self.handle(text, index + 1);
                self.around.pop();
            }
            if child != id && !self.cx.tree[child].tail.is_empty() {
                let tail = std::mem::take(&mut self.cx.tree[child].tail);
                self.cx.tree[child].tail = self.handle(tail, index);
            }
        }
    }

    /// Turns a text with marks into text and elements; gives the elements.
    fn place(&mut self, text: Text<'a>, parent: NodeId, is_text: bool) -> Vec<NodeId> {
        if let Text::Plain(all) | Text::Atomic(all) = &text
            && find_mark(all).is_none()
        {
            let node = &mut self.cx.tree[parent];
            if !all.is_empty() {
                *(if is_text { &mut node.text } else { &mut node.tail }) = text;
            }
            return Vec::new();
        }
        let atomic = matches!(text, Text::Atomic(_));
        let text = match text {
            Text::Plain(Cow::Borrowed(text)) | Text::Atomic(Cow::Borrowed(text)) => text,
            other => self.cx.keep(&other.to_cow()),
        };
        let mut made: Vec<NodeId> = Vec::new();
        let mut rest = text;
        let mut from = 0;
        while let Some(at) = find_mark(&rest[from..]).map(|at| from + at) {
            let Some((Mark::Inline(index), len)) = Mark::read(&rest[at..]) else {
                from = at + 1;
                continue;
            };
            self.link(&rest[..at], parent, is_text, &made, atomic);
            rest = &rest[at + len..];
            from = 0;
            match self.stash.get(index).copied() {
                Some(Made::Text(text)) => {
                    self.link(text, parent, is_text, &made, atomic);
                }
                Some(Made::Element(id)) => {
                    self.place_inside(id);
                    made.push(id);
                }
                None => {}
            }
        }
        self.link(rest, parent, is_text, &made, atomic);
        made
    }

    fn place_inside(&mut self, id: NodeId) {
        let children = std::mem::take(&mut self.cx.tree[id].children);
        let mut all = self.place_text(id);
        for child in children {
            all.push(child);
            if !self.cx.tree[child].tail.is_blank() {
                let tail = std::mem::take(&mut self.cx.tree[child].tail);
                let made = self.place(tail, child, false);
                for new in &made {
                    self.parents.insert(*new, id);
                }
                all.extend(made);
            }
            let made = self.place_text(child);
            if !made.is_empty() {
                self.cx.tree[child].children.splice(0..0, made);
            }
        }
        self.cx.tree[id].children = all;
    }

    /// Turns the text of an element that is being placed into text and elements; gives the elements.
    fn place_text(&mut self, id: NodeId) -> Vec<NodeId> {
        if self.cx.tree[id].text.is_blank() {
            return Vec::new();
        }
        let text = std::mem::take(&mut self.cx.tree[id].text);
        let made = self.place(text, id, true);
        for new in &made {
            self.parents.insert(*new, id);
        }
        made
    }

    /// Adds text after the element made last, or to the parent.
    fn link(&mut self, text: &'a str, parent: NodeId, is_text: bool, made: &[NodeId], atomic: bool) {
        if text.is_empty() {
            return;
        }
        let target = match made.last() {
            Some(last) => &mut self.cx.tree[*last].tail,
            None if is_text => &mut self.cx.tree[parent].text,
            None => &mut self.cx.tree[parent].tail,
        };
        match target {
            Text::None if atomic => *target = Text::atomic(text),
            Text::None => *target = Text::plain(text),
            _ => target.push_str(text),
        }
    }
}
