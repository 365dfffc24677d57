//! Short forms: `@user`, `@user/repo`, `user/repo#1`, `#1`, hashes.

use regex::{Captures, Regex};

use super::providers::{Kind, Provider, Providers, Target};
use crate::markdown::inline::{Run, Step, Subject};
use crate::markdown::tree::{NodeId, Text};

/// What short forms look like.
#[derive(Clone, Debug, Default)]
pub(super) struct Patterns {
    external_repository: Option<Regex>,
    internal_repository: Option<Regex>,
    external_mention: Option<Regex>,
    internal_mention: Option<Regex>,
    external_reference: Option<Regex>,
    internal_reference: Option<Regex>,
    short_reference: Option<Regex>,
}

const REPO: &str = r"[-._a-zA-Z\d]{0,99}[a-zA-Z\d]";
const ISSUE_OR_COMMIT: &str =
    r"(?:(?P<issue>[#!?][1-9][0-9]*)|@(?P<commit>[a-f\d]{40})(?:\.{3}(?P<diff>[a-f\d]{40}))?)\b";

impl Patterns {
    /// The patterns for `providers`; `git` for repositories, `social` for people.
    pub(super) fn new(providers: &Providers, git: bool, social: bool) -> Self {
        if !git && !social {
            return Self::default();
        }
        let named = |provider: &Provider| format!("{}:{}", provider.name, provider.kind.user());
        let (people, repositories): (Vec<_>, Vec<_>) =
            providers.list.iter().partition(|provider| provider.kind.is_social());
        let order = |name: &str| {
            ["github", "gitlab", "bitbucket"]
                .iter()
                .position(|n| *n == name)
                .unwrap_or(3)
        };
        let mut repositories = repositories;
        repositories.sort_by_key(|provider| order(&provider.name));
        let external = repositories.iter().map(|p| named(p)).collect::<Vec<_>>().join("|");
        let mut mentions = Vec::new();
        if git {
            mentions.push(external.clone());
        }
        if social {
            mentions.extend(people.iter().rev().map(|p| named(p)));
        }
        let mentions = mentions.join("|");
        let user = providers.current().kind.user();
        let regex = |pattern: String| Regex::new(&pattern).ok();
        Self {
            external_repository: regex(format!(r"@(?P<user>{external})\b/(?P<repo>{REPO})\b")),
            internal_repository: regex(format!(r"@(?P<user>{user})\b/(?P<repo>{REPO})\b")),
            external_mention: regex(format!(r"@(?P<user>{mentions})\b")),
            internal_mention: regex(format!(r"@(?P<user>{user})\b")),
            external_reference: regex(format!(r"\b(?P<user>{external})/(?P<repo>{REPO}){ISSUE_OR_COMMIT}")),
            internal_reference: regex(format!(r"(?:\b(?P<user>{user})/)?(?P<repo>{REPO}){ISSUE_OR_COMMIT}")),
            short_reference: regex(
                r"(?:(?P<issue>[#!?][1-9][0-9]*)|\b(?P<commit>[a-f\d]{40})(?:\.{3}(?P<diff>[a-f\d]{40}))?)\b"
                    .to_owned(),
            ),
        }
    }
}

/// The next match from `from` on that the character before allows, with the offset it starts at
/// added to every position by the caller.
fn search<'t>(
    regex: Option<&Regex>,
    subject: &Subject<'t>,
    from: usize,
    allowed: impl Fn(Option<char>, &Captures<'t>) -> bool,
) -> Option<(usize, usize, Captures<'t>)> {
    let regex = regex?;
    // What was replaced before counts as no part of a word.
    let base = subject.floor();
    let text = &subject.text[base..];
    let mut at = from - base;
    while at <= text.len() {
        let found = regex.captures_at(text, at)?;
        let whole = found.get(0)?;
        if allowed(subject.before(base + whole.start()), &found) {
            return Some((base + whole.start(), base + whole.end(), found));
        }
        at = whole.start() + text[whole.start()..].chars().next().map_or(1, char::len_utf8);
    }
    None
}

fn after_no_letter(before: Option<char>, _: &Captures<'_>) -> bool {
    !before.is_some_and(|c| c.is_ascii_alphabetic())
}

fn after_no_path(before: Option<char>, _: &Captures<'_>) -> bool {
    !matches!(before, Some('@' | '/'))
}

fn name<'t>(found: &Captures<'t>, group: &str) -> Option<&'t str> {
    found.name(group).map(|m| m.as_str())
}

/// `@github:user/repo`.
pub(super) fn external_repository(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let regex = run.cx.dialect.settings.magiclink.patterns.external_repository.as_ref();
    repository(run, subject, search(regex, subject, from, after_no_letter))
}

/// `@user/repo`.
pub(super) fn internal_repository(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let regex = run.cx.dialect.settings.magiclink.patterns.internal_repository.as_ref();
    repository(run, subject, search(regex, subject, from, after_no_letter))
}

/// `@github:user`.
pub(super) fn external_mention(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let regex = run.cx.dialect.settings.magiclink.patterns.external_mention.as_ref();
    mention(run, subject, search(regex, subject, from, after_no_letter))
}

/// `@user`.
pub(super) fn internal_mention(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let regex = run.cx.dialect.settings.magiclink.patterns.internal_mention.as_ref();
    mention(run, subject, search(regex, subject, from, after_no_letter))
}

type Found<'t> = Option<(usize, usize, Captures<'t>)>;

/// The site and the user that `github:user` or `user` means.
fn provider<'d, 't>(run: &Run<'_, 'd>, user: &'t str) -> Option<(&'d Provider, &'t str)> {
    let providers = &run.cx.dialect.settings.magiclink.providers;
    match user.split_once(':') {
        Some((site, user)) => Some((providers.find(site)?, user)),
        None => Some((providers.current(), user)),
    }
}

fn anchor(run: &mut Run<'_, '_>, subject: &Subject<'_>, start: usize, (href, title): (String, String)) -> NodeId {
    let element = run.cx.tree.create("a", subject.pos(start));
    run.cx.tree.set(element, "href", href);
    run.cx.tree.set(element, "title", title);
    element
}

fn repository(run: &mut Run<'_, '_>, subject: &Subject<'_>, found: Found<'_>) -> Step {
    let Some((start, end, found)) = found else {
        return Step::Done;
    };
    let parts = name(&found, "user")
        .and_then(|user| provider(run, user))
        .zip(name(&found, "repo"));
    let Some(((site, user), repo)) = parts else {
        return Step::Skip(end);
    };
    let label = run.cx.dialect.settings.magiclink.label("repository", "Repository");
    let title = format!("{} {label}: {user}/{repo}", site.label);
    let element = anchor(run, subject, start, (format!("{}/{user}/{repo}", site.url), title));
    finish(run, element, (site, "repository"), format!("{user}/{repo}"));
    Step::Element(start, end, element)
}

fn mention(run: &mut Run<'_, '_>, subject: &Subject<'_>, found: Found<'_>) -> Step {
    let Some((start, end, found)) = found else {
        return Step::Done;
    };
    let Some((site, user)) = name(&found, "user").and_then(|user| provider(run, user)) else {
        return Step::Skip(end);
    };
    let label = run.cx.dialect.settings.magiclink.label("mention", "User");
    let title = format!("{} {label}: {user}", site.label);
    let element = anchor(run, subject, start, (format!("{}/{user}", site.url), title));
    finish(run, element, (site, "mention"), format!("@{user}"));
    Step::Element(start, end, element)
}

fn finish(run: &mut Run<'_, '_>, element: NodeId, (site, class): (&Provider, &str), text: String) {
    let class = format!("magiclink magiclink-{} magiclink-{class}", site.name);
    run.cx.tree.set(element, "class", class);
    run.cx.tree[element].text = Text::atomic(text);
}

/// `github:user/repo#1`.
pub(super) fn external_reference(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let regex = run.cx.dialect.settings.magiclink.patterns.external_reference.as_ref();
    reference(run, subject, search(regex, subject, from, after_no_path))
}

/// `user/repo#1` or `repo#1`.
pub(super) fn internal_reference(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let regex = run.cx.dialect.settings.magiclink.patterns.internal_reference.as_ref();
    reference(run, subject, search(regex, subject, from, after_no_path))
}

/// `#1` or a hash.
pub(super) fn short_reference(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let settings = &run.cx.dialect.settings.magiclink;
    let allowed = |before: Option<char>, found: &Captures<'_>| {
        if found.name("issue").is_some() {
            after_no_letter(before, found)
        } else {
            after_no_path(before, found)
        }
    };
    if settings.user.is_empty() || settings.repo.is_empty() {
        return Step::Done;
    }
    reference(
        run,
        subject,
        search(settings.patterns.short_reference.as_ref(), subject, from, allowed),
    )
}

fn reference(run: &mut Run<'_, '_>, subject: &Subject<'_>, found: Found<'_>) -> Step {
    let Some((start, end, found)) = found else {
        return Step::Done;
    };
    let settings = &run.cx.dialect.settings.magiclink;
    let user = name(&found, "user").unwrap_or(&settings.user);
    let repo = name(&found, "repo").unwrap_or(&settings.repo);
    let Some((site, user)) = provider(run, user).filter(|(_, user)| !user.is_empty()) else {
        return Step::Skip(end);
    };
    let target = match (name(&found, "commit"), name(&found, "diff"), name(&found, "issue")) {
        (Some(from), Some(to), _) => Target::Compare(from, to),
        (Some(hash), None, _) => Target::Commit(hash),
        (None, _, Some(issue)) => match issue.split_at(1) {
            ("#", number) => Target::Issue(number),
            ("!", number) => Target::Pull(number),
            (_, number) if site.kind == Kind::GitHub => Target::Discussion(number),
            _ => return Step::Text(start, end, subject.text[start..end].to_owned()),
        },
        _ => return Step::Skip(end),
    };
    let own_user = user == settings.user && site.name == settings.providers.current().name;
    let own_repo = own_user && repo == settings.repo;
    let prefix = match (own_repo, own_user) {
        (true, _) => String::new(),
        (false, true) => repo.to_owned(),
        _ => format!("{user}/{repo}"),
    };
    let shown = super::shorten::shown(settings, site, target);
    let hash = matches!(target, Target::Commit(_) | Target::Compare(..));
    let at = if hash && !prefix.is_empty() { "@" } else { "" };
    let title = super::shorten::title(settings, site, &format!("{user}/{repo}"), target);
    let element = anchor(run, subject, start, (site.address(user, repo, target), title));
    finish(
        run,
        element,
        (site, super::shorten::class(target)),
        format!("{prefix}{at}{shown}"),
    );
    Step::Element(start, end, element)
}
