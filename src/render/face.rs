//! A page with every question of the templates answered, under the name `view`.
//!
//! Does not know navigation.

use serde::Serialize;
use serde_json::{Map, Value};

use super::context::{LinkView, PageView, TagView};
use super::toc;
use crate::theme::{ThemeSpec, escape, strip_tags};

/// What templates of the theme see of a page.
#[derive(Debug, Serialize)]
pub(super) struct Face<'a> {
    head_title: String,
    description: Option<String>,
    author: Option<String>,
    canonical_url: Option<&'a str>,
    previous: Option<&'a LinkView>,
    next: Option<&'a LinkView>,
    has_pagination: bool,
    topic: String,
    skip_url: Option<String>,
    hide: Hide,
    content: &'a str,
    inserted_heading: Option<String>,
    edit_url: Option<&'a str>,
    raw_url: Option<String>,
    has_facts: bool,
    updated: Option<String>,
    created: Option<String>,
    authors: Option<String>,
    committers: Vec<Value>,
    committers_more: usize,
    committers_icon: &'static str,
    committers_host: &'static str,
    feedback: Option<Value>,
    location: Option<String>,
    share_meta: String,
}

/// The attribute of each part that front matter can hide: ` hidden` or nothing.
#[derive(Debug, Default, Serialize)]
struct Hide {
    navigation: &'static str,
    toc: &'static str,
    footer: &'static str,
    path: &'static str,
    tags: &'static str,
    feedback: &'static str,
}

/// A tag with its classes.
#[derive(Debug, Serialize)]
pub(super) struct TagFace<'a> {
    name: &'a str,
    url: Option<&'a str>,
    class: String,
    hidden: bool,
}

/// A value of front matter as text; nothing if it is empty.
pub(super) fn meta<'v>(map: &'v Map<String, Value>, key: &str) -> Option<std::borrow::Cow<'v, str>> {
    match map.get(key)? {
        Value::String(s) if !s.is_empty() => Some(s.as_str().into()),
        Value::Number(n) => Some(n.to_string().into()),
        Value::Bool(true) => Some("True".into()),
        _ => None,
    }
}

fn attribute(text: &str) -> String {
    text.replace('"', "&quot;")
}

impl<'a> Face<'a> {
    /// The face of `page`; `None` is a template that is no page.
    pub(super) fn new(page: Option<&'a PageView>, spec: &ThemeSpec) -> Self {
        let none = Map::new();
        let empty: &'a [crate::markdown::Heading] = &[];
        let matter = page.map_or(&none, |p| &p.meta);
        let title = meta(matter, "title");
        let own = title.as_deref().or(page.map(|p| p.title.as_str())).unwrap_or_default();
        let description = meta(matter, "description").map(|d| attribute(&d)).or_else(|| {
            spec.site_description
                .as_deref()
                .filter(|d| !d.is_empty())
                .map(attribute)
        });
        let updated = page
            .and_then(|p| p.updated.clone())
            .or_else(|| meta(matter, "git_revision_date_localized").map(Into::into))
            .or_else(|| meta(matter, "revision_date").map(Into::into));
        let created = page
            .and_then(|p| p.created.clone())
            .or_else(|| meta(matter, "git_creation_date_localized").map(Into::into));
        let committers: Vec<Value> = page
            .and_then(|p| p.variables.get("committers"))
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        let authors = page.and_then(authors);
        let gitlab = page.and_then(|p| p.variables.get("committers_source")) == Some(&Value::from("gitlab"));
        let head_title = head_title(page, title.as_deref(), spec);
        let edit_url = page.and_then(|p| p.edit_url.as_deref());
        Self {
            share_meta: share_meta(page, spec, &head_title, description.as_deref()),
            head_title,
            author: meta(matter, "author")
                .map(|a| attribute(&a))
                .or_else(|| spec.site_author.as_deref().filter(|a| !a.is_empty()).map(attribute)),
            canonical_url: page.and_then(|p| p.canonical_url.as_deref()),
            previous: page.and_then(|p| p.previous.as_ref()),
            next: page.and_then(|p| p.next.as_ref()),
            has_pagination: page.is_some_and(|p| p.previous.is_some() || p.next.is_some()),
            topic: own.to_owned(),
            skip_url: toc::shown(page.map_or(empty, |p| &p.toc))
                .first()
                .or_else(|| page.and_then(|p| p.toc.first()))
                .map(|_| {
                    page.and_then(|p| p.toc.first())
                        .map_or(String::new(), |h| format!("#{}", h.id))
                }),
            hide: hide(matter),
            content: page.map_or("", |p| &p.content),
            inserted_heading: page.filter(|p| !p.content.contains("<h1")).map(|p| {
                if p.title.is_empty() {
                    spec.site_name.clone()
                } else {
                    p.title.clone()
                }
            }),
            raw_url: edit_url.map(|url| {
                let part = if url.contains("/blob/") { "blob" } else { "edit" };
                url.replace(part, "raw")
            }),
            edit_url,
            has_facts: updated.is_some() || created.is_some() || authors.is_some() || !committers.is_empty(),
            updated,
            created,
            authors,
            committers_more: committers.len().saturating_sub(4),
            committers: committers.into_iter().take(4).collect(),
            committers_icon: if gitlab { "material/gitlab" } else { "material/github" },
            committers_host: if gitlab { "GitLab" } else { "GitHub" },
            feedback: feedback(page, spec),
            location: meta(matter, "location").map(Into::into),
            description,
        }
    }
}

/// COMPAT T2.
fn head_title(page: Option<&PageView>, own: Option<&str>, spec: &ThemeSpec) -> String {
    let site = &spec.site_name;
    match (own, page) {
        (Some(title), _) => format!("{title} - {site}"),
        (None, Some(page)) if !page.title.is_empty() && !page.is_homepage => {
            format!("{} - {site}", strip_tags(&page.title))
        }
        _ => site.clone(),
    }
}

fn hide(matter: &Map<String, Value>) -> Hide {
    let hidden = |what: &str| {
        let found = match matter.get("hide") {
            Some(Value::Array(list)) => list.iter().any(|v| v.as_str() == Some(what)),
            Some(Value::String(text)) => text.contains(what),
            _ => false,
        };
        if found { " hidden" } else { "" }
    };
    Hide {
        navigation: hidden("navigation"),
        toc: hidden("toc"),
        footer: hidden("footer"),
        path: hidden("path"),
        tags: hidden("tags"),
        feedback: hidden("feedback"),
    }
}

/// Names of the authors that git-authors found, with their addresses if the page has them.
fn authors(page: &PageView) -> Option<String> {
    let list = page.variables.get("git_info")?.get("page_authors")?.as_array()?;
    let names = list.iter().filter_map(|a| a.get("name")?.as_str()).map(escape);
    let names: Vec<String> = names.collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn feedback(page: Option<&PageView>, spec: &ThemeSpec) -> Option<Value> {
    let page = page?;
    if hide(&page.meta).feedback == " hidden" {
        return None;
    }
    let mut given = spec
        .extra
        .get("analytics")?
        .get("feedback")
        .filter(|f| f.is_object())?
        .clone();
    let title = meta(&page.meta, "title").map_or_else(|| page.title.clone(), Into::into);
    for rating in given
        .get_mut("ratings")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        let note = rating.get("note").and_then(Value::as_str).unwrap_or_default();
        let note = note
            .replace("{url}", &format!("/{}", page.url))
            .replace("{title}", &percent(&title));
        for key in ["name", "icon", "data"] {
            if rating.get(key).is_none() {
                rating[key] = Value::from("");
            }
        }
        rating["note"] = Value::from(note);
    }
    Some(given)
}

fn percent(text: &str) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// What other sites show when the page is shared.
fn share_meta(page: Option<&PageView>, spec: &ThemeSpec, title: &str, description: Option<&str>) -> String {
    use std::fmt::Write as _;
    let Some(page) = page else {
        return String::new();
    };
    let mut out = String::new();
    let title = attribute(title.trim_end_matches(" - "));
    let kind = if page.is_homepage { "website" } else { "article" };
    let mut tag = |name: &str, key: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(out, "<meta {key}=\"{name}\" content=\"{value}\">");
        }
    };
    tag("og:type", "property", kind);
    tag("og:title", "property", &title);
    tag("og:description", "property", description.unwrap_or_default());
    tag("og:site_name", "property", &attribute(&spec.site_name));
    tag("og:url", "property", page.canonical_url.as_deref().unwrap_or_default());
    tag("twitter:card", "name", "summary");
    tag("twitter:title", "name", &title);
    tag("twitter:description", "name", description.unwrap_or_default());
    out
}

/// The tags of a page with the classes that `extra.tags` gives them.
pub(super) fn tags<'a>(tags: &'a [TagView], spec: &ThemeSpec) -> Vec<TagFace<'a>> {
    let icons = spec
        .extra
        .get("tags")
        .and_then(Value::as_object)
        .filter(|m| !m.is_empty());
    tags.iter()
        .map(|tag| {
            let mut class = String::from("md-tag");
            if tag.hidden {
                class.push_str(" md-tag-shadow");
            }
            if let Some(icons) = icons {
                class.push_str(" md-tag-icon");
                if let Some(icon) = icons.get(&tag.name).and_then(Value::as_str) {
                    class.push_str(" md-tag--");
                    class.push_str(icon);
                }
            }
            TagFace {
                name: &tag.name,
                url: tag.url.as_deref(),
                class,
                hidden: tag.hidden,
            }
        })
        .collect()
}
