//! What templates are told of posts and views.

use std::collections::HashMap;

use rayon::prelude::*;
use serde_json::{Map, Value, json};

use super::excerpt::{self, Excerpt};
use super::pager::Pager;
use super::post::Post;
use super::views::View;
use super::{Blog, readtime, references};
use crate::page::Page;
use crate::plugins::Stage;
use crate::report::Diagnostic;
use crate::site::{Nav, PageId, Resolver, Site, relative_url};
use crate::yaml::Kind;

/// Tells the template of each post its dates, authors, categories and links.
pub(super) fn posts(
    blog: &mut Blog,
    stage: &Stage<'_>,
    pages: &mut [Page],
    (site, nav): (&Site, &Nav),
    problems: &mut Vec<Diagnostic>,
) {
    let words = blog.spec.words_per_minute;
    if blog.spec.readtime {
        for post in blog.posts.iter_mut().filter(|post| post.readtime.unwrap_or(0) == 0) {
            let page = site.page_at(&post.uri).map(|id| &pages[id.index()]);
            post.readtime = page.map(|page| readtime::minutes(&page.document.html, words));
        }
    }
    let index = site.page_at(&blog.spec.index()).map_or("", |id| &site.page(id).url);
    for post in &blog.posts {
        let Some(id) = site.page_at(&post.uri) else { continue };
        let mut variables = common(blog, post, (site, nav), (usize::MAX, usize::MAX));
        variables.insert("index_url".to_owned(), Value::from(index));
        if let Some(updated) = &post.updated {
            variables.insert("updated".to_owned(), Value::from(date(blog, updated)));
            variables.insert("updated_iso".to_owned(), Value::from(updated.python()));
        }
        let links = post.links.as_ref().filter(|links| links.is_truthy());
        if let Some(links) = links.filter(|_| !pages[id.index()].encrypted) {
            let place = references::Place {
                pages,
                site,
                nav,
                uri: &post.uri,
                url: &post.url,
            };
            let html = references::html(links, &place, problems);
            variables.insert("links_html".to_owned(), Value::from(html));
        }
        pages[id.index()]
            .variables
            .insert("post".to_owned(), Value::Object(variables));
    }
    let _ = stage;
}

/// Tells the template of each page of a view its posts and the other pages.
pub(super) fn views(blog: &Blog, stage: &Stage<'_>, pages: &mut [Page], (site, nav): (&Site, &Nav)) {
    let options = [
        ("anchorlink", Kind::Bool(true)),
        ("baselevel", Kind::Int(2)),
        ("permalink", Kind::Bool(false)),
        ("toc_depth", Kind::Int(2)),
    ];
    let dialect = stage.settings.dialect_with("toc", &options);
    let separator = &blog.spec.excerpt.separator;
    let excerpts: Vec<Excerpt> = blog
        .posts
        .par_iter()
        .map(|post| match site.page_at(&post.uri) {
            Some(id) => {
                let title = nav.titles.get(id.index()).map_or("", String::as_str);
                excerpt::convert(&pages[id.index()], title, separator, &dialect, stage.files)
            }
            None => Excerpt::default(),
        })
        .collect();
    let limits = (blog.spec.excerpt.max_authors, blog.spec.excerpt.max_categories);
    let facts: Vec<Map<String, Value>> = blog
        .posts
        .iter()
        .map(|post| common(blog, post, (site, nav), limits))
        .collect();
    let shown: Vec<(&View, usize)> = blog
        .views
        .iter()
        .flat_map(|view| (0..view.pages.len()).map(move |number| (view, number)))
        .collect();
    let drawn: Vec<(PageId, Map<String, Value>, Vec<usize>)> = shown
        .par_iter()
        .filter_map(|(view, number)| {
            let id = site.page_at(&view.pages[*number])?;
            let url = &site.page(id).url;
            let posts = on_page(view, *number);
            let list = posts.iter().map(|post| {
                let mut facts = facts[*post].clone();
                let source = site.page_at(&blog.posts[*post].uri)?;
                let resolver = Resolver::new(site, stage.links, source);
                let content = excerpts[*post].shown(resolver, &blog.posts[*post].url, url);
                facts.insert("content".to_owned(), Value::from(content));
                facts.insert("more".to_owned(), Value::from(excerpts[*post].more));
                Some(Value::Object(facts))
            });
            let mut variables = Map::new();
            variables.insert("posts".to_owned(), Value::Array(list.flatten().collect()));
            variables.insert("pagination".to_owned(), Value::from(pager(blog, view, *number, site)));
            Some((id, variables, posts.to_vec()))
        })
        .collect();
    let toc: HashMap<&str, bool> = blog
        .views
        .iter()
        .flat_map(|view| view.pages.iter().map(|uri| (uri.as_str(), view.toc)))
        .collect();
    for (id, variables, posts) in drawn {
        let page = &mut pages[id.index()];
        page.variables.extend(variables);
        if toc.get(page.source.src_uri.as_str()) != Some(&true) {
            continue;
        }
        if let Some(first) = page.document.toc.first_mut() {
            let headings = posts.iter().filter_map(|post| excerpts[*post].heading());
            first.children.extend(headings.cloned());
        }
    }
}

/// The posts that a page of a view shows.
fn on_page(view: &View, number: usize) -> &[usize] {
    let Some(step) = view.paging.0 else { return &view.posts };
    let start = (number * step).min(view.posts.len());
    let end = (start + step).min(view.posts.len());
    &view.posts[start..end]
}

fn pager(blog: &Blog, view: &View, number: usize, site: &Site) -> String {
    let Some(per_page) = view.paging.0.filter(|_| !view.posts.is_empty()) else {
        return String::new();
    };
    let address = |number: usize| {
        let id = view.pages.get(number).and_then(|uri| site.page_at(uri));
        id.map_or("", |id| site.page(id).url.as_str())
    };
    let here = address(number);
    let pager = Pager {
        page: number + 1,
        pages: view.pages.len(),
        per_page,
        posts: view.posts.len(),
        url: &|page| relative_url(or_root(address(page - 1)), or_root(here)),
    };
    pager.html(&blog.spec.pagination_format, blog.spec.pagination_of_one)
}

fn or_root(url: &str) -> &str {
    if url.is_empty() { "./" } else { url }
}

/// What posts and excerpts both show; of authors and categories at most so many.
fn common(
    blog: &Blog,
    post: &Post,
    (site, nav): (&Site, &Nav),
    (max_authors, max_categories): (usize, usize),
) -> Map<String, Value> {
    let authors: Vec<Value> = post
        .authors
        .iter()
        .filter(|_| blog.spec.authors)
        .filter_map(|(id, _)| blog.authors.iter().find(|author| author.id == *id))
        .take(max_authors)
        .map(|author| {
            json!({
                "name": author.name, "description": author.description,
                "avatar": author.avatar, "url": author.url,
            })
        })
        .collect();
    let categories: Vec<Value> = post
        .views
        .iter()
        .take(max_categories)
        .filter_map(|view| site.page_at(&blog.views[*view].uri))
        .map(|id| json!({"url": site.page(id).url, "title": nav.titles.get(id.index())}))
        .collect();
    let title = site.page_at(&post.uri).and_then(|id| nav.titles.get(id.index()));
    let mut map = Map::new();
    map.insert("title".to_owned(), Value::from(title.cloned()));
    map.insert("url".to_owned(), Value::from(post.url.as_str()));
    map.insert("authors".to_owned(), Value::Array(authors));
    map.insert("categories".to_owned(), Value::Array(categories));
    map.insert("created".to_owned(), Value::from(date(blog, &post.created)));
    map.insert("created_iso".to_owned(), Value::from(post.created.python()));
    // As templates written for Material ask for them.
    let config = json!({
        "date": {"created": post.created.python()},
        "readtime": post.readtime, "pin": post.pin, "draft": post.draft,
    });
    map.insert("config".to_owned(), config);
    map.insert("readtime".to_owned(), Value::from(reading(blog, post)));
    map.insert("pin".to_owned(), Value::from(post.pin));
    map.insert("draft".to_owned(), Value::from(post.draft.unwrap_or(false)));
    map
}

fn date(blog: &Blog, moment: &crate::plugins::dates::Moment) -> String {
    blog.locale.format(moment, &blog.spec.date_format)
}

fn reading(blog: &Blog, post: &Post) -> Option<String> {
    match post.readtime? {
        0 => None,
        1 => Some(blog.language.text("readtime.one").to_owned()),
        minutes => Some(blog.language.text("readtime.other").replace('#', &minutes.to_string())),
    }
}
