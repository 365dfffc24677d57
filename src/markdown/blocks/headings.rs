//! Headings of both kinds, and horizontal rules.

use super::paragraph::parse_before;
use crate::markdown::converter::{Converter, State};
use crate::markdown::normalize::TAB;
use crate::markdown::scan::Scan;
use crate::markdown::text::{Block, Blocks, Line, loose_detab, trim_newlines_end, trim_newlines_start};
use crate::markdown::tree::{NodeId, Text};

const LEVELS: [&str; 6] = ["h1", "h2", "h3", "h4", "h5", "h6"];

/// `# Heading` on any line of a block.
pub(super) fn hash<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    hash_with(cx, parent, blocks, hash_heading)
}

/// [`hash`] with another idea of what a heading line is (`pymdownx.saneheaders`).
pub(crate) fn hash_with<'a>(
    cx: &mut Converter<'a>,
    parent: NodeId,
    blocks: &mut Blocks<'a>,
    parse: fn(Line<'a>) -> Option<(usize, Line<'a>)>,
) -> bool {
    let Some(block) = blocks.front().copied() else {
        return false;
    };
    let Some(at) = cx.find_line(Scan::Heading, block, |lines| parse(lines[0]).is_some()) else {
        return false;
    };
    let Some((level, text)) = parse(block[at]) else {
        return false;
    };
    blocks.pop_front();
    parse_before(cx, parent, &block[..at]);
    let heading = cx.tree.append_new(parent, LEVELS[level - 1], block[at].pos);
    cx.tree[heading].text = Text::Source(vec![text.trim_start().trim_end()]);
    let after = &block[at + 1..];
    if after.is_empty() || after.len() == 1 && after[0].text.is_empty() {
        return true;
    }
    let is_indented = |lines: Block<'a>| lines[0].indent() >= TAB;
    if cx.is_state(State::LooseList) && cx.find_line(Scan::Indented, after, is_indented).is_some() {
        let after = cx.block(&loose_detab(after, TAB));
        blocks.push_front(after);
    } else {
        blocks.push_front(after);
    }
    true
}

/// The level and text of a heading line: up to six `#`, closing ones left out.
pub(crate) fn hash_heading(line: Line<'_>) -> Option<(usize, Line<'_>)> {
    let level = line.text.bytes().take_while(|b| *b == b'#').count().min(6);
    if level == 0 {
        return None;
    }
    let rest = line.from(level);
    let bytes = rest.text.as_bytes();
    // Closing marks are those at the end that no backslash escapes.
    let (mut at, mut end) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if at + 1 == bytes.len() => return None,
            b'\\' => {
                at += 2;
                while !rest.text.is_char_boundary(at.min(bytes.len())) {
                    at += 1;
                }
                end = at;
            }
            b'#' => at += 1,
            _ => {
                at += 1;
                end = at;
            }
        }
    }
    Some((level, rest.to(end)))
}

/// [`hash_heading`], its marks followed by a blank.
pub(crate) fn sane_heading(line: Line<'_>) -> Option<(usize, Line<'_>)> {
    hash_heading(line).filter(|(level, _)| line.text[*level..].starts_with(' '))
}

/// The element of a heading of level 1 to 6.
pub(crate) fn heading_tag(level: usize) -> &'static str {
    LEVELS[level.clamp(1, 6) - 1]
}

/// A line underlined by `=` or `-`, as the first two lines of a block.
pub(super) fn setext<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let Some(level) = blocks.front().and_then(|block| setext_level(block)) else {
        return false;
    };
    let Some(block) = blocks.pop_front() else { return false };
    let heading = cx.tree.append_new(parent, LEVELS[level], block[0].pos);
    cx.tree[heading].text = Text::Source(vec![block[0].trim_start().trim_end()]);
    if block.len() > 2 {
        blocks.push_front(&block[2..]);
    }
    true
}

/// The level, from 0, of a heading that takes the first two lines.
fn setext_level(lines: &[Line<'_>]) -> Option<usize> {
    let marks = lines.get(1)?.text.trim_end_matches(' ');
    match marks.bytes().next() {
        Some(b'=') if marks.bytes().all(|b| b == b'=') => Some(0),
        Some(b'-') if marks.bytes().all(|b| b == b'-') => Some(1),
        _ => None,
    }
}

/// `---`, `***` or `___` on any line of a block.
pub(super) fn rule<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let Some(block) = blocks.front().copied() else {
        return false;
    };
    let Some(at) = cx.find_line(Scan::Rule, block, |lines| is_rule(lines[0].text)) else {
        return false;
    };
    blocks.pop_front();
    parse_before(cx, parent, trim_newlines_end(&block[..at]));
    cx.tree.append_new(parent, "hr", block[at].pos);
    let after = trim_newlines_start(&block[at + 1..]);
    if !after.is_empty() {
        blocks.push_front(after);
    }
    true
}

/// At least three equal marks, at most two blanks between any two.
fn is_rule(line: &str) -> bool {
    let text = line.trim_start_matches(' ');
    if line.len() - text.len() > 3 {
        return false;
    }
    let text = text.trim_end_matches(' ');
    let Some(mark @ (b'-' | b'_' | b'*')) = text.bytes().next() else {
        return false;
    };
    let (mut marks, mut gap) = (0, 0);
    for byte in text.bytes() {
        if byte == mark {
            marks += 1;
            gap = 0;
        } else if byte == b' ' && gap < 2 {
            gap += 1;
        } else {
            return false;
        }
    }
    marks >= 3
}

#[cfg(test)]
mod tests {
    use super::{hash_heading, is_rule};
    use crate::markdown::text::Line;

    #[test]
    fn rules() {
        for yes in ["---", "- - -", "   ***  ", "_  _  _", "----------"] {
            assert!(is_rule(yes), "{yes}");
        }
        for no in ["--", "    ---", "-   -   -", "--*", "- a"] {
            assert!(!is_rule(no), "{no}");
        }
    }

    #[test]
    fn heading_lines() {
        let parse = |text| hash_heading(Line::new(text, 0)).map(|(level, line)| (level, line.text));
        assert_eq!(parse("# a #"), Some((1, " a ")));
        assert_eq!(parse("#a"), Some((1, "a")));
        assert_eq!(parse("####### a"), Some((6, "# a")));
        assert_eq!(parse("## a \\#"), Some((2, " a \\#")));
        assert_eq!(parse("# a # b"), Some((1, " a # b")));
        assert_eq!(parse("# a\\"), None);
        assert_eq!(parse(" # a"), None);
    }
}
