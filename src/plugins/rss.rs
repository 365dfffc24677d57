//! `rss`: feeds of the newest and the last changed pages, as RSS 2.0 and as JSON Feed.
//!
//! Protected pages are left out.

use std::fmt::Write as _;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::json;

use super::dates::Moment;
use super::git::Repository;
use super::history::{History, Reading};
use super::options::Options;
use super::{Plugin, Stage};
use crate::config::{PluginUse, Settings};
use crate::output::OutputSet;
use crate::page::{Page, text_of};
use crate::report::{Diagnostic, Severity, Span, nearest};
use crate::site::{Site, page_title};
use crate::theme::escape;
use crate::yaml::Node;

/// The groups of options, and what may stand in each.
const GROUPS: &[(&str, &[&str])] = &[
    (
        "date_from_meta",
        &[
            "as_creation",
            "as_update",
            "datetime_format",
            "default_time",
            "default_timezone",
        ],
    ),
    (
        "feeds_filenames",
        &["json_created", "json_updated", "rss_created", "rss_updated"],
    ),
];

struct Rss {
    chars: i64,
    delimiter: String,
    categories: Vec<String>,
    comments: Option<String>,
    created_from: String,
    updated_from: String,
    zone: String,
    format: String,
    default_time: jiff::civil::Time,
    files: [String; 4],
    description: Option<String>,
    title: Option<String>,
    ttl: usize,
    image: Option<String>,
    json: bool,
    rss: bool,
    length: usize,
    pattern: Option<Regex>,
    parameters: String,
    use_git: bool,
    stylesheet: Option<String>,
    span: Option<Span>,
}

/// Names what cannot be meant inside the options.
fn check(options: Options<'_>, problems: &mut Vec<Diagnostic>) {
    let mut say = |message: String, span, near: Option<&str>| {
        let mut problem = Diagnostic::new("rss", Severity::Warning, message).at(span);
        problem.help.extend(near.map(|near| format!("did you mean `{near}`?")));
        problems.push(problem);
    };
    for (group, known) in GROUPS {
        let entries = options.node(group).and_then(Node::as_map).unwrap_or_default();
        for (key, value) in entries {
            let name = key.key_text();
            if !known.contains(&name.as_str()) {
                let message = format!("rss: `{group}` has no option `{name}`");
                say(message, key.span, nearest(&name, known.iter().copied()));
            }
            let text = text_of(value).unwrap_or_default();
            if name == "default_time" && text.parse::<jiff::civil::Time>().is_err() {
                let message = format!("rss: `{text}` is no time: `default_time` is written as 18:30");
                say(message, value.span, None);
            }
            if name == "default_timezone" && jiff::tz::TimeZone::get(&text).is_err() {
                let message = format!("rss: the time zone `{text}` is not known, times are those of UTC");
                say(message, value.span, None);
            }
        }
    }
    for name in ["length", "feed_ttl"] {
        let written = options.node(name).and_then(|node| Some((node.as_int()?, node.span)));
        if let Some((number, span)) = written.filter(|(number, _)| *number < 0) {
            let message = format!("rss: `{name}` cannot be {number}: it has no effect");
            say(message, span, None);
        }
    }
}

pub(super) fn make(entry: &PluginUse, settings: &Settings, problems: &mut Vec<Diagnostic>) -> Box<dyn Plugin> {
    let options = Options(&entry.options);
    check(options, problems);
    let inner = |group: &str, name: &str, default: &str| {
        let value = options.node(group).and_then(|group| group.get(name)).and_then(text_of);
        value.unwrap_or_else(|| default.to_owned())
    };
    let mut say = |severity, message: String| {
        problems.push(Diagnostic::new("rss", severity, message).at(entry.span));
    };
    if settings.site_url.is_none() {
        say(
            Severity::Error,
            "The variable `site_url` is not set whereas feeds need it".to_owned(),
        );
    }
    let text = options.text("match_path", ".*");
    let pattern = Regex::new(&format!("^(?:{text})")).ok();
    if pattern.is_none() {
        say(
            Severity::Error,
            format!("rss: the regular expression `{text}` of `match_path` cannot be read"),
        );
    }
    let (json, rss) = (
        options.bool("json_feed_enabled", true),
        options.bool("rss_feed_enabled", true),
    );
    if !json && !rss {
        say(
            Severity::Error,
            "rss: at least one kind of feed has to be on".to_owned(),
        );
    }
    for name in ["cache_dir", "use_material_social_cards", "pretty_print"] {
        if options.node(name).is_some_and(Node::is_truthy) {
            say(Severity::Info, format!("rss: `{name}` has no effect"));
        }
    }
    let stylesheet = options.text("stylesheet", "auto");
    if stylesheet == "auto" && rss {
        say(Severity::Info, "rss: feeds have no style sheet of their own".to_owned());
    }
    let parameters = options
        .node("url_parameters")
        .and_then(Node::as_map)
        .unwrap_or_default();
    let parameters: Vec<String> = parameters
        .iter()
        .map(|(key, value)| format!("{}={}", key.key_text(), value.key_text()))
        .collect();
    Box::new(Rss {
        chars: options
            .node("abstract_chars_count")
            .and_then(Node::as_int)
            .unwrap_or(160),
        delimiter: options.text("abstract_delimiter", "<!-- more -->"),
        categories: options.texts("categories"),
        comments: options.node("comments_path").and_then(text_of),
        created_from: inner("date_from_meta", "as_creation", "git"),
        updated_from: inner("date_from_meta", "as_update", "git"),
        zone: inner("date_from_meta", "default_timezone", "UTC"),
        format: inner("date_from_meta", "datetime_format", "%Y-%m-%d %H:%M"),
        default_time: inner("date_from_meta", "default_time", "00:00")
            .parse()
            .unwrap_or_else(|_| jiff::civil::Time::midnight()),
        files: [
            inner("feeds_filenames", "rss_created", "feed_rss_created.xml"),
            inner("feeds_filenames", "rss_updated", "feed_rss_updated.xml"),
            inner("feeds_filenames", "json_created", "feed_json_created.json"),
            inner("feeds_filenames", "json_updated", "feed_json_updated.json"),
        ],
        description: options.node("feed_description").and_then(text_of),
        title: options.node("feed_title").and_then(text_of),
        ttl: options.count("feed_ttl", 1440),
        image: options.node("image").and_then(text_of),
        json,
        rss,
        length: options.count("length", 20),
        pattern,
        parameters: parameters.join("&"),
        use_git: options.bool("use_git", true),
        stylesheet: Some(stylesheet).filter(|name| !name.is_empty() && name != "auto"),
        span: entry.span,
    })
}

/// A page in a feed.
struct Item {
    title: String,
    authors: Vec<String>,
    categories: Vec<String>,
    description: String,
    guid: String,
    link: String,
    comments: Option<String>,
    created: i64,
    updated: i64,
}

impl Plugin for Rss {
    fn output(
        &self,
        stage: &Stage<'_>,
        pages: &[Page],
        site: &Site,
        output: &mut OutputSet,
        problems: &mut Vec<Diagnostic>,
    ) {
        let history = if self.use_git {
            match History::read(Repository::of_docs(stage), Reading::default()) {
                Ok(history) => Some(history),
                Err(error) => {
                    let message = format!("rss: the history cannot be read, pages have the date of the build: {error}");
                    problems.push(Diagnostic::new("rss", Severity::Warning, message).at(self.span));
                    None
                }
            }
        } else {
            None
        };
        let wanted = |page: &&Page| {
            let is_real = page.source.path.is_some() && !page.encrypted;
            let is_draft = page.meta.get("draft").and_then(Node::as_bool) == Some(true);
            is_real
                && !is_draft
                && self
                    .pattern
                    .as_ref()
                    .is_some_and(|it| it.is_match(&page.source.src_uri))
        };
        let mut items: Vec<Item> = pages
            .iter()
            .filter(wanted)
            .map(|page| self.item(stage, page, site, history.as_ref(), problems))
            .collect();
        for created in [true, false] {
            let time = |item: &Item| if created { item.created } else { item.updated };
            items.sort_by_key(|item| std::cmp::Reverse(time(item)));
            let newest = &items[..items.len().min(self.length)];
            let (rss, json) = if created { (0, 2) } else { (1, 3) };
            if self.rss {
                let text = self.feed(stage, newest, &self.files[rss], time);
                output.insert(self.files[rss].clone(), text.into_bytes());
            }
            if self.json {
                let text = self.json_feed(stage, newest, &self.files[json]);
                output.insert(self.files[json].clone(), text.into_bytes());
            }
        }
    }
}

impl Rss {
    fn item(
        &self,
        stage: &Stage<'_>,
        page: &Page,
        site: &Site,
        history: Option<&History>,
        problems: &mut Vec<Diagnostic>,
    ) -> Item {
        let base = stage.settings.site_url.as_deref().unwrap_or_default();
        let guid = format!("{base}{}", page.source.url);
        let link = if self.parameters.is_empty() {
            guid.clone()
        } else {
            format!("{guid}?{}", self.parameters)
        };
        let uri = &page.source.src_uri;
        let git = |added: bool| {
            let history = history?;
            let commit = if added {
                history.added(uri)
            } else {
                history.changed(uri)
            };
            commit.map(|commit| commit.time)
        };
        let mut date = |key: &str, added: bool| {
            let written = (key != "git").then(|| value_at(&page.meta, key)).flatten();
            let parsed = written.and_then(|node| {
                let text = text_of(node)?;
                let time = self.seconds(&text);
                if time.is_none() {
                    let message = format!("rss: '{text}' is no date");
                    problems.push(Diagnostic::new("rss-date", Severity::Warning, message).at(node.span));
                }
                time
            });
            parsed.or_else(|| git(added)).unwrap_or(stage.now)
        };
        let (created, updated) = (date(&self.created_from, true), date(&self.updated_from, false));
        let summary = page.summary();
        let title = site
            .page_at(uri)
            .map_or_else(String::new, |_| page_title(&summary, None, summary.url.is_empty()));
        let list = |key: &str| match page.meta.get(key) {
            Some(node) if node.as_seq().is_some() => {
                node.as_seq().unwrap_or_default().iter().filter_map(text_of).collect()
            }
            Some(node) => text_of(node).into_iter().collect::<Vec<_>>(),
            None => Vec::new(),
        };
        let mut authors = list("author");
        authors.extend(list("authors"));
        Item {
            title,
            authors,
            categories: self.categories.iter().flat_map(|key| list(key)).collect(),
            description: self.described(stage, page),
            comments: self.comments.as_ref().map(|path| format!("{guid}{path}")),
            guid,
            link,
            created,
            updated,
        }
    }

    /// The description of the page, or its first words as HTML.
    fn described(&self, stage: &Stage<'_>, page: &Page) -> String {
        let own = page
            .meta
            .get("rss")
            .and_then(|rss| rss.get("feed_description"))
            .and_then(text_of);
        let body = page.body.as_ref().map_or("", |(file, at)| file.text[*at..].trim());
        let html = |text: &str| {
            let html = (stage.convert)(&stage.settings.docs_dir.join(&page.source.src_uri), text)
                .value
                .html;
            plain(html)
        };
        if self.chars != -1
            && let Some(text) = own
                .or_else(|| page.meta_text("description"))
                .filter(|text| !text.is_empty())
        {
            return text;
        }
        if self.chars == -1 {
            return html(body);
        }
        if let Some((text, _)) = body
            .split_once(self.delimiter.as_str())
            .filter(|_| !self.delimiter.is_empty())
        {
            return html(text);
        }
        let limit = usize::try_from(self.chars).unwrap_or(0);
        if body.chars().count() <= limit {
            return html(body);
        }
        let cut: String = body.chars().take(limit.saturating_sub(3)).collect();
        html(&format!("{cut}..."))
    }

    /// Seconds since 1970 of a date as text, in the default time zone unless it says another.
    fn seconds(&self, text: &str) -> Option<i64> {
        let by_format = jiff::fmt::strtime::parse(&self.format, text).ok();
        let local = by_format.and_then(|found| {
            let date = found.to_date().ok()?;
            Some(date.to_datetime(found.to_time().unwrap_or(self.default_time)))
        });
        let zone = jiff::tz::TimeZone::get(&self.zone).unwrap_or(jiff::tz::TimeZone::UTC);
        if let Some(local) = local {
            return Some(local.to_zoned(zone).ok()?.timestamp().as_second());
        }
        Moment::parse(text).map(|moment| moment.unix())
    }

    fn feed(&self, stage: &Stage<'_>, items: &[Item], name: &str, time: impl Fn(&Item) -> i64) -> String {
        let settings = stage.settings;
        let base = settings.site_url.as_deref().unwrap_or_default();
        let title = self.title.as_deref().unwrap_or(&settings.site_name);
        let url = format!("{base}{name}");
        let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n");
        if let Some(sheet) = &self.stylesheet {
            let _ = writeln!(out, "<?xml-stylesheet type=\"text/xsl\" href=\"{}\"?>", escape(sheet));
        }
        out.push_str("<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<channel>\n");
        let mut put = |name: &str, value: Option<&str>| {
            if let Some(value) = value {
                let _ = writeln!(out, "<{name}>{}</{name}>", escape(value));
            }
        };
        put("title", Some(title));
        put(
            "description",
            self.description.as_deref().or(settings.site_description.as_deref()),
        );
        put("link", Some(base));
        let build = rfc_2822(stage.now, "-0000");
        let ttl = self.ttl.to_string();
        put("managingEditor", settings.site_author.as_deref());
        put("docs", settings.repo.url.as_deref());
        put(
            "language",
            Some(settings.theme.language.as_str()).filter(|text| !text.is_empty()),
        );
        put("pubDate", Some(&build));
        put("lastBuildDate", Some(&build));
        put("ttl", Some(&ttl));
        put("generator", Some(concat!("chaski ", env!("CARGO_PKG_VERSION"))));
        let _ = writeln!(
            out,
            "<atom:link href=\"{}\" rel=\"self\" type=\"application/rss+xml\" />",
            escape(&url)
        );
        if let Some(image) = &self.image {
            let (image, title, base) = (escape(image), escape(title), escape(base));
            let _ = writeln!(
                out,
                "<image><url>{image}</url><title>{title}</title><link>{base}</link></image>"
            );
        }
        for item in items {
            let _ = writeln!(out, "<item>\n<title>{}</title>", escape(&item.title));
            for author in &item.authors {
                let _ = writeln!(out, "<author>{}</author>", escape(author));
            }
            for category in &item.categories {
                let _ = writeln!(out, "<category>{}</category>", escape(category));
            }
            let _ = writeln!(
                out,
                "<description>{}</description>\n<link>{}</link>\n<pubDate>{}</pubDate>\n<source url=\"{}\">{}</source>",
                escape(&item.description),
                escape(&item.link),
                rfc_2822(time(item), "+0000"),
                escape(&url),
                escape(title)
            );
            if let Some(comments) = &item.comments {
                let _ = writeln!(out, "<comments>{}</comments>", escape(comments));
            }
            let _ = writeln!(out, "<guid isPermaLink=\"true\">{}</guid>\n</item>", escape(&item.guid));
        }
        out.push_str("</channel>\n</rss>\n");
        out
    }

    fn json_feed(&self, stage: &Stage<'_>, items: &[Item], name: &str) -> String {
        let settings = stage.settings;
        let base = settings.site_url.as_deref().unwrap_or_default();
        let iso = |time: i64| {
            jiff::Timestamp::from_second(time).map_or_else(
                |_| String::new(),
                |stamp| stamp.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string(),
            )
        };
        let items: Vec<_> = items
            .iter()
            .map(|item| {
                let names: Vec<_> = item.authors.iter().map(|name| json!({ "name": name })).collect();
                json!({
                    "id": item.guid, "url": item.link, "title": item.title, "content_html": item.description,
                    "image": null, "date_modified": iso(item.updated), "date_published": iso(item.created),
                    "authors": names, "tags": item.categories,
                })
            })
            .collect();
        let feed = json!({
            "version": "https://jsonfeed.org/version/1.1",
            "title": self.title.as_deref().unwrap_or(&settings.site_name),
            "home_page_url": base,
            "feed_url": format!("{base}{name}"),
            "description": self.description.as_deref().or(settings.site_description.as_deref()),
            "icon": self.image,
            "authors": settings.site_author.as_ref().map(|name| json!([{ "name": name }])),
            "language": Some(&settings.theme.language).filter(|text| !text.is_empty()),
            "items": items,
        });
        feed.to_string()
    }
}

/// HTML without what only a page needs: ids and links of headings.
fn plain(html: String) -> String {
    static MARKS: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"<a class="headerlink"[^>]*>.*?</a>|(<h[1-6]) id="[^"]*""#).ok());
    match MARKS.as_ref() {
        Some(marks) => marks.replace_all(&html, "$1").into_owned(),
        None => html,
    }
}

/// A key of the front matter; dots lead into mappings.
fn value_at<'n>(meta: &'n Node, key: &str) -> Option<&'n Node> {
    key.split('.').try_fold(meta, |node, part| node.get(part))
}

fn rfc_2822(time: i64, zone: &str) -> String {
    let stamp = jiff::Timestamp::from_second(time);
    stamp.map_or_else(
        |_| String::new(),
        |stamp| format!("{} {zone}", stamp.strftime("%a, %d %b %Y %H:%M:%S")),
    )
}
