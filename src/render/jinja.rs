//! Pages and navigation as a site's own templates know them: MkDocs' objects, read lazily.
//!
//! Does not know which templates there are.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use minijinja::Value;
use minijinja::value::{DynObject, Enumerator, Object, ObjectRepr, Serde};
use serde_json::{Map, json};

use super::context::{NavKind, NavView, PageView};
use crate::markdown::Heading;

/// The variables `page`, `nav` and `pages`.
pub(super) fn variables(
    nav: &Arc<NavView>,
    pages: &Arc<Vec<PageView>>,
    page: Option<&PageView>,
    base_url: &str,
) -> Vec<(&'static str, Value)> {
    let page_id = page.and_then(|p| p.id);
    let node = page_id.and_then(|id| nav.occurrences(id).last().copied());
    let mut active = Vec::new();
    if let Some(node) = node {
        active.push(node);
        active.extend(nav.ancestors(node));
    }
    let shared = Arc::new(Shared {
        nav: Arc::clone(nav),
        active,
        page_id,
        node,
        facts: page.map_or(Value::UNDEFINED, facts),
    });
    let mut out = vec![
        ("base_url", Value::from(base_url)),
        ("nav", Value::from_object(Nav(Arc::clone(&shared)))),
        ("pages", Value::from_object(Pages(Arc::clone(pages)))),
    ];
    if page.is_some() {
        out.push(("page", item(&shared, Who::Page)));
    }
    out
}

/// What all objects of one drawing share.
struct Shared {
    nav: Arc<NavView>,
    active: Vec<u32>,
    page_id: Option<u32>,
    node: Option<u32>,
    /// What only the page being drawn has.
    facts: Value,
}

fn facts(page: &PageView) -> Value {
    let mut all = Map::new();
    let mut put = |key: &str, value: serde_json::Value| {
        all.insert(key.to_owned(), value);
    };
    put("title", json!(page.title));
    put("content", json!(page.content));
    put("toc", json!(page.toc.iter().map(heading).collect::<Vec<_>>()));
    put("meta", serde_json::Value::Object(page.meta.clone()));
    put("url", json!(page.url));
    put("abs_url", json!(page.abs_url));
    put("canonical_url", json!(page.canonical_url));
    put("edit_url", json!(page.edit_url));
    put("is_homepage", json!(page.is_homepage));
    put("is_index", json!(page.is_index));
    put("file", file(page));
    put(
        "previous_page",
        page.previous.as_ref().map_or(json!(null), |l| json!(l)),
    );
    put("next_page", page.next.as_ref().map_or(json!(null), |l| json!(l)));
    put("update_date", json!(page.update_date));
    let of_post = page.variables.get("post").and_then(|post| post.get("config"));
    put("config", of_post.cloned().unwrap_or_default());
    put("encrypted", json!(page.encrypted));
    Value::from(Serde(&all))
}

fn file(page: &PageView) -> serde_json::Value {
    let file = &page.file;
    json!({
        "src_uri": file.src_uri, "src_path": file.src_uri, "dest_uri": file.dest_uri,
        "dest_path": file.dest_uri, "url": if page.url.is_empty() { "./" } else { &page.url },
        "name": file.name, "edit_uri": file.src_uri,
    })
}

fn heading(heading: &Heading) -> serde_json::Value {
    json!({
        "title": heading.name,
        "id": heading.id,
        "url": format!("#{}", heading.id),
        "level": heading.level,
        "children": heading.children.iter().map(self::heading).collect::<Vec<_>>(),
    })
}

/// `pages`: the files of all pages, in the order of the walk.
struct Pages(Arc<Vec<PageView>>);

impl fmt::Debug for Pages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Files")
    }
}

impl Object for Pages {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Seq
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let page = self.0.get(key.as_usize()?)?;
        let mut entry: BTreeMap<String, Value> = BTreeMap::new();
        if let serde_json::Value::Object(facts) = file(page) {
            entry.extend(facts.into_iter().map(|(key, value)| (key, Value::from(Serde(&value)))));
        }
        entry.insert("page".to_owned(), facts(page));
        Some(Value::from(entry))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Seq(self.0.len())
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    /// The page being drawn.
    Page,
    /// An entry of the navigation.
    Node(u32),
}

fn item(shared: &Arc<Shared>, who: Who) -> Value {
    Value::from_object(Item {
        shared: Arc::clone(shared),
        who,
    })
}

fn items(shared: &Arc<Shared>, ids: &[u32]) -> Value {
    Value::from(ids.iter().map(|id| item(shared, Who::Node(*id))).collect::<Vec<_>>())
}

/// `nav`.
struct Nav(Arc<Shared>);

impl fmt::Debug for Nav {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Navigation")
    }
}

impl Object for Nav {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Iterable
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let nav = &self.0.nav;
        match key.as_str()? {
            "items" => Some(items(&self.0, nav.roots())),
            "homepage" => Some(
                nav.homepage_id()
                    .map_or(Value::from(()), |id| item(&self.0, Who::Node(id))),
            ),
            "pages" => {
                let is_page = |id: &u32| nav.node(*id).is_some_and(|n| n.kind == NavKind::Page);
                let all = u32::try_from(nav.len()).unwrap_or(u32::MAX);
                let ids: Vec<u32> = (0..all).filter(is_page).collect();
                Some(items(&self.0, &ids))
            }
            _ => None,
        }
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let shared = Arc::clone(&self.0);
        let ids = self.0.nav.roots().to_vec();
        Enumerator::Iter(Box::new(ids.into_iter().map(move |id| item(&shared, Who::Node(id)))))
    }

    fn is_true(self: &Arc<Self>) -> bool {
        !self.0.nav.is_empty()
    }
}

/// A page, section or link.
struct Item {
    shared: Arc<Shared>,
    who: Who,
}

impl fmt::Debug for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NavigationItem")
    }
}

impl Item {
    fn node_id(&self) -> Option<u32> {
        match self.who {
            Who::Page => self.shared.node,
            Who::Node(id) => Some(id),
        }
    }

    /// The page this is, as far as pages have numbers.
    fn page_id(&self) -> Option<u32> {
        match self.who {
            Who::Page => self.shared.page_id,
            Who::Node(id) => self.shared.nav.node(id)?.page,
        }
    }

    fn is_current(&self) -> bool {
        self.who == Who::Page || (self.page_id().is_some() && self.page_id() == self.shared.page_id)
    }

    fn nav_value(&self, key: &str) -> Option<Value> {
        let nav = &self.shared.nav;
        let id = self.node_id();
        let node = id.and_then(|id| nav.node(id));
        let kind = node.map_or(NavKind::Page, |n| n.kind);
        let optional = |text: Option<&str>| text.map_or(Value::from(()), Value::from);
        Some(match key {
            "is_page" => Value::from(kind == NavKind::Page),
            "is_section" => Value::from(kind == NavKind::Section),
            "is_link" => Value::from(kind == NavKind::Link),
            "active" => Value::from(self.who == Who::Page || id.is_some_and(|id| self.shared.active.contains(&id))),
            "title" => Value::from(node?.title.as_str()),
            "url" => optional(node?.url.as_deref()),
            "children" => match kind {
                NavKind::Section => items(&self.shared, &node?.children),
                _ => Value::from(()),
            },
            "parent" => node
                .and_then(|n| n.parent)
                .map_or(Value::from(()), |p| item(&self.shared, Who::Node(p))),
            "ancestors" => items(&self.shared, &id.map(|id| nav.ancestors(id)).unwrap_or_default()),
            "is_index" => Value::from(node?.is_index),
            "is_homepage" => Value::from(id.is_some() && id == nav.homepage_id()),
            "is_top_level" => Value::from(node?.parent.is_none()),
            "meta" if kind == NavKind::Page => Value::from(Serde(&node?.meta)),
            "encrypted" => Value::from(node?.encrypted),
            _ => return None,
        })
    }
}

impl Object for Item {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let name = key.as_str()?;
        if self.is_current()
            && let Ok(value) = self.shared.facts.get_attr(name)
            && !value.is_undefined()
        {
            return Some(value);
        }
        self.nav_value(name)
    }

    fn is_true(self: &Arc<Self>) -> bool {
        true
    }

    fn custom_cmp(self: &Arc<Self>, other: &DynObject) -> Option<std::cmp::Ordering> {
        let other = other.downcast_ref::<Self>()?;
        let key = |item: &Self| (item.page_id(), item.page_id().map_or(item.node_id(), |_| None));
        Some(key(self).cmp(&key(other)))
    }
}
