//! Addresses: of the site, of its repository and of the preview server.

use super::reader::Reader;
use super::settings::Repo;
use crate::report::{Diagnostic, Severity};
use crate::yaml::Node;

/// `site_url`: with scheme and host, ending in `/`; an empty text stays empty.
pub(super) fn site_url(reader: &mut Reader<'_, '_>) -> Option<String> {
    let node = reader.node("site_url");
    let text = reader.text("site_url")?;
    if text.is_empty() {
        return Some(text);
    }
    let Some(url) = Url::split(&text) else {
        invalid_url(reader, "site_url", node);
        return None;
    };
    let slash = if url.path.ends_with('/') { "" } else { "/" };
    Some(format!("{}://{}{}{slash}{}", url.scheme, url.host, url.path, url.rest))
}

/// `repo_url`, `repo_name`, `edit_uri` and their fellows, with what follows from the address.
pub(super) fn repo(reader: &mut Reader<'_, '_>) -> Repo {
    let url_node = reader.node("repo_url");
    let mut url = reader.text("repo_url");
    if url
        .as_deref()
        .is_some_and(|url| !url.is_empty() && Url::split(url).is_none())
    {
        invalid_url(reader, "repo_url", url_node);
        url = None;
    }
    let host = url
        .as_deref()
        .map(|url| Url::split(url).map_or_else(String::new, |parts| parts.host.to_lowercase()));
    let name = reader.text("repo_name").or_else(|| host.as_deref().map(repo_name));
    let written_uri = reader.text("edit_uri");
    let edit_uri_template = edit_uri_template(reader);
    if let (Some(_), Some(uri), Some(node)) = (&edit_uri_template, &written_uri, reader.node("edit_uri_template"))
        && !uri.is_empty()
    {
        let problem = reader.problem(
            "edit_uri_template",
            node,
            "The option 'edit_uri' has no effect when 'edit_uri_template' is set.",
        );
        reader.problems.push(Diagnostic {
            severity: Severity::Warning,
            ..problem
        });
    }
    let edit_uri = written_uri.or_else(|| host.as_deref().and_then(default_edit_uri).map(str::to_owned));
    Repo {
        url,
        name,
        edit_uri: edit_uri.map(|uri| {
            if uri.is_empty() || uri.ends_with('/') {
                uri
            } else {
                uri + "/"
            }
        }),
        edit_uri_template,
        remote_branch: reader.text("remote_branch").unwrap_or_else(|| "gh-pages".to_owned()),
        remote_name: reader.text("remote_name").unwrap_or_else(|| "origin".to_owned()),
    }
}

/// `dev_addr`: an IP address or `localhost`, and a port.
pub(super) fn dev_addr(reader: &mut Reader<'_, '_>) -> (String, u16) {
    let standard = ("127.0.0.1".to_owned(), 8000);
    let Some(node) = reader.node("dev_addr") else {
        return standard;
    };
    let Some((host, port)) = node.as_str().and_then(|text| text.rsplit_once(':')) else {
        reader.error("dev_addr", node, "Must be a string of format 'IP:PORT'");
        return standard;
    };
    let host = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host);
    if host != "localhost" && host.parse::<std::net::IpAddr>().is_err() {
        reader.error(
            "dev_addr",
            node,
            &format!("'{host}' does not appear to be an IPv4 or IPv6 address"),
        );
        return standard;
    }
    let Ok(port) = port.parse() else {
        reader.error("dev_addr", node, &format!("'{port}' is not a valid port"));
        return standard;
    };
    (host.to_owned(), port)
}

/// The text may use `{path}` and `{path_noext}`, each also with `!q`.
fn edit_uri_template(reader: &mut Reader<'_, '_>) -> Option<String> {
    let node = reader.node("edit_uri_template");
    let text = reader.text("edit_uri_template")?;
    if let (Some(unknown), Some(node)) = (unknown_substitute(&text), node) {
        let problem = reader.problem(
            "edit_uri_template",
            node,
            &format!("Unknown template substitute: '{unknown}'"),
        );
        reader
            .problems
            .push(problem.help("use `{path}` or `{path_noext}`; write `{{` for a brace"));
        return None;
    }
    Some(text)
}

fn unknown_substitute(template: &str) -> Option<String> {
    let text = template.replace("{{", "").replace("}}", "");
    let mut rest = text.as_str();
    while let Some((_, after)) = rest.split_once('{') {
        let Some((field, behind)) = after.split_once('}') else {
            return Some(after.to_owned());
        };
        let name = field.split(['!', ':']).next().unwrap_or(field);
        if !matches!(name, "path" | "path_noext") {
            return Some(name.to_owned());
        }
        rest = behind;
    }
    None
}

fn invalid_url(reader: &mut Reader<'_, '_>, key: &'static str, node: Option<&Node>) {
    let Some(node) = node else { return };
    let problem = reader.problem(key, node, "The URL isn't valid, it should include the http:// (scheme)");
    reader
        .problems
        .push(problem.help("write the whole address, such as `https://example.org/`"));
}

fn repo_name(host: &str) -> String {
    match host {
        "github.com" => "GitHub".to_owned(),
        "bitbucket.org" => "Bitbucket".to_owned(),
        "gitlab.com" => "GitLab".to_owned(),
        _ => title(host.split('.').next().unwrap_or_default()),
    }
}

/// Python's `str.title`: a capital after everything that is no letter.
fn title(text: &str) -> String {
    let mut after_letter = false;
    let mut result = String::new();
    for c in text.chars() {
        if after_letter {
            result.extend(c.to_lowercase());
        } else {
            result.extend(c.to_uppercase());
        }
        after_letter = c.is_alphabetic();
    }
    result
}

fn default_edit_uri(host: &str) -> Option<&'static str> {
    match host {
        "github.com" | "gitlab.com" => Some("edit/master/docs/"),
        "bitbucket.org" => Some("src/default/docs/"),
        _ => None,
    }
}

/// An address with scheme and host, as Python's `urlsplit` takes it apart.
struct Url<'a> {
    scheme: String,
    host: &'a str,
    path: &'a str,
    /// The query and the fragment with their marks.
    rest: &'a str,
}

impl<'a> Url<'a> {
    fn split(text: &'a str) -> Option<Self> {
        let (scheme, after) = text.split_once("://")?;
        let letters = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'));
        let end = after.find(['/', '?', '#']).unwrap_or(after.len());
        let (host, after) = after.split_at(end);
        if !letters || host.is_empty() {
            return None;
        }
        let (path, rest) = after.split_at(after.find(['?', '#']).unwrap_or(after.len()));
        Some(Self {
            scheme: scheme.to_lowercase(),
            host,
            path,
            rest,
        })
    }
}
