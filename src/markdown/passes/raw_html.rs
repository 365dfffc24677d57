//! Puts raw HTML back where its marks stand.

use crate::markdown::converter::Converter;
use crate::markdown::html::is_block_level;
use crate::markdown::serialize::fragment;
use crate::markdown::stash::{ETX, Mark, STX, Stashed, find_mark};

/// How deep raw HTML may hold marks of raw HTML.
const MAX_DEPTH: usize = 200;

/// Replaces marks by their HTML; a paragraph around a block goes.
pub(super) fn restore(cx: &mut Converter<'_>, html: String) -> String {
    if cx.stash.len() == 0 || find_mark(&html).is_none() {
        return html;
    }
    let mut out = String::with_capacity(html.len() * 2);
    expand(cx, &html, &mut out, 0);
    out
}

fn expand(cx: &Converter<'_>, html: &str, out: &mut String, depth: usize) {
    let mut rest = html;
    while let Some(at) = find_mark(rest) {
        let Some((Mark::Html(index), len)) = Mark::read(&rest[at..]) else {
            out.push_str(&rest[..=at]);
            rest = &rest[at + 1..];
            continue;
        };
        let Some(item) = cx.stash.get(index).filter(|_| depth < MAX_DEPTH) else {
            out.push_str(&rest[..at + len]);
            rest = &rest[at + len..];
            continue;
        };
        out.push_str(&rest[..at]);
        rest = &rest[at + len..];
        let serialized;
        let text = match item {
            Stashed::Html(text) => text,
            Stashed::Element(id) => {
                serialized = fragment(&cx.tree, *id);
                &serialized
            }
        };
        let wrapped = rest.starts_with("</p>") && out.ends_with("<p>");
        if wrapped && starts_with_block(text) {
            out.truncate(out.len() - 3);
            rest = &rest[4..];
        }
        expand(cx, text, out, depth + 1);
    }
    out.push_str(rest);
}

/// Whether HTML starts with the tag of a block, a comment or the like.
fn starts_with_block(html: &str) -> bool {
    let Some(rest) = html.strip_prefix('<') else {
        return false;
    };
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    let name = &rest[..rest.find([' ', '>']).unwrap_or(rest.len())];
    match name.bytes().next() {
        Some(b'!' | b'?' | b'@' | b'%') => true,
        Some(_) => is_block_level(name),
        None => false,
    }
}

/// Replaces the marks of bare ampersands.
pub(super) fn ampersands(_cx: &mut Converter<'_>, html: String) -> String {
    let mark = [STX as u8, b'a', ETX as u8];
    if memchr::memmem::find(html.as_bytes(), &mark).is_none() {
        return html;
    }
    html.replace(&Mark::Ampersand.to_string(), "&")
}
