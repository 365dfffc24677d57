//! The fonts that `theme.font` names: those that come with chaski are written into the site, so
//! that no page asks another host for them.
//!
//! Does not know pages. Each family is a variable font, split into what Spanish, Quechua and
//! English need and the rest of Latin, which browsers load only where a page has such characters.

use std::fmt::Write as _;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::assets::content_hash;
use super::spec::{FontSpec, ThemeSpec};
use crate::bundled::{self, Section};
use crate::report::{Diagnostic, Severity};

/// A family that comes with chaski.
struct Family {
    name: &'static str,
    key: &'static str,
    weights: &'static str,
    styles: &'static [&'static str],
    /// `size-adjust`, `ascent-override` and `descent-override` in percent that make Arial, or what
    /// stands for it, take the same room until the font is there: lines do not jump. Measured on
    /// the fonts' advance widths over Spanish and English text.
    fallback: Option<[&'static str; 3]>,
}

const FAMILIES: &[Family] = &[
    Family {
        name: "Inter",
        key: "inter",
        weights: "100 900",
        styles: &["normal", "italic"],
        fallback: Some(["106.6", "90.88", "22.63"]),
    },
    Family {
        name: "JetBrains Mono",
        key: "jetbrains-mono",
        weights: "100 800",
        styles: &["normal"],
        fallback: None,
    },
    Family {
        name: "Roboto",
        key: "roboto",
        weights: "100 900",
        styles: &["normal", "italic"],
        fallback: Some(["99.35", "93.38", "24.57"]),
    },
    Family {
        name: "Roboto Mono",
        key: "roboto-mono",
        weights: "100 700",
        styles: &["normal"],
        fallback: None,
    },
];

/// The fonts of a site.
#[derive(Debug, Default)]
pub(super) struct Fonts {
    /// The style sheet that brings them, empty with `font: false`.
    pub css: String,
    /// Paths in the site and contents.
    pub files: Vec<(String, Vec<u8>)>,
    /// The path of the file that every page needs first: upright text.
    pub first: Option<String>,
}

impl Fonts {
    /// The fonts that `spec` asks for.
    pub(super) fn new(spec: &ThemeSpec) -> Self {
        let mut fonts = Self::default();
        let Some(FontSpec { text, code, .. }) = &spec.font else {
            return fonts;
        };
        let text = text.as_deref().unwrap_or("Roboto");
        let code = code.as_deref().unwrap_or("Roboto Mono");
        fonts.add("text", text);
        fonts.first = fonts.files.first().map(|(path, _)| path.clone());
        fonts.add("code", code);
        fonts
    }

    /// Makes `name` the font of `variable` (`text` or `code`).
    fn add(&mut self, variable: &str, name: &str) {
        if name.is_empty() || name.contains(['"', '\\', '<', '}', '\n']) {
            return;
        }
        let family = family(name);
        let mut value = format!("\"{name}\"");
        if let Some(family) = family {
            if !self.css.contains(&format!("font-family:\"{}\"", family.name)) {
                self.bring(family);
            }
            if family.fallback.is_some() {
                let _ = write!(value, ",\"{name} Fallback\"");
            }
        }
        let _ = write!(self.css, ":root{{--md-{variable}-font:{value}}}");
    }

    /// Writes the files of `family` and the rules that name them.
    fn bring(&mut self, family: &Family) {
        let Family { name, key, weights, .. } = family;
        for subset in ["latin", "latin-ext"] {
            for style in family.styles {
                let found = bundled::find(Section::Fonts, &format!("{key}/{subset}/{style}"));
                let Some((range, packed)) = found.and_then(|value| value.split_once('\t')) else {
                    continue;
                };
                let Ok(file) = STANDARD.decode(packed) else { continue };
                let path = format!("{key}-{subset}-{style}.{}.woff2", content_hash(&file));
                let _ = write!(
                    self.css,
                    "@font-face{{font-family:\"{name}\";font-style:{style};font-weight:{weights};font-display:swap;\
                     src:url(\"../fonts/{path}\") format(\"woff2\");unicode-range:{range}}}"
                );
                self.files.push((format!("assets/fonts/{path}"), file));
            }
        }
        if let Some([size, ascent, descent]) = family.fallback {
            let _ = write!(
                self.css,
                "@font-face{{font-family:\"{name} Fallback\";src:local(\"Arial\"),local(\"Liberation Sans\");\
                 size-adjust:{size}%;ascent-override:{ascent}%;descent-override:{descent}%;line-gap-override:0%}}"
            );
        }
    }
}

/// Whether text is set in a font that comes with chaski.
pub(super) fn comes_with_us(spec: &ThemeSpec) -> bool {
    let text = spec.font.as_ref().map(|font| font.text.as_deref().unwrap_or("Roboto"));
    text.is_some_and(|name| family(name).is_some())
}

fn family(name: &str) -> Option<&'static Family> {
    FAMILIES
        .iter()
        .find(|family| family.name.eq_ignore_ascii_case(name.trim()))
}

/// Tells of fonts that no page will show unless readers have them: neither chaski nor a style sheet
/// among `sheets` brings them.
pub(super) fn missing(spec: &ThemeSpec, sheets: &str) -> Vec<Diagnostic> {
    let Some(font) = &spec.font else { return Vec::new() };
    let brought = |name: &str| family(name).is_some() || (sheets.contains("font") && sheets.contains(name));
    let elsewhere = spec.extra_css.iter().any(|sheet| super::is_absolute(sheet));
    [("text", &font.text), ("code", &font.code)]
        .into_iter()
        .filter_map(|(key, name)| Some((key, name.as_deref()?)))
        .filter(|(_, name)| !elsewhere && !name.is_empty() && !brought(name))
        .map(|(key, name)| {
            let known: Vec<&str> = FAMILIES.iter().map(|family| family.name).collect();
            let problem = Diagnostic::new(
                "font-not-bundled",
                Severity::Info,
                format!("theme.font.{key}: '{name}' does not come with chaski; readers see it if they have it"),
            )
            .help("pages ask no other host: bring the font with `@font-face` in a style sheet of `extra_css`")
            .help(format!("these come with chaski: {}", known.join(", ")));
            match font.at {
                Some(at) => problem.at(at),
                None => problem,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(text: Option<&str>, code: Option<&str>) -> ThemeSpec {
        ThemeSpec {
            font: Some(FontSpec {
                text: text.map(Into::into),
                code: code.map(Into::into),
                at: None,
            }),
            ..ThemeSpec::default()
        }
    }

    #[test]
    fn every_family_is_there_whole() {
        for family in FAMILIES {
            let fonts = Fonts::new(&spec(Some(family.name), Some(family.name)));
            assert_eq!(fonts.files.len(), 2 * family.styles.len(), "{}", family.name);
            for (path, file) in &fonts.files {
                assert!(file.starts_with(b"wOF2"), "{path}");
                assert!(fonts.css.contains(path.rsplit('/').next().expect("a name")), "{path}");
            }
        }
    }

    #[test]
    fn the_defaults_are_the_references() {
        let fonts = Fonts::new(&spec(None, None));
        assert!(
            fonts
                .css
                .contains(":root{--md-text-font:\"Roboto\",\"Roboto Fallback\"}")
        );
        assert!(fonts.css.contains(":root{--md-code-font:\"Roboto Mono\"}"));
        assert!(
            fonts
                .first
                .is_some_and(|path| path.starts_with("assets/fonts/roboto-latin-normal."))
        );
        assert!(Fonts::new(&ThemeSpec::default()).css.is_empty());
    }

    #[test]
    fn a_font_that_nobody_brings_is_said() {
        let spec = spec(Some("Ubuntu"), Some("Inter"));
        let problems = missing(&spec, "");
        assert_eq!(problems.len(), 1);
        assert!(problems[0].message.contains("theme.font.text: 'Ubuntu'"));
        assert!(missing(&spec, "@font-face { font-family: 'Ubuntu'; src: url(u.woff2) }").is_empty());
        assert_eq!(Fonts::new(&spec).css.matches("--md-text-font:\"Ubuntu\"}").count(), 1);
    }
}
