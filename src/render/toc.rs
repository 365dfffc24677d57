//! The table of contents of one page as HTML.
//!
//! Does not know where it is shown: the sidebar and the navigation show the same text.

use std::fmt::Write as _;

use crate::markdown::Heading;
use crate::theme::escape;

/// The entries that are shown: below a single first heading of level 1, its children; else all.
pub(super) fn shown(toc: &[Heading]) -> &[Heading] {
    match toc.first() {
        Some(first) if first.level == 1 => &first.children,
        _ => toc,
    }
}

/// The whole `nav`, without a list when there is nothing to show.
pub(super) fn write(toc: &[Heading], title: &str) -> String {
    let entries = shown(toc);
    let mut out = String::with_capacity(200 + 160 * entries.len());
    let _ = write!(
        out,
        "<nav class=\"md-nav md-nav--secondary\" aria-label=\"{}\">",
        escape(title)
    );
    if !entries.is_empty() {
        let _ = write!(
            out,
            "\n<label class=\"md-nav__title\" for=\"__toc\"><span class=\"md-nav__icon md-icon\"></span>{title}</label>\n\
             <ul class=\"md-nav__list\" data-md-component=\"toc\" data-md-scrollfix>\n"
        );
        for entry in entries {
            item(&mut out, entry);
        }
        out.push_str("</ul>\n");
    }
    out.push_str("</nav>\n");
    out
}

fn item(out: &mut String, heading: &Heading) {
    let _ = write!(
        out,
        "<li class=\"md-nav__item\"><a href=\"#{}\" class=\"md-nav__link\"><span class=\"md-ellipsis\">{}</span></a>",
        heading.id, heading.name
    );
    if !heading.children.is_empty() {
        out.push_str("\n<nav class=\"md-nav\" role=\"none\"><ul class=\"md-nav__list\">\n");
        for child in &heading.children {
            item(out, child);
        }
        out.push_str("</ul></nav>");
    }
    out.push_str("</li>\n");
}
