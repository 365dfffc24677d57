//! The functions and filters that the plugin brings: `now`, `fix_url`, `context`, `pretty`, `macros_info`.

use std::fmt;
use std::sync::Arc;

use minijinja::value::Object;
use minijinja::{Environment, Error, ErrorKind, State, Value};

use crate::theme::relative_url;

pub(super) fn add(env: &mut Environment<'static>, now: i64) {
    env.add_function("now", move || Value::from_object(Moment(now)));
    env.add_function("fix_url", |url: String| {
        if url.contains("://") || url.starts_with("mailto:") || url.is_empty() || url.starts_with('#') {
            url
        } else {
            format!("../{url}")
        }
    });
    env.add_filter("relative_url", |state: &State, path: String| {
        let page = state.lookup("page");
        let url = page.and_then(|page| page.get_attr("url").ok());
        let from = url.as_ref().and_then(Value::as_str).unwrap_or_default();
        relative_url(&path, from)
    });
    env.add_function("context", |state: &State, of: Option<Value>| rows(state, of));
    env.add_filter("pretty", |rows: Value| pretty(&rows));
    env.add_function("macros_info", |state: &State| macros_info(state));
}

/// What the plugin's `context()` lists: names, types and contents.
fn rows(state: &State, of: Option<Value>) -> Result<Value, Error> {
    let names = ["extra", "config", "environment", "plugin", "git", "page", "files"];
    let mut found = Vec::new();
    match of {
        Some(value) => {
            for key in value.try_iter()? {
                found.push((key.to_string(), value.get_item(&key)?));
            }
        }
        None => found.extend(
            names
                .iter()
                .filter_map(|name| Some(((*name).to_owned(), state.lookup(name)?))),
        ),
    }
    let row = |(name, value): (String, Value)| {
        Value::from(vec![
            Value::from(name),
            Value::from(value.kind().to_string()),
            Value::from(value.to_string()),
        ])
    };
    Ok(Value::from(found.into_iter().map(row).collect::<Vec<_>>()))
}

/// A list of rows as a table in HTML.
fn pretty(rows: &Value) -> Result<String, Error> {
    let mut out =
        String::from("\n<table class=\"macros-tb\">\n<tr><th>Variable</th><th>Type</th><th>Content</th></tr>\n");
    for row in rows.try_iter()? {
        let cells: Vec<String> = row
            .try_iter()?
            .map(|cell| crate::theme::escape(&cell.to_string()).replace('\n', "<br/>"))
            .collect();
        if let [name, kind, content] = cells.as_slice() {
            out.push_str(&format!(
                "<tr><td><b>{name}</b></td><td><i>{kind}</i></td><td>{content}</td></tr>\n"
            ));
        }
    }
    Ok(out + "</table>\n")
}

fn macros_info(state: &State) -> Result<String, Error> {
    let mut out = String::from("\n## Macros\n\n### Variables\n");
    out.push_str(&pretty(&rows(state, None)?)?);
    for name in ["config", "git", "page"] {
        if let Some(value) = state.lookup(name) {
            out.push_str(&format!("\n### `{name}`\n{}", pretty(&rows(state, Some(value))?)?));
        }
    }
    Ok(out)
}

/// `now()`: a date with Python's fields and methods.
struct Moment(i64);

impl Moment {
    fn zoned(&self) -> Option<jiff::Zoned> {
        let stamp = jiff::Timestamp::from_second(self.0).ok()?;
        Some(stamp.to_zoned(jiff::tz::TimeZone::system()))
    }
}

impl fmt::Debug for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.zoned() {
            Some(zoned) => write!(f, "{}", zoned.strftime("%Y-%m-%d %H:%M:%S")),
            None => Ok(()),
        }
    }
}

impl Object for Moment {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let zoned = self.zoned()?;
        Some(match key.as_str()? {
            "year" => Value::from(zoned.year()),
            "month" => Value::from(zoned.month()),
            "day" => Value::from(zoned.day()),
            "hour" => Value::from(zoned.hour()),
            "minute" => Value::from(zoned.minute()),
            "second" => Value::from(zoned.second()),
            _ => return None,
        })
    }

    fn call_method(self: &Arc<Self>, _: &mut State<'_, '_>, method: &str, args: &[Value]) -> Result<Value, Error> {
        let Some(zoned) = self.zoned() else {
            return Ok(Value::UNDEFINED);
        };
        match (method, args.first().and_then(Value::as_str)) {
            ("strftime", Some(format)) => jiff::fmt::strtime::format(format, &zoned)
                .map(Value::from)
                .map_err(|error| Error::new(ErrorKind::InvalidOperation, error.to_string())),
            ("isoformat", _) => Ok(Value::from(zoned.strftime("%Y-%m-%dT%H:%M:%S").to_string())),
            ("date", _) => Ok(Value::from(zoned.strftime("%Y-%m-%d").to_string())),
            ("timestamp", _) => Ok(Value::from(self.0)),
            _ => Err(Error::from(ErrorKind::UnknownMethod)),
        }
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
