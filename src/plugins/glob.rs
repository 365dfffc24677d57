//! File name patterns as Python's `fnmatch` reads them: `*` also crosses folders.

use regex::Regex;

/// A list of patterns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Globs(Vec<Regex>);

impl Globs {
    /// Patterns; one that cannot be read matches nothing.
    pub(crate) fn new(patterns: &[String]) -> Self {
        Self(patterns.iter().filter_map(|pattern| translate(pattern)).collect())
    }

    /// Whether one of them matches the whole path.
    pub(crate) fn matches(&self, path: &str) -> bool {
        self.0.iter().any(|regex| regex.is_match(path))
    }

    /// Whether there are none.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn translate(pattern: &str) -> Option<Regex> {
    let mut out = String::from("(?s)^");
    let mut rest = pattern;
    while let Some(c) = rest.chars().next() {
        let mut len = c.len_utf8();
        match c {
            '*' => out.push_str(".*"),
            '?' => out.push('.'),
            '[' => match rest.get(2..).and_then(|tail| tail.find(']')) {
                Some(end) => {
                    len = end + 3;
                    let set = rest[1..len - 1].replace('\\', "\\\\").replace('[', "\\[");
                    let set = set.strip_prefix('!').map_or(set.clone(), |set| format!("^{set}"));
                    out.push_str(&format!("[{set}]"));
                }
                None => out.push_str("\\["),
            },
            c => out.push_str(&regex::escape(&c.to_string())),
        }
        rest = &rest[len..];
    }
    out.push('$');
    Regex::new(&out).ok()
}

#[cfg(test)]
mod tests {
    use super::Globs;

    #[test]
    fn as_fnmatch() {
        let matches = |pattern: &str, path| Globs::new(&[pattern.to_owned()]).matches(path);
        assert!(matches("a/*", "a/b/c.md"));
        assert!(matches("?.md", "x.md"));
        assert!(matches("[!a]*", "b.md") && !matches("[!a]*", "a.md"));
        assert!(matches("[ab]", "b") && matches("[", "[") && !matches("a.c", "abc"));
    }
}
