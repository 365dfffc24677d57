//! What web servers are told about a file: its media type, and how long it may be kept.

/// Media types by the ending of the name, as the IANA registry has them.
const TYPES: &[(&str, &str)] = &[
    ("html", "text/html; charset=utf-8"),
    ("htm", "text/html; charset=utf-8"),
    ("css", "text/css; charset=utf-8"),
    ("js", "text/javascript; charset=utf-8"),
    ("mjs", "text/javascript; charset=utf-8"),
    ("json", "application/json"),
    ("map", "application/json"),
    ("webmanifest", "application/manifest+json"),
    ("xml", "application/xml"),
    ("rss", "application/rss+xml"),
    ("atom", "application/atom+xml"),
    ("txt", "text/plain; charset=utf-8"),
    ("md", "text/markdown; charset=utf-8"),
    ("csv", "text/csv; charset=utf-8"),
    ("yml", "application/yaml"),
    ("yaml", "application/yaml"),
    ("svg", "image/svg+xml"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("avif", "image/avif"),
    ("ico", "image/vnd.microsoft.icon"),
    ("woff", "font/woff"),
    ("woff2", "font/woff2"),
    ("ttf", "font/ttf"),
    ("otf", "font/otf"),
    ("wasm", "application/wasm"),
    ("pdf", "application/pdf"),
    ("zip", "application/zip"),
    ("gz", "application/gzip"),
    ("tar", "application/x-tar"),
    ("mp4", "video/mp4"),
    ("webm", "video/webm"),
    ("mp3", "audio/mpeg"),
    ("ogg", "audio/ogg"),
    ("ipynb", "application/json"),
];

/// Files whose name changes with their bytes may be kept for a year, as RFC 9111 and RFC 8246 have it.
const FOREVER: &str = "public, max-age=31536000, immutable";
/// Pages are asked for again each time, and answered by `304` while they are the same.
const ASK: &str = "public, max-age=0, must-revalidate";
/// Everything else may be an hour old.
const HOUR: &str = "public, max-age=3600";

/// The media type of a file, and how it is packed: `x.html.br` is a packed page.
pub(super) fn media_type(path: &str) -> (&'static str, Option<&'static str>) {
    let name = path.rsplit('/').next().unwrap_or(path);
    for (end, coding) in [(".gz", "gzip"), (".br", "br")] {
        // `sitemap.xml.gz` is asked for by that name: it is a file of its own.
        if let Some(inner) = name.strip_suffix(end).filter(|inner| *inner != "sitemap.xml")
            && let Some(media) = by_ending(inner)
        {
            return (media, Some(coding));
        }
    }
    (by_ending(name).unwrap_or("application/octet-stream"), None)
}

/// How long a file may be kept by browsers and proxies.
pub(super) fn cache_control(path: &str) -> &'static str {
    let inner = path
        .strip_suffix(".gz")
        .or_else(|| path.strip_suffix(".br"))
        .unwrap_or(path);
    let name = inner.rsplit('/').next().unwrap_or(inner);
    if is_hashed(name) {
        FOREVER
    } else if [".html", ".xml", ".json", ".txt"].iter().any(|end| name.ends_with(end)) {
        ASK
    } else {
        HOUR
    }
}

/// Whether a name carries a hash of the content: `main.0123456789abcdef.min.css`.
pub(super) fn is_hashed(name: &str) -> bool {
    let parts: Vec<&str> = name.split('.').collect();
    let inner = parts.get(1..parts.len().saturating_sub(1)).unwrap_or_default();
    let is_hash = |part: &&str| {
        part.len() >= 8
            && part
                .bytes()
                .all(|byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f'))
            && part.bytes().any(|byte| byte.is_ascii_digit())
    };
    inner.iter().any(is_hash)
}

/// Whether a file becomes notably smaller by packing.
pub(super) fn is_packable(path: &str) -> bool {
    let ends = [
        ".html",
        ".htm",
        ".css",
        ".js",
        ".mjs",
        ".json",
        ".map",
        ".webmanifest",
        ".xml",
        ".rss",
        ".atom",
        ".txt",
        ".md",
        ".csv",
        ".svg",
        ".ico",
        ".ttf",
        ".otf",
        ".wasm",
        ".ipynb",
        ".yml",
        ".yaml",
    ];
    ends.iter().any(|end| path.ends_with(end))
}

fn by_ending(name: &str) -> Option<&'static str> {
    let (_, ending) = name.rsplit_once('.')?;
    let ending = ending.to_ascii_lowercase();
    TYPES
        .iter()
        .find(|(known, _)| *known == ending)
        .map(|(_, media)| *media)
}

#[cfg(test)]
mod tests {
    use super::{cache_control, media_type};

    #[test]
    fn names_say_what_files_are_and_how_long_they_last() {
        assert_eq!(media_type("a/b.html"), ("text/html; charset=utf-8", None));
        assert_eq!(media_type("a/b.html.br"), ("text/html; charset=utf-8", Some("br")));
        assert_eq!(media_type("sitemap.xml.gz"), ("application/gzip", None));
        assert_eq!(media_type("data.tar.gz"), ("application/x-tar", Some("gzip")));
        assert_eq!(media_type("CNAME"), ("application/octet-stream", None));
        assert!(cache_control("assets/main.8f3c2d1a.min.css").contains("immutable"));
        assert!(cache_control("assets/main.8f3c2d1a9b.min.css.gz").contains("immutable"));
        assert!(cache_control("a/index.html").contains("max-age=0"));
        assert!(cache_control("v1.2.3/notes.png").contains("3600"));
        assert!(cache_control("a.defaced.png").contains("3600"));
    }
}
