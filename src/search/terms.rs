//! The words of one page with their weight and places, counted.

use std::sync::{Mutex, PoisonError};

use rapidhash::RapidHashMap;
use rustc_hash::FxHashMap;

use super::codec::{put_number, put_text, take_number};
use super::piece::Weights;
use super::runs::Short;
use super::words::{Kind, Sink, lower, run, runs};

/// How many places of a word are kept.
const MOST_PLACES: usize = 12;
/// A lexicon of more words than this starts anew.
const MOST_WORDS: usize = 1 << 18;
/// Threads that meet a word for the first time ask in one of so many places for its number.
const SHELVES: usize = 64;

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
    /// The number of each word in the vocabulary.
    pub(super) numbers: Vec<u32>,
}

/// A word of a page, as [`Terms`] has it.
pub(super) struct Term<'t> {
    pub(super) text: &'t [u8],
    /// Weight, and places.
    pub(super) weight: u8,
    pub(super) places: &'t [u8],
}

/// Takes the next word of [`Terms::bytes`]; `None` if bytes are missing.
pub(super) fn take_term<'t>(from: &mut &'t [u8]) -> Option<Term<'t>> {
    let len = take_number(from);
    let (text, rest) = from.split_at_checked(len as usize)?;
    let (weight, mut rest) = rest.split_first()?;
    let len = take_number(&mut rest);
    let (places, rest) = rest.split_at_checked(len as usize)?;
    *from = rest;
    Some(Term {
        text,
        weight: *weight,
        places,
    })
}

/// The words of a site, each with a number, the same for all threads. Which number a word has depends
/// on who meets it first, so numbers show in nothing that is written.
pub(super) struct Vocabulary {
    shelves: [Mutex<Shelf>; SHELVES],
    /// Those that no thread has in hand.
    lexicons: Mutex<Vec<Lexicon>>,
}

#[derive(Default)]
struct Shelf {
    numbers: Numbers,
    words: Vec<Box<str>>,
}

impl Default for Vocabulary {
    fn default() -> Self {
        Self {
            shelves: std::array::from_fn(|_| Mutex::default()),
            lexicons: Mutex::default(),
        }
    }
}

impl std::fmt::Debug for Vocabulary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Vocabulary").finish_non_exhaustive()
    }
}

impl Vocabulary {
    fn number(&self, word: &str) -> u32 {
        let shelf = (rapidhash::v3::rapidhash_v3(word.as_bytes()) % SHELVES as u64) as usize;
        let mut of_shelf = self.shelves[shelf].lock().unwrap_or_else(PoisonError::into_inner);
        let at = of_shelf.numbers.get(word.as_bytes()).unwrap_or_else(|| {
            let at = of_shelf.words.len() as u32;
            of_shelf.numbers.insert(word.as_bytes(), at);
            of_shelf.words.push(word.into());
            at
        });
        at * SHELVES as u32 + shelf as u32
    }

    /// All words, by their numbers, and forgets them; places of no word are empty.
    pub(super) fn take_words(&self) -> Vec<Box<str>> {
        self.lexicons.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let take = |shelf: &Mutex<Shelf>| std::mem::take(&mut *shelf.lock().unwrap_or_else(PoisonError::into_inner));
        let shelves = self.shelves.each_ref().map(take);
        let longest = shelves.iter().map(|shelf| shelf.words.len()).max().unwrap_or_default();
        let mut words = vec![Box::default(); longest * SHELVES];
        for (number, shelf) in shelves.into_iter().enumerate() {
            for (at, word) in shelf.words.into_iter().enumerate() {
                words[at * SHELVES + number] = word;
            }
        }
        words
    }

    /// The words of a page, those that `add` adds.
    pub(super) fn terms(&self, weights: Weights, add: impl FnOnce(&mut Counter<'_>)) -> Terms {
        self.with_lexicon(|lexicon| {
            let mut counter = Counter {
                vocabulary: self,
                lexicon,
                lengths: [0.0; 4],
                at: 0,
            };
            add(&mut counter);
            counter.finish(weights)
        })
    }

    /// The words of a page by their bytes; `None` if they are not whole.
    pub(super) fn kept(&self, bytes: Vec<u8>) -> Option<Terms> {
        let mut numbers = Vec::new();
        let mut rest = &bytes[..];
        self.with_lexicon(|lexicon| {
            while !rest.is_empty() {
                let word = std::str::from_utf8(take_term(&mut rest)?.text).ok()?;
                numbers.push(lexicon.number(word, self));
            }
            Some(())
        })?;
        Some(Terms { bytes, numbers })
    }

    fn with_lexicon<T>(&self, work: impl FnOnce(&mut Lexicon) -> T) -> T {
        let lexicons = || self.lexicons.lock().unwrap_or_else(PoisonError::into_inner);
        let free = lexicons().pop();
        let mut lexicon = free
            .filter(|lexicon| lexicon.numbers.len() <= MOST_WORDS)
            .unwrap_or_default();
        let done = work(&mut lexicon);
        lexicons().push(lexicon);
        done
    }
}

/// The words that one thread after the other has met, so that a page's words are counted without
/// making texts of them, and seldom asking the vocabulary.
#[derive(Default)]
struct Lexicon {
    /// Words in lower case, with their numbers in the vocabulary.
    numbers: Numbers,
    /// Short runs of other letters that are one word, and which.
    runs: FxHashMap<Short, (u32, Option<Short>)>,
    /// By number, the words that are not short.
    long: RapidHashMap<u32, Box<str>>,
    /// By number, where each word stands in `found`, if the page has it.
    places: Vec<u32>,
    /// What the page has of words, in order.
    found: Vec<Found>,
}

/// Texts with numbers; most texts are short.
#[derive(Default)]
struct Numbers {
    short: FxHashMap<Short, u32>,
    long: RapidHashMap<Box<[u8]>, u32>,
}

impl Numbers {
    fn get(&self, text: &[u8]) -> Option<u32> {
        match Short::of(text) {
            Some(short) => self.short.get(&short).copied(),
            None => self.long.get(text).copied(),
        }
    }

    fn len(&self) -> usize {
        self.short.len() + self.long.len()
    }

    fn insert(&mut self, text: &[u8], number: u32) {
        match Short::of(text) {
            Some(short) => self.short.insert(short, number),
            None => self.long.insert(text.into(), number),
        };
    }
}

struct Found {
    word: u32,
    /// The word, if it is short.
    short: Option<Short>,
    counts: [f32; 4],
    /// The first places, as many as `len` says.
    places: [u32; MOST_PLACES],
    len: usize,
}

/// Counts the words of a page.
pub(super) struct Counter<'l> {
    vocabulary: &'l Vocabulary,
    lexicon: &'l mut Lexicon,
    lengths: [f32; 4],
    at: u32,
}

impl Counter<'_> {
    /// Adds the words of a text, and leaves `gap` positions after it.
    pub(super) fn add(&mut self, text: &str, field: Field, gap: u32) {
        let mut of_text = OfText {
            vocabulary: self.vocabulary,
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
        let weight = |counts: [f32; 4]| {
            let fields = counts.into_iter().zip(factors).zip(norms);
            weight_byte(fields.map(|((count, factor), norm)| count * factor / norm).sum())
        };
        // Most words stand in the text alone, once or a few times.
        let usual: [u8; 8] = std::array::from_fn(|count| weight([0.0, 0.0, count as f32, 0.0]));
        let mut all = std::mem::take(&mut self.lexicon.found);
        let mut terms = Terms {
            bytes: Vec::with_capacity(all.len() * 16),
            numbers: Vec::with_capacity(all.len()),
        };
        let mut places = Vec::new();
        for found in &mut all {
            let [title, heading, text, tags] = found.counts;
            let is_usual = title + heading + tags == 0.0 && text.fract() == 0.0;
            let byte = match usual.get(text as usize).filter(|_| is_usual) {
                Some(byte) => *byte,
                None => weight(found.counts),
            };
            if byte == 0 {
                continue;
            }
            terms.numbers.push(found.word);
            let out = &mut terms.bytes;
            match found.short {
                Some(short) => short.put(out),
                None => put_text(out, self.lexicon.long.get(&found.word).map_or("", |word| word)),
            }
            if let (1, place @ 0..0x4000) = (found.len, found.places[0]) {
                // Weight, number of bytes, one place.
                match place {
                    0..0x80 => out.extend_from_slice(&[byte, 2, 1, place as u8]),
                    _ => out.extend_from_slice(&[byte, 3, 1, place as u8 | 0x80, (place >> 7) as u8]),
                }
                continue;
            }
            out.push(byte);
            places.clear();
            put_places(&mut places, &mut found.places[..found.len]);
            put_number(out, places.len() as u32);
            out.extend_from_slice(&places);
        }
        all.clear();
        self.lexicon.found = all;
        terms
    }
}

/// Takes the words of a text.
struct OfText<'l> {
    vocabulary: &'l Vocabulary,
    lexicon: &'l mut Lexicon,
    field: Field,
    /// How many whole words.
    len: f32,
}

impl OfText<'_> {
    fn count(&mut self, (number, short): (u32, Option<Short>), kind: Kind, at: u32) {
        let count = match kind {
            Kind::Whole => 1.0,
            Kind::Beside => 0.7,
        };
        self.len += if kind == Kind::Whole { 1.0 } else { 0.0 };
        let Lexicon { places, found, .. } = &mut *self.lexicon;
        if places.len() <= number as usize {
            places.resize(number as usize + 1, 0);
        }
        let place = &mut places[number as usize];
        // What stands there of an earlier page is of another word now, or past the end.
        if found.get(*place as usize).is_none_or(|found| found.word != number) {
            *place = found.len() as u32;
            found.push(Found {
                word: number,
                short,
                counts: [0.0; 4],
                places: [0; MOST_PLACES],
                len: 0,
            });
        }
        let found = &mut found[*place as usize];
        found.counts[self.field as usize] += count;
        if let Some(place) = found.places.get_mut(found.len) {
            *place = at;
            found.len += 1;
        }
    }
}

impl Sink for OfText<'_> {
    #[inline]
    fn small(&mut self, word: &str, short: Option<Short>, at: u32) {
        let number = match short.and_then(|short| self.lexicon.numbers.short.get(&short)) {
            Some(number) => *number,
            None => self.lexicon.number(word, self.vocabulary),
        };
        self.count((number, short), Kind::Whole, at);
    }

    fn run(&mut self, text: &str, at: u32) -> u32 {
        let short = Short::of(text.as_bytes());
        if let Some(word) = short.and_then(|short| self.lexicon.runs.get(&short).copied()) {
            self.count(word, Kind::Whole, at);
            return at + 1;
        }
        let mut words = 0;
        let mut only = None;
        let next = run(text, at, &mut |word| {
            let number = self.lexicon.number(&word.exact, self.vocabulary);
            let known = (number, Short::of(word.exact.as_bytes()));
            self.count(known, word.kind, word.at);
            words += 1;
            only = Some(known);
        });
        if let (1, Some(known), Some(short)) = (words, only, short) {
            self.lexicon.runs.insert(short, known);
        }
        next
    }

    fn joined(&mut self, text: &str, at: u32) {
        let word = lower(text);
        let number = self.lexicon.number(&word, self.vocabulary);
        self.count((number, Short::of(word.as_bytes())), Kind::Beside, at);
    }
}

impl Lexicon {
    /// The number of a word in the vocabulary.
    fn number(&mut self, exact: &str, vocabulary: &Vocabulary) -> u32 {
        if let Some(number) = self.numbers.get(exact.as_bytes()) {
            return number;
        }
        let number = vocabulary.number(exact);
        self.numbers.insert(exact.as_bytes(), number);
        if Short::of(exact.as_bytes()).is_none() {
            self.long.insert(number, exact.into());
        }
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
