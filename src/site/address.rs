//! Written addresses taken apart and put together, as Python's `urllib` and `posixpath` do it.
//!
//! Does not know which pages there are.

/// An address in its parts.
pub(super) struct Parts<'u> {
    pub(super) path: &'u str,
    pub(super) query: Option<&'u str>,
    pub(super) fragment: Option<&'u str>,
}

/// Whether an address has a scheme (`mailto:`) or a host (`//host`), as Python's `urlsplit` sees it.
pub(super) fn has_scheme_or_host(url: &str) -> bool {
    if let Some(rest) = url.strip_prefix("//") {
        return !rest.is_empty() && !rest.starts_with('/');
    }
    let Some(colon) = url.find(':') else { return false };
    let scheme = &url[..colon];
    scheme.bytes().next().is_some_and(|b| b.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

/// The parts of an address.
pub(super) fn split(url: &str) -> Parts<'_> {
    let (rest, fragment) = url
        .split_once('#')
        .map_or((url, None), |(rest, fragment)| (rest, Some(fragment)));
    let (path, query) = rest
        .split_once('?')
        .map_or((rest, None), |(path, query)| (path, Some(query)));
    Parts { path, query, fragment }
}

/// The address that has these parts.
pub(super) fn join(path: &str, query: Option<&str>, fragment: Option<&str>) -> String {
    let mut url = path.to_owned();
    for (mark, part) in [('?', query), ('#', fragment)] {
        if let Some(part) = part.filter(|part| !part.is_empty()) {
            url.push(mark);
            url.push_str(part);
        }
    }
    url
}

/// The path that `path`, written in the source at `from`, leads to.
pub(super) fn target_uri(from: &str, path: &str) -> String {
    let joined = if path.starts_with('/') {
        path.to_owned()
    } else {
        let folder = from.rfind('/').map_or("", |at| &from[..=at]);
        format!("{folder}{path}")
    };
    normalize(joined.trim_start_matches('/'))
}

/// Python's `posixpath.normpath`.
pub(super) fn normalize(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut kept: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." if kept.last().is_some_and(|last| *last != "..") => {
                kept.pop();
            }
            ".." if absolute => {}
            segment => kept.push(segment),
        }
    }
    let path = kept.join("/");
    match (absolute, path.is_empty()) {
        (true, _) => format!("/{path}"),
        (false, true) => ".".to_owned(),
        (false, false) => path,
    }
}

/// Whether the last segment has an extension, as Python's `splitext` sees it.
pub(super) fn has_extension(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    file.trim_start_matches('.').contains('.')
}

#[cfg(test)]
mod tests {
    use super::{has_extension, has_scheme_or_host, join, normalize, split, target_uri};

    #[test]
    fn paths() {
        assert_eq!(normalize("a/./b/../c//d"), "a/c/d");
        assert_eq!(normalize("../../a"), "../../a");
        assert_eq!(normalize("/../a"), "/a");
        assert!(
            has_scheme_or_host("ssh+git://x")
                && has_scheme_or_host("//h/p")
                && !has_scheme_or_host("a:b/c".get(2..).unwrap())
        );
    }

    #[test]
    fn parts_come_together_again() {
        for url in ["a/b.md?q=1#x", "a", "#x", "?q", "a#x?y"] {
            let parts = split(url);
            assert_eq!(join(parts.path, parts.query, parts.fragment), url);
        }
        assert_eq!(target_uri("a/b.md", "../c"), "c");
        assert_eq!(target_uri("a/b.md", "/c"), "c");
        assert!(has_extension("a/x.pe") && !has_extension("a.b/x") && !has_extension("a/.x"));
    }
}
