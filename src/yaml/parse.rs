//! Text to [`Node`] tree: serde_yaml says what is valid and gives the values, [`Layout`] says where
//! they stand and how they were written. Both are walked in step.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, EnumAccess, Error as _, MapAccess, SeqAccess, VariantAccess, Visitor};

use super::layout::{Layout, Place, Shape};
use super::{Kind, Node, plain_scalar};
use crate::files::SourceFile;
use crate::report::{Checked, Diagnostic, FileId, Severity, Span};

/// Parses all of `file`. An empty file is `null`.
///
/// # Errors
/// The one problem that makes the text no YAML document.
pub fn parse(file: &SourceFile) -> Result<Checked<Node>, Diagnostic> {
    parse_part(&file.text, file.id, 0)
}

/// Parses `text`, which stands at byte `offset` of `file`.
///
/// # Errors
/// The one problem that makes the text no YAML document.
pub fn parse_part(text: &str, file: FileId, offset: usize) -> Result<Checked<Node>, Diagnostic> {
    let layout = Layout::of(text);
    let context = Context::new(layout.as_ref(), file, offset, text.len());
    let result = context.run(text);
    if result.is_err() && layout.is_some() {
        // The two parsers may see the text differently; values matter more than positions.
        let bare = Context::new(None, file, offset, text.len());
        if let Ok(node) = bare.run(text) {
            return Ok(bare.finish(node));
        }
    }
    match result {
        Ok(node) => Ok(context.finish(node)),
        Err(error) => Err(syntax_problem(&error, text, file, offset)),
    }
}

fn syntax_problem(error: &serde_yaml::Error, text: &str, file: FileId, offset: usize) -> Diagnostic {
    let mut message = error.to_string();
    let mut span = Span::new(file, offset, offset);
    if let Some(place) = error.location() {
        message = without_places(&message);
        let at = text.char_indices().nth(place.index()).map_or(text.len(), |(at, _)| at);
        span = Span::new(
            file,
            offset + at,
            offset + at + text[at..].chars().next().map_or(0, char::len_utf8),
        );
    }
    let advice = if message.contains("cannot start any token") && text.contains('\t') {
        "indent with spaces: YAML does not allow tabs"
    } else if message.contains("cannot start any token") {
        "put quotes around a value that starts with a special character"
    } else if message.contains("mapping values are not allowed") {
        "put quotes around a text that contains `: `, or indent the key as its neighbours"
    } else if message.contains("did not find expected") {
        "check the indentation of this line and the lines above, and that quotes and brackets are closed"
    } else if message.contains("anchor") {
        "define the anchor with `&name` before it is used"
    } else if message.contains("more than one document") {
        "keep one document: remove the second `---`"
    } else if message.contains("limit") {
        "write out what the aliases repeat, or nest less deeply"
    } else {
        "check indentation, quotes and brackets here"
    };
    Diagnostic::new("yaml-syntax", Severity::Error, format!("invalid YAML: {message}"))
        .at(span)
        .help(advice)
}

/// `message` without ` at line 3 column 4`: a span says it, and counts from the start of the file.
fn without_places(message: &str) -> String {
    let mut parts = message.split(" at line ");
    let mut clean = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let number = |text: &str| text.trim_start_matches(|c: char| c.is_ascii_digit()).to_owned();
        let rest = number(part);
        match rest.strip_prefix(" column ") {
            Some(rest) => clean.push_str(&number(rest)),
            None => clean.push_str(&format!(" at line {part}")),
        }
    }
    clean
}

/// What one parse knows and collects.
struct Context<'a> {
    layout: Option<&'a Layout>,
    file: FileId,
    offset: usize,
    /// How many more nodes aliases may make.
    budget: Cell<usize>,
    problems: RefCell<Vec<Diagnostic>>,
}

impl<'a> Context<'a> {
    fn new(layout: Option<&'a Layout>, file: FileId, offset: usize, length: usize) -> Self {
        let written = layout.map_or(length, Layout::len);
        Self {
            layout,
            file,
            offset,
            budget: Cell::new(written.saturating_mul(10).saturating_add(100_000)),
            problems: RefCell::default(),
        }
    }

    fn run(&self, text: &str) -> Result<Node, serde_yaml::Error> {
        let at = self.layout.map(|_| 0);
        Seed { context: self, at }.deserialize(serde_yaml::Deserializer::from_str(text))
    }

    fn finish(&self, node: Node) -> Checked<Node> {
        Checked {
            value: node,
            problems: self.problems.take(),
        }
    }

    fn span(&self, place: &Place) -> Span {
        Span::new(self.file, self.offset + place.start, self.offset + place.end)
    }

    fn problem(&self, problem: Diagnostic) {
        self.problems.borrow_mut().push(problem);
    }
}

/// Reads one value, which stands at place `at`.
#[derive(Clone, Copy)]
struct Seed<'a> {
    context: &'a Context<'a>,
    at: Option<usize>,
}

impl<'a> Seed<'a> {
    fn place(self) -> Option<&'a Place> {
        self.context.layout?.place(self.at?)
    }

    /// The seed of child number `index` of this collection.
    fn child(self, index: usize) -> Self {
        let at = match self.place().map(|place| &place.shape) {
            Some(Shape::Seq(children) | Shape::Map(children)) => children.get(index).copied(),
            _ => None,
        };
        Self { at, ..self }
    }

    fn is_plain(self) -> bool {
        self.place()
            .is_none_or(|place| matches!(place.shape, Shape::Scalar { plain: true }))
    }

    /// A plain `2024-13-45` is a date to PyYAML, which refuses it.
    fn check_date(self, text: &str, place: &Place) {
        let shaped = text.len() == 10
            && text.bytes().enumerate().all(|(at, byte)| match at {
                4 | 7 => byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if shaped && (text.starts_with("0000") || text.parse::<jiff::civil::Date>().is_err()) {
            self.context.problem(
                Diagnostic::new("yaml-date", Severity::Error, format!("there is no date {text}"))
                    .at(self.context.span(place))
                    .help("put quotes around it if it is a text"),
            );
        }
    }

    /// The node for `kind` read here, its tag applied.
    fn node(self, kind: Kind) -> Node {
        let Some(place) = self.place() else {
            return Node::bare(kind);
        };
        let span = Some(self.context.span(place));
        let kind = match place.tag.as_deref() {
            None => kind,
            Some(tag) => tagged(tag, Node { span, kind }),
        };
        Node { span, kind }
    }
}

/// Applies a tag: those of YAML itself choose a type, all others are kept.
fn tagged(tag: &str, node: Node) -> Kind {
    let Some(core) = tag.strip_prefix("tag:yaml.org,2002:") else {
        // A lone `!` says "this is text".
        let keep = tag.len() > 1;
        return if keep {
            Kind::Tagged(tag.to_owned(), Box::new(node))
        } else {
            node.kind
        };
    };
    match (core, node.kind) {
        ("int" | "float" | "bool" | "null", Kind::Str(text)) => plain_scalar(&text),
        (
            "str" | "seq" | "map" | "timestamp" | "binary" | "int" | "float" | "bool" | "null" | "python/tuple"
            | "python/list" | "python/dict" | "python/str" | "python/unicode",
            kind,
        ) => kind,
        (_, kind) => Kind::Tagged(tag.to_owned(), Box::new(Node { span: node.span, kind })),
    }
}

impl<'de> DeserializeSeed<'de> for Seed<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        let left = self.context.budget.get();
        if left == 0 {
            return Err(D::Error::custom("aliases repeat too much: size limit exceeded"));
        }
        self.context.budget.set(left - 1);
        match self.place().map(|place| &place.shape) {
            Some(Shape::Scalar { .. }) => deserializer.deserialize_str(self),
            Some(Shape::Seq(_)) => deserializer.deserialize_seq(self),
            Some(Shape::Map(_)) => deserializer.deserialize_map(self),
            Some(Shape::Alias(_)) | None => deserializer.deserialize_any(self),
        }
    }
}

impl<'de> Visitor<'de> for Seed<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a YAML value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        let kind = match (self.place(), plain_scalar(text)) {
            // `!ENV`, `!!python/name:` and the like read their scalar as text.
            (Some(place), kind) if self.is_plain() && place.tag.is_none() => {
                self.check_date(text, place);
                kind
            }
            // Without layout, `true` comes here only if it was quoted; `yes` and `off` are unclear.
            (None, kind @ Kind::Bool(_)) if !matches!(text.len(), 4 | 5) => kind,
            _ => Kind::Str(text.to_owned()),
        };
        Ok(self.node(kind))
    }

    fn visit_bool<E>(self, value: bool) -> Result<Node, E> {
        Ok(self.node(Kind::Bool(value)))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Node, E> {
        Ok(self.node(Kind::Int(value)))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Node, E> {
        let kind = i64::try_from(value).map_or_else(|_| Kind::Str(value.to_string()), Kind::Int);
        Ok(self.node(kind))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Node, E> {
        Ok(self.node(Kind::Float(value)))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(self.node(Kind::Null))
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(self.node(Kind::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = access.next_element_seed(self.child(items.len()))? {
            items.push(item);
        }
        Ok(self.node(Kind::Seq(items)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Node, A::Error> {
        let mut written = Vec::new();
        while let Some(key) = access.next_key_seed(self.child(written.len() * 2))? {
            let merge = key.as_str() == Some("<<") && self.child(written.len() * 2).is_plain();
            let value = access.next_value_seed(self.child(written.len() * 2 + 1))?;
            written.push((key, value, merge));
        }
        Ok(self.node(Kind::Map(assemble(written, self.context))))
    }

    /// Only without layout: with it, tags come from there.
    fn visit_enum<A: EnumAccess<'de>>(self, access: A) -> Result<Node, A::Error> {
        let (tag, variant) = access.variant::<String>()?;
        let inner = variant.newtype_variant_seed(self)?;
        let tag = if tag.starts_with('!') { tag } else { format!("!{tag}") };
        Ok(Node::bare(Kind::Tagged(tag, Box::new(inner))))
    }
}

/// The entries of a mapping: merge keys first, a later key wins in the place of the first.
fn assemble(written: Vec<(Node, Node, bool)>, context: &Context<'_>) -> Vec<(Node, Node)> {
    let mut entries = Entries::default();
    let (merges, own): (Vec<_>, Vec<_>) = written.into_iter().partition(|(_, _, merge)| *merge);
    for (key, value, _) in merges {
        for (key, value) in merged(&key, value, context) {
            entries.insert(key, value);
        }
    }
    let mut seen: HashMap<String, Option<Span>> = HashMap::new();
    for (key, value, _) in own {
        if matches!(key.kind, Kind::Seq(_) | Kind::Map(_)) {
            context.problem(
                Diagnostic::new("yaml-key", Severity::Error, "a list or a mapping cannot be a key")
                    .at(key.span)
                    .help("put quotes around it if it is a text such as `{{ name }}`"),
            );
        }
        if let Some(name) = identity(&key)
            && let Some(first) = seen.insert(name, key.span)
        {
            context.problem(duplicate(&key, first));
        }
        entries.insert(key, value);
    }
    entries.list
}

fn duplicate(key: &Node, first: Option<Span>) -> Diagnostic {
    let name = key.as_str().unwrap_or("this key");
    let mut problem = Diagnostic::new(
        "yaml-duplicate-key",
        Severity::Warning,
        format!("the key `{name}` is written twice in one mapping; the last value counts"),
    )
    .at(key.span)
    .help("keep one of them");
    problem
        .labels
        .extend(first.map(|span| (span, "written first here, without effect".to_owned())));
    problem
}

/// The entries that a `<<` brings; of several mappings the first has the last word.
fn merged(key: &Node, value: Node, context: &Context<'_>) -> Vec<(Node, Node)> {
    let span = value.span.or(key.span);
    let sources = match value.kind {
        Kind::Seq(items) => items,
        kind => vec![Node { span: value.span, kind }],
    };
    let mut entries = Vec::new();
    for source in sources.into_iter().rev() {
        if let Kind::Map(pairs) = source.kind {
            entries.extend(pairs);
        } else {
            context.problem(
                Diagnostic::new(
                    "yaml-merge",
                    Severity::Error,
                    "`<<` wants a mapping or a list of mappings",
                )
                .at(source.span.or(span))
                .help("give it an alias of a mapping: `<<: *name`"),
            );
        }
    }
    entries
}

#[derive(Default)]
struct Entries {
    list: Vec<(Node, Node)>,
    index: HashMap<String, usize>,
}

impl Entries {
    fn insert(&mut self, key: Node, value: Node) {
        let Some(name) = identity(&key) else {
            self.list.push((key, value));
            return;
        };
        if let Some(slot) = self.index.get(&name).and_then(|at| self.list.get_mut(*at)) {
            *slot = (key, value);
        } else {
            self.index.insert(name, self.list.len());
            self.list.push((key, value));
        }
    }
}

/// What makes two keys the same; `None` for keys whose value is not known yet (`!ENV`).
fn identity(key: &Node) -> Option<String> {
    match &key.kind {
        Kind::Null => Some("null".to_owned()),
        Kind::Bool(value) => Some(format!("i{}", i64::from(*value))),
        Kind::Int(value) => Some(format!("i{value}")),
        Kind::Float(value) => Some(format!("f{value}")),
        Kind::Str(text) => Some(format!("s{text}")),
        Kind::Seq(_) | Kind::Map(_) | Kind::Tagged(..) => None,
    }
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
