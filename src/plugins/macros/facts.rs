//! What templates may ask for: the configuration, the page, the last commit.

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use minijinja::Value;
use minijinja::value::{Enumerator, Object};
use serde_json::{Map, json};

use crate::config::Settings;
use crate::page::Page;
use crate::plugins::git::git;
use crate::plugins::{Stage, jinja};

/// `config` as templates see it: what was written, with the defaults that pages ask for.
pub(in crate::plugins) fn config(settings: &Settings) -> serde_json::Value {
    let mut all = match settings.written.to_json() {
        serde_json::Value::Object(map) => map,
        _ => Map::new(),
    };
    // Options of plugins may be passwords.
    if let Some(plugins) = all.get_mut("plugins") {
        *plugins = names_of(plugins);
    }
    all.insert("site_name".to_owned(), json!(settings.site_name));
    all.insert("site_url".to_owned(), json!(settings.site_url));
    for (key, value) in [
        ("site_description", &settings.site_description),
        ("site_author", &settings.site_author),
        ("copyright", &settings.copyright),
    ] {
        all.insert(key.to_owned(), json!(value));
    }
    all.insert("docs_dir".to_owned(), json!(settings.docs_dir));
    all.insert("site_dir".to_owned(), json!(settings.site_dir));
    all.insert("config_file_path".to_owned(), json!(settings.file));
    all.insert("use_directory_urls".to_owned(), json!(settings.use_directory_urls));
    all.insert("extra".to_owned(), settings.extra.to_json());
    serde_json::Value::Object(all)
}

/// Plugins without their options.
fn names_of(plugins: &serde_json::Value) -> serde_json::Value {
    let name = |entry: &serde_json::Value| match entry.as_object().and_then(|entry| entry.keys().next()) {
        Some(name) => json!(name),
        None => entry.clone(),
    };
    match plugins {
        serde_json::Value::Array(list) => list.iter().map(name).collect(),
        serde_json::Value::Object(map) => map.keys().cloned().collect(),
        other => other.clone(),
    }
}

pub(super) fn page_facts(stage: &Stage<'_>, page: &Page, text: &str) -> serde_json::Value {
    let source = &page.source;
    let heading = || {
        let mut lines = text.lines();
        let line = lines.find(|line| !line.trim().is_empty())?;
        line.strip_prefix("# ")
            .map(|title| title.trim_matches(['#', ' ']).to_owned())
    };
    let named = || source.name.replace(['-', '_'], " ");
    let title = page.meta_text("title").or_else(heading).unwrap_or_else(named);
    let abs = stage
        .settings
        .site_url
        .as_ref()
        .map(|base| format!("{base}{}", source.url));
    json!({
        "title": title, "meta": page.meta.to_json(), "url": source.url, "markdown": text,
        "canonical_url": abs, "abs_url": abs, "is_homepage": source.url.is_empty(), "is_page": true,
        "edit_url": page.edit_url,
        "file": {
            "src_path": source.src_uri, "src_uri": source.src_uri, "dest_path": source.dest_uri,
            "dest_uri": source.dest_uri, "url": source.url, "name": source.name,
            "abs_src_path": source.path,
        },
    })
}

/// `git`: the last commit, asked for when a page does.
#[derive(Debug)]
pub(super) struct Git {
    folder: PathBuf,
    facts: OnceLock<Map<String, serde_json::Value>>,
}

impl Git {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            facts: OnceLock::new(),
        }
    }

    fn facts(&self) -> &Map<String, serde_json::Value> {
        self.facts.get_or_init(|| {
            let ask = |arguments: &[&str]| {
                let said = git(&self.folder, arguments);
                said.map(|text| text.trim().to_owned()).unwrap_or_default()
            };
            let one = |format: &str| ask(&["log", "-1", &format!("--pretty=format:{format}")]);
            let commit = ask(&["rev-parse", "HEAD"]);
            let date = one("%cd");
            let facts = json!({
                "status": !commit.is_empty(), "date": one("%ci"), "short_commit": ask(&["rev-parse", "--short", "HEAD"]),
                "commit": commit, "tag": ask(&["describe", "--tags"]),
                "short_tag": ask(&["describe", "--tags", "--abbrev=0"]), "author": one("%an"),
                "author_email": one("%ae"), "committer": one("%cn"), "committer_email": one("%ce"),
                "date_ISO": date, "message": one("%B"), "raw": ask(&["log", "-1"]),
                "root_dir": ask(&["rev-parse", "--show-toplevel"]),
            });
            match facts {
                serde_json::Value::Object(map) => map,
                _ => Map::new(),
            }
        })
    }
}

impl Object for Git {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.facts().get(key.as_str()?).map(jinja::value)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Values(self.facts().keys().map(|key| Value::from(key.as_str())).collect())
    }
}
