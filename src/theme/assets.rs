//! Style sheets, scripts and images of the theme: bundled once a build, squeezed, and named by
//! their content.
//!
//! Does not know templates or pages. Both languages are squeezed without being understood: whole
//! comment lines, indentation and empty lines go; the rest is left to the server's compression.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::fonts::Fonts;
use crate::bundled::{self, Section};
use crate::icons;

macro_rules! sources {
    ($folder:literal: $($name:literal),* $(,)?) => {
        &[$(include_str!(concat!("../../themes/chaski/", $folder, "/", $name))),*]
    };
}

const MAIN_CSS: &[&str] = sources!("styles":
    "variables.css", "base.css", "header.css", "nav.css", "layout.css", "typeset.css", "code.css",
    "admonition.css", "tabbed.css", "components.css", "search.css", "blog.css", "print.css",
);
const PALETTE_CSS: &[&str] = sources!("styles": "palette.css");
const EARLY_JS: &[&str] = sources!("scripts": "early.js");
const BUNDLE_JS: &[&str] = sources!("scripts":
    "streams.js", "header.js", "palette.js", "nav.js", "toc.js", "code.js", "content.js",
    "diagrams.js", "overlays.js", "search-field.js", "version.js", "instant.js", "tooltips.js", "start.js",
);
const SEARCH_JS: &[&str] = sources!("scripts":
    "search-words.js", "search-index.js", "search-rank.js", "search.js",
);
const FAVICON: &str = include_str!("../../themes/chaski/images/favicon.svg");

/// A file of the theme, as it is written into the site.
#[derive(Clone, Debug)]
pub struct Asset {
    /// Name by which templates ask for it (`main.css`).
    pub name: &'static str,
    /// Path in the site, with the hash of its content.
    pub path: String,
    /// Its content.
    pub content: Cow<'static, [u8]>,
}

/// All files of the theme.
#[derive(Clone, Debug, Default)]
pub struct Assets {
    /// Sorted by name.
    pub files: Vec<Asset>,
}

impl Assets {
    /// Bundles everything; `icon_styles` is the style sheet made of `theme.icon`, whose icons are
    /// in `icons` already.
    pub(super) fn bundle(icon_styles: &str, mut icons: StyleIcons, fonts: Fonts) -> Self {
        let css = "assets/stylesheets";
        let js = "assets/javascripts";
        let mut files = vec![
            hashed("bundle.js", js, script(BUNDLE_JS)),
            hashed("early.js", js, script(EARLY_JS)),
            hashed("main.css", css, style(MAIN_CSS, &mut icons)),
            hashed("palette.css", css, style(PALETTE_CSS, &mut icons)),
            hashed("search.js", js, script(SEARCH_JS)),
            Asset {
                name: "favicon.svg",
                path: "assets/images/favicon.svg".into(),
                content: Cow::Borrowed(FAVICON.as_bytes()),
            },
        ];
        if !icon_styles.is_empty() {
            files.push(hashed("icons.css", css, icon_styles.to_owned()));
        }
        if !fonts.css.is_empty() {
            files.push(hashed("fonts.css", css, fonts.css));
        }
        files.extend(fonts.files.into_iter().map(|(path, content)| Asset {
            name: if Some(&path) == fonts.first.as_ref() {
                "text.woff2"
            } else {
                "font"
            },
            path,
            content: Cow::Owned(content),
        }));
        files.extend(icons.files.into_iter().map(|(path, svg)| Asset {
            name: "icon",
            path,
            content: Cow::Owned(svg.into_bytes()),
        }));
        files.sort_by(|a, b| (a.name, &a.path).cmp(&(b.name, &b.path)));
        Self { files }
    }

    /// The path in the site of the file that templates call `name`.
    #[must_use]
    pub fn path(&self, name: &str) -> Option<&str> {
        self.files.iter().find(|f| f.name == name).map(|f| f.path.as_str())
    }
}

/// The icons that style sheets show: files beside them, which a policy of `default-src 'self'`
/// allows; or inside them, for sites that are opened from the disk, where browsers refuse the files.
#[derive(Debug, Default)]
pub(super) struct StyleIcons {
    inside: bool,
    /// Path in the site, and content.
    files: BTreeMap<String, String>,
}

impl StyleIcons {
    /// Icons as files, or `inside` the style sheets.
    pub(super) fn new(inside: bool) -> Self {
        Self {
            inside,
            files: BTreeMap::new(),
        }
    }

    /// How a style sheet refers to the icon called `name`.
    pub(super) fn url(&mut self, name: &str, svg: &str) -> String {
        if self.inside {
            return data_url(svg);
        }
        let stem = name.rsplit('/').next().unwrap_or(name);
        let stem: String = stem
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
            .collect();
        let file = format!("{stem}.{}.svg", content_hash(svg.as_bytes()));
        let url = format!("url(\"../images/icons/{file}\")");
        self.files.insert(format!("assets/images/icons/{file}"), svg.to_owned());
        url
    }
}

/// The version of the library that draws diagrams.
const MERMAID: &str = "mermaid.11.17.2";

/// The library that draws diagrams, for sites that have some: path in the site, and content.
pub(crate) fn diagrams() -> Option<(String, Vec<u8>)> {
    let script = bundled::find(Section::Scripts, MERMAID)?;
    let text: String = serde_json::from_str(script).ok()?;
    Some((format!("assets/javascripts/{MERMAID}.min.js"), text.into_bytes()))
}

/// The theme's own style sheets that set colours, those of `theme.palette` if `named`.
pub(super) fn color_sheets(named: bool) -> String {
    let variables = MAIN_CSS.first().copied().unwrap_or_default();
    let palette = PALETTE_CSS.iter().filter(|_| named);
    std::iter::once(variables).chain(palette.copied()).collect()
}

fn hashed(name: &'static str, folder: &str, content: String) -> Asset {
    let (stem, extension) = name.split_once('.').unwrap_or((name, ""));
    let hash = content_hash(content.as_bytes());
    Asset {
        name,
        path: format!("{folder}/{stem}.{hash}.min.{extension}"),
        content: Cow::Owned(content.into_bytes()),
    }
}

/// Eight hexadecimal digits of the content's key.
#[must_use]
pub fn content_hash(bytes: &[u8]) -> String {
    let key = rapidhash::v3::rapidhash_v3(bytes);
    format!("{:08x}", (key >> 32) ^ (key & 0xffff_ffff))
}

/// Style sheets without comments and indentation, icons put in where they are named:
/// `icon(material/check)` becomes an address.
fn style(parts: &[&str], icons: &mut StyleIcons) -> String {
    let mut out = String::new();
    for part in parts {
        let mut rest = *part;
        let mut bare = String::with_capacity(part.len());
        while let Some((before, after)) = rest.split_once("/*") {
            bare.push_str(before);
            rest = after.split_once("*/").map_or("", |(_, after)| after);
        }
        bare.push_str(rest);
        for line in bare.lines().map(str::trim).filter(|l| !l.is_empty()) {
            let line = line.strip_suffix(';').map_or(line, |l| l);
            // A declaration needs its semicolon unless the block ends; `}` on its own line closes.
            if line.starts_with('}') && out.ends_with(';') {
                out.pop();
            }
            let line = tight(line);
            if line.starts_with("mask") {
                // Browsers before 2024 know masks by this name only.
                out.push_str("-webkit-");
                out.push_str(&line);
                out.push(';');
            }
            out.push_str(&line);
            if !line.ends_with(['{', '}', ',', ':']) {
                out.push(';');
            }
        }
    }
    with_icons(&out, icons)
}

fn tight(line: &str) -> Cow<'_, str> {
    if let Some(selector) = line.strip_suffix(" {") {
        return Cow::Owned(format!("{selector}{{"));
    }
    match line.split_once(": ") {
        Some((name, value)) if !name.contains(['(', ' ']) => Cow::Owned(format!("{name}:{value}")),
        _ => Cow::Borrowed(line),
    }
}

fn with_icons(css: &str, files: &mut StyleIcons) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("icon(") {
        let (name, after) = after.split_once(')').unwrap_or((after, ""));
        out.push_str(before);
        out.push_str(&icons::icon(name).map_or_else(|| "none".into(), |svg| files.url(name, svg)));
        rest = after;
    }
    out + rest
}

/// An SVG as `url("data:…")`.
fn data_url(svg: &str) -> String {
    let mut out = String::from("url(\"data:image/svg+xml,");
    for c in svg.chars() {
        match c {
            '"' => out.push('\''),
            '<' | '>' | '#' | '%' | '{' | '}' => {
                let _ = write!(out, "%{:02X}", c as u32);
            }
            '\n' => {}
            c => out.push(c),
        }
    }
    out + "\")"
}

/// Scripts in one function, without whole-line comments and indentation.
fn script(parts: &[&str]) -> String {
    let mut out = String::from("(()=>{\"use strict\";\n");
    for part in parts {
        let mut comment = false;
        for line in part.lines().map(str::trim).filter(|l| !l.is_empty()) {
            if comment || line.starts_with("/*") {
                comment = !line.ends_with("*/");
            } else if !line.starts_with("//") {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    out.push_str("})()\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write as _;

    fn gzipped(text: &[u8]) -> usize {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::new(9));
        encoder.write_all(text).expect("in memory");
        encoder.finish().expect("in memory").len()
    }

    #[test]
    fn the_script_looks_for_the_library_where_it_is_written() {
        let (path, content) = diagrams().expect("the archive has it");
        assert!(script(BUNDLE_JS).contains(&format!("\"{path}\"")));
        assert!(content.len() > 1_000_000);
    }

    #[test]
    fn squeezing_keeps_the_meaning() {
        let css = "/* a\n b */\n.a:hover > .b {\n  color: red;\n  margin: 0 auto;\n}\n@media (min-width: 1em) {\n  .c,\n  .d {\n    top: 0;\n  }\n}\n";
        assert_eq!(
            style(&[css], &mut StyleIcons::default()),
            ".a:hover > .b{color:red;margin:0 auto}@media (min-width: 1em){.c,.d{top:0}}"
        );
        assert_eq!(
            script(&["/** doc\n * more\n */\n// note\n  const a = \"//x\";\n"]),
            "(()=>{\"use strict\";\nconst a = \"//x\";\n})()\n"
        );
    }

    #[test]
    fn stays_within_its_weight() {
        let assets = Assets::bundle("", StyleIcons::default(), Fonts::default());
        let size = |name: &str| {
            let file = assets.files.iter().find(|f| f.name == name).expect("an asset");
            gzipped(&file.content)
        };
        let css = size("main.css") + size("palette.css");
        assert!(css <= 25 * 1024, "style sheets are {css} bytes compressed");
        let js = size("bundle.js") + size("early.js");
        assert!(js <= 30 * 1024, "scripts are {js} bytes compressed");
    }
}
