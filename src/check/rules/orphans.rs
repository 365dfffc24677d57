//! Pages that neither the navigation nor a link leads to.

use std::collections::HashSet;

use super::{Context, problem};
use crate::check::context::Target;
use crate::report::{Diagnostic, Span};
use crate::source::Inclusion;

pub(super) fn check(cx: &Context<'_>, problems: &mut Vec<Diagnostic>) {
    let nav = &cx.inspection.nav;
    let listed: HashSet<usize> = nav.order.iter().map(|page| page.index()).collect();
    let orphan = |(at, page): &(usize, &crate::page::Page)| {
        let summary = cx.inspection.site.pages().get(*at);
        !listed.contains(at)
            && summary.is_some_and(|page| page.is_documentation)
            && page.source.inclusion == Inclusion::Included
    };
    let candidates: Vec<_> = cx.written().filter(orphan).collect();
    if candidates.is_empty() {
        return;
    }
    let mut reached: HashSet<String> = HashSet::new();
    for (from, address) in cx.addresses() {
        if let Target::File { path, .. } = cx.target(&address.url, from)
            && path != from
        {
            reached.insert(path);
        }
    }
    for (path, face) in &cx.faces {
        if let Some(Target::File { path, .. }) = face.refresh.as_ref().map(|to| cx.target(to, path)) {
            reached.insert(path);
        }
    }
    for (_, page) in candidates {
        if !reached.contains(&page.source.dest_uri) {
            let message = format!("nothing leads to the page '{}'", page.source.src_uri);
            let place = page.file.as_ref().map(|file| Span::new(file.id, 0, 0));
            problems.push(problem("page-orphan", message).at(place));
        }
    }
}
