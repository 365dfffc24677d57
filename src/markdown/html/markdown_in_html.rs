//! `md_in_html`: HTML elements whose content is Markdown.
//!
//! Elements that carry the `markdown` attribute are built while the tags are walked over. Each
//! nested element is put aside in its turn and its mark left in the text around it, so that
//! everything is parsed as it would be outside; [`rule`] puts the elements back.

use super::extractor::{Extractor, starts_with_blank_line};
use super::is_block_level;
use super::tags::StartTag;
use crate::markdown::blocks;
use crate::markdown::converter::Converter;
use crate::markdown::registry::Registry;
use crate::markdown::source::{Draft, Source};
use crate::markdown::stash::{Mark, STX, Stashed};
use crate::markdown::text::{Blocks, Line, Lines, Pos, join, split_blocks, trim_newlines_end};
use crate::markdown::tree::{NodeId, Text};

/// Elements whose content is a run of text.
const SPAN: &[&str] = &[
    "address", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "legend", "li", "p", "summary", "td", "th",
];

/// Elements whose content is never Markdown.
const RAW: &[&str] = &["canvas", "math", "option", "pre", "script", "style", "textarea", "hr"];

/// Registers the extension's passes.
pub(crate) fn register(registry: &mut Registry) {
    registry
        .preprocessors
        .register("html_block", 20.0, super::extract_with_markdown);
    registry.blocks.register("markdown_block", 105.0, rule);
}

/// How an element's content is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Block,
    Span,
    Off,
}

impl Mode {
    fn name(self) -> &'static str {
        match self {
            Self::Block => "block",
            Self::Span => "span",
            Self::Off => "off",
        }
    }
}

#[derive(Debug)]
struct Element {
    tag: String,
    attributes: Vec<(String, Option<String>)>,
    mode: Mode,
    pos: Pos,
    text: Draft,
    children: Vec<(Element, Draft)>,
    started: bool,
}

impl Element {
    /// Where text goes now: into the element, or after its last child.
    fn end(&mut self) -> &mut Draft {
        match self.children.last_mut() {
            Some((_, tail)) => tail,
            None => &mut self.text,
        }
    }
}

/// The elements that are open, outermost first.
#[derive(Debug, Default)]
pub(super) struct Builder {
    open: Vec<Element>,
}

impl Builder {
    /// Whether an element is open.
    pub(super) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// The name of the outermost open element.
    pub(super) fn outermost(&self) -> Option<String> {
        self.open.first().map(|element| element.tag.clone())
    }

    /// Adds a part of the source to the innermost element.
    pub(super) fn copy(&mut self, source: &Source<'_>, start: usize, end: usize) {
        if let Some(element) = self.open.last_mut() {
            element.started = false;
            element.end().copy(source, start, end);
        }
    }

    fn push(&mut self, text: &str, pos: Pos) {
        if let Some(element) = self.open.last_mut() {
            element.started = false;
            element.end().push(text, pos);
        }
    }

    fn is_off(&self) -> bool {
        self.open.last().is_some_and(|element| element.mode == Mode::Off)
    }

    /// Closes elements up to and including the innermost `tag`; gives the outermost if it is closed.
    fn close(&mut self, tag: &str) -> Option<Element> {
        while let Some(element) = self.open.pop() {
            let found = element.tag == tag;
            match self.open.last_mut() {
                Some(parent) => parent.children.push((element, Draft::default())),
                None => return Some(element),
            }
            if found {
                break;
            }
        }
        None
    }

    fn mode(&self, tag: &StartTag) -> Option<Mode> {
        let written = tag.attributes.iter().rfind(|(name, _)| name == "markdown");
        let mut value = match written {
            None => "0",
            Some((_, None)) => "1",
            Some((_, Some(value))) if value == "markdown" => "1",
            Some((_, Some(value))) => value.as_str(),
        };
        match self.open.last().map(|element| element.mode) {
            Some(Mode::Off) => value = "off",
            Some(Mode::Span) if value != "0" => value = "span",
            _ => {}
        }
        let name = tag.name.as_str();
        if !is_block_level(name) {
            return None;
        }
        let is_span = SPAN.contains(&name);
        let is_block = !is_span && !RAW.contains(&name);
        Some(match value {
            "1" if is_block => Mode::Block,
            "1" if is_span => Mode::Span,
            "block" if is_block || is_span => Mode::Block,
            "span" if is_block || is_span => Mode::Span,
            _ => Mode::Off,
        })
    }
}

impl Extractor<'_, '_, '_> {
    /// A start tag of a page with `md_in_html`.
    pub(super) fn start_with_markdown(&mut self, tag: &StartTag, at: usize, end: usize) {
        let name = tag.name.as_str();
        let position = self.at_line_start() || self.in_tail;
        let written = tag.attributes.iter().any(|(key, _)| key == "markdown");
        if name == "hr" && position {
            let text = written.then(|| write_hr(&tag.attributes));
            self.empty(at, end, text, true);
            return;
        }
        let Some(builder) = self.builder.as_mut() else { return };
        let started = builder.open.last().is_some_and(|element| element.started);
        let too_deep = builder.open.len() >= blocks::MAX_DEPTH;
        if !is_block_level(name) || !(position || started) || too_deep {
            self.inline_tag(at, end);
            if !self.is_in_raw() {
                self.open_inline(name);
            }
            return;
        }
        let mode = builder.mode(tag);
        let nested = builder.is_open();
        if self.is_in_raw() || (!nested && matches!(mode, None | Some(Mode::Off))) {
            self.start_raw(tag, at, end);
            return;
        }
        if self
            .builder
            .as_ref()
            .is_some_and(|builder| builder.open.iter().any(|element| element.tag == "p"))
        {
            self.end_with_markdown("p", at, at);
        }
        let mut attributes: Vec<(String, Option<String>)> = Vec::new();
        for (key, value) in &tag.attributes {
            if key != "markdown" {
                attributes.retain(|(known, _)| known != key);
                attributes.push((key.clone(), Some(value.clone().unwrap_or_else(|| key.clone()))));
            }
        }
        let element = Element {
            tag: name.to_owned(),
            attributes,
            mode: mode.unwrap_or(Mode::Off),
            pos: self.source.pos(at),
            text: Draft::default(),
            children: Vec::new(),
            started: true,
        };
        if let Some(builder) = self.builder.as_mut() {
            builder.open.push(element);
        }
    }

    /// A tag inside a run of text.
    fn inline_tag(&mut self, at: usize, end: usize) {
        let off = self.builder.as_ref().is_some_and(Builder::is_off) && !self.is_in_raw();
        if off {
            let mark = self.cx.stash.store(&self.source.text[at..end]).to_string();
            let pos = self.source.pos(at);
            if let Some(builder) = self.builder.as_mut() {
                builder.push(&mark, pos);
            }
        } else {
            self.data(at, end);
        }
    }

    /// An end tag of a page with `md_in_html`.
    pub(super) fn end_with_markdown(&mut self, name: &str, at: usize, end: usize) {
        if self.is_in_raw() {
            self.end_raw(name, at, end);
            return;
        }
        let is_open = self
            .builder
            .as_ref()
            .is_some_and(|b| b.open.iter().any(|element| element.tag == name));
        if !(is_block_level(name) && is_open) {
            self.inline_tag(at, end);
            if !is_block_level(name) {
                self.close_inline(name);
            }
            return;
        }
        let Some(element) = self.builder.as_mut().and_then(|builder| builder.close(name)) else {
            return;
        };
        self.separate();
        let mark = stash(self.cx, element).to_string();
        self.write(&mark);
        self.write("\n\n");
        if !starts_with_blank_line(&self.source.text[end..]) {
            self.in_tail = true;
        }
    }

    /// A tag without content inside an element that is being built.
    pub(super) fn empty_with_markdown(&mut self, at: usize, end: usize, written: Option<String>, is_block: bool) {
        let pos = self.source.pos(at);
        let stand_alone = self.at_line_start() && is_block;
        let off = self.builder.as_ref().is_some_and(Builder::is_off);
        if !stand_alone && !off {
            match written {
                Some(text) => {
                    if let Some(builder) = self.builder.as_mut() {
                        builder.push(&text, pos);
                    }
                }
                None => self.data(at, end),
            }
            return;
        }
        let html = written.unwrap_or_else(|| self.source.text[at..end].to_owned());
        let mark = self.cx.stash.store(html).to_string();
        if stand_alone {
            self.in_tail = false;
        }
        if let Some(builder) = self.builder.as_mut() {
            builder.push(&if stand_alone { format!("\n{mark}\n\n") } else { mark }, pos);
        }
    }
}

/// `<hr>` with its attributes but the marker.
pub(super) fn write_hr(attributes: &[(String, Option<String>)]) -> String {
    let mut html = String::from("<hr");
    for (key, value) in attributes.iter().filter(|(key, _)| key != "markdown") {
        let value = crate::markdown::serialize::escape_attribute(value.as_deref().unwrap_or(key));
        html.push_str(&format!(" {key}=\"{value}\""));
    }
    html + ">"
}

/// Puts an element aside, and those inside it whose content is Markdown, each at its place.
fn stash(cx: &mut Converter<'_>, mut element: Element) -> Mark {
    let children = std::mem::take(&mut element.children);
    for (child, mut tail) in children {
        let len = element.text.text.trim_end_matches('\n').len();
        let at = child.pos;
        if !element.text.text.ends_with("\n\n") {
            element.text.truncate(len);
            element.text.push("\n\n", at);
        }
        let mark = if child.mode == Mode::Off {
            let id = place(cx, child, false);
            cx.stash.push(Stashed::Element(id))
        } else {
            stash(cx, child)
        };
        element.text.push(&mark.to_string(), at);
        if tail.text == "\n" {
            element.text.append(&tail);
        } else {
            element.text.push("\n", at);
            tail.truncate(tail.text.trim_end_matches('\n').len());
            element.text.append(&tail);
        }
    }
    let id = place(cx, element, true);
    cx.stash.push(Stashed::Element(id))
}

/// Makes an element of the tree, attached nowhere; `marked` keeps how its content is to be read.
fn place(cx: &mut Converter<'_>, element: Element, marked: bool) -> NodeId {
    let id = cx.tree.create(element.tag, element.pos);
    for (key, value) in element.attributes {
        cx.tree.set_optional(id, key, value.map(Into::into));
    }
    if marked {
        cx.tree.set(id, "markdown", element.mode.name());
    }
    let arena = cx.arena;
    cx.tree[id].text = lines(element.text, arena, element.pos);
    for (child, tail) in element.children {
        let child = place(cx, child, marked);
        let pos = cx.tree[child].pos;
        cx.tree[child].tail = lines(tail, arena, pos);
        cx.tree[id].children.push(child);
    }
    id
}

fn lines<'a>(draft: Draft, arena: &'a bumpalo::Bump, pos: Pos) -> Text<'a> {
    if draft.text.is_empty() {
        Text::None
    } else {
        Text::Source(draft.finish(arena, pos).lines())
    }
}

/// The block rule that puts an element back where its mark stands.
fn rule<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let line = blocks::first_line(blocks);
    let Some((Mark::Html(index), len)) = Mark::read(line.text) else {
        return false;
    };
    let Some(Stashed::Element(id)) = cx.stash.get(index) else {
        return false;
    };
    let id = *id;
    cx.stash.replace(index, Stashed::Html(String::new()));
    let Some(block) = blocks.pop_front() else {
        return false;
    };
    cx.tree[parent].children.push(id);
    parse_content(cx, id);
    let rest = line.from(len);
    if rest.text.is_empty() && !cx.tree.is(id, "pre") {
        // What the rule for empty lines would do, without a copy of the block.
        if !matches!(&block[1..], [] | [Line { text: "", .. }]) {
            blocks.push_front(&block[1..]);
        }
    } else if block.len() > 1 || !rest.text.is_empty() {
        let lines = [&[rest], &block[1..]].concat();
        blocks.push_front(cx.block(&lines));
    }
    true
}

/// Parses an element's text as its marker says, and removes the marker.
fn parse_content(cx: &mut Converter<'_>, id: NodeId) {
    let mode = cx.tree.remove_attribute(id, "markdown").flatten();
    let text = std::mem::take(&mut cx.tree[id].text);
    match (mode.as_deref(), text) {
        (Some("block"), Text::Source(block)) => {
            let mut blocks = split_blocks(cx.block(trim_newlines_end(&block)));
            blocks::parse_blocks(cx, id, &mut blocks);
        }
        (Some("span"), Text::Source(block)) => parse_span(cx, id, &block),
        (Some("block" | "span"), text) => cx.tree[id].text = text,
        (_, text) => {
            let text = text.to_cow().into_owned();
            cx.tree[id].text = Text::atomic(text);
            for child in cx.tree[id].children.clone() {
                parse_content(cx, child);
                let tail = cx.tree[child].tail.to_cow().into_owned();
                cx.tree[child].tail = if tail.is_empty() {
                    Text::None
                } else {
                    Text::atomic(tail)
                };
            }
        }
    }
}

/// Text with the elements inside it put back.
fn parse_span<'a>(cx: &mut Converter<'a>, id: NodeId, block: &[Line<'a>]) {
    let mut last: Option<NodeId> = None;
    let mut pending: Lines<'a> = Vec::new();
    for line in block {
        let mut line = *line;
        let mut from = 0;
        while let Some(at) = line.text[from..].find(STX).map(|at| from + at) {
            let element = match Mark::read(&line.text[at..]) {
                Some((Mark::Html(index), len)) => match cx.stash.get(index) {
                    Some(Stashed::Element(element)) => Some((index, *element, len)),
                    _ => None,
                },
                _ => None,
            };
            let Some((index, element, len)) = element else {
                from = at + 1;
                continue;
            };
            cx.stash.replace(index, Stashed::Html(String::new()));
            pending.push(line.to(at));
            attach(cx, id, last, std::mem::take(&mut pending));
            cx.tree[id].children.push(element);
            parse_content(cx, element);
            last = Some(element);
            line = line.from(at + len);
            from = 0;
        }
        pending.push(line);
    }
    attach(cx, id, last, pending);
}

fn attach<'a>(cx: &mut Converter<'a>, id: NodeId, last: Option<NodeId>, block: Lines<'a>) {
    let text = if join(&block).is_empty() {
        Text::None
    } else {
        Text::Source(block)
    };
    match last {
        Some(last) => cx.tree[last].tail = text,
        None => cx.tree[id].text = text,
    }
}
