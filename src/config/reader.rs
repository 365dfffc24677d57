//! Reads one mapping key by key, typed, and reports what is wrong with the keys and values.
//!
//! Does not know which keys there are: the caller asks for them, and `finish` reports the rest.

use crate::report::{Diagnostic, Severity, nearest};
use crate::yaml::{Kind, Node};

/// One mapping while it is read.
pub(super) struct Reader<'n, 'p> {
    node: Option<&'n Node>,
    /// How messages name the keys: `theme.` before `name`; empty at the top.
    prefix: String,
    asked: Vec<&'static str>,
    /// Where problems go.
    pub(super) problems: &'p mut Vec<Diagnostic>,
}

impl<'n, 'p> Reader<'n, 'p> {
    /// Reads `node`, whose keys messages show behind `prefix`. A value that is no mapping is a
    /// problem and reads as empty.
    pub(super) fn new(node: Option<&'n Node>, prefix: &str, problems: &'p mut Vec<Diagnostic>) -> Self {
        let mut reader = Self {
            node: node.filter(|node| node.as_map().is_some()),
            prefix: prefix.to_owned(),
            asked: Vec::new(),
            problems,
        };
        if let Some(node) = node.filter(|node| node.as_map().is_none() && !node.is_null()) {
            let key = prefix.trim_end_matches('.').to_owned();
            reader.prefix.clear();
            reader.wrong(&key, node, "a mapping");
            prefix.clone_into(&mut reader.prefix);
        }
        reader
    }

    /// The value of `key`, unless it is missing or null.
    pub(super) fn node(&mut self, key: &'static str) -> Option<&'n Node> {
        self.written(key).filter(|node| !node.is_null())
    }

    /// The value of `key` even if it is null.
    pub(super) fn written(&mut self, key: &'static str) -> Option<&'n Node> {
        self.asked.push(key);
        self.node?.get(key)
    }

    /// A text. Anything else is an error, as it is for MkDocs.
    pub(super) fn text(&mut self, key: &'static str) -> Option<String> {
        let node = self.node(key)?;
        let text = node.as_str().map(str::to_owned);
        if text.is_none() {
            self.wrong(key, node, "a text");
        }
        text
    }

    /// A boolean.
    pub(super) fn flag(&mut self, key: &'static str, default: bool) -> bool {
        let Some(node) = self.node(key) else { return default };
        node.as_bool().unwrap_or_else(|| {
            self.wrong(key, node, "`true` or `false`");
            default
        })
    }

    /// A list. A value that is none is an error and reads as empty.
    pub(super) fn list(&mut self, key: &'static str) -> &'n [Node] {
        let Some(node) = self.node(key) else { return &[] };
        node.as_seq().unwrap_or_else(|| {
            self.wrong(key, node, "a list");
            &[]
        })
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, key: &'static str) -> Vec<String> {
        self.located_texts(key)
            .into_iter()
            .map(|(text, _)| text.to_owned())
            .collect()
    }

    /// A list of texts, each with the value it was read from.
    pub(super) fn located_texts(&mut self, key: &'static str) -> Vec<(&'n str, &'n Node)> {
        let mut texts = Vec::new();
        for (index, item) in self.list(key).iter().enumerate() {
            match item.as_str() {
                Some(text) => texts.push((text, item)),
                None => self.wrong(&format!("{key}[{index}]"), item, "a text"),
            }
        }
        texts
    }

    /// One of `choices`.
    pub(super) fn choice<T: Copy>(&mut self, key: &'static str, choices: &[(&'static str, T)], default: T) -> T {
        // A key may be asked for twice; a wrong value is reported once.
        let asked = self.asked.contains(&key);
        let Some(node) = self.node(key) else { return default };
        let found = choices.iter().find(|(name, _)| node.as_str() == Some(*name));
        if let Some((_, value)) = found {
            return *value;
        }
        if asked {
            return default;
        }
        let names = choices.iter().map(|(name, _)| *name);
        let list: Vec<_> = names.clone().map(|name| format!("`{name}`")).collect();
        let problem = self.problem(key, node, &format!("expected one of {}", list.join(", ")));
        let near = node.as_str().and_then(|text| nearest(text, names));
        self.problems.push(match near {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem,
        });
        default
    }

    /// Reports that the value of `key` is of the wrong type.
    pub(super) fn wrong(&mut self, key: &str, node: &Node, wanted: &str) {
        let problem = self.problem(key, node, &format!("expected {wanted}, found {}", node.describe()));
        let problem = match node.kind {
            Kind::Int(_) | Kind::Float(_) | Kind::Bool(_) if wanted == "a text" => {
                problem.help("put quotes around it to make it a text")
            }
            _ => problem,
        };
        self.problems.push(problem);
    }

    /// Reports `message` about the value of `key`.
    pub(super) fn error(&mut self, key: &str, node: &Node, message: &str) {
        let problem = self.problem(key, node, message);
        self.problems.push(problem);
    }

    /// An error about the value of `key`, to be finished by the caller.
    pub(super) fn problem(&self, key: &str, node: &Node, message: &str) -> Diagnostic {
        let message = format!("Config value '{}{key}': {message}", self.prefix);
        Diagnostic::new("config-value", Severity::Error, message).at(node.span)
    }

    /// Marks `keys` as known though nothing was asked of them.
    pub(super) fn know(&mut self, keys: &[&'static str]) {
        self.asked.extend_from_slice(keys);
    }

    /// Reports every key that nobody asked for, at `severity`.
    pub(super) fn finish(self, severity: Severity) {
        let entries = self.node.and_then(Node::as_map).unwrap_or(&[]);
        for (key, _) in entries {
            let name = key.key_text();
            if self.asked.contains(&name.as_str()) {
                continue;
            }
            let shown = format!("{}{name}", self.prefix);
            let message = format!("Config value '{shown}': Unrecognised configuration name: {name}");
            let mut problem = Diagnostic::new("config-key", severity, message).at(key.span);
            if let Some(near) = nearest(&name, self.asked.iter().copied()) {
                problem = problem.help(format!("did you mean `{near}`?"));
            }
            self.problems.push(problem);
        }
    }
}
