//! Puts one page into the theme.
//!
//! Does not know how navigation is written or how templates are found.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use super::context::{NavView, PageView};
use super::face::{self, Face, TagFace};
use super::jinja;
use super::nav::{NavWriter, Spot};
use super::toc;
use crate::theme::{Place, TemplateError, Theme, ThemeSpec, escape, relative_url};

/// Draws all pages of a site. Shared between threads.
#[derive(Debug)]
pub struct Renderer<'t> {
    theme: &'t Theme,
    nav: Arc<NavView>,
    pages: Arc<Vec<PageView>>,
    writer: NavWriter,
    toc_title: String,
}

/// What both engines see besides the theme's own.
#[derive(Serialize)]
struct Scene<'a> {
    view: Face<'a>,
    /// Absent, not null, where there is no page: Tera reads null as an empty address.
    #[serde(skip_serializing_if = "Option::is_none")]
    page_url: Option<&'a str>,
    base_url: &'a str,
    site_scope: String,
    has_nav: bool,
    nav_html: String,
    tabs_html: String,
    toc_html: String,
    path_html: String,
    breadcrumbs: Option<String>,
    config_json: String,
    extra_scripts: String,
    tags: Vec<TagFace<'a>>,
    #[serde(flatten)]
    variables: BTreeMap<&'a str, &'a Value>,
}

impl<'t> Renderer<'t> {
    /// A renderer for the site with navigation `nav`.
    #[must_use]
    pub fn new(theme: &'t Theme, nav: NavView) -> Self {
        let nav = Arc::new(nav);
        let title = theme.spec().toc_title.clone();
        Self {
            writer: NavWriter::new(Arc::clone(&nav), theme),
            toc_title: title.unwrap_or_else(|| theme.language().text("toc").to_owned()),
            theme,
            nav,
            pages: Arc::default(),
        }
    }

    /// Lets a site's own templates see all pages, their articles left out, as `pages`.
    #[must_use]
    pub fn with_pages(self, pages: Vec<PageView>) -> Self {
        let pages = Arc::new(pages);
        Self { pages, ..self }
    }

    /// The theme that it draws with.
    #[must_use]
    pub fn theme(&self) -> &Theme {
        self.theme
    }

    /// The page as an HTML file, by the template that its front matter names, or `template`.
    ///
    /// # Errors
    /// When a template fails.
    pub fn page(&self, page: &PageView, template: &str) -> Result<String, TemplateError> {
        let named = face::meta(&page.meta, "template");
        let template = named.as_deref().unwrap_or(template);
        let base = relative_url(".", &page.url);
        let prefix = if base == "." { String::new() } else { format!("{base}/") };
        let place = Place {
            page_url: Some(&page.url),
            base_url: &base,
        };
        self.draw(template, Some(page), place, &prefix)
    }

    /// A template that is no page. Error pages, such as `404.html`, may be shown at any address:
    /// theirs are absolute.
    ///
    /// # Errors
    /// When a template fails.
    pub fn template(&self, name: &str) -> Result<String, TemplateError> {
        let base = if is_error_page(name) {
            let site_url = self.theme.spec().site_url.as_deref().filter(|url| !url.is_empty());
            site_url.map_or("/", url_path).to_owned()
        } else {
            relative_url(".", name)
        };
        let place = Place {
            page_url: None,
            base_url: &base,
        };
        let prefix = if base == "." {
            String::new()
        } else {
            format!("{}/", base.trim_end_matches('/'))
        };
        self.draw(name, None, place, &prefix)
    }

    fn draw(
        &self,
        template: &str,
        page: Option<&PageView>,
        place: Place<'_>,
        prefix: &str,
    ) -> Result<String, TemplateError> {
        let spec = self.theme.spec();
        let entries = page.map_or(&[][..], |p| &p.toc);
        let toc_html = toc::write(entries, &self.toc_title);
        let spot = Spot {
            page: page.and_then(|p| p.id),
            stands_at: page.and_then(|p| p.stands_at),
            prefix,
            whole: page.is_some_and(|p| p.is_homepage),
            toc: &toc_html,
            has_toc: !toc::shown(entries).is_empty(),
            icons: self.theme.icons(),
        };
        let tabs = spec.has("navigation.tabs");
        let search = self.theme.assets().path("search.js").unwrap_or_default();
        let scene = Scene {
            view: Face::new(page, spec),
            page_url: place.page_url,
            base_url: place.base_url,
            site_scope: scope(spec, place.base_url),
            has_nav: !self.nav.is_empty(),
            nav_html: self.writer.items(&spot),
            tabs_html: if tabs { self.writer.tabs(&spot) } else { String::new() },
            path_html: if spec.has("navigation.path") {
                self.writer.path(&spot)
            } else {
                String::new()
            },
            breadcrumbs: page
                .and_then(|p| p.canonical_url.as_deref())
                .and_then(|url| self.writer.breadcrumbs(&spot, spec.site_url.as_deref()?, url)),
            config_json: self.theme.config_json(place.base_url, &place.resolve(search)),
            extra_scripts: scripts(spec, &place),
            tags: face::tags(page.map_or(&[][..], |p| &p.tags), spec),
            variables: page
                .into_iter()
                .flat_map(|p| p.variables.iter())
                .map(|(key, value)| (key.as_str(), value))
                .collect(),
            toc_html: toc_html.clone(),
        };
        self.theme.render(template, &scene, || {
            jinja::variables(&self.nav, &self.pages, page, place.base_url)
        })
    }
}

/// Whether a template is the page of an HTTP status.
fn is_error_page(name: &str) -> bool {
    let stem = name.strip_suffix(".html").or_else(|| name.strip_suffix(".htm"));
    stem.is_some_and(|stem| stem.len() == 3 && stem.bytes().all(|b| b.is_ascii_digit()))
}

fn scope(spec: &ThemeSpec, base: &str) -> String {
    let scope = spec
        .extra
        .get("scope")
        .and_then(Value::as_str)
        .filter(|s| !s.is_empty());
    escape(scope.unwrap_or(base))
}

/// The path of a URL: `/docs/` of `https://x.org/docs/`.
fn url_path(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').map_or("/", |at| &rest[at..])
}

/// The elements of `extra_javascript`.
fn scripts(spec: &ThemeSpec, place: &Place<'_>) -> String {
    let mut out = String::new();
    for script in &spec.extra_javascript {
        let _ = write!(out, "<script src=\"{}\"", escape(&place.resolve(&script.path)));
        if let Some(kind) = &script.kind {
            let _ = write!(out, " type=\"{}\"", escape(kind));
        }
        if script.defer {
            out.push_str(" defer");
        }
        if script.r#async {
            out.push_str(" async");
        }
        out.push_str("></script>\n");
    }
    out
}
