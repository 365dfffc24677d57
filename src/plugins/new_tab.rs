//! `open-in-new-tab`: links to other sites open in a new tab.
//!
//! The original does so by a script when the page is shown; here the links carry it themselves.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::{Plugin, Stage};
use crate::config::{PluginUse, Settings};
use crate::page::Page;
use crate::report::Diagnostic;
use crate::site::Site;

struct NewTab {
    own: Option<String>,
}

pub(super) fn make(_entry: &PluginUse, settings: &Settings, _problems: &mut Vec<Diagnostic>) -> Box<dyn Plugin> {
    let host = |url: &str| Some(url.split_once("://")?.1.split('/').next()?.to_owned());
    Box::new(NewTab {
        own: settings.site_url.as_deref().and_then(host),
    })
}

impl Plugin for NewTab {
    fn content(
        &self,
        _stage: &Stage<'_>,
        _page: &Page,
        _site: &Site,
        html: &mut String,
        _problems: &mut Vec<Diagnostic>,
    ) {
        static LINK: LazyLock<Option<Regex>> =
            LazyLock::new(|| Regex::new(r#"<a ([^>]*?)href="https?://([^"/?#]*)([^>]*)>"#).ok());
        let Some(link) = LINK.as_ref() else { return };
        let replaced = link.replace_all(html, |found: &Captures<'_>| {
            let whole = &found[0];
            if whole.contains(" target=") || Some(&found[2]) == self.own.as_deref() {
                return whole.to_owned();
            }
            let rel = if whole.contains(" rel=") {
                ""
            } else {
                " rel=\"noopener\""
            };
            format!("{} target=\"_blank\"{rel}>", &whole[..whole.len() - 1])
        });
        if let std::borrow::Cow::Owned(replaced) = replaced {
            *html = replaced;
        }
    }
}
