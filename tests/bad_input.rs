//! Bad input of plugins: each mistake is named with file, line and column, and the rest of the site
//! is still checked, as a broken link of the home page shows.

use crate::harness::Project;

/// Options of one plugin, files as `path text` with `\n`, and what is said with its place (the
/// plugin stands in line 4 of `mkdocs.yml`).
struct Case(&'static str, &'static [&'static str], &'static [&'static str]);

const CASES: &[Case] = &[
    Case(
        "meta: {}",
        &["docs/a/.meta.yml tags: [a\\nb: : c", "docs/a/x.md # X"],
        &["docs/a/.meta.yml:2:2"],
    ),
    Case(
        "meta: {}",
        &["docs/a/.meta.yml - a", "docs/a/x.md # X"],
        &["docs/a/.meta.yml:1:1"],
    ),
    Case(
        "tags: {tags_allowed: [A]}",
        &[
            "docs/x.md ---\\ntags: [B]\\n---\\n# X",
            "docs/y.md ---\\ntags: abc\\n---\\n# Y",
            "docs/t.md # T\\n\\n<!-- material/tags { zzz: 1 } -->",
            "docs/u.md # U\\n\\n<!-- material/tags { [ -->",
        ],
        &["docs/x.md:2:8", "docs/y.md:2:7", "docs/t.md:3:", "docs/u.md:3:"],
    ),
    Case(
        "blog: {}",
        &[
            "docs/blog/index.md # B",
            "docs/blog/posts/a.md ---\\ndate: 2024-13-45\\n---\\n# A",
            "docs/blog/posts/b.md ---\\ndate: {created: 2024-01-01, updated: never}\\n---\\n# B",
            "docs/blog/posts/c.md ---\\ndate: 2024-01-01\\nlinks: [nowhere.md]\\n---\\n# C",
            "docs/blog/posts/d.md ---\\ndate: 2024-01-01\\nauthors: [nobody]\\n---\\n# D",
        ],
        &[
            "docs/blog/posts/a.md:2:7",
            "docs/blog/posts/b.md:2:38",
            "docs/blog/posts/c.md:3:9",
            "docs/blog/posts/d.md:3:",
        ],
    ),
    Case(
        "git-revision-date-localized: {ignored_commits_file: nope.txt, timezone: Mars/Base}",
        &[],
        &[
            "cannot read the ignored commits `nope.txt`",
            "`Mars/Base` is not known",
            "mkdocs.yml:4:5",
        ],
    ),
    Case("git-authors: {sort_authors_by: zzz}", &[], &["mkdocs.yml:4:36"]),
    Case(
        "redirects: {redirect_maps: {a.md: [1], old.md: nowhere2.md}}",
        &[],
        &["'a.md' leads to no text (mkdocs.yml:4:39)", "mkdocs.yml:4:52"],
    ),
    Case("autorefs: {}", &["docs/x.md # X\\n\\n[a][nowhere]"], &["docs/x.md:3:4"]),
    Case(
        "macros: {include_dir: inc}",
        &[
            "inc/a.md {% include \"b.md\" %}",
            "inc/b.md {% include \"a.md\" %}",
            "docs/u.md # U\\n\\n{{ zzz.a.b }}",
            "docs/v.md # V\\n\\n{% if %}",
            "docs/w.md # W\\n\\n{{ 1 / 0 }}",
            "docs/y.md # Y\\n\\n{% include \"a.md\" %}",
            "docs/z.md # Z\\n\\n{% include \"nope.md\" %}",
        ],
        &[
            "docs/u.md:3:1",
            "docs/v.md:3:1",
            "docs/w.md:3:1",
            "docs/y.md:3:1",
            "docs/z.md:3:1",
        ],
    ),
    Case(
        "macros: {include_yaml: [nope.yml, bad.yml]}",
        &["bad.yml a: [\\n"],
        &["bad.yml:2:1", "mkdocs.yml:4:29"],
    ),
    Case(
        "markdownextradata: {}",
        &[
            "docs/_data/x.yml a: [\\n",
            "docs/_data/y.json {\"a\": ",
            "docs/x.md {{ a.b }}",
        ],
        &["docs/_data/x.yml:2:1", "docs/_data/y.json:1:7", "docs/x.md:1:1"],
    ),
    Case(
        "glightbox: {}",
        &["docs/x.md ![a](bad.png)\\n\\n![b](none.png)", "docs/bad.png zzz"],
        &["docs/x.md:3:1"],
    ),
    Case(
        "minify: {minify_js: true, js_files: [nope.js]}",
        &[],
        &["`nope.js` cannot be read (mkdocs.yml:4:5)"],
    ),
    Case(
        "minify: {minify_js: true, minify_css: true, js_files: [a.js], css_files: [a.css]}",
        &["docs/a.js a = 1;\nb = 'c", "docs/a.css a {}\n/* b"],
        &["docs/a.js:2:5", "docs/a.css:2:1"],
    ),
    Case(
        "literate-nav: {}",
        &[
            "docs/SUMMARY.md * [A](a/)\\n* [B](nope.md)",
            "docs/a/SUMMARY.md * [A](../a/)",
            "docs/a/x.md # X",
        ],
        &["contains itself (docs/a/SUMMARY.md:1:3)", "docs/SUMMARY.md:2:3"],
    ),
    Case(
        "awesome-pages: {}",
        &[
            "docs/.pages nav:\\n  - nope.md\\n  - ...",
            "docs/a/.pages arrange: [x\\n",
            "docs/a/x.md # X",
        ],
        &["docs/.pages:2:5", "docs/a/.pages:2:1"],
    ),
    Case(
        "awesome-nav: {}",
        &[
            "docs/.nav.yml nav:\\n  - nope.md\\n  - \"*\"\\nzzz: 1",
            "docs/a/.nav.yml nav: {\\n",
            "docs/a/x.md # X",
        ],
        &["docs/.nav.yml:2:5", "docs/.nav.yml:4:1", "docs/a/.nav.yml:2:1"],
    ),
    Case(
        "exclude: {glob: 3, regex: ['((']}",
        &[],
        &["mkdocs.yml:4:21", "mkdocs.yml:4:32"],
    ),
    Case("exclude-search: {ignore: [jobs.md]}", &[], &["mkdocs.yml:4:5"]),
    Case(
        "include-markdown: {}",
        &[
            "docs/u.md # U\\n\\n{% include \"nope.md\" %}",
            "docs/v.md # V\\n\\n{% include-markdown \"v.md\" %}",
            "docs/w.md # W\\n\\n{% include \"index.md\" start=\"zzz\" %}\\n\\n{% include \"index.md\" dedent=1 %}",
            "docs/x.md # X\\n\\n{% include %}",
            "docs/y.md # Y\\n\\n{% include \"https://example.org/a.md\" %}",
        ],
        &[
            "docs/u.md:3:1",
            "docs/v.md:3:1",
            "docs/w.md:3:1",
            "docs/w.md:5:1",
            "docs/x.md:3:1",
            "docs/y.md:3:1",
        ],
    ),
    Case(
        "rss: {use_git: false, match_path: '((', date_from_meta: {as_creation: date}}",
        &["docs/x.md ---\\ndate: soon\\n---\\n# X"],
        &["`match_path` cannot be read (mkdocs.yml:4:5)"],
    ),
    Case(
        "rss: {use_git: false, date_from_meta: {as_creation: date}}",
        &["docs/x.md ---\\ndate: soon\\n---\\n# X"],
        &["docs/x.md:2:7"],
    ),
    Case(
        "rss: {use_git: false, length: -3, date_from_meta: {as_creatoin: x, default_time: noon, default_timezone: Lima}, feeds_filenames: {atom: x}}",
        &[],
        &[
            "mkdocs.yml:4:35",
            "mkdocs.yml:4:56",
            "mkdocs.yml:4:86",
            "mkdocs.yml:4:110",
            "mkdocs.yml:4:135",
        ],
    ),
    Case(
        "llmstxt: {sections: {A: [nope.md], B: 3}}",
        &[],
        &["mkdocs.yml:4:30", "mkdocs.yml:4:43"],
    ),
    Case(
        "meta-descriptions: {enable_checks: true, min_length: 200}",
        &["docs/x.md Short."],
        &["docs/x.md:1:1"],
    ),
];

#[test]
fn mistakes_have_their_place_and_the_rest_is_checked() {
    let mut wrong = Vec::new();
    for Case(options, files, wanted) in CASES {
        let config = format!("plugins:\n  - {options}\nsite_url: https://example.org/\n");
        let mut project = Project::with(&config).write("docs/index.md", "# Home\n\n[broken](nowhere.md)\n");
        for file in *files {
            let (path, text) = file.split_once(' ').expect("path and text");
            project = project.write(path, &text.replace("\\n", "\n"));
        }
        let run = project.run("build --format mkdocs");
        let mut missing: Vec<&str> = wanted
            .iter()
            .copied()
            .filter(|part| !run.stderr.contains(part))
            .collect();
        if !run.stderr.contains("docs/index.md:3:1") || run.stderr.contains("panicked") {
            missing.push("the broken link");
        }
        if !missing.is_empty() {
            wrong.push(format!("{options}: no {missing:?} in\n{}", run.stderr));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
