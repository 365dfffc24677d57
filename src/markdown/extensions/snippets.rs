//! `pymdownx.snippets`: files, or parts of them, put into the text before it is parsed.
//!
//! Included lines know their own file, so that a problem in a snippet is shown there.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Setup;
use crate::files::SourceFile;
use crate::markdown::converter::Converter;
use crate::markdown::normalize::TAB;
use crate::markdown::options::Options;
use crate::markdown::source::{Draft, Source};
use crate::markdown::text::{Line, Pos};
use crate::report::Severity;
use crate::yaml::{Kind, Node};

/// How deep snippets may include each other.
const MAX_DEPTH: usize = 50;

/// The options.
#[derive(Clone, Debug, Default)]
pub(crate) struct Snippets {
    base_path: Vec<Base>,
    restrict: bool,
    check_paths: bool,
    auto_append: Vec<String>,
    dedent: bool,
    url_download: bool,
}

#[derive(Clone, Debug)]
enum Base {
    /// A path from the configuration's folder, or an absolute one.
    Path(PathBuf),
    /// The folder of the page (`!relative`).
    Page,
}

/// Reads the options and registers the pass.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    super::includes::check_encoding(options);
    for ignored in [
        "url_max_size",
        "url_timeout",
        "url_request_headers",
        "max_retries",
        "backoff_factor",
    ] {
        options.node(ignored);
    }
    let base_path = match options.node("base_path") {
        None => vec![Base::Path(PathBuf::from("."))],
        Some(node) => match &node.kind {
            Kind::Seq(items) => items.iter().filter_map(base).collect(),
            _ => base(node).into_iter().collect(),
        },
    };
    setup.settings.snippets = Snippets {
        base_path,
        restrict: options.bool("restrict_base_path", true),
        check_paths: options.bool("check_paths", false),
        auto_append: options.strings("auto_append").unwrap_or_default(),
        dedent: options.bool("dedent_subsections", false),
        url_download: options.bool("url_download", false),
    };
    setup.registry.preprocessors.register("snippet", 32.0, include);
}

fn base(node: &Node) -> Option<Base> {
    match &node.kind {
        Kind::Str(path) => Some(Base::Path(PathBuf::from(path))),
        Kind::Tagged(tag, _) if tag.ends_with("relative") => Some(Base::Page),
        _ => None,
    }
}

/// A line that asks for a snippet, or that opens or closes a list of them.
#[derive(Debug, PartialEq, Eq)]
enum Marker<'l> {
    /// The line is text that looks like a marker; one `;` goes.
    Escaped,
    /// `--8<-- "path"`: the blanks before it and the path.
    Inline(&'l str, &'l str),
    /// `--8<--` alone.
    Block,
}

fn marker(line: &str) -> Option<Marker<'_>> {
    let line = line.strip_suffix('\r').unwrap_or(line);
    let text = line.trim_start_matches([' ', '\t']);
    let space = &line[..line.len() - text.len()];
    let unescaped = text.trim_start_matches(';');
    let escaped = unescaped.len() < text.len();
    let rest = scissors(unescaped)?;
    if rest.is_empty() {
        return Some(if escaped { Marker::Escaped } else { Marker::Block });
    }
    let quoted = rest.trim_start_matches([' ', '\t']);
    let quote = quoted
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'') && quoted.len() < rest.len())?;
    if quoted.len() < 3 || !quoted.ends_with(quote) {
        return None;
    }
    let path = &quoted[1..quoted.len() - 1];
    let mut before = ' ';
    for c in path.chars() {
        if c == quote && before != '\\' {
            return None;
        }
        before = c;
    }
    Some(if escaped {
        Marker::Escaped
    } else {
        Marker::Inline(space, path)
    })
}

/// What follows `--8<--`.
fn scissors(text: &str) -> Option<&str> {
    let rest = text.strip_prefix('-')?.trim_start_matches('-').strip_prefix("8<-")?;
    Some(rest.trim_start_matches('-'))
}

/// A marker of a section in a file: what is before it, whether it is escaped, whether it starts
/// the section, its name, and where the `;` stands.
struct SectionMarker<'l> {
    escape: Option<usize>,
    start: bool,
    name: &'l str,
}

fn section_marker(line: &str) -> Option<SectionMarker<'_>> {
    let mut from = 0;
    while let Some(at) = line[from..].find("8<-").map(|at| from + at) {
        from = at + 3;
        let dashes = line[..at].len() - line[..at].trim_end_matches('-').len();
        if dashes == 0 {
            continue;
        }
        let rest = line[from..].trim_start_matches('-');
        let list = rest.trim_start_matches([' ', '\t']);
        if list.len() == rest.len() {
            continue;
        }
        let Some(body) = list.strip_prefix('[').and_then(|list| list.split_once(']')) else {
            continue;
        };
        let Some((kind, name)) = body.0.split_once(':') else {
            continue;
        };
        let (kind, name) = (kind.trim_matches([' ', '\t']), name.trim_matches([' ', '\t']));
        let is_kind = ["start", "end"].iter().any(|known| kind.eq_ignore_ascii_case(known));
        if !is_kind || !is_name(name) {
            continue;
        }
        let before = at - dashes;
        let escape = line[..before].ends_with(';').then(|| {
            let stripped = line[..before].trim_end_matches(';');
            stripped.len()
        });
        return Some(SectionMarker {
            escape,
            // In capitals it is a marker too, but one that starts nothing.
            start: kind == "start",
            name,
        });
    }
    None
}

fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

/// A path and which part of the file is meant.
#[derive(Debug, PartialEq, Eq)]
struct Target<'l> {
    path: &'l str,
    ranges: Vec<(Option<i64>, Option<i64>)>,
    section: Option<&'l str>,
}

impl<'l> Target<'l> {
    fn parse(text: &'l str) -> Option<Self> {
        if let Some((path, spec)) = text.rsplit_once(':').filter(|(_, spec)| is_name(spec)) {
            return Self::of(path, Vec::new(), Some(spec));
        }
        match Self::ranges_start(text) {
            Some(colon) => Self::of(&text[..colon], ranges(&text[colon + 1..])?, None),
            None => Self::of(text, Vec::new(), None),
        }
    }

    /// The first colon after which all is ranges.
    fn ranges_start(text: &str) -> Option<usize> {
        let mut start = None;
        let mut end = text.len();
        // From the last part back, as long as all parts after it are ranges.
        loop {
            let part = text[..end].rfind(',').map_or(0, |comma| comma + 1);
            let colons = text[part..end].rmatch_indices(':').take(2);
            for (colon, _) in colons {
                if range(&text[part + colon + 1..end]).is_some() {
                    start = Some(part + colon);
                }
            }
            if part == 0 || part == end || range(&text[part..end]).is_none() {
                return start;
            }
            end = part - 1;
        }
    }

    fn of(path: &'l str, ranges: Vec<(Option<i64>, Option<i64>)>, section: Option<&'l str>) -> Option<Self> {
        let path = path.trim();
        (!path.is_empty()).then_some(Self { path, ranges, section })
    }
}

/// `1:5,10:,:3`, numbers from 1, negative ones from the end.
fn ranges(spec: &str) -> Option<Vec<(Option<i64>, Option<i64>)>> {
    spec.split(',').map(range).collect()
}

/// `1:5`, `10`, `:3`.
fn range(part: &str) -> Option<(Option<i64>, Option<i64>)> {
    let number = |text: &str| -> Option<Option<i64>> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        match text {
            "" => Some(None),
            _ if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) => None,
            // A number may be too large for any file.
            _ => Some(Some(text.parse().unwrap_or(if digits == text {
                i64::MAX
            } else {
                i64::MIN
            }))),
        }
    };
    let (first, last) = part
        .split_once(':')
        .map_or((part, None), |(first, last)| (first, Some(last)));
    let first = number(first)?.map(|first| if first < 0 { first } else { (first - 1).max(0) });
    Some((first, last.map_or(Some(None), number)?))
}

/// The preprocessor.
fn include<'a>(cx: &mut Converter<'a>, source: Source<'a>) -> Source<'a> {
    let dialect = cx.dialect;
    let settings = &dialect.settings.snippets;
    if settings.auto_append.is_empty() && !source.text.contains("8<-") {
        return source;
    }
    let mut lines = source.lines();
    let end = lines.last().map_or(0, |line| line.pos);
    if !settings.auto_append.is_empty() {
        let added = format!("\n\n-8<-\n{}\n-8<-\n", settings.auto_append.join("\n\n"));
        let added = cx.keep(&added);
        lines.extend(added.split('\n').map(|line| Line::new(line, end)));
    }
    let mut work = Work {
        cx,
        settings,
        out: Draft::default(),
        seen: Vec::new(),
    };
    work.lines(&lines, "", false);
    let mut out = work.out;
    out.truncate(out.text.len().saturating_sub(1));
    out.finish(cx.arena, source.pos(0))
}

struct Work<'c, 'a> {
    cx: &'c mut Converter<'a>,
    settings: &'c Snippets,
    out: Draft,
    /// Files that are open, to find those that include themselves.
    seen: Vec<PathBuf>,
}

impl<'a> Work<'_, 'a> {
    fn push(&mut self, indent: &str, line: &str, pos: Pos) {
        self.out.push(indent, pos);
        self.out.push(line, pos);
        self.out.push("\n", pos);
    }

    /// Writes lines, with what they include in place of the markers.
    fn lines(&mut self, lines: &[Line<'a>], indent: &str, is_section: bool) {
        let mut in_block = false;
        for line in lines {
            let found = if line.text.contains("8<-") {
                marker(line.text)
            } else {
                None
            };
            match found {
                Some(Marker::Escaped) => self.push(indent, &line.text.replacen(';', "", 1), line.pos),
                Some(Marker::Inline(..)) if in_block => {}
                Some(Marker::Inline(space, path)) => {
                    self.snippet(&format!("{indent}{}", expand(space)), path.trim(), *line);
                }
                Some(Marker::Block) => in_block = !in_block,
                None if in_block => {
                    let text = line.text.strip_suffix('\r').unwrap_or(line.text);
                    let path = text.trim_start_matches([' ', '\t']);
                    let space = &text[..text.len() - path.len()];
                    match path.trim() {
                        "" => self.push(indent, "", line.pos),
                        path => self.snippet(&format!("{indent}{}", expand(space)), path, *line),
                    }
                }
                None => self.text(*line, indent, is_section),
            }
        }
    }

    /// A line that includes nothing; markers of sections go.
    fn text(&mut self, line: Line<'a>, indent: &str, is_section: bool) {
        let section = if !is_section && line.text.contains("8<-") {
            section_marker(line.text)
        } else {
            None
        };
        match section {
            None => self.push(indent, line.text, line.pos),
            Some(SectionMarker { escape: Some(at), .. }) => self.push(indent, &without(line.text, at), line.pos),
            Some(_) => {}
        }
    }

    fn snippet(&mut self, indent: &str, path: &str, line: Line<'a>) {
        if path.starts_with(';') {
            return;
        }
        let Some(target) = Target::parse(path) else {
            self.missing("Snippet at path '' could not be found".to_owned(), line);
            return;
        };
        let lower = target.path.to_lowercase();
        if lower.starts_with("https://") || lower.starts_with("http://") {
            let message = format!("Snippet '{}' is on the web and is not downloaded", target.path);
            let severity = if self.settings.url_download {
                Severity::Error
            } else {
                Severity::Warning
            };
            self.cx
                .report("snippet-url", severity, message, (line.pos, line.text.len()));
            return;
        }
        let Some(found) = self.find(target.path) else {
            self.missing(format!("Snippet at path '{}' could not be found", target.path), line);
            return;
        };
        // Compared as spelled, as in the reference.
        let is_open = self.seen.iter().any(|open| open.as_os_str() == found.as_os_str());
        if is_open || self.seen.len() >= MAX_DEPTH {
            let message = format!("Snippet '{}' includes itself; it is left out", target.path);
            self.cx
                .report("snippet-cycle", Severity::Warning, message, (line.pos, line.text.len()));
            return;
        }
        let file = match self.cx.files.read(&found) {
            Ok(file) => file,
            Err(error) => {
                let message = format!("Snippet '{}' cannot be read: {error}", target.path);
                self.cx.report(
                    "snippet-unreadable",
                    Severity::Error,
                    message,
                    (line.pos, line.text.len()),
                );
                return;
            }
        };
        let lines = self.file_lines(&file);
        let lines = self.select(lines, &target, line);
        self.seen.push(found);
        self.lines(&lines, indent, target.section.is_some());
        self.seen.pop();
    }

    fn missing(&mut self, message: String, line: Line<'_>) {
        let severity = if self.settings.check_paths {
            Severity::Error
        } else {
            Severity::Info
        };
        self.cx
            .report("snippet-missing", severity, message, (line.pos, line.text.len()));
    }

    fn file_lines(&mut self, file: &Arc<SourceFile>) -> Vec<Line<'a>> {
        if file.text.is_empty() {
            return Vec::new();
        }
        let pos = self.cx.origins.add(file.id, 0, file.text.len());
        Source::new(self.cx.keep(&file.text), pos).lines()
    }

    /// The part of a file that is meant.
    fn select(&mut self, lines: Vec<Line<'a>>, target: &Target<'_>, at: Line<'_>) -> Vec<Line<'a>> {
        if lines.is_empty() {
            return lines;
        }
        let selected = if let Some(section) = target.section {
            match self.section(&lines, section) {
                Some(lines) => lines,
                None => {
                    self.missing(format!("Snippet section '{section}' could not be located"), at);
                    Vec::new()
                }
            }
        } else if target.ranges.is_empty() {
            return lines;
        } else {
            let total = i64::try_from(lines.len()).unwrap_or(i64::MAX);
            let from_end = |n: i64, extra: i64| {
                if n < 0 {
                    (total + extra + n).clamp(0, total)
                } else {
                    n.min(total)
                }
            };
            let part = |(first, last): &(Option<i64>, Option<i64>)| {
                let first = from_end(first.unwrap_or(0), 0);
                let last = last.map_or(total, |last| from_end(last, 1)).max(first);
                let index = |n: i64| usize::try_from(n).unwrap_or(0);
                lines[index(first)..index(last)].to_vec()
            };
            target.ranges.iter().flat_map(part).collect()
        };
        if self.settings.dedent {
            // Nothing is one empty line to Python's `dedent`.
            if selected.is_empty() {
                return vec![Line::new("", at.pos)];
            }
            dedent(&selected)
        } else {
            selected
        }
    }

    fn section(&self, lines: &[Line<'a>], name: &str) -> Option<Vec<Line<'a>>> {
        let mut kept = Vec::new();
        let (mut open, mut found) = (false, false);
        for line in lines {
            let marker = if line.text.contains("8<-") {
                section_marker(line.text)
            } else {
                None
            };
            match marker {
                Some(SectionMarker { escape: Some(at), .. }) if open => {
                    kept.push(Line::new(self.cx.keep(&without(line.text, at)), line.pos));
                }
                Some(SectionMarker { escape: Some(_), .. }) => {}
                Some(marker) if marker.name == name => match (open, marker.start) {
                    (false, true) => {
                        open = true;
                        found = true;
                    }
                    (true, true) => {}
                    (_, false) => break,
                },
                Some(_) => {}
                None if open => kept.push(*line),
                None => {}
            }
        }
        found.then_some(kept)
    }

    /// The file a path leads to, below the first base that has it.
    fn find(&self, path: &str) -> Option<PathBuf> {
        let files = self.cx.files;
        let root = &self.cx.dialect.settings.root;
        for base in &self.settings.base_path {
            let base = match base {
                Base::Path(path) => clean(&root.join(path)),
                // Also in a snippet, the folder is that of the page, which has the first position.
                Base::Page => {
                    let span = self.cx.origins.span(0, 0)?;
                    self.cx.files.get(span.file)?.path.parent()?.to_owned()
                }
            };
            let candidate = if files.is_file(&base) {
                let candidate = base.parent()?.join(path);
                Some(candidate).filter(|candidate| clean(candidate) == base)
            } else if self.settings.restrict {
                Some(clean(&base.join(path))).filter(|candidate| is_below(candidate, &base))
            } else {
                Some(base.join(path))
            };
            if let Some(candidate) = candidate.filter(|candidate| files.is_file(candidate)) {
                return Some(candidate);
            }
        }
        None
    }
}

/// Blanks with tabs turned into spaces.
fn expand(blanks: &str) -> String {
    let mut out = String::with_capacity(blanks.len());
    for c in blanks.chars() {
        let width = if c == '\t' { TAB - out.len() % TAB } else { 1 };
        out.push_str(&"    "[..width]);
    }
    out
}

fn without(line: &str, at: usize) -> String {
    format!("{}{}", &line[..at], &line[at + 1..])
}

/// The path without `.` and `..`, links not looked at.
fn clean(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir if out.file_name().is_some() => {
                out.pop();
            }
            // Nothing is above the root.
            std::path::Component::ParentDir if out.has_root() => {}
            part => out.push(part),
        }
    }
    out
}

/// Whether a clean path leads to something below a clean folder.
///
/// An empty folder is where a relative root starts: an absolute path is not below it.
fn is_below(path: &Path, folder: &Path) -> bool {
    let inside = |rest: &Path| !rest.starts_with("..") && rest.file_name().is_some();
    path.has_root() == folder.has_root() && path.strip_prefix(folder).is_ok_and(inside)
}

/// The lines without the white space that all of them start with; blank lines are emptied.
fn dedent<'a>(lines: &[Line<'a>]) -> Vec<Line<'a>> {
    let margin = |line: &Line<'a>| &line.text[..line.text.len() - line.text.trim_start_matches([' ', '\t']).len()];
    let mut common: Option<&str> = None;
    for line in lines.iter().filter(|line| !line.is_blank()) {
        let margin = margin(line);
        common = Some(match common {
            None => margin,
            Some(common) => {
                let same = common.bytes().zip(margin.bytes()).take_while(|(a, b)| a == b).count();
                &common[..same]
            }
        });
    }
    let width = common.map_or(0, str::len);
    lines
        .iter()
        .map(|line| if line.is_blank() { line.to(0) } else { line.from(width) })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Marker, Target, clean, is_below, marker, section_marker};

    #[test]
    fn markers() {
        assert_eq!(marker("--8<-- \"a b.md\""), Some(Marker::Inline("", "a b.md")));
        assert_eq!(marker("  -8<-- 'a:1:2'"), Some(Marker::Inline("  ", "a:1:2")));
        assert_eq!(marker("-----8<-----"), Some(Marker::Block));
        assert_eq!(marker(";--8<-- \"x\""), Some(Marker::Escaped));
        for no in [
            "--8<-- \"a\" ",
            "--8<-- a",
            "8<-- \"a\"",
            "--8<--\"a\"",
            "-- 8<-- \"a\"",
        ] {
            assert_eq!(marker(no), None, "{no}");
        }
    }

    #[test]
    fn targets() {
        let of = |path, ranges: &[(Option<i64>, Option<i64>)], section| {
            Some(Target {
                path,
                ranges: ranges.to_vec(),
                section,
            })
        };
        assert_eq!(Target::parse("a.md"), of("a.md", &[], None));
        assert_eq!(
            Target::parse("a.md:2:3,-1:"),
            of("a.md", &[(Some(1), Some(3)), (Some(-1), None)], None)
        );
        assert_eq!(Target::parse("C:/a.md:part"), of("C:/a.md", &[], Some("part")));
        assert_eq!(Target::parse(":3"), None);
        assert_eq!(Target::parse("a:b:1:2:3"), of("a:b:1", &[(Some(1), Some(3))], None));
        assert_eq!(Target::parse("a:1,,2"), of("a:1,,2", &[], None));
        assert_eq!(Target::parse("a:,:3"), of("a", &[(None, None), (None, Some(3))], None));
        assert_eq!(Target::parse("a:+1"), of("a:+1", &[], None));
    }

    #[test]
    fn folders_hold_what_is_below_them() {
        let below = |path: &str, folder: &str| {
            let folder = clean(Path::new(folder));
            is_below(&clean(&folder.join(path)), &folder)
        };
        for (path, folder) in [
            ("a.md", "/x"),
            ("b/../a.md", "/x"),
            ("/x/a.md", "/x"),
            ("a.md", ""),
            ("a.md", ".."),
        ] {
            assert!(below(path, folder), "{path} in {folder}");
        }
        for (path, folder) in [
            ("../a.md", "/x"),
            ("../xy/a.md", "/x"),
            ("/etc/a", "/x"),
            ("/etc/a", ""),
            ("../a.md", ""),
            ("../a.md", ".."),
            ("/etc/a", ".."),
        ] {
            assert!(!below(path, folder), "{path} in {folder}");
        }
    }

    #[test]
    fn sections() {
        let marker = section_marker("# --8<-- [start: one]").expect("a marker");
        assert!(marker.start && marker.name == "one" && marker.escape.is_none());
        assert!(
            section_marker("# ;--8<-- [end:one]")
                .expect("a marker")
                .escape
                .is_some()
        );
        assert!(section_marker("# --8<--[start:one]").is_none());
    }
}
