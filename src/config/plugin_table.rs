//! The plugins that we know, with their options and the options' types; the options of those that do
//! not come with Material and have many are in `plugin_options.rs`.

use super::plugin_options::{
    AUTHORS, COMMITTERS, DESCRIPTIONS, ENCRYPT, GLIGHTBOX, INCLUDE_MARKDOWN, MACROS, MINIFY, REVISION_DATE, RSS,
};
use PluginType::{Any, Bool, Choice, Choices, Int, Languages, List, Map, Retired, Synonyms, Text};

/// What an option takes. Null is always allowed.
#[derive(Clone, Copy, Debug)]
pub(super) enum PluginType {
    /// `true` or `false`.
    Bool,
    /// An integer.
    Int,
    /// A text.
    Text,
    /// A list.
    List,
    /// A mapping.
    Map,
    /// Codes of languages for the search, a text or a list.
    Languages,
    /// Groups of words that mean the same.
    Synonyms,
    /// Anything: functions by name, or several types.
    Any,
    /// One of these texts.
    Choice(&'static [&'static str]),
    /// A list of these texts.
    Choices(&'static [&'static str]),
    /// An old option; the option that replaces it, if there is one.
    Retired(Option<&'static str>),
}

/// One plugin.
#[derive(Debug)]
pub(super) struct Plugin {
    /// Its name with namespace.
    pub(super) name: &'static str,
    /// Whether it may be listed twice.
    pub(super) multiple: bool,
    /// Whether its settings are all there is to it: no file of `plugins` is needed.
    pub(super) by_settings: bool,
    /// Its options.
    pub(super) options: &'static [(&'static str, PluginType)],
}

const fn plugin(name: &'static str, options: &'static [(&'static str, PluginType)]) -> Plugin {
    Plugin {
        name,
        multiple: false,
        by_settings: false,
        options,
    }
}

const LOG_LEVELS: PluginType = Choice(&["error", "warn", "info", "debug"]);

/// All plugins whose options we know.
pub(super) const PLUGINS: &[Plugin] = &[
    Plugin {
        by_settings: true,
        ..plugin("search", SEARCH)
    },
    Plugin {
        by_settings: true,
        ..plugin("material/search", SEARCH)
    },
    Plugin {
        multiple: true,
        ..plugin("material/blog", BLOG)
    },
    Plugin {
        multiple: true,
        ..plugin("material/tags", TAGS)
    },
    plugin("material/meta", &[("enabled", Bool), ("meta_file", Text)]),
    Plugin {
        multiple: true,
        by_settings: true,
        ..plugin("material/group", &[("enabled", Bool), ("plugins", Any)])
    },
    // It packs a bug report and changes nothing in the site.
    Plugin {
        by_settings: true,
        ..plugin(
            "material/info",
            &[
                ("enabled", Bool),
                ("enabled_on_serve", Bool),
                ("archive", Bool),
                ("archive_stop_on_violation", Bool),
            ],
        )
    },
    Plugin {
        by_settings: true,
        ..plugin("material/offline", &[("enabled", Bool)])
    },
    Plugin {
        multiple: true,
        ..plugin("material/optimize", OPTIMIZE)
    },
    Plugin {
        multiple: true,
        ..plugin("material/privacy", PRIVACY)
    },
    plugin("material/projects", PROJECTS),
    Plugin {
        multiple: true,
        ..plugin("material/social", SOCIAL)
    },
    plugin("material/typeset", &[("enabled", Bool)]),
    plugin("redirects", &[("redirect_maps", Map)]),
    plugin("section-index", &[]),
    plugin(
        "autorefs",
        &[
            ("resolve_closest", Bool),
            ("link_titles", Any),
            ("strip_title_tags", Any),
        ],
    ),
    plugin("encryptcontent", ENCRYPT),
    plugin("git-revision-date-localized", REVISION_DATE),
    plugin(
        "git-revision-date",
        &[("enabled_if_env", Text), ("modify_md", Bool), ("as_datetime", Bool)],
    ),
    plugin("git-authors", AUTHORS),
    plugin("git-committers", COMMITTERS),
    plugin("exclude", &[("glob", Any), ("regex", Any)]),
    plugin("open-in-new-tab", &[("add_icon", Bool)]),
    plugin("macros", MACROS),
    plugin("include-markdown", INCLUDE_MARKDOWN),
    plugin(
        "mermaid2",
        &[("version", Text), ("javascript", Text), ("arguments", Map)],
    ),
    plugin("meta-descriptions", DESCRIPTIONS),
    Plugin {
        multiple: true,
        ..plugin("rss", RSS)
    },
    plugin(
        "llmstxt",
        &[
            ("autoclean", Bool),
            ("preprocess", Text),
            ("base_url", Text),
            ("markdown_description", Text),
            ("full_output", Text),
            ("sections", Map),
        ],
    ),
    plugin(
        "literate-nav",
        &[
            ("nav_file", Text),
            ("implicit_index", Bool),
            ("markdown_extensions", List),
            ("tab_length", Int),
        ],
    ),
    plugin(
        "awesome-pages",
        &[
            ("filename", Text),
            ("collapse_single_pages", Bool),
            ("strict", Bool),
            ("order", Choice(&["asc", "desc"])),
            ("sort_type", Choice(&["natural"])),
            ("order_by", Choice(&["filename", "title"])),
            ("ignore_case", Bool),
        ],
    ),
    plugin("awesome-nav", &[("filename", Text), ("logs", Map)]),
    plugin("glightbox", GLIGHTBOX),
    plugin("minify", MINIFY),
    plugin(
        "exclude-search",
        &[
            ("exclude", Any),
            ("ignore", Any),
            ("exclude_unreferenced", Bool),
            ("exclude_tags", Bool),
        ],
    ),
    plugin("markdownextradata", &[("data", Text), ("jinja_options", Map)]),
];

const SEARCH: &[(&str, PluginType)] = &[
    ("enabled", Bool),
    ("lang", Languages),
    ("separator", Text),
    ("pipeline", Choices(&["stemmer", "stopWordFilter", "trimmer"])),
    ("fields", Map),
    ("synonyms", Synonyms),
    ("jieba_dict", Text),
    ("jieba_dict_user", Text),
    ("indexing", Retired(None)),
    ("prebuild_index", Retired(None)),
    ("min_search_length", Retired(None)),
];

const BLOG: &[(&str, PluginType)] = &[
    ("enabled", Bool),
    ("blog_dir", Text),
    ("blog_toc", Bool),
    ("post_dir", Text),
    ("post_date_format", Text),
    ("post_url_date_format", Text),
    ("post_url_format", Text),
    ("post_url_max_categories", Int),
    ("post_slugify", Any),
    ("post_slugify_separator", Text),
    ("post_excerpt", Choice(&["optional", "required"])),
    ("post_excerpt_max_authors", Int),
    ("post_excerpt_max_categories", Int),
    ("post_excerpt_separator", Text),
    ("post_readtime", Bool),
    ("post_readtime_words_per_minute", Int),
    ("archive", Bool),
    ("archive_name", Text),
    ("archive_date_format", Text),
    ("archive_url_date_format", Text),
    ("archive_url_format", Text),
    ("archive_pagination", Bool),
    ("archive_pagination_per_page", Int),
    ("archive_toc", Bool),
    ("categories", Bool),
    ("categories_name", Text),
    ("categories_url_format", Text),
    ("categories_slugify", Any),
    ("categories_slugify_separator", Text),
    ("categories_sort_by", Any),
    ("categories_sort_reverse", Bool),
    ("categories_allowed", List),
    ("categories_pagination", Bool),
    ("categories_pagination_per_page", Int),
    ("categories_toc", Bool),
    ("authors", Bool),
    ("authors_file", Text),
    ("authors_profiles", Bool),
    ("authors_profiles_name", Text),
    ("authors_profiles_url_format", Text),
    ("authors_profiles_pagination", Bool),
    ("authors_profiles_pagination_per_page", Int),
    ("authors_profiles_toc", Bool),
    ("pagination", Bool),
    ("pagination_per_page", Int),
    ("pagination_url_format", Text),
    ("pagination_format", Text),
    ("pagination_if_single_page", Bool),
    ("pagination_keep_content", Bool),
    ("pagination_template", Retired(Some("pagination_format"))),
    ("draft", Bool),
    ("draft_on_serve", Bool),
    ("draft_if_future_date", Bool),
];

const TAGS: &[(&str, PluginType)] = &[
    ("enabled", Bool),
    ("filters", Map),
    ("tags", Bool),
    ("tags_slugify", Any),
    ("tags_slugify_separator", Text),
    ("tags_slugify_format", Text),
    ("tags_hierarchy", Bool),
    ("tags_hierarchy_separator", Text),
    ("tags_sort_by", Any),
    ("tags_sort_reverse", Bool),
    ("tags_name_property", Text),
    ("tags_name_variable", Text),
    ("tags_allowed", List),
    ("listings", Bool),
    ("listings_map", Map),
    ("listings_sort_by", Any),
    ("listings_sort_reverse", Bool),
    ("listings_tags_sort_by", Any),
    ("listings_tags_sort_reverse", Bool),
    ("listings_directive", Text),
    ("listings_layout", Text),
    ("listings_toc", Bool),
    ("shadow", Bool),
    ("shadow_on_serve", Bool),
    ("shadow_tags", List),
    ("shadow_tags_prefix", Text),
    ("shadow_tags_suffix", Text),
    ("export", Bool),
    ("export_file", Text),
    ("export_only", Bool),
    ("tags_compare", Retired(Some("tags_sort_by"))),
    ("tags_compare_reverse", Retired(Some("tags_sort_reverse"))),
    ("tags_pages_compare", Retired(Some("listings_sort_by"))),
    ("tags_pages_compare_reverse", Retired(Some("listings_sort_reverse"))),
    ("tags_file", Retired(None)),
    ("tags_extra_files", Retired(None)),
];

const OPTIMIZE: &[(&str, PluginType)] = &[
    ("enabled", Bool),
    ("concurrency", Int),
    ("cache", Bool),
    ("cache_dir", Text),
    ("optimize", Bool),
    ("optimize_png", Bool),
    ("optimize_png_speed", Int),
    ("optimize_png_strip", Bool),
    ("optimize_jpg", Bool),
    ("optimize_jpg_quality", Int),
    ("optimize_jpg_progressive", Bool),
    ("optimize_include", List),
    ("optimize_exclude", List),
    ("print_gain", Bool),
    ("print_gain_summary", Bool),
];

const PRIVACY: &[(&str, PluginType)] = &[
    ("enabled", Bool),
    ("concurrency", Int),
    ("cache", Bool),
    ("cache_dir", Text),
    ("log", Bool),
    ("log_level", LOG_LEVELS),
    ("assets", Bool),
    ("assets_fetch", Bool),
    ("assets_fetch_dir", Text),
    ("assets_include", List),
    ("assets_exclude", List),
    ("assets_expr_map", Map),
    ("links", Bool),
    ("links_attr_map", Map),
    ("links_noopener", Bool),
    ("external_assets", Retired(None)),
    ("external_assets_dir", Retired(Some("assets_fetch_dir"))),
    ("external_assets_include", Retired(Some("assets_include"))),
    ("external_assets_exclude", Retired(Some("assets_exclude"))),
    ("external_assets_expr", Retired(Some("assets_expr_map"))),
    ("external_links", Retired(Some("links"))),
    ("external_links_attr_map", Retired(Some("links_attr_map"))),
    ("external_links_noopener", Retired(Some("links_noopener"))),
];

const PROJECTS: &[(&str, PluginType)] = &[
    ("enabled", Bool),
    ("concurrency", Int),
    ("cache", Bool),
    ("cache_dir", Text),
    ("log", Bool),
    ("log_level", LOG_LEVELS),
    ("projects", Bool),
    ("projects_dir", Text),
    ("projects_config_files", Text),
    ("projects_config_transform", Any),
    ("projects_root_dir", Text),
    ("hoisting", Bool),
];

const SOCIAL: &[(&str, PluginType)] = &[
    ("enabled", Bool),
    ("concurrency", Int),
    ("cache", Bool),
    ("cache_dir", Text),
    ("log", Bool),
    ("log_level", Any),
    ("cards", Bool),
    ("cards_dir", Text),
    ("cards_layout_dir", Text),
    ("cards_layout", Text),
    ("cards_layout_options", Map),
    ("cards_include", List),
    ("cards_exclude", List),
    ("debug", Bool),
    ("debug_on_build", Bool),
    ("debug_grid", Bool),
    ("debug_grid_step", Int),
    ("debug_color", Text),
    ("cards_color", Retired(Some("cards_layout_options"))),
    ("cards_font", Retired(Some("cards_layout_options"))),
];
