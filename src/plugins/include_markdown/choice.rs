//! What a directive asks for, and what it makes of an included text.
//!
//! Does not read files.

use std::path::Path;

use super::directive::{Argument, unescape};
use super::paths::Order;
use super::rewrite;

/// The arguments of a directive, or their defaults.
#[derive(Clone, Debug)]
pub(super) struct Choice {
    pub(super) start: Option<String>,
    pub(super) end: Option<String>,
    pub(super) exclude: Option<String>,
    pub(super) order: Order,
    pub(super) keeps_indent: bool,
    pub(super) dedent: bool,
    pub(super) trailing_newlines: bool,
    pub(super) recursive: bool,
    pub(super) comments: bool,
    pub(super) rewrites: bool,
    pub(super) offset: i64,
}

impl Choice {
    pub(super) fn set(&mut self, argument: &Argument<'_>) -> Result<(), String> {
        let (name, value) = (argument.name, argument.value.as_str());
        if value.is_empty() {
            return Err(format!("Invalid empty '{name}' argument"));
        }
        match name {
            "start" => self.start = Some(value.to_owned()),
            "end" => self.end = Some(value.to_owned()),
            "exclude" => self.exclude = Some(value.to_owned()),
            "order" => self.order = Order::parse(value)?,
            "heading-offset" => {
                let offset = value.parse();
                self.offset = offset.map_err(|_| format!("Invalid 'heading-offset' argument '{value}'"))?;
            }
            "encoding" => {}
            _ => return self.set_flag(name, value),
        }
        Ok(())
    }

    fn set_flag(&mut self, name: &str, value: &str) -> Result<(), String> {
        let flag = match name {
            "dedent" => &mut self.dedent,
            "trailing-newlines" => &mut self.trailing_newlines,
            "recursive" => &mut self.recursive,
            "comments" => &mut self.comments,
            "rewrite-relative-urls" => &mut self.rewrites,
            _ => &mut self.keeps_indent,
        };
        *flag = match value {
            "true" => true,
            "false" => false,
            _ => {
                let values = "Possible values are true or false.";
                return Err(format!("Invalid value for '{name}' argument. {values} Found"));
            }
        };
        Ok(())
    }

    /// What stands between the delimiters.
    pub(super) fn part(&self, text: &str, missed: &mut [bool; 2]) -> String {
        let start = self.start.as_deref().filter(|start| !start.is_empty()).map(unescape);
        let end = self.end.as_deref().filter(|end| !end.is_empty()).map(unescape);
        for (missed, delimiter) in missed.iter_mut().zip([&start, &end]) {
            *missed &= delimiter.as_ref().is_some_and(|delimiter| !text.contains(delimiter));
        }
        match (start, end) {
            (None, None) => text.to_owned(),
            (Some(start), None) => text.split_once(&start).map_or("", |(_, after)| after).to_owned(),
            (None, Some(end)) => text.split_once(&end).map_or(text, |(before, _)| before).to_owned(),
            (Some(start), Some(end)) => {
                let mut pieces: Vec<&str> = text.split(&start).collect();
                if pieces.len() > 1 {
                    pieces.remove(0);
                }
                pieces.iter().flat_map(|piece| piece.split(&end).step_by(2)).collect()
            }
        }
    }

    /// An included text as the directive wants it.
    pub(super) fn shape(
        &self,
        text: &str,
        (source, path): (&Path, &str),
        indent: &str,
        (target, is_markdown): (&Path, bool),
    ) -> String {
        let mut text = text.to_owned();
        if !self.trailing_newlines {
            text.truncate(text.trim_end_matches(['\n', '\r']).len());
        }
        if !is_markdown {
            if self.dedent {
                text = rewrite::dedent(&text);
            }
            if self.keeps_indent && !text.is_empty() {
                return text.split_inclusive('\n').flat_map(|line| [indent, line]).collect();
            }
            return format!("{indent}{text}");
        }
        if self.rewrites {
            let (source, target) = (source.to_string_lossy(), target.to_string_lossy());
            text = rewrite::addresses(&text, &source, &target);
        }
        if self.comments {
            let escape = |text: &str| crate::highlight::escape(text).replace("&#39;", "&#x27;");
            let part = |text: &Option<String>| text.as_deref().map_or_else(String::new, escape);
            let ends = match (&self.start, &self.end) {
                (None, None) => String::new(),
                (start, end) => format!("'{}' '{}' ", part(start), part(end)),
            };
            let line = if self.trailing_newlines { "\n" } else { "" };
            let path = escape(path);
            text = format!("<!-- BEGIN INCLUDE {path} {ends}-->{line}{text}{line}<!-- END INCLUDE -->");
        }
        text.insert_str(0, indent);
        if self.dedent {
            text = rewrite::dedent(&text);
        }
        if self.keeps_indent && !indent.is_empty() {
            let blanks = " ".repeat(indent.chars().count());
            let mut lines = text.split_inclusive('\n');
            let first = lines.next().unwrap_or_default().to_owned();
            text = lines.fold(first, |text, line| text + &blanks + line);
        }
        if self.offset != 0 {
            text = rewrite::headings(&text, self.offset);
        }
        text
    }
}
