//! `git-authors`: who wrote how many lines of a page and of the site, by `git blame`.

mod blame;

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::LazyLock;

use blame::{Blame, Commit, Lines};
use regex::{NoExpand, Regex};
use serde_json::{Map, Value, json};

use super::git::{Repository, git};
use super::glob::Globs;
use super::options::{Options, fill};
use super::{Plugin, Stage};
use crate::config::{PluginUse, Settings};
use crate::page::Page;
use crate::report::{Diagnostic, Severity, Span};
use crate::site::Site;
use crate::source::Source;
use crate::theme::escape;

/// An author with all lines of the site.
#[derive(Clone, Debug, Default)]
struct Author {
    name: String,
    mail: String,
    lines: usize,
}

/// What one author wrote of one page.
#[derive(Clone, Debug)]
struct Share {
    author: usize,
    lines: usize,
    /// The newest of the commits.
    last: Commit,
}

/// A page: its authors in the order of `sort_authors_by`.
#[derive(Clone, Debug, Default)]
struct Written {
    shares: Vec<Share>,
    total: usize,
}

struct GitAuthors {
    contribution: bool,
    counts: bool,
    mails: bool,
    by_contribution: bool,
    co_authors: bool,
    empty_lines: bool,
    threshold: f64,
    href: String,
    exclude: Globs,
    ignored_commits: String,
    ignored_authors: Vec<String>,
    fallback: bool,
    grave: Severity,
    with_site: bool,
    is_on: bool,
    span: Option<Span>,
    authors: Vec<Author>,
    by_mail: HashMap<String, usize>,
    total: usize,
    pages: BTreeMap<String, Written>,
    site_summary: String,
    is_known: bool,
}

pub(super) fn make(entry: &PluginUse, settings: &Settings, problems: &mut Vec<Diagnostic>) -> Box<dyn Plugin> {
    let options = Options(&entry.options);
    let sort = options.node("sort_authors_by");
    if let Some(node) = sort.filter(|node| !matches!(node.as_str(), Some("name" | "contribution"))) {
        let message = "git-authors: `sort_authors_by` is `name` or `contribution`; authors are sorted by name";
        problems.push(Diagnostic::new("git-authors", Severity::Warning, message).at(node.span));
    }
    let (contribution, counts) = (
        options.bool("show_contribution", false),
        options.bool("show_line_count", false),
    );
    Box::new(GitAuthors {
        contribution,
        counts,
        mails: options.bool("show_email_address", true),
        by_contribution: contribution || counts || options.text("sort_authors_by", "name") == "contribution",
        co_authors: options.bool("add_co_authors", false),
        empty_lines: options.bool("count_empty_lines", true),
        threshold: options.count("authorship_threshold_percent", 0).min(100) as f64,
        href: options.text("href", "mailto:{email}"),
        exclude: Globs::new(&options.texts("exclude")),
        ignored_commits: options.text("ignore_commits", ""),
        ignored_authors: options.texts("ignore_authors"),
        fallback: options.bool("fallback_to_empty", false),
        grave: if options.bool("strict", true) {
            Severity::Warning
        } else {
            Severity::Info
        },
        with_site: settings.theme.custom_dir.is_some(),
        is_on: !settings.serving || options.bool("enabled_on_serve", true),
        span: entry.span,
        authors: Vec::new(),
        by_mail: HashMap::new(),
        total: 0,
        pages: BTreeMap::new(),
        site_summary: String::new(),
        is_known: false,
    })
}

impl Plugin for GitAuthors {
    fn sources(&mut self, stage: &Stage<'_>, sources: &mut Vec<Source>, problems: &mut Vec<Diagnostic>) {
        if !self.is_on {
            return;
        }
        let span = self.span;
        let mut say = |severity, message: String| {
            problems.push(Diagnostic::new("git-authors", severity, message).at(span));
        };
        let facts = git(&stage.settings.docs_dir, &["rev-parse", "--is-shallow-repository"]);
        match facts {
            Ok(facts) if facts.trim() == "true" => {
                let message = "git-authors: the repository is a shallow clone: lines are counted for whoever made its \
                               oldest commit. Fetch the whole history (`fetch-depth: 0`, `git fetch --unshallow`)";
                say(Severity::Warning, message.to_owned());
            }
            Ok(_) => {}
            Err(error) => {
                let severity = if self.fallback {
                    Severity::Info
                } else {
                    Severity::Warning
                };
                say(severity, format!("git-authors: pages have no authors: {error}"));
                self.is_known = self.fallback;
                return;
            }
        }
        self.is_known = true;
        let listed: Vec<(&String, &PathBuf)> = sources
            .iter()
            .filter(|source| source.src_uri.ends_with(".md") && !self.exclude.matches(&source.src_uri))
            .filter_map(|source| Some((&source.src_uri, source.path.as_ref()?)))
            .collect();
        let paths: Vec<PathBuf> = listed.iter().map(|(_, path)| (*path).clone()).collect();
        let repository = Repository {
            folder: &stage.settings.root,
            cache: stage.cache,
        };
        let asked = blame::Asked {
            repository,
            files: stage.files,
            ignored: &self.ignored_commits,
        };
        let mut blame = Blame::read(asked, &paths);
        let more = if self.co_authors {
            blame::co_authors(Repository::of_docs(stage))
        } else {
            HashMap::new()
        };
        for ((uri, _), lines) in listed.iter().zip(std::mem::take(&mut blame.files)) {
            match lines {
                Some(lines) => self.count(uri, &lines, &blame.commits, &more),
                None => {
                    let message = format!("git-authors: '{uri}' has not been committed yet. Lines are not counted");
                    say(self.grave, message);
                }
            }
        }
        self.sort();
        self.site_summary = self.site_list();
    }

    fn content(&self, _: &Stage<'_>, page: &Page, _: &Site, html: &mut String, _: &mut Vec<Diagnostic>) {
        static SITE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)\{\{\s*git_site_authors\s*\}\}").ok());
        static PAGE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)\{\{\s*git_page_authors\s*\}\}").ok());
        if !self.is_known || !html.contains("{{") || self.exclude.matches(&page.source.src_uri) {
            return;
        }
        for (pattern, text) in [(&*SITE, &self.site_summary), (&*PAGE, &self.page_summary(page))] {
            if let Some(pattern) = pattern.as_ref().filter(|pattern| pattern.is_match(html)) {
                *html = pattern.replace_all(html, NoExpand(text)).into_owned();
            }
        }
    }

    fn context(&self, _stage: &Stage<'_>, page: &Page, variables: &mut Map<String, Value>) {
        let uri = &page.source.src_uri;
        if !self.is_known || page.source.path.is_none() || self.exclude.matches(uri) {
            return;
        }
        let Some(written) = self.pages.get(uri) else { return };
        let own: Vec<Value> = written
            .shares
            .iter()
            .map(|share| self.described(share.author, Some((share, written.total))))
            .collect();
        let mut about = json!({ "page_authors": own, "show_email_address": self.mails });
        if self.with_site {
            let of = |author: usize| written.shares.iter().find(|share| share.author == author);
            let all = self.site_order().into_iter();
            let all: Vec<Value> = all
                .map(|author| self.described(author, of(author).map(|share| (share, written.total))))
                .collect();
            about["site_authors"] = Value::Array(all);
            variables.insert("git_page_authors".to_owned(), json!(self.page_summary(page)));
            variables.insert("git_site_authors".to_owned(), json!(self.site_summary));
        }
        variables.insert("git_info".to_owned(), about);
    }
}

impl GitAuthors {
    /// The number of an author; whoever is seen first with an address gives it the name.
    fn author(&mut self, name: &str, mail: &str) -> usize {
        *self.by_mail.entry(mail.to_owned()).or_insert_with(|| {
            self.authors.push(Author {
                name: name.to_owned(),
                mail: mail.to_owned(),
                lines: 0,
            });
            self.authors.len() - 1
        })
    }

    fn count(
        &mut self,
        uri: &str,
        lines: &Lines,
        commits: &HashMap<String, Commit>,
        more: &HashMap<String, Vec<(String, String)>>,
    ) {
        let mut written = Written::default();
        for (hash, is_empty) in lines {
            let Some(commit) = commits.get(hash) else { continue };
            // Who is listed first when two have written as much: those named in the message.
            let more: Vec<_> = more.get(hash).into_iter().flatten().collect();
            let others: Vec<_> = more
                .iter()
                .map(|(name, mail)| (self.author(name, mail), mail))
                .collect();
            let mut people = vec![(self.author(&commit.name, &commit.mail), &commit.mail)];
            people.extend(others.into_iter().filter(|(_, mail)| **mail != commit.mail));
            if *is_empty && !self.empty_lines {
                continue;
            }
            for (at, (author, mail)) in people.into_iter().enumerate() {
                if self.ignored_authors.contains(mail) {
                    continue;
                }
                self.authors[author].lines += 1;
                // A line that several wrote is one line.
                written.total += usize::from(at == 0);
                self.total += usize::from(at == 0);
                match written.shares.iter_mut().find(|share| share.author == author) {
                    Some(share) => {
                        share.lines += 1;
                        if commit.time > share.last.time {
                            share.last = commit.clone();
                        }
                    }
                    None => written.shares.push(Share {
                        author,
                        lines: 1,
                        last: commit.clone(),
                    }),
                }
            }
        }
        self.pages.insert(uri.to_owned(), written);
    }

    /// Sorts the authors of each page, and leaves out who wrote too little.
    fn sort(&mut self) {
        for written in self.pages.values_mut() {
            if self.by_contribution {
                written.shares.sort_by_key(|share| std::cmp::Reverse(share.lines));
            } else {
                written
                    .shares
                    .sort_by(|a, b| self.authors[a.author].name.cmp(&self.authors[b.author].name));
            }
            if self.threshold > 0.0 && written.shares.len() > 1 {
                let total = written.total;
                written
                    .shares
                    .retain(|share| ratio(share.lines, total) * 100.0 > self.threshold);
            }
        }
    }

    /// All authors; by name, or by lines, the most first where lines are shown.
    fn site_order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.authors.len()).collect();
        if self.contribution || self.counts {
            order.sort_by_key(|at| std::cmp::Reverse(self.authors[*at].lines));
        } else if self.by_contribution {
            order.sort_by_key(|at| self.authors[*at].lines);
        } else {
            order.sort_by(|a, b| self.authors[*a].name.cmp(&self.authors[*b].name));
        }
        order
    }

    fn named(&self, author: &Author, quote: char) -> String {
        let name = escape(&author.name);
        if !self.mails {
            return name;
        }
        let href = fill(&self.href, &[("email", &author.mail), ("name", &author.name)]);
        format!("<a href={quote}{}{quote}>{name}</a>", escape(&href))
    }

    fn page_summary(&self, page: &Page) -> String {
        let none = Written::default();
        let written = self.pages.get(&page.source.src_uri).unwrap_or(&none);
        let shares: Vec<String> = written
            .shares
            .iter()
            .map(|share| {
                let mut text = self.named(&self.authors[share.author], '\'');
                if self.contribution && written.shares.len() > 1 {
                    let _ = write!(text, " ({})", percent(share.lines, written.total));
                }
                text
            })
            .collect();
        format!(
            "<span class='git-page-authors git-authors'>{}</span>",
            shares.join(", ")
        )
    }

    fn site_list(&self) -> String {
        let mut out = String::from("\n<span class='git-authors'>\n    <ul>\n        ");
        for at in self.site_order() {
            let author = &self.authors[at];
            let _ = write!(out, "\n    <li>{}", self.named(author, '"'));
            if self.counts {
                let _ = write!(out, ": {} lines", author.lines);
            }
            if self.contribution {
                let _ = write!(out, " ({})", percent(author.lines, self.total));
            }
            out.push_str("</li>\n    ");
        }
        // The original closes them the other way round.
        out + "\n    </ul>\n</span>\n    "
    }

    fn described(&self, author: usize, share: Option<(&Share, usize)>) -> Value {
        let author = &self.authors[author];
        json!({
            "name": author.name, "email": author.mail,
            "last_datetime": share.map(|(share, _)| share.last.worded()),
            "lines": share.map_or(0, |(share, _)| share.lines), "lines_all_pages": author.lines,
            "contribution": share.map_or("0.0%".to_owned(), |(share, total)| percent(share.lines, total)),
            "contribution_all_pages": percent(author.lines, self.total),
        })
    }
}

fn ratio(part: usize, total: usize) -> f64 {
    if total == 0 { 0.0 } else { part as f64 / total as f64 }
}

/// As Python's `str(round(ratio * 100, 2))`.
fn percent(part: usize, total: usize) -> String {
    let rounded: f64 = format!("{:.2}", ratio(part, total) * 100.0).parse().unwrap_or(0.0);
    format!("{rounded:?}%")
}
