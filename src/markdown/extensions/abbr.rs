//! `abbr`: abbreviations, explained once and marked wherever they occur.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::Setup;
use crate::markdown::converter::Converter;
use crate::markdown::options::Options;
use crate::markdown::scan::Scan;
use crate::markdown::slug::is_word;
use crate::markdown::stash::{Mark, STX};
use crate::markdown::text::{Block, Blocks, Line, is_blank, trim_newlines_end, trim_newlines_start};
use crate::markdown::tree::{NodeId, ROOT, Text};

/// The options of `abbr`: abbreviations that every page knows.
#[derive(Clone, Debug, Default)]
pub(crate) struct AbbrSettings {
    glossary: Vec<(String, String)>,
}

/// Switches the extension on.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    let glossary = options.node("glossary").and_then(|node| node.as_map()).unwrap_or(&[]);
    setup.settings.abbr.glossary = glossary
        .iter()
        .filter_map(|(key, value)| Some((key.as_str()?.to_owned(), value.as_str()?.to_owned())))
        .collect();
    setup.registry.blocks.register("abbr", 16.0, definition);
    setup.registry.tree.register("abbr", 7.0, run);
}

/// The abbreviations a page defines; `None` for those it takes back.
pub(crate) type Abbreviations = BTreeMap<String, Option<String>>;

/// `*[abbreviation]: title`, the title perhaps on the next line.
fn definition<'a>(cx: &mut Converter<'a>, _parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let Some(block) = blocks.front().copied() else {
        return false;
    };
    let is_start = |lines: Block<'a>| lines[0].text.starts_with("*[");
    let Some(first) = cx.find_line(Scan::Abbreviation, block, is_start) else {
        return false;
    };
    let Some(found) = find(&block[first..]) else {
        return false;
    };
    let (start, end) = (first + found.start, first + found.end);
    if !keep(cx, &found) {
        return false;
    }
    blocks.pop_front();
    if !is_blank(&block[end..]) {
        blocks.push_front(trim_newlines_start(&block[end..]));
    }
    if !is_blank(&block[..start]) {
        blocks.push_front(trim_newlines_end(&block[..start]));
    }
    true
}

/// Keeps what a definition says, if it says something.
fn keep(cx: &mut Converter<'_>, found: &Definition<'_>) -> bool {
    let (name, title) = (found.name.trim(), found.title.trim());
    if name.is_empty() || title.is_empty() {
        return false;
    }
    let title = (title != "''" && title != "\"\"").then(|| title.to_owned());
    cx.memory.abbreviations.insert(name.to_owned(), title);
    true
}

/// A definition in a block: its first line and the one after its last.
struct Definition<'a> {
    name: String,
    title: &'a str,
    start: usize,
    end: usize,
}

fn find<'a>(block: &[Line<'a>]) -> Option<Definition<'a>> {
    for (start, line) in block.iter().enumerate() {
        let Some(first) = line.text.strip_prefix("*[") else {
            continue;
        };
        let (mut name, mut rest, mut at) = (String::new(), first, start);
        loop {
            let close = rest.match_indices(']').find_map(|(at, _)| {
                let after = &rest[at + 1..];
                let after = after.strip_prefix(' ').unwrap_or(after);
                after.strip_prefix(':').map(|title| (at, title))
            });
            let part = close.map_or(rest, |(at, _)| &rest[..at]);
            if part.contains('\\') {
                break;
            }
            name.push_str(part);
            if let Some((_, title)) = close {
                let mut title = title.trim_start_matches(' ');
                let mut end = at + 1;
                if title.is_empty()
                    && let Some(next) = block.get(end)
                {
                    title = next.text.trim_start_matches(' ');
                    end += 1;
                }
                return Some(Definition {
                    name,
                    title,
                    start,
                    end,
                });
            }
            // Without a closing bracket on this line it may be on a later one.
            at += 1;
            rest = block.get(at)?.text;
            name.push('\n');
        }
    }
    None
}

/// What a page's text is searched for.
struct Finder<'m> {
    titles: BTreeMap<&'m str, &'m str>,
    /// The lengths of the abbreviations that start with a character.
    lengths: HashMap<char, BTreeSet<usize>>,
}

impl<'m> Finder<'m> {
    /// The first abbreviation in `text` from `from` on, which stands alone: start, end, title.
    fn find(&self, text: &str, from: usize) -> Option<(usize, usize, &'m str)> {
        let mut before = text[..from].chars().next_back();
        let mut at = from;
        'text: while let Some(c) = text[at..].chars().next() {
            if c == STX
                && let Some((_, len)) = Mark::read(&text[at..])
            {
                at += len;
                before = None;
                continue;
            }
            if before.is_some_and(is_word) != is_word(c)
                && let Some(lengths) = self.lengths.get(&c)
            {
                for len in lengths.iter().rev() {
                    let Some(candidate) = text.get(at..at + len) else {
                        continue;
                    };
                    let last = candidate.chars().next_back().is_some_and(is_word);
                    let next = text[at + len..].chars().next().is_some_and(is_word);
                    if last != next
                        && let Some(title) = self.titles.get(candidate)
                    {
                        if title.is_empty() {
                            // Known without a title: passed over as a whole.
                            at += len;
                            before = candidate.chars().next_back();
                            continue 'text;
                        }
                        return Some((at, at + len, title));
                    }
                }
            }
            before = Some(c);
            at += c.len_utf8();
        }
        None
    }
}

/// The tree pass.
fn run(cx: &mut Converter<'_>) {
    let settings = &cx.dialect.settings.abbr;
    if settings.glossary.is_empty() && cx.memory.abbreviations.is_empty() {
        return;
    }
    let own = std::mem::take(&mut cx.memory.abbreviations);
    let mut titles: BTreeMap<&str, &str> = settings
        .glossary
        .iter()
        .map(|(name, title)| (name.as_str(), title.as_str()))
        .collect();
    for (name, title) in &own {
        match title {
            Some(title) => titles.insert(name, title),
            None => titles.remove(name.as_str()),
        };
    }
    let mut lengths: HashMap<char, BTreeSet<usize>> = HashMap::new();
    for name in titles.keys() {
        if let Some(first) = name.chars().next() {
            lengths.entry(first).or_default().insert(name.len());
        }
    }
    let finder = Finder { titles, lengths };
    for id in cx.tree.descendants(ROOT) {
        let children = std::mem::take(&mut cx.tree[id].children);
        let mut all = Vec::with_capacity(children.len());
        let text = std::mem::take(&mut cx.tree[id].text);
        cx.tree[id].text = split(cx, &finder, text, &mut all);
        for child in children {
            all.push(child);
            let tail = std::mem::take(&mut cx.tree[child].tail);
            cx.tree[child].tail = split(cx, &finder, tail, &mut all);
        }
        cx.tree[id].children = all;
    }
}

/// Makes elements of the abbreviations in a text; gives the text before the first.
fn split<'a>(cx: &mut Converter<'a>, finder: &Finder<'_>, text: Text<'a>, made: &mut Vec<NodeId>) -> Text<'a> {
    if matches!(text, Text::Atomic(_) | Text::None) {
        return text;
    }
    let all = text.to_cow();
    let Some((first, ..)) = finder.find(&all, 0) else {
        drop(all);
        return text;
    };
    let mut next = finder.find(&all, first);
    while let Some((start, end, title)) = next {
        next = finder.find(&all, end);
        let tail = &all[end..next.map_or(all.len(), |(start, ..)| start)];
        let abbr = cx.tree.create("abbr", 0);
        cx.tree.set(abbr, "title", title.to_owned());
        cx.tree[abbr].text = Text::atomic(all[start..end].to_owned());
        if !tail.is_empty() {
            cx.tree[abbr].tail = Text::plain(tail.to_owned());
        }
        made.push(abbr);
    }
    Text::plain(all[..first].to_owned())
}
