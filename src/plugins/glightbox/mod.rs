//! `glightbox`: images open large. The attributes and options are those of the original; script and
//! style are ours: a modal dialog, usable by keyboard, with nothing inline and nothing from others.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::json;

use super::attributes::attribute;
use super::options::Options;
use super::{Plugin, Stage};
use crate::config::{PluginUse, Settings};
use crate::output::OutputSet;
use crate::page::Page;
use crate::report::Diagnostic;
use crate::site::Site;
use crate::theme::{escape, relative_url};
use crate::yaml::Node;

const STYLE: &str = "assets/stylesheets/glightbox.min.css";
const SCRIPT: &str = "assets/javascripts/glightbox.min.js";

struct Lightbox {
    skip: Vec<String>,
    width: String,
    height: String,
    auto_themed: bool,
    auto_caption: bool,
    caption_position: String,
    manual: bool,
    /// What the script reads.
    script_options: String,
}

pub(super) fn make(entry: &PluginUse, _settings: &Settings, _problems: &mut Vec<Diagnostic>) -> Box<dyn Plugin> {
    let options = Options(&entry.options);
    let mut skip: Vec<String> = ["emojione", "twemoji", "gemoji", "off-glb"].map(str::to_owned).to_vec();
    skip.extend(options.texts("skip_classes"));
    let script_options = json!({
        "touchNavigation": options.bool("touchNavigation", true),
        "loop": options.bool("loop", false),
        "zoomable": options.bool("zoomable", true),
        "draggable": options.bool("draggable", true),
        "openEffect": options.text("effect", "zoom"),
        "closeEffect": options.text("effect", "zoom"),
        "slideEffect": options.text("slide_effect", "slide"),
        "background": options.text("background", "white"),
        "shadow": options.bool("shadow", true),
    });
    Box::new(Lightbox {
        skip,
        width: options.text("width", "auto"),
        height: options.text("height", "auto"),
        auto_themed: options.bool("auto_themed", false),
        auto_caption: options.bool("auto_caption", false),
        caption_position: options.text("caption_position", "bottom"),
        manual: options.bool("manual", false),
        script_options: escape(&script_options.to_string()),
    })
}

fn written(page: &Page, key: &str) -> Option<bool> {
    page.meta.get(key).and_then(Node::as_bool)
}

impl Plugin for Lightbox {
    fn content(
        &self,
        _stage: &Stage<'_>,
        page: &Page,
        _site: &Site,
        html: &mut String,
        _problems: &mut Vec<Diagnostic>,
    ) {
        static TAG: LazyLock<Option<Regex>> = LazyLock::new(|| {
            Regex::new(r#"(?is)<!--.*?-->|<(script|style|template)\b.*?</(?:script|style|template)>|<(/?a|img)\b((?:"[^"]*"|'[^']*'|[^>"'])*)>"#).ok()
        });
        let Some(tag) = TAG.as_ref().filter(|_| html.contains("<img")) else {
            return;
        };
        if written(page, "glightbox") == Some(false) {
            return;
        }
        let mut out = String::with_capacity(html.len() + 256);
        let mut copied = 0;
        let mut in_link = false;
        for found in tag.captures_iter(html) {
            let Some(name) = found.get(2) else { continue };
            match name.as_str().to_ascii_lowercase().as_str() {
                "a" => in_link = true,
                "/a" => in_link = false,
                _ => {
                    let (Some(whole), Some(attributes)) = (found.get(0), found.get(3)) else {
                        continue;
                    };
                    if in_link || self.skips(page, attributes.as_str()) {
                        continue;
                    }
                    out.push_str(&html[copied..whole.start()]);
                    out.push_str(&self.link(page, attributes.as_str()));
                    out.push_str(whole.as_str());
                    out.push_str("</a>");
                    copied = whole.end();
                }
            }
        }
        if copied > 0 {
            out.push_str(&html[copied..]);
            *html = out;
        }
    }

    fn html(&self, _stage: &Stage<'_>, page: &Page, html: &mut String, _problems: &mut Vec<Diagnostic>) {
        if written(page, "glightbox") == Some(false) || !html.contains("class=\"glightbox\"") {
            return;
        }
        let url = &page.source.url;
        let head = format!(
            "<link href=\"{}\" rel=\"stylesheet\"><script id=\"init-glightbox\" data-options=\"{}\" src=\"{}\" defer></script>",
            relative_url(STYLE, url),
            self.script_options,
            relative_url(SCRIPT, url)
        );
        if let Some(at) = html.find("</head>") {
            html.insert_str(at, &head);
        }
    }

    fn output(
        &self,
        _stage: &Stage<'_>,
        _pages: &[Page],
        _site: &Site,
        output: &mut OutputSet,
        _problems: &mut Vec<Diagnostic>,
    ) {
        output.insert(STYLE, include_str!("lightbox.css").as_bytes().to_vec());
        output.insert(SCRIPT, include_str!("lightbox.js").as_bytes().to_vec());
    }
}

impl Lightbox {
    fn skips(&self, page: &Page, attributes: &str) -> bool {
        let class = attribute(attributes, "class").unwrap_or_default();
        let has = |name: &str| class.split_ascii_whitespace().any(|known| known == name);
        if self.skip.iter().any(|name| has(name)) {
            return true;
        }
        if self.manual && written(page, "glightbox") == Some(true) {
            return false;
        }
        (self.manual || written(page, "glightbox-manual") == Some(true)) && !has("on-glb")
    }

    /// The opening tag of the link around an image; values are escaped as they were.
    fn link(&self, page: &Page, attributes: &str) -> String {
        let get = |name: &str| attribute(attributes, name).filter(|value| !value.is_empty());
        let source = get("data-src").or_else(|| get("src")).unwrap_or_default();
        let auto = self.auto_caption || written(page, "glightbox.auto_caption") == Some(true);
        let title = get("data-title").or_else(|| get("alt").filter(|_| auto));
        let gallery = if !self.auto_themed {
            get("data-gallery")
        } else if source.contains("#only-light") || source.contains("#gh-light-mode-only") {
            Some("light")
        } else if source.contains("#only-dark") || source.contains("#gh-dark-mode-only") {
            Some("dark")
        } else {
            get("data-gallery")
        };
        let mut out = format!(
            "<a class=\"glightbox\" data-type=\"image\" data-width=\"{}\" data-height=\"{}\" href=\"{source}\"",
            escape(&self.width),
            escape(&self.height)
        );
        let position = get("data-caption-position").unwrap_or(&self.caption_position);
        for (name, value) in [
            ("data-title", title),
            ("data-description", get("data-description")),
            ("data-desc-position", Some(position)),
            ("data-gallery", gallery),
        ] {
            if let Some(value) = value {
                out.push_str(&format!(" {name}=\"{value}\""));
            }
        }
        out.push('>');
        out
    }
}
