//! What views show of a post: its text up to the separator, with headings one level lower that
//! lead to the post, and links as they are seen from the view.

use crate::files::Files;
use crate::markdown::{self, Dialect, Document, Heading, LinkSlot, Markdown};
use crate::page::Page;
use crate::site::{Resolver, relative_url};

/// A post converted for views.
#[derive(Clone, Debug, Default)]
pub(super) struct Excerpt {
    document: Document,
    /// Whether the post goes on after it.
    pub(super) more: bool,
}

/// The post as views show it. `title` is shown if the text has no heading of its own.
pub(super) fn convert(page: &Page, title: &str, separator: &str, dialect: &Dialect, files: &Files) -> Excerpt {
    let Some((file, start)) = page.body.as_ref().filter(|_| !page.encrypted) else {
        return heading_only(page, title, dialect, files);
    };
    let mut document = if page.document.title.is_some() {
        let source = Markdown {
            text: &file.text[*start..],
            file: file.id,
            offset: *start,
        };
        markdown::convert(source, dialect, files).value
    } else {
        let text = format!("# {title}\n\n{}", &file.text[*start..]);
        made(page, &text, dialect, files)
    };
    let cut = document.html.find(separator);
    let mut more = false;
    if let Some(at) = cut {
        more = document.html.len() > at + separator.len();
        document.html.truncate(at);
        document.links.retain(|slot| slot.range.end <= at);
    }
    Excerpt { document, more }
}

/// Of a protected post only the title may be seen.
fn heading_only(page: &Page, title: &str, dialect: &Dialect, files: &Files) -> Excerpt {
    Excerpt {
        document: made(page, &format!("# {title}"), dialect, files),
        more: true,
    }
}

fn made(page: &Page, text: &str, dialect: &Dialect, files: &Files) -> Document {
    let name = format!("{} (excerpt)", page.source.src_uri);
    let file = files.add(std::path::Path::new(&name), text);
    let source = Markdown {
        text: &file.text,
        file: file.id,
        offset: 0,
    };
    markdown::convert(source, dialect, files).value
}

impl Excerpt {
    /// The excerpt as the page at `view` shows it.
    pub(super) fn shown(&self, resolver: Resolver<'_>, post: &str, view: &str) -> String {
        let (html, slots) = self.anchored(&relative_url(post, view));
        resolver.shown_at(view).html(&html, &slots).html
    }

    /// The entry of its heading in a table of contents.
    pub(super) fn heading(&self) -> Option<&Heading> {
        self.document.toc.first()
    }

    /// Links to places of the post lead to `post`; the first of them is its heading's.
    fn anchored(&self, post: &str) -> (String, Vec<LinkSlot>) {
        let mut html = String::with_capacity(self.document.html.len() + 64);
        let mut slots = Vec::with_capacity(self.document.links.len());
        let (mut from, mut is_first) = (0, true);
        for slot in &self.document.links {
            html.push_str(&self.document.html[from..slot.range.start]);
            from = slot.range.end;
            let start = html.len();
            if slot.url.starts_with('#') {
                html.push_str(post);
                if !is_first {
                    html.push_str(&self.document.html[slot.range.clone()]);
                }
                is_first = false;
                continue;
            }
            html.push_str(&self.document.html[slot.range.clone()]);
            slots.push(LinkSlot {
                range: start..html.len(),
                ..slot.clone()
            });
        }
        html.push_str(&self.document.html[from..]);
        (html, slots)
    }
}
