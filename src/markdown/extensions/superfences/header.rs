//! The first line of a fence: marks, language, options.

/// What follows the language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Info<'l> {
    /// `{ .class #id key="value" }`, the text between the braces.
    Attributes(&'l str),
    /// `key="value"` or bare keys, or nothing.
    Options(Vec<(String, String)>),
    /// Anything else.
    Unrecognized,
}

/// A fence's first line from the marks on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Header<'l> {
    /// The marks.
    pub(super) fence: &'l str,
    /// The language; may be missing.
    pub(super) language: Option<&'l str>,
    /// What follows.
    pub(super) info: Info<'l>,
}

impl<'l> Header<'l> {
    /// Reads a header; none if the line is no fence.
    pub(super) fn parse(line: &'l str) -> Option<Self> {
        let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let len = line.bytes().take_while(|b| *b == mark as u8).count();
        if len < 3 {
            return None;
        }
        let (fence, rest) = line.split_at(len);
        let rest = rest.trim_end_matches([' ', '\t']);
        if let Some((language, rest)) = language(rest)
            && let Some(info) = info(rest)
        {
            return Some(Self {
                fence,
                language: Some(language),
                info,
            });
        }
        Some(Self {
            fence,
            language: None,
            info: info(rest)?,
        })
    }
}

/// A name at the start, blanks and a full stop before it allowed, and the rest after it.
fn language(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start_matches([' ', '\t']);
    let text = text.strip_prefix('.').unwrap_or(text);
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '#' | '.' | '+' | '-');
    let end = text.find(|c| !is_name(c)).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    (!name.is_empty() && (rest.is_empty() || rest.starts_with([' ', '\t']))).then_some((name, rest))
}

fn info(rest: &str) -> Option<Info<'_>> {
    let text = rest.trim_start_matches([' ', '\t']);
    if text.is_empty() {
        return Some(Info::Options(Vec::new()));
    }
    if let Some(attributes) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
        return Some(Info::Attributes(attributes));
    }
    if options(text).is_some() {
        return Some(Info::Options(pairs(text)));
    }
    Some(Info::Unrecognized)
}

/// Whether a text is nothing but options, blanks between them.
fn options(mut text: &str) -> Option<()> {
    loop {
        text = text.trim_start_matches([' ', '\t']);
        if text.is_empty() {
            return Some(());
        }
        text = &text[key(text)?.len()..];
        if let Some(value) = text.strip_prefix('=') {
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let body = &value[1..];
            let ends = |at: &usize| body[at + 1..].is_empty() || body[at + 1..].starts_with([' ', '\t']);
            let end = body.match_indices(quote).map(|(at, _)| at).find(ends)?;
            text = &body[end + 1..];
        }
        if !(text.is_empty() || text.starts_with([' ', '\t'])) {
            return None;
        }
    }
}

fn key(text: &str) -> Option<&str> {
    let end = text
        .find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
        .unwrap_or(text.len());
    (end > 0 && text.as_bytes()[0].is_ascii_alphabetic()).then(|| &text[..end])
}

/// The options found one after the other; a key without a value has itself as value.
fn pairs(text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let Some(name) = key(rest) else {
            rest = &rest[rest.chars().next().map_or(1, char::len_utf8)..];
            continue;
        };
        rest = &rest[name.len()..];
        let mut value = name;
        if let Some(quoted) = rest.strip_prefix('=')
            && let Some(quote) = quoted.chars().next().filter(|c| matches!(c, '"' | '\''))
            && let Some(end) = quoted[1..].find(quote)
        {
            value = &quoted[1..=end];
            rest = &quoted[end + 2..];
        }
        found.retain(|(known, _): &(String, String)| known != name);
        found.push((name.to_owned(), value.to_owned()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Header, Info};

    fn options(line: &str) -> (Option<&str>, Vec<(String, String)>) {
        match Header::parse(line).map(|header| (header.language, header.info)) {
            Some((language, Info::Options(options))) => (language, options),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn headers() {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(options("```"), (None, vec![]));
        assert_eq!(options("~~~~ .c++  "), (Some("c++"), vec![]));
        assert_eq!(
            options("```py title=\"a b\" linenums='1 2'"),
            (Some("py"), vec![pair("title", "a b"), pair("linenums", "1 2")])
        );
        assert_eq!(options("``` hl_lines=\"1\""), (None, vec![pair("hl_lines", "1")]));
        assert_eq!(
            Header::parse("``` {.py #x}").map(|h| h.info),
            Some(Info::Attributes(".py #x"))
        );
        assert_eq!(
            Header::parse("```rust,ignore").map(|h| h.info),
            Some(Info::Unrecognized)
        );
        assert_eq!(Header::parse("```code```").map(|h| h.info), Some(Info::Unrecognized));
        assert_eq!(Header::parse("``x"), None);
    }
}
