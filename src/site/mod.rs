//! The linked site: which pages there are, how they follow each other, and where each link leads.
//!
//! Sees pages only by their [`Summary`]; does not know templates or Markdown.

mod address;
mod links;
mod nav;
mod summary;
mod titles;
mod urls;

use std::collections::HashMap;

pub use links::{AbsoluteLinks, LinkSpec, Resolved, Resolver};
pub use nav::{Nav, NavEntry, NavItem, NavSpec, automatic, build, from_config};
pub use summary::{PageId, Summary};
pub use titles::{fallback_title, page_title};
pub use urls::{join_url, relative_path, relative_url};

/// All pages and files, as links see them.
#[derive(Clone, Debug, Default)]
pub struct Site {
    pages: Vec<Summary>,
    by_uri: HashMap<String, Target>,
}

/// What a link may lead to.
#[derive(Clone, Debug)]
struct Target {
    url: String,
    page: Option<PageId>,
    excluded: bool,
}

impl Site {
    /// The site of these pages and other files (path below the docs folder, address).
    #[must_use]
    pub fn new(pages: Vec<Summary>, files: impl IntoIterator<Item = (String, String, bool)>) -> Self {
        let mut by_uri = HashMap::new();
        for (uri, url, excluded) in files {
            by_uri.insert(
                uri,
                Target {
                    url,
                    page: None,
                    excluded,
                },
            );
        }
        for (at, page) in pages.iter().enumerate() {
            let excluded = page.inclusion.is_excluded();
            by_uri.insert(
                page.src_uri.clone(),
                Target {
                    url: page.url.clone(),
                    page: Some(PageId::new(at)),
                    excluded,
                },
            );
        }
        Self { pages, by_uri }
    }

    /// The pages in order.
    #[must_use]
    pub fn pages(&self) -> &[Summary] {
        &self.pages
    }

    /// The page with that number.
    #[must_use]
    pub fn page(&self, id: PageId) -> &Summary {
        &self.pages[id.index()]
    }

    /// The page whose source is at `src_uri`.
    #[must_use]
    pub fn page_at(&self, src_uri: &str) -> Option<PageId> {
        self.by_uri.get(src_uri)?.page
    }

    /// Whether there is a source at `src_uri` that is not built.
    #[must_use]
    pub fn is_excluded(&self, src_uri: &str) -> bool {
        self.by_uri.get(src_uri).is_some_and(|target| target.excluded)
    }

    /// The address of the file or page whose source is at `src_uri`.
    #[must_use]
    pub fn url_at(&self, src_uri: &str) -> Option<&str> {
        Some(&self.by_uri.get(src_uri)?.url)
    }
}
