//! Headings as ids: the slug functions that sites name in their configuration.
//!
//! Does not know which ids a page already has.

use std::borrow::Cow;
use std::sync::LazyLock;

use regex::Regex;
use unicode_normalization::UnicodeNormalization;

use crate::yaml::{Kind, Node};

/// A slug function.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Slugify {
    /// `markdown.extensions.toc.slugify`: ASCII only.
    #[default]
    Ascii,
    /// `markdown.extensions.toc.slugify_unicode`.
    Unicode,
    /// `pymdownx.slugs.slugify` with its arguments.
    Pymdown(PymdownSlug),
}

/// The arguments of `pymdownx.slugs.slugify`.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct PymdownSlug {
    /// What becomes of capital letters.
    pub case: SlugCase,
    /// Whether other than ASCII characters are percent-encoded.
    pub percent_encode: bool,
    /// The Unicode normal form.
    pub normalize: NormalForm,
}

/// What becomes of capital letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum SlugCase {
    /// They stay.
    #[default]
    Keep,
    /// They become small.
    Lower,
    /// Those of ASCII become small.
    LowerAscii,
    /// They are folded.
    Fold,
}

/// A Unicode normal form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum NormalForm {
    /// Composed.
    #[default]
    Nfc,
    /// Decomposed.
    Nfd,
    /// Composed by compatibility.
    Nfkc,
    /// Decomposed by compatibility.
    Nfkd,
}

impl Slugify {
    /// The function a value of a `slugify` option names, tagged or as plain text.
    #[must_use]
    pub fn from_node(node: &Node) -> Option<Self> {
        let name = super::options::python_name(node)?;
        let arguments = match &node.kind {
            Kind::Tagged(_, inner) => inner.get("kwds"),
            _ => None,
        };
        Self::named(&name, arguments)
    }

    /// The function called `name`, with keyword arguments.
    fn named(name: &str, arguments: Option<&Node>) -> Option<Self> {
        let legacy = |case, percent_encode| {
            let normalize = NormalForm::Nfc;
            Self::Pymdown(PymdownSlug {
                case,
                percent_encode,
                normalize,
            })
        };
        Some(match name {
            "markdown.extensions.toc.slugify" | "markdown.extensions.headerid.slugify" => Self::Ascii,
            "markdown.extensions.toc.slugify_unicode" => Self::Unicode,
            "pymdownx.slugs.slugify" => Self::Pymdown(PymdownSlug::from_arguments(arguments)?),
            "pymdownx.slugs.uslugify" => legacy(SlugCase::Lower, false),
            "pymdownx.slugs.uslugify_encoded" => legacy(SlugCase::Lower, true),
            "pymdownx.slugs.uslugify_cased" => legacy(SlugCase::Keep, false),
            "pymdownx.slugs.uslugify_cased_encoded" => legacy(SlugCase::Keep, true),
            "pymdownx.slugs.gfm" => legacy(SlugCase::LowerAscii, false),
            "pymdownx.slugs.gfm_encoded" => legacy(SlugCase::LowerAscii, true),
            _ => return None,
        })
    }

    /// The slug of a text.
    #[must_use]
    pub fn slug(&self, text: &str, separator: &str) -> String {
        match self {
            Self::Ascii => {
                let ascii: String = if text.is_ascii() {
                    text.to_owned()
                } else {
                    text.nfkd().filter(char::is_ascii).collect()
                };
                join_words(&ascii, separator)
            }
            Self::Unicode => join_words(text, separator),
            Self::Pymdown(arguments) => arguments.slug(text, separator),
        }
    }
}

/// Whether Python's `\w` matches the character.
pub(crate) fn is_word(c: char) -> bool {
    static OTHER: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^[\p{L}\p{N}]").ok());
    if c.is_ascii() {
        return c.is_ascii_alphanumeric() || c == '_';
    }
    // All that is alphanumeric in Unicode's sense, but no marks and no circled letters.
    c.is_alphanumeric()
        && OTHER
            .as_ref()
            .is_some_and(|regex| regex.is_match(c.encode_utf8(&mut [0; 4])))
}

/// Words and dashes in lower case, runs of white space and separators as one separator.
fn join_words(text: &str, separator: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    kept.extend(text.chars().filter(|c| is_word(*c) || c.is_whitespace() || *c == '-'));
    if kept.is_ascii() {
        kept.make_ascii_lowercase();
    } else {
        kept = kept.to_lowercase();
    }
    let mut slug = String::with_capacity(kept.len());
    let mut in_gap = false;
    for c in kept.trim().chars() {
        let gap = c.is_whitespace() || separator.contains(c);
        if !gap {
            slug.push(c);
        } else if !in_gap {
            slug.push_str(separator);
        }
        in_gap = gap;
    }
    slug
}

impl PymdownSlug {
    fn from_arguments(arguments: Option<&Node>) -> Option<Self> {
        let text = |name| arguments.and_then(|node| node.get(name)).and_then(Node::as_str);
        Some(Self {
            case: match text("case").unwrap_or("none") {
                "lower" => SlugCase::Lower,
                "lower-ascii" => SlugCase::LowerAscii,
                "fold" => SlugCase::Fold,
                _ => SlugCase::Keep,
            },
            percent_encode: arguments
                .and_then(|node| node.get("percent_encode"))
                .is_some_and(Node::is_truthy),
            normalize: match text("normalize").unwrap_or("NFC") {
                "NFC" => NormalForm::Nfc,
                "NFD" => NormalForm::Nfd,
                "NFKC" => NormalForm::Nfkc,
                "NFKD" => NormalForm::Nfkd,
                _ => return None,
            },
        })
    }

    fn slug(&self, text: &str, separator: &str) -> String {
        let normal: Cow<'_, str> = if text.is_ascii() {
            Cow::Borrowed(text)
        } else {
            Cow::Owned(match self.normalize {
                NormalForm::Nfc => text.nfc().collect(),
                NormalForm::Nfd => text.nfd().collect(),
                NormalForm::Nfkc => text.nfkc().collect(),
                NormalForm::Nfkd => text.nfkd().collect(),
            })
        };
        let text = without_tags(&normal);
        let text = text.trim();
        let text = match self.case {
            SlugCase::Keep => text.to_owned(),
            SlugCase::Lower => text.to_lowercase(),
            SlugCase::LowerAscii => text.to_ascii_lowercase(),
            SlugCase::Fold => unicase::UniCase::unicode(text).to_folded_case(),
        };
        let mut slug = String::with_capacity(text.len());
        for c in text.chars() {
            match c {
                ' ' => slug.push_str(separator),
                c if is_word(c) || c == '-' => slug.push(c),
                _ => {}
            }
        }
        if self.percent_encode { quote(&slug) } else { slug }
    }
}

/// The text without anything between `<` and `>`.
fn without_tags(text: &str) -> Cow<'_, str> {
    if !text.contains('<') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('<') {
        let Some(close) = rest[open..].find('>') else { break };
        out.push_str(&rest[..open]);
        rest = &rest[open + close + 1..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Percent-encodes all but letters, digits and `_.-~/` of ASCII.
fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 3);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"_.-~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{NormalForm, PymdownSlug, SlugCase, Slugify, is_word};

    #[test]
    fn ascii_slugs() {
        let slug = |text| Slugify::Ascii.slug(text, "-");
        assert_eq!(slug("¿Cómo crear un ticket?"), "como-crear-un-ticket");
        assert_eq!(slug("Ñandú & Co — 50% más"), "nandu-co-50-mas");
        assert_eq!(slug("C++"), "c");
        assert_eq!(slug("日本語"), "");
        assert_eq!(slug("Straße -- x"), "strae-x");
        assert_eq!(Slugify::Ascii.slug("a b_c", "_"), "a_b_c");
        assert_eq!(Slugify::Unicode.slug("Ñandú  日本", "-"), "ñandú-日本");
    }

    #[test]
    fn pymdown_slugs() {
        let slug = |case, text| {
            let arguments = PymdownSlug {
                case,
                ..PymdownSlug::default()
            };
            Slugify::Pymdown(arguments).slug(text, "-")
        };
        assert_eq!(slug(SlugCase::Lower, "A & Bé"), "a--bé");
        assert_eq!(slug(SlugCase::Keep, " Testing <b>X</b>! "), "Testing-X");
        assert_eq!(slug(SlugCase::LowerAscii, "ABC É"), "abc-É");
        assert_eq!(slug(SlugCase::Fold, "Straße"), "strasse");
        let encoded = PymdownSlug {
            percent_encode: true,
            normalize: NormalForm::Nfkd,
            ..PymdownSlug::default()
        };
        assert_eq!(Slugify::Pymdown(encoded).slug("ﬁ á", "-"), "fi-a");
    }

    #[test]
    fn word_characters_are_pythons() {
        for yes in ['a', '_', '0', 'ñ', '日', '²', 'Ⅷ'] {
            assert!(is_word(yes), "{yes}");
        }
        for no in ['-', '—', '\u{0301}', 'Ⓐ', '\u{093e}', '\u{2}'] {
            assert!(!is_word(no), "{no}");
        }
    }
}
