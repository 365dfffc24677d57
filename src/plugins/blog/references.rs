//! Related links of a post: its front matter's `links`, a small navigation.

use std::fmt::Write as _;

use crate::markdown::Heading;
use crate::page::{Page, text_of};
use crate::report::{Diagnostic, Severity};
use crate::site::{Nav, Site, relative_url};
use crate::theme::{escape, is_absolute};
use crate::yaml::{Kind, Node};

/// What links may lead to, and where they are shown.
pub(super) struct Place<'s> {
    pub(super) pages: &'s [Page],
    pub(super) site: &'s Site,
    pub(super) nav: &'s Nav,
    /// Path of the post's source.
    pub(super) uri: &'s str,
    /// Address of the post.
    pub(super) url: &'s str,
}

/// The links as entries of a navigation.
pub(super) fn html(node: &Node, place: &Place<'_>, problems: &mut Vec<Diagnostic>) -> String {
    let mut out = String::new();
    items(&mut out, node, "__ref", place, problems);
    out
}

fn items(out: &mut String, node: &Node, path: &str, place: &Place<'_>, problems: &mut Vec<Diagnostic>) {
    let mut number = 0;
    for item in node.as_seq().unwrap_or(std::slice::from_ref(node)) {
        let Some(entries) = item.as_map() else {
            number += 1;
            link(out, None, item, place, problems);
            continue;
        };
        for (key, value) in entries {
            number += 1;
            let title = text_of(key).unwrap_or_default();
            if matches!(value.kind, Kind::Seq(_) | Kind::Map(_)) {
                let path = format!("{path}_{number}");
                let title = escape(&title);
                let _ = write!(
                    out,
                    "<li class=\"md-nav__item md-nav__item--nested\">\n\
                     <input class=\"md-nav__toggle md-toggle\" type=\"checkbox\" id=\"{path}\" aria-labelledby=\"{path}_label\">\
                     <label class=\"md-nav__link\" for=\"{path}\" id=\"{path}_label\"><span class=\"md-ellipsis\">{title}</span>\
                     <span class=\"md-nav__icon md-icon\"></span></label>\n\
                     <nav class=\"md-nav\" data-md-level=\"1\" aria-labelledby=\"{path}_label\">\n\
                     <label class=\"md-nav__title\" for=\"{path}\"><span class=\"md-nav__icon md-icon\"></span>{title}</label>\n\
                     <ul class=\"md-nav__list\">\n"
                );
                items(out, value, &path, place, problems);
                out.push_str("</ul>\n</nav>\n</li>\n");
            } else {
                link(out, Some(title), value, place, problems);
            }
        }
    }
}

fn link(out: &mut String, title: Option<String>, node: &Node, place: &Place<'_>, problems: &mut Vec<Diagnostic>) {
    let written = text_of(node).unwrap_or_default();
    let (path, fragment) = written.split_once('#').unwrap_or((&written, ""));
    let (mut title, mut url, mut subtitle, mut icon) = (title, written.clone(), None, None);
    if is_absolute(&written) {
        // Another site: as written.
    } else if let Some(id) = place.site.page_at(path) {
        let page = &place.pages[id.index()];
        title = title.or_else(|| place.nav.titles.get(id.index()).cloned());
        icon = page.meta_text("icon").and_then(|name| crate::icons::icon(&name));
        subtitle = page.meta_text("subtitle");
        url = relative_url(&page.source.url, place.url);
        if !fragment.is_empty() {
            match find(&page.document.toc, fragment).filter(|_| !page.encrypted) {
                Some(heading) => {
                    let _ = write!(url, "#{}", heading.id);
                    subtitle = Some(heading.name.clone());
                }
                None => {
                    let what = format!("Couldn't find anchor '{fragment}' in '{path}'");
                    problems.push(wrong(place, &what, node));
                    let _ = write!(url, "#{fragment}");
                }
            }
        }
    } else if let Some(file) = place.site.url_at(path) {
        url = relative_url(file, place.url);
    } else {
        problems.push(wrong(place, &format!("Couldn't find file for link '{path}'"), node));
    }
    let title = title.unwrap_or_else(|| escape(&written));
    let _ = write!(
        out,
        "<li class=\"md-nav__item\"><a href=\"{}\" class=\"md-nav__link\">{}<span class=\"md-ellipsis\">{title}",
        escape(&url),
        icon.unwrap_or_default()
    );
    if let Some(subtitle) = subtitle {
        let _ = write!(out, "<br><small>{subtitle}</small>");
    }
    out.push_str("</span></a></li>\n");
}

fn wrong(place: &Place<'_>, what: &str, node: &Node) -> Diagnostic {
    let message = format!("Error reading metadata of post '{}': {what}", place.uri);
    Diagnostic::new("blog-link", Severity::Warning, message).at(node.span)
}

fn find<'h>(headings: &'h [Heading], id: &str) -> Option<&'h Heading> {
    headings.iter().find_map(|heading| {
        if heading.id == id {
            Some(heading)
        } else {
            find(&heading.children, id)
        }
    })
}
