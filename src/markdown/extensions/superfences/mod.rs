//! `pymdownx.superfences`: fenced code in any container.
//!
//! Fences are found before the text is parsed, so what stands in them is no markup for anybody. A
//! fence that turns out to stand in indented code is put back as it was.

mod formats;
mod header;
mod tabs;

use std::collections::HashMap;

use super::Setup;
use super::attr_list;
use super::highlight::{Listing, Numbers, check_language};
use crate::markdown::blocks::indented_code;
use crate::markdown::converter::Converter;
use crate::markdown::mathml::Formula;
use crate::markdown::normalize::TAB;
use crate::markdown::options::Options;
use crate::markdown::scan::Scan;
use crate::markdown::source::{Rewriter, Source};
use crate::markdown::stash::{Mark, find_mark};
use crate::markdown::text::{Block, Blocks, Line, Lines};
use crate::markdown::tree::NodeId;
use header::{Header, Info};

/// The options.
#[derive(Clone, Debug, Default)]
pub(crate) struct SuperFences {
    disable_indented: bool,
    relaxed_headers: bool,
    css_class: String,
    custom: Vec<formats::Custom>,
}

/// What fences leave behind.
#[derive(Debug, Default)]
pub(crate) struct Fences<'a> {
    /// The lines of a fence and the columns before it, by the number of its mark.
    originals: HashMap<usize, (Lines<'a>, usize)>,
    /// Fences that are put aside until white space is normalized.
    aside: Vec<Option<tabs::Aside<'a>>>,
}

/// Reads the options and registers the passes.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    if options.bool("preserve_tabs", false) {
        tabs::register(setup);
    }
    setup.settings.superfences = SuperFences {
        disable_indented: options.bool("disable_indented_code_blocks", false),
        relaxed_headers: options.bool("relaxed_headers", false),
        css_class: options.string("css_class", ""),
        custom: formats::read(options),
    };
    setup.registry.preprocessors.register("fenced_code_block", 25.0, find);
    setup.registry.blocks.register("code", 80.0, code);
}

/// A fence that is open.
struct Open<'a> {
    first: usize,
    prefix: &'a str,
    quotes: usize,
    fence: &'a str,
    wanted: Wanted<'a>,
    empty_lines: usize,
    content: Vec<Line<'a>>,
}

/// What is to be done with a fence's text.
struct Wanted<'a> {
    language: String,
    /// The custom fence; the usual highlighting without one.
    custom: Option<usize>,
    options: Vec<(String, String)>,
    classes: Vec<String>,
    id: String,
    attributes: Vec<(String, String)>,
    header: &'a str,
}

/// The preprocessor.
fn find<'a>(cx: &mut Converter<'a>, source: Source<'a>) -> Source<'a> {
    let bytes = source.text.as_bytes();
    if ["```", "~~~"]
        .iter()
        .all(|fence| memchr::memmem::find(bytes, fence.as_bytes()).is_none())
    {
        return source;
    }
    let lines = source.lines();
    let mut found: Vec<(usize, usize, String)> = Vec::new();
    let mut open: Option<Open<'a>> = None;
    for (number, line) in lines.iter().enumerate() {
        let Some(fence) = &mut open else {
            open = start(cx, *line, number);
            continue;
        };
        match next_line(cx, fence, *line) {
            Next::Goes => continue,
            Next::Abandoned => {}
            Next::Ends => {
                let fence = &*fence;
                if let Some(html) = finish(cx, fence, lines[fence.first]) {
                    let mark = cx.stash.store(html);
                    if let Mark::Html(index) = mark {
                        leave_math(cx, fence, index);
                        let mut original = tabs::expanded(cx, &lines[fence.first..=number]);
                        if fence.content.is_empty() {
                            // As in the reference, an empty line stands in an empty fence then.
                            original.insert(1, Line::new("", lines[number].pos));
                        }
                        cx.memory.fences.originals.insert(index, (original, fence.prefix.len()));
                    }
                    found.push((fence.first, number, format!("{}{mark}", fence.prefix)));
                }
            }
        }
        open = None;
    }
    if found.is_empty() {
        return source;
    }
    let mut offsets = Vec::with_capacity(lines.len() + 1);
    let mut at = 0;
    for line in &lines {
        offsets.push(at);
        at += line.text.len() + 1;
    }
    let mut out = Rewriter::new(&source);
    let mut from = 0;
    for (first, last, text) in found {
        out.copy(from, offsets[first]);
        out.insert(&text, lines[first].pos);
        from = offsets[last] + lines[last].text.len();
    }
    out.copy(from, source.text.len());
    out.finish(cx.arena)
}

fn start<'a>(cx: &Converter<'a>, line: Line<'a>, number: usize) -> Option<Open<'a>> {
    let is_prefix = |b: &u8| matches!(b, b'>' | b' ');
    let prefix_len = line.text.bytes().take_while(is_prefix).count();
    if !matches!(line.text.as_bytes().get(prefix_len), Some(b'`' | b'~')) {
        return None;
    }
    let (prefix, rest) = line.text.split_at(prefix_len);
    let header = Header::parse(rest)?;
    let wanted = wanted(cx, &header, rest)?;
    let quotes = prefix.matches('>').count();
    Some(Open {
        first: number,
        prefix,
        quotes,
        fence: header.fence,
        wanted,
        empty_lines: 0,
        content: Vec::new(),
    })
}

enum Next {
    Goes,
    Ends,
    Abandoned,
}

fn next_line<'a>(cx: &Converter<'a>, open: &mut Open<'a>, line: Line<'a>) -> Next {
    let width = open.prefix.len();
    let taken = line
        .text
        .bytes()
        .take(width)
        .take_while(|b| matches!(b, b'>' | b' '))
        .count();
    let (before, content) = line.text.split_at(taken);
    let quotes = before.bytes().filter(|byte| *byte == b'>').count();
    let closes = content
        .strip_prefix(open.fence)
        .is_some_and(|rest| rest.bytes().all(|b| matches!(b, b' ' | b'\t')));
    if open.quotes > 0 {
        let strict = cx.dialect.registry.tree.has("quotes");
        if quotes > open.quotes || strict && quotes != open.quotes {
            return Next::Abandoned;
        }
        if content.is_empty() {
            open.content.push(line);
            open.empty_lines += 1;
            return Next::Goes;
        }
        if before.len() < width || open.empty_lines > 0 && quotes < open.quotes {
            return Next::Abandoned;
        }
    } else {
        if quotes > 0 {
            return Next::Abandoned;
        }
        if line.is_blank() {
            open.content.push(line);
            return Next::Goes;
        }
        if before.len() != width && !content.is_empty() {
            return Next::Abandoned;
        }
    }
    if closes {
        return Next::Ends;
    }
    open.empty_lines = 0;
    open.content.push(line);
    Next::Goes
}

/// What the header asks for; none if nobody can do it, and the fence is text.
fn wanted<'a>(cx: &Converter<'a>, header: &Header<'a>, line: &'a str) -> Option<Wanted<'a>> {
    let settings = &cx.dialect.settings.superfences;
    let mut wanted = Wanted {
        language: header.language.unwrap_or("").to_owned(),
        custom: None,
        options: Vec::new(),
        classes: Vec::new(),
        id: String::new(),
        attributes: Vec::new(),
        header: line,
    };
    let mut values: Vec<(String, String)> = Vec::new();
    let braces = match &header.info {
        Info::Unrecognized if settings.relaxed_headers => false,
        Info::Unrecognized => return None,
        Info::Options(options) => {
            values.clone_from(options);
            false
        }
        Info::Attributes(list) => {
            for (key, value) in attr_list::parse(list) {
                let value = value.unwrap_or_else(|| key.clone());
                match key.as_str() {
                    "id" => wanted.id = value,
                    "." => wanted.classes.push(value),
                    _ => values.push((key, value)),
                }
            }
            if header.language.is_none() {
                wanted.language = if wanted.classes.is_empty() {
                    String::new()
                } else {
                    wanted.classes.remove(0)
                };
            }
            true
        }
    };
    // Fences of the site's own come first, the last one before the others.
    let custom = settings
        .custom
        .iter()
        .enumerate()
        .rev()
        .filter(|(_, custom)| custom.fits(&wanted.language));
    for index in custom.map(|(index, _)| Some(index)).chain([None]) {
        let (options, attributes) = match index {
            Some(_) => (Vec::new(), values.clone()),
            None => split_options(cx, &values),
        };
        if !braces && !attributes.is_empty() && !settings.relaxed_headers {
            continue;
        }
        wanted.custom = index;
        wanted.options = options;
        if cx.dialect.registry.tree.has("attr_list") && braces {
            wanted.attributes = attributes;
        }
        return Some(wanted);
    }
    None
}

type Pairs = Vec<(String, String)>;

/// Options of the usual highlighting, and what is left as attributes.
fn split_options(cx: &Converter<'_>, values: &[(String, String)]) -> (Pairs, Pairs) {
    let known = |(key, value): &&(String, String)| {
        cx.dialect.settings.highlight.use_pygments
            && match key.as_str() {
                "hl_lines" => is_ranges(value),
                "linenums" => value.starts_with(|c: char| c.is_ascii_digit()),
                "title" | "title_mode" => true,
                _ => false,
            }
    };
    values.iter().cloned().partition(|pair| known(&pair))
}

/// `1 3-5 7`.
fn is_ranges(text: &str) -> bool {
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let range = |part: &str| {
        part.split_once('-')
            .map_or_else(|| number(part), |(a, b)| number(a) && number(b))
    };
    !text.trim().is_empty() && text == text.trim() && text.split([' ', '\t']).filter(|p| !p.is_empty()).all(range)
}

/// The fence's HTML.
fn finish(cx: &mut Converter<'_>, open: &Open<'_>, line: Line<'_>) -> Option<String> {
    let width = open.prefix.len();
    let text: Vec<&str> = open
        .content
        .iter()
        .map(|line| line.text.get(width..).unwrap_or(""))
        .collect();
    let source = text.join("\n");
    let wanted = &open.wanted;
    let dialect = cx.dialect;
    let settings = &dialect.settings;
    if let Some(custom) = wanted.custom {
        return Some(settings.superfences.custom[custom].write(&source, wanted));
    }
    check_language(
        cx,
        &wanted.language,
        (line.pos, open.prefix.len() + wanted.header.len()),
    );
    let option = |name: &str| {
        wanted
            .options
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    let number = cx.memory.code_blocks;
    cx.memory.code_blocks += 1;
    let css_class = &settings.superfences.css_class;
    let mut listing = Listing {
        number,
        css_class: (!css_class.is_empty()).then_some(css_class.as_str()),
        highlighted: option("hl_lines")
            .map(|lines| ranges(lines, open.content.len()))
            .unwrap_or_default(),
        numbers: option("linenums").map(numbers).unwrap_or_default(),
        classes: wanted.classes.clone(),
        id: wanted.id.clone(),
        attributes: wanted.attributes.clone(),
        title: option("title").map(str::to_owned),
        ..Listing::new(&source, &wanted.language)
    };
    if option("title_mode") == Some("html")
        && let Some(title) = listing.title.take()
    {
        listing.title = Some(cx.stash.store(title.trim()).to_string());
    }
    Some(listing.write(&settings.highlight))
}

/// Leaves the text of a fence for mathematics, whose HTML is item `index` of the stash, to be written as
/// MathML.
fn leave_math(cx: &mut Converter<'_>, open: &Open<'_>, index: usize) {
    let dialect = cx.dialect;
    let custom = open.wanted.custom.filter(|_| dialect.mathml);
    let custom = custom.and_then(|custom| dialect.settings.superfences.custom.get(custom));
    let Some(tags) = custom.and_then(|custom| custom.math_tags(&open.wanted)) else {
        return;
    };
    let width = open.prefix.len();
    let mut starts = Vec::new();
    let mut tex = String::new();
    for line in &open.content {
        let line = line.from(width.min(line.text.len()));
        starts.push((tex.len(), line.pos));
        tex.push_str(line.text);
        tex.push('\n');
    }
    let formula = Formula { tex, display: true };
    cx.memory.formulas.add_stashed(index, tags, formula, starts);
}

/// The lines of `1 3-5`, none beyond the end.
fn ranges(text: &str, count: usize) -> Vec<usize> {
    let clamp = |text: &str| text.parse::<usize>().unwrap_or(usize::MAX).min(count + 1);
    let mut lines = Vec::new();
    for part in text.split_whitespace() {
        match part.split_once('-') {
            Some((first, last)) => lines.extend(clamp(first)..=clamp(last)),
            None => lines.extend(Some(clamp(part)).filter(|line| (1..=count).contains(line))),
        }
    }
    lines
}

/// `first step special`.
fn numbers(text: &str) -> Numbers {
    let mut parts = text
        .split([' ', '\t'])
        .filter(|part| !part.is_empty())
        .map(|part| part.parse::<i64>().ok());
    Numbers {
        start: parts.next().flatten(),
        step: parts.next().flatten(),
        special: parts.next().flatten(),
    }
}

/// Indented code, in which fences are put back.
fn code<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    if cx.dialect.settings.superfences.disable_indented {
        return false;
    }
    let Some(block) = blocks.front().copied() else {
        return false;
    };
    if block.first().is_none_or(|line| line.indent() < TAB) {
        return false;
    }
    let is_marked = |lines: Block<'a>| find_mark(lines[0].text).is_some();
    if cx.find_line(Scan::Stashed, block, is_marked).is_some() {
        let mut restored = Lines::new();
        for line in block.iter() {
            match original(cx, *line) {
                Some(lines) => restored.extend(lines),
                None => restored.push(*line),
            }
        }
        blocks[0] = cx.block(&restored);
    }
    indented_code(cx, parent, blocks)
}

/// The lines of the fence whose mark is all that stands on `line`, with the line's indentation.
pub(in crate::markdown::extensions) fn original<'a>(cx: &mut Converter<'a>, line: Line<'a>) -> Option<Lines<'a>> {
    let text = line.text.trim_start_matches(['>', ' ']);
    let level = line.text.len() - text.len();
    let (Mark::Html(index), len) = Mark::read(text)? else {
        return None;
    };
    if len != text.len() {
        return None;
    }
    let (lines, width) = cx.memory.fences.originals.remove(&index)?;
    let cut = width.saturating_sub(level);
    Some(
        lines
            .into_iter()
            .map(|line| line.from(cut.min(line.text.len())))
            .collect(),
    )
}

/// The HTML whose mark is all that stands on `line`.
pub(in crate::markdown::extensions) fn stashed_html(cx: &Converter<'_>, line: Line<'_>) -> Option<String> {
    let text = line.text.trim_start_matches(['>', ' ']);
    let (Mark::Html(index), len) = Mark::read(text)? else {
        return None;
    };
    if len != text.len() {
        return None;
    }
    match cx.stash.get(index)? {
        crate::markdown::stash::Stashed::Html(html) => Some(html.clone()),
        crate::markdown::stash::Stashed::Element(id) => Some(crate::markdown::serialize::fragment(&cx.tree, *id)),
    }
}
