//! Templates of the site's own for form and script: Jinja2 with the variables of the original.

use minijinja::Environment;
use serde_json::{Value, json};

use super::form::Form;
use super::keys::Lock;
use crate::files::SourceFile;
use crate::page::text_of;
use crate::plugins::jinja::{self, Undefined};
use crate::plugins::options::Options;
use crate::plugins::{Stage, macros};
use crate::report::{Diagnostic, Severity, Span};
use crate::yaml::Node;

/// The site's own templates.
#[derive(Debug, Default)]
pub(super) struct Own {
    html: Option<std::sync::Arc<SourceFile>>,
    script: Option<std::sync::Arc<SourceFile>>,
    site_path: String,
}

type Drawn = Option<Result<String, Diagnostic>>;

impl Own {
    pub(super) fn read(options: Options<'_>, stage: &Stage<'_>, problems: &mut Vec<Diagnostic>) -> Self {
        let mut read = |option: &str| {
            let node = options.node(option)?;
            let name = text_of(node).filter(|name| !name.is_empty())?;
            let file = stage.files.read(&stage.settings.root.join(&name));
            file.inspect_err(|error| {
                let message = format!("cannot read `{name}` of `{option}`: {error}");
                problems.push(Diagnostic::new("encrypt-template", Severity::Error, message).at(node.span));
            })
            .ok()
        };
        let (html, script) = (read("html_template_path"), read("js_template_path"));
        let site_url = stage.settings.site_url.as_deref().unwrap_or("/");
        let after = site_url.split_once("://").map_or(site_url, |(_, rest)| rest);
        Self {
            html,
            script,
            site_path: after
                .split_once('/')
                .map(|(_, path)| path.to_owned())
                .unwrap_or_default(),
        }
    }

    pub(super) fn has_script(&self) -> bool {
        self.script.is_some()
    }

    /// What the site's template makes of a page; `None` without a template.
    pub(super) fn html(&self, options: Options<'_>, form: &Form<'_>, url: &str) -> Drawn {
        let file = self.html.as_ref()?;
        let spec = form.spec;
        let lock = &form.protected.lock;
        let parts = form.protected.inject.as_ref().map(|part| {
            let by = if part.by_id { "id" } else { "class" };
            json!({ part.name.as_str(): [part.tag, by] })
        });
        let obfuscated = match lock {
            Lock::Obfuscate(password) => Some(password),
            _ => None,
        };
        let base_path = form.script.strip_suffix(super::SCRIPT_PATH).unwrap_or_default();
        let variables = json!({
            "summary": form.summary(),
            "placeholder": spec.placeholder,
            "placeholder_user": spec.placeholder_user,
            "password_button": spec.button.is_some(),
            "password_button_text": options.text("password_button_text", "Decrypt"),
            "encryption_info_message": form.info(),
            "decryption_failure_message": json!(spec.failure).to_string(),
            "form_class": spec.form_class,
            "input_class": spec.input_class,
            "button_class": spec.button_class,
            "uname": u8::from(form.opened.needs_user),
            "obfuscate": u8::from(obfuscated.is_some()),
            "obfuscate_password": obfuscated,
            "ciphertext_bundle": form.text,
            "js_libraries": [],
            "base_path": base_path,
            "encryptcontent_id": form.opened.id,
            "encryptcontent_path": format!("{}{url}", self.site_path),
            "encryptcontent_keystore": json!(form.opened.bundles).to_string(),
            "inject_something": parts,
            "delete_something": form.protected.remove,
            "webcrypto": true,
            "esm": options.bool("esm", true),
            "extra": options.node("html_extra_vars").map_or_else(|| json!({}), Node::to_json),
        });
        Some(draw(file, &variables))
    }

    /// What the site's template makes of the script; `settings` is what ours must know.
    pub(super) fn script(&self, options: Options<'_>, settings: &Value) -> Drawn {
        let file = self.script.as_ref()?;
        let variables = json!({
            "password_button": options.bool("password_button", false),
            "arithmatex": false,
            "hljs": false,
            "mermaid2": false,
            // The original's template asks for `-remember_keys`.
            "remember_keys": u8::from(options.bool("remember_keys", true)),
            "remember_password": settings["rememberPassword"],
            "session_storage": settings["session"],
            "encrypted_something": settings["parts"],
            "reload_scripts": settings["reload"],
            "experimental": options.text("search_index", "encrypted") == "dynamically",
            "site_path": self.site_path,
            "kdf_iterations": settings["rounds"],
            "webcrypto": true,
            "esm": options.bool("esm", true),
            "remember_prefix": settings["prefix"],
            "sharelinks": settings["share"],
            "sharelinks_incomplete": settings["incomplete"],
            "material": true,
            "extra": options.node("js_extra_vars").map_or_else(|| json!({}), Node::to_json),
        });
        Some(draw(file, &variables))
    }
}

fn draw(file: &SourceFile, variables: &Value) -> Result<String, Diagnostic> {
    let env: Environment<'_> = jinja::environment(Undefined::Silent);
    let text = crate::theme::python_habits(&file.text);
    env.render_named_str("page", &text, jinja::value(variables))
        .map_err(|error| {
            let line = error.line().unwrap_or(1).max(1) - 1;
            let start: usize = file.text.split_inclusive('\n').take(line).map(str::len).sum();
            let len = file.text[start..].find('\n').unwrap_or(file.text.len() - start);
            let message = format!("the template cannot be drawn: {}", macros::said(&error));
            Diagnostic::new("encrypt-template", Severity::Error, message).at(Span::new(file.id, start, start + len))
        })
}
