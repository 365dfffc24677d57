//! `git-committers`: who wrote a page, out of the history of git, or out of the file that the
//! original keeps of what GitHub or GitLab told it. Never asks a server: there are no pictures, and
//! an account is known only where the address of a commit names it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::git::Repository;
use super::glob::Globs;
use super::options::Options;
use super::{Plugin, Stage};
use crate::config::{PluginUse, Settings};
use crate::page::Page;
use crate::report::{Diagnostic, Severity, Span};
use crate::source::Source;

/// As many commits of a file as GitHub tells at once.
const MOST_COMMITS: usize = 100;

struct Committers {
    exclude: Globs,
    unwanted: Vec<String>,
    source: &'static str,
    host: String,
    docs_path: String,
    cache_dir: String,
    span: Option<Span>,
    /// The people and the day of the last commit of each file, by its path below the docs folder.
    files: BTreeMap<String, Written>,
}

/// Who wrote a file, the newest first.
#[derive(Clone, Debug, Default, PartialEq)]
struct Written {
    people: Vec<Value>,
    day: String,
    commits: usize,
}

pub(super) fn make(entry: &PluginUse, _settings: &Settings, problems: &mut Vec<Diagnostic>) -> Box<dyn Plugin> {
    let options = Options(&entry.options);
    let is_gitlab = options.count("gitlab_repository", 0) > 0;
    if options.text("repository", "").is_empty() && !is_gitlab {
        let message = "git-committers plugin: repository not specified";
        problems.push(Diagnostic::new("git-committers", Severity::Warning, message).at(entry.span));
    }
    if !options.text("token", "").is_empty() {
        let message = "git-committers: `token` is not used: committers come from the history, no server is asked";
        problems.push(Diagnostic::new("git-committers", Severity::Info, message).at(entry.span));
    }
    let (source, host, key) = match is_gitlab {
        true => ("gitlab", "gitlab.com", "gitlab_hostname"),
        false => ("github", "github.com", "enterprise_hostname"),
    };
    let named = Some(options.text(key, "")).filter(|name| !name.is_empty());
    Box::new(Committers {
        exclude: Globs::new(&options.texts("exclude")),
        unwanted: options.texts("exclude_committers"),
        source,
        host: named.unwrap_or_else(|| host.to_owned()),
        docs_path: options.text("docs_path", "docs/"),
        cache_dir: options.text("cache_dir", ".cache/plugin/git-committers"),
        span: entry.span,
        files: BTreeMap::new(),
    })
}

impl Plugin for Committers {
    fn sources(&mut self, stage: &Stage<'_>, _sources: &mut Vec<Source>, problems: &mut Vec<Diagnostic>) {
        let format = "--format=%x01%at%x02%an%x02%ae%x02%cn%x02%ce";
        let arguments = [
            "-c",
            "core.quotePath=false",
            "log",
            "--no-show-signature",
            "--no-renames",
            "--name-only",
            "--relative",
            format,
        ];
        match Repository::of_docs(stage).ask_once(&arguments) {
            Ok(log) => self.take(&log),
            Err(error) => {
                let message = format!("git-committers: the history cannot be read, pages show nobody: {error}");
                problems.push(Diagnostic::new("git-committers", Severity::Warning, message).at(self.span));
            }
        }
        self.take_kept(stage, problems);
        for written in self.files.values_mut() {
            let is_wanted = |person: &Value| !self.unwanted.iter().any(|name| person["login"] == name.as_str());
            written.people.retain(is_wanted);
        }
    }

    fn context(&self, _stage: &Stage<'_>, page: &Page, variables: &mut Map<String, Value>) {
        let uri = &page.source.src_uri;
        variables.insert("committers".to_owned(), json!([]));
        if self.exclude.matches(uri) {
            return;
        }
        if let Some(written) = self.files.get(uri).filter(|_| page.source.path.is_some()) {
            variables.insert("committers".to_owned(), Value::Array(written.people.clone()));
            variables.insert("last_commit_date".to_owned(), json!(written.day));
        }
        variables.insert("committers_source".to_owned(), json!(self.source));
    }
}

impl Committers {
    /// Reads a log, newest commit first.
    fn take(&mut self, log: &str) {
        let (mut day, mut people) = (String::new(), Vec::new());
        for line in log.lines().filter(|line| !line.is_empty()) {
            if let Some(head) = line.strip_prefix('\u{1}') {
                let mut parts = head.split('\u{2}');
                let mut next = || parts.next().unwrap_or_default();
                day = next().parse().map(day_of).unwrap_or_default();
                people = vec![self.person(next(), next()), self.person(next(), next())];
                continue;
            }
            let written = self.files.entry(line.to_owned()).or_insert_with(|| Written {
                day: day.clone(),
                ..Written::default()
            });
            written.commits += 1;
            if written.commits > MOST_COMMITS {
                continue;
            }
            for person in people.iter().flatten() {
                if !written.people.iter().any(|known| known["login"] == person["login"]) {
                    written.people.push(person.clone());
                }
            }
        }
    }

    /// Somebody as the original tells of people; `None` for the site itself, which merges.
    fn person(&self, name: &str, mail: &str) -> Option<Value> {
        if mail == "noreply@github.com" {
            return None;
        }
        // `12345+name@users.noreply.github.com`, without number in older accounts; GitLab writes `12345-name`.
        let number_ends = if self.source == "gitlab" { '-' } else { '+' };
        let account = mail
            .split_once("@users.noreply.")
            .filter(|(_, host)| *host == self.host)
            .map(|(local, _)| local.split_once(number_ends).map_or(local, |(_, login)| login));
        let url = account.map_or(String::new(), |login| format!("https://{}/{login}", self.host));
        Some(json!({"login": account.unwrap_or(name), "name": name, "url": url, "avatar": ""}))
    }

    /// Takes what the original has kept, for files that were not changed since.
    fn take_kept(&mut self, stage: &Stage<'_>, problems: &mut Vec<Diagnostic>) {
        let path = stage.settings.root.join(&self.cache_dir).join("page-authors.json");
        if !stage.files.is_file(&path) {
            return;
        }
        let read = stage.files.read(&path).map_err(|error| error.to_string());
        let parsed = read.and_then(|file| serde_json::from_str::<Value>(&file.text).map_err(|error| error.to_string()));
        let kept = match parsed {
            Ok(kept) => kept,
            Err(error) => {
                let message = format!("git-committers: `{}` cannot be read: {error}", path.display());
                problems.push(Diagnostic::new("git-committers", Severity::Warning, message).at(self.span));
                return;
            }
        };
        let date = kept["cache_date"].as_str().unwrap_or_default();
        for (name, entry) in kept["page_authors"].as_object().into_iter().flatten() {
            let (Some(uri), Some(people)) = (name.strip_prefix(&self.docs_path), entry["authors"].as_array()) else {
                continue;
            };
            let known = self
                .files
                .get_mut(uri)
                .filter(|known| known.day.as_str() < date && !people.is_empty());
            if let Some(known) = known {
                known.people.clone_from(people);
            }
        }
    }
}

fn day_of(seconds: i64) -> String {
    let stamp = jiff::Timestamp::from_second(seconds).unwrap_or_default();
    stamp.strftime("%Y-%m-%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::Committers;

    fn committers() -> Committers {
        Committers {
            exclude: super::Globs::default(),
            unwanted: Vec::new(),
            source: "github",
            host: "github.com".to_owned(),
            docs_path: "docs/".to_owned(),
            cache_dir: String::new(),
            span: None,
            files: std::collections::BTreeMap::new(),
        }
    }

    #[test]
    fn people_of_a_log() {
        let mut found = committers();
        let web = "GitHub\u{2}noreply@github.com";
        let log = format!(
            "\u{1}86400\u{2}Ana\u{2}7+ana-m@users.noreply.github.com\u{2}{web}\n\na.md\nb.md\n\
             \u{1}0\u{2}Luis\u{2}l@x.org\u{2}Luis\u{2}l@x.org\n\na.md\n"
        );
        found.take(&log);
        let a = &found.files["a.md"];
        assert_eq!(a.day, "1970-01-02");
        let logins: Vec<_> = a.people.iter().map(|person| person["login"].as_str()).collect();
        assert_eq!(logins, [Some("ana-m"), Some("Luis")]);
        assert_eq!(a.people[0]["url"], "https://github.com/ana-m");
        assert_eq!(a.people[1]["url"], "");
        assert_eq!(found.files["b.md"].people.len(), 1);
    }
}
