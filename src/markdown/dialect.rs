//! Which extensions are on, how they are set, and the passes that follow from it.

use std::path::PathBuf;

use super::extensions::{BUNDLES, EXTENSIONS, Enable, Settings, Setup};
use super::options::Options;
use super::registry::Registry;
use crate::report::{Checked, Diagnostic, Severity, Span, nearest};
use crate::yaml::{Kind, Node};

/// One entry of `markdown_extensions`.
#[derive(Clone, Debug, PartialEq)]
pub struct ExtensionUse {
    /// The name as written (`pymdownx.tabbed`, `markdown.extensions.toc`).
    pub name: String,
    /// The options as written; a null or empty mapping for none.
    pub options: Node,
    /// Where the name stands.
    pub span: Option<Span>,
}

/// What `markdown` needs to know of a site's configuration, and the passes that follow from it.
#[derive(Clone, Debug, Default)]
pub struct Dialect {
    /// The folder of the configuration file: relative paths in options start there.
    pub root: PathBuf,
    /// Folders with the site's own icons (`custom_dir/.icons`).
    pub icon_dirs: Vec<PathBuf>,
    /// Whether pages are CommonMark (`chaski.dialect: commonmark`) instead of MkDocs' dialect.
    pub commonmark: bool,
    /// Whether mathematics becomes MathML (`chaski.math: mathml`) instead of text for a script.
    pub mathml: bool,
    /// What it was made of, as a number.
    pub fingerprint: u128,
    /// The passes in order.
    pub(crate) registry: Registry,
    /// The extensions' options.
    pub(crate) settings: Settings,
}

impl Dialect {
    /// Reads the options of `extensions`; unknown extensions and options are problems.
    ///
    /// `implicit` puts MkDocs' own `toc`, `tables` and `fenced_code` first.
    #[must_use]
    pub fn new(extensions: &[ExtensionUse], implicit: bool, root: PathBuf, icon_dirs: Vec<PathBuf>) -> Checked<Self> {
        let made_of = format!("{extensions:?}{implicit}{root:?}{icon_dirs:?}");
        let mut dialect = Self {
            fingerprint: crate::cache::Key::of(&[made_of.as_bytes()]).number(),
            root,
            icon_dirs,
            ..Self::default()
        };
        let mut problems = Vec::new();
        super::blocks::register_core(&mut dialect.registry);
        super::inline::register_core(&mut dialect.registry);
        super::passes::register_core(&mut dialect.registry);
        for entry in merged(extensions, implicit) {
            dialect.enable(&entry, &mut problems);
        }
        dialect.settings.root.clone_from(&dialect.root);
        Checked {
            value: dialect,
            problems,
        }
    }

    fn enable(&mut self, entry: &ExtensionUse, problems: &mut Vec<Diagnostic>) {
        let name = short_name(&entry.name);
        if let Some((_, members)) = BUNDLES.iter().find(|(bundle, _)| *bundle == name) {
            for member in *members {
                let options = entry
                    .options
                    .get(member)
                    .or_else(|| entry.options.get(&format!("markdown.extensions.{member}")))
                    .cloned()
                    .unwrap_or_else(|| Node::bare(Kind::Null));
                self.enable(
                    &ExtensionUse {
                        name: (*member).to_owned(),
                        options,
                        span: entry.span,
                    },
                    problems,
                );
            }
            return;
        }
        let Some(enable) = find(name) else {
            let message = format!("Markdown extension `{}` is not known", entry.name);
            let mut problem = Diagnostic::new("extension-unknown", Severity::Error, message).at(entry.span);
            let names = EXTENSIONS
                .iter()
                .map(|(name, _)| *name)
                .chain(BUNDLES.iter().map(|(name, _)| *name));
            if let Some(nearest) = nearest(name, names) {
                problem = problem.help(format!("did you mean `{nearest}`?"));
            }
            problems.push(problem);
            return;
        };
        let pairs = as_mapping(&entry.options);
        let node = pairs.as_ref().unwrap_or(&entry.options);
        let mut options = Options::new(&entry.name, node, entry.span, problems);
        enable(
            &mut Setup {
                registry: &mut self.registry,
                settings: &mut self.settings,
            },
            &mut options,
        );
        options.finish();
    }
}

/// Options written as a list of names and values, which Python-Markdown takes too, as a mapping.
fn as_mapping(options: &Node) -> Option<Node> {
    let pairs = options.as_seq()?.iter().map(|pair| match pair.as_seq() {
        Some([key, value]) => Some((key.clone(), value.clone())),
        _ => None,
    });
    let pairs = pairs.collect::<Option<Vec<_>>>()?;
    Some(Node {
        span: options.span,
        kind: Kind::Map(pairs),
    })
}

/// Whether `name` is the name of an extension or bundle.
#[must_use]
pub fn is_extension(name: &str) -> bool {
    let name = short_name(name);
    find(name).is_some() || BUNDLES.iter().any(|(bundle, _)| *bundle == name)
}

fn find(name: &str) -> Option<Enable> {
    EXTENSIONS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, enable)| *enable)
}

fn short_name(name: &str) -> &str {
    name.strip_prefix("markdown.extensions.").unwrap_or(name)
}

/// The entries as MkDocs hands them on: its own three first, and a name once, at its first place,
/// with the last options that are not empty.
fn merged(extensions: &[ExtensionUse], implicit: bool) -> Vec<ExtensionUse> {
    let mut merged: Vec<ExtensionUse> = Vec::new();
    if implicit {
        for name in ["toc", "tables", "fenced_code"] {
            merged.push(ExtensionUse {
                name: name.to_owned(),
                options: Node::bare(Kind::Null),
                span: None,
            });
        }
    }
    for entry in extensions {
        match merged.iter_mut().find(|known| known.name == entry.name) {
            Some(known) => {
                if entry.options.is_truthy() {
                    known.options = entry.options.clone();
                }
                known.span = known.span.or(entry.span);
            }
            None => merged.push(entry.clone()),
        }
    }
    merged
}
