//! The way from the home page to a page: breadcrumbs for readers, and for search engines.
//!
//! Does not know the navigation as it is drawn.

use std::fmt::Write as _;

use super::nav::{NavWriter, Spot, address};
use crate::theme::{is_absolute, strip_tags};

impl NavWriter {
    /// The home page and the sections around the page, outermost first.
    fn trail(&self, spot: &Spot<'_>) -> Vec<u32> {
        let last = self.occurrences(spot).last().copied();
        let mut trail = last.map_or_else(Vec::new, |id| self.nav.ancestors(id));
        trail.reverse();
        if let Some(home) = self.nav.homepage_id() {
            trail.insert(0, home);
        }
        trail
    }

    /// The way to the page as search engines read it (<https://schema.org/BreadcrumbList>), in
    /// JSON; `url` is the page's own address. Nothing if no section is around it.
    pub(super) fn breadcrumbs(&self, spot: &Spot<'_>, site_url: &str, url: &str) -> Option<String> {
        let page = self.nav.node(*self.occurrences(spot).last()?)?;
        let mut steps: Vec<(String, String)> = Vec::new();
        for id in self.trail(spot) {
            let node = self.nav.node(id)?;
            let to = self.nav.first_url(id).filter(|to| !is_absolute(to))?;
            let to = format!("{site_url}{}", to.strip_prefix("./").unwrap_or(to));
            // A section whose first page this is leads here: one step, not two.
            if to != url {
                steps.push((strip_tags(&node.title), to));
            }
        }
        if steps.len() < 2 {
            return None;
        }
        steps.push((strip_tags(&page.title), url.to_owned()));
        let items: Vec<_> = (1..)
            .zip(steps)
            .map(|(position, (name, item))| {
                serde_json::json!({"@type": "ListItem", "position": position, "name": name, "item": item})
            })
            .collect();
        let list = serde_json::json!({
            "@context": "https://schema.org",
            "@type": "BreadcrumbList",
            "itemListElement": items,
        });
        Some(list.to_string().replace('<', "\\u003c"))
    }

    /// The way from the home page to the page, if it is longer than one step.
    pub(super) fn path(&self, spot: &Spot<'_>) -> String {
        let trail = self.trail(spot);
        if trail.len() < 2 {
            return String::new();
        }
        let mut out = String::new();
        for id in trail {
            let title = self.nav.node(id).map_or("", |node| node.title.as_str());
            out.push_str("<li class=\"md-path__item\"><a href=\"");
            address(&mut out, self.nav.first_url(id).unwrap_or_default(), spot);
            let _ = writeln!(
                out,
                "\" class=\"md-path__link\"><span class=\"md-ellipsis\">{title}</span></a></li>"
            );
        }
        out
    }
}
