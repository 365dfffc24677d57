//! The small face of a page that other pages may see.
//!
//! Has no positions: a line typed at the top of a page must not change it.

use crate::source::Inclusion;

/// A page's number, in the order of the walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PageId(u32);

impl PageId {
    /// The number `index`.
    #[must_use]
    pub fn new(index: usize) -> Self {
        Self(u32::try_from(index).unwrap_or(u32::MAX))
    }

    /// The number.
    #[must_use]
    pub fn index(self) -> usize {
        self.0 as usize
    }

    /// The number as it is shown to templates.
    #[must_use]
    pub fn number(self) -> u32 {
        self.0
    }
}

/// What other pages see of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Path below the docs folder.
    pub src_uri: String,
    /// Path of the output.
    pub dest_uri: String,
    /// Address; `''` for the root.
    pub url: String,
    /// Whether the source's stem is `index` or `README`.
    pub is_index: bool,
    /// Stem of the source's file name.
    pub name: String,
    /// How far it takes part.
    pub inclusion: Inclusion,
    /// `title` of its front matter.
    pub meta_title: Option<String>,
    /// Text of its first heading, if it is of level 1.
    pub heading: Option<String>,
    /// Its ids, sorted.
    pub anchors: Vec<String>,
    /// Whether it is reported when the navigation leaves it out.
    pub is_documentation: bool,
}
