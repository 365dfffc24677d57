//! Finds where in the source of a page something stands that was seen in its HTML.

use std::collections::HashMap;

use crate::page::Page;
use crate::report::Span;

/// Finds places of one page. The second time it is asked for a text it gives the second place.
pub(super) struct Finder<'p> {
    page: &'p Page,
    next: HashMap<String, usize>,
}

impl<'p> Finder<'p> {
    pub(super) fn new(page: &'p Page) -> Self {
        Self {
            page,
            next: HashMap::new(),
        }
    }

    /// The Markdown of the page.
    pub(super) fn text(&self) -> &'p str {
        let body = self.page.body.as_ref();
        body.and_then(|(file, start)| file.text.get(*start..)).unwrap_or("")
    }

    /// The range of the body as a place.
    pub(super) fn span(&self, start: usize, end: usize) -> Option<Span> {
        let (file, body) = self.page.body.as_ref()?;
        Some(Span::new(file.id, body + start, body + end))
    }

    /// The start of the page.
    pub(super) fn start(&self) -> Option<Span> {
        self.page.file.as_ref().map(|file| Span::new(file.id, 0, 0))
    }

    /// The next place of `needle` that `fits` by what stands before and after it.
    pub(super) fn next(&mut self, needle: &str, fits: impl Fn(&str, &str) -> bool) -> Option<Span> {
        if needle.is_empty() {
            return None;
        }
        let text = self.text();
        let from = self.next.get(needle).copied().unwrap_or(0);
        let mut at = from;
        while let Some(found) = memchr::memmem::find(&text.as_bytes()[at..], needle.as_bytes()) {
            let start = at + found;
            let end = start + needle.len();
            if fits(&text[..start], &text[end..]) {
                self.next.insert(needle.to_owned(), end);
                return self.span(start, end);
            }
            at = end;
        }
        None
    }

    /// The next place of an address: between quotes, brackets or spaces.
    pub(super) fn address(&mut self, raw: &str) -> Option<Span> {
        self.next(raw, |before, after| {
            let opened = before.ends_with(['"', '\'', '(', '<', '=', ' ', ',', '\n']);
            opened && (after.is_empty() || after.starts_with(['"', '\'', ')', '>', ' ', ',', '\n']))
        })
    }

    /// The line of a heading.
    pub(super) fn heading(&mut self, level: u8, words: &str) -> Option<Span> {
        let text = self.text();
        let key = format!("\u{0}{level}{words}");
        let wanted = letters(words);
        let from = self.next.get(&key).copied().unwrap_or(0);
        let marks = "#".repeat(usize::from(level));
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let end = start + line.trim_end().len();
            let trimmed = line.trim_start_matches([' ', '>', '\t']);
            let rest = trimmed.strip_prefix(&marks).filter(|rest| !rest.starts_with('#'));
            if let Some(rest) = rest
                && start >= from
                && (wanted.is_empty() == letters(rest).is_empty() && letters(rest).contains(&wanted))
            {
                self.next.insert(key, end.max(start + 1));
                return self.span(start + (line.len() - trimmed.len()), end);
            }
            start += line.len();
        }
        self.next(words, |_, _| true)
    }
}

/// The letters and numbers of a text, in lower case.
fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
