//! The templates of the built-in theme, embedded.
//!
//! They are written in the part of the language that Tera and Jinja2 share, so that Tera draws
//! them when a site overrides nothing and minijinja draws the same ones around a site's own.
//! Does not know what is put into them.

macro_rules! templates {
    ($folder:literal: $($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../themes/chaski/", $folder, "/", $name)))),*]
    };
}

/// Templates that both engines draw.
pub(super) const SHARED: &[(&str, &str)] = templates!("templates":
    "base.html", "main.html", "404.html", "redirect.html", "blog.html", "blog-post.html",
    "partials/actions.html", "partials/alternate.html", "partials/comments.html",
    "partials/consent.html", "partials/content.html", "partials/copyright.html",
    "partials/feedback.html", "partials/footer.html", "partials/header.html",
    "partials/logo.html", "partials/meta.html", "partials/nav.html", "partials/pagination.html",
    "partials/palette.html", "partials/path.html", "partials/post.html", "partials/progress.html",
    "partials/search.html", "partials/social.html", "partials/source-file.html",
    "partials/source.html", "partials/tabs.html", "partials/tags.html", "partials/toc.html",
    "partials/top.html", "partials/integrations/analytics.html",
    "partials/integrations/analytics/google.html",
    "partials/javascripts/announce.html", "partials/javascripts/base.html",
    "partials/javascripts/consent.html", "partials/javascripts/content.html",
    "partials/javascripts/outdated.html", "partials/javascripts/palette.html",
);

/// A template without indentation and without lines that hold a statement only, so that pages are
/// small and both engines give the same bytes.
pub(super) fn squeeze(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    for line in source.lines() {
        let line = line.trim();
        out.push_str(line);
        let statement = line.starts_with("{%") && line.ends_with("%}") || line.starts_with("{#");
        if !statement && !line.is_empty() {
            out.push('\n');
        }
    }
    // Jinja drops the last line end of a template; Tera would keep it.
    if out.ends_with('\n') {
        out.pop();
    }
    out
}

/// The form for Tera: what only Jinja can run is a comment already.
pub(super) fn for_tera(source: &str) -> String {
    squeeze(source)
}

/// The form for minijinja: `{#jinja x #}` becomes the statement `{% x %}`.
pub(super) fn for_jinja(source: &str) -> String {
    let squeezed = squeeze(source);
    let mut out = String::with_capacity(squeezed.len());
    let mut rest = squeezed.as_str();
    while let Some((before, after)) = rest.split_once("{#jinja ") {
        out.push_str(before);
        let (statement, after) = after.split_once("#}").unwrap_or((after, ""));
        out.push_str("{% ");
        out.push_str(statement);
        out.push_str("%}");
        rest = after;
    }
    out + rest
}

/// Templates that only Jinja draws: macros that overrides import, and the loops that draw with
/// them when a site replaces one of the macros' files.
const JINJA: &[(&str, &str)] = templates!("jinja":
    "partials/icons.html", "partials/language.html", "partials/nav-item.html",
    "partials/nav.html", "partials/path-item.html", "partials/path.html",
    "partials/tabs-item.html", "partials/tabs.html", "partials/toc-item.html",
    "partials/toc.html",
);

/// Templates of [`JINJA`] that stand in for one of [`SHARED`] when the site has the second one.
const STAND_INS: &[(&str, &str)] = &[
    ("partials/nav.html", "partials/nav-item.html"),
    ("partials/path.html", "partials/path-item.html"),
    ("partials/tabs.html", "partials/tabs-item.html"),
    ("partials/toc.html", "partials/toc-item.html"),
];

/// The Jinja form of template `name`; `own` tells which templates the site brings.
pub(super) fn jinja(name: &str, own: impl Fn(&str) -> bool) -> Option<String> {
    // A file of words that the site does not bring answers with the words of its language.
    let name = if name.starts_with("partials/languages/") {
        "partials/language.html"
    } else {
        name
    };
    let stands_in = STAND_INS.iter().any(|(this, when)| *this == name && own(when));
    let find = |all: &[(&str, &'static str)]| all.iter().find(|(n, _)| *n == name).map(|(_, s)| *s);
    let source = if stands_in {
        find(JINJA).or_else(|| find(SHARED))
    } else {
        find(SHARED).or_else(|| find(JINJA))
    };
    source.map(for_jinja)
}
