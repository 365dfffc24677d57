//! `pymdownx.inlinehilite`: `` `#!python print()` ``.

use super::Setup;
use super::highlight::flag_or_name;
use crate::markdown::inline::{CodeSpan, Run, Step, Subject, code_span, rule};
use crate::markdown::mathml::Formula;
use crate::markdown::options::Options;
use crate::markdown::serialize::escape_code;
use crate::markdown::text::Pos;
use crate::markdown::tree::{NodeId, Text};
use crate::report::{Diagnostic, Severity};
use crate::yaml::Node;

/// The options.
#[derive(Clone, Debug, Default)]
pub(crate) struct InlineHilite {
    /// Code without a language is highlighted too.
    plain_text: bool,
    /// Its language.
    default: String,
    css_class: String,
    /// What is made of code of some languages.
    custom: Vec<Custom>,
}

/// What is made of code of one language.
#[derive(Clone, Debug)]
struct Custom {
    name: String,
    format: Format,
}

#[derive(Clone, Debug)]
enum Format {
    /// As any other code.
    Code,
    /// Maths between delimiters: the element and its class.
    GenericMath(String, String),
    /// Maths for MathJax 2: whether it has a preview.
    MathJax(bool),
}

/// Replaces the core's rule.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    let (plain_text, default) = flag_or_name(options.node("style_plain_text"));
    let mut settings = InlineHilite {
        plain_text,
        default,
        css_class: options.string("css_class", ""),
        custom: Vec::new(),
    };
    let custom = options.node("custom_inline").and_then(Node::as_seq).unwrap_or_default();
    for entry in custom {
        let text = |key| entry.get(key).and_then(Node::as_str);
        let (Some(name), Some(class)) = (text("name"), text("class")) else {
            continue;
        };
        if let Some(format) = read_format(entry.get("format"), class, options) {
            let name = name.to_owned();
            settings.custom.push(Custom { name, format });
        }
    }
    setup.settings.inlinehilite = settings;
    setup.registry.inline.register("backtick", 190.0, rule("`", code));
}

fn read_format(node: Option<&Node>, class: &str, options: &mut Options<'_, '_>) -> Option<Format> {
    let Some(node) = node else {
        return Some(Format::Code);
    };
    let name = crate::markdown::options::python_name(node).unwrap_or_default();
    if name != "pymdownx.arithmatex.arithmatex_inline_format" {
        let message = format!("`format` of `pymdownx.inlinehilite` names `{name}`, which is not known");
        options.problem(Diagnostic::new("extension-option-python", Severity::Error, message));
        return None;
    }
    let arguments = match &node.kind {
        crate::yaml::Kind::Tagged(_, arguments) => arguments.get("kwds"),
        _ => None,
    };
    let text = |key| arguments.and_then(|node| node.get(key)).and_then(Node::as_str);
    if text("mode") == Some("mathjax") {
        let preview = arguments.and_then(|node| node.get("preview")).and_then(Node::as_bool);
        return Some(Format::MathJax(preview.unwrap_or(false)));
    }
    let tag = text("tag").unwrap_or("span").to_owned();
    Some(Format::GenericMath(tag, class.to_owned()))
}

fn code(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let span = match code_span(subject, from) {
        Ok(span) => span,
        Err(step) => return step,
    };
    let CodeSpan { start, end, code } = span;
    let (lang, code) = language(&subject.text[code]);
    let element = element(run, subject.pos(start), lang, code.trim());
    Step::Element(start, end, element)
}

/// `#!lang code` or `:::lang code`.
fn language(code: &str) -> (&str, &str) {
    let colons = code.len() - code.trim_start_matches(':').len();
    let start = if code.starts_with("#!") {
        2
    } else if colons >= 3 {
        colons
    } else {
        return ("", code);
    };
    let rest = &code[start..];
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '#' | '.' | '+' | '-');
    let len = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
    if rest[len..].starts_with(char::is_whitespace) {
        (&rest[..len], &rest[len..])
    } else {
        ("", code)
    }
}

fn element(run: &mut Run<'_, '_>, pos: Pos, lang: &str, code: &str) -> NodeId {
    let dialect = run.cx.dialect;
    let settings = &dialect.settings.inlinehilite;
    let named = settings
        .custom
        .iter()
        .rev()
        .find(|custom| custom.name == lang && lang != "*");
    let any = || settings.custom.iter().rev().find(|custom| custom.name == "*");
    let math = match named.or_else(any).map(|custom| &custom.format) {
        Some(Format::GenericMath(tag, class)) => {
            let wrap = ["\\(".to_owned(), "\\)".to_owned()];
            let element = super::arithmatex::generic(run.cx, (tag, pos), &wrap, code);
            run.cx.tree.set(element, "class", class.as_str());
            Some(element)
        }
        Some(Format::MathJax(preview)) => Some(super::arithmatex::mathjax(run.cx, ("span", pos), *preview, code)),
        Some(Format::Code) | None => None,
    };
    if let Some(element) = math {
        if dialect.mathml {
            let tex = code.to_owned();
            let formula = Formula { tex, display: false };
            run.cx.memory.formulas.add(element, formula, vec![(0, pos)]);
        }
        return element;
    }
    let element = run.cx.tree.create("code", pos);
    let html = if settings.plain_text || !lang.is_empty() {
        let highlight = &dialect.settings.highlight;
        let css_class = if settings.css_class.is_empty() {
            &highlight.css_class
        } else {
            &settings.css_class
        };
        let (html, class) = highlight.inline(code, lang, css_class, &settings.default);
        if !class.is_empty() {
            run.cx.tree.set(element, "class", class);
        }
        html
    } else {
        escape_code(code)
    };
    let mark = run.cx.stash.store(html).to_string();
    run.cx.tree[element].text = Text::plain(mark);
    element
}
