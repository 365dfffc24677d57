//! Navigation, tabs and breadcrumbs as HTML, with Material's class names and ids.
//!
//! It is written here and not by templates because its cost must not grow with the number of
//! pages times the number of entries. Entries that are not on the way to the page being drawn are
//! the same text on all pages of one depth, so they are written once and copied. A navigation of
//! more than [`WHOLE`] entries is shown whole by the home page only; other pages show the first
//! level and their own branch, and what they leave out is one link each. Does not know the article.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, PoisonError};

use super::context::{NavKind, NavNode, NavView};
use crate::theme::{IconSet, Theme, ThemeSpec, escape, is_absolute, relative_url};

/// Up to this many entries, every page carries the whole navigation.
const WHOLE: usize = 200;
/// Of a longer list on a page of a large site, this many entries around the active one are shown.
const WINDOW: usize = 60;

/// The feature flags that change navigation.
#[derive(Clone, Copy, Debug)]
struct Flags {
    indexes: bool,
    tabs: bool,
    sections: bool,
    expand: bool,
    prune: bool,
}

/// Writes navigation for all pages of a site. Shared between threads.
#[derive(Debug)]
pub(super) struct NavWriter {
    pub(super) nav: Arc<NavView>,
    flags: Flags,
    large: bool,
    more: String,
    status_titles: HashMap<String, String>,
    /// First-level entries that are not active, by the prefix of their addresses.
    idle: Mutex<HashMap<String, Arc<Vec<String>>>>,
}

/// What navigation is written for.
pub(super) struct Spot<'a> {
    /// The page, if it is one.
    pub(super) page: Option<u32>,
    /// The page whose place it takes.
    pub(super) stands_at: Option<u32>,
    /// What goes before addresses: `../../`, or `/path/` on pages without a place.
    pub(super) prefix: &'a str,
    /// Whether the whole navigation must be there.
    pub(super) whole: bool,
    /// The table of contents that goes below the page's own entry.
    pub(super) toc: &'a str,
    /// Whether that has entries.
    pub(super) has_toc: bool,
    /// Icons of entries.
    pub(super) icons: &'a IconSet,
}

/// One drawing: the spot, and which entries lead to it.
struct Walk<'a> {
    spot: &'a Spot<'a>,
    /// Active entries: the page's, and the sections around it.
    active: Vec<u32>,
    /// Active entries, and those of the other places where the page is listed.
    touched: Vec<u32>,
    prune: bool,
    toc_written: bool,
}

impl NavWriter {
    pub(super) fn new(nav: Arc<NavView>, theme: &Theme) -> Self {
        let spec: &ThemeSpec = theme.spec();
        let statuses = spec.extra.get("status").and_then(|s| s.as_object());
        Self {
            flags: Flags {
                indexes: spec.has("navigation.indexes"),
                tabs: spec.has("navigation.tabs"),
                sections: spec.has("navigation.sections"),
                expand: spec.has("navigation.expand"),
                prune: spec.has("navigation.prune"),
            },
            large: nav.len() > WHOLE,
            more: theme.language().text("nav.more").to_owned(),
            status_titles: statuses
                .into_iter()
                .flatten()
                .filter_map(|(key, title)| Some((key.clone(), title.as_str()?.to_owned())))
                .collect(),
            nav,
            idle: Mutex::default(),
        }
    }

    /// The entries of the page, or of the one whose place it takes.
    pub(super) fn occurrences(&self, spot: &Spot<'_>) -> &[u32] {
        let own = spot.page.map_or(&[][..], |page| self.nav.occurrences(page));
        match spot.stands_at {
            Some(other) if own.is_empty() => self.nav.occurrences(other),
            _ => own,
        }
    }

    /// Entries of the first level with everything below that the page shows.
    pub(super) fn items(&self, spot: &Spot<'_>) -> String {
        let occurrences = self.occurrences(spot);
        let mut active = Vec::new();
        if let Some(last) = occurrences.last() {
            active.push(*last);
            active.extend(self.nav.ancestors(*last));
        }
        let mut touched = active.clone();
        for id in occurrences {
            touched.push(*id);
            touched.extend(self.nav.ancestors(*id));
        }
        let mut walk = Walk {
            spot,
            active,
            touched,
            prune: self.flags.prune || (self.large && !spot.whole),
            toc_written: false,
        };
        let idle = self.idle(spot, walk.prune);
        let mut out = String::with_capacity(4096 + idle.iter().map(String::len).sum::<usize>());
        let roots = self.nav.roots();
        let (from, to) = self.window(roots, &walk);
        for (index, root) in roots.iter().enumerate().take(to).skip(from) {
            if walk.touched.contains(root) {
                let path = format!("__nav_{}", index + 1);
                self.item(&mut out, *root, &path, 1, &mut walk);
            } else if let Some(text) = idle.get(index) {
                out.push_str(text);
            }
        }
        if to - from < roots.len() {
            self.rest(&mut out, "", spot);
        }
        out
    }

    fn idle(&self, spot: &Spot<'_>, prune: bool) -> Arc<Vec<String>> {
        let key = format!("{}{}", u8::from(prune), spot.prefix);
        let mut known = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(&key) {
            return Arc::clone(found);
        }
        let nobody = Spot {
            page: None,
            stands_at: None,
            ..*spot
        };
        let texts = self.nav.roots().iter().enumerate().map(|(index, root)| {
            let mut walk = Walk {
                spot: &nobody,
                active: Vec::new(),
                touched: Vec::new(),
                prune,
                toc_written: false,
            };
            let mut out = String::new();
            self.item(&mut out, *root, &format!("__nav_{}", index + 1), 1, &mut walk);
            out
        });
        let texts = Arc::new(texts.collect::<Vec<_>>());
        known.insert(key, Arc::clone(&texts));
        texts
    }

    /// Which entries of a list are shown.
    fn window(&self, list: &[u32], walk: &Walk<'_>) -> (usize, usize) {
        if !self.large || walk.spot.whole || list.len() <= 2 * WINDOW {
            return (0, list.len());
        }
        let at = list.iter().position(|id| walk.active.contains(id)).unwrap_or(0);
        let from = at.saturating_sub(WINDOW / 2).min(list.len() - WINDOW);
        (from, from + WINDOW)
    }

    /// A link to the rest of a list, which the home page shows.
    fn rest(&self, out: &mut String, path: &str, spot: &Spot<'_>) {
        let home = if spot.prefix.is_empty() { "./" } else { spot.prefix };
        let _ = writeln!(
            out,
            "<li class=\"md-nav__item md-nav__item--rest\"><a href=\"{home}#{path}\" class=\"md-nav__link\" data-md-rest><span class=\"md-ellipsis\">{}</span></a></li>",
            self.more
        );
    }

    fn item(&self, out: &mut String, id: u32, path: &str, level: usize, walk: &mut Walk<'_>) {
        let Some(node) = self.nav.node(id) else {
            return;
        };
        if !node.children.is_empty() {
            return self.section(out, id, (path, level), walk);
        }
        let current = node.page.is_some() && node.page == walk.spot.page;
        if current {
            return self.current(out, node, walk);
        }
        let active = if walk.active.contains(&id) {
            " md-nav__item--active"
        } else {
            ""
        };
        let _ = write!(out, "<li class=\"md-nav__item{active}\"><a href=\"");
        href(out, node, walk.spot);
        out.push_str("\" class=\"md-nav__link\">");
        self.label(out, Some(node), node, walk.spot);
        out.push_str("</a></li>\n");
    }

    /// The entry of the page itself, with its table of contents.
    fn current(&self, out: &mut String, node: &NavNode, walk: &mut Walk<'_>) {
        out.push_str("<li class=\"md-nav__item md-nav__item--active\">");
        if !walk.toc_written {
            out.push_str("<input class=\"md-nav__toggle md-toggle\" type=\"checkbox\" id=\"__toc\" aria-hidden=\"true\" tabindex=\"-1\">");
        }
        if walk.spot.has_toc {
            out.push_str("\n<label class=\"md-nav__link md-nav__link--active\" for=\"__toc\">");
            self.label(out, Some(node), node, walk.spot);
            out.push_str("<span class=\"md-nav__icon md-icon\"></span></label>");
        }
        out.push_str("\n<a href=\"");
        href(out, node, walk.spot);
        out.push_str("\" class=\"md-nav__link md-nav__link--active\" aria-current=\"page\">");
        self.label(out, Some(node), node, walk.spot);
        out.push_str("</a>\n");
        if walk.spot.has_toc {
            out.push_str(walk.spot.toc);
        }
        out.push_str("</li>\n");
        walk.toc_written = true;
    }

    fn section(&self, out: &mut String, id: u32, (path, level): (&str, usize), walk: &mut Walk<'_>) {
        let Some(node) = self.nav.node(id) else {
            return;
        };
        let active = walk.active.contains(&id);
        let parent_active = node.parent.is_some_and(|p| walk.active.contains(&p));
        let group = match level {
            1 if self.flags.tabs => active,
            1 => self.flags.sections,
            2 => self.flags.tabs && self.flags.sections && parent_active,
            _ => false,
        };
        // A large navigation keeps every branch with the page in it, as the reference shows its
        // table of contents in each.
        let kept = active || !self.flags.prune && walk.touched.contains(&id);
        let pruned = walk.prune && !group && !kept;
        out.push_str("<li class=\"md-nav__item");
        for (on, class) in [
            (active, " md-nav__item--active"),
            (group, " md-nav__item--section"),
            (pruned, " md-nav__item--pruned"),
        ] {
            if on {
                out.push_str(class);
            }
        }
        out.push_str(" md-nav__item--nested\">\n");
        if pruned {
            self.pruned(out, id, node, path, walk.spot);
        } else {
            self.opened(out, node, (path, level, active), walk);
        }
        out.push_str("</li>\n");
    }

    /// A section as one link to the first page below it.
    fn pruned(&self, out: &mut String, id: u32, node: &NavNode, path: &str, spot: &Spot<'_>) {
        let url = self.nav.first_url(id).unwrap_or_default();
        out.push_str("<a href=\"");
        address(out, url, spot);
        out.push_str("\" class=\"md-nav__link\"");
        if !self.flags.prune {
            let _ = write!(out, " data-md-branch=\"{path}\"");
        }
        out.push('>');
        self.label(out, None, node, spot);
        out.push_str("<span class=\"md-nav__icon md-icon\"></span></a>\n");
    }

    fn opened(
        &self,
        out: &mut String,
        node: &NavNode,
        (path, level, active): (&str, usize, bool),
        walk: &mut Walk<'_>,
    ) {
        let index = self.index_of(node);
        let checked = if active { " checked" } else { "" };
        let open = if self.flags.expand && !active {
            " md-toggle--indeterminate"
        } else {
            ""
        };
        let _ = writeln!(
            out,
            "<input class=\"md-nav__toggle md-toggle{open}\" type=\"checkbox\" id=\"{path}\"{checked} aria-labelledby=\"{path}_label\">"
        );
        let own = node.url.as_ref().map(|_| node);
        match own.or_else(|| index.and_then(|id| self.nav.node(id))) {
            None => {
                let _ = write!(out, "<label class=\"md-nav__link\" for=\"{path}\" id=\"{path}_label\">");
                self.label(out, None, node, walk.spot);
                out.push_str("<span class=\"md-nav__icon md-icon\"></span></label>\n");
            }
            Some(page) => self.container(out, node, page, path, walk),
        }
        let _ = write!(
            out,
            "<nav class=\"md-nav\" data-md-level=\"{level}\" role=\"none\">\n\
             <label class=\"md-nav__title\" for=\"{path}\"><span class=\"md-nav__icon md-icon\"></span>{}</label>\n\
             <ul class=\"md-nav__list\" data-md-scrollfix>\n",
            node.title
        );
        let (from, to) = self.window(&node.children, walk);
        for (position, child) in node.children.iter().enumerate().take(to).skip(from) {
            if Some(*child) != index {
                let below = format!("{path}_{}", position + 1);
                self.item(out, *child, &below, level + 1, walk);
            }
        }
        if to - from < node.children.len() {
            self.rest(out, path, walk.spot);
        }
        out.push_str("</ul>\n</nav>\n");
    }

    /// A section whose title leads to its index page.
    fn container(&self, out: &mut String, node: &NavNode, page: &NavNode, path: &str, walk: &Walk<'_>) {
        let here = page.page.is_some() && page.page == walk.spot.page;
        let (class, current) = if here {
            (" md-nav__link--active", " aria-current=\"page\"")
        } else {
            ("", "")
        };
        // The link names the checkbox, as its label has no words.
        out.push_str("<div class=\"md-nav__link md-nav__container\"><a href=\"");
        href(out, page, walk.spot);
        let _ = write!(out, "\" class=\"md-nav__link{class}\" id=\"{path}_label\"{current}>");
        self.label(out, Some(page), node, walk.spot);
        out.push_str("</a>");
        // A page that stands among the children is all there is below.
        if node.children.len() > 1 || node.url.is_some() {
            let _ = write!(
                out,
                "<label class=\"md-nav__link{class}\" for=\"{path}\"><span class=\"md-nav__icon md-icon\"></span></label>",
            );
        }
        out.push_str("</div>\n");
    }

    fn index_of(&self, node: &NavNode) -> Option<u32> {
        if !self.flags.indexes {
            return None;
        }
        let is_index = |id: &u32| self.nav.node(*id).is_some_and(|child| child.is_index);
        node.children.iter().copied().find(is_index)
    }

    /// Icon, title, subtitle and status of an entry.
    fn label(&self, out: &mut String, page: Option<&NavNode>, titled: &NavNode, spot: &Spot<'_>) {
        let icon = page
            .and_then(|p| p.meta.icon.as_deref())
            .and_then(|icon| spot.icons.get(icon));
        out.push_str(icon.unwrap_or_default());
        out.push_str("<span class=\"md-ellipsis\">");
        out.push_str(&titled.title);
        if let Some(subtitle) = page.and_then(|p| p.meta.subtitle.as_deref()) {
            let _ = write!(out, "<br><small>{subtitle}</small>");
        }
        out.push_str("</span>");
        let Some(page) = page else {
            return;
        };
        if page.encrypted {
            self.status(out, "encrypted");
        }
        if let Some(status) = &page.meta.status {
            self.status(out, status);
        }
    }

    fn status(&self, out: &mut String, status: &str) {
        let _ = match self.status_titles.get(status) {
            Some(title) => write!(
                out,
                "<span class=\"md-status md-status--{status}\" title=\"{}\"></span>",
                escape(title)
            ),
            None => write!(out, "<span class=\"md-status md-status--{status}\"></span>"),
        };
    }

    /// Entries of the first level as tabs, each leading to the first page below it.
    pub(super) fn tabs(&self, spot: &Spot<'_>) -> String {
        let mut out = String::new();
        let last = self.occurrences(spot).last().copied();
        let top = last.map(|id| self.nav.ancestors(id).last().copied().unwrap_or(id));
        for root in self.nav.roots() {
            let Some(node) = self.nav.node(*root) else {
                continue;
            };
            let (class, current) = if top == Some(*root) {
                (" md-tabs__item--active", " aria-current=\"true\"")
            } else {
                ("", "")
            };
            let _ = write!(out, "<li class=\"md-tabs__item{class}\"><a href=\"");
            address(&mut out, self.nav.first_url(*root).unwrap_or_default(), spot);
            let _ = write!(out, "\" class=\"md-tabs__link\"{current}>");
            if let Some(icon) = self.tab_icon(*root) {
                out.push_str(spot.icons.get(icon).unwrap_or_default());
            }
            out.push_str(&node.title);
            out.push_str("</a></li>\n");
        }
        out
    }

    fn tab_icon(&self, root: u32) -> Option<&str> {
        let mut node = self.nav.node(root)?;
        let section = node.kind == NavKind::Section;
        while let Some(first) = node.children.first() {
            node = self.nav.node(*first)?;
        }
        let shown = node.is_index && (!section || self.flags.indexes);
        node.meta.icon.as_deref().filter(|_| shown)
    }
}

fn href(out: &mut String, node: &NavNode, spot: &Spot<'_>) {
    match (&node.url, node.kind) {
        // Written from the root: pages of one depth share what is written here.
        (Some(url), NavKind::Link) if !is_absolute(url) => address(out, &relative_url(url, ""), spot),
        (Some(url), _) => address(out, url, spot),
        (None, _) => address(out, "", spot),
    }
}

pub(super) fn address(out: &mut String, url: &str, spot: &Spot<'_>) {
    if is_absolute(url) {
        out.push_str(url);
        return;
    }
    let url = url.strip_prefix("./").unwrap_or(url);
    if url.is_empty() && spot.prefix.is_empty() {
        out.push_str("./");
    } else {
        out.push_str(spot.prefix);
        out.push_str(url);
    }
}
