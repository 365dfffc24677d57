//! The built-in theme and a site's overrides of it: templates, languages, icons, styles, scripts.
//!
//! Owns how a template is found and drawn. Does not know pages or navigation: `render` hands it
//! their faces.

mod address;
mod assets;
mod colors;
mod filters;
mod fonts;
mod icons;
mod language;
mod overrides;
mod site;
mod spec;
mod templates;

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

pub use address::{Place, is_absolute, relative_url};
pub(crate) use assets::diagrams;
pub use assets::{Asset, Assets, content_hash};
pub use colors::StyleSheet;
pub use filters::strip_tags;
pub use icons::IconSet;
pub use language::{Language, codes as language_codes};
pub use overrides::OverrideFile;
pub(crate) use overrides::{python_habits, python_methods};
pub use site::{SiteFace, escape};
pub use spec::{FontSpec, Palette, PaletteSpec, PolicySpec, ScriptSpec, ThemeSpec};

use crate::report::{Checked, Diagnostic, Severity};
use fonts::Fonts;
use overrides::Overrides;

/// What templates can ask for on every page.
#[derive(Debug)]
pub(crate) struct Ingredients {
    site: SiteFace,
    features: Vec<String>,
    language: Language,
    direction: Option<String>,
    icons: IconSet,
    assets: Assets,
}

impl Ingredients {
    fn direction(&self) -> &str {
        self.direction
            .as_deref()
            .unwrap_or_else(|| self.language.get("direction").unwrap_or("ltr"))
    }
}

/// The theme of one site, ready to draw pages. Shared between threads.
#[derive(Debug)]
pub struct Theme {
    spec: ThemeSpec,
    ingredients: Arc<Ingredients>,
    tera: tera::Tera,
    overrides: Option<Overrides>,
    /// Changes when anything changes that pages may show of the theme.
    pub fingerprint: u64,
}

/// A template that could not be drawn: which one, where, and what was missing.
#[derive(Debug)]
pub struct TemplateError(pub Diagnostic);

impl Theme {
    /// The theme for `spec`; `files` are the templates, icons and other texts of `custom_dir`,
    /// and `homepage` is the address of the home page.
    #[must_use]
    pub fn new(spec: ThemeSpec, files: &[OverrideFile], homepage: &str) -> Checked<Self> {
        let mut problems = Vec::new();
        let wanted = if spec.language.is_empty() { "en" } else { &spec.language };
        let mut language = Language::load(wanted);
        language = overrides::language(files, wanted, &language, &mut problems);
        if !language.known {
            problems.push(unknown_language(wanted));
        }
        let icons = IconSet::new(spec.icon.clone(), overrides::icons(files));
        for (place, icon) in icons.missing() {
            problems.push(Diagnostic::new(
                "icon-not-found",
                Severity::Warning,
                format!("theme.icon.{place}: there is no icon '{icon}'"),
            ));
        }
        let mut style_icons = assets::StyleIcons::new(spec.offline);
        let icon_styles = icons.styles(&mut style_icons);
        let ingredients = Arc::new(Ingredients {
            site: SiteFace::new(&spec, &language, homepage).with_icon_styles(!icon_styles.is_empty()),
            features: spec.features.clone(),
            direction: spec.direction.clone().filter(|d| !d.is_empty()),
            assets: Assets::bundle(&icon_styles, style_icons, Fonts::new(&spec)),
            icons,
            language,
        });
        let tera = filters::engine(&ingredients).unwrap_or_else(|error| {
            problems.push(Diagnostic::new(
                "template",
                Severity::Error,
                format!("a template of the built-in theme does not parse: {error}"),
            ));
            tera::Tera::new()
        });
        let overrides = Overrides::new(files, &spec, &ingredients, &mut problems);
        let fingerprint = fingerprint(&spec, files, &ingredients);
        Checked {
            value: Self {
                spec,
                ingredients,
                tera,
                overrides,
                fingerprint,
            },
            problems,
        }
    }

    /// What the site's choice of fonts and colours means for readers; `sheets` are its own style
    /// sheets, in their order.
    #[must_use]
    pub fn review(&self, sheets: &[StyleSheet]) -> Vec<Diagnostic> {
        let texts: String = sheets.iter().map(|sheet| sheet.text.as_str()).collect();
        let mut problems = fonts::missing(&self.spec, &texts);
        problems.extend(colors::review(&self.spec, sheets));
        problems
    }

    /// The options it was made from.
    #[must_use]
    pub fn spec(&self) -> &ThemeSpec {
        &self.spec
    }

    /// The interface's words.
    #[must_use]
    pub fn language(&self) -> &Language {
        &self.ingredients.language
    }

    /// The icons of this site.
    #[must_use]
    pub fn icons(&self) -> &IconSet {
        &self.ingredients.icons
    }

    /// The files that the theme brings into the site.
    #[must_use]
    pub fn assets(&self) -> &Assets {
        &self.ingredients.assets
    }

    /// Whether a template of this name exists, the site's own included.
    #[must_use]
    pub fn has_template(&self, name: &str) -> bool {
        self.tera.contains_template(name) || self.overrides.as_ref().is_some_and(|o| o.has(name))
    }

    /// Draws template `name`. `scene` is what both engines see; `more` is what only a site's own
    /// templates see (`page`, `nav`, `config` ...), asked for only when they are drawn.
    ///
    /// # Errors
    /// When the template does not exist, does not parse, or asks for what there is not.
    pub fn render<S: Serialize>(
        &self,
        name: &str,
        scene: &S,
        more: impl FnOnce() -> Vec<(&'static str, minijinja::Value)>,
    ) -> Result<String, TemplateError> {
        if let Some(overrides) = self.overrides.as_ref().filter(|o| o.concerns(name)) {
            return overrides.render(name, scene, more());
        }
        let context = tera::Context::from_serialize(scene).map_err(|e| own_template(name, &e))?;
        self.tera
            .render(name, &context)
            .map_err(|error| own_template(name, &error))
    }

    /// The text of `__config`, on a page whose `base_url` is `base`.
    #[must_use]
    pub fn config_json(&self, base: &str, search: &str) -> String {
        let words: serde_json::Map<String, Value> = SCRIPT_WORDS
            .iter()
            .map(|key| ((*key).to_owned(), self.language().text(key).into()))
            .collect();
        let extra = |key: &str| {
            let value = self.spec.extra.get(key);
            value.filter(|v| site::truthy(Some(v))).cloned().unwrap_or(Value::Null)
        };
        serde_json::json!({
            "base": base,
            "features": self.spec.features,
            "translations": words,
            "search": search,
            "annotate": extra("annotate"),
            "tags": extra("tags"),
            "version": extra("version"),
        })
        .to_string()
        .replace('<', "\\u003c")
    }
}

/// Words that scripts show.
const SCRIPT_WORDS: &[&str] = &[
    "clipboard.copy",
    "clipboard.copied",
    "search.close",
    "search.failed",
    "search.filter.all",
    "search.filter.section",
    "search.filter.tag",
    "search.more",
    "code.select",
    "search.result.placeholder",
    "search.result.none",
    "search.result.one",
    "search.result.other",
    "search.result.more.one",
    "search.result.more.other",
    "search.result.term.missing",
    "select.version",
];

fn own_template(name: &str, error: &tera::Error) -> TemplateError {
    let mut message = format!("template '{name}': {error}");
    let mut source = std::error::Error::source(error);
    while let Some(inner) = source {
        message = format!("{message}: {inner}");
        source = inner.source();
    }
    TemplateError(Diagnostic::new("template", Severity::Error, message))
}

fn unknown_language(code: &str) -> Diagnostic {
    let known: Vec<&str> = language_codes().collect();
    Diagnostic::new(
        "language-unknown",
        Severity::Info,
        format!("the interface is not available in '{code}'; English is used"),
    )
    .help(format!("available: {}", known.join(", ")))
    .help("a file `partials/languages/xx.html` in custom_dir can bring the words")
}

fn fingerprint(spec: &ThemeSpec, files: &[OverrideFile], ingredients: &Ingredients) -> u64 {
    // The time of the build shows only where a site's own template prints it.
    let timeless = ThemeSpec {
        build_date_utc: String::new(),
        ..spec.clone()
    };
    let mut text = format!("{timeless:?}");
    for file in files {
        text.push_str(&file.path);
        text.push('\0');
        text.push_str(&file.text);
    }
    for asset in &ingredients.assets.files {
        text.push_str(&asset.path);
    }
    for (name, source) in templates::SHARED {
        text.push_str(name);
        text.push_str(source);
    }
    rapidhash::v3::rapidhash_v3(text.as_bytes())
}
