//! `pymdownx.highlight`: how blocks of code are written, for all extensions that have code.
//!
//! This file has the options and the pass over indented code; [`listing`] writes the HTML.

mod inline;
mod listing;

use std::collections::HashMap;

use super::Setup;
use crate::markdown::converter::Converter;
use crate::markdown::options::Options;
use crate::markdown::tree::{NodeId, ROOT, Text};
use crate::report::Severity;
use crate::yaml::{Kind, Node};

pub(crate) use inline::flag_or_name;
pub(crate) use listing::{Listing, Numbers};

/// Where line numbers stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NumberStyle {
    /// In a column of a table.
    Table,
    /// In the text.
    Inline,
    /// In the text, written by the style sheet.
    Attribute,
}

/// The options, with the reference's defaults.
#[derive(Clone, Debug)]
pub(crate) struct Highlight {
    /// Whether code is highlighted at build time.
    pub(crate) use_pygments: bool,
    /// Class of the wrapper.
    pub(crate) css_class: String,
    /// Whether all blocks have line numbers; `None` for those that ask.
    pub(crate) linenums: Option<bool>,
    /// Where they stand.
    pub(crate) linenums_style: NumberStyle,
    /// Which lines have special numbers: every nth.
    pub(crate) linenums_special: i64,
    /// Languages by other names.
    pub(crate) extended: HashMap<String, String>,
    /// Prefix of the language's class.
    pub(crate) language_prefix: String,
    /// Whether attributes go to `pre` when code is not highlighted.
    pub(crate) code_attr_on_pre: bool,
    /// Whether the language's name is the title of blocks without one.
    pub(crate) auto_title: bool,
    /// Other titles for languages.
    pub(crate) auto_title_map: HashMap<String, String>,
    /// Prefix of ids of lines.
    pub(crate) line_spans: String,
    /// Whether line numbers are links.
    pub(crate) anchor_linenums: bool,
    /// Prefix of ids of anchors.
    pub(crate) line_anchors: String,
    /// Whether the wrapper has the language's class.
    pub(crate) pygments_lang_class: bool,
    /// Whether empty lines around the code are dropped.
    pub(crate) stripnl: bool,
    /// The language of blocks that name none.
    pub(crate) default_lang: String,
}

impl Default for Highlight {
    fn default() -> Self {
        Self {
            use_pygments: true,
            css_class: "highlight".to_owned(),
            linenums: None,
            linenums_style: NumberStyle::Table,
            linenums_special: -1,
            extended: HashMap::new(),
            language_prefix: "language-".to_owned(),
            code_attr_on_pre: false,
            auto_title: false,
            auto_title_map: HashMap::new(),
            line_spans: String::new(),
            anchor_linenums: false,
            line_anchors: String::new(),
            pygments_lang_class: false,
            stripnl: true,
            default_lang: String::new(),
        }
    }
}

/// Says which options are for what Pygments does at build time and we do not.
pub(super) fn without_effect(options: &mut Options<'_, '_>) {
    let why = "a language is never guessed; code that names none is shown as plain text";
    options.without_effect("guess_lang", Node::is_truthy, Severity::Info, why);
    let why = "code has class names, which the style sheet colors; colors are not written into the page";
    options.without_effect("noclasses", Node::is_truthy, Severity::Warning, why);
    // Matters only together with `noclasses`.
    options.node("pygments_style");
}

/// Reads the options and lets indented code be highlighted.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    let default = Highlight::default();
    // These two have no effect in the reference either.
    for unused in ["linenums_class", "_enabled"] {
        options.node(unused);
    }
    without_effect(options);
    let linenums = options
        .node("linenums")
        .filter(|node| !node.is_null())
        .map(Node::is_truthy);
    let style = match options.string("linenums_style", "table").as_str() {
        "inline" => NumberStyle::Inline,
        "pymdownx-inline" => NumberStyle::Attribute,
        _ => NumberStyle::Table,
    };
    let mut settings = Highlight {
        use_pygments: options.bool("use_pygments", true),
        css_class: options.string("css_class", &default.css_class),
        linenums,
        linenums_style: style,
        linenums_special: options.int("linenums_special", -1),
        extended: extended(options.node("extend_pygments_lang")),
        language_prefix: options.string("language_prefix", &default.language_prefix),
        code_attr_on_pre: options.bool("code_attr_on_pre", false),
        auto_title: options.bool("auto_title", false),
        auto_title_map: titles(options.node("auto_title_map")),
        line_spans: options.string("line_spans", ""),
        anchor_linenums: options.bool("anchor_linenums", false),
        line_anchors: options.string("line_anchors", ""),
        pygments_lang_class: options.bool("pygments_lang_class", false),
        stripnl: options.bool("stripnl", true),
        default_lang: options.string("default_lang", ""),
    };
    if settings.anchor_linenums && settings.line_anchors.is_empty() {
        "__codelineno".clone_into(&mut settings.line_anchors);
    }
    setup.settings.highlight = settings;
    setup.registry.tree.register("indent-highlight", 30.0, indented);
}

fn extended(node: Option<&Node>) -> HashMap<String, String> {
    let entries = node.and_then(Node::as_seq).unwrap_or(&[]);
    let pair = |entry: &Node| {
        Some((
            entry.get("name")?.as_str()?.to_lowercase(),
            entry.get("lang")?.as_str()?.to_owned(),
        ))
    };
    entries.iter().filter_map(pair).collect()
}

fn titles(node: Option<&Node>) -> HashMap<String, String> {
    let entries = node.and_then(Node::as_map).unwrap_or(&[]);
    let title = |value: &Node| match &value.kind {
        Kind::Map(_) => value.get("title").and_then(Node::as_str).map(str::to_owned),
        _ => value.as_str().map(str::to_owned),
    };
    entries
        .iter()
        .filter_map(|(key, value)| Some((key.as_str()?.to_owned(), title(value)?)))
        .collect()
}

/// Highlights what the block parser left as `pre` and `code`.
fn indented(cx: &mut Converter<'_>) {
    for id in cx.tree.descendants(ROOT) {
        let Some(code) = only_code(cx, id) else { continue };
        let text = unescape(&cx.tree[code].text.to_cow());
        let settings = &cx.dialect.settings.highlight;
        let plain = Highlight {
            line_spans: String::new(),
            line_anchors: String::new(),
            anchor_linenums: false,
            ..settings.clone()
        };
        let number = cx.memory.code_blocks;
        cx.memory.code_blocks += 1;
        let listing = Listing {
            number,
            ..Listing::new(text.trim_end_matches('\n'), "")
        };
        let html = listing.write(&plain);
        replace(cx, id, html);
    }
}

/// The `code` that is all there is in a `pre`.
pub(super) fn only_code(cx: &Converter<'_>, pre: NodeId) -> Option<NodeId> {
    if !cx.tree.is(pre, "pre") {
        return None;
    }
    match cx.tree[pre].children.as_slice() {
        [code] if cx.tree.is(*code, "code") => Some(*code),
        _ => None,
    }
}

/// Puts HTML in the place of an element.
pub(super) fn replace(cx: &mut Converter<'_>, id: NodeId, html: String) {
    let mark = cx.stash.store(html).to_string();
    let node = &mut cx.tree[id];
    node.tag = "p".into();
    node.attributes.clear();
    node.children.clear();
    node.tail = Text::None;
    node.text = Text::plain(mark);
}

/// Undoes the escaping of indented code.
pub(super) fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// Says that a language has no highlighting, at `at`: Pygments does not know it, or we do not serve it.
pub(super) fn check_language(cx: &mut Converter<'_>, language: &str, at: (u32, usize)) {
    let extended = &cx.dialect.settings.highlight.extended;
    if language.is_empty() || extended.contains_key(&language.to_lowercase()) {
        return;
    }
    if crate::highlight::lexer_name(language).is_none() {
        let message = format!("code language `{language}` is not known; the code is shown as plain text");
        cx.report("code-language-unknown", Severity::Info, message, at);
    } else if !crate::highlight::is_served(language) {
        let message = format!("code language `{language}` has no colours yet; the code is shown as plain text");
        cx.report("code-language-plain", Severity::Info, message, at);
    }
}
