//! `macros`: pages are Jinja2 templates over `extra`, YAML files and facts of page and project.
//!
//! Macros, filters and variables that Python modules would define do not exist; the modules are
//! named as a problem.

mod facts;
mod failure;
mod functions;

use std::collections::BTreeMap;
use std::path::Path;

use ignore::gitignore::Gitignore;
use minijinja::{Environment, Error, Value, syntax::SyntaxConfig};
use serde_json::{Map, json};

pub(super) use self::facts::config;
pub(super) use self::failure::{said, span_of};
use super::jinja::{self, Undefined};
use super::options::Options;
use super::{Plugin, Stage};
use crate::config::{PluginUse, Settings};
use crate::page::{Page, text_of};
use crate::report::{Diagnostic, Severity, Span};
use crate::source::Source;
use crate::yaml::{Kind, Node};

const EXTENSIONS_KNOWN: [&str; 2] = ["jinja2.ext.loopcontrols", "jinja2.ext.do"];

struct Macros {
    env: Environment<'static>,
    undefined: Undefined,
    by_default: bool,
    forced: Gitignore,
    fails: bool,
    include_dir: Option<String>,
    yaml: Vec<Node>,
    starts: [String; 3],
    variables: Value,
    git: Value,
    span: Option<Span>,
    options: Node,
}

pub(super) fn make(entry: &PluginUse, settings: &Settings, problems: &mut Vec<Diagnostic>) -> Box<dyn Plugin> {
    let options = Options(&entry.options);
    let undefined = match options.text("on_undefined", "keep").as_str() {
        "silent" => Undefined::Silent,
        "strict" => Undefined::Strict,
        "lax" => Undefined::Lax,
        _ => Undefined::Keep,
    };
    let mut env = jinja::environment(undefined);
    let text = |name: &str, default: &str| {
        let written = options.text(name, default);
        if written.is_empty() {
            default.to_owned()
        } else {
            written
        }
    };
    let block = (text("j2_block_start_string", "{%"), text("j2_block_end_string", "%}"));
    let variable = (
        text("j2_variable_start_string", "{{"),
        text("j2_variable_end_string", "}}"),
    );
    let comment = (
        text("j2_comment_start_string", "{#"),
        text("j2_comment_end_string", "#}"),
    );
    let starts = [block.0.clone(), variable.0.clone(), comment.0.clone()];
    let syntax = SyntaxConfig::builder()
        .block_delimiters(block.0, block.1)
        .variable_delimiters(variable.0, variable.1)
        .comment_delimiters(comment.0, comment.1)
        .build();
    match syntax {
        Ok(syntax) => env.set_syntax(syntax),
        Err(error) => {
            let message = format!("macros: the delimiters `j2_…` cannot be used: {error}");
            problems.push(Diagnostic::new("macros-delimiters", Severity::Error, message).at(entry.span));
        }
    }
    modules(options, settings, entry.span, problems);
    for name in options.texts("j2_extensions") {
        if !EXTENSIONS_KNOWN.contains(&name.as_str()) {
            let message = format!("macros: the Jinja2 extension `{name}` is Python, which does not run here");
            problems.push(Diagnostic::new("macros-extension", Severity::Warning, message).at(entry.span));
        }
    }
    let mut forced = ignore::gitignore::GitignoreBuilder::new("");
    for line in options.text("force_render_paths", "").lines() {
        if let Err(error) = forced.add_line(None, line) {
            let message = format!("macros: `force_render_paths` has a pattern that cannot be read: {error}");
            problems.push(Diagnostic::new("macros-paths", Severity::Error, message).at(entry.span));
        }
    }
    Box::new(Macros {
        env,
        undefined,
        by_default: options.bool("render_by_default", true),
        forced: forced.build().unwrap_or_else(|_| Gitignore::empty()),
        fails: options.bool("on_error_fail", false),
        include_dir: options
            .node("include_dir")
            .and_then(text_of)
            .filter(|dir| !dir.is_empty()),
        yaml: options
            .node("include_yaml")
            .and_then(Node::as_seq)
            .map(<[Node]>::to_vec)
            .unwrap_or_default(),
        starts,
        variables: Value::UNDEFINED,
        git: Value::UNDEFINED,
        span: entry.span,
        options: entry.options.clone(),
    })
}

/// Says which Python modules the original would run.
fn modules(options: Options<'_>, settings: &Settings, span: Option<Span>, problems: &mut Vec<Diagnostic>) {
    let name = options.text("module_name", "main");
    let file = settings.root.join(format!("{name}.py"));
    let is_there = file.is_file() || settings.root.join(&name).join("__init__.py").is_file();
    let mut found = options.texts("modules");
    if is_there || options.node("module_name").is_some() {
        found.insert(0, name);
    }
    for name in found {
        let message = format!("macros: what the Python module `{name}` defines is missing: Python does not run here");
        let help = "write its macros in Jinja (`{% macro %}` in a file of `include_dir`), its variables under `extra`";
        problems.push(
            Diagnostic::new("macros-module", Severity::Warning, message)
                .at(span)
                .help(help),
        );
    }
}

impl Plugin for Macros {
    fn sources(&mut self, stage: &Stage<'_>, sources: &mut Vec<Source>, problems: &mut Vec<Diagnostic>) {
        let settings = stage.settings;
        let extra = settings.extra.to_json();
        let mut variables = Map::new();
        variables.insert("extra".to_owned(), extra.clone());
        variables.insert("config".to_owned(), config(settings));
        self.load_yaml(stage, &mut variables, problems);
        variables.insert(
            "environment".to_owned(),
            json!({
                "system": if cfg!(windows) { "Windows" } else if cfg!(target_os = "macos") { "MacOs" } else { "Linux" },
                "mkdocs_version": "1.6.1", "chaski_version": env!("CARGO_PKG_VERSION"),
            }),
        );
        variables.insert("plugin".to_owned(), self.options.to_json());
        let files = sources.iter().filter(|source| !source.inclusion.is_excluded());
        let files: Vec<_> = files
            .map(|file| json!({"src_path": file.src_uri, "src_uri": file.src_uri, "url": file.url, "name": file.name}))
            .collect();
        variables.insert("files".to_owned(), json!(files));
        if let serde_json::Value::Object(extra) = extra {
            variables.extend(extra);
        }
        // Converted once: `files` has an entry for each page.
        self.variables = jinja::value(&serde_json::Value::Object(variables));
        self.git = Value::from_object(facts::Git::new(settings.root.clone()));
        self.load_templates(stage, problems);
        functions::add(&mut self.env, stage.now);
    }

    fn front_matter(&self, stage: &Stage<'_>, source: &Source, meta: &mut Node, problems: &mut Vec<Diagnostic>) {
        let title = meta.get("title").and_then(Node::as_str).unwrap_or_default().to_owned();
        if !self.has_jinja(&title) || !self.renders(source, meta) {
            return;
        }
        let span = meta.get("title").and_then(|node| node.span);
        let page = Page::new(source.clone(), meta.clone());
        match self.render(stage, &page, &title, "") {
            Ok(text) => {
                if let Kind::Map(entries) = &mut meta.kind {
                    for (key, value) in entries {
                        if key.as_str() == Some("title") {
                            value.kind = Kind::Str(text.clone());
                        }
                    }
                }
            }
            Err(error) => problems.push(self.problem(&error, source, span)),
        }
    }

    fn markdown(&self, stage: &Stage<'_>, page: &Page, text: &str, problems: &mut Vec<Diagnostic>) -> Option<String> {
        if page.meta.get("ignore_macros").is_some_and(Node::is_truthy) {
            let message = "macros: `ignore_macros` is not used any more";
            let problem = Diagnostic::new("macros-ignore", Severity::Error, message).at(page.span_of("ignore_macros"));
            problems.push(problem.help("write `render_macros: false`"));
        }
        if !self.renders(&page.source, &page.meta) || !self.has_jinja(text) {
            return None;
        }
        match self.render(stage, page, text, text) {
            Ok(rendered) => Some(rendered),
            Err(error) => {
                let span = span_of(page, text, &error);
                problems.push(self.problem(&error, &page.source, span));
                Some(failure::shown(&error, &page.source.src_uri, text))
            }
        }
    }
}

impl Macros {
    fn has_jinja(&self, text: &str) -> bool {
        self.starts.iter().any(|start| text.contains(start.as_str()))
    }

    /// Opt-out by `render_macros: false`; with `render_by_default: false` opt-in by `true` or by path.
    fn renders(&self, source: &Source, meta: &Node) -> bool {
        match meta.get("render_macros").and_then(Node::as_bool) {
            Some(written) => written,
            None => {
                self.by_default
                    || self
                        .forced
                        .matched_path_or_any_parents(&source.src_uri, false)
                        .is_ignore()
            }
        }
    }

    fn render(&self, stage: &Stage<'_>, page: &Page, template: &str, text: &str) -> Result<String, Error> {
        let mut own = Map::new();
        own.insert("page".to_owned(), facts::page_facts(stage, page, text));
        if let serde_json::Value::Object(meta) = page.meta.to_json() {
            own.extend(meta);
        }
        let context = minijinja::value::merge_maps([
            jinja::value(&serde_json::Value::Object(own)),
            minijinja::context! { git => self.git.clone() },
            self.variables.clone(),
        ]);
        let context = jinja::context(context, &self.env, self.undefined);
        let template = crate::theme::python_habits(template);
        self.env.render_named_str("page", &template, context)
    }

    fn problem(&self, error: &Error, source: &Source, span: Option<Span>) -> Diagnostic {
        let severity = if self.fails { Severity::Error } else { Severity::Warning };
        let place = match (error.name(), error.line()) {
            (Some(name), Some(line)) if name != "page" => format!(" ({name}:{line})"),
            _ => String::new(),
        };
        let message = format!(
            "macros: '{}' cannot be rendered: {}{place}",
            source.src_uri,
            said(error)
        );
        let problem = Diagnostic::new("macros-render", severity, message).at(span);
        problem.help("text that is no template stands in `{% raw %}`, or the page says `render_macros: false`")
    }

    fn load_yaml(
        &self,
        stage: &Stage<'_>,
        variables: &mut Map<String, serde_json::Value>,
        problems: &mut Vec<Diagnostic>,
    ) {
        for entry in &self.yaml {
            let (key, name) = match entry.as_map() {
                Some([(key, value)]) => (text_of(key), text_of(value)),
                _ => (None, text_of(entry)),
            };
            let name = name.unwrap_or_default();
            let content = match stage.files.read(&stage.settings.root.join(&name)) {
                Ok(file) => match crate::yaml::parse(&file) {
                    Ok(node) => node.take(problems).to_json(),
                    Err(problem) => {
                        problems.push(problem);
                        continue;
                    }
                },
                Err(error) => {
                    let message = format!("macros: the file `{name}` of `include_yaml` cannot be read: {error}");
                    problems.push(Diagnostic::new("macros-yaml", Severity::Warning, message).at(entry.span));
                    continue;
                }
            };
            let content = match key {
                Some(key) => json!({ key: content }),
                None => content,
            };
            if let serde_json::Value::Object(content) = content {
                merge(variables, content);
            }
        }
    }

    /// Templates for `include`, `import` and `extends`, from `include_dir` or the docs folder.
    fn load_templates(&mut self, stage: &Stage<'_>, problems: &mut Vec<Diagnostic>) {
        let settings = stage.settings;
        let folder = match &self.include_dir {
            Some(dir) => settings.root.join(dir),
            None => settings.docs_dir.clone(),
        };
        if !stage.files.is_dir(&folder) {
            let message = format!(
                "macros: the folder `{}` of `include_dir` does not exist",
                folder.display()
            );
            problems.push(Diagnostic::new("macros-include-dir", Severity::Error, message).at(self.span));
            return;
        }
        let mut templates = BTreeMap::new();
        for path in stage.files.below(&folder) {
            if !is_text(&path) {
                continue;
            }
            let Ok(name) = path.strip_prefix(&folder) else { continue };
            if let Ok(file) = stage.files.read(&path) {
                templates.insert(name.to_string_lossy().replace('\\', "/"), file);
            }
        }
        self.env
            .set_loader(move |name| Ok(templates.get(name).map(|file| crate::theme::python_habits(&file.text))));
    }
}

fn is_text(path: &Path) -> bool {
    const BINARY: [&str; 16] = [
        "png", "jpg", "jpeg", "gif", "webp", "avif", "ico", "pdf", "zip", "gz", "mp4", "webm", "woff", "woff2", "ttf",
        "tar",
    ];
    let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
    !BINARY.contains(&ending.to_ascii_lowercase().as_str())
}

/// Mappings key by key, lists one after the other, the rest replaced.
fn merge(into: &mut Map<String, serde_json::Value>, more: Map<String, serde_json::Value>) {
    for (key, value) in more {
        match (into.get_mut(&key), value) {
            (Some(serde_json::Value::Object(known)), serde_json::Value::Object(value)) => merge(known, value),
            (_, value) => {
                into.insert(key, value);
            }
        }
    }
}
