//! What stands in the place of a protected article: its cipher text and a form.

use std::fmt::Write as _;

use serde_json::json;

use super::Protected;
use super::keys::{Lock, Opened};
use crate::plugins::options::Options;
use crate::theme::escape;

/// Wording and classes of the form.
#[derive(Clone, Debug)]
pub(super) struct FormSpec {
    pub(super) title_prefix: String,
    summary: String,
    info: String,
    pub(super) placeholder: String,
    pub(super) placeholder_user: String,
    pub(super) button: Option<String>,
    pub(super) failure: String,
    pub(super) form_class: String,
    pub(super) input_class: String,
    pub(super) button_class: String,
}

/// What a page says for itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Wording {
    pub(super) summary: Option<String>,
    pub(super) info: Option<String>,
}

impl FormSpec {
    pub(super) fn read(options: Options<'_>) -> Self {
        let text = |name: &str, default: &str| options.text(name, default);
        let button = text("password_button_text", "Decrypt");
        Self {
            title_prefix: text("title_prefix", "[Protected] "),
            summary: text("summary", "This content is protected with AES encryption. "),
            info: text(
                "encryption_info_message",
                "Contact your administrator for access to this page.",
            ),
            placeholder: text("placeholder", "Password"),
            placeholder_user: text("placeholder_user", "User name"),
            button: options.bool("password_button", false).then_some(button),
            failure: text("decryption_failure_message", "Invalid password."),
            form_class: text("form_class", "md-content__inner md-typeset"),
            input_class: text("input_class", "md-input"),
            button_class: text("button_class", "md-button md-button--primary"),
        }
    }
}

/// What the article of a protected page is made of.
pub(super) struct Form<'f> {
    pub(super) spec: &'f FormSpec,
    pub(super) protected: &'f Protected,
    pub(super) opened: &'f Opened,
    /// The cipher text.
    pub(super) text: &'f str,
    /// The address of the script as seen from the page.
    pub(super) script: String,
}

impl Form<'_> {
    pub(super) fn summary(&self) -> &str {
        self.protected.wording.summary.as_deref().unwrap_or(&self.spec.summary)
    }

    pub(super) fn info(&self) -> &str {
        self.protected.wording.info.as_deref().unwrap_or(&self.spec.info)
    }

    /// The article. A script of the site's own reads global variables.
    pub(super) fn html(&self, has_own_script: bool) -> String {
        let mut out = self.fields();
        let globals = if has_own_script { self.globals() } else { String::new() };
        let _ = write!(
            out,
            "<p id=\"mkdocs-decrypt-msg\" role=\"status\"></p>\n</form>\n</div>\n{globals}\
             <script type=\"application/json\" id=\"mkdocs-encrypted-facts\">{}</script>\n\
             <script src=\"{}\" defer></script>",
            self.facts(),
            escape(&self.script)
        );
        out
    }

    fn fields(&self) -> String {
        let Self {
            spec,
            protected,
            opened,
            text: cipher_text,
            ..
        } = self;
        let lock = &protected.lock;
        let (summary, info) = (self.summary(), self.info());
        let mut out = format!(
            "<div id=\"mkdocs-encrypted-content\">{cipher_text}</div>\n\
         <div id=\"mkdocs-decrypted-content\">\n\
         <form id=\"mkdocs-decrypt-form\" class=\"{}\">\n<h1>{summary}</h1>\n",
            spec.form_class
        );
        if !info.is_empty() {
            let _ = writeln!(out, "<p>{info}</p>");
        }
        if let Lock::Obfuscate(password) = lock {
            let _ = writeln!(
                out,
                "<input type=\"hidden\" id=\"mkdocs-content-password\" value=\"{}\">",
                escape(password)
            );
        } else {
            if opened.needs_user {
                let placeholder = escape(&spec.placeholder_user);
                let _ = writeln!(
                    out,
                    "<input class=\"{}\" type=\"text\" id=\"mkdocs-content-user\" autocomplete=\"username\" \
                 placeholder=\"{placeholder}\" aria-label=\"{placeholder}\">",
                    spec.input_class
                );
            }
            let placeholder = escape(&spec.placeholder);
            let _ = writeln!(
                out,
                "<input class=\"{}\" type=\"password\" id=\"mkdocs-content-password\" autocomplete=\"current-password\" \
             placeholder=\"{placeholder}\" aria-label=\"{placeholder}\">",
                spec.input_class
            );
        }
        if let Some(button) = &spec.button {
            let _ = writeln!(
                out,
                "<button class=\"{}\" id=\"mkdocs-decrypt-button\">{button}</button>",
                spec.button_class
            );
        }
        out
    }

    fn facts(&self) -> String {
        let Self {
            spec,
            protected,
            opened,
            ..
        } = self;
        let lock = &protected.lock;
        let mut facts = json!({
            "id": opened.id,
            "keystore": opened.bundles,
            "failure": spec.failure,
            "obfuscate": matches!(lock, Lock::Obfuscate(_)),
        });
        if let Some(part) = &protected.inject {
            let by = if part.by_id { "id" } else { "class" };
            facts["parts"] = json!({ part.name.as_str(): [part.tag, by] });
        }
        if let Some(id) = &protected.remove {
            facts["remove"] = json!(id);
        }
        // `<` would end the element early.
        facts.to_string().replace('<', "\\u003c")
    }

    /// The variables of the original's pages.
    fn globals(&self) -> String {
        let facts = self.facts();
        format!(
            "<script>(facts => Object.assign(window, {{encryptcontent_id: facts.id, encryptcontent_keystore: \
             facts.keystore, decryption_failure_message: facts.failure, encryptcontent_obfuscate: \
             Number(facts.obfuscate), encryptcontent_done: false, encryptcontent_event: new Event(\"encryptcontent_event\")}}, \
             facts.parts && {{inject_something: facts.parts}}, facts.remove && {{delete_something: facts.remove}}))({facts})\
             </script>\n"
        )
    }
}
