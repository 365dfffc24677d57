//! Reads the options of one extension, with the reference's names and defaults, and reports those
//! that nobody knows.

use crate::report::{Diagnostic, Severity, Span};
use crate::yaml::{Kind, Node};

/// The options of one extension while they are read.
#[derive(Debug)]
pub(crate) struct Options<'n, 'p> {
    extension: &'n str,
    node: &'n Node,
    span: Option<Span>,
    asked: Vec<&'static str>,
    problems: &'p mut Vec<Diagnostic>,
}

impl<'n, 'p> Options<'n, 'p> {
    /// The options `node` of `extension`, whose name stands at `span`.
    pub(crate) fn new(
        extension: &'n str,
        node: &'n Node,
        span: Option<Span>,
        problems: &'p mut Vec<Diagnostic>,
    ) -> Self {
        Self {
            extension,
            node,
            span,
            asked: Vec::new(),
            problems,
        }
    }

    /// The value of `name` as written, if it is set.
    pub(crate) fn node(&mut self, name: &'static str) -> Option<&'n Node> {
        self.asked.push(name);
        self.node.get(name)
    }

    /// A boolean. Strings and numbers count as Python-Markdown's `parseBoolValue` takes them.
    pub(crate) fn bool(&mut self, name: &'static str, default: bool) -> bool {
        let Some(node) = self.node(name) else { return default };
        match &node.kind {
            Kind::Bool(value) => *value,
            Kind::Null => false,
            Kind::Int(value) => *value != 0,
            Kind::Str(text) => match text.to_ascii_lowercase().as_str() {
                "true" | "yes" | "y" | "on" | "1" => true,
                "false" | "no" | "n" | "off" | "0" | "none" | "" => false,
                _ => {
                    self.wrong(name, "a boolean", node);
                    default
                }
            },
            _ => {
                self.wrong(name, "a boolean", node);
                default
            }
        }
    }

    /// A text; numbers are taken as written.
    pub(crate) fn string(&mut self, name: &'static str, default: &str) -> String {
        self.optional_string(name).unwrap_or_else(|| default.to_owned())
    }

    /// A text that may be missing or null.
    pub(crate) fn optional_string(&mut self, name: &'static str) -> Option<String> {
        let node = self.node(name)?;
        match &node.kind {
            Kind::Str(text) => Some(text.clone()),
            Kind::Int(value) => Some(value.to_string()),
            Kind::Float(value) => Some(value.to_string()),
            Kind::Null => None,
            Kind::Bool(false) => Some(String::new()),
            _ => {
                self.wrong(name, "a text", node);
                None
            }
        }
    }

    /// An integer; a text that is a number counts.
    pub(crate) fn int(&mut self, name: &'static str, default: i64) -> i64 {
        let Some(node) = self.node(name) else { return default };
        match &node.kind {
            Kind::Int(value) => *value,
            Kind::Bool(value) => i64::from(*value),
            Kind::Str(text) if text.trim().parse::<i64>().is_ok() => text.trim().parse().unwrap_or(default),
            _ => {
                self.wrong(name, "an integer", node);
                default
            }
        }
    }

    /// A list of texts; a single text is a list of one.
    pub(crate) fn strings(&mut self, name: &'static str) -> Option<Vec<String>> {
        let node = self.node(name)?;
        match &node.kind {
            Kind::Seq(items) => Some(
                items
                    .iter()
                    .filter_map(|item| item.as_str().map(str::to_owned))
                    .collect(),
            ),
            Kind::Str(text) => Some(vec![text.clone()]),
            Kind::Null => Some(Vec::new()),
            _ => {
                self.wrong(name, "a list", node);
                None
            }
        }
    }

    /// The name a `!!python/name:` or `!!python/object/apply:` value stands for, without the tag;
    /// also a plain text.
    pub(crate) fn python_name(&mut self, name: &'static str) -> Option<(String, &'n Node)> {
        let node = self.node(name)?;
        python_name(node).map(|found| (found, node))
    }

    /// Says that an option has no effect here, and why, if it is set to something that `matters`.
    pub(crate) fn without_effect(
        &mut self,
        name: &'static str,
        matters: fn(&Node) -> bool,
        severity: Severity,
        why: &str,
    ) {
        let Some(node) = self.node(name).filter(|node| matters(node)) else {
            return;
        };
        let message = format!("option `{name}` of `{}` has no effect: {why}", self.extension);
        let problem = Diagnostic::new("extension-option-ineffective", severity, message);
        self.problems.push(problem.at(node.span.or(self.span)));
    }

    /// Reports a value of the wrong type.
    pub(crate) fn wrong(&mut self, name: &str, expected: &str, node: &Node) {
        let message = format!("option `{name}` of `{}` must be {expected}", self.extension);
        self.problems
            .push(Diagnostic::new("extension-option-type", Severity::Error, message).at(node.span.or(self.span)));
    }

    /// Reports something the extension cannot do.
    pub(crate) fn problem(&mut self, diagnostic: Diagnostic) {
        let diagnostic = if diagnostic.span.is_none() {
            diagnostic.at(self.span)
        } else {
            diagnostic
        };
        self.problems.push(diagnostic);
    }

    /// Reports options that were never asked for.
    pub(crate) fn finish(self) {
        let Some(entries) = self.node.as_map() else { return };
        for (key, _) in entries {
            let Some(name) = key.as_str() else { continue };
            if self.asked.contains(&name) {
                continue;
            }
            let message = format!("`{}` has no option `{name}`", self.extension);
            let mut problem =
                Diagnostic::new("extension-option-unknown", Severity::Error, message).at(key.span.or(self.span));
            if let Some(nearest) = crate::report::nearest(name, self.asked.iter().copied()) {
                problem = problem.help(format!("did you mean `{nearest}`?"));
            }
            self.problems.push(problem);
        }
    }
}

/// The dotted name of a `!!python/name:` or `!!python/object/apply:` tag, or a plain text.
pub(crate) fn python_name(node: &Node) -> Option<String> {
    match &node.kind {
        Kind::Str(text) => Some(text.clone()),
        Kind::Tagged(tag, _) => {
            let name = ["python/name:", "python/object/apply:"]
                .iter()
                .find_map(|prefix| tag.find(prefix).map(|at| &tag[at + prefix.len()..]))?;
            Some(name.to_owned())
        }
        _ => None,
    }
}
