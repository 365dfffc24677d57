//! `fenced_code` and `codehilite`: fences at the top level, as Python-Markdown itself has them.

use super::Setup;
use super::attr_list;
use super::highlight::{Highlight, Listing, Numbers, only_code, replace, unescape};
use crate::markdown::converter::Converter;
use crate::markdown::options::Options;
use crate::markdown::serialize::escape_attribute;
use crate::markdown::source::{Rewriter, Source};
use crate::markdown::tree::ROOT;
use crate::report::Severity;
use crate::yaml::Node;

/// The options of both.
#[derive(Clone, Debug, Default)]
pub(crate) struct FencedCode {
    lang_prefix: String,
    codehilite: Option<CodeHilite>,
}

#[derive(Clone, Debug)]
struct CodeHilite {
    linenums: Option<bool>,
    css_class: String,
    use_pygments: bool,
    lang_prefix: String,
}

/// Reads the options of `fenced_code`.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    setup.settings.fenced_code.lang_prefix = options.string("lang_prefix", "language-");
    setup.registry.preprocessors.register("fenced_code_block", 25.0, find);
}

/// Reads the options of `codehilite`.
pub(super) fn codehilite(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    super::highlight::without_effect(options);
    let other = |node: &Node| node.as_str() != Some("html");
    let why = "code is written as HTML only";
    options.without_effect("pygments_formatter", other, Severity::Warning, why);
    setup.settings.fenced_code.codehilite = Some(CodeHilite {
        linenums: options
            .node("linenums")
            .filter(|node| !node.is_null())
            .map(Node::is_truthy),
        css_class: options.string("css_class", "codehilite"),
        use_pygments: options.bool("use_pygments", true),
        lang_prefix: options.string("lang_prefix", "language-"),
    });
    setup.registry.tree.register("hilite", 30.0, indented);
}

/// The preprocessor: a fence runs to the first line that closes it, whatever is between.
fn find<'a>(cx: &mut Converter<'a>, source: Source<'a>) -> Source<'a> {
    if !(source.text.contains("```") || source.text.contains("~~~")) {
        return source;
    }
    let text = source.text;
    let mut starts = vec![0];
    starts.extend(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1));
    let line = |number: usize| {
        let start = starts[number];
        let end = starts.get(number + 1).map_or(text.len(), |next| next - 1);
        &text[start..end]
    };
    // Where each kind of closing line comes next, so that open fences cost no scan each.
    let mut ends = std::collections::HashMap::<&str, Vec<usize>>::new();
    for number in 0..starts.len() {
        let fence = line(number).trim_end_matches(' ');
        let mark = fence.bytes().next().filter(|b| matches!(b, b'`' | b'~'));
        if let Some(mark) = mark.filter(|mark| fence.len() >= 3 && fence.bytes().all(|b| b == *mark)) {
            let _ = mark;
            ends.entry(fence).or_default().push(number);
        }
    }
    let mut out: Option<Rewriter<'_, 'a>> = None;
    let (mut number, mut from) = (0, 0);
    while number < starts.len() {
        let Some(header) = Header::parse(line(number)) else {
            number += 1;
            continue;
        };
        // A longer run of marks may also be taken as a shorter fence, but never is on real pages.
        let close = ends.get(header.fence).and_then(|ends| {
            let next = ends.partition_point(|end| *end <= number);
            ends.get(next).copied()
        });
        let Some(close) = close else {
            number += 1;
            continue;
        };
        let Some(html) = write(cx, &header, &text[starts[number + 1]..starts[close]]) else {
            number += 1;
            continue;
        };
        let mark = cx.stash.store(html).to_string();
        let writer = out.get_or_insert_with(|| Rewriter::new(&source));
        writer.copy(from, starts[number]);
        writer.insert(&format!("\n{mark}\n"), source.pos(starts[number]));
        from = starts.get(close + 1).map_or(text.len(), |next| next - 1);
        number = close + 1;
    }
    match out {
        None => source,
        Some(mut out) => {
            out.copy(from, text.len());
            out.finish(cx.arena)
        }
    }
}

struct Header<'l> {
    fence: &'l str,
    attributes: Option<&'l str>,
    language: &'l str,
    highlighted: Option<&'l str>,
}

impl<'l> Header<'l> {
    fn parse(line: &'l str) -> Option<Self> {
        let mark = line.bytes().next().filter(|b| matches!(b, b'`' | b'~'))?;
        let len = line.bytes().take_while(|b| *b == mark).count();
        if len < 3 {
            return None;
        }
        let (fence, rest) = line.split_at(len);
        let rest = rest.trim_start_matches(' ');
        if let Some(attributes) = rest.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            return Some(Self {
                fence,
                attributes: Some(attributes),
                language: "",
                highlighted: None,
            });
        }
        let plain = |rest: &'l str| {
            let name = rest.strip_prefix('.').unwrap_or(rest);
            let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '#' | '.' | '+' | '-');
            let end = name.find(|c| !is_name(c)).unwrap_or(name.len());
            let (language, rest) = name.split_at(end);
            let rest = rest.trim_start_matches(' ');
            (rest.is_empty() || rest.starts_with("hl_lines=")).then_some((language, rest))
        };
        let (language, rest) = if rest.starts_with("hl_lines=") {
            ("", rest)
        } else {
            plain(rest)?
        };
        let mut highlighted = None;
        if let Some(value) = rest.strip_prefix("hl_lines=") {
            // The value goes to the last quote, also over further options.
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            highlighted = Some(value[1..].trim_end_matches(' ').strip_suffix(quote)?);
        }
        Some(Self {
            fence,
            attributes: None,
            language,
            highlighted,
        })
    }
}

/// The fence's HTML.
fn write(cx: &mut Converter<'_>, header: &Header<'_>, code: &str) -> Option<String> {
    let mut language = header.language.to_owned();
    let (mut id, mut classes, mut values) = (String::new(), Vec::new(), Vec::new());
    if let Some(list) = header.attributes {
        if list.contains(['{', '}']) {
            return None;
        }
        for (key, value) in attr_list::parse(list) {
            let value = value.unwrap_or_else(|| key.clone());
            match key.as_str() {
                "id" => id = value,
                "." => classes.push(value),
                _ => values.push((key, value)),
            }
        }
        if !classes.is_empty() {
            language = classes.remove(0);
        }
    }
    let dialect = cx.dialect;
    let settings = &dialect.settings.fenced_code;
    let value = |name: &str| {
        values
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    let off = value("use_pygments")
        .is_some_and(|value| matches!(value.to_lowercase().as_str(), "false" | "no" | "0" | "off"));
    if let Some(hilite) = settings
        .codehilite
        .as_ref()
        .filter(|hilite| hilite.use_pygments && !off)
    {
        let on = |value: &str| {
            matches!(
                value.to_lowercase().as_str(),
                "true" | "yes" | "1" | "on" | "linenums" | "table" | "inline"
            )
        };
        let lines = header.highlighted.or(value("hl_lines"));
        let linenums = value("linenums").map(on).or(hilite.linenums);
        let listing = Listing {
            classes,
            ..Listing::new(code.trim_matches('\n'), &language)
        };
        let highlighted = lines.map(line_numbers).unwrap_or_default();
        return Some(hilite.write(cx, Listing { highlighted, ..listing }, linenums));
    }
    let mut pre = String::new();
    if !id.is_empty() {
        pre.push_str(&format!(" id=\"{}\"", escape_attribute(&id)));
    }
    if !classes.is_empty() {
        pre.push_str(&format!(" class=\"{}\"", escape_attribute(&classes.join(" "))));
    }
    let mut attributes = String::new();
    if !language.is_empty() {
        attributes.push_str(&format!(
            " class=\"{}{}\"",
            settings.lang_prefix,
            escape_attribute(&language)
        ));
    }
    if dialect.registry.tree.has("attr_list") && (value("use_pygments").is_none() || off) {
        for (key, value) in values.iter().filter(|(key, _)| key != "use_pygments") {
            attributes.push_str(&format!(
                " {}=\"{}\"",
                attr_list::sanitize_name(key),
                escape_attribute(value)
            ));
        }
    }
    let code = crate::markdown::blocks::escape(code).replace('"', "&quot;");
    Some(format!("<pre{pre}><code{attributes}>{code}</code></pre>"))
}

/// `1 3`: all must be numbers; ranges are for superfences.
fn line_numbers(text: &str) -> Vec<usize> {
    let numbers: Option<Vec<usize>> = text.split_whitespace().map(|line| line.parse().ok()).collect();
    numbers.unwrap_or_default()
}

impl CodeHilite {
    fn write(&self, cx: &mut Converter<'_>, listing: Listing<'_>, linenums: Option<bool>) -> String {
        cx.memory.code_blocks += 1;
        let start = linenums.filter(|on| *on).map(|_| 1);
        let settings = Highlight {
            linenums,
            ..Highlight::default()
        };
        let numbers = Numbers {
            start,
            ..Numbers::default()
        };
        Listing {
            css_class: Some(&self.css_class),
            numbers,
            ..listing
        }
        .write(&settings)
    }
}

/// Highlights indented code; its first line may name the language (`:::python`, `#!python`).
fn indented(cx: &mut Converter<'_>) {
    let dialect = cx.dialect;
    let Some(hilite) = &dialect.settings.fenced_code.codehilite else {
        return;
    };
    for id in cx.tree.descendants(ROOT) {
        let Some(code) = only_code(cx, id) else { continue };
        let text = unescape(&cx.tree[code].text.to_cow());
        let text = text.trim_matches('\n');
        let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
        let shebang = Shebang::parse(first);
        let (language, linenums, lines) = match &shebang {
            Some(shebang) => (
                shebang.language.to_lowercase(),
                hilite.linenums.or(shebang.numbered.then_some(true)),
                shebang.highlighted,
            ),
            None => (String::new(), hilite.linenums, None),
        };
        let body = if shebang.as_ref().is_some_and(|shebang| !shebang.has_path) {
            rest
        } else {
            text
        };
        let body = body.trim_matches('\n');
        let html = if hilite.use_pygments {
            let highlighted = lines.map(line_numbers).unwrap_or_default();
            let listing = Listing {
                highlighted,
                ..Listing::new(body, &language)
            };
            hilite.write(cx, listing, linenums)
        } else {
            let mut classes = Vec::new();
            if !language.is_empty() {
                classes.push(format!("{}{}", hilite.lang_prefix, escape_attribute(&language)));
            }
            if linenums == Some(true) {
                classes.push("linenums".to_owned());
            }
            let class = if classes.is_empty() {
                String::new()
            } else {
                format!(" class=\"{}\"", classes.join(" "))
            };
            let body = crate::markdown::blocks::escape(body).replace('"', "&quot;");
            format!(
                "<pre class=\"{}\"><code{class}>{body}\n</code></pre>\n",
                hilite.css_class
            )
        };
        replace(cx, id, html);
    }
}

/// The first line of indented code, if it names the language.
struct Shebang<'l> {
    numbered: bool,
    has_path: bool,
    language: &'l str,
    highlighted: Option<&'l str>,
}

impl<'l> Shebang<'l> {
    fn parse(line: &'l str) -> Option<Self> {
        let colons = line.bytes().take_while(|b| *b == b':').count();
        let numbered = line.starts_with("#!");
        let mut rest = if numbered {
            &line[2..]
        } else {
            line.get(colons..).filter(|_| colons >= 2)?
        };
        let mut has_path = false;
        // A path is any number of `/word`, and then a slash or a blank.
        let mut at = 0;
        while rest[at..].starts_with('/') {
            let word = rest[at + 1..]
                .bytes()
                .take_while(|b| b.is_ascii_alphanumeric() || *b == b'_')
                .count();
            if word == 0 {
                break;
            }
            at += word + 1;
        }
        while at > 0 || rest.starts_with(['/', ' ']) {
            if rest[at..].starts_with(['/', ' ']) {
                has_path = true;
                rest = &rest[at + 1..];
                break;
            }
            match rest[..at].rfind('/') {
                Some(slash) => at = slash,
                None => break,
            }
            if at == 0 && !rest.starts_with(['/', ' ']) {
                break;
            }
        }
        let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '#' | '.' | '+' | '-');
        let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
        let (language, rest) = rest.split_at(end);
        let highlighted = rest.trim_start().strip_prefix("hl_lines=").and_then(|value| {
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            value[1..].split(quote).next()
        });
        Some(Self {
            numbered,
            has_path,
            language,
            highlighted,
        })
    }
}
