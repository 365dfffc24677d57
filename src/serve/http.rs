//! One request, answered from the built folder as a static host would, and nothing outside it.
//!
//! Each answer is written at once and asks to close its connection: tiny_http 0.12 waits 40 ms
//! between small writes, and starves bursts of connections while others are kept open.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use tiny_http::{Method, Request};

use super::front::{Front, Place, file_of};
use super::live::Hub;

/// Where the preview's own files are.
const OWN: &str = "/__chaski/";

/// Answers of fewer bytes go into the socket's buffer at once.
const LARGE: usize = 128 * 1024;

/// What is served.
pub(super) struct Site {
    pub(super) folder: PathBuf,
    /// The path in front of all addresses, from `/` to `/`.
    pub(super) mount: String,
    /// The name that was asked to listen at.
    pub(super) host: String,
    /// Whether pages get the script that waits for changes.
    pub(super) live: bool,
}

struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
}

impl Answer {
    fn new(status: u16, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("Content-Type", kind.to_owned())],
            body: body.into(),
        }
    }

    fn text(status: u16, text: &str) -> Self {
        Self::new(status, "text/plain; charset=utf-8", format!("{text}\n"))
    }

    fn moved(to: String) -> Self {
        let mut answer = Self::text(302, "moved");
        answer.headers.push(("Location", to));
        answer
    }
}

/// Answers a request.
pub(super) fn answer(request: Request, site: &Site, front: &Front, hub: &Hub) {
    let header = |name: &str| {
        let found = request
            .headers()
            .iter()
            .find(|header| header.field.as_str().as_str().eq_ignore_ascii_case(name));
        found.map(|header| header.value.as_str().to_owned())
    };
    let is_head = *request.method() == Method::Head;
    let readable = matches!(request.method(), Method::Get | Method::Head);
    let target = request.url().to_owned();
    let path = target.split(['?', '#']).next().unwrap_or_default();
    let answer = if !allowed_host(header("Host").as_deref(), &site.host) {
        // Else a page of another site could read the preview by a name that leads here.
        Answer::text(421, "this preview answers at its own address only")
    } else if !readable {
        Answer::text(405, "only GET and HEAD")
    } else if let Some(own) = path.strip_prefix(OWN).filter(|_| site.live) {
        match own {
            "events" => {
                let last = header("Last-Event-ID");
                let again = last.is_some();
                let seen = last.or_else(|| target.split_once("?seen=").map(|(_, seen)| seen.to_owned()));
                let seen = seen.and_then(|seen| seen.parse().ok());
                return hub.join(request.into_writer(), seen, again);
            }
            "live.js" => Answer::new(200, "text/javascript; charset=utf-8", include_str!("live.js")),
            _ => Answer::text(404, "not found"),
        }
    } else {
        let version = hub.version();
        let asked = Asked {
            known: header("If-None-Match"),
            range: header("Range"),
            version,
        };
        site.answer(path, front, &asked)
    };
    let mut out = format!("HTTP/1.1 {} {}\r\n", answer.status, reason(answer.status));
    for (name, value) in &answer.headers {
        out.push_str(&format!("{name}: {}\r\n", value.replace(['\r', '\n'], "")));
    }
    let length = answer.body.len();
    out.push_str(&format!(
        "Content-Length: {length}\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
    ));
    let mut out = out.into_bytes();
    if !is_head && answer.status != 304 {
        out.extend_from_slice(&answer.body);
    }
    let mut to = request.into_writer();
    // A browser that has gone away is no matter.
    let mut send = move || drop(to.write_all(&out).and_then(|()| to.flush()));
    if length < LARGE {
        return send();
    }
    // Those who read slowly must not keep others waiting; after a time without progress the
    // socket gives up, see `Preview::listen`.
    // Without threads left the connection just ends: the client may ask again.
    let _ = std::thread::Builder::new().name("send".to_owned()).spawn(send);
}

/// How a file is asked for.
#[derive(Default)]
struct Asked {
    /// The tag of the version that the browser has.
    known: Option<String>,
    range: Option<String>,
    /// Of the preview.
    version: u64,
}

impl Site {
    fn answer(&self, path: &str, front: &Front, asked: &Asked) -> Answer {
        let Some(below) = path.strip_prefix(self.mount.as_str()) else {
            let whole = format!("{path}/") == self.mount || path == "/";
            return match whole {
                true => Answer::moved(self.mount.clone()),
                false => self.missing(asked),
            };
        };
        let below = decoded(below).unwrap_or_else(|| "..".to_owned());
        let Some(file) = safe(&self.folder, &below) else {
            return Answer::text(400, "this is no address of a page");
        };
        match front.find(&file_of(&below)) {
            Place::Here(bytes) => return self.bytes(Path::new(&file_of(&below)), bytes.to_vec(), asked),
            Place::At(path) => return self.file(&path, asked).unwrap_or_else(|| self.missing(asked)),
            Place::IsFolder => return Answer::moved(format!("{path}/")),
            Place::Folder => {}
        }
        let file = match std::fs::metadata(&file) {
            Ok(found) if found.is_dir() && !path.ends_with('/') => return Answer::moved(format!("{path}/")),
            Ok(found) if found.is_dir() => file.join("index.html"),
            Ok(_) if path.ends_with('/') => return self.missing(asked),
            _ => file,
        };
        self.file(&file, asked).unwrap_or_else(|| self.missing(asked))
    }

    fn missing(&self, asked: &Asked) -> Answer {
        let version = asked.version;
        let whole = Asked {
            version,
            ..Asked::default()
        };
        let page = self.file(&self.folder.join("404.html"), &whole);
        let mut answer = page.unwrap_or_else(|| {
            let page = "<!doctype html><title>404</title><body><p>There is no such page.</p></body>";
            let page = page.as_bytes().to_vec();
            let page = if self.live { with_script(page, version) } else { page };
            Answer::new(404, "text/html; charset=utf-8", page)
        });
        answer.status = 404;
        answer
    }

    fn file(&self, path: &Path, asked: &Asked) -> Option<Answer> {
        let mut file = File::open(path).ok()?;
        let size = file.metadata().ok().filter(std::fs::Metadata::is_file)?.len();
        if let Some((start, end)) = asked.range.as_deref().and_then(|range| part(range, size)) {
            let Some(end) = end else {
                let mut answer = Answer::text(416, "there is no such part");
                answer.headers.push(("Content-Range", format!("bytes */{size}")));
                return Some(answer);
            };
            let mut body = Vec::new();
            file.seek(SeekFrom::Start(start)).ok()?;
            file.take(end - start + 1).read_to_end(&mut body).ok()?;
            let mut answer = Answer::new(206, &content_type(path), body);
            answer
                .headers
                .push(("Content-Range", format!("bytes {start}-{end}/{size}")));
            answer.headers.push(("Cache-Control", "no-cache".to_owned()));
            return Some(answer);
        }
        let mut body = Vec::new();
        file.read_to_end(&mut body).ok()?;
        Some(self.bytes(path, body, asked))
    }

    fn bytes(&self, path: &Path, mut body: Vec<u8>, asked: &Asked) -> Answer {
        let kind = content_type(path);
        if self.live && kind.starts_with("text/html") {
            body = with_script(body, asked.version);
        }
        let tag = format!("\"{:x}\"", rapidhash::v3::rapidhash_v3(&body));
        let mut answer = if asked.known.as_deref() == Some(tag.as_str()) {
            Answer::new(304, &kind, Vec::new())
        } else {
            Answer::new(200, &kind, body)
        };
        answer.headers.push(("ETag", tag));
        answer.headers.push(("Cache-Control", "no-cache".to_owned()));
        answer.headers.push(("Accept-Ranges", "bytes".to_owned()));
        answer
    }
}

fn content_type(path: &Path) -> String {
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let is_text = kind.type_() == "text" || matches!(kind.subtype().as_str(), "javascript" | "json" | "xml");
    let charset = if is_text { "; charset=utf-8" } else { "" };
    format!("{}{charset}", kind.essence_str())
}

/// The page with the script that waits for changes.
fn with_script(body: Vec<u8>, version: u64) -> Vec<u8> {
    let mut html = match String::from_utf8(body) {
        Ok(html) => html,
        Err(error) => return error.into_bytes(),
    };
    let script = format!("<script src=\"{OWN}live.js\" data-version=\"{version}\" defer></script>");
    let at = html.rfind("</body>").unwrap_or(html.len());
    html.insert_str(at, &script);
    html.into_bytes()
}

/// A part as `bytes=0-99`, `bytes=100-` or `bytes=-100` asks for it; without an end if there is
/// none such. Several parts are answered by the whole.
fn part(range: &str, size: u64) -> Option<(u64, Option<u64>)> {
    let (start, end) = range.strip_prefix("bytes=")?.split_once('-')?;
    let last = size.checked_sub(1);
    if start.is_empty() {
        let count: u64 = end.parse().ok()?;
        return Some((size.saturating_sub(count), last.filter(|_| count > 0)));
    }
    let start: u64 = start.parse().ok()?;
    let end = if end.is_empty() { u64::MAX } else { end.parse().ok()? };
    Some((start, last.map(|last| last.min(end)).filter(|end| start <= *end)))
}

/// `%41` as `A`; `None` for what is no UTF-8.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        if *first == b'%' {
            let digits = std::str::from_utf8(after.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = after.get(2..)?;
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).ok()
}

/// A path below `folder`; `None` for what would lead out of it.
fn safe(folder: &Path, below: &str) -> Option<PathBuf> {
    let mut path = folder.to_owned();
    for part in below.split('/').filter(|part| !part.is_empty()) {
        if part == "." || part == ".." || part.contains(['\\', '\0', ':']) {
            return None;
        }
        path.push(part);
    }
    Some(path)
}

/// Whether a `Host` header names this machine.
fn allowed_host(header: Option<&str>, own: &str) -> bool {
    let Some(header) = header else {
        return true;
    };
    let name = match header.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => header.split(':').next().unwrap_or_default(),
    };
    let name = name.to_ascii_lowercase();
    name == "localhost"
        || name.ends_with(".localhost")
        || name == own.to_ascii_lowercase()
        || name.parse::<IpAddr>().is_ok()
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        206 => "Partial Content",
        302 => "Found",
        304 => "Not Modified",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        416 => "Range Not Satisfiable",
        _ => "Misdirected Request",
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{allowed_host, decoded, part, safe};

    #[test]
    fn nothing_outside_the_folder_is_served() {
        let path = |below: &str| decoded(below).and_then(|below| safe(Path::new("/s"), &below));
        assert_eq!(path("a%20b/%C3%B1/").as_deref(), Some(Path::new("/s/a b/ñ")));
        for bad in ["../x", "a/%2e%2e/x", "a\\b", "%00", "c:/x", "%zz", "%ff", "a/./b"] {
            assert_eq!(path(bad), None, "{bad}");
        }
    }

    #[test]
    fn parts_of_files() {
        assert_eq!(part("bytes=0-3", 10), Some((0, Some(3))));
        assert_eq!(part("bytes=4-", 10), Some((4, Some(9))));
        assert_eq!(part("bytes=-3", 10), Some((7, Some(9))));
        assert_eq!(part("bytes=10-", 10), Some((10, None)));
        assert_eq!(part("bytes=0-", 0), Some((0, None)));
        assert_eq!(part("items=0-3", 10), None);
        assert_eq!(part("bytes=0-1,3-4", 10), None);
    }

    #[test]
    fn hosts() {
        for good in [
            "localhost:8000",
            "127.0.0.1:8000",
            "[::1]:8000",
            "192.168.0.2",
            "my.box:1",
            "docs.localhost",
        ] {
            assert!(allowed_host(Some(good), "my.box"), "{good}");
        }
        for bad in ["evil.example", "localhost.evil.example:8000", ""] {
            assert!(!allowed_host(Some(bad), "localhost"), "{bad}");
        }
    }
}
