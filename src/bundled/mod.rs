//! Third-party data inside the binary: icons, emoji, fonts, a script that draws diagrams, names of
//! keys and lexers, as one archive of sorted tables that `scripts/make-assets` writes from pinned packages.
//!
//! Does not know what the tables mean: it finds the value of a key.
//!
//! The archive is the magic `CHB1`, the length of the directory as a little-endian `u32`, the
//! directory and then the blocks, each a zlib stream. A line of the directory is a block: its
//! section, its length and its first key, between tabs. A line of a block is a key, a tab and the
//! value, sorted by the bytes of the keys. A block is inflated when a key of it is first asked for,
//! and kept, so that a site pays for the icons it uses and for no others.

use std::collections::HashMap;
use std::io::Read;
use std::sync::{LazyLock, OnceLock};

use flate2::read::ZlibDecoder;

static ARCHIVE: LazyLock<Archive> = LazyLock::new(|| Archive::open(include_bytes!("bundled.bin")).unwrap_or_default());

const MAGIC: &[u8] = b"CHB1";

/// A table of the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Section {
    /// SVG of icons by path.
    Icons,
    /// SVG of emoji by code points.
    Twemoji,
    /// Short names of `EmojiOne`.
    EmojioneNames,
    /// Short names of GitHub.
    GemojiNames,
    /// Short names of Twemoji.
    TwemojiNames,
    /// Keys of keyboards.
    Keys,
    /// Aliases of Pygments' lexers.
    Lexers,
    /// Fonts: the characters that a file covers, a tab, and the file as base64.
    Fonts,
    /// Scripts, each as a JSON string.
    Scripts,
}

impl Section {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "icons" => Self::Icons,
            "twemoji" => Self::Twemoji,
            "emojione" => Self::EmojioneNames,
            "gemoji" => Self::GemojiNames,
            "emoji" => Self::TwemojiNames,
            "keys" => Self::Keys,
            "lexers" => Self::Lexers,
            "fonts" => Self::Fonts,
            "scripts" => Self::Scripts,
            _ => return None,
        })
    }
}

/// The value of `key` in a table.
pub(crate) fn find(section: Section, key: &str) -> Option<&'static str> {
    let blocks = ARCHIVE.sections.get(&section)?;
    let after = blocks.partition_point(|block| block.first.as_str() <= key);
    blocks.get(after.checked_sub(1)?)?.table().value(key)
}

/// Every key of a table, sorted. Inflates all of it: for suggestions, not for looking up.
pub(crate) fn keys(section: Section) -> impl Iterator<Item = &'static str> {
    let blocks = ARCHIVE.sections.get(&section).into_iter().flatten();
    blocks.flat_map(|block| block.table().lines.iter().map(|&(key, _)| key))
}

#[derive(Default)]
struct Archive {
    sections: HashMap<Section, Vec<Block>>,
}

struct Block {
    first: String,
    packed: &'static [u8],
    text: OnceLock<String>,
    table: OnceLock<Table<'static>>,
}

struct Table<'a> {
    lines: Vec<(&'a str, &'a str)>,
}

impl Archive {
    /// Reads the directory; `None` when the bytes are no archive of ours.
    fn open(bytes: &'static [u8]) -> Option<Self> {
        let rest = bytes.strip_prefix(MAGIC)?;
        let (length, rest) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (directory, mut rest) = rest.split_at_checked(length)?;
        let mut sections: HashMap<Section, Vec<Block>> = HashMap::new();
        for line in inflate(directory)?.lines() {
            let mut fields = line.splitn(3, '\t');
            let section = Section::named(fields.next()?)?;
            let (packed, after) = rest.split_at_checked(fields.next()?.parse().ok()?)?;
            rest = after;
            let block = Block::new(fields.next()?, packed);
            sections.entry(section).or_default().push(block);
        }
        Some(Self { sections })
    }
}

impl Block {
    fn new(first: &str, packed: &'static [u8]) -> Self {
        Self {
            first: first.to_owned(),
            packed,
            text: OnceLock::new(),
            table: OnceLock::new(),
        }
    }
}

impl Block {
    fn table(&'static self) -> &'static Table<'static> {
        self.table.get_or_init(|| {
            let text = self.text.get_or_init(|| inflate(self.packed).unwrap_or_default());
            let lines = text.lines().filter_map(|line| line.split_once('\t'));
            Table { lines: lines.collect() }
        })
    }
}

impl<'a> Table<'a> {
    fn value(&self, key: &str) -> Option<&'a str> {
        let at = self.lines.binary_search_by_key(&key, |&(key, _)| key).ok()?;
        self.lines.get(at).map(|&(_, value)| value)
    }
}

fn inflate(packed: &[u8]) -> Option<String> {
    let mut text = String::new();
    ZlibDecoder::new(packed).read_to_string(&mut text).ok()?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_archive_opens_and_every_key_finds_its_value() {
        for (section, least) in [
            (Section::Icons, 14_000),
            (Section::Twemoji, 3_800),
            (Section::EmojioneNames, 2_300),
            (Section::GemojiNames, 1_900),
            (Section::TwemojiNames, 6_200),
            (Section::Keys, 290),
            (Section::Lexers, 900),
            (Section::Fonts, 12),
        ] {
            let names: Vec<_> = keys(section).collect();
            assert!(names.len() >= least, "{section:?} holds {}", names.len());
            assert!(names.is_sorted(), "{section:?} is not sorted");
            assert!(names.iter().all(|name| find(section, name).is_some()));
        }
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        for key in ["", "\0", "material/", "material/account-circlf", "zzzz", "\u{10ffff}"] {
            assert_eq!(find(Section::Icons, key), None, "{key:?}");
        }
    }

    #[test]
    fn broken_bytes_are_no_archive() {
        for bytes in [&b""[..], b"CHB1", b"CHB1\xff\xff\xff\xff", b"CHB1\x01\0\0\0x", b"other"] {
            assert!(Archive::open(bytes).is_none());
        }
    }
}
