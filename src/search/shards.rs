//! The index that readers search: many small files, of which a query fetches a few.
//!
//! ```text
//! root.json   what there is, the first word of each leaf, the names of the blocks
//! leaf        words in order: spelling, stems, number of pages, where their postings are
//! postings    for each word its pages: weight and places; for words of very many pages the
//!             best pages only, and the names of the files with the others
//! block       the names of the fragments of 128 pages
//! fragment    one page: address, titles, text
//! ```
//!
//! All but the first are named by their content. Which bytes a page gives is decided by the page
//! (`piece.rs`); here they are only put in order. `themes/chaski/scripts/search-index.js` reads it.

use std::collections::{BTreeMap, HashMap};

use base64::Engine as _;
use rayon::prelude::*;
use serde_json::{Value, json};

use super::codec::{NAME, deflate, file_name, hex, name, put_number, put_text};
use super::index::SearchSpec;
use super::language::Languages;
use super::piece::{Indexer, Piece, plain};
use super::postings::{Postings, gather, tiers};
use super::synonyms;
use super::words::fold;

/// The size of leaves and postings before compression, in bytes; runs of related words may make
/// them up to twice as long.
const LEAF: usize = 24 * 1024;
const POSTINGS: usize = 20 * 1024;
/// Pages of a block.
const BLOCK: usize = 128;
/// How many endings of words are listed.
const ENDINGS: usize = 160;

/// A word as it is written in leaf and postings.
struct Form<'p> {
    exact: &'p str,
    folded: String,
    stems: Vec<String>,
    pages: usize,
    postings: Vec<u8>,
}

/// Files of the index by their names below its folder, with their bytes.
#[derive(Default)]
struct Out {
    files: BTreeMap<String, Vec<u8>>,
    scripts: bool,
}

impl Out {
    /// Adds a compressed file; gives its name.
    fn add(&mut self, bytes: Vec<u8>) -> [u8; NAME] {
        let name = name(&bytes);
        self.add_named(name, bytes);
        name
    }

    fn add_named(&mut self, name: [u8; NAME], bytes: Vec<u8>) {
        if self.scripts {
            let name = hex(name);
            let text = base64::engine::general_purpose::STANDARD.encode(bytes);
            let script = format!("__md_search_file(\"{name}\",\"{text}\")\n");
            self.files.insert(format!("{name}.js"), script.into_bytes());
        } else {
            self.files.insert(file_name(name), bytes);
        }
    }

    fn add_all(&mut self, files: Vec<Vec<u8>>) -> Vec<[u8; NAME]> {
        files.into_iter().map(|bytes| self.add(bytes)).collect()
    }

    fn add_json(&mut self, value: &Value) -> String {
        hex(self.add(deflate(value.to_string().as_bytes())))
    }
}

/// The index of a site, put together page by page.
#[derive(Default)]
pub struct Shards {
    /// By number of the word.
    postings: Vec<Postings>,
    /// Without their words.
    pieces: Vec<Piece>,
    pages: u32,
}

impl std::fmt::Debug for Shards {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shards")
            .field("pages", &self.pages)
            .finish_non_exhaustive()
    }
}

impl Shards {
    /// Adds the next page of the site. All pieces must be those of one indexer.
    pub fn add(&mut self, mut piece: Piece) {
        for doc in &mut piece.docs {
            gather(&mut self.postings, self.pages, &std::mem::take(&mut doc.terms));
            self.pages += 1;
        }
        self.pieces.push(piece);
    }

    /// The files of the index: paths below its folder, and bytes. Fragments that were taken are not
    /// among them. `indexer` is that of the pieces, and forgets its words.
    #[must_use]
    pub fn files(self, indexer: &Indexer, made_for: &MadeFor<'_>) -> Vec<(String, Vec<u8>)> {
        let words = indexer.vocabulary.take_words();
        files(self, &words, made_for)
    }
}

/// What the files of an index depend on besides pages.
#[derive(Clone, Copy, Debug)]
pub struct MadeFor<'m> {
    /// The options of the search.
    pub spec: &'m SearchSpec,
    /// The site's sections in their order, HTML.
    pub sections: &'m [&'m str],
    /// Whether the files are scripts, for pages opened from the disk.
    pub scripts: bool,
}

fn files(shards: Shards, words: &[Box<str>], made_for: &MadeFor<'_>) -> Vec<(String, Vec<u8>)> {
    let MadeFor {
        spec,
        sections,
        scripts,
    } = *made_for;
    let Shards {
        postings,
        mut pieces,
        pages,
    } = shards;
    let languages = Languages::new(&spec.languages(), spec.stems(), spec.stop_words());
    let mut out = Out {
        scripts,
        ..Out::default()
    };
    let (forms, overflow) = forms(&languages, words, postings);
    for bytes in overflow {
        out.add(bytes);
    }
    let leaves = leaves(&forms, &mut out);
    let endings = endings(&forms);
    drop(forms);
    let mut fragments: Vec<[u8; NAME]> = Vec::with_capacity(pages as usize);
    for doc in pieces.iter_mut().flat_map(|piece| &mut piece.docs) {
        fragments.push(doc.name);
        if !doc.fragment.is_empty() {
            out.add_named(doc.name, std::mem::take(&mut doc.fragment));
        }
    }
    let blocks = fragments.chunks(BLOCK).map(<[_]>::concat).collect();
    let blocks = out.add_all(blocks);
    let groups = synonyms::groups(&spec.synonyms, &pieces, &languages);
    let synonyms = (!groups.is_empty()).then(|| out.add_json(&json!(groups)));
    let root = json!({
        "version": 1,
        "pages": pages,
        "letters": languages.letters(),
        "stop": languages.stop_words().iter().map(String::as_str).collect::<Vec<_>>().join(" "),
        "endings": endings,
        "leaves": leaves,
        "blocks": blocks.into_iter().map(hex).collect::<Vec<_>>(),
        "synonyms": synonyms,
        "boosts": boosts(&pieces, &mut out),
        "filters": filters(&pieces, sections, &mut out),
    });
    if scripts {
        let script = format!("__md_search_file(\"root\",{root})\n");
        out.files.insert("root.js".to_owned(), script.into_bytes());
    } else {
        out.files.insert("root.json".to_owned(), root.to_string().into_bytes());
    }
    out.files.into_iter().collect()
}

/// All words in order, and the files that hold what is too much for their postings.
fn forms<'w>(languages: &Languages, words: &'w [Box<str>], postings: Vec<Postings>) -> (Vec<Form<'w>>, Vec<Vec<u8>>) {
    let form = |(exact, postings): (&'w str, Postings)| {
        if postings.pages == 0 {
            return None;
        }
        let folded = fold(exact);
        let is_stop = languages.stop_words().contains(&folded);
        let (bytes, more) = tiers(&postings, is_stop);
        let form = Form {
            stems: languages.stems(exact, &folded),
            exact,
            folded,
            pages: postings.pages,
            postings: bytes,
        };
        Some((form, more))
    };
    let all = words.par_iter().map(|word| &**word).zip(postings).with_min_len(64);
    let mut forms: Vec<(Form<'w>, Vec<Vec<u8>>)> = all.filter_map(form).collect();
    forms.par_sort_unstable_by(|(a, _), (b, _)| (&a.folded, a.exact).cmp(&(&b.folded, b.exact)));
    let mut overflow = Vec::new();
    let mut kept = Vec::with_capacity(forms.len());
    for (form, more) in forms {
        kept.push(form);
        overflow.extend(more);
    }
    (kept, overflow)
}

/// Writes leaves and postings; gives the first word and the name of each leaf.
fn leaves(forms: &[Form<'_>], out: &mut Out) -> Vec<Value> {
    let groups = cut(forms, LEAF, |form| form.folded.len() + form.exact.len() + 8);
    let written: Vec<(Vec<Vec<u8>>, Vec<u8>)> = groups
        .par_iter()
        .map(|group| {
            let shards = cut(group, POSTINGS, |form| form.postings.len());
            let bytes = |shard: &&[Form<'_>]| -> Vec<u8> {
                let postings: Vec<&[u8]> = shard.iter().map(|form| form.postings.as_slice()).collect();
                deflate(&postings.concat())
            };
            let files: Vec<Vec<u8>> = shards.iter().map(bytes).collect();
            let leaf = deflate(&leaf(&shards, &files));
            (files, leaf)
        })
        .collect();
    let mut listed = Vec::with_capacity(groups.len());
    for (group, (shards, leaf)) in groups.iter().zip(written) {
        out.add_all(shards);
        let first = group.first().map_or("", |form| form.folded.as_str());
        listed.push(json!([first, hex(out.add(leaf))]));
    }
    listed
}

fn leaf(shards: &[&[Form<'_>]], files: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(LEAF);
    put_number(&mut bytes, shards.len() as u32);
    for (shard, file) in shards.iter().zip(files) {
        bytes.extend(name(file));
        put_number(&mut bytes, shard.len() as u32);
    }
    let mut last = "";
    for form in shards.iter().copied().flatten() {
        put_after(&mut bytes, last, &form.folded);
        put_text(&mut bytes, if form.exact == form.folded { "" } else { form.exact });
        put_number(&mut bytes, form.stems.len() as u32);
        for stem in &form.stems {
            put_after(&mut bytes, &form.folded, stem);
        }
        put_number(&mut bytes, form.pages as u32);
        put_number(&mut bytes, form.postings.len() as u32);
        last = &form.folded;
    }
    bytes
}

/// Appends a text as the number of bytes that it shares with another one, and its end.
fn put_after(out: &mut Vec<u8>, before: &str, text: &str) {
    let shared = shared_start(before, text);
    put_number(out, shared as u32);
    put_text(out, &text[shared..]);
}

/// How many bytes two texts share at their start, whole letters only.
fn shared_start(a: &str, b: &str) -> usize {
    let pairs = a.char_indices().zip(b.chars());
    pairs
        .take_while(|((_, a), b)| a == b)
        .last()
        .map_or(0, |((at, c), _)| at + c.len_utf8())
}

/// Cuts words into groups of about `size`, where possible not between words that start alike.
fn cut<'f, 'p>(forms: &'f [Form<'p>], size: usize, of: impl Fn(&Form<'p>) -> usize) -> Vec<&'f [Form<'p>]> {
    let mut groups = Vec::new();
    let (mut start, mut len) = (0, 0);
    for at in 0..forms.len() {
        let next = of(&forms[at]);
        let alike = at > 0 && shared_start(&forms[at - 1].folded, &forms[at].folded) >= 4;
        if at > start && (len + next > size && !alike || len + next > size * 2) {
            groups.push(&forms[start..at]);
            (start, len) = (at, 0);
        }
        len += next;
    }
    if start < forms.len() {
        groups.push(&forms[start..]);
    }
    groups
}

/// The most frequent endings that stems lack: a reader's word that no page has is looked up
/// without them.
fn endings(forms: &[Form<'_>]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for form in forms {
        for stem in &form.stems {
            if let Some(ending) = form
                .folded
                .strip_prefix(stem.as_str())
                .filter(|ending| !ending.is_empty())
            {
                *counts.entry(ending).or_default() += 1;
            }
        }
    }
    let mut endings: Vec<(&str, usize)> = counts.into_iter().filter(|(_, count)| *count > 1).collect();
    endings.sort_by_key(|(_, count)| usize::MAX - count);
    endings.truncate(ENDINGS);
    let mut endings: Vec<String> = endings.into_iter().map(|(ending, _)| ending.to_owned()).collect();
    endings.sort_unstable();
    endings
}

/// Pages with a boost of their own.
fn boosts(pieces: &[Piece], out: &mut Out) -> Option<String> {
    let mut number = 0;
    let mut list = Vec::new();
    for piece in pieces {
        for _ in &piece.docs {
            if let Some(boost) = piece.boost {
                list.push(json!([number, boost]));
            }
            number += 1;
        }
    }
    (!list.is_empty()).then(|| out.add_json(&json!(list)))
}

/// How many tags can be chosen from.
const MOST_TAGS: usize = 400;

/// The sections of the site and the tags that results can be narrowed to, each with the name of the
/// file that lists its pages.
fn filters(pieces: &[Piece], order: &[&str], out: &mut Out) -> Option<String> {
    let mut sections: Vec<(&str, Vec<u32>)> = Vec::new();
    let mut tags: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    let mut known: HashMap<&str, usize> = HashMap::new();
    let mut number = 0;
    for piece in pieces {
        let docs = number..number + piece.docs.len() as u32;
        number = docs.end;
        if docs.is_empty() {
            continue;
        }
        if let Some(section) = &piece.section {
            let at = *known.entry(section).or_insert_with(|| {
                sections.push((section, Vec::new()));
                sections.len() - 1
            });
            sections[at].1.extend(docs.clone());
        }
        for tag in &piece.tags {
            tags.entry(tag).or_default().extend(docs.clone());
        }
    }
    if sections.len() < 2 && tags.is_empty() {
        return None;
    }
    let order: Vec<String> = order.iter().map(|title| plain(title)).collect();
    sections.sort_by_cached_key(|(name, _)| order.iter().position(|known| known == name));
    let mut tags: Vec<(&str, Vec<u32>)> = tags.into_iter().collect();
    if tags.len() > MOST_TAGS {
        tags.sort_by_key(|(_, docs)| usize::MAX - docs.len());
        tags.truncate(MOST_TAGS);
        tags.sort_unstable();
    }
    let mut listed = |list: Vec<(&str, Vec<u32>)>| -> Vec<Value> {
        let mut one = |(name, docs): (&str, Vec<u32>)| {
            let mut bytes = Vec::new();
            let mut last = 0;
            for doc in &docs {
                put_number(&mut bytes, doc - last);
                last = *doc;
            }
            json!([name, docs.len(), hex(out.add(deflate(&bytes)))])
        };
        list.into_iter().map(&mut one).collect()
    };
    let both = json!({"sections": listed(sections), "tags": listed(tags)});
    Some(out.add_json(&both))
}
