//! Code in a line of text, for `pymdownx.inlinehilite`.

use super::Highlight;
use crate::yaml::{Kind, Node};

/// `style_plain_text`: whether it is on, and the language if it names one.
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
            let lexer = self.extended.get(&lang.to_lowercase()).map_or(lang, String::as_str);
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
            let html = crate::highlight::highlight(code, lexer).unwrap_or_else(|| crate::highlight::escape(code));
            // The reference's formatter joins the lines.
            html.replace('\n', "")
        } else {
            if !lang.is_empty() {
                classes.push(format!("{}{lang}", self.language_prefix));
            }
            classes.push(css_class.to_owned());
            crate::markdown::serialize::escape_code(code)
        };
        classes.retain(|class| !class.is_empty());
        (html, classes.join(" "))
    }
}
