//! `pymdownx.magiclink`: bare addresses become links, and so do short forms of repositories,
//! issues, commits and people.

mod autolinks;
mod providers;
mod shorten;
mod shorthand;

use std::collections::BTreeMap;

use super::Setup;
use crate::markdown::inline::{rule, rule_outside};
use crate::markdown::options::Options;
use crate::yaml::Node;
use providers::Providers;

/// The options.
#[derive(Clone, Debug, Default)]
pub(crate) struct MagicLink {
    hide_protocol: bool,
    shorten_repositories: bool,
    shorten_people: bool,
    normalize: bool,
    user: String,
    repo: String,
    labels: BTreeMap<String, String>,
    providers: Providers,
    patterns: shorthand::Patterns,
}

impl MagicLink {
    fn label<'s>(&'s self, name: &str, default: &'s str) -> &'s str {
        self.labels.get(name).map_or(default, String::as_str)
    }
}

/// Adds the rules.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    let providers = Providers::new(options);
    let (user, repo) = (options.string("user", ""), options.string("repo", ""));
    let shorthand = options.bool("repo_url_shorthand", false);
    let mentions = options.bool("social_url_shorthand", false);
    let labels = options.node("labels").and_then(Node::as_map).unwrap_or_default();
    let settings = MagicLink {
        hide_protocol: options.bool("hide_protocol", false),
        shorten_repositories: options.bool("repo_url_shortener", false),
        shorten_people: options.bool("social_url_shortener", false),
        normalize: options.bool("normalize_issue_symbols", false),
        user,
        repo,
        labels: labels
            .iter()
            .filter_map(|(key, value)| Some((key.as_str()?.to_owned(), value.as_str()?.to_owned())))
            .collect(),
        patterns: shorthand::Patterns::new(&providers, shorthand, mentions),
        providers,
    };
    let rules = &mut setup.registry.inline;
    rules.register("autolink", 120.0, rule("<", autolinks::bracketed));
    rules.register("magic-link", 85.0, rule_outside(":.", &["a"], autolinks::bare));
    rules.register("magic-mail", 84.9, rule_outside("@", &["a"], autolinks::mail));
    if settings.shorten_repositories || settings.shorten_people {
        let tree = &mut setup.registry.tree;
        tree.register("magic-repo-shortener", 9.9, shorten::run);
    }
    let social = settings.providers.current().kind.is_social();
    if shorthand || mentions {
        register_shorthand(setup, shorthand, social);
    }
    setup.settings.magiclink = settings;
}

fn register_shorthand(setup: &mut Setup<'_>, git: bool, social: bool) {
    setup.registry.escape("@");
    let rules = &mut setup.registry.inline;
    let outside = |triggers, function| rule_outside(triggers, &["a"], function);
    if git {
        let function = shorthand::external_repository;
        rules.register("magic-repo-ext-mention", 79.9, outside("@", function));
        if !social {
            let function = shorthand::internal_repository;
            rules.register("magic-repo-int-mention", 79.8, outside("@", function));
        }
    }
    rules.register("magic-ext-mention", 79.7, outside("@", shorthand::external_mention));
    rules.register("magic-int-mention", 79.6, outside("@", shorthand::internal_mention));
    if git {
        rules.register("magic-ext-refs", 79.5, outside("#!?@", shorthand::external_reference));
        if !social {
            rules.register("magic-int-refs", 79.4, outside("#!?@", shorthand::internal_reference));
            rules.register("magic-int-micro-refs", 79.3, outside("", shorthand::short_reference));
        }
    }
}
