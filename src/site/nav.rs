//! The navigation (COMPAT N1 to N6): from the configuration, or from the folders.

use std::collections::{HashMap, HashSet};

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
    /// Pages whose title the navigation gives.
    pub named: HashSet<PageId>,
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
    let mut root = Branch::default();
    for (at, page) in site.pages().iter().enumerate() {
        if page.inclusion == Inclusion::Included && page.is_documentation {
            root.insert(&page.src_uri, PageId::new(at));
        }
    }
    root.into_items()
}

/// The pages and folders of a folder. Folders whose names give the same title are one section, as
/// in the reference.
#[derive(Default)]
struct Branch {
    entries: Vec<Leaf>,
    folders: HashMap<String, usize>,
}

enum Leaf {
    Page(PageId),
    Folder(String, Branch),
}

impl Branch {
    fn insert(&mut self, uri: &str, page: PageId) {
        let Some((folder, rest)) = uri.split_once('/') else {
            self.entries.push(Leaf::Page(page));
            return;
        };
        let title = fallback_title(folder);
        let at = *self.folders.entry(title).or_insert_with_key(|title| {
            self.entries.push(Leaf::Folder(title.clone(), Self::default()));
            self.entries.len() - 1
        });
        if let Some(Leaf::Folder(_, branch)) = self.entries.get_mut(at) {
            branch.insert(rest, page);
        }
    }

    fn into_items(self) -> Vec<NavItem> {
        let item = |leaf| match leaf {
            Leaf::Page(page) => NavItem::Page { page, title: None },
            Leaf::Folder(title, branch) => NavItem::Section {
                title,
                children: branch.into_items(),
                page: None,
            },
        };
        self.entries.into_iter().map(item).collect()
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
    nav.named = given
        .iter()
        .filter(|(_, title)| title.is_some())
        .map(|(page, _)| *page)
        .collect();
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
    if super::address::has_scheme_or_host(url) {
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

#[cfg(test)]
mod tests {
    use super::{NavItem, NavSpec, automatic, build};
    use crate::report::Severity;
    use crate::site::{AbsoluteLinks, PageId, Site, Summary};
    use crate::source::Source;

    fn site(uris: &[&str]) -> Site {
        let summary = |uri: &&str| {
            let source = Source::new(uri, true);
            Summary {
                src_uri: source.src_uri.clone(),
                is_index: source.is_index(),
                url: source.url,
                name: source.name,
                is_documentation: true,
                ..Summary::default()
            }
        };
        Site::new(uris.iter().map(summary).collect(), [])
    }

    fn spec() -> NavSpec {
        NavSpec {
            nav: None,
            omitted_files: Severity::Info,
            not_found: Severity::Warning,
            absolute_links: AbsoluteLinks::Report(Severity::Info),
        }
    }

    /// The items as text, a section's in brackets.
    fn shown(site: &Site, items: &[NavItem]) -> String {
        let one = |item: &NavItem| match item {
            NavItem::Page { page, .. } => site.page(*page).src_uri.clone(),
            NavItem::Section { title, children, .. } => format!("{title}[{}]", shown(site, children)),
            NavItem::Link { url, .. } => url.clone(),
        };
        items.iter().map(one).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn folders_with_one_title_are_one_section() {
        let site = site(&["index.md", "a-b/x.md", "a.c/y.md", "a_b/z.md", "a_b/d/w.md"]);
        assert_eq!(
            shown(&site, &automatic(&site)),
            "index.md A b[a-b/x.md a_b/z.md D[a_b/d/w.md]] A.c[a.c/y.md]"
        );
    }

    #[test]
    fn a_page_listed_twice_stands_where_it_is_last() {
        let site = site(&["index.md", "a.md", "b.md"]);
        let page = |at, title: Option<&str>| NavItem::Page {
            page: PageId::new(at),
            title: title.map(str::to_owned),
        };
        let items = vec![page(0, None), page(1, Some("One")), page(2, None), page(1, Some("Two"))];
        let nav = build(&site, &spec(), items).value;
        assert_eq!(nav.titles, ["Home", "One", "B"]);
        assert_eq!(nav.order.len(), 4);
        assert_eq!(nav.homepage, Some(PageId::new(0)));
        assert_eq!(nav.neighbours[&PageId::new(1)], (Some(PageId::new(2)), None));
    }

    #[test]
    fn many_folders_take_linear_time() {
        let uris: Vec<String> = (0..20_000).map(|n| format!("f{n}/index.md")).collect();
        let uris: Vec<&str> = uris.iter().map(String::as_str).collect();
        let site = site(&uris);
        assert_eq!(build(&site, &spec(), automatic(&site)).value.roots.len(), 20_000);
    }
}
