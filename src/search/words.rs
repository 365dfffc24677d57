//! Text to words, by rules that `themes/chaski/scripts/search-words.js` shares to the letter.
//!
//! A word is a run of letters, digits and marks. Words joined by one `_`, `-` or `.` count as a
//! whole as well (`cpus-per-task`), options with their dashes (`--gres`), parts of `CamelCase` too. Scripts that write no spaces are cut
//! into pairs of letters. Does not know languages.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization as _, is_nfc_quick};

use super::runs::{Run, Runs, Short};

/// How long a word may be, in characters; the rest is cut off.
const LONGEST: usize = 48;

/// What a word is to the words around it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word of its own: the next one stands one position further.
    Whole,
    /// Several words joined, or a part of one: it stands where they stand.
    Beside,
}

/// A word at its position.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word<'t> {
    /// In lower case, composed.
    pub(super) exact: Cow<'t, str>,
    /// Position, counted in whole words.
    pub(super) at: u32,
    pub(super) kind: Kind,
}

/// What takes the words of a text, as they are written.
pub(super) trait Sink {
    /// A word of small ASCII letters and digits, not too long, at its position.
    fn small(&mut self, word: &str, short: Option<Short>, at: u32);

    /// A run of word characters, at its position; gives the position after it.
    fn run(&mut self, text: &str, at: u32) -> u32;

    /// Several words joined, or an option with its dashes, at the position of the first.
    fn joined(&mut self, text: &str, at: u32);
}

struct Each<F>(F);

impl<F: FnMut(Word<'_>)> Sink for Each<F> {
    fn small(&mut self, word: &str, _: Option<Short>, at: u32) {
        (self.0)(Word {
            exact: Cow::Borrowed(word),
            at,
            kind: Kind::Whole,
        });
    }

    fn run(&mut self, text: &str, at: u32) -> u32 {
        run(text, at, &mut self.0)
    }

    fn joined(&mut self, text: &str, at: u32) {
        (self.0)(Word {
            exact: lower(text),
            at,
            kind: Kind::Beside,
        });
    }
}

/// Calls `found` with each word of `text`; gives the position after the last one.
pub(super) fn words(text: &str, from: u32, found: &mut impl FnMut(Word<'_>)) -> u32 {
    runs(text, from, &mut Each(found))
}

/// Gives the words of `text` to `sink`, as they are written; gives the position after the last one.
pub(super) fn runs(text: &str, from: u32, sink: &mut impl Sink) -> u32 {
    let mut reader = Reader {
        text,
        sink,
        at: from,
        first: 0,
        position: from,
        parts: 0,
        last_end: 0,
    };
    for Run { start, end, is_small } in Runs::new(text) {
        if is_small {
            reader.begin(start);
            if end - start <= LONGEST {
                let short = Short::between(text.as_bytes(), start, end);
                reader.sink.small(&text[start..end], short, reader.at);
                reader.at += 1;
            } else {
                reader.at = reader.sink.run(&text[start..end], reader.at);
            }
            reader.last_end = end;
        } else {
            // Not all that is not ASCII is of words.
            let mut from = start;
            while let Some(begin) = text[from..end].find(is_word).map(|len| from + len) {
                reader.begin(begin);
                let rest = &text[begin..end];
                let len = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
                from = begin + len;
                reader.at = reader.sink.run(&rest[..len], reader.at);
                reader.last_end = from;
            }
        }
    }
    reader.compound();
    reader.at
}

/// Reads the words of a text, and what they are joined to.
struct Reader<'t, 's, S> {
    text: &'t str,
    sink: &'s mut S,
    /// The position of the next word.
    at: u32,
    /// What may still grow: where it starts in the text, its position, and how many words it is.
    first: usize,
    position: u32,
    parts: usize,
    last_end: usize,
}

impl<S: Sink> Reader<'_, '_, S> {
    /// Says that a word begins.
    #[inline]
    fn begin(&mut self, start: usize) {
        let is_joined = start == self.last_end + 1
            && matches!(self.text.as_bytes()[self.last_end], b'_' | b'-' | b'.')
            && self.parts > 0;
        if is_joined {
            self.parts += 1;
        } else {
            self.compound();
            (self.first, self.position, self.parts) = (start, self.at, 1);
        }
    }

    /// Gives what ended to the sink, if it is more than one word alone.
    #[inline]
    fn compound(&mut self) {
        let is_option = self.first > 0 && self.text.as_bytes()[self.first - 1] == b'-' && self.parts > 0;
        if self.parts > 1 || is_option {
            compound(
                self.text,
                (self.first, self.last_end),
                (self.position, self.parts),
                self.sink,
            );
        }
    }
}

fn compound(text: &str, range: (usize, usize), (at, parts): (u32, usize), sink: &mut impl Sink) {
    let whole = &text[range.0..range.1];
    if parts > 8 || whole.chars().count() > LONGEST {
        return;
    }
    if parts > 1 {
        sink.joined(whole, at);
    }
    let dashes = option_dashes(&text[..range.0]);
    if dashes > 0 {
        sink.joined(&text[range.0 - dashes..range.1], at);
    }
}

/// How many dashes at the end of `before` make an option of the word after it.
fn option_dashes(before: &str) -> usize {
    let bare = before.trim_end_matches('-');
    let dashes = before.len() - bare.len();
    let apart = bare
        .chars()
        .next_back()
        .is_none_or(|c| c.is_whitespace() || "([{'\"`|=".contains(c));
    if dashes <= 2 && apart { dashes } else { 0 }
}

/// The words of a run of word characters.
pub(super) fn run(text: &str, from: u32, found: &mut impl FnMut(Word<'_>)) -> u32 {
    if text.is_ascii() {
        return single(text, from, found);
    }
    let mut at = from;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let dense = is_dense(first);
        let len = rest.find(|c| is_dense(c) != dense).unwrap_or(rest.len());
        let (part, tail) = rest.split_at(len);
        rest = tail;
        if dense {
            at = pairs(part, at, found);
        } else {
            at = single(part, at, found);
        }
    }
    at
}

/// One word of a script that puts spaces between words.
fn single(text: &str, at: u32, found: &mut impl FnMut(Word<'_>)) -> u32 {
    let is_short = text.len() <= LONGEST;
    let cut = if is_short {
        None
    } else {
        text.char_indices().nth(LONGEST)
    };
    let word = &text[..cut.map_or(text.len(), |(at, _)| at)];
    let exact = lower(word);
    let has_capitals = matches!(exact, Cow::Owned(_));
    found(Word {
        exact,
        at,
        kind: Kind::Whole,
    });
    if has_capitals {
        camel_parts(word, at, found);
    }
    at + 1
}

fn pairs(text: &str, from: u32, found: &mut impl FnMut(Word<'_>)) -> u32 {
    let letters: Vec<char> = text.nfc().collect();
    let mut at = from;
    for pair in letters.windows(2.min(letters.len())) {
        found(Word {
            exact: Cow::Owned(pair.iter().collect()),
            at,
            kind: Kind::Whole,
        });
        at += 1;
    }
    at
}

/// The parts of `CamelCase`, at the place of the whole.
fn camel_parts(word: &str, at: u32, found: &mut impl FnMut(Word<'_>)) {
    if !word.chars().skip(1).any(char::is_uppercase) {
        return;
    }
    let letters: Vec<(usize, char)> = word.char_indices().collect();
    let mut starts = vec![0];
    for i in 1..letters.len() {
        let (before, here) = (letters[i - 1].1, letters[i].1);
        let next_lower = letters.get(i + 1).is_some_and(|(_, c)| c.is_lowercase());
        if here.is_uppercase() && (before.is_lowercase() || before.is_uppercase() && next_lower) {
            starts.push(letters[i].0);
        }
    }
    if starts.len() < 2 {
        return;
    }
    starts.push(word.len());
    for range in starts.windows(2) {
        let part = &word[range[0]..range[1]];
        if part.chars().nth(1).is_some() {
            found(Word {
                exact: lower(part),
                at,
                kind: Kind::Beside,
            });
        }
    }
}

fn is_word(c: char) -> bool {
    is_small_latin(c) || c.is_alphanumeric() || !c.is_ascii() && is_combining_mark(c)
}

/// The accented small letters of western languages: composed, and in lower case.
fn is_small_latin(c: char) -> bool {
    matches!(c, 'ß'..='ö' | 'ø'..='ÿ')
}

/// Letters of scripts that put no space between words.
fn is_dense(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// In lower case, composed.
pub(super) fn lower(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        if text.bytes().any(|b| b.is_ascii_uppercase()) {
            return Cow::Owned(text.to_ascii_lowercase());
        }
        return Cow::Borrowed(text);
    }
    let is_simple = |c: char| c.is_ascii_lowercase() || is_small_latin(c);
    if text.chars().all(is_simple) {
        return Cow::Borrowed(text);
    }
    let is_lower = text.chars().all(|c| is_simple(c) || c.is_lowercase() && c != 'ı');
    // Nothing before the combining marks has another composed form.
    let is_composed = text.chars().all(|c| c < '\u{300}') || is_nfc_quick(text.chars()) == IsNormalized::Yes;
    match (is_lower, is_composed) {
        (true, true) => Cow::Borrowed(text),
        (false, true) => Cow::Owned(text.to_lowercase()),
        _ => Cow::Owned(text.to_lowercase().nfc().collect()),
    }
}

/// A word in lower case without what is often left out: accents, ligatures, vowel signs.
pub(super) fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(word.len());
    for c in word.nfkd() {
        match c {
            '\u{300}'..='\u{36f}' | '\u{640}' | '\u{64b}'..='\u{655}' | '\u{670}' => {}
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'þ' => out.push_str("th"),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' | 'ð' => out.push('d'),
            'ı' => out.push('i'),
            'ς' => out.push('σ'),
            c => out.push(c),
        }
    }
    out.nfc().collect::<String>().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::{fold, words};

    fn shown(text: &str) -> String {
        let mut out = Vec::new();
        words(text, 0, &mut |word| out.push(format!("{}@{}", word.exact, word.at)));
        out.join(" ")
    }

    #[test]
    fn words_stand_at_positions() {
        assert_eq!(shown("La Contraseña, ¡ya!"), "la@0 contraseña@1 ya@2");
        assert_eq!(shown("--gres=gpu:a100:1"), "gres@0 --gres@0 gpu@1 a100@2 1@3");
        assert_eq!(
            shown("SLURM_JOB_ID usa --cpus-per-task."),
            "slurm@0 job@1 id@2 slurm_job_id@0 usa@3 cpus@4 per@5 task@6 cpus-per-task@4 --cpus-per-task@4"
        );
        assert_eq!(shown("ssh -N a-b - c"), "ssh@0 n@1 -n@1 a@2 b@3 a-b@2 c@4");
        assert_eq!(shown("HTTPServer"), "httpserver@0 http@0 server@0");
        assert_eq!(shown("計算ノード v2"), "計算@0 算ノ@1 ノー@2 ード@3 v2@4");
        assert_eq!(shown("字"), "字@0");
        assert_eq!(shown("  "), "");
    }

    #[test]
    fn folding_takes_accents_away() {
        for (word, folded) in [
            ("contraseña", "contrasena"),
            ("Straße", "strasse"),
            ("ÆØÅ", "aeoa"),
            ("أَهلاً", "اهلا"),
            ("한국어", "한국어"),
            ("İstanbul", "istanbul"),
        ] {
            assert_eq!(fold(&word.to_lowercase()), folded);
        }
    }
}
