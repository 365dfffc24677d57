//! `minify`: white space, comments and quotes that browsers do not need are left out.
//!
//! HTML keeps one blank where there was one, `pre`, `textarea`, scripts and styles as they are;
//! scripts keep their lines. Smaller files come from compression, so nothing risky is done.

use std::fmt::Write as _;

use sha2::{Digest, Sha384};

use super::options::Options;
use super::{Plugin, Stage};
use crate::config::{PluginUse, Settings};
use crate::output::{Content, OutputSet};
use crate::page::{Page, text_of};
use crate::report::{Diagnostic, Severity, Span};
use crate::site::Site;
use crate::source::Source;
use crate::theme::relative_url;

mod html;
mod script;

use html::HtmlSpec;

/// A style sheet or script that gets another name: old and new path.
struct Renamed {
    old: String,
    new: String,
    text: Option<String>,
}

struct Minify {
    html: Option<HtmlSpec>,
    css: Option<bool>,
    js: Option<bool>,
    css_files: Vec<String>,
    js_files: Vec<String>,
    cache_safe: bool,
    renamed: Vec<Renamed>,
    span: Option<Span>,
}

pub(super) fn make(entry: &PluginUse, _settings: &Settings, problems: &mut Vec<Diagnostic>) -> Box<dyn Plugin> {
    let options = Options(&entry.options);
    let cache_safe = options.bool("cache_safe", false);
    let mut spec = HtmlSpec::default();
    if let Some(node) = options.node("htmlmin_opts") {
        for (key, value) in node.as_map().unwrap_or_default() {
            let name = text_of(key).unwrap_or_default();
            let message = match spec.set(&name, value.is_truthy()) {
                html::Known::Yes => continue,
                html::Known::NoEffect => format!("minify: `htmlmin_opts.{name}` has no effect here"),
                html::Known::No => format!("htmlmin option '{name}' not recognized"),
            };
            problems.push(Diagnostic::new("minify-option", Severity::Info, message).at(key.span));
        }
    }
    let files = |name: &str| match options.node(name) {
        Some(node) if node.as_str().is_some() => text_of(node).into_iter().collect(),
        _ => options.texts(name),
    };
    let kind = |name: &str| {
        let on = options.bool(name, false);
        (on || cache_safe).then_some(on)
    };
    Box::new(Minify {
        html: options.bool("minify_html", false).then_some(spec),
        css: kind("minify_css"),
        js: kind("minify_js"),
        css_files: files("css_files"),
        js_files: files("js_files"),
        cache_safe,
        renamed: Vec::new(),
        span: entry.span,
    })
}

impl Plugin for Minify {
    fn sources(&mut self, stage: &Stage<'_>, sources: &mut Vec<Source>, problems: &mut Vec<Diagnostic>) {
        let settings = stage.settings;
        let mut names: Vec<(String, bool)> = Vec::new();
        let all = || {
            sources
                .iter()
                .filter(|source| !source.is_page)
                .map(|source| source.dest_uri.as_str())
        };
        for (on, files, ending) in [(self.css, &self.css_files, ".css"), (self.js, &self.js_files, ".js")] {
            let Some(shrinks) = on else { continue };
            for file in files {
                if let Some((before, after)) = file.split_once('*') {
                    let inside = |uri: &&str| {
                        uri.len() >= before.len() + after.len() && uri.starts_with(before) && uri.ends_with(after)
                    };
                    names.extend(all().filter(inside).map(|uri| (uri.to_owned(), shrinks)));
                } else {
                    names.push((file.clone(), shrinks));
                }
            }
            names.retain(|(name, _)| name.ends_with(".css") || name.ends_with(".js") || ending.is_empty());
        }
        names.sort();
        names.dedup();
        for (old, shrinks) in names {
            let custom = settings.theme.custom_dir.as_ref().map(|dir| dir.join(&old));
            let path = custom
                .filter(|path| stage.files.is_file(path))
                .unwrap_or_else(|| settings.docs_dir.join(&old));
            let Ok(file) = stage.files.read(&path) else {
                let message = format!("minify: the file `{old}` cannot be read");
                problems.push(Diagnostic::new("minify-file", Severity::Error, message).at(self.span));
                continue;
            };
            let is_css = old.ends_with(".css");
            let shrink = if is_css { script::css } else { script::js };
            let text = shrinks.then(|| shrink(&file.text)).and_then(|shrunk| {
                let at = match shrunk {
                    Ok(text) => return Some(text),
                    Err(at) => at,
                };
                let message = format!("minify: `{old}` stays as it is: what begins here is never closed");
                let problem = Diagnostic::new("minify-file", Severity::Warning, message);
                problems.push(problem.at(Some(Span::new(file.id, at, at + 1))));
                None
            });
            let ending = if is_css { ".css" } else { ".js" };
            let hash = if self.cache_safe {
                let bytes = text.as_deref().unwrap_or(&file.text).as_bytes();
                let digest = Sha384::digest(bytes);
                digest.iter().take(3).fold(String::from("."), |mut hash, byte| {
                    let _ = write!(hash, "{byte:02x}");
                    hash
                })
            } else {
                String::new()
            };
            let min = if shrinks { ".min" } else { "" };
            let new = old.replace(ending, &format!("{hash}{min}{ending}"));
            let text = Some(text.unwrap_or_else(|| file.text.to_string()));
            self.renamed.push(Renamed { old, new, text });
        }
    }

    fn html(&self, _stage: &Stage<'_>, page: &Page, html: &mut String, _problems: &mut Vec<Diagnostic>) {
        for file in &self.renamed {
            let old = relative_url(&file.old, &page.source.url);
            let new = relative_url(&file.new, &page.source.url);
            rename(html, &old, &new);
        }
        if let Some(spec) = &self.html {
            *html = html::minify(html, spec);
        }
    }

    fn output(
        &self,
        stage: &Stage<'_>,
        _pages: &[Page],
        _site: &Site,
        output: &mut OutputSet,
        _problems: &mut Vec<Diagnostic>,
    ) {
        let is_template = |(path, content): &(&str, &Content)| {
            let is_bytes = matches!(content, Content::Bytes(_));
            is_bytes && path.ends_with(".html")
        };
        let templates: Vec<String> = output
            .iter()
            .filter(is_template)
            .map(|(path, _)| path.to_owned())
            .collect();
        let base = stage.settings.site_url.as_deref().unwrap_or("/");
        let root = base
            .split_once("://")
            .map_or(base, |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
        for path in templates {
            let Some(mut text) = output.text(&path) else { continue };
            for file in &self.renamed {
                rename(
                    &mut text,
                    &format!("{root}{}", file.old),
                    &format!("{root}{}", file.new),
                );
            }
            if let Some(spec) = &self.html {
                text = html::minify(&text, spec);
            }
            output.insert(path, text.into_bytes());
        }
        for file in &self.renamed {
            if let (true, Some(text)) = (output.remove(&file.old), &file.text) {
                output.insert(file.new.clone(), text.clone().into_bytes());
            }
        }
    }
}

/// Replaces an address in attributes.
fn rename(html: &mut String, old: &str, new: &str) {
    for quote in ['"', '\''] {
        let from = format!("={quote}{old}{quote}");
        if html.contains(&from) {
            *html = html.replace(&from, &format!("={quote}{new}{quote}"));
        }
    }
}
