//! Which icon stands in which place: a site's own files in `custom_dir/.icons`, its choice in
//! `theme.icon`, or the theme's.
//!
//! Does not know where icons are drawn.

use std::collections::HashMap;
use std::fmt::Write as _;

use serde_json::Value;

use super::assets::StyleIcons;
use super::site::text;
use crate::icons;

/// Icons of this site.
#[derive(Clone, Debug, Default)]
pub struct IconSet {
    /// `theme.icon`.
    chosen: Value,
    /// Path below `.icons` without `.svg`, and content.
    own: HashMap<String, String>,
}

/// The theme's icon for each place that `theme.icon` can name.
const PLACES: &[(&str, &str)] = &[
    ("alternate", "material/translate"),
    ("close", "material/close"),
    ("edit", "material/file-edit-outline"),
    ("logo", "material/library"),
    ("menu", "material/menu"),
    ("next", "material/arrow-right"),
    ("previous", "material/arrow-left"),
    ("repo", "fontawesome/brands/git-alt"),
    ("search", "material/magnify"),
    ("share", "material/share-variant"),
    ("top", "material/arrow-up"),
    ("view", "material/file-eye-outline"),
];

impl IconSet {
    /// Icons of a site that chose `chosen` and brings `own` files.
    pub(super) fn new(chosen: Value, own: HashMap<String, String>) -> Self {
        Self { chosen, own }
    }

    /// The SVG of an icon by its path (`material/check`), if there is one.
    #[must_use]
    pub fn get(&self, path: &str) -> Option<&str> {
        let path = path.trim_end_matches(".svg");
        self.own.get(path).map(String::as_str).or_else(|| icons::icon(path))
    }

    /// The SVG for a place of the theme (`menu`), as the site chose it.
    #[must_use]
    pub fn place(&self, place: &str) -> Option<&str> {
        let standard = PLACES.iter().find(|(name, _)| *name == place).map(|(_, icon)| *icon);
        text(&self.chosen, place)
            .and_then(|icon| self.get(icon))
            .or_else(|| self.get(standard?))
    }

    /// Names of icons that the site chose and that do not exist, with their place.
    #[must_use]
    pub fn missing(&self) -> Vec<(String, String)> {
        let mut out = Vec::new();
        let Some(chosen) = self.chosen.as_object() else {
            return out;
        };
        let mut check = |place: String, value: &Value| {
            if let Some(icon) = value.as_str().filter(|i| !i.is_empty() && self.get(i).is_none()) {
                out.push((place, icon.to_owned()));
            }
        };
        for (place, value) in chosen {
            check(place.clone(), value);
            for (kind, value) in value.as_object().into_iter().flatten() {
                check(format!("{place}.{kind}"), value);
            }
        }
        out
    }

    /// The style sheet for icons of admonitions, tags and annotations that the site chose.
    pub(super) fn styles(&self, files: &mut StyleIcons) -> String {
        let mut out = String::new();
        let mut pairs = |key: &str| {
            let map = self.chosen.get(key).and_then(Value::as_object);
            map.into_iter()
                .flatten()
                .filter_map(|(kind, icon)| {
                    let icon = icon.as_str()?;
                    Some((kind.as_str(), files.url(icon, self.get(icon)?)))
                })
                .collect::<Vec<_>>()
        };
        let (admonitions, tags) = (pairs("admonition"), pairs("tag"));
        for (kind, url) in admonitions {
            let _ = write!(out, ":root{{--md-admonition-icon--{kind}:{url}}}");
            let _ = write!(
                out,
                ".md-typeset :is(.admonition,details).{kind} > :is(.admonition-title,summary)::before\
                 {{-webkit-mask-image:var(--md-admonition-icon--{kind});mask-image:var(--md-admonition-icon--{kind})}}"
            );
        }
        let annotation = text(&self.chosen, "annotation").and_then(|icon| Some((icon, self.get(icon)?)));
        if let Some((icon, svg)) = annotation {
            let _ = write!(out, ":root{{--md-annotation-icon:{}}}", files.url(icon, svg));
        }
        for (kind, url) in tags {
            let class = if kind == "default" {
                String::new()
            } else {
                format!(".md-tag--{kind}")
            };
            let _ = write!(out, ".md-tag{class}{{--md-tag-icon:{url}}}");
        }
        out
    }
}
