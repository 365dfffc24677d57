//! What is drawn: one page, and the navigation of the whole site. Plain data that the pipeline
//! fills; addresses start at the site's root (`''` is the home page).
//!
//! Does not know templates.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::markdown::Heading;

/// One page, ready to be drawn.
#[derive(Clone, Debug, Default)]
pub struct PageView {
    /// The page's number, the same as in [`NavNode::page`].
    pub id: Option<u32>,
    /// The number of the page whose place in the navigation it takes, if it has none of its own.
    pub stands_at: Option<u32>,
    /// Its title (COMPAT T1), HTML.
    pub title: String,
    /// The article, links resolved.
    pub content: String,
    /// The table of contents.
    pub toc: Vec<Heading>,
    /// Front matter.
    pub meta: Map<String, Value>,
    /// Address; `''` for the home page.
    pub url: String,
    /// Address on the server, with the path of `site_url`.
    pub abs_url: Option<String>,
    /// Full address.
    pub canonical_url: Option<String>,
    /// Where the source can be edited.
    pub edit_url: Option<String>,
    /// Whether it is the site's home page.
    pub is_homepage: bool,
    /// Whether its source's stem is `index` or `README`.
    pub is_index: bool,
    /// Its source.
    pub file: PageFile,
    /// The page before it in the navigation.
    pub previous: Option<LinkView>,
    /// The page after it in the navigation.
    pub next: Option<LinkView>,
    /// Its tags.
    pub tags: Vec<TagView>,
    /// Date of the last change, worded.
    pub updated: Option<String>,
    /// Date of the first version, worded.
    pub created: Option<String>,
    /// `page.update_date`, `YYYY-MM-DD`.
    pub update_date: String,
    /// Whether it is encrypted.
    pub encrypted: bool,
    /// Further variables of its template: `posts`, `pagination`, `post`, `committers` ...
    pub variables: Map<String, Value>,
}

/// The source of a page.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PageFile {
    /// Path below the docs folder.
    pub src_uri: String,
    /// Path of the output in the site.
    pub dest_uri: String,
    /// Stem of the file name; `index` for `README`.
    pub name: String,
}

/// A title and where it leads.
#[derive(Clone, Debug, Default, Serialize)]
pub struct LinkView {
    /// Title, HTML.
    pub title: String,
    /// Address.
    pub url: String,
}

/// A tag of a page.
#[derive(Clone, Debug, Default, Serialize)]
pub struct TagView {
    /// Its name.
    pub name: String,
    /// Where it is listed.
    pub url: Option<String>,
    /// Whether it is a shadow tag.
    pub hidden: bool,
}

/// What an entry of the navigation is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NavKind {
    /// A page of this site.
    #[default]
    Page,
    /// A heading with entries below it.
    Section,
    /// Anything else that can be linked to.
    Link,
}

/// One entry of the navigation.
#[derive(Clone, Debug, Default)]
pub struct NavNode {
    /// What it is.
    pub kind: NavKind,
    /// Title, HTML.
    pub title: String,
    /// Where it leads. Sections have none, except those that a plugin made pages of.
    pub url: Option<String>,
    /// The page's number.
    pub page: Option<u32>,
    /// Whether the page's source has the stem `index` or `README`.
    pub is_index: bool,
    /// Whether the page is encrypted.
    pub encrypted: bool,
    /// `icon`, `status` and `subtitle` of the page's front matter.
    pub meta: NavMeta,
    /// The section it stands in.
    pub parent: Option<u32>,
    /// Entries of a section, in order.
    pub children: Vec<u32>,
}

/// What the navigation shows of a page's front matter.
#[derive(Clone, Debug, Default, Serialize)]
pub struct NavMeta {
    /// `icon`.
    pub icon: Option<String>,
    /// `status`.
    pub status: Option<String>,
    /// `subtitle`.
    pub subtitle: Option<String>,
}

/// The navigation of the site.
#[derive(Clone, Debug, Default)]
pub struct NavView {
    nodes: Vec<NavNode>,
    roots: Vec<u32>,
    homepage: Option<u32>,
    of_page: HashMap<u32, Vec<u32>>,
}

impl NavView {
    /// An empty navigation.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an entry below `parent`, or at the top; gives its number.
    pub fn push(&mut self, parent: Option<u32>, mut node: NavNode) -> u32 {
        let id = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        node.parent = parent;
        if let Some(page) = node.page {
            self.of_page.entry(page).or_default().push(id);
        }
        self.nodes.push(node);
        match parent.and_then(|p| self.nodes.get_mut(p as usize)) {
            Some(parent) => parent.children.push(id),
            None => self.roots.push(id),
        }
        id
    }

    /// Says which entry is the home page (COMPAT T4).
    pub fn set_homepage(&mut self, node: u32) {
        self.homepage = Some(node);
    }

    /// The entry of the home page.
    #[must_use]
    pub fn homepage(&self) -> Option<&NavNode> {
        self.node(self.homepage?)
    }

    /// The number of the entry of the home page.
    #[must_use]
    pub fn homepage_id(&self) -> Option<u32> {
        self.homepage
    }

    /// The entry with number `id`.
    #[must_use]
    pub fn node(&self, id: u32) -> Option<&NavNode> {
        self.nodes.get(id as usize)
    }

    /// The entries of the first level.
    #[must_use]
    pub fn roots(&self) -> &[u32] {
        &self.roots
    }

    /// How many entries there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there are no entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Every entry that is page number `page`; the last one decides where the page stands.
    #[must_use]
    pub fn occurrences(&self, page: u32) -> &[u32] {
        self.of_page.get(&page).map_or(&[], Vec::as_slice)
    }

    /// The sections around entry `id`, innermost first.
    #[must_use]
    pub fn ancestors(&self, id: u32) -> Vec<u32> {
        let mut out = Vec::new();
        let mut at = self.node(id).and_then(|n| n.parent);
        while let Some(parent) = at {
            out.push(parent);
            at = self.node(parent).and_then(|n| n.parent);
        }
        out
    }

    /// Where an entry leads: its own address, or that of the first page below it.
    #[must_use]
    pub fn first_url(&self, id: u32) -> Option<&str> {
        let mut node = self.node(id)?;
        while node.url.is_none() {
            node = self.node(*node.children.first()?)?;
        }
        node.url.as_deref()
    }
}
