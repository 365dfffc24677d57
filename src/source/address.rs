//! From a source's path to its output and address (COMPAT U1 to U4).

/// Whether a path is that of a Markdown page.
#[must_use]
pub fn is_page(src_uri: &str) -> bool {
    const ENDINGS: [&str; 5] = [".markdown", ".mdown", ".mkdn", ".mkd", ".md"];
    ENDINGS.iter().any(|ending| src_uri.ends_with(ending))
}

/// The stem of a path's file name; `index` for `README`.
pub(super) fn stem(src_uri: &str) -> String {
    let file = src_uri.rsplit('/').next().unwrap_or(src_uri);
    // A name that starts with dots has no ending (Python's `splitext`).
    let body = file.trim_start_matches('.');
    let cut = body.rfind('.').map_or(file.len(), |at| file.len() - body.len() + at);
    let stem = &file[..cut];
    if stem == "README" {
        "index".to_owned()
    } else {
        stem.to_owned()
    }
}

/// The path of the output below the site folder.
#[must_use]
pub fn destination(src_uri: &str, use_directory_urls: bool) -> String {
    if !is_page(src_uri) {
        return src_uri.to_owned();
    }
    let folder = src_uri.rfind('/').map_or("", |at| &src_uri[..=at]);
    let stem = stem(src_uri);
    if use_directory_urls && stem != "index" {
        format!("{folder}{stem}/index.html")
    } else {
        format!("{folder}{stem}.html")
    }
}

/// The address of an output below the site's root; `''` for the root itself.
#[must_use]
pub fn url_of(dest_uri: &str, use_directory_urls: bool) -> String {
    let path = if use_directory_urls && (dest_uri == "index.html" || dest_uri.ends_with("/index.html")) {
        &dest_uri[..dest_uri.len() - "index.html".len()]
    } else {
        dest_uri
    };
    quote(path)
}

/// Percent-encodes a path as Python's `urllib.parse.quote` does.
#[must_use]
pub fn quote(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'~' | b'/') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Resolves percent-encoding; bytes that are no UTF-8 become U+FFFD.
#[must_use]
pub fn unquote(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let digits = text.get(at + 1..at + 3).filter(|_| bytes[at] == b'%');
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::{destination, quote, stem, unquote, url_of};

    #[test]
    fn outputs_and_addresses() {
        let both = |uri: &str, directory| {
            let dest = destination(uri, directory);
            let url = url_of(&dest, directory);
            (dest, url)
        };
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        assert_eq!(both("index.md", true), pair("index.html", ""));
        assert_eq!(both("a/README.md", true), pair("a/index.html", "a/"));
        assert_eq!(
            both("a/Guía 1.md", true),
            pair("a/Guía 1/index.html", "a/Gu%C3%ADa%201/")
        );
        assert_eq!(both("a/x.mkd", false), pair("a/x.html", "a/x.html"));
        assert_eq!(both("index.md", false), pair("index.html", "index.html"));
        assert_eq!(both("a/x.html", true), pair("a/x.html", "a/x.html"));
        assert_eq!(stem("a/v1.2.md"), "v1.2");
        assert_eq!(unquote("a%20b%c3%b3%zz"), "a bó%zz");
        assert_eq!(quote("a b~_.-/é"), "a%20b~_.-/%C3%A9");
    }
}
