//! The filters and context of templates that Tera draws.
//!
//! Does not know the overrides: `overrides.rs` offers the same filters to Jinja2 templates.

use std::sync::Arc;

use tera::{Kwargs, State, Tera, TeraResult, Value};

use super::address::Place;
use super::site::escape;
use super::{Ingredients, templates};

/// The engine with all templates of the theme.
///
/// # Errors
/// When a template of ours does not parse.
pub(super) fn engine(ingredients: &Arc<Ingredients>) -> TeraResult<Tera> {
    let mut tera = Tera::new();
    tera.autoescape_on(Vec::<&str>::new());
    register(&mut tera, ingredients);
    tera.add_raw_templates(
        templates::SHARED
            .iter()
            .map(|(name, source)| (*name, templates::for_tera(source))),
    )?;
    let context = tera.global_context();
    context.insert("site", &ingredients.site);
    context.insert("features", &ingredients.features);
    context.insert("lang_code", ingredients.language.text("language"));
    context.insert("direction", ingredients.direction());
    context.insert("has_announce", &false);
    context.insert("has_outdated", &false);
    context.insert("tags", &Vec::<u8>::new());
    Ok(tera)
}

fn register(tera: &mut Tera, ingredients: &Arc<Ingredients>) {
    let of = Arc::clone(ingredients);
    tera.register_filter("t", move |key: &str, _: Kwargs, _: &State| {
        of.language.text(key).to_owned()
    });
    let of = Arc::clone(ingredients);
    tera.register_filter("icon", move |path: &str, _: Kwargs, _: &State| {
        of.icons.get(path).unwrap_or_default().to_owned()
    });
    let of = Arc::clone(ingredients);
    tera.register_filter("theme_icon", move |place: &str, _: Kwargs, _: &State| {
        of.icons.place(place).unwrap_or_default().to_owned()
    });
    tera.register_filter("esc", |text: &str, _: Kwargs, _: &State| escape(text));
    tera.register_filter("striptags", |text: &str, _: Kwargs, _: &State| strip_tags(text));
    tera.register_filter("url", |url: &str, _: Kwargs, state: &State| resolve(url, state));
    let of = Arc::clone(ingredients);
    tera.register_filter("asset", move |name: &str, _: Kwargs, state: &State| {
        resolve(of.assets.path(name).unwrap_or(name), state)
    });
}

fn resolve(url: &str, state: &State) -> TeraResult<Value> {
    let page_url: Option<String> = state.get("page_url")?;
    let base_url: Option<String> = state.get("base_url")?;
    let place = Place {
        page_url: page_url.as_deref(),
        base_url: base_url.as_deref().unwrap_or("."),
    };
    Ok(Value::normal_string(&place.resolve(url)))
}

/// Text without tags and comments, white space folded, as Jinja's filter of that name.
#[must_use]
pub fn strip_tags(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        let end = if tail.starts_with("<!--") {
            tail.find("-->").map(|e| e + 3)
        } else {
            tail.find('>').map(|e| e + 1)
        };
        rest = end.map_or("", |e| &tail[e..]);
    }
    out.push_str(rest);
    let words: Vec<&str> = out.split_whitespace().collect();
    unescape(&words.join(" "))
}

fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    text.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&nbsp;", "\u{a0}")
        .replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_go_and_entities_open() {
        assert_eq!(strip_tags("<b>A &amp; B</b>\n <!-- x > y --> c"), "A & B c");
    }
}
