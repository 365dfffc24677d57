//! Fences of the site's own: what the functions that sites name for them write.

use crate::markdown::blocks::escape;
use crate::markdown::options::Options;
use crate::report::{Diagnostic, Severity};
use crate::yaml::Node;

/// How a fence is written.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Format {
    /// `pre` with `code`.
    Code,
    /// `div`.
    Div,
    /// Mathematics in brackets, in this element.
    Math(String),
    /// Mathematics in a script, in this element, with or without a preview.
    MathScript(String, bool),
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
            let message = "an entry of `custom_fences` needs a `name` and a `class`; it has no effect";
            options.problem(Diagnostic::new("fence-incomplete", Severity::Warning, message).at(entry.span));
            continue;
        };
        check_entry(&name, entry, options);
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

/// Reports what an entry has that is not known or cannot be run.
fn check_entry(name: &str, entry: &Node, options: &mut Options<'_, '_>) {
    const KEYS: [&str; 5] = ["name", "class", "format", "validator", "reset"];
    for (key, value) in entry.as_map().unwrap_or_default() {
        let Some(written) = key.as_str() else { continue };
        if !KEYS.contains(&written) {
            let message = format!("fence `{name}` of `custom_fences` has a key `{written}`, which is not known");
            let mut problem = Diagnostic::new("extension-option-unknown", Severity::Warning, message).at(key.span);
            if let Some(nearest) = crate::report::nearest(written, KEYS) {
                problem = problem.help(format!("did you mean `{nearest}`?"));
            }
            options.problem(problem);
            continue;
        }
        let known = match written {
            "validator" => ["pymdownx.superfences.default_validator"].as_slice(),
            "reset" => ["pymdownx.superfences.default_reset"].as_slice(),
            _ => continue,
        };
        let function = crate::markdown::options::python_name(value).unwrap_or_default();
        if !known.contains(&function.as_str()) {
            let message = format!("the {written} `{function}` of fence `{name}` is Python, which is not run");
            let problem = Diagnostic::new("fence-function-unknown", Severity::Error, message).at(value.span);
            options.problem(problem.help(format!("leave `{written}` out: the fence then takes any option")));
        }
    }
}

fn format(name: &str, node: &Node) -> Option<Format> {
    let name = name.trim_end_matches('\'').trim();
    Some(match name {
        "pymdownx.superfences.fence_code_format" | "" => Format::Code,
        "pymdownx.superfences.fence_div_format"
        | "mermaid2.fence_mermaid"
        | "mermaid2.fence_mermaid_custom"
        | "mkdocs_mermaid2.fence_mermaid" => Format::Div,
        "pymdownx.arithmatex.fence_generic_format" => Format::Math("div".to_owned()),
        "pymdownx.arithmatex.fence_mathjax_format" => Format::MathScript("div".to_owned(), false),
        "pymdownx.arithmatex.fence_mathjax_preview_format" => Format::MathScript("div".to_owned(), true),
        "pymdownx.arithmatex.arithmatex_fenced_format" => {
            let arguments = match &node.kind {
                crate::yaml::Kind::Tagged(_, inner) => inner.get("kwds"),
                _ => None,
            };
            let argument = |key| arguments.and_then(|arguments| arguments.get(key));
            let text = |key| argument(key).and_then(Node::as_str);
            let tag = text("tag").unwrap_or("div").to_owned();
            if text("mode") == Some("mathjax") {
                Format::MathScript(tag, argument("preview").is_some_and(Node::is_truthy))
            } else {
                Format::Math(tag)
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

    /// The tags around the fence's text, if it is mathematics.
    pub(super) fn math_tags(&self, wanted: &super::Wanted<'_>) -> Option<(String, String)> {
        let start = self.attributes(wanted);
        match &self.format {
            Format::Math(tag) => Some((format!("<{tag}{start}>"), format!("</{tag}>"))),
            Format::MathScript(tag, _) => Some((format!("<{tag} class=\"arithmatex\">"), format!("</{tag}>"))),
            Format::Code | Format::Div => None,
        }
    }

    /// The attributes of the fence's element.
    fn attributes(&self, wanted: &super::Wanted<'_>) -> String {
        let super::Wanted {
            classes,
            id,
            attributes,
            ..
        } = wanted;
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
        start
    }

    /// The fence's HTML.
    pub(super) fn write(&self, source: &str, wanted: &super::Wanted<'_>) -> String {
        let start = self.attributes(wanted);
        let quoted = || escape(source).replace('"', "&quot;");
        match &self.format {
            Format::Code => format!("<pre{start}><code>{}</code></pre>", escape(source)),
            Format::Div => format!("<div{start}>{}</div>", escape(source)),
            Format::Math(tag) => format!("<{tag}{start}>\\[\n{}\n\\]</{tag}>", quoted()),
            Format::MathScript(tag, preview) => {
                let math = quoted();
                let preview = if *preview {
                    format!("<div class=\"MathJax_Preview\">\n{math}\n</div>\n")
                } else {
                    String::new()
                };
                // The reference always closes a `div`.
                format!(
                    "<{tag} class=\"arithmatex\">\n{preview}<script type=\"math/tex; mode=display\">\n{math}\n</script>\n</div>"
                )
            }
        }
    }
}
