//! Selectors such as `div#id.class[name="value"]`, and names of attributes.

/// A tag, if one was asked for, and attributes in order; classes are joined, sorted.
pub(super) type Selector = (String, Vec<(String, String)>);

/// Whether a text can be the name of an attribute, an id or a class.
pub(super) fn is_identifier(text: &str) -> bool {
    identifier(text) == text.len() && !text.is_empty()
}

/// The length of the identifier at the start of a text.
fn identifier(text: &str) -> usize {
    let is_start = |c: char| c.is_ascii_alphabetic() || c == '_' || c >= '\u{80}';
    let is_rest = |c: char| is_start(c) || c.is_ascii_digit() || c == '-';
    let body = text.strip_prefix('-').unwrap_or(text);
    if !(text.starts_with("--") || body.starts_with(is_start)) {
        return 0;
    }
    text.find(|c| !is_rest(c)).unwrap_or(text.len())
}

/// Reads a whole text as a selector.
pub(super) fn parse(text: &str, with_tag: bool) -> Option<Selector> {
    let mut rest = text;
    let mut tag = String::new();
    if with_tag {
        let len = identifier(rest);
        if len == 0 {
            return None;
        }
        rest[..len].clone_into(&mut tag);
        rest = &rest[len..];
    }
    let mut attributes: Vec<(String, String)> = Vec::new();
    let mut classes: Vec<String> = Vec::new();
    let mut has_id = false;
    while let Some(mark) = rest.chars().next() {
        match mark {
            '#' | '.' => {
                let len = identifier(&rest[1..]);
                if len == 0 || mark == '#' && has_id {
                    return None;
                }
                let name = &rest[1..=len];
                if mark == '#' {
                    has_id = true;
                    set(&mut attributes, "id", name);
                } else {
                    classes.push(name.to_owned());
                    set(&mut attributes, "class", "");
                }
                rest = &rest[len + 1..];
            }
            '[' => rest = bracket(&rest[1..], &mut attributes, &mut classes)?,
            _ => return None,
        }
    }
    if !classes.is_empty() {
        classes.sort();
        set(&mut attributes, "class", &classes.join(" "));
    }
    Some((tag, attributes))
}

fn set(attributes: &mut Vec<(String, String)>, name: &str, value: &str) {
    match attributes.iter_mut().find(|(known, _)| known == name) {
        Some(known) => value.clone_into(&mut known.1),
        None => attributes.push((name.to_owned(), value.to_owned())),
    }
}

/// What stands between brackets; gives the text after them.
fn bracket<'t>(text: &'t str, attributes: &mut Vec<(String, String)>, classes: &mut Vec<String>) -> Option<&'t str> {
    let blanks = [' ', '\t'];
    let mut rest = text.trim_start_matches(blanks);
    while !rest.starts_with(']') {
        let len = identifier(rest);
        if len == 0 {
            return None;
        }
        let name = rest[..len].to_ascii_lowercase();
        rest = &rest[len..];
        let mut value = if name == "class" { String::new() } else { name.clone() };
        if let Some(after) = rest.trim_start_matches(blanks).strip_prefix('=') {
            let after = after.trim_start_matches(blanks);
            match after.chars().next()? {
                quote @ ('"' | '\'') => {
                    let end = closing(&after[1..], quote)?;
                    after[1..=end].clone_into(&mut value);
                    rest = &after[end + 2..];
                }
                _ => {
                    let len = identifier(after);
                    if len == 0 {
                        return None;
                    }
                    after[..len].clone_into(&mut value);
                    rest = &after[len..];
                }
            }
        }
        if name == "class" {
            classes.extend(value.split(' ').filter(|class| !class.is_empty()).map(str::to_owned));
            if !classes.is_empty() {
                set(attributes, "class", "");
            }
        } else {
            set(attributes, &name, &value);
        }
        rest = rest.trim_start_matches(blanks);
    }
    Some(&rest[1..])
}

/// Where an unescaped quote closes a text.
fn closing(text: &str, quote: char) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return Some(at),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn selectors() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(
            parse("div#a.c.b[x='1 2' y=z hidden]", true),
            Some((
                "div".to_owned(),
                vec![
                    pair("id", "a"),
                    pair("class", "b c"),
                    pair("x", "1 2"),
                    pair("y", "z"),
                    pair("hidden", "hidden")
                ]
            ))
        );
        assert_eq!(parse(".a", false).map(|(_, a)| a), Some(vec![pair("class", "a")]));
        for no in ["", "#a", "div#a#b", "div[", "div[x=]", "div x"] {
            assert_eq!(parse(no, true), None, "{no}");
        }
    }
}
