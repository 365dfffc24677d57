//! Icons, emoji and keys that sites use by name, answered from the data inside the binary.
//!
//! Does not know Markdown or templates: it answers names with SVG and indexes of short names.

mod keys;

pub use keys::key_label;

use crate::bundled::{self, Section, find};

/// The SVG of an icon of Material's sets by its path without `.svg`, such as
/// `material/account-circle` or `fontawesome/brands/python`.
///
/// One line without a line end at its close; the root has `xmlns` and `viewBox` and nothing else.
#[must_use]
pub fn icon(path: &str) -> Option<&'static str> {
    find(Section::Icons, path)
}

/// The path of the icon that a short name of Material's emoji index leads to:
/// `fontawesome/brands/python` for `:fontawesome-brands-python:`.
#[must_use]
pub fn icon_path(shortname: &str) -> Option<String> {
    let name = shortname.strip_prefix(':')?.strip_suffix(':')?;
    let (set, rest) = name.split_once('-')?;
    let path = if set == "fontawesome" {
        let (style, rest) = rest.split_once('-')?;
        format!("{set}/{style}/{rest}")
    } else {
        format!("{set}/{rest}")
    };
    icon(&path).is_some().then_some(path)
}

/// The paths of all icons, sorted: for suggestions, as it inflates all of them.
pub fn icon_paths() -> impl Iterator<Item = &'static str> {
    bundled::keys(Section::Icons)
}

/// An emoji index that `pymdownx.emoji` can be set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmojiIndex {
    /// `pymdownx.emoji.emojione`, the default.
    Emojione,
    /// `pymdownx.emoji.gemoji`.
    Gemoji,
    /// `pymdownx.emoji.twemoji`, and Material's own index, which adds the icons to it.
    Twemoji,
}

/// What an index says of one emoji.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emoji {
    /// The short name that the index leads to, with colons (aliases resolved).
    pub shortname: String,
    /// The name in words, for `title: long`.
    pub name: &'static str,
    /// The code points as the image file's name has them (`1f604`, `1f468-200d-1f4bb`); `None` for
    /// an image that is no Unicode emoji.
    pub unicode: Option<&'static str>,
    /// The code points for `alt`, with joiners and variation selectors, in the same form.
    pub alt_points: Option<&'static str>,
    /// Category, such as `people`, for the class of sprites.
    pub category: Option<&'static str>,
}

impl Emoji {
    /// The emoji as text for `alt`, optionally without variation selectors
    /// (`remove_variation_selector` of `pymdownx.emoji`).
    #[must_use]
    pub fn alt(&self, remove_variation_selector: bool) -> Option<String> {
        let points = self.alt_points?.split('-').enumerate();
        let kept = points.filter(|&(at, point)| at == 0 || !remove_variation_selector || point != "fe0f");
        kept.map(|(_, point)| u32::from_str_radix(point, 16).ok().and_then(char::from_u32))
            .collect()
    }
}

/// Looks up `shortname` (`:smile:`) in `index`.
#[must_use]
pub fn emoji(index: EmojiIndex, shortname: &str) -> Option<Emoji> {
    let section = match index {
        EmojiIndex::Emojione => Section::EmojioneNames,
        EmojiIndex::Gemoji => Section::GemojiNames,
        EmojiIndex::Twemoji => Section::TwemojiNames,
    };
    let found = find(section, shortname)?;
    let (shortname, entry) = match found.strip_prefix('=') {
        Some(target) => (target, find(section, target)?),
        None => (shortname, found),
    };
    let mut fields = entry.splitn(4, '\t');
    let mut field = || fields.next().filter(|field| !field.is_empty());
    Some(Emoji {
        shortname: shortname.to_owned(),
        unicode: field(),
        alt_points: field(),
        category: field(),
        name: field().unwrap_or_default(),
    })
}

/// The SVG of an emoji of the Twemoji set by its file name without `.svg`, such as `1f604`.
#[must_use]
pub fn twemoji_svg(name: &str) -> Option<&'static str> {
    find(Section::Twemoji, name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn icons_of_each_set_have_one_form() {
        for path in [
            "material/account-circle",
            "fontawesome/brands/python",
            "fontawesome/regular/face-smile",
            "fontawesome/solid/house",
            "octicons/globe-16",
            "simple/python",
        ] {
            let svg = icon(path).unwrap_or_else(|| panic!("no {path}"));
            let head = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 "#;
            assert!(svg.starts_with(head), "{path}: {svg}");
            assert!(svg.ends_with("/></svg>"), "{path}: {svg}");
            assert!(!svg.contains('\n') && !svg.contains("fill=") && !svg.contains("<title"));
        }
        assert_eq!(icon("twemoji/1f604"), None);
        assert_eq!(icon("material/account-circle.svg"), None);
    }

    #[test]
    fn every_icon_has_a_short_name() {
        let mut count = 0;
        for path in icon_paths() {
            let shortname = format!(":{}:", path.replace('/', "-"));
            assert_eq!(icon_path(&shortname).as_deref(), Some(path));
            count += 1;
        }
        assert_eq!(count, 14_342);
        assert_eq!(icon_path(":smile:"), None);
        assert_eq!(icon_path("material-account"), None);
        assert_eq!(icon_path(":"), None);
    }

    #[test]
    fn emoji_follow_their_aliases() {
        let smile = emoji(EmojiIndex::Emojione, ":+1:").expect("in the index");
        assert_eq!(smile.shortname, ":thumbsup:");
        assert_eq!(smile.unicode, Some("1f44d"));
        assert_eq!(smile.category, Some("people"));
        assert_eq!(smile.alt(false).as_deref(), Some("\u{1f44d}"));
        let same = emoji(EmojiIndex::Gemoji, ":+1:").expect("in the index");
        assert_eq!((same.shortname.as_str(), same.name), (":+1:", "thumbs up"));
        assert_eq!(emoji(EmojiIndex::Twemoji, ":no_such_emoji:"), None);
        assert_eq!(emoji(EmojiIndex::Twemoji, ""), None);
    }

    #[test]
    fn variation_selectors_can_be_left_out() {
        let airplane = emoji(EmojiIndex::Emojione, ":airplane:").expect("in the index");
        assert_eq!(airplane.unicode, Some("2708"));
        assert_eq!(airplane.alt(false).as_deref(), Some("\u{2708}\u{fe0f}"));
        assert_eq!(airplane.alt(true).as_deref(), Some("\u{2708}"));
    }

    #[test]
    fn every_emoji_of_an_index_is_text_and_has_its_picture() {
        for (index, section) in [
            (EmojiIndex::Emojione, Section::EmojioneNames),
            (EmojiIndex::Gemoji, Section::GemojiNames),
            (EmojiIndex::Twemoji, Section::TwemojiNames),
        ] {
            for name in bundled::keys(section) {
                let emoji = emoji(index, name).unwrap_or_else(|| panic!("no {name}"));
                assert_eq!(emoji.alt(false).is_some(), emoji.unicode.is_some(), "{name}");
                if let (EmojiIndex::Twemoji, Some(unicode)) = (index, emoji.unicode) {
                    assert!(twemoji_svg(unicode).is_some(), "{name} {unicode}");
                }
            }
        }
    }
}
