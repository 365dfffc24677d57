//! How long a post takes to read, as the reference counts it.

use crate::markdown::{is_word, unescape_entities};

/// Elements whose text nobody reads.
const SKIPPED: [&str; 4] = ["object", "script", "style", "svg"];

/// Elements without an end.
const VOID: [&str; 14] = [
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
];

/// Minutes for reading `html`.
pub(super) fn minutes(html: &str, words_per_minute: usize) -> i64 {
    let (text, images) = text_and_images(html);
    let mut seconds = (words(&text) * 60).div_ceil(words_per_minute.max(1));
    for image in 0..images {
        seconds += 12_usize.saturating_sub(image).max(3);
    }
    i64::try_from(seconds.div_ceil(60)).unwrap_or(i64::MAX)
}

/// Pieces between runs of what is no word: Python's `len(re.split(r"\W+", text))`.
fn words(text: &str) -> usize {
    let mut gaps = 0;
    let mut in_gap = false;
    for c in text.chars() {
        let gap = !is_word(c);
        if gap && !in_gap {
            gaps += 1;
        }
        in_gap = gap;
    }
    gaps + 1
}

fn text_and_images(html: &str) -> (String, usize) {
    let mut text = String::new();
    let mut images = 0;
    let mut open: Vec<&str> = Vec::new();
    let mut skipped = 0_usize;
    let mut rest = html;
    while !rest.is_empty() {
        let at = rest.find('<').unwrap_or(rest.len());
        if skipped == 0 {
            text.push_str(&unescape_entities(&rest[..at]));
        }
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let is_tag = |c: char| c.is_ascii_alphabetic() || c == '/';
        if !rest[1.min(rest.len())..].starts_with(is_tag) {
            let len = rest.chars().next().map_or(0, char::len_utf8);
            if skipped == 0 {
                text.push_str(&rest[..len]);
            }
            rest = &rest[len..];
            continue;
        }
        let end = rest.find('>').map_or(rest.len(), |end| end + 1);
        let tag = rest[1..end].trim_end_matches('>');
        rest = &rest[end..];
        let name = tag.trim_start_matches('/');
        let name = name
            .split(|c: char| c.is_whitespace() || c == '/')
            .next()
            .unwrap_or_default();
        if tag.starts_with('/') {
            if open.last() == Some(&name) {
                open.pop();
                skipped -= usize::from(SKIPPED.contains(&name));
            }
            continue;
        }
        images += usize::from(name == "img");
        if !VOID.contains(&name) && !tag.ends_with('/') {
            open.push(name);
            skipped += usize::from(SKIPPED.contains(&name));
        }
    }
    (text, images)
}

#[cfg(test)]
mod tests {
    use super::{minutes, text_and_images, words};

    #[test]
    fn as_the_reference_counts() {
        assert_eq!(words("uno dos, tres"), 3);
        assert_eq!(words(" uno. "), 3);
        assert_eq!(words(""), 1);
        let (text, images) = text_and_images("<p>a &amp; b<svg><path d='x'/>no</svg><img src=x> < c</p><!-- no -->");
        assert_eq!((text.as_str(), images), ("a & b < c", 1));
        let long = "word ".repeat(530);
        assert_eq!(minutes(&long, 265), 3);
        assert_eq!(minutes("<p>one</p>", 265), 1);
        assert_eq!(minutes(&"<img>".repeat(12), 265), 2);
    }
}
