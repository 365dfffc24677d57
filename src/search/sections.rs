//! An article as sections: the text before the first heading with an id, and one for each such
//! heading, with the few tags kept that the index keeps.
//!
//! The rules are those of Material's search plugin, its treatment of elements by name included.

use crate::markdown::unescape_entities;

const VOID: &[&str] = &[
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
];
const KEPT: &[&str] = &["p", "code", "pre", "li", "ol", "ul", "sub", "sup"];
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

/// Parts of a text, with what is needed to drop an empty element at its end.
#[derive(Default)]
struct Parts {
    parts: Vec<String>,
    /// The first part that opens a tag, by the tag's place in [`KEPT`].
    first: [Option<usize>; 8],
    /// One past the last part that is not white space.
    solid: usize,
}

impl Parts {
    fn push(&mut self, part: String) {
        if !part.chars().all(char::is_whitespace) || part.is_empty() {
            self.solid = self.parts.len() + 1;
        }
        self.parts.push(part);
    }

    fn open(&mut self, tag: &str) {
        if let Some(kind) = KEPT.iter().position(|kept| *kept == tag) {
            self.first[kind].get_or_insert(self.parts.len());
        }
        self.push(format!("<{tag}>"));
    }

    /// Closes a tag; if nothing but white space came since its first opening, that goes instead.
    fn close(&mut self, tag: &str) {
        let first = KEPT
            .iter()
            .position(|kept| *kept == tag)
            .and_then(|kind| self.first[kind]);
        match first {
            Some(first) if self.solid <= first + 1 => {
                self.parts.truncate(first);
                for known in &mut self.first {
                    *known = known.filter(|at| *at < first);
                }
                let solid = |part: &String| part.is_empty() || !part.chars().all(char::is_whitespace);
                self.solid = self.parts.iter().rposition(solid).map_or(0, |at| at + 1);
            }
            _ => self.push(format!("</{tag}>")),
        }
    }

    fn ends_in_space(&self) -> bool {
        self.parts
            .last()
            .is_some_and(|part| !part.is_empty() && part.chars().all(char::is_whitespace))
    }

    fn finish(self) -> String {
        self.parts.concat().trim().to_owned()
    }
}

struct Open {
    /// The name of its heading; `hx` for the text before the first one.
    tag: String,
    depth: usize,
    excluded: bool,
    id: Option<String>,
    title: Parts,
    text: Parts,
}

#[derive(Default)]
struct Parser {
    context: Vec<(String, bool)>,
    skip: Vec<String>,
    found: Vec<Open>,
    current: Option<usize>,
}

/// The sections of an article, those marked `data-search-exclude` left out.
#[must_use]
pub fn sections(html: &str) -> Vec<Section> {
    let mut parser = Parser {
        skip: SKIPPED.iter().map(|tag| (*tag).to_owned()).collect(),
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

impl Parser {
    fn feed(&mut self, html: &str) {
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
                let attributes = attributes(&tag[1 + name.len()..]);
                self.start(&name, &attributes);
                if matches!(name.as_str(), "script" | "style") {
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

    fn start(&mut self, tag: &str, attributes: &[(String, String)]) {
        if VOID.contains(&tag) {
            return;
        }
        let is_headerlink = tag == "a" && attributes.iter().any(|(k, v)| k == "class" && v == "headerlink");
        self.context.push((tag.to_owned(), is_headerlink));
        let excluded = attributes.iter().any(|(key, _)| key == "data-search-exclude");
        let is_heading = matches!(tag, "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
        let id = attributes
            .iter()
            .find(|(key, _)| key == "id")
            .map(|(_, value)| value.clone());
        if let (true, Some(id)) = (is_heading, id) {
            let depth = self.context.len();
            if tag != "h1" && self.found.is_empty() {
                self.open("hx", depth, false, None);
            }
            let id = (!self.found.is_empty()).then_some(id);
            self.open(tag, depth, excluded, id);
        }
        if self.current.is_none() {
            self.open("hx", 0, false, None);
        }
        if excluded
            || attributes
                .iter()
                .any(|(key, value)| key == "class" && value == "linenodiv")
        {
            self.skip.push(tag.to_owned());
            return;
        }
        if KEPT.contains(&tag) && !self.is_skipped() {
            self.parts().open(tag);
        }
    }

    fn end(&mut self, tag: &str) {
        if self.context.last().is_none_or(|(last, _)| last != tag) {
            return;
        }
        let depth = self.context.len();
        if let Some(current) = self.current.filter(|current| self.found[*current].depth > depth)
            && let Some(outer) = self.found.iter().rposition(|section| section.depth <= depth)
        {
            // A section that was left is never gone back to.
            self.found[current].depth = usize::MAX;
            self.current = Some(outer);
        }
        self.context.pop();
        if let Some(at) = self.skip.iter().position(|skipped| skipped == tag) {
            if !SKIPPED.contains(&tag) {
                self.skip.remove(at);
            }
            return;
        }
        if KEPT.contains(&tag) && !self.is_skipped() {
            self.parts().close(tag);
        }
    }

    fn data(&mut self, html: &str) {
        if html.is_empty() || self.is_skipped() {
            return;
        }
        let mut text = unescape_entities(html);
        let is_space = text.chars().all(char::is_whitespace);
        let in_pre = self.context.iter().any(|(tag, _)| tag == "pre");
        if !in_pre {
            text = if is_space {
                " ".to_owned()
            } else {
                text.replace('\n', " ")
            };
        }
        if self.current.is_none() {
            self.open("hx", 0, false, None);
        }
        if self.in_heading() {
            if !self.context.iter().any(|(_, headerlink)| *headerlink) {
                self.parts().push(escape(&text));
            }
        } else if !is_space || !self.parts().ends_in_space() || in_pre {
            self.parts().push(if is_space { text } else { escape(&text) });
        }
    }

    fn open(&mut self, tag: &str, depth: usize, excluded: bool, id: Option<String>) {
        let (title, text) = (Parts::default(), Parts::default());
        self.found.push(Open {
            tag: tag.to_owned(),
            depth,
            excluded,
            id,
            title,
            text,
        });
        self.current = Some(self.found.len() - 1);
    }

    fn is_skipped(&self) -> bool {
        self.context.iter().any(|(tag, _)| self.skip.contains(tag))
    }

    /// Whether an element of the name of the section's heading is open.
    fn in_heading(&self) -> bool {
        let Some(current) = self.current else { return false };
        self.context.iter().any(|(tag, _)| *tag == self.found[current].tag)
    }

    fn parts(&mut self) -> &mut Parts {
        let in_heading = self.in_heading();
        if self.current.is_none() {
            self.open("hx", 0, false, None);
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

fn name_of(text: &str) -> String {
    let end = text
        .find(|c: char| c.is_whitespace() || matches!(c, '/' | '>'))
        .unwrap_or(text.len());
    text[..end].to_ascii_lowercase()
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

fn attributes(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        let end = rest
            .find(|c: char| c.is_whitespace() || matches!(c, '=' | '>' | '/'))
            .unwrap_or(rest.len());
        if end == 0 {
            return found;
        }
        let name = rest[..end].to_ascii_lowercase();
        rest = &rest[end..];
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            let (raw, tail) = match after.chars().next() {
                Some(quote @ ('"' | '\'')) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
                _ => after.split_at(
                    after
                        .find(|c: char| c.is_whitespace() || c == '>')
                        .unwrap_or(after.len()),
                ),
            };
            value = unescape_entities(raw);
            rest = tail;
        }
        found.push((name, value));
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
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
        assert_eq!(
            sections("<p>antes</p><h2 id=\"x\">X</h2>"),
            [section(None, "", "<p>antes</p>"), section(Some("x"), "X", "")]
        );
    }
}
