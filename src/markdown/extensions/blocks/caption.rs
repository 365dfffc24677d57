//! Captions: figures around what they belong to, and their numbers.

use std::collections::HashMap;

use super::create::Request;
use super::selector;
use crate::markdown::converter::Converter;
use crate::markdown::text::Pos;
use crate::markdown::tree::{NodeId, ROOT, Text};

/// The options.
#[derive(Clone, Debug, Default)]
pub(super) struct Caption {
    pub(super) auto: bool,
    pub(super) prepend: bool,
    pub(super) auto_level: usize,
    /// Names and prefixes.
    pub(super) types: Vec<(String, String)>,
}

/// What a caption's argument says.
#[derive(Clone, Debug, Default)]
pub(super) struct Figure {
    /// Whether the caption stands before the figure, if that is said.
    prepend: Option<bool>,
    /// `^1`: how deep the number is.
    level: String,
    /// `1.2`: the number.
    number: String,
}

/// Reads `> ^1 #id.class`.
pub(super) fn read_argument(
    _cx: &Converter<'_>,
    figure: &mut Figure,
    attributes: &mut Vec<(String, String)>,
    text: &str,
) -> Option<()> {
    let mut rest = text;
    for (mark, prepend) in [('>', false), ('<', true)] {
        if figure.prepend.is_none()
            && let Some(after) = rest.strip_prefix(mark)
        {
            figure.prepend = Some(prepend);
            rest = after.trim_start();
        }
    }
    if let Some((level, number, after)) = number_at(rest) {
        if level {
            number.clone_into(&mut figure.level);
        } else {
            number.clone_into(&mut figure.number);
        }
        rest = after.trim_start();
    }
    if rest.is_empty() {
        return Some(());
    }
    let (_, own) = selector::parse(rest, false)?;
    for (name, value) in own {
        match attributes.iter_mut().find(|(known, _)| *known == name) {
            Some(known) if name == "class" => {
                let mut classes: Vec<&str> = known
                    .1
                    .split(' ')
                    .chain(value.split(' '))
                    .filter(|c| !c.is_empty())
                    .collect();
                classes.sort_unstable();
                classes.dedup();
                known.1 = classes.join(" ");
            }
            Some(_) => {}
            None => attributes.push((name, value)),
        }
    }
    Some(())
}

/// `^1` or `1.2`, a blank or nothing after it.
fn number_at(text: &str) -> Option<(bool, &str, &str)> {
    let body = text.strip_prefix('^').unwrap_or(text);
    let len = body
        .find(|c: char| !(c.is_ascii_digit() || c == '.'))
        .unwrap_or(body.len());
    let (number, rest) = body.split_at(len);
    let part = |part: &str| !part.is_empty() && !part.starts_with('0');
    let fits = number.split('.').all(part) && (rest.is_empty() || rest.starts_with(' '));
    fits.then_some((body.len() < text.len(), number, rest))
}

/// Puts a figure around the last element, or takes the figure that is there; gives it and the caption.
pub(super) fn create(
    cx: &mut Converter<'_>,
    request: &Request,
    classes: &str,
    parent: NodeId,
    pos: Pos,
) -> (NodeId, NodeId) {
    let dialect = cx.dialect;
    let settings = &dialect.settings.blocks.caption;
    let child = cx.tree.last_child(parent);
    let old = child.filter(|child| {
        cx.tree.is(*child, "figure") && !cx.tree[*child].children.iter().any(|c| cx.tree.is(*c, "figcaption"))
    });
    let figure = old.unwrap_or_else(|| {
        let figure = cx.tree.create("figure", pos);
        if !classes.is_empty() {
            cx.tree.set(
                figure,
                "class",
                classes.split_whitespace().collect::<Vec<_>>().join(" "),
            );
        }
        if let Some(child) = child {
            cx.tree[parent].children.pop();
            cx.tree[figure].children.push(child);
        }
        cx.tree[parent].children.push(figure);
        figure
    });
    if old.is_some() && !classes.is_empty() {
        let mut all: Vec<String> = cx
            .tree
            .get(figure, "class")
            .unwrap_or("")
            .split_whitespace()
            .map(str::to_owned)
            .collect();
        for class in classes.split_whitespace() {
            if !all.iter().any(|known| known == class) {
                all.push(class.to_owned());
            }
        }
        cx.tree.set(figure, "class", all.join(" "));
    }
    let prepend = request.figure.prepend.unwrap_or(settings.prepend);
    if settings.auto {
        let marks = Marks {
            kind: request.name.clone(),
            level: request.figure.level.clone(),
            number: request.figure.number.clone(),
            prepend,
        };
        cx.memory.figures.insert(figure, marks);
    }
    let caption = cx.tree.create("figcaption", pos);
    let at = if prepend { 0 } else { cx.tree[figure].children.len() };
    cx.tree[figure].children.insert(at, caption);
    (figure, caption)
}

/// What is remembered of a figure until all are known.
#[derive(Clone, Debug)]
pub(crate) struct Marks {
    kind: String,
    level: String,
    number: String,
    prepend: bool,
}

/// Without automatic numbers, a number that the caption names is written at once.
pub(super) fn finish(cx: &mut Converter<'_>, request: &Request, prefix: &str, figure: NodeId) {
    let settings = &cx.dialect.settings.blocks.caption;
    if prefix.is_empty() || settings.auto {
        return;
    }
    let mut number = request.figure.number.clone();
    if let Ok(level) = request.figure.level.parse::<usize>() {
        number = vec!["1"; level.min(50) + 1].join(".");
    }
    if !number.is_empty() {
        let prepend = request.figure.prepend.unwrap_or(settings.prepend);
        update(cx, figure, &request.name, &number, (prefix, prepend));
    }
}

/// Gives a figure its id, and its caption the prefix.
fn update(cx: &mut Converter<'_>, figure: NodeId, kind: &str, number: &str, (prefix, prepend): (&str, bool)) {
    if cx.tree.get(figure, "id").is_none() {
        cx.tree
            .set(figure, "id", format!("__{kind}_{}", number.replace('.', "_")));
    }
    if prefix.is_empty() {
        return;
    }
    let mut captions: Vec<NodeId> = cx.tree[figure]
        .children
        .iter()
        .copied()
        .filter(|child| cx.tree.is(*child, "figcaption"))
        .collect();
    if !prepend {
        captions.reverse();
    }
    for caption in captions {
        let mark = cx.stash.store(prefix.replacen("{}", number, 1)).to_string();
        let pos = cx.tree[caption].pos;
        let span = cx.tree.create("span", pos);
        cx.tree.set(span, "class", "caption-prefix");
        cx.tree[span].text = Text::plain(mark);
        match cx.tree[caption]
            .children
            .first()
            .copied()
            .filter(|first| cx.tree.is(*first, "p"))
        {
            None => {
                let p = cx.tree.create("p", pos);
                cx.tree[p].children.push(span);
                cx.tree[p].tail = std::mem::take(&mut cx.tree[caption].text);
                cx.tree[caption].children.insert(0, p);
            }
            Some(p) => {
                let text = std::mem::take(&mut cx.tree[p].text);
                cx.tree[span].tail = if text.is_empty() {
                    text
                } else {
                    Text::plain(format!(" {}", text.to_cow()))
                };
                cx.tree[p].children.insert(0, span);
            }
        }
    }
}

/// Numbers all figures of the page, each kind for itself.
pub(super) fn number(cx: &mut Converter<'_>) {
    let dialect = cx.dialect;
    let settings = &dialect.settings.blocks.caption;
    if cx.memory.figures.is_empty() {
        return;
    }
    let all = cx.tree.descendants(ROOT);
    let mut parents = HashMap::new();
    for id in &all {
        for child in &cx.tree[*id].children {
            parents.insert(*child, *id);
        }
    }
    let mut levels: HashMap<NodeId, usize> = HashMap::new();
    for id in &all {
        let marks = cx.memory.figures.get(id);
        if let Some(Ok(level)) = marks.map(|marks| marks.level.parse::<usize>()) {
            levels.insert(*id, level);
        }
    }
    let mut counters: HashMap<&str, (usize, Vec<u64>)> = HashMap::new();
    for id in all {
        let Some(marks) = cx.memory.figures.get(&id).cloned() else {
            continue;
        };
        let Some((kind, prefix)) = settings
            .types
            .iter()
            .find(|(kind, prefix)| *kind == marks.kind && !prefix.is_empty())
        else {
            continue;
        };
        let Some(mut depth) = depth(cx, id, kind, &parents, &mut levels) else {
            continue;
        };
        let numbers: Vec<u64> = marks.number.split('.').filter_map(|part| part.parse().ok()).collect();
        if !numbers.is_empty() {
            let new = numbers.len() - 1;
            levels.insert(id, new.wrapping_sub(depth));
            depth = new;
        }
        let (last, counter) = counters.entry(kind).or_insert_with(|| (0, vec![0]));
        if depth > *last {
            counter.extend(std::iter::repeat_n(1, depth - *last));
        } else if depth == *last {
            counter[depth] += 1;
        } else {
            counter.truncate(depth + 1);
            if let Some(number) = counter.last_mut() {
                *number += 1;
            }
        }
        *last = depth;
        if !numbers.is_empty() && numbers > *counter {
            *counter = numbers;
        }
        let shown: Vec<String> = counter.iter().take(depth + 1).map(u64::to_string).collect();
        let shown = shown.join(".");
        update(cx, id, kind, &shown, (prefix, marks.prepend));
    }
}

/// How many figures of the same kind are around one, levels that are set by hand counted.
fn depth(
    cx: &Converter<'_>,
    id: NodeId,
    kind: &str,
    parents: &HashMap<NodeId, NodeId>,
    levels: &mut HashMap<NodeId, usize>,
) -> Option<usize> {
    let limit = cx.dialect.settings.blocks.caption.auto_level;
    let too_deep = |depth: usize| limit > 0 && depth >= limit;
    let mut depth = levels.get(&id).copied().unwrap_or(0);
    if levels.contains_key(&id) && too_deep(depth) {
        return None;
    }
    let mut at = id;
    while let Some(parent) = parents.get(&at).copied() {
        if cx.memory.figures.get(&parent).is_some_and(|marks| marks.kind == kind) {
            let level = levels.get(&parent).copied();
            depth = depth.wrapping_add(level.unwrap_or(0)).wrapping_add(1);
            if level.is_some() {
                levels.insert(id, depth.wrapping_add(1));
            }
            if too_deep(depth) {
                return None;
            }
        }
        at = parent;
    }
    (depth < 1000).then_some(depth)
}
