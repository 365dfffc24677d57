//! `include-markdown`: directives that put other files, or parts of them, into a page.
//!
//! Follows mkdocs-include-markdown-plugin 7.3. A build has no network: what is to be included from
//! a URL is an error. Orders that change from run to run (`random`, times of files) are not kept.

mod choice;
mod directive;
mod paths;
mod rewrite;

use std::cell::RefCell;
use std::path::{Path, PathBuf};

use self::choice::Choice;
use self::directive::{Argument, Directive, Syntax};
use self::paths::{Glob, Order, clean};
use super::options::Options;
use super::{Plugin, Stage};
use crate::config::{PluginUse, Settings};
use crate::files::SourceFile;
use crate::page::Page;
use crate::report::{Diagnostic, Severity, Span, nearest};
use crate::yaml::Node;

/// Files in files in files: more is taken for a circle.
const MAX_DEPTH: usize = 32;

const ARGUMENTS: &[&str] = &[
    "start",
    "end",
    "exclude",
    "encoding",
    "order",
    "preserve-includer-indent",
    "dedent",
    "trailing-newlines",
    "recursive",
];

/// Those of `include-markdown` only.
const MARKDOWN_ARGUMENTS: &[&str] = &["comments", "rewrite-relative-urls", "heading-offset"];

struct IncludeMarkdown {
    syntax: Syntax,
    /// The names of `include-markdown` and `include`.
    names: [String; 2],
    defaults: Choice,
    exclude: Vec<String>,
}

pub(super) fn make(entry: &PluginUse, _settings: &Settings, problems: &mut Vec<Diagnostic>) -> Box<dyn Plugin> {
    let options = Options(&entry.options);
    let name = |key: &str| {
        let written = options.node("directives").and_then(|names| names.get(key));
        written.and_then(Node::as_str).unwrap_or(key).to_owned()
    };
    let text = |key: &str| options.node(key).and_then(Node::as_str).map(str::to_owned);
    let order = options.text("order", "alpha-path");
    let order = Order::parse(&order).unwrap_or_else(|message| {
        let span = options.node("order").and_then(|node| node.span);
        problems.push(Diagnostic::new("include-order", Severity::Error, message).at(span));
        Order::default()
    });
    check_encoding(
        &options.text("encoding", "utf-8"),
        options.node("encoding").and_then(|n| n.span),
        problems,
    );
    Box::new(IncludeMarkdown {
        syntax: Syntax {
            opening: options.text("opening_tag", "{%"),
            closing: options.text("closing_tag", "%}"),
        },
        names: [name("include-markdown"), name("include")],
        defaults: Choice {
            start: text("start"),
            end: text("end"),
            exclude: None,
            order,
            keeps_indent: options.bool("preserve_includer_indent", true),
            dedent: options.bool("dedent", false),
            trailing_newlines: options.bool("trailing_newlines", true),
            recursive: options.bool("recursive", true),
            comments: options.bool("comments", false),
            rewrites: options.bool("rewrite_relative_urls", true),
            offset: options.node("heading_offset").and_then(Node::as_int).unwrap_or(0),
        },
        exclude: options.texts("exclude"),
    })
}

impl Plugin for IncludeMarkdown {
    fn markdown(&self, stage: &Stage<'_>, page: &Page, text: &str, problems: &mut Vec<Diagnostic>) -> Option<String> {
        let path = page.source.path.as_deref()?;
        if !text.contains(&self.syntax.opening) {
            return None;
        }
        let (file, offset) = page.body.as_ref().map(|(file, offset)| (file.as_ref(), *offset))?;
        let work = Work {
            plugin: self,
            stage,
            problems: RefCell::new(Vec::new()),
        };
        let shown = Shown {
            path,
            file,
            // Positions are known as long as no plugin before this one changed the text.
            offset: (file.text.get(offset..) == Some(text)).then_some(offset),
        };
        let out = work.expand(text, &shown, &mut vec![path.to_owned()]);
        problems.extend(work.problems.into_inner());
        Some(out)
    }
}

/// The text that directives stand in.
struct Shown<'f> {
    path: &'f Path,
    file: &'f SourceFile,
    /// Where the text begins in its file, if it is a part of it.
    offset: Option<usize>,
}

struct Work<'w> {
    plugin: &'w IncludeMarkdown,
    stage: &'w Stage<'w>,
    problems: RefCell<Vec<Diagnostic>>,
}

/// Text as it was, or what a directive gave, in which no other directive is looked for.
enum Part {
    Open(String, usize),
    Done(String),
}

impl Work<'_> {
    fn docs(&self) -> &Path {
        &self.stage.settings.docs_dir
    }

    /// The text with the directives in it replaced. `open` are the files that are being included.
    fn expand(&self, text: &str, shown: &Shown<'_>, open: &mut Vec<PathBuf>) -> String {
        if self
            .paths(&self.plugin.exclude, self.docs())
            .iter()
            .any(|path| path == shown.path)
        {
            return text.to_owned();
        }
        let mut parts = vec![Part::Open(text.to_owned(), 0)];
        for (name, is_markdown) in self.plugin.names.iter().zip([true, false]) {
            let mut replaced = Vec::new();
            for part in parts {
                match part {
                    Part::Open(text, at) => {
                        let place = Place {
                            name,
                            is_markdown,
                            shown,
                            at,
                        };
                        replaced.extend(self.replace(&text, &place, open));
                    }
                    done @ Part::Done(_) => replaced.push(done),
                }
            }
            parts = replaced;
        }
        let text = |part: &Part| match part {
            Part::Open(text, _) | Part::Done(text) => text.clone(),
        };
        parts.iter().map(text).collect()
    }

    fn replace(&self, text: &str, place: &Place<'_>, open: &mut Vec<PathBuf>) -> Vec<Part> {
        let mut parts = Vec::new();
        let mut done = 0;
        while let Some(found) = self.plugin.syntax.find(text, place.name, done) {
            parts.push(Part::Open(text[done..found.start].to_owned(), place.at + done));
            match self.included(&found, place, open) {
                Ok(text) => parts.push(Part::Done(text)),
                Err(problem) => {
                    let problem = problem.at(place.span(found.tag, found.end));
                    self.problems.borrow_mut().push(problem);
                    parts.push(Part::Done(text[found.start..found.end].to_owned()));
                }
            }
            done = found.end;
        }
        parts.push(Part::Open(text[done..].to_owned(), place.at + done));
        parts
    }

    /// What stands in the place of a directive.
    fn included(
        &self,
        found: &Directive<'_>,
        place: &Place<'_>,
        open: &mut Vec<PathBuf>,
    ) -> Result<String, Diagnostic> {
        let error = |code, message: String| Diagnostic::new(code, Severity::Error, message);
        let name = place.name;
        let Some(path) = &found.path else {
            let message = format!("Found no path passed including with '{name}' directive");
            return Err(error("include-path", message).help("put the path in quotes after the name"));
        };
        if rewrite::is_url(path) {
            let message = format!("'{path}' is not included: a build has no network");
            return Err(error("include-url", message).help("keep a copy of the file in the project"));
        }
        let choice = self.choice(&found.arguments, place)?;
        let base = if path.starts_with("./") || path.starts_with("../") {
            place.shown.path.parent().unwrap_or(self.docs())
        } else {
            self.docs()
        };
        let mut ignored = match &choice.exclude {
            Some(pattern) => self.excluded(pattern, place, (found.tag, found.end)),
            None => Vec::new(),
        };
        ignored.extend(self.paths(&self.plugin.exclude, self.docs()));
        let mut files = self.paths(std::slice::from_ref(path), base);
        files.retain(|file| self.stage.files.is_file(file));
        files.retain(|file| {
            !ignored
                .iter()
                .any(|ignored| file == ignored || file.parent() == Some(ignored))
        });
        if files.is_empty() {
            return Err(error("include-missing", format!("No files found including '{path}'")));
        }
        choice.order.sort(&mut files, self.stage.files);
        let mut out = String::new();
        let mut missed = [choice.start.is_some(), choice.end.is_some()];
        for file in &files {
            let read = self.stage.files.read(file);
            let file = read.map_err(|cause| {
                let message = format!("cannot read `{}`: {cause}", file.display());
                error("include-unreadable", message)
            })?;
            let text = choice.part(&file.text, &mut missed);
            let text = self.nested(text, &file, &choice, place, open)?;
            out.push_str(&choice.shape(
                &text,
                (&file.path, path),
                found.indent,
                (place.shown.path, place.is_markdown),
            ));
        }
        for (value, name) in [(&choice.start, "start"), (&choice.end, "end")] {
            let at = usize::from(name == "end");
            if missed[at]
                && let Some(value) = value
            {
                let message = format!(
                    "Delimiter {name} '{value}' of '{}' directive not detected in the file '{path}'",
                    place.name
                );
                let span = place.span(found.tag, found.end);
                let problem = Diagnostic::new("include-delimiter", Severity::Warning, message).at(span);
                self.problems.borrow_mut().push(problem);
            }
        }
        Ok(out)
    }

    /// What the argument `exclude` leaves out. The reference looks for patterns without `./` where
    /// they find nothing.
    fn excluded(&self, pattern: &str, place: &Place<'_>, (start, end): (usize, usize)) -> Vec<PathBuf> {
        let folder = place.shown.path.parent().unwrap_or(self.docs());
        if pattern.starts_with(['/', '\\']) || pattern.starts_with("./") || pattern.starts_with("../") {
            return self.paths(std::slice::from_ref(&pattern.to_owned()), folder);
        }
        let message = format!("the argument exclude='{pattern}' leaves nothing out: it is no path from this file");
        let problem = Diagnostic::new("include-exclude", Severity::Warning, message).at(place.span(start, end));
        let problem = problem.help("write it with `./` or `../` at its start");
        self.problems.borrow_mut().push(problem);
        Vec::new()
    }

    /// The directives in an included text.
    fn nested(
        &self,
        text: String,
        file: &SourceFile,
        choice: &Choice,
        place: &Place<'_>,
        open: &mut Vec<PathBuf>,
    ) -> Result<String, Diagnostic> {
        if !choice.recursive || !text.contains(&self.plugin.syntax.opening) {
            return Ok(text);
        }
        if open.contains(&file.path) || open.len() >= MAX_DEPTH {
            let message = format!(
                "'{}' includes itself in the '{}' directive",
                file.path.display(),
                place.name
            );
            return Err(Diagnostic::new("include-cycle", Severity::Error, message));
        }
        let shown = Shown {
            path: &file.path,
            file,
            offset: file.text.find(&text),
        };
        open.push(file.path.clone());
        let expanded = self.expand(&text, &shown, open);
        open.pop();
        Ok(expanded)
    }

    /// The arguments as written, each checked.
    fn choice(&self, arguments: &[Argument<'_>], place: &Place<'_>) -> Result<Choice, Diagnostic> {
        let mut choice = self.plugin.defaults.clone();
        let name = place.name;
        for argument in arguments {
            let span = place.span(argument.at, argument.at + argument.name.len());
            let known =
                ARGUMENTS.contains(&argument.name) || place.is_markdown && MARKDOWN_ARGUMENTS.contains(&argument.name);
            if !known {
                let message = format!(
                    "Invalid argument '{}' in '{name}' directive. Ignoring...",
                    argument.name
                );
                let mut problem = Diagnostic::new("include-argument", Severity::Warning, message).at(span);
                let names = ARGUMENTS.iter().chain(MARKDOWN_ARGUMENTS).copied();
                if let Some(near) = nearest(argument.name, names) {
                    problem = problem.help(format!("did you mean `{near}`?"));
                }
                self.problems.borrow_mut().push(problem);
                continue;
            }
            choice.set(argument).map_err(|message| {
                Diagnostic::new(
                    "include-argument",
                    Severity::Error,
                    format!("{message} in '{name}' directive"),
                )
            })?;
            if argument.name == "encoding" {
                check_encoding(&argument.value, span, &mut self.problems.borrow_mut());
            }
        }
        Ok(choice)
    }

    /// The files that patterns name, below a folder unless they are absolute; sorted.
    fn paths(&self, patterns: &[String], base: &Path) -> Vec<PathBuf> {
        let mut found = Vec::new();
        for pattern in patterns {
            let whole = clean(&base.join(pattern));
            if self.stage.files.exists(&whole) {
                found.push(whole);
            } else if let Some(glob) = Glob::new(&whole) {
                let files = self.stage.files.below(&glob.folder);
                found.extend(files.into_iter().filter(|file| glob.matches(file)));
            }
        }
        found.sort();
        found.dedup();
        found
    }
}

/// Which directive it is and where it stands.
struct Place<'p> {
    name: &'p str,
    is_markdown: bool,
    shown: &'p Shown<'p>,
    at: usize,
}

impl Place<'_> {
    fn span(&self, start: usize, end: usize) -> Option<Span> {
        let (file, offset) = (self.shown.file, self.shown.offset? + self.at);
        Some(Span::new(file.id, offset + start, offset + end))
    }
}

fn check_encoding(encoding: &str, span: Option<Span>, problems: &mut Vec<Diagnostic>) {
    let name = encoding.to_lowercase();
    if !matches!(name.as_str(), "utf-8" | "utf8" | "utf_8" | "utf-8-sig" | "ascii") {
        let message = format!("files are read as UTF-8, not as `{encoding}`");
        problems.push(Diagnostic::new("include-encoding", Severity::Warning, message).at(span));
    }
}
