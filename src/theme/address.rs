//! Addresses as templates write them: relative to the page that is being drawn.
//!
//! Does not know which pages exist.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Where a template is being rendered.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// Address of the page, `''` for the home page; `None` for templates that are no page (404).
    pub page_url: Option<&'a str>,
    /// `base_url`: `.`, `../..`, or an absolute path on templates that are no page.
    pub base_url: &'a str,
}

impl Place<'_> {
    /// MkDocs' `url` filter: addresses below the site's root become relative to the page; absolute
    /// ones, `/...` and `#...` stay.
    #[must_use]
    pub fn resolve<'u>(&self, url: &'u str) -> Cow<'u, str> {
        if is_absolute(url) {
            return Cow::Borrowed(url);
        }
        match self.page_url {
            Some(page) => Cow::Owned(relative_url(url, page)),
            None => {
                let base = self.base_url.trim_end_matches('/');
                Cow::Owned(format!("{base}/{}", url.trim_start_matches("./")))
            }
        }
    }
}

/// Whether an address does not start at the site's root.
#[must_use]
pub fn is_absolute(url: &str) -> bool {
    url.starts_with(['/', '#']) || scheme_end(url).is_some()
}

fn scheme_end(url: &str) -> Option<usize> {
    let colon = url.find(':')?;
    let scheme = &url[..colon];
    let mut chars = scheme.chars();
    (chars.next().is_some_and(|c| c.is_ascii_alphabetic())
        && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')))
    .then_some(colon)
}

/// The address `url` as a page at `from` writes it; both start at the site's root.
///
/// The last part of `from` is dropped if it has a dot; `.` when both are equal.
#[must_use]
pub fn relative_url(url: &str, from: &str) -> String {
    let (path, suffix) = match url.find(['?', '#']) {
        Some(at) => url.split_at(at),
        None => (url, ""),
    };
    let target = normalize(path);
    let mut base = normalize(from);
    // `a/v1.2/` is a folder, whatever its name looks like.
    if from.rsplit('/').next().is_some_and(|last| last.contains('.')) {
        base.pop();
    }
    let common = base.iter().zip(&target).take_while(|(a, b)| a == b).count();
    let mut out = String::with_capacity(url.len() + 3 * base.len());
    for _ in common..base.len() {
        out.push_str("../");
    }
    for part in &target[common..] {
        let _ = write!(out, "{part}/");
    }
    if out.is_empty() {
        out.push_str("./");
    }
    if !path.ends_with('/') || out == "./" {
        out.pop();
    }
    if out == "." && path.ends_with('/') {
        out.push('/');
    }
    out + suffix
}

fn normalize(path: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_as_mkdocs_writes_it() {
        for (url, from, want) in [
            ("a/x/", "", "a/x/"),
            ("", "a/x/", "../.."),
            (".", "a/x/", "../.."),
            ("a/x/", "a/x/", "./"),
            ("a/y/", "a/x/", "../y/"),
            ("css/main.css", "a/x/", "../../css/main.css"),
            ("a.html", "b.html", "a.html"),
            ("x/a.html", "y/b.html", "../x/a.html"),
            ("../up.png", "a/", "../up.png"),
            ("a/?q=1#h", "b/", "../a/?q=1#h"),
            ("a/", "v1.2/", "../a/"),
            ("v1.2/x/", "v1.2/", "x/"),
        ] {
            assert_eq!(relative_url(url, from), want, "{url} from {from}");
        }
    }

    #[test]
    fn absolute_addresses_stay() {
        let place = Place {
            page_url: Some("a/b/"),
            base_url: "../..",
        };
        for url in ["https://x.org/", "/abs", "#part", "mailto:a@b.c"] {
            assert_eq!(place.resolve(url), url);
        }
        assert_eq!(place.resolve("x/"), "../../x/");
        let lost = Place {
            page_url: None,
            base_url: "/docs/",
        };
        assert_eq!(lost.resolve("x/"), "/docs/x/");
    }
}
