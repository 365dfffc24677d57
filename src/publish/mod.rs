//! Publishing: takes a built folder to where readers find it.
//!
//! A [`Built`] folder is compared with what a [`Target`] has; the difference is a [`Plan`], which the
//! target carries out so that readers meet the old or the new site. Knows nothing of pages,
//! never reads credentials from the configuration, and never shows them.

mod git;
mod plan;
mod release;
mod site;
mod spec;

use std::path::{Path, PathBuf};

pub use git::{Deploy, deploy, source_commit};
pub use plan::{Known, Plan, There, known_of};
pub use release::{RELEASE_FILE, Release};
pub use site::{Built, SiteFile};
pub use spec::{DirectorySpec, GitSpec, HostFiles, Place, PublishSpec, Purge, Switch, TargetSpec};

/// What surrounds a publish.
#[derive(Clone, Copy)]
pub struct Context<'c> {
    /// The folder of the configuration.
    pub root: &'c Path,
    /// Folders and files that a publish must never write to.
    pub sources: &'c [PathBuf],
    /// Whether the target is overwritten although others changed it.
    pub force: bool,
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
        Place::Directory(_) | Place::Archive(_) => anyhow::bail!("not yet"),
    })
}

/// Adds to `site` what `place` wants beside it.
///
/// # Errors
/// When it cannot be kept on the disk until it goes.
pub fn complete(site: &mut Built, place: &Place) -> anyhow::Result<()> {
    if let Place::Git(spec) = place {
        if spec.nojekyll {
            site.add(".nojekyll", b"")?;
        }
        if let Some(cname) = &spec.cname {
            site.add("CNAME", format!("{cname}\n").as_bytes())?;
        }
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
