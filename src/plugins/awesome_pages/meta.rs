//! `.pages` files: what they may say, and what is wrong in them.

use super::Walk;
use crate::page::text_of;
use crate::report::Severity;
use crate::yaml::{Kind, Node};

/// What a `.pages` file says.
#[derive(Clone, Debug, Default)]
pub(super) struct Meta {
    pub(super) folder: Option<String>,
    pub(super) title: Option<String>,
    pub(super) nav: Option<Vec<Node>>,
    pub(super) collapse: Option<bool>,
    pub(super) collapse_single: Option<bool>,
    pub(super) hide: bool,
    pub(super) ignore_case: bool,
    pub(super) order: Option<String>,
    pub(super) sort_type: Option<String>,
    pub(super) order_by: Option<String>,
}

impl Walk<'_> {
    pub(super) fn load(&mut self, folder: Option<&str>) -> Meta {
        let Some(folder) = folder else { return Meta::default() };
        let mut meta = Meta {
            folder: Some(folder.to_owned()),
            ..Meta::default()
        };
        let path = self.stage.settings.docs_dir.join(folder).join(&self.plugin.file_name);
        if !self.stage.files.is_file(&path) {
            return meta;
        }
        let node = match self.stage.files.read(&path).map(|file| crate::yaml::parse(&file)) {
            Ok(Ok(node)) => node.take(self.problems),
            Ok(Err(problem)) => {
                self.problems.push(problem);
                return meta;
            }
            Err(error) => {
                self.say(
                    Severity::Error,
                    format!("cannot read `{}`: {error}", path.display()),
                    None,
                );
                return meta;
            }
        };
        for (key, value) in node.as_map().unwrap_or_default() {
            let wanted = match key.key_text().as_str() {
                "title" => value.as_str().is_none().then_some("a text"),
                "nav" | "arrange" => value.as_seq().is_none().then_some("a list"),
                "collapse" | "collapse_single_pages" | "hide" | "ignore_case" => {
                    value.as_bool().is_none().then_some("`true` or `false`")
                }
                "order" => (!matches!(value.as_str(), Some("asc" | "desc"))).then_some("`asc` or `desc`"),
                "sort_type" => (value.as_str() != Some("natural")).then_some("`natural`"),
                "order_by" => {
                    (!matches!(value.as_str(), Some("filename" | "title"))).then_some("`filename` or `title`")
                }
                _ => None,
            };
            if let Some(wanted) = wanted.filter(|_| !value.is_null()) {
                let message = format!(
                    "awesome-pages: expected `{}` to be {wanted}, found {}",
                    key.key_text(),
                    value.describe()
                );
                self.say(Severity::Error, message, value.span);
            }
        }
        let flag = |name: &str| node.get(name).and_then(Node::as_bool);
        let text = |name: &str| node.get(name).and_then(text_of);
        meta.title = text("title");
        meta.nav = node.get("nav").and_then(Node::as_seq).map(<[Node]>::to_vec);
        if let (None, Some(arranged)) = (&meta.nav, node.get("arrange").and_then(Node::as_seq)) {
            let mut nav = arranged.to_vec();
            if !nav.iter().any(|item| item.as_str() == Some("...")) {
                nav.push(Node::bare(Kind::Str("...".to_owned())));
            }
            meta.nav = Some(nav);
        }
        meta.collapse = flag("collapse");
        meta.collapse_single = flag("collapse_single_pages");
        meta.hide = flag("hide").unwrap_or(false);
        meta.ignore_case = flag("ignore_case").unwrap_or(false);
        meta.order = text("order");
        meta.sort_type = text("sort_type");
        meta.order_by = text("order_by");
        meta
    }
}
