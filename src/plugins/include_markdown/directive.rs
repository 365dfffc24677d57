//! The syntax of directives: `{% include "file" start="..." %}`.
//!
//! Does not know files.

/// A directive in a text.
#[derive(Debug)]
pub(super) struct Directive<'t> {
    /// Where it begins: with what stands before it in its line.
    pub(super) start: usize,
    /// Where the tag itself begins.
    pub(super) tag: usize,
    /// The end of the tag.
    pub(super) end: usize,
    /// The text before the tag that repeats before included lines.
    pub(super) indent: &'t str,
    /// The path, as meant.
    pub(super) path: Option<String>,
    /// What follows the path.
    pub(super) arguments: Vec<Argument<'t>>,
}

/// `name=value` in a directive.
#[derive(Debug)]
pub(super) struct Argument<'t> {
    pub(super) name: &'t str,
    /// Where the name stands in the text.
    pub(super) at: usize,
    pub(super) value: String,
}

/// How directives look.
#[derive(Clone, Debug)]
pub(super) struct Syntax {
    pub(super) opening: String,
    pub(super) closing: String,
}

impl Syntax {
    /// The first directive of this name at or after `from`.
    pub(super) fn find<'t>(&self, text: &'t str, name: &str, from: usize) -> Option<Directive<'t>> {
        let mut at = from;
        loop {
            let tag = at + text.get(at..)?.find(&self.opening)?;
            at = tag + self.opening.len();
            let Some((path, after)) = head(text, at, name) else {
                continue;
            };
            let (arguments, end) = self.arguments(text, after)?;
            let before = text.get(from..tag).unwrap_or_default();
            let is_indent = |c: char| c == ' ' || c == '\t' || c == '_' || c == '\\' || c == '.' || c.is_alphanumeric();
            let indent = before.trim_end_matches(is_indent).len();
            return Some(Directive {
                start: from + indent,
                tag,
                end,
                indent: &before[indent..],
                path,
                arguments,
            });
        }
    }

    /// The arguments to the end of the tag, and where that is.
    fn arguments<'t>(&self, text: &'t str, from: usize) -> Option<(Vec<Argument<'t>>, usize)> {
        let mut arguments = Vec::new();
        let mut word = from;
        let mut at = from;
        loop {
            let rest = text.get(at..)?;
            if rest.starts_with(&self.closing) {
                return Some((arguments, at + self.closing.len()));
            }
            let c = rest.chars().next()?;
            at += c.len_utf8();
            if c.is_whitespace() {
                word = at;
            } else if c == '=' {
                let name = text.get(word..at - 1).unwrap_or_default();
                let (value, end) = self.value(text, at)?;
                arguments.push(Argument { name, at: word, value });
                at = end;
                word = end;
            }
        }
    }

    /// A value, in quotes or as a word, and where it ends.
    fn value(&self, text: &str, at: usize) -> Option<(String, usize)> {
        let rest = text.get(at..)?;
        if let Some((value, length)) = quoted(rest) {
            return Some((value, at + length));
        }
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let end = rest.find(&self.closing).map_or(end, |closing| closing.min(end));
        Some((rest[..end].to_owned(), at + end))
    }
}

/// The name of the directive and its path, and where they end.
fn head(text: &str, at: usize, name: &str) -> Option<(Option<String>, usize)> {
    let skip = |at: usize| text.get(at..).map(|rest| text.len() - rest.trim_start().len());
    let after = skip(at)?;
    let after = text.get(after..)?.strip_prefix(name)?;
    let after_name = text.len() - after.len();
    let path = skip(after_name)?;
    if path == after_name {
        return None;
    }
    match quoted(text.get(path..)?) {
        Some((value, length)) => Some((Some(value), path + length)),
        None => Some((None, path)),
    }
}

/// A text in quotes with the quotes in it escaped, and its length as written.
fn quoted(text: &str) -> Option<(String, usize)> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut value = String::new();
    let mut rest = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = rest.next() {
        match c {
            '\\' if rest.peek().is_some_and(|(_, next)| *next == quote) => {
                value.push(quote);
                rest.next();
            }
            c if c == quote => return Some((value, at + 1)),
            c => value.push(c),
        }
    }
    None
}

/// A text with the escapes of Python's strings resolved.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        let mut ahead = rest.clone();
        let Some(escape) = ahead.next() else {
            out.push('\\');
            break;
        };
        let digits = match escape {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let code: String = ahead.clone().take(digits).collect();
        let coded = u32::from_str_radix(&code, 16).ok().filter(|_| code.len() == digits);
        let plain = match escape {
            'n' => Some('\n'),
            't' => Some('\t'),
            'r' => Some('\r'),
            'f' => Some('\u{c}'),
            'v' => Some('\u{b}'),
            'a' => Some('\u{7}'),
            'b' => Some('\u{8}'),
            '0' => Some('\0'),
            '\\' | '\'' | '"' => Some(escape),
            _ => coded.and_then(char::from_u32),
        };
        match plain {
            Some(c) => {
                out.push(c);
                rest = ahead;
                for _ in 0..digits {
                    rest.next();
                }
            }
            None => out.push('\\'),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Syntax, unescape};

    #[test]
    fn directives() {
        let syntax = Syntax {
            opening: "{%".into(),
            closing: "%}".into(),
        };
        let text = "a\n  - x. {% include 'it\\'s %}.md'\n  start=\"<!--a-->\" dedent=true %} z";
        let found = syntax.find(text, "include", 0).expect("one");
        assert_eq!(found.indent, " x. ");
        assert_eq!(found.path.as_deref(), Some("it's %}.md"));
        let arguments: Vec<_> = found.arguments.iter().map(|a| (a.name, a.value.as_str())).collect();
        assert_eq!(arguments, [("start", "<!--a-->"), ("dedent", "true")]);
        assert_eq!(&text[found.end..], " z");
        assert!(syntax.find(text, "include-markdown", 0).is_none());
        let bare = syntax.find("{% include x %}", "include", 0).expect("one");
        assert_eq!(bare.path, None);
        assert!(syntax.find("{% include 'open", "include", 0).is_none());
        assert!(syntax.find("{%include-x 'a'%}", "include", 0).is_none());
    }

    #[test]
    fn escapes() {
        assert_eq!(unescape("a\\nb\\t\\\\\\x41\\u00e9\\q\\"), "a\nb\t\\Aé\\q\\");
    }
}
