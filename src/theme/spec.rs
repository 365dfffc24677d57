//! What the theme has to be told: the narrow options that `config` fills from `mkdocs.yml`.
//!
//! Does not know where they were written or what is checked about them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Value;

use crate::report::Span;

/// Options of the theme, as settled.
#[derive(Clone, Debug, Default)]
pub struct ThemeSpec {
    /// `site_name`; may be empty.
    pub site_name: String,
    /// `site_url`, with its closing slash.
    pub site_url: Option<String>,
    /// `site_description`.
    pub site_description: Option<String>,
    /// `site_author`.
    pub site_author: Option<String>,
    /// `copyright`, HTML.
    pub copyright: Option<String>,
    /// `repo_url`.
    pub repo_url: Option<String>,
    /// `repo_name`, given or derived.
    pub repo_name: Option<String>,
    /// `theme.features`, in the order written.
    pub features: Vec<String>,
    /// `theme.language`; empty means `en`.
    pub language: String,
    /// `theme.direction`: `ltr` or `rtl`; the language's own if absent.
    pub direction: Option<String>,
    /// `theme.palette`.
    pub palette: PaletteSpec,
    /// `theme.font`; `None` for `font: false`.
    pub font: Option<FontSpec>,
    /// `theme.logo`: a path below the docs folder or a URL.
    pub logo: Option<String>,
    /// `theme.favicon`.
    pub favicon: Option<String>,
    /// `theme.icon`, the whole mapping: names of slots to icons, and `admonition`, `tag`,
    /// `annotation`.
    pub icon: Value,
    /// `theme.custom_dir`, absolute.
    pub custom_dir: Option<PathBuf>,
    /// `chaski.csp`, if pages get a Content-Security-Policy.
    pub policy: Option<PolicySpec>,
    /// `extra_css`: paths below the docs folder or URLs.
    pub extra_css: Vec<String>,
    /// `extra_javascript`.
    pub extra_javascript: Vec<ScriptSpec>,
    /// `extra`, the whole mapping.
    pub extra: Value,
    /// Whether the search plugin is on.
    pub search: bool,
    /// Whether pages are to be opened from the disk (the offline plugin).
    pub offline: bool,
    /// Whether the rss plugin is on.
    pub rss: bool,
    /// `title` of the `toc` extension.
    pub toc_title: Option<String>,
    /// The whole configuration as overrides see it under the name `config`.
    pub config: Value,
    /// Date and time of the build, `YYYY-MM-DD HH:MM:SS`, UTC.
    pub build_date_utc: String,
}

/// `theme.palette` in its three forms.
#[derive(Clone, Debug, Default)]
pub enum PaletteSpec {
    /// Not given.
    #[default]
    None,
    /// One mapping: fixed colours.
    Fixed(Palette),
    /// A list: what readers can switch between.
    Choice(Vec<Palette>),
}

/// One palette.
#[derive(Clone, Debug, Default)]
pub struct Palette {
    /// `media`, a media query.
    pub media: Option<String>,
    /// `scheme`.
    pub scheme: Option<String>,
    /// `primary`.
    pub primary: Option<String>,
    /// `accent`.
    pub accent: Option<String>,
    /// `toggle.icon` and `toggle.name`.
    pub toggle: Option<(String, String)>,
    /// Where it is written.
    pub at: Option<Span>,
}

/// `theme.font`.
#[derive(Clone, Debug, Default)]
pub struct FontSpec {
    /// `text`; absent means `Roboto`.
    pub text: Option<String>,
    /// `code`; absent means `Roboto Mono`.
    pub code: Option<String>,
    /// Where it is written.
    pub at: Option<Span>,
}

/// What the policy of every page allows besides what the page itself names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicySpec {
    /// Sources by directive (`img-src`).
    pub sources: BTreeMap<&'static str, Vec<String>>,
}

impl PolicySpec {
    /// Directives that can be widened.
    pub const DIRECTIVES: &'static [&'static str] = &[
        "connect-src",
        "font-src",
        "form-action",
        "frame-src",
        "img-src",
        "manifest-src",
        "media-src",
        "script-src",
        "style-src",
        "worker-src",
    ];
}

/// An entry of `extra_javascript`.
#[derive(Clone, Debug, Default)]
pub struct ScriptSpec {
    /// Path below the docs folder or URL.
    pub path: String,
    /// `type`; `module` for `.mjs`.
    pub kind: Option<String>,
    /// `defer`.
    pub defer: bool,
    /// `async`.
    pub r#async: bool,
}

impl ThemeSpec {
    /// Whether a feature flag is on.
    #[must_use]
    pub fn has(&self, feature: &str) -> bool {
        self.features.iter().any(|f| f == feature)
    }
}
