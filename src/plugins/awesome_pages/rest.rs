//! `...` in `nav`: what it takes, and how it is put in the place of it.

use std::collections::{HashMap, HashSet};

use regex::Regex;

use super::AUTOMATIC;
use crate::plugins::path_glob::PathGlob;
use crate::report::{Diagnostic, Severity};
use crate::site::{NavItem, PageId, Site};
use crate::yaml::{Kind, Node};

/// The title that `...` has until it is replaced.
pub(super) const REST: &str = "AWESOME_PAGES_REST";

/// `...`, and what it takes.
#[derive(Clone, Debug)]
pub(super) struct Rest {
    pub(super) written: String,
    flat: bool,
    takes: Takes,
}

#[derive(Clone, Debug)]
enum Takes {
    All,
    Glob(Option<PathGlob>),
    Pattern(Option<Regex>),
}

impl Rest {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut rest = text.strip_prefix("...")?.trim();
        let mut flat = false;
        let mut takes = Takes::All;
        while let Some(part) = rest.strip_prefix('|') {
            let part = part.trim_start();
            if let Some(after) = part
                .strip_prefix("flat")
                .filter(|after| after.trim_start().starts_with('|') || after.trim().is_empty())
            {
                flat = true;
                rest = after.trim_start();
                continue;
            }
            takes = match part.split_once('=') {
                Some(("regex", pattern)) => Takes::Pattern(Regex::new(pattern).ok()),
                Some(("glob", pattern)) => Takes::Glob(PathGlob::new(pattern)),
                _ => Takes::Glob(PathGlob::new(part)),
            };
            break;
        }
        Some(Self {
            written: text.to_owned(),
            flat,
            takes,
        })
    }

    pub(super) fn matches(&self, path: &str) -> bool {
        match &self.takes {
            Takes::All => true,
            Takes::Glob(glob) => glob.as_ref().is_some_and(|glob| glob.matches(path)),
            Takes::Pattern(regex) => regex.as_ref().is_some_and(|regex| regex.is_match(path)),
        }
    }

    pub(super) fn is_all(&self) -> bool {
        matches!(self.takes, Takes::All)
    }
}

/// Puts placeholders in the place of `...`.
pub(super) fn mark(node: &mut Node, seen: &mut HashSet<String>, problems: &mut Vec<Diagnostic>) {
    let span = node.span;
    match &mut node.kind {
        Kind::Seq(items) => items.iter_mut().for_each(|item| mark(item, seen, problems)),
        Kind::Map(entries) => {
            for (_, value) in entries {
                if matches!(value.kind, Kind::Seq(_) | Kind::Map(_)) {
                    mark(value, seen, problems);
                }
            }
        }
        Kind::Str(text) if Rest::parse(text).is_some() => {
            if !seen.insert(text.clone()) {
                let message = format!("Duplicate rest entry \"mkdocs.yml\" [{text}]");
                problems.push(Diagnostic::new("awesome-pages", Severity::Error, message).at(span));
            }
            let title = Node::bare(Kind::Str(REST.to_owned()));
            // As an address of another site it gives no message.
            let value = Node::bare(Kind::Str(format!("rest://{text}")));
            node.kind = Kind::Map(vec![(title, value)]);
        }
        _ => {}
    }
}

fn rest_of(item: &NavItem) -> Option<Rest> {
    match item {
        NavItem::Link { title, url, .. } if title.as_deref() == Some(REST) => Rest::parse(url.strip_prefix("rest://")?),
        _ => None,
    }
}

pub(super) fn find_rests(items: &[NavItem], rests: &mut Vec<Rest>) {
    for item in items {
        rests.extend(rest_of(item));
        if let NavItem::Section { children, .. } = item {
            find_rests(children, rests);
        }
    }
}

pub(super) fn pages_of(items: &[NavItem], named: &mut HashSet<PageId>) {
    for item in items {
        match item {
            NavItem::Page { page, .. } => {
                named.insert(*page);
            }
            NavItem::Section { children, .. } => pages_of(children, named),
            NavItem::Link { .. } => {}
        }
    }
}

/// The pages that are not named, by the `...` that takes them, in their sections unless it is flat.
pub(super) fn blocks_of(
    items: Vec<NavItem>,
    site: &Site,
    named: &HashSet<PageId>,
    rests: &[Rest],
    blocks: &mut HashMap<String, Vec<NavItem>>,
) {
    for item in items {
        match item {
            NavItem::Page { page, title } if !named.contains(&page) => {
                let path = &site.page(page).src_uri;
                if let Some(rest) = rests.iter().find(|rest| rest.matches(path)) {
                    let block = blocks.entry(rest.written.clone()).or_default();
                    block.push(NavItem::Page { page, title });
                }
            }
            NavItem::Section { title, children, page } => {
                let mut inner = HashMap::new();
                blocks_of(children, site, named, rests, &mut inner);
                for rest in rests {
                    let Some(children) = inner.remove(&rest.written) else {
                        continue;
                    };
                    let block = blocks.entry(rest.written.clone()).or_default();
                    if rest.flat {
                        block.extend(children);
                    } else {
                        block.push(NavItem::Section {
                            title: format!("{AUTOMATIC}{title}"),
                            children,
                            page,
                        });
                    }
                }
            }
            _ => {}
        }
    }
}

pub(super) fn insert(items: &mut Vec<NavItem>, blocks: &mut HashMap<String, Vec<NavItem>>) {
    let mut out = Vec::with_capacity(items.len());
    for mut item in items.drain(..) {
        if let Some(rest) = rest_of(&item) {
            out.extend(blocks.remove(&rest.written).unwrap_or_default());
            continue;
        }
        if let NavItem::Section { children, .. } = &mut item {
            insert(children, blocks);
        }
        out.push(item);
    }
    *items = out;
}
