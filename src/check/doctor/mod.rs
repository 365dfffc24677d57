//! What a MkDocs project uses, and what of it is taken, taken otherwise, or not taken.
//!
//! Nothing is judged here a second time: the state of a thing follows from the problems that reading
//! the configuration and making the site have found, so that the doctor says what a build does.

mod packages;
mod uses;

use crate::config::Settings;
use crate::files::Files;
use crate::report::{Diagnostic, Severity, Span, code};

pub use packages::requirements;

/// What kind of thing is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// The theme.
    Theme,
    /// A flag of `theme: features:`.
    Feature,
    /// An entry of `plugins`.
    Plugin,
    /// An entry of `markdown_extensions`.
    Extension,
    /// An entry of `hooks`.
    Hook,
    /// A file below `custom_dir`.
    Template,
    /// Another key of the configuration.
    Setting,
    /// Something that pages have.
    Pages,
    /// A Python package that the project requires.
    Package,
}

impl Area {
    /// Its name, for one thing.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Theme => "theme",
            Self::Feature => "feature",
            Self::Plugin => "plugin",
            Self::Extension => "extension",
            Self::Hook => "hook",
            Self::Template => "template",
            Self::Setting => "setting",
            Self::Pages => "pages",
            Self::Package => "package",
        }
    }
}

/// How much of a thing is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// All of it.
    Works,
    /// Not all of it, or otherwise.
    Partly,
    /// Nothing of it.
    Missing,
    /// Nothing of it, and without it content would be readable by all.
    Protects,
}

impl State {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Works => "works",
            Self::Partly => "partly",
            Self::Missing => "missing",
            Self::Protects => "protects",
        }
    }
}

/// A thing that the project uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// What kind of thing it is.
    pub area: Area,
    /// Its name as written.
    pub name: String,
    /// How much of it is taken.
    pub state: State,
    /// Whether `chaski: allow:` lists it.
    pub is_allowed: bool,
    /// Whether the site does not build because of it.
    pub stops: bool,
    /// What follows for the site.
    pub consequence: Vec<String>,
    /// What to do.
    pub advice: Vec<String>,
    /// Where it stands.
    pub span: Option<Span>,
    /// Whether all that is to be said of it is said of another thing that is used.
    pub is_of_other: bool,
}

impl Use {
    fn new(area: Area, name: impl Into<String>, span: Option<Span>) -> Self {
        Self {
            area,
            name: name.into(),
            state: State::Works,
            is_allowed: false,
            stops: false,
            consequence: Vec::new(),
            advice: Vec::new(),
            span,
            is_of_other: false,
        }
    }

    /// Takes in what a problem says of it.
    fn suffers(&mut self, state: State, problem: &Diagnostic) {
        self.state = self.state.max(state);
        self.stops |= problem.severity == Severity::Error;
        let message = problem
            .message
            .rsplit("': ")
            .next()
            .unwrap_or(&problem.message)
            .to_owned();
        if !self.consequence.contains(&message) {
            self.consequence.push(message);
        }
        for help in &problem.help {
            if !self.advice.contains(help) {
                self.advice.push(help.clone());
            }
        }
    }
}

/// What one can expect of moving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The site is the same.
    Ready,
    /// It builds; some things are otherwise or left out.
    Differs,
    /// It does not build until something is done.
    Stops,
    /// Content that must be protected could not be.
    Protects,
}

impl Verdict {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Differs => "ready-with-differences",
            Self::Stops => "not-yet",
            Self::Protects => "would-expose-content",
        }
    }
}

/// All that was found.
#[derive(Clone, Debug)]
pub struct Survey {
    /// What the project uses, by area.
    pub uses: Vec<Use>,
    /// One word on all of it.
    pub verdict: Verdict,
    /// How many pages it has.
    pub pages: usize,
    /// Errors that have nothing to do with moving: MkDocs has them, too.
    pub errors: Vec<Diagnostic>,
    /// How many such warnings there are.
    pub warnings: usize,
    /// Names that `chaski: allow:` would have to list for the site to build.
    pub to_allow: Vec<String>,
}

/// Looks at what a project of so many `pages` uses. `problems` are those of its configuration and of
/// the build, `packages` the names of those that it requires.
#[must_use]
pub fn survey(
    settings: &Settings,
    files: &Files,
    problems: Vec<Diagnostic>,
    pages: usize,
    packages: &[String],
) -> Survey {
    let mut uses = uses::Uses::of(settings, files);
    let (mut errors, mut warnings) = (Vec::new(), 0);
    for problem in problems {
        match effect(problem.code) {
            Some(state) => uses.suffer(state, &problem),
            None if problem.severity == Severity::Error => errors.push(problem),
            None => warnings += usize::from(problem.severity == Severity::Warning),
        }
    }
    let mut uses = uses.finish();
    let of_packages = packages::uses(packages, &uses);
    uses.extend(of_packages);
    let allow = &settings.chaski.allow;
    for used in &mut uses {
        used.is_allowed = used.state != State::Works && allow.contains(&used.name);
    }
    let is_listed = |used: &&Use| {
        let by_name = matches!(used.area, Area::Plugin | Area::Hook | Area::Extension | Area::Theme);
        used.stops && used.state == State::Missing && by_name
    };
    let to_allow = uses.iter().filter(is_listed).map(|used| match used.area {
        Area::Theme => "theme".to_owned(),
        _ => used.name.clone(),
    });
    let to_allow: Vec<String> = to_allow.collect();
    let stops = uses.iter().any(|used| used.stops);
    let worst = uses.iter().map(|used| used.state).max().unwrap_or(State::Works);
    let verdict = match worst {
        State::Protects => Verdict::Protects,
        _ if !errors.is_empty() || stops => Verdict::Stops,
        State::Works => Verdict::Ready,
        State::Partly | State::Missing => Verdict::Differs,
    };
    Survey {
        uses,
        verdict,
        pages,
        errors,
        warnings,
        to_allow,
    }
}

/// How much of a thing is lost by a problem of this kind; `None` if MkDocs has the problem as well.
fn effect(name: &str) -> Option<State> {
    Some(match name {
        "plugin-protects" => State::Protects,
        "plugin-unknown"
        | "plugin-missing"
        | "git-committers"
        | "extension-unknown"
        | "hook"
        | "theme"
        | "feature-unknown"
        | "override-unused"
        | "override-unreadable"
        | "template" => State::Missing,
        "encoding-unsupported"
        | "encrypt-option"
        | "extension-option-ineffective"
        | "extension-option-python"
        | "fence-format-unknown"
        | "fence-function-unknown"
        | "icon-not-found"
        | "include-encoding"
        | "include-order"
        | "font-not-bundled"
        | "include-remote"
        | "language-unknown"
        | "literate-nav-option"
        | "llmstxt"
        | "macros-extension"
        | "macros-module"
        | "math-unreadable"
        | "nesting-too-deep"
        | "code-language-plain"
        | "plugin-function"
        | "plugin-slugify"
        | "python-name"
        | "slugify-unknown"
        | "snippet-url"
        | "theme-default" => State::Partly,
        _ => return None,
    })
}

/// The first sentence of what the manual says of a problem.
fn explained(name: &str) -> String {
    let text = code(name).map_or("", |code| code.text);
    text.split(". ")
        .next()
        .unwrap_or_default()
        .trim_end_matches('.')
        .to_owned()
}
