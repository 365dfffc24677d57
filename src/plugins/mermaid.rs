//! `mermaid2`: diagrams. The theme draws them, from this site and not from another, so all that is
//! left is to mark the code blocks that no custom fence has marked.

use super::{Plugin, Stage};
use crate::config::{PluginUse, Settings};
use crate::page::Page;
use crate::report::{Diagnostic, Severity};
use crate::site::Site;
use crate::yaml::Node;

struct Mermaid;

pub(super) fn make(entry: &PluginUse, _settings: &Settings, problems: &mut Vec<Diagnostic>) -> Box<dyn Plugin> {
    for name in ["version", "javascript", "arguments"] {
        if let Some(node) = entry.options.get(name).filter(|node| Node::is_truthy(node)) {
            let message = format!("mermaid2: `{name}` has no effect: the theme brings the library and its settings");
            problems.push(Diagnostic::new("mermaid2-option", Severity::Info, message).at(node.span));
        }
    }
    Box::new(Mermaid)
}

impl Plugin for Mermaid {
    fn content(
        &self,
        _stage: &Stage<'_>,
        _page: &Page,
        _site: &Site,
        html: &mut String,
        _problems: &mut Vec<Diagnostic>,
    ) {
        for class in ["language-mermaid", "mermaid"] {
            let open = format!("<pre><code class=\"{class}\">");
            if html.contains(&open) {
                *html = html.replace(&open, "<pre class=\"mermaid\"><code>");
            }
        }
    }
}
