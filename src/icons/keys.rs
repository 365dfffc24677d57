//! Names of keyboard keys and what is written on them.
//!
//! Does not know Markdown: a site's own `key_map` is the caller's.

use crate::bundled::{Section, find};

/// The canonical name and the label of a key, such as `("control", "Ctrl")` for `ctrl`.
///
/// `name` is a name or an alias of the keys extension; `None` when it is neither.
#[must_use]
pub fn key_label(name: &str) -> Option<(&'static str, &'static str)> {
    find(Section::Keys, name)?.split_once('\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_aliases_lead_to_the_label() {
        for (name, canonical, label) in [
            ("ctrl", "control", "Ctrl"),
            ("control", "control", "Ctrl"),
            ("pg-up", "page-up", "Page Up"),
            ("page-up", "page-up", "Page Up"),
            ("backslash", "backslash", "\\"),
            ("q", "q", "Q"),
            ("win", "windows", "Win"),
        ] {
            assert_eq!(key_label(name), Some((canonical, label)), "{name}");
        }
        assert_eq!(key_label("Ctrl"), None);
        assert_eq!(key_label("no-such-key"), None);
    }
}
