//! Where the values of a YAML text stand, how scalars are quoted and how values are tagged.
//!
//! This is what serde_yaml does not tell, from the events of saphyr-parser. Knows no values.

use std::collections::HashMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span as Marks, Tag};

/// What kind of value stands at a place.
#[derive(Debug)]
pub(super) enum Shape {
    /// A scalar, and whether it has no quotes and is no block.
    Scalar { plain: bool },
    /// A list: its items by their number.
    Seq(Vec<usize>),
    /// A mapping: keys and values in turn, by their number.
    Map(Vec<usize>),
    /// `*name`: the number of the anchor.
    Alias(usize),
}

/// One value of the text.
#[derive(Debug)]
pub(super) struct Place {
    /// First byte.
    pub(super) start: usize,
    /// One past the last byte.
    pub(super) end: usize,
    /// What stands there.
    pub(super) shape: Shape,
    /// The tag in full: `!ENV` or `tag:yaml.org,2002:python/name:a.b`.
    pub(super) tag: Option<String>,
}

/// The places of all values of one document.
#[derive(Debug, Default)]
pub(super) struct Layout {
    places: Vec<Place>,
    anchors: HashMap<usize, usize>,
}

impl Layout {
    /// Reads `text`; `None` when the event parser refuses it or when there is no document.
    pub(super) fn of(text: &str) -> Option<Self> {
        let bytes = ByteOffsets::of(text);
        let mut builder = Builder::default();
        for event in Parser::new_from_str(text) {
            let (event, marks) = event.ok()?;
            builder.event(event, &bytes, marks);
        }
        (!builder.layout.places.is_empty()).then_some(builder.layout)
    }

    /// The number of places.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// The number and the place of value `at`, an alias followed to what it stands for.
    pub(super) fn place(&self, at: usize) -> Option<&Place> {
        let mut place = self.places.get(at)?;
        // An alias never leads to an alias: anchors stand on values.
        if let Shape::Alias(anchor) = &place.shape {
            place = self.places.get(*self.anchors.get(anchor)?)?;
        }
        Some(place)
    }
}

#[derive(Default)]
struct Builder {
    layout: Layout,
    open: Vec<usize>,
}

impl Builder {
    fn event(&mut self, event: Event<'_>, bytes: &ByteOffsets, marks: Marks) {
        let range = (bytes.at(marks.start.index()), bytes.at(marks.end.index()));
        match event {
            Event::Scalar(_, style, anchor, tag) => {
                let plain = style == ScalarStyle::Plain;
                self.push(range, Shape::Scalar { plain }, anchor, tag.as_deref());
            }
            Event::Alias(anchor) => self.push(range, Shape::Alias(anchor), 0, None),
            Event::SequenceStart(anchor, tag) => {
                self.push(range, Shape::Seq(Vec::new()), anchor, tag.as_deref());
                self.open.push(self.layout.places.len() - 1);
            }
            Event::MappingStart(anchor, tag) => {
                self.push(range, Shape::Map(Vec::new()), anchor, tag.as_deref());
                self.open.push(self.layout.places.len() - 1);
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(range.1, marks.is_empty()),
            Event::Nothing | Event::StreamStart | Event::StreamEnd | Event::DocumentStart(_) | Event::DocumentEnd => {}
        }
    }

    fn push(&mut self, (start, end): (usize, usize), shape: Shape, anchor: usize, tag: Option<&Tag>) {
        let number = self.layout.places.len();
        if let Some(parent) = self.open.last().and_then(|at| self.layout.places.get_mut(*at))
            && let Shape::Seq(children) | Shape::Map(children) = &mut parent.shape
        {
            children.push(number);
        }
        if anchor > 0 {
            self.layout.anchors.insert(anchor, number);
        }
        let tag = tag.map(|tag| format!("{}{}", tag.handle, tag.suffix));
        self.layout.places.push(Place { start, end, shape, tag });
    }

    /// A flow collection ends at its bracket, a block collection with its last value.
    fn close(&mut self, bracket: usize, block: bool) {
        let Some(at) = self.open.pop() else { return };
        let last = match self.layout.places.get(at).map(|place| &place.shape) {
            Some(Shape::Seq(children) | Shape::Map(children)) => children.last().copied(),
            _ => None,
        };
        let last_end = last
            .and_then(|last| self.layout.places.get(last))
            .map(|place| place.end);
        if let Some(place) = self.layout.places.get_mut(at) {
            let end = if block { last_end.unwrap_or(place.end) } else { bracket };
            place.end = end.max(place.start);
        }
    }
}

/// Character numbers to byte offsets.
enum ByteOffsets {
    Same(usize),
    Table(Vec<usize>),
}

impl ByteOffsets {
    fn of(text: &str) -> Self {
        if text.is_ascii() {
            return Self::Same(text.len());
        }
        let mut table: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        table.push(text.len());
        Self::Table(table)
    }

    fn at(&self, index: usize) -> usize {
        match self {
            Self::Same(len) => index.min(*len),
            Self::Table(table) => table.get(index).or(table.last()).copied().unwrap_or(0),
        }
    }
}
