//! The header of a page (COMPAT U11): YAML between `---` lines, or MultiMarkdown `Key: value`.
//!
//! Does not know what the keys mean.

use crate::files::SourceFile;
use crate::report::{Checked, Diagnostic, Severity, Span};
use crate::yaml::{self, Kind, Node};

/// A page split into header and body.
#[derive(Clone, Debug)]
pub struct FrontMatter {
    /// The mapping; empty when there is none or when it is no mapping.
    pub meta: Node,
    /// The byte at which the body starts.
    pub body: usize,
}

/// Splits `file`. A YAML header that cannot be used stays in the body, as MkDocs leaves it there.
#[must_use]
pub fn split(file: &SourceFile) -> Checked<FrontMatter> {
    match fenced(&file.text) {
        Some(fence) => yaml_header(file, &fence),
        None => Checked::clean(multimarkdown(file)),
    }
}

/// A header between `---` lines: the bytes of its content, and the byte after the closing line.
struct Fence {
    content: std::ops::Range<usize>,
    end: usize,
}

fn fenced(text: &str) -> Option<Fence> {
    let mut lines = Lines { text, at: 0 };
    let (_, first) = lines.next()?;
    if !is_fence(first, "---") {
        return None;
    }
    let start = lines.at;
    // The content has at least one line, so a fence right below the first is content.
    lines.next()?;
    while let Some((at, line)) = lines.next() {
        if is_fence(line, "---") || is_fence(line, "...") {
            return Some(Fence {
                content: start..at,
                end: lines.at,
            });
        }
    }
    None
}

/// Lines that a `\n` ends, with the byte at which each starts; a last line without one is none.
struct Lines<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Lines<'a> {
    type Item = (usize, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.at;
        let rest = self.text.get(start..)?;
        let length = memchr::memchr(b'\n', rest.as_bytes())?;
        self.at = start + length + 1;
        Some((start, &rest[..length]))
    }
}

fn is_fence(line: &str, mark: &str) -> bool {
    line.strip_prefix(mark)
        .is_some_and(|rest| rest.bytes().all(|b| matches!(b, b' ' | b'\t')))
}

fn yaml_header(file: &SourceFile, fence: &Fence) -> Checked<FrontMatter> {
    let span = Span::new(file.id, 0, 3);
    let checked = match yaml::parse_part(&file.text[fence.content.clone()], file.id, fence.content.start) {
        Ok(checked) => checked,
        Err(problem) => return left_in_page(&problem.message, problem.span.or(Some(span)), problem.help),
    };
    if let Some(problem) = checked.problems.iter().find(|p| p.severity == Severity::Error) {
        return left_in_page(&problem.message, problem.span, problem.help.clone());
    }
    if let Some(tagged) = first_tag(&checked.value) {
        let advice = vec!["tags work in the configuration only; put quotes around the value".to_owned()];
        return left_in_page("tags are not allowed here", tagged.span, advice);
    }
    if checked.value.as_map().is_none() {
        let advice = vec!["write `key: value` lines, or remove the `---` lines".to_owned()];
        return left_in_page("it is no mapping", checked.value.span.or(Some(span)), advice);
    }
    Checked {
        value: FrontMatter {
            meta: checked.value,
            body: after_newlines(&file.text, fence.end),
        },
        problems: checked.problems,
    }
}

fn left_in_page(reason: &str, span: Option<Span>, advice: Vec<String>) -> Checked<FrontMatter> {
    let mut problem = Diagnostic::new(
        "front-matter-invalid",
        Severity::Warning,
        format!("the front matter is not used and shows in the page: {reason}"),
    )
    .at(span);
    problem.help = advice;
    Checked {
        value: FrontMatter { meta: empty(), body: 0 },
        problems: vec![problem],
    }
}

fn first_tag(node: &Node) -> Option<&Node> {
    match &node.kind {
        Kind::Tagged(..) => Some(node),
        Kind::Seq(items) => items.iter().find_map(first_tag),
        Kind::Map(entries) => entries
            .iter()
            .find_map(|(key, value)| first_tag(key).or_else(|| first_tag(value))),
        _ => None,
    }
}

fn empty() -> Node {
    Node::bare(Kind::Map(Vec::new()))
}

fn after_newlines(text: &str, at: usize) -> usize {
    text.len() - text[at..].trim_start_matches('\n').len()
}

/// Reads `Key: value` lines up to the first line that is none, which starts the body.
fn multimarkdown(file: &SourceFile) -> FrontMatter {
    let mut header = Header::default();
    let mut body = 0;
    for line in file.text.split_inclusive('\n') {
        let (start, end) = (body, body + line.len());
        let line = line.strip_suffix('\n').unwrap_or(line);
        if line.trim().is_empty() {
            body = end;
            break;
        }
        if let Some((key, value)) = key_value(line) {
            header.start(key, value, Span::new(file.id, start, start + line.len()));
        } else if !header.go_on(line) {
            break;
        }
        body = end;
    }
    FrontMatter {
        meta: Node::bare(Kind::Map(header.entries)),
        body: after_newlines(&file.text, body),
    }
}

/// The entries read so far; the one at `open` takes continuation lines.
#[derive(Default)]
struct Header {
    entries: Vec<(Node, Node)>,
    open: Option<usize>,
}

impl Header {
    /// A key that comes again adds to its value.
    fn start(&mut self, key: &str, value: &str, span: Span) {
        let key = key.to_lowercase();
        let known = self.entries.iter().position(|(k, _)| k.as_str() == Some(&key));
        if known.is_some() {
            self.open = known;
            self.append(value);
            return;
        }
        self.open = Some(self.entries.len());
        let node = |text: String| Node {
            span: Some(span),
            kind: Kind::Str(text),
        };
        self.entries.push((node(key), node(value.to_owned())));
    }

    /// Takes a line indented by four spaces or a tab; `false` for any other.
    fn go_on(&mut self, line: &str) -> bool {
        let Some(more) = line.strip_prefix("    ").or_else(|| line.strip_prefix('\t')) else {
            return false;
        };
        if self.open.is_none() {
            return false;
        }
        self.append(more.trim());
        true
    }

    fn append(&mut self, more: &str) {
        let entry = self.open.and_then(|at| self.entries.get_mut(at));
        if let Some(Kind::Str(text)) = entry.map(|(_, value)| &mut value.kind) {
            text.push(' ');
            text.push_str(more);
        }
    }
}

/// `Key: value`, indented by three spaces at most.
fn key_value(line: &str) -> Option<(&str, &str)> {
    let body = line.trim_start_matches(' ');
    if line.len() - body.len() > 3 {
        return None;
    }
    let (key, value) = body.split_once(':')?;
    let named = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    named.then_some((key, value.trim()))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::files::Files;

    /// Meta as JSON, and the body.
    fn check(text: &str) -> (String, String, usize) {
        let file = Files::new().add(Path::new("x.md"), text);
        let checked = split(&file);
        let front = checked.value;
        (
            front.meta.to_json().to_string(),
            text[front.body..].to_owned(),
            checked.problems.len(),
        )
    }

    #[test]
    fn headers_are_split_as_mkdocs_splits_them() {
        // Each row was checked with mkdocs.utils.meta.get_data of MkDocs 1.6.1.
        let cases = [
            (
                "---\ntitle: Á\ntags: [a]\n---\n\n\n# B\n",
                r##"{"title":"Á","tags":["a"]}"##,
                "# B\n",
            ),
            ("---  \na: 1\n...\t\nx", r#"{"a":1}"#, "x"),
            ("---\na: 1\n---\n", r#"{"a":1}"#, ""),
            ("---\na: 1\n---", "{}", "---\na: 1\n---"),
            ("---\n---\na: 1\n---\nx", r#"{"a":1}"#, "x"),
            ("---\n\n---\nx", "{}", "---\n\n---\nx"),
            ("---\n- a\n---\nx", "{}", "---\n- a\n---\nx"),
            ("---\na: b: c\n---\nx", "{}", "---\na: b: c\n---\nx"),
            ("---\na: !ENV X\n---\nx", "{}", "---\na: !ENV X\n---\nx"),
            ("---\na: {{ x }}\n---\nx", "{}", "---\na: {{ x }}\n---\nx"),
            ("----\na: 1\n---\nx", "{}", "----\na: 1\n---\nx"),
            (
                "Title: A b\n  Tags:  x \n    y\n\tz\ntitle: c\n\nText",
                r#"{"title":"A b c","tags":"x y z"}"#,
                "Text",
            ),
            ("Title: a\nText\n", r#"{"title":"a"}"#, "Text\n"),
            ("http://a.b\n", r#"{"http":"//a.b"}"#, ""),
            ("\n\nText", "{}", "Text"),
            (" \nTitle: a", "{}", "Title: a"),
            ("    Title: a\n", "{}", "    Title: a\n"),
            ("Hola: x\n y\n", r#"{"hola":"x"}"#, " y\n"),
            ("a b: c\n", "{}", "a b: c\n"),
            ("Key:\n    one\n", r#"{"key":" one"}"#, ""),
            ("", "{}", ""),
        ];
        for (text, meta, body) in cases {
            let (got_meta, got_body, _) = check(text);
            assert_eq!((got_meta.as_str(), got_body.as_str()), (meta, body), "{text:?}");
        }
    }

    #[test]
    fn a_header_that_is_not_used_is_a_problem() {
        for text in [
            "---\n- a\n---\nx",
            "---\na: b: c\n---\nx",
            "---\na: !ENV X\n---\nx",
            "---\n\n---\nx",
        ] {
            assert_eq!(check(text).2, 1, "{text:?}");
        }
        assert_eq!(check("---\na: 1\n---\nx").2, 0);
        assert_eq!(check("Text").2, 0);
    }

    #[test]
    fn spans_count_from_the_start_of_the_file() {
        let text = "---\ntitle: Á\ntags: x\n---\n";
        let file = Files::new().add(Path::new("x.md"), text);
        let meta = split(&file).value.meta;
        let span = meta.get("tags").and_then(|tags| tags.span).expect("a span");
        assert_eq!(&text[span.start as usize..span.end as usize], "x");
    }
}
