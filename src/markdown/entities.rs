//! HTML character references, as HTML 5 defines them.

/// Replaces character references by the characters they name; what names none stays.
pub(crate) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match reference(rest) {
            Some((replacement, len)) => {
                out.push_str(&replacement);
                rest = &rest[len..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// The reference at the start of `text`, which begins with `&`: what it stands for and its length.
///
/// Names are resolved by pulldown-cmark, whose table is that of HTML 5.
fn reference(text: &str) -> Option<(String, usize)> {
    let end = text.find(';')? + 1;
    let name = &text[1..end - 1];
    let body = name.strip_prefix('#').unwrap_or(name);
    if body.is_empty() || name.len() > 40 || !body.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let mut out = String::new();
    for event in pulldown_cmark::Parser::new(&text[..end]) {
        if let pulldown_cmark::Event::Text(text) = event {
            out.push_str(&text);
        }
    }
    (out != text[..end]).then_some((out, end))
}

#[cfg(test)]
mod tests {
    use super::unescape;

    #[test]
    fn names_and_numbers() {
        assert_eq!(
            unescape("a &amp; b &#225; &#xe1; &ntilde; &nope; & c"),
            "a & b á á ñ &nope; & c"
        );
    }
}
