//! Fences of the site's own: what the functions that sites name for them write.

use crate::markdown::blocks::escape;
use crate::markdown::options::Options;
use crate::report::{Diagnostic, Severity};
use crate::yaml::Node;

/// How a fence is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    /// `pre` with `code`.
    Code,
    /// `div`.
    Div,
    /// Mathematics in brackets.
    Math,
    /// Mathematics in a script.
    MathScript,
}

/// One custom fence.
#[derive(Clone, Debug)]
pub(super) struct Custom {
    name: String,
    class: String,
    format: Format,
}

/// Reads `custom_fences`.
pub(super) fn read(options: &mut Options<'_, '_>) -> Vec<Custom> {
    let mut found = Vec::new();
    for entry in options.node("custom_fences").and_then(Node::as_seq).unwrap_or(&[]) {
        let text = |key: &str| entry.get(key).and_then(Node::as_str).map(str::to_owned);
        let (Some(name), Some(class)) = (text("name"), text("class")) else {
            continue;
        };
        let format = match entry.get("format") {
            None => Some(Format::Code),
            Some(node) => crate::markdown::options::python_name(node).and_then(|name| format(&name, node)),
        };
        match format {
            Some(format) => found.push(Custom { name, class, format }),
            None => {
                let message = format!("the format of fence `{name}` is a Python function that is not known here");
                let problem = Diagnostic::new("fence-format-unknown", Severity::Error, message);
                options.problem(problem.at(entry.get("format").and_then(|node| node.span)));
            }
        }
    }
    found
}

fn format(name: &str, node: &Node) -> Option<Format> {
    let name = name.trim_end_matches('\'').trim();
    Some(match name {
        "pymdownx.superfences.fence_code_format" | "" => Format::Code,
        "pymdownx.superfences.fence_div_format"
        | "mermaid2.fence_mermaid"
        | "mermaid2.fence_mermaid_custom"
        | "mkdocs_mermaid2.fence_mermaid" => Format::Div,
        "pymdownx.arithmatex.fence_generic_format" => Format::Math,
        "pymdownx.arithmatex.fence_mathjax_format" | "pymdownx.arithmatex.fence_mathjax_preview_format" => {
            Format::MathScript
        }
        "pymdownx.arithmatex.arithmatex_fenced_format" => {
            let mode = match &node.kind {
                crate::yaml::Kind::Tagged(_, inner) => inner.get("kwds").and_then(|kwds| kwds.get("mode")),
                _ => None,
            };
            if mode.and_then(Node::as_str) == Some("mathjax") {
                Format::MathScript
            } else {
                Format::Math
            }
        }
        _ => return None,
    })
}

impl Custom {
    /// Whether the fence is for `language`.
    pub(super) fn fits(&self, language: &str) -> bool {
        self.name == "*" || self.name == language
    }

    /// The fence's HTML.
    pub(super) fn write(&self, source: &str, classes: &[String], id: &str, attributes: &[(String, String)]) -> String {
        let mut all: Vec<&str> = Vec::new();
        if !self.class.is_empty() {
            all.push(&self.class);
        }
        all.extend(classes.iter().map(String::as_str));
        let mut start = String::new();
        if !id.is_empty() {
            start.push_str(&format!(" id=\"{id}\""));
        }
        if !all.is_empty() {
            start.push_str(&format!(" class=\"{}\"", all.join(" ")));
        }
        for (key, value) in attributes {
            start.push_str(&format!(" {key}=\"{value}\""));
        }
        let quoted = || escape(source).replace('"', "&quot;");
        match self.format {
            Format::Code => format!("<pre{start}><code>{}</code></pre>", escape(source)),
            Format::Div => format!("<div{start}>{}</div>", escape(source)),
            Format::Math => format!("<div{start}>\\[\n{}\n\\]</div>", quoted()),
            Format::MathScript => format!(
                "<div class=\"arithmatex\">\n<script type=\"math/tex; mode=display\">\n{}\n</script>\n</div>",
                quoted()
            ),
        }
    }
}
