//! The small configuration that `render` takes: the Markdown dialect and nothing else.

use std::path::PathBuf;

use super::{Environment, extensions, read, tags};
use crate::files::SourceFile;
use crate::markdown::Dialect;
use crate::report::{Checked, Diagnostic};
use crate::yaml::{self, Kind, Node};

/// Reads the dialect that `file`, the text of a `mkdocs.yml`, describes.
///
/// `x_dialect_exact: true` leaves out the extensions that MkDocs adds by itself.
///
/// # Errors
/// When the text is no YAML document.
pub fn dialect(file: &SourceFile, environment: &Environment, root: PathBuf) -> Result<Checked<Dialect>, Diagnostic> {
    let mut problems = Vec::new();
    let mut node = yaml::parse(file)?.take(&mut problems);
    tags::resolve(&mut node, environment, &mut problems);
    let exact = node.get("x_dialect_exact").and_then(Node::as_bool).unwrap_or(false);
    let null = Node::bare(Kind::Null);
    let uses = extensions::read(node.get("markdown_extensions").unwrap_or(&null), &mut problems);
    let mut dialect = Dialect::new(&uses, !exact, root, Vec::new()).take(&mut problems);
    read::own(node.get("chaski"), &mut problems).apply(&mut dialect);
    Ok(Checked {
        value: dialect,
        problems,
    })
}
