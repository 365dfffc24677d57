//! The part of an inline link in parentheses: an address that may hold parentheses and quotes, and
//! a title.
//!
//! The reference walks over the characters and keeps count of parentheses until it sees a quote;
//! from there on it looks for that quote right before a parenthesis, and remembers where the link
//! would end if the quote were no title. Here the same is answered from a list of the parentheses
//! and quotes, so that thousands of unclosed links take no longer than closed ones.

use std::ops::Range;

use super::Subject;

/// An address with a title.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) url: Range<usize>,
    pub(super) title: Option<Range<usize>>,
    /// After the closing parenthesis.
    pub(super) end: usize,
}

/// The parentheses and quotes of a text.
#[derive(Debug, Default)]
pub(super) struct Signs {
    signs: Vec<Sign>,
    /// Indexes of quotes.
    quotes: Vec<usize>,
    /// Indexes of `)` that stand right after a quote (spaces aside).
    closes: Vec<usize>,
}

#[derive(Debug)]
struct Sign {
    at: usize,
    byte: u8,
    /// The index of the `)` that closes this `(`.
    partner: usize,
    /// Parentheses open before this sign.
    depth: i64,
    /// Where the last character before it stands that is no space.
    last: usize,
}

impl Signs {
    pub(super) fn of(text: &str) -> Self {
        let mut found = Self::default();
        let mut open: Vec<usize> = Vec::new();
        let mut depth = 0;
        let mut last = 0;
        for (at, byte) in text.bytes().enumerate() {
            let index = found.signs.len();
            if matches!(byte, b'(' | b')' | b'"' | b'\'') {
                found.signs.push(Sign {
                    at,
                    byte,
                    partner: usize::MAX,
                    depth,
                    last,
                });
            }
            match byte {
                b'(' => {
                    open.push(index);
                    depth += 1;
                }
                b')' => {
                    if let Some(partner) = open.pop() {
                        found.signs[partner].partner = index;
                    }
                    depth -= 1;
                    if at > 0 && matches!(text.as_bytes()[last], b'"' | b'\'') {
                        found.closes.push(index);
                    }
                }
                b'"' | b'\'' => found.quotes.push(index),
                _ => {}
            }
            if byte != b' ' {
                last = at;
            }
        }
        found
    }

    /// The index of the sign at `at`.
    fn index(&self, at: usize) -> usize {
        self.signs.partition_point(|sign| sign.at < at)
    }
}

/// Reads an address whose `(` should stand at `at`.
pub(super) fn parse(subject: &Subject<'_>, at: usize) -> Option<Address> {
    let text = subject.text;
    let rest = text[at..].strip_prefix('(')?;
    let start = text.len() - rest.trim_start().len();
    if let Some(address) = bracketed(text, start) {
        return Some(address);
    }
    // Nearly all addresses have neither parentheses nor quotes.
    let plain = text[start..]
        .bytes()
        .position(|byte| matches!(byte, b'(' | b')' | b'"' | b'\''));
    if let Some(close) = plain
        .map(|len| start + len)
        .filter(|close| text.as_bytes()[*close] == b')')
    {
        return Some(Address {
            url: start..close,
            title: None,
            end: close + 1,
        });
    }
    let signs = subject.memo.signs.get_or_init(|| Signs::of(text));
    let open = signs.index(at);
    let quote = signs
        .quotes
        .get(signs.quotes.partition_point(|index| *index < open))
        .copied();
    let close = signs.signs[open].partner;
    if let Some(quote) = quote
        && (close == usize::MAX || quote < close)
    {
        return quoted(signs, text, start, (open, quote));
    }
    let close = signs.signs.get(close)?.at;
    Some(Address {
        url: start..close,
        title: None,
        end: close + 1,
    })
}

/// `<address> "title")`.
fn bracketed(text: &str, start: usize) -> Option<Address> {
    let rest = text[start..].strip_prefix('<')?;
    let end = memchr::memchr2(b'<', b'>', rest.as_bytes()).filter(|end| rest.as_bytes()[*end] == b'>')?;
    let url = start + 1..start + 1 + end;
    let rest = rest[end + 1..].trim_start();
    let mut address = Address {
        url,
        title: None,
        end: 0,
    };
    if let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let title = text.len() - rest.len() + 1;
        let end = title + text[title..].find(quote)?;
        address.title = Some(title..end);
        address.end = end + 1;
    } else {
        address.end = text.len() - rest.len();
    }
    let rest = text[address.end..].trim_start().strip_prefix(')')?;
    address.end = text.len() - rest.len();
    Some(address)
}

/// An address with a quote before its parenthesis is closed.
fn quoted(signs: &Signs, text: &str, start: usize, (open, quote): (usize, usize)) -> Option<Address> {
    let list = &signs.signs;
    let first = list[quote].at;
    // The other kind of quote may delimit the title too, from its first occurrence on.
    let other = signs.quotes[signs.quotes.partition_point(|index| *index < quote)..]
        .iter()
        .find(|index| list[**index].byte != list[quote].byte)
        .copied();
    let after = signs.closes.partition_point(|index| *index < quote);
    let titled = signs.closes[after..].iter().find_map(|index| {
        let close = &list[*index];
        let title = if text.as_bytes()[close.last] == list[quote].byte {
            first
        } else {
            list[other?].at
        };
        (close.last > title).then_some((title, close))
    });
    // Without a title the link ends where as many parentheses have followed as were open.
    let mut open_count = list[quote].depth - list[open].depth;
    let mut fallback = None;
    for sign in &list[quote..] {
        if titled.is_some_and(|(_, close)| sign.at >= close.at) {
            break;
        }
        if matches!(sign.byte, b'(' | b')') {
            open_count -= 1;
            if open_count == 0 {
                fallback = Some((sign.byte == b')').then_some(sign.at));
                break;
            }
        }
    }
    if let Some((title, close)) = titled {
        return Some(Address {
            url: start..title,
            title: Some(title + 1..close.last),
            end: close.at + 1,
        });
    }
    match fallback? {
        Some(close) => Some(Address {
            url: start..close,
            title: None,
            end: close + 1,
        }),
        // The reference ends up at the text's last characters.
        None => {
            let back = |count| text.char_indices().rev().nth(count).map_or(0, |(at, _)| at);
            Some(Address {
                url: start..back(1).max(start),
                title: None,
                end: back(0),
            })
        }
    }
}
