//! The theme and a site's own templates, drawn through the public interface.

use chaski::markdown::Heading;
use chaski::render::{LinkView, NavKind, NavNode, NavView, PageFile, PageView, Renderer, TagView};
use chaski::report::Severity;
use chaski::theme::{OverrideFile, Palette, PaletteSpec, Theme, ThemeSpec};
use serde_json::{Value, json};

fn spec(features: &[&str]) -> ThemeSpec {
    let palette = Palette {
        scheme: Some("default".into()),
        toggle: Some(("material/weather-night".into(), "Dark".into())),
        ..Palette::default()
    };
    ThemeSpec {
        site_name: "Nimbus & Co".into(),
        site_url: Some("https://example.org/docs/".into()),
        features: features.iter().map(|f| (*f).to_owned()).collect(),
        language: "es".into(),
        palette: PaletteSpec::Choice(vec![palette.clone(), palette]),
        search: true,
        repo_url: Some("https://github.com/acme/nimbus".into()),
        repo_name: Some("GitHub".into()),
        extra: json!({
            "social": [{"icon": "fontawesome/brands/github", "link": "https://github.com/acme"}],
            "status": {"new": "Recently added"},
        }),
        config: json!({
            "site_name": "Nimbus & Co",
            "repo_url": "https://github.com/acme/nimbus",
            "extra": {"homepage": "", "team": ["Ana", "Luis"], "status": {"new": "Recently added"}},
            "extra_javascript": ["js/a.js", {"path": "js/b.mjs", "type": "module", "defer": true}],
            "plugins": {"material/search": {"config": {"enabled": true, "lang": ["es"]}}},
            "theme": {"icon": {"logo": "material/library"}},
        }),
        ..ThemeSpec::default()
    }
}

fn leaf(title: &str, url: &str, page: u32) -> NavNode {
    NavNode {
        kind: NavKind::Page,
        title: title.into(),
        url: Some(url.into()),
        page: Some(page),
        is_index: url.is_empty() || url == "guide/",
        ..NavNode::default()
    }
}

fn nav() -> NavView {
    let mut nav = NavView::new();
    let home = nav.push(None, leaf("Home", "", 0));
    nav.set_homepage(home);
    let section = |title: &str| NavNode {
        kind: NavKind::Section,
        title: title.into(),
        ..NavNode::default()
    };
    let guide = nav.push(None, section("Guide"));
    nav.push(Some(guide), leaf("Guide", "guide/", 1));
    let mut install = leaf("Install", "guide/install/", 2);
    install.meta.status = Some("new".into());
    nav.push(Some(guide), install);
    let deep = nav.push(Some(guide), section("Advanced"));
    nav.push(Some(deep), leaf("Tuning", "guide/tuning/", 3));
    nav.push(
        None,
        NavNode {
            kind: NavKind::Link,
            title: "External".into(),
            url: Some("https://example.com".into()),
            ..NavNode::default()
        },
    );
    nav
}

fn heading(level: u8, id: &str, name: &str, children: Vec<Heading>) -> Heading {
    Heading {
        level,
        id: id.into(),
        name: name.into(),
        html: name.into(),
        children,
    }
}

fn install() -> PageView {
    let mut meta = serde_json::Map::new();
    meta.insert("description".into(), "How to \"install\"".into());
    meta.insert("tags".into(), json!(["a", "b"]));
    meta.insert("status".into(), Value::from("new"));
    PageView {
        id: Some(2),
        title: "Install".into(),
        content: "<h1 id=\"install\">Install</h1>\n<p>Text</p>\n".into(),
        toc: vec![heading(
            1,
            "install",
            "Install",
            vec![heading(
                2,
                "first",
                "First",
                vec![heading(3, "detail", "Detail", vec![])],
            )],
        )],
        meta,
        url: "guide/install/".into(),
        abs_url: Some("/docs/guide/install/".into()),
        canonical_url: Some("https://example.org/docs/guide/install/".into()),
        edit_url: Some("https://github.com/acme/nimbus/edit/main/docs/guide/install.md".into()),
        file: PageFile {
            src_uri: "guide/install.md".into(),
            dest_uri: "guide/install/index.html".into(),
            name: "install".into(),
        },
        previous: Some(LinkView {
            title: "Guide".into(),
            url: "guide/".into(),
        }),
        tags: vec![TagView {
            name: "Python".into(),
            url: Some("tags/#tag:python".into()),
            hidden: false,
        }],
        ..PageView::default()
    }
}

fn theme(features: &[&str], files: &[(&str, &str)]) -> (Theme, Vec<String>) {
    let files: Vec<OverrideFile> = files
        .iter()
        .map(|(path, text)| OverrideFile {
            path: (*path).into(),
            text: (*text).into(),
        })
        .collect();
    let mut problems = Vec::new();
    let theme = Theme::new(spec(features), &files, "").take(&mut problems);
    let errors = problems.iter().filter(|p| p.severity >= Severity::Warning);
    (theme, errors.map(|p| p.message.clone()).collect())
}

fn draw(features: &[&str], files: &[(&str, &str)], page: &PageView) -> Result<String, String> {
    let (theme, errors) = theme(features, files);
    if let Some(first) = errors.into_iter().next() {
        return Err(first);
    }
    let renderer = Renderer::new(&theme, nav());
    renderer.page(page, "main.html").map_err(|e| e.0.message)
}

const FLAGS: &[&[&str]] = &[
    &[],
    &[
        "navigation.tabs",
        "navigation.sections",
        "navigation.indexes",
        "navigation.path",
    ],
    &[
        "navigation.tabs",
        "navigation.tabs.sticky",
        "navigation.prune",
        "announce.dismiss",
    ],
    &[
        "navigation.footer",
        "navigation.top",
        "toc.integrate",
        "navigation.expand",
    ],
    &[
        "content.action.edit",
        "content.action.view",
        "search.suggest",
        "search.share",
    ],
];

#[test]
fn both_engines_draw_the_same_bytes() {
    let page = install();
    for flags in FLAGS {
        let tera = draw(flags, &[], &page).expect("drawn by Tera");
        let jinja = draw(flags, &[("main.html", "{% extends \"base.html\" %}\n")], &page);
        let jinja = jinja.expect("drawn by minijinja");
        for (left, right) in tera.trim().lines().zip(jinja.trim().lines()) {
            assert_eq!(left, right, "{flags:?}");
        }
        assert_eq!(tera.trim().len(), jinja.trim().len(), "{flags:?}");
    }
}

#[test]
fn replaced_macros_draw_what_the_built_in_navigation_draws() {
    let page = install();
    // The loops of Jinja leave other white space between the elements.
    let fold = |html: &str| {
        let words: Vec<&str> = html.split_whitespace().collect();
        let text = words.join(" ").replace("> ", ">").replace(" <", "<");
        // Both kinds of addresses lead to the same place.
        let mut parts = text.split("href=\"");
        let mut out = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            out.push_str(part.split_once('"').map_or(part, |(_, rest)| rest));
        }
        out
    };
    for flags in FLAGS {
        let built_in = draw(flags, &[], &page).expect("drawn");
        let own = include_str!("../themes/chaski/jinja/partials/nav-item.html");
        let drawn = draw(flags, &[("partials/nav-item.html", own)], &page).expect("drawn");
        for (left, right) in fold(&built_in).split("<li").zip(fold(&drawn).split("<li")) {
            assert_eq!(left, right, "{flags:?}");
        }
        assert_eq!(fold(&built_in).len(), fold(&drawn).len(), "{flags:?}");
    }
}

#[test]
fn head_follows_the_rules_of_titles_and_addresses() {
    let html = draw(&[], &[], &install()).expect("drawn");
    for expected in [
        "<title>Install - Nimbus & Co</title>",
        "<meta name=\"description\" content=\"How to &quot;install&quot;\">",
        "<link rel=\"canonical\" href=\"https://example.org/docs/guide/install/\">",
        "<link rel=\"prev\" href=\"../\">",
        "<html lang=\"es\" class=\"no-js\">",
        "<a href=\"#install\" class=\"md-skip\">",
        "<a href=\"../../tags/#tag:python\" class=\"md-tag\">Python</a>",
        "\"base\":\"../..\"",
    ] {
        assert!(html.contains(expected), "{expected}");
    }
    let home = PageView {
        id: Some(0),
        title: "Home".into(),
        content: "<p>No heading</p>".into(),
        is_homepage: true,
        ..PageView::default()
    };
    let html = draw(&[], &[], &home).expect("drawn");
    assert!(html.contains("<title>Nimbus & Co</title>"));
    assert!(html.contains("<h1>Home</h1>"));
}

#[test]
fn hidden_parts_carry_the_attribute() {
    let mut page = install();
    page.meta.insert("hide".into(), json!(["navigation", "toc"]));
    let html = draw(&[], &[], &page).expect("drawn");
    assert!(html.contains("data-md-type=\"navigation\" hidden>"));
    assert!(html.contains("data-md-type=\"toc\" hidden>"));
    assert!(!html.contains("class=\"md-tags\" aria-label=\"Etiquetas\" hidden"));
}

#[test]
fn lost_pages_have_absolute_addresses() {
    let (theme, errors) = theme(&["navigation.tabs"], &[]);
    assert_eq!(errors, Vec::<String>::new());
    let html = Renderer::new(&theme, nav()).template("404.html").expect("drawn");
    assert!(html.contains("<h1>404 - Not found</h1>"));
    assert!(html.contains("href=\"/docs/guide/install/\""));
    assert!(!html.contains("href=\"assets/"));
    assert!(html.contains("href=\"/docs/assets/stylesheets/main."));
}

#[test]
fn a_large_navigation_costs_each_page_only_its_branch() {
    let build = |sections: u32| {
        let mut nav = NavView::new();
        let home = nav.push(None, leaf("Home", "", 0));
        nav.set_homepage(home);
        for s in 0..sections {
            let section = NavNode {
                kind: NavKind::Section,
                title: format!("Section {s}"),
                ..NavNode::default()
            };
            let id = nav.push(None, section);
            for p in 0..50 {
                let number = 1 + s * 50 + p;
                nav.push(
                    Some(id),
                    leaf(&format!("Page {number}"), &format!("s{s}/p{p}/"), number),
                );
            }
        }
        nav
    };
    let (theme, _) = theme(&[], &[]);
    let page = PageView {
        id: Some(60),
        url: "s1/p9/".into(),
        ..install()
    };
    let drawn = Renderer::new(&theme, build(40))
        .page(&page, "main.html")
        .expect("drawn");
    assert!(
        drawn.contains(">Page 51<") && drawn.contains(">Page 100<"),
        "its own branch"
    );
    assert!(!drawn.contains(">Page 101<"), "another branch");
    assert!(drawn.contains("href=\"../../s2/p0/\" class=\"md-nav__link\" data-md-branch=\"__nav_4\""));
    let mut twice = build(40);
    let other = twice.push(
        None,
        NavNode {
            kind: NavKind::Section,
            ..NavNode::default()
        },
    );
    twice.push(Some(other), leaf("The same", "s1/p9/", 60));
    let drawn = Renderer::new(&theme, twice).page(&page, "main.html").expect("drawn");
    assert!(
        drawn.contains(">Page 60<") && drawn.contains(">The same<"),
        "every place where it is listed"
    );
    assert!(!drawn.contains(">Page 101<"), "another branch");
    let home = PageView {
        id: Some(0),
        is_homepage: true,
        ..PageView::default()
    };
    let whole = Renderer::new(&theme, build(40))
        .page(&home, "main.html")
        .expect("drawn");
    assert!(whole.contains(">Page 2000<") && whole.contains("id=\"__nav_4\""));
    let small = Renderer::new(&theme, build(3)).page(&page, "main.html").expect("drawn");
    assert!(
        small.contains(">Page 101<"),
        "a small navigation is whole on every page"
    );
}

/// Constructs that sites' templates use, each as the block `content` of a page, and what comes out.
const CONSTRUCTS: &[(&str, &str)] = &[
    ("{{ page.title }}", "Install"),
    ("{{ page.nope.deeper }}|", "|"),
    ("{{ page.meta.description }}", "How to \"install\""),
    ("{{ page.meta.description | e }}", "How to &#34;install&#34;"),
    ("{{ config.site_name }}", "Nimbus & Co"),
    ("{{ config.extra.team | join(', ') }}", "Ana, Luis"),
    ("{{ config.extra.team | first }}", "Ana"),
    ("{{ config.extra.nope or 'none' }}", "none"),
    ("{{ config.nope | d('x') }}{{ '' | default('y', true) }}", "xy"),
    ("{{ config.plugins['material/search'].config.lang | first }}", "es"),
    (
        "{{ (config.plugins['material/search'] | attr('config')).enabled }}",
        "True",
    ),
    ("{% if 'material/search' in config.plugins %}yes{% endif %}", "yes"),
    ("{% if 'rss' not in config.plugins %}no{% endif %}", "no"),
    (
        "{% if config.extra is mapping and not page.title is mapping %}m{% endif %}",
        "m",
    ),
    ("{% if page.meta.nope is defined %}a{% else %}b{% endif %}", "b"),
    ("{{ lang.t('footer.next') }}", "Siguiente"),
    (
        "{% import 'partials/language.html' as l with context %}{{ l.t('footer.next') }}",
        "Siguiente",
    ),
    ("{{ 'guide/' | url }}", "../"),
    ("{{ '' | url }}", "../.."),
    ("{{ nav.homepage.url | url }}", "../.."),
    ("{{ 'https://x.org/a' | url }}", "https://x.org/a"),
    ("{{ base_url }}", "../.."),
    (
        "{% for s in config.extra_javascript %}{{ s | script_tag }}{% endfor %}",
        "<script src=\"../../js/a.js\"></script><script src=\"../../js/b.mjs\" type=\"module\" defer></script>",
    ),
    (
        "{{ page.title.startswith('In') }}{{ page.title.lower() }}",
        "Trueinstall",
    ),
    ("{{ page.url.split('/')[0] }}", "guide"),
    ("{{ page.url.removeprefix('guide/').strip('/') }}", "install"),
    ("{{ page.url | replace('/', '-') }}", "guide-install-"),
    ("{{ page.meta.get('nope', 'fallback') }}", "fallback"),
    (
        "{% for k, v in config.theme.icon.items() %}{{ k }}={{ v }}{% endfor %}",
        "logo=material/library",
    ),
    (
        "{% set ns = namespace(n=0) %}{% for t in page.meta.tags %}{% set ns.n = ns.n + 1 %}{% endfor %}{{ ns.n }}",
        "2",
    ),
    (
        "{% macro b(x) %}<b>{{ x }}</b>{% endmacro %}{{ b(page.title) }}",
        "<b>Install</b>",
    ),
    ("{% set x = 'a' ~ 1 %}{{ x }}", "a1"),
    (
        "{{ 'yes' if page.is_homepage else 'no' }}{{ 'x' if page.is_homepage }}",
        "no",
    ),
    ("{% for t in page.meta.tags if t != 'a' %}{{ t }}{% endfor %}", "b"),
    ("{% for p in nav %}{{ p.title }};{% endfor %}", "Home;Guide;External;"),
    ("{% for p in nav.items if p.active %}{{ p.title }}{% endfor %}", "Guide"),
    (
        "{% for a in page.ancestors %}{{ a.title }}{% endfor %}{{ page.parent.title }}",
        "GuideGuide",
    ),
    (
        "{% for c in nav.items[1].children %}{{ 1 if c == page else 0 }}{% endfor %}",
        "010",
    ),
    (
        "{% set toc = page.toc | first %}{{ toc.url }}{{ toc.children[0].title }}",
        "#installFirst",
    ),
    ("{{ page.previous_page.title }}{{ page.next_page.title }}", "Guide"),
    ("{{ page.file.src_uri }}", "guide/install.md"),
    (
        "{{ page.edit_url | replace('edit', 'raw') }}",
        "https://github.com/acme/nimbus/raw/main/docs/guide/install.md",
    ),
    ("{{ {'a': 1} | tojson }}", "{\"a\": 1}"),
    ("{{ '<b>x</b> y' | striptags }}", "x y"),
    ("{{ 'a b/c' | urlencode }}", "a%20b/c"),
    ("{% trans %}Hello {{ page.title }}{% endtrans %}", "Hello Install"),
    ("{% with x = 1 %}{{ x + 1 }}{% endwith %}", "2"),
    ("{% do [] %}done", "done"),
    ("{% set xs = [1] %}{% do xs.append(2) %}{{ xs | sum }}", "3"),
    ("{{ config.extra.team | selectattr('nope') | list | length }}", "0"),
    ("{{ '%s of %s' | format(1, 2) }}", "1 of 2"),
    ("{% include 'partials/nope.html' ignore missing %}ok", "ok"),
    (
        "{% set i = 'material/library' %}{% include '.icons/' ~ i ~ '.svg' %}",
        "<svg",
    ),
    ("{% include '.icons/own/mark.svg' %}", "<svg id=\"own\"/>"),
    ("{{ self.extrahead() | trim }}|", "|"),
    ("{% include 'partials/own.html' %}", "own: Install"),
    ("{% filter upper %}abc{% endfilter %}", "ABC"),
    ("{% raw %}{{ x }}{% endraw %}", "{{ x }}"),
    ("{# note #}x{%- if true -%} y {%- endif %}", "xy"),
];

#[test]
fn constructs_of_real_overrides_come_out_as_jinja_has_them() {
    let page = install();
    let mut wrong = Vec::new();
    for (source, expected) in CONSTRUCTS {
        let template = format!("{{% extends \"base.html\" %}}{{% block content %}}<<{source}<END>{{% endblock %}}");
        let files = [
            ("main.html", template.as_str()),
            ("partials/own.html", "own: {{ page.title }}"),
            (".icons/own/mark.svg", "<svg id=\"own\"/>"),
        ];
        let html = match draw(&[], &files, &page) {
            Ok(html) => html,
            Err(error) => {
                wrong.push(format!("{source}: {error}"));
                continue;
            }
        };
        let (_, rest) = html.split_once("<<").expect("the block");
        let (inner, _) = rest.split_once("<END>").expect("the block's end");
        let right = if *expected == "<svg" {
            inner.starts_with("<svg")
        } else {
            inner == *expected
        };
        if !right {
            wrong.push(format!("{source}: `{inner}`, not `{expected}`"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_site_brings_its_own_analytics() {
    let mut spec = spec(&[]);
    spec.extra["analytics"] = json!({"provider": "own", "property": "X-1"});
    spec.config["extra"]["analytics"] = spec.extra["analytics"].clone();
    let files = [OverrideFile {
        path: "partials/integrations/analytics/own.html".into(),
        text: "<!-- counts {{ config.extra.analytics.property }} -->".into(),
    }];
    let theme = Theme::new(spec, &files, "").value;
    let html = Renderer::new(&theme, nav()).page(&install(), "main.html");
    assert!(html.expect("a page").contains("<!-- counts X-1 -->"));
}

#[test]
fn super_and_partials_cross_the_border() {
    let files = [
        (
            "main.html",
            "{% extends \"base.html\" %}\n{% block htmltitle %}{{ super() }}<!--after-->{% endblock %}\n\
             {% block announce %}News{% endblock %}{% block footer %}<div id=own></div>{{ super() }}{% endblock %}",
        ),
        ("partials/copyright.html", "<p>ours {{ config.site_name }}</p>"),
    ];
    let html = draw(&["announce.dismiss"], &files, &install()).expect("drawn");
    assert!(
        html.contains("<title>Install - Nimbus & Co</title>\n<!--after-->"),
        "{html}"
    );
    assert!(html.contains("News") && html.contains("md-banner__button"));
    assert!(html.contains("<div id=own></div><footer class=\"md-footer\">"));
    assert!(html.contains("<p>ours Nimbus & Co</p>") && !html.contains("class=\"md-copyright\""));
    let empty = [(
        "main.html",
        "{% extends \"base.html\" %}\n{% block announce %} \n{% endblock %}",
    )];
    assert!(!draw(&[], &empty, &install()).expect("drawn").contains("md-banner"));
}

#[test]
fn front_matter_chooses_a_template() {
    let mut page = install();
    page.meta.insert("template".into(), Value::from("home.html"));
    let files = [(
        "home.html",
        "{% extends \"main.html\" %}{% block hero %}<section>{{ page.meta.description }}</section>{% endblock %}",
    )];
    let html = draw(&[], &files, &page).expect("drawn");
    assert!(html.contains("<section>How to \"install\"</section>"));
    page.meta.insert("template".into(), Value::from("gone.html"));
    let error = draw(&[], &files, &page).expect_err("no such template");
    assert!(error.contains("gone.html"), "{error}");
}

#[test]
fn what_is_missing_is_named_with_template_and_line() {
    for (source, named) in [
        (
            "{% extends 'base.html' %}\n{% block content %}\n{% include 'partials/gone.html' %}{% endblock %}",
            "partials/gone.html",
        ),
        (
            "{% extends 'base.html' %}\n\n{% block content %}{{ page.title | twirl }}{% endblock %}",
            "twirl",
        ),
        (
            "{% extends 'base.html' %}\n\n{% block content %}{{ page.title.twirl() }}{% endblock %}",
            "twirl",
        ),
        (
            "{% extends 'base.html' %}\n\n{% block content %}{{ twirl() }}{% endblock %}",
            "twirl",
        ),
        (
            "{% extends 'base.html' %}\n\n{% block content %}{% if %}{% endblock %}",
            "syntax error",
        ),
    ] {
        let error = draw(&[], &[("main.html", source)], &install()).expect_err(source);
        assert!(error.contains("'main.html':3"), "{error}");
        assert!(error.contains(named), "{error}");
    }
}

#[test]
fn a_site_brings_its_own_words_and_icons() {
    let words = "{% macro t(key) %}{{ {\"footer.next\": \"Adelante\"}[key] }}{% endmacro %}";
    let files = [
        ("partials/languages/es.html", words),
        (".icons/material/menu.svg", "<svg class=\"mine\"/>"),
    ];
    let mut page = install();
    page.next = page.previous.clone();
    let html = draw(&["navigation.footer"], &files, &page).expect("drawn");
    assert!(html.contains(">Adelante<") && html.contains(">Anterior<"));
    assert!(html.contains("<svg class=\"mine\"/>"));
}
