//! Finds containers, reads their headers and fills them until their end.

use super::create::{self, Request};
use crate::markdown::blocks::{parse_block, parse_in_state};
use crate::markdown::converter::{Converter, State};
use crate::markdown::normalize::TAB;
use crate::markdown::scan::Scan;
use crate::markdown::stash::find_mark;
use crate::markdown::text::{
    Block, Blocks, Line, Lines, detab, join, loose_detab, split_blocks, trim_newlines_end, trim_newlines_start,
};
use crate::markdown::tree::{NodeId, Text, Tree};
use crate::report::FileId;
use crate::yaml::{Kind, Node};

/// A container that is open.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    /// How many slashes close it.
    length: usize,
    /// What was asked for.
    pub(super) request: Request,
    element: NodeId,
    parent: NodeId,
    /// Where its content goes; of a tab, not known until there is some.
    target: Option<NodeId>,
    /// Whether the next block of its parent belongs to it.
    hungry: bool,
}

/// `/// name | argument`.
struct Head<'a> {
    length: usize,
    name: String,
    argument: Option<Line<'a>>,
}

fn head(line: Line<'_>) -> Option<Head<'_>> {
    let (length, rest) = slashes(line)?;
    let rest = rest.trim_start();
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-');
    let end = rest.text.find(|c| !is_name(c)).unwrap_or(rest.text.len());
    let name = rest.text[..end].to_lowercase();
    let after = rest.from(end);
    let after = after.from(after.indent());
    if name.is_empty() || !(after.text.is_empty() || after.text.starts_with('|')) {
        return None;
    }
    let argument = (!after.text.is_empty()).then(|| {
        let argument = after.from(1);
        let argument = argument.from(argument.indent());
        argument.to(argument.text.trim_end_matches(' ').len())
    });
    Some(Head { length, name, argument })
}

/// At least three slashes indented by less than four columns, and what follows them.
fn slashes(line: Line<'_>) -> Option<(usize, Line<'_>)> {
    let indent = line.indent();
    if indent > 3 {
        return None;
    }
    let length = line.text[indent..].bytes().take_while(|b| *b == b'/').count();
    (length >= 3).then(|| (length, line.from(indent + length)))
}

/// Whether a line closes a container.
fn closes(line: Line<'_>, length: usize) -> bool {
    slashes(line).is_some_and(|(count, rest)| count == length && rest.text.trim_matches(' ').is_empty())
}

/// The block rule.
pub(super) fn rule<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    if let Some(parent) = hungry_parent(cx, parent) {
        return go_on(cx, parent, blocks);
    }
    let dialect = cx.dialect;
    let Some(block) = blocks.front().copied() else {
        return false;
    };
    let Some(at) = cx.find_line(Scan::Container, block, |lines| head(lines[0]).is_some()) else {
        return false;
    };
    let Some(head) = head(block[at]) else { return false };
    let Some(spec) = dialect.settings.blocks.spec(&head.name) else {
        return false;
    };
    let address = std::ptr::from_ref(&block[at]).addr();
    if cx.memory.rejected_containers.contains(&address) {
        return false;
    }
    let (options, count) = header(&block[at + 1..]);
    let Some(options) = options else {
        cx.memory.rejected_containers.insert(address);
        return false;
    };
    let Some(request) = create::validate(cx, spec, &head.name, head.argument, &options) else {
        return false;
    };
    let pos = block[at].pos;
    if at > 0 {
        parse_block(cx, parent, &block[..at]);
    }
    blocks.pop_front();
    let rest = &block[at + 1 + count..];
    let has_rest = !(rest.is_empty() || rest.len() == 1 && rest[0].text.is_empty());
    if matches!(cx.tree.tag(parent), "li" | "dd") && !cx.tree[parent].text.is_empty() {
        let text = std::mem::take(&mut cx.tree[parent].text);
        let p = cx.tree.append_new(parent, "p", pos);
        cx.tree[p].text = text;
    }
    let (element, target) = create::create(cx, &request, parent, pos);
    // Another extension may add tabs to the set before the content of this one comes, which then goes
    // into the last of them, as in the reference.
    let is_late = create::is_tab(&request) && blocks.is_empty() && !has_rest;
    if has_rest {
        // In the reference an empty line separates the content from the end. It matters only where the
        // content is dedented first.
        let end = rest.iter().position(|line| closes(*line, head.length));
        match end.filter(|_| !cx.memory.blocks.is_empty() && items_between(&cx.tree, parent, element) > 0) {
            Some(end) => {
                let mut lines = rest[..end].to_vec();
                lines.push(Line::new("", rest[end].pos));
                lines.extend(&rest[end..]);
                blocks.push_front(cx.block(&lines));
            }
            None => blocks.push_front(rest),
        }
    }
    cx.memory.blocks.push(Open {
        length: head.length,
        request,
        element,
        parent,
        target: (!is_late).then_some(target),
        hungry: false,
    });
    fill(cx, blocks, parent);
    true
}

/// The element below `parent` to which the innermost container goes on, if it waits for more.
fn hungry_parent(cx: &Converter<'_>, parent: NodeId) -> Option<NodeId> {
    let open = cx.memory.blocks.last().filter(|open| open.hungry)?;
    let mut at = Some(parent);
    while let Some(id) = at {
        if open.parent == id {
            return Some(id);
        }
        at = cx.tree.last_child(id);
    }
    None
}

fn go_on<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let Some(index) = cx
        .memory
        .blocks
        .iter()
        .position(|open| open.hungry && open.parent == parent)
    else {
        return false;
    };
    let open = &mut cx.memory.blocks[index];
    open.hungry = false;
    let element = open.element;
    let target = target(cx, index);
    // Content that old-style containers put beside this one belongs inside.
    if let Some(last) = cx.tree.last_child(parent).filter(|last| *last != element) {
        cx.tree[parent].children.pop();
        cx.tree[target].children.push(last);
    }
    fill(cx, blocks, parent);
    true
}

/// Where the content of an open container goes.
fn target(cx: &mut Converter<'_>, index: usize) -> NodeId {
    let open = &cx.memory.blocks[index];
    let target = open.target.unwrap_or_else(|| create::tab_content(cx, open.element));
    cx.memory.blocks[index].target = Some(target);
    target
}

/// The options that lines indented by four give, and how many these lines are.
fn header(lines: &[Line<'_>]) -> (Option<Node>, usize) {
    let is_option = |line: &&Line<'_>| line.indent() >= TAB && !line.is_blank();
    let count = lines.iter().take_while(is_option).count();
    if count == 0 {
        return (Some(Node::bare(Kind::Map(Vec::new()))), count);
    }
    // A mark such as `---` counts only at the first column.
    let width = lines[..count].iter().map(|line| line.indent()).min().unwrap_or(0);
    let text = join(&loose_detab(&lines[..count], width));
    let node = crate::yaml::parse_part(&text, FileId(0), 0)
        .ok()
        .map(|checked| checked.value);
    let node = node.map(|node| {
        if node.is_null() {
            Node::bare(Kind::Map(Vec::new()))
        } else {
            node
        }
    });
    (node.filter(|node| node.as_map().is_some()), count)
}

/// Parses blocks into the innermost container until its end or the end of the blocks.
fn fill<'a>(cx: &mut Converter<'a>, blocks: &mut Blocks<'a>, parent: NodeId) {
    while let Some(index) = cx.memory.blocks.len().checked_sub(1) {
        let Some(mut content) = blocks.pop_front() else { break };
        let target = target(cx, index);
        let open = &cx.memory.blocks[index];
        let (length, element, request) = (open.length, open.element, open.request.clone());
        let depth = if index > 0 {
            items_between(&cx.tree, parent, element)
        } else {
            0
        };
        if depth > 0 {
            let (block, after) = detab(content, depth * TAB);
            if block.is_empty() {
                content = after;
            } else {
                content = cx.block(&block);
                if !after.is_empty() {
                    blocks.push_front(after);
                }
            }
        }
        let end = content.iter().position(|line| closes(*line, length));
        if let Some(end) = end {
            let bad = &content[end + 1..];
            content = &content[..end];
            if !(bad.is_empty() || bad.len() == 1 && bad[0].text.is_empty()) {
                blocks.push_front(bad);
            }
            if let [before @ .., last] = content
                && last.text.is_empty()
            {
                content = before;
            }
        }
        if end.is_none() || !content.is_empty() {
            add(cx, &request, target, content);
        }
        if end.is_some() {
            // As in the reference, this container is finished, and the innermost one, which may have been
            // opened inside it just now, is no longer open.
            create::finish(cx, &request, element, target);
            cx.memory.blocks.pop();
        }
    }
    if let Some(open) = cx.memory.blocks.last_mut() {
        open.hungry = true;
    }
}

/// How many list items there are from `parent` down to `element`, along last children.
fn items_between(tree: &Tree<'_>, parent: NodeId, element: NodeId) -> usize {
    let mut at = parent;
    let mut items = 0;
    while at != element {
        items += usize::from(matches!(tree.tag(at), "li" | "dd"));
        match tree.last_child(at) {
            Some(child) => at = child,
            None => return 0,
        }
    }
    items
}

/// Adds content to a container, as its kind reads it.
fn add<'a>(cx: &mut Converter<'a>, request: &Request, target: NodeId, content: Block<'a>) {
    let mode = create::mode(cx, request, target);
    if mode == create::Mode::Block {
        parse_in_state(cx, State::Blocks, target, &mut split_blocks(content));
        return;
    }
    let raw = mode == create::Mode::Raw;
    let content = restore(cx, content, raw);
    let content = trim_newlines_start(trim_newlines_end(&content));
    let child = cx.tree.last_child(target);
    let text = match child {
        Some(child) => &mut cx.tree[child].tail,
        None => &mut cx.tree[target].text,
    };
    if raw {
        let mut whole = text.to_cow().into_owned();
        if !whole.is_empty() && !join(content).is_empty() {
            whole.push_str("\n\n");
        }
        whole.push_str(&join(content));
        *text = Text::atomic(whole);
    } else {
        let pos = content.first().map_or(0, |line| line.pos);
        if !text.is_empty() && !content.is_empty() {
            text.push_block(vec![Line::new("", pos)]);
        }
        if !content.is_empty() {
            text.push_block(content.to_vec());
        }
    }
}

/// Fences, and in raw content other HTML, as they were written.
fn restore<'a>(cx: &mut Converter<'a>, content: Block<'a>, raw: bool) -> Lines<'a> {
    let mut lines = Lines::new();
    for line in content {
        if find_mark(line.text).is_none() {
            lines.push(*line);
            continue;
        }
        if let Some(original) = super::super::superfences::original(cx, *line) {
            lines.extend(original);
        } else if let Some(html) = super::super::superfences::stashed_html(cx, *line).filter(|_| raw) {
            lines.extend(cx.keep(&html).split('\n').map(|text| Line::new(text, line.pos)));
        } else {
            lines.push(*line);
        }
    }
    lines
}
