//! Links that bring a password along, written to a file beside the configuration.

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::keys::Credential;
use super::secrets;
use crate::plugins::Stage;
use crate::plugins::options::Options;
use crate::report::{Diagnostic, Severity};
use crate::yaml::{Kind, Node};

/// What is shared.
#[derive(Debug)]
pub(super) struct Share {
    pub(super) path: PathBuf,
    site_url: String,
    /// Leaves out what stands after the last colon of a password.
    is_incomplete: bool,
}

impl Share {
    /// The options; `None` if nothing is shared.
    pub(super) fn read(options: Options<'_>, stage: &Stage<'_>, problems: &mut Vec<Diagnostic>) -> Option<Self> {
        let span = options.node("sharelinks").filter(|node| node.is_truthy())?.span;
        let default = Node::bare(Kind::Str("sharelinks.txt".to_owned()));
        let output = options.node("sharelinks_output").unwrap_or(&default);
        let path = secrets::beside(output, stage, problems)?;
        let Some(site_url) = stage.settings.site_url.clone() else {
            let what = "`sharelinks` needs `site_url`, with which the links begin";
            problems.push(Diagnostic::new("encrypt-share", Severity::Error, what).at(span));
            return None;
        };
        Some(Self {
            path,
            site_url,
            is_incomplete: options.bool("sharelinks_incomplete", false),
        })
    }

    /// The link to a page that brings user and password.
    pub(super) fn link(&self, url: &str, credential: &Credential) -> String {
        let password = match credential.password.rsplit_once(':') {
            Some((start, _)) if self.is_incomplete => format!("{start}:"),
            _ => credential.password.clone(),
        };
        let user = credential.user.as_deref().unwrap_or_default();
        let brought = URL_SAFE_NO_PAD.encode(format!("!{user}:{password}"));
        format!("{}{url}#{brought}", self.site_url)
    }
}
