//! `tables`: rows of cells between pipes, below a row of dashes.

use std::collections::HashMap;

use super::Setup;
use crate::markdown::converter::Converter;
use crate::markdown::options::Options;
use crate::markdown::scan::Scan;
use crate::markdown::text::{Block, Blocks, Line};
use crate::markdown::tree::{NodeId, Text};

/// The options of `tables`.
#[derive(Clone, Debug, Default)]
pub(crate) struct TableSettings {
    use_align_attribute: bool,
}

/// Switches the extension on.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    setup.settings.tables = TableSettings {
        use_align_attribute: options.bool("use_align_attribute", false),
    };
    setup.registry.escape("|");
    setup.registry.blocks.register("table", 75.0, rule);
}

/// Whether rows have pipes at their ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Borders(bool);

/// A block whose second line is a row of dashes under the first.
fn rule<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let Some((borders, separators)) = blocks.front().copied().and_then(|block| test(cx, block)) else {
        return false;
    };
    let Some(block) = blocks.pop_front() else { return false };
    let alignments: Vec<_> = separators.iter().map(|cell| alignment(cell)).collect();
    let table = cx.tree.append_new(parent, "table", block[0].pos);
    let head = cx.tree.append_new(table, "thead", block[0].pos);
    row(cx, head, block[0], borders, &alignments);
    let body = cx.tree.append_new(table, "tbody", block[1].pos);
    if block.len() == 2 {
        let tr = cx.tree.append_new(body, "tr", block[1].pos);
        for _ in &alignments {
            cx.tree.append_new(tr, "td", block[1].pos);
        }
    }
    for line in &block[2..] {
        row(cx, body, *line, borders, &alignments);
    }
    true
}

/// The cells of the second line, if the block is a table.
fn test<'a>(cx: &mut Converter<'a>, block: Block<'a>) -> Option<(Borders, Vec<&'a str>)> {
    let [first, second, rest @ ..] = block else { return None };
    if !second.text.bytes().all(|b| matches!(b, b'|' | b':' | b'-' | b' ')) {
        return None;
    }
    let header = strip(*first);
    let borders = Borders(header.text.starts_with('|') || ends_with_border(header.text));
    let columns = cells(header, borders).len();
    if columns == 1 {
        // Each row of a table with one column needs a pipe.
        let bordered = |line: &Line<'_>| {
            let text = strip(*line).text;
            text.starts_with('|') || ends_with_border(text)
        };
        if !borders.0
            || !bordered(second)
            || cx
                .find_line(Scan::Unbordered, rest, |lines| !bordered(&lines[0]))
                .is_some()
        {
            return None;
        }
    }
    let separators = cells(strip(*second), borders);
    (separators.len() == columns).then(|| (borders, separators.iter().map(|cell| cell.text).collect()))
}

fn alignment(cell: &str) -> Option<&'static str> {
    let cell = cell.trim_matches(' ');
    match (cell.starts_with(':'), cell.ends_with(':')) {
        (true, true) => Some("center"),
        (true, false) => Some("left"),
        (false, true) => Some("right"),
        (false, false) => None,
    }
}

fn row<'a>(
    cx: &mut Converter<'a>,
    parent: NodeId,
    line: Line<'a>,
    borders: Borders,
    alignments: &[Option<&'static str>],
) {
    let tag = if cx.tree.is(parent, "thead") { "th" } else { "td" };
    let tr = cx.tree.append_new(parent, "tr", line.pos);
    let mut cells = cells(strip(line), borders).into_iter();
    for alignment in alignments {
        let cell = cells.next().map_or(line.to(0), strip);
        let element = cx.tree.append_new(tr, tag, cell.pos);
        if !cell.text.is_empty() {
            cx.tree[element].text = Text::Source(vec![cell]);
        }
        let Some(alignment) = alignment else { continue };
        if cx.dialect.settings.tables.use_align_attribute {
            cx.tree.set(element, "align", *alignment);
        } else {
            cx.tree.set(element, "style", format!("text-align: {alignment};"));
        }
    }
}

fn strip(line: Line<'_>) -> Line<'_> {
    let line = line.from(line.indent());
    line.to(line.text.trim_end_matches(' ').len())
}

/// Whether the text ends in a pipe that no backslash escapes.
fn ends_with_border(text: &str) -> bool {
    text.strip_suffix('|').is_some_and(|before| {
        let backslashes = before.len() - before.trim_end_matches('\\').len();
        backslashes % 2 == 0
    })
}

/// The cells of a row.
fn cells(line: Line<'_>, borders: Borders) -> Vec<Line<'_>> {
    let mut line = line;
    if borders.0 {
        if line.text.starts_with('|') {
            line = line.from(1);
        }
        if ends_with_border(line.text) {
            // Backslashes before a closing pipe go with it.
            line = line.to(line.text[..line.text.len() - 1].trim_end_matches('\\').len());
        }
    }
    let mut cells = Vec::new();
    let mut start = 0;
    for pipe in pipes(line.text) {
        cells.push(line.to(pipe).from(start));
        start = pipe + 1;
    }
    cells.push(line.from(start));
    cells
}

/// A run of backticks.
#[derive(Debug)]
struct Ticks {
    /// How long it counts as an end, and as a start.
    len: usize,
    opening_len: usize,
    start: usize,
    end: usize,
}

/// The pipes that part cells: neither escaped nor in code.
fn pipes(text: &str) -> Vec<usize> {
    let bytes = text.as_bytes();
    let (mut pipes, mut ticks): (Vec<usize>, Vec<Ticks>) = (Vec::new(), Vec::new());
    let mut at = 0;
    while let Some(found) = memchr::memchr3(b'\\', b'`', b'|', &bytes[at..]) {
        at += found;
        let run = |from: usize| bytes[from..].iter().take_while(|b| **b == b'`').count();
        match (bytes[at], bytes.get(at + 1)) {
            (b'\\', Some(b'\\' | b'|')) => at += 2,
            (b'\\', Some(b'`')) => {
                let len = run(at + 1);
                let opening_len = len - 1;
                let end = at + len;
                ticks.push(Ticks {
                    len,
                    opening_len,
                    start: at,
                    end,
                });
                at += len + 1;
            }
            (b'`', _) => {
                let len = run(at);
                let end = at + len - 1;
                ticks.push(Ticks {
                    len,
                    opening_len: len,
                    start: at,
                    end,
                });
                at += len;
            }
            (b'|', _) => {
                pipes.push(at);
                at += 1;
            }
            _ => at += 1,
        }
    }
    let regions = code_regions(&ticks);
    let mut regions = regions.iter().peekable();
    pipes.retain(|pipe| {
        while regions.next_if(|(_, end)| end < pipe).is_some() {}
        regions.peek().is_none_or(|(start, _)| pipe < start)
    });
    pipes
}

/// The first and last byte of each piece of code.
fn code_regions(ticks: &[Ticks]) -> Vec<(usize, usize)> {
    let mut by_len: HashMap<usize, Vec<usize>> = HashMap::new();
    for (index, run) in ticks.iter().enumerate() {
        by_len.entry(run.len).or_default().push(index);
    }
    let mut regions = Vec::new();
    let mut at = 0;
    while at < ticks.len() {
        let close = by_len
            .get(&ticks[at].opening_len)
            .filter(|_| ticks[at].opening_len > 0)
            .and_then(|runs| runs.get(runs.partition_point(|index| *index <= at)));
        if let Some(close) = close {
            regions.push((ticks[at].start, ticks[*close].end));
            at = close + 1;
        } else {
            at += 1;
        }
    }
    regions
}

#[cfg(test)]
mod tests {
    use super::{ends_with_border, pipes};

    #[test]
    fn pipes_that_part_cells() {
        assert_eq!(pipes("a | b \\| c | `d | e` | f"), [2, 11, 21]);
        assert_eq!(pipes("`` a | ` b | `` | c"), [16]);
        assert_eq!(pipes("` a | b"), [4]);
        assert_eq!(pipes("\\` a | ` b"), [5]);
        assert_eq!(pipes("\\`` a | ` b"), Vec::<usize>::new());
        assert!(ends_with_border("a |") && !ends_with_border("a \\|") && ends_with_border("a \\\\|"));
    }
}
