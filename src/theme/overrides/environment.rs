//! minijinja set up to behave as the Jinja2 of MkDocs does: no escaping, missing values are empty,
//! Python's methods, MkDocs' filters.
//!
//! Does not know which templates a site overrides.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::sync::Arc;

use minijinja::value::{Enumerator, Kwargs, Object, Serde};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior, Value};

use crate::theme::address::Place;
use crate::theme::filters::strip_tags;
use crate::theme::language::Language;
use crate::theme::site::escape;
use crate::theme::spec::ThemeSpec;
use crate::theme::{Ingredients, templates};

/// The environment with the site's templates before the theme's.
pub(super) fn build(
    own: BTreeMap<String, String>,
    spec: &ThemeSpec,
    ingredients: &Arc<Ingredients>,
) -> Environment<'static> {
    let mut env = Environment::new();
    env.set_undefined_behavior(UndefinedBehavior::Chainable);
    env.set_auto_escape_callback(|_| AutoEscape::None);
    env.set_unknown_method_callback(python_methods);
    env.set_recursion_limit(200);
    minijinja_contrib::add_to_environment(&mut env);
    let of = Arc::clone(ingredients);
    env.set_loader(move |name| {
        let name = name.strip_prefix('/').unwrap_or(name);
        if let Some(source) = own.get(name) {
            return Ok(Some(source.clone()));
        }
        if let Some(icon) = name.strip_prefix(".icons/") {
            return Ok(of.icons.get(icon).map(|svg| format!("{{% raw %}}{svg}{{% endraw %}}")));
        }
        Ok(templates::jinja(name, |other| own.contains_key(other)))
    });
    filters(&mut env, ingredients);
    globals(&mut env, spec, ingredients);
    env
}

fn globals(env: &mut Environment<'static>, spec: &ThemeSpec, ingredients: &Arc<Ingredients>) {
    env.add_global("site", Value::from(Serde(&ingredients.site)));
    env.add_global("features", Value::from(Serde(&ingredients.features)));
    env.add_global("lang_code", ingredients.language.text("language"));
    env.add_global("direction", ingredients.direction().to_owned());
    env.add_global("config", Value::from(Serde(&spec.config)));
    env.add_global("build_date_utc", spec.build_date_utc.clone());
    env.add_global("mkdocs_version", "1.6.1");
    env.add_global("lang", Value::from_object(Lang(ingredients.language.clone())));
    let same = |text: String| text;
    env.add_function("_", same);
    env.add_function("gettext", same);
    env.add_function(
        "ngettext",
        |one: String, many: String, n: i64| if n == 1 { one } else { many },
    );
}

fn filters(env: &mut Environment<'static>, ingredients: &Arc<Ingredients>) {
    let of = Arc::clone(ingredients);
    env.add_filter("t", move |key: &str| of.language.text(key).to_owned());
    let of = Arc::clone(ingredients);
    env.add_filter("icon", move |path: &str| {
        of.icons.get(path).unwrap_or_default().to_owned()
    });
    let of = Arc::clone(ingredients);
    env.add_filter("theme_icon", move |place: &str| {
        of.icons.place(place).unwrap_or_default().to_owned()
    });
    let of = Arc::clone(ingredients);
    env.add_filter("asset", move |state: &State, name: &str| {
        resolve(state, of.assets.path(name).unwrap_or(name))
    });
    env.add_filter("url", |state: &State, url: Value| {
        if url.is_undefined() || url.is_none() {
            // MkDocs reads a missing address as the site's root.
            resolve(state, "")
        } else {
            resolve(state, &url.to_string())
        }
    });
    env.add_filter("script_tag", |state: &State, script: Value| script_tag(state, &script));
    let escaped = |value: Value| {
        if value.is_undefined() {
            String::new()
        } else {
            escape(&value.to_string())
        }
    };
    env.add_filter("esc", escaped);
    env.add_filter("e", escaped);
    env.add_filter("escape", escaped);
    env.add_filter("forceescape", escaped);
    env.add_filter("date", worded_date);
    env.add_filter("urlencode", |value: Value| percent(&value.to_string()));
    env.add_filter("striptags", |value: Value| {
        if value.is_undefined() {
            String::new()
        } else {
            strip_tags(&value.to_string())
        }
    });
}

/// Methods of Python's strings, lists and mappings that Jinja values do not have themselves.
pub(crate) fn python_methods(state: &mut State, value: &Value, method: &str, args: &[Value]) -> Result<Value, Error> {
    if let (Some(text), Some(part)) = (value.as_str(), args.first().and_then(Value::as_str)) {
        match method {
            "removeprefix" => return Ok(Value::from(text.strip_prefix(part).unwrap_or(text))),
            "removesuffix" => return Ok(Value::from(text.strip_suffix(part).unwrap_or(text))),
            "partition" => {
                let (before, after) = text.split_once(part).unwrap_or((text, ""));
                let found = if text.contains(part) { part } else { "" };
                return Ok(Value::from([before, found, after].map(Value::from).to_vec()));
            }
            "rpartition" => {
                let (before, after) = text.rsplit_once(part).unwrap_or(("", text));
                let found = if text.contains(part) { part } else { "" };
                return Ok(Value::from([before, found, after].map(Value::from).to_vec()));
            }
            _ => {}
        }
    }
    minijinja_contrib::pycompat::unknown_method_callback(state, value, method, args)
}

/// `text` as a part of a URL; `/` stays, as in Jinja's `urlencode`.
fn percent(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

fn resolve(state: &State, url: &str) -> String {
    let page_url = state.lookup("page_url");
    let base_url = state.lookup("base_url");
    Place {
        page_url: page_url.as_ref().and_then(Value::as_str),
        base_url: base_url.as_ref().and_then(Value::as_str).unwrap_or("."),
    }
    .resolve(url)
    .into_owned()
}

/// The blog plugin's `date`: a post's date in words; other values stay as they are.
fn worded_date(state: &State, date: Value) -> Value {
    let post = state.lookup("post").unwrap_or_default();
    for kind in ["created", "updated"] {
        let plain = post.get_attr(&format!("{kind}_iso")).unwrap_or_default();
        if plain.is_true() && plain == date {
            return post.get_attr(kind).unwrap_or(date);
        }
    }
    date
}

/// MkDocs' `script_tag`: an entry of `extra_javascript` as its element.
fn script_tag(state: &State, script: &Value) -> Result<String, Error> {
    let path = match script.as_str() {
        Some(path) => path.to_owned(),
        None => script.get_attr("path")?.to_string(),
    };
    let kind = script.get_attr("type").ok().filter(Value::is_true);
    let on = |name: &str| script.get_attr(name).is_ok_and(|v| v.is_true());
    let kind = kind
        .map(|k| format!(" type=\"{}\"", escape(&k.to_string())))
        .unwrap_or_default();
    Ok(format!(
        "<script src=\"{}\"{kind}{}{}></script>",
        escape(&resolve(state, &path)),
        if on("defer") { " defer" } else { "" },
        if on("async") { " async" } else { "" },
    ))
}

/// `lang.t(key)` and `lang[key]`.
struct Lang(Language);

impl fmt::Debug for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("<lang>")
    }
}

impl Object for Lang {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.0.get(key.as_str()?).map(Value::from)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::NonEnumerable
    }

    fn call_method(self: &Arc<Self>, _: &mut State<'_, '_>, method: &str, args: &[Value]) -> Result<Value, Error> {
        if method != "t" {
            return Err(Error::from(ErrorKind::UnknownMethod));
        }
        let (key, _): (String, Kwargs) = minijinja::value::from_args(args)?;
        Ok(Value::from(self.0.text(&key)))
    }
}
