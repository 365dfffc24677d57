//! CommonMark mode: whole documents through pulldown-cmark, for sites that start new.
//!
//! CommonMark with tables, footnotes, struck text, task lists, heading attributes, definition
//! lists, alerts and mathematics as GitHub has them, and our containers (`!!!`, `???`, `===`) with
//! bodies indented by four columns. The HTML uses the elements and classes of the MkDocs dialect,
//! so that one theme draws both.

mod containers;
mod events;
mod headings;

use std::collections::HashMap;

use super::document::{Document, LinkSlot};
use super::mathml::{self, Formula};
use super::stash::ETX;
use super::{Dialect, Markdown};
use crate::report::{Checked, Diagnostic, FileId, Severity, Span};

/// Where a link written in a definition leads.
#[derive(Clone, Debug)]
struct Target {
    url: String,
    title: String,
}

/// The byte at which each line of a formula starts, and where that stands in the file.
type Starts = Vec<(usize, usize)>;

/// What holds for the whole page.
#[derive(Debug, Default)]
struct Page {
    /// Link definitions of all parts, by their label folded.
    targets: HashMap<String, Target>,
    /// Slots in the order of their marks.
    slots: Vec<LinkSlot>,
    headings: headings::Headings,
    tab_sets: usize,
    /// The formulas, if they become MathML; `STX m 7 ETX` stands for number 7.
    formulas: Option<Vec<(Formula, Starts)>>,
}

/// Converts `source` as CommonMark.
#[must_use]
pub fn convert(source: Markdown<'_>, dialect: &Dialect) -> Checked<Document> {
    let mut page = Page {
        targets: events::targets(source.text),
        formulas: dialect.mathml.then(Vec::new),
        ..Page::default()
    };
    page.headings.reserve(source.text);
    let mut html = String::with_capacity(source.text.len() * 3 / 2);
    let text = source.text.replace([super::stash::STX, super::stash::ETX], " ");
    containers::convert(&mut page, &containers::Part::whole(&text, source), &mut html, 0);
    let problems = page.write_formulas(&mut html, source.file);
    let mut document = super::document::with_slots(&html, page.slots);
    document.title = page.headings.title();
    document.toc = page.headings.into_tree();
    Checked {
        value: document,
        problems,
    }
}

impl Page {
    /// Puts formulas in the place of their marks; gives those that could not be read.
    fn write_formulas(&mut self, html: &mut String, file: FileId) -> Vec<Diagnostic> {
        let Some(found) = self.formulas.take().filter(|found| !found.is_empty()) else {
            return Vec::new();
        };
        let (formulas, lines): (Vec<Formula>, Vec<Starts>) = found.into_iter().unzip();
        let mut problems = Vec::new();
        let mut written = Vec::with_capacity(formulas.len());
        for (number, result) in mathml::write(&formulas).into_iter().enumerate() {
            let formula = &formulas[number];
            written.push(result.unwrap_or_else(|problem| {
                let line = lines[number].iter().rev().find(|(start, _)| *start <= problem.at);
                let at = line.map_or(0, |(start, at)| at + problem.at - start);
                let message = problem.message();
                problems.push(
                    Diagnostic::new("math-unreadable", Severity::Info, message).at(Some(Span::new(file, at, at))),
                );
                events::math_for_script(&formula.tex, formula.display)
            }));
        }
        for text in std::iter::once(html).chain(self.headings.html_mut()) {
            *text = filled(text, &written);
        }
        problems
    }
}

/// The text with formulas in the place of their marks.
fn filled(text: &str, formulas: &[String]) -> String {
    let mut out = String::with_capacity(text.len());
    for (number, part) in text.split(MATH).enumerate() {
        let formula = part
            .split_once(ETX)
            .filter(|_| number > 0)
            .and_then(|(index, rest)| Some((formulas.get(index.parse::<usize>().ok()?)?, rest)));
        match formula {
            Some((formula, rest)) => {
                out.push_str(formula);
                out.push_str(rest);
            }
            None => out.push_str(part),
        }
    }
    out
}

/// Starts the mark of a formula until all are known.
const MATH: &str = "\u{2}m";

#[cfg(test)]
mod tests {
    use super::convert;
    use crate::files::Files;
    use crate::markdown::{Dialect, Document, Markdown};

    fn page(text: &str) -> Document {
        let file = Files::new().add(std::path::Path::new("page.md"), text);
        convert(
            Markdown {
                text,
                file: file.id,
                offset: 0,
            },
            &Dialect::default(),
        )
        .value
    }

    #[test]
    fn headings_get_the_ids_of_the_dialect() {
        let document = page("# Guía rápida\n\n## ¿Qué es?\n\n## ¿Qué es?\n\n## Otra {#mi-id .clase}\n");
        assert_eq!(document.title.as_deref(), Some("Guía rápida"));
        assert_eq!(document.anchors, ["guia-rapida", "mi-id", "que-es", "que-es_1"]);
        assert_eq!(document.toc[0].children.len(), 3);
    }

    #[test]
    fn links_and_images_are_slots_at_their_place() {
        let text = "[a](b.md#c) ![x *y*](i.png \"t\") [r]\n\n[r]: otra.md\n";
        let document = page(text);
        let urls: Vec<_> = document.links.iter().map(|slot| slot.url.as_str()).collect();
        assert_eq!(urls, ["b.md#c", "i.png", "otra.md"]);
        for slot in &document.links {
            assert_eq!(&document.html[slot.range.clone()], slot.url);
        }
        assert_eq!(document.links[1].span.start, 12);
        assert!(document.html.contains("alt=\"x y\" title=\"t\""), "{}", document.html);
    }

    #[test]
    fn containers_hold_markdown_and_each_other() {
        let document = page(
            "!!! warning \"Cuidado\"\n    Un [enlace][r].\n\n    ???+ note\n        - dentro\n\nFuera\n\n[r]: a.md\n",
        );
        assert!(
            document
                .html
                .contains("<div class=\"admonition warning\">\n<p class=\"admonition-title\">Cuidado</p>")
        );
        assert!(
            document
                .html
                .contains("<details class=\"note\" open=\"open\">\n<summary>Note</summary>\n<ul>")
        );
        assert!(document.html.ends_with("<p>Fuera</p>"), "{}", document.html);
        assert_eq!(document.links[0].url, "a.md");
    }

    #[test]
    fn tabs_work_without_script() {
        let document = page("=== \"Linux\"\n    uno\n\n=== \"macOS\"\n    dos\n\nfin\n");
        assert!(document.html.contains("data-tabs=\"1:2\""), "{}", document.html);
        assert!(document.html.contains("<label for=\"__tabbed_1_2\">macOS</label>"));
    }

    #[test]
    fn code_in_a_fence_is_not_a_container() {
        let document = page("```text\n!!! note\n    x\n```\n");
        assert!(!document.html.contains("admonition"), "{}", document.html);
    }

    #[test]
    fn alerts_become_admonitions() {
        let document = page("> [!WARNING]\n> No.\n");
        assert!(
            document.html.contains("<div class=\"admonition warning\">"),
            "{}",
            document.html
        );
    }
}
