//! Redirects of the configuration: circles, chains, and pages that they hide.

use std::collections::{BTreeMap, HashSet};

use super::{Context, problem};
use crate::page::text_of;
use crate::report::{Diagnostic, Span};
use crate::source::destination;

/// Where each old page went, as `redirect_maps` says, without what follows `#`.
pub(in crate::check) fn map(cx: &Context<'_>) -> BTreeMap<String, String> {
    entries(cx).into_iter().map(|(from, to, _)| (from, to)).collect()
}

fn entries(cx: &Context<'_>) -> Vec<(String, String, Option<Span>)> {
    let plugin = cx.settings.plugin("redirects");
    let maps = plugin.and_then(|plugin| plugin.options.get("redirect_maps")?.as_map());
    let entry = |(from, to): &(crate::yaml::Node, crate::yaml::Node)| {
        let to_text = text_of(to)?;
        let to_page = to_text.split('#').next().unwrap_or_default().to_owned();
        Some((text_of(from)?, to_page, from.span))
    };
    maps.unwrap_or(&[]).iter().filter_map(entry).collect()
}

pub(super) fn check(cx: &Context<'_>, problems: &mut Vec<Diagnostic>) {
    let entries = entries(cx);
    let map: BTreeMap<&str, &str> = entries
        .iter()
        .map(|(from, to, _)| (from.as_str(), to.as_str()))
        .collect();
    let directories = cx.settings.use_directory_urls;
    let pages: HashSet<&str> = cx
        .inspection
        .pages
        .iter()
        .map(|page| page.source.dest_uri.as_str())
        .collect();
    for (from, to, span) in &entries {
        if pages.contains(destination(from, directories).as_str()) {
            let message = format!("the redirect of '{from}' hides a page that exists");
            problems.push(problem("redirect-shadows", message).at(*span));
        }
        let mut seen = HashSet::from([from.as_str()]);
        let mut at = to.as_str();
        let mut steps = 1;
        while seen.insert(at) {
            let Some(next) = map.get(at) else { break };
            at = next;
            steps += 1;
        }
        if map.contains_key(at) {
            // Each circle is said once for each of its entries, and not for what leads into it.
            if at == from {
                let message = format!("the redirect of '{from}' leads back to itself");
                problems.push(problem("redirect-loop", message).at(*span));
            }
        } else if steps > 1 {
            let message = format!("the redirect of '{from}' leads to another redirect");
            problems.push(
                problem("redirect-chain", message)
                    .at(*span)
                    .help(format!("write `{from}: {at}`")),
            );
        }
    }
}
