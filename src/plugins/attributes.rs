//! Attributes of tags in finished HTML, however they are quoted.

use std::sync::LazyLock;

use regex::Regex;

/// The value of an attribute as written between its quotes.
pub(crate) fn attribute<'t>(attributes: &'t str, name: &str) -> Option<&'t str> {
    static PAIR: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"([^\s=/"'>]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?"#).ok());
    let pair = PAIR.as_ref()?;
    pair.captures_iter(attributes).find_map(|found| {
        let is = found.get(1)?.as_str().eq_ignore_ascii_case(name);
        let value = found.get(2).or_else(|| found.get(3)).or_else(|| found.get(4));
        is.then(|| value.map_or("", |value| value.as_str()))
    })
}

/// The length of the tag at the start of `html`, `>` inside quotes passed over; `None` if it has no end.
pub(crate) fn tag_len(html: &str) -> Option<usize> {
    let mut quote = None;
    for (at, c) in html.char_indices() {
        match (quote, c) {
            (None, '>') => return Some(at + 1),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if c == open => quote = None,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{attribute, tag_len};

    #[test]
    fn attributes_of_images() {
        let tag = r#" alt="a > b" src='x.png' class=wide hidden"#;
        assert_eq!(attribute(tag, "alt"), Some("a > b"));
        assert_eq!(attribute(tag, "src"), Some("x.png"));
        assert_eq!(attribute(tag, "class"), Some("wide"));
        assert_eq!(attribute(tag, "hidden"), Some(""));
        assert_eq!(attribute(tag, "title"), None);
        assert_eq!(tag_len("<a title=\"x > y\">z"), Some(17));
        assert_eq!(tag_len("<a title=\"x > y"), None);
    }
}
