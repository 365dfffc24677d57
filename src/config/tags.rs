//! Gives tagged values their meaning: `!ENV`, `os.getenv`, and the Python names met in practice.
//!
//! Python is never run. Names that a reader of options understands (`!!python/name:`, `!relative`)
//! stay tagged; `yaml::Node::python_name` reads them.

use std::path::{Path, PathBuf};

use super::Environment;
use crate::report::{Diagnostic, Severity, nearest};
use crate::yaml::{Kind, Node, plain_scalar};

/// Names that may stand after `!!python/name:`.
const NAMES: &[&str] = &[
    "material.extensions.emoji.twemoji",
    "material.extensions.emoji.to_svg",
    "materialx.emoji.twemoji",
    "materialx.emoji.to_svg",
    "pymdownx.emoji.twemoji",
    "pymdownx.emoji.gemoji",
    "pymdownx.emoji.emojione",
    "pymdownx.emoji.to_svg",
    "pymdownx.emoji.to_png",
    "pymdownx.emoji.to_png_sprite",
    "pymdownx.emoji.to_svg_sprite",
    "pymdownx.emoji.to_awesome",
    "pymdownx.emoji.to_alt",
    "pymdownx.superfences.fence_code_format",
    "pymdownx.superfences.fence_div_format",
    "pymdownx.superfences.highlight_validator",
    "pymdownx.superfences.default_validator",
    "pymdownx.arithmatex.fence_mathjax_format",
    "pymdownx.arithmatex.fence_mathjax_preview_format",
    "pymdownx.arithmatex.fence_generic_format",
    "pymdownx.arithmatex.inline_mathjax_format",
    "pymdownx.arithmatex.inline_mathjax_preview_format",
    "pymdownx.arithmatex.inline_generic_format",
    "pymdownx.slugs.slugify",
    "pymdownx.slugs.uslugify",
    "pymdownx.slugs.uslugify_encoded",
    "pymdownx.slugs.uslugify_cased",
    "pymdownx.slugs.uslugify_cased_encoded",
    "pymdownx.slugs.gfm",
    "pymdownx.slugs.gfm_encoded",
    "markdown.extensions.toc.slugify",
    "markdown.extensions.toc.slugify_unicode",
    "markdown.extensions.headerid.slugify",
    "markdown.__version__",
    "mermaid2.fence_mermaid",
    "mermaid2.fence_mermaid_custom",
];

/// Functions that may stand after `!!python/object/apply:`, besides `os.getenv`.
const CALLS: &[&str] = &[
    "os.getenv",
    "os.environ.get",
    "pymdownx.slugs.slugify",
    "pymdownx.arithmatex.arithmatex_inline_format",
    "pymdownx.arithmatex.arithmatex_fenced_format",
    "material.extensions.preview.PreviewExtension",
];

/// The release of Python-Markdown whose output we match.
const MARKDOWN_VERSION: &str = "3.11.3";

/// Replaces in `node`, keys included, what is known before the build; reports tags nobody knows.
pub(super) fn resolve(node: &mut Node, environment: &Environment, problems: &mut Vec<Diagnostic>) {
    match &mut node.kind {
        Kind::Seq(items) => {
            for item in items {
                resolve(item, environment, problems);
            }
        }
        Kind::Map(entries) => {
            for (key, value) in entries {
                resolve(key, environment, problems);
                resolve(value, environment, problems);
            }
        }
        Kind::Tagged(_, inner) => {
            resolve(inner, environment, problems);
            if let Some(kind) = meaning(node, environment, problems) {
                node.kind = kind;
            }
        }
        Kind::Null | Kind::Bool(_) | Kind::Int(_) | Kind::Float(_) | Kind::Str(_) => {}
    }
}

/// Puts folders in the place of `!relative $docs_dir/x` and `!relative $config_dir/x`. A plain
/// `!relative`, which is the folder of the page at hand, stays.
pub(super) fn place(node: &mut Node, folders: &Folders<'_>, problems: &mut Vec<Diagnostic>) {
    match &mut node.kind {
        Kind::Seq(items) => {
            for item in items {
                place(item, folders, problems);
            }
        }
        Kind::Map(entries) => {
            for (_, value) in entries {
                place(value, folders, problems);
            }
        }
        Kind::Tagged(tag, inner) if tag == "!relative" => {
            let value = inner.as_str().unwrap_or_default().to_owned();
            match folders.place(&value) {
                Ok(Some(path)) => node.kind = Kind::Str(path.to_string_lossy().into_owned()),
                Ok(None) => {}
                Err(message) => problems.push(
                    Diagnostic::new("relative-tag", Severity::Error, message)
                        .at(node.span)
                        .help("write `!relative`, `!relative $docs_dir/...` or `!relative $config_dir/...`"),
                ),
            }
        }
        _ => {}
    }
}

/// What `$docs_dir` and `$config_dir` stand for.
pub(super) struct Folders<'a> {
    /// The docs folder.
    pub(super) docs: &'a Path,
    /// The folder of the configuration file.
    pub(super) config: &'a Path,
}

impl Folders<'_> {
    /// The folder that the value of a `!relative` names; none for an empty value.
    fn place(&self, value: &str) -> Result<Option<PathBuf>, String> {
        let (prefix, rest) = value.split_once('/').unwrap_or((value, ""));
        match prefix {
            "$docs_dir" => Ok(Some(self.docs.join(rest))),
            "$config_dir" => Ok(Some(self.config.join(rest))),
            _ if prefix.starts_with('$') => Err(format!("Unknown prefix '{prefix}' in !relative '{value}'")),
            _ if value.is_empty() => Ok(None),
            _ => Err(format!("'!relative' tag does not expect any value; received '{value}'")),
        }
    }
}

/// What a tagged value stands for; `None` when it stays as it is.
fn meaning(node: &Node, environment: &Environment, problems: &mut Vec<Diagnostic>) -> Option<Kind> {
    let Kind::Tagged(tag, inner) = &node.kind else {
        return None;
    };
    if tag == "!ENV" {
        return Some(variable(inner, environment, problems));
    }
    if let Some(name) = node.python_name() {
        if name == "markdown.__version__" {
            return Some(Kind::Str(MARKDOWN_VERSION.to_owned()));
        }
        unknown_python(node, name, NAMES, problems);
        return None;
    }
    if let Some((function, arguments)) = node.python_call() {
        if matches!(function, "os.getenv" | "os.environ.get") {
            return Some(getenv(arguments, environment));
        }
        unknown_python(node, function, CALLS, problems);
        return None;
    }
    if tag != "!relative" {
        let shown = tag.strip_prefix("tag:yaml.org,2002:").map(|rest| format!("!!{rest}"));
        let shown = shown.as_deref().unwrap_or(tag);
        let mut problem = Diagnostic::new("yaml-tag", Severity::Error, format!("the tag `{shown}` is not known"))
            .at(node.span)
            .help("Python is never run; put quotes around the value if it is a text");
        if let Some(near) = nearest(shown, ["!ENV", "!relative"]) {
            problem = problem.help(format!("did you mean `{near}`?"));
        }
        problems.push(problem);
    }
    None
}

/// `!ENV NAME`, `!ENV [NAME, ..., default]`: the first variable that is set, typed as YAML types it.
fn variable(inner: &Node, environment: &Environment, problems: &mut Vec<Diagnostic>) -> Kind {
    let (names, default) = match &inner.kind {
        Kind::Seq(items) => match items.as_slice() {
            [names @ .., default] if !names.is_empty() => (names, Some(default)),
            items => (items, None),
        },
        Kind::Map(_) => {
            problems.push(
                Diagnostic::new("env-tag", Severity::Error, "`!ENV` wants a name or a list of names")
                    .at(inner.span)
                    .help("write `!ENV NAME` or `!ENV [NAME, default]`"),
            );
            return Kind::Null;
        }
        _ => (std::slice::from_ref(inner), None),
    };
    names
        .iter()
        .find_map(|name| environment.get(&name.key_text()))
        .map(plain_scalar)
        .or_else(|| default.map(|node| node.kind.clone()))
        .unwrap_or(Kind::Null)
}

/// `os.getenv(name, default)`: always text.
fn getenv(arguments: &Node, environment: &Environment) -> Kind {
    let list = arguments.get("args").unwrap_or(arguments).as_seq().unwrap_or(&[]);
    let set = list.first().and_then(|name| environment.get(&name.key_text()));
    match (set, list.get(1)) {
        (Some(value), _) => Kind::Str(value.to_owned()),
        (None, Some(default)) => default.kind.clone(),
        (None, None) => Kind::Null,
    }
}

fn unknown_python(node: &Node, name: &str, known: &[&'static str], problems: &mut Vec<Diagnostic>) {
    if known.contains(&name) {
        return;
    }
    let mut problem = Diagnostic::new(
        "python-name",
        Severity::Error,
        format!("the Python name `{name}` is not known"),
    )
    .at(node.span)
    .help("Python is never run: only names whose meaning is built in work");
    if let Some(near) = nearest(name, known.iter().copied()) {
        problem = problem.help(format!("did you mean `{near}`?"));
    }
    problems.push(problem);
}
