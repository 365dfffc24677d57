//! `theme`: the name, Material's own settings, and everything else for templates to read.

use std::path::Path;

use super::paths;
use super::reader::Reader;
use super::settings::{Chaski, Theme};
use crate::files::Files;
use crate::report::{Diagnostic, Severity, nearest};
use crate::theme::{FontSpec, Palette, PaletteSpec};
use crate::yaml::{Kind, Node};

/// All feature flags of Material 9.8.
pub(super) const FEATURES: &[&str] = &[
    "announce.dismiss",
    "content.action.edit",
    "content.action.view",
    "content.code.annotate",
    "content.code.copy",
    "content.code.select",
    "content.footnote.tooltips",
    "content.tables.sort",
    "content.tabs.link",
    "content.tooltips",
    "header.autohide",
    "navigation.expand",
    "navigation.footer",
    "navigation.indexes",
    "navigation.instant",
    "navigation.instant.prefetch",
    "navigation.instant.preview",
    "navigation.instant.progress",
    "navigation.path",
    "navigation.prune",
    "navigation.sections",
    "navigation.tabs",
    "navigation.tabs.sticky",
    "navigation.top",
    "navigation.tracking",
    "search.highlight",
    "search.share",
    "search.suggest",
    "toc.follow",
    "toc.integrate",
];

/// Flags of old releases, which have had no effect since, and what replaces them.
const OLD_FEATURES: &[(&str, &str)] = &[
    ("tabs", "navigation.tabs"),
    ("instant", "navigation.instant"),
    ("navigation.instant.loading", "navigation.instant"),
    ("header.hide", "header.autohide"),
    ("content.code.annotation", "content.code.annotate"),
    ("content.code.annotations", "content.code.annotate"),
    ("content.tabs.links", "content.tabs.link"),
];

/// Flags of Material that have no effect here, and why.
const INEFFECTIVE: &[(&str, &str)] = &[("content.lazy", "pages load their images as they are written")];

/// Colours of `theme: palette:`.
const COLORS: &[&str] = &[
    "red",
    "pink",
    "purple",
    "deep-purple",
    "indigo",
    "blue",
    "light-blue",
    "cyan",
    "teal",
    "green",
    "light-green",
    "lime",
    "yellow",
    "amber",
    "orange",
    "deep-orange",
    "brown",
    "grey",
    "blue-grey",
    "black",
    "white",
    "custom",
];

/// What `theme: icon:` has icons for.
const ICON_PLACES: &[&str] = &[
    "admonition",
    "alternate",
    "annotation",
    "close",
    "edit",
    "logo",
    "menu",
    "next",
    "note",
    "previous",
    "repo",
    "search",
    "share",
    "status",
    "tag",
    "top",
    "view",
];

/// Themes that MkDocs users may name; only Material is built in.
const OTHER_THEMES: &[&str] = &["mkdocs", "readthedocs"];

/// Forks and spellings that mean Material.
const MATERIAL: &[&str] = &["material", "materialx"];

/// What reading the theme needs to know besides its value.
pub(super) struct ThemeReader<'a, 'p> {
    /// The folder that `custom_dir` starts from.
    pub(super) root: &'a Path,
    /// What exists.
    pub(super) files: &'a Files,
    /// What may be missing.
    pub(super) chaski: &'a Chaski,
    /// Where problems go.
    pub(super) problems: &'p mut Vec<Diagnostic>,
}

impl ThemeReader<'_, '_> {
    /// Reads `theme`: a name, a mapping, or nothing.
    pub(super) fn read(&mut self, node: Option<&Node>) -> Theme {
        let empty = Node::bare(Kind::Map(Vec::new()));
        let Some(node) = node.filter(|node| !node.is_null()) else {
            self.absent();
            return self.mapping(&empty, Some("material".to_owned()));
        };
        match &node.kind {
            Kind::Str(name) => {
                let name = self.name(name, node);
                self.mapping(&empty, Some(name))
            }
            Kind::Map(_) => {
                let name = self.name_of(node);
                self.mapping(node, name)
            }
            _ => {
                let message = format!(
                    "Config value 'theme': Invalid type: expected a name or a mapping, found {}",
                    node.describe()
                );
                self.problems
                    .push(Diagnostic::new("theme", Severity::Error, message).at(node.span));
                self.mapping(&empty, Some("material".to_owned()))
            }
        }
    }

    /// Without a theme MkDocs takes its own, which is not built in.
    fn absent(&mut self) {
        if self.allowed() {
            return;
        }
        self.problems.push(
            Diagnostic::new(
                "theme-default",
                Severity::Warning,
                "Config value 'theme': no theme is set; MkDocs would take `mkdocs`, this site is built with `material`",
            )
            .help("write `theme: material`"),
        );
    }

    fn allowed(&self) -> bool {
        self.chaski.allow.iter().any(|name| name == "theme")
    }

    /// The name in a mapping; `name: null` means "only my own templates".
    fn name_of(&mut self, node: &Node) -> Option<String> {
        let custom = node.get("custom_dir").is_some_and(|dir| !dir.is_null());
        match node.get("name").map(|name| (&name.kind, name)) {
            Some((Kind::Str(name), at)) => Some(self.name(name, at)),
            Some((Kind::Null, _)) if custom => None,
            Some((Kind::Null, at)) => {
                let message = "Config value 'theme': At least one of 'name' or 'custom_dir' must be defined.";
                self.problems.push(
                    Diagnostic::new("theme", Severity::Error, message)
                        .at(at.span)
                        .help("write `name: material`"),
                );
                Some("material".to_owned())
            }
            Some((_, at)) => {
                self.name(&at.key_text(), at);
                Some("material".to_owned())
            }
            None => {
                let message = "Config value 'theme': No theme name set.";
                self.problems.push(
                    Diagnostic::new("theme", Severity::Error, message)
                        .at(node.span)
                        .help("write `name: material`"),
                );
                Some("material".to_owned())
            }
        }
    }

    fn name(&mut self, name: &str, at: &Node) -> String {
        if MATERIAL.contains(&name) {
            return "material".to_owned();
        }
        let severity = if self.allowed() {
            Severity::Info
        } else {
            Severity::Error
        };
        let known = OTHER_THEMES.contains(&name);
        let message = if known {
            format!("Config value 'theme': the theme '{name}' is not built in; the site would look like `material`")
        } else {
            format!(
                "Config value 'theme': Unrecognised theme name: '{name}'. The available installed themes are: material"
            )
        };
        let mut problem = Diagnostic::new("theme", severity, message).at(at.span);
        if let Some(near) = nearest(name, ["material"]) {
            problem = problem.help(format!("did you mean `{near}`?"));
        } else {
            problem = problem.help("take `name: material`, or add `theme` to `chaski: allow:` to build with it anyway");
        }
        self.problems.push(problem);
        "material".to_owned()
    }

    fn mapping(&mut self, node: &Node, name: Option<String>) -> Theme {
        let mut reader = Reader::new(Some(node), "theme.", self.problems);
        let custom_dir = reader.text("custom_dir").map(|dir| paths::absolute(self.root, &dir));
        if let (Some(dir), Some(at)) = (&custom_dir, node.get("custom_dir"))
            && !self.files.is_dir(dir)
        {
            let message = format!(
                "Config value 'theme': The path set in custom_dir ('{}') does not exist.",
                dir.display()
            );
            reader.problems.push(
                Diagnostic::new("theme-custom-dir", Severity::Error, message)
                    .at(at.span)
                    .help("paths start at the folder of the configuration file"),
            );
        }
        reader.know(&["name"]);
        let theme = Theme {
            name,
            custom_dir,
            language: reader.text("language").unwrap_or_else(|| "en".to_owned()),
            direction: reader
                .choice("direction", &[("ltr", Some("ltr")), ("rtl", Some("rtl"))], None)
                .map(str::to_owned),
            locale: reader.text("locale").unwrap_or_else(|| "en".to_owned()),
            features: features(&mut reader),
            font: font(&mut reader),
            palette: palettes(&mut reader),
            logo: logo(&mut reader),
            favicon: reader.text("favicon"),
            icon: icons(&mut reader, node.get("custom_dir").is_some()),
            static_templates: reader.texts("static_templates"),
            written: node.clone(),
        };
        // Templates of `custom_dir` may read any key.
        if theme.custom_dir.is_none() {
            reader.finish(Severity::Info);
        }
        theme
    }
}

fn features(reader: &mut Reader<'_, '_>) -> Vec<String> {
    let written = reader.located_texts("features");
    for (flag, item) in written.iter().filter(|(flag, _)| !FEATURES.contains(flag)) {
        if let Some((_, why)) = INEFFECTIVE.iter().find(|(known, _)| known == flag) {
            let message = format!("Config value 'theme.features': `{flag}` has no effect here: {why}");
            let problem = Diagnostic::new("feature-unknown", Severity::Info, message);
            reader.problems.push(problem.at(item.span));
            continue;
        }
        let message = format!("Config value 'theme.features': `{flag}` is no feature flag, it has no effect");
        let mut problem = Diagnostic::new("feature-unknown", Severity::Info, message).at(item.span);
        let old = OLD_FEATURES.iter().find(|(old, _)| *old == *flag).map(|(_, new)| *new);
        if let Some(near) = old.or_else(|| nearest(flag, FEATURES.iter().copied())) {
            problem = problem.help(format!("did you mean `{near}`?"));
        }
        reader.problems.push(problem);
    }
    written.into_iter().map(|(flag, _)| flag.to_owned()).collect()
}

/// `font: false` loads none; a mapping may set one of the two.
fn font(reader: &mut Reader<'_, '_>) -> Option<FontSpec> {
    let standard = FontSpec {
        text: Some("Roboto".to_owned()),
        code: Some("Roboto Mono".to_owned()),
        at: None,
    };
    let Some(node) = reader.written("font") else {
        return Some(standard);
    };
    match &node.kind {
        Kind::Null | Kind::Bool(false) => None,
        Kind::Bool(true) => Some(standard),
        Kind::Map(_) => {
            let mut reader = Reader::new(Some(node), "theme.font.", reader.problems);
            let font = FontSpec {
                text: reader.text("text"),
                code: reader.text("code"),
                at: node.span,
            };
            reader.finish(Severity::Info);
            Some(font)
        }
        _ => {
            reader.wrong("font", node, "a mapping or `false`");
            Some(standard)
        }
    }
}

fn palettes(reader: &mut Reader<'_, '_>) -> PaletteSpec {
    let Some(node) = reader.node("palette") else {
        return PaletteSpec::None;
    };
    match &node.kind {
        Kind::Map(_) => PaletteSpec::Fixed(palette(node, "theme.palette.", reader.problems)),
        Kind::Seq(items) => {
            let mut palettes = Vec::new();
            for (index, item) in items.iter().enumerate() {
                palettes.push(palette(item, &format!("theme.palette[{index}]."), reader.problems));
            }
            PaletteSpec::Choice(palettes)
        }
        _ => {
            reader.wrong("palette", node, "a mapping or a list of mappings");
            PaletteSpec::None
        }
    }
}

fn palette(node: &Node, prefix: &str, problems: &mut Vec<Diagnostic>) -> Palette {
    let mut reader = Reader::new(Some(node), prefix, problems);
    let toggle = reader.node("toggle").map(|node| {
        let mut reader = Reader::new(Some(node), &format!("{prefix}toggle."), reader.problems);
        let toggle = (
            reader.text("icon").unwrap_or_default(),
            reader.text("name").unwrap_or_default(),
        );
        reader.finish(Severity::Info);
        toggle
    });
    for key in ["primary", "accent"] {
        let Some(value) = node.get(key) else { continue };
        let Some(name) = value.as_str().map(|name| name.to_lowercase().replace(' ', "-")) else {
            continue;
        };
        if !COLORS.contains(&name.as_str()) {
            let problem = reader.problem(
                key,
                value,
                &format!("`{name}` is no colour of the theme; a style sheet must define it"),
            );
            let near = nearest(&name, COLORS.iter().copied()).map(|near| format!("did you mean `{near}`?"));
            reader.problems.push(Diagnostic {
                severity: Severity::Info,
                help: near.into_iter().collect(),
                ..problem
            });
        }
    }
    let palette = Palette {
        media: reader.text("media"),
        scheme: reader.text("scheme"),
        primary: reader.text("primary"),
        accent: reader.text("accent"),
        toggle,
        at: node.span,
    };
    reader.finish(Severity::Info);
    palette
}

/// Up to Material 4 an icon could stand here; 5 and later read it from `theme.icon.logo`.
fn logo(reader: &mut Reader<'_, '_>) -> Option<String> {
    let node = reader.node("logo")?;
    if node.get("icon").is_none() {
        return reader.text("logo");
    }
    let problem = reader.problem("logo", node, "an icon has no effect here");
    reader.problems.push(Diagnostic {
        severity: Severity::Warning,
        ..problem.help("name the icon in `theme.icon.logo`, such as `material/library`")
    });
    None
}

/// Names of icons by their use; `admonition`, `tag` and such hold mappings.
fn icons(reader: &mut Reader<'_, '_>, own_templates: bool) -> Node {
    let empty = Node::bare(Kind::Map(Vec::new()));
    let Some(node) = reader.node("icon") else { return empty };
    if node.as_map().is_none() {
        reader.wrong("icon", node, "a mapping");
        return empty;
    }
    for (key, value) in node.as_map().unwrap_or_default() {
        let name = key.key_text();
        if !ICON_PLACES.contains(&name.as_str()) && !own_templates {
            let problem = reader.problem("icon", value, &format!("the theme has no icon at `{name}`"));
            let near = nearest(&name, ICON_PLACES.iter().copied()).map(|near| format!("did you mean `{near}`?"));
            reader.problems.push(Diagnostic {
                severity: Severity::Info,
                span: key.span,
                help: near.into_iter().collect(),
                ..problem
            });
        }
    }
    node.clone()
}
