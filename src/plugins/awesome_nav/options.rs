//! What holds in a folder: the options of its file over those of the folder above.

use super::join;
use crate::page::text_of;
use crate::report::Span;
use crate::yaml::Node;

/// How entries that match a pattern are sorted.
#[derive(Clone, Debug)]
pub(super) struct Sort {
    pub(super) by: String,
    pub(super) descending: bool,
    pub(super) natural: bool,
    pub(super) sections: String,
    pub(super) ignore_case: bool,
}

/// What holds in a folder, inheritance done.
#[derive(Clone, Debug)]
pub(super) struct Config {
    pub(super) title: Option<String>,
    pub(super) hide: bool,
    pub(super) nav: Option<Vec<Node>>,
    pub(super) flatten: bool,
    pub(super) names: bool,
    pub(super) index_title: bool,
    pub(super) append: bool,
    pub(super) sort: Sort,
    pub(super) ignore: Vec<String>,
    pub(super) span: Option<Span>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            title: None,
            hide: false,
            nav: None,
            flatten: false,
            names: false,
            index_title: false,
            append: false,
            sort: Sort {
                by: "path".to_owned(),
                descending: false,
                natural: true,
                sections: "last".to_owned(),
                ignore_case: false,
            },
            ignore: Vec::new(),
            span: None,
        }
    }
}

impl Config {
    /// The options of `node` over those of the folder above.
    pub(super) fn read(node: &Node, folder: &str, parent: &Self) -> Self {
        let flag = |name: &str, inherited: bool| node.get(name).and_then(Node::as_bool).unwrap_or(inherited);
        let sort = node.get("sort");
        let sorted = |name: &str| sort.and_then(|sort| sort.get(name)).and_then(text_of);
        let above = &parent.sort;
        let ignore = match node.get("ignore") {
            None => parent.ignore.clone(),
            Some(written) => {
                let mut all = Vec::new();
                for pattern in written.as_seq().unwrap_or(std::slice::from_ref(written)) {
                    match pattern.as_str() {
                        Some("$inherit") => all.extend(parent.ignore.iter().cloned()),
                        Some(text) => all.push(match text.strip_prefix('/') {
                            Some(text) => join(folder, text),
                            None => join(folder, &format!("**/{text}")),
                        }),
                        None => {}
                    }
                }
                all
            }
        };
        Self {
            title: node.get("title").and_then(text_of),
            hide: flag("hide", false),
            nav: node.get("nav").and_then(Node::as_seq).map(<[Node]>::to_vec),
            flatten: flag("flatten_single_child_sections", parent.flatten),
            names: flag("preserve_directory_names", parent.names),
            index_title: flag("use_index_title", parent.index_title),
            append: flag("append_unmatched", parent.append),
            sort: Sort {
                by: sorted("by").unwrap_or_else(|| above.by.clone()),
                descending: sorted("direction").map_or(above.descending, |text| text == "desc"),
                natural: sorted("type").map_or(above.natural, |text| text == "natural"),
                sections: sorted("sections").unwrap_or_else(|| above.sections.clone()),
                ignore_case: sort
                    .and_then(|sort| sort.get("ignore_case"))
                    .and_then(Node::as_bool)
                    .unwrap_or(false)
                    || above.ignore_case,
            },
            ignore,
            span: node.span,
        }
    }
}
