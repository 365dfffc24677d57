//! The extensions of Python-Markdown and PyMdown, one file each, and the table of their names.
//!
//! An extension registers its passes and reads its options; adding one touches its own file and
//! the table here.

mod abbr;
mod arithmatex;
mod attr_list;
mod autorefs;
mod b64;
mod blocks;
mod bracketspan;
mod callouts;
mod containers;
mod critic;
mod def_list;
mod delimiters;
mod emoji;
mod escapeall;
mod fancylists;
mod fenced_code;
mod footnotes;
mod highlight;
mod includes;
mod inlinehilite;
mod keys;
mod legacy_attrs;
mod magiclink;
mod meta;
mod nl2br;
mod pathconverter;
mod paths;
mod progressbar;
mod quotes;
mod sane_lists;
mod saneheaders;
mod smartsymbols;
mod smarty;
mod snippets;
mod striphtml;
mod superfences;
mod tabbed;
mod tables;
mod tasklist;
mod toc;
mod truly_sane_lists;
mod wikilinks;
mod written_tags;

pub(crate) use toc::{inner_html as heading_html, strip_tags};

use super::options::Options;
use super::registry::Registry;

/// The options of all extensions, at the reference's defaults until an extension reads its own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// The folder at which relative paths in options start.
    pub(crate) root: std::path::PathBuf,
    /// Of `abbr`.
    pub(crate) abbr: abbr::AbbrSettings,
    /// Of `pymdownx.fancylists`.
    pub(crate) fancylists: fancylists::FancyLists,
    /// Of `mdx_truly_sane_lists`.
    pub(crate) truly_sane_lists: truly_sane_lists::TrulySaneLists,
    /// Whether `callouts` takes the full stop off titles.
    pub(crate) callouts_strip_period: bool,
    /// Of `markdown_include` and `mdx_include`.
    pub(crate) includes: includes::Includes,
    /// Of `footnotes`.
    pub(crate) footnotes: footnotes::FootnoteSettings,
    /// Whether `pymdownx.saneheaders` is on.
    pub(crate) sane_headers: bool,
    /// `pymdownx.highlight`.
    pub(crate) highlight: highlight::Highlight,
    /// `pymdownx.blocks.*`.
    pub(crate) blocks: blocks::Blocks,
    /// `pymdownx.snippets`.
    pub(crate) snippets: snippets::Snippets,
    /// `pymdownx.tabbed`.
    pub(crate) tabbed: tabbed::Tabbed,
    /// `pymdownx.superfences`.
    pub(crate) superfences: superfences::SuperFences,
    /// `fenced_code` and `codehilite`.
    pub(crate) fenced_code: fenced_code::FencedCode,
    /// Of `tables`.
    pub(crate) tables: tables::TableSettings,
    /// Of `toc`.
    pub(crate) toc: toc::TocSettings,
    /// Characters that delimit elements.
    pub(crate) delimiters: super::inline::delimiters::Delimiters,
    /// `pymdownx.arithmatex`.
    pub(crate) arithmatex: arithmatex::Arithmatex,
    /// `pymdownx.b64`.
    pub(crate) b64: b64::Base64,
    /// `pymdownx.pathconverter`.
    pub(crate) pathconverter: pathconverter::PathConverter,
    /// `pymdownx.progressbar`.
    pub(crate) progressbar: progressbar::ProgressBar,
    /// `pymdownx.striphtml`.
    pub(crate) striphtml: striphtml::StripHtml,
    /// `pymdownx.critic`.
    pub(crate) critic: critic::Mode,
    /// `pymdownx.inlinehilite`.
    pub(crate) inlinehilite: inlinehilite::InlineHilite,
    /// `pymdownx.emoji`.
    pub(crate) emoji: emoji::Emoji,
    /// `pymdownx.magiclink`.
    pub(crate) magiclink: magiclink::MagicLink,
    /// `pymdownx.keys`.
    pub(crate) keys: keys::Keys,
    /// `pymdownx.escapeall`.
    pub(crate) escapeall: escapeall::EscapeAll,
    /// `smarty`.
    pub(crate) smarty: smarty::Smarty,
    /// `pymdownx.tasklist`.
    pub(crate) tasklist: tasklist::TaskList,
    /// `wikilinks`.
    pub(crate) wikilinks: wikilinks::WikiLinks,
}

/// What extensions keep from one place of a page to another.
#[derive(Debug, Default)]
pub(crate) struct Memory<'a> {
    /// The abbreviations the page defines.
    pub(crate) abbreviations: abbr::Abbreviations,
    /// Containers of `pymdownx.blocks` that are open, innermost last.
    pub(crate) blocks: Vec<blocks::Open>,
    /// The addresses of lines that are no heads of containers after all.
    pub(crate) rejected_containers: std::collections::HashSet<usize>,
    /// Figures that captions made, until they are numbered.
    pub(crate) figures: std::collections::HashMap<super::tree::NodeId, blocks::Marks>,
    /// The sets of tabs so far.
    pub(crate) tabs: tabbed::Sets,
    /// How many blocks of code there were.
    pub(crate) code_blocks: usize,
    /// Fences of `pymdownx.superfences`.
    pub(crate) fences: superfences::Fences<'a>,
    /// The formulas, if they become MathML.
    pub(crate) formulas: super::mathml::Formulas,
    /// The footnotes.
    pub(crate) footnotes: footnotes::Notes<'a>,
    /// The table of contents.
    pub(crate) toc: Vec<super::Heading>,
    /// HTML of `critic` by number.
    pub(crate) critic: Vec<String>,
    /// What the `meta` extension has read: keys in lower case and their lines.
    pub(crate) meta: Vec<(String, Vec<String>)>,
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
pub(crate) const EXTENSIONS: &[(&str, Enable)] = &[
    ("codehilite", fenced_code::codehilite),
    ("fenced_code", fenced_code::enable),
    ("pymdownx.highlight", highlight::enable),
    ("pymdownx.superfences", superfences::enable),
    ("pymdownx.blocks.admonition", blocks::admonition),
    ("pymdownx.blocks.caption", blocks::caption),
    ("pymdownx.blocks.definition", blocks::definition),
    ("pymdownx.blocks.details", blocks::details),
    ("pymdownx.blocks.html", blocks::html),
    ("pymdownx.blocks.tab", blocks::tab),
    ("pymdownx.snippets", snippets::enable),
    ("pymdownx.tabbed", tabbed::enable),
    ("legacy_em", delimiters::legacy_em),
    ("md_in_html", |setup, _| {
        super::html::register_markdown_in_html(setup.registry);
    }),
    ("nl2br", nl2br::enable),
    ("pymdownx.arithmatex", arithmatex::enable),
    ("pymdownx.b64", b64::enable),
    ("pymdownx.bracketspan", bracketspan::enable),
    ("pymdownx.pathconverter", pathconverter::enable),
    ("pymdownx.progressbar", progressbar::enable),
    ("pymdownx.striphtml", striphtml::enable),
    ("pymdownx.critic", critic::enable),
    ("pymdownx.inlinehilite", inlinehilite::enable),
    ("pymdownx.betterem", delimiters::betterem),
    ("pymdownx.caret", delimiters::caret),
    ("pymdownx.emoji", emoji::enable),
    ("pymdownx.keys", keys::enable),
    ("pymdownx.escapeall", escapeall::enable),
    ("pymdownx.magiclink", magiclink::enable),
    ("pymdownx.mark", delimiters::mark),
    ("pymdownx.smartsymbols", smartsymbols::enable),
    ("pymdownx.tasklist", tasklist::enable),
    ("pymdownx.tilde", delimiters::tilde),
    ("smarty", smarty::enable),
    ("wikilinks", wikilinks::enable),
    ("abbr", abbr::enable),
    ("callouts", callouts::enable),
    ("github-callouts", callouts::enable_github),
    ("markdown_include", includes::markdown_include),
    ("markdown_include.include", includes::markdown_include),
    ("mdx_include", includes::mdx_include),
    ("mdx_truly_sane_lists", truly_sane_lists::enable),
    ("pymdownx.fancylists", fancylists::enable),
    ("footnotes", footnotes::enable),
    ("legacy_attrs", legacy_attrs::enable),
    ("admonition", containers::admonition),
    ("attr_list", attr_list::enable),
    ("mkdocs_autorefs", autorefs::enable),
    ("def_list", def_list::enable),
    ("meta", meta::enable),
    ("pymdownx.details", containers::details),
    ("pymdownx.quotes", quotes::enable),
    ("pymdownx.saneheaders", saneheaders::enable),
    ("sane_lists", sane_lists::enable),
    ("tables", tables::enable),
    ("toc", toc::enable),
];

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
