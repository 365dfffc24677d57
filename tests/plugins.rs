//! Plugins on small sites: addresses, what lists show, and that protected pages stay closed.

use std::io::Read as _;
use std::path::Path;

use crate::harness::Project;

fn page(project: &Project, path: &str) -> String {
    std::fs::read_to_string(project.path().join("site").join(path)).expect(path)
}

/// All text in a folder, gzip files and the files of the search index opened.
fn everything(folder: &Path) -> String {
    let mut text = String::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            text.push_str(&everything(&path));
            continue;
        }
        let bytes = std::fs::read(&path).expect("a file");
        if path.extension().is_some_and(|extension| extension == "gz") {
            let _ = flate2::read::GzDecoder::new(&bytes[..]).read_to_string(&mut text);
        } else if path.extension().is_some_and(|extension| extension == "bin") {
            let mut unpacked = Vec::new();
            let _ = flate2::read::ZlibDecoder::new(&bytes[..]).read_to_end(&mut unpacked);
            text.push_str(&String::from_utf8_lossy(&unpacked));
        }
        text.push_str(&String::from_utf8_lossy(&bytes));
    }
    text
}

const BLOG: &str =
    "plugins:\n  - search\n  - blog:\n      pagination_per_page: 2\n      authors_profiles: true\n  - tags\n";

fn blog(config: &str) -> Project {
    let mut project = Project::with(config)
        .write("docs/blog/index.md", "# News\n")
        .write("docs/other.md", "# Other\n\n## Part\n")
        .write(
            "docs/blog/.authors.yml",
            "authors:\n  ana:\n    name: Ana\n    description: Writes\n    avatar: a.png\n",
        );
    for (number, category) in [(1, "Ñandú & Co"), (2, "Zeta"), (3, "Zeta")] {
        let text = format!(
            "---\ndate: 2024-0{number}-05\nauthors: [ana]\ncategories: [{category}]\ntags: [T{number}]\n---\n\
             # Post ¡{number}!\n\nIntro [o](../../other.md#part).\n\n<!-- more -->\n\nRest.\n"
        );
        project = project.write(&format!("docs/blog/posts/p{number}.md"), &text);
    }
    project
}

#[test]
fn posts_have_addresses_and_views_list_them() {
    let project = blog(BLOG).write(
        "docs/blog/posts/d.md",
        "---\ndate: 2024-01-01\ndraft: true\n---\n# Draft\n",
    );
    project.run("build").status(0);
    for path in [
        "blog/2024/01/05/post-1/index.html",
        "blog/category/ñandú--co/index.html",
        "blog/archive/2024/page/2/index.html",
        "blog/page/2/index.html",
        "blog/author/ana/index.html",
    ] {
        assert!(project.exists(&format!("site/{path}")), "{path}");
    }
    assert!(!everything(&project.path().join("site")).contains("Draft"));
    let index = page(&project, "blog/index.html");
    let newest = index.find("2024/03/05/post-3/").expect("the newest post");
    assert!(newest < index.find("2024/02/05/post-2/").expect("the one before"));
    assert!(!index.contains("2024/01/05/post-1/\">Post"), "two posts a page");
    assert!(index.contains("href=\"../other/#part\""), "links as seen from the view");
    assert!(!index.contains("Rest."), "only up to the separator");
    assert!(index.contains("March 5, 2024"));
    let second = page(&project, "blog/2024/02/05/post-2/index.html");
    assert!(
        second.contains("rel=\"prev\" href=\"../../../../2024/01/05/post-1/\"") || second.contains("01/05/post-1/")
    );
}

#[test]
fn what_is_wrong_with_posts_is_said_with_its_place() {
    let project = blog(BLOG)
        .write("docs/blog/posts/a.md", "---\ndate: soon\n---\n# A\n")
        .write(
            "docs/blog/posts/b.md",
            "---\ndate: 2024-01-01\nauthors: [anna]\n---\n# B\n",
        )
        .write("docs/blog/posts/c.md", "# C\n");
    project
        .run("build")
        .status(1)
        .stderr("found the text `soon`")
        .stderr("a.md:2:7")
        .stderr("Couldn't find author 'anna'")
        .stderr("did you mean `ana`?")
        .stderr("expected metadata to be defined");
    assert!(!project.exists("site"));
}

#[test]
fn tags_are_listed_by_scope_and_hierarchy() {
    let config = "plugins:\n  - tags:\n      tags_hierarchy: true\n      shadow_tags: [Secret]\n";
    let project = Project::with(config)
        .write("docs/all.md", "# All\n\n<!-- material/tags -->\n")
        .write(
            "docs/a/tags.md",
            "# Here\n\n<!-- material/tags { scope: true, exclude: [Nope] } -->\n",
        )
        .write("docs/a/x.md", "---\ntags: [Lang/Rust, Secret]\n---\n# X\n")
        .write("docs/b.md", "---\ntags: [Lang, Nope, 1.0]\n---\n# B\n");
    project.run("build").status(0);
    let all = page(&project, "all/index.html");
    for part in [
        "id=\"tag:lang\"",
        "id=\"tag:lang/rust\"",
        "href=\"../a/x/\"",
        "href=\"../b/\"",
        "tag:10",
    ] {
        assert!(all.contains(part), "{part}");
    }
    assert!(!all.contains("tag:secret"), "shadow tags are not listed");
    let here = page(&project, "a/tags/index.html");
    assert!(here.contains("href=\"../x/\"") && !here.contains("id=\"tag:nope\""));
    let x = page(&project, "a/x/index.html");
    assert!(x.contains("href=\"../tags/#tag:lang/rust\""), "the nearest list");
    assert_eq!(
        page(&project, "tags.json"),
        "{\"mappings\": [{\"item\": {\"url\": \"b/\", \"title\": \"B\"}, \"tags\": [\"1.0\", \"Lang\", \"Nope\"]}, \
         {\"item\": {\"url\": \"a/x/\", \"title\": \"X\"}, \"tags\": [\"Lang/Rust\", \"Secret\"]}]}"
    );
}

const LOCKED: &str = "plugins:\n  - search\n  - blog\n  - tags\n  - encryptcontent:\n      password_file: passwords.yml\n      \
                      threshold_warning_min_entropy: 0\n";

#[test]
fn protected_pages_leave_no_trace() {
    let secret = "Intro alpha-phrase.\n\n<!-- more -->\n\n## Heading bravo-phrase\n\n`charlie-phrase` [x](missing-delta-phrase.md)\n";
    let project = Project::with(LOCKED)
        .write("passwords.yml", "staff: !ENV [NO_SUCH_VARIABLE, echo-phrase]\n")
        .write("docs/blog/index.md", "# Blog\n")
        .write("docs/tags.md", "# Tags\n\n<!-- material/tags -->\n")
        .write(
            "docs/level.md",
            &format!("---\nlevel: staff\ntags: [T]\ndescription: foxtrot-phrase\n---\n# Staff\n\n{secret}"),
        )
        .write(
            "docs/blog/posts/post.md",
            &format!("---\ndate: 2024-01-01\npassword: golf-phrase\nlinks:\n  - level.md#heading-bravo-phrase\n---\n# Post\n\n{secret}"),
        );
    let run = project.run("build").status(0);
    let site = everything(&project.path().join("site"));
    for phrase in ["alpha", "bravo", "charlie", "echo", "foxtrot", "golf"] {
        let phrase = format!("{phrase}-phrase");
        assert!(!site.contains(&phrase), "{phrase} in the site");
        let shown = run.stderr.lines().filter(|line| !line.contains("missing-delta"));
        assert!(!shown.collect::<String>().contains(&phrase), "{phrase} in messages");
    }
    let level = page(&project, "level/index.html");
    assert!(level.contains("id=\"mkdocs-encrypted-content\"") && level.contains("[Protected] Staff"));
    assert!(!page(&project, "search/search_index.json").contains("level/"));
    let again = page(&project, "blog/2024/01/01/post/index.html");
    project.run("build").status(0);
    assert_eq!(
        again,
        page(&project, "blog/2024/01/01/post/index.html"),
        "the same bytes"
    );
}

#[test]
fn nothing_is_written_when_protection_fails() {
    for (passwords, level) in [
        (None, "staff"),
        (Some("staff: ''\n"), "staff"),
        (Some("staff: abc\n"), "stuff"),
    ] {
        let mut project = Project::with(LOCKED)
            .write("docs/blog/index.md", "# Blog\n")
            .write("docs/level.md", &format!("---\nlevel: {level}\n---\n# Staff\n"));
        if let Some(passwords) = passwords {
            project = project.write("passwords.yml", passwords);
        }
        project.run("build").status(1);
        assert!(!project.exists("site"), "{passwords:?} {level}");
    }
    let project = Project::with("plugins:\n  - encryptcontent\n").write("docs/a.md", "---\npassword: [x]\n---\n# A\n");
    project.run("build").status(1).stderr("must be a text");
    assert!(!project.exists("site"));
}

#[test]
fn references_lead_to_headings_of_other_pages() {
    let project = Project::with("plugins:\n  - autorefs\nmarkdown_extensions: [attr_list]\n")
        .write("docs/a.md", "# A\n\n[](){#anchor}\n## Part of A\n\ntext\n")
        .write(
            "docs/b/c.md",
            "# C\n\n[there][anchor], [Part of A][], [none][nowhere], [own][c], `[x][y]`\n",
        );
    project
        .run("build")
        .status(0)
        .stderr("b/c.md: Could not find cross-reference target 'nowhere'");
    let page = page(&project, "b/c/index.html");
    for part in [
        "<a class=\"autorefs autorefs-internal\" title=\"Part of A\" href=\"../../a/#part-of-a\">there</a>",
        "<a class=\"autorefs autorefs-internal\" href=\"../../a/#part-of-a\">Part of A</a>",
        "[none][nowhere]",
        "href=\"#c\">own</a>",
        "<code>[x][y]</code>",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
}

#[test]
fn files_are_left_out_and_links_open_in_new_tabs() {
    let config = "site_url: https://own.org/\nplugins:\n  - search\n  - offline\n  - open-in-new-tab\n  - exclude:\n      glob: ['drafts/*']\n      regex: ['.*\\.tmp$']\n";
    let project = Project::with(config)
        .write("docs/drafts/x.md", "# X\n")
        .write("docs/y.tmp", "y")
        .write("docs/z.md", "# Z\n\n[o](https://other.org/) [s](https://own.org/a)\n");
    project.run("build").status(0);
    assert!(!project.exists("site/drafts/x.html") && !project.exists("site/y.tmp"));
    let z = page(&project, "z.html");
    assert!(z.contains("<a href=\"https://other.org/\" target=\"_blank\" rel=\"noopener\">o</a>"));
    assert!(z.contains("<a href=\"https://own.org/a\">s</a>"));
    assert!(page(&project, "search/search_index.js").starts_with("var __index = {\"config\""));
}

const PUBLISHERS: &str = "site_url: https://example.org/\nextra: {cluster: Sajama}\nplugins:\n  - search\n  - macros\n  - include-markdown\n  \
    - meta-descriptions: {export_csv: true, enable_checks: true}\n  - rss: {use_git: false, match_path: '.*'}\n  \
    - llmstxt: {full_output: full.txt, sections: {All: ['*.md', secret.md]}}\n  - glightbox\n  \
    - minify: {minify_html: true}\n  - tags\n  - blog\n  - awesome-nav\n  \
    - encryptcontent: {threshold_warning_min_entropy: 0, password_inventory: {staff: echo-phrase}, global_password: ''}\n";

/// COMPAT 9: what reads pages to make other files of them must not see protected ones.
#[test]
fn no_plugin_publishes_what_another_protects() {
    let secret = "Alpha-phrase of {{ cluster }} and bravo-phrase.\n\n<!-- more -->\n\n## Charlie-phrase\n\n\
        ![delta-phrase](img/foxtrot-phrase.png)\n\n{{ nothing.hotel_phrase }} {{ page.meta.extra }}\n";
    let project = Project::with(PUBLISHERS)
        .write("docs/img/foxtrot-phrase.png", "x")
        .write("docs/blog/index.md", "# Blog\n")
        .write("docs/open.md", "# Open\n\nBare words of an open page.\n\n{{ config.plugins }}\n{{ config }}\n{{ macros_info() }}\n")
        .write("docs/tags.md", "# Tags\n\n<!-- material/tags -->\n")
        .write(
            "docs/secret.md",
            &format!("---\nlevel: staff\nextra: golf-phrase\ndescription: india-phrase\nrss: {{feed_description: juliett-phrase}}\n---\n# Secret\n\n{secret}"),
        )
        .write(
            "docs/blog/posts/post.md",
            &format!("---\ndate: 2024-01-01\npassword: kilo-phrase\ndescription: lima-phrase\n---\n# Post\n\n{secret}"),
        );
    // The second build has a cache.
    project.run("build").status(0);
    let run = project.run("build").status(0);
    let site = everything(&project.path().join("site")).to_lowercase()
        + &everything(&project.path().join(".cache")).to_lowercase();
    assert!(site.contains("bare words of an open page") && project.exists(".cache/chaski/log"));
    for phrase in [
        "alpha", "bravo", "charlie", "delta", "echo", "golf", "india", "juliett", "kilo", "lima",
    ] {
        let phrase = format!("{phrase}-phrase");
        assert!(!site.contains(&phrase), "{phrase} in the site");
        assert!(!run.stderr.to_lowercase().contains(&phrase), "{phrase} in messages");
    }
    assert!(
        site.contains("sajama") || project.exists("site/llms.txt"),
        "the plugins ran"
    );
    assert!(page(&project, "full.txt").contains("# Open"));
    assert!(!project.exists("site/secret/index.md") && project.exists("site/open/index.md"));
    run.stderr("secret.md' is protected");
    assert!(page(&project, "secret/index.html").contains("mkdocs-encrypted-content"));
}

#[test]
fn what_is_excluded_from_search_is_in_no_index() {
    let config = "plugins:\n  - search\n  - exclude-search:\n      exclude: ['gone.md', 'half.md#part-two']\n";
    let project = Project::with(config)
        .write("docs/gone.md", "# Gone\n\nbravoword\n")
        .write("docs/half.md", "# Half\n\ncharlieword\n\n## Part two\n\ndeltaword\n");
    project.run("build").status(0);
    let index = page(&project, "search/search_index.json");
    let shards = crate::search::all(&project);
    for index in [index, shards] {
        assert!(index.contains("charlieword"), "{index}");
        assert!(!index.contains("bravoword") && !index.contains("deltaword"), "{index}");
    }
}

/// `inject_id`: only an element of the page is encrypted, the rest can be read.
#[test]
fn a_part_of_a_page_is_protected() {
    let config = "markdown_extensions: [md_in_html, attr_list]\nplugins:\n  - search\n  - encryptcontent: {threshold_warning_min_entropy: 0}\n";
    let text = "# Half\n\nOpen words.\n\n<div id=\"gone\">Teaser.</div>\n\n<div id='part' markdown>\n\n## Alpha-phrase\n\nBravo-phrase.\n\n</div>\n";
    let head = "---\npassword: charlie-phrase\ninject_id: part\ndelete_id: gone\n---\n";
    let project = Project::with(config).write("docs/half.md", &format!("{head}{text}"));
    project.run("build").status(0);
    let half = page(&project, "half/index.html");
    for part in [
        "Open words.",
        "Teaser.",
        "mkdocs-content-password",
        "\"remove\":\"gone\"",
        "\"parts\":{\"part\":[\"div\",\"id\"]}",
    ] {
        assert!(half.contains(part), "{part} in {half}");
    }
    let site = everything(&project.path().join("site")).to_lowercase();
    for phrase in ["alpha-phrase", "bravo-phrase", "charlie-phrase"] {
        assert!(!site.contains(phrase), "{phrase}");
    }
    let project = Project::with(config).write("docs/half.md", &format!("{head}# Half\n\nNo such element.\n"));
    project.run("build").status(1).stderr("has no `div` with the id `part`");
    assert!(!project.exists("site"));
}
