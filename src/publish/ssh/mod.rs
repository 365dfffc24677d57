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

/// A host with a shell while it is published to. Each call of a program costs a round trip and more,
/// so that scripts do as much at once as they can.
#[derive(Debug)]
struct Host<'c> {
    program: Program,
    spec: SshSpec,
    context: Context<'c>,
    /// What was there when we looked.
    seen: Seen,
}

/// What a host with a shell has.
#[derive(Debug, Default, PartialEq, Eq)]
struct Seen {
    has_rsync: bool,
    /// Whether the live path is a real folder or a file.
    is_folder: bool,
    /// What the live link names; empty if there is none.
    link: String,
    /// The names of the releases, oldest first.
    releases: Vec<String>,
    /// The files of the live release.
    files: Vec<String>,
    /// Its release file.
    release: String,
}

/// The last line of what a host is sent.
const END: &str = "chaski-end";

/// Where the release file starts in what a host answers.
const RELEASE_MARK: &str = "\nchaski-release\n";

/// A script that shows what there is; [`Seen::read`] reads its answer.
fn looking(live: &str, store: &str) -> String {
    let (live, store) = (quoted(live), quoted(store));
    format!(
        "echo chaski-shell; if command -v rsync >/dev/null; then echo has rsync; fi; ls -1 {store} 2>/dev/null | sed 's/^/kept /'; \
         if [ -L {live} ]; then echo \"link $(readlink {live})\"; elif [ -e {live} ]; then echo has folder; fi; \
         if [ -L {live} ] && cd {live}/ 2>/dev/null; then find . \\( -type f -o -type l \\) -print | sed 's/^/file /'; \
         echo; echo chaski-release; cat {RELEASE_FILE} 2>/dev/null; fi; true"
    )
}

impl Seen {
    /// What the answer to [`looking`] says; `None` if no shell answered.
    fn read(answer: &str) -> Option<Self> {
        // What the account's own start-up files say comes first.
        let (_, answer) = answer.split_once("chaski-shell\n")?;
        let (lines, release) = answer.split_once(RELEASE_MARK).unwrap_or((answer, ""));
        let mut seen = Self {
            release: release.to_owned(),
            ..Self::default()
        };
        for line in lines.lines() {
            match line.split_once(' ') {
                Some(("has", "rsync")) => seen.has_rsync = true,
                Some(("has", "folder")) => seen.is_folder = true,
                Some(("link", name)) => name.clone_into(&mut seen.link),
                Some(("kept", name)) if !name.ends_with(".part") => seen.releases.push(name.to_owned()),
                Some(("file", path)) => seen.files.extend(path.strip_prefix("./").map(str::to_owned)),
                _ => {}
            }
        }
        seen.releases.sort();
        Some(seen)
    }

    fn last_number(&self) -> u64 {
        let numbers = self
            .releases
            .iter()
            .filter_map(|name| name.split('-').next()?.parse().ok());
        numbers.max().unwrap_or(0)
    }
}

/// Asks the host what it can, and makes ready to publish to it.
pub(super) fn open<'c>(spec: &SshSpec, context: Context<'c>) -> anyhow::Result<Box<dyn Target + 'c>> {
    let program = Program::new(spec)?;
    let answer = program.ask(&looking(&spec.path, &store(spec)))?;
    let seen = Seen::read(&answer).filter(|seen| !spec.in_place && !seen.is_folder);
    let Some(mut seen) = seen else {
        return Ok(Box::new(InPlace::new(Sftp::new(program, spec), context)));
    };
    seen.has_rsync = seen.has_rsync && Program::has_rsync();
    Ok(Box::new(Host {
        program,
        spec: spec.clone(),
        context,
        seen,
    }))
}

/// The folder of the releases.
fn store(spec: &SshSpec) -> String {
    format!("{}.releases", spec.path)
}

/// Who holds a lock of ours.
fn owner() -> String {
    format!("{} of {}", std::process::id(), super::in_place::host())
}

impl Host<'_> {
    fn live(&self) -> String {
        quoted(&self.spec.path)
    }

    fn store(&self) -> String {
        store(&self.spec)
    }

    fn lock(&self) -> String {
        quoted(&format!("{}/.lock", self.store()))
    }

    /// Takes the lock, which keeps others from publishing here, and runs `script` with `lines` as its
    /// input. The script must not leave the lock behind but when others need it.
    fn locked(&self, script: &str, lines: &[&str]) -> anyhow::Result<()> {
        let owner = owner();
        let (store, lock, me) = (quoted(&self.store()), self.lock(), quoted(&owner));
        let attempt = |instead: &str| {
            let instead = quoted(instead);
            let script = format!(
                "set -e; mkdir -p {store}; lock={lock}; if ! mkdir \"$lock\" 2>/dev/null; then \
                 held=$(cat \"$lock/owner\" 2>/dev/null || true); if [ \"$held\" != {instead} ]; then echo \"held $held\"; \
                 cat >/dev/null; exit 0; fi; fi; printf %s {me} >\"$lock/owner\"; \
                 trap '[ $? = 0 ] || rm -rf \"$lock\"' EXIT; {script}"
            );
            self.program.run(&script, |pipe| {
                for line in lines {
                    writeln!(pipe, "{line}")?;
                }
                Ok(())
            })
        };
        let answer = attempt(&owner)?;
        let Some(held) = answer.lines().find_map(|line| line.strip_prefix("held ")) else {
            return Ok(());
        };
        let is_dead = held
            .split_once(" of ")
            .filter(|(_, host)| *host == super::in_place::host())
            .and_then(|(process, _)| process.parse().ok())
            .is_some_and(|process| !super::in_place::is_alive(process));
        let who = if held.is_empty() {
            "somebody".to_owned()
        } else {
            format!("process {held}")
        };
        if !is_dead && !self.context.force {
            bail!(
                "{who} is publishing to {}; if that ended without finishing, take its place with `--force`",
                self.title()
            );
        }
        let again = attempt(held)?;
        if again.lines().any(|line| line.starts_with("held ")) {
            bail!("somebody else took the place of {who}, which had ended; publish again");
        }
        Ok(())
    }

    /// Takes the lock and makes the new release of what is live, without what changes.
    fn prepare(&self, work: &Work<'_>, part: &str) -> anyhow::Result<()> {
        (self.context.watch)(Step::Other("prepare the release"))?;
        let (live, store, part) = (self.live(), quoted(&self.store()), quoted(part));
        let seen = quoted(&self.seen.link);
        let copy = if self.seen.link.is_empty() {
            String::new()
        } else {
            format!(
                "cp -al {live}/. {part}/ 2>/dev/null || {{ rm -rf {part}; mkdir {part}; cp -pR {live}/. {part}/; }}; "
            )
        };
        let script = format!(
            "now=; [ ! -L {live} ] || now=$(readlink {live}); [ \"$now\" = {seen} ] || {{ echo 'somebody else \
             published meanwhile; publish again' >&2; exit 9; }}; rm -rf {store}/*.part; mkdir -p {part}; {copy}(cd {part}; \
             rm -f {RELEASE_FILE}; while IFS= read -r file; do rm -f -- \"./$file\"; done)"
        );
        let gone = work.plan.removed.iter().chain(&work.plan.changed);
        self.locked(&script, &gone.map(String::as_str).collect::<Vec<_>>())
    }

    /// Sends what changed into the new release.
    fn send(&self, files: &[&SiteFile], part: &str) -> anyhow::Result<()> {
        if self.seen.has_rsync {
            // Of what changed, the live site has the better part; seen from the new release.
            let name = self.spec.path.rsplit('/').next().unwrap_or_default();
            let basis = (!self.seen.link.is_empty()).then(|| format!("../../{name}"));
            for (root, paths) in by_root(files) {
                (self.context.watch)(Step::Other("rsync"))?;
                self.program.rsync(&root, &paths, part, basis.as_deref())?;
            }
            for file in files {
                (self.context.watch)(Step::Upload(&file.path))?;
            }
            return Ok(());
        }
        let script = format!("cd {} && tar -xf -", quoted(part));
        self.program.run(&script, |pipe| {
            let mut archive = tar::Builder::new(pipe);
            for file in files {
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
        Ok(())
    }

    /// Compares the sums of what was sent, makes the release `id` the live one, removes old ones and
    /// the lock.
    fn finish(&self, work: &Work<'_>, files: &[&SiteFile], part: &str, id: &str) -> anyhow::Result<()> {
        (self.context.watch)(Step::Other("compare sums"))?;
        let release = work.release.numbered(self.seen.last_number() + 1).to_bytes()?;
        let excess = (self.seen.releases.len() + 1).saturating_sub(self.spec.keep.max(1));
        let old = self.seen.releases.iter().take(excess);
        let store = self.store();
        let mut old: String = old
            .map(|name| {
                let (old, gone) = (format!("{store}/{name}"), format!("{store}/.old-{name}"));
                format!("mv {} {} || true; ", quoted(&old), quoted(&gone))
            })
            .collect();
        // Nobody need wait until they are gone.
        old.push_str(&format!(
            "(rm -rf {}/.old-* </dev/null >/dev/null 2>&1 &); ",
            quoted(&store)
        ));
        // Of a publish that was killed, only a part of the input may come. Hosts without the program for
        // sums were told by the transport that all is well.
        let script = format!(
            "set -e; lock={lock}; cat >\"$lock/input\"; [ \"$(tail -n 1 \"$lock/input\")\" = {END} ]; \
             if command -v sha256sum >/dev/null && [ {lines} != 0 ] && ! head -n {lines} \"$lock/input\" | \
             (cd {part}; sha256sum -c - >/dev/null 2>&1); then \
             echo 'a file changed while it was being published; publish again' >&2; exit 8; fi; \
             tail -n +{next} \"$lock/input\" | sed '$d' >{part}/{RELEASE_FILE}; \
             [ \"$(cat \"$lock/owner\")\" = {me} ] || {{ echo 'somebody else took the lock; publish again' >&2; exit 9; }}; \
             mv {part} {whole}; {switch}; {old}rm -rf \"$lock\"",
            part = quoted(part),
            lines = files.len(),
            next = files.len() + 1,
            me = quoted(&owner()),
            whole = quoted(&format!("{store}/{id}")),
            switch = self.switch(id),
            lock = self.lock(),
        );
        (self.context.watch)(Step::Switch)?;
        self.program
            .run(&script, |pipe| {
                for file in files {
                    writeln!(pipe, "{}  ./{}", file.hash, file.path)?;
                }
                pipe.write_all(&release)?;
                Ok(writeln!(pipe, "{END}")?)
            })
            .with_context(|| format!("cannot make `{id}` the live site"))
            .map(|_| ())
    }

    /// A script that makes the release `id` the live one, in one step of the host's file system.
    fn switch(&self, id: &str) -> String {
        let store = self.store();
        let name = store.rsplit('/').next().unwrap_or(&store);
        let (target, link, live) = (
            quoted(&format!("{name}/{id}")),
            quoted(&format!("{store}/.link")),
            self.live(),
        );
        format!("rm -f {link}; ln -s {target} {link}; mv -fT {link} {live} 2>/dev/null || mv -fh {link} {live}")
    }

    fn work(&self, work: &Work<'_>) -> anyhow::Result<String> {
        let id = work.release.numbered(self.seen.last_number() + 1).id();
        let part = format!("{}/{id}.part", self.store());
        self.prepare(work, &part)?;
        let uploads = work.plan.uploads().into_iter();
        let files: Vec<&SiteFile> = uploads.filter_map(|path| work.site.files.get(path)).collect();
        let done = self
            .send(&files, &part)
            .and_then(|()| self.finish(work, &files, &part, &id));
        if done.is_err() {
            // What matters is why it failed.
            let _ = self.program.run(&format!("rm -rf {}", self.lock()), |_| Ok(()));
        }
        done.map(|()| id)
    }
}

impl Target for Host<'_> {
    fn title(&self) -> String {
        format!("`{}:{}`", self.spec.host, self.spec.path)
    }

    fn known(&mut self, _site: &Built) -> anyhow::Result<Known> {
        let release = Release::parse(self.seen.release.as_bytes()).ok();
        let published = release.as_ref().map(known_of).unwrap_or_default();
        let files = self.seen.files.iter();
        Ok(files
            .map(|path| (path.clone(), published.get(path).cloned().unwrap_or_default()))
            .collect())
    }

    fn publish(&mut self, work: &Work<'_>) -> anyhow::Result<Vec<String>> {
        (self.context.watch)(Step::Other("lock"))?;
        let id = self.work(work)?;
        let by = if self.seen.has_rsync { "rsync" } else { "tar" };
        Ok(vec![format!("{} shows release {id} (by {by})", self.title())])
    }

    fn rollback(&mut self, to: Option<&str>) -> anyhow::Result<String> {
        let names = &self.seen.releases;
        let live = self.seen.link.rsplit('/').next().unwrap_or_default();
        let found = match to {
            Some(to) => names.iter().find(|name| *name == to),
            None => names.iter().rev().find(|name| name.as_str() < live),
        };
        let Some(name) = found else {
            bail!(
                "{} has no such release to go back to; there are: {}",
                self.title(),
                names.join(", ")
            );
        };
        let release = quoted(&format!("{}/{name}", self.store()));
        let script = format!("[ -d {release} ]; {}; rm -rf {}", self.switch(name), self.lock());
        self.locked(&script, &[])?;
        Ok(name.clone())
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

#[cfg(test)]
mod tests {
    use super::Seen;

    #[test]
    fn what_a_host_answers_is_read() {
        let answer = "Welcome!\nchaski-shell\nhas rsync\nkept 00002-b\nkept 00001-a\nkept 00003-c.part\n\
                      link live.releases/00002-b\nfile ./a b.html\nfile ./chaski-release\n\nchaski-release\n{\n}\n";
        let seen = Seen::read(answer).unwrap();
        let expected = Seen {
            has_rsync: true,
            is_folder: false,
            link: "live.releases/00002-b".to_owned(),
            releases: vec!["00001-a".to_owned(), "00002-b".to_owned()],
            files: vec!["a b.html".to_owned(), "chaski-release".to_owned()],
            release: "{\n}\n".to_owned(),
        };
        assert_eq!((seen.last_number(), seen), (2, expected));
        assert_eq!(Seen::read("This service allows sftp connections only.\n"), None);
    }
}
