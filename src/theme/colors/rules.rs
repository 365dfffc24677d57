//! The custom properties that a style sheet sets, by selector: as much of CSS as that takes.
//!
//! Does not know what selectors mean.

use std::ops::Range;

/// A rule with the custom properties it sets.
#[derive(Debug)]
pub(super) struct Rule<'a> {
    /// What stands before the brace.
    pub selectors: &'a str,
    /// Names, values and where each declaration stands in the style sheet.
    pub variables: Vec<(&'a str, &'a str, Range<usize>)>,
}

/// The rules of `css` that hold on a screen, in order; `css` is without comments.
pub(super) fn rules(css: &str) -> Vec<Rule<'_>> {
    let mut found = Vec::new();
    // Ends of the blocks of `@media` and such that hold; their inside is read like the rest.
    let mut at = 0;
    while let Some(open) = next(css, at, &['{', ';', '}']) {
        let head = css.get(at..open).unwrap_or_default().trim();
        at = open + 1;
        if !css[open..].starts_with('{') {
            continue;
        }
        if head.starts_with('@') {
            if !holds(head) {
                at = end_of_block(css, at);
            }
            continue;
        }
        let end = end_of_block(css, at);
        found.push(Rule {
            selectors: head,
            variables: variables(css, at, css[..end].strip_suffix('}').map_or(end, str::len).max(at)),
        });
        at = end;
    }
    found
}

/// Whether the block of an at-rule counts for everyone who reads on a screen.
fn holds(head: &str) -> bool {
    let kinds = ["@media", "@supports", "@layer", "@container"];
    let special = ["print", "prefers-", "forced-colors", "max-width", "max-height"];
    kinds.iter().any(|kind| head.starts_with(kind)) && !special.iter().any(|word| head.contains(word))
}

/// The custom properties between two offsets, without those of nested blocks.
fn variables(css: &str, start: usize, end: usize) -> Vec<(&str, &str, Range<usize>)> {
    let mut found = Vec::new();
    let mut at = start;
    while at < end {
        let stop = next(css, at, &[';', '{', '}']).map_or(end, |stop| stop.min(end));
        let text = css.get(at..stop).unwrap_or_default();
        let begin = at + (text.len() - text.trim_start().len());
        let declaration = text.trim();
        at = stop + 1;
        if css.get(stop..).is_some_and(|rest| rest.starts_with('{')) && stop < end {
            at = end_of_block(css, at);
            continue;
        }
        if let Some((name, value)) = declaration.split_once(':')
            && name.starts_with("--")
        {
            let value = value.trim().trim_end_matches("!important").trim();
            found.push((name.trim_end(), value, begin..begin + declaration.len()));
        }
    }
    found
}

/// The offset behind the brace that closes the block which is open at `at`.
fn end_of_block(css: &str, mut at: usize) -> usize {
    let mut depth = 1_usize;
    while let Some(brace) = next(css, at, &['{', '}']) {
        at = brace + 1;
        depth = if css[brace..].starts_with('{') {
            depth + 1
        } else {
            depth - 1
        };
        if depth == 0 {
            return at;
        }
    }
    css.len()
}

/// The next of `signs` outside strings and parentheses (`url(data:…;…)`).
fn next(css: &str, from: usize, signs: &[char]) -> Option<usize> {
    let mut quote = None;
    let mut parens = 0_usize;
    let mut escaped = false;
    for (offset, c) in css.get(from..)?.char_indices() {
        if escaped {
            escaped = false;
            continue;
        }
        match (quote, c) {
            (_, '\\') => escaped = true,
            (Some(open), c) if c == open || c == '\n' => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '(') => parens += 1,
            (None, ')') => parens = parens.saturating_sub(1),
            (None, c) if parens == 0 && signs.contains(&c) => return Some(from + offset),
            _ => {}
        }
    }
    None
}

/// `css` with comments as spaces, so that offsets stay.
pub(super) fn without_comments(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some((before, after)) = rest.split_once("/*") {
        out.push_str(before);
        let (comment, after) = after.split_once("*/").unwrap_or((after, ""));
        let gap = css.len() - out.len() - after.len();
        debug_assert!(gap >= comment.len(), "the comment and its marks");
        out.extend(std::iter::repeat_n(' ', gap));
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_what_rules_set_and_where() {
        let css = "@import url(x;y.css);\n/* a } b */ :root, [x=\"{\"] { --a: 1; color: red; & b { --n: 2 } --b:url(a;b) }\n\
                   @media print { :root { --a: 3 } }\n@media screen { body { --c: 4!important } }\n@font-face { --d: 5 }\nx{--e:6";
        let bare = without_comments(css);
        assert_eq!(bare.len(), css.len());
        let found = rules(&bare);
        let all: Vec<_> = found
            .iter()
            .flat_map(|rule| {
                rule.variables
                    .iter()
                    .map(|(name, value, _)| (rule.selectors, *name, *value))
            })
            .collect();
        assert_eq!(
            all,
            [
                (":root, [x=\"{\"]", "--a", "1"),
                (":root, [x=\"{\"]", "--b", "url(a;b)"),
                ("body", "--c", "4"),
                ("x", "--e", "6"),
            ]
        );
        let (_, _, range) = &found[0].variables[1];
        assert_eq!(&css[range.clone()], "--b:url(a;b)");
    }

    #[test]
    fn nothing_in_a_style_sheet_breaks_it() {
        for css in [
            "",
            "{",
            "}",
            "a{",
            "/*",
            "a{--b",
            "a{--b:}",
            "\\",
            "'",
            "@media{",
            "ñ{--ñ:ñ}",
            "a{b{c{",
            "(((",
        ] {
            let bare = without_comments(css);
            assert_eq!(bare.len(), css.len());
            let _ = rules(&bare);
        }
    }
}
