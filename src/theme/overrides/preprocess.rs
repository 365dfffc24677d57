//! Jinja2 statements that minijinja does not parse, rewritten without moving any line.
//!
//! Does not know what the statements are for.

/// `{% trans %}` blocks become their text (pages are in one language), `scoped` and `required`
/// after block names go.
pub(crate) fn python_habits(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    let mut plural: Vec<bool> = Vec::new();
    let mut loops = 0_usize;
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
            "do" => out.push_str(&done(tag, inner, loops)),
            "for" => {
                loops += 1;
                out.push_str(tag);
            }
            "endfor" => {
                loops = loops.saturating_sub(1);
                out.push_str(tag);
            }
            "block" => out.push_str(&tag.replace(" scoped", "").replace(" required", "")),
            _ => out.push_str(tag),
        }
        rest = after;
    }
    out + rest
}

/// `{% do x %}` for any expression. Lists cannot be changed in place, so `a.append(b)` becomes
/// `a = a + [b]` where that means the same: outside loops, and for attributes of a namespace.
fn done(tag: &str, inner: &str, loops: usize) -> String {
    let expression = inner["do".len()..].trim();
    if let Some((list, item)) = expression.strip_suffix(')').and_then(|e| e.split_once(".append(")) {
        let name = list.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '.');
        if name && (loops == 0 || list.contains('.')) {
            return tag.replacen(inner, &format!("set {list} = {list} + [{item}]"), 1);
        }
    }
    tag.replacen(inner, &format!("set __done = {expression}"), 1)
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

    #[test]
    fn statements_without_output() {
        assert_eq!(python_habits("{%- do f(x) -%}"), "{%- set __done = f(x) -%}");
        assert_eq!(python_habits("{% do a.append(b) %}"), "{% set a = a + [b] %}");
        assert_eq!(
            python_habits("{% for b in c %}{% do n.a.append(b) %}{% do a.append(b) %}{% endfor %}"),
            "{% for b in c %}{% set n.a = n.a + [b] %}{% set __done = a.append(b) %}{% endfor %}"
        );
    }
}
