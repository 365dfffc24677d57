//! The sites whose addresses are known: GitHub, GitLab, Bitbucket, X, and those a site adds.

use std::collections::BTreeSet;

use regex::Regex;

use crate::markdown::options::Options;
use crate::report::{Diagnostic, Severity};
use crate::yaml::Node;

/// What kind of site.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    #[default]
    GitHub,
    GitLab,
    Bitbucket,
    Twitter,
    X,
}

impl Kind {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "github" => Self::GitHub,
            "gitlab" => Self::GitLab,
            "bitbucket" => Self::Bitbucket,
            "twitter" => Self::Twitter,
            "x" => Self::X,
            _ => return None,
        })
    }

    pub(super) fn is_social(self) -> bool {
        matches!(self, Self::Twitter | Self::X)
    }

    /// The pattern of its users' names.
    pub(super) fn user(self) -> &'static str {
        match self {
            Self::GitHub => r"[a-zA-Z\d](?:[-a-zA-Z\d_]{0,37}[a-zA-Z\d])?",
            Self::GitLab => r"[\.a-zA-Z\d_](?:[-a-zA-Z\d_\.]{0,37}[-a-zA-Z\d_])?",
            Self::Bitbucket => r"[-a-zA-Z\d_]{1,39}",
            Self::Twitter | Self::X => r"\w{1,15}",
        }
    }

    /// How many digits of a hash are shown.
    pub(super) fn hash_size(self) -> usize {
        if self == Self::GitLab { 8 } else { 7 }
    }

    /// The pattern after the user and repository of an address that can be shortened; groups are
    /// named after what they hold.
    fn target(self) -> &'static str {
        match self {
            Self::GitHub => {
                r"/(?:issues/(?P<issue>\d+)/?|pull/(?P<pull>\d+)/?|discussions/(?P<discuss>\d+)/?|commit/(?P<commit>[\da-f]{7,40})/?|compare/(?P<diff1>[\da-f]{7,40})\.{3}(?P<diff2>[\da-f]{7,40}))"
            }
            Self::Bitbucket => {
                r"/(?:issues/(?P<issue>\d+)(?:/[^/]+)?/?|pull-requests/(?P<pull>\d+)(?:/[^/]+(?:/diff)?)?/?|commits/commit/(?P<commit>[\da-f]{7,40})/?|branches/commits/(?P<diff1>[\da-f]{7,40})(?:\.{2}|%0d)(?P<diff2>[\da-f]{7,40})\#diff)"
            }
            _ => {
                r"/(?:-/)?(?:issues/(?P<issue>\d+)/?|merge_requests/(?P<pull>\d+)/?|commit/(?P<commit>[\da-f]{8,40})/?|compare/(?P<diff1>[\da-f]{8,40})\.{3}(?P<diff2>[\da-f]{8,40}))"
            }
        }
    }
}

/// A site.
#[derive(Clone, Debug)]
pub(super) struct Provider {
    /// The name used in short forms and classes.
    pub(super) name: String,
    /// The name in titles.
    pub(super) label: String,
    pub(super) kind: Kind,
    pub(super) url: String,
    /// Users whose addresses are not shortened, in lower case.
    pub(super) excluded: BTreeSet<String>,
    /// Addresses of issues, commits and the like.
    pub(super) target: Option<Regex>,
    /// Addresses of people and repositories.
    pub(super) home: Option<Regex>,
}

/// All sites.
#[derive(Clone, Debug, Default)]
pub(super) struct Providers {
    pub(super) list: Vec<Provider>,
    current: usize,
}

const KNOWN: [(&str, &str, &str, &[&str]); 5] = [
    (
        "github",
        "GitHub",
        "https://github.com",
        &[
            "marketplace",
            "notifications",
            "issues",
            "pull",
            "sponsors",
            "settings",
            "support",
        ],
    ),
    (
        "bitbucket",
        "Bitbucket",
        "https://bitbucket.org",
        &["dashboard", "account", "plans", "support", "repo"],
    ),
    (
        "gitlab",
        "GitLab",
        "https://gitlab.com",
        &["dashboard", "-", "explore", "help", "projects"],
    ),
    (
        "twitter",
        "Twitter",
        "https://twitter.com",
        &["i", "messages", "bookmarks", "home"],
    ),
    ("x", "X", "https://x.com", &["i", "messages", "bookmarks", "home"]),
];

impl Providers {
    /// The known sites and those of the options.
    pub(super) fn new(options: &mut Options<'_, '_>) -> Self {
        let excluded = options
            .node("shortener_user_exclude")
            .filter(|node| node.as_map().is_some());
        let mut list: Vec<Provider> = Vec::new();
        for (name, label, url, users) in KNOWN {
            let kind = Kind::of(name).unwrap_or_default();
            let mut provider = Provider::new(name, label, kind, (url, true));
            provider.excluded = users.iter().map(|user| (*user).to_owned()).collect();
            list.push(provider);
        }
        let custom = options.node("custom").and_then(Node::as_map).unwrap_or_default();
        for (name, entry) in custom {
            let name = name.as_str().unwrap_or_default();
            let text = |key| entry.get(key).and_then(Node::as_str);
            let kind = text("type").and_then(Kind::of).filter(|kind| !kind.is_social());
            let simple = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric());
            let (Some(kind), Some(label), Some(host), true) = (kind, text("label"), text("host"), simple) else {
                let message =
                    format!("custom provider `{name}` needs a name of letters and digits, a type, a label and a host");
                options.problem(Diagnostic::new("extension-option-type", Severity::Error, message));
                continue;
            };
            if list.iter().any(|known| known.name == name) {
                continue;
            }
            let www = entry.get("www").and_then(Node::as_bool).unwrap_or(true);
            let mut provider = Provider::new(name, label, kind, (host, www));
            let like = text("type").unwrap_or_default();
            provider.excluded = match excluded {
                Some(excluded) => users(excluded, like).unwrap_or_default(),
                None => list
                    .iter()
                    .find(|known| known.name == like)
                    .map(|known| known.excluded.clone())
                    .unwrap_or_default(),
            };
            list.push(provider);
        }
        for provider in &mut list {
            if let Some(own) = excluded.and_then(|node| users(node, &provider.name)) {
                provider.excluded = own;
            }
        }
        let name = options.string("provider", "github");
        let current = list.iter().position(|provider| provider.name == name).unwrap_or(0);
        Self { list, current }
    }

    /// The site that short forms without a name mean.
    pub(super) fn current(&self) -> &Provider {
        &self.list[self.current]
    }

    pub(super) fn find(&self, name: &str) -> Option<&Provider> {
        self.list.iter().find(|provider| provider.name == name)
    }
}

fn users(node: &Node, name: &str) -> Option<BTreeSet<String>> {
    let names = node.get(name)?.as_seq()?;
    Some(names.iter().filter_map(Node::as_str).map(str::to_lowercase).collect())
}

impl Provider {
    fn new(name: &str, label: &str, kind: Kind, (host, www): (&str, bool)) -> Self {
        let url = host.to_lowercase().trim_end_matches('/').to_owned();
        let mut address = regex::escape(&url);
        for scheme in ["https://", "http://"] {
            if let Some(rest) = address.strip_prefix(scheme).filter(|_| www) {
                let rest = rest.strip_prefix(r"www\.").unwrap_or(rest);
                address = format!(r"{scheme}(?:w{{3}}\.)?{rest}");
                break;
            }
        }
        let user = kind.user();
        let (target, home) = if kind.is_social() {
            (
                None,
                Regex::new(&format!(r"(?i)^(?P<base>{address}/(?P<user>{user}))/?$")).ok(),
            )
        } else {
            let base = format!(r"(?P<base>{address}/(?P<user_repo>(?P<user>{user})");
            let target = format!(r"(?i)^{base}/[^/]+)){}/?$", kind.target());
            let slash = if kind == Kind::Bitbucket { "/?" } else { "" };
            let home = format!(r"(?i)^{base}(?:/(?P<repo>[^/]+){slash})?))/?$");
            (Regex::new(&target).ok(), Regex::new(&home).ok())
        };
        Self {
            name: name.to_owned(),
            label: label.to_owned(),
            kind,
            url,
            excluded: BTreeSet::new(),
            target,
            home,
        }
    }

    /// The address of an issue, a pull request, a discussion, a commit or a comparison.
    pub(super) fn address(&self, user: &str, repo: &str, target: Target<'_>) -> String {
        let base = format!("{}/{user}/{repo}", self.url);
        let base = if self.kind == Kind::GitLab {
            format!("{base}/-")
        } else {
            base
        };
        match (target, self.kind) {
            (Target::Issue(number), _) => format!("{base}/issues/{number}"),
            (Target::Pull(number), Kind::GitLab) => format!("{base}/merge_requests/{number}"),
            (Target::Pull(number), Kind::Bitbucket) => format!("{base}/pull-requests/{number}"),
            (Target::Pull(number), _) => format!("{base}/pull/{number}"),
            (Target::Discussion(number), _) => format!("{base}/discussions/{number}"),
            (Target::Commit(hash), Kind::Bitbucket) => format!("{base}/commits/commit/{hash}"),
            (Target::Commit(hash), _) => format!("{base}/commit/{hash}"),
            (Target::Compare(from, to), Kind::Bitbucket) => format!("{base}/branches/commits/{from}..{to}#diff"),
            (Target::Compare(from, to), _) => format!("{base}/compare/{from}...{to}"),
        }
    }
}

/// What of a repository is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Target<'t> {
    Issue(&'t str),
    Pull(&'t str),
    Discussion(&'t str),
    Commit(&'t str),
    Compare(&'t str, &'t str),
}
