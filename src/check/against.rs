//! What is published and would vanish or change: addresses, ids, titles, feeds, files, redirects.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

use super::context::{Context, Target};
use super::facts::{Face, face};
use super::problem;
use crate::publish::Published;
use crate::report::{Diagnostic, nearest};
use crate::source::{destination, unquote};

/// What comparing has found.
#[derive(Clone, Debug, Default)]
pub(super) struct Compared {
    pub(super) problems: Vec<Diagnostic>,
    /// Entries for `redirect_maps` that would mend addresses that vanish: old source, new source.
    pub(super) redirects: BTreeMap<String, String>,
}

/// Names what `published` has and the new site has not, or otherwise.
pub(super) fn against(cx: &Context<'_>, published: &Published) -> Compared {
    let old: BTreeMap<&str, Face> = published
        .files
        .par_iter()
        .filter(|(path, _)| path.ends_with(".html") && !is_of_theme(path))
        .map(|(path, bytes)| (path.as_str(), face(&String::from_utf8_lossy(bytes))))
        .collect();
    let comparison = Comparison {
        cx,
        ids: ids_of_theme(&old),
        titles: titles(cx, &old),
        moves: super::moves(cx),
    };
    let mut compared = Compared::default();
    for path in published.files.keys().filter(|path| !is_of_theme(path)) {
        match old.get(path.as_str()) {
            Some(face) => comparison.page(path, face, &mut compared),
            None => compared.problems.extend(comparison.file(path)),
        }
    }
    for address in &published.addresses {
        comparison.address(address, &mut compared);
    }
    compared
}

/// Files that a theme or publishing brings along, which nobody links to.
fn is_of_theme(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let of_material = match folder {
        "assets/javascripts" => name.starts_with("bundle.") || name.starts_with("LICENSE"),
        "assets/stylesheets" => {
            let name = name.strip_prefix("main.").or_else(|| name.strip_prefix("palette."));
            name.is_some_and(|rest| rest.contains(".min.css"))
        }
        "assets/images" => name == "favicon.png",
        _ => ["assets/javascripts/lunr/", "assets/javascripts/workers/"]
            .iter()
            .any(|start| path.starts_with(start) || *start == format!("{folder}/")),
    };
    of_material
        || path.starts_with("assets/_chaski/")
        || path.starts_with("search/") && name != "search_index.json"
        || path.split('/').any(|part| part.starts_with('.'))
        || matches!(path, "release.json" | "CNAME" | "404.html" | "_headers" | "_redirects")
        || (path.ends_with(".gz") || path.ends_with(".br")) && !path.ends_with("sitemap.xml.gz")
}

/// Ids that most pages have: they are the old theme's, not a text's.
fn ids_of_theme(old: &BTreeMap<&str, Face>) -> BTreeSet<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for id in old.values().flat_map(|face| &face.ids) {
        *counts.entry(id).or_default() += 1;
    }
    let many = (old.len() * 3 / 4).max(4);
    let common = counts.into_iter().filter(|(_, count)| *count >= many);
    common.map(|(id, _)| id.to_owned()).collect()
}

/// New pages by title, where it is the only one of that title.
fn titles(cx: &Context<'_>, old: &BTreeMap<&str, Face>) -> HashMap<String, String> {
    let mut found: HashMap<String, Option<String>> = HashMap::new();
    for (path, face) in &cx.faces {
        if face.refresh.is_none() && !old.contains_key(path.as_str()) {
            let path = Some(path.clone());
            let entry = found.entry(face.title.clone());
            entry.and_modify(|known| *known = None).or_insert(path);
        }
    }
    let single = found.into_iter().filter_map(|(title, path)| Some((title, path?)));
    single.collect()
}

struct Comparison<'c> {
    cx: &'c Context<'c>,
    ids: BTreeSet<String>,
    titles: HashMap<String, String>,
    /// Sources that were renamed: old path, new path.
    moves: BTreeMap<String, String>,
}

impl Comparison<'_> {
    fn file(&self, path: &str) -> Option<Diagnostic> {
        if self.cx.inspection.output.has(path) {
            return None;
        }
        let name = path.rsplit('/').next().unwrap_or(path);
        let feed = name.starts_with("feed_") && (name.ends_with(".xml") || name.ends_with(".json"))
            || matches!(
                name,
                "sitemap.xml"
                    | "sitemap.xml.gz"
                    | "search_index.json"
                    | "objects.inv"
                    | "feed.xml"
                    | "rss.xml"
                    | "atom.xml"
                    | "feed.json"
            );
        Some(if feed {
            let message = format!("the published '{path}' is not in the new site");
            problem("published-feed-gone", message)
        } else {
            let message = format!("the published file '{path}' is not in the new site");
            problem("published-asset-gone", message)
        })
    }

    fn address(&self, address: &str, compared: &mut Compared) {
        let Target::Missing { path } = self.cx.target(address, "index.html") else {
            // Of another site: the site map is that of another address.
            if self.cx.target(address, "index.html") == Target::External {
                let path = address.split_once("://").map_or(address, |(_, rest)| rest);
                let message = format!("the published address '{address}' is not below `site_url`");
                let near = format!("set `site_url` to the address whose site map has '{path}'");
                compared
                    .problems
                    .push(problem("published-url-gone", message).help(near));
            }
            return;
        };
        let path = match path.strip_suffix('/') {
            Some(folder) => format!("{folder}/index.html"),
            None => path,
        };
        self.gone(&path, None, compared);
    }

    fn page(&self, path: &str, old: &Face, compared: &mut Compared) {
        let Some(new) = self.cx.faces.get(path) else {
            self.gone(path, Some(old), compared);
            return;
        };
        let address = address(path);
        let lead = |url: &str| self.cx.target(url, path);
        let problems = &mut compared.problems;
        match (&old.refresh, &new.refresh) {
            (Some(from), Some(to)) if lead(from) == lead(to) && (lead(from) != Target::External || from == to) => {}
            (Some(from), Some(to)) => {
                let message = format!("the redirect '{address}' led to '{from}' and leads to '{to}' in the new site");
                problems.push(problem("published-redirect-changed", message));
            }
            (Some(from), None) => {
                let message = format!("the redirect '{address}' led to '{from}' and is a page in the new site");
                problems.push(problem("published-redirect-changed", message));
            }
            // The new site sends readers on: nothing is lost.
            (None, Some(_)) => {}
            (None, None) => self.contents(&address, old, new, problems),
        }
    }

    fn contents(&self, address: &str, old: &Face, new: &Face, problems: &mut Vec<Diagnostic>) {
        if old.title != new.title {
            let message = format!("the title of '{address}' was '{}' and is '{}'", old.title, new.title);
            problems.push(problem("published-title-changed", message));
        }
        let is_text = |id: &&String| !id.starts_with("__") && !id.starts_with("annotation-") && !self.ids.contains(*id);
        for id in old.ids.iter().filter(is_text) {
            if new.ids.binary_search(id).is_err() {
                let message = format!("the published anchor '{address}#{id}' is not in the new site");
                let mut problem = problem("published-anchor-gone", message);
                if let Some(near) = nearest(id, new.ids.iter().map(String::as_str)) {
                    problem = problem.help(format!("is it `#{near}` now?"));
                }
                problems.push(problem);
            }
        }
    }

    /// An address that the new site does not have.
    fn gone(&self, path: &str, old: Option<&Face>, compared: &mut Compared) {
        let address = address(path);
        if let Some(to) = old.and_then(|old| old.refresh.as_deref()) {
            let message = format!("the published redirect '{address}', which led to '{to}', is not in the new site");
            compared.problems.push(problem("published-redirect-changed", message));
            return;
        }
        let message = format!("the published address '{address}' is not in the new site");
        let mut found = problem("published-url-gone", message);
        if let Some((from, to)) = self.moved(path) {
            found = found.help(format!(
                "git says that '{from}' was renamed; add `{from}: {to}` to `redirect_maps`"
            ));
            compared.redirects.insert(from, to);
        } else if let Some(new) = old.and_then(|old| self.titles.get(&old.title)) {
            found = found.help(format!(
                "'{new}' has the same title; if the page went there, add it to `redirect_maps`"
            ));
        }
        compared.problems.push(found);
    }

    /// The source that was written to `path`, and where it is today.
    fn moved(&self, path: &str) -> Option<(String, String)> {
        let path = unquote(path);
        let directories = self.cx.settings.use_directory_urls;
        let stem = path.strip_suffix(".html")?;
        let folder = stem.strip_suffix("/index");
        let stems = [folder, Some(stem)];
        let names = stems
            .into_iter()
            .flatten()
            .flat_map(|stem| [format!("{stem}.md"), stem.replace("/index", "/README") + ".md"]);
        for from in names {
            let Some(to) = self.moves.get(&from) else { continue };
            let exists = self.cx.inspection.site.page_at(to).is_some();
            if exists && destination(&from, directories) == path {
                return Some((from, to.clone()));
            }
        }
        None
    }
}

/// The address of a file of the site.
fn address(path: &str) -> String {
    match path.strip_suffix("index.html") {
        Some(folder) if folder.is_empty() || folder.ends_with('/') => format!("/{folder}"),
        _ => format!("/{path}"),
    }
}
