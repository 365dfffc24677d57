//! Emphasis found by pulldown-cmark, where CommonMark's rules are PyMdown's.
//!
//! pulldown-cmark gets the text on one line behind a word, with every sign but `*` and `_` made a
//! comma, so that it can find nothing but emphasis. The two agree where no run can both open and
//! close. Otherwise they differ in two ways, and the text is left to [`super::pairing`]: for an
//! opener that could close and a closer that could not (`a*b**`) CommonMark applies its rule of
//! three and PyMdown does not, and the two look in different orders for an opener further out.

use pulldown_cmark::{Event, Options, Parser, Tag};

use super::Delimiter;
use super::boundary::{Kind, Token};
use super::pairing::Region;
use crate::markdown::stash::{ETX, STX};

/// What stands before the text, so that no block can start at its first character.
const PREFIX: &str = "a ";

/// Whether `specs` are those of `betterem` with the options it has by default.
fn is_default(specs: &[Delimiter], text: &[u8]) -> bool {
    let used = |spec: &&Delimiter| memchr::memchr(spec.token, text).is_some();
    specs.iter().filter(used).all(|spec| match spec.token {
        b'*' => *spec == Delimiter::emphasis(b'*', false, true),
        b'_' => *spec == Delimiter::emphasis(b'_', true, true),
        _ => false,
    })
}

/// The pairs in `text`, whose runs are `tokens`; `None` where only our own algorithm gives those of
/// the reference.
pub(super) fn regions(specs: &[Delimiter], text: &str, tokens: &[Token]) -> Option<Vec<Region>> {
    let star = specs.iter().position(|spec| spec.token == b'*')?;
    let underscore = specs.iter().position(|spec| spec.token == b'_')?;
    if !is_default(specs, text.as_bytes()) || tokens.iter().any(|token| token.kind == Kind::Both) {
        return None;
    }
    let plain = plain(text)?;
    let mut regions = Vec::new();
    for (event, range) in Parser::new_ext(&plain, Options::empty()).into_offset_iter() {
        let size = match event {
            Event::Start(Tag::Emphasis) => 1,
            Event::Start(Tag::Strong) => 2,
            _ => continue,
        };
        let (start, end) = (range.start - PREFIX.len(), range.end - PREFIX.len());
        regions.push(Region {
            open: (start, start + size),
            close: (end - size, end),
            delimiter: if text.as_bytes()[start] == b'*' {
                star
            } else {
                underscore
            },
            size: if size == 2 { 2 } else { 1 },
            is_deepest: false,
        });
    }
    Some(regions)
}

/// The text as pulldown-cmark gets it.
fn plain(text: &str) -> Option<String> {
    let is_run = |c: char| matches!(c, '*' | '_');
    let mut out = String::with_capacity(text.len() + PREFIX.len());
    out.push_str(PREFIX);
    let mut last = ' ';
    for c in text.chars() {
        let beside = |c: char| c == STX || c == ETX || !(c.is_ascii() || c.is_alphanumeric());
        if (is_run(c) && beside(last)) || (is_run(last) && beside(c)) {
            return None;
        }
        last = c;
        out.push(match c {
            '*' | '_' => c,
            '\u{c}' | '\u{b}' | '\r' | '\n' | '\t' | '\u{1c}'..='\u{1f}' => ' ',
            STX | ETX | '\0' => 'a',
            _ if c.is_ascii_punctuation() => ',',
            _ => c,
        });
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::regions;
    use crate::markdown::inline::delimiters::boundary::{Kind, tokens};
    use crate::markdown::inline::delimiters::pairing::{Region, pair};
    use crate::markdown::inline::delimiters::{Delimiter, Flavor};

    type Pairs = Vec<(usize, usize, i64)>;

    fn pairs(regions: &[Region]) -> Pairs {
        let mut pairs: Pairs = regions.iter().map(|r| (r.open.0, r.close.1, r.size)).collect();
        pairs.sort_unstable();
        pairs
    }

    /// The pairs that our own algorithm finds, run after run.
    fn own(specs: &[Delimiter], text: &str) -> Pairs {
        let all = tokens(specs, Flavor::Better, text);
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(index) = all.iter().position(|token| token.at >= at && token.kind != Kind::End) {
            let first = all[index];
            match pair(specs, Flavor::Better, (text, first), &all[index + 1..]) {
                Ok(regions) => {
                    at = regions.iter().map(|r| r.close.1).max().unwrap_or(text.len());
                    found.extend(regions);
                }
                Err(end) => at = end.max(first.at + first.len),
            }
        }
        pairs(&found)
    }

    fn theirs(specs: &[Delimiter], text: &str) -> Option<Pairs> {
        let tokens = tokens(specs, Flavor::Better, text);
        regions(specs, text, &tokens).map(|regions| pairs(&regions))
    }

    fn specs() -> [Delimiter; 2] {
        [
            Delimiter::emphasis(b'*', false, true),
            Delimiter::emphasis(b'_', true, true),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        #[test]
        fn both_find_the_same_pairs(text in "([a-cé .,!\\[\\n]|\\*{1,3}|_{1,3}){1,16}") {
            if let Some(theirs) = theirs(&specs(), &text) {
                prop_assert_eq!(own(&specs(), &text), theirs);
            }
        }
    }

    #[test]
    fn emphasis_is_found_and_nothing_else() {
        let text = "# *a* **b _c_** `*d*` [e](*f*)\n- *g*";
        let found = theirs(&specs(), text).unwrap_or_default();
        let parts: Vec<&str> = found.iter().map(|(start, end, _)| &text[*start..*end]).collect();
        assert_eq!(parts, ["*a*", "**b _c_**", "_c_", "*d*", "*f*", "*g*"]);
    }

    #[test]
    fn runs_that_open_and_close_are_left_alone() {
        assert_eq!(theirs(&specs(), "a*b**"), None);
        assert_eq!(own(&specs(), "a*b**"), [(1, 4, 1)]);
        assert_eq!(theirs(&specs(), "*\u{2}i0\u{3}*"), None);
    }
}
