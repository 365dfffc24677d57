//! What is read of each finished page once, for all rules.

use std::borrow::Cow;

use super::html::{Tag, Token, tokens};

/// An address in a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address {
    /// The address, entities resolved.
    pub(super) url: String,
    /// The attribute as written, where that is something else.
    written: Option<String>,
    /// Whether a link leads there; otherwise the page needs it to be shown.
    pub(super) is_link: bool,
}

impl Address {
    /// The attribute as written, to be found in the source.
    pub(super) fn raw(&self) -> &str {
        self.written.as_deref().unwrap_or(&self.url)
    }
}

/// What stands in one finished page.
#[derive(Clone, Debug, Default)]
pub(super) struct Face {
    /// Its addresses in order.
    pub(super) addresses: Vec<Address>,
    /// Its ids, sorted.
    pub(super) ids: Vec<String>,
    /// Ids that are there more than once.
    pub(super) twice: Vec<String>,
    /// Where it sends readers on to at once.
    pub(super) refresh: Option<String>,
    /// The text of its `title`.
    pub(super) title: String,
}

/// Reads a finished page.
pub(super) fn face(html: &str) -> Face {
    let mut face = Face {
        title: title(html),
        ..Face::default()
    };
    // Links lead to names of anchors, too, which may be the id of the same element.
    let mut names = Vec::new();
    for token in tokens(html) {
        let Token::Open(tag) = token else { continue };
        face.ids.extend(addresses(&tag, &mut face.addresses));
        if tag.is("a") {
            names.extend(tag.value("name"));
        } else if tag.is("meta")
            && tag
                .raw("http-equiv")
                .is_some_and(|kind| kind.eq_ignore_ascii_case("refresh"))
        {
            let content = tag.value("content").unwrap_or_default();
            let url = content.find("url=").map(|at| content[at + 4..].to_owned());
            face.refresh = url;
        }
    }
    face.ids.sort_unstable();
    for pair in face.ids.windows(2) {
        if pair[0] == pair[1] && face.twice.last() != Some(&pair[0]) {
            face.twice.push(pair[0].clone());
        }
    }
    if !names.is_empty() {
        face.ids.append(&mut names);
        face.ids.sort_unstable();
    }
    face.ids.dedup();
    face
}

/// The text of the first `title`, which tokens leave out.
fn title(html: &str) -> String {
    let start = html.find("<title>").map(|at| at + "<title>".len());
    let text = start.and_then(|start| html[start..].split("</title>").next());
    let text = crate::markdown::unescape_entities(text.unwrap_or_default());
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Adds the addresses of `tag` to `found`, and gives its id: one pass over its attributes.
fn addresses(tag: &Tag<'_>, found: &mut Vec<Address>) -> Option<String> {
    // Nothing is fetched from these, and a feed reader resolves what they name.
    let is_named = tag.is("base")
        || tag.is("link")
            && matches!(
                tag.raw("rel"),
                Some("canonical" | "preconnect" | "dns-prefetch" | "edit")
            );
    let mut id = None;
    for (name, value) in tag.attributes() {
        let is = |known: &str| name.eq_ignore_ascii_case(known);
        let is_address = match name.len() {
            2 if is("id") && id.is_none() => {
                id = Some(value).filter(|id| !id.is_empty());
                false
            }
            3 => is("src"),
            4 => is("href") && !is_named || is("data") && tag.is("object"),
            6 if is("srcset") => {
                for part in value.split(',') {
                    push(part.split_whitespace().next().unwrap_or(""), false, found);
                }
                false
            }
            6 => is("poster"),
            _ => false,
        };
        if is_address {
            push(value, tag.is("a") || tag.is("area"), found);
        }
    }
    id.map(crate::markdown::unescape_entities)
}

fn push(raw: &str, is_link: bool, found: &mut Vec<Address>) {
    let trimmed = raw.trim();
    let is_plain = trimmed.len() == raw.len() && !raw.contains('&');
    let (url, written) = if is_plain {
        (raw.to_owned(), None)
    } else {
        let url = crate::markdown::unescape_entities(raw).trim().to_owned();
        (url, Some(raw.to_owned()))
    };
    found.push(Address { url, written, is_link });
}

/// A heading of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Heading {
    pub(super) level: u8,
    pub(super) text: String,
}

/// An image of an article.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Image {
    /// Its `src` as written.
    pub(super) raw: String,
    /// Its alternative text; `None` without the attribute.
    pub(super) alt: Option<String>,
}

/// What stands in one article.
#[derive(Clone, Debug, Default)]
pub(super) struct Article {
    pub(super) headings: Vec<Heading>,
    /// Images that are not hidden from screen readers.
    pub(super) images: Vec<Image>,
    /// Links without an address: their texts.
    pub(super) empty: Vec<String>,
    /// Links without a text: their addresses as written.
    pub(super) silent: Vec<String>,
    /// Names of reference definitions that are missing.
    pub(super) references: Vec<String>,
    /// Names of footnotes that are missing.
    pub(super) footnotes: Vec<String>,
    /// Values of all addresses as written.
    pub(super) addresses: Vec<Address>,
    /// Its ids, in order.
    pub(super) ids: Vec<String>,
}

/// Reads an article.
pub(super) fn article(html: &str) -> Article {
    let mut reader = Reader::default();
    for token in tokens(html) {
        match token {
            Token::Open(tag) => reader.open(&tag),
            Token::Close(name) => reader.close(name),
            Token::Text(text) => reader.text(text),
        }
    }
    reader.end_block();
    reader.article
}

/// Elements whose text is not prose.
const OPAQUE: &[&str] = &[
    "code", "pre", "kbd", "svg", "math", "samp", "script", "style", "textarea",
];

const INLINE: &[&str] = &[
    "a", "abbr", "b", "code", "del", "em", "i", "img", "ins", "kbd", "mark", "q", "s", "samp", "small", "span",
    "strong", "sub", "sup", "u",
];

#[derive(Default)]
struct Reader {
    article: Article,
    /// The text of the block so far, what is no prose as a sign of its own.
    block: String,
    heading: Option<Heading>,
    /// The link that is open: its address as written, its text, and whether something else is in it.
    link: Option<(String, String, bool)>,
    /// How many elements with text that is no prose are open.
    opaque: usize,
    /// The element with mathematics that is open, and how deep we are in it.
    math: Option<(String, usize)>,
}

impl Reader {
    fn open(&mut self, tag: &Tag<'_>) {
        let id = addresses(tag, &mut self.article.addresses);
        self.article.ids.extend(id);
        let name = tag.name.to_ascii_lowercase();
        if !INLINE.contains(&name.as_str()) {
            self.end_block();
        }
        if let Some((math, depth)) = &mut self.math
            && *math == name
        {
            *depth += 1;
        }
        if self.math.is_none() && tag.raw("class").is_some_and(|class| class.contains("arithmatex")) {
            self.math = Some((name.clone(), 1));
        }
        if OPAQUE.contains(&name.as_str()) {
            self.opaque += 1;
            self.block.push('\u{1}');
        }
        match name.as_str() {
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.heading = Some(Heading {
                    level: name.as_bytes()[1] - b'0',
                    text: String::new(),
                });
            }
            "a" => self.open_link(tag),
            "img" => self.image(tag),
            _ => {
                if let Some((_, _, other)) = &mut self.link {
                    *other = true;
                }
            }
        }
    }

    fn open_link(&mut self, tag: &Tag<'_>) {
        let named = tag
            .raw("aria-label")
            .or_else(|| tag.raw("title"))
            .is_some_and(|name| !name.is_empty());
        let hidden = tag.raw("aria-hidden") == Some("true");
        self.link = tag
            .raw("href")
            .map(|href| (href.to_owned(), String::new(), named || hidden));
    }

    fn image(&mut self, tag: &Tag<'_>) {
        let alt = tag.value("alt");
        let named = alt.as_deref().is_some_and(|alt| !alt.trim().is_empty());
        if let Some((_, _, other)) = &mut self.link {
            *other |= named;
        }
        if let (Some(heading), Some(alt)) = (&mut self.heading, &alt) {
            heading.text.push_str(alt);
        }
        let hidden = tag.raw("aria-hidden") == Some("true") || tag.raw("role") == Some("presentation");
        if !hidden && tag.raw("aria-label").is_none() {
            self.article.images.push(Image {
                raw: tag.raw("src").unwrap_or("").to_owned(),
                alt,
            });
        }
    }

    fn close(&mut self, name: &str) {
        let name = name.to_ascii_lowercase();
        if !INLINE.contains(&name.as_str()) {
            self.end_block();
        }
        if OPAQUE.contains(&name.as_str()) {
            self.opaque = self.opaque.saturating_sub(1);
        }
        if let Some((math, depth)) = &mut self.math
            && *math == name
        {
            *depth -= 1;
            if *depth == 0 {
                self.math = None;
            }
        }
        if name == "a" {
            self.close_link();
        }
        if name.len() == 2
            && name.starts_with('h')
            && let Some(heading) = self.heading.take()
        {
            self.article.headings.push(heading);
        }
    }

    fn close_link(&mut self) {
        let Some((href, text, other)) = self.link.take() else {
            return;
        };
        let text = text.trim();
        if href.is_empty() && (!text.is_empty() || other) {
            self.article.empty.push(text.to_owned());
        } else if !href.is_empty() && text.is_empty() && !other && !href.starts_with("#__") {
            self.article.silent.push(href);
        }
    }

    fn text(&mut self, text: &str) {
        let plain = if text.contains('&') {
            Cow::Owned(crate::markdown::unescape_entities(text))
        } else {
            Cow::Borrowed(text)
        };
        if let Some(heading) = &mut self.heading
            && self.link.as_ref().is_none_or(|_| plain != "¶")
        {
            heading.text.push_str(&plain);
        }
        if let Some((_, words, _)) = &mut self.link {
            words.push_str(&plain);
        }
        if self.opaque == 0 && self.math.is_none() {
            self.block.push_str(&plain);
        }
    }

    /// Looks for brackets that Markdown left in the text of a block.
    fn end_block(&mut self) {
        if !self.block.contains('[') {
            self.block.clear();
            return;
        }
        let block = std::mem::take(&mut self.block);
        for (at, _) in block.match_indices("[^") {
            let name = block[at + 2..].split(']').next().unwrap_or("");
            let whole = block[at + 2 + name.len()..].starts_with(']');
            // In prose `[^abc]` may be a set of letters; a mark follows a word, or is a number.
            let mark = block[..at].ends_with(|c: char| !c.is_whitespace() && c != '(')
                || name.bytes().all(|byte| byte.is_ascii_digit());
            if whole && mark && !name.is_empty() && !name.contains([' ', '[', '\u{1}', '\\']) {
                self.article.footnotes.push(name.to_owned());
            }
        }
        for (at, _) in block.match_indices("][") {
            let Some(open) = block[..at].rfind('[') else { continue };
            let before = block[..open].chars().next_back();
            let name = block[at + 2..].split(']').next().unwrap_or("");
            let whole = block[at + 2 + name.len()..].starts_with(']');
            let code = before.is_some_and(|c| c.is_alphanumeric() || matches!(c, ']' | ')' | '_' | '\u{1}'));
            if whole && !code && !name.contains(['[', '\u{1}']) {
                let text = &block[open + 1..at];
                let name = if name.is_empty() { text } else { name };
                self.article.references.push(name.to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{article, face};

    #[test]
    fn an_article_says_what_it_has() {
        let found = article(
            "<h1 id=a>A <code>b</code></h1><p>see [x][y] and [^2], not <code>[x][z]</code> nor a[i][j]</p>\
             <h3></h3><a href=''>e</a><a href='s'><img src='i' alt=''></a><a href='t' title='T'></a>",
        );
        let levels: Vec<_> = found.headings.iter().map(|h| (h.level, h.text.as_str())).collect();
        assert_eq!(levels, [(1, "A b"), (3, "")]);
        assert_eq!(
            (found.references, found.footnotes),
            (vec!["y".to_owned()], vec!["2".to_owned()])
        );
        assert_eq!(
            (found.empty, found.silent),
            (vec!["e".to_owned()], vec!["s".to_owned()])
        );
        assert_eq!(found.images[0].alt.as_deref(), Some(""));
    }

    #[test]
    fn a_page_says_where_it_leads_and_what_it_is_called() {
        let html = "<a href='x?a=1&amp;b' id=i name=n></a><p id=i></p><img srcset='s1 1x, s2 2x'>\
                    <meta http-equiv=refresh content='0; url=../to/'>";
        let found = face(html);
        let urls: Vec<_> = found.addresses.iter().map(|address| address.url.as_str()).collect();
        assert_eq!(urls, ["x?a=1&b", "s1", "s2"]);
        assert_eq!(
            (found.ids, found.twice),
            (vec!["i".to_owned(), "n".to_owned()], vec!["i".to_owned()])
        );
        assert_eq!(found.refresh.as_deref(), Some("../to/"));
    }
}
