//! `pymdownx.blocks.*`: containers between lines of slashes, with options as YAML.
//!
//! This file has the extensions' options; `parser` finds the containers, `create` makes their
//! elements, `caption` numbers figures.

mod caption;
mod create;
mod parser;
mod selector;

use super::Setup;
use super::tabbed::{self, Tabbed};
use crate::markdown::options::Options;
use crate::yaml::{Kind, Node};

pub(crate) use caption::Marks;
pub(crate) use parser::Open;

/// A kind of container.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Spec {
    /// A box; `None` for the one whose type is an option.
    Admonition(Option<Named>),
    /// A box that can be closed.
    Details(Option<Named>),
    Tab,
    Html,
    Define,
    /// A list with a numbering of its own.
    FancyLists,
    /// A caption for what is before it.
    Caption {
        prefix: String,
        classes: String,
    },
}

/// A type that has a container of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Named {
    class: String,
    title: String,
}

/// The options of all these extensions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Blocks {
    /// Containers by name.
    specs: Vec<(String, Spec)>,
    tab: Tabbed,
    /// How elements that the site names are read.
    html: Vec<(String, String)>,
    caption: caption::Caption,
}

impl Blocks {
    fn spec(&self, name: &str) -> Option<&Spec> {
        self.specs.iter().find(|(known, _)| known == name).map(|(_, spec)| spec)
    }
}

fn register(setup: &mut Setup<'_>, name: &str, spec: Spec) {
    setup.settings.blocks.specs.retain(|(known, _)| known != name);
    setup.settings.blocks.specs.push((name.to_owned(), spec));
    if !setup.registry.blocks.has("blocks") {
        setup.registry.escape("/");
        setup.registry.blocks.register("blocks", 89.99, parser::rule);
    }
}

/// The types that `types` lists, or those of the reference.
fn types(options: &mut Options<'_, '_>, default: &[&str]) -> Vec<(String, Named)> {
    let named = |name: &str, class: Option<&str>, title: Option<&str>| {
        let class = class.unwrap_or(name).to_owned();
        let title = title.map_or_else(|| create::title_of(&class), str::to_owned);
        (name.to_owned(), Named { class, title })
    };
    let Some(items) = options.node("types").and_then(Node::as_seq) else {
        return default.iter().map(|name| named(name, None, None)).collect();
    };
    let entry = |node: &Node| match &node.kind {
        Kind::Str(name) => Some(named(name, None, None)),
        _ => {
            let text = |key| node.get(key).and_then(Node::as_str);
            Some(named(text("name")?, text("class"), text("title")))
        }
    };
    items.iter().filter_map(entry).collect()
}

pub(super) fn admonition(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    let default = [
        "note",
        "attention",
        "caution",
        "danger",
        "error",
        "tip",
        "hint",
        "warning",
        "important",
    ];
    let types = types(options, &default);
    register(setup, "admonition", Spec::Admonition(None));
    for (name, named) in types {
        register(setup, &name, Spec::Admonition(Some(named)));
    }
}

pub(super) fn details(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    let types = types(options, &[]);
    register(setup, "details", Spec::Details(None));
    for (name, named) in types {
        register(setup, &name, Spec::Details(Some(named)));
    }
}

pub(super) fn tab(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    let mut tab = tabbed::read(options);
    tab.in_blocks = true;
    setup.settings.blocks.tab = tab;
    register(setup, "tab", Spec::Tab);
    if setup.settings.blocks.tab.has_slugs() {
        setup.registry.tree.register("tab_slugs", 4.0, |cx| {
            let dialect = cx.dialect;
            tabbed::slugs_with(cx, &dialect.settings.blocks.tab);
        });
    }
}

pub(super) fn html(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    let custom = options.node("custom").and_then(Node::as_seq).unwrap_or(&[]);
    let entry = |node: &Node| {
        let mode = node.get("mode").and_then(Node::as_str).unwrap_or("auto");
        Some((node.get("tag")?.as_str()?.to_owned(), mode.to_owned()))
    };
    setup.settings.blocks.html = custom.iter().filter_map(entry).collect();
    register(setup, "html", Spec::Html);
}

pub(super) fn definition(setup: &mut Setup<'_>, _options: &mut Options<'_, '_>) {
    register(setup, "define", Spec::Define);
}

/// The container that `pymdownx.fancylists` brings along.
pub(super) fn fancylists(setup: &mut Setup<'_>) {
    register(setup, "fancylists", Spec::FancyLists);
}

pub(super) fn caption(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    let text = |node: &Node, key| node.get(key).and_then(Node::as_str).unwrap_or("").to_owned();
    let types: Vec<(String, String, String)> = match options.node("types").and_then(Node::as_seq) {
        None => [
            ("caption", ""),
            ("figure-caption", "Figure {}."),
            ("table-caption", "Table {}."),
        ]
        .map(|(name, prefix)| (name.to_owned(), prefix.to_owned(), String::new()))
        .to_vec(),
        Some(items) => items
            .iter()
            .map(|node| match node.as_str() {
                Some(name) => (name.to_owned(), String::new(), String::new()),
                None => (text(node, "name"), text(node, "prefix"), text(node, "classes")),
            })
            .collect(),
    };
    let auto = options.bool("auto", true);
    setup.settings.blocks.caption = caption::Caption {
        auto,
        prepend: options.bool("prepend", false),
        auto_level: usize::try_from(options.int("auto_level", 0)).unwrap_or(0),
        types: types
            .iter()
            .map(|(name, prefix, _)| (name.clone(), prefix.clone()))
            .collect(),
    };
    for (name, prefix, classes) in types {
        register(setup, &name, Spec::Caption { prefix, classes });
    }
    if auto {
        setup.registry.tree.register("caption-auto", 4.0, caption::number);
    }
}
