//! `meta-descriptions`: the first paragraph as the description of pages that have none.

use std::sync::LazyLock;

use regex::Regex;

use super::options::Options;
use super::{Plugin, Stage};
use crate::config::{PluginUse, Settings};
use crate::output::OutputSet;
use crate::page::Page;
use crate::report::{Diagnostic, Severity};
use crate::site::{Nav, Site};
use crate::theme::strip_tags;
use crate::yaml::{Kind, Node};

struct Descriptions {
    export: bool,
    quiet: bool,
    checks: bool,
    min: usize,
    max: usize,
    trim: bool,
    fallback_if_short: bool,
}

pub(super) fn make(entry: &PluginUse, _settings: &Settings, _problems: &mut Vec<Diagnostic>) -> Box<dyn Plugin> {
    let options = Options(&entry.options);
    Box::new(Descriptions {
        export: options.bool("export_csv", false),
        quiet: options.bool("quiet", false),
        checks: options.bool("enable_checks", false),
        min: options.count("min_length", 50),
        max: options.count("max_length", 160),
        trim: options.bool("trim", false),
        fallback_if_short: options.bool("fallback_if_short", false),
    })
}

fn written(page: &Page) -> Option<String> {
    page.meta_text("description").filter(|text| !text.is_empty())
}

impl Plugin for Descriptions {
    fn linked(
        &mut self,
        _stage: &Stage<'_>,
        pages: &mut [Page],
        _site: &Site,
        _nav: &mut Nav,
        problems: &mut Vec<Diagnostic>,
    ) {
        let (mut own, mut made, total) = (0, 0, pages.len());
        for page in pages.iter_mut() {
            if written(page).is_some() {
                own += 1;
            } else if !page.encrypted {
                made += usize::from(self.describe(page));
            }
            if self.checks && !page.encrypted {
                self.check(page, problems);
            }
        }
        if !self.quiet {
            let message = format!(
                "[meta-descriptions] Added meta descriptions to {} of {total} pages, {made} using the first paragraph",
                own + made
            );
            problems.push(Diagnostic::new("meta-descriptions", Severity::Info, message));
        }
    }

    fn output(
        &self,
        stage: &Stage<'_>,
        pages: &[Page],
        _site: &Site,
        output: &mut OutputSet,
        _problems: &mut Vec<Diagnostic>,
    ) {
        if !self.export {
            return;
        }
        let base = stage.settings.site_url.as_deref().unwrap_or_default();
        let quoted = |text: &str| match text.contains([',', '"', '\n', '\r']) {
            true => format!("\"{}\"", text.replace('"', "\"\"")),
            false => text.to_owned(),
        };
        let mut csv = String::from("Page,Meta description\r\n");
        for page in pages.iter().filter(|page| page.is_documentation) {
            let site = || stage.settings.site_description.clone();
            let text = written(page)
                .filter(|_| !page.encrypted)
                .or_else(site)
                .unwrap_or_default();
            csv.push_str(&format!(
                "{},{}\r\n",
                quoted(&format!("{base}{}", page.source.url)),
                quoted(&text)
            ));
        }
        output.insert("meta-descriptions.csv", csv.into_bytes());
    }
}

impl Descriptions {
    /// Gives the page a description; whether it has one now.
    fn describe(&self, page: &mut Page) -> bool {
        let Some(mut text) = first_paragraph(&page.document.html) else {
            return false;
        };
        let len = escaped_len(&text);
        if self.fallback_if_short && len < self.min {
            return false;
        }
        if self.trim {
            text = shorten(&text, self.max);
        }
        let pair = (
            Node::bare(Kind::Str("description".to_owned())),
            Node::bare(Kind::Str(text)),
        );
        match &mut page.meta.kind {
            Kind::Map(entries) => {
                entries.retain(|(key, _)| key.as_str() != Some("description"));
                entries.push(pair);
            }
            kind => *kind = Kind::Map(vec![pair]),
        }
        true
    }

    fn check(&self, page: &Page, problems: &mut Vec<Diagnostic>) {
        let len = written(page).map_or(0, |text| text.chars().count());
        let uri = &page.source.src_uri;
        let s = |count: usize| if count == 1 { "" } else { "s" };
        let message = match len {
            0 => format!("Meta description not found: {uri}"),
            len if len < self.min => {
                let count = self.min - len;
                format!(
                    "Meta description {count} character{} shorter than {}: {uri}",
                    s(count),
                    self.min
                )
            }
            len if len > self.max => {
                let count = len - self.max;
                format!(
                    "Meta description {count} character{} longer than {}: {uri}",
                    s(count),
                    self.max
                )
            }
            _ => return,
        };
        let message = format!("[meta-descriptions] {message}");
        let problem = Diagnostic::new("meta-descriptions", Severity::Warning, message);
        problems.push(problem.at(page.span_of("description")));
    }
}

/// The text of the first paragraph before any heading below the first level, none of an admonition.
pub(super) fn first_paragraph(html: &str) -> Option<String> {
    static MARK: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"(?i)<h[2-6]|<(p)\b[^>]*>|<div\b([^>]*)>|</div>"#).ok());
    let mut admonitions: Vec<bool> = Vec::new();
    for found in MARK.as_ref()?.captures_iter(html) {
        let whole = found.get(0)?;
        if let Some(attributes) = found.get(2) {
            admonitions.push(attributes.as_str().contains("admonition"));
        } else if whole.as_str().eq_ignore_ascii_case("</div>") {
            admonitions.pop();
        } else if found.get(1).is_none() {
            return None;
        } else if admonitions.last() != Some(&true) {
            let rest = &html[whole.end()..];
            let end = rest.find("</p>").unwrap_or(rest.len());
            let text = crate::markdown::unescape_entities(&strip_tags(&rest[..end]));
            return Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        }
    }
    None
}

/// The length of a text as Python's `html.escape` writes it.
fn escaped_len(text: &str) -> usize {
    let len = |c| match c {
        '&' => 5,
        '<' | '>' => 4,
        '"' | '\'' => 6,
        _ => 1,
    };
    text.chars().map(len).sum()
}

/// As many whole words as fit into `max` characters of HTML.
fn shorten(text: &str, max: usize) -> String {
    let mut out = String::new();
    let mut len = 0;
    for word in text.split_whitespace() {
        let more = escaped_len(word) + usize::from(len > 0);
        if len + more > max {
            break;
        }
        if len > 0 {
            out.push(' ');
        }
        out.push_str(word);
        len += more;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{first_paragraph, shorten};

    #[test]
    fn paragraphs() {
        let found = |html: &str| first_paragraph(html).unwrap_or_default();
        assert_eq!(
            found("<h1>A</h1><div class=\"admonition\"><p>no</p></div><p>One <b>two</b> &amp; c</p>"),
            "One two & c"
        );
        assert_eq!(found("<h2>A</h2><p>x</p>"), "");
        assert_eq!(shorten("one two three", 8), "one two");
    }
}
