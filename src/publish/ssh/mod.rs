//! A host reached by the system's OpenSSH.
//!
//! Where the account has a shell and the live path is a link (or nothing yet), each publish makes a
//! whole release beside it, of hard links and of what changed, and replaces the link. Where it has
//! only SFTP, or the path is a real folder, files are replaced one by one in a safe order.

mod program;
mod sftp;

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context as _, bail};

use self::program::{Program, quoted};
use self::sftp::Sftp;
use super::in_place::InPlace;
use super::plan::{Known, known_of};
use super::release::{RELEASE_FILE, Release};
use super::site::{Built, SiteFile};
use super::spec::SshSpec;
use super::{Context, Step, Target, Work};

/// A host with a shell while it is published to.
#[derive(Debug)]
struct Host<'c> {
    program: Program,
    spec: SshSpec,
    context: Context<'c>,
    has_rsync: bool,
    /// What the live link names; empty if there is none.
    seen: String,
}

/// Asks the host what it can, and makes ready to publish to it.
pub(super) fn open<'c>(spec: &SshSpec, context: Context<'c>) -> anyhow::Result<Box<dyn Target + 'c>> {
    let program = Program::new(spec)?;
    let live = quoted(&spec.path);
    let script = format!(
        "echo chaski-shell; command -v rsync >/dev/null && echo rsync; if [ -L {live} ]; then echo \"link $(readlink {live})\"; \
         elif [ -e {live} ]; then echo folder; fi; true"
    );
    let answer = program.ask(&script)?;
    let Some(answer) = answer.strip_prefix("chaski-shell\n").filter(|_| !spec.in_place) else {
        return Ok(Box::new(InPlace::new(Sftp::new(program, spec), context)));
    };
    let seen = answer.lines().find_map(|line| line.strip_prefix("link "));
    if answer.lines().any(|line| line == "folder") {
        return Ok(Box::new(InPlace::new(Sftp::new(program, spec), context)));
    }
    let has_rsync = answer.lines().any(|line| line == "rsync") && Program::has_rsync();
    let seen = seen.unwrap_or_default().to_owned();
    Ok(Box::new(Host {
        program,
        spec: spec.clone(),
        context,
        has_rsync,
        seen,
    }))
}

impl Host<'_> {
    fn live(&self) -> String {
        quoted(&self.spec.path)
    }

    fn store(&self) -> String {
        format!("{}.releases", self.spec.path)
    }

    /// Keeps others from publishing here until the work is done.
    fn take_lock(&self) -> anyhow::Result<()> {
        let lock = format!("{}/.lock", self.store());
        let owner = format!("{} of {}", std::process::id(), super::in_place::host());
        let (store, lock, owner) = (quoted(&self.store()), quoted(&lock), quoted(&owner));
        let script = format!(
            "set -e; mkdir -p {store}; if mkdir {lock} 2>/dev/null; then printf %s {owner} >{lock}/owner; echo got; \
             else cat {lock}/owner || true; fi"
        );
        let answer = self.program.run(&script, |_| Ok(()))?;
        if answer == "got\n" || answer == owner.trim_matches('\'') {
            return Ok(());
        }
        let is_dead = answer
            .split_once(" of ")
            .filter(|(_, host)| *host == super::in_place::host())
            .and_then(|(process, _)| process.parse().ok())
            .is_some_and(|process| !super::in_place::is_alive(process));
        if !is_dead && !self.context.force {
            bail!(
                "process {answer} is publishing to {}; if that ended without finishing, take its place with `--force`",
                self.title()
            );
        }
        self.program
            .run(&format!("printf %s {owner} >{lock}/owner"), |_| Ok(()))
            .map(|_| ())
    }

    fn unlock(&self) -> anyhow::Result<()> {
        let lock = quoted(&format!("{}/.lock", self.store()));
        self.program.run(&format!("rm -rf {lock}"), |_| Ok(())).map(|_| ())
    }

    /// The names of the releases, oldest first.
    fn releases(&self) -> anyhow::Result<Vec<String>> {
        let listed = self
            .program
            .run(&format!("ls -1 {} 2>/dev/null || true", quoted(&self.store())), |_| {
                Ok(())
            })?;
        let mut names: Vec<String> = listed
            .lines()
            .filter(|name| !name.ends_with(".part"))
            .map(str::to_owned)
            .collect();
        names.sort();
        Ok(names)
    }

    /// Makes the new release of what is live, without what changes.
    fn prepare(&self, work: &Work<'_>, part: &str) -> anyhow::Result<()> {
        (self.context.watch)(Step::Other("prepare the release"))?;
        let (live, store, part) = (self.live(), quoted(&self.store()), quoted(part));
        let seen = quoted(&self.seen);
        let copy = if self.seen.is_empty() {
            String::new()
        } else {
            format!(
                "cp -al {live}/. {part}/ 2>/dev/null || {{ rm -rf {part}; mkdir {part}; cp -pR {live}/. {part}/; }}; "
            )
        };
        let script = format!(
            "set -e; now=; [ ! -L {live} ] || now=$(readlink {live}); [ \"$now\" = {seen} ] || {{ echo 'somebody else \
             published meanwhile; publish again' >&2; exit 9; }}; rm -rf {store}/*.part; mkdir -p {part}; {copy}cd {part}; \
             rm -f {RELEASE_FILE}; while IFS= read -r file; do rm -f -- \"./$file\"; done"
        );
        let gone = work.plan.removed.iter().chain(&work.plan.changed);
        self.program
            .run(&script, |pipe| {
                for path in gone {
                    writeln!(pipe, "{path}")?;
                }
                Ok(())
            })
            .map(|_| ())
    }

    /// Sends what changed into the new release.
    fn send(&self, work: &Work<'_>, part: &str) -> anyhow::Result<()> {
        let files: Vec<&SiteFile> = work
            .plan
            .uploads()
            .into_iter()
            .filter_map(|path| work.site.files.get(path))
            .collect();
        if self.has_rsync {
            for (root, paths) in by_root(&files) {
                (self.context.watch)(Step::Other("rsync"))?;
                self.program.rsync(&root, &paths, part)?;
            }
            for file in &files {
                (self.context.watch)(Step::Upload(&file.path))?;
            }
        } else {
            let script = format!("cd {} && tar -xf -", quoted(part));
            self.program.run(&script, |pipe| {
                let mut archive = tar::Builder::new(pipe);
                for file in &files {
                    (self.context.watch)(Step::Upload(&file.path))?;
                    let bytes = file.bytes()?;
                    let mut header = tar::Header::new_gnu();
                    header.set_size(bytes.len() as u64);
                    header.set_mode(0o644);
                    header.set_mtime(315_532_800);
                    archive.append_data(&mut header, &file.path, bytes.as_slice())?;
                }
                Ok(archive.finish()?)
            })?;
        }
        (self.context.watch)(Step::Other("compare sums"))?;
        // Hosts without the program were told by the transport that all is well.
        let script = format!(
            "cd {} && if command -v sha256sum >/dev/null; then sha256sum -c - >/dev/null 2>&1; else cat >/dev/null; fi",
            quoted(part)
        );
        let sums = self.program.run(&script, |pipe| {
            for file in &files {
                writeln!(pipe, "{}  ./{}", file.hash, file.path)?;
            }
            Ok(())
        });
        sums.context("a file changed while it was being published; publish again")?;
        let script = format!("cat >{}", quoted(&format!("{part}/{RELEASE_FILE}")));
        let number = self.last_number()? + 1;
        let release = work.release.numbered(number).to_bytes()?;
        self.program
            .run(&script, |pipe| Ok(pipe.write_all(&release)?))
            .map(|_| ())
    }

    fn last_number(&self) -> anyhow::Result<u64> {
        let number = |name: String| name.split('-').next()?.parse().ok();
        Ok(self.releases()?.into_iter().filter_map(number).max().unwrap_or(0))
    }

    /// Makes the release `id` the live one, in one step of the host's file system.
    fn switch(&self, id: &str, before: &str) -> anyhow::Result<()> {
        (self.context.watch)(Step::Switch)?;
        let store = self.store();
        let name = store.rsplit('/').next().unwrap_or(&store);
        let (target, link, live) = (
            quoted(&format!("{name}/{id}")),
            quoted(&format!("{store}/.link")),
            self.live(),
        );
        let script = format!(
            "set -e; {before}rm -f {link}; ln -s {target} {link}; mv -fT {link} {live} 2>/dev/null || mv -fh {link} {live}"
        );
        self.program
            .run(&script, |_| Ok(()))
            .with_context(|| format!("cannot make `{id}` the live site"))
            .map(|_| ())
    }

    fn sweep(&self) -> anyhow::Result<()> {
        let names = self.releases()?;
        let excess = names.len().saturating_sub(self.spec.keep.max(1));
        for name in names.iter().take(excess) {
            (self.context.watch)(Step::Other("remove an old release"))?;
            let folder = quoted(&format!("{}/{name}", self.store()));
            self.program.run(&format!("rm -rf {folder}"), |_| Ok(()))?;
        }
        Ok(())
    }

    fn work(&self, work: &Work<'_>) -> anyhow::Result<String> {
        let id = work.release.numbered(self.last_number()? + 1).id();
        let release = format!("{}/{id}", self.store());
        let part = format!("{release}.part");
        self.prepare(work, &part)?;
        self.send(work, &part)?;
        self.switch(&id, &format!("mv {} {}; ", quoted(&part), quoted(&release)))?;
        self.sweep()?;
        Ok(id)
    }
}

impl Target for Host<'_> {
    fn title(&self) -> String {
        format!("`{}:{}`", self.spec.host, self.spec.path)
    }

    fn known(&mut self, _site: &Built) -> anyhow::Result<Known> {
        if self.seen.is_empty() {
            return Ok(Known::new());
        }
        let live = self.live();
        let script = format!("cd {live}/ && find . \\( -type f -o -type l \\) -print");
        let listed = self.program.run(&script, |_| Ok(()))?;
        let release = self
            .program
            .run(&format!("cat {live}/{RELEASE_FILE} 2>/dev/null || true"), |_| Ok(()))?;
        let release = Release::parse(release.as_bytes()).ok();
        let published = release.as_ref().map(known_of).unwrap_or_default();
        let mut known = Known::new();
        for path in listed.lines().filter_map(|line| line.strip_prefix("./")) {
            let there = published.get(path).cloned().unwrap_or_default();
            known.insert(path.to_owned(), there);
        }
        Ok(known)
    }

    fn publish(&mut self, work: &Work<'_>) -> anyhow::Result<Vec<String>> {
        (self.context.watch)(Step::Other("lock"))?;
        self.take_lock()?;
        let done = self.work(work);
        let unlocked = self.unlock();
        let id = done?;
        unlocked?;
        let by = if self.has_rsync { "rsync" } else { "tar" };
        Ok(vec![format!("{} shows release {id} (by {by})", self.title())])
    }

    fn rollback(&mut self, to: Option<&str>) -> anyhow::Result<String> {
        let names = self.releases()?;
        let live = self.seen.rsplit('/').next().unwrap_or_default().to_owned();
        let found = match to {
            Some(to) => names.iter().find(|name| *name == to),
            None => names.iter().rev().find(|name| **name < live),
        };
        let Some(name) = found else {
            bail!(
                "{} has no such release to go back to; there are: {}",
                self.title(),
                names.join(", ")
            );
        };
        self.take_lock()?;
        let switched = self.switch(name, "");
        self.unlock()?;
        switched.map(|()| name.clone())
    }
}

/// Paths by the folder that their sources stand in.
fn by_root(files: &[&SiteFile]) -> BTreeMap<PathBuf, Vec<String>> {
    let mut roots: BTreeMap<PathBuf, Vec<String>> = BTreeMap::new();
    for file in files {
        let depth = file.path.split('/').count();
        if let Some(root) = file.source.ancestors().nth(depth) {
            roots.entry(root.to_owned()).or_default().push(file.path.clone());
        }
    }
    roots
}
