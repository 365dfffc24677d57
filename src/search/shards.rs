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

use super::codec::{NAME, deflate, file_name, hex, name, put_number, put_text, take, take_number};
use super::index::SearchSpec;
use super::language::Languages;
use super::piece::{Doc, Piece, plain};
use super::synonyms;
use super::terms::{GROUPS, Numbers};
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

/// A word with its pages, put together page by page.
struct Gathered<'p> {
    exact: &'p str,
    pages: usize,
    last: u32,
    /// For each page how far it is from the one before, its weight and its places.
    postings: Vec<u8>,
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

/// The files of the index of `pieces`, the pages of the site in order: paths below its folder, and
/// bytes. Fragments that were taken are not among them. `sections` is the order of the site's sections. With `scripts`, the files are scripts, for
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
    let mut fragments: Vec<[u8; NAME]> = Vec::with_capacity(pages);
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
fn forms<'p>(languages: &Languages, docs: &[&'p Doc]) -> (Vec<Form<'p>>, Vec<Vec<u8>>) {
    let groups: Vec<Vec<(Form<'p>, Vec<Vec<u8>>)>> = (0..GROUPS)
        .into_par_iter()
        .map(|group| {
            let form = |word: Gathered<'p>| {
                let folded = fold(word.exact);
                let is_stop = languages.stop_words().contains(&folded);
                let (postings, more) = tiers(&word, is_stop);
                let form = Form {
                    stems: languages.stems(word.exact, &folded),
                    exact: word.exact,
                    folded,
                    pages: word.pages,
                    postings,
                };
                (form, more)
            };
            gather(docs, group).into_iter().map(form).collect()
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

/// The words of a group with their pages.
fn gather<'p>(docs: &[&'p Doc], group: usize) -> Vec<Gathered<'p>> {
    let mut numbers = Numbers::default();
    let mut words: Vec<Gathered<'_>> = Vec::new();
    for (doc, number) in docs.iter().zip(0..) {
        let mut rest = &doc.terms.bytes[doc.terms.group(group)];
        while !rest.is_empty() {
            let len = take_number(&mut rest);
            let exact = take(&mut rest, len);
            let weight = take(&mut rest, 1);
            let len = take_number(&mut rest);
            let places = take(&mut rest, len);
            let at = numbers.get(exact).unwrap_or_else(|| {
                words.push(Gathered {
                    exact: std::str::from_utf8(exact).unwrap_or_default(),
                    pages: 0,
                    last: 0,
                    postings: Vec::new(),
                });
                let at = words.len() as u32 - 1;
                numbers.insert(exact, at);
                at
            });
            let word = &mut words[at as usize];
            put_number(&mut word.postings, number - word.last);
            word.postings.extend_from_slice(weight);
            word.postings.extend_from_slice(places);
            word.last = number;
            word.pages += 1;
        }
    }
    words
}

/// The postings of a word: the best pages, and names of the files with the others. Of stop words
/// only the best are kept.
fn tiers(word: &Gathered<'_>, is_stop: bool) -> (Vec<u8>, Vec<Vec<u8>>) {
    let Gathered { pages, postings, .. } = word;
    if *pages <= TIERS[0] + TIERS[0] / 4 {
        let mut out = Vec::with_capacity(postings.len() + 2);
        put_number(&mut out, *pages as u32);
        out.extend_from_slice(postings);
        return (out, Vec::new());
    }
    // The best come first; of those that weigh the same, the first pages. Pages stand in their order,
    // so it is enough to know which is the last of each tier.
    let all = ranked(postings, *pages);
    let mut ranks: Vec<u64> = all.iter().map(|(rank, _)| *rank).collect();
    let (_, first, rest) = ranks.select_nth_unstable(TIERS[0] - 1);
    let first = *first;
    let mut lasts = vec![(first, TIERS[0])];
    if !is_stop && rest.len() > TIERS[1] + TIERS[1] / 4 {
        lasts.push((*rest.select_nth_unstable(TIERS[1] - 1).1, TIERS[1]));
    }
    if !is_stop {
        lasts.push((u64::MAX, pages - lasts.iter().map(|(_, pages)| pages).sum::<usize>()));
    }
    let mut tiers: Vec<(u32, Vec<u8>)> = Vec::with_capacity(lasts.len());
    for (_, pages) in &lasts {
        let mut bytes = Vec::with_capacity(pages * 6);
        put_number(&mut bytes, *pages as u32);
        tiers.push((0, bytes));
    }
    for (rank, posting) in all {
        let tier = lasts.iter().position(|(last, _)| rank <= *last);
        if let Some((last, bytes)) = tier.and_then(|tier| tiers.get_mut(tier)) {
            let doc = rank as u32;
            put_number(bytes, doc - *last);
            bytes.extend_from_slice(posting);
            *last = doc;
        }
    }
    let mut tiers = tiers.into_iter().map(|(_, bytes)| bytes);
    let mut out = tiers.next().unwrap_or_default();
    let files: Vec<Vec<u8>> = tiers.map(|bytes| deflate(&bytes)).collect();
    for file in &files {
        out.extend(name(file));
    }
    (out, files)
}

/// The pages of a word with their ranks, the best lowest, and their weights and places. The lower half
/// of a rank is the number of the page.
fn ranked(postings: &[u8], pages: usize) -> Vec<(u64, &[u8])> {
    let mut all = Vec::with_capacity(pages);
    let mut rest = postings;
    let mut doc = 0;
    while !rest.is_empty() {
        doc += take_number(&mut rest);
        let from = rest;
        let weight = take(&mut rest, 1).first().copied().unwrap_or(0);
        let places = take_number(&mut rest);
        // The last byte of a number is the one without its high bit.
        let ends = rest.iter().enumerate().filter(|(_, byte)| **byte < 0x80);
        let end = (places as usize)
            .checked_sub(1)
            .and_then(|last| ends.map(|(at, _)| at + 1).nth(last));
        rest = &rest[end.unwrap_or(0)..];
        let rank = u64::from(255 - weight) << 32 | u64::from(doc);
        all.push((rank, &from[..from.len() - rest.len()]));
    }
    all
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
