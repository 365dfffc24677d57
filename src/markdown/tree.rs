//! The element tree of a page while it is converted.
//!
//! Elements have text before their first child and a tail after their end, as in Python's
//! ElementTree, because the order in which the reference's extensions see and move text is part of
//! the dialect. Does not know Markdown.

use std::borrow::Cow;

use super::text::{Lines, Pos, join, to_pos};

/// An element's number in its [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct NodeId(u32);

impl NodeId {
    /// The number.
    pub(crate) fn index(self) -> usize {
        self.0 as usize
    }
}

/// The root of every tree.
pub(crate) const ROOT: NodeId = NodeId(0);

/// Text of an element.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub(crate) enum Text<'a> {
    /// None.
    #[default]
    None,
    /// Inline Markdown that is still to be parsed.
    Source(Lines<'a>),
    /// Text in its final form, with placeholders (see [`super::stash`]); escaped when written.
    Plain(Cow<'a, str>),
    /// Like `Plain`, and no later pass may look into it (Python-Markdown's `AtomicString`).
    Atomic(Cow<'a, str>),
}

impl<'a> Text<'a> {
    /// Whether there is no text, as Python would say `not text`.
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::None => true,
            Self::Source(block) => block.is_empty() || (block.len() == 1 && block[0].text.is_empty()),
            Self::Plain(text) | Self::Atomic(text) => text.is_empty(),
        }
    }

    /// Whether there is nothing but white space.
    pub(crate) fn is_blank(&self) -> bool {
        match self {
            Self::None => true,
            Self::Source(block) => super::text::is_blank(block),
            Self::Plain(text) | Self::Atomic(text) => text.trim().is_empty(),
        }
    }

    /// The text as one string.
    pub(crate) fn to_cow(&self) -> Cow<'_, str> {
        match self {
            Self::None => Cow::Borrowed(""),
            Self::Source(block) if block.len() == 1 => Cow::Borrowed(block[0].text),
            Self::Source(block) => Cow::Owned(join(block)),
            Self::Plain(text) | Self::Atomic(text) => Cow::Borrowed(text),
        }
    }

    /// Plain text.
    pub(crate) fn plain(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Plain(text.into())
    }

    /// Text that no later pass looks into.
    pub(crate) fn atomic(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Atomic(text.into())
    }

    /// Adds lines after what is there, on a new line.
    pub(crate) fn push_block(&mut self, lines: Lines<'a>) {
        match self {
            Self::Source(block) => block.extend(lines),
            _ => *self = Self::Source(lines),
        }
    }

    /// Adds plain text right after what is there.
    pub(crate) fn push_str(&mut self, more: &str) {
        match self {
            Self::Plain(text) | Self::Atomic(text) => text.to_mut().push_str(more),
            Self::None => *self = Self::Plain(Cow::Owned(more.to_owned())),
            Self::Source(block) => {
                let mut text = join(block);
                text.push_str(more);
                *self = Self::Plain(Cow::Owned(text));
            }
        }
    }
}

/// An attribute; a value of `None` is written as the bare name.
pub(crate) type Attribute<'a> = (Cow<'a, str>, Option<Cow<'a, str>>);

/// An element.
#[derive(Clone, Debug, Default)]
pub(crate) struct Node<'a> {
    /// Its name; empty for the root and for fragments that are written without tags.
    pub(crate) tag: Cow<'a, str>,
    /// Its attributes, in the order they were set; written in the order of their names.
    pub(crate) attributes: Vec<Attribute<'a>>,
    /// Text before the first child.
    pub(crate) text: Text<'a>,
    /// Text after the element's end.
    pub(crate) tail: Text<'a>,
    /// Children in order.
    pub(crate) children: Vec<NodeId>,
    /// Where it comes from.
    pub(crate) pos: Pos,
}

/// All elements of a page. Elements that are taken out stay allocated until the page is done.
#[derive(Debug)]
pub(crate) struct Tree<'a> {
    nodes: Vec<Node<'a>>,
}

impl<'a> Tree<'a> {
    /// A tree with a root, and with space for about as many elements as a text of `len` bytes has.
    pub(crate) fn new(len: usize) -> Self {
        let mut nodes = Vec::with_capacity(len / 32 + 8);
        nodes.push(Node {
            tag: Cow::Borrowed("div"),
            ..Node::default()
        });
        Self { nodes }
    }

    /// How many elements have been made.
    pub(crate) fn len(&self) -> usize {
        self.nodes.len()
    }

    /// A new element that is nowhere yet.
    pub(crate) fn create(&mut self, tag: impl Into<Cow<'a, str>>, pos: Pos) -> NodeId {
        let id = NodeId(to_pos(self.nodes.len()));
        self.nodes.push(Node {
            tag: tag.into(),
            pos,
            ..Node::default()
        });
        id
    }

    /// A new last child of `parent`.
    pub(crate) fn append_new(&mut self, parent: NodeId, tag: impl Into<Cow<'a, str>>, pos: Pos) -> NodeId {
        let id = self.create(tag, pos);
        self[parent].children.push(id);
        id
    }

    /// The last child.
    pub(crate) fn last_child(&self, parent: NodeId) -> Option<NodeId> {
        self[parent].children.last().copied()
    }

    /// The element's name.
    pub(crate) fn tag(&self, id: NodeId) -> &str {
        &self[id].tag
    }

    /// Whether the element is called `tag`.
    pub(crate) fn is(&self, id: NodeId, tag: &str) -> bool {
        self[id].tag == tag
    }

    /// The value of an attribute; `Some("")` for one without a value.
    pub(crate) fn get(&self, id: NodeId, name: &str) -> Option<&str> {
        let (_, value) = self[id].attributes.iter().find(|(key, _)| key == name)?;
        Some(value.as_deref().unwrap_or(""))
    }

    /// Sets an attribute.
    pub(crate) fn set(&mut self, id: NodeId, name: impl Into<Cow<'a, str>>, value: impl Into<Cow<'a, str>>) {
        self.set_optional(id, name, Some(value.into()));
    }

    /// Sets an attribute that may have no value.
    pub(crate) fn set_optional(&mut self, id: NodeId, name: impl Into<Cow<'a, str>>, value: Option<Cow<'a, str>>) {
        let name = name.into();
        let attributes = &mut self[id].attributes;
        match attributes.iter_mut().find(|(key, _)| *key == name) {
            Some(attribute) => attribute.1 = value,
            None => {
                // Most elements have one or two.
                attributes.reserve_exact(1);
                attributes.push((name, value));
            }
        }
    }

    /// Removes an attribute and gives its value.
    pub(crate) fn remove_attribute(&mut self, id: NodeId, name: &str) -> Option<Option<Cow<'a, str>>> {
        let attributes = &mut self[id].attributes;
        let at = attributes.iter().position(|(key, _)| key == name)?;
        Some(attributes.remove(at).1)
    }

    /// Whether `class` is one of the element's classes.
    pub(crate) fn has_class(&self, id: NodeId, class: &str) -> bool {
        self.get(id, "class")
            .is_some_and(|classes| classes.split_whitespace().any(|c| c == class))
    }

    /// The text of the element and everything below it, its own tail left out.
    pub(crate) fn text_content(&self, id: NodeId) -> String {
        let mut text = String::new();
        self.push_text_content(id, &mut text);
        text
    }

    fn push_text_content(&self, id: NodeId, out: &mut String) {
        let node = &self[id];
        out.push_str(&node.text.to_cow());
        for child in &node.children {
            self.push_text_content(*child, out);
            out.push_str(&self[*child].tail.to_cow());
        }
    }

    /// All elements below `id` in document order, `id` first.
    pub(crate) fn descendants(&self, id: NodeId) -> Vec<NodeId> {
        let mut found = Vec::with_capacity(if id == ROOT { self.nodes.len() } else { 0 });
        let mut todo = vec![id];
        while let Some(id) = todo.pop() {
            found.push(id);
            todo.extend(self[id].children.iter().rev());
        }
        found
    }

    /// A copy of `id` and everything below it, attached nowhere.
    pub(crate) fn deep_copy(&mut self, id: NodeId) -> NodeId {
        let node = self[id].clone();
        let copy = self.create(node.tag.clone(), node.pos);
        let children = node.children.iter().map(|child| self.deep_copy(*child)).collect();
        self[copy] = Node { children, ..node };
        copy
    }
}

impl<'a> std::ops::Index<NodeId> for Tree<'a> {
    type Output = Node<'a>;

    fn index(&self, id: NodeId) -> &Node<'a> {
        &self.nodes[id.0 as usize]
    }
}

impl<'a> std::ops::IndexMut<NodeId> for Tree<'a> {
    fn index_mut(&mut self, id: NodeId) -> &mut Node<'a> {
        &mut self.nodes[id.0 as usize]
    }
}
