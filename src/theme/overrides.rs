//! The bridge to a site's own templates, which are Jinja2 with Python's habits.
//!
//! They are drawn by minijinja together with the theme's templates in their Jinja form, so that
//! `extends`, `super()`, `self.block()` and includes work across the border. Does not know pages:
//! what templates see is handed in.

mod environment;
mod preprocess;
mod words;

pub(crate) use environment::python_methods;
pub(crate) use preprocess::python_habits;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use minijinja::Value;
use serde::Serialize;

use super::language::Language;
use super::spec::ThemeSpec;
use super::{Ingredients, TemplateError, templates};
use crate::report::{Diagnostic, Severity};

/// A text file of `custom_dir`.
#[derive(Clone, Debug)]
pub struct OverrideFile {
    /// Path below `custom_dir`, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// The site's own templates.
#[derive(Debug)]
pub(super) struct Overrides {
    env: minijinja::Environment<'static>,
    own: HashSet<String>,
    /// Templates of ours that draw something a site overrides.
    touched: HashSet<&'static str>,
}

impl Overrides {
    /// The bridge, if `files` has a template. Templates that do not parse are problems.
    pub(super) fn new(
        files: &[OverrideFile],
        spec: &ThemeSpec,
        ingredients: &Arc<Ingredients>,
        problems: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let own: BTreeMap<String, String> = files
            .iter()
            .filter(|file| is_template(&file.path))
            .map(|file| (file.path.clone(), preprocess::python_habits(&file.text)))
            .collect();
        if own.is_empty() {
            return None;
        }
        problems.extend(own.keys().filter(|path| is_unused(path)).map(|path| unused(path)));
        let names: HashSet<String> = own.keys().cloned().collect();
        let touched = touched(&names);
        let env = environment::build(own, spec, ingredients);
        for file in files.iter().filter(|file| is_template(&file.path)) {
            if let Err(error) = env.get_template(&file.path) {
                problems.push(diagnose(&file.path, &error));
            }
        }
        Some(Self {
            env,
            own: names,
            touched,
        })
    }

    /// Whether the site brings a template of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.own.contains(name)
    }

    /// Whether drawing `name` touches a template of the site.
    pub(super) fn concerns(&self, name: &str) -> bool {
        self.own.contains(name) || self.touched.contains(name)
    }

    /// Draws `name` with everything that its templates may ask for.
    pub(super) fn render<S: Serialize>(
        &self,
        name: &str,
        scene: &S,
        more: Vec<(&'static str, Value)>,
    ) -> Result<String, TemplateError> {
        let fail = |error: minijinja::Error| TemplateError(diagnose(name, &error));
        let template = self.env.get_template(name).map_err(fail)?;
        let scene = Value::from(minijinja::value::Serde(scene));
        let more: BTreeMap<&'static str, Value> = more.into_iter().collect();
        let all = minijinja::value::merge_maps([scene, Value::from(more)]);
        let out = template.render(all).map_err(fail)?;
        // Space around a page says nothing; in `robots.txt` and its like it is the site's own.
        Ok(if name.ends_with(".html") {
            out.trim().to_owned() + "\n"
        } else {
            out
        })
    }
}

/// Templates of Material's tags plugin, whose lists are drawn by code here.
fn is_unused(path: &str) -> bool {
    path.starts_with("fragments/tags/")
}

fn unused(path: &str) -> Diagnostic {
    let message = format!("the template '{path}' is not drawn by the built-in theme, what it has would be missing");
    Diagnostic::new("override-unused", Severity::Error, message)
        .help("give tags and their lists another look by styles, and remove it")
        .help("to build without it, set `override-unused: info` below `chaski: problems:`")
}

fn is_template(path: &str) -> bool {
    (path.ends_with(".html") || path.ends_with(".xml") || path.ends_with(".txt")) && !path.starts_with(".icons/")
}

/// The site's own icons: path below `.icons` without `.svg`, and content.
pub(super) fn icons(files: &[OverrideFile]) -> HashMap<String, String> {
    files
        .iter()
        .filter_map(|file| {
            let name = file.path.strip_prefix(".icons/")?.strip_suffix(".svg")?;
            Some((name.to_owned(), file.text.trim().to_owned()))
        })
        .collect()
}

/// `language` with the words of a site's `partials/languages/xx.html`.
pub(super) fn language(
    files: &[OverrideFile],
    code: &str,
    language: &Language,
    problems: &mut Vec<Diagnostic>,
) -> Language {
    let path = format!("partials/languages/{code}.html");
    match files.iter().find(|file| file.path == path) {
        Some(file) => words::merge(file, language, problems),
        None => language.clone(),
    }
}

/// Which templates of the theme lead, by `extends` and `include`, to one of `own`.
fn touched(own: &HashSet<String>) -> HashSet<&'static str> {
    // Templates that only Jinja uses stand behind one that both engines draw.
    const BEHIND: &[(&str, &str)] = &[
        ("partials/nav-item.html", "partials/nav.html"),
        ("partials/tabs-item.html", "partials/tabs.html"),
        ("partials/path-item.html", "partials/path.html"),
        ("partials/toc-item.html", "partials/toc.html"),
        ("partials/language.html", "base.html"),
        ("partials/icons.html", "base.html"),
    ];
    let mut touched = HashSet::new();
    for (behind, front) in BEHIND {
        if own.contains(*behind) {
            touched.insert(*front);
        }
    }
    // Which of these is drawn is a setting.
    if own
        .iter()
        .any(|name| name.starts_with("partials/integrations/analytics/"))
    {
        touched.insert("partials/integrations/analytics.html");
    }
    loop {
        let before = touched.len();
        for (name, source) in templates::SHARED {
            let leads = references(source)
                .iter()
                .any(|to| own.contains(*to) || touched.contains(to));
            if leads {
                touched.insert(name);
            }
        }
        if touched.len() == before {
            return touched;
        }
    }
}

fn references(source: &str) -> Vec<&str> {
    let mut out = Vec::new();
    for word in ["extends \"", "include \""] {
        for (at, _) in source.match_indices(word) {
            let rest = &source[at + word.len()..];
            out.extend(rest.split('"').next());
        }
    }
    out
}

/// A template error as a problem that names template, line and what is missing.
fn diagnose(template: &str, error: &minijinja::Error) -> Diagnostic {
    let mut innermost = error;
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        if let Some(inner) = inner.downcast_ref::<minijinja::Error>() {
            innermost = inner;
        }
        source = inner.source();
    }
    let name = innermost.name().unwrap_or(template);
    let line = innermost.line().map_or(String::new(), |line| format!(":{line}"));
    let what = innermost.detail().map_or_else(
        || innermost.kind().to_string(),
        |detail| format!("{}: {detail}", innermost.kind()),
    );
    let problem = Diagnostic::new("template", Severity::Error, format!("template '{name}'{line}: {what}"));
    if name == template {
        problem
    } else {
        problem.help(format!("drawn for template '{template}'"))
    }
}
