//! What the theme has to be told, out of the settings.

use super::settings::{Script, Settings};
use crate::theme::{PolicySpec, ScriptSpec, ThemeSpec};

impl Settings {
    /// The options of the theme; `build_date_utc` is what templates see under that name.
    #[must_use]
    pub fn theme_spec(&self, build_date_utc: String) -> ThemeSpec {
        let toc = self.markdown_extensions.iter().rev().find(|e| e.name == "toc");
        ThemeSpec {
            site_name: self.site_name.clone(),
            site_url: self.site_url.clone().filter(|url| !url.is_empty()),
            site_description: self.site_description.clone(),
            site_author: self.site_author.clone(),
            copyright: self.copyright.clone(),
            repo_url: self.repo.url.clone(),
            repo_name: self.repo.name.clone(),
            features: self.theme.features.clone(),
            language: self.theme.language.clone(),
            direction: self.theme.direction.clone(),
            palette: self.theme.palette.clone(),
            font: self.theme.font.clone(),
            logo: self.theme.logo.clone(),
            favicon: self.theme.favicon.clone(),
            icon: self.theme.icon.to_json(),
            custom_dir: self.theme.custom_dir.clone(),
            policy: self.chaski.csp.clone().map(|policy| self.widened(policy)),
            extra_css: self.extra_css.clone(),
            extra_javascript: self.extra_javascript.iter().map(script).collect(),
            extra: self.extra.to_json(),
            search: self
                .plugin("material/search")
                .or_else(|| self.plugin("search"))
                .is_some(),
            offline: self.plugin("material/offline").is_some(),
            rss: self.plugin("rss").is_some(),
            toc_title: toc.and_then(|e| Some(e.options.get("title")?.as_str()?.to_owned())),
            config: self.view(),
            build_date_utc,
        }
    }

    /// With what the theme itself loads: icons that stand in style sheets where pages are opened
    /// from the disk, and Google Analytics where the site sets it.
    fn widened(&self, mut policy: PolicySpec) -> PolicySpec {
        if self.plugin("material/offline").is_some() {
            policy.sources.entry("img-src").or_default().push("data:".to_owned());
        }
        let extra = self.extra.to_json();
        let analytics = extra.get("analytics");
        let is = |key: &str| analytics.and_then(|a| a.get(key)?.as_str());
        if is("provider") == Some("google") && is("property").is_some_and(|p| !p.is_empty()) {
            let tags = "https://www.googletagmanager.com";
            let collects = "https://*.google-analytics.com";
            for (directive, source) in [
                ("script-src", tags),
                ("img-src", tags),
                ("img-src", collects),
                ("connect-src", tags),
                ("connect-src", collects),
                ("connect-src", "https://*.analytics.google.com"),
            ] {
                policy.sources.entry(directive).or_default().push(source.to_owned());
            }
        }
        policy
    }
}

fn script(script: &Script) -> ScriptSpec {
    ScriptSpec {
        path: script.path.clone(),
        kind: Some(script.kind.clone()).filter(|kind| !kind.is_empty()),
        defer: script.defer,
        r#async: script.is_async,
    }
}
