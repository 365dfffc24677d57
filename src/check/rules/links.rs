//! Every address of every finished page leads somewhere: what Markdown, raw HTML, plugins and
//! templates wrote.

use std::collections::{BTreeMap, HashMap, HashSet};

use rayon::prelude::*;

use super::{Context, problem};
use crate::build::Inspection;
use crate::check::context::Target;
use crate::check::facts::Address;
use crate::check::place::Finder;
use crate::page::Page;
use crate::report::{Diagnostic, FileId, Span, nearest};
use crate::site::{PageId, Resolver};

pub(super) fn check(cx: &Context<'_>, problems: &mut Vec<Diagnostic>) {
    suggest(cx, problems);
    let reported: HashSet<(FileId, u32)> = problems
        .iter()
        .filter(|problem| matches!(problem.code, "link-not-found" | "link-anchor" | "link-excluded"))
        .filter_map(|problem| problem.span.map(|span| (span.file, span.start)))
        .collect();
    let pages: HashMap<&str, usize> = cx
        .written()
        .map(|(at, page)| (page.source.dest_uri.as_str(), at))
        .collect();
    let faces: Vec<_> = cx.faces.iter().collect();
    let found: Vec<(Vec<Diagnostic>, Vec<Diagnostic>)> = faces
        .par_iter()
        .map(|(path, face)| {
            let at = pages.get(path.as_str()).copied();
            of_page(cx, path, &face.addresses, at, &reported)
        })
        .collect();
    // What a template wrote is there on many pages, and said once.
    let mut of_templates: BTreeMap<(&'static str, String), (usize, Diagnostic)> = BTreeMap::new();
    for (own, others) in found {
        problems.extend(own);
        for problem in others {
            let key = (problem.code, problem.message.clone());
            of_templates.entry(key).or_insert((0, problem)).0 += 1;
        }
    }
    for (count, mut problem) in of_templates.into_values() {
        if count > 1 {
            problem.help.push(format!("it is there {count} times"));
        }
        problems.push(problem);
    }
}

/// Problems with a place in the source of the page, and those without.
fn of_page(
    cx: &Context<'_>,
    path: &str,
    addresses: &[Address],
    at: Option<usize>,
    reported: &HashSet<(FileId, u32)>,
) -> (Vec<Diagnostic>, Vec<Diagnostic>) {
    let page = at.and_then(|at| cx.inspection.pages.get(at));
    // Navigation, tabs and breadcrumbs lead to the same places.
    let mut right: HashSet<(&str, bool)> = HashSet::new();
    let mut found: Vec<(&Address, Diagnostic)> = Vec::new();
    for address in addresses {
        let key = (address.url.as_str(), address.is_link);
        if right.contains(&key) {
            continue;
        }
        match wrong(cx, path, address) {
            Some(problem) => found.push((address, problem)),
            None => {
                right.insert(key);
            }
        }
    }
    let wrong = found;
    if wrong.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let (mut own, mut others) = (Vec::new(), Vec::new());
    let mut slots = at.map_or_else(Vec::new, |at| markdown_places(cx, at));
    let mut finder = page.map(Finder::new);
    for (address, mut problem) in wrong {
        let slot = slots.iter().position(|(url, _)| *url == address.url);
        let place = match slot {
            Some(slot) => Some(slots.remove(slot).1),
            None => finder.as_mut().and_then(|finder| finder.address(address.raw())),
        };
        match place {
            Some(span) if reported.contains(&(span.file, span.start)) => {}
            Some(span) => {
                if slot.is_none() && problem.code == "link-case" {
                    problem = mended_case(problem, span, address);
                }
                own.push(problem.at(span));
            }
            None => others.extend(of_template(cx, path, address, problem)),
        }
    }
    (own, others)
}

/// The problem of an address that stands in no page, worded the same for all pages. What the build
/// says of the navigation is not said again.
fn of_template(cx: &Context<'_>, from: &str, address: &Address, mut problem: Diagnostic) -> Option<Diagnostic> {
    let path = match cx.target(&address.url, from) {
        Target::Missing { path } | Target::Case { path } => path,
        Target::File { path, anchor } if problem.code == "dead-anchor" => format!("{path}#{anchor}"),
        Target::File { .. } => return None,
        Target::External | Target::Elsewhere => address.url.clone(),
    };
    let nav = cx.inspection.nav.entries.iter();
    let nav = nav.filter_map(|entry| entry.url.as_deref());
    let left_out = cx.inspection.sources.iter();
    let left_out = left_out.filter(|source| source.inclusion.is_excluded());
    if nav.chain(left_out.map(|source| source.url.as_str())).any(|url| {
        !url.is_empty()
            && path
                .strip_suffix(url)
                .is_some_and(|rest| rest.is_empty() || rest.ends_with('/'))
    }) {
        return None;
    }
    problem.message = match problem.code {
        "link-case" => format!("the address of '{path}' is written in another case"),
        _ => format!("'{path}' is not in the site, but led to"),
    };
    Some(problem.help(format!("'{from}' has it; a template, a plugin or a setting wrote it")))
}

/// The fix of a wrong case is certain where the address is spelled out.
fn mended_case(problem: Diagnostic, span: Span, address: &Address) -> Diagnostic {
    let right = problem
        .help
        .first()
        .and_then(|help| help.split('`').nth(1))
        .map(str::to_owned);
    match right {
        // Only the end of the address differs, whatever leads to it.
        Some(right) => {
            let len = right.trim_end_matches("index.html").len();
            let (path, rest) = address
                .raw()
                .split_at(address.raw().find(['?', '#']).unwrap_or(address.raw().len()));
            let tail = right.trim_end_matches("index.html");
            let shared = path.len().min(len);
            let fits = path
                .get(path.len() - shared..)
                .zip(tail.get(len - shared..))
                .is_some_and(|(a, b)| a.to_lowercase() == b.to_lowercase());
            match tail.get(len - shared..).filter(|_| fits) {
                Some(end) => problem.fix(span, format!("{}{end}{rest}", &path[..path.len() - shared])),
                None => problem,
            }
        }
        None => problem,
    }
}

/// The addresses that Markdown made on a page, as they stand in the HTML, with their places.
pub(in crate::check) fn markdown_places(cx: &Context<'_>, at: usize) -> Vec<(String, Span)> {
    let Inspection { pages, site, links, .. } = &cx.inspection;
    let resolver = Resolver::new(site, links, PageId::new(at));
    pages
        .get(at)
        .map_or_else(Vec::new, |page| resolver.addresses(&page.document.links))
}

/// What is wrong with an address of the page that is written to `path`.
fn wrong(cx: &Context<'_>, path: &str, address: &Address) -> Option<Diagnostic> {
    let url = address.url.as_str();
    if let Some(local) = local(cx, url) {
        return Some(local);
    }
    let what = if address.is_link { "link" } else { "address" };
    match cx.target(url, path) {
        Target::Missing { path } => {
            let mut problem = problem("dead-link", format!("the {what} '{url}' leads to nothing in the site"));
            let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
            let beside = cx.inspection.output.iter().map(|(path, _)| path);
            let beside = beside.filter(|other| other.rsplit_once('/').map_or("", |(folder, _)| folder) == folder);
            if let Some(near) = nearest(&path, beside) {
                problem = problem.help(format!("did you mean `{near}`?"));
            }
            Some(problem)
        }
        Target::Case { path } => Some(
            problem(
                "link-case",
                format!("the {what} '{url}' differs from a file in upper and lower case"),
            )
            .help(format!("it is `{path}`; most servers tell the two apart")),
        ),
        Target::File { path: target, anchor } => {
            let face = cx.faces.get(&target)?;
            if let Some(to) = face.refresh.as_deref().filter(|_| address.is_link && target != path) {
                return Some(
                    problem(
                        "link-redirected",
                        format!("the link '{url}' leads to a page that sends readers on"),
                    )
                    .help(format!("link to where it leads: `{to}`")),
                );
            }
            let missing = !anchor.is_empty()
                && anchor != "top"
                && !anchor.starts_with(":~:")
                && !anchor.starts_with("__")
                && face.ids.binary_search(&anchor).is_err();
            if !missing || !address.is_link {
                return None;
            }
            let problem = problem(
                "dead-anchor",
                format!("the link '{url}' leads to an anchor that is not there"),
            );
            Some(match nearest(&anchor, face.ids.iter().map(String::as_str)) {
                Some(near) => problem.help(format!("did you mean `#{near}`?")),
                None => problem,
            })
        }
        Target::External | Target::Elsewhere => None,
    }
}

/// A link to the writer's own computer. `localhost` counts only where the site has such a page:
/// guides tell readers to open services on their own machine.
fn local(cx: &Context<'_>, url: &str) -> Option<Diagnostic> {
    let file = url.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("file:"));
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    let preview = rest.is_some_and(|rest| {
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        let own = host.starts_with("localhost") || host.starts_with("127.0.0.1") || host.starts_with("0.0.0.0");
        own && !path.is_empty() && matches!(cx.target(path, ""), Target::File { .. })
    });
    (file || preview).then(|| {
        problem(
            "link-local",
            format!("the link '{url}' leads to the writer's own computer"),
        )
    })
}

/// Says what was certainly meant by links that the build has reported.
fn suggest(cx: &Context<'_>, problems: &mut [Diagnostic]) {
    let mut wanted: HashMap<(FileId, u32), &mut Diagnostic> = problems
        .iter_mut()
        .filter(|problem| matches!(problem.code, "link-not-found" | "link-absolute" | "link-unrecognized"))
        .filter_map(|problem| Some(((problem.span?.file, problem.span?.start), problem)))
        .collect();
    if wanted.is_empty() {
        return;
    }
    let links = cx.inspection.links;
    let moved = crate::check::moves(cx);
    for (at, page) in cx.written() {
        let resolver = Resolver::new(cx.inspection.site, links, PageId::new(at));
        for slot in &page.document.links {
            let Some(problem) = wanted.get_mut(&(slot.span.file, slot.span.start)) else {
                continue;
            };
            let meant = resolver.meant(slot).or_else(|| resolver.moved(slot, &moved));
            let Some(meant) = meant else { continue };
            if !problem.message.contains("Did you mean") {
                problem.help.push(format!("did you mean `{meant}`?"));
            }
            if let Some(span) = written_at(page, slot.span, &slot.url) {
                **problem = problem.clone().fix(span, meant);
            }
        }
    }
}

/// Where the address of a link stands in its source: in the link, or in the only definition that has it.
fn written_at(page: &Page, link: Span, url: &str) -> Option<Span> {
    let (file, _) = page.body.as_ref().filter(|(file, _)| file.id == link.file)?;
    let start = link.start as usize;
    let rest = file.text.get(start..)?;
    // A link of one paragraph: not beyond an empty line.
    let end = rest.find("\n\n").unwrap_or(rest.len());
    let in_link = rest[..end].find(&format!("]({url}")).map(|at| start + at + 2);
    let at = in_link.or_else(|| {
        let mut found = definitions(&file.text, url);
        found.next().filter(|_| found.next().is_none())
    })?;
    Some(Span::new(file.id, at, at + url.len()))
}

/// Where `url` is what a line like `[name]: url` defines.
fn definitions<'t>(text: &'t str, url: &'t str) -> impl Iterator<Item = usize> + 't {
    let mut start = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let of_line = start;
        start += line.len();
        let (name, rest) = line.trim_start().strip_prefix('[')?.split_once("]:")?;
        let rest = rest.trim_start();
        let rest = rest.strip_prefix('<').unwrap_or(rest);
        let after = rest.strip_prefix(url)?;
        let ends = after.is_empty() || after.starts_with(|c: char| c.is_whitespace() || c == '>');
        let at = of_line + line.len() - rest.len();
        (ends && !name.is_empty() && !name.contains(']')).then_some(at)
    })
}
