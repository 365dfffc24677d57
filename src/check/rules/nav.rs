//! The navigation: pages that it lists twice, and what was meant by entries that lead nowhere.

use std::collections::{BTreeMap, HashMap};

use super::{Context, problem};
use crate::report::{Diagnostic, Span};
use crate::yaml::{Kind, Node};

pub(super) fn check(cx: &Context<'_>, problems: &mut Vec<Diagnostic>) {
    let Some(nav) = &cx.settings.nav else { return };
    let mut places: HashMap<String, Span> = HashMap::new();
    suggest(cx, nav, problems);
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

/// Says which page was certainly meant: one that was renamed, or whose path differs in case alone.
fn suggest(cx: &Context<'_>, nav: &Node, problems: &mut [Diagnostic]) {
    let mut wanted: Vec<&mut Diagnostic> = problems
        .iter_mut()
        .filter(|problem| problem.code == "nav-not-found")
        .collect();
    if wanted.is_empty() {
        return;
    }
    let moves = crate::check::moves(cx);
    let mut folded: BTreeMap<String, Option<&str>> = BTreeMap::new();
    for page in cx.inspection.site.pages() {
        let path = page.src_uri.as_str();
        let entry = folded.entry(path.to_lowercase());
        entry.and_modify(|known| *known = None).or_insert(Some(path));
    }
    walk(nav, &mut |path, span| {
        let Some(problem) = wanted.iter_mut().find(|problem| problem.span == Some(span)) else {
            return;
        };
        let moved = moves.get(path).filter(|to| cx.inspection.site.page_at(to).is_some());
        let moved = moved.map(String::as_str);
        let Some(meant) = moved.or_else(|| folded.get(&path.to_lowercase()).copied().flatten()) else {
            return;
        };
        problem.help.push(format!("did you mean `{meant}`?"));
        // In quotes, the path is within the place.
        let (start, end) = (span.start as usize, span.end as usize);
        let file = cx.files.get(span.file);
        let at = file.as_ref().and_then(|file| file.text.get(start..end)?.find(path));
        if let Some(at) = at {
            let place = Span::new(span.file, start + at, start + at + path.len());
            **problem = problem.clone().fix(place, meant);
        }
    });
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
