//! `git-revision-date-localized`: when pages were changed and created, worded.

mod worded;

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use regex::{NoExpand, Regex};
use worded::{Forms, Wording, cldr_pattern};

use super::git::Repository;
use super::glob::Globs;
use super::history::{Commit, History, Reading};
use super::options::Options;
use super::{Plugin, Stage};
use crate::config::{PluginUse, Settings};
use crate::output::OutputSet;
use crate::page::Page;
use crate::report::{Diagnostic, Severity, Span};
use crate::site::relative_url;
use crate::source::Source;
use crate::yaml::{Kind, Node};

const CHANGED: &str = "git_revision_date_localized";
const CREATED: &str = "git_creation_date_localized";
const SITE: &str = "git_site_revision_date_localized";
const SCRIPT: &str = "assets/javascripts/timeago.js";

struct RevisionDate {
    wording: Option<Wording>,
    language: String,
    exclude: Globs,
    with_creation: bool,
    follow: bool,
    fallback: bool,
    grave: Severity,
    ignored_file: Option<String>,
    /// Whether templates of the site or pages may ask for all forms of a date.
    with_forms: bool,
    span: Option<Span>,
    /// What `sources` has read; `None` if nothing could be read.
    history: Option<History>,
    /// The first tag of each commit that has one.
    tags: HashMap<String, String>,
}

pub(super) fn make(entry: &PluginUse, settings: &Settings, problems: &mut Vec<Diagnostic>) -> Box<dyn Plugin> {
    let options = Options(&entry.options);
    let name = options.text("timezone", "UTC");
    let zone = jiff::tz::TimeZone::get(&name).ok();
    if zone.is_none() {
        let message = format!("the time zone `{name}` is not known");
        problems.push(Diagnostic::new("git-revision-date", Severity::Error, message).at(entry.span));
    }
    Box::new(RevisionDate {
        wording: zone.map(|zone| Wording {
            kind: options.text("type", "date"),
            pattern: cldr_pattern(&options.text("custom_format", "%d. %B %Y")),
            zone,
        }),
        language: options.text("locale", &settings.theme.language),
        exclude: Globs::new(&options.texts("exclude")),
        with_creation: options.bool("enable_creation_date", false),
        follow: options.bool("enable_git_follow", true),
        fallback: options.bool("fallback_to_build_date", false),
        grave: if options.bool("strict", true) {
            Severity::Warning
        } else {
            Severity::Info
        },
        ignored_file: options
            .node("ignored_commits_file")
            .and_then(Node::as_str)
            .map(str::to_owned),
        with_forms: settings.theme.custom_dir.is_some() || settings.plugin("macros").is_some(),
        span: entry.span,
        history: None,
        tags: HashMap::new(),
    })
}

impl Plugin for RevisionDate {
    fn sources(&mut self, stage: &Stage<'_>, _sources: &mut Vec<Source>, problems: &mut Vec<Diagnostic>) {
        let mut say = |severity, message: String| {
            problems.push(Diagnostic::new("git-revision-date", severity, message).at(self.span));
        };
        let repository = Repository::of_docs(stage);
        let reading = Reading {
            follow: self.follow,
            // A preview can do without what takes longest.
            copies: self.with_creation && !stage.settings.serving,
            ignored: &self.ignored(stage, &mut say),
        };
        match History::read(repository, reading) {
            Ok(history) => self.history = Some(history),
            Err(error) => {
                let (severity, then) = match self.fallback {
                    true => (Severity::Info, "pages get the date of the build"),
                    false => (Severity::Warning, "pages get no date"),
                };
                let message = format!("the history of the pages cannot be read, {then}: {error}");
                say(severity, message);
            }
        }
        if self.history.as_ref().is_some_and(|history| history.is_shallow) {
            let message = "the repository is a shallow clone: dates of pages may be too late. Fetch the whole history \
                           (`fetch-depth: 0`, `git fetch --unshallow`)";
            say(Severity::Warning, message.to_owned());
        }
        if self.with_forms && self.history.is_some() {
            let format = "--format=%(objectname) %(*objectname) %(refname:short)";
            self.tags = first_tags(
                &repository
                    .ask(&["for-each-ref", "refs/tags", format])
                    .unwrap_or_default(),
            );
        }
    }

    fn front_matter(&self, stage: &Stage<'_>, source: &Source, meta: &mut Node, problems: &mut Vec<Diagnostic>) {
        let uri = &source.src_uri;
        let Some(wording) = &self.wording else { return };
        if self.history.is_none() && !self.fallback || source.path.is_none() || self.exclude.matches(uri) {
            return;
        }
        let now = Commit {
            time: stage.now,
            ..Commit::default()
        };
        let of = |find: fn(&'_ History, &str) -> Option<Commit>| self.history.as_ref().and_then(|it| find(it, uri));
        let changed = of(|history, uri| history.changed(uri).cloned());
        let mut say = |severity, message: String| {
            problems.push(Diagnostic::new("git-revision-date", severity, message).at(self.span));
        };
        if changed.is_none() && self.history.is_some() {
            say(self.grave, format!("'{uri}' has no git logs, using current timestamp"));
        }
        let changed = changed.unwrap_or_else(|| now.clone());
        let site = of(|history, _| history.last.clone()).unwrap_or_else(|| now.clone());
        let mut dates = vec![(CHANGED, changed.clone()), (SITE, site)];
        if self.with_creation {
            let mut added = of(|history, uri| history.added(uri).cloned()).unwrap_or(now);
            if added.time > changed.time {
                let message = format!(
                    "'{uri}' seems to be created after its last change, which `git` says of some files that were \
                     moved; the date of the change is shown for both"
                );
                say(self.grave, message);
                added = changed;
            }
            dates.push((CREATED, added));
        }
        let language = meta.get("locale").and_then(crate::page::text_of);
        for (name, commit) in dates {
            let Some(forms) = wording.forms(commit.time, language.as_ref().unwrap_or(&self.language)) else {
                continue;
            };
            set(meta, name, wording.shown(&forms));
            if self.with_forms {
                self.add_forms(meta, name, &commit, forms);
            }
        }
    }

    fn markdown(&self, _stage: &Stage<'_>, page: &Page, text: &str, _problems: &mut Vec<Diagnostic>) -> Option<String> {
        static FIELD: LazyLock<[Option<(Regex, &str)>; 3]> = LazyLock::new(|| {
            [CHANGED, SITE, CREATED]
                .map(|name| Some((Regex::new(&format!(r"(?i)\{{\{{\s*{name}\s*\}}\}}")).ok()?, name)))
        });
        if !text.contains("{{") {
            return None;
        }
        let mut replaced = None;
        for (pattern, name) in FIELD.iter().flatten() {
            let Some(date) = page.meta_text(name) else { continue };
            let text = replaced.as_deref().unwrap_or(text);
            if pattern.is_match(text) {
                replaced = Some(pattern.replace_all(text, NoExpand(&date)).into_owned());
            }
        }
        replaced
    }

    fn pages(&mut self, _stage: &Stage<'_>, pages: &mut Vec<Page>, _problems: &mut Vec<Diagnostic>) {
        for page in pages {
            page.updated = page.meta_text(CHANGED);
            page.created = page.meta_text(CREATED);
        }
    }

    fn html(&self, _stage: &Stage<'_>, page: &Page, html: &mut String, _problems: &mut Vec<Diagnostic>) {
        if self.is_ago() && html.contains("class=\"timeago\"") {
            let script = relative_url(
                SCRIPT,
                if page.source.url.is_empty() {
                    "./"
                } else {
                    &page.source.url
                },
            );
            if let Some(at) = html.find("</head>") {
                html.insert_str(at, &format!("<script src=\"{script}\" defer></script>"));
            }
        }
    }

    fn output(
        &self,
        _stage: &Stage<'_>,
        _pages: &[Page],
        _site: &crate::site::Site,
        output: &mut OutputSet,
        _problems: &mut Vec<Diagnostic>,
    ) {
        if self.is_ago() {
            output.insert(SCRIPT, include_str!("timeago.js").as_bytes().to_vec());
        }
    }
}

impl RevisionDate {
    fn is_ago(&self) -> bool {
        self.wording.as_ref().is_some_and(|wording| wording.kind == "timeago")
    }

    /// What templates may ask for besides the date: the commit, its tag, and every form.
    fn add_forms(&self, meta: &mut Node, name: &str, commit: &Commit, forms: Forms) {
        set(meta, &format!("{name}_hash"), commit.hash.clone());
        let tag = self.tags.get(&commit.hash).cloned().unwrap_or_default();
        set(meta, &format!("{name}_tag"), tag);
        let mut key = String::new();
        for (form, text) in forms {
            key.clear();
            let _ = write!(key, "{name}_raw_{form}");
            set(meta, &key, text);
        }
    }

    fn ignored(&self, stage: &Stage<'_>, say: &mut dyn FnMut(Severity, String)) -> Vec<String> {
        let Some(name) = &self.ignored_file else {
            return Vec::new();
        };
        match stage.files.read(&stage.settings.root.join(name)) {
            Ok(file) => {
                let lines = file
                    .text
                    .lines()
                    .map(|line| line.split('#').next().unwrap_or_default().trim());
                lines.filter(|line| !line.is_empty()).map(str::to_owned).collect()
            }
            Err(error) => {
                say(
                    Severity::Error,
                    format!("cannot read the ignored commits `{name}`: {error}"),
                );
                Vec::new()
            }
        }
    }
}

/// The tags of commits out of lines of `object commit name`, where light tags lack `commit`.
fn first_tags(lines: &str) -> HashMap<String, String> {
    let mut tags = HashMap::new();
    for line in lines.lines() {
        if let [object, commit, name] = line.splitn(3, ' ').collect::<Vec<_>>()[..] {
            let commit = if commit.is_empty() { object } else { commit };
            tags.entry(commit.to_owned()).or_insert_with(|| name.to_owned());
        }
    }
    tags
}

/// Sets a key of the front matter.
pub(super) fn set(meta: &mut Node, key: &str, text: String) {
    let node = |text: String| Node::bare(Kind::Str(text));
    let pair = (node(key.to_owned()), node(text));
    match &mut meta.kind {
        Kind::Map(entries) => {
            entries.retain(|(name, _)| name.as_str() != Some(key));
            entries.push(pair);
        }
        kind => *kind = Kind::Map(vec![pair]),
    }
}
