//! The navigation (COMPAT N1 to N6): from the configuration, or from the folders.

use std::collections::HashMap;

use super::{PageId, Site, fallback_title, page_title};
use crate::report::{Checked, Diagnostic, Severity, Span};
use crate::source::Inclusion;
use crate::yaml::{Kind, Node};

/// What the navigation needs to know of the configuration.
#[derive(Clone, Debug)]
pub struct NavSpec {
    /// `nav` as written; `None` to follow the folders.
    pub nav: Option<Node>,
    /// `validation.nav.omitted_files`.
    pub omitted_files: Severity,
    /// `validation.nav.not_found`.
    pub not_found: Severity,
    /// `validation.nav.absolute_links`.
    pub absolute_links: super::AbsoluteLinks,
}

/// An entry as it is built: a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NavItem {
    /// A page, with the title the navigation gives it.
    Page {
        /// The page.
        page: PageId,
        /// The title given here.
        title: Option<String>,
    },
    /// Entries under a title; a page may stand for the section itself (`section-index`).
    Section {
        /// The title.
        title: String,
        /// Entries.
        children: Vec<NavItem>,
        /// The page the section is.
        page: Option<PageId>,
    },
    /// Anything else.
    Link {
        /// The title, if one is given.
        title: Option<String>,
        /// Where it leads, as written.
        url: String,
        /// Where it stands.
        span: Option<Span>,
    },
}

/// An entry of the finished navigation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavEntry {
    /// Title; for a page its title (COMPAT T1).
    pub title: Option<String>,
    /// The page it is.
    pub page: Option<PageId>,
    /// Where it leads, if it is a link.
    pub url: Option<String>,
    /// Where a link stands that no file answers.
    pub span: Option<Span>,
    /// Whether it is a section.
    pub is_section: bool,
    /// Its section.
    pub parent: Option<usize>,
    /// Entries of the section.
    pub children: Vec<usize>,
}

/// The finished navigation.
#[derive(Clone, Debug, Default)]
pub struct Nav {
    /// All entries, a section before its entries.
    pub entries: Vec<NavEntry>,
    /// Entries of the first level.
    pub roots: Vec<usize>,
    /// Pages in reading order; a page listed twice appears twice.
    pub order: Vec<PageId>,
    /// The home page.
    pub homepage: Option<PageId>,
    /// Titles of all pages by number, those outside the navigation included.
    pub titles: Vec<String>,
    /// The page before and after each page.
    pub neighbours: HashMap<PageId, (Option<PageId>, Option<PageId>)>,
}

/// The items that the configuration lists.
pub fn from_config(site: &Site, spec: &NavSpec, node: &Node, problems: &mut Vec<Diagnostic>) -> Vec<NavItem> {
    match &node.kind {
        Kind::Map(entries) => entries
            .iter()
            .map(|(key, value)| titled(site, spec, key, value, problems))
            .collect(),
        Kind::Seq(items) => items
            .iter()
            .flat_map(|item| match &item.kind {
                Kind::Map(entries) => entries
                    .iter()
                    .map(|(key, value)| titled(site, spec, key, value, problems))
                    .collect(),
                Kind::Seq(_) => from_config(site, spec, item, problems),
                _ => vec![leaf(site, spec, None, item, problems)],
            })
            .collect(),
        Kind::Null => Vec::new(),
        _ => vec![leaf(site, spec, None, node, problems)],
    }
}

fn titled(site: &Site, spec: &NavSpec, key: &Node, value: &Node, problems: &mut Vec<Diagnostic>) -> NavItem {
    let title = text_of(key);
    if matches!(value.kind, Kind::Seq(_) | Kind::Map(_) | Kind::Null) {
        return NavItem::Section {
            title,
            children: from_config(site, spec, value, problems),
            page: None,
        };
    }
    leaf(site, spec, Some(title), value, problems)
}

fn text_of(node: &Node) -> String {
    match &node.kind {
        Kind::Str(text) => text.clone(),
        Kind::Int(number) => number.to_string(),
        Kind::Float(number) => number.to_string(),
        Kind::Bool(true) => "True".to_owned(),
        Kind::Bool(false) => "False".to_owned(),
        Kind::Tagged(_, inner) => text_of(inner),
        _ => String::new(),
    }
}

fn leaf(site: &Site, spec: &NavSpec, title: Option<String>, node: &Node, problems: &mut Vec<Diagnostic>) -> NavItem {
    let path = text_of(node);
    let relative = matches!(spec.absolute_links, super::AbsoluteLinks::RelativeToDocs);
    let lookup = if relative { path.trim_start_matches('/') } else { &path };
    if site.is_excluded(lookup) {
        let message = format!(
            "A reference to '{lookup}' is included in the 'nav' configuration, but this file is excluded from the built site."
        );
        problems.push(Diagnostic::new("nav-excluded", spec.not_found.min(Severity::Info), message).at(node.span));
    }
    if let Some(page) = site.page_at(lookup) {
        return NavItem::Page { page, title };
    }
    if let Some(url) = site.url_at(lookup) {
        // A file that is no page: the reference makes a page of it; we link to it.
        return NavItem::Link {
            title,
            url: url.to_owned(),
            span: None,
        };
    }
    NavItem::Link {
        title,
        url: path,
        span: node.span,
    }
}

/// The items that follow from the folders.
#[must_use]
pub fn automatic(site: &Site) -> Vec<NavItem> {
    let mut roots = Vec::new();
    for (at, page) in site.pages().iter().enumerate() {
        if page.inclusion == Inclusion::Included && page.is_documentation {
            let item = NavItem::Page {
                page: PageId::new(at),
                title: None,
            };
            insert(&mut roots, &page.src_uri, item);
        }
    }
    roots
}

/// Puts an item into the section of its folder. Pages come in the order of the walk, so that the
/// section is the last one, or is new.
fn insert(branch: &mut Vec<NavItem>, uri: &str, item: NavItem) {
    let Some((folder, rest)) = uri.split_once('/') else {
        branch.push(item);
        return;
    };
    let name = fallback_title(folder);
    match branch.last_mut() {
        Some(NavItem::Section { title, children, .. }) if *title == name => insert(children, rest, item),
        _ => {
            let mut children = Vec::new();
            insert(&mut children, rest, item);
            branch.push(NavItem::Section {
                title: name,
                children,
                page: None,
            });
        }
    }
}

/// Reports what is doubtful in the items, and links them into a navigation.
#[must_use]
pub fn build(site: &Site, spec: &NavSpec, items: Vec<NavItem>) -> Checked<Nav> {
    let mut nav = Nav::default();
    let mut given: HashMap<PageId, Option<String>> = HashMap::new();
    collect_titles(&items, &mut given);
    nav.homepage = items.iter().find_map(|item| match item {
        NavItem::Page { page, .. } if is_home(site, *page) => Some(*page),
        _ => None,
    });
    nav.titles = site
        .pages()
        .iter()
        .enumerate()
        .map(|(at, page)| {
            let id = PageId::new(at);
            let title = given.get(&id).and_then(Option::as_deref);
            page_title(page, title, nav.homepage == Some(id))
        })
        .collect();
    let mut problems = Vec::new();
    omitted(site, spec, &given, &mut problems);
    nav.roots = items.into_iter().map(|item| nav.add(item, None)).collect();
    for entry in &nav.entries {
        if let (Some(url), Some(span)) = (&entry.url, entry.span) {
            check_link(spec, url, span, &mut problems);
        }
    }
    nav.neighbours = neighbours(&nav.order);
    Checked { value: nav, problems }
}

fn is_home(site: &Site, page: PageId) -> bool {
    let page = site.page(page);
    page.is_index && matches!(page.url.as_str(), "" | "./" | "index.html")
}

fn collect_titles(items: &[NavItem], given: &mut HashMap<PageId, Option<String>>) {
    for item in items {
        match item {
            NavItem::Page { page, title } => {
                given.entry(*page).or_insert_with(|| title.clone());
            }
            NavItem::Section { children, page, title } => {
                if let Some(page) = page {
                    given.entry(*page).or_insert_with(|| Some(title.clone()));
                }
                collect_titles(children, given);
            }
            NavItem::Link { .. } => {}
        }
    }
}

impl Nav {
    fn add(&mut self, item: NavItem, parent: Option<usize>) -> usize {
        let at = self.entries.len();
        let mut entry = NavEntry {
            title: None,
            page: None,
            url: None,
            span: None,
            is_section: false,
            parent,
            children: Vec::new(),
        };
        match item {
            NavItem::Page { page, .. } => {
                entry.title = self.titles.get(page.index()).cloned();
                entry.page = Some(page);
                self.order.push(page);
                self.entries.push(entry);
            }
            NavItem::Link { title, url, span } => {
                entry.title = title;
                entry.url = Some(url);
                entry.span = span;
                self.entries.push(entry);
            }
            NavItem::Section { title, children, page } => {
                entry.title = Some(title);
                entry.page = page;
                entry.is_section = true;
                self.order.extend(page);
                self.entries.push(entry);
                let children = children.into_iter().map(|child| self.add(child, Some(at))).collect();
                self.entries[at].children = children;
            }
        }
        at
    }
}

fn neighbours(order: &[PageId]) -> HashMap<PageId, (Option<PageId>, Option<PageId>)> {
    let at = |index: Option<usize>| index.and_then(|index| order.get(index)).copied();
    order
        .iter()
        .enumerate()
        .map(|(index, page)| (*page, (at(index.checked_sub(1)), at(Some(index + 1)))))
        .collect()
}

fn omitted(site: &Site, spec: &NavSpec, given: &HashMap<PageId, Option<String>>, problems: &mut Vec<Diagnostic>) {
    if spec.nav.is_none() {
        return;
    }
    let missing: Vec<&str> = site
        .pages()
        .iter()
        .enumerate()
        .filter(|(at, page)| {
            page.inclusion == Inclusion::Included && page.is_documentation && !given.contains_key(&PageId::new(*at))
        })
        .map(|(_, page)| page.src_uri.as_str())
        .collect();
    if !missing.is_empty() {
        let message = format!(
            "The following pages exist in the docs directory, but are not included in the \"nav\" configuration:\n  - {}",
            missing.join("\n  - ")
        );
        let span = spec.nav.as_ref().and_then(|nav| nav.span);
        problems.push(Diagnostic::new("nav-omitted-files", spec.omitted_files, message).at(span));
    }
}

fn check_link(spec: &NavSpec, url: &str, span: Span, problems: &mut Vec<Diagnostic>) {
    if super::links::has_scheme_or_host(url) {
        return;
    }
    let problem = match spec.absolute_links {
        super::AbsoluteLinks::Report(severity) if url.starts_with('/') => {
            let message = format!(
                "An absolute path to '{url}' is included in the 'nav' configuration, which presumably points to an external resource."
            );
            Diagnostic::new("nav-absolute-link", severity, message)
        }
        _ => {
            let message = format!(
                "A reference to '{url}' is included in the 'nav' configuration, which is not found in the documentation files."
            );
            Diagnostic::new("nav-not-found", spec.not_found, message)
        }
    };
    problems.push(problem.at(span));
}
