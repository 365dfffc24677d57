//! `pymdownx.smartsymbols`: `(tm)`, `-->`, `1/2`, `1st` and their like.

use super::Setup;
use crate::markdown::converter::Converter;
use crate::markdown::inline::{Run, Step, Subject, rule, run_with};
use crate::markdown::options::Options;
use crate::markdown::registry::InlineRule;
use crate::markdown::tree::ROOT;

const FRACTIONS: [(&str, &str); 15] = [
    ("1/4", "&frac14;"),
    ("1/2", "&frac12;"),
    ("3/4", "&frac34;"),
    ("1/3", "&#8531;"),
    ("2/3", "&#8532;"),
    ("1/5", "&#8533;"),
    ("2/5", "&#8534;"),
    ("3/5", "&#8535;"),
    ("4/5", "&#8536;"),
    ("1/6", "&#8537;"),
    ("5/6", "&#8538;"),
    ("1/8", "&#8539;"),
    ("3/8", "&#8540;"),
    ("5/8", "&#8541;"),
    ("7/8", "&#8542;"),
];

/// Adds the rules and the pass that applies them.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    let rules: [(&str, &str, &str, InlineRule); 9] = [
        ("trademark", "smart-trademark", "(", |r, s, f| {
            fixed(r, s, f, ("(tm)", "&trade;"))
        }),
        ("copyright", "smart-copyright", "(", |r, s, f| {
            fixed(r, s, f, ("(c)", "&copy;"))
        }),
        ("registered", "smart-registered", "(", |r, s, f| {
            fixed(r, s, f, ("(r)", "&reg;"))
        }),
        ("plusminus", "smart-plus-minus", "+", |r, s, f| {
            fixed(r, s, f, ("+/-", "&plusmn;"))
        }),
        ("arrows", "smart-arrows", "-", arrows),
        ("notequal", "smart-not-equal", "=", |r, s, f| {
            fixed(r, s, f, ("=/=", "&ne;"))
        }),
        ("fractions", "smart-fractions", "/", fractions),
        ("ordinal_numbers", "smart-ordinal-numbers", "0123456789", ordinals),
        ("care_of", "smart-care-of", "/", care_of),
    ];
    for (option, name, triggers, function) in rules {
        if options.bool(option, true) {
            setup.registry.symbols.register(name, 30.0, rule(triggers, function));
        }
    }
    setup.registry.tree.register("smart-symbols", 6.1, run);
}

fn run(cx: &mut Converter<'_>) {
    run_with(cx, ROOT, &cx.dialect.registry.symbols);
}

fn html(run: &mut Run<'_, '_>, start: usize, end: usize, html: &str) -> Step {
    let mark = run.cx.stash.store(html);
    Step::Text(start, end, mark.to_string())
}

fn fixed(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize, (text, symbol): (&str, &str)) -> Step {
    match memchr::memmem::find(&subject.text.as_bytes()[from..], text.as_bytes()) {
        Some(at) => html(run, from + at, from + at + text.len(), symbol),
        None => Step::Done,
    }
}

fn is_word(c: Option<char>) -> bool {
    c.is_some_and(|c| c.is_alphanumeric() || c == '_')
}

fn care_of(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let Some(at) = memchr::memmem::find(&subject.text.as_bytes()[from..], b"c/o").map(|at| from + at) else {
        return Step::Done;
    };
    if is_word(subject.before(at)) || is_word(subject.text[at + 3..].chars().next()) {
        return Step::Skip(at + 1);
    }
    html(run, at, at + 3, "&#8453;")
}

fn arrows(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let Some(dashes) = memchr::memmem::find(&subject.text.as_bytes()[from..], b"--").map(|at| from + at) else {
        return Step::Done;
    };
    let left = dashes > from && subject.text.as_bytes()[dashes - 1] == b'<';
    let rest = &subject.text[dashes + 2..];
    let right = rest.starts_with('>');
    if left && right {
        html(run, dashes - 1, dashes + 3, "&harr;")
    } else if left && !rest.starts_with('-') {
        html(run, dashes - 1, dashes + 2, "&larr;")
    } else if right && subject.before(dashes) != Some('-') {
        html(run, dashes, dashes + 3, "&rarr;")
    } else {
        Step::Skip(dashes + 1)
    }
}

fn fractions(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let Some(slash) = memchr::memchr(b'/', &subject.text.as_bytes()[from..]).map(|at| from + at) else {
        return Step::Done;
    };
    let start = slash.saturating_sub(1);
    let found = subject
        .text
        .get(start..slash + 2)
        .and_then(|text| FRACTIONS.iter().find(|(fraction, _)| *fraction == text));
    let digit = |c: Option<char>| c.is_some_and(char::is_numeric);
    match found {
        Some((_, symbol))
            if start >= from && !digit(subject.before(start)) && !digit(subject.text[slash + 2..].chars().next()) =>
        {
            html(run, start, slash + 2, symbol)
        }
        _ => Step::Skip(slash + 1),
    }
}

fn ordinals(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let bytes = subject.text.as_bytes();
    let Some(start) = bytes[from..].iter().position(u8::is_ascii_digit).map(|at| from + at) else {
        return Step::Done;
    };
    let len = bytes[start..].iter().take_while(|b| b.is_ascii_digit()).count();
    let end = start + len;
    let digits = &bytes[start..end];
    let suffix = bytes.get(end..end + 2).unwrap_or_default();
    let teen = len > 1 && digits[len - 2] == b'1';
    let fits = match (digits[len - 1], suffix) {
        (b'1', b"st") | (b'2', b"nd") | (b'3', b"rd") | (b'0' | b'4'..=b'9', b"th") => true,
        (b'1'..=b'3', b"th") => teen,
        _ => false,
    };
    if !fits
        || (len > 1 && digits[0] == b'0')
        || is_word(subject.before(start))
        || is_word(subject.text[end + 2..].chars().next())
    {
        return Step::Skip(end);
    }
    let symbol = format!(
        "{}<sup>{}</sup>",
        &subject.text[start..end],
        &subject.text[end..end + 2]
    );
    html(run, start, end + 2, &symbol)
}
