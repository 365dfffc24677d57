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
use rapidhash::RapidHashMap;
use rayon::prelude::*;
use serde_json::{Value, json};

use super::codec::{NAME, deflate, hex, name, put_number, put_text, take, take_number};
use super::index::SearchSpec;
use super::language::Languages;
use super::piece::{Doc, Piece, plain};
use super::synonyms;
use super::terms::GROUPS;
use super::words::fold;

/// How many pages of a word come with its postings; and in the first of the two files after that.
const TIERS: [usize; 2] = [400, 1600];
/// The size of leaves and postings before compression, in bytes; runs of related words may make
/// them up to twice as long.
const LEAF: usize = 24 * 1024;
const POSTINGS: usize = 20 * 1024;
/// Pages of a block.
const BLOCK: usize = 128;
/// How many endings of words are listed.
const ENDINGS: usize = 160;

/// One page of a word.
#[derive(Clone, Copy)]
struct Posting {
    doc: u32,
    /// Where in its terms the number of bytes of the places stands, and the places after it.
    at: u32,
    weight: u8,
}

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
        let key = name(&bytes);
        let name = hex(key);
        if self.scripts {
            let text = base64::engine::general_purpose::STANDARD.encode(bytes);
            let script = format!("__md_search_file(\"{name}\",\"{text}\")\n");
            self.files.insert(format!("{name}.js"), script.into_bytes());
        } else {
            self.files.insert(format!("{name}.bin"), bytes);
        }
        key
    }

    fn add_all(&mut self, files: Vec<Vec<u8>>) -> Vec<[u8; NAME]> {
        files.into_iter().map(|bytes| self.add(bytes)).collect()
    }

    fn add_json(&mut self, value: &Value) -> String {
        hex(self.add(deflate(value.to_string().as_bytes())))
    }
}

/// The files of the index of `pieces`, the pages of the site in order: paths below its folder, and
/// bytes. `sections` is the order of the site's sections. With `scripts`, the files are scripts, for
/// pages opened from the disk.
#[must_use]
pub fn shards(spec: &SearchSpec, mut pieces: Vec<Piece>, sections: &[&str], scripts: bool) -> Vec<(String, Vec<u8>)> {
    let languages = Languages::new(&spec.lang, spec.stems(), spec.stop_words());
    let mut out = Out {
        scripts,
        ..Out::default()
    };
    let docs: Vec<&Doc> = pieces.iter().flat_map(|piece| &piece.docs).collect();
    let pages = docs.len();
    let (forms, overflow) = forms(&languages, &docs);
    for bytes in overflow {
        out.add(bytes);
    }
    let leaves = leaves(&forms, &mut out);
    let endings = endings(&forms);
    drop(forms);
    let fragments = pieces.iter_mut().flat_map(|piece| &mut piece.docs);
    let fragments: Vec<[u8; NAME]> = fragments
        .map(|doc| out.add(std::mem::take(&mut doc.fragment)))
        .collect();
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
fn forms<'p>(languages: &Languages, docs: &[&'p Doc]) -> (Vec<Form<'p>>, Vec<Vec<u8>>) {
    let groups: Vec<Vec<(Form<'p>, Vec<Vec<u8>>)>> = (0..GROUPS)
        .into_par_iter()
        .map(|group| {
            let (words, postings) = postings(docs, group);
            let mut start = 0;
            let form = |(exact, end): (&'p str, u32)| {
                let postings = &postings[start..end as usize];
                start = end as usize;
                let folded = fold(exact);
                let is_stop = languages.stop_words().contains(&folded);
                let (postings, pages, more) = tiers(docs, postings, is_stop);
                let form = Form {
                    stems: languages.stems(exact, &folded),
                    exact,
                    folded,
                    pages,
                    postings,
                };
                (form, more)
            };
            words.into_iter().map(form).collect()
        })
        .collect();
    let mut forms: Vec<(Form<'p>, Vec<Vec<u8>>)> = groups.into_iter().flatten().collect();
    forms.par_sort_unstable_by(|(a, _), (b, _)| (&a.folded, a.exact).cmp(&(&b.folded, b.exact)));
    let mut overflow = Vec::new();
    let mut kept = Vec::with_capacity(forms.len());
    for (form, more) in forms {
        kept.push(form);
        overflow.extend(more);
    }
    (kept, overflow)
}

/// The words of a group, each with the end of its postings among those of all of them.
fn postings<'p>(docs: &[&'p Doc], group: usize) -> (Vec<(&'p str, u32)>, Vec<Posting>) {
    let mut numbers: RapidHashMap<&str, u32> = RapidHashMap::default();
    let mut words: Vec<(&str, u32)> = Vec::new();
    let mut found: Vec<(u32, Posting)> = Vec::new();
    for (doc, number) in docs.iter().zip(0..) {
        let range = doc.terms.group(group);
        let all = &doc.terms.bytes[..range.end];
        let mut rest = &all[range.start..];
        while !rest.is_empty() {
            let len = take_number(&mut rest);
            let word = std::str::from_utf8(take(&mut rest, len)).unwrap_or_default();
            let weight = take(&mut rest, 1).first().copied().unwrap_or(0);
            let posting = Posting {
                doc: number,
                at: (all.len() - rest.len()) as u32,
                weight,
            };
            let len = take_number(&mut rest);
            take(&mut rest, len);
            let word = *numbers.entry(word).or_insert_with(|| {
                words.push((word, 0));
                words.len() as u32 - 1
            });
            words[word as usize].1 += 1;
            found.push((word, posting));
        }
    }
    let mut total = 0;
    for (_, count) in &mut words {
        total += std::mem::replace(count, total);
    }
    let none = Posting {
        doc: 0,
        at: 0,
        weight: 0,
    };
    let mut postings = vec![none; found.len()];
    for (word, posting) in found {
        // Where the word's next one goes, and after the last one, where they end.
        let next = &mut words[word as usize].1;
        postings[*next as usize] = posting;
        *next += 1;
    }
    (words, postings)
}

/// The postings of a word: the best pages, and names of the files with the others. Of stop words
/// only the best are kept.
fn tiers(docs: &[&Doc], postings: &[Posting], is_stop: bool) -> (Vec<u8>, usize, Vec<Vec<u8>>) {
    let pages = postings.len();
    let mut out = Vec::with_capacity(pages.min(TIERS[0]) * 6);
    if pages <= TIERS[0] + TIERS[0] / 4 {
        put_postings(docs, &mut out, postings);
        return (out, pages, Vec::new());
    }
    let mut ranked = postings.to_vec();
    let key = |posting: &Posting| (255 - posting.weight, posting.doc);
    let tier = |from: &mut [Posting]| {
        from.sort_unstable_by_key(|posting| posting.doc);
        let mut bytes = Vec::with_capacity(from.len() * 6);
        put_postings(docs, &mut bytes, from);
        bytes
    };
    ranked.select_nth_unstable_by_key(TIERS[0], key);
    let (first, mut rest) = ranked.split_at_mut(TIERS[0]);
    out.extend(tier(first));
    let mut files = Vec::new();
    if !is_stop {
        if rest.len() > TIERS[1] + TIERS[1] / 4 {
            rest.select_nth_unstable_by_key(TIERS[1], key);
            let (second, last) = rest.split_at_mut(TIERS[1]);
            files.push(deflate(&tier(second)));
            rest = last;
        }
        files.push(deflate(&tier(rest)));
    }
    for file in &files {
        out.extend(name(file));
    }
    (out, pages, files)
}

fn put_postings(docs: &[&Doc], out: &mut Vec<u8>, postings: &[Posting]) {
    put_number(out, postings.len() as u32);
    let mut last = 0;
    for posting in postings {
        let terms = docs.get(posting.doc as usize).map(|doc| &doc.terms.bytes[..]);
        let mut places = terms.and_then(|terms| terms.get(posting.at as usize..)).unwrap_or_default();
        let len = take_number(&mut places);
        put_number(out, posting.doc - last);
        out.push(posting.weight);
        out.extend_from_slice(take(&mut places, len));
        last = posting.doc;
    }
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
