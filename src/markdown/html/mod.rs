//! Raw HTML: which tags start a block, where it ends, and what of it is Markdown after all.
//!
//! Blocks exist at the top level only and run to the matching end tag, across blank lines. They
//! are taken out of the text before it is parsed; `md_in_html` keeps some as elements whose
//! content is parsed.

mod extractor;
mod markdown_in_html;
mod tags;

use super::converter::Converter;
use super::source::Source;

pub(crate) use markdown_in_html::register as register_markdown_in_html;

/// The preprocessor that takes raw HTML out of the text.
#[expect(clippy::needless_pass_by_value, reason = "the type of every preprocessor")]
pub(crate) fn extract<'a>(cx: &mut Converter<'a>, source: Source<'a>) -> Source<'a> {
    extractor::Extractor::run(cx, &source, false)
}

/// The same, for pages with `md_in_html`.
#[expect(clippy::needless_pass_by_value, reason = "the type of every preprocessor")]
fn extract_with_markdown<'a>(cx: &mut Converter<'a>, source: Source<'a>) -> Source<'a> {
    extractor::Extractor::run(cx, &source, true)
}

/// Whether `tag` is an element that cannot stand in a paragraph.
pub(crate) fn is_block_level(tag: &str) -> bool {
    const BLOCKS: &[&str] = &[
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "canvas",
        "center",
        "colgroup",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "group",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "iframe",
        "legend",
        "li",
        "main",
        "map",
        "math",
        "menu",
        "nav",
        "noscript",
        "object",
        "ol",
        "option",
        "output",
        "p",
        "pre",
        "progress",
        "script",
        "section",
        "style",
        "summary",
        "table",
        "tbody",
        "td",
        "textarea",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "video",
    ];
    // Most elements have short names.
    match tag.as_bytes() {
        [b'a' | b'b' | b'i'] | b"em" | b"br" | b"code" | b"img" | b"span" | b"strong" => return false,
        b"p" | b"li" | b"td" | b"tr" | b"th" | b"ul" | b"ol" | b"h1" | b"h2" | b"h3" | b"pre" | b"div" => return true,
        _ => {}
    }
    let tag = tag.trim_end_matches('/');
    if tag.bytes().any(|b| b.is_ascii_uppercase()) {
        return BLOCKS.binary_search(&tag.to_ascii_lowercase().as_str()).is_ok();
    }
    BLOCKS.binary_search(&tag).is_ok()
}
