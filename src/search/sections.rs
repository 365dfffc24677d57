//! An article as sections: the text before the first heading with an id, and one for each such
//! heading, with the few tags kept that the index keeps.
//!
//! The rules are those of Material's search plugin, its treatment of elements by name included.

use std::borrow::Cow;

use crate::markdown::unescape_entities;

const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
];
const SKIPPED: &[&str] = &["object", "script", "style"];

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

/// A text in parts, with what is needed to drop an empty element at its end.
#[derive(Default)]
struct Parts {
    text: String,
    /// Where each part starts.
    starts: Vec<usize>,
    /// The first part that opens a tag, by the number of the tag.
    first: [Option<usize>; 8],
    /// One past the last part that is not white space.
    solid: usize,
}

impl Parts {
    fn push(&mut self, write: impl FnOnce(&mut String)) {
        let start = self.text.len();
        write(&mut self.text);
        self.starts.push(start);
        if !is_space(&self.text[start..]) {
            self.solid = self.starts.len();
        }
    }

    fn open(&mut self, kind: usize, tag: &str) {
        self.first[kind].get_or_insert(self.starts.len());
        self.push(|text| {
            text.push('<');
            text.push_str(tag);
            text.push('>');
        });
    }

    /// Closes a tag; if nothing but white space came since its first opening, that goes instead.
    fn close(&mut self, kind: usize, tag: &str) {
        match self.first[kind].and_then(|first| Some((first, *self.starts.get(first)?))) {
            Some((first, start)) if self.solid <= first + 1 => {
                self.text.truncate(start);
                self.starts.truncate(first);
                for known in &mut self.first {
                    *known = known.filter(|at| *at < first);
                }
                let ends = self.starts.iter().skip(1).copied().chain([start]);
                let parts: Vec<(usize, usize)> = self.starts.iter().copied().zip(ends).collect();
                let solid = parts.iter().rposition(|(from, to)| !is_space(&self.text[*from..*to]));
                self.solid = solid.map_or(0, |at| at + 1);
            }
            _ => self.push(|text| {
                text.push_str("</");
                text.push_str(tag);
                text.push('>');
            }),
        }
    }

    fn ends_in_space(&self) -> bool {
        self.starts.last().is_some_and(|start| is_space(&self.text[*start..]))
    }

    fn finish(self) -> String {
        let trimmed = self.text.trim();
        if trimmed.len() == self.text.len() {
            return self.text;
        }
        trimmed.to_owned()
    }
}

/// The number of a tag that the index keeps.
fn kept(tag: &str) -> Option<usize> {
    Some(match tag {
        "p" => 0,
        "code" => 1,
        "pre" => 2,
        "li" => 3,
        "ol" => 4,
        "ul" => 5,
        "sub" => 6,
        "sup" => 7,
        _ => return None,
    })
}

/// White space, at least one character of it.
fn is_space(text: &str) -> bool {
    !text.is_empty() && text.chars().all(char::is_whitespace)
}

struct Open<'h> {
    /// The name of its heading; `hx` for the text before the first one.
    tag: Cow<'h, str>,
    depth: usize,
    excluded: bool,
    id: Option<String>,
    title: Parts,
    text: Parts,
}

#[derive(Default)]
struct Parser<'h> {
    /// Open elements, and whether each is the link to a heading.
    context: Vec<(Cow<'h, str>, bool)>,
    skip: Vec<Cow<'h, str>>,
    /// How many of the open elements have a name in `skip`; are `pre`; are links to headings; have
    /// the name of the current section's heading.
    skipped: usize,
    pres: usize,
    headerlinks: usize,
    headings: usize,
    found: Vec<Open<'h>>,
    current: Option<usize>,
}

/// What counts of the attributes of a tag.
#[derive(Default)]
struct Marks<'h> {
    id: Option<Cow<'h, str>>,
    is_excluded: bool,
    is_headerlink: bool,
    is_linenodiv: bool,
}

/// The sections of an article, those marked `data-search-exclude` left out.
#[must_use]
pub fn sections(html: &str) -> Vec<Section> {
    let mut parser = Parser {
        skip: SKIPPED.iter().copied().map(Cow::Borrowed).collect(),
        ..Parser::default()
    };
    parser.feed(html);
    let kept = parser.found.into_iter().filter(|section| !section.excluded);
    kept.map(|section| Section {
        id: section.id,
        title: section.title.finish(),
        text: section.text.finish(),
    })
    .collect()
}

impl<'h> Parser<'h> {
    fn feed(&mut self, html: &'h str) {
        let bytes = html.as_bytes();
        let (mut at, mut from) = (0, 0);
        while let Some(next) = memchr::memchr(b'<', &bytes[at..]).map(|len| at + len) {
            let rest = &html[next..];
            let end = if rest.starts_with("<!--") {
                rest.find("-->").map(|end| next + end + 3)
            } else if bytes
                .get(next + 1)
                .is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'/' | b'!' | b'?'))
            {
                tag_end(bytes, next)
            } else {
                None
            };
            let Some(end) = end else {
                at = next + 1;
                continue;
            };
            self.data(&html[from..next]);
            let tag = &html[next..end];
            at = end;
            if let Some(name) = tag.strip_prefix("</") {
                self.end(&name_of(name));
            } else if tag.as_bytes()[1].is_ascii_alphabetic() {
                let name = name_of(&tag[1..]);
                self.start(name.clone(), marks(&tag[1 + name.len()..]));
                if matches!(name.as_ref(), "script" | "style") {
                    let close = format!("</{name}");
                    let stop = html[end..].find(&close).map_or(html.len(), |len| end + len);
                    self.data(&html[end..stop]);
                    at = stop;
                } else if tag.ends_with("/>") {
                    self.end(&name);
                }
            }
            from = at;
        }
        self.data(&html[from..]);
    }

    fn start(&mut self, tag: Cow<'h, str>, marks: Marks<'h>) {
        let name = tag.as_ref();
        if VOID.contains(&name) {
            return;
        }
        let is_headerlink = name == "a" && marks.is_headerlink;
        self.count(name, is_headerlink, |number| *number += 1);
        self.context.push((tag.clone(), is_headerlink));
        let is_heading = matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
        if let (true, Some(id)) = (is_heading, marks.id) {
            let depth = self.context.len();
            if name != "h1" && self.found.is_empty() {
                self.open(Cow::Borrowed("hx"), depth, false, None);
            }
            let id = (!self.found.is_empty()).then(|| id.into_owned());
            self.open(tag.clone(), depth, marks.is_excluded, id);
        }
        if self.current.is_none() {
            self.open(Cow::Borrowed("hx"), 0, false, None);
        }
        if marks.is_excluded || marks.is_linenodiv {
            self.skip.push(tag);
            self.count_skipped();
            return;
        }
        if let Some(kind) = kept(name).filter(|_| self.skipped == 0) {
            self.parts().open(kind, name);
        }
    }

    fn end(&mut self, tag: &str) {
        let Some((_, is_headerlink)) = self.context.last().filter(|(last, _)| last == tag) else {
            return;
        };
        let is_headerlink = *is_headerlink;
        let depth = self.context.len();
        if let Some(current) = self.current.filter(|current| self.found[*current].depth > depth)
            && let Some(outer) = self.found.iter().rposition(|section| section.depth <= depth)
        {
            // A section that was left is never gone back to.
            self.found[current].depth = usize::MAX;
            self.go_to(outer);
        }
        self.context.pop();
        self.count(tag, is_headerlink, |number| *number -= 1);
        if let Some(at) = self.skip.iter().position(|skipped| skipped == tag) {
            if !SKIPPED.contains(&tag) {
                self.skip.remove(at);
                self.count_skipped();
            }
            return;
        }
        if let Some(kind) = kept(tag).filter(|_| self.skipped == 0) {
            self.parts().close(kind, tag);
        }
    }

    fn data(&mut self, html: &str) {
        if html.is_empty() || self.skipped > 0 {
            return;
        }
        let text = unescaped(html);
        let is_space = is_space(&text);
        let in_pre = self.pres > 0;
        let shown = if is_space && !in_pre { " " } else { text.as_ref() };
        if self.current.is_none() {
            self.open(Cow::Borrowed("hx"), 0, false, None);
        }
        let is_kept = if self.in_heading() {
            self.headerlinks == 0
        } else {
            !is_space || !self.parts().ends_in_space() || in_pre
        };
        if is_kept {
            self.parts().push(|out| escape(out, shown, !in_pre));
        }
    }

    fn open(&mut self, tag: Cow<'h, str>, depth: usize, excluded: bool, id: Option<String>) {
        let (title, text) = (Parts::default(), Parts::default());
        self.found.push(Open {
            tag,
            depth,
            excluded,
            id,
            title,
            text,
        });
        self.go_to(self.found.len() - 1);
    }

    fn go_to(&mut self, section: usize) {
        self.current = Some(section);
        let tag = &self.found[section].tag;
        self.headings = self.context.iter().filter(|(open, _)| open == tag).count();
    }

    /// Changes the counts to which an element of this name belongs.
    fn count(&mut self, tag: &str, is_headerlink: bool, change: impl Fn(&mut usize)) {
        if self.skip.iter().any(|skipped| skipped == tag) {
            change(&mut self.skipped);
        }
        if tag == "pre" {
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
        let is_skipped = |(tag, _): &&(Cow<'h, str>, bool)| self.skip.contains(tag);
        self.skipped = self.context.iter().filter(is_skipped).count();
    }

    /// Whether an element of the name of the section's heading is open.
    fn in_heading(&self) -> bool {
        self.current.is_some() && self.headings > 0
    }

    fn parts(&mut self) -> &mut Parts {
        let in_heading = self.in_heading();
        if self.current.is_none() {
            self.open(Cow::Borrowed("hx"), 0, false, None);
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

fn unescaped(text: &str) -> Cow<'_, str> {
    match memchr::memchr(b'&', text.as_bytes()) {
        Some(_) => Cow::Owned(unescape_entities(text)),
        None => Cow::Borrowed(text),
    }
}

fn in_lower_case(name: &str) -> Cow<'_, str> {
    if name.bytes().any(|b| b.is_ascii_uppercase()) {
        return Cow::Owned(name.to_ascii_lowercase());
    }
    Cow::Borrowed(name)
}

fn name_of(text: &str) -> Cow<'_, str> {
    let letters = text
        .bytes()
        .position(|byte| !byte.is_ascii_alphanumeric())
        .unwrap_or(text.len());
    let rest = text[letters..].find(|c: char| c.is_whitespace() || matches!(c, '/' | '>'));
    in_lower_case(rest.map_or(text, |end| &text[..letters + end]))
}

/// The offset after the tag at `start`, quoted values skipped.
fn tag_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'>' => return Some(at + 1),
            quote @ (b'"' | b'\'') if bytes[at - 1] == b'=' => at += memchr::memchr(quote, &bytes[at + 1..])? + 2,
            _ => at += 1,
        }
    }
    None
}

fn marks(text: &str) -> Marks<'_> {
    let mut found = Marks::default();
    // Most tags, those of coloured code, have nothing or one class that says nothing.
    let class = text.strip_prefix(" class=\"").and_then(|rest| rest.strip_suffix("\">"));
    if text == ">"
        || class
            .is_some_and(|class| class.len() < "linenodiv".len() && class.bytes().all(|b| b.is_ascii_alphanumeric()))
    {
        return found;
    }
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/'))
            .unwrap_or(rest.len());
        if end == 0 {
            return found;
        }
        let name = in_lower_case(&rest[..end]);
        rest = &rest[end..];
        let mut value = "";
        if let Some(after) = rest.strip_prefix('=') {
            (value, rest) = match after.chars().next() {
                Some(quote @ ('"' | '\'')) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
                _ => after.split_at(
                    after
                        .find(|c: char| c.is_whitespace() || c == '>')
                        .unwrap_or(after.len()),
                ),
            };
        }
        match name.as_ref() {
            "id" if found.id.is_none() => found.id = Some(unescaped(value)),
            "data-search-exclude" => found.is_excluded = true,
            "class" => {
                let class = unescaped(value);
                found.is_headerlink |= class == "headerlink";
                found.is_linenodiv |= class == "linenodiv";
            }
            _ => {}
        }
    }
}

/// Appends a text with what is markup in HTML escaped, and if asked for, in one line.
fn escape(out: &mut String, text: &str, in_one_line: bool) {
    let mut from = 0;
    let is_special = |byte: u8| matches!(byte, b'&' | b'<' | b'>' | b'\n');
    if !text.bytes().any(is_special) {
        out.push_str(text);
        return;
    }
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
        assert_eq!(
            sections("<p>antes</p><h2 id=\"x\">X</h2>"),
            [section(None, "", "<p>antes</p>"), section(Some("x"), "X", "")]
        );
    }
}
