//! `chaski doctor`: what of a MkDocs project is taken, taken otherwise, or not taken.

use std::io::Write as _;
use std::path::PathBuf;
use std::time::Instant;

use serde_json::json;

use super::args::{Answer, DoctorArguments};
use super::build::{self, count};
use super::{ExitStatus, World};
use crate::build as site_build;
use crate::cache::Cache;
use crate::check::doctor::{Area, State, Survey, Use, Verdict, requirements, survey};
use crate::config::Settings;
use crate::files::Files;
use crate::report::{Format, Progress, Shower, Sources as _};

/// Files that name Python packages, beside the configuration.
const REQUIREMENTS: &[&str] = &[
    "requirements.txt",
    "requirements-docs.txt",
    "docs-requirements.txt",
    "docs/requirements.txt",
    "requirements/docs.txt",
    "pyproject.toml",
];

/// Runs the command.
pub(super) fn run(arguments: DoctorArguments, world: &World) -> anyhow::Result<ExitStatus> {
    let start = Instant::now();
    let files = Files::new();
    let format = arguments.format;
    let checked = build::read(&files, arguments.into_build(), world)?;
    let Some(settings) = checked.value else {
        let shower = Shower::new(&files, &world.directory, Format::Human);
        let text: String = checked
            .problems
            .iter()
            .map(|problem| shower.show(problem) + "\n")
            .collect();
        anstream::stderr().lock().write_all(text.as_bytes())?;
        anyhow::bail!("the configuration cannot be read");
    };
    let home = world.environment.get("HOME").map(PathBuf::from);
    let progress = Progress::new();
    let request = site_build::Request {
        clean: true,
        now: world.now,
        home: home.as_deref(),
        strict: false,
        cache: &Cache::none(),
        progress: &progress,
    };
    // A folder that is not there was said by the configuration.
    let (mut pages, mut problems) = (0, checked.problems);
    let _ = site_build::inspect(&settings, &files, &request, &(), &mut |inspection| {
        pages = inspection.pages.len();
        problems.extend(inspection.problems);
    });
    let packages = packages(&files, &settings);
    let found = survey(&settings, &files, problems, pages, &packages);
    let page = Page {
        survey: &found,
        files: &files,
        world,
    };
    let text = match format {
        Answer::Human => page.human(start.elapsed().as_secs_f64()),
        Answer::Json => page.json(),
    };
    anstream::stdout().lock().write_all(text.as_bytes())?;
    Ok(match found.verdict {
        Verdict::Ready | Verdict::Differs => ExitStatus::Clean,
        Verdict::Stops | Verdict::Protects => ExitStatus::Problems,
    })
}

/// The packages that the project requires.
fn packages(files: &Files, settings: &Settings) -> Vec<String> {
    let mut names = Vec::new();
    for file in REQUIREMENTS {
        if let Some(bytes) = files.bytes(&settings.root.join(file)) {
            names.extend(requirements(&String::from_utf8_lossy(&bytes), file.ends_with(".toml")));
        }
    }
    names.sort_unstable();
    names.dedup();
    names
}

/// What is shown.
struct Page<'p> {
    survey: &'p Survey,
    files: &'p Files,
    world: &'p World,
}

impl Page<'_> {
    fn place(&self, used: &Use) -> Option<(String, usize)> {
        let span = used.span?;
        let path = self.files.path(span.file)?;
        let path = path.strip_prefix(&self.world.directory).unwrap_or(&path);
        let line = self.files.locate(span.file, span.start as usize)?.line;
        Some((path.to_string_lossy().replace('\\', "/"), line))
    }

    fn verdict(&self) -> String {
        // Packages that work are no things of their own: the plugins that they bring are.
        let counts = |used: &&Use| used.area != Area::Package || used.state != State::Works && !used.is_of_other;
        let states: Vec<State> = self.survey.uses.iter().filter(counts).map(|used| used.state).collect();
        let number = |state: State| states.iter().filter(|other| **other == state).count();
        let (partly, missing) = (number(State::Partly), number(State::Missing) + number(State::Protects));
        let works = format!(
            "{} of {} things that it uses work as they are",
            number(State::Works),
            states.len()
        );
        match self.survey.verdict {
            Verdict::Ready if states.len() == 1 => {
                "This project moves as it is: the one thing that it uses works.".to_owned()
            }
            Verdict::Ready => {
                format!(
                    "This project moves as it is: all {} things that it uses work.",
                    states.len()
                )
            }
            Verdict::Differs => {
                format!("This project moves: {works}, {partly} otherwise or in part, {missing} not.")
            }
            Verdict::Stops => {
                format!("This project does not build yet: {works}, {partly} otherwise or in part, {missing} not.")
            }
            Verdict::Protects => {
                "This project must not move yet: pages that it protects would be readable by all.".to_owned()
            }
        }
    }

    fn human(&self, seconds: f64) -> String {
        let mut text = format!("{}\n", self.verdict());
        for state in [State::Protects, State::Missing, State::Partly] {
            let shown = |used: &&Use| used.state == state && !used.is_of_other;
            for used in self.survey.uses.iter().filter(shown) {
                let allowed = if used.is_allowed { " (allowed)" } else { "" };
                let place = self.place(used).map(|(path, line)| format!("  {path}:{line}"));
                let name = format!("{} {}", used.area.name(), used.name);
                text.push_str(&format!(
                    "\n{:<9} {name}{allowed}{}\n",
                    state.name(),
                    place.unwrap_or_default()
                ));
                text.extend(used.consequence.iter().map(|line| format!("          {line}\n")));
                text.extend(used.advice.iter().map(|line| format!("          → {line}\n")));
            }
        }
        for (at, (area, names)) in self.working().into_iter().enumerate() {
            let head = if at == 0 { "\nworks     " } else { "          " };
            text.push_str(&format!(
                "{head}{}: {}\n",
                count(names.len(), area.name()),
                names.join(", ")
            ));
        }
        for used in self.survey.uses.iter().filter(|used| is_idle(used)) {
            text.push_str(&format!(
                "not used  package {}: {}\n",
                used.name,
                used.consequence.join(", ")
            ));
        }
        text.push('\n');
        if !self.survey.errors.is_empty() {
            text.push_str(&format!(
                "{} of the project's own; `chaski build` shows them:\n",
                count(self.survey.errors.len(), "error")
            ));
            let shown = self.survey.errors.iter().take(5);
            text.extend(shown.map(|problem| format!("          {}\n", problem.message)));
        }
        if !self.survey.to_allow.is_empty() && self.survey.verdict != Verdict::Protects {
            text.push_str(&format!(
                "To build without what is missing, write `chaski: {{allow: [{}]}}` into mkdocs.yml.\n",
                self.survey.to_allow.join(", ")
            ));
        }
        text.push_str(&format!(
            "{} looked at in {seconds:.2} s; {} that MkDocs has, too: `chaski check` shows them and more.\n",
            count(self.survey.pages, "page"),
            count(self.survey.warnings, "warning"),
        ));
        text
    }

    /// The names of what works, by area.
    fn working(&self) -> Vec<(Area, Vec<&str>)> {
        let mut areas: Vec<(Area, Vec<&str>)> = Vec::new();
        let works = |used: &&Use| used.state == State::Works && !is_idle(used);
        for used in self.survey.uses.iter().filter(works) {
            match areas.last_mut().filter(|(area, _)| *area == used.area) {
                Some((_, names)) if names.contains(&used.name.as_str()) => {}
                Some((_, names)) => names.push(&used.name),
                None => areas.push((used.area, vec![&used.name])),
            }
        }
        areas
    }

    fn json(&self) -> String {
        let uses: Vec<_> = self
            .survey
            .uses
            .iter()
            .map(|used| {
                let place = self.place(used);
                json!({
                    "area": used.area.name(),
                    "name": used.name,
                    "state": used.state.name(),
                    "allowed": used.is_allowed,
                    "consequence": used.consequence,
                    "advice": used.advice,
                    "file": place.as_ref().map(|(path, _)| path),
                    "line": place.as_ref().map(|(_, line)| line),
                })
            })
            .collect();
        let errors = self.survey.errors.iter();
        let errors: Vec<_> = errors
            .map(|error| json!({"code": error.code, "message": error.message}))
            .collect();
        let object = json!({
            "verdict": self.survey.verdict.name(),
            "pages": self.survey.pages,
            "errors": errors,
            "warnings": self.survey.warnings,
            "allow": self.survey.to_allow,
            "uses": uses,
        });
        format!("{object:#}\n")
    }
}

/// Whether it is a package that the configuration does not use.
fn is_idle(used: &Use) -> bool {
    used.area == Area::Package && used.state == State::Works && !used.consequence.is_empty()
}
