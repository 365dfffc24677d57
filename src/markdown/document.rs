//! What one page says, as data.

use super::converter::Converter;
use super::stash::{ETX, find_mark};
use super::tree::ROOT;
use crate::report::{Checked, FileId, Span};

/// The result of converting one page.
#[derive(Clone, Debug, Default, serde::Serialize, serde::Deserialize)]
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
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum SlotKind {
    /// `href` of `a`.
    Href,
    /// `src` of `img`.
    Src,
}

/// An entry of the table of contents.
#[derive(Clone, Debug, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
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

/// Reads the slots, ids and title of a finished page.
pub(super) fn finish(mut cx: Converter<'_>, html: &str) -> Checked<Document> {
    let title = title(&mut cx);
    let slots = cx.slots.iter().map(|id| {
        let (kind, name) = if cx.tree.is(*id, "img") {
            (SlotKind::Src, "src")
        } else {
            (SlotKind::Href, "href")
        };
        let url = cx.tree.get(*id, name).unwrap_or("").to_owned();
        let span = cx.origins.span(cx.tree[*id].pos, 0);
        LinkSlot {
            range: 0..0,
            url,
            kind,
            span: span.unwrap_or_else(|| Span::new(FileId(0), 0, 0)),
        }
    });
    let mut document = with_slots(html, slots.collect());
    document.title = title;
    document.toc = cx.memory.toc;
    Checked {
        value: document,
        problems: cx.problems,
    }
}

/// A document out of HTML in which `STX s 7 ETX` marks the address of slot 7.
pub(super) fn with_slots(html: &str, slots: Vec<LinkSlot>) -> Document {
    let mut document = Document {
        html: String::with_capacity(html.len()),
        ..Document::default()
    };
    let mut slots: Vec<Option<LinkSlot>> = slots.into_iter().map(Some).collect();
    let mut rest = html;
    while let Some(at) = find_mark(rest) {
        document.html.push_str(&rest[..at]);
        rest = &rest[at..];
        let mark = memchr::memchr(ETX as u8, rest.as_bytes())
            .and_then(|end| Some((rest.get(2..end)?.parse::<usize>().ok()?, end + 1)));
        let Some((number, len)) = mark.filter(|_| rest[1..].starts_with('s')) else {
            rest = &rest[1..];
            continue;
        };
        rest = &rest[len..];
        let start = document.html.len();
        let end = start + memchr::memchr(b'"', rest.as_bytes()).unwrap_or(rest.len());
        if let Some(slot) = slots.get_mut(number).and_then(Option::take) {
            document.links.push(LinkSlot {
                range: start..end,
                ..slot
            });
        }
    }
    match memchr::memchr(ETX as u8, rest.as_bytes()) {
        None => document.html.push_str(rest),
        Some(_) => document.html.extend(rest.split(ETX)),
    }
    document.html.truncate(document.html.trim_end().len());
    document.anchors = anchors(&document.html);
    document
}

/// The text of the first element, if it is an `h1`, as HTML without tags; images count by their
/// alternative text, permalinks and footnote marks do not count.
fn title(cx: &mut Converter<'_>) -> Option<String> {
    let first = *cx.tree[ROOT].children.first()?;
    if !cx.tree.is(first, "h1") {
        return None;
    }
    let copy = cx.tree.deep_copy(first);
    for id in cx.tree.descendants(copy) {
        for child in cx.tree[id].children.clone() {
            let alt = cx
                .tree
                .get(child, "alt")
                .map(str::to_owned)
                .filter(|_| cx.tree.is(child, "img"));
            if alt.is_some() || cx.tree.has_class(child, "headerlink") {
                let node = &mut cx.tree[child];
                node.tag = "".into();
                node.children.clear();
                node.text = super::tree::Text::plain(alt.unwrap_or_default());
            }
        }
    }
    let html = super::extensions::heading_html(cx, copy);
    let text = super::extensions::strip_tags(&html);
    Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// All values of `id`, and of `name` on `a`, sorted.
fn anchors(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    values(html, " id=", "<", &mut found);
    values(html, " name=", "<a ", &mut found);
    found.sort_unstable();
    found.dedup();
    found
}

/// Adds the values of the attribute that `mark` begins, the first in each tag that starts like `start`.
fn values(html: &str, mark: &str, start: &str, found: &mut Vec<String>) {
    let bytes = html.as_bytes();
    // The tag at hand, if there is one that has not given its value, and up to where that is known.
    let (mut tag, mut known) = (None, 0);
    for at in memchr::memmem::find_iter(bytes, mark.as_bytes()) {
        let mut end = at;
        while let Some(sign) = memchr::memrchr2(b'<', b'>', &bytes[known..end]).map(|sign| known + sign) {
            let is_tag = bytes[sign] == b'<' && bytes[sign + 1].is_ascii_alphabetic();
            if is_tag || bytes[sign] == b'>' {
                tag = is_tag.then_some(sign);
                break;
            }
            end = sign;
        }
        known = at;
        if tag.take_if(|tag| html[*tag..].starts_with(start)).is_none() {
            continue;
        }
        let value = &html[at + mark.len()..];
        let value = match value.as_bytes().first() {
            Some(quote @ (b'"' | b'\'')) => {
                let value = &value[1..];
                &value[..memchr::memchr(*quote, value.as_bytes()).unwrap_or(value.len())]
            }
            _ => {
                let end = memchr::memchr3(b' ', b'/', b'>', value.as_bytes());
                &value[..end.unwrap_or(value.len())]
            }
        };
        found.push(super::entities::unescape(value));
    }
}
