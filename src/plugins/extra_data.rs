//! `markdownextradata`: pages are Jinja2 templates over the configuration, `extra` and data files.

use std::path::{Path, PathBuf};

use minijinja::Environment;
use minijinja::syntax::SyntaxConfig;
use serde_json::{Map, Value};

use super::jinja::{self, Undefined};
use super::options::Options;
use super::{Plugin, Stage, macros};
use crate::config::{PluginUse, Settings};
use crate::page::Page;
use crate::report::{Diagnostic, Severity, Span};
use crate::source::Source;
use crate::yaml::{Kind, Node};

struct ExtraData {
    env: Environment<'static>,
    folders: Option<Vec<String>>,
    /// What pages see, converted once: the navigation has an entry for each page.
    variables: minijinja::Value,
    span: Option<Span>,
}

pub(super) fn make(entry: &PluginUse, _settings: &Settings, problems: &mut Vec<Diagnostic>) -> Box<dyn Plugin> {
    let options = Options(&entry.options);
    let mut env = jinja::environment(Undefined::Keep);
    if let Some(jinja) = options.node("jinja_options") {
        let of = Options(jinja);
        let text = |name: &str, default: &str| of.text(name, default);
        let syntax = SyntaxConfig::builder()
            .block_delimiters(text("block_start_string", "{%"), text("block_end_string", "%}"))
            .variable_delimiters(text("variable_start_string", "{{"), text("variable_end_string", "}}"))
            .comment_delimiters(text("comment_start_string", "{#"), text("comment_end_string", "#}"))
            .trim_blocks(of.bool("trim_blocks", false))
            .lstrip_blocks(of.bool("lstrip_blocks", false))
            .keep_trailing_newline(of.bool("keep_trailing_newline", false))
            .build();
        match syntax {
            Ok(syntax) => env.set_syntax(syntax),
            Err(error) => {
                let message = format!("markdownextradata: `jinja_options` cannot be used: {error}");
                problems.push(Diagnostic::new("extradata-options", Severity::Error, message).at(jinja.span));
            }
        }
    }
    let folders = options.node("data").and_then(Node::as_str);
    let folders = folders.map(|text| text.split(',').map(str::to_owned).collect());
    Box::new(ExtraData {
        env,
        folders,
        variables: minijinja::Value::UNDEFINED,
        span: entry.span,
    })
}

impl Plugin for ExtraData {
    fn sources(&mut self, stage: &Stage<'_>, _sources: &mut Vec<Source>, problems: &mut Vec<Diagnostic>) {
        let settings = stage.settings;
        let mut extra = match settings.extra.to_json() {
            Value::Object(map) => map,
            _ => Map::new(),
        };
        let folders: Vec<PathBuf> = match &self.folders {
            Some(names) => names.iter().map(|name| settings.root.join(name.trim())).collect(),
            None => vec![settings.root.join("_data"), settings.docs_dir.join("_data")],
        };
        for folder in folders {
            if self.folders.is_some() && !stage.files.is_dir(&folder) {
                let message = format!("markdownextradata: the folder `{}` does not exist", folder.display());
                problems.push(Diagnostic::new("extradata-folder", Severity::Warning, message).at(self.span));
            }
            load(stage, &folder, &mut extra, problems);
        }
        let mut variables = match macros::config(settings) {
            Value::Object(config) => config,
            _ => Map::new(),
        };
        variables.insert("extra".to_owned(), Value::Object(extra.clone()));
        variables.extend(extra);
        let variables = jinja::value(&Value::Object(variables));
        self.variables = jinja::context(variables, &self.env, Undefined::Keep);
    }

    fn front_matter(&self, _stage: &Stage<'_>, source: &Source, meta: &mut Node, problems: &mut Vec<Diagnostic>) {
        let Kind::Map(entries) = &mut meta.kind else { return };
        for (key, value) in entries {
            let Kind::Str(text) = &mut value.kind else { continue };
            if key.as_str() == Some("title") && text.contains('{') {
                match self.render(text) {
                    Ok(rendered) => *text = rendered,
                    Err(error) => problems.push(problem(&error, &source.src_uri, value.span)),
                }
            }
        }
    }

    fn markdown(&self, _stage: &Stage<'_>, page: &Page, text: &str, problems: &mut Vec<Diagnostic>) -> Option<String> {
        match self.render(text) {
            Ok(rendered) => Some(rendered).filter(|rendered| rendered != text),
            Err(error) => {
                problems.push(problem(
                    &error,
                    &page.source.src_uri,
                    macros::span_of(page, text, &error),
                ));
                None
            }
        }
    }
}

impl ExtraData {
    fn render(&self, text: &str) -> Result<String, minijinja::Error> {
        self.env
            .render_named_str("page", &crate::theme::python_habits(text), self.variables.clone())
    }
}

fn problem(error: &minijinja::Error, uri: &str, span: Option<Span>) -> Diagnostic {
    let message = format!("markdownextradata: '{uri}' cannot be rendered: {}", macros::said(error));
    Diagnostic::new("extradata-render", Severity::Error, message)
        .at(span)
        .help("text that is no template stands in `{% raw %}`")
}

/// Puts the data files below `folder` into `extra`, under their path without its ending.
fn load(stage: &Stage<'_>, folder: &Path, extra: &mut Map<String, Value>, problems: &mut Vec<Diagnostic>) {
    for ending in ["yaml", "yml", "json"] {
        for path in stage.files.below(folder) {
            if path.extension().and_then(|found| found.to_str()) != Some(ending) {
                continue;
            }
            let Some(data) = read(stage, &path, problems) else {
                continue;
            };
            let name = path.with_extension("");
            let Ok(name) = name.strip_prefix(folder) else { continue };
            let name = name.to_string_lossy().replace('\\', "/");
            put(extra, &name, data);
        }
    }
}

fn read(stage: &Stage<'_>, path: &Path, problems: &mut Vec<Diagnostic>) -> Option<Value> {
    let file = match stage.files.read(path) {
        Ok(file) => file,
        Err(error) => {
            let message = format!("cannot read `{}`: {error}", path.display());
            problems.push(Diagnostic::new("extradata-file", Severity::Error, message));
            return None;
        }
    };
    // JSON is YAML.
    match crate::yaml::parse(&file) {
        Ok(node) => Some(node.take(problems).to_json()),
        Err(problem) => {
            problems.push(problem);
            None
        }
    }
}

fn put(into: &mut Map<String, Value>, name: &str, data: Value) {
    let Some((first, rest)) = name.split_once('/') else {
        into.insert(name.to_owned(), data);
        return;
    };
    let holder = into.entry(first).or_insert_with(|| Value::Object(Map::new()));
    if let Value::Object(holder) = holder {
        put(holder, rest, data);
    }
}
