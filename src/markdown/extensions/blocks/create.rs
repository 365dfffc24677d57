//! What a container's header asks for, and the elements that follow from it.

use super::selector::{self, is_identifier};
use super::{Named, Spec, caption};
use crate::markdown::blocks;
use crate::markdown::converter::Converter;
use crate::markdown::extensions::fancylists::block as fancylists;
use crate::markdown::extensions::tabbed::{self, Tab};
use crate::markdown::html::is_block_level;
use crate::markdown::text::{Line, Pos};
use crate::markdown::tree::{NodeId, Text};
use crate::yaml::{Kind, Node};

/// A valid header.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(super) spec: Spec,
    pub(super) name: String,
    /// The argument's text and place; empty text if there is none.
    title: (String, Pos),
    has_argument: bool,
    /// `open`, `new`.
    flag: bool,
    select: bool,
    /// The type that an option names.
    kind: String,
    /// How the content of `html` is read.
    markdown: String,
    tag: String,
    attributes: Vec<(String, String)>,
    pub(super) figure: caption::Figure,
    /// Of `fancylists`.
    list: Option<fancylists::Wanted>,
}

/// How content is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Block,
    Inline,
    Raw,
}

/// Words with a capital each, as Python's `title` writes them; `_` and `-` are blanks.
pub(super) fn title_of(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut in_word = false;
    let mut separated = false;
    for c in name.chars() {
        if matches!(c, '_' | '-') {
            if !separated {
                out.push(' ');
            }
            separated = true;
            in_word = false;
            continue;
        }
        separated = false;
        if in_word {
            out.extend(c.to_lowercase());
        } else {
            out.extend(c.to_uppercase());
        }
        in_word = c.is_alphabetic();
    }
    out
}

/// The request that a header makes, if it is a valid one.
pub(super) fn validate(
    cx: &Converter<'_>,
    spec: &Spec,
    name: &str,
    argument: Option<Line<'_>>,
    options: &Node,
) -> Option<Request> {
    let text = argument.map_or("", |line| line.text);
    match spec {
        Spec::Tab | Spec::Html | Spec::FancyLists if text.is_empty() => return None,
        Spec::Define if !text.is_empty() => return None,
        _ => {}
    }
    let mut request = Request {
        spec: spec.clone(),
        name: name.to_owned(),
        title: (text.to_owned(), argument.map_or(0, |line| line.pos)),
        has_argument: argument.is_some(),
        flag: false,
        select: false,
        kind: String::new(),
        markdown: "auto".to_owned(),
        tag: String::new(),
        attributes: Vec::new(),
        figure: caption::Figure::default(),
        list: None,
    };
    let mut attributes = Vec::new();
    for (key, value) in options.as_map()? {
        read_option(&mut request, &mut attributes, key.as_str()?, value)?;
    }
    match spec {
        Spec::Html => {
            let (tag, own) = selector::parse(text, true)?;
            request.tag = tag.to_lowercase();
            request.attributes = own;
            merge(&mut request.attributes, attributes);
        }
        Spec::Caption { .. } => {
            request.attributes = attributes;
            caption::read_argument(cx, &mut request.figure, &mut request.attributes, text)?;
        }
        Spec::FancyLists => {
            request.list = Some(fancylists::read(cx, text)?);
            request.attributes = attributes;
        }
        _ => request.attributes = attributes,
    }
    Some(request)
}

fn read_option(request: &mut Request, attributes: &mut Vec<(String, String)>, key: &str, value: &Node) -> Option<()> {
    match (key, &request.spec) {
        ("attrs", _) => *attributes = read_attributes(value)?,
        ("type", Spec::Admonition(None) | Spec::Details(None)) => {
            request.kind = value.as_str().filter(|text| is_identifier(text))?.to_owned();
        }
        ("open", Spec::Details(None)) | ("new", Spec::Tab) => request.flag = value.as_bool()?,
        ("select", Spec::Tab) => request.select = value.as_bool()?,
        ("markdown", Spec::Html) => {
            let mode = value.as_str()?.to_lowercase();
            if !matches!(mode.as_str(), "auto" | "inline" | "block" | "raw" | "html") {
                return None;
            }
            request.markdown = mode;
        }
        _ => return None,
    }
    Some(())
}

fn read_attributes(node: &Node) -> Option<Vec<(String, String)>> {
    let mut attributes = Vec::new();
    for (key, value) in node.as_map()? {
        let name = key.as_str().filter(|name| is_identifier(name))?;
        let Kind::Str(text) = &value.kind else { return None };
        match name.to_lowercase().as_str() {
            "class" => {
                let classes: Vec<&str> = text
                    .split(' ')
                    .map(str::trim)
                    .filter(|class| !class.is_empty())
                    .collect();
                if !classes.iter().all(|class| is_identifier(class)) {
                    return None;
                }
                attributes.push(("class".to_owned(), classes.join(" ")));
            }
            "id" => attributes.push(("id".to_owned(), Some(text).filter(|text| is_identifier(text))?.clone())),
            _ => attributes.push((name.to_owned(), text.clone())),
        }
    }
    Some(attributes)
}

/// Adds attributes; classes come after those that are there.
fn merge(into: &mut Vec<(String, String)>, more: Vec<(String, String)>) {
    for (name, value) in more {
        match into.iter_mut().find(|(known, _)| *known == name) {
            Some(known) if name == "class" => known.1 = format!("{} {value}", known.1),
            Some(known) => known.1 = value,
            None => into.push((name, value)),
        }
    }
}

/// Makes the elements; gives the outer one, and the one for the content.
pub(super) fn create(cx: &mut Converter<'_>, request: &Request, parent: NodeId, pos: Pos) -> (NodeId, NodeId) {
    let dialect = cx.dialect;
    let title = Line::new(cx.keep(&request.title.0), request.title.1);
    let (element, target) = match &request.spec {
        Spec::Admonition(named) => {
            let element = admonition(cx, request, named.as_ref(), parent, (title, pos));
            (element, element)
        }
        Spec::Details(named) => {
            let element = details(cx, request, named.as_ref(), parent, (title, pos));
            (element, element)
        }
        Spec::Tab => {
            let tab = Tab {
                title,
                select: request.select,
                new_set: request.flag,
                pos,
            };
            let target = tabbed::add(cx, &dialect.settings.blocks.tab, parent, &tab);
            (cx.tree.last_child(parent).unwrap_or(target), target)
        }
        Spec::Html => {
            let element = cx.tree.append_new(parent, request.tag.clone(), pos);
            (element, element)
        }
        Spec::Define => {
            let element = cx.tree.append_new(parent, "dl", pos);
            (element, element)
        }
        Spec::FancyLists => {
            if let Some(wanted) = request.list {
                fancylists::create(cx, wanted, parent, pos);
            }
            (parent, parent)
        }
        Spec::Caption { classes, .. } => caption::create(cx, request, classes, parent, pos),
    };
    let mut attributes: Vec<(String, String)> = cx
        .tree
        .get(element, "class")
        .map(|class| ("class".to_owned(), class.to_owned()))
        .into_iter()
        .collect();
    merge(&mut attributes, request.attributes.clone());
    for (name, value) in attributes {
        cx.tree.set(element, name, value);
    }
    (element, target)
}

/// Whether a request is for a tab.
pub(super) fn is_tab(request: &Request) -> bool {
    request.spec == Spec::Tab
}

/// The element for the content of the last tab of a set.
pub(super) fn tab_content(cx: &Converter<'_>, set: NodeId) -> NodeId {
    tabbed::last_content(&cx.tree, &cx.dialect.settings.blocks.tab, set)
}

/// The class and default title of a box.
fn box_of(request: &Request, named: Option<&Named>) -> Option<(String, String)> {
    match named {
        Some(named) => Some((named.class.clone(), named.title.clone())),
        None if request.kind.is_empty() => None,
        None => Some((request.kind.clone(), title_of(&request.kind))),
    }
}

/// The title to show: the argument, or without one that of the type.
fn shown<'a>(cx: &Converter<'a>, request: &Request, title: Line<'a>, default: Option<String>) -> Option<Line<'a>> {
    match (request.has_argument, title.text) {
        (true, "") => None,
        (true, _) => Some(title),
        (false, _) => default.map(|default| Line::new(cx.keep(&default), title.pos)),
    }
}

fn heading<'a>(cx: &Converter<'a>, title: Line<'a>) -> Option<(usize, Line<'a>)> {
    if cx.dialect.settings.sane_headers {
        blocks::sane_heading(title)
    } else {
        blocks::hash_heading(title)
    }
}

fn admonition<'a>(
    cx: &mut Converter<'a>,
    request: &Request,
    named: Option<&Named>,
    parent: NodeId,
    (title, pos): (Line<'a>, Pos),
) -> NodeId {
    let kind = box_of(request, named);
    let element = cx.tree.append_new(parent, "div", pos);
    let class = match &kind {
        Some((class, _)) if class != "admonition" => format!("admonition {class}"),
        _ => "admonition".to_owned(),
    };
    cx.tree.set(element, "class", class);
    if let Some(title) = shown(cx, request, title, kind.map(|(_, title)| title)) {
        let p = cx.tree.append_new(element, "p", title.pos);
        cx.tree.set(p, "class", "admonition-title");
        let mut text = title;
        if let Some((level, heading)) = heading(cx, title) {
            cx.tree[p].tag = blocks::heading_tag(level).into();
            text = heading.trim_start().trim_end();
        }
        cx.tree[p].text = Text::Source(vec![text]);
    }
    element
}

fn details<'a>(
    cx: &mut Converter<'a>,
    request: &Request,
    named: Option<&Named>,
    parent: NodeId,
    (title, pos): (Line<'a>, Pos),
) -> NodeId {
    let kind = box_of(request, named);
    let element = cx.tree.append_new(parent, "details", pos);
    if request.flag {
        cx.tree.set(element, "open", "open");
    }
    if let Some((class, _)) = &kind {
        cx.tree.set(element, "class", class.clone());
    }
    if let Some(title) = shown(cx, request, title, kind.map(|(_, title)| title)) {
        let summary = cx.tree.append_new(element, "summary", title.pos);
        match heading(cx, title) {
            Some((level, text)) => {
                let heading = cx.tree.append_new(summary, blocks::heading_tag(level), title.pos);
                cx.tree[heading].text = Text::Source(vec![text.trim_start().trim_end()]);
            }
            None => cx.tree[summary].text = Text::Source(vec![title]),
        }
    }
    element
}

const SPAN: &[&str] = &[
    "address", "dd", "dt", "h1", "h2", "h3", "h4", "h5", "h6", "legend", "li", "p", "summary", "td", "th",
];
const RAW: &[&str] = &["canvas", "math", "option", "pre", "script", "style", "textarea", "code"];

/// The mode that a request asks for, `auto` if it does not.
fn asked<'r>(cx: &'r Converter<'_>, request: &'r Request) -> &'r str {
    if request.markdown != "auto" || request.spec != Spec::Html {
        return &request.markdown;
    }
    let custom = &cx.dialect.settings.blocks.html;
    custom
        .iter()
        .rfind(|(tag, _)| *tag == request.tag)
        .map_or("auto", |(_, mode)| mode)
}

/// How the content of `target` is read.
pub(super) fn mode(cx: &Converter<'_>, request: &Request, target: NodeId) -> Mode {
    let tag = cx.tree.tag(target);
    match asked(cx, request) {
        "block" => Mode::Block,
        "inline" => Mode::Inline,
        "raw" | "html" => Mode::Raw,
        _ if RAW.contains(&tag) => Mode::Raw,
        _ if SPAN.contains(&tag) || tag == "hr" => Mode::Inline,
        _ if is_block_level(tag) || tag == "html" => Mode::Block,
        _ => Mode::Inline,
    }
}

/// The container has ended.
pub(super) fn finish(cx: &mut Converter<'_>, request: &Request, element: NodeId, target: NodeId) {
    if mode(cx, request, target) == Mode::Raw {
        let text = dedent(&cx.tree[target].text.to_cow());
        cx.tree[target].text = Text::atomic(text);
    }
    match &request.spec {
        Spec::Html => finish_html(cx, request, element),
        Spec::Define => finish_definition(cx, element),
        Spec::FancyLists => fancylists::finish(cx, element),
        Spec::Caption { prefix, .. } => caption::finish(cx, request, prefix, element),
        _ => {}
    }
}

fn finish_html(cx: &mut Converter<'_>, request: &Request, element: NodeId) {
    let tag = cx.tree.tag(element);
    let (script, raw) = (matches!(tag, "script" | "style"), RAW.contains(&tag));
    let asked = asked(cx, request);
    let html = asked == "html" || asked == "auto" && script;
    let as_text = asked == "raw" || asked == "auto" && raw;
    if !html && !as_text {
        return;
    }
    let text = cx.tree[element].text.to_cow().into_owned();
    let text = if html { text } else { blocks::escape(&text) };
    let mark = cx.stash.store(text).to_string();
    cx.tree[element].text = Text::plain(mark);
}

/// Text without the blanks that all of its lines start with, four at most.
fn dedent(text: &str) -> String {
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let width = text
        .split('\n')
        .filter(|line| !line.trim_matches(' ').is_empty())
        .map(indent)
        .min()
        .unwrap_or(0)
        .min(4);
    let lines: Vec<&str> = text
        .split('\n')
        .map(|line| {
            if line.trim_matches(' ').is_empty() {
                ""
            } else {
                &line[width..]
            }
        })
        .collect();
    lines.join("\n")
}

/// Paragraphs become terms, items of lists their definitions.
fn finish_definition(cx: &mut Converter<'_>, element: NodeId) {
    let mut children = Vec::new();
    for child in cx.tree[element].children.clone() {
        match cx.tree.tag(child) {
            "dt" | "dd" => children.push(child),
            "ul" | "ol" => {
                for item in std::mem::take(&mut cx.tree[child].children) {
                    cx.tree[item].tag = "dd".into();
                    children.push(item);
                }
            }
            "p" => {
                cx.tree[child].tag = "dt".into();
                children.push(child);
            }
            _ => {
                let pos = cx.tree[child].pos;
                let term = cx.tree.create("dt", pos);
                cx.tree[term].children.push(child);
                children.push(term);
            }
        }
    }
    cx.tree[element].children = children;
}
