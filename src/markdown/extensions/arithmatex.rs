//! `pymdownx.arithmatex`: maths between dollars, `\(…\)`, `\[…\]` and TeX environments, kept from
//! Markdown and marked for a script.

use super::Setup;
use crate::markdown::converter::Converter;
use crate::markdown::inline::{Run, Step, Subject, rule};
use crate::markdown::mathml::{Formula, line_starts};
use crate::markdown::options::Options;
use crate::markdown::stash::Mark;
use crate::markdown::text::{Blocks, Pos, join};
use crate::markdown::tree::{NodeId, Text};

/// The options.
#[derive(Clone, Debug, Default)]
pub(crate) struct Arithmatex {
    inline_wrap: [String; 2],
    block_wrap: [String; 2],
    smart_dollar: bool,
    dollar: bool,
    round: bool,
    dollar_block: bool,
    square_block: bool,
    environment_block: bool,
    generic: bool,
    preview: bool,
    block_tag: String,
    inline_tag: String,
}

/// Adds the rules.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    let mut wrap = |name, open: &str, close: &str| match options.strings(name).as_deref() {
        Some([open, close, ..]) => [open.clone(), close.clone()],
        _ => [open.to_owned(), close.to_owned()],
    };
    let inline_wrap = wrap("tex_inline_wrap", "\\(", "\\)");
    let block_wrap = wrap("tex_block_wrap", "\\[", "\\]");
    let inline = options.strings("inline_syntax");
    let block = options.strings("block_syntax");
    let has = |list: &Option<Vec<String>>, name: &str| list.as_ref().is_none_or(|list| list.iter().any(|n| n == name));
    let settings = Arithmatex {
        inline_wrap,
        block_wrap,
        smart_dollar: options.bool("smart_dollar", true),
        dollar: has(&inline, "dollar"),
        round: has(&inline, "round"),
        dollar_block: has(&block, "dollar"),
        square_block: has(&block, "square"),
        environment_block: has(&block, "begin"),
        generic: options.bool("generic", false),
        preview: options.bool("preview", true),
        block_tag: options.string("block_tag", "div"),
        inline_tag: options.string("inline_tag", "span"),
    };
    setup.registry.escape("$");
    if settings.dollar || settings.round {
        setup
            .registry
            .inline
            .register("arithmatex-inline", 189.9, rule("$\\", inline_math));
    }
    if settings.dollar_block || settings.square_block || settings.environment_block {
        setup.registry.blocks.register("arithmatex-block", 79.9, block_math);
    }
    setup.settings.arithmatex = settings;
}

/// Text as this extension escapes it.
pub(crate) fn escape(text: &str) -> String {
    crate::markdown::serialize::escape_code(text).replace('"', "&quot;")
}

fn inline_math(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let bytes = subject.text.as_bytes();
    let settings = &run.cx.dialect.settings.arithmatex;
    let Some(found) = memchr::memchr2(b'$', b'\\', &bytes[from..]).map(|at| from + at) else {
        return Step::Done;
    };
    if bytes[found] == b'$' {
        if !settings.dollar || subject.before(found) == Some('\\') {
            return Step::Skip(found + 1);
        }
        return match dollar_end(subject.text, found + 1, settings.smart_dollar) {
            Some(end) => element(run, subject, (found, found + 1), (end, end + 1)),
            None => Step::Skip(found + 1),
        };
    }
    let slashes = bytes[found..].iter().take_while(|b| **b == b'\\').count();
    let end = found + slashes;
    if subject.before(found) == Some('\\') {
        return Step::Skip(end);
    }
    let escapes = |len: usize| Step::Text(found, found + len, Mark::Escaped('\\').to_string().repeat(len / 2));
    match bytes.get(end) {
        Some(b'$') if settings.dollar && slashes % 2 == 0 => escapes(slashes),
        Some(b'(') if settings.round && slashes % 2 == 1 && slashes > 1 => escapes(slashes - 1),
        Some(b'(') if settings.round && slashes == 1 => match round_end(subject, end + 1) {
            Some(close) => element(run, subject, (found, end + 1), (close, close + 2)),
            None => Step::Skip(end + 1),
        },
        _ => Step::Skip(end),
    }
}

/// Where the dollar is that closes maths starting at `start`.
fn dollar_end(text: &str, start: usize, smart: bool) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1 + text[at + 1..].chars().next()?.len_utf8(),
            b'$' => {
                let math = &text[start..at];
                let spaced = math.starts_with(char::is_whitespace) || math.ends_with(char::is_whitespace);
                return (!(math.is_empty() || smart && spaced)).then_some(at);
            }
            2 | 3 => return None,
            _ => at += 1,
        }
    }
    None
}

/// Where `\)` closes maths starting at `start`.
fn round_end(subject: &Subject<'_>, start: usize) -> Option<usize> {
    // What was open up to the end of the text once, is for every later opener.
    if start < subject.open_until() {
        return None;
    }
    let text = subject.text;
    let bytes = text.as_bytes();
    let mut at = start;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => match text[at + 1..].chars().next() {
                Some(')') => return (at > start).then_some(at),
                Some(c) => at += 1 + c.len_utf8(),
                None => break,
            },
            2 | 3 => break,
            _ => at += 1,
        }
    }
    subject.set_open_until(at);
    None
}

fn element(
    run: &mut Run<'_, '_>,
    subject: &Subject<'_>,
    (start, from): (usize, usize),
    (to, end): (usize, usize),
) -> Step {
    let math = &subject.text[from..to];
    let settings = &run.cx.dialect.settings.arithmatex;
    let (tag, pos) = (settings.inline_tag.as_str(), subject.pos(start));
    let lines = run.cx.dialect.mathml.then(|| {
        let starts = memchr::memchr_iter(b'\n', math.as_bytes()).map(|at| at + 1);
        let starts = std::iter::once(0).chain(starts);
        starts.map(|at| (at, subject.pos(from + at))).collect()
    });
    let id = if settings.generic {
        generic(run.cx, (tag, pos), &settings.inline_wrap, math)
    } else {
        mathjax(run.cx, (tag, pos), settings.preview, math)
    };
    if let Some(lines) = lines {
        let formula = Formula {
            tex: math.to_owned(),
            display: false,
        };
        run.cx.memory.formulas.add(id, formula, lines);
    }
    Step::Element(start, end, id)
}

/// The element for a script that looks for delimiters.
pub(crate) fn generic(cx: &mut Converter<'_>, (tag, pos): (&str, Pos), wrap: &[String; 2], math: &str) -> NodeId {
    let element = cx.tree.create(tag.to_owned(), pos);
    cx.tree.set(element, "class", "arithmatex");
    cx.tree[element].text = Text::atomic(format!("{}{math}{}", wrap[0], wrap[1]));
    element
}

/// The element for MathJax 2.
pub(crate) fn mathjax(cx: &mut Converter<'_>, (tag, pos): (&str, Pos), preview: bool, math: &str) -> NodeId {
    let element = cx.tree.create(tag.to_owned(), pos);
    cx.tree.set(element, "class", "arithmatex");
    if preview {
        let shown = cx.tree.append_new(element, "span", pos);
        cx.tree.set(shown, "class", "MathJax_Preview");
        cx.tree[shown].text = Text::atomic(escape(math));
    }
    let script = cx.tree.append_new(element, "script", pos);
    cx.tree.set(script, "type", "math/tex");
    cx.tree[script].text = Text::atomic(escape(math));
    element
}

/// A block that is maths as a whole.
fn block_math<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let Some(first) = blocks.front().and_then(|block| block.first()) else {
        return false;
    };
    if !first.text.starts_with(['$', '\\']) {
        return false;
    }
    let pos = first.pos;
    let settings = &cx.dialect.settings.arithmatex;
    let text = blocks.front().map(|block| join(block)).unwrap_or_default();
    let Some(math) = whole_block(&text, settings) else {
        return false;
    };
    let block = blocks.pop_front().unwrap_or_default();
    let element = cx.tree.append_new(parent, settings.block_tag.as_str(), pos);
    cx.tree.set(element, "class", "arithmatex");
    if cx.dialect.mathml {
        let lines = line_starts(block, if text.starts_with("\\begin{") { 0 } else { 2 });
        let formula = Formula {
            tex: math.to_owned(),
            display: true,
        };
        cx.memory.formulas.add(element, formula, lines);
    }
    if settings.generic {
        let [open, close] = &settings.block_wrap;
        cx.tree[element].text = Text::atomic(format!("{open}{}{close}", escape(math)));
        return true;
    }
    if settings.preview {
        let shown = cx.tree.append_new(element, "div", pos);
        cx.tree.set(shown, "class", "MathJax_Preview");
        cx.tree[shown].text = Text::atomic(math.to_owned());
    }
    let script = cx.tree.append_new(element, "script", pos);
    cx.tree.set(script, "type", "math/tex; mode=display");
    cx.tree[script].text = Text::atomic(escape(math));
    true
}

/// The maths a block consists of.
fn whole_block<'t>(text: &'t str, settings: &Arithmatex) -> Option<&'t str> {
    let text = text.strip_suffix('\n').unwrap_or(text).trim_end_matches(' ');
    if settings.dollar_block
        && let Some(math) = text.strip_prefix("$$").and_then(|rest| rest.strip_suffix("$$"))
        && is_tiled(math, None)
    {
        return Some(math);
    }
    if settings.square_block
        && let Some(math) = text.strip_prefix("\\[").and_then(|rest| rest.strip_suffix("\\]"))
        && is_tiled(math, Some(']'))
    {
        return Some(math);
    }
    if !settings.environment_block {
        return None;
    }
    let rest = text.strip_prefix("\\begin{")?;
    let name = &rest[..rest.find('}')?];
    let letters = name.strip_suffix('*').unwrap_or(name);
    let named = !letters.is_empty() && letters.bytes().all(|b| b.is_ascii_lowercase());
    let math = rest[name.len() + 1..].strip_suffix(&format!("\\end{{{name}}}"))?;
    (named && is_tiled(math, None)).then_some(text)
}

/// Whether a text is not empty and has no backslash at its end that would escape what follows, nor
/// one before `refused`.
fn is_tiled(text: &str, refused: Option<char>) -> bool {
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c == '\\' {
            match chars.next() {
                None => return false,
                next if next == refused => return false,
                Some(_) => {}
            }
        }
    }
    !text.is_empty()
}
