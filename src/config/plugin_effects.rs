//! What plugins do that are not built in, so that the problem says what a site will lack.

/// Names and effects.
const EFFECTS: &[(&str, &str)] = &[
    (
        "file-filter",
        "it leaves pages out by their path or by the tags in their front matter",
    ),
    (
        "mkdocs_exclude_tagged_files",
        "it leaves pages out by the tags in their front matter",
    ),
    (
        "mkdocstrings",
        "it writes the reference of source code into pages by `:::` directives",
    ),
    (
        "mkdocstrings-python",
        "it writes the reference of Python code into pages",
    ),
    ("i18n", "it builds the site in several languages"),
    ("static-i18n", "it builds the site in several languages"),
    ("gen-files", "it runs Python scripts that make pages before the build"),
    (
        "api-autonav",
        "it adds the reference of Python packages to the navigation",
    ),
    (
        "mike",
        "when mike builds, it adds the version to `site_url`, for search engines; in a build without mike it changes \
         nothing; the selector of versions is the theme's (`extra: version:`)",
    ),
    ("mkdocs-jupyter", "it makes pages of Jupyter notebooks and Python files"),
    ("print-site", "it adds one page with the whole site, for print"),
    ("with-pdf", "it makes a PDF of the site"),
    ("pdf-export", "it makes a PDF of each page"),
    ("to-pdf", "it makes a PDF of the site"),
    ("exporter", "it makes a PDF of the site"),
    ("mkdocs-video", "it shows videos where images lead to video files"),
    (
        "roamlinks",
        "it resolves links like `[[page]]` and links by file name alone",
    ),
    (
        "ezlinks",
        "it resolves links like `[[page]]` and links by file name alone",
    ),
    ("mkdocs-simple-hooks", "it runs Python functions during the build"),
    (
        "table-reader",
        "it writes tables from CSV, Excel, JSON and YAML files into pages",
    ),
    ("social", "it draws the preview images of pages for social networks"),
    ("privacy", "it downloads what pages load from other sites"),
    ("optimize", "it compresses images"),
    ("typeset", "it shows code and icons in the titles of the navigation"),
    ("projects", "it builds other MkDocs projects below this one"),
    (
        "monorepo",
        "it merges the documentation of several projects, by `!include` in `nav`",
    ),
    ("multirepo", "it takes documentation from other repositories"),
    ("techdocs-core", "it sets the plugins of Backstage"),
    ("drawio", "it shows diagrams of draw.io files"),
    ("kroki", "it draws diagrams by a server"),
    ("build_plantuml", "it draws PlantUML diagrams"),
    ("plantuml_markdown", "it draws PlantUML diagrams"),
    ("swagger-ui-tag", "it shows OpenAPI files by `<swagger-ui>`"),
    ("render_swagger", "it shows OpenAPI files by `!!swagger`"),
    (
        "neoteroi.mkdocsoad",
        "it writes the reference of an OpenAPI file into pages",
    ),
    ("mkdocs-click", "it writes the reference of Click commands into pages"),
    ("termynal", "it animates terminals"),
    ("badges", "it writes badges from short forms in pages"),
    ("charts", "it draws Vega charts"),
    ("charts-plugin", "it draws Vega charts"),
    ("img2fig", "it makes figures of images with captions"),
    ("caption", "it numbers figures, tables and listings"),
    ("bibtex", "it cites from BibTeX files"),
    ("abbreviations", "it marks abbreviations"),
    ("ezglossary", "it links terms to a glossary"),
    ("htmlproofer", "it checks links; see `chaski check`"),
    ("git-latest-changes", "it lists the pages that were changed last"),
    ("same-dir", "it takes `docs_dir` from the folder of `mkdocs.yml`"),
    ("simple", "it gathers Markdown files from the whole repository"),
    ("codeinclude", "it writes parts of source files into pages"),
    ("snippets", "it writes parts of files into pages"),
    ("embed_file", "it writes files into pages"),
    ("pymdownx-tooltips", "it shows tooltips"),
    ("tooltips", "it shows tooltips"),
    ("macros-info", "it lists macros"),
    ("alias", "it links pages by other names"),
    ("add-number", "it numbers pages and headings"),
    ("enumerate-headings", "it numbers headings"),
    ("page-to-alias", "it links pages by other names"),
    ("toggle-sidebar", "it hides the navigation by a button"),
    ("link-marker", "it marks links to other sites"),
    ("ultralytics", "it adds metadata, authors and dates to pages"),
    ("rtd-dropdown", "it adds the version menu of Read the Docs"),
    ("no-sitemap", "it leaves the site map out"),
    ("with-git-revision", "it shows revisions of pages"),
    ("pagetree", "it writes the navigation into pages"),
    (
        "breadcrumbs",
        "it shows the way to a page; the theme does with `navigation.path`",
    ),
];

/// What the plugin does, in half a sentence.
pub(super) fn of(name: &str) -> Option<&'static str> {
    let bare = name.rsplit('/').next().unwrap_or(name);
    EFFECTS
        .iter()
        .find(|(known, _)| *known == bare)
        .map(|(_, effect)| *effect)
}

/// Plugins that are not built in and keep pages from being published.
const PROTECTING: &[&str] = &["file-filter", "mkdocs_exclude_tagged_files"];

/// Whether pages become public without the plugin.
pub(super) fn protects(name: &str) -> bool {
    PROTECTING.contains(&name)
}
