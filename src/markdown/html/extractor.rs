//! Walks over the text tag by tag and puts blocks of raw HTML aside.

use super::is_block_level;
use super::markdown_in_html::Builder;
use super::tags::{Scan, StartTag, end_tag, start_tag};
use crate::markdown::converter::Converter;
use crate::markdown::source::{Rewriter, Source};

/// Elements that never have content.
const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
];

/// The walk's state.
pub(super) struct Extractor<'c, 's, 'a> {
    pub(super) cx: &'c mut Converter<'a>,
    pub(super) source: &'s Source<'a>,
    out: Rewriter<'s, 'a>,
    /// Offset in the text of the tag or text at hand.
    pub(super) at: usize,
    /// Where the piece of `out` written last begins.
    last_piece: usize,
    line_start: usize,
    in_raw: bool,
    pub(super) in_tail: bool,
    stack: Vec<String>,
    inline_stack: Vec<String>,
    cache: String,
    cache_start: usize,
    no_comment_end: bool,
    /// Ends that are known not to come any more.
    no_more: Vec<&'static str>,
    /// Bytes that may still be looked at in vain for the end of a start tag; hostile text would
    /// otherwise be scanned to its end from each `<`.
    patience: usize,
    raw_text_element: Option<String>,
    /// Elements whose content is Markdown; `None` without `md_in_html`.
    pub(super) builder: Option<Builder>,
}

impl<'c, 's, 'a> Extractor<'c, 's, 'a> {
    /// Takes the blocks out of `source`.
    pub(super) fn run(cx: &'c mut Converter<'a>, source: &'s Source<'a>, with_markdown: bool) -> Source<'a> {
        if memchr::memchr2(b'<', b'&', source.text.as_bytes()).is_none() {
            return source.clone();
        }
        let mut extractor = Self {
            cx,
            source,
            out: Rewriter::new(source),
            at: 0,
            last_piece: 0,
            line_start: 0,
            in_raw: false,
            in_tail: false,
            stack: Vec::new(),
            inline_stack: Vec::new(),
            cache: String::new(),
            cache_start: 0,
            no_comment_end: false,
            no_more: Vec::new(),
            patience: source.text.len().saturating_mul(32),
            raw_text_element: None,
            builder: with_markdown.then(Builder::default),
        };
        extractor.walk();
        extractor.close();
        let arena = extractor.cx.arena;
        extractor.out.finish(arena)
    }

    fn walk(&mut self) {
        let text = self.source.text;
        while self.at < text.len() {
            let Some(next) = self.next_mark() else { break };
            if self.at < next {
                self.data(self.at, next);
                self.go_to(next);
            }
            if next == text.len() {
                break;
            }
            let after = if text.as_bytes()[next] == b'<' {
                Some(self.tag(next))
            } else {
                self.entity(next)
            };
            match after {
                Some(after) => self.go_to(after),
                None => break,
            }
        }
        if self.at < text.len() {
            self.data(self.at, text.len());
            self.go_to(text.len());
        }
    }

    /// The next `<` or `&`, or inside a script or style its end tag.
    fn next_mark(&self) -> Option<usize> {
        let text = self.source.text;
        let Some(name) = &self.raw_text_element else {
            let found = memchr::memchr2(b'<', b'&', &text.as_bytes()[self.at..]);
            return Some(found.map_or(text.len(), |len| self.at + len));
        };
        let mut from = self.at;
        while let Some(len) = text[from..].find("</") {
            let at = from + len;
            let rest = text[at + 2..].trim_start();
            let is_end = rest
                .get(..name.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(name))
                && rest[name.len()..].trim_start().starts_with('>');
            if is_end {
                return Some(at);
            }
            from = at + 2;
        }
        None
    }

    /// Moves on, keeping track of where the line starts.
    fn go_to(&mut self, to: usize) {
        if let Some(newline) = memchr::memrchr(b'\n', &self.source.text.as_bytes()[self.at..to]) {
            self.line_start = self.at + newline + 1;
        }
        self.at = to;
    }

    /// What begins with `<`; gives the offset after it.
    fn tag(&mut self, at: usize) -> usize {
        let text = self.source.text;
        let rest = &text[at..];
        let second = rest.as_bytes().get(1).copied().unwrap_or(0);
        if rest.starts_with("</>") {
            self.data(at, at + 3);
            return at + 3;
        }
        if second.is_ascii_alphabetic() && self.patience > 0 {
            return match start_tag(text, at) {
                Scan::Text(end) => {
                    if end == at + 1 {
                        self.patience = self.patience.saturating_sub(text.len() - at);
                    }
                    self.data(at, end);
                    end
                }
                Scan::Tag(tag, end) => {
                    self.start(&tag, at, end);
                    end
                }
            };
        }
        if second == b'/' {
            return self.end(at);
        }
        if rest.starts_with("<!--") {
            return self.comment(at);
        }
        let may_start = self.at_line_start() || self.in_tail || self.builder.as_ref().is_some_and(Builder::is_open);
        if matches!(second, b'?' | b'!') {
            if !may_start {
                self.data(at, at + 2);
                return at + 2;
            }
            let end = if second == b'?' {
                self.instruction(at)
            } else {
                self.declaration(at)
            };
            return end.unwrap_or_else(|| {
                let end = self
                    .find(">", at + 1)
                    .map(|close| close + 1)
                    .or_else(|| self.find("<", at + 1));
                let end = end.unwrap_or(at + 1);
                self.data(at, end);
                end
            });
        }
        self.data(at, at + 1);
        at + 1
    }

    fn instruction(&mut self, at: usize) -> Option<usize> {
        let end = self.find("?>", at + 2)? + 2;
        self.empty(at, end, None, true);
        Some(end)
    }

    fn declaration(&mut self, at: usize) -> Option<usize> {
        let rest = &self.source.text[at..];
        if rest.starts_with("<![CDATA[") {
            let end = self.find("]]>", at)? + 3;
            self.empty(at, end, None, true);
            return Some(end);
        }
        let is_doctype = rest
            .get(..9)
            .is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"));
        let end = self.find(">", at)? + 1;
        self.empty(at, end, None, is_doctype);
        Some(end)
    }

    /// Where `mark` comes next; remembers when it comes no more.
    fn find(&mut self, mark: &'static str, from: usize) -> Option<usize> {
        if self.no_more.contains(&mark) {
            return None;
        }
        let found = self.source.text[from..].find(mark).map(|len| from + len);
        if found.is_none() {
            self.no_more.push(mark);
        }
        found
    }

    fn comment(&mut self, at: usize) -> usize {
        let text = self.source.text;
        let close = if self.no_comment_end {
            None
        } else {
            comment_end(&text[at + 4..])
        };
        let Some((close, len)) = close else {
            self.no_comment_end = true;
            self.data(at, at + 1);
            return at + 1;
        };
        let (body, end) = (&text[at + 4..at + 4 + close], at + 4 + close + len);
        let is_block = has_blank_line(body) || !self.inline_close_follows(at + body.len() + 7);
        let written = (len != 3).then(|| format!("<!--{body}-->"));
        self.empty(at, end, written, is_block);
        end
    }

    /// Whether an inline tag that is open is closed in the same paragraph after `from`.
    fn inline_close_follows(&self, from: usize) -> bool {
        if self.inline_stack.is_empty() {
            return false;
        }
        let rest = self.source.text.get(from..).unwrap_or("");
        let rest = &rest[..blank_line(rest).unwrap_or(rest.len())];
        let lower = rest.to_ascii_lowercase();
        self.inline_stack.iter().any(|tag| {
            lower.match_indices("</").any(|(at, _)| {
                let after = lower[at + 2..].trim_start();
                after
                    .strip_prefix(tag.as_str())
                    .is_some_and(|rest| rest.trim_start().starts_with('>'))
            })
        })
    }

    fn entity(&mut self, at: usize) -> Option<usize> {
        let rest = &self.source.text.as_bytes()[at..];
        if rest.get(1) == Some(&b'#') {
            let hex = matches!(rest.get(2), Some(b'x' | b'X'));
            let first = if hex { 3 } else { 2 };
            let digit = |b: &u8| if hex { b.is_ascii_hexdigit() } else { b.is_ascii_digit() };
            let digits = rest[first.min(rest.len())..].iter().take_while(|b| digit(b)).count();
            let end = first + digits;
            let terminated = rest.get(end).is_some_and(|b| !b.is_ascii_hexdigit());
            if digits > 0 && terminated {
                let body = &self.source.text[at..at + end];
                let semicolon = rest[end] == b';';
                let written = (!semicolon).then(|| format!("{body};"));
                let end = at + end + usize::from(semicolon);
                self.empty(at, end, written, false);
                return Some(end);
            }
            if memchr::memchr(b';', rest).is_some() {
                self.data(at, at + 2);
                return Some(at + 2);
            }
            return None;
        }
        let name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.');
        let len = rest[1..].iter().take_while(|b| name(b)).count();
        if rest.get(1).is_some_and(u8::is_ascii_alphabetic) && rest.get(len + 1) == Some(&b';') {
            self.empty(at, at + len + 2, None, false);
            return Some(at + len + 2);
        }
        self.data(at, at + 1);
        Some(at + 1)
    }

    /// Whether the tag at hand is at the start of its line, up to three blanks before it.
    pub(super) fn at_line_start(&self) -> bool {
        let offset = self.at - self.line_start;
        offset <= 3 && self.source.text[self.line_start..self.at].trim().is_empty()
    }

    fn start(&mut self, tag: &StartTag, at: usize, end: usize) {
        if tag.empty {
            self.start_empty(tag, at, end);
        } else {
            if matches!(tag.name.as_str(), "script" | "style") {
                self.raw_text_element = Some(tag.name.clone());
            }
            if self.builder.is_some() {
                self.start_with_markdown(tag, at, end);
            } else {
                self.start_raw(tag, at, end);
            }
        }
    }

    /// A start tag, `md_in_html` not concerned.
    pub(super) fn start_raw(&mut self, tag: &StartTag, at: usize, end: usize) {
        if tag.name == "hr" {
            self.empty(at, end, None, true);
            return;
        }
        if is_block_level(&tag.name) && (self.in_tail || self.at_line_start() && !self.in_raw) {
            self.in_raw = true;
            self.write("\n");
        }
        if self.in_raw {
            self.stack.push(tag.name.clone());
            self.cache(at, end);
        } else {
            self.copy(at, end);
            self.open_inline(&tag.name);
        }
    }

    /// An inline start tag outside raw HTML has been written.
    pub(super) fn open_inline(&mut self, name: &str) {
        if !is_block_level(name) && !VOID.contains(&name) {
            self.inline_stack.push(name.to_owned());
        }
        if matches!(name, "script" | "style") {
            self.raw_text_element = None;
        }
    }

    /// An inline end tag outside raw HTML has been written.
    pub(super) fn close_inline(&mut self, name: &str) {
        if let Some(at) = self.inline_stack.iter().rposition(|open| open == name) {
            self.inline_stack.truncate(at);
        }
    }

    fn end(&mut self, at: usize) -> usize {
        let text = self.source.text;
        let letter = text.as_bytes().get(at + 2).is_some_and(u8::is_ascii_alphabetic);
        let found = if letter || self.raw_text_element.is_some() {
            end_tag(text, at)
        } else {
            None
        };
        let Some((name, end)) = found else {
            self.data(at, at + 2);
            return at + 2;
        };
        if self
            .raw_text_element
            .as_ref()
            .is_some_and(|open| name.trim() != open && name.trim() != "")
        {
            self.data(at, end);
            return end;
        }
        let name = self.raw_text_element.take().unwrap_or(name);
        if self.builder.is_some() {
            self.end_with_markdown(&name, at, end);
        } else {
            self.end_raw(&name, at, end);
        }
        end
    }

    /// An end tag, `md_in_html` not concerned.
    pub(super) fn end_raw(&mut self, name: &str, at: usize, end: usize) {
        if !self.in_raw {
            self.copy(at, end);
            self.close_inline(name);
            return;
        }
        self.cache(at, end);
        if let Some(open) = self.stack.iter().rposition(|open| open == name) {
            self.stack.truncate(open);
        }
        if self.stack.is_empty() {
            if starts_with_blank_line(&self.source.text[end..]) {
                self.cache.push('\n');
            } else {
                self.in_tail = true;
            }
            self.in_raw = false;
            self.stash_cache();
            self.write("\n\n");
        }
    }

    /// Text between tags.
    pub(super) fn data(&mut self, start: usize, end: usize) {
        let text = &self.source.text[start..end];
        if self.in_tail && text.contains('\n') {
            self.in_tail = false;
        }
        if !self.in_raw && self.builder.as_ref().is_some_and(Builder::is_open) {
            let (source, builder) = (self.source, self.builder.as_mut());
            if let Some(builder) = builder {
                builder.copy(source, start, end);
            }
            return;
        }
        if self.in_raw {
            self.cache(start, end);
            return;
        }
        if has_blank_line(text) {
            self.inline_stack.clear();
        }
        self.copy(start, end);
    }

    fn start_empty(&mut self, tag: &StartTag, at: usize, end: usize) {
        let written = (tag.name == "hr" && self.builder.is_some())
            .then(|| hr_without_marker(tag))
            .flatten();
        self.empty(at, end, written, is_block_level(&tag.name));
    }

    /// A tag without content, a comment, an entity: `written` if it differs from the source.
    pub(super) fn empty(&mut self, at: usize, end: usize, written: Option<String>, is_block: bool) {
        if !self.in_raw && self.builder.as_ref().is_some_and(Builder::is_open) {
            self.empty_with_markdown(at, end, written, is_block);
            return;
        }
        if self.in_raw || self.in_tail {
            match written {
                Some(text) => self.cache.push_str(&text),
                None => self.cache(at, end),
            }
            return;
        }
        let text = written.clone().unwrap_or_else(|| self.source.text[at..end].to_owned());
        if !(self.at_line_start() && is_block) {
            match written {
                Some(text) => self.write(&text),
                None => self.copy(at, end),
            }
            return;
        }
        let mut html = text;
        if starts_with_blank_line(&self.source.text[end..]) {
            html.push('\n');
        } else {
            self.in_tail = true;
        }
        self.separate();
        let mark = self.cx.stash.store(html).to_string();
        self.write(&mark);
        self.write("\n\n");
    }

    /// Adds a line end if the piece written last ends in a single one.
    pub(super) fn separate(&mut self) {
        let last = &self.out.written()[self.last_piece..];
        if last.ends_with('\n') && !last.ends_with("\n\n") {
            self.write("\n");
        }
    }

    fn cache(&mut self, start: usize, end: usize) {
        if self.cache.is_empty() {
            self.cache_start = start;
        }
        self.cache.push_str(&self.source.text[start..end]);
    }

    fn stash_cache(&mut self) {
        let html = std::mem::take(&mut self.cache);
        let mark = self.cx.stash.store(html).to_string();
        self.last_piece = self.out.written().len();
        self.out.insert(&mark, self.source.pos(self.cache_start));
    }

    /// Writes text of our own.
    pub(super) fn write(&mut self, text: &str) {
        self.last_piece = self.out.written().len();
        self.out.insert(text, self.source.pos(self.at));
    }

    /// Writes a part of the source.
    pub(super) fn copy(&mut self, start: usize, end: usize) {
        self.last_piece = self.out.written().len();
        self.out.copy(start, end);
    }

    /// Whether a raw block is open.
    pub(super) fn is_in_raw(&self) -> bool {
        self.in_raw
    }

    /// Whatever is still open ends with the text.
    fn close(&mut self) {
        if !self.cache.is_empty() {
            self.stash_cache();
        }
        if let Some(outermost) = self.builder.as_ref().and_then(Builder::outermost) {
            self.in_raw = false;
            self.end_with_markdown(&outermost, self.at, self.at);
        }
    }
}

/// `<hr markdown>` is written without its marker.
fn hr_without_marker(tag: &StartTag) -> Option<String> {
    tag.attributes
        .iter()
        .any(|(name, _)| name == "markdown")
        .then(|| super::markdown_in_html::write_hr(&tag.attributes))
}

/// The offset and length of the first `-->` or `--!>`.
fn comment_end(text: &str) -> Option<(usize, usize)> {
    let plain = text.find("-->").map(|at| (at, 3));
    let banged = text[..plain.map_or(text.len(), |(at, _)| at)]
        .find("--!>")
        .map(|at| (at, 4));
    banged.or(plain)
}

/// Whether two line ends follow, blanks before each allowed.
pub(super) fn starts_with_blank_line(text: &str) -> bool {
    let rest = text.trim_start_matches(' ');
    let Some(rest) = rest.strip_prefix('\n') else {
        return false;
    };
    rest.trim_start_matches(' ').starts_with('\n')
}

fn has_blank_line(text: &str) -> bool {
    blank_line(text).is_some()
}

/// The offset of the first line end that only blanks separate from the next.
fn blank_line(text: &str) -> Option<usize> {
    memchr::memchr_iter(b'\n', text.as_bytes())
        .find(|at| text[at + 1..].trim_start_matches([' ', '\t']).starts_with('\n'))
}
