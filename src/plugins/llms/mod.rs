//! `llmstxt`: `llms.txt`, one text with all of the pages, and the Markdown of each page beside it.
//!
//! Pages are given as their Markdown, macros and includes done, with addresses that work from
//! anywhere. Protected pages are left out.

use super::glob::Globs;
use super::options::{Options, normal_path};
use super::{Plugin, Stage};
use crate::config::{PluginUse, Settings};
use crate::output::OutputSet;
use crate::page::{Page, text_of};
use crate::report::{Diagnostic, Severity, Span};
use crate::site::{PageId, Site, page_title};
use crate::yaml::Node;

mod addresses;

use addresses::addresses;

/// A page or a pattern of pages, and what is said of it.
struct Input {
    path: String,
    description: String,
    span: Option<Span>,
}

struct Llms {
    base: String,
    description: Option<String>,
    full: Option<String>,
    sections: Vec<(String, Vec<Input>)>,
}

pub(super) fn make(entry: &PluginUse, settings: &Settings, problems: &mut Vec<Diagnostic>) -> Box<dyn Plugin> {
    let options = Options(&entry.options);
    let mut base = options.text("base_url", settings.site_url.as_deref().unwrap_or_default());
    if settings.site_url.is_none() {
        let message = "'site_url' must be set in the MkDocs configuration to be used with the 'llmstxt' plugin";
        problems.push(Diagnostic::new("llmstxt", Severity::Error, message).at(entry.span));
    }
    if !base.ends_with('/') {
        base.push('/');
    }
    if let Some(node) = options.node("preprocess") {
        let message = "llmstxt: `preprocess` is Python, which does not run here; pages are given as they are";
        problems.push(Diagnostic::new("llmstxt", Severity::Warning, message).at(node.span));
    }
    if options.node("autoclean").and_then(Node::as_bool).is_some() {
        let message = "llmstxt: `autoclean` has no effect: pages are given as their Markdown";
        problems.push(Diagnostic::new("llmstxt", Severity::Info, message).at(entry.span));
    }
    let mut sections = Vec::new();
    for (key, value) in options.node("sections").and_then(Node::as_map).unwrap_or_default() {
        if value.as_seq().is_none() {
            let message = format!("llmstxt: the section `{}` must be a list of pages", key.key_text());
            problems.push(Diagnostic::new("llmstxt", Severity::Error, message).at(value.span.or(key.span)));
        }
        let inputs = value
            .as_seq()
            .unwrap_or_default()
            .iter()
            .map(|node| match node.as_map() {
                Some([(path, description)]) => Input {
                    path: path.key_text(),
                    description: text_of(description).unwrap_or_default(),
                    span: node.span,
                },
                _ => Input {
                    path: text_of(node).unwrap_or_default(),
                    description: String::new(),
                    span: node.span,
                },
            });
        sections.push((key.key_text(), inputs.collect()));
    }
    if sections.is_empty() {
        let message = "llmstxt: `sections` names no pages";
        problems.push(Diagnostic::new("llmstxt", Severity::Error, message).at(entry.span));
    }
    Box::new(Llms {
        base,
        description: options.node("markdown_description").and_then(text_of),
        full: options.node("full_output").and_then(text_of),
        sections,
    })
}

impl Plugin for Llms {
    fn output(
        &self,
        stage: &Stage<'_>,
        pages: &[Page],
        site: &Site,
        output: &mut OutputSet,
        problems: &mut Vec<Diagnostic>,
    ) {
        let settings = stage.settings;
        let mut head = format!("# {}\n\n", settings.site_name);
        if let Some(text) = &settings.site_description {
            head.push_str(&format!("> {text}\n\n"));
        }
        if let Some(text) = &self.description {
            head.push_str(&format!("{text}\n\n"));
        }
        let mut full = head.clone();
        let mut short = head;
        for (name, inputs) in &self.sections {
            short.push_str(&format!("## {name}\n\n"));
            let mut texts = Vec::new();
            for (id, description) in expand(inputs, pages, site, problems) {
                let page = &pages[id.index()];
                let text = self.markdown(page, site);
                let path = markdown_path(&page.source.dest_uri);
                let summary = site.page(id);
                let title = page_title(summary, None, summary.url.is_empty());
                short.push_str(&format!("- [{title}]({}{path})", self.base));
                if !description.is_empty() {
                    short.push_str(&format!(": {description}"));
                }
                short.push('\n');
                output.insert(path, text.clone().into_bytes());
                texts.push(text);
            }
            short.push('\n');
            full.push_str(&format!("# {name}\n\n{}", texts.join("\n")));
        }
        output.insert("llms.txt", short.into_bytes());
        if let Some(name) = &self.full {
            output.insert(normal_path(name), full.into_bytes());
        }
    }
}

impl Llms {
    fn markdown(&self, page: &Page, site: &Site) -> String {
        let body = page.body.as_ref().map_or("", |(file, at)| &file.text[*at..]).trim();
        let folder = page.source.src_uri.rsplit_once('/').map_or("", |(folder, _)| folder);
        let text = addresses(body, |url| {
            let (path, anchor) = url.find(['#', '?']).map_or((url, ""), |at| url.split_at(at));
            let path = normal_path(&format!("{folder}/{path}"));
            match site.page_at(&path) {
                Some(id) => format!("{}{}{anchor}", self.base, markdown_path(&site.page(id).dest_uri)),
                None => format!("{}{path}{anchor}", self.base),
            }
        });
        text + "\n"
    }
}

fn markdown_path(dest: &str) -> String {
    format!("{}.md", dest.strip_suffix(".html").unwrap_or(dest))
}

/// The pages of a section, each once, in order.
fn expand<'i>(
    inputs: &'i [Input],
    pages: &[Page],
    site: &Site,
    problems: &mut Vec<Diagnostic>,
) -> Vec<(PageId, &'i str)> {
    let mut found: Vec<(PageId, &str)> = Vec::new();
    let mut add = |id: PageId, text: &'i str| match found.iter_mut().find(|(known, _)| *known == id) {
        Some((_, description)) => *description = text,
        None => found.push((id, text)),
    };
    for input in inputs {
        if input.path.contains('*') {
            let globs = Globs::new(std::slice::from_ref(&input.path));
            for (at, page) in pages.iter().enumerate() {
                if globs.matches(&page.source.src_uri) && !page.encrypted {
                    add(PageId::new(at), &input.description);
                }
            }
            continue;
        }
        match site.page_at(&input.path) {
            Some(id) if pages[id.index()].encrypted => {
                let message = format!("llmstxt: '{}' is protected, so it is left out", input.path);
                problems.push(Diagnostic::new("llmstxt", Severity::Info, message).at(input.span));
            }
            Some(id) => add(id, &input.description),
            None => {
                let message = format!("Page URI '{}' not found in the generated pages. Skipping.", input.path);
                problems.push(Diagnostic::new("llmstxt-page", Severity::Warning, message).at(input.span));
            }
        }
    }
    found
}
