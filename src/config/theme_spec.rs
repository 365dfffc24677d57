//! What the theme has to be told, out of the settings.

use super::settings::{Palette, Script, Settings};
use crate::theme::{self, PaletteSpec, ScriptSpec, ThemeSpec};
use crate::yaml::{Kind, Node};

impl Settings {
    /// The options of the theme; `build_date_utc` is what templates see under that name.
    #[must_use]
    pub fn theme_spec(&self, build_date_utc: String) -> ThemeSpec {
        let toc = self.markdown_extensions.iter().rev().find(|e| e.name == "toc");
        ThemeSpec {
            site_name: self.site_name.clone(),
            site_url: self.site_url.clone().filter(|url| !url.is_empty()),
            site_description: self.site_description.clone(),
            site_author: self.site_author.clone(),
            copyright: self.copyright.clone(),
            repo_url: self.repo.url.clone(),
            repo_name: self.repo.name.clone(),
            features: self.theme.features.clone(),
            language: self.theme.language.clone(),
            direction: self.theme.direction.clone(),
            palette: self.palette_spec(),
            font: self.theme.font.as_ref().map(|font| theme::FontSpec {
                text: font.text.clone(),
                code: font.code.clone(),
            }),
            logo: self.theme.logo.clone(),
            favicon: self.theme.favicon.clone(),
            icon: self.theme.icon.to_json(),
            custom_dir: self.theme.custom_dir.clone(),
            extra_css: self.extra_css.clone(),
            extra_javascript: self.extra_javascript.iter().map(script).collect(),
            extra: self.extra.to_json(),
            search: self
                .plugin("material/search")
                .or_else(|| self.plugin("search"))
                .is_some(),
            rss: self.plugin("rss").is_some(),
            toc_title: toc.and_then(|e| Some(e.options.get("title")?.as_str()?.to_owned())),
            config: self.view(),
            build_date_utc,
        }
    }

    /// One palette written as a mapping is fixed; written as a list it can be switched.
    fn palette_spec(&self) -> PaletteSpec {
        let listed = self
            .theme
            .written
            .get("palette")
            .is_some_and(|node: &Node| matches!(node.kind, Kind::Seq(_)));
        let mut all = self.theme.palette.iter().map(palette);
        if listed {
            PaletteSpec::Choice(all.collect())
        } else {
            all.next().map_or(PaletteSpec::None, PaletteSpec::Fixed)
        }
    }
}

fn palette(palette: &Palette) -> theme::Palette {
    theme::Palette {
        media: palette.media.clone(),
        scheme: palette.scheme.clone(),
        primary: palette.primary.clone(),
        accent: palette.accent.clone(),
        toggle: palette.toggle.as_ref().map(|toggle| {
            (
                toggle.icon.clone().unwrap_or_default(),
                toggle.name.clone().unwrap_or_default(),
            )
        }),
    }
}

fn script(script: &Script) -> ScriptSpec {
    ScriptSpec {
        path: script.path.clone(),
        kind: Some(script.kind.clone()).filter(|kind| !kind.is_empty()),
        defer: script.defer,
        r#async: script.is_async,
    }
}
