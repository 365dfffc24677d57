//! What templates see of the site: `ThemeSpec` with every question answered once, so that the
//! templates only place things.
//!
//! Does not know pages or navigation.

use serde::Serialize;
use serde_json::{Map, Value};

use super::language::Language;
use super::spec::{Palette, PaletteSpec, ThemeSpec};

/// The site as the templates of the theme see it, under the name `site`.
#[derive(Clone, Debug, Serialize)]
pub struct SiteFace {
    name: String,
    logo_label: String,
    homepage: String,
    logo: Option<String>,
    favicon: String,
    generator: bool,
    generator_name: &'static str,
    copyright: Option<String>,
    repo_url: Option<String>,
    repo_name: Option<String>,
    has_palette: bool,
    palettes: Vec<PaletteFace>,
    palette_attributes: String,
    icon_styles: bool,
    polyfills: String,
    has_fonts: bool,
    preloads_font: bool,
    extra_css: Vec<String>,
    alternate: Vec<AlternateFace>,
    social: Vec<SocialFace>,
    has_rss: bool,
    has_search: bool,
    has_version: bool,
    consent: Option<ConsentFace>,
    analytics_json: String,
    header_class: &'static str,
    nav_class: String,
}

#[derive(Clone, Debug, Serialize)]
struct PaletteFace {
    media: String,
    scheme: String,
    primary: String,
    accent: String,
    toggle_name: Option<String>,
    toggle_icon: Option<String>,
    label_attribute: String,
    index: usize,
    next: usize,
}

#[derive(Clone, Debug, Serialize)]
struct AlternateFace {
    name: String,
    link: String,
    lang: String,
}

#[derive(Clone, Debug, Serialize)]
struct SocialFace {
    icon: String,
    link: String,
    title: String,
    rel: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct ConsentFace {
    title: String,
    description: String,
    settings_open: &'static str,
    cookies: Vec<CookieFace>,
    actions: Vec<String>,
}

#[derive(Clone, Debug, Serialize)]
struct CookieFace {
    key: String,
    name: String,
    checked: &'static str,
}

/// A string below a mapping, if it is one and not empty.
pub(super) fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str).filter(|s| !s.is_empty())
}

/// A scalar as text, as Python would print it.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(s) => s.clone(),
        Value::Null => String::new(),
        Value::Bool(true) => "True".into(),
        Value::Bool(false) => "False".into(),
        other => other.to_string(),
    }
}

/// `text` safe inside a double-quoted attribute or between tags.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&#34;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

impl SiteFace {
    /// The site's face; `homepage` is the address of the home page in the navigation.
    pub(super) fn new(spec: &ThemeSpec, language: &Language, homepage: &str) -> Self {
        let extra = &spec.extra;
        let palettes = palettes(&spec.palette);
        Self {
            name: spec.site_name.clone(),
            logo_label: logo_label(spec, language),
            homepage: text(extra, "homepage").unwrap_or(homepage).to_owned(),
            logo: spec.logo.clone(),
            favicon: spec
                .favicon
                .clone()
                .unwrap_or_else(|| "assets/images/favicon.svg".into()),
            generator: extra.get("generator") != Some(&Value::Bool(false)),
            generator_name: concat!("chaski-", env!("CARGO_PKG_VERSION")),
            copyright: spec.copyright.clone().filter(|c| !c.is_empty()),
            repo_url: spec.repo_url.clone().filter(|u| !u.is_empty()),
            repo_name: spec.repo_name.clone(),
            has_palette: !matches!(spec.palette, PaletteSpec::None),
            palette_attributes: palette_attributes(&spec.palette),
            palettes: match spec.palette {
                PaletteSpec::Choice(_) => palettes,
                _ => Vec::new(),
            },
            icon_styles: false,
            polyfills: String::new(),
            has_fonts: spec.font.is_some(),
            // From the disk browsers refuse what is loaded ahead.
            preloads_font: !spec.offline && super::fonts::comes_with_us(spec),
            extra_css: spec.extra_css.clone(),
            alternate: list(extra, "alternate")
                .map(|alt| AlternateFace {
                    name: alt.get("name").map(plain).unwrap_or_default(),
                    link: alt.get("link").map(plain).unwrap_or_default(),
                    lang: text(alt, "lang").unwrap_or(language.text("language")).to_owned(),
                })
                .collect(),
            social: list(extra, "social").map(social).collect(),
            has_rss: spec.rss,
            has_search: spec.search,
            has_version: truthy(extra.get("version")),
            consent: extra
                .get("consent")
                .filter(|c| truthy(Some(c)))
                .map(|c| consent(c, spec)),
            analytics_json: analytics(extra),
            header_class: header_class(spec),
            nav_class: nav_class(spec),
        }
    }

    /// The same face on a theme that has icons of admonitions or tags as styles.
    pub(super) fn with_icon_styles(mut self, any: bool) -> Self {
        self.icon_styles = any;
        self
    }
}

/// The logo link's name: the site's, or "Home"-like words where a site has no name.
fn logo_label(spec: &ThemeSpec, language: &Language) -> String {
    if spec.site_name.trim().is_empty() {
        language.text("nav").to_owned()
    } else {
        escape(&spec.site_name)
    }
}

pub(super) fn truthy(value: Option<&Value>) -> bool {
    match value {
        None | Some(Value::Null | Value::Bool(false)) => false,
        Some(Value::String(s)) => !s.is_empty(),
        Some(Value::Array(a)) => !a.is_empty(),
        Some(Value::Object(o)) => !o.is_empty(),
        Some(Value::Number(n)) => n.as_f64() != Some(0.0),
        Some(Value::Bool(true)) => true,
    }
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn dashed(value: Option<&String>, default: &str) -> String {
    value
        .filter(|v| !v.is_empty())
        .map_or_else(|| default.to_owned(), |v| v.replace(' ', "-"))
}

fn palettes(spec: &PaletteSpec) -> Vec<PaletteFace> {
    let PaletteSpec::Choice(all) = spec else {
        return Vec::new();
    };
    all.iter()
        .enumerate()
        .map(|(index, palette)| PaletteFace {
            media: palette.media.clone().unwrap_or_default(),
            scheme: dashed(palette.scheme.as_ref(), "default"),
            primary: dashed(palette.primary.as_ref(), "indigo"),
            accent: dashed(palette.accent.as_ref(), "indigo"),
            label_attribute: match &palette.toggle {
                Some((_, name)) => format!(" aria-label=\"{}\"", escape(name)),
                None => " aria-hidden=\"true\"".into(),
            },
            toggle_name: palette.toggle.as_ref().map(|(_, name)| escape(name)),
            toggle_icon: palette.toggle.as_ref().map(|(icon, _)| icon.clone()),
            index,
            next: (index + 1) % all.len(),
        })
        .collect()
}

/// Attributes of `body`; the first palette holds until a reader chooses. `data-md-color-auto` lets
/// the style sheet follow a dark system without JavaScript.
fn palette_attributes(spec: &PaletteSpec) -> String {
    let (first, all): (&Palette, &[Palette]) = match spec {
        PaletteSpec::None => return String::new(),
        PaletteSpec::Fixed(one) => (one, std::slice::from_ref(one)),
        PaletteSpec::Choice(all) => match all.first() {
            Some(first) => (first, all),
            None => return String::new(),
        },
    };
    let dark =
        |p: &Palette| p.media.as_deref().is_some_and(|m| m.contains("dark")) && p.scheme.as_deref() == Some("slate");
    let auto = if all.iter().any(dark) {
        " data-md-color-auto"
    } else {
        ""
    };
    format!(
        " data-md-color-scheme=\"{}\" data-md-color-primary=\"{}\" data-md-color-accent=\"{}\"{auto}",
        escape(&dashed(first.scheme.as_ref(), "default")),
        escape(&dashed(first.primary.as_ref(), "indigo")),
        escape(&dashed(first.accent.as_ref(), "indigo")),
    )
}

fn social(entry: &Value) -> SocialFace {
    let link = entry.get("link").map(plain).unwrap_or_default();
    let icon = entry.get("icon").map(plain).unwrap_or_default();
    let title = text(entry, "name").map_or_else(
        || {
            link.split_once("//").map_or_else(String::new, |(_, rest)| {
                rest.split('/').next().unwrap_or_default().to_owned()
            })
        },
        str::to_owned,
    );
    let rel = if icon.contains("mastodon") {
        "noopener me"
    } else {
        "noopener"
    };
    SocialFace { icon, link, title, rel }
}

fn consent(value: &Value, spec: &ThemeSpec) -> ConsentFace {
    let mut actions: Vec<String> = list(value, "actions").map(plain).collect();
    if actions.is_empty() {
        actions = vec!["accept".into(), "manage".into()];
    }
    let none = Map::new();
    let given = value.get("cookies").and_then(Value::as_object).unwrap_or(&none);
    let mut cookies = Vec::new();
    if !given.contains_key("analytics") && truthy(spec.extra.get("analytics")) {
        cookies.push(cookie("analytics", &Value::String("Google Analytics".into())));
    }
    let github = spec.repo_url.as_deref().is_some_and(|u| u.contains("github.com"));
    if !given.contains_key("github") && github {
        cookies.push(cookie("github", &Value::String("GitHub".into())));
    }
    cookies.extend(
        given
            .iter()
            .filter(|(_, v)| truthy(Some(v)))
            .map(|(key, v)| cookie(key, v)),
    );
    ConsentFace {
        title: value.get("title").map(plain).unwrap_or_default(),
        description: value.get("description").map(plain).unwrap_or_default(),
        settings_open: if actions.iter().any(|a| a == "manage") {
            ""
        } else {
            " checked"
        },
        cookies,
        actions,
    }
}

fn cookie(key: &str, value: &Value) -> CookieFace {
    let checked = value.is_string() || truthy(value.get("checked"));
    CookieFace {
        key: key.to_owned(),
        name: value
            .as_str()
            .map_or_else(|| text(value, "name").unwrap_or(key).to_owned(), str::to_owned),
        checked: if checked { " checked" } else { "" },
    }
}

/// Provider and property, as data that the theme's script reads; nothing if there is no property.
fn analytics(extra: &Value) -> String {
    let Some(given) = extra.get("analytics") else {
        return String::new();
    };
    match (text(given, "provider"), text(given, "property")) {
        (Some(provider), Some(property)) => serde_json::json!({
            "provider": provider,
            "property": property,
            "consent": truthy(extra.get("consent")),
        })
        .to_string()
        .replace("</", "<\\/"),
        _ => String::new(),
    }
}

fn header_class(spec: &ThemeSpec) -> &'static str {
    if spec.has("navigation.tabs.sticky") {
        "md-header md-header--shadow md-header--lifted"
    } else if spec.has("navigation.tabs") {
        "md-header"
    } else {
        "md-header md-header--shadow"
    }
}

fn nav_class(spec: &ThemeSpec) -> String {
    let mut class = String::from("md-nav md-nav--primary");
    if spec.has("navigation.tabs") {
        class.push_str(" md-nav--lifted");
    }
    if spec.has("toc.integrate") {
        class.push_str(" md-nav--integrated");
    }
    class
}
