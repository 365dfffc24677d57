//! A branch of a git remote, written by the git program without touching working tree or index.
//!
//! The commit is made by `git fast-import` from what differs, and pushed under a lease: the server
//! takes it only if its branch still is what was looked at. The commit is noted in a ref of our own
//! before it is pushed, so that a publish that was killed in between is known as ours.

mod deploy;
mod program;
mod renames;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Write;

use anyhow::{Context as _, bail};

use self::program::Git;
use super::plan::{Known, There};
use super::release::{RELEASE_FILE, Release};
use super::site::Built;
use super::spec::GitSpec;
use super::{Context, Step, Target, Work};

pub use deploy::{Deploy, deploy};
pub use renames::renames;

/// A branch while it is published to.
#[derive(Debug)]
pub(super) struct Branch<'c> {
    git: Git,
    spec: GitSpec,
    context: Context<'c>,
    /// Whether all that a former deployment put there counts as ours, without a release file.
    takes_all: bool,
    /// What the remote's branch is, after [`Target::known`].
    remote: Option<String>,
    /// The commit that ours follows.
    parent: Option<String>,
}

/// The commit of the sources of `root`, with `-dirty` if they have changes; `None` without git.
#[must_use]
pub fn source_commit(root: &std::path::Path) -> Option<String> {
    let git = Git::new(root, false);
    let commit = git.text(&["rev-parse", "--verify", "--quiet", "HEAD"]).ok()?;
    let status = git.text(&["status", "--porcelain", "--untracked-files=no"]).ok()?;
    Some(if status.is_empty() {
        commit
    } else {
        format!("{commit}-dirty")
    })
}

/// The files of a branch of the repository that `root` is in, or of the branch at `remote`, as tar.
///
/// # Errors
/// When there is no such branch.
pub(super) fn archive(root: &std::path::Path, branch: &str, remote: &str) -> anyhow::Result<Vec<u8>> {
    let git = Git::new(root, false);
    git.check_repository()?;
    let names = [branch.to_owned(), format!("refs/remotes/{remote}/{branch}")];
    let commit = names.iter().filter(|_| !branch.starts_with('-')).find_map(|name| {
        // `branch:folder` is a tree already.
        let peeled = if name.contains(':') { "" } else { "^{commit}" };
        let name = format!("{name}{peeled}");
        git.text(&["rev-parse", "--verify", "--quiet", &name]).ok()
    });
    let commit = commit.with_context(|| format!("git knows no branch `{branch}`, neither here nor at `{remote}`"))?;
    let top = git.text(&["rev-parse", "--show-toplevel"])?;
    // From a folder below the top, only that folder would be packed.
    Git::new(std::path::Path::new(&top), false).run(&["archive", "--format=tar", &commit], None)
}

/// A file of a branch, named as `branch:path`.
pub(super) fn file(root: &std::path::Path, name: &str, remote: &str) -> Option<Vec<u8>> {
    let git = Git::new(root, false);
    let names = [name.to_owned(), format!("refs/remotes/{remote}/{name}")];
    let mut names = names.iter().filter(|_| !name.starts_with('-'));
    names.find_map(|name| git.run(&["cat-file", "blob", name], None).ok())
}

impl<'c> Branch<'c> {
    /// Looks whether the branch may be published to.
    pub(super) fn open(spec: &GitSpec, context: Context<'c>) -> anyhow::Result<Self> {
        Self::with(Git::new(context.root, false), spec, context)
    }

    fn with(git: Git, spec: &GitSpec, context: Context<'c>) -> anyhow::Result<Self> {
        git.check_repository()?;
        let branch = &spec.branch;
        if git
            .text(&["check-ref-format", &format!("refs/heads/{branch}")])
            .is_err()
        {
            bail!("`{branch}` cannot be the name of a branch");
        }
        if git.text(&["symbolic-ref", "--quiet", "--short", "HEAD"]).ok().as_ref() == Some(branch) {
            bail!(
                "`{branch}` is the branch that is checked out here, with the sources; publish to another one, \
                 or check out the sources' branch"
            );
        }
        Ok(Self {
            git,
            spec: spec.clone(),
            context,
            takes_all: false,
            remote: None,
            parent: None,
        })
    }

    fn head(&self) -> String {
        format!("refs/heads/{}", self.spec.branch)
    }

    fn tracking(&self) -> String {
        format!("refs/remotes/{}/{}", self.spec.remote, self.spec.branch)
    }

    /// Where we note what we are about to push. Remotes may be addresses: only letters and digits.
    fn note(&self) -> String {
        let remote: String = self
            .spec
            .remote
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect();
        format!("refs/chaski/publish/{remote}/{}", self.spec.branch)
    }

    fn commit_of(&self, reference: &str) -> Option<String> {
        let commit = format!("{reference}^{{commit}}");
        self.git.text(&["rev-parse", "--verify", "--quiet", &commit]).ok()
    }

    /// The remote's branch, asked over the network.
    fn ask_remote(&self) -> anyhow::Result<Option<String>> {
        let lines = self
            .git
            .text(&["ls-remote", &self.spec.remote, &self.head()])
            .with_context(|| format!("cannot reach the remote `{}`", super::redacted(&self.spec.remote)))?;
        let id = lines.split_whitespace().next().map(str::to_owned);
        Ok(id)
    }

    /// Decides what our commit follows: what the remote has, if nobody else has been there.
    fn find_parent(&mut self) -> anyhow::Result<()> {
        self.remote = self.ask_remote()?;
        let ours: Vec<String> = [self.tracking(), self.head(), self.note()]
            .iter()
            .filter_map(|reference| self.commit_of(reference))
            .collect();
        let Some(remote) = self.remote.clone() else {
            self.parent = ours.into_iter().next();
            return Ok(());
        };
        let is_known = ours.contains(&remote)
            || self.commit_of(&remote).is_some()
                && ours
                    .iter()
                    .any(|commit| self.git.is_ok(&["merge-base", "--is-ancestor", &remote, commit]));
        if !is_known && !ours.is_empty() && !self.context.force {
            bail!(
                "the branch `{branch}` of `{name}` has moved on: somebody else published. Look at it with `git fetch {name} \
                 {branch}:{tracking}` and publish again, or overwrite it with `--force`",
                branch = self.spec.branch,
                name = super::redacted(&self.spec.remote),
                tracking = self.tracking(),
            );
        }
        if self.commit_of(&remote).is_none() {
            (self.context.watch)(Step::Other("fetch"))?;
            let head = self.head();
            let mut arguments = vec!["fetch", "--quiet", "--no-tags", "--no-write-fetch-head"];
            if self.git.text(&["rev-parse", "--is-shallow-repository"])? == "true" {
                arguments.push("--depth=1");
            }
            arguments.extend([self.spec.remote.as_str(), head.as_str()]);
            self.git.text(&arguments).context("cannot fetch what is published")?;
        }
        self.parent = Some(remote);
        Ok(())
    }

    /// The files of a commit with their object ids.
    fn files_of(&self, commit: &str) -> anyhow::Result<BTreeMap<String, String>> {
        let listed = self.git.run(&["ls-tree", "-r", "-z", "--full-tree", commit], None)?;
        let mut files = BTreeMap::new();
        for entry in String::from_utf8_lossy(&listed).split('\0') {
            let Some((fields, path)) = entry.split_once('\t') else {
                continue;
            };
            let mut fields = fields.split(' ');
            let is_plain = fields.next().is_some_and(|mode| mode.starts_with("100"));
            let id = fields.nth(1).filter(|_| is_plain).unwrap_or_default();
            files.insert(path.to_owned(), id.to_owned());
        }
        Ok(files)
    }

    /// The object ids of the site's files, which are not stored by this.
    fn ids_of(&self, site: &Built) -> anyhow::Result<BTreeMap<String, String>> {
        let mut paths = String::new();
        for file in site.files.values() {
            let source = file.source.canonicalize()?;
            let _ = writeln!(paths, "{}", source.display());
        }
        let ids = self.git.run(
            &["hash-object", "--no-filters", "--stdin-paths"],
            Some(paths.as_bytes()),
        )?;
        let ids = String::from_utf8_lossy(&ids);
        Ok(site.files.keys().cloned().zip(ids.lines().map(str::to_owned)).collect())
    }

    /// The paths of the branch that a former publish put there.
    fn ours_of(&self, parent: &str, files: &BTreeMap<String, String>) -> BTreeSet<String> {
        if files.contains_key(RELEASE_FILE) {
            let blob = self
                .git
                .run(&["cat-file", "blob", &format!("{parent}:{RELEASE_FILE}")], None);
            if let Some(release) = blob.ok().and_then(|blob| Release::parse(&blob).ok()) {
                return release.files.into_keys().collect();
            }
        }
        // `mkdocs gh-deploy` writes the whole branch anew each time, and says so in the message.
        let message = self
            .git
            .text(&["show", "-s", "--format=%s", parent])
            .unwrap_or_default();
        let is_deployment = self.takes_all || message.starts_with("Deployed ") && message.contains(" version");
        let is_ours = |path: &&String| is_deployment && *path != "CNAME";
        files.keys().filter(is_ours).cloned().collect()
    }

    /// Writes what makes `git fast-import` store our commit.
    fn write_commit(&self, work: &Work<'_>, message: &str, stream: &mut dyn Write) -> anyhow::Result<()> {
        let plan = work.plan;
        writeln!(stream, "commit {}", self.note())?;
        writeln!(stream, "committer {}", self.git.identity()?)?;
        writeln!(stream, "data {}\n{message}", message.len())?;
        let mut paths = plan.uploads();
        match self.parent.as_deref() {
            Some(parent) if self.spec.no_history => {
                // The commit stands alone: what stays is named by its object.
                let there = self.files_of(parent)?;
                for path in plan.kept.iter().chain(&plan.foreign) {
                    if let Some(id) = there.get(path).filter(|id| !id.is_empty()) {
                        writeln!(stream, "M 100644 {id} {}", quoted(path))?;
                    }
                }
            }
            Some(parent) => {
                writeln!(stream, "from {parent}")?;
                for path in &plan.removed {
                    (self.context.watch)(Step::Remove(path))?;
                    writeln!(stream, "D {}", quoted(path))?;
                }
                if self.takes_all {
                    writeln!(stream, "D {RELEASE_FILE}")?;
                }
            }
            None => paths.extend(plan.kept.iter().map(String::as_str)),
        }
        for path in paths {
            let Some(file) = work.site.files.get(path) else {
                continue;
            };
            (self.context.watch)(Step::Upload(path))?;
            inline(stream, path, &file.bytes()?)?;
        }
        if !self.takes_all {
            inline(stream, RELEASE_FILE, &work.release.to_bytes()?)?;
        }
        stream.write_all(b"\ndone\n")?;
        Ok(())
    }

    /// Pushes `commit`, if the remote's branch still is what was looked at.
    fn push(&self, commit: &str) -> anyhow::Result<()> {
        (self.context.watch)(Step::Switch)?;
        let head = self.head();
        let lease = format!(
            "--force-with-lease={head}:{}",
            self.remote.as_deref().unwrap_or_default()
        );
        let pushed = self.git.text(&[
            "push",
            "--porcelain",
            &lease,
            &self.spec.remote,
            &format!("{commit}:{head}"),
        ]);
        pushed.map(|_| ()).map_err(|error| {
            if error.to_string().contains("stale info") {
                error.context("somebody else published at the same time; nothing was overwritten. Publish again")
            } else {
                error.context("cannot push; the published site is as it was")
            }
        })
    }
}

impl Target for Branch<'_> {
    fn title(&self) -> String {
        format!(
            "branch `{}` of `{}`",
            self.spec.branch,
            super::redacted(&self.spec.remote)
        )
    }

    fn known(&mut self, site: &Built) -> anyhow::Result<Known> {
        (self.context.watch)(Step::Other("look at the remote"))?;
        self.find_parent()?;
        let Some(parent) = self.parent.clone() else {
            return Ok(Known::new());
        };
        let there = self.files_of(&parent)?;
        let ours = self.ours_of(&parent, &there);
        let ids = self.ids_of(site)?;
        let mut known = Known::new();
        for (path, id) in there {
            let same = ids.get(&path) == Some(&id);
            let hash = site.files.get(&path).filter(|_| same).map(|file| file.hash.clone());
            let is_ours = ours.contains(&path);
            known.insert(path, There { hash, is_ours });
        }
        Ok(known)
    }

    fn publish(&mut self, work: &Work<'_>) -> anyhow::Result<Vec<String>> {
        let template = self.spec.message.clone();
        let message = deploy::message(template.as_deref(), &self.git)?;
        (self.context.watch)(Step::Other("write the commit"))?;
        self.git.feed(
            &["fast-import", "--quiet", "--force", "--done", "--date-format=raw"],
            |stream| self.write_commit(work, &message, stream),
        )?;
        let commit = self.commit_of(&self.note()).context("git made no commit")?;
        self.push(&commit)?;
        (self.context.watch)(Step::Other("note what was pushed"))?;
        if !self.git.is_checked_out(&self.head()) {
            self.git.text(&["update-ref", &self.head(), &commit])?;
        }
        if self
            .git
            .is_ok(&["config", "--get", &format!("remote.{}.url", self.spec.remote)])
        {
            self.git.text(&["update-ref", &self.tracking(), &commit])?;
        }
        let short = commit.get(..12).unwrap_or(&commit);
        Ok(vec![format!("Pushed {short} to {}", self.title())])
    }
}

fn inline(stream: &mut dyn Write, path: &str, bytes: &[u8]) -> anyhow::Result<()> {
    writeln!(stream, "M 100644 inline {}\ndata {}", quoted(path), bytes.len())?;
    stream.write_all(bytes)?;
    stream.write_all(b"\n")?;
    Ok(())
}

/// A path as fast-import reads it.
fn quoted(path: &str) -> String {
    if path.starts_with('"') {
        format!("\"{}\"", path.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        path.to_owned()
    }
}
