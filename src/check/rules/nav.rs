//! The navigation: pages that it lists twice.

use std::collections::HashMap;

use super::{Context, problem};
use crate::report::{Diagnostic, Span};
use crate::yaml::{Kind, Node};

pub(super) fn check(cx: &Context<'_>, problems: &mut Vec<Diagnostic>) {
    let Some(nav) = &cx.settings.nav else { return };
    let mut places: HashMap<String, Span> = HashMap::new();
    let mut twice = Vec::new();
    walk(nav, &mut |path, span| {
        let page = cx.inspection.site.page_at(path).is_some();
        match places.get(path).filter(|_| page) {
            Some(first) => twice.push((path.to_owned(), span, *first)),
            None => {
                places.insert(path.to_owned(), span);
            }
        }
    });
    for (path, span, first) in twice {
        let mut problem = problem("nav-twice", format!("'nav' lists '{path}' twice")).at(span);
        problem.labels.push((first, "it is here, too".to_owned()));
        problems.push(problem);
    }
}

fn walk(node: &Node, found: &mut impl FnMut(&str, Span)) {
    match &node.kind {
        Kind::Str(path) => {
            if let Some(span) = node.span {
                found(path, span);
            }
        }
        Kind::Seq(items) => items.iter().for_each(|item| walk(item, found)),
        Kind::Map(entries) => entries.iter().for_each(|(_, value)| walk(value, found)),
        _ => {}
    }
}
