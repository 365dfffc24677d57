//! Other parts of a protected page's HTML that are encrypted: elements by their id or class.

/// An element to encrypt: its tag, and the id or class it has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) name: String,
    pub(super) tag: String,
    pub(super) by_id: bool,
}

/// Replaces what stands in each such element by `encrypt` of it, and hides the element. `None` if
/// one does not end or cannot be encrypted: the page must then not be written.
pub(super) fn replace(html: &str, part: &Part, encrypt: &dyn Fn(&str) -> Option<String>) -> Option<String> {
    let open = format!("<{}", part.tag);
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find(&open) {
        let tag_end = at + rest[at..].find('>')? + 1;
        let tag = &rest[at..tag_end];
        if !is_part(tag, part) {
            out.push_str(&rest[..tag_end]);
            rest = &rest[tag_end..];
            continue;
        }
        let inner = tag_end + length_inside(&rest[tag_end..], &part.tag)?;
        out.push_str(&rest[..at]);
        out.push_str(tag.trim_end_matches('>'));
        out.push_str(" style=\"display:none !important\">");
        out.push_str(&encrypt(rest[tag_end..inner].trim())?);
        rest = &rest[inner..];
    }
    out.push_str(rest);
    Some(out)
}

fn is_part(tag: &str, part: &Part) -> bool {
    let after = &tag[part.tag.len() + 1..];
    if !after.starts_with([' ', '\n', '\t', '>', '/']) {
        return false;
    }
    let attribute = if part.by_id { " id=\"" } else { " class=\"" };
    let Some(value) = after.find(attribute).map(|at| &after[at + attribute.len()..]) else {
        return false;
    };
    let value = value.split('"').next().unwrap_or_default();
    if part.by_id {
        value == part.name
    } else {
        value.split_whitespace().any(|class| class == part.name)
    }
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
            replace(html, &part("toc", false), &cipher).unwrap(),
            "<div class=\"a toc\" style=\"display:none !important\">[13]</div><div id=\"toc\">z</div>"
        );
        assert_eq!(
            replace(html, &part("toc", true), &cipher).unwrap(),
            "<div class=\"a toc\"><div>x</div>y</div><div id=\"toc\" style=\"display:none !important\">[1]</div>"
        );
        assert_eq!(replace("<div id=\"toc\">open", &part("toc", true), &cipher), None);
    }
}
