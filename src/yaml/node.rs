//! The tree of a YAML document.

use crate::report::Span;

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// Where the value stands; `None` for values that no file holds (flags, defaults).
    pub span: Option<Span>,
    /// The value.
    pub kind: Kind,
}

/// A YAML value.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// `null`, `~` or nothing.
    Null,
    /// A boolean.
    Bool(bool),
    /// An integer.
    Int(i64),
    /// A floating-point number.
    Float(f64),
    /// A string, a date, or anything else that is plain text.
    Str(String),
    /// A list.
    Seq(Vec<Node>),
    /// A mapping in the order of the file; a duplicate key keeps its last value.
    Map(Vec<(Node, Node)>),
    /// A tagged value: the tag as `!ENV` or `tag:yaml.org,2002:python/name:a.b`.
    Tagged(String, Box<Node>),
}

/// Null, without a place.
impl Default for Node {
    fn default() -> Self {
        Self::bare(Kind::Null)
    }
}

impl Node {
    /// A value without a place.
    #[must_use]
    pub fn bare(kind: Kind) -> Self {
        Self { span: None, kind }
    }

    /// The text, if this is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Kind::Str(text) = &self.kind {
            Some(text)
        } else {
            None
        }
    }

    /// The boolean, if this is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        if let Kind::Bool(value) = self.kind {
            Some(value)
        } else {
            None
        }
    }

    /// The integer, if this is one.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        if let Kind::Int(value) = self.kind {
            Some(value)
        } else {
            None
        }
    }

    /// The items, if this is a list.
    #[must_use]
    pub fn as_seq(&self) -> Option<&[Node]> {
        if let Kind::Seq(items) = &self.kind {
            Some(items)
        } else {
            None
        }
    }

    /// The entries, if this is a mapping.
    #[must_use]
    pub fn as_map(&self) -> Option<&[(Node, Node)]> {
        if let Kind::Map(entries) = &self.kind {
            Some(entries)
        } else {
            None
        }
    }

    /// The value under `key`, if this is a mapping that has it.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.as_map()?
            .iter()
            .find(|(k, _)| k.as_str() == Some(key))
            .map(|(_, v)| v)
    }

    /// Whether this is null.
    #[must_use]
    pub fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null)
    }

    /// Whether Python would take this as true.
    #[must_use]
    pub fn is_truthy(&self) -> bool {
        match &self.kind {
            Kind::Null => false,
            Kind::Bool(value) => *value,
            Kind::Int(value) => *value != 0,
            Kind::Float(value) => *value != 0.0,
            Kind::Str(text) => !text.is_empty(),
            Kind::Seq(items) => !items.is_empty(),
            Kind::Map(entries) => !entries.is_empty(),
            Kind::Tagged(_, inner) => inner.is_truthy(),
        }
    }

    /// The name that `!!python/name:a.b` stands for.
    #[must_use]
    pub fn python_name(&self) -> Option<&str> {
        let Kind::Tagged(tag, _) = &self.kind else { return None };
        tag.strip_prefix("tag:yaml.org,2002:python/name:")
    }

    /// The function and the arguments that `!!python/object/apply:f` stands for.
    #[must_use]
    pub fn python_call(&self) -> Option<(&str, &Node)> {
        let Kind::Tagged(tag, arguments) = &self.kind else {
            return None;
        };
        Some((tag.strip_prefix("tag:yaml.org,2002:python/object/apply:")?, arguments))
    }

    /// What this is, for messages: `a text`, `a list`.
    #[must_use]
    pub fn describe(&self) -> &'static str {
        match &self.kind {
            Kind::Null => "nothing",
            Kind::Bool(_) => "a boolean",
            Kind::Int(_) => "an integer",
            Kind::Float(_) => "a number",
            Kind::Str(_) => "a text",
            Kind::Seq(_) => "a list",
            Kind::Map(_) => "a mapping",
            Kind::Tagged(..) => "a tagged value",
        }
    }
}
