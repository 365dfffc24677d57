//! Shortens what links to repositories, issues, commits and people show.

use regex::Captures;

use super::MagicLink;
use super::providers::{Provider, Target};
use crate::markdown::converter::Converter;
use crate::markdown::tree::{NodeId, ROOT, Text};

/// The tree pass.
pub(super) fn run(cx: &mut Converter<'_>) {
    for id in cx.tree.descendants(ROOT) {
        if cx.tree.is(id, "a") {
            link(cx, id);
        }
    }
}

fn link(cx: &mut Converter<'_>, id: NodeId) {
    let settings = &cx.dialect.settings.magiclink;
    let magic = cx.tree.remove_attribute(id, "magiclink").is_some();
    let text = cx.tree[id].text.to_cow().into_owned();
    let href = cx.tree.get(id, "href").unwrap_or("").to_owned();
    if text.is_empty() || !cx.tree[id].children.is_empty() {
        return;
    }
    let hidden = magic && settings.hide_protocol && href.strip_prefix("https://") == Some(&text);
    if text != href && !hidden {
        return;
    }
    let all = settings.providers.list.iter();
    let (known, custom): (Vec<_>, Vec<_>) = all
        .filter(|site| !site.kind.is_social())
        .partition(|site| ["github", "bitbucket", "gitlab"].contains(&site.name.as_str()));
    if settings.shorten_repositories {
        for site in &known {
            if let Some(found) = site.target.as_ref().and_then(|regex| regex.captures(&href)) {
                return target(cx, id, site, &found);
            }
        }
        for site in &known {
            if let Some(found) = site.home.as_ref().and_then(|regex| regex.captures(&href)) {
                return home(cx, id, site, &found);
            }
        }
    }
    for site in custom {
        if let Some(found) = site.target.as_ref().and_then(|regex| regex.captures(&href)) {
            return target(cx, id, site, &found);
        }
        if let Some(found) = site.home.as_ref().and_then(|regex| regex.captures(&href)) {
            return home(cx, id, site, &found);
        }
    }
    if settings.shorten_people {
        for site in settings.providers.list.iter().filter(|site| site.kind.is_social()) {
            if let Some(found) = site.home.as_ref().and_then(|regex| regex.captures(&href)) {
                return home(cx, id, site, &found);
            }
        }
    }
}

fn name<'t>(found: &Captures<'t>, group: &str) -> Option<&'t str> {
    found.name(group).map(|m| m.as_str())
}

fn is_excluded(site: &Provider, found: &Captures<'_>) -> bool {
    name(found, "user").is_some_and(|user| site.excluded.contains(&user.to_lowercase()))
}

/// A link to an issue, a commit and the like.
fn target(cx: &mut Converter<'_>, id: NodeId, site: &Provider, found: &Captures<'_>) {
    if is_excluded(site, found) {
        return;
    }
    let settings = &cx.dialect.settings.magiclink;
    let whole = name(found, "user_repo").unwrap_or("");
    let target = match (name(found, "diff1"), name(found, "diff2")) {
        (Some(from), Some(to)) => Target::Compare(from, to),
        _ => {
            if let Some(hash) = name(found, "commit") {
                Target::Commit(hash)
            } else if let Some(number) = name(found, "pull") {
                Target::Pull(number)
            } else if let Some(number) = name(found, "discuss") {
                Target::Discussion(number)
            } else {
                Target::Issue(name(found, "issue").unwrap_or(""))
            }
        }
    };
    let current = &settings.providers.current();
    let own = !current.kind.is_social() && !settings.user.is_empty() && !settings.repo.is_empty();
    let base = name(found, "base").unwrap_or("");
    let home = format!("{}/{}/", current.url, settings.user);
    let own_repo = own && format!("{base}/") == format!("{home}{}/", settings.repo);
    let own_user = own_repo || (own && base.starts_with(&home));
    let prefix = if own_repo {
        ""
    } else if own_user {
        whole.split_once('/').map_or(whole, |(_, repo)| repo)
    } else {
        whole
    };
    let hash = matches!(target, Target::Commit(_) | Target::Compare(..));
    let at = if hash && !prefix.is_empty() { "@" } else { "" };
    let text = format!("{prefix}{at}{}", shown(settings, site, target));
    let title = title(settings, site, whole.trim_end_matches('/'), target);
    finish(cx, id, (site, class(target)), (text, title));
}

/// A link to a person or a repository.
fn home(cx: &mut Converter<'_>, id: NodeId, site: &Provider, found: &Captures<'_>) {
    if is_excluded(site, found) {
        return;
    }
    let settings = &cx.dialect.settings.magiclink;
    let whole = name(found, "user_repo").or_else(|| name(found, "user")).unwrap_or("");
    let (text, class, label) = if found.name("repo").is_some() {
        (
            whole.to_owned(),
            "repository",
            settings.label("repository", "Repository"),
        )
    } else {
        (format!("@{whole}"), "mention", settings.label("metion", "User"))
    };
    let title = format!("{} {label}: {whole}", site.label);
    finish(cx, id, (site, class), (text, title));
}

fn finish(cx: &mut Converter<'_>, id: NodeId, (site, class): (&Provider, &str), (text, title): (String, String)) {
    let old = cx.tree.get(id, "class").unwrap_or("").to_owned();
    let mut classes: Vec<&str> = old.split(' ').filter(|class| !class.is_empty()).collect();
    let (site_class, class) = (format!("magiclink-{}", site.name), format!("magiclink-{class}"));
    for class in ["magiclink", &site_class, &class] {
        if !classes.contains(&class) {
            classes.push(class);
        }
    }
    let classes = classes.join(" ");
    cx.tree.set(id, "class", classes);
    cx.tree.set(id, "title", title);
    cx.tree[id].text = Text::atomic(text);
}

fn short(site: &Provider, hash: &str) -> String {
    hash.chars().take(site.kind.hash_size()).collect()
}

/// What a link shows of a target, without its repository.
pub(super) fn shown(settings: &MagicLink, site: &Provider, target: Target<'_>) -> String {
    let sign = |sign: char| if settings.normalize { '#' } else { sign };
    match target {
        Target::Issue(number) => format!("#{number}"),
        Target::Pull(number) => format!("{}{number}", sign('!')),
        Target::Discussion(number) => format!("{}{number}", sign('?')),
        Target::Commit(hash) => short(site, hash),
        Target::Compare(from, to) => format!("{}...{}", short(site, from), short(site, to)),
    }
}

/// The class after `magiclink-`.
pub(super) fn class(target: Target<'_>) -> &'static str {
    match target {
        Target::Issue(_) => "issue",
        Target::Pull(_) => "pull",
        Target::Discussion(_) => "discussion",
        Target::Commit(_) => "commit",
        Target::Compare(..) => "compare",
    }
}

/// The title of a link to a target of the repository `whole`.
pub(super) fn title(settings: &MagicLink, site: &Provider, whole: &str, target: Target<'_>) -> String {
    let (label, rest) = match target {
        Target::Issue(number) => (settings.label("issue", "Issue"), format!(" #{number}")),
        Target::Pull(number) => (settings.label("pull", "Pull Request"), format!(" #{number}")),
        Target::Discussion(number) => (settings.label("discuss", "Discussion"), format!(" #{number}")),
        Target::Commit(hash) => (settings.label("commit", "Commit"), format!("@{}", short(site, hash))),
        Target::Compare(from, to) => {
            let rest = format!("@{}...{}", short(site, from), short(site, to));
            (settings.label("compare", "Compare"), rest)
        }
    };
    format!("{} {label}: {whole}{rest}", site.label)
}
