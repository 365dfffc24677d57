//! The extensions of Python-Markdown and PyMdown, one file each, and the table of their names.
//!
//! An extension registers its passes and reads its options; adding one touches its own file and
//! the table here.

use super::options::Options;
use super::registry::Registry;

/// The options of all extensions, at the reference's defaults until an extension reads its own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// The folder at which relative paths in options start.
    pub(crate) root: std::path::PathBuf,
    /// Characters that delimit elements.
    pub(crate) delimiters: super::inline::delimiters::Delimiters,
}

/// What extensions keep from one place of a page to another.
#[derive(Debug, Default)]
pub(crate) struct Memory<'a> {
    /// The table of contents.
    pub(crate) toc: Vec<super::Heading>,
    marker: std::marker::PhantomData<&'a ()>,
}

/// What an extension sees of the dialect while it is switched on.
pub(crate) struct Setup<'s> {
    /// Where it registers its passes.
    pub(crate) registry: &'s mut Registry,
    /// Where it leaves its options.
    pub(crate) settings: &'s mut Settings,
}

/// Switches an extension on.
pub(crate) type Enable = fn(&mut Setup<'_>, &mut Options<'_, '_>);

/// Extensions by name, the `markdown.extensions.` prefix left out.
pub(crate) const EXTENSIONS: &[(&str, Enable)] = &[("md_in_html", |setup, _| {
    super::html::register_markdown_in_html(setup.registry)
})];

/// Names that stand for several extensions.
pub(crate) const BUNDLES: &[(&str, &[&str])] = &[
    (
        "extra",
        &[
            "fenced_code",
            "footnotes",
            "attr_list",
            "def_list",
            "tables",
            "abbr",
            "md_in_html",
        ],
    ),
    (
        "pymdownx.extra",
        &[
            "pymdownx.betterem",
            "pymdownx.superfences",
            "footnotes",
            "attr_list",
            "def_list",
            "tables",
            "abbr",
            "md_in_html",
        ],
    ),
];
