//! Extensions that delimit: `betterem`, `caret`, `tilde`, `mark` of PyMdown, and `legacy_em`.

use super::Setup;
use crate::markdown::inline::delimiters::{Delimiter, Flavor, better};
use crate::markdown::inline::rule;
use crate::markdown::options::Options;

fn add(setup: &mut Setup<'_>, delimiter: Delimiter) {
    setup.settings.delimiters.add(Flavor::Better, delimiter);
    if !setup.registry.inline.has("delimiter") {
        setup.registry.inline.register("delimiter", 60.0, rule("*_^~=", better));
    }
}

/// Emphasis by CommonMark's rules.
pub(super) fn betterem(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    let smart = options.string("smart_enable", "underscore");
    let punctuation = options.bool("punctuation", true);
    for name in [
        "not_strong",
        "strong_em",
        "em_strong",
        "em_strong2",
        "strong",
        "emphasis",
        "strong2",
        "emphasis2",
    ] {
        setup.registry.inline.remove(name);
    }
    let star = matches!(smart.as_str(), "all" | "asterisk");
    let underscore = matches!(smart.as_str(), "all" | "underscore");
    add(setup, Delimiter::emphasis(b'*', star, punctuation));
    add(setup, Delimiter::emphasis(b'_', underscore, punctuation));
}

/// `^^inserted^^` and `x^2^`.
pub(super) fn caret(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    script(
        setup,
        options,
        b'^',
        ["smart_insert", "insert", "superscript"],
        ["ins", "sup"],
    );
}

/// `~~deleted~~` and `H~2~O`.
pub(super) fn tilde(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    script(
        setup,
        options,
        b'~',
        ["smart_delete", "delete", "subscript"],
        ["del", "sub"],
    );
}

fn script(
    setup: &mut Setup<'_>,
    options: &mut Options<'_, '_>,
    token: u8,
    names: [&'static str; 3],
    tags: [&'static str; 2],
) {
    let smart = options.bool(names[0], false);
    let pair = options.bool(names[1], true);
    let single = options.bool(names[2], true);
    let no_space = options.bool("no_space", true);
    let punctuation = options.bool("punctuation", false);
    if !pair && !single {
        return;
    }
    setup.registry.escape(if token == b'^' { "^" } else { "~" });
    if single && no_space {
        setup.registry.escape(" ");
    }
    add(
        setup,
        Delimiter {
            token,
            pair: pair.then_some(tags[0]),
            single: single.then_some(tags[1]),
            smart,
            punctuation: punctuation || !single,
            no_space,
        },
    );
}

/// `==marked==`.
pub(super) fn mark(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    let smart = options.bool("smart_mark", false);
    setup.registry.escape("=");
    add(
        setup,
        Delimiter {
            token: b'=',
            pair: Some("mark"),
            single: None,
            smart,
            punctuation: true,
            no_space: false,
        },
    );
}

/// Underscores inside words delimit as well.
pub(super) fn legacy_em(setup: &mut Setup<'_>, _options: &mut Options<'_, '_>) {
    let underscore = Delimiter::emphasis(b'_', false, false);
    setup.settings.delimiters.add(Flavor::Core, underscore);
}
