//! `chaski publish` and `chaski gh-deploy`: builds, shows what will be done, asks, does it.

use std::io::{BufRead as _, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::bail;

use super::args::{DeployArguments, PublishArguments};
use super::bar::{self, Bar};
use super::build::{self, Made, Wishes, count};
use super::reporter::Reporter;
use super::{ExitStatus, World};
use crate::config::Settings;
use crate::publish::{self, Built, Context, Deploy, Place, Plan, Release, Step, TargetSpec, Work};
use crate::report::{Progress, nearest};

/// How many files of a kind the plan names, unless everything is shown.
const SHOWN: usize = 10;

/// Ends the work of a target without an error of its own.
#[derive(Debug)]
struct Stopped;

impl std::fmt::Display for Stopped {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("interrupted; publish again to finish")
    }
}

impl std::error::Error for Stopped {}

/// Runs `publish`.
pub(super) fn run(mut arguments: PublishArguments, world: &World) -> anyhow::Result<ExitStatus> {
    arguments.build.strict = arguments.build.strict.or_strict();
    let asked = Asked {
        yes: arguments.yes,
        dry_run: arguments.dry_run,
        prune: arguments.prune,
        force: arguments.force,
        everything: arguments.build.output.verbose,
        precompress: arguments.precompress,
        verify: arguments.verify.as_deref(),
        patience: Duration::from_secs(arguments.verify_wait),
    };
    let interrupts = Arc::new(Progress::new());
    bar::end_on_interrupt(&interrupts);
    let build = !arguments.no_build && arguments.rollback.is_none();
    let name = arguments.target.as_deref();
    // What would end the work anyway is said before the site is built.
    let wanted = |settings: &Settings| {
        choose(settings, name, world)?;
        if !asked.yes && !asked.dry_run && !std::io::stdin().is_terminal() {
            bail!(
                "nobody can be asked here (standard input is no terminal); add `--yes` to publish, or `--dry-run` to look"
            );
        }
        Ok(build)
    };
    let (settings, reporter) = match build::make(arguments.build, world, &interrupts, &Wishes::only_if(&wanted))? {
        Made::Site(settings, reporter) => (settings, reporter),
        Made::Not(status) => return Ok(status),
    };
    let target = choose(&settings, name, world)?;
    let session = Session {
        settings: &settings,
        reporter: &reporter,
        interrupts,
        world,
    };
    let done = match arguments.rollback {
        Some(release) => session.roll_back(&target, &release, asked),
        None => session.publish(&target, asked),
    };
    stopped_or(done)
}

/// Runs `gh-deploy`.
pub(super) fn deploy(arguments: DeployArguments, world: &World) -> anyhow::Result<ExitStatus> {
    let interrupts = Arc::new(Progress::new());
    bar::end_on_interrupt(&interrupts);
    let (settings, reporter) = match build::make(arguments.build, world, &interrupts, &Wishes::only_if(&|_| Ok(true)))?
    {
        Made::Site(settings, reporter) => (settings, reporter),
        Made::Not(status) => return Ok(status),
    };
    let repo = &settings.repo;
    let deploy = Deploy {
        spec: publish::GitSpec {
            remote: arguments.remote_name.unwrap_or_else(|| repo.remote_name.clone()),
            branch: arguments.remote_branch.unwrap_or_else(|| repo.remote_branch.clone()),
            message: arguments.message,
            no_history: arguments.no_history,
            nojekyll: true,
            cname: None,
        },
        ignore_version: arguments.ignore_version,
        shell: arguments.shell,
    };
    let mut site = Built::read(&settings.site_dir, &settings.publish.include)?;
    let session = Session {
        settings: &settings,
        reporter: &reporter,
        interrupts,
        world,
    };
    session.say_left_out(&site);
    let (sources, keep) = session.kept();
    let progress = Arc::new(Progress::new());
    let watch = session.watch(&progress);
    let variable = |name: &str| world.environment.get(name).map(str::to_owned);
    let context = Context {
        root: &settings.root,
        sources: &sources,
        keep: &keep,
        force: arguments.force,
        prune: false,
        variable: &variable,
        watch: &watch,
    };
    let bar = Bar::start(&progress, reporter.for_people());
    session.interrupts.start_writing();
    let notes = publish::deploy(&deploy, &mut site, context);
    session.interrupts.finish_writing();
    bar.finish();
    stopped_or(notes.map(|notes| {
        for note in notes {
            reporter.note(&note);
        }
        ExitStatus::Clean
    }))
}

fn stopped_or(done: anyhow::Result<ExitStatus>) -> anyhow::Result<ExitStatus> {
    match done {
        Err(error) if error.downcast_ref::<Stopped>().is_some() => {
            let _ = writeln!(anstream::stderr().lock(), "{Stopped}");
            Ok(ExitStatus::Interrupted)
        }
        done => done,
    }
}

/// What the command line asks for.
#[derive(Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "flags of the command line")]
struct Asked<'a> {
    yes: bool,
    dry_run: bool,
    prune: bool,
    force: bool,
    everything: bool,
    precompress: bool,
    /// The address to look at; empty for the one in the settings.
    verify: Option<&'a str>,
    patience: Duration,
}

/// The target that is named, or the only one.
fn choose(settings: &Settings, name: Option<&str>, world: &World) -> anyhow::Result<TargetSpec> {
    let spec = &settings.publish;
    let names: Vec<&str> = spec.targets.iter().map(|target| target.name.as_str()).collect();
    let Some(name) = name.or(spec.default.as_deref()) else {
        return match spec.targets.as_slice() {
            [one] => Ok(one.clone()),
            [] => bail!(
                "there is no target: name one (`chaski publish git`, a folder, `site.zip`), or describe it in \
                 `chaski: publish: targets:`"
            ),
            _ => bail!(
                "name a target: {}; or set `chaski: publish: default:`",
                names.join(", ")
            ),
        };
    };
    if let Some(target) = spec.targets.iter().find(|target| target.name == name) {
        return Ok(target.clone());
    }
    let remote = (settings.repo.remote_name.as_str(), settings.repo.remote_branch.as_str());
    let Some(place) = Place::parse(name, &world.directory, remote) else {
        let near = nearest(name, names.iter().copied());
        let help = near.map_or_else(
            || "name one of `chaski: publish: targets:`, `git`, a folder such as `./out`, or `site.zip`".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        bail!("there is no target `{name}`; {help}");
    };
    Ok(TargetSpec {
        name: name.to_owned(),
        place,
        url: None,
    })
}

/// What was published, for looking at it afterwards.
struct After<'a> {
    site: &'a Built,
    plan: &'a Plan,
    release: &'a Release,
    /// The address of the published site, if it is known.
    address: Option<&'a str>,
}

struct Session<'s> {
    settings: &'s Settings,
    reporter: &'s Reporter,
    /// Knows whether Ctrl-C was pressed.
    interrupts: Arc<Progress>,
    world: &'s World,
}

impl Session<'_> {
    /// What must never be written to, and what must never be replaced.
    fn kept(&self) -> (Vec<PathBuf>, Vec<PathBuf>) {
        let settings = self.settings;
        let mut sources = vec![settings.docs_dir.clone(), settings.site_dir.clone()];
        sources.extend(settings.theme.custom_dir.clone());
        let mut keep = vec![self.world.directory.clone()];
        keep.extend(settings.file.clone());
        keep.extend(self.world.environment.get("HOME").map(PathBuf::from));
        (sources, keep)
    }

    /// Counts steps, and ends the work after Ctrl-C.
    fn watch<'w>(&'w self, progress: &'w Progress) -> impl Fn(Step<'_>) -> anyhow::Result<()> + Sync + 'w {
        move |step| {
            if self.interrupts.is_interrupted() {
                return Err(Stopped.into());
            }
            if matches!(step, Step::Upload(_) | Step::Remove(_)) {
                progress.step();
            }
            Ok(())
        }
    }

    fn say_left_out(&self, site: &Built) {
        for (path, reason) in &site.left_out {
            self.reporter.note(&format!(
                "`{path}` is not published: {reason} (`chaski: publish: include:` lists exceptions)"
            ));
        }
    }

    fn publish(&self, target: &TargetSpec, asked: Asked<'_>) -> anyhow::Result<ExitStatus> {
        let settings = self.settings;
        let mut site = Built::read(&settings.site_dir, &settings.publish.include)?;
        let address = target.url.as_deref().or(settings.site_url.as_deref());
        let mut spec = settings.publish.clone();
        spec.precompress |= asked.precompress;
        if asked.dry_run {
            (spec.host_files.nginx, spec.host_files.caddy) = (None, None);
        }
        publish::complete(&mut site, &spec, &target.place, address)?;
        self.say_left_out(&site);
        let commit = publish::source_commit(&settings.root);
        let release = Release::new(&site, commit, self.world.now);
        let (sources, keep) = self.kept();
        let progress = Arc::new(Progress::new());
        let watch = self.watch(&progress);
        let variable = |name: &str| self.world.environment.get(name).map(str::to_owned);
        let context = Context {
            root: &settings.root,
            sources: &sources,
            keep: &keep,
            force: asked.force,
            prune: asked.prune,
            variable: &variable,
            watch: &watch,
        };
        let mut opened = publish::open(&target.place, context)?;
        let known = opened.known(&site)?;
        let plan = Plan::new(&site, &known, asked.prune)?;
        self.show(&opened.title(), &plan, asked);
        if asked.dry_run {
            return Ok(ExitStatus::Clean);
        }
        let after = After {
            site: &site,
            plan: &plan,
            release: &release,
            address,
        };
        if plan.is_empty() && !asked.force {
            self.reporter.note("Nothing to publish: the target is as the site is");
            return self.verify(&after, asked);
        }
        if !asked.yes && !ask("Publish?")? {
            self.reporter.note("Nothing was published");
            return Ok(ExitStatus::Interrupted);
        }
        progress.expect(plan.added.len() + plan.changed.len() + plan.removed.len());
        let bar = Bar::start(&progress, self.reporter.for_people());
        self.interrupts.start_writing();
        let work = Work {
            site: &site,
            release: &release,
            plan: &plan,
        };
        let notes = opened.publish(&work);
        self.interrupts.finish_writing();
        bar.finish();
        for note in notes? {
            self.reporter.note(&note);
        }
        if let Some(hook) = &settings.publish.purge {
            let token = hook
                .token_env
                .as_deref()
                .and_then(|name| self.world.environment.get(name));
            publish::purge(hook, token)?;
            self.reporter.note("Told the caches");
        }
        self.verify(&after, asked)
    }

    /// Looks at the published site from outside, if that is asked for.
    fn verify(&self, after: &After<'_>, asked: Asked<'_>) -> anyhow::Result<ExitStatus> {
        let Some(url) = asked.verify else {
            return Ok(ExitStatus::Clean);
        };
        let url = Some(url).filter(|url| !url.is_empty()).or(after.address);
        let Some(url) = url else {
            bail!(
                "where is the published site? Write `--verify=https://...`, or set `url` of the target or `site_url`"
            );
        };
        let found = publish::verify(url, after.site, after.plan, after.release, asked.patience)?;
        if found.wrong.is_empty() {
            self.reporter
                .note(&format!("{} of {url} are as published", count(found.fetched, "file")));
            return Ok(ExitStatus::Clean);
        }
        for wrong in found.wrong.iter().take(SHOWN) {
            self.reporter.note(&format!("  ! {wrong}"));
        }
        self.reporter.note(&format!(
            "{} of {} at {url} differ from what was published",
            found.wrong.len(),
            count(found.fetched, "file")
        ));
        Ok(ExitStatus::Problems)
    }

    fn roll_back(&self, target: &TargetSpec, release: &str, asked: Asked<'_>) -> anyhow::Result<ExitStatus> {
        let (sources, keep) = self.kept();
        let progress = Progress::new();
        let watch = self.watch(&progress);
        let variable = |name: &str| self.world.environment.get(name).map(str::to_owned);
        let context = Context {
            root: &self.settings.root,
            sources: &sources,
            keep: &keep,
            force: asked.force,
            prune: asked.prune,
            variable: &variable,
            watch: &watch,
        };
        let mut opened = publish::open(&target.place, context)?;
        let title = opened.title();
        if asked.dry_run || !asked.yes && !ask(&format!("Go back to the release before in {title}?"))? {
            return Ok(ExitStatus::Interrupted);
        }
        let name = opened.rollback(Some(release).filter(|release| !release.is_empty()))?;
        self.reporter.note(&format!("{title} shows release {name} again"));
        Ok(ExitStatus::Clean)
    }

    /// Shows the plan to people, or to machines.
    fn show(&self, title: &str, plan: &Plan, asked: Asked<'_>) {
        if !self.reporter.for_people() {
            self.reporter.json(&serde_json::json!({
                "target": title,
                "added": plan.added,
                "changed": plan.changed,
                "removed": plan.removed,
                "foreign": plan.foreign,
                "kept": plan.kept.len(),
                "bytes": plan.bytes,
            }));
            return;
        }
        self.reporter.note(&format!("To {title}:"));
        let lists = [
            ("+", &plan.added),
            ("~", &plan.changed),
            ("-", &plan.removed),
            ("?", &plan.foreign),
        ];
        for (sign, paths) in lists {
            let shown = if asked.everything { paths.len() } else { SHOWN };
            // People know their pages, and less of what pages are made of.
            let (pages, parts): (Vec<_>, Vec<_>) = paths.iter().partition(|path| path.ends_with(".html"));
            for path in pages.into_iter().chain(parts).take(shown) {
                self.reporter.note(&format!("  {sign} {path}"));
            }
            if paths.len() > shown {
                self.reporter
                    .note(&format!("  {sign} and {} more (`-v` names them)", paths.len() - shown));
            }
        }
        if !plan.foreign.is_empty() {
            let files = count(plan.foreign.len(), "file");
            self.reporter.note(&format!(
                "  ? {files} that chaski did not publish; they stay, unless `--prune` is given"
            ));
        }
        self.reporter.note(&format!(
            "{} added, {} changed, {} removed, {} as they are; {} to send",
            plan.added.len(),
            plan.changed.len(),
            plan.removed.len(),
            plan.kept.len(),
            bytes(plan.bytes)
        ));
    }
}

/// Asks a person, yes or no.
fn ask(question: &str) -> anyhow::Result<bool> {
    let _ = write!(anstream::stderr().lock(), "{question} [y/N] ");
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// A number of bytes for people.
fn bytes(number: u64) -> String {
    #[expect(clippy::cast_precision_loss, reason = "shown with one digit behind the point")]
    let value = number as f64;
    match number {
        0..1_000 => format!("{number} B"),
        1_000..1_000_000 => format!("{:.1} kB", value / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", value / 1e6),
        _ => format!("{:.1} GB", value / 1e9),
    }
}
