//! What must hold for every document, whatever the text.

use chaski::files::Files;
use chaski::markdown::{Dialect, Document, ExtensionUse, is_extension};
use chaski::report::{Diagnostic, Span};
use chaski::yaml::{Kind, Node};

/// The extensions that sites combine most.
const NAMES: &[&str] = &[
    "abbr", "admonition", "attr_list", "def_list", "footnotes", "md_in_html", "meta", "nl2br", "sane_lists", "smarty",
    "pymdownx.arithmatex", "pymdownx.betterem", "pymdownx.blocks.admonition", "pymdownx.blocks.caption",
    "pymdownx.blocks.definition", "pymdownx.blocks.details", "pymdownx.blocks.html", "pymdownx.blocks.tab",
    "pymdownx.caret", "pymdownx.critic", "pymdownx.details", "pymdownx.emoji", "pymdownx.escapeall",
    "pymdownx.fancylists", "pymdownx.highlight", "pymdownx.inlinehilite", "pymdownx.keys", "pymdownx.magiclink",
    "pymdownx.mark", "pymdownx.progressbar", "pymdownx.quotes", "pymdownx.saneheaders", "pymdownx.smartsymbols",
    "pymdownx.snippets", "pymdownx.superfences", "pymdownx.tabbed", "pymdownx.tasklist", "pymdownx.tilde",
];

/// A dialect whose extensions are picked by the bits of `seed`.
pub fn dialect(seed: u64) -> Dialect {
    let picked = NAMES.iter().enumerate().filter(|(bit, name)| seed >> bit & 1 == 1 && is_extension(name));
    let uses: Vec<ExtensionUse> = picked
        .map(|(_, name)| ExtensionUse { name: (*name).to_owned(), options: Node::bare(Kind::Null), span: None })
        .collect();
    Dialect::new(&uses, true, "/nowhere".into(), Vec::new()).value
}

/// Positions lie in their source, slots hold addresses, and the HTML has no marks left.
pub fn document(files: &Files, document: &Document, problems: &[Diagnostic]) {
    for link in &document.links {
        assert!(document.html.get(link.range.clone()).is_some(), "a slot lies across a character");
        span(files, link.span);
    }
    for problem in problems {
        problem.span.into_iter().for_each(|at| span(files, at));
    }
    assert!(!document.html.contains(['\u{2}', '\u{3}']), "a mark is left: {:?}", document.html);
}

fn span(files: &Files, span: Span) {
    let file = files.get(span.file).expect("the file of a span is known");
    assert!(span.start <= span.end && span.end as usize <= file.text.len() + 1, "{span:?} of {}", file.text.len());
}
