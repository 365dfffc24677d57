//! `smarty`: typographic quotes, dashes and ellipses.
//!
//! Runs after the inline parser with rules of its own. Each rule turns one shape of quotes into
//! HTML; what an earlier rule took, a later one does not see.

use super::Setup;
use crate::markdown::converter::Converter;
use crate::markdown::inline::{Run, Step, Subject, html_strict, rule, run_with};
use crate::markdown::options::Options;
use crate::markdown::registry::InlineRule;
use crate::markdown::stash::{ETX, STX};
use crate::markdown::tree::ROOT;

/// What can be substituted.
#[derive(Clone, Copy, Debug)]
enum Sign {
    EmDash,
    EnDash,
    Ellipsis,
    LeftAngle,
    RightAngle,
    LeftSingle,
    RightSingle,
    LeftDouble,
    RightDouble,
}

const SIGNS: [(&str, &str); 9] = [
    ("mdash", "&mdash;"),
    ("ndash", "&ndash;"),
    ("ellipsis", "&hellip;"),
    ("left-angle-quote", "&laquo;"),
    ("right-angle-quote", "&raquo;"),
    ("left-single-quote", "&lsquo;"),
    ("right-single-quote", "&rsquo;"),
    ("left-double-quote", "&ldquo;"),
    ("right-double-quote", "&rdquo;"),
];

/// What is written for each sign.
#[derive(Clone, Debug, Default)]
pub(crate) struct Smarty {
    signs: Vec<String>,
}

/// Adds the rules and the pass that applies them.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    let substitutions = options.node("substitutions");
    let written = |(name, default): (&str, &str)| {
        let own = substitutions
            .and_then(|map| map.get(name))
            .and_then(|node| node.as_str());
        own.unwrap_or(default).to_owned()
    };
    setup.settings.smarty.signs = SIGNS.iter().copied().map(written).collect();
    if options.bool("smart_ellipses", true) {
        let ellipsis: InlineRule = |r, s, f| exactly(r, s, f, ("...", Sign::Ellipsis));
        setup
            .registry
            .quotes
            .register("smarty-ellipses", 10.0, rule(".", ellipsis));
    }
    if options.bool("smart_quotes", true) {
        register_quotes(setup);
    }
    if options.bool("smart_angled_quotes", false) {
        let left: InlineRule = |r, s, f| plain(r, s, f, ("<<", Sign::LeftAngle));
        let right: InlineRule = |r, s, f| plain(r, s, f, (">>", Sign::RightAngle));
        let quotes = &mut setup.registry.quotes;
        quotes.register("smarty-left-angle-quotes", 40.0, rule("<", left));
        quotes.register("smarty-right-angle-quotes", 35.0, rule(">", right));
        setup.registry.inline.register("html", 90.0, rule("<", html_strict));
    }
    if options.bool("smart_dashes", true) {
        let em: InlineRule = |r, s, f| exactly(r, s, f, ("---", Sign::EmDash));
        let en: InlineRule = |r, s, f| exactly(r, s, f, ("--", Sign::EnDash));
        let quotes = &mut setup.registry.quotes;
        quotes.register("smarty-em-dashes", 50.0, rule("-", em));
        quotes.register("smarty-en-dashes", 45.0, rule("-", en));
    }
    setup.registry.tree.register("smarty", 6.0, run);
    setup.registry.escape("\"'");
}

fn run(cx: &mut Converter<'_>) {
    run_with(cx, ROOT, &cx.dialect.registry.quotes);
}

/// What a shape of quotes is replaced by; `None` stands for the text the shape keeps.
type Replacement = &'static [Option<&'static [Sign]>];

/// The rules for quotes in order.
fn register_quotes(setup: &mut Setup<'_>) {
    use Sign::{LeftDouble, LeftSingle, RightDouble, RightSingle};
    let rules: [(&'static str, InlineRule); 15] = [
        ("'", |r, s, f| {
            quote(r, s, f, (b'\'', at_start, &[Some(&[RightSingle])]))
        }),
        ("\"", |r, s, f| {
            quote(r, s, f, (b'"', at_start, &[Some(&[RightDouble])]))
        }),
        ("\"", |r, s, f| {
            quote(r, s, f, (b'"', opening_set, &[Some(&[LeftDouble, LeftSingle])]))
        }),
        ("'", |r, s, f| {
            quote(r, s, f, (b'\'', opening_set, &[Some(&[LeftSingle, LeftDouble])]))
        }),
        ("'", |r, s, f| {
            quote(r, s, f, (b'\'', closing_set, &[Some(&[RightSingle, RightDouble])]))
        }),
        ("\"", |r, s, f| {
            quote(r, s, f, (b'"', closing_set, &[Some(&[RightDouble, RightSingle])]))
        }),
        ("'", |r, s, f| quote(r, s, f, (b'\'', decade, &[Some(&[RightSingle])]))),
        ("'", |r, s, f| {
            quote(r, s, f, (b'\'', opening, &[None, Some(&[LeftSingle])]))
        }),
        ("'", |r, s, f| {
            quote(r, s, f, (b'\'', closing_single, &[Some(&[RightSingle])]))
        }),
        ("'", |r, s, f| {
            quote(r, s, f, (b'\'', possessive, &[Some(&[RightSingle]), None]))
        }),
        ("'", |r, s, f| quote(r, s, f, (b'\'', any, &[Some(&[LeftSingle])]))),
        ("\"", |r, s, f| {
            quote(r, s, f, (b'"', opening, &[None, Some(&[LeftDouble])]))
        }),
        ("\"", |r, s, f| {
            quote(r, s, f, (b'"', before_space, &[Some(&[RightDouble])]))
        }),
        ("\"", |r, s, f| quote(r, s, f, (b'"', closing, &[Some(&[RightDouble])]))),
        ("\"", |r, s, f| quote(r, s, f, (b'"', any, &[Some(&[LeftDouble])]))),
    ];
    let mut priority = 30.0;
    for (index, (triggers, function)) in rules.into_iter().enumerate() {
        let name = format!("smarty-quotes-{index}");
        setup.registry.quotes.register(name, priority, rule(triggers, function));
        priority -= 1.0;
    }
}

/// A quote in its surroundings.
struct Quote<'t> {
    before: Option<char>,
    /// The text from where a replacement may start to the quote.
    left: &'t str,
    /// The text after the quote.
    right: &'t str,
    mark: u8,
    first: bool,
}

/// How many bytes before and after the quote belong to it.
type Shape = fn(&Quote<'_>) -> Option<(usize, usize)>;

fn quote(
    run: &mut Run<'_, '_>,
    subject: &Subject<'_>,
    from: usize,
    (mark, shape, replacement): (u8, Shape, Replacement),
) -> Step {
    let mut at = from;
    while let Some(found) = memchr::memchr(mark, &subject.text.as_bytes()[at..]).map(|found| at + found) {
        let quote = Quote {
            before: subject.before(found),
            left: &subject.text[from..found],
            right: &subject.text[found + 1..],
            mark,
            first: found == 0,
        };
        if let Some((left, right)) = shape(&quote) {
            let (start, end) = (found - left, found + 1 + right);
            let kept = if left > 0 {
                &subject.text[start..found]
            } else {
                &subject.text[found + 1..end]
            };
            let text = replacement.iter().map(|part| match part {
                Some(signs) => store(run, signs),
                None => kept.to_owned(),
            });
            return Step::Text(start, end, text.collect());
        }
        at = found + 1;
    }
    Step::Done
}

fn store(run: &mut Run<'_, '_>, signs: &[Sign]) -> String {
    let written = &run.cx.dialect.settings.smarty.signs;
    let html: String = signs.iter().map(|sign| written[*sign as usize].as_str()).collect();
    run.cx.stash.store(html).to_string()
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Something a closing quote can follow.
fn closes(c: Option<char>) -> bool {
    c.is_some_and(|c| !matches!(c, ' ' | '\t' | '\r' | '\n' | '[' | '{' | '(' | '-' | STX | ETX))
}

fn next_is_word(text: &str) -> bool {
    text.chars().next().is_some_and(is_word)
}

/// The first character of a text, before punctuation that no word follows.
fn at_start(quote: &Quote<'_>) -> Option<(usize, usize)> {
    let mut chars = quote.right.chars();
    let sign = chars.next().filter(|c| c.is_ascii_punctuation() && *c != '&')?;
    (quote.first && is_word(sign) == chars.next().is_some_and(is_word)).then_some((0, 0))
}

fn other(mark: u8) -> char {
    if mark == b'"' { '\'' } else { '"' }
}

fn opening_set(quote: &Quote<'_>) -> Option<(usize, usize)> {
    let rest = quote.right.strip_prefix(other(quote.mark))?;
    next_is_word(rest).then_some((0, 1))
}

fn closing_set(quote: &Quote<'_>) -> Option<(usize, usize)> {
    (closes(quote.before) && quote.right.starts_with(other(quote.mark))).then_some((0, 1))
}

fn decade(quote: &Quote<'_>) -> Option<(usize, usize)> {
    let mut chars = quote.right.chars();
    let digits = chars.next()?.is_numeric() && chars.next()?.is_numeric();
    (digits && chars.next() == Some('s') && !quote.before.is_some_and(is_word)).then_some((0, 0))
}

/// After a space or dash and before a word.
fn opening(quote: &Quote<'_>) -> Option<(usize, usize)> {
    if !next_is_word(quote.right) {
        return None;
    }
    if let Some(space) = quote.left.chars().next_back().filter(|c| c.is_whitespace()) {
        return Some((space.len_utf8(), 0));
    }
    ["&nbsp;", "--", "–", "—", "&mdash;", "&ndash;", "&#8211;", "&#8212;"]
        .iter()
        .find(|dash| quote.left.ends_with(**dash))
        .map(|dash| (dash.len(), 0))
}

/// An `s` that ends a word.
fn single_s(text: &str) -> bool {
    text.strip_prefix('s').is_some_and(|rest| !next_is_word(rest))
}

fn closing_single(quote: &Quote<'_>) -> Option<(usize, usize)> {
    let next = quote.right.chars().next();
    let refused = next.is_some_and(|c| c.is_whitespace() || c.is_numeric()) || single_s(quote.right);
    (closes(quote.before) && !refused).then_some((0, 0))
}

fn possessive(quote: &Quote<'_>) -> Option<(usize, usize)> {
    if single_s(quote.right) {
        return Some((0, 1));
    }
    let space = quote.right.chars().next().filter(|c| c.is_whitespace())?;
    Some((0, space.len_utf8()))
}

fn before_space(quote: &Quote<'_>) -> Option<(usize, usize)> {
    quote.right.starts_with(char::is_whitespace).then_some((0, 0))
}

fn closing(quote: &Quote<'_>) -> Option<(usize, usize)> {
    closes(quote.before).then_some((0, 0))
}

fn any(_quote: &Quote<'_>) -> Option<(usize, usize)> {
    Some((0, 0))
}

/// A run of exactly as many characters.
fn exactly(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize, (text, sign): (&str, Sign)) -> Step {
    let bytes = subject.text.as_bytes();
    let byte = text.as_bytes()[0];
    let Some(found) = memchr::memchr(byte, &bytes[from..]).map(|at| from + at) else {
        return Step::Done;
    };
    let len = bytes[found..].iter().take_while(|b| **b == byte).count();
    if len != text.len() || subject.before(found) == Some(char::from(byte)) {
        return Step::Skip(found + len);
    }
    let text = store(run, &[sign]);
    Step::Text(found, found + len, text)
}

fn plain(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize, (text, sign): (&str, Sign)) -> Step {
    match memchr::memmem::find(&subject.text.as_bytes()[from..], text.as_bytes()) {
        Some(at) => {
            let sign = store(run, &[sign]);
            Step::Text(from + at, from + at + text.len(), sign)
        }
        None => Step::Done,
    }
}
