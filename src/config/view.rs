//! The configuration as templates see it: `config` of MkDocs, with its defaults filled in.

use serde_json::{Map, Value, json};

use super::settings::{Script, Settings, Theme};
use crate::yaml::Node;

impl Settings {
    /// The value of `config` in templates: every key of MkDocs and every key of the file.
    #[must_use]
    pub fn view(&self) -> Value {
        let mut view = Map::new();
        let mut set = |key: &str, value: Value| view.insert(key.to_owned(), value);
        set(
            "config_file_path",
            self.file
                .as_ref()
                .map_or(json!(""), |path| json!(path.to_string_lossy())),
        );
        set("site_name", json!(self.site_name));
        set("nav", self.nav.as_ref().map_or(Value::Null, Node::to_json));
        set("exclude_docs", json!(none_if_empty(&self.exclude_docs.text)));
        set("draft_docs", json!(none_if_empty(&self.draft_docs.text)));
        set("not_in_nav", json!(none_if_empty(&self.not_in_nav.text)));
        set("site_url", json!(self.site_url));
        set("site_description", json!(self.site_description));
        set("site_author", json!(self.site_author));
        set("theme", self.theme.view());
        set("docs_dir", json!(self.docs_dir.to_string_lossy()));
        set("site_dir", json!(self.site_dir.to_string_lossy()));
        set("copyright", json!(self.copyright));
        set(
            "google_analytics",
            self.written.get("google_analytics").map_or(Value::Null, Node::to_json),
        );
        set("dev_addr", json!(format!("{}:{}", self.dev_addr.0, self.dev_addr.1)));
        set("use_directory_urls", json!(self.use_directory_urls));
        set("repo_url", json!(self.repo.url));
        set("repo_name", json!(self.repo.name));
        set("edit_uri_template", json!(self.repo.edit_uri_template));
        set("edit_uri", json!(self.repo.edit_uri));
        set("extra_css", json!(self.extra_css));
        set(
            "extra_javascript",
            self.extra_javascript.iter().map(Script::view).collect(),
        );
        set("extra_templates", json!(self.extra_templates));
        let (names, options) = self.extensions_view();
        set("markdown_extensions", names);
        set("mdx_configs", options);
        set("strict", json!(self.strict));
        set("remote_branch", json!(self.repo.remote_branch));
        set("remote_name", json!(self.repo.remote_name));
        set("extra", self.extra.to_json());
        set("plugins", self.plugins_view());
        set("hooks", json!({}));
        set(
            "watch",
            self.watch.iter().map(|path| json!(path.to_string_lossy())).collect(),
        );
        set(
            "validation",
            self.written.get("validation").map_or(json!({}), Node::to_json),
        );
        for (key, value) in self.written.as_map().unwrap_or(&[]) {
            let key = key.key_text();
            if !view.contains_key(&key) {
                view.insert(key, value.to_json());
            }
        }
        Value::Object(view)
    }

    /// `markdown_extensions` as names, MkDocs' own first, and `mdx_configs`.
    fn extensions_view(&self) -> (Value, Value) {
        let mut names = vec!["toc", "tables", "fenced_code"];
        let mut options = Map::new();
        for extension in &self.markdown_extensions {
            if !names.contains(&extension.name.as_str()) {
                names.push(&extension.name);
            }
            if extension.options.is_truthy() {
                options.insert(extension.name.clone(), extension.options.to_json());
            }
        }
        (json!(names), Value::Object(options))
    }

    /// `config.plugins["material/search"].config`.
    fn plugins_view(&self) -> Value {
        let plugin = |options: &Node| {
            let mut config = Map::from_iter([("enabled".to_owned(), json!(true))]);
            if let Value::Object(written) = options.to_json() {
                config.extend(written);
            }
            json!({ "config": config })
        };
        let entries = self
            .plugins
            .iter()
            .map(|used| (used.instance.clone(), plugin(&used.options)));
        Value::Object(entries.collect())
    }
}

impl Theme {
    /// `config.theme`: Material's defaults below what the site sets.
    fn view(&self) -> Value {
        let mut view = Map::new();
        view.insert("name".to_owned(), json!(self.name));
        view.insert("locale".to_owned(), json!(self.locale));
        if self.name.is_some() {
            let standard = [
                ("language", json!("en")),
                ("direction", Value::Null),
                ("features", json!([])),
                ("font", json!({ "text": "Roboto", "code": "Roboto Mono" })),
                ("icon", Value::Null),
                ("favicon", json!("assets/images/favicon.svg")),
            ];
            view.extend(standard.map(|(key, value)| (key.to_owned(), value)));
        }
        for (key, value) in self.written.as_map().unwrap_or(&[]) {
            let key = key.key_text();
            if key != "name" && key != "locale" {
                view.insert(key, value.to_json());
            }
        }
        let custom_dir = self.custom_dir.as_ref().map(|dir| dir.to_string_lossy());
        view.insert("custom_dir".to_owned(), json!(custom_dir));
        Value::Object(view)
    }
}

impl Script {
    /// A text, or a mapping when it was written as one.
    fn view(&self) -> Value {
        if !self.detailed {
            return json!(self.path);
        }
        json!({ "path": self.path, "type": self.kind, "defer": self.defer, "async": self.is_async })
    }
}

fn none_if_empty(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}
