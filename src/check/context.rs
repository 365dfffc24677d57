//! What rules look at: the finished site, read once, and what its addresses lead to.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rayon::prelude::*;

use super::facts::{Address, Article, Face, article, face};
use crate::build::{Eye, Inspection};
use crate::config::Settings;
use crate::files::Files;
use crate::output::Content;
use crate::page::Page;
use crate::source::unquote;

/// The finished site as rules see it.
pub(super) struct Context<'c> {
    pub(super) settings: &'c Settings,
    pub(super) files: &'c Files,
    pub(super) inspection: Inspection<'c>,
    /// All finished HTML files by path.
    pub(super) faces: BTreeMap<String, Face>,
    /// The articles of pages, by number of the page; empty where the page is encrypted.
    pub(super) articles: Vec<Article>,
    /// The files of the site by their path in lower case.
    folded: HashMap<String, String>,
    /// The path of `site_url`, with `/` at both ends.
    base: String,
}

/// Where an address leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// To a file of the site, perhaps at an anchor.
    File { path: String, anchor: String },
    /// To a file that differs only in upper and lower case.
    Case { path: String },
    /// To a path of the site where nothing is.
    Missing { path: String },
    /// To another site.
    External,
    /// Nowhere that could be looked at: mail, data, scripts, other parts of the server.
    Elsewhere,
}

/// What is read of pages while they are drawn, by number of the page.
#[derive(Debug, Default)]
pub struct Seen {
    articles: Mutex<Vec<(usize, Article)>>,
    faces: Mutex<Vec<(usize, Face)>>,
}

impl Eye for Seen {
    fn article(&self, at: usize, page: &Page, html: &str) {
        if !page.encrypted {
            let found = (at, article(html));
            lock(&self.articles).push(found);
        }
    }

    fn whole(&self, at: usize, html: &str) {
        let found = (at, face(html));
        lock(&self.faces).push(found);
    }
}

fn lock<T>(found: &Mutex<T>) -> MutexGuard<'_, T> {
    found.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'c> Context<'c> {
    pub(super) fn new(settings: &'c Settings, files: &'c Files, seen: &Seen, inspection: Inspection<'c>) -> Self {
        let texts: Vec<(&str, &Content)> = inspection.output.iter().collect();
        let mut faces: BTreeMap<String, Face> = texts
            .par_iter()
            .filter(|(path, _)| path.ends_with(".html"))
            .filter_map(|(path, content)| {
                let face = match content {
                    Content::Bytes(bytes) => face(&String::from_utf8_lossy(bytes)),
                    Content::CopyOf(from) => face(&String::from_utf8_lossy(&files.bytes(from)?)),
                    Content::Waiting(_) | Content::Shown => return None,
                };
                Some(((*path).to_owned(), face))
            })
            .collect();
        let folded = texts
            .iter()
            .map(|(path, _)| (path.to_lowercase(), (*path).to_owned()))
            .collect();
        let mut articles: Vec<Article> = inspection.pages.iter().map(|_| Article::default()).collect();
        for (at, article) in lock(&seen.articles).drain(..) {
            if let Some(place) = articles.get_mut(at) {
                *place = article;
            }
        }
        for (at, face) in lock(&seen.faces).drain(..) {
            let path = inspection.pages.get(at).map(|page| &page.source.dest_uri);
            // Another file may have taken the place of the page.
            if let Some(path) = path.filter(|path| matches!(inspection.output.get(path), Some(Content::Shown))) {
                faces.insert(path.clone(), face);
            }
        }
        Self {
            settings,
            files,
            faces,
            articles,
            folded,
            base: base_path(settings.site_url.as_deref()),
            inspection,
        }
    }

    /// The pages that somebody has written, with their numbers.
    pub(super) fn written(&self) -> impl Iterator<Item = (usize, &Page)> {
        let pages = self.inspection.pages.iter().enumerate();
        pages.filter(|(_, page)| page.source.path.is_some() && !page.encrypted)
    }

    /// Where `url` on the page that is written to `from` leads.
    pub(super) fn target(&self, url: &str, from: &str) -> Target {
        let starts = |scheme: &str| {
            let start = url.get(..scheme.len());
            start.is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        };
        let own = self.settings.site_url.as_deref().filter(|own| own.len() > 8);
        let inside = own.and_then(|own| url.strip_prefix(own));
        let (path, root) = match inside {
            Some(inside) => (inside, true),
            None if starts("http:") || starts("https:") || url.starts_with("//") => {
                return Target::External;
            }
            None if has_scheme(url) => return Target::Elsewhere,
            None => match url.strip_prefix('/') {
                Some(_) => match url.strip_prefix(self.base.as_str()) {
                    Some(inside) => (inside, true),
                    None => return Target::Elsewhere,
                },
                None => (url, false),
            },
        };
        let (path, anchor) = path.split_once('#').unwrap_or((path, ""));
        let path = path.split('?').next().unwrap_or("");
        let anchor = unquote(anchor);
        if path.is_empty() && !root {
            let path = from.to_owned();
            return Target::File { path, anchor };
        }
        let folder = if root {
            ""
        } else {
            from.rsplit_once('/').map_or("", |(folder, _)| folder)
        };
        let Some(path) = joined(folder, &unquote(path), self.base == "/") else {
            return Target::Elsewhere;
        };
        self.file(path, anchor)
    }

    fn file(&self, path: String, anchor: String) -> Target {
        let has = |path: &str| self.inspection.output.has(path);
        if !path.is_empty() && !path.ends_with('/') && has(&path) {
            return Target::File { path, anchor };
        }
        let folder = path.trim_end_matches('/');
        let index = if folder.is_empty() {
            "index.html".to_owned()
        } else {
            format!("{folder}/index.html")
        };
        if has(&index) {
            return Target::File { path: index, anchor };
        }
        // Most servers find `a.html` for `a`, and all that publish MkDocs sites with such addresses.
        let html = format!("{folder}.html");
        if !path.ends_with('/') && has(&html) {
            return Target::File { path: html, anchor };
        }
        let folded = [folder.to_lowercase(), index.to_lowercase()];
        match folded.iter().find_map(|path| self.folded.get(path)) {
            Some(path) => Target::Case { path: path.clone() },
            None => Target::Missing { path },
        }
    }

    /// The number of the page that is written to `path`.
    pub(super) fn addresses(&self) -> impl Iterator<Item = (&str, &Address)> {
        let faces = self.faces.iter();
        faces.flat_map(|(path, face)| face.addresses.iter().map(move |address| (path.as_str(), address)))
    }
}

/// The path of an address with scheme and host, with `/` at both ends.
fn base_path(site_url: Option<&str>) -> String {
    let path = site_url
        .and_then(|url| url.split_once("://"))
        .and_then(|(_, rest)| rest.split_once('/'));
    let path = path.map_or("", |(_, path)| path.trim_matches('/'));
    if path.is_empty() {
        "/".to_owned()
    } else {
        format!("/{path}/")
    }
}

/// Whether an address starts with a scheme.
pub(super) fn has_scheme(url: &str) -> bool {
    url.split_once(':').is_some_and(|(scheme, _)| {
        !scheme.is_empty()
            && scheme
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.'))
    })
}

/// `path` seen from `folder`, with its trailing `/`; `None` if it leads out of the site, which a
/// site at the root of its server has no outside of.
pub(super) fn joined(folder: &str, path: &str, is_root: bool) -> Option<String> {
    let mut segments: Vec<&str> = folder.split('/').filter(|segment| !segment.is_empty()).collect();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                if segments.pop().is_none() && !is_root {
                    return None;
                }
            }
            segment => segments.push(segment),
        }
    }
    let is_folder =
        path.is_empty() || path.ends_with('/') || path.ends_with("/.") || path.ends_with("..") || path == ".";
    let mut joined = segments.join("/");
    if is_folder && !joined.is_empty() {
        joined.push('/');
    }
    Some(joined)
}

#[cfg(test)]
mod tests {
    use super::{base_path, has_scheme, joined};

    #[test]
    fn addresses_are_joined_as_browsers_do() {
        assert_eq!(joined("a/b", "../c/", false).as_deref(), Some("a/c/"));
        assert_eq!(joined("a", "..", false).as_deref(), Some(""));
        assert_eq!(joined("a", "x.png", false).as_deref(), Some("a/x.png"));
        assert_eq!(joined("", "../x", false), None);
        assert_eq!(base_path(Some("https://a.b/docs/")), "/docs/");
        assert_eq!(base_path(Some("https://a.b")), "/");
        assert!(has_scheme("mailto:a@b") && !has_scheme("a/b:c") && !has_scheme("a b:c"));
    }
}
