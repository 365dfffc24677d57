//! One page on its way from source to article.
//!
//! Plain data that the pipeline fills and plugins may change between the stages.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::files::SourceFile;
use crate::markdown::Document;
use crate::report::Span;
use crate::site::Summary;
use crate::source::Source;
use crate::yaml::{Kind, Node};

/// A page: its place, its front matter and its article.
#[derive(Clone, Debug)]
pub struct Page {
    /// Where it comes from and goes to.
    pub source: Source,
    /// Its text; `None` for a page that a plugin makes.
    pub file: Option<Arc<SourceFile>>,
    /// Its front matter, with what plugins add.
    pub meta: Node,
    /// The Markdown that was converted: a file's text, and where in it the body starts.
    pub body: Option<(Arc<SourceFile>, usize)>,
    /// What it says.
    pub document: Document,
    /// The title, where the rules of COMPAT T1 do not decide it.
    pub title: Option<String>,
    /// The template, where the front matter names none.
    pub template: Option<&'static str>,
    /// Whether it is one of the pages that MkDocs calls documentation pages: those are listed when
    /// the navigation leaves them out. Views that plugins make are none.
    pub is_documentation: bool,
    /// Where its source is edited, if not where `edit_uri` says.
    pub edit_url: Option<String>,
    /// The date for the sitemap, `YYYY-MM-DD`, if not that of the build.
    pub update_date: Option<String>,
    /// Its tags.
    pub tags: Vec<crate::render::TagView>,
    /// Date of the last change, worded.
    pub updated: Option<String>,
    /// Date of the first version, worded.
    pub created: Option<String>,
    /// Whether it is encrypted: nothing of it may be shown anywhere in clear text.
    pub encrypted: bool,
    /// Whether templates and the navigation are told so.
    pub shows_encrypted: bool,
    /// Whether it has diagrams, which the browser draws.
    pub has_diagrams: bool,
    /// Variables that its template sees besides the usual ones.
    pub variables: Map<String, Value>,
    /// The page whose place in the navigation it takes, by the path of its source.
    pub stands_at: Option<String>,
    /// Whether it is a further page of that one, and shown in the navigation as if it were it.
    pub continues: bool,
}

impl Page {
    /// A page with its front matter, not converted yet.
    #[must_use]
    pub fn new(source: Source, meta: Node) -> Self {
        Self {
            source,
            file: None,
            meta,
            body: None,
            document: Document::default(),
            title: None,
            template: None,
            is_documentation: true,
            edit_url: None,
            update_date: None,
            tags: Vec::new(),
            updated: None,
            created: None,
            encrypted: false,
            shows_encrypted: false,
            has_diagrams: false,
            variables: Map::new(),
            stands_at: None,
            continues: false,
        }
    }

    /// The text of a key of the front matter; numbers and booleans as Python shows them.
    #[must_use]
    pub fn meta_text(&self, key: &str) -> Option<String> {
        self.meta.get(key).and_then(text_of)
    }

    /// Where a key of the front matter stands, or the start of the file.
    #[must_use]
    pub fn span_of(&self, key: &str) -> Option<Span> {
        let value = self.meta.get(key).and_then(|node| node.span);
        value.or_else(|| self.file.as_ref().map(|file| Span::new(file.id, 0, 0)))
    }

    /// Its small face.
    #[must_use]
    pub fn summary(&self) -> Summary {
        Summary {
            src_uri: self.source.src_uri.clone(),
            dest_uri: self.source.dest_uri.clone(),
            url: self.source.url.clone(),
            is_index: self.source.is_index(),
            name: self.source.name.clone(),
            inclusion: self.source.inclusion,
            meta_title: self.meta_text("title").or_else(|| self.title.clone()),
            heading: self.document.title.clone(),
            anchors: self.document.anchors.clone(),
            is_documentation: self.is_documentation,
        }
    }
}

/// A scalar as Python's `str` shows it.
#[must_use]
pub fn text_of(node: &Node) -> Option<String> {
    match &node.kind {
        Kind::Str(text) => Some(text.clone()),
        Kind::Int(number) => Some(number.to_string()),
        Kind::Float(number) => Some(format!("{number:?}")),
        Kind::Bool(value) => Some(if *value { "True" } else { "False" }.to_owned()),
        _ => None,
    }
}
