//! A Content-Security-Policy for each finished page: what it loads and runs, and nothing more.
//!
//! Everything comes from the site itself unless the page's own HTML says otherwise: hosts that it
//! names are allowed for what they are named for, inline scripts and styles by their hash
//! (<https://www.w3.org/TR/CSP3/>). The alignment of table cells, which the dialect writes as
//! `style`, becomes a class. Does not know templates: it reads HTML.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use crate::theme::{PolicySpec, escape};

/// Sources by directive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy(BTreeMap<&'static str, BTreeSet<String>>);

/// Directives that start from nothing instead of from the site itself.
const CLOSED: &[&str] = &["object-src"];

impl Policy {
    /// The policy of a page that loads nothing from elsewhere and has nothing inline, with the
    /// sources that the site's configuration asks for.
    #[must_use]
    pub fn new(spec: &PolicySpec) -> Self {
        let mut policy = Self::default();
        for (directive, sources) in &spec.sources {
            for source in sources {
                policy.allow(directive, source.clone());
            }
        }
        policy
    }

    fn allow(&mut self, directive: &'static str, source: String) {
        self.0.entry(directive).or_default().insert(source);
    }

    /// Takes in what another page needs.
    pub fn merge(&mut self, other: Self) {
        for (directive, sources) in other.0 {
            self.0.entry(directive).or_default().extend(sources);
        }
    }

    /// The policy as a header's value. `frame-ancestors` holds in headers only.
    #[must_use]
    pub fn text(&self, header: bool) -> String {
        let mut out = String::from("default-src 'self'; base-uri 'self'; object-src 'none'");
        if header {
            out.push_str("; frame-ancestors 'self'");
        }
        for (directive, sources) in self.0.iter().filter(|(directive, _)| !CLOSED.contains(directive)) {
            let _ = write!(out, "; {directive} 'self'");
            if sources.iter().any(|s| s.starts_with("'sha256-")) && directive.ends_with("-attr") {
                out.push_str(" 'unsafe-hashes'");
            }
            for source in sources {
                let _ = write!(out, " {source}");
            }
        }
        out
    }

    /// The file `_headers`, which Netlify, Cloudflare Pages and others read.
    #[must_use]
    pub fn headers(&self) -> String {
        format!(
            "/*\n  Content-Security-Policy: {}\n  X-Content-Type-Options: nosniff\n  Referrer-Policy: strict-origin-when-cross-origin\n",
            self.text(true)
        )
    }

    /// Reads a finished page, takes in what it needs, and puts the policy of that page into its head.
    pub fn harden(&mut self, html: &mut String) {
        let mut found = Self(self.0.clone());
        let text = found.read(html);
        let meta = format!(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n",
            escape(&found.text(false)).replace("&#39;", "'")
        );
        *html = with_meta(&text, &meta);
        self.merge(found);
    }

    /// The page with aligned cells as classes; what it needs is noted.
    fn read(&mut self, html: &str) -> String {
        let mut out = String::with_capacity(html.len() + 512);
        let mut rest = html;
        while let Some(at) = rest.find('<') {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            if rest.starts_with("<!--") {
                let end = rest.find("-->").map_or(rest.len(), |end| end + 3);
                out.push_str(&rest[..end]);
                rest = &rest[end..];
                continue;
            }
            let end = tag_end(rest);
            let tag = &rest[..end];
            rest = &rest[end..];
            let name = tag_name(tag);
            out.push_str(&self.tag(&name, tag));
            if matches!(name.as_str(), "script" | "style") {
                let close = format!("</{name}");
                let end = find_ignoring_case(rest, &close).unwrap_or(rest.len());
                self.inline(&name, tag, &rest[..end]);
                out.push_str(&rest[..end]);
                rest = &rest[end..];
            }
        }
        out + rest
    }

    fn inline(&mut self, name: &str, tag: &str, text: &str) {
        if name == "style" {
            self.allow("style-src", hash(text));
        } else if attribute(tag, "src").is_none() && runs(attribute(tag, "type")) {
            self.allow("script-src", hash(text));
        }
    }

    /// Notes what a tag needs, and gives it back, its alignment as a class.
    fn tag(&mut self, name: &str, tag: &str) -> String {
        for (attribute_name, value) in attributes(tag) {
            let value = unescape(value);
            let directive = match (name, attribute_name.to_ascii_lowercase().as_str()) {
                (_, "style") => {
                    if matches!(name, "td" | "th")
                        && let Some(side) = alignment(&value)
                    {
                        return aligned(tag, side);
                    }
                    self.allow("style-src-attr", hash(&value));
                    continue;
                }
                (_, handler) if handler.starts_with("on") => {
                    self.allow("script-src-attr", hash(&value));
                    continue;
                }
                ("img" | "input", "src") => "img-src",
                ("script", "src") => "script-src",
                ("iframe" | "embed" | "frame", "src") => "frame-src",
                ("video" | "audio" | "source" | "track", "src") => "media-src",
                ("video", "poster") => "img-src",
                ("img" | "source", "srcset") => {
                    for part in value.split(',').filter_map(|part| part.split_whitespace().next()) {
                        self.loads("img-src", part);
                    }
                    continue;
                }
                ("link", "href") => match attribute(tag, "rel") {
                    Some(rel) if rel.contains("stylesheet") => "style-src",
                    Some(rel) if rel.contains("icon") => "img-src",
                    Some(rel) if rel.contains("manifest") => "manifest-src",
                    _ => continue,
                },
                ("form", "action") => "form-action",
                _ => continue,
            };
            self.loads(directive, &value);
        }
        tag.to_owned()
    }

    fn loads(&mut self, directive: &'static str, url: &str) {
        if let Some(source) = source(url) {
            self.allow(directive, source);
            // Google's style sheets bring its fonts.
            if directive == "style-src" && url.contains("fonts.googleapis.com") {
                self.allow("font-src", "https://fonts.gstatic.com".into());
            }
        }
    }
}

/// The source that allows a URL; nothing if it is the site's own.
fn source(url: &str) -> Option<String> {
    let url = url.trim();
    for scheme in ["data:", "blob:"] {
        if url.starts_with(scheme) {
            return Some(scheme.to_owned());
        }
    }
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme @ ("http" | "https"), rest)) => (scheme, rest),
        _ => ("https", url.strip_prefix("//")?),
    };
    let host = rest.split(['/', '?', '#']).next()?;
    let plain = !host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:".contains(&b));
    plain.then(|| format!("{scheme}://{}", host.to_ascii_lowercase()))
}

/// Whether a script of this type is run, so that the policy has a say in it.
fn runs(kind: Option<&str>) -> bool {
    let kind = kind.map(|kind| kind.trim().to_ascii_lowercase());
    kind.is_none_or(|kind| {
        kind.is_empty() || kind == "module" || kind.ends_with("javascript") || kind.ends_with("ecmascript")
    })
}

/// The side of `text-align: right;`, if that is all.
fn alignment(style: &str) -> Option<&'static str> {
    let value = style.trim().trim_end_matches(';').strip_prefix("text-align:")?.trim();
    ["left", "center", "right"].into_iter().find(|side| *side == value)
}

fn aligned(tag: &str, side: &str) -> String {
    let start = tag.find("style=").unwrap_or(0);
    let quote = tag[start..].find('"').map_or(tag.len(), |at| start + at + 1);
    let end = tag[quote..].find('"').map_or(tag.len(), |at| quote + at + 1);
    let (before, after) = (&tag[..start], &tag[end..]);
    match before.find("class=\"") {
        Some(at) => format!("{}class=\"md-align-{side} {}{after}", &before[..at], &before[at + 7..]),
        None => format!("{before}class=\"md-align-{side}\"{after}"),
    }
}

fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

fn with_meta(html: &str, meta: &str) -> String {
    // After the declaration of the encoding, which has to come early, and before anything is loaded.
    let after = ["<meta charset=\"utf-8\">\n", "<head>\n", "<head>"]
        .into_iter()
        .find_map(|mark| html.find(mark).map(|at| at + mark.len()));
    match after {
        Some(at) => format!("{}{meta}{}", &html[..at], &html[at..]),
        None => html.to_owned(),
    }
}

fn tag_name(tag: &str) -> String {
    let name = tag[1..].split(|c: char| !c.is_ascii_alphanumeric() && c != '-').next();
    name.unwrap_or_default().to_ascii_lowercase()
}

/// Where a tag ends: after its `>` outside of quotes.
fn tag_end(text: &str) -> usize {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return at + 1,
            (None, b'"' | b'\'') if at > 1 => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    // An apostrophe that opens nothing: the first `>` will do.
    text.find('>').map_or(text.len(), |at| at + 1)
}

/// Names and values of a tag's attributes, as written.
fn attributes(tag: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = tag.find(char::is_whitespace).map_or("", |at| &tag[at..]);
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '/');
        let end = rest.find(|c: char| c.is_whitespace() || c == '=' || c == '>')?;
        let name = &rest[..end];
        if name.is_empty() {
            return None;
        }
        rest = rest[end..].trim_start();
        let Some(value) = rest.strip_prefix('=').map(str::trim_start) else {
            return Some((name, ""));
        };
        let (value, after) = match value.chars().next() {
            Some(quote @ ('"' | '\'')) => value[1..].split_once(quote).unwrap_or((&value[1..], "")),
            _ => value.split_at(
                value
                    .find(|c: char| c.is_whitespace() || c == '>')
                    .unwrap_or(value.len()),
            ),
        };
        rest = after;
        Some((name, value))
    })
}

fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    attributes(tag)
        .find(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

fn unescape(value: &str) -> String {
    value
        .replace("&quot;", "\"")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

fn find_ignoring_case(text: &str, wanted: &str) -> Option<usize> {
    let (text, wanted) = (text.as_bytes(), wanted.as_bytes());
    (0..=text.len().checked_sub(wanted.len())?).find(|&at| text[at..at + wanted.len()].eq_ignore_ascii_case(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hardened(body: &str) -> (String, String) {
        let mut policy = Policy::default();
        let mut html = format!("<head>\n<meta charset=\"utf-8\">\n</head>{body}");
        policy.harden(&mut html);
        (html, policy.text(true))
    }

    #[test]
    fn a_plain_page_needs_nothing_but_itself() {
        let (html, header) =
            hardened("<img src='../a.png'><script src=\"b.js\"></script><script type=\"application/json\">{}</script>");
        assert_eq!(
            header,
            "default-src 'self'; base-uri 'self'; object-src 'none'; frame-ancestors 'self'"
        );
        assert!(html.starts_with(
            "<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'self'; base-uri 'self'; object-src 'none'\">\n"
        ));
    }

    #[test]
    fn what_a_page_names_is_allowed_for_what_it_is_named_for() {
        let (_, header) = hardened(
            "<img src=\"https://Img.example.org/x.png\" srcset=\"//c.example.org/1.png 1x, a.png 2x\">\
             <iframe src=\"https://video.example.org/e/1\"></iframe><link rel=\"stylesheet\" href=\"https://x.example.org/a.css\">\
             <a href=\"https://elsewhere.example.org\">x</a><img src=\"data:image/png;base64,AA==\">",
        );
        for part in [
            "img-src 'self' data: https://c.example.org https://img.example.org",
            "frame-src 'self' https://video.example.org",
            "style-src 'self' https://x.example.org",
        ] {
            assert!(header.contains(part), "{header}");
        }
        assert!(!header.contains("elsewhere"), "{header}");
    }

    #[test]
    fn inline_code_is_allowed_by_its_hash() {
        // The hash of `alert(1)` as browsers compute it.
        let known = "'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI='";
        let (_, header) = hardened("<script>alert(1)</script>");
        assert!(header.contains(&format!("script-src 'self' {known}")), "{header}");
        let (_, header) = hardened("<b onclick=\"alert(1)\">x</b>");
        assert!(
            header.contains(&format!("script-src-attr 'self' 'unsafe-hashes' {known}")),
            "{header}"
        );
        let (_, header) = hardened("<p style=\"color: red\">x</p><style>b{}</style>");
        assert!(
            header.contains("style-src-attr 'self' 'unsafe-hashes' 'sha256-"),
            "{header}"
        );
        assert!(header.contains("; style-src 'self' 'sha256-"), "{header}");
    }

    #[test]
    fn aligned_cells_become_classes() {
        let (html, header) =
            hardened("<td style=\"text-align: right;\">1</td><th class=\"a\" style=\"text-align: center;\">2</th>");
        assert!(
            html.ends_with("<td class=\"md-align-right\">1</td><th class=\"md-align-center a\" >2</th>"),
            "{html}"
        );
        assert!(!header.contains("style-src"), "{header}");
    }

    #[test]
    fn broken_html_does_no_harm() {
        for body in [
            "<",
            "<a b='",
            "<script>",
            "<style",
            "a < b > c",
            "<p title=\"<script>alert(1)</script>\">é</p>",
            "<!-- x",
        ] {
            let (html, _) = hardened(body);
            assert!(html.ends_with(body), "{html}");
        }
    }
}
