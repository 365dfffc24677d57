//! `pymdownx.emoji`: `:smile:`, with Material's icons where its index is used.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use super::Setup;
use crate::icons::{Emoji as Entry, EmojiIndex, emoji, icon, icon_path};
use crate::markdown::inline::{Run, Step, Subject, rule};
use crate::markdown::options::Options;
use crate::markdown::stash::Mark;
use crate::markdown::text::Pos;
use crate::markdown::tree::{NodeId, Text};
use crate::report::{Diagnostic, Severity};
use crate::yaml::Node;

/// What is made of an emoji.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Generator {
    #[default]
    Png,
    Svg,
    PngSprite,
    SvgSprite,
    Alt,
    /// Material's: icons as SVG, the rest as `Svg`.
    Material,
}

/// Which title an image has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Title {
    #[default]
    Short,
    Long,
    None,
}

/// Which text stands for an image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Alt {
    Short,
    #[default]
    Unicode,
    Entity,
}

/// The options.
#[derive(Clone, Debug)]
pub(crate) struct Emoji {
    index: EmojiIndex,
    /// Material's index, which has icons.
    icons: bool,
    generator: Generator,
    title: Title,
    alt: Alt,
    remove_variation_selector: bool,
    strict: bool,
    classes: Option<String>,
    image_path: Option<String>,
    non_standard_image_path: Option<String>,
    size: String,
    attributes: Vec<(String, String)>,
    custom_icons: Vec<PathBuf>,
    /// The site's own icons by short name.
    custom: OnceLock<BTreeMap<String, PathBuf>>,
}

impl Default for Emoji {
    fn default() -> Self {
        Self {
            index: EmojiIndex::Emojione,
            icons: false,
            generator: Generator::default(),
            title: Title::default(),
            alt: Alt::default(),
            remove_variation_selector: false,
            strict: false,
            classes: None,
            image_path: None,
            non_standard_image_path: None,
            size: "64".to_owned(),
            attributes: Vec::new(),
            custom_icons: Vec::new(),
            custom: OnceLock::new(),
        }
    }
}

/// Adds the rule.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    let mut settings = Emoji::default();
    match options
        .python_name("emoji_index")
        .as_ref()
        .map(|(name, _)| name.as_str())
    {
        None | Some("pymdownx.emoji.emojione") => {}
        Some("pymdownx.emoji.gemoji") => settings.index = EmojiIndex::Gemoji,
        Some("pymdownx.emoji.twemoji") => settings.index = EmojiIndex::Twemoji,
        Some("material.extensions.emoji.twemoji" | "materialx.emoji.twemoji") => {
            settings.index = EmojiIndex::Twemoji;
            settings.icons = true;
        }
        Some(other) => unknown(options, "emoji_index", other),
    }
    match options
        .python_name("emoji_generator")
        .as_ref()
        .map(|(name, _)| name.as_str())
    {
        None | Some("pymdownx.emoji.to_png") => {}
        Some("pymdownx.emoji.to_svg") => settings.generator = Generator::Svg,
        Some("pymdownx.emoji.to_png_sprite") => settings.generator = Generator::PngSprite,
        Some("pymdownx.emoji.to_svg_sprite") => settings.generator = Generator::SvgSprite,
        Some("pymdownx.emoji.to_alt") => settings.generator = Generator::Alt,
        Some("material.extensions.emoji.to_svg" | "materialx.emoji.to_svg") => {
            settings.generator = Generator::Material;
        }
        Some(other) => unknown(options, "emoji_generator", other),
    }
    settings.title = match options.string("title", "short").as_str() {
        "short" => Title::Short,
        "long" => Title::Long,
        _ => Title::None,
    };
    settings.alt = match options.string("alt", "unicode").as_str() {
        "unicode" => Alt::Unicode,
        "html_entity" => Alt::Entity,
        _ => Alt::Short,
    };
    settings.remove_variation_selector = options.bool("remove_variation_selector", false);
    settings.strict = options.bool("strict", false);
    if let Some(node) = options.node("options") {
        read_options(&mut settings, node);
    }
    setup.settings.emoji = settings;
    setup.registry.escape(":");
    setup.registry.inline.register("emoji", 75.0, rule(":", shortname));
}

fn unknown(options: &mut Options<'_, '_>, option: &str, name: &str) {
    let message = format!("`{option}` of `pymdownx.emoji` names `{name}`, which is not known");
    options.problem(Diagnostic::new("extension-option-python", Severity::Error, message));
}

fn scalar(node: &Node) -> Option<String> {
    node.as_str()
        .map(str::to_owned)
        .or_else(|| node.as_int().map(|number| number.to_string()))
}

fn read_options(settings: &mut Emoji, node: &Node) {
    let text = |name| node.get(name).and_then(scalar);
    settings.classes = text("classes");
    settings.image_path = text("image_path");
    settings.non_standard_image_path = text("non_standard_image_path");
    settings.size = text("size").unwrap_or_else(|| "64".to_owned());
    if let Some(attributes) = node.get("attributes").and_then(Node::as_map) {
        settings.attributes = attributes
            .iter()
            .filter_map(|(key, value)| Some((scalar(key)?, scalar(value)?)))
            .collect();
    }
    if let Some(folders) = node.get("custom_icons").and_then(Node::as_seq) {
        settings.custom_icons = folders.iter().filter_map(scalar).map(PathBuf::from).collect();
    }
}

/// A name between colons.
fn shortname(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let text = subject.text;
    let Some(start) = memchr::memchr(b':', &text.as_bytes()[from..]).map(|at| from + at) else {
        return Step::Done;
    };
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '+' | '-' | '_');
    let rest = &text[start + 1..];
    let len = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
    if len == 0 || !rest[len..].starts_with(':') {
        return Step::Skip(start + 1 + len);
    }
    let end = start + len + 2;
    let name = &text[start..end];
    let settings = &run.cx.dialect.settings.emoji;
    let made = match emoji(settings.index, name) {
        Some(entry) => generate(run, subject.pos(start), name, &entry),
        None => find_icon(run, name).map(|svg| Made::Element(icon_element(run, subject.pos(start), &svg))),
    };
    match made {
        Some(Made::Element(id)) => Step::Element(start, end, id),
        Some(Made::Text(text)) => Step::Text(start, end, text),
        None => {
            if settings.strict {
                let message = format!("there is no emoji `{name}`");
                let at = (subject.pos(start), name.len());
                run.cx.report("emoji-unknown", Severity::Error, message, at);
            }
            Step::Text(start, end, name.to_owned())
        }
    }
}

enum Made {
    Element(NodeId),
    Text(String),
}

/// The SVG of an icon, the site's own first.
fn find_icon(run: &Run<'_, '_>, name: &str) -> Option<String> {
    let settings = &run.cx.dialect.settings.emoji;
    if !settings.icons {
        return None;
    }
    let custom = settings.custom.get_or_init(|| custom_icons(run));
    for folder in icon_folders(run) {
        run.cx.files.note_below(&folder);
    }
    if let Some(path) = custom.get(name) {
        return Some(run.cx.files.read(path).ok()?.text.to_string());
    }
    icon(&icon_path(name)?).map(str::to_owned)
}

/// Where the site's own icons are.
fn icon_folders<'r>(run: &'r Run<'_, '_>) -> impl Iterator<Item = PathBuf> + 'r {
    let dialect = run.cx.dialect;
    let own = dialect.settings.emoji.custom_icons.iter();
    own.map(|path| dialect.root.join(path))
        .chain(dialect.icon_dirs.iter().cloned())
}

fn custom_icons(run: &Run<'_, '_>) -> BTreeMap<String, PathBuf> {
    let mut found = BTreeMap::new();
    for folder in icon_folders(run) {
        for file in run.cx.files.below(&folder) {
            let Some(name) = file.strip_prefix(&folder).ok().and_then(|path| path.to_str()) else {
                continue;
            };
            if let Some(name) = name.strip_suffix(".svg") {
                let name = format!(":{}:", name.replace(std::path::MAIN_SEPARATOR, "-"));
                found.entry(name).or_insert(file);
            }
        }
    }
    found
}

/// Material's element for an icon.
fn icon_element(run: &mut Run<'_, '_>, pos: Pos, svg: &str) -> NodeId {
    let classes = classes(run);
    let mark = run.cx.stash.store(svg).to_string();
    let element = run.cx.tree.create("span", pos);
    run.cx.tree.set(element, "class", classes);
    run.cx.tree[element].text = Text::plain(mark);
    element
}

fn index_name(index: EmojiIndex) -> &'static str {
    match index {
        EmojiIndex::Emojione => "emojione",
        EmojiIndex::Gemoji => "gemoji",
        EmojiIndex::Twemoji => "twemoji",
    }
}

fn classes(run: &Run<'_, '_>) -> String {
    let settings = &run.cx.dialect.settings.emoji;
    let default = index_name(settings.index);
    settings.classes.clone().unwrap_or_else(|| default.to_owned())
}

fn generate(run: &mut Run<'_, '_>, pos: Pos, name: &str, entry: &Entry) -> Option<Made> {
    let settings = &run.cx.dialect.settings.emoji;
    let alt = alt(settings, name, entry);
    let title = match settings.title {
        Title::Short => Some(name.to_owned()),
        Title::Long => Some(entry.name.to_owned()),
        Title::None => None,
    };
    let element = match settings.generator {
        Generator::Alt => return Some(Made::Text(run.cx.stash.store(alt).to_string())),
        Generator::Material if entry.unicode.is_none() => return None,
        Generator::SvgSprite => return Some(Made::Element(svg_sprite(run, pos, entry, alt))),
        Generator::PngSprite => {
            let class = format!(
                "{}-{}-{} _{}",
                classes(run),
                settings.size,
                entry.category.unwrap_or(""),
                entry.unicode.unwrap_or("None")
            );
            let element = run.cx.tree.create("span", pos);
            run.cx.tree.set(element, "class", class);
            run.cx.tree[element].text = Text::atomic(alt);
            element
        }
        Generator::Png | Generator::Svg | Generator::Material => {
            let src = address(settings, entry);
            let element = run.cx.tree.create("img", pos);
            let classes = classes(run);
            run.cx.tree.set(element, "class", classes);
            run.cx.tree.set(element, "alt", alt);
            run.cx.tree.set(element, "src", src);
            element
        }
    };
    if let Some(title) = title.filter(|title| !title.is_empty()) {
        run.cx.tree.set(element, "title", title);
    }
    for (key, value) in &settings.attributes {
        run.cx.tree.set(element, key.as_str(), value.as_str());
    }
    Some(Made::Element(element))
}

fn svg_sprite(run: &mut Run<'_, '_>, pos: Pos, entry: &Entry, alt: String) -> NodeId {
    let settings = &run.cx.dialect.settings.emoji;
    let path = settings.image_path.as_deref();
    let path = path.unwrap_or("./../assets/sprites/emojione.sprites.svg");
    let href = format!("{path}#emoji-{}", entry.unicode.unwrap_or("None"));
    let element = run.cx.tree.create("svg", pos);
    let classes = classes(run);
    run.cx.tree.set(element, "class", classes);
    let description = run.cx.tree.append_new(element, "description", pos);
    run.cx.tree[description].text = Text::atomic(alt);
    let used = run.cx.tree.append_new(element, "use", pos);
    run.cx.tree.set(used, "xlink:href", href);
    element
}

fn alt(settings: &Emoji, name: &str, entry: &Entry) -> String {
    let unicode = entry.alt(settings.remove_variation_selector);
    match (settings.alt, unicode) {
        (Alt::Short, _) | (_, None) => name.to_owned(),
        (Alt::Unicode, Some(text)) => text,
        (Alt::Entity, Some(text)) => text
            .chars()
            .map(|c| format!("{}#x{:04x};", Mark::Ampersand, u32::from(c)))
            .collect(),
    }
}

fn address(settings: &Emoji, entry: &Entry) -> String {
    const EMOJIONE: &str = "https://cdnjs.cloudflare.com/ajax/libs/emojione/2.2.7/assets/";
    const TWEMOJI: &str = "https://cdn.jsdelivr.net/gh/jdecked/twemoji@16.0.1/assets/";
    const GITHUB: &str = "https://github.githubassets.com/images/icons/emoji/";
    let svg = settings.generator != Generator::Png;
    if svg {
        let base = match settings.index {
            EmojiIndex::Twemoji => format!("{TWEMOJI}svg/"),
            _ => format!("{EMOJIONE}svg/"),
        };
        let base = settings.image_path.clone().unwrap_or(base);
        return format!("{base}{}.svg", entry.unicode.unwrap_or("None"));
    }
    let (base, other) = match settings.index {
        EmojiIndex::Gemoji => (format!("{GITHUB}unicode/"), GITHUB.to_owned()),
        EmojiIndex::Twemoji => (format!("{TWEMOJI}72x72/"), format!("{TWEMOJI}72x72/")),
        EmojiIndex::Emojione => (format!("{EMOJIONE}png/"), format!("{EMOJIONE}png/")),
    };
    match entry.unicode {
        Some(unicode) => format!("{}{unicode}.png", settings.image_path.as_ref().unwrap_or(&base)),
        None => {
            let base = settings.non_standard_image_path.as_ref().unwrap_or(&other);
            format!("{base}{}.png", entry.shortname.trim_matches(':'))
        }
    }
}
