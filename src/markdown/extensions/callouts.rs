//! `callouts` and `github-callouts` of the package markdown-callouts: boxes written as `NOTE: text`,
//! in quotes or not, and as `> [!NOTE]`.

use super::Setup;
use crate::markdown::blocks::{MAX_DEPTH, clean_quote, parse_block, parse_in_state};
use crate::markdown::converter::{Converter, State};
use crate::markdown::options::Options;
use crate::markdown::scan::Scan;
use crate::markdown::text::{Block, Blocks, Line, Lines, split_blocks};
use crate::markdown::tree::{NodeId, ROOT, Text};

/// Switches `callouts` on.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    setup.settings.callouts_strip_period = options.bool("strip_period", true);
    setup.registry.blocks.register("callouts", 21.0, rule);
    setup.registry.tree.register("callouts", 19.0, titles);
}

/// Switches `github-callouts` on.
pub(super) fn enable_github(setup: &mut Setup<'_>, _options: &mut Options<'_, '_>) {
    setup.registry.blocks.register("github-callouts", 21.1, github_rule);
}

/// The head of a callout.
#[derive(Debug, PartialEq, Eq)]
struct Head<'a> {
    kind: &'a str,
    quoted: bool,
    /// `!` or `?`, for a box that can be closed.
    sign: Option<u8>,
    /// What follows on the line; nothing if the text starts on the next one.
    text: Option<Line<'a>>,
}

/// `> NOTE: text`, or at the start of a block without the mark.
fn head(line: Line<'_>, first: bool) -> Option<Head<'_>> {
    let indent = line.indent();
    let mark = line.text[indent..].strip_prefix('>').filter(|_| indent <= 3);
    let (mut at, mut sign) = (0, None);
    if let Some(rest) = mark {
        at = indent + 1;
        sign = rest.bytes().next().filter(|b| matches!(b, b'!' | b'?'));
        at += usize::from(sign.is_some());
        at += usize::from(line.text[at..].starts_with(' '));
    } else if !first {
        return None;
    }
    let rest = line.from(at);
    let len = rest.text.bytes().take_while(u8::is_ascii_uppercase).count();
    let after = rest.text[len..].strip_prefix(':').filter(|_| len >= 2)?;
    let text = match after.bytes().next() {
        None => None,
        Some(b' ') => Some(rest.from(len + 2)),
        Some(_) => return None,
    };
    Some(Head {
        kind: &rest.text[..len],
        quoted: mark.is_some(),
        sign,
        text,
    })
}

fn rule<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let Some(block) = blocks.front().copied() else {
        return false;
    };
    let is_head =
        |lines: Block<'a>, first| head(lines[0], first).is_some_and(|head| head.text.is_some() || lines.len() > 1);
    let at = if !block.is_empty() && is_head(block, true) {
        Some(0)
    } else {
        cx.find_line(Scan::Callout, block, |lines| is_head(lines, false))
    };
    let Some((at, head)) = at.and_then(|at| Some((at, head(block[at], at == 0)?))) else {
        return false;
    };
    if (!head.quoted && cx.is_state(State::Quote)) || cx.depth + 2 >= MAX_DEPTH {
        return false;
    }
    blocks.pop_front();
    parse_before(cx, parent, &block[..at]);
    let pos = block[at].pos;
    let mut lines: Lines<'a> = head.text.into_iter().chain(block[at + 1..].iter().copied()).collect();
    if head.quoted {
        lines = lines.into_iter().map(clean_quote).collect();
    }
    let details = cx.tree.append_new(parent, "details", pos);
    let kind = head.kind.to_lowercase();
    match head.sign {
        None => cx.tree.set(details, "class", format!("admonition {kind}")),
        Some(sign) => {
            cx.tree.set(details, "class", kind.clone());
            if sign == b'!' {
                cx.tree.set(details, "open", "open");
            }
        }
    }
    let title = cx.tree.append_new(details, "summary", pos);
    cx.tree.set(title, "class", "admonition-title");
    cx.tree[title].text = Text::Source(vec![Line::new(cx.keep(&capitalize(&kind)), pos)]);
    let lines = cx.block(&lines);
    parse_in_state(cx, State::Quote, details, &mut split_blocks(lines));
    // A text on a line of its own does not give the title; the line end says so to the tree pass.
    if head.text.is_none()
        && let Some(first) = cx.tree[details].children.get(1).copied()
        && let Text::Source(block) = &mut cx.tree[first].text
    {
        block.insert(0, Line::new("", pos));
    }
    true
}

fn capitalize(kind: &str) -> String {
    let mut chars = kind.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().collect::<String>() + chars.as_str()
    })
}

/// Parses what stands before a callout, with the line end it has in the reference.
fn parse_before<'a>(cx: &mut Converter<'a>, parent: NodeId, lines: &[Line<'a>]) {
    if let Some(last) = lines.last() {
        let mut before = lines.to_vec();
        before.push(last.from(last.text.len()));
        let before = cx.block(&before);
        parse_block(cx, parent, before);
    }
}

/// The kind of `> [!NOTE]`.
fn github_head(line: Line<'_>) -> Option<&'static str> {
    let indent = line.indent();
    let text = line.text[indent..].strip_prefix('>').filter(|_| indent <= 3)?;
    let text = text.trim_start_matches(' ').strip_prefix("[!")?;
    let kind = text.trim_end_matches(' ').strip_suffix(']')?;
    ["Note", "Tip", "Important", "Warning", "Caution"]
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(kind))
}

fn github_rule<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let Some(block) = blocks.front().copied() else {
        return false;
    };
    let found = |at: usize| {
        let kind = github_head(*block.get(at)?).filter(|_| at == 0 || !block[at - 1].text.starts_with('>'))?;
        let is_blank = |line: &Line<'_>| line.text.trim_matches(' ') == ">";
        let body = at + 1 + block[at + 1..].iter().take_while(|line| is_blank(line)).count();
        let text = block.get(body)?.text.trim_start_matches(' ');
        let text = text.strip_prefix('>').unwrap_or(text).trim_start_matches(' ');
        (!text.trim_start().is_empty()).then_some((at, kind, body))
    };
    let first = found(0);
    let later = |cx: &mut Converter<'a>| {
        let is_found = |lines: Block<'a>| lines.len() < block.len() && found(block.len() - lines.len()).is_some();
        found(cx.find_line(Scan::GitHubCallout, block, is_found)?)
    };
    let Some((at, kind, body)) = first.or_else(|| later(cx)) else {
        return false;
    };
    if cx.is_state(State::Quote) || cx.depth + 2 >= MAX_DEPTH {
        return false;
    }
    blocks.pop_front();
    parse_before(cx, parent, &block[..at]);
    let pos = block[at].pos;
    let lines: Lines<'a> = block[body..].iter().map(|line| clean_quote(*line)).collect();
    let lines = cx.block(&lines);
    let div = cx.tree.append_new(parent, "div", pos);
    let class = match kind {
        "Caution" => "danger".to_owned(),
        kind => kind.to_lowercase(),
    };
    cx.tree.set(div, "class", format!("admonition {class}"));
    let title = cx.tree.append_new(div, "p", pos);
    cx.tree.set(title, "class", "admonition-title");
    cx.tree[title].text = Text::Source(vec![Line::new(kind, pos)]);
    parse_in_state(cx, State::Quote, div, &mut split_blocks(lines));
    true
}

/// The tree pass: boxes get their final elements, and strong text at the start becomes the title.
fn titles(cx: &mut Converter<'_>) {
    for root in cx.tree.descendants(ROOT) {
        let Some(title) = cx.tree[root].children.first().copied() else {
            continue;
        };
        let is_callout = cx.tree.is(root, "details")
            && cx.tree.get(root, "class").is_some_and(|class| !class.is_empty())
            && cx.tree.is(title, "summary")
            && cx.tree.get(title, "class") == Some("admonition-title");
        if !is_callout {
            continue;
        }
        if cx
            .tree
            .get(root, "class")
            .is_some_and(|class| class.starts_with("admonition "))
        {
            cx.tree[root].tag = "div".into();
            cx.tree[title].tag = "p".into();
        } else {
            cx.tree.remove_attribute(title, "class");
        }
        take_title(cx, root, title);
    }
}

/// Moves strong text at the start of a box into its title.
fn take_title(cx: &mut Converter<'_>, root: NodeId, title: NodeId) {
    let paragraph = cx.tree[root].children.get(1).copied();
    let Some(paragraph) = paragraph.filter(|id| cx.tree.is(*id, "p")) else {
        return;
    };
    let text = &cx.tree[paragraph].text;
    let starts_alone = text.is_blank() && text.to_cow() != "\n";
    let strong = cx.tree[paragraph].children.first().copied();
    let Some(strong) = strong.filter(|id| starts_alone && cx.tree.is(*id, "strong")) else {
        return;
    };
    let text = cx.tree[strong].text.to_cow().trim_start().to_owned();
    cx.tree[title].text = Text::plain(text);
    cx.tree[title].children = std::mem::take(&mut cx.tree[strong].children);
    let strip_period = cx.dialect.settings.callouts_strip_period;
    let end = match cx.tree.last_child(title) {
        Some(last) => &mut cx.tree[last].tail,
        None => &mut cx.tree[title].text,
    };
    if !end.is_empty() {
        let text = end.to_cow().trim_end().to_owned();
        let kept = text.strip_suffix('.').filter(|_| strip_period).unwrap_or(&text);
        *end = Text::plain(kept.to_owned());
    }
    let tail = std::mem::take(&mut cx.tree[strong].tail);
    if !tail.is_empty() {
        cx.tree[paragraph].text.push_str(&tail.to_cow());
    }
    cx.tree[paragraph].children.remove(0);
    if let Some(br) = cx.tree[paragraph].children.first().copied()
        && cx.tree[paragraph].text.is_empty()
        && cx.tree.is(br, "br")
    {
        cx.tree[paragraph].text = std::mem::take(&mut cx.tree[br].tail);
        cx.tree[paragraph].children.remove(0);
    }
    let node = &cx.tree[paragraph];
    if node.children.is_empty() && node.text.is_empty() && node.tail.is_empty() {
        cx.tree[root].children.remove(1);
    }
}

#[cfg(test)]
mod tests {
    use super::{github_head, head};
    use crate::markdown::text::Line;

    #[test]
    fn heads() {
        let kind = |text, first| head(Line::new(text, 0), first).map(|head| head.kind.to_owned());
        assert_eq!(kind("NOTE: x", true).as_deref(), Some("NOTE"));
        assert_eq!(kind("NOTE: x", false), None);
        assert_eq!(kind(" >? TIP: x", false).as_deref(), Some("TIP"));
        for no in ["N: x", "NOTE:x", "Note: x", "NOTE : x"] {
            assert_eq!(kind(no, true), None, "{no}");
        }
        assert_eq!(github_head(Line::new("> [!nOTE] ", 0)), Some("Note"));
        assert_eq!(github_head(Line::new("> [!NOTE] x", 0)), None);
        assert_eq!(github_head(Line::new("> [!FOO]", 0)), None);
    }
}
