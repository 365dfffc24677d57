//! An article as sections: the text before the first heading with an id, and one for each such
//! heading, with the few tags kept that the index keeps.
//!
//! The rules are those of Material's search plugin, its treatment of elements by name included.

use std::borrow::Cow;

use rapidhash::RapidHashMap;

use super::tags::{
    KEPT, Kind, Marks, Name, PRE, attributes, bare, color, in_lower_case, marks, name_of, named, tag_end, unescaped,
};
use crate::markdown::unescape_entities;

/// A section of an article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Section {
    /// The id of its heading; none for the first section of the page.
    pub id: Option<String>,
    /// The heading's text, HTML-escaped, kept tags included.
    pub title: String,
    /// The text, likewise.
    pub text: String,
}

/// The sections of an article, those marked `data-search-exclude` left out.
#[must_use]
pub fn sections(html: &str) -> Vec<Section> {
    let mut parser = Parser::default();
    parser.feed(html);
    let kept = parser.found.into_iter().filter(|section| !section.excluded);
    kept.map(|section| Section {
        id: section.id,
        title: section.title.finish(),
        text: section.text.finish(),
    })
    .collect()
}

const SPAN: Name = Name::of("span");

/// Room for a text at first, in bytes, so that it seldom moves while it grows.
const ROOM: usize = 256;

/// A text, with what is needed to drop an empty element at its end.
#[derive(Default)]
struct Parts {
    text: String,
    /// By number of a kept tag, where the first one opens.
    first: [Option<Opening>; KEPT.len()],
    /// Whether the last part, a tag or what stands between two, is white space.
    ends_in_space: bool,
}

#[derive(Clone, Copy)]
struct Opening {
    start: usize,
    end: usize,
    is_after_space: bool,
}

impl Parts {
    fn open(&mut self, kind: usize) {
        if self.text.is_empty() {
            self.text.reserve(ROOM);
        }
        let start = self.text.len();
        self.text.push_str(KEPT[kind].1);
        self.first[kind].get_or_insert(Opening {
            start,
            end: self.text.len(),
            is_after_space: self.ends_in_space,
        });
        self.ends_in_space = false;
    }

    /// Closes a tag; if nothing but white space came since its first opening, that goes instead.
    fn close(&mut self, kind: usize) {
        if let Some(first) = self.first[kind]
            && self.text[first.end..].chars().all(char::is_whitespace)
        {
            self.text.truncate(first.start);
            for known in &mut self.first {
                *known = known.filter(|opening| opening.start < first.start);
            }
            self.ends_in_space = first.is_after_space;
            return;
        }
        self.text.push_str(KEPT[kind].2);
        self.ends_in_space = false;
    }

    fn finish(self) -> String {
        let trimmed = self.text.trim();
        if trimmed.len() == self.text.len() {
            return self.text;
        }
        trimmed.to_owned()
    }
}

/// Whether a text is white space once its references are resolved.
fn is_space(html: &str) -> bool {
    let rest = html.trim_start();
    rest.is_empty() || rest.starts_with('&') && unescape_entities(rest).chars().all(char::is_whitespace)
}

/// A section that is being read.
struct Open {
    /// The name of its heading; `hx` for the text before the first one.
    tag: Name,
    depth: usize,
    excluded: bool,
    id: Option<String>,
    title: Parts,
    text: Parts,
}

#[derive(Default)]
struct Parser<'h> {
    /// Open elements, and whether each is the link to a heading.
    context: Vec<(Name, bool)>,
    /// Names of elements whose text does not count, beside those of which it never does.
    skip: Vec<Name>,
    /// Names of more than a few bytes, with their numbers.
    long: RapidHashMap<Cow<'h, str>, usize>,
    /// How many of the open elements have a name in `skip`; are `pre`; are links to headings; have
    /// the name of the current section's heading.
    skipped: usize,
    pres: usize,
    headerlinks: usize,
    headings: usize,
    found: Vec<Open>,
    current: Option<usize>,
}

impl<'h> Parser<'h> {
    fn feed(&mut self, html: &'h str) {
        let bytes = html.as_bytes();
        let (mut at, mut from) = (0, 0);
        while let Some(next) = memchr::memchr(b'<', &bytes[at..]).map(|len| at + len) {
            if let Some((name, is_end, end)) = bare(bytes, next) {
                self.data(&html[from..next]);
                let kind = name.kind();
                if is_end {
                    self.end(name, kind);
                } else {
                    self.start(name, kind, &Marks::default());
                }
                at = if kind == Kind::Raw && !is_end {
                    self.raw(html, name_of(&html[next + 1..]), end)
                } else {
                    self.code(html, end)
                };
                from = at;
                continue;
            }
            if let Some((name, len)) = named(bytes, next)
                && let Some((marks, end)) = attributes(html, next + 1 + len)
                && name.kind() != Kind::Raw
            {
                self.data(&html[from..next]);
                self.start(name, name.kind(), &marks);
                at = self.code(html, end);
                from = at;
                continue;
            }
            let rest = &html[next..];
            let end = match bytes.get(next + 1) {
                Some(b'!') if rest.starts_with("<!--") => rest.find("-->").map(|end| next + end + 3),
                Some(b'/' | b'!' | b'?' | b'a'..=b'z' | b'A'..=b'Z') => tag_end(bytes, next),
                _ => None,
            };
            let Some(end) = end else {
                at = next + 1;
                continue;
            };
            self.data(&html[from..next]);
            let tag = &html[next..end];
            at = end;
            if let Some(name) = tag.strip_prefix("</") {
                let (name, kind, _) = self.name(name);
                self.end(name, kind);
            } else if tag.as_bytes()[1].is_ascii_alphabetic() {
                let (name, kind, len) = self.name(&tag[1..]);
                self.start(name, kind, &marks(&tag[1 + len..]));
                if kind == Kind::Raw {
                    at = self.raw(html, &tag[1..=len], end);
                } else if tag.ends_with("/>") {
                    self.end(name, kind);
                }
            }
            from = at;
        }
        self.data(&html[from..]);
    }

    /// Takes the text of an element that holds no markup, from `start` on; gives where it ends.
    fn raw(&mut self, html: &'h str, name: &str, start: usize) -> usize {
        let close = format!("</{}", in_lower_case(name));
        let end = html[start..].find(&close).map_or(html.len(), |len| start + len);
        self.data(&html[start..end]);
        end
    }

    /// Takes a piece of coloured code from `start` on, as far as its tags are of nothing but colours;
    /// gives where that ends.
    fn code(&mut self, html: &str, start: usize) -> usize {
        let is_plain = self.pres > 0 && self.skip.is_empty() && self.skipped == 0 && !self.in_heading();
        let Some(current) = self.current.filter(|_| is_plain) else {
            return start;
        };
        let section = &mut self.found[current];
        if section.depth > self.context.len() {
            return start;
        }
        let parts = &mut section.text;
        let bytes = html.as_bytes();
        let (mut at, mut depth) = (start, 0usize);
        loop {
            let mut is_special = false;
            let len = bytes[at..].iter().position(|byte| {
                is_special |= matches!(byte, b'&' | b'>');
                *byte == b'<'
            });
            let end = len.map_or(bytes.len(), |len| at + len);
            if end > at {
                let text = &html[at..end];
                if is_special {
                    push_text(&mut parts.text, text, false);
                } else {
                    parts.text.push_str(text);
                }
                parts.ends_in_space = is_space(text);
            }
            at = end;
            let tag = &bytes[end..];
            if depth > 0 && tag.starts_with(b"</span>") {
                (at, depth) = (end + "</span>".len(), depth - 1);
            } else if let Some(len) = color(tag) {
                (at, depth) = (end + len, depth + 1);
            } else {
                break;
            }
        }
        self.context.resize(self.context.len() + depth, (SPAN, false));
        at
    }

    /// The name at the start of a tag, what it is, and how many bytes it takes.
    fn name(&mut self, tag: &'h str) -> (Name, Kind, usize) {
        if let Some((name, len)) = Name::first(tag.as_bytes()) {
            return (name, name.kind(), len);
        }
        let text = name_of(tag);
        let name = if text.len() <= Name::FEW {
            Name::of(text)
        } else {
            let number = self.long.len();
            Name::long(*self.long.entry(in_lower_case(text)).or_insert(number))
        };
        (name, name.kind(), text.len())
    }

    fn start(&mut self, tag: Name, kind: Kind, marks: &Marks<'h>) {
        if kind == Kind::Void {
            return;
        }
        let is_headerlink = kind == Kind::Link && marks.is_headerlink;
        self.count(tag, kind, is_headerlink, |number| *number += 1);
        self.context.push((tag, is_headerlink));
        if let (Kind::Heading, Some(id)) = (kind, &marks.id) {
            let depth = self.context.len();
            if tag != Name::of("h1") && self.found.is_empty() {
                self.open(Name::of("hx"), depth, false, None);
            }
            let id = (!self.found.is_empty()).then(|| id.clone().into_owned());
            self.open(tag, depth, marks.is_excluded, id);
        }
        if self.current.is_none() {
            self.open(Name::of("hx"), 0, false, None);
        }
        if marks.is_excluded || marks.is_linenodiv {
            self.skip.push(tag);
            self.count_skipped();
            return;
        }
        if let (Kind::Kept(number), 0) = (kind, self.skipped) {
            self.parts().open(number);
        }
    }

    fn end(&mut self, tag: Name, kind: Kind) {
        let Some((_, is_headerlink)) = self.context.last().copied().filter(|(last, _)| *last == tag) else {
            return;
        };
        let depth = self.context.len();
        if let Some(current) = self.current.filter(|current| self.found[*current].depth > depth)
            && let Some(outer) = self.found.iter().rposition(|section| section.depth <= depth)
        {
            // A section that was left is never gone back to.
            self.found[current].depth = usize::MAX;
            self.go_to(outer);
        }
        self.context.pop();
        self.count(tag, kind, is_headerlink, |number| *number -= 1);
        if kind.is_silent() {
            return;
        }
        if let Some(at) = self.skip.iter().position(|skipped| *skipped == tag) {
            self.skip.remove(at);
            self.count_skipped();
            return;
        }
        if let (Kind::Kept(number), 0) = (kind, self.skipped) {
            self.parts().close(number);
        }
    }

    fn data(&mut self, html: &str) {
        if html.is_empty() || self.skipped > 0 {
            return;
        }
        let in_pre = self.pres > 0;
        // Most texts show it by their first byte.
        let is_space = !matches!(html.as_bytes()[0], b'!'..=b'%' | b'\''..=b'~') && is_space(html);
        if self.current.is_none() {
            self.open(Name::of("hx"), 0, false, None);
        }
        let is_kept = if self.in_heading() {
            self.headerlinks == 0
        } else {
            !is_space || in_pre || !self.parts().ends_in_space
        };
        if is_kept {
            let parts = self.parts();
            if parts.text.is_empty() {
                parts.text.reserve(html.len().max(ROOM));
            }
            if is_space && !in_pre {
                parts.text.push(' ');
            } else {
                push_text(&mut parts.text, html, !in_pre);
            }
            parts.ends_in_space = is_space;
        }
    }

    fn open(&mut self, tag: Name, depth: usize, excluded: bool, id: Option<String>) {
        self.found.push(Open {
            tag,
            depth,
            excluded,
            id,
            title: Parts::default(),
            text: Parts::default(),
        });
        self.go_to(self.found.len() - 1);
    }

    fn go_to(&mut self, section: usize) {
        self.current = Some(section);
        let tag = self.found[section].tag;
        self.headings = self.context.iter().filter(|(open, _)| *open == tag).count();
    }

    /// Changes the counts to which an element of this name belongs.
    fn count(&mut self, tag: Name, kind: Kind, is_headerlink: bool, change: impl Fn(&mut usize)) {
        if kind.is_silent() || self.skip.contains(&tag) {
            change(&mut self.skipped);
        }
        if kind == Kind::Kept(PRE) {
            change(&mut self.pres);
        }
        if is_headerlink {
            change(&mut self.headerlinks);
        }
        if self.current.is_some_and(|current| self.found[current].tag == tag) {
            change(&mut self.headings);
        }
    }

    fn count_skipped(&mut self) {
        let is_skipped = |(tag, _): &&(Name, bool)| tag.kind().is_silent() || self.skip.contains(tag);
        self.skipped = self.context.iter().filter(is_skipped).count();
    }

    /// Whether an element of the name of the section's heading is open.
    fn in_heading(&self) -> bool {
        self.current.is_some() && self.headings > 0
    }

    fn parts(&mut self) -> &mut Parts {
        let in_heading = self.in_heading();
        if self.current.is_none() {
            self.open(Name::of("hx"), 0, false, None);
        }
        let current = self.current.unwrap_or(0);
        let section = &mut self.found[current];
        if in_heading {
            &mut section.title
        } else {
            &mut section.text
        }
    }
}

/// Appends a text with references resolved, and what is markup in HTML escaped again; in one line,
/// if asked for.
fn push_text(out: &mut String, html: &str, in_one_line: bool) {
    // What escaping would write again.
    const SAME: [&str; 3] = ["&lt;", "&gt;", "&amp;"];
    let bytes = html.as_bytes();
    let is_special = |byte: u8| matches!(byte, b'&' | b'<' | b'>' | b'\n');
    if bytes.len() < 32 && !bytes.iter().fold(false, |found, byte| found | is_special(*byte)) {
        return out.push_str(html);
    }
    if memchr::memchr(b'<', bytes).is_some() {
        return push_escaped(out, &unescaped(html), in_one_line);
    }
    let (mut from, mut at) = (0, 0);
    while let Some(len) = memchr::memchr3(b'&', b'\n', b'>', &bytes[at..]) {
        let next = at + len;
        at = next + 1;
        let instead = match bytes[next] {
            b'>' => "&gt;",
            b'\n' if in_one_line => " ",
            b'\n' => continue,
            _ => match SAME.iter().find(|name| html[next..].starts_with(**name)) {
                Some(name) => {
                    at = next + name.len();
                    continue;
                }
                None => {
                    out.push_str(&html[from..next]);
                    return push_escaped(out, &unescape_entities(&html[next..]), in_one_line);
                }
            },
        };
        out.push_str(&html[from..next]);
        out.push_str(instead);
        from = at;
    }
    out.push_str(&html[from..]);
}

/// Appends a text with what is markup in HTML escaped, and if asked for, in one line.
fn push_escaped(out: &mut String, text: &str, in_one_line: bool) {
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let instead = match byte {
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            b'\n' if in_one_line => " ",
            _ => continue,
        };
        out.push_str(&text[from..at]);
        out.push_str(instead);
        from = at + 1;
    }
    out.push_str(&text[from..]);
}

#[cfg(test)]
mod tests {
    use super::{Section, sections};

    fn section(id: Option<&str>, title: &str, text: &str) -> Section {
        Section {
            id: id.map(str::to_owned),
            title: title.to_owned(),
            text: text.to_owned(),
        }
    }

    #[test]
    fn as_the_reference_divides_them() {
        // Checked with material/plugins/search of mkdocs-material 9.8.1.
        let html = "<h1 id=\"a\">A &amp; <code>b</code><a class=\"headerlink\" href=\"#a\">¶</a></h1>\n<p>uno\ndos <em>tres</em></p>\n<p></p>\n\
                    <h2 id=\"c\">C</h2>\n<ul>\n<li>x</li>\n</ul>\n<pre><span></span><code>a\n  b\n</code></pre>\n<h2 data-search-exclude id=\"d\">D</h2><p>no</p>";
        assert_eq!(
            sections(html),
            [
                section(None, "A &amp; <code>b</code>", "<p>uno dos tres</p> <p></p>"),
                section(Some("c"), "C", "<ul> <li>x</li> </ul> <pre><code>a\n  b\n</code></pre>"),
            ]
        );
        let code = "<h1 id=\"a\">A</h1><table><tr><td class=\"linenos\"><div class=\"linenodiv\"><pre><span></span><span class=\"normal\">1</span></pre></div></td>\
                    <td class=\"code\"><div><pre><span></span><code><span class=\"k\">x</span> <span class=\"o\">&lt;</span> &quot;y&#39; &amp; &eacute;\n</code></pre></div></td></tr></table>\
                    <p class=\"c\">z<sub></sub></p>";
        assert_eq!(
            sections(code),
            [section(
                None,
                "A",
                "<pre><code>x &lt; \"y' &amp; é\n</code></pre><p>z</p>"
            )]
        );
        // Colours that nest, that are not closed, and what is no colour among them.
        let lines = "<h1 id=\"a\">A</h1><pre><span></span><code><a id=\"l-1\" name=\"l-1\"></a><span class=\"k\">a<span class=\"o\">&amp;&quot;</span></span> b\n\
                     <span class=\"k\">c</code></pre><p>z <code>d</code></p>";
        assert_eq!(
            sections(lines),
            [section(None, "A", "<pre><code>a&amp;\" b\nc<p>z <code>d</code></p>")]
        );
        assert_eq!(
            sections("<p>antes</p><h2 id=\"x\">X</h2>"),
            [section(None, "", "<p>antes</p>"), section(Some("x"), "X", "")]
        );
    }
}
