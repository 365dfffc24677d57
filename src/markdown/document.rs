//! What one page says, as data.

use crate::report::Span;

/// The result of converting one page.
#[derive(Clone, Debug, Default)]
pub struct Document {
    /// The article as HTML, addresses as they were written.
    pub html: String,
    /// The addresses in `html` that Markdown (not raw HTML) made, in the order of their position.
    pub links: Vec<LinkSlot>,
    /// The table of contents in document order, nested by level, after `toc_depth`.
    pub toc: Vec<Heading>,
    /// The page title rule 3 of COMPAT T1: the text of the first element if it is an `h1`
    /// (tags stripped, images replaced by their alt text, entities unescaped).
    pub title: Option<String>,
    /// All ids (and `<a name>`) of the page, raw HTML included, sorted, without duplicates.
    pub anchors: Vec<String>,
}

/// An address in [`Document::html`] that may have to be rewritten.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkSlot {
    /// The bytes of the attribute's value in `html`, between the quotes.
    pub range: std::ops::Range<usize>,
    /// The address as written, unescaped.
    pub url: String,
    /// What it is an attribute of.
    pub kind: SlotKind,
    /// Where the link stands in the source.
    pub span: Span,
}

/// Which attribute a [`LinkSlot`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotKind {
    /// `href` of `a`.
    Href,
    /// `src` of `img`.
    Src,
}

/// An entry of the table of contents.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// The id.
    pub id: String,
    /// The text as HTML without tags, escaped (`data-toc-label` wins).
    pub name: String,
    /// The inner HTML of the heading without permalink (toc_tokens' `html`).
    pub html: String,
    /// Headings below it.
    pub children: Vec<Heading>,
}
