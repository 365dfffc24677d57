//! Files that tell web servers of the site's redirects, error page and headers.
//!
//! Redirects are read off the built pages: a page that sends readers elsewhere at once is one.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use anyhow::Context as _;
use regex::Regex;

use super::media::{cache_control, is_hashed};
use super::site::Built;
use super::spec::HostFiles;

/// Such pages are short.
const LONGEST_REDIRECT: u64 = 16 * 1024;

/// A page that sends readers elsewhere, both as addresses from the root of the host.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Redirect {
    from: String,
    to: String,
}

/// Adds to the site, or writes beside it, what `spec` asks for. `base` is the path of the site's
/// address, with `/` at both ends.
///
/// # Errors
/// When a file cannot be read or written.
pub(super) fn add_host_files(
    site: &mut Built,
    spec: &HostFiles,
    base: &str,
    precompressed: bool,
) -> anyhow::Result<()> {
    let hosts = Hosts {
        redirects: redirects(site, base)?,
        hashed: hashed(site),
        csp: spec.csp.clone(),
        base: base.to_owned(),
        precompressed,
        has_404: site.files.contains_key("404.html"),
    };
    if spec.headers {
        site.add("_headers", hosts.headers().as_bytes())?;
    }
    if spec.redirects {
        site.add("_redirects", hosts.redirect_lines().as_bytes())?;
    }
    if spec.apache {
        site.add(".htaccess", hosts.apache().as_bytes())?;
    }
    if let Some(path) = &spec.nginx {
        write(path, &hosts.nginx())?;
    }
    if let Some(path) = &spec.caddy {
        write(path, &hosts.caddy())?;
    }
    Ok(())
}

struct Hosts {
    redirects: Vec<Redirect>,
    /// Addresses of files that never change.
    hashed: Vec<String>,
    csp: Option<String>,
    base: String,
    precompressed: bool,
    has_404: bool,
}

/// Headers that no page suffers from.
const SAFE: &[(&str, &str)] = &[
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin-when-cross-origin"),
];

impl Hosts {
    /// Headers of every answer.
    fn safe(&self) -> impl Iterator<Item = (&str, &str)> {
        let csp = self.csp.as_deref().map(|csp| ("Content-Security-Policy", csp));
        SAFE.iter().copied().chain(csp)
    }

    /// Netlify and Cloudflare Pages.
    fn headers(&self) -> String {
        let mut text = format!("{}*\n", self.base);
        for (name, value) in self.safe() {
            text += &format!("  {name}: {value}\n");
        }
        for path in &self.hashed {
            text += &format!("{}{path}\n  Cache-Control: {}\n", self.base, cache_control(path));
        }
        text
    }

    /// Netlify and Cloudflare Pages.
    fn redirect_lines(&self) -> String {
        let line = |redirect: &Redirect| format!("{} {} 301\n", redirect.from, redirect.to);
        self.redirects.iter().map(line).collect()
    }

    fn apache(&self) -> String {
        let mut text = "# Written by chaski.\n".to_owned();
        if self.has_404 {
            text += &format!("ErrorDocument 404 {}404.html\n", self.base);
        }
        text += "<IfModule mod_headers.c>\n";
        for (name, value) in self.safe() {
            text += &format!("  Header always set {name} \"{}\"\n", value.replace('"', "\\\""));
        }
        text += &format!(
            "  <FilesMatch \"\\.[0-9a-f]{{8,}}\\.\">\n    Header set Cache-Control \"{}\"\n  </FilesMatch>\n  \
             <FilesMatch \"\\.html$\">\n    Header set Cache-Control \"{}\"\n  </FilesMatch>\n</IfModule>\n",
            cache_control("a.00000000.css"),
            cache_control("a.html"),
        );
        text += "<IfModule mod_alias.c>\n";
        for Redirect { from, to } in &self.redirects {
            text += &format!("  RedirectMatch 301 \"^{}$\" \"{to}\"\n", regex::escape(from));
        }
        text += "</IfModule>\n";
        if self.precompressed {
            text += APACHE_PACKED;
        }
        text
    }

    /// For inside of a `server` block.
    fn nginx(&self) -> String {
        let mut text = "# Written by chaski; include it in the `server` block of the site.\n".to_owned();
        if self.has_404 {
            text += &format!("error_page 404 {}404.html;\n", self.base);
        }
        if self.precompressed {
            text += "gzip_static on;\n# With the module ngx_brotli: brotli_static on;\n";
        }
        let mut safe = String::new();
        for (name, value) in self.safe() {
            safe += &format!("add_header {name} \"{}\" always;\n", value.replace('"', "\\\""));
        }
        text += &safe;
        // A location with headers of its own does not inherit those outside.
        let inner = safe.replace("add_header", "  add_header");
        text += &format!(
            "location ~ \"\\.[0-9a-f]{{8,}}\\.\" {{\n  add_header Cache-Control \"{}\";\n{inner}}}\nlocation ~ \"(/|\\.html)$\" {{\n  \
             add_header Cache-Control \"{}\";\n{inner}}}\n",
            cache_control("a.00000000.css"),
            cache_control("a.html"),
        );
        for Redirect { from, to } in &self.redirects {
            text += &format!(
                "location = \"{}\" {{ return 301 \"{}\"; }}\n",
                unquoted(from),
                unquoted(to)
            );
        }
        text
    }

    /// For inside of a site block.
    fn caddy(&self) -> String {
        let mut text = "# Written by chaski; import it in the block of the site.\n".to_owned();
        text += "header {\n";
        for (name, value) in self.safe() {
            text += &format!("\t{name} \"{}\"\n", value.replace('"', "\\\""));
        }
        text += "}\n";
        text += &format!(
            "@hashed path_regexp \\.[0-9a-f]{{8,}}\\.\nheader @hashed Cache-Control \"{}\"\n@pages path_regexp \
             (/|\\.html)$\nheader @pages Cache-Control \"{}\"\n",
            cache_control("a.00000000.css"),
            cache_control("a.html"),
        );
        for Redirect { from, to } in &self.redirects {
            text += &format!("redir \"{}\" \"{}\" 301\n", unquoted(from), unquoted(to));
        }
        if self.has_404 {
            text += &format!(
                "handle_errors {{\n\t@404 expression {{err.status_code}} == 404\n\trewrite @404 {}404.html\n\tfile_server\n}}\n",
                self.base
            );
        }
        let packed = if self.precompressed {
            " {\n\tprecompressed br gzip\n}"
        } else {
            ""
        };
        text += &format!("file_server{packed}\n");
        text
    }
}

/// Serves `x.br` or `x.gz` for `x` to browsers that take it.
const APACHE_PACKED: &str = r#"<IfModule mod_rewrite.c>
  RewriteEngine On
  RewriteCond %{HTTP:Accept-Encoding} br
  RewriteCond %{REQUEST_FILENAME}.br -f
  RewriteRule "^(.+\.(?:html|css|js|json|xml|svg|txt))$" "$1.br" [L,E=no-gzip:1]
  RewriteCond %{HTTP:Accept-Encoding} gzip
  RewriteCond %{REQUEST_FILENAME}.gz -f
  RewriteRule "^(.+\.(?:html|css|js|json|xml|svg|txt))$" "$1.gz" [L,E=no-gzip:1]
</IfModule>
<IfModule mod_mime.c>
  RemoveType .gz
  AddEncoding br .br
  AddEncoding gzip .gz
  AddVary Accept-Encoding
</IfModule>
"#;

/// An address as it stands between double quotes of nginx and Caddy.
fn unquoted(address: &str) -> String {
    address.replace('\\', "\\\\").replace('"', "\\\"").replace('$', "%24")
}

fn hashed(site: &Built) -> Vec<String> {
    let is_hashed = |path: &&String| {
        let name = path.rsplit('/').next().unwrap_or(path);
        is_hashed(name) && !name.ends_with(".gz") && !name.ends_with(".br")
    };
    site.files.keys().filter(is_hashed).cloned().collect()
}

/// The pages that send readers elsewhere at once.
fn redirects(site: &Built, base: &str) -> anyhow::Result<Vec<Redirect>> {
    let refresh = Regex::new(r#"(?i)<meta\s+http-equiv=["']?refresh["']?\s+content=["']\s*0\s*;\s*url=([^"'>]+)["']"#)?;
    let mut found = Vec::new();
    let pages = site
        .files
        .values()
        .filter(|file| file.path.ends_with(".html") && file.size < LONGEST_REDIRECT);
    for file in pages {
        let mut bytes = Vec::new();
        let failed = || format!("cannot read `{}`", file.source.display());
        let source = fs::File::open(&file.source).with_context(failed)?;
        source
            .take(LONGEST_REDIRECT)
            .read_to_end(&mut bytes)
            .with_context(failed)?;
        let text = String::from_utf8_lossy(&bytes);
        let Some(target) = refresh.captures(&text).and_then(|found| found.get(1)) else {
            continue;
        };
        let from = encoded(file.path.strip_suffix("index.html").unwrap_or(&file.path));
        let from = format!("{base}{from}");
        let to = resolved(&from, target.as_str());
        if !to.is_empty() && !to.contains(char::is_whitespace) {
            found.push(Redirect { from, to });
        }
    }
    Ok(found)
}

/// An address from `target`, which stands on the page `from`.
fn resolved(from: &str, target: &str) -> String {
    let target = target.replace("&amp;", "&");
    if target.contains("://") || target.starts_with('/') {
        return target;
    }
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (path, rest) = match target.find(['?', '#']) {
        Some(at) => target.split_at(at),
        None => (target.as_str(), ""),
    };
    let mut parts: Vec<&str> = folder.split('/').collect();
    let mut last = "";
    for part in path.split('/') {
        last = part;
        match part {
            "." | "" => {}
            ".." => {
                if parts.len() > 1 {
                    parts.pop();
                }
            }
            part => parts.push(part),
        }
    }
    let slash = if matches!(last, "" | "." | "..") { "/" } else { "" };
    format!("{}{slash}{rest}", parts.join("/"))
}

/// A path as it stands in an address.
pub(super) fn encoded(path: &str) -> String {
    let mut text = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~!&'()*+,;=:@".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text += &format!("%{byte:02X}");
        }
    }
    text
}

/// Writes a file of the project that a server's administrator reads; whole or not at all.
fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let failed = || format!("cannot write `{}`", path.display());
    if fs::read(path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).with_context(failed)?;
    let new = path.with_extension("chaski-new");
    fs::write(&new, text).with_context(failed)?;
    fs::rename(&new, path).with_context(failed)
}

#[cfg(test)]
mod tests {
    use super::{add_host_files, resolved};
    use crate::publish::{Built, HostFiles};

    #[test]
    fn addresses_are_resolved_as_browsers_do() {
        // From the WHATWG's `new URL(target, "https://h/a/b/").pathname` and what follows it.
        for (target, address) in [
            ("../c/", "/a/c/"),
            ("..", "/a/"),
            ("../../../x.html#y", "/x.html#y"),
            ("./", "/a/b/"),
            ("c.html?q=1", "/a/b/c.html?q=1"),
            ("https://other/x", "https://other/x"),
            ("/z/", "/z/"),
        ] {
            assert_eq!(resolved("/a/b/", target), address, "{target}");
        }
    }

    #[test]
    fn redirects_headers_and_the_error_page_are_told_to_every_server() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("site");
        let files = [
            ("404.html", "no"),
            ("assets/main.0123abcd.min.css", "c"),
            (
                "old page/index.html",
                r#"<meta http-equiv="refresh" content="0; url=../new/?a=1&amp;b=2">"#,
            ),
            ("index.html", "home"),
        ];
        for (path, text) in files {
            let file = folder.join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        let mut site = Built::read(&folder, &[]).unwrap();
        let spec = HostFiles {
            headers: true,
            redirects: true,
            apache: true,
            nginx: Some(outer.path().join("deploy/site.conf")),
            caddy: Some(outer.path().join("deploy/Caddyfile")),
            csp: Some("default-src 'self'".to_owned()),
        };
        add_host_files(&mut site, &spec, "/guide/", true).unwrap();
        let text = |path: &str| String::from_utf8(site.files[path].bytes().unwrap()).unwrap();
        assert_eq!(text("_redirects"), "/guide/old%20page/ /guide/new/?a=1&b=2 301\n");
        assert!(
            text("_headers").contains("/guide/assets/main.0123abcd.min.css\n  Cache-Control: public, max-age=31536000")
        );
        assert!(text("_headers").starts_with("/guide/*\n  X-Content-Type-Options: nosniff\n"));
        assert!(text(".htaccess").contains("ErrorDocument 404 /guide/404.html\n"));
        assert!(text(".htaccess").contains(r#"RedirectMatch 301 "^/guide/old%20page/$""#));
        let nginx = std::fs::read_to_string(outer.path().join("deploy/site.conf")).unwrap();
        assert!(nginx.contains("gzip_static on;") && nginx.contains("Content-Security-Policy \"default-src 'self'\""));
        let caddy = std::fs::read_to_string(outer.path().join("deploy/Caddyfile")).unwrap();
        assert!(caddy.contains("precompressed br gzip") && caddy.contains("redir \"/guide/old%20page/\""));
    }
}
