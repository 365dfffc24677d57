//! Where words may stand in a text, found many bytes at a time, and short words as numbers.

/// A run of bytes that words are made of: ASCII letters and digits, and all that is not ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether there are only small ASCII letters and digits.
    pub(super) is_small: bool,
}

/// The runs of a text, in order.
pub(super) struct Runs<'t> {
    bytes: &'t [u8],
    /// Where the block begins that the bits stand for.
    block: usize,
    /// Bytes of runs that are still to be given.
    words: u64,
    /// Those that are no small letters or digits.
    others: u64,
}

const BLOCK: usize = 64;

impl<'t> Runs<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut runs = Self {
            bytes: text.as_bytes(),
            block: 0,
            words: 0,
            others: 0,
        };
        runs.read();
        runs
    }

    fn read(&mut self) {
        let rest = self.bytes.get(self.block..).unwrap_or_default();
        (self.words, self.others) = match rest.first_chunk::<BLOCK>() {
            Some(block) => bits(block),
            None => {
                let mut block = [0; BLOCK];
                block[..rest.len()].copy_from_slice(rest);
                bits(&block)
            }
        };
    }

    /// Takes the run that begins with the bit `first`; whether it ends in this block, and where.
    fn take(&mut self, first: u32) -> (u32, bool) {
        let len = (!(self.words >> first)).trailing_zeros();
        let end = (first + len).min(u64::BITS);
        let run = (u64::MAX >> (u64::BITS - (end - first))) << first;
        self.words &= !run;
        (end, self.others & run == 0)
    }
}

impl Iterator for Runs<'_> {
    type Item = Run;

    #[inline]
    fn next(&mut self) -> Option<Run> {
        while self.words == 0 {
            self.block += BLOCK;
            if self.block >= self.bytes.len() {
                return None;
            }
            self.read();
        }
        let first = self.words.trailing_zeros();
        let start = self.block + first as usize;
        let (mut end, mut is_small) = self.take(first);
        while end == u64::BITS {
            self.block += BLOCK;
            self.read();
            end = 0;
            if self.words & 1 == 1 {
                let (next, is_rest_small) = self.take(0);
                (end, is_small) = (next, is_small && is_rest_small);
            }
        }
        let end = (self.block + end as usize).min(self.bytes.len());
        Some(Run { start, end, is_small })
    }
}

/// A bit for each byte of a run, and for each that is no small letter or digit among them.
fn bits(block: &[u8; BLOCK]) -> (u64, u64) {
    let (mut words, mut others) = (0, 0);
    for (at, eight) in block.as_chunks::<8>().0.iter().enumerate() {
        let eight = u64::from_le_bytes(*eight);
        let is_other_script = eight & HIGH;
        let low = eight & !HIGH;
        let is_digit = within(low, b'0', b'9');
        let is_small = within(low, b'a', b'z');
        let is_capital = within(low, b'A', b'Z');
        let small = (is_digit | is_small) & !is_other_script;
        let other = is_capital & !is_other_script | is_other_script;
        words |= gathered(small | other) << (8 * at);
        others |= gathered(other) << (8 * at);
    }
    (words, others)
}

/// The highest bit of each of eight bytes.
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Sets the highest bit of those of eight bytes below 128 that lie between two others.
fn within(eight: u64, first: u8, last: u8) -> u64 {
    let each = |byte: u8| u64::from(byte) * 0x0101_0101_0101_0101;
    (eight + each(0x80 - first)) & !(eight + each(0x7f - last)) & HIGH
}

/// The highest bits of eight bytes, the first byte's lowest.
fn gathered(high: u64) -> u64 {
    (high >> 7).wrapping_mul(0x0102_0408_1020_4080) >> 56
}

/// A text of at most 15 bytes: them and their number, so that no other text is the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Short(u64, u64);

impl Short {
    /// How many bytes it has room for.
    const MOST: usize = 15;

    /// The text, if it is short.
    pub(super) fn of(text: &[u8]) -> Option<Self> {
        if text.len() > Self::MOST {
            return None;
        }
        let mut bytes = [0; 16];
        bytes[..text.len()].copy_from_slice(text);
        Some(Self::new(bytes, text.len()))
    }

    /// The text between two places of a longer one, if it is short.
    #[inline]
    pub(super) fn between(text: &[u8], start: usize, end: usize) -> Option<Self> {
        match text.get(start..).and_then(|rest| rest.first_chunk::<16>()) {
            Some(bytes) if end - start <= Self::MOST => Some(Self::new(*bytes, end - start)),
            _ => Self::of(&text[start..end]),
        }
    }

    /// Appends the text after its length, as [`put_text`](super::codec::put_text) does.
    #[inline]
    pub(super) fn put(self, out: &mut Vec<u8>) {
        let len = self.1 >> 56;
        let all = u128::from(self.0) | u128::from(self.1) << 64;
        // The length stands in the highest byte, and before the text when all moves up by one.
        let bytes = all.rotate_left(8).to_le_bytes();
        out.extend_from_slice(&bytes);
        out.truncate(out.len() - Self::MOST + len as usize);
    }

    #[inline]
    fn new(bytes: [u8; 16], len: usize) -> Self {
        let own = (1u128 << (8 * len)) - 1;
        let all = u128::from_le_bytes(bytes) & own | (len as u128) << 120;
        Self(all as u64, (all >> 64) as u64)
    }
}

#[cfg(test)]
mod tests {
    use super::{Run, Runs, Short};

    /// Byte by byte.
    fn plainly(text: &str) -> Vec<Run> {
        let bytes = text.as_bytes();
        let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || !byte.is_ascii();
        let mut found = Vec::new();
        let mut at = 0;
        while let Some(start) = bytes[at..].iter().position(is_word).map(|len| at + len) {
            let len = bytes[start..].iter().take_while(|byte| is_word(byte)).count();
            at = start + len;
            let is_small = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            found.push(Run {
                start,
                end: at,
                is_small: bytes[start..at].iter().all(is_small),
            });
        }
        found
    }

    #[test]
    fn runs_are_those_found_byte_by_byte() {
        let all: String = (0..0x180).filter_map(char::from_u32).collect();
        let long = "a".repeat(200);
        for text in [
            "",
            "a",
            "@[`{/:zZ09 _-.",
            &all,
            &long,
            &format!("{long} {long}B{long}-{long}ñ"),
        ] {
            for pad in 0..70 {
                let text = format!("{}{text}", " ".repeat(pad));
                assert_eq!(Runs::new(&text).collect::<Vec<_>>(), plainly(&text), "{text:?}");
            }
        }
    }

    #[test]
    fn short_texts_are_told_apart() {
        let texts = [
            "",
            "\0",
            "\0\0",
            "a",
            "a\0",
            "abcdefgh",
            "abcdefghi",
            "abcdefghijklmno",
            "ñandú",
        ];
        for (at, text) in texts.iter().enumerate() {
            let own = Short::of(text.as_bytes());
            assert!(own.is_some() && texts[..at].iter().all(|other| Short::of(other.as_bytes()) != own));
            let longer = format!("xyz{text} and what follows it");
            assert_eq!(Short::between(longer.as_bytes(), 3, 3 + text.len()), own);
            let mut out = vec![7];
            own.unwrap().put(&mut out);
            assert_eq!((out[1] as usize, &out[2..]), (text.len(), text.as_bytes()));
        }
        assert_eq!(Short::of(&[b'a'; 16]), None);
        assert_eq!(Short::between(&[b'a'; 40], 2, 18), None);
    }
}
