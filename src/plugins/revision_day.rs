//! `git-revision-date`: the day of the last change, in the front matter and in the text. The
//! plugin that came before `git-revision-date-localized`.

use std::sync::LazyLock;

use regex::{NoExpand, Regex};

use super::git::Repository;
use super::history::{History, Reading};
use super::options::Options;
use super::{Plugin, Stage};
use crate::config::{PluginUse, Settings};
use crate::page::Page;
use crate::report::{Diagnostic, Severity, Span};
use crate::source::Source;
use crate::yaml::{Kind, Node};

struct RevisionDay {
    is_on: bool,
    modify: bool,
    as_datetime: bool,
    /// Whether `macros` stands after this plugin; `None` if it is off.
    macros_follow: Option<bool>,
    history: Option<History>,
    span: Option<Span>,
}

pub(super) fn make(entry: &PluginUse, settings: &Settings, problems: &mut Vec<Diagnostic>) -> Box<dyn Plugin> {
    let options = Options(&entry.options);
    // Only the variable with the value `1` switches it on.
    let is_on = options.node("enabled_if_env").is_none_or(|name| {
        let mut value = Node::bare(Kind::Tagged("!ENV".to_owned(), Box::new(name.clone())));
        settings.resolve(&mut value, problems);
        value.key_text() == "1"
    });
    let place = |wanted: &str| settings.plugins.iter().position(|plugin| plugin.name == wanted);
    let macros_follow = place("macros").map(|at| place("git-revision-date").is_some_and(|own| at > own));
    let modify = options.bool("modify_md", true);
    if is_on && modify && macros_follow == Some(false) {
        let message = "git-revision-date: `macros` stands before it, so that `{{ git_revision_date }}` is not replaced";
        let problem = Diagnostic::new("git-revision-date", Severity::Warning, message).at(entry.span);
        problems.push(problem.help("list `macros` after `git-revision-date`"));
    }
    Box::new(RevisionDay {
        is_on,
        modify,
        as_datetime: options.bool("as_datetime", false),
        macros_follow,
        history: None,
        span: entry.span,
    })
}

impl Plugin for RevisionDay {
    fn sources(&mut self, stage: &Stage<'_>, _sources: &mut Vec<Source>, problems: &mut Vec<Diagnostic>) {
        if !self.is_on {
            return;
        }
        match History::read(Repository::of_docs(stage), Reading::default()) {
            Ok(history) => {
                if history.is_shallow {
                    let message = "the repository is a shallow clone: dates of pages may be too late. Fetch the whole \
                                   history (`fetch-depth: 0`, `git fetch --unshallow`)";
                    problems.push(Diagnostic::new("git-revision-date", Severity::Warning, message).at(self.span));
                }
                self.history = Some(history);
            }
            Err(error) => {
                let message = format!("the history of the pages cannot be read, pages get no date: {error}");
                problems.push(Diagnostic::new("git-revision-date", Severity::Warning, message).at(self.span));
            }
        }
    }

    fn front_matter(&self, stage: &Stage<'_>, source: &Source, meta: &mut Node, problems: &mut Vec<Diagnostic>) {
        let Some(history) = self.history.as_ref().filter(|_| source.path.is_some()) else {
            return;
        };
        let commit = history.changed(&source.src_uri);
        if commit.is_none() {
            let message = format!(
                "{} has no git logs, revision date defaulting to today's date",
                source.src_uri
            );
            problems.push(Diagnostic::new("git-revision-date", Severity::Warning, message).at(self.span));
        }
        // The day where its author was.
        let (time, offset) = commit.map_or((stage.now, 0), |commit| (commit.time, commit.offset));
        let Some(day) = day(time, offset) else { return };
        let text = if self.as_datetime {
            format!("{day} 00:00:00")
        } else {
            day
        };
        super::revision_date::set(meta, "revision_date", text);
    }

    fn markdown(&self, _stage: &Stage<'_>, page: &Page, text: &str, _problems: &mut Vec<Diagnostic>) -> Option<String> {
        static FIELD: LazyLock<Option<Regex>> =
            LazyLock::new(|| Regex::new(r"(?i)\{\{\s*(?:page\.meta\.)?git_revision_date\s*\}\}").ok());
        let date = page.meta_text("revision_date").filter(|_| self.modify)?;
        let day = date.split(' ').next().unwrap_or_default();
        match self.macros_follow {
            Some(true) => Some(format!("{{% set git_revision_date = '{day}' %}}\n{text}")),
            Some(false) => None,
            None => {
                let field = FIELD.as_ref().filter(|field| field.is_match(text))?;
                Some(field.replace_all(text, NoExpand(day)).into_owned())
            }
        }
    }
}

fn day(time: i64, offset: i32) -> Option<String> {
    let offset = jiff::tz::Offset::from_seconds(offset).ok()?;
    let stamp = jiff::Timestamp::from_second(time).ok()?;
    Some(offset.to_datetime(stamp).strftime("%Y-%m-%d").to_string())
}
