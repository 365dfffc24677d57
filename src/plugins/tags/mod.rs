//! `tags`: tags of pages, lists of them, and their export, as Material's plugin has them.
//!
//! Where a page asks for a list, its Markdown gets a heading that stands for it, so that the list
//! finds its place in the table of contents; the list is written when the site is linked.

mod listing;
mod tag;

use std::collections::HashMap;
use std::sync::Mutex;

use listing::{Branch, Listing, ListingSpec, Mapping};
use regex::Regex;
use tag::TagSpec;

use super::glob::Globs;
use super::options::Options;
use super::{Plugin, Stage};
use crate::config::{PluginUse, Settings};
use crate::markdown::{Document, Heading};
use crate::output::OutputSet;
use crate::page::Page;
use crate::render::TagView;
use crate::report::{Diagnostic, Severity, Span};
use crate::search::push_string;
use crate::site::{Nav, Site, relative_url};
use crate::yaml::Node;

struct Tags {
    spec: TagSpec,
    listings: ListingSpec,
    pattern: Option<Regex>,
    order: Order,
    shown: bool,
    variable: String,
    export: Option<String>,
    include: Globs,
    exclude: Globs,
    tags_file: Option<String>,
    extra_files: Node,
    /// The heading's level where lists are put.
    depth: usize,
    /// Classes of tags with icons.
    icons: Option<HashMap<String, String>>,
    /// Lists by the path of their page.
    asked: Mutex<HashMap<String, Vec<Listing>>>,
    mappings: Vec<Mapping>,
    titles: Vec<String>,
}

/// How tags and pages are sorted.
#[derive(Clone, Copy, Debug)]
struct Order {
    fold: bool,
    reverse: bool,
    list_fold: bool,
    list_reverse: bool,
    pages_by_url: bool,
    pages_reverse: bool,
}

pub(super) fn make(entry: &PluginUse, settings: &Settings, problems: &mut Vec<Diagnostic>) -> Box<dyn Plugin> {
    let options = Options(&entry.options);
    let fold = |name, problems: &mut Vec<Diagnostic>| {
        options.function(name, &["tag_name", "tag_name_casefold"], problems) == Some("tag_name_casefold")
    };
    let order = Order {
        fold: fold("tags_sort_by", problems),
        reverse: options.bool("tags_sort_reverse", false),
        list_fold: fold("listings_tags_sort_by", problems),
        list_reverse: options.bool("listings_tags_sort_reverse", false),
        pages_by_url: options.function("listings_sort_by", &["item_title", "item_url"], problems) == Some("item_url"),
        pages_reverse: options.bool("listings_sort_reverse", false),
    };
    let listings = ListingSpec::read(options);
    let filters = Options(options.node("filters").unwrap_or(&entry.options));
    let export_only = options.bool("export_only", false);
    Box::new(Tags {
        spec: TagSpec::read(options, problems),
        pattern: listings.pattern(),
        listings,
        order,
        shown: options.bool("tags", true) && !export_only,
        variable: options.text("tags_name_variable", "tags"),
        export: options
            .bool("export", true)
            .then(|| options.text("export_file", "tags.json")),
        include: Globs::new(&filters.texts("include")),
        exclude: Globs::new(&filters.texts("exclude")),
        tags_file: options.node("tags_file").and_then(Node::as_str).map(str::to_owned),
        extra_files: options.node("tags_extra_files").cloned().unwrap_or_default(),
        depth: toc_depth(settings),
        icons: icons(settings),
        asked: Mutex::default(),
        mappings: Vec::new(),
        titles: Vec::new(),
    })
}

/// The last level that the table of contents shows.
fn toc_depth(settings: &Settings) -> usize {
    let toc = settings
        .markdown_extensions
        .iter()
        .find(|used| matches!(used.name.as_str(), "toc" | "markdown.extensions.toc"));
    let depth = toc
        .and_then(|used| used.options.get("toc_depth"))
        .and_then(crate::page::text_of);
    let depth = depth.as_deref().map(|depth| depth.rsplit('-').next().unwrap_or(depth));
    depth
        .and_then(|depth| depth.trim().parse().ok())
        .unwrap_or(6)
        .clamp(1, 6)
}

fn icons(settings: &Settings) -> Option<HashMap<String, String>> {
    let tags = settings.extra.get("tags").filter(|tags| tags.is_truthy())?;
    let pairs = tags.as_map()?.iter();
    Some(
        pairs
            .filter_map(|(key, value)| Some((key.key_text(), crate::page::text_of(value)?)))
            .collect(),
    )
}

/// Where the arguments of a directive stand, or the start of the page.
fn place_of(page: &Page, arguments: &str) -> Option<Span> {
    let written = page.body.as_ref().and_then(|(file, body)| {
        let at = body + file.text.get(*body..)?.find(arguments)?;
        Some(Span::new(file.id, at, at + arguments.len()))
    });
    written
        .filter(|_| !arguments.trim().is_empty())
        .or_else(|| page.span_of(""))
}

impl Plugin for Tags {
    fn markdown(&self, stage: &Stage<'_>, page: &Page, text: &str, problems: &mut Vec<Diagnostic>) -> Option<String> {
        let uri = &page.source.src_uri;
        if !self.concerns(uri) {
            return None;
        }
        let text = self.with_legacy_directive(uri, text);
        let pattern = self.pattern.as_ref()?;
        if !pattern.is_match(&text) {
            return None;
        }
        let mut found = Vec::new();
        let mut out = String::with_capacity(text.len());
        let mut from = 0;
        for captures in pattern.captures_iter(&text) {
            let (Some(all), Some(arguments)) = (captures.get(0), captures.get(1)) else {
                continue;
            };
            out.push_str(&text[from..all.start()]);
            from = all.end();
            let before = problems.len();
            let listing = self.listings.listing(stage.files, uri, arguments.as_str(), problems);
            let at = place_of(page, arguments.as_str());
            for problem in problems.iter_mut().skip(before) {
                problem.span = at;
            }
            let Some(mut listing) = listing else {
                continue;
            };
            listing.mark = format!("chaskitags{}listing", found.len());
            if self.listings.enabled {
                let hashes = "#".repeat(self.depth);
                out.push_str(&format!("{hashes} {}", listing.mark));
            }
            found.push(listing);
        }
        out.push_str(&text[from..]);
        let mut asked = self.asked.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        asked.insert(uri.clone(), found);
        Some(out)
    }

    fn linked(
        &mut self,
        _stage: &Stage<'_>,
        pages: &mut [Page],
        site: &Site,
        nav: &mut Nav,
        problems: &mut Vec<Diagnostic>,
    ) {
        self.titles.clone_from(&nav.titles);
        for (at, page) in pages.iter().enumerate() {
            let tags = if self.concerns(&page.source.src_uri) {
                self.spec.tags(page, problems)
            } else {
                Vec::new()
            };
            if !tags.is_empty() {
                self.mappings.push(Mapping {
                    page: at,
                    uri: page.source.src_uri.clone(),
                    tags,
                });
            }
        }
        let listings = self.listings_of(pages);
        if self.shown {
            self.give_tags(pages, &listings);
        }
        let _ = site;
        for listing in &listings {
            self.write(listing, pages);
        }
    }

    fn output(
        &self,
        _stage: &Stage<'_>,
        pages: &[Page],
        _site: &Site,
        output: &mut OutputSet,
        problems: &mut Vec<Diagnostic>,
    ) {
        let Some(file) = &self.export else { return };
        let path = super::options::normal_path(file);
        if path.is_empty() || file.contains("..") {
            let message = format!("`export_file` of the tags plugin leads out of the site: `{file}`");
            problems.push(Diagnostic::new("tags-export", Severity::Error, message));
            return;
        }
        output.insert(path, self.json(pages));
    }
}

impl Tags {
    fn concerns(&self, uri: &str) -> bool {
        (self.include.is_empty() || self.include.matches(uri)) && !self.exclude.matches(uri)
    }

    /// Options of old: a page that has a list although its text does not ask for one.
    fn with_legacy_directive<'t>(&self, uri: &str, text: &'t str) -> std::borrow::Cow<'t, str> {
        let directive = &self.listings.directive;
        let extra = self.extra_files.get(uri).and_then(Node::as_seq);
        let wanted = match extra {
            Some(tags) if !tags.is_empty() => {
                let names: Vec<String> = tags.iter().filter_map(crate::page::text_of).collect();
                format!("<!-- {directive} {{ include: [{}] }} -->", names.join(", "))
            }
            Some(_) => format!("<!-- {directive} -->"),
            None if self.tags_file.as_deref() == Some(uri) => format!("<!-- {directive} -->"),
            None => return text.into(),
        };
        let text = text.replace("[TAGS]", &wanted);
        let asks = self.pattern.as_ref().is_some_and(|pattern| pattern.is_match(&text));
        if asks { text } else { format!("{text}\n{wanted}") }.into()
    }

    /// The lists of all pages, in their order.
    fn listings_of(&self, pages: &[Page]) -> Vec<Listing> {
        let mut asked = self.asked.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut listings = Vec::new();
        for (at, page) in pages.iter().enumerate() {
            for mut listing in asked.remove(&page.source.src_uri).unwrap_or_default() {
                listing.page = at;
                listings.push(listing);
            }
        }
        listings
    }

    /// Gives pages their tags, each leading to the list that is nearest to the page.
    fn give_tags(&self, pages: &mut [Page], listings: &[Listing]) {
        let urls: Vec<String> = listings
            .iter()
            .map(|list| pages[list.page].source.url.clone())
            .collect();
        for mapping in &self.mappings {
            let own = pages[mapping.page].source.url.clone();
            let mut near: Vec<(usize, Vec<&tag::Tag>)> = Vec::new();
            for (at, listing) in listings.iter().enumerate() {
                let tags = listing.tags(mapping);
                if !tags.is_empty() {
                    near.push((at, tags));
                }
            }
            near.sort_by_key(|(at, _)| std::cmp::Reverse(common_path(&own, &urls[*at])));
            let mut tags: Vec<&tag::Tag> = mapping.tags.iter().collect();
            sort(&mut tags, |tag| &tag.name, self.order.fold, self.order.reverse);
            let views = tags.into_iter().map(|tag| {
                let list = near.iter().find(|(_, tags)| tags.contains(&tag));
                TagView {
                    name: tag.name.clone(),
                    url: list.map(|(at, _)| {
                        let url = if urls[*at].is_empty() { "." } else { &urls[*at] };
                        format!("{url}#{}", self.spec.slug(&tag.name))
                    }),
                    hidden: tag.hidden,
                }
            });
            let page = &mut pages[mapping.page];
            if self.variable != "tags" {
                let value = serde_json::to_value(views.collect::<Vec<_>>()).unwrap_or_default();
                page.variables.entry(self.variable.clone()).or_insert(value);
            } else if page.tags.is_empty() {
                page.tags = views.collect();
            }
        }
    }

    /// Puts a list into its page.
    fn write(&self, listing: &Listing, pages: &mut [Page]) {
        let mut branches = listing.branches(&self.mappings);
        self.sort(&mut branches, pages);
        let (here, mark) = (pages[listing.page].source.url.clone(), listing.mark.as_str());
        let Some(placed) = listing::find(&pages[listing.page].document.html, mark) else {
            return;
        };
        let titles = &self.titles;
        let link = |page: usize| {
            let url = &pages[page].source.url;
            let url = relative_url(
                if url.is_empty() { "./" } else { url },
                if here.is_empty() { "./" } else { &here },
            );
            (url, titles.get(page).cloned().unwrap_or_default())
        };
        let mut toc = pages[listing.page].document.toc.clone();
        let base = into_toc(&mut toc, mark, &|level| {
            if listing.toc {
                self.entries(&branches, level)
            } else {
                Vec::new()
            }
        });
        let mut html = String::new();
        let heading = |branch: &Branch| {
            placed.heading(
                mark,
                base.unwrap_or(2),
                &self.spec.slug(&branch.name),
                &self.chip(branch),
            )
        };
        listing::write(&mut html, &branches, &heading, &link);
        let document = &mut pages[listing.page].document;
        document.toc = toc;
        replace(document, placed.range.clone(), &html);
    }

    fn sort(&self, branches: &mut [Branch], pages: &[Page]) {
        sort(
            branches,
            |branch| &branch.name,
            self.order.list_fold,
            self.order.list_reverse,
        );
        for branch in branches {
            let key = |page: &usize| {
                if self.order.pages_by_url {
                    pages[*page].source.url.clone()
                } else {
                    self.titles.get(*page).cloned().unwrap_or_default()
                }
            };
            if self.order.pages_reverse {
                branch.pages.sort_by_cached_key(|page| std::cmp::Reverse(key(page)));
            } else {
                branch.pages.sort_by_cached_key(key);
            }
            self.sort(&mut branch.children, pages);
        }
    }

    fn entries(&self, branches: &[Branch], level: usize) -> Vec<Heading> {
        let entry = |branch: &Branch| Heading {
            level: u8::try_from(level).unwrap_or(6),
            id: self.spec.slug(&branch.name),
            name: branch.name.clone(),
            html: branch.name.clone(),
            children: self.entries(&branch.children, level + 1),
        };
        branches.iter().map(entry).collect()
    }

    /// A tag as it is shown in a list.
    fn chip(&self, branch: &Branch) -> String {
        let mut class = String::from("md-tag");
        if branch.hidden {
            class.push_str(" md-tag-shadow");
        }
        if let Some(icons) = &self.icons {
            class.push_str(" md-tag-icon");
            if let Some(icon) = icons.get(&branch.name) {
                class.push_str(" md-tag--");
                class.push_str(icon);
            }
        }
        format!("<span class=\"{class}\">{}</span>", branch.name)
    }

    fn json(&self, pages: &[Page]) -> String {
        let mut out = String::from("{\"mappings\": [");
        for (at, mapping) in self.mappings.iter().enumerate() {
            out.push_str(if at > 0 { ", " } else { "" });
            out.push_str("{\"item\": {\"url\": ");
            push_string(&mut out, &pages[mapping.page].source.url);
            out.push_str(", \"title\": ");
            push_string(&mut out, self.titles.get(mapping.page).map_or("", String::as_str));
            out.push_str("}, \"tags\": [");
            let mut names: Vec<&str> = mapping.tags.iter().map(|tag| tag.name.as_str()).collect();
            names.sort_unstable();
            for (at, name) in names.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                push_string(&mut out, name);
            }
            out.push_str("]}");
        }
        out.push_str("]}");
        out
    }
}

fn sort<T>(items: &mut [T], name: impl Fn(&T) -> &str, fold: bool, reverse: bool) {
    let key = |item: &T| {
        let name = name(item);
        if fold { name.to_lowercase() } else { name.to_owned() }
    };
    if reverse {
        items.sort_by_cached_key(|item| std::cmp::Reverse(key(item)));
    } else {
        items.sort_by_cached_key(key);
    }
}

/// Length of the path that two addresses share.
fn common_path(a: &str, b: &str) -> usize {
    let segments = |url: &'_ str| {
        url.split('/')
            .filter(|part| !part.is_empty())
            .map(str::len)
            .collect::<Vec<_>>()
    };
    let same = a
        .split('/')
        .filter(|part| !part.is_empty())
        .zip(b.split('/').filter(|part| !part.is_empty()))
        .take_while(|(a, b)| a == b)
        .count();
    let lengths = segments(a);
    lengths.iter().take(same).sum::<usize>() + same.saturating_sub(1)
}

/// Puts entries into the table of contents where `mark` stands; gives their level.
fn into_toc(toc: &mut Vec<Heading>, mark: &str, entries: &dyn Fn(usize) -> Vec<Heading>) -> Option<usize> {
    fn below(
        toc: &mut Vec<Heading>,
        mark: &str,
        level: usize,
        entries: &dyn Fn(usize) -> Vec<Heading>,
    ) -> Option<usize> {
        if let Some(at) = toc.iter().position(|heading| heading.id == mark) {
            toc.splice(at..=at, entries(level));
            return Some(level);
        }
        toc.iter_mut().find_map(|heading| {
            let level = usize::from(heading.level) + 1;
            below(&mut heading.children, mark, level, entries)
        })
    }
    below(toc, mark, 2, entries)
}

/// Replaces a part of the article; links in it go, those behind it move.
fn replace(document: &mut Document, range: std::ops::Range<usize>, html: &str) {
    document.html.replace_range(range.clone(), html);
    document
        .links
        .retain(|slot| slot.range.end <= range.start || slot.range.start >= range.end);
    for slot in &mut document.links {
        if slot.range.start >= range.end {
            let shift = |at: usize| at - range.len() + html.len();
            slot.range = shift(slot.range.start)..shift(slot.range.end);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::common_path;

    #[test]
    fn shared_paths() {
        assert_eq!(common_path("a/b/c/", "a/b/d/"), 3);
        assert_eq!(common_path("a/b/", "ab/"), 0);
        assert_eq!(common_path("", "a/"), 0);
    }
}
