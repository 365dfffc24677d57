//! Entries of the navigation: as written, while patterns wait, and as they come out.

use super::options::Config;
use crate::yaml::{Kind, Node};

/// What is not resolved yet.
pub(super) enum Item {
    Page(String, Option<String>),
    Folder(String, Option<String>, Box<Config>),
    Pattern {
        text: String,
        quiet: bool,
        config: Box<Config>,
    },
    Section(String, Vec<Item>),
    Link(String, Node),
}

/// What comes out.
pub(super) enum Entry {
    Page(String, Option<String>),
    Section {
        title: String,
        path: String,
        children: Vec<Entry>,
    },
    Link(String, Node),
}

impl Entry {
    pub(super) fn path(&self) -> &str {
        match self {
            Self::Page(path, _) | Self::Section { path, .. } => path,
            Self::Link(..) => "",
        }
    }
}

pub(super) fn into_node(entry: Entry) -> Node {
    let text = |text: String| Node::bare(Kind::Str(text));
    let titled = |title: String, node: Node| Node::bare(Kind::Map(vec![(text(title), node)]));
    match entry {
        Entry::Page(path, None) => text(path),
        Entry::Page(path, Some(title)) => titled(title, text(path)),
        Entry::Link(title, url) => titled(title, url),
        Entry::Section { title, children, .. } => titled(
            title,
            Node::bare(Kind::Seq(children.into_iter().map(into_node).collect())),
        ),
    }
}

pub(super) fn pattern(text: &str, config: &Config) -> Item {
    Item::Pattern {
        text: text.to_owned(),
        quiet: true,
        config: Box::new(config.clone()),
    }
}

/// Where the slots stand.
pub(super) enum Shape {
    Slot(usize),
    Section(String, Vec<Shape>),
}

pub(super) fn flatten(items: Vec<Item>, slots: &mut Vec<Option<Item>>) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for item in items {
        shapes.push(match item {
            Item::Section(title, children) => Shape::Section(title, flatten(children, slots)),
            item => {
                slots.push(Some(item));
                Shape::Slot(slots.len() - 1)
            }
        });
    }
    shapes
}

pub(super) fn rebuild(shapes: Vec<Shape>, done: &mut [Vec<Entry>], folder: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    for shape in shapes {
        match shape {
            Shape::Slot(at) => entries.append(&mut done[at]),
            Shape::Section(title, children) => entries.push(Entry::Section {
                title,
                path: folder.to_owned(),
                children: rebuild(children, done, folder),
            }),
        }
    }
    entries
}
