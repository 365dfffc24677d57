//! Problems shown: for people with the source line underlined, as plain lines, and as JSON lines.

use std::borrow::Cow;
use std::ops::Range;
use std::path::{Path, PathBuf};

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Renderer, Snippet};
use serde::Serialize;
use serde_json::Value;

use super::machine::{self, Region};
use super::{Diagnostic, FileId, Severity, Sources, Span};

/// How problems are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// With the source line, for people.
    #[default]
    Human,
    /// One line each, as MkDocs writes them, with the place at the end.
    Short,
    /// One JSON object a line.
    Json,
    /// One SARIF file.
    Sarif,
    /// Workflow commands of GitHub, one a line.
    Github,
    /// GitLab's code quality report.
    Gitlab,
}

impl Format {
    /// Whether programs read it, on standard output.
    #[must_use]
    pub fn is_for_programs(self) -> bool {
        !matches!(self, Self::Human | Self::Short)
    }
}

/// Shows problems of files that `sources` knows.
pub struct Shower<'a, S: Sources> {
    sources: &'a S,
    /// Paths below it are shown without it.
    directory: &'a Path,
    format: Format,
    renderer: Renderer,
}

impl<'a, S: Sources> Shower<'a, S> {
    /// Shows paths relative to `directory`, where they lie below it.
    #[must_use]
    pub fn new(sources: &'a S, directory: &'a Path, format: Format) -> Self {
        Self {
            sources,
            directory,
            format,
            renderer: Renderer::styled(),
        }
    }

    /// `problem` as text that ends with a line break. It has ANSI colors in [`Format::Human`]; the
    /// writer takes them out where the terminal has none.
    #[must_use]
    pub fn show(&self, problem: &Diagnostic) -> String {
        match self.format {
            Format::Human => self.human(problem),
            Format::Short => self.short(problem),
            Format::Json => self.json(problem),
            Format::Github => machine::github(problem, self.region(problem).as_ref()),
            Format::Sarif | Format::Gitlab => String::new(),
        }
    }

    /// What one problem is in a file that is written whole ([`document`]); `None` in other formats.
    /// `seen` is how often the same was said before in the same file.
    #[must_use]
    pub fn entry(&self, problem: &Diagnostic, seen: usize) -> Option<Value> {
        // GitHub refuses a whole SARIF file for one result without a place: what stands nowhere is said of
        // the configuration, which is the first file that is read.
        let region = self.region(problem).unwrap_or_else(|| {
            let path = self.path(FileId(0)).to_string_lossy().into_owned();
            Region {
                file: if path.is_empty() { "mkdocs.yml".to_owned() } else { path },
                start: (1, 1),
                end: (1, 1),
            }
        });
        match self.format {
            Format::Sarif => Some(machine::sarif(problem, &region)),
            Format::Gitlab => Some(machine::gitlab(problem, &region, seen)),
            Format::Human | Format::Short | Format::Json | Format::Github => None,
        }
    }

    /// Where a problem stands; the start of its file if no text is known.
    fn region(&self, problem: &Diagnostic) -> Option<Region> {
        let span = problem.span?;
        let at = |offset: u32| {
            let place = self.sources.locate(span.file, offset as usize);
            place.map_or((1, 1), |place| (place.line, place.column))
        };
        Some(Region {
            file: self.path(span.file).to_string_lossy().into_owned(),
            start: at(span.start),
            end: at(span.end),
        })
    }

    /// Sorts `problems` by path, place and code; those without a place come first.
    pub fn sort(&self, problems: &mut [Diagnostic]) {
        problems.sort_by_cached_key(|problem| {
            let place = problem.span.map(|span| (self.path(span.file), span.start, span.end));
            (place, problem.code, problem.message.clone())
        });
    }

    fn path(&self, file: FileId) -> PathBuf {
        let path = self.sources.path(file).unwrap_or_default();
        path.strip_prefix(self.directory).map(Path::to_owned).unwrap_or(path)
    }

    /// `path:line:column`.
    fn place(&self, span: Span) -> String {
        let path = self.path(span.file);
        match self.sources.locate(span.file, span.start as usize) {
            Some(place) => format!("{}:{place}", path.display()),
            None => path.display().to_string(),
        }
    }

    fn human(&self, problem: &Diagnostic) -> String {
        let level = level(problem.severity);
        let title = level.clone().primary_title(problem.message.as_str()).id(problem.code);
        let mut group = match problem.span {
            Some(span) => self.snippets(Group::with_title(title), span, &problem.labels),
            None => Group::with_title(title),
        };
        for help in &problem.help {
            group = group.element(Level::HELP.message(help.as_str()));
        }
        let mut text = self.renderer.render(&[group]);
        text.push('\n');
        text
    }

    /// One excerpt for each file that the problem names, the file of `span` first.
    fn snippets<'g>(&self, mut group: Group<'g>, span: Span, labels: &'g [(Span, String)]) -> Group<'g> {
        let mut files = vec![span.file];
        for (label, _) in labels {
            if !files.contains(&label.file) {
                files.push(label.file);
            }
        }
        for file in files {
            let mut marks = Vec::new();
            if file == span.file {
                marks.push((AnnotationKind::Primary, span, None));
            }
            let context = labels.iter().filter(|(label, _)| label.file == file);
            marks.extend(context.map(|(label, text)| (AnnotationKind::Context, *label, Some(text.as_str()))));
            if let Some(snippet) = self.snippet(file, &marks) {
                group = group.element(snippet);
            }
        }
        group
    }

    /// An excerpt of `file` from the first to the last line of `marks`.
    fn snippet<'g>(
        &self,
        file: FileId,
        marks: &[(AnnotationKind, Span, Option<&'g str>)],
    ) -> Option<Snippet<'g, Annotation<'g>>> {
        let text = self.sources.text(file)?;
        let ranges: Vec<_> = marks.iter().map(|(_, span, _)| shown_range(&text, *span)).collect();
        let first = ranges.iter().map(|range| range.start).min()?;
        let last = ranges.iter().map(|range| range.end).max()?;
        let start = text[..first].rfind('\n').map_or(0, |at| at + 1);
        let end = text[last..].find('\n').map_or(text.len(), |at| last + at);
        let line = self.sources.locate(file, start)?.line;
        let annotations = marks.iter().zip(ranges).map(|((kind, _, label), range)| {
            let mark = kind.span(range.start - start..range.end - start);
            match label {
                Some(label) => mark.label(*label),
                None => mark,
            }
        });
        let path = self.path(file).display().to_string();
        Some(
            Snippet::source(text[start..end].to_owned())
                .line_start(line)
                .path(path)
                .annotations(annotations),
        )
    }

    fn short(&self, problem: &Diagnostic) -> String {
        let name = name(problem.severity);
        let message = one_line(&problem.message);
        let place = problem
            .span
            .map(|span| format!(" ({})", self.place(span)))
            .unwrap_or_default();
        let help: String = problem
            .help
            .iter()
            .map(|help| format!(" [{}]", one_line(help)))
            .collect();
        format!("{name:<7} -  {message}{place}{help}\n")
    }

    fn json(&self, problem: &Diagnostic) -> String {
        let labels = problem.labels.iter();
        let line = Line {
            code: problem.code,
            severity: name(problem.severity).to_lowercase(),
            message: &problem.message,
            place: problem.span.and_then(|span| self.json_place(span, None)),
            labels: labels
                .filter_map(|(span, text)| self.json_place(*span, Some(text)))
                .collect(),
            help: &problem.help,
            fix: problem
                .fix
                .as_ref()
                .and_then(|fix| self.json_place(fix.span, Some(&fix.text))),
        };
        // Nothing in `Line` can fail to be written as JSON.
        serde_json::to_string(&line).unwrap_or_default() + "\n"
    }

    fn json_place<'t>(&self, span: Span, text: Option<&'t str>) -> Option<Place<'t>> {
        let start = self.sources.locate(span.file, span.start as usize)?;
        let end = self.sources.locate(span.file, span.end as usize)?;
        Some(Place {
            file: self.path(span.file).to_string_lossy().into_owned(),
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
            text,
        })
    }
}

/// The whole file that [`Shower::entry`]s make; `None` in formats of one line a problem.
#[must_use]
pub fn document(format: Format, entries: Vec<Value>) -> Option<String> {
    let value = match format {
        Format::Sarif => machine::sarif_log(&entries),
        Format::Gitlab => Value::Array(entries),
        Format::Human | Format::Short | Format::Json | Format::Github => return None,
    };
    Some(format!("{value:#}\n"))
}

#[derive(Serialize)]
struct Line<'a> {
    code: &'a str,
    severity: String,
    message: &'a str,
    #[serde(flatten)]
    place: Option<Place<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    labels: Vec<Place<'a>>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    help: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<Place<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<&'a str>,
}

/// The bytes to underline: within the text, on character boundaries, the first line of a long range.
fn shown_range(text: &str, span: Span) -> Range<usize> {
    let boundary = |mut at: usize| {
        at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = boundary(span.start as usize);
    let end = boundary(span.end as usize).max(start);
    let line_end = text[start..end].find('\n').map_or(end, |at| start + at);
    start..line_end
}

fn one_line(text: &str) -> Cow<'_, str> {
    if text.contains('\n') {
        Cow::Owned(text.replace('\n', " "))
    } else {
        Cow::Borrowed(text)
    }
}

fn name(severity: Severity) -> &'static str {
    match severity {
        Severity::Debug => "DEBUG",
        Severity::Info => "INFO",
        Severity::Warning => "WARNING",
        Severity::Error => "ERROR",
    }
}

fn level(severity: Severity) -> Level<'static> {
    match severity {
        Severity::Debug => Level::NOTE.with_name("debug"),
        Severity::Info => Level::INFO,
        Severity::Warning => Level::WARNING,
        Severity::Error => Level::ERROR,
    }
}
