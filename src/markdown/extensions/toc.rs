//! `toc`: ids of headings, permalinks, and the table of contents.
//!
//! Runs after all other passes that change text, and needs what the postprocessors would make of a
//! heading, so it applies them to each one.

use std::collections::{HashMap, HashSet};

use super::Setup;
use crate::markdown::converter::Converter;
use crate::markdown::document::Heading;
use crate::markdown::options::Options;
use crate::markdown::slug::Slugify;
use crate::markdown::stash::{Mark, unescape};
use crate::markdown::text::Pos;
use crate::markdown::tree::{NodeId, ROOT, Text};
use crate::markdown::{entities, passes, serialize};
use crate::report::{Diagnostic, Severity};
use crate::yaml::Kind;

const LEVELS: [&str; 6] = ["h1", "h2", "h3", "h4", "h5", "h6"];

/// The options of `toc`.
#[derive(Clone, Debug, Default)]
pub(crate) struct TocSettings {
    marker: String,
    title: String,
    title_class: String,
    toc_class: String,
    anchor_link: bool,
    anchor_link_class: String,
    permalink: Permalink,
    permalink_class: String,
    permalink_title: String,
    permalink_leading: bool,
    base_level: i64,
    slugify: Slugify,
    separator: String,
    top: i64,
    bottom: i64,
}

/// What a heading's link to itself says.
#[derive(Clone, Debug, Default)]
enum Permalink {
    #[default]
    None,
    Pilcrow,
    Text(String),
}

/// Switches the extension on.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    let depth = options.string("toc_depth", "6");
    let (top, bottom) = match depth.split_once('-') {
        Some((top, bottom)) => (top.trim().parse().ok(), bottom.trim().parse().ok()),
        None => (Some(1), depth.trim().parse().ok()),
    };
    if top.is_none() || bottom.is_none() {
        let message = format!("`toc_depth` must be a level or two like `2-5`, not `{depth}`");
        options.problem(Diagnostic::new("extension-option-type", Severity::Error, message));
    }
    setup.settings.toc = TocSettings {
        marker: options.string("marker", "[TOC]"),
        title: options.string("title", ""),
        title_class: options.string("title_class", "toctitle"),
        toc_class: options.string("toc_class", "toc"),
        anchor_link: options.bool("anchorlink", false),
        anchor_link_class: options.string("anchorlink_class", "toclink"),
        permalink: permalink(options),
        permalink_class: options.string("permalink_class", "headerlink"),
        permalink_title: options.string("permalink_title", "Permanent link"),
        permalink_leading: options.bool("permalink_leading", false),
        base_level: options.int("baselevel", 1),
        slugify: slugify(options),
        separator: options.string("separator", "-"),
        top: top.unwrap_or(1),
        bottom: bottom.unwrap_or(6),
    };
    setup.registry.tree.register("toc", 5.0, run);
}

fn permalink(options: &mut Options<'_, '_>) -> Permalink {
    let Some(node) = options.node("permalink") else {
        return Permalink::None;
    };
    match &node.kind {
        Kind::Str(text) => match text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "y" | "on" | "1" => Permalink::Pilcrow,
            "false" | "no" | "n" | "off" | "0" | "none" => Permalink::None,
            _ => Permalink::Text(text.clone()),
        },
        _ if node.is_truthy() => Permalink::Pilcrow,
        _ => Permalink::None,
    }
}

fn slugify(options: &mut Options<'_, '_>) -> Slugify {
    optional_slugify(options).unwrap_or_default()
}

/// The slug function that `slugify` names, if it is set.
pub(super) fn optional_slugify(options: &mut Options<'_, '_>) -> Option<Slugify> {
    let node = options
        .node("slugify")
        .filter(|node| node.is_truthy() || matches!(node.kind, crate::yaml::Kind::Tagged(..)))?;
    Some(Slugify::from_node(node).unwrap_or_else(|| {
        let name = crate::markdown::options::python_name(node).unwrap_or_default();
        let message = format!("slug function `{name}` is not known");
        let problem = Diagnostic::new("slugify-unknown", Severity::Error, message).at(node.span);
        options.problem(problem.help("use `pymdownx.slugs.slugify` or `markdown.extensions.toc.slugify`"));
        Slugify::default()
    }))
}

/// The tree pass.
fn run(cx: &mut Converter<'_>) {
    let settings = &cx.dialect.settings.toc;
    let mut ids = Ids::default();
    let mut headings = Vec::new();
    for id in cx.tree.descendants(ROOT) {
        if let Some(value) = cx.tree.get(id, "id") {
            ids.used.insert(value.to_owned());
        }
        if level_of(cx.tree.tag(id)).is_some() {
            headings.push(id);
        }
    }
    let mut entries = Vec::new();
    for heading in headings {
        let entry = finish_heading(cx, settings, heading, &mut ids);
        let level = i64::from(entry.level);
        if level >= settings.top && level <= settings.bottom {
            entries.push(entry);
        }
    }
    let toc = nest(entries);
    if !settings.marker.is_empty() {
        replace_marker(cx, settings, &toc);
    }
    cx.memory.toc = toc;
}

fn level_of(tag: &str) -> Option<u8> {
    let digit = tag.strip_prefix(['h', 'H'])?.as_bytes();
    matches!(digit, [b'1'..=b'6']).then(|| digit[0] - b'0')
}

/// Gives a heading its level, id and links, and makes its entry.
fn finish_heading(cx: &mut Converter<'_>, settings: &TocSettings, heading: NodeId, ids: &mut Ids) -> Heading {
    let written = i64::from(level_of(cx.tree.tag(heading)).unwrap_or(1));
    let level = u8::try_from((written + settings.base_level - 1).clamp(1, 6)).unwrap_or(6);
    cx.tree[heading].tag = LEVELS[usize::from(level) - 1].into();
    let html = inner_html(cx, heading);
    let mut name = strip_tags(&html);
    if cx.tree.get(heading, "id").is_none() {
        let slug = settings.slugify.slug(&entities::unescape(&name), &settings.separator);
        let id = ids.unique(slug);
        cx.tree.set(heading, "id", id);
    }
    if let Some(label) = cx.tree.remove_attribute(heading, "data-toc-label") {
        let label = unescape(label.as_deref().unwrap_or("")).into_owned();
        name = serialize::escape_text(&strip_tags(&postprocess(cx, label)));
    }
    let id = cx.tree.get(heading, "id").unwrap_or("").to_owned();
    if settings.anchor_link {
        add_anchor_link(cx, settings, heading, &id);
    }
    add_permalink(cx, settings, heading, &id);
    Heading {
        level,
        id: unescape(&id).into_owned(),
        name,
        html,
        children: Vec::new(),
    }
}

/// What is inside a heading as it will be in the page, footnote marks left out.
pub(crate) fn inner_html(cx: &mut Converter<'_>, heading: NodeId) -> String {
    let has_marks =
        !cx.tree[heading].children.is_empty() && cx.tree.descendants(heading).iter().any(|id| cx.tree.is(*id, "sup"));
    let source = if has_marks {
        let copy = cx.tree.deep_copy(heading);
        remove_footnote_marks(cx, copy);
        copy
    } else {
        heading
    };
    let html = serialize::inner(&cx.tree, source);
    let html = trimmed(unescape(&html).into_owned());
    postprocess(cx, html)
}

/// Removes footnote marks below an element; the text after them stays.
fn remove_footnote_marks(cx: &mut Converter<'_>, root: NodeId) {
    for parent in cx.tree.descendants(root) {
        let mut kept: Vec<NodeId> = Vec::new();
        for child in cx.tree[parent].children.clone() {
            let is_mark =
                cx.tree.is(child, "sup") && cx.tree.get(child, "id").is_some_and(|id| id.starts_with("fnref"));
            if !is_mark {
                kept.push(child);
                continue;
            }
            let tail = cx.tree[child].tail.to_cow().into_owned();
            match kept.last() {
                Some(before) => cx.tree[*before].tail.push_str(&tail),
                None => cx.tree[parent].text.push_str(&tail),
            }
        }
        cx.tree[parent].children = kept;
    }
}

/// A piece of HTML as the postprocessors leave it.
fn postprocess(cx: &mut Converter<'_>, html: String) -> String {
    let dialect = cx.dialect;
    let mut html = html;
    for entry in dialect.registry.postprocessors.iter() {
        html = (entry.pass)(cx, html);
    }
    trimmed(html)
}

/// A text without white space at its ends.
fn trimmed(mut text: String) -> String {
    text.truncate(text.trim_end().len());
    let start = text.len() - text.trim_start().len();
    text.drain(..start);
    text
}

/// HTML without comments and tags, its white space collapsed; entities stay.
pub(crate) fn strip_tags(html: &str) -> String {
    if memchr::memchr(b'<', html.as_bytes()).is_none() {
        return collapse(html);
    }
    let mut text = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(open) = rest.find("<!--") {
        let Some(close) = rest[open..].find("-->") else { break };
        text.push_str(&rest[..open]);
        rest = &rest[open + close + 3..];
    }
    text.push_str(rest);
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(open) = rest.find('<') {
        out.push_str(&rest[..open]);
        rest = &rest[open..];
        let len = tag_len(rest).unwrap_or(0);
        if len == 0 {
            out.push('<');
            rest = &rest[1..];
        } else {
            rest = &rest[len..];
        }
    }
    out.push_str(rest);
    collapse(&out)
}

/// The words of a text with one space between them.
fn collapse(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// The length of the tag at the start of `text`, which begins with `<`.
fn tag_len(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 1 + usize::from(bytes.get(1) == Some(&b'/'));
    if !bytes.get(at)?.is_ascii_alphabetic() {
        return None;
    }
    let mut quote = None;
    while let Some(byte) = bytes.get(at) {
        match (quote, byte) {
            (Some(open), byte) if open == *byte => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(*byte),
            (None, b'>') => return Some(at + 1),
            (None, b'<') => return None,
            (None, _) => {}
        }
        at += 1;
    }
    None
}

fn add_anchor_link(cx: &mut Converter<'_>, settings: &TocSettings, heading: NodeId, id: &str) {
    let pos = cx.tree[heading].pos;
    let anchor = cx.tree.create("a", pos);
    cx.tree.set(anchor, "href", format!("#{id}"));
    cx.tree.set(anchor, "class", settings.anchor_link_class.clone());
    cx.tree[anchor].text = std::mem::take(&mut cx.tree[heading].text);
    cx.tree[anchor].children = std::mem::replace(&mut cx.tree[heading].children, vec![anchor]);
}

fn add_permalink(cx: &mut Converter<'_>, settings: &TocSettings, heading: NodeId, id: &str) {
    let text = match &settings.permalink {
        Permalink::None => return,
        Permalink::Pilcrow => format!("{}para;", Mark::Ampersand),
        Permalink::Text(text) => text.clone(),
    };
    let pos = cx.tree[heading].pos;
    let link = cx.tree.create("a", pos);
    cx.tree[link].text = Text::plain(text);
    cx.tree.set(link, "href", format!("#{id}"));
    cx.tree.set(link, "class", settings.permalink_class.clone());
    if !settings.permalink_title.is_empty() {
        cx.tree.set(link, "title", settings.permalink_title.clone());
    }
    if settings.permalink_leading {
        cx.tree[link].tail = std::mem::take(&mut cx.tree[heading].text);
        cx.tree[heading].children.insert(0, link);
    } else {
        cx.tree[heading].children.push(link);
    }
}

/// Headings below each other: an entry goes below the nearest one before it of a higher level.
fn nest(entries: Vec<Heading>) -> Vec<Heading> {
    let mut roots: Vec<Heading> = Vec::new();
    // Entries that may get children yet, outermost first.
    let mut open: Vec<Heading> = Vec::new();
    for entry in entries {
        let keep = open.iter().rposition(|parent| parent.level < entry.level);
        close(&mut open, &mut roots, keep.map_or(0, |at| at + 1));
        open.push(entry);
    }
    close(&mut open, &mut roots, 0);
    roots
}

/// Closes entries until `keep` are open.
fn close(open: &mut Vec<Heading>, roots: &mut Vec<Heading>, keep: usize) {
    while open.len() > keep {
        let Some(entry) = open.pop() else { break };
        match open.last_mut() {
            Some(parent) => parent.children.push(entry),
            None => roots.push(entry),
        }
    }
}

/// Puts the table of contents in the place of each paragraph that is the marker.
fn replace_marker(cx: &mut Converter<'_>, settings: &TocSettings, toc: &[Heading]) {
    let mut places = Vec::new();
    find_marker(cx, settings, ROOT, &mut places);
    for (parent, index) in places {
        let pos = cx.tree[cx.tree[parent].children[index]].pos;
        let div = build(cx, settings, toc, pos);
        cx.tree[parent].children[index] = div;
    }
}

fn find_marker(cx: &Converter<'_>, settings: &TocSettings, parent: NodeId, places: &mut Vec<(NodeId, usize)>) {
    for (index, child) in cx.tree[parent].children.iter().enumerate() {
        let tag = cx.tree.tag(*child);
        if level_of(tag).is_some() || matches!(tag, "pre" | "code") {
            continue;
        }
        let node = &cx.tree[*child];
        if node.children.is_empty() && node.text.to_cow().trim() == settings.marker {
            places.push((parent, index));
        } else {
            find_marker(cx, settings, *child, places);
        }
    }
}

/// The table of contents as an element.
fn build(cx: &mut Converter<'_>, settings: &TocSettings, toc: &[Heading], pos: Pos) -> NodeId {
    let div = cx.tree.create("div", pos);
    cx.tree.set(div, "class", settings.toc_class.clone());
    if !settings.title.is_empty() {
        let title = cx.tree.append_new(div, "span", pos);
        if !settings.title_class.is_empty() {
            cx.tree.set(title, "class", settings.title_class.clone());
        }
        cx.tree[title].text = Text::plain(settings.title.clone());
    }
    build_list(cx, toc, div, pos);
    if cx.dialect.registry.tree.has("prettify") {
        passes::prettify_below(cx, div);
    }
    div
}

fn build_list(cx: &mut Converter<'_>, toc: &[Heading], parent: NodeId, pos: Pos) {
    let list = cx.tree.append_new(parent, "ul", pos);
    for entry in toc {
        let item = cx.tree.append_new(list, "li", pos);
        let link = cx.tree.append_new(item, "a", pos);
        cx.tree[link].text = Text::plain(entry.name.clone());
        cx.tree.set(link, "href", format!("#{}", entry.id));
        if !entry.children.is_empty() {
            build_list(cx, &entry.children, item, pos);
        }
    }
}

/// The ids of a page.
#[derive(Debug, Default)]
pub(super) struct Ids {
    used: HashSet<String>,
    /// For a base and a number that is taken: a later number up to which all are taken.
    taken: HashMap<String, HashMap<u64, u64>>,
}

impl Ids {
    /// Takes an id that is there already.
    pub(super) fn reserve(&mut self, id: &str) {
        self.used.insert(id.to_owned());
    }

    /// The id itself, or with the first number after it that is free.
    pub(super) fn unique(&mut self, id: String) -> String {
        if !id.is_empty() && self.used.insert(id.clone()) {
            return id;
        }
        let numbered = id.rsplit_once('_').and_then(|(base, number)| {
            let digits = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
            Some((base, number.parse::<u64>().ok().filter(|_| digits)?))
        });
        let (base, count) = numbered.unwrap_or((&id, 0));
        let taken = self.taken.entry(base.to_owned()).or_default();
        let mut passed = vec![count];
        let mut next = count;
        loop {
            next = taken.get(&next).copied().unwrap_or(next) + 1;
            let candidate = format!("{base}_{next}");
            let free = self.used.insert(candidate.clone());
            if free {
                for before in passed {
                    taken.insert(before, next);
                }
                return candidate;
            }
            passed.push(next);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Heading, Ids, nest, strip_tags};

    #[test]
    fn ids_are_unique() {
        let mut ids = Ids::default();
        let given: Vec<_> = ["a", "a", "a_1", "", "", "a", "b_7", "b_7", "b_8"]
            .iter()
            .map(|id| ids.unique((*id).to_owned()))
            .collect();
        assert_eq!(given, ["a", "a_1", "a_2", "_1", "_2", "a_3", "b_7", "b_8", "b_9"]);
    }

    #[test]
    fn many_equal_ids_take_linear_time() {
        let mut ids = Ids::default();
        for n in 0..20_000 {
            assert_eq!(ids.unique("a".to_owned()) == "a", n == 0);
        }
        for n in 1..20_000 {
            assert_eq!(ids.unique(format!("a_{n}")), format!("a_{}", 19_999 + n));
        }
    }

    #[test]
    fn headings_nest_even_if_levels_are_skipped() {
        fn show(toc: &[Heading]) -> String {
            toc.iter()
                .map(|entry| format!("{}({})", entry.level, show(&entry.children)))
                .collect()
        }
        let nested = |levels: &[u8]| {
            let entries = levels.iter().map(|level| Heading {
                level: *level,
                ..Heading::default()
            });
            show(&nest(entries.collect()))
        };
        assert_eq!(nested(&[1, 2, 3, 2, 1]), "1(2(3())2())1()");
        assert_eq!(nested(&[2, 1, 2]), "2()1(2())");
        assert_eq!(nested(&[1, 4, 3, 2]), "1(4()3()2())");
        assert_eq!(nested(&[3, 5, 4, 2, 3]), "3(5()4())2(3())");
        assert_eq!(nested(&[]), "");
    }

    #[test]
    fn tags_go() {
        assert_eq!(
            strip_tags("a <b title='x > y'>b</b>  &lt;c&gt; <!-- <i> -->d"),
            "a b &lt;c&gt; d"
        );
        assert_eq!(strip_tags("1 < 2 <3"), "1 < 2 <3");
    }
}
