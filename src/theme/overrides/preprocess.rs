//! Jinja2 statements that minijinja does not parse, rewritten without moving any line.
//!
//! Does not know what the statements are for.

/// `{% trans %}` blocks become their text (pages are in one language), `scoped` and `required`
/// after block names go.
pub(super) fn python_habits(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    let mut plural: Vec<bool> = Vec::new();
    while let Some(at) = rest.find("{%") {
        let (before, tail) = rest.split_at(at);
        out.push_str(before);
        let Some(end) = tail.find("%}") else {
            out.push_str(tail);
            return out;
        };
        let (tag, after) = tail.split_at(end + 2);
        let inner = tag[2..tag.len() - 2].trim_matches(['-', '+']).trim();
        let word = inner.split_whitespace().next().unwrap_or_default();
        match word {
            "trans" => {
                let count = count_variable(inner).filter(|_| has_plural(after));
                plural.push(count.is_some());
                keep_lines(&mut out, tag);
                if let Some(count) = count {
                    out.push_str("{% if (");
                    out.push_str(count);
                    out.push_str(") == 1 %}");
                }
            }
            "pluralize" => {
                keep_lines(&mut out, tag);
                if plural.last() == Some(&true) {
                    out.push_str("{% else %}");
                }
            }
            "endtrans" => {
                keep_lines(&mut out, tag);
                if plural.pop() == Some(true) {
                    out.push_str("{% endif %}");
                }
            }
            "block" => out.push_str(&tag.replace(" scoped", "").replace(" required", "")),
            _ => out.push_str(tag),
        }
        rest = after;
    }
    out + rest
}

fn has_plural(after: &str) -> bool {
    let end = after.find("endtrans").unwrap_or(after.len());
    after[..end].contains("pluralize")
}

/// `count=x` of `{% trans count=x %}`.
fn count_variable(inner: &str) -> Option<&str> {
    let (_, value) = inner.split_once('=')?;
    Some(value.split(',').next().unwrap_or(value).trim())
}

fn keep_lines(out: &mut String, tag: &str) {
    out.extend(tag.matches('\n'));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn translations_become_their_text() {
        assert_eq!(
            python_habits("{% trans %}a {{ b }}{% endtrans %}{% block x scoped %}{% endblock %}"),
            "a {{ b }}{% block x %}{% endblock %}"
        );
        assert_eq!(
            python_habits("{% trans n=pages|length %}one{% pluralize %}{{ n }}{% endtrans %}"),
            "{% if (pages|length) == 1 %}one{% else %}{{ n }}{% endif %}"
        );
        assert_eq!(python_habits("a {% unclosed"), "a {% unclosed");
    }
}
