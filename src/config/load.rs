//! Finds the configuration file, reads it with all it inherits from, and makes [`Settings`] of it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};

use super::read::Options;
use super::settings::Settings;
use super::{Environment, paths, tags};
use crate::files::{Files, ReadError, SourceFile};
use crate::report::{Checked, Diagnostic, Severity};
use crate::yaml::{self, Kind, Node};

/// Which configuration to read, and what the command line says over it.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The file.
    pub file: ConfigFile,
    /// The working directory.
    pub directory: PathBuf,
    /// What `!ENV` reads.
    pub environment: Environment,
    /// What the command line sets.
    pub overrides: Overrides,
    /// The plugins that `plugins` can do; others are reported.
    pub plugins: Vec<&'static str>,
}

/// Where the configuration stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ConfigFile {
    /// `mkdocs.yml` or `mkdocs.yaml` in the working directory.
    #[default]
    Standard,
    /// A file.
    Path(PathBuf),
    /// This text, read from standard input.
    Text(String),
}

/// Settings of the command line, which win over those of the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `--site-dir`, from the configuration file's folder as MkDocs takes it.
    pub site_dir: Option<String>,
    /// `--strict`.
    pub strict: Option<bool>,
    /// `--theme`.
    pub theme: Option<String>,
    /// `--use-directory-urls`, `--no-directory-urls`.
    pub use_directory_urls: Option<bool>,
}

/// Reads the configuration. No value means that it is no YAML mapping; any problem that is an error
/// means that the site must not be built from it.
///
/// # Errors
/// When the file is missing or cannot be read.
pub fn load(files: &Files, request: &Request) -> anyhow::Result<Checked<Option<Settings>>> {
    let (file, path) = open(files, request)?;
    let root = match &path {
        Some(path) => path.parent().map(Path::to_owned).unwrap_or_default(),
        None => paths::normal(&request.directory),
    };
    let mut loader = Loader {
        files,
        environment: &request.environment,
        trail: path.iter().cloned().collect(),
        problems: Vec::new(),
    };
    let node = loader.document(&file, &root);
    let mut problems = loader.problems;
    let value = node.map(|mut node| {
        apply(&mut node, &request.overrides);
        let options = Options {
            node: &node,
            file: path,
            root: &root,
            files,
            environment: &request.environment,
            plugins: &request.plugins,
        };
        options.read(&mut problems)
    });
    Ok(Checked { value, problems })
}

fn open(files: &Files, request: &Request) -> anyhow::Result<(Arc<SourceFile>, Option<PathBuf>)> {
    let candidates = match &request.file {
        ConfigFile::Text(text) => {
            let file = files.add(Path::new("<stdin>"), text.as_str());
            return Ok((file, None));
        }
        ConfigFile::Path(path) => vec![path.clone()],
        ConfigFile::Standard => vec![PathBuf::from("mkdocs.yml"), PathBuf::from("mkdocs.yaml")],
    };
    for candidate in &candidates {
        let path = paths::normal(&request.directory.join(candidate));
        if files.is_dir(&path) {
            bail!(
                "Config file '{}' is a folder; name the file in it, such as '{}'",
                candidate.display(),
                candidate.join("mkdocs.yml").display()
            );
        }
        match files.read(&path) {
            Ok(file) => return Ok((file, Some(path))),
            Err(ReadError::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => {
                return Err(error).with_context(|| format!("cannot read the config file '{}'", candidate.display()));
            }
        }
    }
    let first = candidates
        .first()
        .map(|path| path.display().to_string())
        .unwrap_or_default();
    bail!("Config file '{first}' does not exist. Go to the folder that has it, or name it with `-f`");
}

/// Puts what the command line says in the place of what the file says.
fn apply(node: &mut Node, overrides: &Overrides) {
    let Kind::Map(entries) = &mut node.kind else { return };
    let values = [
        ("site_dir", overrides.site_dir.clone().map(Kind::Str)),
        ("strict", overrides.strict.map(Kind::Bool)),
        ("theme", overrides.theme.clone().map(Kind::Str)),
        ("use_directory_urls", overrides.use_directory_urls.map(Kind::Bool)),
    ];
    for (key, value) in values {
        let Some(value) = value.map(Node::bare) else { continue };
        entries.retain(|(written, _)| written.as_str() != Some(key));
        entries.push((Node::bare(Kind::Str(key.to_owned())), value));
    }
}

struct Loader<'a> {
    files: &'a Files,
    environment: &'a Environment,
    /// The files that led here, for circles.
    trail: Vec<PathBuf>,
    problems: Vec<Diagnostic>,
}

impl Loader<'_> {
    /// The mapping of `file`, which stands in `folder`, over what it inherits.
    fn document(&mut self, file: &SourceFile, folder: &Path) -> Option<Node> {
        let mut node = match yaml::parse(file) {
            Ok(checked) => checked.take(&mut self.problems),
            Err(mut problem) => {
                problem.message = format!(
                    "MkDocs encountered an error parsing the configuration file: {}",
                    problem.message
                );
                self.problems.push(problem);
                return None;
            }
        };
        tags::resolve(&mut node, self.environment, &mut self.problems);
        if node.is_null() {
            node.kind = Kind::Map(Vec::new());
        }
        let Kind::Map(entries) = &mut node.kind else {
            let message = format!(
                "The configuration is invalid. Expected a key-value mapping (dict) but received: {}",
                node.describe()
            );
            let problem = Diagnostic::new("config-mapping", Severity::Error, message).at(node.span);
            self.problems
                .push(problem.help("write `site_name: ...` and further keys, one a line"));
            return None;
        };
        let Some(at) = entries.iter().position(|(key, _)| key.as_str() == Some("INHERIT")) else {
            return Some(node);
        };
        let (_, parent) = entries.remove(at);
        match self.parent(&parent, folder) {
            Some(parent) => Some(merge(parent, node)),
            None => Some(node),
        }
    }

    /// The document that `INHERIT: name` leads to.
    fn parent(&mut self, name: &Node, folder: &Path) -> Option<Node> {
        let Some(relative) = name.as_str() else {
            self.inherit_problem(name, format!("INHERIT wants a path, found {}", name.describe()));
            return None;
        };
        let path = paths::absolute(folder, relative);
        if self.trail.contains(&path) {
            let names: Vec<_> = self
                .trail
                .iter()
                .chain([&path])
                .map(|path| path.display().to_string())
                .collect();
            self.inherit_problem(name, format!("INHERIT goes in a circle: {}", names.join(" -> ")));
            return None;
        }
        let file = match self.files.read(&path) {
            Ok(file) => file,
            Err(ReadError::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => {
                let message = format!(
                    "Inherited config file '{relative}' does not exist at '{}'.",
                    path.display()
                );
                self.inherit_problem(name, message);
                return None;
            }
            Err(error) => {
                self.inherit_problem(
                    name,
                    format!("Inherited config file '{relative}' cannot be read: {error}"),
                );
                return None;
            }
        };
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        self.trail.push(path);
        let node = self.document(&file, &folder);
        self.trail.pop();
        node
    }

    fn inherit_problem(&mut self, name: &Node, message: String) {
        self.problems
            .push(Diagnostic::new("config-inherit", Severity::Error, message).at(name.span));
    }
}

/// `child` over `parent`: mappings are joined key by key, anything else is replaced.
fn merge(parent: Node, child: Node) -> Node {
    match (parent.kind, child.kind) {
        (Kind::Map(mut entries), Kind::Map(over)) => {
            let index: HashMap<String, usize> = entries
                .iter()
                .enumerate()
                .map(|(at, (key, _))| (key.key_text(), at))
                .collect();
            for (key, value) in over {
                match index.get(&key.key_text()).and_then(|at| entries.get_mut(*at)) {
                    Some(slot) => {
                        let old = std::mem::replace(&mut slot.1, Node::bare(Kind::Null));
                        *slot = (key, merge(old, value));
                    }
                    None => entries.push((key, value)),
                }
            }
            Node {
                span: child.span,
                kind: Kind::Map(entries),
            }
        }
        (_, kind) => Node { span: child.span, kind },
    }
}
