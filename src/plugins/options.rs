//! Options of a plugin as written, read with their defaults. `config` has checked their types.

use crate::markdown::{NormalForm, PymdownSlug, SlugCase, Slugify};
use crate::page::text_of;
use crate::report::{Diagnostic, Severity};
use crate::yaml::Node;

/// The options of one use of a plugin.
#[derive(Clone, Copy)]
pub(crate) struct Options<'n>(pub(crate) &'n Node);

impl<'n> Options<'n> {
    /// The value, unless it is missing or null.
    pub(crate) fn node(self, name: &str) -> Option<&'n Node> {
        self.0.get(name).filter(|node| !node.is_null())
    }

    /// A boolean.
    pub(crate) fn bool(self, name: &str, default: bool) -> bool {
        self.node(name).and_then(Node::as_bool).unwrap_or(default)
    }

    /// A number of things.
    pub(crate) fn count(self, name: &str, default: usize) -> usize {
        let written = self.node(name).and_then(Node::as_int);
        written
            .and_then(|number| usize::try_from(number).ok())
            .unwrap_or(default)
    }

    /// A text.
    pub(crate) fn text(self, name: &str, default: &str) -> String {
        self.node(name).and_then(text_of).unwrap_or_else(|| default.to_owned())
    }

    /// The texts of a list.
    pub(crate) fn texts(self, name: &str) -> Vec<String> {
        let list = self.node(name).and_then(Node::as_seq).unwrap_or_default();
        list.iter().filter_map(text_of).collect()
    }

    /// A slug function; lower case as PyMdown makes it, unless another one is named.
    pub(crate) fn slugify(self, name: &str, problems: &mut Vec<Diagnostic>) -> Slugify {
        let default = Slugify::Pymdown(PymdownSlug {
            case: SlugCase::Lower,
            percent_encode: false,
            normalize: NormalForm::Nfc,
        });
        let Some(node) = self.node(name) else { return default };
        Slugify::from_node(node).unwrap_or_else(|| {
            let message = format!("the slug function of `{name}` is not known");
            let problem = Diagnostic::new("plugin-slugify", Severity::Error, message).at(node.span);
            problems.push(problem.help("use `pymdownx.slugs.slugify` with its arguments"));
            default
        })
    }

    /// The last part of the name of a Python function (`view_name`), out of those that are known.
    pub(crate) fn function(
        self,
        name: &str,
        known: &[&'static str],
        problems: &mut Vec<Diagnostic>,
    ) -> Option<&'static str> {
        let node = self.node(name)?;
        let written = node.python_name().or_else(|| node.as_str()).unwrap_or_default();
        let last = written.rsplit('.').next().unwrap_or_default();
        let found = known.iter().find(|known| **known == last).copied();
        if found.is_none() {
            let message = format!("the function of `{name}` is not known: Python does not run here");
            let problem = Diagnostic::new("plugin-function", Severity::Warning, message).at(node.span);
            problems.push(problem.help(format!("known are `{}`", known.join("`, `"))));
        }
        found
    }
}

/// A format text of Python with its fields (`{name}`) replaced.
pub(crate) fn fill(format: &str, fields: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(format.len());
    let mut rest = format;
    'next: while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at].replace("}}", "}"));
        rest = &rest[at..];
        for (name, value) in fields {
            let after = rest[1..].strip_prefix(name).and_then(|after| after.strip_prefix('}'));
            if let Some(after) = after {
                out.push_str(value);
                rest = after;
                continue 'next;
            }
        }
        out.push('{');
        rest = rest[1..].strip_prefix('{').unwrap_or(&rest[1..]);
    }
    out.push_str(&rest.replace("}}", "}"));
    out
}

/// A path without empty and `.` segments; `..` takes one off.
pub(crate) fn normal_path(path: &str) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            segment => kept.push(segment),
        }
    }
    kept.join("/")
}

#[cfg(test)]
mod tests {
    use super::{fill, normal_path};

    #[test]
    fn formats_and_paths() {
        assert_eq!(
            fill("{date}/{slug}", &[("date", "2024/01"), ("slug", "a")]),
            "2024/01/a"
        );
        assert_eq!(fill("{{x}}/{y}", &[("x", "1")]), "{x}/{y}");
        assert_eq!(normal_path("./a//b/../c/"), "a/c");
    }
}
