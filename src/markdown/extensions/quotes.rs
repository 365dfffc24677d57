//! `pymdownx.quotes`: quotes that a blank line parts, and callouts (`> [!NOTE]`).

use super::Setup;
use crate::markdown::blocks::{MAX_DEPTH, clean_quote, parse_block, parse_in_state, quote_start};
use crate::markdown::converter::{Converter, State};
use crate::markdown::options::Options;
use crate::markdown::slug::is_word;
use crate::markdown::text::{Blocks, Line, Lines, split_blocks};
use crate::markdown::tree::{NodeId, ROOT};

/// Switches the extension on.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    if options.bool("callouts", false) {
        setup.registry.blocks.register("quote", 20.0, with_callouts);
        setup.registry.tree.register("quotes", 19.99, convert);
    } else {
        setup.registry.blocks.register("quote", 20.0, plain);
    }
}

/// The first line of a callout.
#[derive(Debug, PartialEq, Eq)]
struct Callout<'t> {
    /// The kind and further classes.
    classes: Vec<&'t str>,
    /// `+` or `-`, for a box that can be closed.
    sign: Option<char>,
    title: &'t str,
}

fn plain<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    rule(cx, parent, blocks, false)
}

fn with_callouts<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    rule(cx, parent, blocks, true)
}

fn rule<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>, callouts: bool) -> bool {
    let Some(at) = quote_start(cx, blocks) else {
        return false;
    };
    if cx.depth + 2 >= MAX_DEPTH {
        return false;
    }
    let Some(block) = blocks.pop_front() else { return false };
    if at > 0 {
        parse_block(cx, parent, &block[..at]);
    }
    let mut lines: Lines<'a> = block[at..].to_vec();
    let quote = cx.tree.append_new(parent, "blockquote", block[at].pos);
    let first = lines
        .iter()
        .position(|line| !line.text.is_empty() && line.text.trim() != ">");
    if let Some(first) = first.filter(|_| callouts)
        && let Some(callout) = callout(lines[first].text)
    {
        let mut classes: Vec<String> = callout.classes.iter().map(|class| (*class).to_owned()).collect();
        let title = if callout.title.is_empty() {
            cx.keep(&capitalize_words(&classes[0]))
        } else {
            callout.title
        };
        classes[0] = classes[0].to_lowercase();
        cx.tree.set(quote, "data-alert", classes.join(" "));
        let collapse = match callout.sign {
            Some('+') => "open",
            Some(_) => "closed",
            None => "",
        };
        cx.tree.set(quote, "data-alert-collapse", collapse);
        let pos = lines[first].pos;
        lines[first] = Line::new(title, pos);
        lines.insert(first + 1, Line::new("", pos));
    }
    let lines: Lines<'a> = lines.into_iter().map(clean_quote).collect();
    let lines = cx.block(&lines);
    parse_in_state(cx, State::Quote, quote, &mut split_blocks(lines));
    true
}

/// `> [!kind|class]+ title`.
fn callout(line: &str) -> Option<Callout<'_>> {
    let text = line.trim_start_matches(' ');
    let text = text.strip_prefix('>').filter(|_| line.len() - text.len() <= 3)?;
    let text = text.trim_start_matches(' ').strip_prefix("[!")?;
    let (inside, after) = text.split_once(']')?;
    let classes: Vec<&str> = inside.split('|').map(|class| class.trim_matches(' ')).collect();
    let is_class = |class: &&str| !class.is_empty() && class.chars().all(|c| is_word(c) || c == '-');
    if inside.starts_with(' ') || inside.ends_with(' ') || !classes.iter().all(is_class) {
        return None;
    }
    let sign = after.chars().next().filter(|c| matches!(c, '+' | '-'));
    let title = if sign.is_some() { &after[1..] } else { after };
    Some(Callout {
        classes,
        sign,
        title: title.trim(),
    })
}

/// Each run of letters with a capital first.
fn capitalize_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        if inside {
            out.extend(c.to_lowercase());
        } else {
            out.extend(c.to_uppercase());
        }
        inside = c.is_alphabetic();
    }
    out
}

/// The tree pass that makes boxes of callouts.
fn convert(cx: &mut Converter<'_>) {
    for quote in cx.tree.descendants(ROOT) {
        if !cx.tree.is(quote, "blockquote") || cx.tree.get(quote, "data-alert").is_none_or(str::is_empty) {
            continue;
        }
        let collapse = cx.tree.remove_attribute(quote, "data-alert-collapse").flatten();
        let alert = cx
            .tree
            .remove_attribute(quote, "data-alert")
            .flatten()
            .unwrap_or_default();
        let first = cx.tree[quote].children.first().copied();
        let is_heading = first.is_some_and(|first| is_heading(cx.tree.tag(first)));
        let is_paragraph = first.is_some_and(|first| cx.tree.is(first, "p"));
        let mut classes = cx.tree.get(quote, "class").unwrap_or("").to_owned();
        match collapse.as_deref().filter(|collapse| !collapse.is_empty()) {
            Some(collapse) => {
                cx.tree[quote].tag = "details".into();
                if collapse == "open" {
                    cx.tree.set(quote, "open", "open");
                }
                if let Some(first) = first.filter(|_| is_paragraph) {
                    cx.tree[first].tag = "summary".into();
                } else if let Some(first) = first.filter(|_| is_heading) {
                    let pos = cx.tree[first].pos;
                    let summary = cx.tree.create("summary", pos);
                    cx.tree[summary].children.push(first);
                    cx.tree[quote].children[0] = summary;
                }
            }
            None => {
                cx.tree[quote].tag = "div".into();
                classes.push_str(" admonition");
                if let Some(first) = first.filter(|_| is_paragraph || is_heading) {
                    let mut title = cx.tree.get(first, "class").unwrap_or("").to_owned();
                    title.push_str(" admonition-title");
                    cx.tree.set(first, "class", single_blanks(&title));
                }
            }
        }
        cx.tree
            .set(quote, "class", single_blanks(&format!("{classes} {alert}")));
    }
}

fn single_blanks(classes: &str) -> String {
    classes.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn is_heading(tag: &str) -> bool {
    matches!(tag.as_bytes(), [b'h' | b'H', b'0'..=b'9'])
}

#[cfg(test)]
mod tests {
    use super::{Callout, callout, capitalize_words};

    #[test]
    fn callouts() {
        let found = callout(" > [!note | inline|end]- A *title* ");
        let expected = Callout {
            classes: vec!["note", "inline", "end"],
            sign: Some('-'),
            title: "A *title*",
        };
        assert_eq!(found, Some(expected));
        for no in [
            "> [note]",
            "[!note]",
            "> [! note]",
            "> [!]",
            "    > [!note]",
            "> [!a b]",
        ] {
            assert_eq!(callout(no), None, "{no}");
        }
        assert_eq!(capitalize_words("my-NOTE_x"), "My-Note_X");
    }
}
