//! `autorefs`: references that name headings and anchors of any page become links to them.
//!
//! The Markdown extension of that name has left `<autoref>` elements; here the ids of all pages are
//! gathered and the elements replaced.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::options::Options;
use super::{Plugin, Stage};
use crate::config::{PluginUse, Settings};
use crate::markdown::{escape_attribute, unescape_entities};
use crate::page::Page;
use crate::report::{Diagnostic, Severity};
use crate::site::{Nav, Site, relative_url};
use crate::theme::strip_tags;

struct Autorefs {
    resolve_closest: bool,
    titles: bool,
    strip_titles: bool,
    /// Places of each id, in the order of the pages.
    places: HashMap<String, Vec<Place>>,
}

/// A heading or anchor.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Place {
    /// Address of the page.
    page: String,
    /// Id on the page.
    anchor: String,
    /// What the heading says.
    title: String,
}

pub(super) fn make(entry: &PluginUse, settings: &Settings, _problems: &mut Vec<Diagnostic>) -> Box<dyn Plugin> {
    let options = Options(&entry.options);
    let material = settings.theme.name.as_deref() == Some("material");
    let feature = |name: &str| material && settings.theme.features.iter().any(|feature| feature == name);
    // `external` shows titles on links to other sites only, and there are none without inventories.
    let written = options.node("link_titles");
    let titles = match written.and_then(crate::yaml::Node::as_str) {
        Some("external") => false,
        _ => written
            .and_then(crate::yaml::Node::as_bool)
            .unwrap_or(!feature("navigation.instant.preview")),
    };
    Box::new(Autorefs {
        resolve_closest: options.bool("resolve_closest", false),
        titles,
        strip_titles: options.bool("strip_title_tags", !feature("content.tooltips")),
        places: HashMap::new(),
    })
}

impl Plugin for Autorefs {
    fn linked(
        &mut self,
        _stage: &Stage<'_>,
        pages: &mut [Page],
        _site: &Site,
        _nav: &mut Nav,
        _problems: &mut Vec<Diagnostic>,
    ) {
        for page in pages {
            for (id, anchor, title) in anchors(&page.document.html) {
                let place = Place {
                    page: page.source.url.clone(),
                    anchor,
                    title: if page.encrypted { String::new() } else { title },
                };
                let known = self.places.entry(id).or_default();
                if !known
                    .iter()
                    .any(|other| other.page == place.page && other.anchor == place.anchor)
                {
                    known.push(place);
                }
            }
        }
    }

    fn content(
        &self,
        _stage: &Stage<'_>,
        page: &Page,
        _site: &Site,
        html: &mut String,
        problems: &mut Vec<Diagnostic>,
    ) {
        static ELEMENT: LazyLock<Option<Regex>> = LazyLock::new(|| {
            Regex::new(
                r#"(?s)<autoref( optional)? identifier="([^"]*)"(?: slug="([^"]*)")?( optional)?>(.*?)</autoref>"#,
            )
            .ok()
        });
        if !html.contains("<autoref ") {
            return;
        }
        let Some(regex) = ELEMENT.as_ref() else { return };
        let replaced = regex.replace_all(html, |found: &Captures<'_>| self.link(page, found, problems));
        *html = replaced.into_owned();
    }
}

impl Autorefs {
    fn link(&self, page: &Page, found: &Captures<'_>, problems: &mut Vec<Diagnostic>) -> String {
        let part = |at: usize| found.get(at).map_or("", |part| part.as_str());
        let (written, slug, text) = (part(2), part(3), part(5));
        let id = unescape_entities(written);
        let places = self.places.get(&id).or_else(|| self.places.get(slug));
        let is_optional = found.get(1).or(found.get(4)).is_some();
        if places.is_none() && is_optional {
            return format!("<span title=\"{written}\">{text}</span>");
        }
        let Some(places) = places else {
            let message = format!("{}: Could not find cross-reference target '{id}'", page.source.src_uri);
            let mut problem = Diagnostic::new("autorefs-target", Severity::Warning, message).at(place_of(page, &id));
            // Only near ids of this length are looked at: the site may have very many.
            let near = self
                .places
                .keys()
                .map(String::as_str)
                .filter(|known| known.len().abs_diff(id.len()) < 3);
            let mut near: Vec<&str> = near.collect();
            near.sort_unstable();
            if let Some(near) = crate::report::nearest(&id, near) {
                problem = problem.help(format!("did you mean `{near}`?"));
            }
            problems.push(problem);
            let same = text == written || slug.is_empty() && text == format!("<code>{written}</code>");
            return if same {
                format!("[{text}][]")
            } else {
                format!("[{text}][{id}]")
            };
        };
        let place = match places.as_slice() {
            [place] => place,
            [first, ..] if !self.resolve_closest => {
                let urls: Vec<String> = places
                    .iter()
                    .map(|place| format!("'{}#{}'", place.page, place.anchor))
                    .collect();
                let message = format!(
                    "Multiple primary URLs found for '{id}': [{}]. Make sure to use unique headings, identifiers, or \
                     Markdown anchors (see our docs).",
                    urls.join(", ")
                );
                let problem = Diagnostic::new("autorefs-multiple", Severity::Warning, message);
                problems.push(problem.at(place_of(page, &id)));
                first
            }
            all => closest(&page.source.url, all),
        };
        let own = if page.source.url.is_empty() {
            "./"
        } else {
            &page.source.url
        };
        let mut url = if place.page == page.source.url {
            String::new()
        } else {
            relative_url(if place.page.is_empty() { "./" } else { &place.page }, own)
        };
        url.push('#');
        url.push_str(&place.anchor);
        let title = self.title(place, text);
        format!(
            "<a class=\"autorefs autorefs-internal\"{title} href=\"{}\">{text}</a>",
            escape_attribute(&url)
        )
    }

    fn title(&self, place: &Place, text: &str) -> String {
        let title = &place.title;
        if !self.titles || title.is_empty() || format!("<code>{text}</code>").contains(title.as_str()) {
            return String::new();
        }
        let shown = if self.strip_titles {
            strip_tags(title)
        } else {
            title.clone()
        };
        format!(" title=\"{}\"", crate::theme::escape(&shown))
    }
}

/// The place that is nearest to a page: below it, or below the nearest of its parents that has one.
fn closest<'p>(from: &str, places: &'p [Place]) -> &'p Place {
    let mut base = from.trim_end_matches('/');
    loop {
        let below = places.iter().filter(|place| {
            let rest = place.page.strip_prefix(base);
            base.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        if let Some(place) = below.min_by_key(|place| place.page.matches('/').count()) {
            return place;
        }
        let Some((parent, _)) = base.rsplit_once('/') else {
            return places
                .iter()
                .min_by_key(|place| place.page.matches('/').count())
                .unwrap_or(&places[0]);
        };
        base = parent;
    }
}

/// Where a reference stands in the text of a page.
fn place_of(page: &Page, id: &str) -> Option<crate::report::Span> {
    let (file, start) = page.body.as_ref()?;
    let at = file.text[*start..].find(&format!("[{id}]"))? + start;
    Some(crate::report::Span::new(file.id, at, at + id.len() + 2))
}

/// The ids of headings and of `<a>`, where they lead to, and what the heading says before its
/// first element. An anchor right before a heading leads to the heading.
fn anchors(html: &str) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    let mut pending: Vec<String> = Vec::new();
    let mut heading = String::new();
    let mut rest = html;
    let flush = |pending: &mut Vec<String>, alias: Option<&str>, title: &str, found: &mut Vec<_>| {
        for id in pending.drain(..) {
            let anchor = alias.unwrap_or(&id).to_owned();
            found.push((id, anchor, title.to_owned()));
        }
    };
    while let Some(open) = rest.find('<') {
        if !rest[..open].trim().is_empty() {
            flush(&mut pending, None, &heading, &mut found);
        }
        let Some(len) = rest[open..].find('>') else { break };
        let tag = &rest[open + 1..open + len];
        rest = &rest[open + len + 1..];
        let name = tag
            .split(|c: char| c.is_whitespace() || c == '/')
            .next()
            .unwrap_or_default();
        match name {
            "a" => {
                let href = attribute(tag, "href").is_some_and(|href| !href.is_empty());
                pending.extend(attribute(tag, "id"));
                if href {
                    flush(&mut pending, None, &heading, &mut found);
                }
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                heading = unescape_entities(rest[..rest.find('<').unwrap_or(rest.len())].trim_end());
                let id = attribute(tag, "id");
                flush(&mut pending, id.as_deref(), &heading, &mut found);
                if let Some(id) = id {
                    found.push((id.clone(), id, heading.clone()));
                }
            }
            "p" | "" => {}
            _ if tag.starts_with('!') => {}
            _ => flush(&mut pending, None, &heading, &mut found),
        }
    }
    flush(&mut pending, None, &heading, &mut found);
    found
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    let start = tag.find(&format!(" {name}=\""))? + name.len() + 3;
    Some(unescape_entities(tag[start..].split('"').next()?))
}

#[cfg(test)]
mod tests {
    use super::{Place, anchors, closest};

    #[test]
    fn anchors_before_headings_lead_to_them() {
        let html = "<p><a id=\"one\"></a>\n<a href=\"\" id=\"two\"></a></p>\n<h2 id=\"h\">Part <code>x</code></h2>\n<p><a id=\"in\"></a>text</p>";
        let found = anchors(html);
        let pairs: Vec<(&str, &str, &str)> = found
            .iter()
            .map(|(id, anchor, title)| (id.as_str(), anchor.as_str(), title.as_str()))
            .collect();
        assert_eq!(
            pairs,
            [
                ("one", "h", "Part"),
                ("two", "h", "Part"),
                ("h", "h", "Part"),
                ("in", "in", "Part")
            ]
        );
    }

    #[test]
    fn the_nearest_of_several() {
        let place = |page: &str| Place {
            page: page.to_owned(),
            anchor: "x".to_owned(),
            title: String::new(),
        };
        let places = [place("b/c/"), place("a/b/"), place("z/")];
        assert_eq!(closest("a/q/", &places).page, "a/b/");
        assert_eq!(closest("z/", &places).page, "z/");
    }
}
