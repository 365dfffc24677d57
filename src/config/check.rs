//! `chaski: check:`: how links to other sites are asked.

use std::time::Duration;

use super::reader::Reader;
use crate::report::{Diagnostic, Severity};
use crate::yaml::Node;

/// How links to other sites are asked by `chaski check --external`.
#[derive(Clone, Debug)]
pub struct CheckSettings {
    /// Addresses that are not asked; `*` stands for anything.
    pub ignore: Vec<String>,
    /// If there are any, the only addresses that are asked.
    pub only: Vec<String>,
    /// How long all requests together may take.
    pub budget: Duration,
    /// How long one request may take.
    pub timeout: Duration,
    /// How often a server is asked again that gave no clear answer.
    pub retries: u32,
    /// How long to wait between two requests to one host.
    pub pace: Duration,
    /// How long a good answer is believed.
    pub cache: Duration,
}

impl Default for CheckSettings {
    fn default() -> Self {
        Self {
            ignore: Vec::new(),
            only: Vec::new(),
            budget: Duration::from_secs(600),
            timeout: Duration::from_secs(20),
            retries: 2,
            pace: Duration::from_millis(100),
            cache: Duration::from_secs(7 * 86_400),
        }
    }
}

/// Reads `chaski: check:`.
pub(super) fn read(node: Option<&Node>, problems: &mut Vec<Diagnostic>) -> CheckSettings {
    let standard = CheckSettings::default();
    let mut reader = Reader::new(node, "chaski.check.", problems);
    let mut number = |key: &'static str, standard: u64| {
        let Some(node) = reader.node(key) else { return standard };
        let value = node.as_int().and_then(|value| u64::try_from(value).ok());
        value.unwrap_or_else(|| {
            reader.wrong(key, node, "a number");
            standard
        })
    };
    let settings = CheckSettings {
        budget: Duration::from_secs(number("budget", standard.budget.as_secs())),
        timeout: Duration::from_secs(number("timeout", standard.timeout.as_secs()).max(1)),
        retries: u32::try_from(number("retries", u64::from(standard.retries)))
            .unwrap_or(10)
            .min(10),
        pace: Duration::from_millis(number("pace", 100)),
        cache: Duration::from_secs(number("cache_days", 7).saturating_mul(86_400)),
        ignore: reader.texts("ignore"),
        only: reader.texts("only"),
    };
    reader.finish(Severity::Warning);
    settings
}

impl CheckSettings {
    /// Whether an address is to be asked.
    #[must_use]
    pub fn asks(&self, url: &str) -> bool {
        let fits = |patterns: &[String]| patterns.iter().any(|pattern| matches(pattern, url));
        if self.only.is_empty() {
            !is_local(url) && !fits(&self.ignore)
        } else {
            fits(&self.only) && !fits(&self.ignore)
        }
    }
}

/// Guides tell readers to open services on their own machine, which the writer's does not run.
fn is_local(url: &str) -> bool {
    let host = url.split_once("://").map_or("", |(_, rest)| rest);
    let host = host.split(['/', ':', '?', '#']).next().unwrap_or_default();
    host == "localhost"
        || host.starts_with("127.")
        || host == "0.0.0.0"
        || host == "[::1]"
        || host.ends_with(".example")
        || host.ends_with(".localhost")
        || host.ends_with(".test")
        || matches!(host, "example.com" | "example.org" | "example.net")
        || !host.contains('.')
}

/// Whether `text` starts as `pattern` says; `*` stands for anything.
fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::{CheckSettings, matches};

    #[test]
    fn patterns_are_starts_of_addresses() {
        assert!(matches("https://a.org/", "https://a.org/b"));
        assert!(matches("https://*.a.org/*.pdf", "https://x.a.org/b/c.pdf"));
        assert!(!matches("https://a.org/*.pdf", "https://a.org/b"));
        let standard = CheckSettings::default();
        assert!(standard.asks("https://a.org/") && !standard.asks("http://localhost:8888/x"));
        let only = CheckSettings {
            only: vec!["http://127.".to_owned()],
            ..standard
        };
        assert!(only.asks("http://127.0.0.1/") && !only.asks("https://a.org/"));
    }
}
