//! Where a site is published to and how: what `chaski: publish:` says, typed.
//!
//! Holds no credentials: those come from the environment, agents and profiles when a target is used.

use std::path::{Path, PathBuf};

/// All that is known about publishing a site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublishSpec {
    /// The target when none is named.
    pub default: Option<String>,
    /// The targets in the order written.
    pub targets: Vec<TargetSpec>,
    /// Which files for web servers are made of the site.
    pub host_files: HostFiles,
    /// Whether gzip and brotli variants are published beside texts.
    pub precompress: bool,
    /// Paths, in gitignore syntax, that go along although their names look like secrets or caches.
    pub include: Vec<String>,
    /// An address that is called after a publish.
    pub purge: Option<Purge>,
}

/// A named target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TargetSpec {
    /// Its name in the configuration, or what was typed.
    pub name: String,
    /// What kind of place it is.
    pub place: Place,
    /// The address of the published site, for `--verify`.
    pub url: Option<String>,
}

/// Kinds of places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// A branch of a git remote.
    Git(GitSpec),
    /// A folder of this machine.
    Directory(DirectorySpec),
    /// A host reached by OpenSSH.
    Ssh(SshSpec),
    /// A bucket of an object store.
    S3(S3Spec),
    /// A folder of an FTP server.
    Ftp(FtpSpec),
    /// A file with all of the site.
    Archive(PathBuf),
}

impl Place {
    /// The place that `text` names on the command line, where the working directory is `directory`
    /// and git publishes to `remote` (its name and branch) unless it says otherwise.
    #[must_use]
    pub fn parse(text: &str, directory: &Path, remote: (&str, &str)) -> Option<Self> {
        if text == "git" || text.starts_with("git:") {
            let (name, branch) = match text.strip_prefix("git:") {
                Some(rest) => rest.rsplit_once('/').unwrap_or((remote.0, rest)),
                None => remote,
            };
            return Some(Self::Git(GitSpec {
                remote: name.to_owned(),
                branch: branch.to_owned(),
                nojekyll: true,
                ..GitSpec::default()
            }));
        }
        if let Some((scheme, rest)) = text.split_once("://") {
            return Self::parse_address(scheme, rest);
        }
        if [".zip", ".tar", ".tar.gz", ".tgz"]
            .iter()
            .any(|end| text.ends_with(end))
        {
            return Some(Self::Archive(directory.join(text)));
        }
        let is_path = text.contains(['/', '\\']) || text.starts_with('.');
        is_path.then(|| {
            Self::Directory(DirectorySpec {
                path: directory.join(text),
                switch: Switch::Auto,
                keep: 5,
            })
        })
    }
}

impl Place {
    /// `ssh://user@host:port/path`, `s3://bucket/prefix`, `ftps://user@host:port/path`.
    fn parse_address(scheme: &str, rest: &str) -> Option<Self> {
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) => (host, Some(port.parse().ok()?)),
            None => (authority, None),
        };
        if host.is_empty() || host.contains(':') {
            return None;
        }
        match scheme {
            "s3" => Some(Self::S3(S3Spec {
                bucket: authority.to_owned(),
                prefix: path.to_owned(),
                ..S3Spec::default()
            })),
            "ssh" | "sftp" => Some(Self::Ssh(SshSpec {
                host: host.to_owned(),
                port,
                path: format!("/{path}"),
                in_place: scheme == "sftp",
                keep: 5,
                config: None,
            })),
            "ftp" | "ftps" => {
                let (user, host) = match host.rsplit_once('@') {
                    Some((user, host)) => (Some(user.to_owned()), host),
                    None => (None, host),
                };
                Some(Self::Ftp(FtpSpec {
                    host: host.to_owned(),
                    port: port.unwrap_or(21),
                    path: format!("/{path}"),
                    user,
                    tls: scheme == "ftps",
                    ca: None,
                }))
            }
            _ => None,
        }
    }
}

/// A branch of a git remote.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GitSpec {
    /// The remote's name or address.
    pub remote: String,
    /// The branch.
    pub branch: String,
    /// The message of the commit, with `{sha}` and `{version}`; `None` for our own.
    pub message: Option<String>,
    /// Whether the branch holds one commit only.
    pub no_history: bool,
    /// Whether `.nojekyll` goes along.
    pub nojekyll: bool,
    /// The domain that `CNAME` names.
    pub cname: Option<String>,
}

/// A folder of this machine.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DirectorySpec {
    /// The live folder, absolute: a symbolic link to a release, or a folder that is exchanged.
    pub path: PathBuf,
    /// How the new release becomes the live one.
    pub switch: Switch,
    /// How many releases are kept, the live one among them.
    pub keep: usize,
}

/// A host reached by OpenSSH.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SshSpec {
    /// `user@host`, or a name of the SSH configuration.
    pub host: String,
    /// The port, unless the SSH configuration says it.
    pub port: Option<u16>,
    /// The live path on the host.
    pub path: String,
    /// Whether files are replaced one by one even where releases are possible.
    pub in_place: bool,
    /// How many releases are kept.
    pub keep: usize,
    /// An SSH configuration instead of the user's.
    pub config: Option<PathBuf>,
}

/// A bucket of an object store.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct S3Spec {
    /// Its name.
    pub bucket: String,
    /// What the names of all objects start with.
    pub prefix: String,
    /// The region; from the environment when left out.
    pub region: Option<String>,
    /// The address of the store; Amazon's when left out.
    pub endpoint: Option<String>,
    /// The profile of `~/.aws/credentials`; the environment when left out.
    pub profile: Option<String>,
}

/// A folder of an FTP server.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FtpSpec {
    /// The server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The folder.
    pub path: String,
    /// The user, unless the environment says it.
    pub user: Option<String>,
    /// Whether the connection is encrypted.
    pub tls: bool,
    /// Certificates that are trusted besides the public ones, as PEM.
    pub ca: Option<PathBuf>,
}

/// How a new release becomes the live one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Switch {
    /// A link where there is a link or nothing; an exchange where there is a folder.
    #[default]
    Auto,
    /// The live path is a symbolic link, and is replaced by one.
    Link,
    /// The live path is a folder, and changes place with the new one.
    Exchange,
}

/// Files for web servers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HostFiles {
    /// `_headers` in the site (Netlify, Cloudflare Pages).
    pub headers: bool,
    /// `_redirects` in the site (Netlify, Cloudflare Pages).
    pub redirects: bool,
    /// `.htaccess` in the site.
    pub apache: bool,
    /// Where a snippet for nginx is written, absolute.
    pub nginx: Option<PathBuf>,
    /// Where a snippet for Caddy is written, absolute.
    pub caddy: Option<PathBuf>,
    /// The `Content-Security-Policy` header.
    pub csp: Option<String>,
}

/// An address that is called after a publish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Purge {
    /// The address.
    pub url: String,
    /// `POST`, `GET`, `PURGE` or another method.
    pub method: String,
    /// The environment variable whose value goes along as bearer token.
    pub token_env: Option<String>,
}
