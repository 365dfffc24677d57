//! Nothing is dropped silently: every option changes what is built or is named by a problem, and
//! every key that is not known is named.
//!
//! The options are those of the reference (`tests/options.txt`) and of the table of plugins; what each
//! is set to differs from its default.

use std::path::{Path, PathBuf};

use chaski::config::{self, Environment};
use chaski::files::Files;
use chaski::markdown::{self, Markdown};
use rayon::prelude::*;

use super::codes::rust_text;
use crate::docs::feature_table;
use crate::harness::{Project, files_below};

/// Options that change nothing in the samples, and why that is right.
const WITHOUT_EFFECT: &[(&str, &str)] = &[
    ("pymdownx.highlight linenums_class", "no effect in the reference either"),
    (
        "pymdownx.highlight pygments_style",
        "works with `noclasses` only, which is named",
    ),
    (
        "codehilite pygments_style",
        "works with `noclasses` only, which is named",
    ),
    (
        "pymdownx.highlight _enabled",
        "no effect beside superfences in the reference either",
    ),
    (
        "pymdownx.highlight code_attr_on_pre",
        "no effect on an id in the reference either",
    ),
    ("pymdownx.critic raw_view", "no effect in the reference either"),
    (
        "pymdownx.magiclink labels",
        "no effect on titles of links in the reference either",
    ),
    ("pymdownx.tasklist delete", "no effect in the reference either"),
    ("pymdownx.tasklist subscript", "no effect in the reference either"),
    (
        "pymdownx.snippets url_",
        "a snippet from the network is named where it stands",
    ),
    (
        "pymdownx.snippets max_retries",
        "a snippet from the network is named where it stands",
    ),
    (
        "pymdownx.snippets backoff_factor",
        "a snippet from the network is named where it stands",
    ),
    (
        "mdx_include allow_remote",
        "an include from the network is named where it stands",
    ),
    (
        "mdx_include recurs_remote",
        "an include from the network is named where it stands",
    ),
    (
        "mdx_include content_cache",
        "keeps what came from the network or the disk; changes nothing on pages",
    ),
];

/// A sample of what most extensions look at.
const SAMPLE: &str = "# One\n\n## Two words\n\n[TOC]\n\n```python\n\na = 1\n```\n\n\
    ```{.yaml title=\"T\" linenums=\"1\" hl_lines=\"1\"}\n  a: 1\n```\n\n```\nplain\n```\n\n    :::python\n    import x\n\n\
    A `#!python f(x)` and `plain` H~2~O, x^2^, ~~gone~~ 'q'.\n\n- [ ] a\n- [x] b\n\n\
    ![i](i.png) <a href=\"b.md\">b</a>\n\n";

/// What shows an option: its value, other options beside it, and Markdown.
struct Case {
    option: &'static str,
    value: &'static str,
    beside: &'static str,
    input: &'static str,
}

const fn case(option: &'static str, value: &'static str, beside: &'static str, input: &'static str) -> Case {
    Case {
        option,
        value,
        beside,
        input,
    }
}

/// Options that a value made of the default's type does not show.
const CASES: &[Case] = &[
    case("abbr glossary", "{ZZTOP: Text}", "", "a ZZTOP b\n"),
    case("codehilite guess_lang", "true", "", ""),
    case("codehilite lang_prefix", "zz", "use_pygments: false", ""),
    case("toc toc_depth", "1", "", ""),
    case("pymdownx.highlight default_lang", "python", "", ""),
    case("smarty substitutions", "{left-single-quote: '<'}", "", ""),
    case("toc title_class", "zz", "title: T", ""),
    case("toc anchorlink_class", "zz", "anchorlink: true", ""),
    case("toc permalink_class", "zz", "permalink: true", ""),
    case("toc permalink_title", "zz", "permalink: true", ""),
    case("toc permalink_leading", "true", "permalink: true", ""),
    case(
        "pymdownx.arithmatex tex_inline_wrap",
        "['<', '>']",
        "generic: true",
        "$x$",
    ),
    case(
        "pymdownx.arithmatex tex_block_wrap",
        "['<', '>']",
        "generic: true",
        "$$\nx\n$$",
    ),
    case("pymdownx.b64 base_path", "docs", "", "![a](guide.png)"),
    case(
        "pymdownx.b64 root_path",
        "docs",
        "base_path: src",
        "![a](../docs/guide.png)",
    ),
    case(
        "pymdownx.b64 restrict_path",
        "false",
        "base_path: src",
        "![a](../docs/guide.png)",
    ),
    case(
        "pymdownx.blocks.caption auto_level",
        "1",
        "",
        "/// figure-caption\nA\n///\n",
    ),
    case(
        "pymdownx.blocks.details types",
        "[{name: zz, class: zz}]",
        "",
        "/// zz | T\nA\n///\n",
    ),
    case(
        "pymdownx.blocks.html custom",
        "[{tag: zz, mode: raw}]",
        "",
        "/// html | zz\n\nA *b*\n\n///\n",
    ),
    case(
        "pymdownx.blocks.tab combine_header_slug",
        "true",
        "slugify: !!python/name:pymdownx.slugs.uslugify; alternate_style: true",
        "/// tab | T\nA\n///\n",
    ),
    case(
        "pymdownx.blocks.tab separator",
        "_",
        "slugify: !!python/name:pymdownx.slugs.uslugify; alternate_style: true",
        "/// tab | T u\nA\n///\n",
    ),
    case("pymdownx.caret punctuation", "true", "", "a^^b!^^c ^!^ x^.^y"),
    case("pymdownx.critic raw_view", "true", "mode: reject", "{++a++}"),
    case("pymdownx.emoji options", "{attributes: {zz: zz}}", "", ":smile:"),
    case("pymdownx.highlight pygments_style", "zz", "noclasses: true", ""),
    case("pymdownx.highlight linenums_style", "inline", "linenums: true", ""),
    case("pymdownx.highlight linenums_special", "1", "linenums: true", ""),
    case(
        "pymdownx.highlight extend_pygments_lang",
        "[{name: zz, lang: php}]",
        "",
        "```zz\n<?php $a = 1;\n```\n",
    ),
    case("pymdownx.highlight language_prefix", "zz", "use_pygments: false", ""),
    case(
        "pymdownx.highlight code_attr_on_pre",
        "true",
        "",
        "```{.python #x}\na\n```\n",
    ),
    case(
        "pymdownx.highlight auto_title_map",
        "{Python: zz}",
        "auto_title: true",
        "",
    ),
    case("pymdownx.highlight anchor_linenums", "true", "linenums: true", ""),
    case("pymdownx.highlight line_anchors", "zz", "linenums: true", ""),
    case("pymdownx.highlight guess_lang", "true", "", ""),
    case(
        "pymdownx.inlinehilite custom_inline",
        "[{name: zz, class: zz, format: !!python/name:pymdownx.arithmatex.inline_mathjax_format ''}]",
        "",
        "`#!zz a`",
    ),
    case("pymdownx.keys camel_case", "true", "", "++PageUp++"),
    case("pymdownx.keys key_map", "{zz: ZZ}", "", "++zz++"),
    case(
        "pymdownx.magiclink shortener_user_exclude",
        "{github: [facelessuser]}",
        "repo_url_shortener: true; social_url_shortener: true",
        "https://github.com/facelessuser",
    ),
    case(
        "pymdownx.magiclink provider",
        "gitlab",
        "repo_url_shorthand: true; user: u; repo: r",
        "#3 @a",
    ),
    case(
        "pymdownx.magiclink labels",
        "{github: zz}",
        "repo_url_shortener: true; repo_url_shorthand: true; user: u; repo: r",
        "#3 https://github.com/u/r/issues/4",
    ),
    case(
        "pymdownx.magiclink normalize_issue_symbols",
        "true",
        "repo_url_shorthand: true; user: u; repo: r",
        "!3 ?4",
    ),
    case(
        "pymdownx.magiclink user",
        "zz",
        "repo_url_shorthand: true; repo: r",
        "#3",
    ),
    case(
        "pymdownx.magiclink repo",
        "zz",
        "repo_url_shorthand: true; user: u",
        "#3",
    ),
    case(
        "pymdownx.magiclink custom",
        "{zz: {host: 'https://zz.zz', label: ZZ, type: github}}",
        "repo_url_shorthand: true; user: u; repo: r",
        "@zz:a",
    ),
    case("pymdownx.pathconverter base_path", "zz", "relative_path: zz/b", ""),
    case("pymdownx.pathconverter relative_path", "zz/b", "base_path: zz", ""),
    case("pymdownx.pathconverter absolute", "true", "base_path: /zz", ""),
    case(
        "pymdownx.pathconverter tags",
        "img",
        "base_path: /zz; absolute: true",
        "",
    ),
    case(
        "pymdownx.pathconverter file_scheme",
        "true",
        "base_path: /zz; absolute: true",
        "",
    ),
    case(
        "pymdownx.snippets base_path",
        "[tests/spec/files]",
        "",
        "--8<-- \"hello.md\"",
    ),
    case("pymdownx.snippets check_paths", "true", "", "--8<-- \"none.md\""),
    case("pymdownx.snippets auto_append", "[tests/spec/files/hello.md]", "", ""),
    case(
        "pymdownx.snippets restrict_base_path",
        "false",
        "base_path: [src]",
        "--8<-- \"../README.md\"",
    ),
    case("pymdownx.snippets encoding", "latin-1", "", "--8<-- \"README.md\""),
    case(
        "pymdownx.snippets dedent_subsections",
        "true",
        "base_path: [tests/spec/files]",
        "--8<-- \"indented.md:part\"",
    ),
    case(
        "pymdownx.snippets url_download",
        "true",
        "",
        "--8<-- \"https://zz.zz/a.md\"",
    ),
    case(
        "pymdownx.striphtml strip_attributes",
        "[href]",
        "",
        "<b href=\"x\">a</b>",
    ),
    case(
        "pymdownx.superfences custom_fences",
        "[{name: zz, class: zz}]",
        "",
        "```zz\na\n```\n",
    ),
    case(
        "pymdownx.superfences relaxed_headers",
        "true",
        "",
        "```{.python zz=1 y}\na\n```\n\n```python zz=1 y\na\n```\n\n```python x y z\na\n```\n",
    ),
    case(
        "pymdownx.tabbed combine_header_slug",
        "true",
        "slugify: !!python/name:pymdownx.slugs.uslugify; alternate_style: true",
        "# H\n\n=== \"T u\"\n    A\n",
    ),
    case(
        "pymdownx.tabbed separator",
        "_",
        "slugify: !!python/name:pymdownx.slugs.uslugify; alternate_style: true",
        "=== \"T u\"\n    A\n",
    ),
    case(
        "pymdownx.tabbed slugify",
        "!!python/name:pymdownx.slugs.uslugify",
        "alternate_style: true",
        "=== \"T u\"\n    A\n",
    ),
    case("pymdownx.tasklist delete", "false", "custom_checkbox: true", ""),
    case("pymdownx.tilde punctuation", "true", "", "a~~b!~~c ~!~ x~.~y"),
    case(
        "markdown_include.include base_path",
        "tests/spec/files",
        "",
        "{!hello.md!}",
    ),
    case(
        "markdown_include.include inheritHeadingDepth",
        "true",
        "base_path: tests/spec/files",
        "## A\n\n{!title.md!}",
    ),
    case(
        "markdown_include.include headingOffset",
        "2",
        "base_path: tests/spec/files",
        "{!title.md!}",
    ),
    case("markdown_include.include throwException", "true", "", "{!none.md!}"),
    case("markdown_include.include encoding", "latin-1", "", "{!README.md!}"),
    case("mdx_include base_path", "tests/spec/files", "", "{!hello.md!}"),
    case(
        "mdx_include allow_local",
        "false",
        "base_path: tests/spec/files",
        "{!hello.md!}",
    ),
    case("mdx_include allow_remote", "false", "", "{!https://zz.zz/a.md!}"),
    case("mdx_include truncate_on_failure", "false", "", "{!none.md!}"),
    case(
        "mdx_include recurs_local",
        "false",
        "base_path: tests/spec/files; recursive_relative_path: true",
        "{!deep/outer.md!}",
    ),
    case("mdx_include recurs_remote", "true", "", "{!https://zz.zz/a.md!}"),
    case(
        "mdx_include syntax_left",
        "<!",
        "base_path: tests/spec/files",
        "{!hello.md!}",
    ),
    case(
        "mdx_include syntax_right",
        "'!>'",
        "base_path: tests/spec/files",
        "{!hello.md!}",
    ),
    case(
        "mdx_include syntax_delim",
        "'@'",
        "base_path: tests/spec/files",
        "{!hello.md|1!}",
    ),
    case(
        "mdx_include syntax_recurs_on",
        "'*'",
        "base_path: tests/spec/files",
        "{!+hello.md!}",
    ),
    case(
        "mdx_include syntax_recurs_off",
        "'*'",
        "base_path: tests/spec/files",
        "{!-chain.md!}",
    ),
    case(
        "mdx_include syntax_apply_indent",
        "'*'",
        "base_path: tests/spec/files",
        "  {!>hello.md!}",
    ),
    case("mdx_include encoding", "latin-1", "", "{!README.md!}"),
    case(
        "mdx_include line_slice_separator",
        "['zz', 'zz']",
        "base_path: tests/spec/files",
        "{!poem.txt [ln:1,3]!}",
    ),
    case(
        "mdx_include recursive_relative_path",
        "true",
        "base_path: tests/spec/files",
        "{!deep/outer.md!}",
    ),
    case("mdx_truly_sane_lists nested_indent", "4", "", "- a\n  - b\n    - c\n"),
];

/// All Markdown of `tests/spec` below a configuration that names `extension`, in one text.
fn sample(extension: &str) -> String {
    let (mut text, mut is_named) = (String::new(), false);
    for file in crate::spec::files() {
        let spec = std::fs::read_to_string(file).expect("UTF-8");
        let mut lines = spec.lines();
        while let Some(line) = lines.next() {
            let marks = line.len() - line.trim_start_matches('`').len();
            if marks < 3 {
                continue;
            }
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "`".repeat(marks)).collect();
            match &line[marks..] {
                "yaml" => is_named = block.iter().any(|line| line.contains(extension)),
                "markdown" if is_named => text.push_str(&format!("{}\n\n", block.join("\n"))),
                _ => {}
            }
        }
    }
    text
}

/// A value that is not the default, of the same type.
fn other(default: &str) -> &str {
    match default {
        "true" => "false",
        "false" | "null" => "true",
        text if text.starts_with('"') => "\"zz\"",
        number if number.parse::<f64>().is_ok() => "7",
        text if text.starts_with("!!") => "!!python/name:zz.zz",
        list if list.starts_with('[') => "[]",
        _ => "{zz: zz}",
    }
}

/// The HTML, and what was said.
fn converted(extensions: &str, input: &str) -> (String, String) {
    let files = Files::new();
    let config = files.add(
        Path::new("mkdocs.yml"),
        format!("x_dialect_exact: true\nmarkdown_extensions:\n{extensions}"),
    );
    let file = files.add(Path::new("a.md"), input);
    let checked = config::dialect(&config, &Environment::default(), PathBuf::new()).expect("YAML");
    let said: String = checked
        .problems
        .iter()
        .map(|problem| format!("{:?} {}\n", problem.severity, problem.message))
        .collect();
    let source = Markdown {
        text: &file.text,
        file: file.id,
        offset: 0,
    };
    let document = markdown::convert(source, &checked.value, &files);
    let more: String = document
        .problems
        .iter()
        .map(|problem| format!("{:?} {}\n", problem.severity, problem.message))
        .collect();
    (document.value.html, said + &more)
}

#[test]
fn every_option_of_an_extension_has_an_effect_or_is_named() {
    let options: Vec<(&str, &str, &str)> = include_str!("../options.txt")
        .lines()
        .filter_map(|line| {
            let mut parts = line.splitn(3, ' ');
            Some((parts.next()?, parts.next()?, parts.next()?))
        })
        .collect();
    assert!(options.len() > 150);
    let silent: Vec<String> = options
        .par_iter()
        .filter_map(|(extension, option, default)| {
            let name = format!("{extension} {option}");
            let case = CASES.iter().find(|case| case.option == name);
            let value = case.map_or_else(|| other(default), |case| case.value);
            let beside = case.map_or("", |case| case.beside);
            let input = sample(extension) + SAMPLE + case.map_or("", |case| case.input);
            let helpers = [
                "toc",
                "attr_list",
                "md_in_html",
                "pymdownx.highlight",
                "pymdownx.superfences",
            ];
            let helpers: String = helpers
                .iter()
                .filter(|helper| *helper != extension && !(*extension == "codehilite" || *extension == "fenced_code"))
                .map(|helper| format!("  - {helper}\n"))
                .collect();
            let beside: String = beside
                .split("; ")
                .filter(|part| !part.is_empty())
                .map(|part| format!("      {part}\n"))
                .collect();
            let head = format!("{helpers}  - {extension}:\n{beside}");
            let with = converted(&format!("{head}      {option}: {value}\n"), &input);
            let without = converted(&head, &input);
            (with == without).then_some(format!("{name} {value}"))
        })
        .collect();
    let wrong: Vec<_> = silent
        .iter()
        .filter(|name| !WITHOUT_EFFECT.iter().any(|(known, _)| name.starts_with(known)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Options that are known and not read by name, and why that is right.
const NOT_READ: &[(&str, &str)] = &[
    ("material/blog archive_", "read by the kind of view and what follows it"),
    (
        "material/blog categories_",
        "read by the kind of view and what follows it",
    ),
    (
        "material/blog authors_profiles_",
        "read by the kind of view and what follows it",
    ),
    ("material/info ", "packs a bug report; nothing in a site depends on it"),
    ("include-markdown cache", "nothing is fetched, so nothing is kept"),
    ("git-committers ", "the plugin as a whole is named: it asks a server"),
    (
        "git-revision-date-localized enable_parallel_processing",
        "how fast it is, not what it does",
    ),
    ("macros verbose", "what is written to the terminal"),
    (
        "encryptcontent cache_file",
        "keys are made in each build and kept nowhere",
    ),
    ("encryptcontent sign_key", "`sign_files` is named"),
    (
        "encryptcontent selfhost",
        "scripts come from the site itself in any case",
    ),
    ("encryptcontent esm", "how a script is loaded"),
];

#[test]
fn every_option_of_a_plugin_that_is_built_in_is_read_or_named() {
    let source = rust_text("src/plugins") + &rust_text("src/search") + include_str!("../../src/config/specs.rs");
    let more = include_str!("../../src/config/plugins.rs");
    let built_in = chaski::plugins::names();
    let (mut count, mut wrong) = (0, Vec::new());
    for (plugin, option, is_named) in config::plugin_options() {
        let short = plugin.strip_prefix("material/").unwrap_or(plugin);
        let by_settings = ["search", "group", "offline"].contains(&short);
        if !built_in.contains(&plugin) && !by_settings || is_named {
            continue;
        }
        count += 1;
        let name = format!("{plugin} {option}");
        let literal = format!("\"{option}\"");
        let is_known = NOT_READ.iter().any(|(known, _)| name.starts_with(known));
        // `enabled` and the members of a group are read where plugins are.
        let is_read = source.contains(&literal) || more.contains(&literal) && !option.starts_with("jieba");
        if !is_known && !is_read {
            wrong.push(name);
        }
    }
    assert!(count > 150, "only {count} options");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_feature_flag_that_is_known_is_looked_at() {
    let flags = feature_table();
    let mut code = rust_text("src").replace(&flags, "");
    for folder in ["themes/chaski/scripts", "themes/chaski/templates"] {
        for path in files_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)) {
            code.push_str(&std::fs::read_to_string(path).unwrap_or_default());
        }
    }
    let code = code.replace("content.code.${what}", "content.code.copy content.code.select");
    let flags: Vec<&str> = flags.split('"').skip(1).step_by(2).collect();
    assert!(flags.len() > 25);
    let silent: Vec<_> = flags.iter().filter(|flag| !code.contains(*flag)).collect();
    assert!(silent.is_empty(), "{silent:?} do nothing and are not named");
}

/// Configurations with a key, a name or a value that nothing knows, written `zzz`.
const UNKNOWN: &[&str] = &[
    "zzz: 1\n",
    "plugins: [zzz]\n",
    "plugins:\n  zzz: {a: 1}\n",
    "markdown_extensions: [zzz]\n",
    "markdown_extensions:\n  - toc:\n      slugify: !!python/name:zzz.zzz\n",
    "hooks: [zzz.py]\n",
    "validation: {zzz: warn}\n",
    "validation: {nav: {zzz: warn}}\n",
    "validation: {links: {zzz: warn}}\n",
    "validation: {links: {not_found: zzz}}\n",
    "extra_javascript: [{path: a.js, zzz: 1}]\n",
    "extra_css: [zzz.css]\n",
    "extra_javascript: [zzz.js]\n",
    "extra_templates: [zzz.xml]\n",
    "nav: [zzz.md]\n",
    "chaski: {zzz: 1}\n",
    "chaski: {allow: [zzz]}\n",
    "chaski: {dialect: zzz}\n",
    "chaski: {math: zzz}\n",
    "chaski: {csp: {zzz-src: [a]}}\n",
    "chaski: {problems: {zzz: error}}\n",
    "chaski: {problems: {dead-link: zzz}}\n",
    "chaski: {problems: {paths: {docs/: {zzz: error}}}}\n",
    "chaski: {publish: {zzz: 1}}\n",
    "chaski: {check: {zzz: 1}}\n",
    "chaski: {publish: {targets: {a: {kind: directory, path: x, zzz: 1}}}}\n",
    "theme:\n  name: zzz\n",
    "theme:\n  name: material\n  zzz: 1\n",
    "theme:\n  name: material\n  features: [zzz]\n",
    "theme:\n  name: material\n  language: zzz\n",
    "theme:\n  name: material\n  direction: zzz\n",
    "theme:\n  name: material\n  custom_dir: zzz\n",
    "theme:\n  name: material\n  font: {zzz: a}\n",
    "theme:\n  name: material\n  palette: {zzz: a}\n",
    "theme:\n  name: material\n  palette: {primary: zzz}\n",
    "theme:\n  name: material\n  palette: {accent: zzz}\n",
    "theme:\n  name: material\n  palette: [{scheme: default, zzz: a}]\n",
    "theme:\n  name: material\n  palette: [{scheme: default, toggle: {icon: material/link, name: a, zzz: b}}]\n",
    "theme:\n  name: material\n  icon: {repo: zzz/zzz}\n",
    "theme:\n  name: material\n  icon: {zzz: material/link}\n",
    "theme:\n  name: material\n  static_templates: [zzz.html]\n",
    "INHERIT: zzz.yml\n",
    "site_url: zzz\n",
    "copyright: !zzz a\n",
    "copyright: !!python/name:zzz.zzz\n",
    "plugins:\n  - search:\n      lang: zzz\n",
    "plugins:\n  - redirects:\n      redirect_maps: {a.md: zzz.md}\n",
];

/// What the problems of a project with this configuration say; those of values that take only some
/// name their place and what they take.
fn said(config: &str) -> String {
    let theme = if config.starts_with("theme") {
        ""
    } else {
        "theme: material\n"
    };
    let project = Project::empty()
        .write("docs/index.md", "# A\n")
        .write("mkdocs.yml", &format!("site_name: A\n{theme}{config}"));
    let run = project.run("check --format json -v");
    let message = |line: &str| {
        let object: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
        let is_value = ["config-value", "problem-level"].contains(&object["code"].as_str().unwrap_or_default());
        let mark = if is_value && object["line"].is_u64() {
            " zzz"
        } else {
            ""
        };
        object["message"].as_str().unwrap_or_default().to_owned() + mark + "\n"
    };
    run.stdout.lines().map(message).collect::<String>() + &run.stderr
}

#[test]
fn what_nothing_knows_is_named() {
    let mut configs: Vec<String> = UNKNOWN.iter().map(|config| (*config).to_owned()).collect();
    let mut names: Vec<&str> = config::plugin_options().map(|(plugin, ..)| plugin).collect();
    names.dedup();
    for plugin in names {
        let name = plugin.strip_prefix("material/").unwrap_or(plugin);
        configs.push(format!("plugins:\n  - {name}:\n      zzz: 1\n"));
    }
    let mut extensions: Vec<&str> = include_str!("../options.txt")
        .lines()
        .filter_map(|line| line.split(' ').next())
        .collect();
    extensions.dedup();
    configs.extend(
        extensions
            .iter()
            .map(|name| format!("markdown_extensions:\n  - {name}:\n      zzz: 1\n")),
    );
    assert!(configs.len() > 100);
    let silent: Vec<&String> = configs
        .par_iter()
        .filter(|config| !said(config).contains("zzz"))
        .collect();
    assert!(silent.is_empty(), "{silent:#?}");
}
