//! `encryptcontent`: pages that only passwords open, in the format of mkdocs-encryptcontent 3.
//!
//! Fails closed: whatever cannot be protected as asked is an error, and errors keep the site from
//! being written. Of a protected page nothing but its title, address and tags is known outside its
//! cipher text: no table of contents, no description, no entries for the search, no excerpt.

mod cipher;
mod form;
mod keys;
mod media;
mod parts;
mod secrets;
mod share;
mod template;

use std::collections::BTreeMap;
use std::sync::Mutex;

use form::{FormSpec, Wording};
use keys::{Keys, Lock, Opened};
use parts::Part;
use serde_json::{Map, Value};
use share::Share;
use template::Own;

use super::options::Options;
use super::{Plugin, Stage};
use crate::config::{PluginUse, Settings};
use crate::output::OutputSet;
use crate::page::{Page, text_of};
use crate::report::{Diagnostic, Severity, Span};
use crate::site::{Nav, Site, relative_url};
use crate::source::Source;
use crate::yaml::{Kind, Node};

const SCRIPT: &str = include_str!("../../../themes/chaski/scripts/decrypt.js");
const SCRIPT_PATH: &str = "assets/javascripts/decrypt-contents.js";

/// Options that would do something which is not done: nothing is signed, and languages are those of
/// a plugin that is not built in.
const MISSING: [&str; 3] = ["canary_template_path", "translations", "sign_files"];

struct Encrypt {
    options: Node,
    span: Option<Span>,
    form: FormSpec,
    /// Templates of the site.
    own: Own,
    share: Option<Share>,
    parts: Vec<Part>,
    /// What is encrypted of a page in the place of its article.
    inject: Option<Part>,
    search: SearchIndex,
    global_password: Option<String>,
    /// Protected pages by the path of their source.
    protected: BTreeMap<String, Protected>,
    /// What protected pages would have in the search, by the id of their key.
    entries: Mutex<BTreeMap<String, Vec<(String, Value)>>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum SearchIndex {
    LeftOut,
    Encrypted,
}

#[derive(Debug)]
struct Protected {
    lock: Lock,
    wording: Wording,
    /// The element that is encrypted in the place of the whole article.
    inject: Option<Part>,
    /// The id of the element that goes when the page is opened.
    remove: Option<String>,
    /// The link that brings the password, if it is asked for.
    link: Option<String>,
    opened: Option<Opened>,
}

pub(super) fn make(entry: &PluginUse, settings: &Settings, problems: &mut Vec<Diagnostic>) -> Box<dyn Plugin> {
    let options = Options(&entry.options);
    let at = settings
        .plugins
        .iter()
        .position(|other| other.instance == entry.instance);
    let later = settings.plugins.iter().skip(at.unwrap_or(0));
    if later.into_iter().any(|other| other.name.ends_with("search")) {
        let message = "Plugins need to be reordered (\"search\" ahead of \"encryptcontent\" in the end)! Otherwise \
                       search index might leak sensitive data.";
        problems.push(Diagnostic::new("encrypt-order", Severity::Error, message).at(entry.span));
    }
    for (key, value) in entry.options.as_map().unwrap_or_default() {
        let name = key.key_text();
        if MISSING.contains(&name.as_str()) && value.is_truthy() {
            let message = format!("option `{name}` of the encryptcontent plugin has no effect yet");
            problems.push(Diagnostic::new("encrypt-option", Severity::Warning, message).at(key.span));
        }
    }
    let search = match options.text("search_index", "encrypted").as_str() {
        "dynamically" => SearchIndex::Encrypted,
        "clear" => {
            let message = "`search_index: clear` would publish the text of protected pages; they are left out";
            let span = options.node("search_index").and_then(|node| node.span);
            problems.push(Diagnostic::new("encrypt-search", Severity::Warning, message).at(span));
            SearchIndex::LeftOut
        }
        _ => SearchIndex::LeftOut,
    };
    Box::new(Encrypt {
        form: FormSpec::read(options),
        own: Own::default(),
        share: None,
        parts: parts_of(options, "encrypted_something", problems),
        inject: parts_of(options, "inject", problems).into_iter().next(),
        search,
        global_password: options
            .node("global_password")
            .and_then(text_of)
            .filter(|text| !text.is_empty()),
        span: entry.span,
        options: entry.options.clone(),
        protected: BTreeMap::new(),
        entries: Mutex::default(),
    })
}

/// The elements that an option lists: a name, and a tag with `id` or `class`.
fn parts_of(options: Options<'_>, option: &str, problems: &mut Vec<Diagnostic>) -> Vec<Part> {
    let mut parts = Vec::new();
    let entries = options.node(option).and_then(Node::as_map).unwrap_or_default();
    for (name, value) in entries {
        let pair: Vec<String> = value.as_seq().unwrap_or_default().iter().filter_map(text_of).collect();
        match pair.as_slice() {
            [tag, by] if by == "id" || by == "class" => parts.push(Part {
                name: name.key_text(),
                tag: tag.clone(),
                by_id: by == "id",
            }),
            _ => {
                let message = format!(
                    "`{option}` wants `[tag, id]` or `[tag, class]` for '{}'",
                    name.key_text()
                );
                problems.push(Diagnostic::new("encrypt-something", Severity::Error, message).at(value.span));
            }
        }
    }
    parts
}

impl Plugin for Encrypt {
    fn sources(&mut self, stage: &Stage<'_>, sources: &mut Vec<Source>, problems: &mut Vec<Diagnostic>) {
        media::hash(Options(&self.options), stage, sources, problems);
    }

    fn pages(&mut self, stage: &Stage<'_>, pages: &mut Vec<Page>, problems: &mut Vec<Diagnostic>) {
        let options = Options(&self.options);
        let power = options
            .node("kdf_pow")
            .and_then(Node::as_int)
            .filter(|power| *power >= 0)
            .unwrap_or(5);
        let mut keys = Keys::new(
            options.text("remember_prefix", "encryptcontent_"),
            10_u32.saturating_pow(u32::try_from(power).unwrap_or(5)),
            stage.settings.site_url.clone().unwrap_or_default(),
            secrets::storage(options, stage, problems),
        );
        self.share = Share::read(options, stage, problems);
        self.own = Own::read(options, stage, problems);
        if let Some(inventory) = secrets::inventory(options, stage, problems) {
            keys.add_inventory(&inventory, problems);
        }
        for page in pages.iter_mut() {
            let is_shared = page.meta.get("sharelink").is_some_and(Node::is_truthy);
            if let Some(mut protected) = self.protect(page, &keys, problems) {
                if !matches!(protected.lock, Lock::Level(_)) {
                    keys.add_page(&protected.lock);
                }
                if let (true, Some(share)) = (is_shared, &self.share) {
                    let by = keys.first(&protected.lock);
                    protected.link = by.map(|by| share.link(&page.source.url, by));
                }
                self.protected.insert(page.source.src_uri.clone(), protected);
            }
        }
        let least = options
            .node("threshold_warning_min_entropy")
            .and_then(Node::as_int)
            .unwrap_or(100);
        problems.extend(keys.weakest(least).map(|problem| problem.at(self.span)));
        let opened = keys.open().unwrap_or_default();
        for (uri, protected) in &mut self.protected {
            protected.opened = opened.get(&protected.lock).cloned();
            if protected.opened.is_none() {
                problems.push(failed(uri));
            }
        }
    }

    fn linked(
        &mut self,
        _stage: &Stage<'_>,
        pages: &mut [Page],
        _site: &Site,
        nav: &mut Nav,
        _problems: &mut Vec<Diagnostic>,
    ) {
        for (page, title) in pages.iter_mut().zip(&mut nav.titles) {
            if page.encrypted && self.protected.contains_key(&page.source.src_uri) {
                *title = format!("{}{title}", self.form.title_prefix);
                // What plugins told the template might say more than the title.
                page.variables.remove("description");
            }
        }
    }

    fn content(&self, _stage: &Stage<'_>, page: &Page, site: &Site, html: &mut String, problems: &mut Vec<Diagnostic>) {
        let Some(protected) = self.protected.get(&page.source.src_uri) else {
            return;
        };
        if protected.inject.is_some() {
            // The page stays as it is but for an element, which `html` encrypts.
            return;
        }
        let plain = std::mem::take(html);
        let opened = protected.opened.as_ref();
        let Some((opened, text)) = opened.and_then(|opened| Some((opened, cipher::encrypt(&plain, &opened.key)?)))
        else {
            problems.push(failed(&page.source.src_uri));
            return;
        };
        if self.search == SearchIndex::Encrypted {
            self.keep_entries(page, site, &plain, &opened.id);
        }
        *html = self.form(page, protected, opened, &text, problems);
    }

    fn context(&self, _stage: &Stage<'_>, page: &Page, variables: &mut Map<String, Value>) {
        if self.protected.contains_key(&page.source.src_uri) && page.shows_encrypted {
            variables.insert("encrypted".to_owned(), Value::Bool(true));
        }
    }

    fn html(&self, _stage: &Stage<'_>, page: &Page, html: &mut String, problems: &mut Vec<Diagnostic>) {
        let Some(protected) = self.protected.get(&page.source.src_uri) else {
            return;
        };
        let key = protected.opened.as_ref().map(|opened| opened.key);
        let encrypt = |text: &str| cipher::encrypt(text, &key?);
        for part in &self.parts {
            if let Some((replaced, _)) = parts::replace(html, part, "", &encrypt) {
                *html = replaced;
            } else {
                html.clear();
                problems.push(failed(&page.source.src_uri));
            }
        }
        let Some(part) = &protected.inject else { return };
        let form = protected.opened.as_ref().and_then(|opened| {
            let nothing = cipher::encrypt("<!-- -->", &opened.key)?;
            let form = self.form(page, protected, opened, &nothing, problems);
            Some(format!("<div>{form}</div>"))
        });
        let replaced = form.and_then(|form| parts::replace(html, part, &form, &encrypt));
        match replaced.filter(|(_, count)| *count > 0) {
            Some((replaced, _)) => *html = replaced,
            None => {
                html.clear();
                let message = format!(
                    "'{}' has no `{}` with the {} `{}` whose content could be encrypted",
                    page.source.src_uri,
                    part.tag,
                    if part.by_id { "id" } else { "class" },
                    part.name
                );
                problems.push(Diagnostic::new("encrypt-page", Severity::Error, message));
            }
        }
    }

    fn output(
        &self,
        _stage: &Stage<'_>,
        pages: &[Page],
        _site: &Site,
        output: &mut OutputSet,
        problems: &mut Vec<Diagnostic>,
    ) {
        match self.own.script(Options(&self.options), &self.settings()) {
            Some(Ok(script)) => output.insert(SCRIPT_PATH, script),
            Some(Err(problem)) => problems.push(problem),
            None => output.insert(
                SCRIPT_PATH,
                SCRIPT.replace("/* settings */ {}", &self.settings().to_string()),
            ),
        }
        if let Some(share) = &self.share {
            let protected = pages.iter().filter_map(|page| self.protected.get(&page.source.src_uri));
            let links: Vec<&str> = protected.filter_map(|protected| protected.link.as_deref()).collect();
            output.insert_beside(share.path.clone(), links.join("\n"));
        }
        if self.search != SearchIndex::Encrypted {
            return;
        }
        let keys: BTreeMap<&str, cipher::Key> = self
            .protected
            .values()
            .filter_map(|protected| protected.opened.as_ref())
            .map(|opened| (opened.id.as_str(), opened.key))
            .collect();
        let entries = self.entries.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut index = Map::new();
        for (id, found) in entries.iter() {
            let mut found = found.clone();
            found.sort_by(|a, b| a.0.cmp(&b.0));
            let list = Value::Array(found.into_iter().map(|(_, entry)| entry).collect());
            match keys
                .get(id.as_str())
                .and_then(|key| cipher::encrypt(&list.to_string(), key))
            {
                Some(text) => {
                    index.insert(id.clone(), Value::from(text));
                }
                None => problems.push(failed(id)),
            }
        }
        output.insert("search/encrypted_search_index.json", Value::Object(index).to_string());
    }
}

impl Encrypt {
    /// What stands in the place of an article.
    fn form(
        &self,
        page: &Page,
        protected: &Protected,
        opened: &Opened,
        text: &str,
        problems: &mut Vec<Diagnostic>,
    ) -> String {
        let form = form::Form {
            spec: &self.form,
            protected,
            opened,
            text,
            script: script_of(page),
        };
        match self.own.html(Options(&self.options), &form, &page.source.url) {
            None => form.html(self.own.has_script()),
            Some(Ok(html)) => html,
            Some(Err(problem)) => {
                problems.push(problem);
                String::new()
            }
        }
    }

    /// Finds out how a page is protected, and takes everything from it that would tell of it.
    fn protect(&self, page: &mut Page, keys: &Keys, problems: &mut Vec<Diagnostic>) -> Option<Protected> {
        let span = |key: &str| page.meta.get(key).and_then(|node| node.span);
        let level_span = span("level");
        let use_secret = page.meta.get("use_secret").is_some();
        let mut wrong = |what: &str, span: Option<Span>| {
            problems.push(Diagnostic::new("encrypt-page", Severity::Error, what).at(span));
        };
        for key in ["password", "level", "obfuscate"] {
            let written = page.meta.get(key).filter(|node| !node.is_null());
            if let Some(node) = written.filter(|node| text_of(node).is_none()) {
                wrong("what protects a page must be a text", node.span);
            }
        }
        if use_secret {
            let what = "`use_secret` is no longer supported; use `!ENV` in the password inventory";
            wrong(what, page.span_of("use_secret"));
        }
        let password = take(&mut page.meta, "password");
        let level = take(&mut page.meta, "level");
        let obfuscate = take(&mut page.meta, "obfuscate");
        let inject = take(&mut page.meta, "inject_id");
        let remove = take(&mut page.meta, "delete_id");
        take(&mut page.meta, "sharelink");
        let wording = Wording {
            summary: take(&mut page.meta, "encryption_summary"),
            info: take(&mut page.meta, "encryption_info_message"),
        };
        let inject = inject.map(|name| Part {
            name,
            tag: "div".to_owned(),
            by_id: true,
        });
        let password = password
            .or_else(|| self.global_password.clone())
            .filter(|text| !text.is_empty());
        let global = keys.has_level("_global").then(|| "_global".to_owned());
        let level = level.or(global).filter(|text| !text.is_empty());
        let lock = match (password, level, obfuscate.filter(|text| !text.is_empty())) {
            (Some(password), _, _) => Lock::Password(password),
            (None, Some(level), _) => {
                if !keys.has_level(&level) {
                    let message = format!("Please define \"{level}\" in password_inventory or password_file!");
                    let mut problem = Diagnostic::new("encrypt-level", Severity::Error, message).at(level_span);
                    if let Some(near) = crate::report::nearest(&level, keys.levels()) {
                        problem = problem.help(format!("did you mean `{near}`?"));
                    }
                    problems.push(problem);
                }
                Lock::Level(level)
            }
            (None, None, Some(password)) => Lock::Obfuscate(password),
            (None, None, None) => return None,
        };
        page.encrypted = true;
        page.shows_encrypted = Options(&self.options).bool("tag_encrypted_page", true);
        page.document.toc.clear();
        take(&mut page.meta, "description");
        Some(Protected {
            lock,
            wording,
            inject: inject.or_else(|| self.inject.clone()),
            remove,
            link: None,
            opened: None,
        })
    }

    fn keep_entries(&self, page: &Page, _site: &Site, plain: &str, id: &str) {
        let meta = match page.meta.to_json() {
            Value::Object(map) => map,
            _ => Map::new(),
        };
        let title = page.document.title.clone().unwrap_or_else(|| page.source.name.clone());
        let found = crate::search::entries(plain, &page.source.url, &title, &meta);
        let mut entries = self.entries.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        for (at, entry) in found.into_iter().enumerate() {
            let value = serde_json::json!({"location": entry.location, "title": entry.title, "text": entry.text});
            let key = format!("{}\n{at:06}", page.source.src_uri);
            entries.entry(id.to_owned()).or_default().push((key, value));
        }
    }

    /// What the script must know.
    fn settings(&self) -> Value {
        let options = Options(&self.options);
        let power = options
            .node("kdf_pow")
            .and_then(Node::as_int)
            .filter(|power| *power >= 0)
            .unwrap_or(5);
        let parts: Map<String, Value> = self
            .parts
            .iter()
            .map(|part| {
                let by = if part.by_id { "id" } else { "class" };
                (part.name.clone(), serde_json::json!([part.tag, by]))
            })
            .collect();
        serde_json::json!({
            "rounds": 10_u64.saturating_pow(u32::try_from(power).unwrap_or(5)),
            "rememberKeys": options.bool("remember_keys", true),
            "rememberPassword": options.bool("remember_password", false),
            "prefix": cipher::encode_component(&options.text("remember_prefix", "encryptcontent_")),
            "session": options.bool("session_storage", true),
            "parts": parts,
            "share": options.bool("sharelinks", false),
            "incomplete": options.bool("sharelinks_incomplete", false),
            "reload": options.texts("reload_scripts"),
        })
    }
}

/// Takes a key out of front matter; a scalar as text, anything else as an empty one.
fn take(meta: &mut Node, key: &str) -> Option<String> {
    let Kind::Map(entries) = &mut meta.kind else {
        return None;
    };
    let at = entries.iter().position(|(name, _)| name.as_str() == Some(key))?;
    let (_, value) = entries.remove(at);
    match value.kind {
        Kind::Null => Some("None".to_owned()),
        _ => text_of(&value),
    }
}

/// The address of the script as seen from a page.
fn script_of(page: &Page) -> String {
    let from = if page.source.url.is_empty() {
        "./"
    } else {
        &page.source.url
    };
    relative_url(SCRIPT_PATH, from)
}

fn failed(uri: &str) -> Diagnostic {
    let message = format!("'{uri}' could not be encrypted");
    Diagnostic::new("encrypt-failed", Severity::Error, message)
}
