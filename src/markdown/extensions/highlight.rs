//! `pymdownx.highlight`: how code is highlighted, for the extensions that do it.

use super::Setup;
use crate::markdown::options::Options;
use crate::markdown::serialize::escape_code;
use crate::yaml::{Kind, Node};

/// The options.
#[derive(Clone, Debug)]
pub(crate) struct Highlight {
    /// Colour at build time; otherwise only classes are written, for a script.
    pub(crate) use_pygments: bool,
    /// The class of what is around the code.
    pub(crate) css_class: String,
    /// Whether blocks have line numbers when they do not say: always, never, or only if asked.
    pub(crate) linenums: Option<bool>,
    /// `table`, `inline` or `pymdownx-inline`.
    pub(crate) linenums_style: String,
    /// Every how many lines a number is special.
    pub(crate) linenums_special: i64,
    /// The class of line numbers for a script.
    pub(crate) linenums_class: String,
    /// Names for lexers with options: the name and the lexer.
    pub(crate) extend_pygments_lang: Vec<(String, String)>,
    /// The start of the class that names a language.
    pub(crate) language_prefix: String,
    /// Attributes go on `pre`, not on `code`.
    pub(crate) code_attr_on_pre: bool,
    /// The lexer's name is the title.
    pub(crate) auto_title: bool,
    /// Titles instead of lexers' names.
    pub(crate) auto_title_map: Vec<(String, String)>,
    /// The start of the ids of lines' spans.
    pub(crate) line_spans: String,
    /// Line numbers are links.
    pub(crate) anchor_linenums: bool,
    /// The start of the ids of lines' anchors.
    pub(crate) line_anchors: String,
    /// The language is a class.
    pub(crate) pygments_lang_class: bool,
    /// Empty lines at the ends go.
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
            linenums_style: "table".to_owned(),
            linenums_special: -1,
            linenums_class: "linenums".to_owned(),
            extend_pygments_lang: Vec::new(),
            language_prefix: "language-".to_owned(),
            code_attr_on_pre: false,
            auto_title: false,
            auto_title_map: Vec::new(),
            line_spans: String::new(),
            anchor_linenums: false,
            line_anchors: String::new(),
            pygments_lang_class: false,
            stripnl: true,
            default_lang: String::new(),
        }
    }
}

/// Reads the options.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    let default = Highlight::default();
    let linenums = options.node("linenums").filter(|node| !node.is_null());
    for ignored in ["guess_lang", "pygments_style", "noclasses", "_enabled"] {
        options.node(ignored);
    }
    let text = |node: &Node| node.as_str().map(str::to_owned);
    let extended = options
        .node("extend_pygments_lang")
        .and_then(Node::as_seq)
        .unwrap_or_default();
    let titles = options
        .node("auto_title_map")
        .and_then(Node::as_map)
        .unwrap_or_default();
    setup.settings.highlight = Highlight {
        use_pygments: options.bool("use_pygments", true),
        css_class: options.string("css_class", &default.css_class),
        linenums: linenums.map(Node::is_truthy),
        linenums_style: options.string("linenums_style", &default.linenums_style),
        linenums_special: options.int("linenums_special", -1),
        linenums_class: options.string("linenums_class", &default.linenums_class),
        extend_pygments_lang: extended
            .iter()
            .filter_map(|entry| Some((text(entry.get("name")?)?, text(entry.get("lang")?)?)))
            .collect(),
        language_prefix: options.string("language_prefix", &default.language_prefix),
        code_attr_on_pre: options.bool("code_attr_on_pre", false),
        auto_title: options.bool("auto_title", false),
        auto_title_map: titles
            .iter()
            .filter_map(|(name, title)| Some((text(name)?, text(title)?)))
            .collect(),
        line_spans: options.string("line_spans", ""),
        anchor_linenums: options.bool("anchor_linenums", false),
        line_anchors: options.string("line_anchors", ""),
        pygments_lang_class: options.bool("pygments_lang_class", false),
        stripnl: options.bool("stripnl", true),
        default_lang: options.string("default_lang", ""),
    };
}

/// `style_plain_text` of `inlinehilite`: whether it is on, and the language if it names one.
pub(crate) fn flag_or_name(node: Option<&Node>) -> (bool, String) {
    match node.map(|node| &node.kind) {
        Some(Kind::Str(name)) => (!name.is_empty(), name.clone()),
        _ => (node.is_some_and(Node::is_truthy), String::new()),
    }
}

impl Highlight {
    /// Code in a line as HTML, and the classes of its element.
    pub(crate) fn inline(&self, code: &str, lang: &str, css_class: &str, default: &str) -> (String, String) {
        let lang = if lang.is_empty() { default } else { lang };
        let mut classes: Vec<String> = Vec::new();
        let html = if self.use_pygments {
            let own = self.extend_pygments_lang.iter().find(|(name, _)| name == lang);
            let lexer = own.map_or(lang, |(_, lexer)| lexer);
            let known = crate::highlight::lexer_alias(lexer).is_some();
            let (lexer, name) = match (known, default) {
                (true, _) => (lexer, lang),
                (false, "") => ("text", "text"),
                (false, default) => (default, crate::highlight::lexer_alias(default).unwrap_or("text")),
            };
            if self.pygments_lang_class {
                classes.push(format!("{}{name}", self.language_prefix));
            }
            classes.push(css_class.to_owned());
            crate::highlight::highlight(code, lexer).unwrap_or_else(|| crate::highlight::escape(code))
        } else {
            if !lang.is_empty() {
                classes.push(format!("{}{lang}", self.language_prefix));
            }
            classes.push(css_class.to_owned());
            escape_code(code)
        };
        classes.retain(|class| !class.is_empty());
        (html, classes.join(" "))
    }
}
