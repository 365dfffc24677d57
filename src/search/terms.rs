//! The words of one page with their weight and places, counted.

use std::cell::RefCell;
use std::ops::Range;

use rapidhash::RapidHashMap;

use super::codec::{put_number, put_text};
use super::piece::Weights;
use super::words::{Kind, Sink, lower, run, runs};

/// The words of a page stand in so many groups, by their hash, so that all pages' words of one group
/// can be put together without looking at the others.
pub(super) const GROUPS: usize = 32;
/// How many places of a word are kept.
const MOST_PLACES: usize = 12;
/// A lexicon of more words than this starts anew.
const MOST_WORDS: usize = 1 << 18;

/// Where words stand.
#[derive(Clone, Copy)]
pub(super) enum Field {
    Title,
    Heading,
    Text,
    Tags,
}

/// The usual number of words of each field, and how much being longer takes away. Fixed numbers,
/// so that a page's weights do not depend on other pages.
const NORMS: [(f32, f32); 4] = [(4.0, 0.5), (20.0, 0.5), (400.0, 0.6), (3.0, 0.0)];

/// The words of a page.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Terms {
    /// Each word as [`put_text`] writes it, its weight in one byte, and after their number of bytes
    /// its places: how many, and how far each stands from the one before.
    pub(super) bytes: Vec<u8>,
    /// Where each group ends.
    pub(super) ends: [u32; GROUPS],
}

impl Terms {
    /// The words of a group.
    pub(super) fn group(&self, group: usize) -> Range<usize> {
        let start = group.checked_sub(1).map_or(0, |before| self.ends[before]);
        start as usize..self.ends[group] as usize
    }
}

/// The words that a thread has met, each with a number, so that a page's words are counted without
/// making texts of them. What it knows never shows in what it makes.
#[derive(Default)]
struct Lexicon {
    /// Words in lower case.
    numbers: Numbers,
    /// Runs of other letters that are one word.
    runs: Numbers,
    words: Vec<Known>,
    /// All words, one after the other, as they are written in [`Terms`].
    texts: Vec<u8>,
    /// The page, counted on.
    page: u32,
    /// What the page has of words, in order.
    found: Vec<Found>,
    groups: Vec<Vec<u8>>,
}

/// Texts with numbers; most texts are short.
#[derive(Default)]
pub(super) struct Numbers {
    short: RapidHashMap<(u64, u64), u32>,
    long: RapidHashMap<Box<[u8]>, u32>,
}

impl Numbers {
    pub(super) fn get(&self, text: &[u8]) -> Option<u32> {
        match short(text) {
            Some(key) => self.short.get(&key).copied(),
            None => self.long.get(text).copied(),
        }
    }

    pub(super) fn insert(&mut self, text: &[u8], number: u32) {
        match short(text) {
            Some(key) => self.short.insert(key, number),
            None => self.long.insert(text.into(), number),
        };
    }
}

/// The bytes of a text and their number, if they have room in two numbers.
fn short(text: &[u8]) -> Option<(u64, u64)> {
    let len = text.len();
    let eight = |at: usize| {
        text.get(at..at + 8)
            .and_then(|eight| eight.try_into().ok())
            .map(u64::from_le_bytes)
    };
    let four = |at: usize| {
        text.get(at..at + 4)
            .and_then(|four| four.try_into().ok())
            .map(u32::from_le_bytes)
    };
    let len_too = |key: u64| key | (len as u64) << 56;
    Some(match len {
        8 => (eight(0)?, len_too(0)),
        9..=15 => (eight(0)?, len_too(eight(len - 8)? >> (8 * (16 - len)))),
        4..=7 => (u64::from(four(0)?) | u64::from(four(len - 4)?) << 32, len_too(0)),
        1..=3 => {
            let bytes = text.iter().fold(0, |key, byte| key << 8 | u64::from(*byte));
            (bytes, len_too(0))
        }
        _ => return None,
    })
}

/// A word of the lexicon.
struct Known {
    start: u32,
    end: u32,
    group: u8,
    /// The last page that had it, and where in `found`.
    page: u32,
    at: u32,
}

struct Found {
    word: u32,
    counts: [f32; 4],
    /// The first places, as many as `len` says.
    places: [u32; MOST_PLACES],
    len: usize,
}

thread_local! {
    static LEXICON: RefCell<Lexicon> = RefCell::default();
}

/// Counts the words of a page.
pub(super) struct Counter<'l> {
    lexicon: &'l mut Lexicon,
    lengths: [f32; 4],
    at: u32,
}

/// The words of a page, those that `add` adds.
pub(super) fn terms(weights: Weights, add: impl FnOnce(&mut Counter<'_>)) -> Terms {
    LEXICON.with_borrow_mut(|lexicon| {
        if lexicon.words.len() > MOST_WORDS {
            *lexicon = Lexicon::default();
        }
        lexicon.page += 1;
        let mut counter = Counter {
            lexicon,
            lengths: [0.0; 4],
            at: 0,
        };
        add(&mut counter);
        counter.finish(weights)
    })
}

impl Counter<'_> {
    /// Adds the words of a text, and leaves `gap` positions after it.
    pub(super) fn add(&mut self, text: &str, field: Field, gap: u32) {
        let mut of_text = OfText {
            lexicon: self.lexicon,
            field,
            len: 0.0,
        };
        self.at = runs(text, self.at, &mut of_text) + gap;
        self.lengths[field as usize] += of_text.len;
    }

    fn finish(self, weights: Weights) -> Terms {
        let factors = [weights.title, weights.heading, weights.text, weights.tags];
        let mut norms = [0.0; 4];
        for (norm, ((usual, share), len)) in norms.iter_mut().zip(NORMS.into_iter().zip(self.lengths)) {
            *norm = 1.0 - share + share * len.max(usual * 0.25) / usual;
        }
        let Lexicon {
            words,
            texts,
            found,
            groups,
            ..
        } = self.lexicon;
        groups.resize_with(GROUPS, Vec::new);
        let weight = |counts: [f32; 4]| {
            let fields = counts.into_iter().zip(factors).zip(norms);
            weight_byte(fields.map(|((count, factor), norm)| count * factor / norm).sum())
        };
        // Most words stand in the text alone, once or a few times.
        let usual: [u8; 8] = std::array::from_fn(|count| weight([0.0, 0.0, count as f32, 0.0]));
        let mut numbers = Vec::new();
        for mut found in found.drain(..) {
            let [title, heading, text, tags] = found.counts;
            let is_usual = title + heading + tags == 0.0 && text.fract() == 0.0;
            let byte = match usual.get(text as usize).filter(|_| is_usual) {
                Some(byte) => *byte,
                None => weight(found.counts),
            };
            if byte == 0 {
                continue;
            }
            let known = &words[found.word as usize];
            let out = &mut groups[usize::from(known.group)];
            out.extend_from_slice(&texts[known.start as usize..known.end as usize]);
            if let (1, place @ 0..0x4000) = (found.len, found.places[0]) {
                // Weight, number of bytes, one place.
                match place {
                    0..0x80 => out.extend_from_slice(&[byte, 2, 1, place as u8]),
                    _ => out.extend_from_slice(&[byte, 3, 1, place as u8 | 0x80, (place >> 7) as u8]),
                }
                continue;
            }
            out.push(byte);
            numbers.clear();
            put_places(&mut numbers, &mut found.places[..found.len]);
            put_number(out, numbers.len() as u32);
            out.extend_from_slice(&numbers);
        }
        let mut terms = Terms {
            bytes: Vec::with_capacity(groups.iter().map(Vec::len).sum()),
            ends: [0; GROUPS],
        };
        for (group, end) in groups.iter_mut().zip(&mut terms.ends) {
            terms.bytes.append(group);
            *end = terms.bytes.len() as u32;
        }
        terms
    }
}

/// Takes the words of a text.
struct OfText<'l> {
    lexicon: &'l mut Lexicon,
    field: Field,
    /// How many whole words.
    len: f32,
}

impl OfText<'_> {
    fn word(&mut self, exact: &str, kind: Kind, at: u32) {
        let number = self.lexicon.number(exact);
        self.count(number, kind, at);
    }

    fn count(&mut self, number: u32, kind: Kind, at: u32) {
        let count = match kind {
            Kind::Whole => 1.0,
            Kind::Beside => 0.7,
        };
        self.len += if kind == Kind::Whole { 1.0 } else { 0.0 };
        let Lexicon { words, page, found, .. } = &mut *self.lexicon;
        let known = &mut words[number as usize];
        if known.page != *page {
            known.page = *page;
            known.at = found.len() as u32;
            found.push(Found {
                word: number,
                counts: [0.0; 4],
                places: [0; MOST_PLACES],
                len: 0,
            });
        }
        let found = &mut found[known.at as usize];
        found.counts[self.field as usize] += count;
        if let Some(place) = found.places.get_mut(found.len) {
            *place = at;
            found.len += 1;
        }
    }
}

impl Sink for OfText<'_> {
    fn run(&mut self, text: &str, is_known: bool, at: u32) -> u32 {
        if is_known {
            self.word(text, Kind::Whole, at);
            return at + 1;
        }
        if let Some(number) = self.lexicon.runs.get(text.as_bytes()) {
            self.count(number, Kind::Whole, at);
            return at + 1;
        }
        let mut words = 0;
        let mut only = None;
        let next = run(text, at, &mut |word| {
            let number = self.lexicon.number(&word.exact);
            self.count(number, word.kind, word.at);
            words += 1;
            only = Some(number);
        });
        if let (1, Some(number)) = (words, only) {
            self.lexicon.runs.insert(text.as_bytes(), number);
        }
        next
    }

    fn joined(&mut self, text: &str, at: u32) {
        self.word(&lower(text), Kind::Beside, at);
    }
}

impl Lexicon {
    fn number(&mut self, exact: &str) -> u32 {
        if let Some(number) = self.numbers.get(exact.as_bytes()) {
            return number;
        }
        let number = self.words.len() as u32;
        let start = self.texts.len() as u32;
        put_text(&mut self.texts, exact);
        self.words.push(Known {
            start,
            end: self.texts.len() as u32,
            group: (rapidhash::v3::rapidhash_v3(exact.as_bytes()) % GROUPS as u64) as u8,
            page: 0,
            at: 0,
        });
        self.numbers.insert(exact.as_bytes(), number);
        number
    }
}

/// The number of places, each once, and how far each stands from the one before.
fn put_places(out: &mut Vec<u8>, places: &mut [u32]) {
    if !places.is_sorted() {
        places.sort_unstable();
    }
    let steps = || {
        places
            .iter()
            .enumerate()
            .filter(|(at, place)| *at == 0 || **place != places[at - 1])
    };
    put_number(out, steps().count() as u32);
    let mut last = 0;
    for (_, place) in steps() {
        put_number(out, place - last);
        last = *place;
    }
}

/// A weight as one byte, finer for small ones: `(2^(byte / 25) - 1) / 16`.
fn weight_byte(weight: f32) -> u8 {
    ((weight * 16.0 + 1.0).log2() * 25.0).round().clamp(0.0, 255.0) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_keep_their_order() {
        let bytes: Vec<u8> = [0.02, 0.1, 0.5, 1.0, 3.0, 20.0, 900.0].map(weight_byte).to_vec();
        assert!(bytes.is_sorted() && bytes[0] > 0, "{bytes:?}");
    }
}
