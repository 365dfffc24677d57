//! `plugins` as a list of uses: names found, options checked, those that are off left out.
//!
//! What a plugin does is for `plugins` to say.

use std::collections::HashMap;

use super::languages::{self, Language};
use super::plugin_effects;
use super::plugin_table::{PLUGINS, Plugin, PluginType};
use super::settings::{Chaski, PluginUse};
use crate::report::{Diagnostic, Severity, nearest};
use crate::yaml::{Kind, Node};

/// What reading needs to know besides the value.
pub(super) struct Plugins<'a, 'p> {
    /// The theme's name, whose namespace is tried first.
    pub(super) theme: Option<&'a str>,
    /// The plugins that can be done.
    pub(super) done: &'a [&'static str],
    /// What may be missing.
    pub(super) chaski: &'a Chaski,
    /// Where problems go.
    pub(super) problems: &'p mut Vec<Diagnostic>,
}

/// What the search looks into.
const SEARCH_FIELDS: [&str; 3] = ["title", "text", "tags"];

/// Options of plugins that are built in which are read and not followed: plugin, option, its default,
/// and why. `material/info` is left out, which changes nothing in a site.
const INEFFECTIVE: &[(&str, &str, &str, &str)] = &[
    ("search", "jieba_dict", "", JIEBA),
    ("search", "jieba_dict_user", "", JIEBA),
    ("material/search", "jieba_dict", "", JIEBA),
    ("material/search", "jieba_dict_user", "", JIEBA),
    (
        "material/tags",
        "listings_layout",
        "default",
        "lists of tags have one layout",
    ),
    (
        "material/tags",
        "shadow_on_serve",
        "True",
        "a preview shows what a build shows",
    ),
    (
        "encryptcontent",
        "arithmatex",
        "",
        "the theme's scripts look at the page after it is decrypted",
    ),
    (
        "encryptcontent",
        "hljs",
        "",
        "code is highlighted when the site is built",
    ),
    (
        "encryptcontent",
        "webcrypto",
        "True",
        "pages are always decrypted by the browser's own functions",
    ),
    (
        "encryptcontent",
        "insecure_test",
        "",
        "pages are never encrypted weakly",
    ),
    (
        "rss",
        "use_material_blog",
        "True",
        "posts of the blog are always told apart",
    ),
    (
        "include-markdown",
        "include_from_url",
        "",
        "nothing is fetched; a page that includes an address is named",
    ),
    (
        "open-in-new-tab",
        "add_icon",
        "",
        "links have no icon of their own; add one by styles",
    ),
];

const JIEBA: &str = "Chinese text is not cut by a dictionary";

/// The options of all plugins that are known: plugin and option, without old ones that are reported.
/// With `true` where an option is named as without effect.
pub fn plugin_options() -> impl Iterator<Item = (&'static str, &'static str, bool)> {
    PLUGINS.iter().flat_map(|plugin| {
        let options = plugin.options.iter();
        let current = options.filter(|(_, kind)| !matches!(kind, PluginType::Retired(_)));
        current.map(|(option, _)| {
            let is_named = INEFFECTIVE
                .iter()
                .any(|(of, name, ..)| of == &plugin.name && name == option);
            (plugin.name, *option, is_named)
        })
    })
}

/// Whether a plugin has this option, old ones that are reported included.
#[must_use]
pub fn knows_plugin_option(plugin: &str, option: &str) -> bool {
    let mut plugins = PLUGINS.iter().filter(|known| known.name == plugin);
    plugins.any(|known| known.options.iter().any(|(name, _)| *name == option))
}

impl Plugins<'_, '_> {
    /// Reads the value of `plugins`; a missing value is `[search]`.
    pub(super) fn read(&mut self, node: Option<&Node>) -> Vec<PluginUse> {
        let mut counts = HashMap::new();
        let entries = self.entries(node);
        self.uses(&entries, &mut counts)
    }

    /// The plugins of `entries`, those of a group that is on in its place.
    fn uses(&mut self, entries: &[(Node, Node)], counts: &mut HashMap<String, usize>) -> Vec<PluginUse> {
        let mut uses = Vec::new();
        for (name, options) in entries {
            let Some(plugin) = self.plugin(name, options, counts) else {
                continue;
            };
            let members = plugin
                .options
                .get("plugins")
                .filter(|_| plugin.name == "material/group");
            let members = members.map(|members| self.entries(Some(members))).unwrap_or_default();
            uses.push(plugin);
            uses.extend(self.uses(&members, counts));
        }
        uses
    }

    /// Names and options; both forms of list entries, and a mapping.
    fn entries(&mut self, node: Option<&Node>) -> Vec<(Node, Node)> {
        let empty = || Node::bare(Kind::Null);
        let Some(node) = node else {
            return vec![(Node::bare(Kind::Str("search".to_owned())), empty())];
        };
        let items = match &node.kind {
            Kind::Map(entries) => return entries.clone(),
            Kind::Seq(items) => items,
            _ => {
                self.invalid(node, "Invalid Plugins configuration. Expected a list or dict.");
                return Vec::new();
            }
        };
        let mut entries = Vec::new();
        for item in items {
            match &item.kind {
                Kind::Map(pairs) => match pairs.as_slice() {
                    [pair] => entries.push(pair.clone()),
                    _ => self.invalid(
                        item,
                        "Invalid Plugins configuration: start each plugin with its own `-`",
                    ),
                },
                _ => entries.push((item.clone(), empty())),
            }
        }
        entries
    }

    fn plugin(&mut self, name: &Node, options: &Node, counts: &mut HashMap<String, usize>) -> Option<PluginUse> {
        let Some(written) = name.as_str() else {
            self.invalid(name, &format!("'{}' is not a valid plugin name.", name.key_text()));
            return None;
        };
        let options = self.options(written, options)?;
        let Some(plugin) = self.find(written) else {
            if options.get("enabled").and_then(Node::as_bool) != Some(false) {
                self.unknown(name, written);
            }
            return None;
        };
        let count = counts.entry(plugin.name.to_owned()).or_insert(0);
        *count += 1;
        let instance = match *count {
            1 => plugin.name.to_owned(),
            count => format!("{} #{count}", plugin.name),
        };
        if *count > 1 && !plugin.multiple {
            let message = format!(
                "Config value 'plugins': Plugin '{}' was specified multiple times - this is likely a mistake, because \
                 the plugin doesn't declare `supports_multiple_instances`.",
                plugin.name
            );
            self.problems
                .push(Diagnostic::new("plugin-twice", Severity::Warning, message).at(name.span));
        }
        self.check_options(plugin, &instance, &options);
        // The group plugin is the only one that is off by itself.
        let default = plugin.name != "material/group";
        if !options.get("enabled").and_then(Node::as_bool).unwrap_or(default) {
            return None;
        }
        self.missing(plugin, name);
        Some(PluginUse {
            name: plugin.name.to_owned(),
            instance,
            options,
            span: name.span,
        })
    }

    /// The options as a mapping; null is an empty one.
    fn options(&mut self, name: &str, options: &Node) -> Option<Node> {
        match options.kind {
            Kind::Map(_) => Some(options.clone()),
            _ if !options.is_truthy() => Some(Node {
                span: options.span,
                kind: Kind::Map(Vec::new()),
            }),
            _ => {
                self.invalid(options, &format!("Invalid config options for the '{name}' plugin."));
                None
            }
        }
    }

    fn find(&self, written: &str) -> Option<&'static Plugin> {
        let by_name = |name: &str| PLUGINS.iter().find(|plugin| plugin.name == name);
        if let Some(bare) = written.strip_prefix('/') {
            return by_name(bare);
        }
        let namespaced = self.theme.filter(|_| !written.contains('/'));
        namespaced
            .and_then(|theme| by_name(&format!("{theme}/{written}")))
            .or_else(|| by_name(written))
    }

    fn unknown(&mut self, node: &Node, written: &str) {
        let allowed = self.chaski.allow.iter().any(|name| name == written);
        let (code, severity) = match (plugin_effects::protects(written), allowed) {
            (true, _) => ("plugin-protects", Severity::Error),
            (false, true) => ("plugin-unknown", Severity::Info),
            (false, false) => ("plugin-unknown", Severity::Error),
        };
        let message = format!("Config value 'plugins': The \"{written}\" plugin is not installed");
        let mut problem = Diagnostic::new(code, severity, message).at(node.span);
        let effect = plugin_effects::of(written);
        let short = PLUGINS
            .iter()
            .map(|plugin| plugin.name.strip_prefix("material/").unwrap_or(plugin.name));
        if let Some(effect) = effect {
            problem = problem.help(effect);
        } else if let Some(near) = nearest(written, short) {
            problem = problem.help(format!("did you mean `{near}`?"));
        }
        if code == "plugin-protects" {
            problem = problem.help("pages that it keeps back would be readable by all, so nothing is built without it");
            problem = problem.help("name them in `exclude_docs`, and remove the plugin");
        } else if !allowed {
            problem = problem.help(format!(
                "Python plugins do not run here; to build without it, add `{written}` to `chaski: allow:`"
            ));
        }
        self.problems.push(problem);
    }

    /// Says what the site will lack of a plugin that is known but not done yet.
    fn missing(&mut self, plugin: &Plugin, name: &Node) {
        if plugin.by_settings || self.done.contains(&plugin.name) {
            return;
        }
        let short = plugin.name.strip_prefix("material/").unwrap_or(plugin.name);
        let allowed = self
            .chaski
            .allow
            .iter()
            .any(|allow| allow == short || allow == plugin.name);
        let severity = if allowed { Severity::Info } else { Severity::Warning };
        let message =
            format!("Config value 'plugins': the \"{short}\" plugin is not built in yet, its effect is missing");
        let mut problem = Diagnostic::new("plugin-missing", severity, message).at(name.span);
        if let Some(effect) = plugin_effects::of(short) {
            problem = problem.help(effect);
        }
        if !allowed {
            problem = problem.help(format!("to build without it, add `{short}` to `chaski: allow:`"));
        }
        self.problems.push(problem);
    }

    fn check_options(&mut self, plugin: &Plugin, instance: &str, options: &Node) {
        for (key, value) in options.as_map().unwrap_or(&[]) {
            let name = key.key_text();
            let known = plugin.options.iter().find(|(known, _)| *known == name);
            let kind = match known {
                Some((_, kind)) => *kind,
                None if name == "enabled" => PluginType::Bool,
                None => {
                    self.unknown_option(plugin, instance, key);
                    continue;
                }
            };
            self.check_value(instance, key, value, kind);
            if name == "separator"
                && matches!(plugin.name, "search" | "material/search")
                && value.as_str().is_some_and(|text| !text.is_empty())
            {
                let message = format!(
                    "Config value 'plugins': Plugin '{instance}' option 'separator' is for `search_index.json` only: \
                     the search of the site finds words whatever separates them"
                );
                self.problems
                    .push(Diagnostic::new("search-separator", Severity::Info, message).at(key.span));
            }
            if name == "fields" && matches!(plugin.name, "search" | "material/search") {
                self.check_fields(instance, value);
            }
            let known = INEFFECTIVE
                .iter()
                .find(|(of, option, ..)| *of == plugin.name && *option == name);
            let is_set = |standard: &str| match standard {
                "" => value.is_truthy(),
                standard => value.key_text() != standard && !value.is_null(),
            };
            if let Some((.., why)) = known.filter(|(_, _, standard, _)| is_set(standard)) {
                let message =
                    format!("Config value 'plugins': Plugin '{instance}' option '{name}' has no effect: {why}");
                self.problems
                    .push(Diagnostic::new("plugin-option", Severity::Warning, message).at(key.span));
            }
        }
    }

    /// The fields of the search, each with a `boost`. Material takes others without a word.
    fn check_fields(&mut self, instance: &str, fields: &Node) {
        let mut say = |message: String, span, near: Option<&str>| {
            let message = format!("Config value 'plugins': Plugin '{instance}' option 'fields': {message}");
            let mut problem = Diagnostic::new("plugin-option", Severity::Info, message).at(span);
            problem.help.extend(near.map(|near| format!("did you mean `{near}`?")));
            self.problems.push(problem);
        };
        for (key, field) in fields.as_map().unwrap_or(&[]) {
            let name = key.key_text();
            if !SEARCH_FIELDS.contains(&name.as_str()) {
                let message = format!("the search has no field '{name}'");
                say(message, key.span, nearest(&name, SEARCH_FIELDS));
            }
            for (option, boost) in field.as_map().unwrap_or(&[]) {
                let option_name = option.key_text();
                if option_name != "boost" {
                    let message = format!("Unrecognised configuration name: {option_name}");
                    say(message, option.span, nearest(&option_name, ["boost"]));
                } else if !matches!(boost.kind, Kind::Int(_) | Kind::Float(_)) {
                    say("a 'boost' is a number".to_owned(), boost.span, None);
                }
            }
        }
    }

    fn unknown_option(&mut self, plugin: &Plugin, instance: &str, key: &Node) {
        let name = key.key_text();
        let message = format!(
            "Config value 'plugins': Plugin '{instance}' option '{name}': Unrecognised configuration name: {name}"
        );
        let mut problem = Diagnostic::new("plugin-option", Severity::Warning, message).at(key.span);
        if let Some(near) = nearest(&name, plugin.options.iter().map(|(known, _)| *known)) {
            problem = problem.help(format!("did you mean `{near}`?"));
        }
        self.problems.push(problem);
    }

    fn check_value(&mut self, instance: &str, key: &Node, value: &Node, kind: PluginType) {
        let name = key.key_text();
        let option = format!("Config value 'plugins': Plugin '{instance}' option '{name}'");
        let wanted = match kind {
            PluginType::Retired(replacement) => {
                let message = format!(
                    "{option}: The configuration option '{name}' has been deprecated and will be removed in a future release."
                );
                let mut problem = Diagnostic::new("plugin-option", Severity::Warning, message).at(key.span);
                if let Some(replacement) = replacement {
                    problem = problem.help(format!("use `{replacement}` instead"));
                }
                self.problems.push(problem);
                return;
            }
            PluginType::Bool => (value.as_bool().is_none(), "`true` or `false`".to_owned()),
            PluginType::Int => (value.as_int().is_none(), "an integer".to_owned()),
            PluginType::Text => (value.as_str().is_none(), "a text".to_owned()),
            PluginType::List => (value.as_seq().is_none(), "a list".to_owned()),
            PluginType::Map => (value.as_map().is_none(), "a mapping".to_owned()),
            PluginType::Choice(choices) => (
                !value.as_str().is_some_and(|text| choices.contains(&text)),
                format!("one of `{}`", choices.join("`, `")),
            ),
            PluginType::Choices(choices) => {
                let is_known = |node: &Node| node.as_str().is_some_and(|text| choices.contains(&text));
                for item in value.as_seq().unwrap_or(&[]).iter().filter(|item| !is_known(item)) {
                    self.check_value(instance, key, item, PluginType::Choice(choices));
                }
                (value.as_seq().is_none(), "a list".to_owned())
            }
            PluginType::Languages => {
                self.check_languages(value);
                (
                    value.as_str().is_none() && value.as_seq().is_none(),
                    "a text or a list".to_owned(),
                )
            }
            PluginType::Synonyms => {
                let wanted = "groups such as `- [job, task]` or `job: [task]`".to_owned();
                let (Some(place), false) = (misplaced(value), value.is_null()) else {
                    return;
                };
                let message = format!("{option}: expected {wanted}, found {}", place.describe());
                let span = place.span.or(key.span);
                self.problems
                    .push(Diagnostic::new("plugin-option", Severity::Error, message).at(span));
                return;
            }
            PluginType::Any => return,
        };
        // A placeholder such as `!relative` has no type until the build.
        if let (true, wanted) = wanted
            && !value.is_null()
            && !matches!(value.kind, Kind::Tagged(..))
        {
            let message = format!("{option}: expected {wanted}, found {}", value.describe());
            let mut problem = Diagnostic::new("plugin-option", Severity::Error, message).at(value.span);
            if let PluginType::Choice(choices) = kind
                && let Some(near) = value.as_str().and_then(|text| nearest(text, choices.iter().copied()))
            {
                problem = problem.help(format!("did you mean `{near}`?"));
            }
            self.problems.push(problem);
        }
    }

    fn check_languages(&mut self, value: &Node) {
        for node in value.as_seq().unwrap_or(std::slice::from_ref(value)) {
            let Some(lang) = node.as_str() else { continue };
            let message = match languages::look_up(lang) {
                Language::Known => continue,
                Language::Switched(known) => format!("Option search.lang '{lang}' switched to '{known}'"),
                Language::Unknown => format!("Option search.lang '{lang}' is not supported, falling back to 'en'"),
            };
            self.problems
                .push(Diagnostic::new("search-lang", Severity::Info, message).at(node.span));
        }
    }

    fn invalid(&mut self, node: &Node, message: &str) {
        let message = format!("Config value 'plugins': {message}");
        self.problems
            .push(Diagnostic::new("config-plugins", Severity::Error, message).at(node.span));
    }
}

/// What in groups of synonyms is neither a text nor a list of texts.
fn misplaced(value: &Node) -> Option<&Node> {
    let is_text = |node: &Node| !node.is_null() && node.as_map().is_none() && node.as_seq().is_none();
    let wrong = |group: &'_ Node| match group.as_seq() {
        Some(items) => items.iter().any(|item| !is_text(item)),
        None => !is_text(group),
    };
    if let Some(entries) = value.as_map() {
        return entries.iter().map(|(_, group)| group).find(|group| wrong(group));
    }
    match value.as_seq() {
        Some(groups) => groups.iter().find(|group| wrong(group)),
        None => Some(value),
    }
}
