//! Publishing: takes a built folder to where readers find it.
//!
//! A [`Built`] folder is compared with what a [`Target`] has; the difference is a [`Plan`], which the
//! target carries out so that readers meet the old or the new site. Knows nothing of pages,
//! never reads credentials from the configuration, and never shows them.

mod archive;
mod directory;
mod ftp;
mod git;
mod host_files;
mod http;
mod in_place;
mod media;
mod plan;
mod precompress;
mod published;
mod release;
mod s3;
mod site;
mod spec;
mod ssh;
mod verify;

use std::path::{Path, PathBuf};

pub use git::{Deploy, deploy, renames, source_commit};
pub use plan::{Known, Plan, There, known_of};
pub use published::{Published, published};
pub use release::{RELEASE_FILE, Release};
pub use site::{Built, SiteFile};
pub use spec::{
    DirectorySpec, FtpSpec, GitSpec, HostFiles, Place, PublishSpec, Purge, S3Spec, SshSpec, Switch, TargetSpec,
};
pub use verify::{Verified, purge, verify};

/// What surrounds a publish.
#[derive(Clone, Copy)]
pub struct Context<'c> {
    /// The folder of the configuration.
    pub root: &'c Path,
    /// Folders and files of the site that a publish must never write to, nor into.
    pub sources: &'c [PathBuf],
    /// Folders and files that a publish must never replace.
    pub keep: &'c [PathBuf],
    /// Whether the target is overwritten although others changed it.
    pub force: bool,
    /// Whether files go that chaski did not publish.
    pub prune: bool,
    /// The environment, which credentials come from.
    pub variable: &'c (dyn Fn(&str) -> Option<String> + Sync),
    /// Told of each step before it is taken; an error ends the work there.
    pub watch: &'c (dyn Fn(Step<'_>) -> anyhow::Result<()> + Sync),
}

/// A step that others can see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<'s> {
    /// A file goes to the target.
    Upload(&'s str),
    /// A file is removed from the target.
    Remove(&'s str),
    /// The new site becomes the live one.
    Switch,
    /// Anything else.
    Other(&'s str),
}

#[cfg(test)]
impl<'c> Context<'c> {
    /// Surroundings in which nothing is forbidden.
    fn of(root: &'c Path, watch: &'c (dyn Fn(Step<'_>) -> anyhow::Result<()> + Sync)) -> Self {
        Self {
            root,
            sources: &[],
            keep: &[],
            force: false,
            prune: false,
            variable: &|_| None,
            watch,
        }
    }
}

impl std::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Context")
            .field("root", &self.root)
            .finish_non_exhaustive()
    }
}

/// One publish.
#[derive(Clone, Copy, Debug)]
pub struct Work<'w> {
    /// The site.
    pub site: &'w Built,
    /// What stands in its release file.
    pub release: &'w Release,
    /// What is to be done.
    pub plan: &'w Plan,
}

/// A place that sites are published to.
pub trait Target {
    /// What people call it.
    fn title(&self) -> String;

    /// Finds out what is there.
    ///
    /// # Errors
    /// When it cannot be reached, or somebody else is publishing.
    fn known(&mut self, site: &Built) -> anyhow::Result<Known>;

    /// Does what the plan says; gives what is worth saying about it.
    ///
    /// # Errors
    /// When it cannot be done; the target then still has the old site where it can keep it, and the
    /// next publish finishes the work.
    fn publish(&mut self, work: &Work<'_>) -> anyhow::Result<Vec<String>>;

    /// Goes back to the release named `to`, or to the one before; gives its name.
    ///
    /// # Errors
    /// When the target keeps no such release.
    fn rollback(&mut self, _to: Option<&str>) -> anyhow::Result<String> {
        anyhow::bail!("{} keeps no releases to go back to", self.title())
    }
}

/// Makes ready to publish to `place`.
///
/// # Errors
/// When the target is a source of the site, or cannot be used.
pub fn open<'c>(place: &Place, context: Context<'c>) -> anyhow::Result<Box<dyn Target + 'c>> {
    Ok(match place {
        Place::Git(spec) => Box::new(git::Branch::open(spec, context)?),
        Place::Directory(spec) => Box::new(directory::Directory::open(spec, context)?),
        Place::Ssh(spec) => ssh::open(spec, context)?,
        Place::S3(spec) => Box::new(in_place::InPlace::new(s3::S3::open(spec, context.variable)?, context)),
        Place::Ftp(spec) => Box::new(in_place::InPlace::new(ftp::Ftp::open(spec, context.variable)?, context)),
        Place::Archive(path) => Box::new(archive::Archive::open(path, context)?),
    })
}

/// Refuses a target that is, contains or lies in a source of the site.
fn refuse_sources(target: &Path, context: &Context<'_>) -> anyhow::Result<()> {
    let real = |path: &Path| -> PathBuf {
        let mut rest = Vec::new();
        for known in path.ancestors() {
            if let Ok(found) = known.canonicalize() {
                return rest.iter().rev().fold(found, |path, name| path.join(name));
            }
            rest.extend(known.file_name());
        }
        path.to_owned()
    };
    let target = real(target);
    let sources = context.sources.iter().map(|path| (path, false));
    let places = sources.chain(context.keep.iter().map(|path| (path, true)));
    for (source, may_lie_in) in places {
        let here = real(source);
        let is_inside = target.starts_with(&here) && !may_lie_in;
        if is_inside || here.starts_with(&target) {
            anyhow::bail!(
                "the target `{}` is, holds or lies in `{}`, which must not be written to; nothing was published",
                target.display(),
                source.display()
            );
        }
    }
    Ok(())
}

/// Adds to `site` what `spec` and `place` want beside it. `address` is that of the published site.
///
/// # Errors
/// When it cannot be made, or kept on the disk until it goes.
pub fn complete(site: &mut Built, spec: &PublishSpec, place: &Place, address: Option<&str>) -> anyhow::Result<()> {
    if let Place::Git(spec) = place {
        if spec.nojekyll {
            site.add(".nojekyll", b"")?;
        }
        if let Some(cname) = &spec.cname {
            site.add("CNAME", format!("{cname}\n").as_bytes())?;
        }
    }
    let path = address.and_then(|address| address.split_once("://")?.1.split_once('/'));
    let base = path.map_or("", |(_, path)| path.trim_matches('/'));
    let base = if base.is_empty() {
        "/".to_owned()
    } else {
        format!("/{base}/")
    };
    host_files::add_host_files(site, &spec.host_files, &base, spec.precompress)?;
    if spec.precompress {
        precompress::precompress(site)?;
    }
    Ok(())
}

/// `text` without the names and passwords that addresses carry.
#[must_use]
pub fn redacted(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once("://") {
        shown.push_str(before);
        shown.push_str("://");
        let end = behind
            .find(|c: char| c.is_whitespace() || matches!(c, '/' | '\'' | '"' | '?' | '#'))
            .unwrap_or(behind.len());
        let (authority, after) = behind.split_at(end);
        match authority.rsplit_once('@') {
            Some((user, host)) if user != "git" => shown.extend(["***@", host]),
            _ => shown.push_str(authority),
        }
        rest = after;
    }
    shown.push_str(rest);
    shown
}

#[cfg(test)]
mod tests {
    use super::redacted;

    #[test]
    fn addresses_are_shown_without_credentials() {
        let cases = [
            (
                "fatal: 'https://u:p@ss@h.org/x.git' no",
                "fatal: 'https://***@h.org/x.git' no",
            ),
            ("https://token@github.com/a/b", "https://***@github.com/a/b"),
            ("ssh://git@github.com/a", "ssh://git@github.com/a"),
            ("git@github.com:a/b a@b", "git@github.com:a/b a@b"),
            ("http://a/b@c", "http://a/b@c"),
        ];
        for (text, shown) in cases {
            assert_eq!(redacted(text), shown);
        }
    }
}
