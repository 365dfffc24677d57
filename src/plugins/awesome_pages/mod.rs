//! `awesome-pages`: order, titles and entries of sections from `.pages` files, and `...` in `nav`
//! for what is not named.

mod meta;
mod rest;

use std::collections::{HashMap, HashSet};

use self::meta::Meta;
use self::rest::{REST, Rest, blocks_of, find_rests, insert, mark, pages_of};
use super::options::Options;
use super::path_glob::Natural;
use super::{Plugin, Stage};
use crate::config::{PluginUse, Settings};
use crate::page::text_of;
use crate::report::{Diagnostic, Severity, Span};
use crate::site::{self, NavItem, PageId, Site, page_title};
use crate::yaml::Node;

/// What titles of sections start with that `.pages` files make: no file is theirs.
const VIRTUAL: &str = "\u{0}virtual ";
/// What titles of sections start with that stand for `...`: files are theirs as without `nav`.
const AUTOMATIC: &str = "\u{0}automatic ";

struct AwesomePages {
    file_name: String,
    collapse: bool,
    strict: bool,
    order: Option<String>,
    sort_type: Option<String>,
    order_by: Option<String>,
    ignore_case: bool,
}

pub(super) fn make(entry: &PluginUse, _settings: &Settings, _problems: &mut Vec<Diagnostic>) -> Box<dyn Plugin> {
    let options = Options(&entry.options);
    let choice = |name: &str| options.node(name).and_then(text_of);
    Box::new(AwesomePages {
        file_name: options.text("filename", ".pages"),
        collapse: options.bool("collapse_single_pages", false),
        strict: options.bool("strict", true),
        order: choice("order"),
        sort_type: choice("sort_type"),
        order_by: choice("order_by"),
        ignore_case: options.bool("ignore_case", false),
    })
}

impl Plugin for AwesomePages {
    fn nav(
        &self,
        _stage: &Stage<'_>,
        _site: &Site,
        written: Option<Node>,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<Node> {
        let mut node = written?;
        let mut seen = HashSet::new();
        mark(&mut node, &mut seen, problems);
        Some(node)
    }

    fn navigation(&self, stage: &Stage<'_>, site: &Site, items: &mut Vec<NavItem>, problems: &mut Vec<Diagnostic>) {
        let is_explicit = stage.settings.nav_spec().nav.is_some();
        let mut rests = Vec::new();
        find_rests(items, &mut rests);
        if !rests.is_empty() {
            // Patterns before the one that takes all.
            rests.sort_by_key(Rest::is_all);
            let mut named = HashSet::new();
            pages_of(items, &mut named);
            let mut blocks: HashMap<String, Vec<NavItem>> = HashMap::new();
            blocks_of(site::automatic(site), site, &named, &rests, &mut blocks);
            insert(items, &mut blocks);
        }
        let mut walk = Walk {
            plugin: self,
            stage,
            site,
            problems,
        };
        let own = std::mem::take(items);
        let folder = walk.common(&own);
        let meta = walk.load(folder.as_deref());
        *items = walk.children(own, self.collapse, &meta, is_explicit);
    }
}

struct Walk<'s> {
    plugin: &'s AwesomePages,
    stage: &'s Stage<'s>,
    site: &'s Site,
    problems: &'s mut Vec<Diagnostic>,
}

impl Walk<'_> {
    fn say(&mut self, severity: Severity, message: String, span: Option<Span>) {
        self.problems
            .push(Diagnostic::new("awesome-pages", severity, message).at(span));
    }

    /// The folder that all entries are of.
    fn common(&self, items: &[NavItem]) -> Option<String> {
        let mut found: Option<String> = None;
        for item in items {
            let folder = match item {
                NavItem::Page { page, .. } => {
                    let uri = &self.site.page(*page).src_uri;
                    uri.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned()
                }
                NavItem::Section { children, .. } => {
                    let Some(inner) = self.common(children) else { continue };
                    inner.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned()
                }
                NavItem::Link { .. } => continue,
            };
            if found.as_ref().is_some_and(|known| *known != folder) {
                return None;
            }
            found = Some(folder);
        }
        found
    }

    fn children(&mut self, mut items: Vec<NavItem>, collapse: bool, meta: &Meta, explicit: bool) -> Vec<NavItem> {
        if !explicit || meta.nav.is_some() || meta.order.is_some() {
            self.sort(&mut items, meta);
        }
        let items = self.arrange(items, meta);
        let mut out = Vec::new();
        for item in items {
            match item {
                NavItem::Section { title, children, page } => {
                    out.extend(self.section((title, children, page), collapse, explicit));
                }
                item => out.push(item),
            }
        }
        out
    }

    fn section(
        &mut self,
        (title, children, page): (String, Vec<NavItem>, Option<PageId>),
        collapse: bool,
        explicit: bool,
    ) -> Option<NavItem> {
        let is_virtual = title.starts_with(VIRTUAL);
        let explicit = explicit && !title.starts_with(AUTOMATIC);
        let title = title.strip_prefix(VIRTUAL).unwrap_or(&title);
        let title = title.strip_prefix(AUTOMATIC).unwrap_or(title).to_owned();
        let folder = if explicit || is_virtual {
            None
        } else {
            self.common(&children)
        };
        let meta = self.load(folder.as_deref());
        if meta.hide {
            return None;
        }
        let collapse = meta.collapse_single.unwrap_or(collapse);
        let title = meta.title.clone().unwrap_or(title);
        let mut children = self.children(children, collapse, &meta, explicit);
        if !explicit && !is_virtual {
            if children.is_empty() {
                return None;
            }
            if meta.collapse.unwrap_or(collapse) && children.len() == 1 {
                return children.pop();
            }
        }
        Some(NavItem::Section { title, children, page })
    }

    fn path(&self, item: &NavItem) -> String {
        match item {
            NavItem::Page { page, .. } => self.site.page(*page).src_uri.clone(),
            NavItem::Section { children, .. } => self.common(children).unwrap_or_default(),
            NavItem::Link { .. } => String::new(),
        }
    }

    fn base(&self, item: &NavItem) -> String {
        let path = self.path(item);
        path.rsplit('/').next().unwrap_or_default().to_owned()
    }

    fn title(&mut self, item: &NavItem) -> String {
        match item {
            NavItem::Page { page, title } => {
                let summary = self.site.page(*page);
                page_title(summary, title.as_deref(), summary.url.is_empty())
            }
            NavItem::Section { title, children, .. } => {
                let folder = self.common(children);
                let known = self.problems.len();
                let meta = self.load(folder.as_deref());
                // Said when the section is made.
                self.problems.truncate(known);
                meta.title.unwrap_or_else(|| title.clone())
            }
            NavItem::Link { title, .. } => title.clone().unwrap_or_default(),
        }
    }

    fn sort(&mut self, items: &mut Vec<NavItem>, meta: &Meta) {
        let plugin = self.plugin;
        let or = |own: &Option<String>, all: &Option<String>| own.clone().or_else(|| all.clone());
        let order = or(&meta.order, &plugin.order);
        let kind = or(&meta.sort_type, &plugin.sort_type);
        let by = or(&meta.order_by, &plugin.order_by);
        if order.is_none() && kind.is_none() && by.is_none() {
            return;
        }
        let ignore_case = meta.ignore_case || plugin.ignore_case;
        let natural = Natural {
            ignore_case,
            group_letters: false,
        };
        let mut keyed = Vec::with_capacity(items.len());
        for item in items.drain(..) {
            let key = if by.as_deref() == Some("title") {
                self.title(&item)
            } else {
                self.base(&item)
            };
            keyed.push((key, item));
        }
        keyed.sort_by(|(a, _), (b, _)| {
            let found = if kind.is_some() {
                natural.compare(a, b)
            } else if ignore_case {
                a.to_lowercase().cmp(&b.to_lowercase())
            } else {
                a.cmp(b)
            };
            if order.as_deref() == Some("desc") {
                found.reverse()
            } else {
                found
            }
        });
        items.extend(keyed.into_iter().map(|(_, item)| item));
    }

    /// The entries that `nav` of a `.pages` file names.
    fn arrange(&mut self, items: Vec<NavItem>, meta: &Meta) -> Vec<NavItem> {
        let Some(nav) = &meta.nav else { return items };
        let mut left: Vec<(String, Option<NavItem>)> =
            items.into_iter().map(|item| (self.base(&item), Some(item))).collect();
        let mut rests = Vec::new();
        let mut out = self.named(nav, &mut left, &mut rests, meta);
        rests.sort_by_key(Rest::is_all);
        let mut blocks: HashMap<String, Vec<NavItem>> = HashMap::new();
        for (base, item) in left {
            if let (Some(item), Some(rest)) = (item, rests.iter().find(|rest| rest.matches(&base))) {
                blocks.entry(rest.written.clone()).or_default().push(item);
            }
        }
        insert(&mut out, &mut blocks);
        out
    }

    fn named(
        &mut self,
        nav: &[Node],
        left: &mut [(String, Option<NavItem>)],
        rests: &mut Vec<Rest>,
        meta: &Meta,
    ) -> Vec<NavItem> {
        let mut out = Vec::new();
        for node in nav {
            let (title, value) = match node.as_map() {
                Some([(key, value)]) => (text_of(key), value),
                _ => (None, node),
            };
            if let (Some(title), Some(children)) = (&title, value.as_seq()) {
                let children = self.named(children, left, rests, meta);
                out.push(NavItem::Section {
                    title: format!("{VIRTUAL}{title}"),
                    children,
                    page: None,
                });
                continue;
            }
            let Some(text) = value.as_str() else {
                self.say(
                    Severity::Error,
                    "awesome-pages: an entry of `nav` is a name, or a title with a name or a list".to_owned(),
                    node.span,
                );
                continue;
            };
            if let Some(rest) = Rest::parse(text).filter(|_| title.is_none()) {
                out.push(NavItem::Link {
                    title: Some(REST.to_owned()),
                    url: format!("rest://{text}"),
                    span: None,
                });
                rests.push(rest);
                continue;
            }
            match left.iter_mut().find(|(base, item)| base == text && item.is_some()) {
                Some((_, item)) => out.extend(item.take().map(|item| retitled(item, title))),
                None if title.is_some() => out.push(NavItem::Link {
                    title,
                    url: text.to_owned(),
                    span: value.span,
                }),
                None => {
                    let severity = if self.plugin.strict {
                        Severity::Error
                    } else {
                        Severity::Warning
                    };
                    let folder = meta.folder.clone().unwrap_or_default();
                    let message = format!("Nav entry \"{text}\" not found. [{folder}/{}]", self.plugin.file_name);
                    self.say(severity, message, value.span);
                }
            }
        }
        out
    }
}

fn retitled(item: NavItem, new: Option<String>) -> NavItem {
    match (item, new) {
        (NavItem::Page { page, .. }, Some(title)) => NavItem::Page {
            page,
            title: Some(title),
        },
        (NavItem::Section { children, page, .. }, Some(title)) => NavItem::Section { title, children, page },
        (item, _) => item,
    }
}
