//! Patterns of paths in which `*` stays inside a folder and `**` crosses folders (wcmatch's `GLOBSTAR`,
//! `EXTGLOB` and `BRACE`), and names in their natural order.

use std::cmp::Ordering;

use regex::Regex;

/// A pattern of paths; a folder matches with or without its last `/`.
#[derive(Clone, Debug)]
pub(crate) struct PathGlob(Regex);

impl PathGlob {
    /// The pattern; `None` if it cannot be read.
    pub(crate) fn new(pattern: &str) -> Option<Self> {
        let mut out = String::from("^(?:");
        translate(pattern, &mut out)?;
        out.push_str(if pattern.ends_with('/') { ")$" } else { ")/?$" });
        Regex::new(&out).ok().map(Self)
    }

    /// Whether the whole path matches.
    pub(crate) fn matches(&self, path: &str) -> bool {
        self.0.is_match(path)
    }
}

fn translate(pattern: &str, out: &mut String) -> Option<()> {
    let chars: Vec<char> = pattern.chars().collect();
    // What closes each open group: its regular expression, and whether `|` or `,` separates.
    let mut open: Vec<(char, &str)> = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let next = chars.get(at + 1).copied();
        let starts = at == 0 || chars[at - 1] == '/';
        match c {
            '@' | '?' | '*' | '+' if next == Some('(') => {
                out.push_str("(?:");
                open.push((
                    ')',
                    match c {
                        '?' => ")?",
                        '*' => ")*",
                        '+' => ")+",
                        _ => ")",
                    },
                ));
                at += 1;
            }
            '!' if next == Some('(') => return None,
            '*' if next == Some('*') => {
                let whole = starts && chars.get(at + 2).is_none_or(|c| *c == '/');
                at += 1;
                if whole && chars.get(at + 1) == Some(&'/') {
                    out.push_str("(?:[^/.][^/]*/)*");
                    at += 1;
                } else if whole {
                    out.push_str("(?:[^/.][^/]*/)*(?:[^/.][^/]*)?");
                } else {
                    out.push_str("[^/]*");
                }
            }
            '*' => out.push_str(if starts { "(?:[^/.][^/]*)?" } else { "[^/]*" }),
            '?' => out.push_str("[^/]"),
            '[' => match chars[at + 1..].iter().skip(1).position(|c| *c == ']') {
                Some(len) => {
                    let set: String = chars[at + 1..at + 2 + len].iter().collect();
                    let set = set.replace('\\', "\\\\").replace('[', "\\[");
                    match set.strip_prefix(['!', '^']) {
                        Some(set) => out.push_str(&format!("[^/{set}]")),
                        None => out.push_str(&format!("[{set}]")),
                    }
                    at += len + 2;
                }
                None => out.push_str("\\["),
            },
            '{' if chars[at..].contains(&'}') => {
                out.push_str("(?:");
                open.push(('}', ")"));
            }
            '|' if open.last().is_some_and(|(close, _)| *close == ')') => out.push('|'),
            ',' if open.last().is_some_and(|(close, _)| *close == '}') => out.push('|'),
            c if open.last().is_some_and(|(close, _)| *close == c) => {
                out.push_str(open.pop().map_or("", |(_, text)| text));
            }
            '\\' if next.is_some() => {
                at += 1;
                out.push_str(&regex::escape(&chars[at].to_string()));
            }
            c => out.push_str(&regex::escape(&c.to_string())),
        }
        at += 1;
    }
    open.is_empty().then_some(())
}

/// A part of a name: text or a number.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Number(u128),
}

/// How names are compared.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Natural {
    /// Case does not count.
    pub(crate) ignore_case: bool,
    /// `a` and `A` stand together.
    pub(crate) group_letters: bool,
}

impl Natural {
    /// Numbers in names by their value.
    pub(crate) fn compare(self, a: &str, b: &str) -> Ordering {
        let (a, b) = (parts(a), parts(b));
        for (a, b) in a.iter().zip(&b) {
            let order = match (a, b) {
                (Part::Number(a), Part::Number(b)) => a.cmp(b),
                (Part::Text(a), Part::Text(b)) => self.texts(a, b),
                (Part::Number(_), Part::Text(_)) => Ordering::Less,
                (Part::Text(_), Part::Number(_)) => Ordering::Greater,
            };
            if order.is_ne() {
                return order;
            }
        }
        a.len().cmp(&b.len())
    }

    /// Paths folder by folder, the ending after the name.
    pub(crate) fn compare_paths(self, a: &str, b: &str) -> Ordering {
        let split = |path: &str| -> Vec<String> {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            let mut all: Vec<String> = folder
                .split('/')
                .filter(|part| !part.is_empty())
                .map(str::to_owned)
                .collect();
            match name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()) {
                Some((stem, ending)) => all.extend([stem.to_owned(), format!(".{ending}")]),
                None => all.push(name.to_owned()),
            }
            all
        };
        let (a, b) = (split(a), split(b));
        let orders = a.iter().zip(&b).map(|(a, b)| self.compare(a, b));
        orders
            .into_iter()
            .find(|order| order.is_ne())
            .unwrap_or_else(|| a.len().cmp(&b.len()))
    }

    fn texts(self, a: &str, b: &str) -> Ordering {
        if self.ignore_case {
            return a.to_lowercase().cmp(&b.to_lowercase());
        }
        if self.group_letters {
            let key = |text: &str| -> Vec<char> { text.chars().flat_map(|c| c.to_lowercase().chain([c])).collect() };
            return key(a).cmp(&key(b));
        }
        a.cmp(b)
    }
}

fn parts(name: &str) -> Vec<Part> {
    let mut found = Vec::new();
    let mut rest = name;
    while let Some(c) = rest.chars().next() {
        let digit = c.is_ascii_digit();
        let end = rest.find(|c: char| c.is_ascii_digit() != digit).unwrap_or(rest.len());
        let part = &rest[..end];
        found.push(if digit {
            Part::Number(part.parse().unwrap_or(u128::MAX))
        } else {
            Part::Text(part.to_owned())
        });
        rest = &rest[end..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Natural, PathGlob};

    #[test]
    fn as_wcmatch() {
        // wcmatch.glob.globmatch with GLOBSTAR | EXTGLOB | BRACE.
        for (pattern, path, wanted) in [
            ("*", "a.md", true),
            ("*", "a/", true),
            ("*", "a/b.md", false),
            ("*/", "a/", true),
            ("*/", "a", false),
            ("**/*.md", "a/b/c.md", true),
            ("**/*.md", "c.md", true),
            ("a/**", "a/b/c.md", true),
            ("*", ".hidden", false),
            ("@(index.md|README.md)", "README.md", true),
            ("a?(b).md", "a.md", true),
            ("{a,b}.md", "b.md", true),
            ("[!a]*.md", "ab.md", false),
            ("x*.md", "xy.md", true),
        ] {
            let glob = PathGlob::new(pattern).unwrap();
            assert_eq!(glob.matches(path), wanted, "{pattern} {path}");
        }
    }

    #[test]
    fn as_natsort() {
        let sorted = |names: &[&str], how: Natural| {
            let mut names: Vec<_> = names.iter().map(|name| (*name).to_owned()).collect();
            names.sort_by(|a, b| how.compare(a, b));
            names.join(" ")
        };
        let plain = Natural::default();
        assert_eq!(sorted(&["a10", "a2", "B1", "1x"], plain), "1x B1 a2 a10");
        let groups = Natural {
            group_letters: true,
            ..plain
        };
        assert_eq!(
            sorted(&["b", "B", "a", "A2", "A10"], groups),
            "A2 A10 a B b",
            "as natsort with GROUPLETTERS"
        );
        let any = Natural {
            ignore_case: true,
            ..plain
        };
        assert_eq!(sorted(&["b", "A", "c"], any), "A b c");
    }
}
