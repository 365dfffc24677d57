//! Addresses relative to each other (COMPAT U10).

/// `url` as seen from the page at `from`, both below the site's root.
#[must_use]
pub fn relative_url(url: &str, from: &str) -> String {
    let (base, last) = from.rsplit_once('/').unwrap_or(("", from));
    // The last segment of the base counts as a folder unless it has a dot.
    let base: Vec<&str> = segments(if last.contains('.') { base } else { from });
    let target = segments(url);
    let common = base.iter().zip(&target).take_while(|(a, b)| a == b).count();
    let mut parts: Vec<&str> = vec![".."; base.len() - common];
    parts.extend(&target[common..]);
    let mut relative = if parts.is_empty() {
        ".".to_owned()
    } else {
        parts.join("/")
    };
    if url.ends_with('/') && !relative.ends_with('/') {
        relative.push('/');
    }
    relative
}

/// `path` as seen from `folder`, as Python's `posixpath.relpath` computes it.
#[must_use]
pub fn relative_path(path: &str, folder: &str) -> String {
    let (base, target) = (segments(folder), segments(path));
    let common = base.iter().zip(&target).take_while(|(a, b)| a == b).count();
    let mut parts: Vec<&str> = vec![".."; base.len() - common];
    parts.extend(&target[common..]);
    if parts.is_empty() {
        ".".to_owned()
    } else {
        parts.join("/")
    }
}

/// The segments of a path; `..` takes one off, but not above the root.
fn segments(path: &str) -> Vec<&str> {
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            segment => segments.push(segment),
        }
    }
    segments
}

/// Python's `urljoin` for a base with scheme and host and an address below it.
#[must_use]
pub fn join_url(base: &str, url: &str) -> String {
    let Some(scheme_end) = base.find("://").map(|at| at + 3) else {
        return format!("{base}{url}");
    };
    let host_end = base[scheme_end..].find('/').map_or(base.len(), |at| scheme_end + at);
    let (origin, path) = base.split_at(host_end);
    if url.starts_with('/') {
        return format!("{origin}{url}");
    }
    if url == "." || url == "./" {
        return format!("{origin}{}", folder(path));
    }
    let path = folder(path);
    let mut kept: Vec<&str> = Vec::new();
    let joined = format!("{path}{url}");
    for segment in joined.split('/').skip(1) {
        match segment {
            ".." => {
                kept.pop();
            }
            "." => {}
            segment => kept.push(segment),
        }
    }
    format!("{origin}/{}", kept.join("/"))
}

fn folder(path: &str) -> &str {
    path.rfind('/').map_or("/", |at| &path[..=at])
}

#[cfg(test)]
mod tests {
    use super::{join_url, relative_url};

    #[test]
    fn as_the_reference_computes_them() {
        for (url, from, expected) in [
            ("", "a/x/", "../.."),
            ("b/", "a/x/", "../../b/"),
            ("a/x/", "a/x/", "./"),
            ("a/", "", "a/"),
            ("", "", "."),
            ("a/b.html", "a/c.html", "b.html"),
            ("a/y/#z", "a/x/", "../y/#z"),
            ("assets/i.png", "a/", "../assets/i.png"),
        ] {
            assert_eq!(relative_url(url, from), expected, "{url} from {from}");
        }
        assert_eq!(join_url("https://a.b/c/", "d/e/"), "https://a.b/c/d/e/");
        assert_eq!(join_url("https://a.b/c/", ""), "https://a.b/c/");
        assert_eq!(join_url("https://a.b/", "x.html"), "https://a.b/x.html");
    }
}
