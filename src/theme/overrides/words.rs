//! A site's own `partials/languages/xx.html`: a macro `t(key)` that answers words.
//!
//! Does not know the theme's words beyond their keys.

use minijinja::{Environment, UndefinedBehavior, context};

use super::{OverrideFile, diagnose};
use crate::report::Diagnostic;
use crate::theme::language::Language;

/// `language` with every word that the file's macro answers.
pub(super) fn merge(file: &OverrideFile, language: &Language, problems: &mut Vec<Diagnostic>) -> Language {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Chainable);
    env.set_auto_escape_callback(|_| minijinja::AutoEscape::None);
    let ask = "{% import 'words' as own %}{{ own.t(key) }}";
    let added = env
        .add_template_owned("words", file.text.clone())
        .and_then(|()| env.add_template("ask", ask));
    let result = added.and_then(|()| {
        let template = env.get_template("ask")?;
        let mut own = Vec::new();
        for key in language.keys() {
            let word = template.render(context! { key })?;
            let word = word.trim();
            if !word.is_empty() && word != "none" && word != "None" {
                own.push((key.to_owned(), word.to_owned()));
            }
        }
        Ok(own)
    });
    match result {
        Ok(own) => language.with(own),
        Err(error) => {
            problems.push(diagnose(&file.path, &error));
            language.clone()
        }
    }
}
