//! A tree as JSON, the form in which templates and plugins see free data (`extra`, front matter).

use serde_json::{Map, Number, Value};

use super::{Kind, Node};

impl Node {
    /// The value as JSON. Keys become text as Python's `str` writes them; a tag is dropped and its
    /// value kept.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Bool(value) => Value::Bool(*value),
            Kind::Int(value) => Value::from(*value),
            Kind::Float(value) => Number::from_f64(*value).map_or(Value::Null, Value::Number),
            Kind::Str(text) => Value::String(text.clone()),
            Kind::Seq(items) => Value::Array(items.iter().map(Self::to_json).collect()),
            Kind::Map(entries) => {
                let pairs = entries.iter().map(|(key, value)| (key.key_text(), value.to_json()));
                Value::Object(pairs.collect::<Map<_, _>>())
            }
            Kind::Tagged(_, inner) => inner.to_json(),
        }
    }

    /// A scalar as the text that Python's `str` gives; empty for collections.
    #[must_use]
    pub fn key_text(&self) -> String {
        match &self.kind {
            Kind::Null => "None".to_owned(),
            Kind::Bool(true) => "True".to_owned(),
            Kind::Bool(false) => "False".to_owned(),
            Kind::Int(value) => value.to_string(),
            Kind::Float(value) => {
                let text = value.to_string();
                if value.fract() == 0.0 && !text.contains('.') {
                    format!("{text}.0")
                } else {
                    text
                }
            }
            Kind::Str(text) => text.clone(),
            Kind::Tagged(_, inner) => inner.key_text(),
            Kind::Seq(_) | Kind::Map(_) => String::new(),
        }
    }
}
