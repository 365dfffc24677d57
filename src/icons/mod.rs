//! Icons and emoji that sites use by name, from one compressed archive inside the binary.
//!
//! Does not know Markdown or templates: it answers names with SVG and indexes of short names.

/// The SVG of an icon of Material's sets by its path without `.svg`, such as
/// `material/account-circle` or `fontawesome/brands/python`, as its package ships it.
#[must_use]
pub fn icon(path: &str) -> Option<std::sync::Arc<str>> {
    let _ = path;
    None
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
    /// The code points as the image file's name has them (`1f604`, `1f468-200d-1f4bb`); `None` for
    /// an image that is no Unicode emoji (`:octocat:` of gemoji, whose file is named by it).
    pub unicode: Option<String>,
    /// The code points as text for `alt`, with joiners (`uc_output` of the reference).
    pub alt: Option<String>,
    /// Category, such as `people`, for the generators' `title` and class.
    pub category: Option<String>,
}

/// Looks up `shortname` (`:smile:`) in `index`.
#[must_use]
pub fn emoji(index: EmojiIndex, shortname: &str) -> Option<Emoji> {
    let _ = (index, shortname);
    None
}

/// The SVG of an emoji of the Twemoji set by its file name without `.svg`, such as `1f604`.
#[must_use]
pub fn twemoji_svg(name: &str) -> Option<std::sync::Arc<str>> {
    let _ = name;
    None
}
