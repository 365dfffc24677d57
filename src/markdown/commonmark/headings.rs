//! Headings and their ids: the same ids as the MkDocs dialect gives.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization;

use crate::markdown::Heading;

/// The headings of a page so far.
#[derive(Debug, Default)]
pub(super) struct Headings {
    list: Vec<Heading>,
    used: HashSet<String>,
    first: Option<String>,
}

impl Headings {
    /// Reserves the ids that authors set anywhere on the page.
    pub(super) fn reserve(&mut self, text: &str) {
        for event in pulldown_cmark::Parser::new_ext(text, super::events::OPTIONS) {
            if let pulldown_cmark::Event::Start(pulldown_cmark::Tag::Heading { id: Some(id), .. }) = event {
                self.used.insert(id.to_string());
            }
        }
    }

    /// Adds a heading with its inner HTML and text, and gives its id.
    pub(super) fn add(&mut self, level: u8, id: Option<&str>, html: &str, text: &str) -> String {
        let id = id.map_or_else(|| self.unique(&slug(text)), str::to_owned);
        if self.list.is_empty() && level == 1 {
            self.first = Some(crate::markdown::serialize::escape_text(text.trim()));
        }
        let name = crate::markdown::serialize::escape_text(text.trim());
        self.list.push(Heading {
            level,
            id: id.clone(),
            name,
            html: html.to_owned(),
            children: Vec::new(),
        });
        id
    }

    /// The inner HTML of each heading.
    pub(super) fn html_mut(&mut self) -> impl Iterator<Item = &mut String> {
        self.list.iter_mut().map(|heading| &mut heading.html)
    }

    /// The text of the first heading, if it is of level 1.
    pub(super) fn title(&self) -> Option<String> {
        self.first.clone()
    }

    /// The headings, each below the nearest one of a higher level before it.
    pub(super) fn into_tree(self) -> Vec<Heading> {
        let mut roots: Vec<Heading> = Vec::new();
        let mut open: Vec<Heading> = Vec::new();
        let close = |open: &mut Vec<Heading>, roots: &mut Vec<Heading>| {
            if let Some(done) = open.pop() {
                match open.last_mut() {
                    Some(parent) => parent.children.push(done),
                    None => roots.push(done),
                }
            }
        };
        for heading in self.list {
            while open.last().is_some_and(|last| last.level >= heading.level) {
                close(&mut open, &mut roots);
            }
            open.push(heading);
        }
        while !open.is_empty() {
            close(&mut open, &mut roots);
        }
        roots
    }

    fn unique(&mut self, slug: &str) -> String {
        let mut id = slug.to_owned();
        let mut number = 0;
        while id.is_empty() || !self.used.insert(id.clone()) {
            number += 1;
            id = format!("{slug}_{number}");
        }
        id
    }
}

/// The id of a heading's text: ASCII letters and digits after NFKD, runs of blanks and hyphens as one.
fn slug(text: &str) -> String {
    let kept: String = text
        .nfkd()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-') || c.is_ascii_whitespace())
        .collect();
    let mut slug = String::with_capacity(kept.len());
    for c in kept.trim().chars() {
        if c == '-' || c.is_ascii_whitespace() {
            if !slug.ends_with('-') {
                slug.push('-');
            }
        } else {
            slug.push(c.to_ascii_lowercase());
        }
    }
    slug
}
