//! Jinja2 in Markdown: minijinja with Python's habits, and values that a page lacks kept as written.
//!
//! Shared by `macros` and `markdownextradata`; does not know their options.

use std::fmt::{self, Write as _};
use std::sync::Arc;

use minijinja::value::{Object, ObjectRepr, Serde, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior, Value};

use crate::theme::python_methods;

/// What becomes of names that are not defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Undefined {
    /// They stay as written; asking them for more is an error.
    Keep,
    /// They are empty; asking them for more is an error.
    Silent,
    /// They are an error.
    Strict,
    /// They are empty, whatever is asked of them.
    Lax,
}

/// An environment without templates.
pub(crate) fn environment(undefined: Undefined) -> Environment<'static> {
    let mut env = Environment::new();
    env.set_undefined_behavior(match undefined {
        Undefined::Keep | Undefined::Silent => UndefinedBehavior::Lenient,
        Undefined::Strict => UndefinedBehavior::Strict,
        Undefined::Lax => UndefinedBehavior::Chainable,
    });
    env.set_auto_escape_callback(|_| AutoEscape::None);
    env.set_recursion_limit(100);

    minijinja_contrib::add_to_environment(&mut env);
    env.set_unknown_method_callback(python_methods);
    env.add_test("defined", |value: &Value| is_defined(value));
    env.add_test("undefined", |value: &Value| !is_defined(value));
    for name in ["default", "d"] {
        env.add_filter(name, |value: Value, other: Option<Value>, also_false: Option<bool>| {
            let takes = !is_defined(&value) || also_false == Some(true) && !value.is_true();
            if takes {
                other.unwrap_or_else(|| Value::from(""))
            } else {
                value
            }
        });
    }
    env.set_formatter(move |out, _state, value| {
        if value.kind() == ValueKind::Undefined {
            return match undefined {
                Undefined::Strict => Err(Error::from(ErrorKind::UndefinedError)),
                _ => Ok(()),
            };
        }
        let mut text = String::new();
        python_text(&mut text, value, true)?;
        out.write_str(&text).map_err(Error::from)
    });
    env
}

/// The variables of a page; with `keep`, other names stand for themselves.
pub(crate) fn context(variables: Value, env: &Environment<'_>, undefined: Undefined) -> Value {
    if undefined != Undefined::Keep {
        return variables;
    }
    let known = env.globals().map(|(name, _)| name.to_owned()).collect();
    Value::from_object(Context { variables, known })
}

/// JSON as a value of a template.
pub(crate) fn value(json: &serde_json::Value) -> Value {
    Value::from(Serde(json))
}

fn is_defined(value: &Value) -> bool {
    !value.is_undefined() && value.downcast_object_ref::<Kept>().is_none()
}

/// A value as Python's `str` (or inside collections `repr`) writes it.
fn python_text(out: &mut String, value: &Value, is_outer: bool) -> Result<(), Error> {
    match value.kind() {
        ValueKind::Bool => out.push_str(if value.is_true() { "True" } else { "False" }),
        ValueKind::None => out.push_str("None"),
        ValueKind::String if !is_outer => {
            let text = value.as_str().unwrap_or_default();
            let quote = if text.contains('\'') && !text.contains('"') {
                '"'
            } else {
                '\''
            };
            out.push(quote);
            for c in text.chars() {
                match c {
                    '\n' => out.push_str("\\n"),
                    '\\' => out.push_str("\\\\"),
                    c if c == quote => {
                        out.push('\\');
                        out.push(c);
                    }
                    c => out.push(c),
                }
            }
            out.push(quote);
        }
        ValueKind::Seq => {
            out.push('[');
            for (at, item) in value.try_iter()?.enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                python_text(out, &item, false)?;
            }
            out.push(']');
        }
        ValueKind::Map => {
            out.push('{');
            for (at, key) in value.try_iter()?.enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                python_text(out, &key, false)?;
                out.push_str(": ");
                python_text(out, &value.get_item(&key)?, false)?;
            }
            out.push('}');
        }
        _ => {
            if let Some(fault) = value.downcast_object_ref::<Fault>() {
                return Err(Error::new(
                    ErrorKind::UndefinedError,
                    format!("'{}' is undefined", fault.0),
                ));
            }
            let _ = write!(out, "{value}");
        }
    }
    Ok(())
}

/// The variables, and under any other name what stands for itself.
#[derive(Debug)]
struct Context {
    variables: Value,
    known: std::collections::HashSet<String>,
}

impl Object for Context {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let found = self.variables.get_item(key).ok().filter(|value| !value.is_undefined());
        let name = key.as_str()?;
        found.or_else(|| (!self.known.contains(name)).then(|| Value::from_object(Kept(name.to_owned()))))
    }
}

/// A name that nothing defines, shown as it was written.
#[derive(Debug)]
struct Kept(String);

impl Object for Kept {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn is_true(self: &Arc<Self>) -> bool {
        false
    }

    fn get_value(self: &Arc<Self>, _key: &Value) -> Option<Value> {
        Some(Value::from_object(Fault(self.0.clone())))
    }

    fn call(self: &Arc<Self>, _: &mut minijinja::State<'_, '_>, _: &[Value]) -> Result<Value, Error> {
        Err(Error::new(
            ErrorKind::UndefinedError,
            format!("'{}' is undefined", self.0),
        ))
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{{ {} }}}}", self.0)
    }
}

/// Something asked of a name that nothing defines: an error as soon as it is used.
#[derive(Debug)]
struct Fault(String);

impl Object for Fault {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn is_true(self: &Arc<Self>) -> bool {
        false
    }

    fn get_value(self: &Arc<Self>, _key: &Value) -> Option<Value> {
        Some(Value::from_object(Self(self.0.clone())))
    }

    fn call(self: &Arc<Self>, _: &mut minijinja::State<'_, '_>, _: &[Value]) -> Result<Value, Error> {
        Err(Error::new(
            ErrorKind::UndefinedError,
            format!("'{}' is undefined", self.0),
        ))
    }

    fn render(self: &Arc<Self>, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Err(fmt::Error)
    }
}

#[cfg(test)]
mod tests {
    use super::{Undefined, context, environment, value};

    fn render(text: &str, undefined: Undefined) -> Result<String, String> {
        let env = environment(undefined);
        let variables = serde_json::json!({"a": {"b": 1}, "yes": true, "list": ["x", null]});
        let all = context(value(&variables), &env, undefined);
        env.render_str(text, all).map_err(|error| error.to_string())
    }

    #[test]
    fn undefined_names() {
        // As the plugin's four behaviours answer.
        assert_eq!(render("{{ a.b }} {{ no }}", Undefined::Keep).unwrap(), "1 {{ no }}");
        assert_eq!(render("{{ no }}|", Undefined::Silent).unwrap(), "|");
        assert_eq!(render("{{ no.b.c }}|", Undefined::Lax).unwrap(), "|");
        assert!(render("{{ no }}", Undefined::Strict).is_err());
        assert!(render("{{ no.b }}", Undefined::Keep).is_err());
        assert!(render("{{ no.b }}", Undefined::Silent).is_err());
        assert!(render("{{ no(1) }}", Undefined::Keep).is_err());
        assert_eq!(
            render(
                "{% if no %}1{% endif %}{{ no | default('d') }}{{ no is defined }}",
                Undefined::Keep
            )
            .unwrap(),
            "dFalse"
        );
    }

    #[test]
    fn values_as_python_writes_them() {
        assert_eq!(
            render("{{ yes }} {{ list }} {{ a }}", Undefined::Keep).unwrap(),
            "True ['x', None] {'b': 1}"
        );
        assert_eq!(
            render("{% for x in range(2) %}{{ x }}{% endfor %}", Undefined::Keep).unwrap(),
            "01"
        );
    }
}
