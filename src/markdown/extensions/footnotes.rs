//! `footnotes`: marks in the text, and their notes at its end.
//!
//! Definitions are collected by the block parser. A tree pass before the inline parser writes the
//! list of notes, so that their text is parsed like any other; passes after it add what depends on
//! how often and in which order the marks occur.

use std::collections::HashMap;

use super::Setup;
use crate::markdown::blocks::parse_chunk;
use crate::markdown::converter::Converter;
use crate::markdown::inline::{self, Run, Step, Subject};
use crate::markdown::normalize::TAB;
use crate::markdown::options::Options;
use crate::markdown::scan::Scan;
use crate::markdown::text::{
    Block, Blocks, Line, Lines, Pos, is_blank, loose_detab, trim_end, trim_newlines_end, trim_newlines_start,
};
use crate::markdown::tree::{NodeId, ROOT, Text};
use crate::report::Severity;

/// The options of `footnotes`.
#[derive(Clone, Debug, Default)]
pub(crate) struct FootnoteSettings {
    place_marker: String,
    /// What stands before each id, for ids that are unique over several texts.
    prefix: &'static str,
    backlink_text: String,
    superscript_text: String,
    backlink_title: String,
    separator: String,
    definition_order: bool,
}

impl FootnoteSettings {
    fn note_id(&self, id: &str) -> String {
        format!("fn{}{}{id}", self.separator, self.prefix)
    }

    /// The id of the mark that refers to a note for the `nth` time, from 1.
    fn mark_id(&self, id: &str, nth: usize) -> String {
        let number = if nth > 1 { nth.to_string() } else { String::new() };
        format!("fnref{number}{}{}{id}", self.separator, self.prefix)
    }
}

/// The notes of a page.
#[derive(Debug, Default)]
pub(crate) struct Notes<'a> {
    notes: Vec<Note<'a>>,
    by_id: HashMap<String, usize>,
    /// Notes in the order of their first marks.
    order: Vec<usize>,
}

#[derive(Debug)]
struct Note<'a> {
    id: String,
    text: Lines<'a>,
    /// How many marks refer to it.
    marks: usize,
    /// Its place in the order of first marks.
    rank: Option<usize>,
}

impl<'a> Notes<'a> {
    /// A note defined again keeps its place.
    fn set(&mut self, id: &str, text: Lines<'a>) {
        if let Some(index) = self.by_id.get(id) {
            self.notes[*index].text = text;
            return;
        }
        self.by_id.insert(id.to_owned(), self.notes.len());
        self.notes.push(Note {
            id: id.to_owned(),
            text,
            marks: 0,
            rank: None,
        });
    }
}

/// Switches the extension on.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    let settings = FootnoteSettings {
        place_marker: options.string("PLACE_MARKER", "///Footnotes Go Here///"),
        // MkDocs makes a converter for each page, in which the reference counts to two.
        prefix: if options.bool("UNIQUE_IDS", false) { "2-" } else { "" },
        backlink_text: options.string("BACKLINK_TEXT", "&#8617;"),
        superscript_text: options.string("SUPERSCRIPT_TEXT", "{}"),
        backlink_title: options
            .string("BACKLINK_TITLE", "Jump back to footnote %d in the text")
            .replace("%d", "{}"),
        separator: options.string("SEPARATOR", ":"),
        definition_order: options.bool("USE_DEFINITION_ORDER", true),
    };
    setup.registry.blocks.register("footnote", 17.0, definitions);
    setup
        .registry
        .inline
        .register("footnote", 175.0, inline::rule("[", mark));
    setup.registry.tree.register("footnote", 50.0, write_notes);
    if !settings.definition_order {
        setup.registry.tree.register("footnote-reorder", 19.0, reorder);
    }
    setup.registry.tree.register("footnote-duplicate", 15.0, add_backlinks);
    setup.settings.footnotes = settings;
}

/// The id of a definition and the text on its line.
fn definition(line: Line<'_>) -> Option<(&str, Line<'_>)> {
    let indent = line.indent();
    let text = line.text[indent..].strip_prefix("[^").filter(|_| indent <= 3)?;
    let close = text.find(']')?;
    text[close..].strip_prefix("]:")?;
    let rest = line.from(indent + 2 + close + 2);
    Some((&text[..close], rest.from(rest.indent())))
}

/// Takes definitions out of a block, with what is indented below them.
fn definitions<'a>(cx: &mut Converter<'a>, _parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let Some(block) = blocks.front().copied() else {
        return false;
    };
    let is_definition = |lines: Block<'a>| definition(lines[0]).is_some();
    let Some(first) = cx.find_line(Scan::Footnote, block, is_definition) else {
        return false;
    };
    blocks.pop_front();
    let mut at = first;
    let Some(mut current) = definition(block[at]) else {
        return true;
    };
    // A definition right below another one ends it.
    while let Some(next) = block.get(at + 1).and_then(|line| definition(*line)) {
        cx.memory.footnotes.set(current.0, vec![current.1.trim_end()]);
        (at, current) = (at + 1, next);
    }
    let (id, text) = current;
    let rest = trim_newlines_start(&block[at + 1..]);
    let mut note = vec![text];
    match rest.iter().position(|line| definition(*line).is_some()) {
        Some(next) => {
            note.extend(loose_detab(trim_newlines_end(&rest[..next]), TAB));
            blocks.push_front(&rest[next..]);
            note = trim_newlines_start(&note).to_vec();
        }
        None => {
            note.extend(loose_detab(rest, TAB));
            note = trim_newlines_start(trim_newlines_end(&note)).to_vec();
            take_indented(&mut note, blocks);
        }
    }
    cx.memory.footnotes.set(id, trim_end(&note));
    if !is_blank(&block[..first]) {
        blocks.push_front(trim_newlines_end(&block[..first]));
    }
    true
}

/// Indented blocks after a definition belong to it, up to the next definition in them.
fn take_indented<'a>(note: &mut Lines<'a>, blocks: &mut Blocks<'a>) {
    while let Some(block) = blocks.front() {
        let first = block.first().copied().unwrap_or(Line::new("", 0));
        if first.indent() < TAB {
            return;
        }
        let next = block.iter().position(|line| definition(*line).is_some());
        let Some(block) = blocks.pop_front() else { return };
        let taken = trim_newlines_end(&block[..next.unwrap_or(block.len())]);
        note.push(Line::new("", first.pos));
        note.extend(loose_detab(taken, TAB));
        if let Some(next) = next {
            blocks.push_front(&block[next..]);
            return;
        }
    }
}

/// `[^id]` in text, if there is such a note.
fn mark(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let text = subject.text;
    let Some(start) = text[from..].find("[^").map(|at| from + at) else {
        return Step::Done;
    };
    let Some(close) = text[start + 2..].find(']').map(|at| start + 2 + at) else {
        return Step::Done;
    };
    let dialect = run.cx.dialect;
    let settings = &dialect.settings.footnotes;
    let notes = &mut run.cx.memory.footnotes;
    let id = &text[start + 2..close];
    let Some(index) = notes.by_id.get(id).copied() else {
        return Step::Skip(close + 1);
    };
    let rank = notes.order.len();
    let note = &mut notes.notes[index];
    let rank = *note.rank.get_or_insert(rank);
    note.marks += 1;
    let nth = note.marks;
    if nth == 1 {
        notes.order.push(index);
    }
    let number = 1 + if settings.definition_order { index } else { rank };
    let pos = subject.pos(start);
    let tree = &mut run.cx.tree;
    let sup = tree.create("sup", pos);
    tree.set(sup, "id", settings.mark_id(id, nth));
    let link = tree.append_new(sup, "a", pos);
    tree.set(link, "class", "footnote-ref");
    tree.set(link, "href", format!("#{}", settings.note_id(id)));
    tree[link].text = Text::plain(fill(&settings.superscript_text, number));
    Step::Element(start, close + 1, sup)
}

/// The text with the number in the place of `{}` and `{0}`.
fn fill(pattern: &str, number: usize) -> String {
    let number = number.to_string();
    pattern.replace("{}", &number).replace("{0}", &number)
}

/// Writes the list of notes where its marker stands, or at the end.
fn write_notes(cx: &mut Converter<'_>) {
    if cx.memory.footnotes.notes.is_empty() {
        return;
    }
    let settings = &cx.dialect.settings.footnotes;
    let place = find_marker(cx, ROOT, &settings.place_marker);
    let div = cx.tree.create("div", 0);
    cx.tree.set(div, "class", "footnote");
    cx.tree.append_new(div, "hr", 0);
    let list = cx.tree.append_new(div, "ol", 0);
    let blank = cx.stash.store("&#160;").to_string();
    let arrow = cx.stash.store(settings.backlink_text.clone()).to_string();
    let (mut index, mut limit) = (0, cx.memory.footnotes.notes.len());
    while let Some(note) = cx.memory.footnotes.notes.get_mut(index).filter(|_| index < limit) {
        index += 1;
        let (id, text) = (note.id.clone(), std::mem::take(&mut note.text));
        let pos = text.first().map_or(0, |line| line.pos);
        let item = cx.tree.append_new(list, "li", pos);
        cx.tree.set(item, "id", settings.note_id(&id));
        // Lists treat an `li` differently, so the text is parsed as if it stood elsewhere.
        let surrogate = cx.tree.create("div", pos);
        parse_chunk(cx, surrogate, &text);
        cx.tree[item].children = std::mem::take(&mut cx.tree[surrogate].children);
        if index < limit {
            // Notes may define notes; as in the reference, not so the last one.
            limit = cx.memory.footnotes.notes.len();
        }
        let Some(last) = cx.tree.last_child(item) else { continue };
        let paragraph = if cx.tree.is(last, "p") {
            push_inline(cx, last, &blank);
            last
        } else {
            cx.tree.append_new(item, "p", pos)
        };
        let link = cx.tree.append_new(paragraph, "a", pos);
        cx.tree.set(link, "class", "footnote-backref");
        cx.tree.set(link, "href", format!("#{}", settings.mark_id(&id, 1)));
        cx.tree.set(link, "title", fill(&settings.backlink_title, index));
        cx.tree[link].text = Text::plain(arrow.clone());
    }
    report_hidden(cx, limit);
    match place {
        Some(Marker { parent, index, in_text }) => {
            let children = &mut cx.tree[parent].children;
            if in_text {
                children[index] = div;
            } else {
                let child = children[index];
                children.insert(index + 1, div);
                cx.tree[child].tail = Text::None;
            }
        }
        None => cx.tree[ROOT].children.push(div),
    }
}

/// Reports the notes after the first `shown` ones.
fn report_hidden(cx: &mut Converter<'_>, shown: usize) {
    let hidden: Vec<(String, Pos)> = cx.memory.footnotes.notes[shown..]
        .iter()
        .map(|note| (note.id.clone(), note.text.first().map_or(0, |line| line.pos)))
        .collect();
    for (id, pos) in hidden {
        let message = format!("footnote `{id}` is not shown, because it is defined inside the last footnote");
        cx.report("footnote-hidden", Severity::Warning, message, (pos, 0));
    }
}

/// Adds a mark to the text of an element that is still to be parsed.
fn push_inline(cx: &mut Converter<'_>, id: NodeId, mark: &str) {
    let arena = cx.arena;
    match &mut cx.tree[id].text {
        Text::Source(block) if !block.is_empty() => {
            if let Some(last) = block.last_mut() {
                last.text = arena.alloc_str(&format!("{}{mark}", last.text));
            }
        }
        text => text.push_str(mark),
    }
}

/// Where the marker for the notes stands.
#[derive(Clone, Copy, Debug)]
struct Marker {
    parent: NodeId,
    index: usize,
    in_text: bool,
}

fn find_marker(cx: &Converter<'_>, parent: NodeId, marker: &str) -> Option<Marker> {
    for (index, child) in cx.tree[parent].children.iter().enumerate() {
        let node = &cx.tree[*child];
        let in_text = contains(&node.text, marker);
        if in_text || contains(&node.tail, marker) {
            return Some(Marker { parent, index, in_text });
        }
        if let Some(found) = find_marker(cx, *child, marker) {
            return Some(found);
        }
    }
    None
}

fn contains(text: &Text<'_>, marker: &str) -> bool {
    match text {
        Text::Source(block) if !marker.contains('\n') => block.iter().any(|line| line.text.contains(marker)),
        text => !text.is_empty() && text.to_cow().contains(marker),
    }
}

/// The lists of notes: of each `div` of their class the first `ol`.
fn lists(cx: &Converter<'_>) -> Vec<(NodeId, NodeId)> {
    let mut found = Vec::new();
    for div in cx.tree.descendants(ROOT) {
        if cx.tree.is(div, "div") && cx.tree.get(div, "class") == Some("footnote") {
            let below = cx.tree.descendants(div);
            found.extend(below.iter().find(|id| cx.tree.is(**id, "ol")).map(|list| (div, *list)));
        }
    }
    found
}

/// The link back to the text that a note has.
fn backlink(cx: &Converter<'_>, item: NodeId) -> Option<NodeId> {
    let all = cx.tree.descendants(item);
    all.into_iter()
        .find(|id| cx.tree.is(*id, "a") && cx.tree.get(*id, "class") == Some("footnote-backref"))
}

/// Puts the notes in the order of their marks.
fn reorder(cx: &mut Converter<'_>) {
    let in_order = cx
        .memory
        .footnotes
        .order
        .iter()
        .copied()
        .eq(0..cx.memory.footnotes.notes.len());
    if in_order {
        return;
    }
    let Some((div, list)) = lists(cx).first().copied() else {
        return;
    };
    let settings = &cx.dialect.settings.footnotes;
    let notes = &cx.memory.footnotes;
    let mut items = cx.tree[list].children.clone();
    // As in the reference, ids that are made unique are not found, and their notes stay in place.
    items.sort_by_key(|item| {
        let id = cx.tree.get(*item, "id").unwrap_or("");
        let id = id.split_once(settings.separator.as_str()).map_or(id, |(_, id)| id);
        let note = notes.by_id.get(id).and_then(|index| notes.notes[*index].rank);
        note.unwrap_or(usize::MAX)
    });
    for (index, item) in items.iter().enumerate() {
        if let Some(link) = backlink(cx, *item) {
            cx.tree.set(link, "title", fill(&settings.backlink_title, index + 1));
        }
    }
    cx.tree[list].children = items;
    let children = &mut cx.tree[div].children;
    if let Some(at) = children.iter().position(|child| *child == list) {
        children.remove(at);
        children.push(list);
    }
}

/// Gives notes with several marks a link back to each.
fn add_backlinks(cx: &mut Converter<'_>) {
    let settings = &cx.dialect.settings.footnotes;
    let notes = &cx.memory.footnotes.notes;
    let repeated: HashMap<String, (String, usize)> = notes
        .iter()
        .filter(|note| note.marks > 1)
        .map(|note| (settings.note_id(&note.id), (note.id.clone(), note.marks)))
        .collect();
    if repeated.is_empty() {
        return;
    }
    for (_, list) in lists(cx) {
        for item in cx.tree[list].children.clone() {
            let Some((id, marks)) = cx.tree.get(item, "id").and_then(|id| repeated.get(id)) else {
                continue;
            };
            let (Some(link), Some(last)) = (backlink(cx, item), cx.tree.last_child(item)) else {
                continue;
            };
            let mut links = Vec::new();
            for nth in 2..=*marks {
                let copy = cx.tree.deep_copy(link);
                cx.tree.set(copy, "href", format!("#{}", settings.mark_id(id, nth)));
                links.push(copy);
            }
            cx.tree[last].children.extend(links);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::definition;
    use crate::markdown::text::Line;

    #[test]
    fn definitions() {
        let parse = |text| definition(Line::new(text, 0)).map(|(id, line)| (id, line.text));
        assert_eq!(parse("[^1]: x"), Some(("1", "x")));
        assert_eq!(parse("   [^a b]:x "), Some(("a b", "x ")));
        assert_eq!(parse("[^]:"), Some(("", "")));
        assert_eq!(parse("    [^1]: x"), None);
        assert_eq!(parse("[^1] : x"), None);
    }
}
