//! The options of `blog` with their defaults.

use crate::markdown::Slugify;
use crate::plugins::options::{Options, normal_path};
use crate::report::Diagnostic;
use crate::yaml::Node;

/// What a blog is like.
#[derive(Clone, Debug)]
pub(super) struct BlogSpec {
    /// Its folder below the docs folder; empty for the root.
    pub(super) folder: String,
    /// The folder of its posts.
    pub(super) posts: String,
    pub(super) toc: bool,
    pub(super) date_format: String,
    pub(super) url_date_format: String,
    pub(super) url_format: String,
    pub(super) url_max_categories: usize,
    pub(super) slugify: Slugify,
    pub(super) slug_separator: String,
    pub(super) excerpt: Excerpts,
    pub(super) readtime: bool,
    pub(super) words_per_minute: usize,
    pub(super) archive: Option<ViewSpec>,
    pub(super) archive_date_format: String,
    pub(super) archive_url_date_format: String,
    pub(super) categories: Option<ViewSpec>,
    pub(super) categories_slugify: Slugify,
    pub(super) categories_separator: String,
    pub(super) categories_by_count: bool,
    pub(super) categories_reverse: bool,
    pub(super) categories_allowed: Vec<String>,
    pub(super) authors: bool,
    pub(super) authors_file: String,
    pub(super) profiles: Option<ViewSpec>,
    pub(super) paging: Paging,
    pub(super) pagination_url_format: String,
    pub(super) pagination_format: String,
    pub(super) pagination_of_one: bool,
    pub(super) pagination_keep_content: bool,
    pub(super) drafts: bool,
    pub(super) future_is_draft: bool,
}

/// What is shown of posts in views.
#[derive(Clone, Debug)]
pub(super) struct Excerpts {
    pub(super) required: bool,
    pub(super) max_authors: usize,
    pub(super) max_categories: usize,
    pub(super) separator: String,
}

/// One kind of views.
#[derive(Clone, Debug)]
pub(super) struct ViewSpec {
    /// Key of its wording.
    pub(super) name: String,
    pub(super) url_format: String,
    pub(super) paging: Paging,
    pub(super) toc: bool,
}

/// How many posts a page of a view shows; `None` for all.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paging(pub(super) Option<usize>);

impl BlogSpec {
    pub(super) fn read(node: &Node, serving: bool, problems: &mut Vec<Diagnostic>) -> Self {
        let options = Options(node);
        let folder = normal_path(&options.text("blog_dir", "blog"));
        let placed = |name, default| {
            let text = options.text(name, default).replace("{blog}", &folder);
            normal_path(&text)
        };
        let toc = options.bool("blog_toc", false);
        let paging = paging(options, "pagination", true, 10);
        let view = |switch: &str, prefix: &str, default: bool, (name, url): (&str, &str)| {
            options.bool(switch, default).then(|| ViewSpec {
                name: options.text(&format!("{prefix}_name"), name),
                url_format: options.text(&format!("{prefix}_url_format"), url),
                paging: self::paging(
                    options,
                    &format!("{prefix}_pagination"),
                    paging.0.is_some(),
                    options.count("pagination_per_page", 10),
                ),
                toc: options.bool(&format!("{prefix}_toc"), toc),
            })
        };
        Self {
            posts: placed("post_dir", "{blog}/posts"),
            authors_file: placed("authors_file", "{blog}/.authors.yml"),
            date_format: options.text("post_date_format", "long"),
            url_date_format: options.text("post_url_date_format", "yyyy/MM/dd"),
            url_format: options.text("post_url_format", "{date}/{slug}"),
            url_max_categories: options.count("post_url_max_categories", 1),
            slugify: options.slugify("post_slugify", problems),
            slug_separator: options.text("post_slugify_separator", "-"),
            excerpt: Excerpts {
                required: options.text("post_excerpt", "optional") == "required",
                max_authors: options.count("post_excerpt_max_authors", 1),
                max_categories: options.count("post_excerpt_max_categories", 5),
                separator: options.text("post_excerpt_separator", "<!-- more -->"),
            },
            readtime: options.bool("post_readtime", true),
            words_per_minute: options.count("post_readtime_words_per_minute", 265).max(1),
            archive: view("archive", "archive", true, ("blog.archive", "archive/{date}")),
            archive_date_format: options.text("archive_date_format", "yyyy"),
            archive_url_date_format: options.text("archive_url_date_format", "yyyy"),
            categories: view("categories", "categories", true, ("blog.categories", "category/{slug}")),
            categories_slugify: options.slugify("categories_slugify", problems),
            categories_separator: options.text("categories_slugify_separator", "-"),
            categories_by_count: options.function("categories_sort_by", &["view_name", "view_post_count"], problems)
                == Some("view_post_count"),
            categories_reverse: options.bool("categories_sort_reverse", false),
            categories_allowed: options.texts("categories_allowed"),
            authors: options.bool("authors", true),
            profiles: view(
                "authors_profiles",
                "authors_profiles",
                false,
                ("blog.authors", "author/{slug}"),
            ),
            pagination_url_format: options.text("pagination_url_format", "page/{page}"),
            pagination_format: options.text("pagination_format", "~2~"),
            pagination_of_one: options.bool("pagination_if_single_page", false),
            pagination_keep_content: options.bool("pagination_keep_content", false),
            drafts: options.bool("draft", false) || serving && options.bool("draft_on_serve", true),
            future_is_draft: options.bool("draft_if_future_date", false),
            folder,
            toc,
            paging,
        }
    }

    /// The path of a source below the blog's folder.
    pub(super) fn below(&self, path: &str) -> String {
        normal_path(&format!("{}/{}.md", self.folder, normal_path(path.trim_matches('/'))))
    }

    /// The path of the blog's own page.
    pub(super) fn index(&self) -> String {
        normal_path(&format!("{}/index.md", self.folder))
    }
}

fn paging(options: Options<'_>, name: &str, on: bool, per_page: usize) -> Paging {
    let count = options.count(&format!("{name}_per_page"), per_page).max(1);
    Paging(options.bool(name, on).then_some(count))
}
