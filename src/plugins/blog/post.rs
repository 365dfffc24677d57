//! One post: what its front matter says, checked as the reference checks it.
//!
//! Does not know views.

use crate::files::Files;
use crate::markdown::Slugify;
use crate::page::{Page, text_of};
use crate::plugins::dates::Moment;
use crate::report::{Diagnostic, Severity, Span};
use crate::site::fallback_title;
use crate::yaml::{Kind, Node};

/// A post.
#[derive(Clone, Debug)]
pub(super) struct Post {
    /// Path of its source.
    pub(super) uri: String,
    pub(super) title: String,
    pub(super) created: Moment,
    pub(super) updated: Option<Moment>,
    pub(super) authors: Vec<(String, Option<Span>)>,
    pub(super) categories: Vec<(String, Option<Span>)>,
    pub(super) draft: Option<bool>,
    pub(super) pin: bool,
    pub(super) readtime: Option<i64>,
    pub(super) slug: Option<String>,
    pub(super) links: Option<Node>,
    /// Address, when it has been moved.
    pub(super) url: String,
    /// The views of its categories, in order.
    pub(super) views: Vec<usize>,
}

/// Reads the post that `page` is.
pub(super) fn read(page: &Page, files: &Files, problems: &mut Vec<Diagnostic>) -> Option<Post> {
    let uri = &page.source.src_uri;
    let text = page.file.as_ref().map_or("", |file| &file.text);
    let mut reader = Reader {
        uri,
        files,
        failed: false,
        problems,
    };
    if page.meta.span.is_none() && !text.starts_with("---") {
        reader.wrong(
            "",
            "expected metadata to be defined but found nothing",
            page.span_of("date"),
        );
        return None;
    }
    let (created, updated) = reader.dates(page);
    let meta = |key: &str| page.meta.get(key).filter(|node| !node.is_null());
    let mut post = Post {
        uri: uri.clone(),
        title: title(page),
        created: created.or_else(|| Moment::parse("1970-01-01"))?,
        updated,
        authors: reader.texts("authors", meta("authors")),
        categories: reader.texts("categories", meta("categories")),
        draft: reader.bool("draft", meta("draft")),
        pin: false,
        readtime: meta("readtime").and_then(Node::as_int),
        slug: meta("slug").and_then(text_of),
        links: meta("links").cloned(),
        url: String::new(),
        views: Vec::new(),
    };
    post.pin = reader.bool("pin", meta("pin")).unwrap_or(false);
    if let Some(node) = meta("readtime").filter(|node| node.as_int().is_none()) {
        reader.wrong("readtime", "expected an integer", node.span);
    }
    if let Some(node) = post.links.as_ref().filter(|node| node.as_seq().is_none()) {
        reader.wrong("links", "expected a list of links", node.span);
    }
    (!reader.failed).then_some(post)
}

/// The title before anything is drawn: of the front matter, of a first heading, of the file.
fn title(page: &Page) -> String {
    if let Some(title) = page.meta_text("title") {
        return title;
    }
    let body = page.body.as_ref().map_or("", |(file, start)| &file.text[*start..]);
    let first = body.lines().map(str::trim).find(|line| !line.is_empty());
    match first.filter(|line| line.starts_with("# ")) {
        Some(line) => line.trim_start_matches(['#', ' ']).to_owned(),
        None => fallback_title(&page.source.name),
    }
}

struct Reader<'r> {
    uri: &'r str,
    files: &'r Files,
    failed: bool,
    problems: &'r mut Vec<Diagnostic>,
}

impl Reader<'_> {
    fn wrong(&mut self, key: &str, what: &str, span: Option<Span>) {
        let key = if key.is_empty() {
            String::new()
        } else {
            format!(" '{key}'")
        };
        let message = format!("Error reading metadata{key} of post '{}': {what}", self.uri);
        self.problems
            .push(Diagnostic::new("blog-post", Severity::Error, message).at(span));
        self.failed = true;
    }

    fn dates(&mut self, page: &Page) -> (Option<Moment>, Option<Moment>) {
        let Some(node) = page.meta.get("date").filter(|node| !node.is_null()) else {
            self.wrong("date", "a post needs a date", page.span_of("date"));
            return (None, None);
        };
        let Some(entries) = node.as_map() else {
            return (self.date(node), None);
        };
        let (mut created, mut updated, mut has_created) = (None, None, false);
        for (key, value) in entries {
            let date = self.date(value);
            match key.as_str() {
                Some("created") => {
                    has_created = true;
                    created = date;
                }
                Some("updated") => updated = date,
                _ => {}
            }
        }
        if !has_created {
            self.wrong(
                "date",
                "expected 'created' date when using dictionary syntax",
                node.span,
            );
        }
        (created, updated)
    }

    fn date(&mut self, node: &Node) -> Option<Moment> {
        let moment = node.as_str().filter(|_| !self.is_quoted(node)).and_then(Moment::parse);
        if moment.is_none() {
            let found = match node.as_str() {
                Some(text) => format!("the text `{text}`"),
                None => node.describe().to_owned(),
            };
            self.wrong("date", &format!("expected a date or a time, found {found}"), node.span);
            if let (Some(problem), Some(_)) = (self.problems.last_mut(), node.as_str()) {
                problem.help.push("write it as `2025-03-22`, without quotes".to_owned());
            }
        }
        moment
    }

    /// Whether a text stands in quotes: it is then no date.
    fn is_quoted(&self, node: &Node) -> bool {
        let Some(span) = node.span else { return false };
        let file = self.files.get(span.file);
        file.and_then(|file| file.text.as_bytes().get(span.start as usize).copied())
            .is_some_and(|byte| matches!(byte, b'"' | b'\''))
    }

    fn bool(&mut self, key: &str, node: Option<&Node>) -> Option<bool> {
        let node = node?;
        if node.as_bool().is_none() {
            self.wrong(
                key,
                &format!("expected `true` or `false`, found {}", node.describe()),
                node.span,
            );
        }
        node.as_bool()
    }

    /// Texts of a list, each once.
    fn texts(&mut self, key: &str, node: Option<&Node>) -> Vec<(String, Option<Span>)> {
        let Some(node) = node else { return Vec::new() };
        let Some(items) = node.as_seq() else {
            self.wrong(
                key,
                &format!("expected a list of items, found {}", node.describe()),
                node.span,
            );
            return Vec::new();
        };
        let mut texts: Vec<(String, Option<Span>)> = Vec::with_capacity(items.len());
        for item in items {
            match &item.kind {
                Kind::Str(text) => {
                    if !texts.iter().any(|(known, _)| known == text) {
                        texts.push((text.clone(), item.span));
                    }
                }
                _ => self.wrong(key, &format!("expected a text, found {}", item.describe()), item.span),
            }
        }
        texts
    }
}

/// The slug of a text.
pub(super) fn slug(slugify: &Slugify, text: &str, separator: &str) -> String {
    slugify.slug(text, separator)
}
