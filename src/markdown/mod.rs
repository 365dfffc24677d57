//! Markdown to a [`Document`]: Python-Markdown with PyMdown Extensions, rendered exactly.
//!
//! The order of passes is the reference's: preprocessors on the text, the block parser, passes over
//! the tree (the inline parser is one of them), writing, postprocessors on the HTML. Does not know
//! the site: it does not know which pages exist, so links come out as slots that `site` resolves.

mod blocks;
pub mod commonmark;
mod converter;
mod dialect;
mod document;
mod entities;
mod extensions;
pub mod front_matter;
mod html;
mod inline;
mod mathml;
mod normalize;
mod options;
mod origin;
mod passes;
mod registry;
mod scan;
mod serialize;
mod slug;
mod source;
mod stash;
mod text;
mod tree;

use bumpalo::Bump;

use crate::files::Files;
use crate::report::{Checked, FileId};

pub use dialect::{Dialect, ExtensionUse, is_extension};
pub use document::{Document, Heading, LinkSlot, SlotKind};
pub use entities::unescape as unescape_entities;
pub use serialize::escape_attribute;

pub(crate) use slug::is_word;
pub use slug::{NormalForm, PymdownSlug, SlugCase, Slugify};

use converter::Converter;
use source::Source;

/// A text to convert: the body of a page, after its front matter.
#[derive(Clone, Copy, Debug)]
pub struct Markdown<'a> {
    /// The text.
    pub text: &'a str,
    /// The file it stands in.
    pub file: FileId,
    /// The byte of the file at which `text` starts.
    pub offset: usize,
}

/// Converts `source` under `dialect`. Snippets and other included files are read through `files`.
#[must_use]
pub fn convert(source: Markdown<'_>, dialect: &Dialect, files: &Files) -> Checked<Document> {
    if dialect.commonmark {
        return commonmark::convert(source, dialect);
    }
    convert_mkdocs(source, dialect, files)
}

/// Converts `source` under the MkDocs dialect, also where `dialect` says CommonMark for other pages.
#[must_use]
pub fn convert_mkdocs(source: Markdown<'_>, dialect: &Dialect, files: &Files) -> Checked<Document> {
    if source.text.trim().is_empty() {
        return Checked::clean(Document::default());
    }
    let arena = Bump::with_capacity(source.text.len() * 3 + 1024);
    let mut cx = Converter::new(&arena, dialect, files, source.text.len());
    let pos = cx.origins.add(source.file, source.offset, source.text.len());
    let mut text = Source::new(source.text, pos);
    for entry in dialect.registry.preprocessors.iter() {
        text = (entry.pass)(&mut cx, text);
    }
    blocks::parse_document(&mut cx, &text);
    for entry in dialect.registry.tree.iter() {
        (entry.pass)(&mut cx);
    }
    let mut html = serialize::document(&mut cx);
    for entry in dialect.registry.postprocessors.iter() {
        html = (entry.pass)(&mut cx, html);
    }
    document::finish(cx, &html)
}
