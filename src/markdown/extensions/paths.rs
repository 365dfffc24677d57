//! Addresses as the reference's `pathconverter` and `b64` read them: Python's `urlparse`, and
//! whether the address is a file.

/// The parts of an address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) scheme: String,
    pub(super) host: String,
    pub(super) path: String,
    pub(super) params: String,
    pub(super) query: String,
    pub(super) fragment: String,
    /// It is no file.
    pub(super) is_url: bool,
    /// It is a file of which the whole path is known.
    pub(super) is_absolute: bool,
}

impl Address {
    /// Reads an address as it stands in HTML.
    pub(super) fn parse(text: &str) -> Self {
        let mut address = split(&crate::markdown::entities::unescape(text));
        let Self { scheme, host, path, .. } = &mut address;
        let drive = |text: &str| text.len() == 1 && text.bytes().all(|b| b.is_ascii_alphabetic());
        let schemes = ["http", "ftp", "data", "mailto", "tel", "news"];
        let (mut is_url, mut is_absolute) = (false, false);
        if schemes.iter().any(|known| scheme.starts_with(known))
            || (scheme.is_empty() && host.is_empty() && path.is_empty())
        {
            is_url = true;
        } else if scheme == "file" {
            let windows = host
                .get(..2)
                .is_some_and(|start| drive(&start[..1]) && start.ends_with(':'))
                && (host.len() == 2 || host[2..].starts_with('\\'));
            if windows || host.starts_with('\\') {
                let joined = format!("{host}{path}").replace('\\', "/");
                *path = if windows { format!("/{joined}") } else { joined };
                host.clear();
            }
            is_absolute = true;
        } else if drive(scheme) {
            *path = format!("/{scheme}:{}", path.replace('\\', "/"));
            "file".clone_into(scheme);
            host.clear();
            is_absolute = true;
        } else if scheme.is_empty() && !host.is_empty() && text.starts_with("//") {
            *path = format!("//{host}{path}");
            "file".clone_into(scheme);
            host.clear();
            is_absolute = true;
        } else if !scheme.is_empty() && !host.is_empty() {
            is_url = true;
        } else if path.starts_with(['/', '\\']) {
            is_absolute = true;
        }
        address.is_url = is_url;
        address.is_absolute = is_absolute;
        address
    }

    /// The address as text.
    pub(super) fn write(&self) -> String {
        let mut url = self.path.clone();
        if !self.params.is_empty() {
            url = format!("{url};{}", self.params);
        }
        if !self.host.is_empty() || (self.scheme == "file" && !url.starts_with("//")) {
            if !url.is_empty() && !url.starts_with('/') {
                url.insert(0, '/');
            }
            url = format!("//{}{url}", self.host);
        }
        if !self.scheme.is_empty() {
            url = format!("{}:{url}", self.scheme);
        }
        if !self.query.is_empty() {
            url = format!("{url}?{}", self.query);
        }
        if !self.fragment.is_empty() {
            url = format!("{url}#{}", self.fragment);
        }
        url
    }
}

fn split(text: &str) -> Address {
    let text: String = text
        .trim_start_matches(|c: char| c <= ' ')
        .chars()
        .filter(|c| !matches!(c, '\t' | '\r' | '\n'))
        .collect();
    let mut address = Address::default();
    let mut rest = text.as_str();
    if let Some((scheme, after)) = rest.split_once(':') {
        let valid = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
        if scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.bytes().all(valid) {
            address.scheme = scheme.to_lowercase();
            rest = after;
        }
    }
    if let Some(after) = rest.strip_prefix("//") {
        let len = after.find(['/', '?', '#']).unwrap_or(after.len());
        after[..len].clone_into(&mut address.host);
        rest = &after[len..];
    }
    if let Some((before, fragment)) = rest.split_once('#') {
        fragment.clone_into(&mut address.fragment);
        rest = before;
    }
    if let Some((before, query)) = rest.split_once('?') {
        query.clone_into(&mut address.query);
        rest = before;
    }
    let with_params = ["", "ftp", "http", "https", "rtsp", "sip", "sips", "mms", "sftp", "tel"];
    if with_params.contains(&address.scheme.as_str()) {
        let last = rest.rfind('/').map_or(0, |at| at + 1);
        if let Some(at) = rest[last..].find(';') {
            rest[last + at + 1..].clone_into(&mut address.params);
            rest = &rest[..last + at];
        }
    }
    rest.clone_into(&mut address.path);
    address
}

/// Percent-encoded bytes as they are.
pub(super) fn unquote(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = text
            .get(at + 1..at + 3)
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match hex.filter(|_| bytes[at] == b'%') {
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

/// What an address cannot hold as percent-encoded bytes.
pub(super) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'~' | b'/') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// A path without `.`, `..` and empty parts.
pub(super) fn normalize(path: &str) -> String {
    let absolute = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if absolute => {}
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    match (absolute, joined.is_empty()) {
        (true, _) if path.starts_with("//") && !path.starts_with("///") => format!("//{joined}"),
        (true, _) => format!("/{joined}"),
        (false, true) => ".".to_owned(),
        (false, false) => joined,
    }
}

/// `path` below `base`, unless it is absolute.
pub(super) fn join(base: &str, path: &str) -> String {
    if path.starts_with('/') || base.is_empty() {
        path.to_owned()
    } else if base.ends_with('/') {
        format!("{base}{path}")
    } else {
        format!("{base}/{path}")
    }
}

/// `path` as seen from `from`.
pub(super) fn relative(path: &str, from: &str) -> String {
    let parts = |text: &str| -> Vec<String> {
        let text = normalize(text);
        text.split('/')
            .filter(|part| !part.is_empty() && *part != ".")
            .map(str::to_owned)
            .collect()
    };
    let (path, from) = (parts(path), parts(from));
    let common = path.iter().zip(&from).take_while(|(a, b)| a == b).count();
    let mut out: Vec<&str> = vec![".."; from.len() - common];
    out.extend(path[common..].iter().map(String::as_str));
    if out.is_empty() { ".".to_owned() } else { out.join("/") }
}
