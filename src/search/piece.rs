//! What one page gives to the readers' index: its words with their weight and places, and its text
//! for showing results. Made of the page alone, so that it can be kept while the page is the same.

use serde_json::Value;

use super::codec::{NAME, deflate, file_name, name, put_number, put_text, take, take_number};
use super::index::Entry;
use super::terms::{Field, Terms, Vocabulary};

/// A page is cut before a section once its text is this long, in bytes, so that what a reader
/// fetches for one result stays small.
const LONGEST_TEXT: usize = 24 * 1024;
/// Words between two sections: no phrase reaches over it.
const GAP: u32 = 10;

/// How much a word counts by where it stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weights {
    /// In the title of the page.
    pub title: f32,
    /// In the heading of a section.
    pub heading: f32,
    /// In the text.
    pub text: f32,
    /// Among the tags.
    pub tags: f32,
}

/// What all pieces of a site are made with: how much words count, and what is known of the words met
/// so far. Shared between threads.
#[derive(Debug)]
pub struct Indexer {
    weights: Weights,
    pub(super) vocabulary: Vocabulary,
}

impl Indexer {
    /// One for a site whose words count so much.
    #[must_use]
    pub fn new(weights: Weights) -> Self {
        Self {
            weights,
            vocabulary: Vocabulary::default(),
        }
    }

    /// How much words count.
    #[must_use]
    pub fn weights(&self) -> Weights {
        self.weights
    }
}

/// A page, or a part of a very long one.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Doc {
    /// Address, titles and texts for showing it: JSON, compressed. Empty if it was taken.
    pub(super) fragment: Vec<u8>,
    /// The name of the file for that.
    pub(super) name: [u8; NAME],
    /// Its words.
    pub(super) terms: Terms,
}

impl Doc {
    fn new(fragment: Vec<u8>, terms: Terms) -> Self {
        Self {
            name: name(&fragment),
            fragment,
            terms,
        }
    }
}

/// What one page gives to the index.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Piece {
    pub(super) docs: Vec<Doc>,
    pub(super) tags: Vec<String>,
    /// The section of the site it stands in.
    pub(super) section: Option<String>,
    pub(super) boost: Option<f32>,
    /// Abbreviations that it explains, with what they stand for.
    pub(super) abbreviations: Vec<(String, String)>,
}

/// What is known of a page besides its entries.
#[derive(Clone, Copy, Debug, Default)]
pub struct Place<'p> {
    /// Its address.
    pub url: &'p str,
    /// Its title, HTML.
    pub title: &'p str,
    /// The section of the site it stands in, HTML.
    pub section: Option<&'p str>,
}

impl Piece {
    /// The piece of the page whose entries and finished article these are.
    #[must_use]
    pub fn new(entries: &[Entry], article: &str, place: Place<'_>, indexer: &Indexer) -> Self {
        let Some(first) = entries.first() else {
            return Self::default();
        };
        let heading = if first.location == place.url {
            plain(&first.title)
        } else {
            String::new()
        };
        let title = if heading.is_empty() {
            plain(place.title)
        } else {
            heading
        };
        let tags = first.tags.clone().unwrap_or_default();
        let texts: Vec<(&Entry, String)> = entries.iter().map(|entry| (entry, plain(&entry.text))).collect();
        let mut docs = Vec::new();
        let mut rest = &texts[..];
        while !rest.is_empty() {
            let mut len = 0;
            let end = rest.iter().position(|(_, text)| {
                len += text.len();
                len > LONGEST_TEXT
            });
            let (part, tail) = rest.split_at(end.unwrap_or(rest.len()).max(1));
            rest = tail;
            docs.push(doc(part, &title, &tags, place, indexer));
        }
        Self {
            docs,
            tags,
            section: place.section.map(plain),
            boost: first.boost.as_ref().and_then(Value::as_f64).map(|boost| boost as f32),
            abbreviations: abbreviations(article),
        }
    }

    /// Takes the files for showing it, so that they can be written before the others: names as
    /// [`super::Shards`] gives them to files that are no scripts, and bytes.
    pub fn take_fragments(&mut self) -> impl Iterator<Item = (String, Vec<u8>)> {
        let docs = self.docs.iter_mut();
        docs.map(|doc| (file_name(doc.name), std::mem::take(&mut doc.fragment)))
    }

    /// The piece as bytes, so that it can be kept from one build to the next: numbers and texts as
    /// `codec.rs` writes them, lists after how many there are, what may be missing as a list, and
    /// the number of all bytes before everything else. The form is that of this version only.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        put_list(&mut out, &self.docs, |out, doc| {
            put_bytes(out, &doc.fragment);
            put_bytes(out, &doc.terms.bytes);
        });
        put_list(&mut out, &self.tags, |out, tag| put_text(out, tag));
        put_list(&mut out, self.section.as_slice(), |out, section| put_text(out, section));
        put_list(&mut out, self.boost.as_slice(), |out, boost| {
            out.extend(boost.to_le_bytes());
        });
        put_list(&mut out, &self.abbreviations, |out, (name, meaning)| {
            put_text(out, name);
            put_text(out, meaning);
        });
        let mut all = Vec::with_capacity(out.len() + 5);
        put_bytes(&mut all, &out);
        all
    }

    /// The piece that [`Piece::to_bytes`] wrote; none if bytes are missing or cannot be read.
    #[must_use]
    pub fn from_bytes(bytes: &[u8], indexer: &Indexer) -> Option<Self> {
        let mut all = bytes;
        // Even an empty piece has its numbers.
        let mut rest = take_bytes(&mut all).filter(|bytes| !bytes.is_empty())?;
        let from = &mut rest;
        let piece = Self {
            docs: take_list(from, |from| {
                let fragment = take_bytes(from)?.to_vec();
                let terms = take_bytes(from)?.to_vec();
                Some(Doc::new(fragment, indexer.vocabulary.kept(terms)?))
            })?,
            tags: take_list(from, take_text)?,
            section: take_list(from, take_text)?.pop(),
            boost: take_list(from, |from| Some(f32::from_le_bytes(take(from, 4).try_into().ok()?)))?.pop(),
            abbreviations: take_list(from, |from| Some((take_text(from)?, take_text(from)?)))?,
        };
        (all.is_empty() && rest.is_empty()).then_some(piece)
    }
}

fn put_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    put_number(out, bytes.len() as u32);
    out.extend_from_slice(bytes);
}

fn put_list<T>(out: &mut Vec<u8>, list: &[T], put: impl Fn(&mut Vec<u8>, &T)) {
    put_number(out, list.len() as u32);
    for item in list {
        put(out, item);
    }
}

fn take_bytes<'b>(from: &mut &'b [u8]) -> Option<&'b [u8]> {
    let len = take_number(from);
    let taken = take(from, len);
    (taken.len() == len as usize).then_some(taken)
}

fn take_text(from: &mut &[u8]) -> Option<String> {
    String::from_utf8(take_bytes(from)?.to_vec()).ok()
}

/// Every item takes at least one byte, so a broken number cannot ask for more than there is.
fn take_list<T>(from: &mut &[u8], mut item: impl FnMut(&mut &[u8]) -> Option<T>) -> Option<Vec<T>> {
    let len = take_number(from) as usize;
    if len > from.len() {
        return None;
    }
    (0..len).map(|_| item(from)).collect()
}

fn doc(part: &[(&Entry, String)], title: &str, tags: &[String], place: Place<'_>, indexer: &Indexer) -> Doc {
    let all: usize = part.iter().map(|(_, text)| text.len() + 64).sum();
    let mut shown = String::with_capacity(all + all / 16);
    shown.push('[');
    for text in [place.url, title, &plain(place.section.unwrap_or(""))] {
        push_json(&mut shown, text);
        shown.push(',');
    }
    push_list(&mut shown, tags, |out, tag| push_json(out, tag));
    shown.push(',');
    let terms = indexer.vocabulary.terms(indexer.weights, |counter| {
        counter.add(title, Field::Title, GAP);
        for tag in tags {
            counter.add(tag, Field::Tags, GAP);
        }
        push_list(&mut shown, part, |out, (entry, text)| {
            let id = entry.location.split_once('#').map_or("", |(_, id)| id);
            let heading = if id.is_empty() {
                String::new()
            } else {
                plain(&entry.title)
            };
            if !heading.is_empty() {
                counter.add(&heading, Field::Heading, 2);
            }
            counter.add(text, Field::Text, GAP);
            push_list(out, &[id, &heading, text], |out, text| push_json(out, text));
        });
    });
    shown.push(']');
    Doc::new(deflate(shown.as_bytes()), terms)
}

fn push_list<T>(out: &mut String, items: &[T], mut push: impl FnMut(&mut String, &T)) {
    out.push('[');
    for (at, item) in items.iter().enumerate() {
        out.push_str(if at > 0 { "," } else { "" });
        push(out, item);
    }
    out.push(']');
}

/// Appends a text as JSON.
fn push_json(out: &mut String, text: &str) {
    out.push('"');
    let bytes = text.as_bytes();
    let is_special = |byte: &u8| matches!(byte, 0..0x20 | b'"' | b'\\');
    let (mut from, mut at) = (0, 0);
    while at < bytes.len() {
        // Special characters are rare, so they are looked for in many at once.
        let piece = &bytes[at..bytes.len().min(at + 32)];
        if !piece.iter().fold(false, |found, byte| found | is_special(byte)) {
            at += piece.len();
            continue;
        }
        let special = at + piece.iter().position(is_special).unwrap_or(0);
        out.push_str(&text[from..special]);
        match bytes[special] {
            b'\n' => out.push_str("\\n"),
            b'\t' => out.push_str("\\t"),
            byte @ (b'"' | b'\\') => out.extend(['\\', char::from(byte)]),
            byte => out.push_str(&format!("\\u{byte:04x}")),
        }
        (from, at) = (special + 1, special + 1);
    }
    out.push_str(&text[from..]);
    out.push('"');
}

/// The text of an entry: tags out, character references resolved, blocks apart.
pub(super) fn plain(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = memchr::memchr2(b'<', b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('<') {
            let len = memchr::memchr(b'>', rest.as_bytes()).map_or(rest.len(), |end| end + 1);
            let name = rest[1..len].trim_start_matches('/').trim_end_matches('>');
            let is_block = matches!(name, "p" | "li" | "ul" | "ol" | "pre");
            if is_block && !out.is_empty() && !out.ends_with('\n') {
                out.truncate(out.trim_end_matches(' ').len());
                out.push('\n');
            }
            rest = &rest[len..];
        } else {
            let known = [("&lt;", '<'), ("&gt;", '>'), ("&amp;", '&')];
            let (name, c) = known
                .into_iter()
                .find(|(name, _)| rest.starts_with(name))
                .unwrap_or(("&", '&'));
            out.push(c);
            rest = &rest[name.len()..];
        }
        if out.ends_with('\n') {
            rest = rest.trim_start_matches(' ');
        }
    }
    out.push_str(rest);
    out.truncate(out.trim_end().len());
    out
}

/// `<abbr title="High Performance Computing">HPC</abbr>`: abbreviations in capitals with what they
/// stand for, each once.
fn abbreviations(article: &str) -> Vec<(String, String)> {
    const OPEN: &str = "<abbr title=\"";
    let mut found: Vec<(String, String)> = Vec::new();
    let starts: Vec<usize> = memchr::memmem::find_iter(article.as_bytes(), OPEN).collect();
    for (number, start) in starts.iter().enumerate() {
        let end = starts.get(number + 1).copied().unwrap_or(article.len());
        let Some((title, rest)) = article[start + OPEN.len()..end].split_once("\">") else {
            continue;
        };
        let Some((name, _)) = rest.split_once("</abbr>") else {
            continue;
        };
        let capitals = name.chars().filter(|c| c.is_uppercase()).count();
        let is_plain = !name.contains('<') && !title.contains('<');
        if capitals >= 2 && is_plain && !found.iter().any(|(known, _)| known == name) {
            found.push((name.to_owned(), crate::markdown::unescape_entities(title)));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_become_plain_text() {
        assert_eq!(
            plain("<p>Uno <code>a &lt; b</code> &amp;c.</p> <ul> <li>x</li> <li>y</li> </ul>"),
            "Uno a < b &c.\nx\ny"
        );
    }

    #[test]
    fn texts_become_json() {
        let text = "a \"b\" \\ c\n\td\u{1}\u{7f} ñ 😀".repeat(9);
        let mut out = String::new();
        push_json(&mut out, &text);
        assert_eq!(serde_json::from_str::<String>(&out).unwrap(), text);
    }

    #[test]
    fn abbreviations_are_those_in_capitals() {
        let article = "<abbr title=\"High &amp; Fast\">HPC</abbr> <abbr title=\"gestor\">Slurm</abbr> <abbr title=\"x\">HPC</abbr>";
        assert_eq!(abbreviations(article), [("HPC".to_owned(), "High & Fast".to_owned())]);
    }

    #[test]
    fn a_piece_can_be_kept() {
        let entry = |location: &str, title: &str, text: &str| Entry {
            location: location.to_owned(),
            title: title.to_owned(),
            text: text.to_owned(),
            tags: Some(vec!["gpu".to_owned(), "año".to_owned()]),
            boost: Some(Value::from(2.5)),
        };
        let long = "<p>palabra</p>".repeat(LONGEST_TEXT / 7);
        let entries = [
            entry("a/", "Años", "<p>Usa --gres=gpu:1</p>"),
            entry("a/#b", "B", &long),
        ];
        let place = Place {
            url: "a/",
            title: "A",
            section: Some("Guía"),
        };
        let indexer = Indexer::new(Weights {
            title: 5.0,
            heading: 2.5,
            text: 1.0,
            tags: 4.0,
        });
        let article = "<abbr title=\"High Performance Computing\">HPC</abbr>";
        let piece = Piece::new(&entries, article, place, &indexer);
        assert_eq!(
            (
                piece.docs.len(),
                piece.tags.len(),
                piece.boost,
                piece.abbreviations.len()
            ),
            (2, 2, Some(2.5), 1)
        );
        let bytes = piece.to_bytes();
        assert_eq!(Piece::from_bytes(&bytes, &indexer), Some(piece));
        assert_eq!(
            Piece::from_bytes(&Piece::default().to_bytes(), &indexer),
            Some(Piece::default())
        );
        for len in 0..bytes.len().min(600) {
            assert_eq!(Piece::from_bytes(&bytes[..len], &indexer), None, "{len} bytes");
            let mut broken = bytes.clone();
            broken[len] ^= 0xff;
            let _ = Piece::from_bytes(&broken, &indexer);
        }
    }
}
