//! What holds for a build: every setting resolved and typed.

use std::path::PathBuf;

use super::Environment;
use crate::markdown::{Dialect, ExtensionUse, is_extension};
use crate::publish::PublishSpec;
use crate::report::{Checked, Diagnostic, Levels, Severity, Span};
use crate::site::AbsoluteLinks;
use crate::theme::{FontSpec, PaletteSpec};
use crate::yaml::{Kind, Node};

/// A project's configuration after inheritance, environment and command line.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The configuration file as an absolute path; `None` for standard input.
    pub file: Option<PathBuf>,
    /// The folder that relative paths start from: that of the file, or the working directory.
    pub root: PathBuf,
    /// `site_name`; may be empty.
    pub site_name: String,
    /// `site_url`, with a trailing `/` unless it is empty.
    pub site_url: Option<String>,
    /// `site_description`.
    pub site_description: Option<String>,
    /// `site_author`.
    pub site_author: Option<String>,
    /// `copyright`, as HTML.
    pub copyright: Option<String>,
    /// `docs_dir`, absolute.
    pub docs_dir: PathBuf,
    /// `site_dir`, absolute.
    pub site_dir: PathBuf,
    /// `use_directory_urls`, off under the offline plugin.
    pub use_directory_urls: bool,
    /// `strict`, or `--strict`.
    pub strict: bool,
    /// `nav` as written; `None` when missing or empty.
    pub nav: Option<Node>,
    /// `exclude_docs`.
    pub exclude_docs: Patterns,
    /// `draft_docs`.
    pub draft_docs: Patterns,
    /// `not_in_nav`.
    pub not_in_nav: Patterns,
    /// The project's repository.
    pub repo: Repo,
    /// `extra_css` in order.
    pub extra_css: Vec<String>,
    /// `extra_javascript` in order.
    pub extra_javascript: Vec<Script>,
    /// `extra_templates` in order.
    pub extra_templates: Vec<String>,
    /// `dev_addr`: host and port.
    pub dev_addr: (String, u16),
    /// `watch`, absolute.
    pub watch: Vec<PathBuf>,
    /// `hooks` that are listed in `chaski: allow`; others are errors.
    pub hooks: Vec<String>,
    /// `validation`.
    pub validation: Validation,
    /// `theme`.
    pub theme: Theme,
    /// `markdown_extensions` in order, as written.
    pub markdown_extensions: Vec<ExtensionUse>,
    /// `plugins` in order, without those that are off.
    pub plugins: Vec<PluginUse>,
    /// `extra`, free data for templates; an empty mapping when missing.
    pub extra: Node,
    /// `chaski`.
    pub chaski: Chaski,
    /// `chaski.problems`: levels that the site sets.
    pub levels: Levels,
    /// `chaski.publish`.
    pub publish: PublishSpec,
    /// `chaski.check`.
    pub check: super::CheckSettings,
    /// Whether the site is a preview: drafts are shown.
    pub serving: bool,
    /// The environment, for what plugins read beside the configuration.
    pub environment: Environment,
    /// The whole configuration as written, tags resolved, for keys that only templates know.
    pub written: Node,
}

impl Settings {
    /// Gives the tags (`!ENV`) of a file that a plugin has read their meaning.
    pub fn resolve(&self, node: &mut Node, problems: &mut Vec<Diagnostic>) {
        super::tags::resolve(node, &self.environment, problems);
    }

    /// The Markdown dialect of the pages. Extensions that `chaski: allow:` lists may be missing.
    #[must_use]
    pub fn dialect(&self) -> Checked<Dialect> {
        self.dialect_of(&self.markdown_extensions)
    }

    /// The same dialect with some options of an extension set otherwise.
    #[must_use]
    pub fn dialect_with(&self, extension: &str, options: &[(&str, Kind)]) -> Dialect {
        let full = format!("markdown.extensions.{extension}");
        let mut extensions = self.markdown_extensions.clone();
        if !extensions.iter().any(|used| used.name == extension) {
            extensions.retain(|used| used.name != full);
            extensions.insert(
                0,
                ExtensionUse {
                    name: extension.to_owned(),
                    options: Node::default(),
                    span: None,
                },
            );
        }
        for used in extensions.iter_mut().filter(|used| used.name == extension) {
            let mut entries = used.options.as_map().map_or_else(Vec::new, <[_]>::to_vec);
            entries.retain(|(key, _)| options.iter().all(|(name, _)| key.as_str() != Some(name)));
            for (name, value) in options {
                entries.push((Node::bare(Kind::Str((*name).to_owned())), Node::bare(value.clone())));
            }
            used.options = Node::bare(Kind::Map(entries));
        }
        self.dialect_of(&extensions).value
    }

    fn dialect_of(&self, extensions: &[ExtensionUse]) -> Checked<Dialect> {
        let icons = self.theme.custom_dir.iter().map(|dir| dir.join(".icons")).collect();
        let missing = |used: &ExtensionUse| self.chaski.allow.contains(&used.name) && !is_extension(&used.name);
        let (left_out, known): (Vec<_>, Vec<_>) = extensions.iter().cloned().partition(missing);
        let mut known = known;
        if self.plugin("autorefs").is_some() {
            // The plugin brings its own extension along.
            known.push(ExtensionUse {
                name: "mkdocs_autorefs".to_owned(),
                options: Node::default(),
                span: None,
            });
        }
        let mut checked = Dialect::new(&known, true, self.root.clone(), icons);
        self.chaski.apply(&mut checked.value);
        checked.problems.extend(left_out.iter().map(|used| {
            let message = format!(
                "Markdown extension `{}` is not known; `chaski: allow:` lists it",
                used.name
            );
            Diagnostic::new("extension-unknown", Severity::Info, message).at(used.span)
        }));
        checked
    }

    /// The first plugin called `name` (`search`, `material/blog`, `redirects`).
    #[must_use]
    pub fn plugin(&self, name: &str) -> Option<&PluginUse> {
        self.plugins.iter().find(|plugin| plugin.name == name)
    }
}

impl Chaski {
    /// Sets what our own settings say of a dialect.
    pub(super) fn apply(&self, dialect: &mut Dialect) {
        dialect.commonmark = self.commonmark;
        dialect.mathml = self.mathml;
    }
}

/// Patterns in gitignore syntax, one a line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patterns {
    /// The text as written.
    pub text: String,
    /// Where it stands.
    pub span: Option<Span>,
}

/// Where the sources are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repo {
    /// `repo_url`.
    pub url: Option<String>,
    /// `repo_name`, or what follows from the address.
    pub name: Option<String>,
    /// `edit_uri`, or what follows from the address, with a trailing `/`.
    pub edit_uri: Option<String>,
    /// `edit_uri_template`.
    pub edit_uri_template: Option<String>,
    /// `remote_branch`.
    pub remote_branch: String,
    /// `remote_name`.
    pub remote_name: String,
}

/// One entry of `extra_javascript`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// The address, or the path below `docs_dir`.
    pub path: String,
    /// The `type` attribute; empty for none.
    pub kind: String,
    /// Whether it is deferred.
    pub defer: bool,
    /// Whether it loads asynchronously.
    pub is_async: bool,
    /// Whether it was written as a mapping, or ends in `.mjs`: templates then see a mapping.
    pub detailed: bool,
}

/// How grave each kind of doubtful link is; `Debug` stands for `ignore`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validation {
    /// `validation.nav.omitted_files`.
    pub nav_omitted_files: Severity,
    /// `validation.nav.not_found`.
    pub nav_not_found: Severity,
    /// `validation.nav.absolute_links`.
    pub nav_absolute_links: AbsoluteLinks,
    /// `validation.links.not_found`.
    pub links_not_found: Severity,
    /// `validation.links.absolute_links`.
    pub links_absolute_links: AbsoluteLinks,
    /// `validation.links.unrecognized_links`.
    pub links_unrecognized_links: Severity,
    /// `validation.links.anchors`.
    pub links_anchors: Severity,
}

/// The `theme` settings.
#[derive(Clone, Debug, Default)]
pub struct Theme {
    /// `theme.name`; `None` when it is null: the site's own templates are all there is.
    pub name: Option<String>,
    /// `theme.custom_dir`, absolute.
    pub custom_dir: Option<PathBuf>,
    /// `theme.language`.
    pub language: String,
    /// `theme.direction`, if it is set.
    pub direction: Option<String>,
    /// `theme.locale`, MkDocs' own.
    pub locale: String,
    /// `theme.features`: all flags as written.
    pub features: Vec<String>,
    /// `theme.font`; `None` for `false`.
    pub font: Option<FontSpec>,
    /// `theme.palette`.
    pub palette: PaletteSpec,
    /// `theme.logo`.
    pub logo: Option<String>,
    /// `theme.favicon`; `None` for the theme's own.
    pub favicon: Option<String>,
    /// `theme.icon` as written: names of icons by their use; an empty mapping when missing.
    pub icon: Node,
    /// `theme.static_templates`: more templates to render as pages.
    pub static_templates: Vec<String>,
    /// The whole `theme` mapping as written; empty when only a name is.
    pub written: Node,
}

/// One entry of `plugins` that is on.
#[derive(Clone, Debug, PartialEq)]
pub struct PluginUse {
    /// The full name: `material/search`, `redirects`.
    pub name: String,
    /// The name by which templates find it: the second use of a plugin ends in ` #2`.
    pub instance: String,
    /// The options as written; an empty mapping for none.
    pub options: Node,
    /// Where the name stands.
    pub span: Option<Span>,
}

/// Our own settings, which MkDocs does not have.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Chaski {
    /// `chaski.allow`: names of plugins, hooks, extensions and the like that may be missing.
    pub allow: Vec<String>,
    /// `chaski.csp`: the policy of the pages, if they get one.
    pub csp: Option<crate::theme::PolicySpec>,
    /// `chaski.dialect`: whether pages are CommonMark, unless they say otherwise.
    pub commonmark: bool,
    /// `chaski.math`: whether mathematics becomes MathML instead of text for a script.
    pub mathml: bool,
}
