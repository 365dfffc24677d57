//! The pages of each word, put together page by page, and cut into files where they are very many.

use super::codec::{deflate, name, put_number, take, take_number};
use super::terms::{Terms, take_term};

/// How many pages of a word come with its postings; and in the first of the two files after that.
const TIERS: [usize; 2] = [400, 1600];

/// A word's pages.
#[derive(Default)]
pub(super) struct Postings {
    pub(super) pages: usize,
    last: u32,
    /// For each page how far it is from the one before, its weight and its places.
    bytes: Vec<u8>,
}

/// Adds the words of a page to all words, which stand in the order of their numbers. Pages come in
/// the order of theirs.
pub(super) fn gather(words: &mut Vec<Postings>, page: u32, terms: &Terms) {
    let mut rest = &terms.bytes[..];
    for number in &terms.numbers {
        let Some(term) = take_term(&mut rest) else { break };
        let number = *number as usize;
        if words.len() <= number {
            words.resize_with(number + 1, Postings::default);
        }
        let word = &mut words[number];
        word.bytes.reserve(term.places.len() + 6);
        put_number(&mut word.bytes, page - word.last);
        word.bytes.push(term.weight);
        word.bytes.extend_from_slice(term.places);
        word.last = page;
        word.pages += 1;
    }
}

/// The postings of a word: the best pages, and names of the files with the others. Of stop words
/// only the best are kept.
pub(super) fn tiers(word: &Postings, is_stop: bool) -> (Vec<u8>, Vec<Vec<u8>>) {
    let Postings { pages, bytes, .. } = word;
    if *pages <= TIERS[0] + TIERS[0] / 4 {
        let mut out = Vec::with_capacity(bytes.len() + 2);
        put_number(&mut out, *pages as u32);
        out.extend_from_slice(bytes);
        return (out, Vec::new());
    }
    // The best come first; of those that weigh the same, the first pages. Pages stand in their order,
    // so it is enough to know which is the last of each tier.
    let all = ranked(bytes, *pages);
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
