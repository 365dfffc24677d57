//! Other parts of a protected page's HTML that are encrypted: elements by their id or class.

use crate::plugins::attributes::{attribute, tag_len};

/// An element to encrypt: its tag, and the id or class it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) tag: String,
    pub(super) by_id: bool,
}

/// Replaces what stands in each such element by `encrypt` of it, and hides the element; puts
/// `before` ahead of the first one. Gives how many there were. `None` if one does not end or cannot
/// be encrypted: the page must then not be written.
pub(super) fn replace(
    html: &str,
    part: &Part,
    before: &str,
    encrypt: &dyn Fn(&str) -> Option<String>,
) -> Option<(String, usize)> {
    // Tags may be written in either case; lower case has the same places.
    let lower = html.to_ascii_lowercase();
    let name = part.tag.to_ascii_lowercase();
    let open = format!("<{name}");
    let mut out = String::with_capacity(html.len());
    let (mut at, mut count) = (0, 0);
    while let Some(start) = lower[at..].find(&open).map(|found| at + found) {
        let tag_end = start + tag_len(&html[start..])?;
        let tag = &html[start..tag_end];
        if !is_part(tag, part) {
            out.push_str(&html[at..tag_end]);
            at = tag_end;
            continue;
        }
        let inner = tag_end + length_inside(&lower[tag_end..], &name)?;
        out.push_str(&html[at..start]);
        if count == 0 {
            out.push_str(before);
        }
        // No style of its own, which a strict policy would not let through.
        out.push_str(&tag[..open.len()]);
        out.push_str(" data-encrypted");
        out.push_str(&tag[open.len()..]);
        out.push_str(&encrypt(html[tag_end..inner].trim())?);
        at = inner;
        count += 1;
    }
    out.push_str(&html[at..]);
    Some((out, count))
}

fn is_part(tag: &str, part: &Part) -> bool {
    let after = &tag[part.tag.len() + 1..];
    if !after.starts_with(|c: char| c.is_ascii_whitespace() || matches!(c, '>' | '/')) {
        return false;
    }
    if part.by_id {
        return attribute(after, "id") == Some(part.name.as_str());
    }
    let class = attribute(after, "class").unwrap_or_default();
    class.split_ascii_whitespace().any(|class| class == part.name)
}

/// How far it is to the end tag that matches an open `tag`.
fn length_inside(html: &str, tag: &str) -> Option<usize> {
    let (open, close) = (format!("<{tag}"), format!("</{tag}>"));
    let mut depth = 1_usize;
    let mut at = 0;
    loop {
        let end = at + html[at..].find(&close)?;
        let mut from = at;
        while let Some(start) = html[from..end].find(&open).map(|start| start + from) {
            let next = html[start + open.len()..].chars().next();
            if next.is_some_and(|c| c.is_whitespace() || c == '>') {
                depth += 1;
            }
            from = start + open.len();
        }
        depth -= 1;
        if depth == 0 {
            return Some(end);
        }
        at = end + close.len();
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, replace};

    #[test]
    fn elements_with_what_stands_in_them() {
        let part = |name: &str, by_id| Part {
            name: name.to_owned(),
            tag: "div".to_owned(),
            by_id,
        };
        let cipher = |text: &str| Some(format!("[{}]", text.len()));
        let html = "<div class=\"a toc\"><div>x</div>y</div><div id=\"toc\">z</div>";
        assert_eq!(
            replace(html, &part("toc", false), "", &cipher).unwrap().0,
            "<div data-encrypted class=\"a toc\">[13]</div><div id=\"toc\">z</div>"
        );
        assert_eq!(
            replace(html, &part("toc", true), "!", &cipher).unwrap().0,
            "<div class=\"a toc\"><div>x</div>y</div>!<div data-encrypted id=\"toc\">[1]</div>"
        );
        assert_eq!(replace("<div id=\"toc\">open", &part("toc", true), "", &cipher), None);
        for html in [
            "<DIV id=toc>z</DIV>",
            "<div title=\"a > b\" id='toc'>z</div>",
            "<div\n\tid = \"toc\">z</div>",
        ] {
            let (hidden, count) = replace(html, &part("toc", true), "", &cipher).unwrap();
            assert!(count == 1 && !hidden.contains('z'), "{hidden}");
        }
    }
}
