//! Links to other sites, asked over the network: only when it is wished, politely, and once.
//!
//! Each host is asked by one thread at a time with a pause in between; HEAD first, GET where HEAD says
//! no. What is answered well is believed for some days.

mod ask;
mod cache;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use super::context::{Context, Target};
use super::place::Finder;
use super::problem;
use super::rules::markdown_places;
use crate::report::{Diagnostic, Span};

use ask::{Answer, Asker};
pub use cache::Cache;

/// Hosts that are asked at the same time.
const THREADS: usize = 16;

/// How links to other sites are looked at.
#[derive(Clone, Debug)]
pub struct External {
    /// Where answers are kept; `None` to keep none.
    pub cache: Option<PathBuf>,
    /// The time in seconds since 1970.
    pub now: i64,
}

/// What asking has done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// Addresses that pages lead to.
    pub links: usize,
    /// Addresses whose answer was known.
    pub known: usize,
    /// Requests that were sent.
    pub requests: usize,
}

/// Where an address stands.
struct Place {
    span: Option<Span>,
    page: String,
    count: usize,
}

/// Asks all links to other sites; gives what is wrong with them.
pub(super) fn external(cx: &Context<'_>, external: &External, problems: &mut Vec<Diagnostic>) -> (Asked, Cache) {
    let settings = &cx.settings.check;
    let links = links(cx);
    let mut cache = external
        .cache
        .as_deref()
        .map(|path| Cache::read(cx.files, path))
        .unwrap_or_default();
    let mut asked = Asked {
        links: links.len(),
        ..Asked::default()
    };
    let mut hosts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut answers: BTreeMap<&str, Answer> = BTreeMap::new();
    for url in links.keys() {
        match cache.known(url, external.now, settings.cache) {
            Some(answer) => {
                answers.insert(url, answer);
                asked.known += 1;
            }
            None => hosts.entry(host(url)).or_default().push(url),
        }
    }
    let hosts: Vec<Vec<&str>> = hosts.into_values().collect();
    let (next, requests) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let found: Mutex<Vec<(&str, Option<Answer>)>> = Mutex::new(Vec::new());
    let start = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..THREADS.min(hosts.len()) {
            scope.spawn(|| {
                let mut asker = Asker::new(settings, start);
                while let Some(urls) = hosts.get(next.fetch_add(1, Ordering::Relaxed)) {
                    for url in urls {
                        let answer = asker.ask(url);
                        found
                            .lock()
                            .unwrap_or_else(std::sync::PoisonError::into_inner)
                            .push((*url, answer));
                    }
                }
                requests.fetch_add(asker.requests, Ordering::Relaxed);
            });
        }
    });
    asked.requests = requests.into_inner();
    let mut left = 0;
    for (url, answer) in found.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
        match answer {
            Some(answer) => {
                cache.keep(url, &answer, external.now);
                answers.insert(url, answer);
            }
            None => left += 1,
        }
    }
    // Nothing is said of links when it is our own network that fails.
    let offline = asked.known == 0
        && left == 0
        && answers.len() > 1
        && answers.values().all(|answer| matches!(answer, Answer::NoHost(_)));
    if offline {
        let message = "no server of any link could be found; is there a network?";
        problems.push(problem("external-skipped", message));
        return (asked, cache);
    }
    if left > 0 {
        let message = format!("{left} links to other sites were not asked: the time for it was used up");
        problems.push(
            problem("external-skipped", message).help("raise `chaski: check: budget:`, or run again: answers are kept"),
        );
    }
    for (url, place) in &links {
        problems.extend(answers.get(url.as_str()).and_then(|answer| said(url, answer, place)));
    }
    (asked, cache)
}

/// What an answer means for a link.
fn said(url: &str, answer: &Answer, place: &Place) -> Option<Diagnostic> {
    let found = match answer {
        Answer::Good => return None,
        Answer::Moved(to) => {
            problem("external-moved", format!("'{url}' has moved for good")).help(format!("its address is now `{to}`"))
        }
        Answer::Gone(why) | Answer::NoHost(why) => {
            problem("external-broken", format!("the link '{url}' is broken: {why}"))
        }
        Answer::Unsure(why) => problem(
            "external-unsure",
            format!("nothing can be said of the link '{url}': {why}"),
        ),
    };
    let found = match place.count {
        1 => found,
        count => found.help(format!("it is there {count} times")),
    };
    Some(match place.span {
        Some(_) => found.at(place.span),
        None => found.help(format!(
            "'{}' has it; a template, a plugin or a setting wrote it",
            place.page
        )),
    })
}

/// The addresses of other sites that pages lead to, without what follows `#`, and their first place.
fn links(cx: &Context<'_>) -> BTreeMap<String, Place> {
    let pages: BTreeMap<&str, usize> = cx
        .written()
        .map(|(at, page)| (page.source.dest_uri.as_str(), at))
        .collect();
    let edits = cx
        .settings
        .repo
        .url
        .as_deref()
        .map(|url| url.trim_end_matches('/').to_owned());
    let mut links: BTreeMap<String, Place> = BTreeMap::new();
    for (path, face) in &cx.faces {
        let at = pages.get(path.as_str()).copied();
        let mut slots = None;
        let mut finder = at.and_then(|at| cx.inspection.pages.get(at)).map(Finder::new);
        for address in face.addresses.iter().filter(|address| address.is_link) {
            let url = address.url.split('#').next().unwrap_or_default();
            let is_http = url.starts_with("http://") || url.starts_with("https://");
            if !is_http || !cx.settings.check.asks(url) || cx.target(url, path) != Target::External {
                continue;
            }
            let slots = slots.get_or_insert_with(|| at.map_or_else(Vec::new, |at| markdown_places(cx, at)));
            let slot = slots.iter().position(|(slot, _)| *slot == address.url);
            let span = match slot {
                Some(slot) => Some(slots.remove(slot).1),
                None => finder.as_mut().and_then(|finder| finder.address(address.raw())),
            };
            // Every page has a link to its own source, which is as sure as the repository.
            let is_source = edits.as_deref().is_some_and(|repo| {
                let rest = url.strip_prefix(repo).unwrap_or_default();
                rest.starts_with("/edit/") || rest.starts_with("/raw/") || rest.starts_with("/-/")
            });
            if span.is_none() && is_source {
                continue;
            }
            let place = links.entry(url.to_owned()).or_insert_with(|| Place {
                span,
                page: path.clone(),
                count: 0,
            });
            place.count += 1;
            place.span = place.span.or(span);
        }
    }
    links
}

/// The host and port of an address.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or_default()
}

/// Where answers are kept for a user whose environment is asked by `variable`.
#[must_use]
pub fn cache_file(variable: impl Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let folder = match variable("XDG_CACHE_HOME").filter(|folder| Path::new(folder).is_absolute()) {
        Some(folder) => PathBuf::from(folder),
        None => Path::new(&variable("HOME")?).join(".cache"),
    };
    Some(folder.join("chaski/links.json"))
}
