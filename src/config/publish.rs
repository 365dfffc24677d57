//! `chaski: publish:`: where the site is published to. Credentials are refused here.

use std::path::{Path, PathBuf};

use super::paths;
use super::reader::Reader;
use super::settings::Repo;
use crate::publish::{
    DirectorySpec, FtpSpec, GitSpec, HostFiles, Place, PublishSpec, Purge, S3Spec, SshSpec, Switch, TargetSpec,
};
use crate::report::{Diagnostic, Severity};
use crate::yaml::Node;

/// Kinds of targets by name.
const KINDS: &[(&str, Kind)] = &[
    ("git", Kind::Git),
    ("directory", Kind::Directory),
    ("ssh", Kind::Ssh),
    ("s3", Kind::S3),
    ("ftp", Kind::Ftp),
    ("archive", Kind::Archive),
];

/// Keys under which people write secrets down.
const SECRETS: &[&str] = &[
    "password",
    "passphrase",
    "secret",
    "token",
    "access_key",
    "access_key_id",
    "secret_key",
    "secret_access_key",
    "private_key",
    "credentials",
];

#[derive(Clone, Copy)]
enum Kind {
    Git,
    Directory,
    Ssh,
    S3,
    Ftp,
    Archive,
}

/// What targets take from the rest of the configuration.
pub(super) struct Surroundings<'s> {
    /// The folder that paths start from.
    pub(super) root: &'s Path,
    /// `remote_name` and `remote_branch`.
    pub(super) repo: &'s Repo,
}

/// Reads the mapping.
pub(super) fn read(node: Option<&Node>, around: &Surroundings<'_>, problems: &mut Vec<Diagnostic>) -> PublishSpec {
    let mut reader = Reader::new(node, "chaski.publish.", problems);
    let targets_node = reader.node("targets");
    let host_node = reader.node("host_files");
    let purge_node = reader.node("purge");
    let default_node = reader.node("default");
    let mut spec = PublishSpec {
        default: reader.text("default"),
        precompress: reader.flag("precompress", false),
        include: reader.texts("include"),
        host_files: host_files(host_node, around.root, reader.problems),
        purge: purge(purge_node, reader.problems),
        targets: Vec::new(),
    };
    if let Some(node) = targets_node.filter(|node| node.as_map().is_none()) {
        reader.wrong("targets", node, "a mapping of names to targets");
    }
    for (name, target) in targets_node.and_then(Node::as_map).unwrap_or(&[]) {
        spec.targets
            .extend(self::target(&name.key_text(), target, around, reader.problems));
    }
    let names = || spec.targets.iter().map(|target| target.name.as_str());
    if let (Some(default), Some(node)) = (&spec.default, default_node)
        && !names().any(|name| name == default)
    {
        let problem = reader.problem("default", node, &format!("there is no target `{default}`"));
        let near = crate::report::nearest(default, names());
        reader.problems.push(match near {
            Some(near) => problem.help(format!("did you mean `{near}`?")),
            None => problem.help("describe it below `targets`"),
        });
    }
    reader.finish(Severity::Error);
    spec
}

fn target(name: &str, node: &Node, around: &Surroundings<'_>, problems: &mut Vec<Diagnostic>) -> Option<TargetSpec> {
    let prefix = format!("chaski.publish.targets.{name}.");
    let mut reader = Reader::new(Some(node), &prefix, problems);
    no_secrets(&mut reader, node);
    let known: Vec<_> = KINDS.iter().map(|(name, _)| format!("`{name}`")).collect();
    if node.as_map().is_some() && node.get("kind").is_none() {
        let message = format!("say what it is: one of {}", known.join(", "));
        reader.error("kind", node, &message);
        return None;
    }
    let kinds: Vec<(&'static str, Option<Kind>)> = KINDS.iter().map(|(name, kind)| (*name, Some(*kind))).collect();
    let kind = reader.choice("kind", &kinds, None)?;
    let url = address(&mut reader, "url");
    let place = match kind {
        Kind::Git => Some(Place::Git(git(&mut reader, around.repo))),
        Kind::Directory => directory(&mut reader, node, around.root),
        Kind::Ssh => ssh(&mut reader, node, around.root),
        Kind::S3 => s3(&mut reader, node),
        Kind::Ftp => ftp(&mut reader, node, around.root),
        Kind::Archive => path(&mut reader, node, around.root).map(Place::Archive),
    };
    reader.finish(Severity::Error);
    Some(TargetSpec {
        name: name.to_owned(),
        place: place?,
        url,
    })
}

fn git(reader: &mut Reader<'_, '_>, repo: &Repo) -> GitSpec {
    GitSpec {
        remote: address(reader, "remote").unwrap_or_else(|| repo.remote_name.clone()),
        branch: reader.text("branch").unwrap_or_else(|| repo.remote_branch.clone()),
        message: reader.text("message"),
        no_history: !reader.flag("history", true),
        nojekyll: reader.flag("nojekyll", true),
        cname: reader.text("cname"),
    }
}

fn directory(reader: &mut Reader<'_, '_>, node: &Node, root: &Path) -> Option<Place> {
    let switches = [
        ("auto", Switch::Auto),
        ("link", Switch::Link),
        ("exchange", Switch::Exchange),
    ];
    let switch = reader.choice("switch", &switches, Switch::Auto);
    let keep = number(reader, "keep", 5);
    Some(Place::Directory(DirectorySpec {
        path: path(reader, node, root)?,
        switch,
        keep,
    }))
}

fn ssh(reader: &mut Reader<'_, '_>, node: &Node, root: &Path) -> Option<Place> {
    let in_place = reader.flag("in_place", false);
    let keep = number(reader, "keep", 5);
    let port = port(reader);
    let config = reader.text("ssh_config").map(|path| paths::absolute(root, &path));
    let (host, path) = (required(reader, node, "host"), required(reader, node, "path"));
    Some(Place::Ssh(SshSpec {
        host: host?,
        port,
        path: path?,
        in_place,
        keep,
        config,
    }))
}

fn s3(reader: &mut Reader<'_, '_>, node: &Node) -> Option<Place> {
    let spec = S3Spec {
        bucket: String::new(),
        prefix: reader.text("prefix").unwrap_or_default(),
        region: reader.text("region"),
        endpoint: address(reader, "endpoint"),
        profile: reader.text("profile"),
    };
    let bucket = required(reader, node, "bucket")?;
    Some(Place::S3(S3Spec { bucket, ..spec }))
}

fn ftp(reader: &mut Reader<'_, '_>, node: &Node, root: &Path) -> Option<Place> {
    let port = port(reader).unwrap_or(21);
    let tls = reader.flag("tls", true);
    let user = reader.text("user");
    let ca = reader.text("ca").map(|path| paths::absolute(root, &path));
    let (host, path) = (required(reader, node, "host"), required(reader, node, "path"));
    Some(Place::Ftp(FtpSpec {
        host: host?,
        port,
        path: path?,
        user,
        tls,
        ca,
    }))
}

fn port(reader: &mut Reader<'_, '_>) -> Option<u16> {
    let node = reader.node("port")?;
    let port = node.as_int().and_then(|number| u16::try_from(number).ok());
    if port.is_none() {
        reader.wrong("port", node, "a number of at most 65535");
    }
    port
}

/// `path`, which must be there.
fn path(reader: &mut Reader<'_, '_>, node: &Node, root: &Path) -> Option<PathBuf> {
    let text = required(reader, node, "path")?;
    Some(paths::absolute(root, &text))
}

fn required(reader: &mut Reader<'_, '_>, node: &Node, key: &'static str) -> Option<String> {
    if reader.node(key).is_none() {
        reader.error(key, node, "Required configuration not provided.");
        return None;
    }
    reader.text(key)
}

/// A number of at least one.
fn number(reader: &mut Reader<'_, '_>, key: &'static str, default: usize) -> usize {
    let Some(node) = reader.node(key) else { return default };
    let number = node.as_int().and_then(|number| usize::try_from(number).ok());
    number.filter(|number| *number > 0).unwrap_or_else(|| {
        reader.wrong(key, node, "a number of at least 1");
        default
    })
}

/// An address without a password in it.
fn address(reader: &mut Reader<'_, '_>, key: &'static str) -> Option<String> {
    let node = reader.node(key)?;
    let text = reader.text(key)?;
    let authority = text
        .split_once("://")
        .map_or("", |(_, rest)| rest.split('/').next().unwrap_or(rest));
    let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
    let is_secret = user.contains(':') || text.starts_with("http") && !user.is_empty();
    if is_secret {
        let problem = reader.problem(key, node, "credentials do not belong into the configuration");
        reader
            .problems
            .push(problem.help("take them out of the address: they come from the environment, agents or profiles"));
        return None;
    }
    Some(text)
}

fn no_secrets(reader: &mut Reader<'_, '_>, node: &Node) {
    for key in SECRETS {
        let Some(value) = node.get(key) else { continue };
        reader.know(&[key]);
        let problem = reader.problem(key, value, "credentials do not belong into the configuration");
        reader.problems.push(
            problem.help("they come from the environment, agents or profiles; take this line out and change them"),
        );
    }
}

fn host_files(node: Option<&Node>, root: &Path, problems: &mut Vec<Diagnostic>) -> HostFiles {
    let mut reader = Reader::new(node, "chaski.publish.host_files.", problems);
    let files = HostFiles {
        headers: reader.flag("headers", false),
        redirects: reader.flag("redirects", false),
        apache: reader.flag("apache", false),
        nginx: reader.text("nginx").map(|path| paths::absolute(root, &path)),
        caddy: reader.text("caddy").map(|path| paths::absolute(root, &path)),
        csp: reader.text("csp"),
    };
    reader.finish(Severity::Error);
    files
}

fn purge(node: Option<&Node>, problems: &mut Vec<Diagnostic>) -> Option<Purge> {
    let node = node?;
    let mut reader = Reader::new(Some(node), "chaski.publish.purge.", problems);
    no_secrets(&mut reader, node);
    let url = address(&mut reader, "url");
    let method = reader.text("method").unwrap_or_else(|| "POST".to_owned());
    let token_env = reader.text("token_env");
    reader.finish(Severity::Error);
    Some(Purge {
        url: url?,
        method,
        token_env,
    })
}
