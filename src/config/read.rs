//! The configuration as written, located, and how [`Settings`] are made of it.

use std::path::{Path, PathBuf};

use super::Environment;
use super::plugins::Plugins;
use super::reader::Reader;
use super::settings::{Chaski, Patterns, Script, Settings};
use super::tags::{self, Folders};
use super::theme::ThemeReader;
use super::{addresses, extensions, nav, paths, publish, validation};
use crate::files::Files;
use crate::report::{Diagnostic, Severity};
use crate::yaml::{Kind, Node};

/// What one `mkdocs.yml` and its parents say.
pub(super) struct Options<'a> {
    /// The joined mapping, tags resolved.
    pub(super) node: &'a Node,
    /// The file; `None` for standard input.
    pub(super) file: Option<PathBuf>,
    /// The folder that paths start from.
    pub(super) root: &'a Path,
    /// What exists.
    pub(super) files: &'a Files,
    /// The environment, for files that plugins read.
    pub(super) environment: &'a Environment,
    /// The plugins that can be done.
    pub(super) plugins: &'a [&'static str],
}

impl Options<'_> {
    /// Checks and resolves every key.
    pub(super) fn read(self, problems: &mut Vec<Diagnostic>) -> Settings {
        let null = Node::bare(Kind::Null);
        let mut reader = Reader::new(Some(self.node), "", problems);
        let chaski = chaski(&mut reader);
        let theme_node = reader.node("theme");
        let theme = ThemeReader {
            root: self.root,
            files: self.files,
            chaski: &chaski,
            problems: reader.problems,
        }
        .read(theme_node);
        let extensions_node = reader.node("markdown_extensions").unwrap_or(&null);
        let mut markdown_extensions = extensions::read(extensions_node, reader.problems);
        let docs_dir = self.docs_dir(&mut reader);
        let folders = Folders {
            docs: &docs_dir,
            config: self.root,
        };
        for used in &mut markdown_extensions {
            tags::place(&mut used.options, &folders, reader.problems);
        }
        // A key that is there but null takes MkDocs' default too.
        let plugins_node = reader.node("plugins");
        let plugins = Plugins {
            theme: theme.name.as_deref(),
            done: self.plugins,
            chaski: &chaski,
            problems: reader.problems,
        }
        .read(plugins_node);
        let offline = plugins.iter().any(|plugin| plugin.name == "material/offline");
        let repo = addresses::repo(&mut reader);
        let around = publish::Surroundings {
            root: self.root,
            repo: &repo,
        };
        let publish_node = self.node.get("chaski").and_then(|ours| ours.get("publish"));
        let publish = publish::read(publish_node, &around, reader.problems);
        let ours = |key: &str| self.node.get("chaski").and_then(|ours| ours.get(key));
        let levels = super::problems::read(ours("problems"), self.root, reader.problems);
        let check = super::check::read(ours("check").filter(|node| !node.is_null()), reader.problems);
        let settings = Settings {
            check,
            levels,
            site_name: self.site_name(&mut reader),
            site_url: addresses::site_url(&mut reader),
            site_description: reader.text("site_description"),
            site_author: reader.text("site_author"),
            copyright: reader.text("copyright"),
            site_dir: self.site_dir(&mut reader, &docs_dir),
            docs_dir,
            use_directory_urls: reader.flag("use_directory_urls", true) && !offline,
            strict: reader.flag("strict", false),
            nav: nav::read(&mut reader),
            exclude_docs: patterns(&mut reader, "exclude_docs"),
            draft_docs: patterns(&mut reader, "draft_docs"),
            not_in_nav: patterns(&mut reader, "not_in_nav"),
            repo,
            extra_css: reader.texts("extra_css"),
            extra_javascript: scripts(&mut reader),
            extra_templates: reader.texts("extra_templates"),
            dev_addr: addresses::dev_addr(&mut reader),
            watch: self.watch(&mut reader),
            hooks: hooks(&mut reader, &chaski),
            validation: validation::read(&mut reader),
            extra: extra(&mut reader),
            file: self.file.clone(),
            root: self.root.to_owned(),
            theme,
            markdown_extensions,
            plugins,
            chaski,
            publish,
            serving: false,
            environment: self.environment.clone(),
            written: self.node.clone(),
        };
        retired(&mut reader);
        reader.finish(Severity::Warning);
        settings
    }

    fn site_name(&self, reader: &mut Reader<'_, '_>) -> String {
        if reader.node("site_name").is_none() {
            let message = "Config value 'site_name': Required configuration not provided.";
            let start = self.node.span.map(|span| crate::report::Span {
                end: span.start,
                ..span
            });
            reader.problems.push(
                Diagnostic::new("config-value", Severity::Error, message)
                    .at(start)
                    .help("add a line such as `site_name: My site`"),
            );
        }
        reader.text("site_name").unwrap_or_default()
    }

    fn docs_dir(&self, reader: &mut Reader<'_, '_>) -> PathBuf {
        let node = reader.node("docs_dir");
        let written = reader.text("docs_dir").unwrap_or_else(|| "docs".to_owned());
        let path = paths::absolute(self.root, &written);
        let message = if !self.files.is_dir(&path) {
            format!("The path '{}' isn't an existing directory.", path.display())
        } else if self.file.is_some() && path == self.root {
            "The 'docs_dir' should not be the parent directory of the config file. Use a child directory instead so \
             that the 'docs_dir' is a sibling of the config file."
                .to_owned()
        } else {
            return path;
        };
        let missing = Node::bare(Kind::Null);
        let problem = reader.problem("docs_dir", node.unwrap_or(&missing), &message);
        let advice = if node.is_none() {
            "make a folder `docs` beside the configuration, or set `docs_dir`"
        } else {
            "paths start at the folder of the configuration file"
        };
        reader.problems.push(problem.help(advice));
        path
    }

    fn site_dir(&self, reader: &mut Reader<'_, '_>, docs: &Path) -> PathBuf {
        let node = reader.node("site_dir");
        let written = reader.text("site_dir").unwrap_or_else(|| "site".to_owned());
        let site = paths::absolute(self.root, &written);
        let message = if docs.starts_with(&site) {
            "The 'docs_dir' should not be within the 'site_dir' as this can mean the source files are overwritten by \
             the output or it will be deleted if --clean is passed to mkdocs build."
        } else if site.starts_with(docs) {
            "The 'site_dir' should not be within the 'docs_dir' as this leads to the build directory being copied into \
             itself and duplicate nested files in the 'site_dir'."
        } else {
            return site;
        };
        let message = format!(
            "{message} (site_dir: '{}', docs_dir: '{}')",
            site.display(),
            docs.display()
        );
        let missing = Node::bare(Kind::Null);
        reader.error("site_dir", node.unwrap_or(&missing), &message);
        site
    }

    fn watch(&self, reader: &mut Reader<'_, '_>) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for (text, item) in reader.located_texts("watch") {
            let path = paths::absolute(self.root, text);
            if !self.files.exists(&path) {
                let message = format!("The path '{}' isn't an existing file or directory.", path.display());
                reader.error("watch", item, &message);
            }
            found.push(path);
        }
        found
    }
}

fn patterns(reader: &mut Reader<'_, '_>, key: &'static str) -> Patterns {
    let Some(node) = reader.node(key) else {
        return Patterns::default();
    };
    let Some(text) = node.as_str() else {
        let problem = reader.problem(
            key,
            node,
            &format!("Expected a multiline string, but {} was given.", node.describe()),
        );
        reader
            .problems
            .push(problem.help(format!("write `{key}: |` and one pattern a line below it")));
        return Patterns::default();
    };
    Patterns {
        text: text.to_owned(),
        span: node.span,
    }
}

fn scripts(reader: &mut Reader<'_, '_>) -> Vec<Script> {
    let mut scripts = Vec::new();
    for (index, item) in reader.list("extra_javascript").iter().enumerate() {
        if let Some(path) = item.as_str() {
            let module = path.ends_with(".mjs");
            scripts.push(Script {
                path: path.to_owned(),
                kind: if module { "module".to_owned() } else { String::new() },
                detailed: module,
                ..Script::default()
            });
            continue;
        }
        let prefix = format!("extra_javascript[{index}].");
        let mut entry = Reader::new(Some(item), &prefix, reader.problems);
        let path = entry.text("path");
        let script = Script {
            path: path.clone().unwrap_or_default(),
            kind: entry.text("type").unwrap_or_default(),
            defer: entry.flag("defer", false),
            is_async: entry.flag("async", false),
            detailed: true,
        };
        if path.is_some() {
            scripts.push(script);
        } else if item.as_map().is_some() {
            entry.error("path", item, "Required configuration not provided.");
        }
        entry.finish(Severity::Warning);
    }
    scripts
}

/// Hooks are Python, which is not run: an error, unless the site says it can do without.
fn hooks(reader: &mut Reader<'_, '_>, chaski: &Chaski) -> Vec<String> {
    let hooks = reader.located_texts("hooks");
    for (hook, item) in &hooks {
        let allowed = chaski.allow.iter().any(|name| name == "hooks" || name == *hook);
        let severity = if allowed { Severity::Info } else { Severity::Error };
        let message = format!("Config value 'hooks': the hook '{hook}' is Python, which is not run");
        let mut problem = Diagnostic::new("hook", severity, message).at(item.span);
        if !allowed {
            problem = problem.help(format!(
                "to build without what it does, add `{hook}` to `chaski: allow:`"
            ));
        }
        reader.problems.push(problem);
    }
    hooks.into_iter().map(|(hook, _)| hook.to_owned()).collect()
}

fn extra(reader: &mut Reader<'_, '_>) -> Node {
    let node = reader.node("extra");
    if let Some(node) = node.filter(|node| node.as_map().is_none()) {
        reader.wrong("extra", node, "a mapping");
    }
    let extra = node.filter(|node| node.as_map().is_some());
    let extra = extra.cloned().unwrap_or_else(|| Node::bare(Kind::Map(Vec::new())));
    super::extra::check(&extra, reader.problems);
    extra
}

fn chaski(reader: &mut Reader<'_, '_>) -> Chaski {
    let node = reader.node("chaski");
    own(node, reader.problems)
}

/// Our own settings.
pub(super) fn own(node: Option<&Node>, problems: &mut Vec<Diagnostic>) -> Chaski {
    let mut ours = Reader::new(node, "chaski.", problems);
    let chaski = Chaski {
        allow: ours.texts("allow"),
        csp: super::csp::read(&mut ours),
        commonmark: ours.choice("dialect", &[("mkdocs", false), ("commonmark", true)], false),
        mathml: ours.choice("math", &[("script", false), ("mathml", true)], false),
    };
    // Read where the repository is known.
    ours.know(&["publish", "problems", "check"]);
    ours.finish(Severity::Warning);
    chaski
}

/// Keys of former releases of MkDocs.
fn retired(reader: &mut Reader<'_, '_>) {
    if let Some(node) = reader.node("pages") {
        let message = "The configuration option 'pages' was removed from MkDocs. Use 'nav' instead.";
        let key = Node {
            span: node.span,
            kind: Kind::Null,
        };
        reader.error("pages", &key, message);
    }
    if let Some(node) = reader.node("google_analytics") {
        let problem = reader.problem(
            "google_analytics",
            node,
            "The configuration option google_analytics has been deprecated and will be removed in a future release of \
             MkDocs. See the options available on your theme for an alternative.",
        );
        reader.problems.push(Diagnostic {
            severity: Severity::Warning,
            ..problem.help("set `extra.analytics` with `provider: google` and `property`")
        });
    }
}
