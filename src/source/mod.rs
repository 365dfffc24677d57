//! Discovery: which files a site is made of, what each of them is, and where it goes (COMPAT U1 to U9).
//!
//! Reads folders, not files. Does not know what stands in a page.

mod address;
mod discover;
mod patterns;

use std::collections::HashMap;
use std::path::PathBuf;

pub use address::{destination, is_page, quote, unquote, url_of};
pub use discover::{all_files, discover};
pub use patterns::PatternSet;

/// What discovery needs to know of a site's configuration.
#[derive(Clone, Debug, Default)]
pub struct SourceSpec {
    /// The folder of the sources.
    pub docs_dir: PathBuf,
    /// `exclude_docs`, in gitignore syntax.
    pub exclude: String,
    /// `draft_docs`.
    pub drafts: String,
    /// `not_in_nav`.
    pub not_in_nav: String,
    /// Whether `a.md` becomes `a/index.html` instead of `a.html`.
    pub use_directory_urls: bool,
    /// Whether drafts are built, as the preview does.
    pub build_drafts: bool,
}

/// How far a file takes part in the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Inclusion {
    /// Wholly.
    #[default]
    Included,
    /// It is built, and its absence from the navigation is meant.
    NotInNav,
    /// Built by the preview only.
    Draft,
    /// Not at all.
    Excluded,
}

impl Inclusion {
    /// Whether the file is left out of a build (drafts are, too).
    #[must_use]
    pub fn is_excluded(self) -> bool {
        matches!(self, Self::Draft | Self::Excluded)
    }
}

/// One file of the site.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Source {
    /// Path below the docs folder, with `/`.
    pub src_uri: String,
    /// Where it is read from; `None` for a page that a plugin makes.
    pub path: Option<PathBuf>,
    /// Path of the output below the site folder, with `/`.
    pub dest_uri: String,
    /// Address below the site's root, percent-encoded; `''` for the root itself.
    pub url: String,
    /// Stem of the file name; `index` for `README`.
    pub name: String,
    /// Whether it is Markdown.
    pub is_page: bool,
    /// How far it takes part.
    pub inclusion: Inclusion,
}

impl Source {
    /// The source at `src_uri` with its place in the site.
    #[must_use]
    pub fn new(src_uri: &str, use_directory_urls: bool) -> Self {
        let dest_uri = destination(src_uri, use_directory_urls);
        let name = address::stem(src_uri);
        Self {
            url: url_of(&dest_uri, use_directory_urls),
            is_page: is_page(src_uri),
            src_uri: src_uri.to_owned(),
            dest_uri,
            name,
            ..Self::default()
        }
    }

    /// Whether its stem is `index` or `README`.
    #[must_use]
    pub fn is_index(&self) -> bool {
        self.name == "index"
    }

    /// Gives it another place in the site.
    pub fn move_to(&mut self, dest_uri: String, use_directory_urls: bool) {
        self.url = url_of(&dest_uri, use_directory_urls);
        self.dest_uri = dest_uri;
    }
}

/// All files of the site, in the order of the walk (COMPAT U8).
#[derive(Clone, Debug, Default)]
pub struct SourceSet {
    sources: Vec<Source>,
    by_uri: HashMap<String, usize>,
}

impl SourceSet {
    /// A set of these sources; of two with the same path the last one counts.
    #[must_use]
    pub fn new(sources: Vec<Source>) -> Self {
        let by_uri = sources
            .iter()
            .enumerate()
            .map(|(at, source)| (source.src_uri.clone(), at))
            .collect();
        Self { sources, by_uri }
    }

    /// The sources in order.
    pub fn iter(&self) -> impl Iterator<Item = &Source> {
        self.sources.iter()
    }

    /// The source with that path below the docs folder.
    #[must_use]
    pub fn get(&self, src_uri: &str) -> Option<&Source> {
        self.sources.get(*self.by_uri.get(src_uri)?)
    }

    /// The sources, to be changed by plugins and made a set again.
    #[must_use]
    pub fn into_vec(self) -> Vec<Source> {
        self.sources
    }
}
