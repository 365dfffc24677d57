//! The block parser: Python-Markdown's rules, in which a block is what stands between blank lines
//! and nesting goes by four columns.
//!
//! Knows the core's constructs; extensions register theirs. Does not look into text: inline
//! Markdown is left in the tree as source.

mod code;
mod headings;
mod lists;
mod paragraph;
mod quote;

use super::converter::{Converter, State};
use super::registry::Registry;
use super::source::Source;
use super::text::{Block, Blocks, Line, split_blocks};
use super::tree::{NodeId, ROOT};
use crate::report::Severity;

pub(crate) use code::{escape, indented as indented_code};
pub(crate) use headings::{hash_heading, hash_with, heading_tag, sane_heading};
pub(crate) use lists::{ListStyle, Nesting, continue_list, indented_in, list_rule, parse_items};
pub(crate) use quote::{clean as clean_quote, start as quote_start};

/// How deep containers may be nested; the reference gives up at Python's recursion limit.
pub(crate) const MAX_DEPTH: usize = 100;

/// Registers the core's rules.
pub(crate) fn register_core(registry: &mut Registry) {
    registry
        .preprocessors
        .register("normalize_whitespace", 30.0, super::normalize::normalize);
    registry
        .preprocessors
        .register("html_block", 20.0, super::html::extract);
    registry.blocks.register("empty", 100.0, paragraph::empty);
    registry.blocks.register("indent", 90.0, lists::indented);
    registry.blocks.register("code", 80.0, code::indented);
    registry.blocks.register("hashheader", 70.0, headings::hash);
    registry.blocks.register("setextheader", 60.0, headings::setext);
    registry.blocks.register("hr", 50.0, headings::rule);
    registry.blocks.register("olist", 40.0, lists::ordered);
    registry.blocks.register("ulist", 30.0, lists::unordered);
    registry.blocks.register("quote", 20.0, quote::quote);
    registry.blocks.register("reference", 15.0, paragraph::reference);
    registry.blocks.register("paragraph", 10.0, paragraph::paragraph);
}

/// Parses a whole page into the root.
pub(crate) fn parse_document<'a>(cx: &mut Converter<'a>, source: &Source<'a>) {
    parse_chunk(cx, ROOT, &source.lines());
}

/// Parses lines into `parent`.
pub(crate) fn parse_chunk<'a>(cx: &mut Converter<'a>, parent: NodeId, lines: &[Line<'a>]) {
    let mut blocks = split_blocks(cx.block(lines));
    parse_blocks(cx, parent, &mut blocks);
}

/// Parses one block into `parent`.
pub(crate) fn parse_block<'a>(cx: &mut Converter<'a>, parent: NodeId, block: Block<'a>) {
    let mut blocks = Blocks::from([block]);
    parse_blocks(cx, parent, &mut blocks);
}

/// Parses blocks into `parent` while `state` is the innermost state.
pub(crate) fn parse_in_state<'a>(cx: &mut Converter<'a>, state: State, parent: NodeId, blocks: &mut Blocks<'a>) {
    cx.states.push(state);
    parse_blocks(cx, parent, blocks);
    cx.states.pop();
}

/// Parses blocks into `parent` until none is left.
pub(crate) fn parse_blocks<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) {
    if cx.depth >= MAX_DEPTH {
        too_deep(cx, parent, blocks);
        return;
    }
    cx.depth += 1;
    let rules = &cx.dialect.registry.blocks;
    while !blocks.is_empty() {
        let handled = rules.iter().any(|entry| (entry.pass)(cx, parent, blocks));
        if !handled {
            blocks.pop_front();
        }
    }
    cx.depth -= 1;
}

/// Text nested too deeply is kept as paragraphs and reported.
fn too_deep<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) {
    if let Some(line) = blocks.iter().copied().flatten().next() {
        let message = format!("containers are nested more than {MAX_DEPTH} deep; what is inside is shown as text");
        cx.report(
            "nesting-too-deep",
            Severity::Warning,
            message,
            (line.pos, line.text.len()),
        );
    }
    while !blocks.is_empty() {
        paragraph::paragraph(cx, parent, blocks);
    }
}

/// The first line of the first block, empty if there is none.
pub(crate) fn first_line<'a>(blocks: &Blocks<'a>) -> Line<'a> {
    blocks
        .front()
        .and_then(|block| block.first())
        .copied()
        .unwrap_or(Line { text: "", pos: 0 })
}
