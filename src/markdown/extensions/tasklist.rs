//! `pymdownx.tasklist`: `- [x] done`.

use super::Setup;
use crate::markdown::converter::Converter;
use crate::markdown::options::Options;
use crate::markdown::text::{Line, to_pos};
use crate::markdown::tree::{NodeId, ROOT, Text};

/// The options.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct TaskList {
    custom: bool,
    clickable: bool,
}

/// Adds the pass.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    setup.settings.tasklist = TaskList {
        custom: options.bool("custom_checkbox", false),
        clickable: options.bool("clickable_checkbox", false),
    };
    // Both are read and ignored by the reference.
    options.bool("delete", true);
    options.bool("subscript", true);
    setup.registry.tree.register("task-list", 25.0, run);
}

fn run(cx: &mut Converter<'_>) {
    let ids = cx.tree.descendants(ROOT);
    let mut parents = Vec::new();
    for parent in ids {
        for at in 0..cx.tree[parent].children.len() {
            let item = cx.tree[parent].children[at];
            if cx.tree.is(item, "li") && check(cx, item) {
                add_class(cx, item, "task-list-item");
                parents.push(parent);
            }
        }
    }
    for parent in parents {
        if !cx.tree.has_class(parent, "task-list") {
            add_class(cx, parent, "task-list");
        }
    }
}

fn add_class(cx: &mut Converter<'_>, id: NodeId, class: &str) {
    let mut classes: Vec<&str> = cx.tree.get(id, "class").unwrap_or("").split_whitespace().collect();
    classes.push(class);
    let classes = classes.join(" ");
    cx.tree.set(id, "class", classes);
}

/// Replaces the box at the start of an item or of its first paragraph.
fn check(cx: &mut Converter<'_>, item: NodeId) -> bool {
    if !cx.tree[item].text.is_empty() {
        return replace(cx, item);
    }
    match cx.tree[item].children.first().copied() {
        Some(first) if cx.tree.is(first, "p") => replace(cx, first),
        _ => false,
    }
}

fn replace(cx: &mut Converter<'_>, id: NodeId) -> bool {
    let text = match &cx.tree[id].text {
        Text::Source(block) => block[0].text.to_owned(),
        text => text.to_cow().into_owned(),
    };
    let Some((checked, len)) = read_box(&text) else {
        return false;
    };
    let settings = cx.dialect.settings.tasklist;
    let mark = cx.stash.store(checkbox(settings, checked));
    let kept = cx.keep(&format!("{mark}{}", &text[len..]));
    match &mut cx.tree[id].text {
        Text::Source(block) => {
            let shift = to_pos(kept.len() - (text.len() - len));
            let pos = (block[0].pos + to_pos(len)).saturating_sub(shift);
            block[0] = Line::new(kept, pos);
        }
        other => *other = Text::plain(kept),
    }
    true
}

/// Whether the box is checked, and the length with the space after it.
fn read_box(text: &str) -> Option<(bool, usize)> {
    let rest = text.trim_start_matches(' ').strip_prefix('[')?;
    let state = rest.chars().next().filter(|c| matches!(c, 'x' | 'X' | ' '))?;
    let rest = rest[1..].strip_prefix(']')?.strip_prefix(' ')?;
    let rest = rest.trim_start_matches(' ');
    Some((state != ' ', text.len() - rest.len()))
}

fn checkbox(settings: TaskList, checked: bool) -> String {
    let disabled = if settings.clickable { "" } else { " disabled" };
    let checked = if checked { " checked" } else { "" };
    let input = format!("<input type=\"checkbox\"{disabled}{checked}/>");
    if settings.custom {
        format!("<label class=\"task-list-control\">{input}<span class=\"task-list-indicator\"></span></label> ")
    } else {
        format!("{input} ")
    }
}
