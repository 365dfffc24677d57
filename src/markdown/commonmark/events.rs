//! pulldown-cmark's events as HTML of the dialect's form.

use std::collections::HashMap;

use pulldown_cmark::{BlockQuoteKind, CodeBlockKind, CowStr, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::containers::Part;
use super::{Page, Target};
use crate::markdown::document::{LinkSlot, SlotKind};
use crate::markdown::mathml::Formula;
use crate::markdown::serialize::{escape_attribute, escape_text};
use crate::markdown::stash::{ETX, STX};
use crate::report::Span;

/// What of pulldown-cmark is on.
pub(super) const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_FOOTNOTES)
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS)
    .union(Options::ENABLE_HEADING_ATTRIBUTES)
    .union(Options::ENABLE_DEFINITION_LIST)
    .union(Options::ENABLE_GFM)
    .union(Options::ENABLE_MATH);

/// The link definitions of a whole page.
pub(super) fn targets(text: &str) -> HashMap<String, Target> {
    let parser = Parser::new_ext(text, OPTIONS);
    let definitions = parser.reference_definitions().iter();
    definitions
        .map(|(label, definition)| {
            let title = definition.title.as_ref().map_or_else(String::new, ToString::to_string);
            (
                fold(label),
                Target {
                    url: definition.dest.to_string(),
                    title,
                },
            )
        })
        .collect()
}

fn fold(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Writes a part without containers.
pub(super) fn write(page: &mut Page, part: &Part, out: &mut String) {
    // Definitions may stand in another part of the page; they are all known by now.
    let known = std::mem::take(&mut page.targets);
    let mut lookup = |link: pulldown_cmark::BrokenLink<'_>| {
        let target = known.get(&fold(&link.reference))?;
        Some((CowStr::from(target.url.clone()), CowStr::from(target.title.clone())))
    };
    let parser = Parser::new_with_broken_link_callback(&part.text, OPTIONS, Some(&mut lookup)).into_offset_iter();
    let mut writer = Writer {
        page,
        part,
        out: Vec::new(),
        ends: Vec::new(),
    };
    let mut parser = parser;
    while let Some((event, range)) = parser.next() {
        match event {
            Event::Start(Tag::Heading {
                level,
                id,
                classes,
                attrs,
            }) => {
                let inner = collect(&mut parser, &TagEnd::Heading(level));
                let inner = writer.nested(inner);
                let attributes = (classes, attrs);
                writer.heading(level as u8, id.as_deref(), &attributes, inner);
            }
            Event::Start(Tag::CodeBlock(kind)) => {
                let inner = collect(&mut parser, &TagEnd::CodeBlock);
                let start = inner.first().map_or(range.start, |(_, range)| range.start);
                let text = text_of(&inner);
                match kind {
                    // As on GitHub.
                    CodeBlockKind::Fenced(info) if info.as_ref() == "math" => {
                        writer.math("div", text.trim_end_matches('\n'), true, start);
                    }
                    kind => writer.raw(code(&kind, &text)),
                }
            }
            Event::Start(Tag::Image { dest_url, title, .. }) => {
                let alt = text_of(&collect(&mut parser, &TagEnd::Image));
                writer.image(&dest_url, &title, &alt, range.start);
            }
            event => writer.event(event, range.start),
        }
    }
    let events = writer.out;
    pulldown_cmark::html::push_html(out, events.into_iter());
    page.targets = known;
}

type Spanned<'t> = (Event<'t>, std::ops::Range<usize>);

/// The events up to `end`, which is dropped.
fn collect<'t>(events: &mut impl Iterator<Item = Spanned<'t>>, end: &TagEnd) -> Vec<Spanned<'t>> {
    let mut depth = 0;
    let mut inner = Vec::new();
    for (event, range) in events {
        match &event {
            Event::Start(tag) if tag.to_end() == *end => depth += 1,
            Event::End(tag) if tag == end && depth == 0 => break,
            Event::End(tag) if tag == end => depth -= 1,
            _ => {}
        }
        inner.push((event, range));
    }
    inner
}

fn text_of(events: &[Spanned<'_>]) -> String {
    let mut text = String::new();
    for (event, _) in events {
        match event {
            Event::Text(part) | Event::Code(part) | Event::InlineMath(part) | Event::DisplayMath(part) => {
                text.push_str(part);
            }
            Event::SoftBreak | Event::HardBreak => text.push('\n'),
            _ => {}
        }
    }
    text
}

fn code(kind: &CodeBlockKind<'_>, text: &str) -> String {
    let info = match kind {
        CodeBlockKind::Fenced(info) => info.as_ref(),
        CodeBlockKind::Indented => "",
    };
    let lang = info.split_whitespace().next().unwrap_or("");
    if lang == "mermaid" {
        return format!("<pre class=\"mermaid\"><code>{}</code></pre>\n", escape_text(text));
    }
    let body = crate::highlight::highlight(text, lang).unwrap_or_else(|| escape_text(&text.replace('&', "&amp;")));
    let class = if lang.is_empty() {
        String::new()
    } else {
        format!("language-{} ", escape_attribute(lang))
    };
    format!("<div class=\"{class}highlight\"><pre><span></span><code>{body}</code></pre></div>\n")
}

/// An end tag that differs from what pulldown-cmark would write.
struct Writer<'p, 't> {
    page: &'p mut Page,
    part: &'t Part,
    out: Vec<Event<'t>>,
    ends: Vec<(TagEnd, &'static str)>,
}

impl<'t> Writer<'_, 't> {
    fn raw(&mut self, html: String) {
        self.out.push(Event::InlineHtml(html.into()));
    }

    fn event(&mut self, event: Event<'t>, at: usize) {
        match event {
            Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                ..
            }) => self.link(link_type, &dest_url, &title, at),
            Event::End(TagEnd::Link) => self.raw("</a>".to_owned()),
            Event::Start(Tag::BlockQuote(Some(kind))) => {
                let (class, title) = alert(kind);
                let html = format!("<div class=\"admonition {class}\">\n<p class=\"admonition-title\">{title}</p>\n");
                self.ends.push((TagEnd::BlockQuote(Some(kind)), "</div>\n"));
                self.raw(html);
            }
            // Mathematics that is displayed still stands in a paragraph, where no `div` may be.
            Event::InlineMath(text) => self.math("span", &text, false, at + 1),
            Event::DisplayMath(text) => self.math("span", &text, true, at + 2),
            Event::End(end) if self.ends.last().is_some_and(|(tag, _)| *tag == end) => {
                if let Some((_, html)) = self.ends.pop() {
                    self.raw(html.to_owned());
                }
            }
            event => self.out.push(event),
        }
    }

    /// A formula whose text starts at `at`.
    fn math(&mut self, tag: &str, tex: &str, display: bool, at: usize) {
        let inner = match &mut self.page.formulas {
            None => math_for_script(tex, display),
            Some(formulas) => {
                let lines = self.part.line_starts(tex, at);
                let tex = tex.to_owned();
                formulas.push((Formula { tex, display }, lines));
                format!("{}{}{ETX}", super::MATH, formulas.len() - 1)
            }
        };
        let end = if tag == "div" { "\n" } else { "" };
        self.raw(format!("<{tag} class=\"arithmatex\">{inner}</{tag}>{end}"));
    }

    /// The HTML of events inside another element.
    fn nested(&mut self, events: Vec<Spanned<'t>>) -> (String, String) {
        let text = text_of(&events);
        let before = std::mem::take(&mut self.out);
        let mut events = events.into_iter();
        while let Some((event, range)) = events.next() {
            if let Event::Start(Tag::Image { dest_url, title, .. }) = event {
                let alt = text_of(&collect(&mut events, &TagEnd::Image));
                self.image(&dest_url, &title, &alt, range.start);
            } else {
                self.event(event, range.start);
            }
        }
        let inner = std::mem::replace(&mut self.out, before);
        let mut html = String::new();
        pulldown_cmark::html::push_html(&mut html, inner.into_iter());
        (html, text)
    }

    fn heading(
        &mut self,
        level: u8,
        id: Option<&str>,
        attributes: &(Vec<CowStr<'_>>, Vec<(CowStr<'_>, Option<CowStr<'_>>)>),
        (html, text): (String, String),
    ) {
        let (classes, others) = attributes;
        let id = self.page.headings.add(level, id, &html, &text);
        let mut tag = format!("<h{level} id=\"{}\"", escape_attribute(&id));
        if !classes.is_empty() {
            let classes: Vec<&str> = classes.iter().map(AsRef::as_ref).collect();
            tag.push_str(&format!(" class=\"{}\"", escape_attribute(&classes.join(" "))));
        }
        for (name, value) in others {
            let value = value.as_deref().unwrap_or("");
            tag.push_str(&format!(" {}=\"{}\"", escape_attribute(name), escape_attribute(value)));
        }
        self.raw(format!("{tag}>{html}</h{level}>\n"));
    }

    fn link(&mut self, kind: LinkType, url: &str, title: &str, at: usize) {
        let url = if kind == LinkType::Email {
            format!("mailto:{url}")
        } else {
            url.to_owned()
        };
        let title = title_attribute(title);
        let address = self.slot(url, SlotKind::Href, at);
        self.raw(format!("<a href=\"{address}\"{title}>"));
    }

    fn image(&mut self, url: &str, title: &str, alt: &str, at: usize) {
        let title = title_attribute(title);
        let address = self.slot(url.to_owned(), SlotKind::Src, at);
        self.raw(format!(
            "<img src=\"{address}\" alt=\"{}\"{title} />",
            escape_attribute(alt)
        ));
    }

    /// The address for an attribute, with the mark of a new slot before it.
    fn slot(&mut self, url: String, kind: SlotKind, at: usize) -> String {
        let start = self.part.position(at);
        let address = format!("{STX}s{}{ETX}{}", self.page.slots.len(), escape_attribute(&url));
        let span = Span::new(self.part.file, start, start);
        self.page.slots.push(LinkSlot {
            range: 0..0,
            url,
            kind,
            span,
        });
        address
    }
}

/// A formula as scripts look for it.
pub(super) fn math_for_script(tex: &str, display: bool) -> String {
    let tex = escape_text(tex);
    if display {
        format!("\\[{tex}\\]")
    } else {
        format!("\\({tex}\\)")
    }
}

fn title_attribute(title: &str) -> String {
    if title.is_empty() {
        String::new()
    } else {
        format!(" title=\"{}\"", escape_attribute(title))
    }
}

fn alert(kind: BlockQuoteKind) -> (&'static str, &'static str) {
    match kind {
        BlockQuoteKind::Note => ("note", "Note"),
        BlockQuoteKind::Tip => ("tip", "Tip"),
        BlockQuoteKind::Important => ("important", "Important"),
        BlockQuoteKind::Warning => ("warning", "Warning"),
        BlockQuoteKind::Caution => ("caution", "Caution"),
    }
}
