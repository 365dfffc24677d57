//! `redirects`: pages that lead old addresses to new ones, as mkdocs-redirects writes them.

use super::{Plugin, Stage};
use crate::config::{PluginUse, Settings};
use crate::markdown::escape_attribute;
use crate::output::OutputSet;
use crate::page::{Page, text_of};
use crate::report::{Diagnostic, Severity, Span};
use crate::site::{Site, relative_path};
use crate::source::{destination, is_page};

struct Redirect {
    from: String,
    to: String,
    span: Option<Span>,
}

struct Redirects {
    redirects: Vec<Redirect>,
}

pub(super) fn make(entry: &PluginUse, _settings: &Settings, problems: &mut Vec<Diagnostic>) -> Box<dyn Plugin> {
    let mut redirects = Vec::new();
    for (from, to) in entry
        .options
        .get("redirect_maps")
        .and_then(|maps| maps.as_map())
        .unwrap_or(&[])
    {
        let (Some(from_text), Some(to_text)) = (text_of(from), text_of(to)) else {
            let message = format!("redirects plugin: '{}' leads to no text", from.key_text());
            problems.push(Diagnostic::new("redirect-target", Severity::Error, message).at(to.span.or(from.span)));
            continue;
        };
        if !is_page(&from_text) {
            let message = format!("redirects plugin: '{from_text}' is not a valid markdown file!");
            problems.push(Diagnostic::new("redirect-source", Severity::Warning, message).at(from.span));
        }
        redirects.push(Redirect {
            from: from_text,
            to: to_text,
            span: to.span,
        });
    }
    Box::new(Redirects { redirects })
}

impl Plugin for Redirects {
    fn output(
        &self,
        stage: &Stage<'_>,
        _pages: &[Page],
        site: &Site,
        output: &mut OutputSet,
        problems: &mut Vec<Diagnostic>,
    ) {
        let directories = stage.settings.use_directory_urls;
        for redirect in &self.redirects {
            let path = destination(&redirect.from, directories);
            let (target, fragment) = match redirect.to.find('#') {
                Some(at) => redirect.to.split_at(at),
                None => (redirect.to.as_str(), ""),
            };
            let lower = redirect.to.to_lowercase();
            let url = if lower.starts_with("http://") || lower.starts_with("https://") {
                redirect.to.clone()
            } else if let Some(page) = site.page_at(target) {
                let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
                let mut url = relative_path(&site.page(page).url, folder);
                if directories {
                    url.push('/');
                }
                url + fragment
            } else {
                let message = format!("Redirect target '{}' does not exist!", redirect.to);
                let mut problem = Diagnostic::new("redirect-target", Severity::Warning, message).at(redirect.span);
                let known = site.pages().iter().map(|page| page.src_uri.as_str());
                if let Some(nearest) = crate::report::nearest(target, known) {
                    problem = problem.help(format!("did you mean `{nearest}`?"));
                }
                problems.push(problem);
                continue;
            };
            output.insert(path, html(&url));
        }
    }
}

/// A page that sends readers on at once, and says where. The script is the same in all of them, so
/// that one hash in a policy allows it; without it only the part after `#` of the old address is lost.
fn html(url: &str) -> String {
    let url = escape_attribute(url);
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n    <meta charset=\"utf-8\">\n    <title>Redirecting...</title>\n    \
         <link rel=\"canonical\" href=\"{url}\">\n    <script>{KEEP_FRAGMENT}</script>\n    \
         <meta http-equiv=\"refresh\" content=\"0; url={url}\">\n</head>\n\
         <body>\n<p>This page is now at <a href=\"{url}\">{url}</a>.</p>\n</body>\n</html>\n"
    )
}

/// Takes the part after `#` along.
const KEEP_FRAGMENT: &str = "if(location.hash)location.replace(document.querySelector(\"link[rel=canonical]\").href.split(\"#\")[0]+location.hash)";
