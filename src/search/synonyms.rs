//! Words that mean the same: those that a site lists, and abbreviations that its pages explain.

use std::collections::{BTreeMap, BTreeSet};

use super::language::Languages;
use super::piece::Piece;
use super::words::{Kind, fold, words};

/// What an abbreviation stands for is a phrase of at most so many words that are no stop words;
/// longer texts describe it.
const LONGEST: usize = 4;

/// Groups of phrases; a phrase is its words, each folded and followed by its stems.
pub(super) fn groups(listed: &[Vec<String>], pieces: &[Piece], languages: &Languages) -> Vec<Vec<Vec<String>>> {
    let mut short: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, meaning) in pieces.iter().flat_map(|piece| &piece.abbreviations) {
        short.entry(name).or_default().insert(meaning);
    }
    let mut groups = Vec::new();
    for group in listed {
        groups.push(group.iter().map(|text| phrase(text, languages)).collect());
    }
    for (name, meanings) in short {
        let mut group = vec![phrase(name, languages)];
        for meaning in meanings
            .into_iter()
            .flat_map(|meaning| meaning.split([',', ';', ':', '(', ')', '/']))
        {
            let phrase = phrase(meaning, languages);
            let is_stop = |word: &String| languages.stop_words().contains(word.split(' ').next().unwrap_or(word));
            let weighty = phrase.iter().filter(|word| !is_stop(word)).count();
            if (1..=LONGEST).contains(&weighty) && !group.contains(&phrase) {
                group.push(phrase);
            }
        }
        groups.push(group);
    }
    for group in &mut groups {
        group.retain(|phrase: &Vec<String>| !phrase.is_empty());
    }
    groups.retain(|group| group.len() > 1);
    groups
}

fn phrase(text: &str, languages: &Languages) -> Vec<String> {
    let mut found = Vec::new();
    words(text, 0, &mut |word| {
        if word.kind == Kind::Whole {
            let mut parts = vec![fold(&word.exact)];
            parts.extend(languages.stems(&word.exact, &parts[0]));
            found.push(parts.join(" "));
        }
    });
    found
}
