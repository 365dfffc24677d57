//! Which runs of delimiters may open, close or both, by what stands beside them.

use std::sync::LazyLock;

use regex::Regex;

use super::{Delimiter, Flavor};
use crate::markdown::stash::{ETX, STX};

/// What a run of delimiters may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Start,
    End,
    Both,
}

/// A run that may open or close.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    pub(super) at: usize,
    pub(super) len: usize,
    /// The number of its delimiter.
    pub(super) delimiter: usize,
    pub(super) kind: Kind,
}

/// The first byte that is one of the delimiters.
///
/// Looks no further than about twice as far as that byte, whichever delimiter it is: a text of the
/// fourth would be looked through for the first three again and again.
pub(super) fn find(specs: &[Delimiter], text: &[u8]) -> Option<usize> {
    let (mut from, mut width) = (0, 64);
    while from < text.len() {
        let to = text.len().min(from + width);
        if let Some(at) = find_in(specs, &text[from..to]) {
            return Some(from + at);
        }
        (from, width) = (to, width * 2);
    }
    None
}

fn find_in(specs: &[Delimiter], text: &[u8]) -> Option<usize> {
    match specs {
        [a] => memchr::memchr(a.token, text),
        [a, b] => memchr::memchr2(a.token, b.token, text),
        [a, b, c] => memchr::memchr3(a.token, b.token, c.token, text),
        [a, b, c, rest @ ..] => {
            let first = memchr::memchr3(a.token, b.token, c.token, text);
            find_in(rest, &text[..first.unwrap_or(text.len())]).or(first)
        }
        [] => None,
    }
}

/// All runs of `text` that may open or close.
pub(super) fn tokens(specs: &[Delimiter], flavor: Flavor, text: &str) -> Vec<Token> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    let is_token = {
        let mut is_token = [false; 256];
        for spec in specs {
            is_token[usize::from(spec.token)] = true;
        }
        is_token
    };
    while let Some(len) = bytes[at..].iter().position(|byte| is_token[usize::from(*byte)]) {
        at += len;
        let Some(delimiter) = specs.iter().position(|spec| spec.token == bytes[at]) else {
            break;
        };
        let before = text[..at].chars().next_back();
        match classify(&specs[delimiter], flavor, before, (text, at)) {
            Some((len, kind)) => {
                tokens.push(Token {
                    at,
                    len,
                    delimiter,
                    kind,
                });
                at += len;
            }
            None => at += run_len(bytes, at),
        }
    }
    tokens
}

fn run_len(bytes: &[u8], at: usize) -> usize {
    bytes[at..].iter().take_while(|byte| **byte == bytes[at]).count()
}

/// What the run of `spec`'s character at `at` may do with `before` before it, and how many of its
/// characters count.
pub(super) fn classify(
    spec: &Delimiter,
    flavor: Flavor,
    before: Option<char>,
    (text, at): (&str, usize),
) -> Option<(usize, Kind)> {
    let len = run_len(text.as_bytes(), at);
    let sides = Sides {
        token: char::from(spec.token),
        punctuation: flavor == Flavor::Better && spec.punctuation,
        common_mark: flavor == Flavor::Better,
        before,
        after: text[at + len..].chars().next(),
    };
    // PyMdown's superscript and its like are smart for two characters only, and a single closing
    // one may be the first of two.
    let half_smart = flavor == Flavor::Better && spec.smart && spec.no_space && !spec.only_pairs();
    if !half_smart {
        return sides.kind(spec.smart).map(|kind| (len, kind));
    }
    if let Some(kind) = sides.kind(len == 2) {
        return Some((len, kind));
    }
    (len == 2 && sides.may_end(false)).then_some((1, Kind::End))
}

/// What stands beside a run.
struct Sides {
    token: char,
    /// Whether punctuation counts like space.
    punctuation: bool,
    /// Whether CommonMark's rules for punctuation hold besides.
    common_mark: bool,
    before: Option<char>,
    after: Option<char>,
}

impl Sides {
    fn kind(&self, smart: bool) -> Option<Kind> {
        if self.may_be_both(smart) {
            Some(Kind::Both)
        } else if self.may_end(smart) || self.may_end_at_punctuation() {
            Some(Kind::End)
        } else if self.may_start(smart) || self.may_start_at_punctuation() {
            Some(Kind::Start)
        } else {
            None
        }
    }

    fn may_be_both(&self, smart: bool) -> bool {
        let plain = self.is_text(self.before)
            && self.is_text(self.after)
            && !(smart && (self.is_word(self.before) || self.is_word(self.after)));
        let punctuation = self.common_mark
            && self.before != Some(self.token)
            && self.before.is_some_and(|c| c == ETX || is_punctuation(c))
            && self.after.is_some_and(|c| c == STX || is_punctuation(c));
        plain || punctuation
    }

    fn may_end(&self, smart: bool) -> bool {
        self.is_text(self.before) && !(smart && self.is_word(self.after))
    }

    fn may_end_at_punctuation(&self) -> bool {
        self.common_mark
            && self.before.is_some_and(|c| c != self.token && is_punctuation(c))
            && self
                .after
                .is_none_or(|c| c.is_whitespace() || c == STX || is_punctuation(c))
    }

    fn may_start(&self, smart: bool) -> bool {
        let inside = smart && (self.before == Some(self.token) || self.is_word(self.before));
        self.is_text(self.after) && !inside
    }

    fn may_start_at_punctuation(&self) -> bool {
        let before = |c: char| c != self.token && (c.is_whitespace() || c == ETX || is_punctuation(c));
        self.common_mark && self.before.is_none_or(before) && self.after.is_some_and(is_punctuation)
    }

    /// Something that is no space, nor this delimiter, nor punctuation where that counts.
    fn is_text(&self, c: Option<char>) -> bool {
        c.is_some_and(|c| !c.is_whitespace() && c != self.token && !(self.punctuation && is_punctuation(c)))
    }

    /// A letter or digit; underscores make words only for underscores.
    fn is_word(&self, c: Option<char>) -> bool {
        c.is_some_and(|c| c.is_alphanumeric() || (c == '_' && self.token == '_'))
    }
}

/// Unicode's punctuation and symbols.
fn is_punctuation(c: char) -> bool {
    static PUNCTUATION: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^[\p{P}\p{S}]").ok());
    if c.is_ascii() {
        return c.is_ascii_punctuation();
    }
    let mut buffer = [0; 4];
    let text = c.encode_utf8(&mut buffer);
    PUNCTUATION.as_ref().is_some_and(|regex| regex.is_match(text))
}
