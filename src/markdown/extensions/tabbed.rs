//! `pymdownx.tabbed`: content tabs that work without a script, in both styles.

use std::collections::HashMap;

use super::Setup;
use super::toc;
use crate::markdown::blocks::{self, parse_block, parse_chunk};
use crate::markdown::converter::Converter;
use crate::markdown::normalize::TAB;
use crate::markdown::options::Options;
use crate::markdown::scan::Scan;
use crate::markdown::slug::Slugify;
use crate::markdown::text::{Blocks, Line, Pos, detab};
use crate::markdown::tree::{NodeId, ROOT, Text, Tree};

/// The options.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tabbed {
    /// Whether labels stand together before the content.
    pub(super) alternate: bool,
    slugify: Option<Slugify>,
    combine_header_slug: bool,
    separator: String,
    /// Whether these are the options of `pymdownx.blocks.tab`, which counts sets for itself.
    pub(super) in_blocks: bool,
}

/// The sets of tabs of a page.
#[derive(Debug, Default)]
pub(crate) struct Sets {
    /// How many `pymdownx.tabbed` has made, and how many `pymdownx.blocks.tab`.
    counts: [usize; 2],
    /// The button of each set that is chosen.
    checked: HashMap<NodeId, NodeId>,
}

/// Reads the options and registers the passes.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    setup.settings.tabbed = read(options);
    setup.registry.blocks.register("tabbed", 105.0, rule);
    if setup.settings.tabbed.slugify.is_some() {
        setup.registry.tree.register("tab_slugs", 4.0, slugs);
    }
}

/// Reads the options that `pymdownx.blocks.tab` has too.
pub(super) fn read(options: &mut Options<'_, '_>) -> Tabbed {
    Tabbed {
        alternate: options.bool("alternate_style", false),
        slugify: toc::optional_slugify(options),
        combine_header_slug: options.bool("combine_header_slug", false),
        separator: options.string("separator", "-"),
        in_blocks: false,
    }
}

impl Tabbed {
    /// The class of a set of tabs.
    pub(super) fn set_class(&self) -> &'static str {
        if self.alternate {
            "tabbed-set tabbed-alternate"
        } else {
            "tabbed-set"
        }
    }

    /// Whether ids follow from titles.
    pub(super) fn has_slugs(&self) -> bool {
        self.slugify.is_some()
    }
}

/// A line `===! "title"`: its marks and title.
fn head(line: Line<'_>) -> Option<(&str, Line<'_>)> {
    let rest = line.text.strip_prefix("===")?;
    let marks = ["+!", "!+", "+", "!"]
        .into_iter()
        .find(|marks| rest.starts_with(marks))
        .unwrap_or("");
    let rest = line.from(3 + marks.len());
    let blanks = rest.indent();
    let text = rest.text.trim_end_matches(' ');
    let quoted = text.get(blanks..).filter(|_| blanks > 0)?;
    let fits = quoted.len() >= 2 && quoted.starts_with('"') && quoted.ends_with('"');
    fits.then(|| (&line.text[3..3 + marks.len()], rest.to(text.len() - 1).from(blanks + 1)))
}

fn rule<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let Some(block) = blocks.front().copied() else {
        return false;
    };
    let Some(mut at) = cx.find_line(Scan::Tabbed, block, |lines| head(lines[0]).is_some()) else {
        return go_on(cx, parent, blocks);
    };
    let Some(first) = head(block[at]) else { return false };
    blocks.pop_front();
    if at > 0 {
        parse_block(cx, parent, &block[..at]);
    }
    let dialect = cx.dialect;
    let settings = &dialect.settings.tabbed;
    // Tabs right below each other are taken in one go: handing on what is left for each would take
    // quadratic time.
    let mut next = Some(first);
    while let Some((marks, title)) = next {
        let tab = Tab {
            title,
            select: marks.contains('+'),
            new_set: marks.contains('!'),
            pos: block[at].pos,
        };
        let content = add(cx, settings, parent, &tab);
        let body = &block[at + 1..];
        let len = body
            .iter()
            .position(|line| line.indent() < TAB && !line.is_blank())
            .unwrap_or(body.len());
        let (body, _) = detab(&body[..len], TAB);
        parse_chunk(cx, content, &body);
        at += len + 1;
        next = block.get(at).and_then(|line| head(*line));
    }
    if at < block.len() {
        blocks.push_front(&block[at..]);
    }
    true
}

/// A tab to add.
pub(super) struct Tab<'a> {
    pub(super) title: Line<'a>,
    pub(super) select: bool,
    pub(super) new_set: bool,
    pub(super) pos: Pos,
}

/// Adds a tab to the set that ends `parent`, or to a new one; gives the element for its content.
pub(super) fn add<'a>(cx: &mut Converter<'a>, settings: &Tabbed, parent: NodeId, tab: &Tab<'a>) -> NodeId {
    let class = settings.set_class();
    let old = cx
        .tree
        .last_child(parent)
        .filter(|last| is_set(&cx.tree, *last, class) && !tab.new_set);
    let set = old.unwrap_or_else(|| {
        let count = &mut cx.memory.tabs.counts[usize::from(settings.in_blocks)];
        *count += 1;
        let number = *count;
        let set = cx.tree.append_new(parent, "div", tab.pos);
        cx.tree.set(set, "class", class);
        cx.tree.set(set, "data-tabs", format!("{number}:0"));
        if settings.alternate {
            for class in ["tabbed-labels", "tabbed-content"] {
                let part = cx.tree.append_new(set, "div", tab.pos);
                cx.tree.set(part, "class", class);
            }
        }
        set
    });
    let data = cx.tree.get(set, "data-tabs").unwrap_or("0:0");
    let (number, count) = data.split_once(':').unwrap_or(("0", "0"));
    let (number, count) = (number.to_owned(), count.parse::<usize>().unwrap_or(0) + 1);
    cx.tree.set(set, "data-tabs", format!("{number}:{count}"));
    let input = cx.tree.create("input", tab.pos);
    cx.tree.set(input, "name", format!("__tabbed_{number}"));
    cx.tree.set(input, "type", "radio");
    let id = format!("__tabbed_{number}_{count}");
    if !settings.has_slugs() {
        cx.tree.set(input, "id", id.clone());
    }
    if old.is_none() || tab.select {
        if let Some(other) = cx.memory.tabs.checked.insert(set, input) {
            cx.tree.remove_attribute(other, "checked");
        }
        cx.tree.set(input, "checked", "checked");
    }
    let (labels, contents) = if settings.alternate {
        let part = |class: &str| {
            let children = &cx.tree[set].children;
            children
                .iter()
                .rev()
                .copied()
                .find(|child| cx.tree.get(*child, "class") == Some(class))
                .unwrap_or(set)
        };
        let parts = (part("tabbed-labels"), part("tabbed-content"));
        // Its buttons come first.
        let end = cx.tree[set].children.len();
        cx.tree[set].children.insert((count - 1).min(end), input);
        parts
    } else {
        cx.tree[set].children.push(input);
        (set, set)
    };
    let label = cx.tree.append_new(labels, "label", tab.title.pos);
    if !settings.has_slugs() {
        cx.tree.set(label, "for", id);
    }
    if !tab.title.text.is_empty() {
        cx.tree[label].text = Text::Source(vec![tab.title]);
    }
    let content = cx.tree.append_new(contents, "div", tab.pos);
    cx.tree.set(content, "class", content_class(settings));
    content
}

/// The element for the content of the last tab of a set.
pub(super) fn last_content(tree: &Tree<'_>, settings: &Tabbed, set: NodeId) -> NodeId {
    let holder = if settings.alternate {
        tree.last_child(set)
    } else {
        Some(set)
    };
    holder.and_then(|holder| tree.last_child(holder)).unwrap_or(set)
}

fn content_class(settings: &Tabbed) -> &'static str {
    if settings.alternate {
        "tabbed-block"
    } else {
        "tabbed-content"
    }
}

fn is_set(tree: &Tree<'_>, id: NodeId, class: &str) -> bool {
    tree.is(id, "div") && tree.get(id, "class") == Some(class)
}

/// An indented block after a tab belongs to it.
fn go_on<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let columns = blocks::first_line(blocks).indent();
    if columns < TAB {
        return false;
    }
    let dialect = cx.dialect;
    let settings = &dialect.settings.tabbed;
    let Some(set) = cx
        .tree
        .last_child(parent)
        .filter(|last| is_set(&cx.tree, *last, settings.set_class()))
    else {
        return false;
    };
    let Some((place, indent)) = place(&cx.tree, settings, set, columns) else {
        return false;
    };
    let Some(block) = blocks.pop_front() else { return false };
    let (block, rest) = detab(block, indent);
    let content = if matches!(cx.tree.tag(place), "li" | "dd") && !cx.tree[place].text.is_empty() {
        let text = std::mem::take(&mut cx.tree[place].text);
        let pos = cx.tree[place].pos;
        let p = cx.tree.append_new(place, "p", pos);
        cx.tree[p].text = text;
        place
    } else if is_set(&cx.tree, place, settings.set_class()) {
        last_content(&cx.tree, settings, place)
    } else {
        place
    };
    parse_chunk(cx, content, &block);
    if !rest.is_empty() {
        blocks.push_front(rest);
    }
    true
}

/// The element a block of that indent goes into, and how much of the indent goes.
fn place(tree: &Tree<'_>, settings: &Tabbed, set: NodeId, columns: usize) -> Option<(NodeId, usize)> {
    let is_list = |id: NodeId| matches!(tree.tag(id), "ul" | "ol" | "dl");
    let is_content = |id: NodeId| tree.is(id, "div") && tree.get(id, "class") == Some(content_class(settings));
    let mut place = Some(set);
    let mut indent = 0;
    let mut last = if settings.alternate {
        tree.last_child(tree.last_child(set)?)
    } else {
        tree.last_child(set)
    };
    while let Some(mut child) = last {
        let deep = columns >= indent + TAB * 2;
        if place.is_none() || !deep || !(is_list(child) || is_content(child)) {
            break;
        }
        if is_content(child) {
            match tree.last_child(child).filter(|list| is_list(*list)) {
                Some(list) => child = list,
                None => break,
            }
        }
        place = tree.last_child(child);
        last = place.and_then(|place| tree.last_child(place));
        indent += TAB;
    }
    if columns < indent + TAB {
        return None;
    }
    Some((place?, indent + TAB))
}

/// Gives tabs ids after their titles.
pub(super) fn slugs(cx: &mut Converter<'_>) {
    let dialect = cx.dialect;
    let settings = &dialect.settings.tabbed;
    slugs_with(cx, settings);
}

/// [`slugs`] with the options of another extension.
pub(super) fn slugs_with(cx: &mut Converter<'_>, settings: &Tabbed) {
    let Some(slugify) = &settings.slugify else { return };
    let all = cx.tree.descendants(ROOT);
    let mut ids = toc::Ids::default();
    let mut around = Around::default();
    for id in &all {
        if let Some(value) = cx.tree.get(*id, "id") {
            ids.reserve(value);
        }
        if settings.combine_header_slug {
            around.add_children(&cx.tree, *id);
        }
    }
    for set in all {
        if !cx.tree.is(set, "div")
            || !cx.tree.has_class(set, "tabbed-set")
            || settings.alternate && !cx.tree.has_class(set, "tabbed-alternate")
        {
            continue;
        }
        let children = cx.tree[set].children.clone();
        let inputs: Vec<NodeId> = children
            .iter()
            .copied()
            .filter(|child| cx.tree.is(*child, "input"))
            .collect();
        let holder = children
            .iter()
            .copied()
            .find(|child| cx.tree.get(*child, "class") == Some("tabbed-labels"));
        let holder = holder.filter(|_| settings.alternate).unwrap_or(set);
        let labels: Vec<NodeId> = cx.tree[holder]
            .children
            .iter()
            .copied()
            .filter(|child| cx.tree.is(*child, "label"))
            .collect();
        let parent_slug = if settings.combine_header_slug {
            around.heading_above(&cx.tree, set)
        } else {
            String::new()
        };
        for (input, label) in inputs.into_iter().zip(labels) {
            let html = toc::inner_html(cx, label);
            let text = crate::markdown::entities::unescape(&toc::strip_tags(&html));
            let mut slug = slugify.slug(&text, &settings.separator);
            if !parent_slug.is_empty() {
                slug = format!("{parent_slug}{}{slug}", settings.separator);
            }
            let slug = ids.unique(slug);
            cx.tree.set(input, "id", slug.clone());
            cx.tree.set(label, "for", slug);
        }
    }
}

/// Where elements stand, and the heading before each.
#[derive(Default)]
struct Around {
    parents: HashMap<NodeId, NodeId>,
    headings: HashMap<NodeId, NodeId>,
}

impl Around {
    fn add_children(&mut self, tree: &Tree<'_>, parent: NodeId) {
        let mut heading = None;
        for child in &tree[parent].children {
            self.parents.insert(*child, parent);
            if let Some(heading) = heading {
                self.headings.insert(*child, heading);
            }
            if matches!(tree.tag(*child), "h1" | "h2" | "h3" | "h4" | "h5" | "h6") && tree.get(*child, "id").is_some() {
                heading = Some(*child);
            }
        }
    }

    /// The id of the last heading before the element, beside it or beside an element around it.
    fn heading_above(&self, tree: &Tree<'_>, id: NodeId) -> String {
        let mut at = id;
        loop {
            if let Some(heading) = self.headings.get(&at) {
                return tree.get(*heading, "id").unwrap_or("").to_owned();
            }
            match self.parents.get(&at) {
                Some(parent) => at = *parent,
                None => return String::new(),
            }
        }
    }
}
