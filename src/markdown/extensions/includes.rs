//! `markdown_include.include` and `mdx_include`: `{!file!}` is replaced by the file's text.
//!
//! Addresses of the network are not read. Files that include each other are reported and left out,
//! where the packages give up with an error.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::Setup;
use crate::markdown::converter::Converter;
use crate::markdown::options::Options;
use crate::markdown::source::{Draft, Source};
use crate::markdown::text::{Line, Pos};
use crate::report::{Diagnostic, Severity};
use crate::yaml::Node;

/// How deep files may include files.
const MAX_DEPTH: usize = 50;

/// The options of both extensions.
#[derive(Clone, Debug, Default)]
pub(crate) struct Includes {
    base: PathBuf,
    /// Of `markdown_include`: heading levels of included text go down with the heading before it.
    inherit_depth: bool,
    /// Of `markdown_include`: and by this many levels.
    heading_offset: usize,
    /// Of `markdown_include`: a file that is not there ends the build.
    throws: bool,
    /// Of `mdx_include`: how an inclusion is written.
    syntax: Option<Regex>,
    truncate_on_failure: bool,
    recursive: bool,
    allow_local: bool,
    relative: bool,
    /// Of `mdx_include`: lines between parts that are chosen.
    separator: Vec<String>,
    /// Of `mdx_include`: what makes an inclusion recursive.
    recurs_on: String,
}

/// Switches `markdown_include` on.
pub(super) fn markdown_include(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    check_encoding(options);
    setup.settings.includes = Includes {
        base: options.string("base_path", ".").into(),
        inherit_depth: options.bool("inheritHeadingDepth", false),
        heading_offset: usize::try_from(options.int("headingOffset", 0)).unwrap_or(0),
        throws: options.bool("throwException", false),
        syntax: None,
        truncate_on_failure: true,
        recursive: true,
        allow_local: true,
        relative: false,
        separator: Vec::new(),
        recurs_on: String::new(),
    };
    setup.registry.preprocessors.register("include", 101.0, run);
}

/// Switches `mdx_include` on.
pub(super) fn mdx_include(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    check_encoding(options);
    // What includes from the network is reported where it stands; files are read once in any case.
    for name in [
        "allow_remote",
        "recurs_remote",
        "content_cache_local",
        "content_cache_remote",
        "content_cache_clean_local",
        "content_cache_clean_remote",
    ] {
        options.node(name);
    }
    let why = "a file that includes itself is never included again";
    options.without_effect("allow_circular_inclusion", Node::is_truthy, Severity::Warning, why);
    let separator = options.strings("line_slice_separator");
    let [on, off, indent] = [
        options.string("syntax_recurs_on", "+"),
        options.string("syntax_recurs_off", "-"),
        options.string("syntax_apply_indent", ">"),
    ];
    let left = options.string("syntax_left", r"\{!");
    let right = options.string("syntax_right", r"!\}");
    let delimiter = options.string("syntax_delim", r"\|");
    let pattern = format!(
        r"(?P<escape>\\)?{left}(?P<recursive>[{on}{off}])?(?P<indent>{indent})?\s*(?P<path>[^\]|\[]+?)(\s*\[ln:(?P<lines>[\d.,-]+)\])?\s*({delimiter}\s*.+?\s*)?{right}"
    );
    let syntax = Regex::new(&pattern).ok();
    if syntax.is_none() {
        let message = "`syntax_left`, `syntax_right` and `syntax_delim` are no regular expressions";
        options.problem(Diagnostic::new("extension-option-type", Severity::Error, message));
    }
    setup.settings.includes = Includes {
        base: options.string("base_path", ".").into(),
        inherit_depth: false,
        heading_offset: 0,
        throws: false,
        syntax,
        truncate_on_failure: options.bool("truncate_on_failure", true),
        recursive: options.bool("recurs_local", true),
        allow_local: options.bool("allow_local", true),
        relative: options.bool("recursive_relative_path", false),
        separator: separator.unwrap_or_else(|| vec![String::new(); 2]),
        recurs_on: on,
    };
    setup.registry.preprocessors.register("mdx_include", 101.0, run);
}

pub(super) fn check_encoding(options: &mut Options<'_, '_>) {
    let encoding = options.string("encoding", "utf-8").to_lowercase();
    if !matches!(encoding.as_str(), "utf-8" | "utf8" | "utf_8" | "utf-8-sig" | "ascii") {
        let message = format!("files are read as UTF-8, not as `{encoding}`");
        options.problem(Diagnostic::new("encoding-unsupported", Severity::Warning, message));
    }
}

/// The preprocessor of both.
fn run<'a>(cx: &mut Converter<'a>, source: Source<'a>) -> Source<'a> {
    let settings = &cx.dialect.settings.includes;
    let pattern = match &settings.syntax {
        Some(pattern) => pattern,
        None => match &*PLAIN {
            Some(pattern) => pattern,
            None => return source,
        },
    };
    if !pattern.is_match(source.text) {
        return source;
    }
    let pos = source.pos(0);
    let mut includer = Includer {
        cx,
        settings,
        pattern,
        open: Vec::new(),
    };
    let lines = includer.lines(&source.lines());
    let mut out = Draft::default();
    for (index, line) in lines.iter().enumerate() {
        if index > 0 {
            out.push("\n", line.pos(0));
        }
        out.append(line);
    }
    out.finish(cx.arena, pos)
}

/// How `markdown_include` writes an inclusion.
static PLAIN: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\{!\s*(?P<path>.+?)\s*!(lines=(?P<lines>[0-9 -]+))?\}").ok());

struct Includer<'c, 'a> {
    cx: &'c mut Converter<'a>,
    settings: &'a Includes,
    pattern: &'a Regex,
    /// The files that are being included.
    open: Vec<PathBuf>,
}

impl<'a> Includer<'_, 'a> {
    /// The lines with all inclusions replaced.
    fn lines(&mut self, lines: &[Line<'_>]) -> Vec<Draft> {
        let mut out = Vec::with_capacity(lines.len());
        let mut heading = 0;
        for line in lines {
            let first = out.len();
            self.line(*line, heading, &mut out);
            for line in &out[first..] {
                let marks = leading_marks(&line.text);
                heading = if marks > 0 { marks } else { heading };
            }
        }
        out
    }

    fn line(&mut self, line: Line<'_>, heading: usize, out: &mut Vec<Draft>) {
        let mut current = Draft::default();
        let (mut from, first) = (0, out.len());
        let pattern = self.pattern;
        for captures in pattern.captures_iter(line.text) {
            let Some(whole) = captures.get(0) else { continue };
            current.push(&line.text[from..whole.start()], line.pos + pos_of(from));
            from = whole.end();
            let pos = line.pos + pos_of(whole.start());
            if captures.name("escape").is_some() {
                current.push(&whole.as_str()[1..], pos + 1);
                continue;
            }
            let Some(mut included) = self.include(&captures, pos, heading) else {
                if !self.settings.truncate_on_failure {
                    current.push(whole.as_str(), pos);
                }
                continue;
            };
            if included.is_empty() {
                continue;
            }
            let before = current.clone();
            let indents = captures.name("indent").is_some() && self.settings.syntax.is_some() && out.len() == first;
            current.append(&included.remove(0));
            for line in included {
                out.push(std::mem::take(&mut current));
                if indents {
                    current.append(&before);
                }
                current.append(&line);
            }
        }
        current.push(&line.text[from..], line.pos + pos_of(from));
        out.push(current);
    }

    /// The text of an inclusion, in lines.
    fn include(&mut self, captures: &Captures<'_>, pos: Pos, heading: usize) -> Option<Vec<Draft>> {
        let name = captures.name("path")?.as_str();
        let len = captures.get(0)?.len();
        if !self.settings.allow_local || (self.settings.syntax.is_some() && name.contains("://")) {
            let message = format!("`{name}` is not included: only files are");
            self.cx.report("include-remote", Severity::Warning, message, (pos, len));
            return None;
        }
        let path = self.path(name);
        if self.open.contains(&path) || self.open.len() >= MAX_DEPTH {
            let message = format!("`{name}` includes itself");
            self.cx.report("include-cycle", Severity::Warning, message, (pos, len));
            return None;
        }
        let file = match self.cx.files.read(&path) {
            Ok(file) => file,
            Err(error) => {
                let message = format!("cannot include `{}`: {error}", path.display());
                let severity = match self.settings.throws {
                    true => Severity::Error,
                    false => Severity::Warning,
                };
                self.cx.report("include-missing", severity, message, (pos, len));
                return None;
            }
        };
        let base = self.cx.origins.add(file.id, 0, file.text.len());
        let source = Source::new(self.cx.keep(&file.text), base);
        let mut lines = source.lines();
        // `mdx_include` keeps the empty line after a last line end.
        if self.settings.syntax.is_none() && lines.last().is_some_and(|line| line.text.is_empty()) {
            lines.pop();
        }
        let slice = captures.name("lines").map(|lines| lines.as_str());
        self.open.push(path);
        let included = if self.settings.syntax.is_some() {
            self.include_sliced(captures, &lines, slice, (pos, len))
        } else {
            let all = self.lines(&lines);
            let mut chosen = match slice {
                Some(slice) => choose(&all, slice),
                None => all,
            };
            self.shift_headings(&mut chosen, heading);
            strip(chosen)
        };
        self.open.pop();
        Some(included)
    }

    /// As `mdx_include` does it: lines are chosen first, and what they include follows.
    fn include_sliced(
        &mut self,
        captures: &Captures<'_>,
        lines: &[Line<'_>],
        slice: Option<&str>,
        at: (Pos, usize),
    ) -> Vec<Draft> {
        let separator: Vec<&str> = self.settings.separator.iter().map(String::as_str).collect();
        let chosen = match slice.map(|slice| slice_lines(lines, slice, &separator)) {
            None => lines.to_vec(),
            Some(Some(lines)) => lines,
            Some(None) => {
                let message = "columns and this form of lines cannot be chosen; the whole file is included";
                self.cx.report("include-lines", Severity::Warning, message, at);
                lines.to_vec()
            }
        };
        let recursive = match captures.name("recursive").map(|sign| sign.as_str()) {
            Some(sign) if sign == self.settings.recurs_on => true,
            Some(_) => false,
            None => self.settings.recursive,
        };
        if recursive {
            return self.lines(&chosen);
        }
        chosen.iter().map(|line| draft(*line)).collect()
    }

    fn path(&self, name: &str) -> PathBuf {
        let parent = self.open.last().and_then(|path| path.parent());
        let path = match parent.filter(|_| self.settings.relative) {
            Some(parent) => parent.join(name),
            None => self.cx.dialect.root.join(&self.settings.base).join(name),
        };
        normalize(&path)
    }

    fn shift_headings(&self, lines: &mut [Draft], heading: usize) {
        let inherited = if self.settings.inherit_depth { heading } else { 0 };
        let shift = inherited + self.settings.heading_offset;
        if shift == 0 {
            return;
        }
        for line in lines.iter_mut().filter(|line| line.text.starts_with('#')) {
            let mut shifted = Draft::default();
            shifted.push(&"#".repeat(shift), line.pos(0));
            shifted.append(line);
            *line = shifted;
        }
    }
}

fn pos_of(offset: usize) -> Pos {
    Pos::try_from(offset).unwrap_or(Pos::MAX)
}

fn draft(line: Line<'_>) -> Draft {
    let mut draft = Draft::default();
    draft.push(line.text, line.pos);
    draft
}

fn leading_marks(line: &str) -> usize {
    line.len() - line.trim_start_matches('#').len()
}

/// The path without `.` and `..` where they can be resolved by name.
fn normalize(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            std::path::Component::CurDir => {}
            std::path::Component::ParentDir if out.file_name().is_some() => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

/// Lines without white space around them as a whole.
fn strip(mut lines: Vec<Draft>) -> Vec<Draft> {
    while lines.last().is_some_and(|line| line.text.trim().is_empty()) {
        lines.pop();
    }
    let first = lines
        .iter()
        .position(|line| !line.text.trim().is_empty())
        .unwrap_or(lines.len());
    lines.drain(..first);
    if let Some(line) = lines.first_mut() {
        let blanks = line.text.len() - line.text.trim_start().len();
        let pos = line.pos(blanks);
        let text = line.text[blanks..].to_owned();
        *line = Draft::default();
        line.push(&text, pos);
    }
    if let Some(line) = lines.last_mut() {
        line.truncate(line.text.trim_end().len());
    }
    lines
}

/// Lines chosen as `1 3-5`; numbers beyond the end stand for the last line.
fn choose(lines: &[Draft], slice: &str) -> Vec<Draft> {
    let mut chosen = Vec::new();
    for part in slice.split_whitespace() {
        let (start, end) = part.split_once('-').unwrap_or((part, part));
        let (Ok(start), Ok(end)) = (start.parse::<usize>(), end.parse::<usize>()) else {
            continue;
        };
        let end = end.min(lines.len());
        let start = if start <= end {
            start
        } else {
            end.saturating_sub(1).max(1)
        };
        let start = if part.contains('-') { start } else { end };
        chosen.extend(lines.get(start.saturating_sub(1)..end).unwrap_or(&[]).iter().cloned());
    }
    chosen
}

/// Lines chosen as `1,3-5,7-`, parts with the lines of `separator` between them; `None` for other forms.
fn slice_lines<'t>(lines: &[Line<'t>], slice: &str, separator: &[&'t str]) -> Option<Vec<Line<'t>>> {
    let mut chosen: Vec<Line<'t>> = Vec::new();
    for part in slice.split(',').filter(|part| !part.is_empty()) {
        let (start, end) = part.split_once('-').unwrap_or((part, part));
        let start = if start.is_empty() {
            1
        } else {
            start.parse::<usize>().ok()?
        };
        let end = if end.is_empty() {
            lines.len()
        } else {
            end.parse::<usize>().ok()?
        };
        if start == 0 || end < start {
            return None;
        }
        if let Some(last) = chosen.last().copied() {
            chosen.extend(separator.iter().map(|text| Line::new(text, last.pos)));
        }
        chosen.extend(lines.iter().take(end).skip(start - 1));
    }
    Some(chosen)
}

#[cfg(test)]
mod tests {
    use super::{choose, draft, normalize, slice_lines};
    use crate::markdown::text::Line;

    #[test]
    fn lines_are_chosen() {
        let lines: Vec<_> = ["a", "b", "c", "d"].iter().map(|text| Line::new(text, 0)).collect();
        let drafts: Vec<_> = lines.iter().map(|line| draft(*line)).collect();
        let show = |slice| -> String { choose(&drafts, slice).iter().map(|line| line.text.as_str()).collect() };
        assert_eq!(show("1 3-9"), "acd");
        assert_eq!(show("9 4-2"), "dab");
        let show = |slice| {
            slice_lines(&lines, slice, &["", ""])
                .map(|lines| lines.iter().map(|line| line.text).collect::<Vec<_>>().join("|"))
        };
        assert_eq!(show("1,3-4").as_deref(), Some("a|||c|d"));
        assert_eq!(show("3-").as_deref(), Some("c|d"));
        assert_eq!(show("1.2-3"), None);
        assert_eq!(
            normalize(std::path::Path::new("/a/./b/../c.md")),
            std::path::Path::new("/a/c.md")
        );
    }
}
