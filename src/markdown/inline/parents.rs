//! The parents of elements while the inline parser adds new ones.

use crate::markdown::converter::Converter;
use crate::markdown::tree::{NodeId, ROOT};

/// The parents of elements, as far as they are known.
#[derive(Debug, Default)]
pub(super) struct Parents {
    by_child: Vec<NodeId>,
}

impl Parents {
    /// The parents of all elements below `root`.
    pub(super) fn below(cx: &Converter<'_>, root: NodeId) -> Self {
        let mut parents = Self {
            by_child: vec![ROOT; cx.tree.len()],
        };
        for id in cx.tree.descendants(root) {
            for child in &cx.tree[id].children {
                parents.insert(*child, id);
            }
        }
        parents
    }

    pub(super) fn insert(&mut self, child: NodeId, parent: NodeId) {
        let at = child.index();
        if at >= self.by_child.len() {
            self.by_child.resize(at + 1 + at / 2, ROOT);
        }
        self.by_child[at] = parent;
    }

    /// The parent; none of the root, and the root where none is known.
    pub(super) fn get(&self, child: NodeId) -> Option<NodeId> {
        let parent = self.by_child.get(child.index()).copied().unwrap_or(ROOT);
        (child != ROOT).then_some(parent)
    }
}
