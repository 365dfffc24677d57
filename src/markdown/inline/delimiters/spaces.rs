//! Whether white space stands between two runs of delimiters.

/// What is known of the spaces of a text. Ranges that overlap one that was looked at are taken to
/// be like it, as the reference does.
#[derive(Debug, Default)]
pub(super) struct Spaces {
    with: Option<(usize, usize)>,
    without: Option<(usize, usize)>,
}

impl Spaces {
    /// Whether there is white space in the bytes `start..end`.
    pub(super) fn between(&mut self, text: &str, start: usize, end: usize) -> bool {
        let overlaps = |range: &Option<(usize, usize)>| range.is_some_and(|(s, e)| start.max(s) < end.min(e));
        if overlaps(&self.with) {
            Self::grow(&mut self.with, start, end);
            return true;
        }
        if overlaps(&self.without) {
            // The reference moves this start whenever the new range starts before the old one ends.
            if let Some((first, last)) = &mut self.without {
                if start < *last {
                    *first = start;
                }
                *last = end.max(*last);
            }
            return false;
        }
        let found = text
            .get(start..end.max(start))
            .is_some_and(|part| part.contains(char::is_whitespace));
        let range = if found { &mut self.with } else { &mut self.without };
        if found || range.is_none() {
            Self::grow(range, start, end);
        } else if let Some((first, last)) = range {
            if start < *last {
                *first = start;
            }
            *last = end.max(*last);
        }
        found
    }

    fn grow(range: &mut Option<(usize, usize)>, start: usize, end: usize) {
        *range = Some(match *range {
            Some((first, last)) => (first.min(start), last.max(end)),
            None => (start, end),
        });
    }
}
