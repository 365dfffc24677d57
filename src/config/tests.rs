use std::path::{Path, PathBuf};

use super::*;
use crate::files::Files;
use crate::report::{Severity, Sources as _};
use crate::site::AbsoluteLinks;
use crate::theme::PaletteSpec;
use crate::yaml::{Kind, Node};

/// A folder with an empty docs folder, and what loading a configuration in it gives.
struct Site {
    folder: tempfile::TempDir,
    environment: Vec<(String, String)>,
    overrides: Overrides,
}

impl Site {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["docs", "overrides"] {
            std::fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        Self {
            folder,
            environment: Vec::new(),
            overrides: Overrides::default(),
        }
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn write(self, path: &str, text: &str) -> Self {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, text).expect("a file");
        self
    }

    fn set(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The settings, and the problems as `LEVEL file:line:column message [help]`.
    fn load(&self) -> (Option<Settings>, Vec<String>) {
        let files = Files::new();
        let request = Request {
            directory: self.root().to_owned(),
            environment: Environment::new(self.environment.clone()),
            overrides: self.overrides.clone(),
            ..Request::default()
        };
        let checked = load(&files, &request).expect("a file");
        let root = format!("{}/", self.root().display());
        let lines = checked.problems.iter().map(|problem| {
            let place = problem.span.map_or_else(String::new, |span| {
                let path = files.path(span.file).unwrap_or_default();
                let path = path.strip_prefix(self.root()).unwrap_or(&path).display().to_string();
                let place = files.locate(span.file, span.start as usize).expect("a place");
                format!("{path}:{place} ")
            });
            let help: String = problem.help.iter().map(|help| format!(" [{help}]")).collect();
            format!("{:?} {place}{}{help}", problem.severity, problem.message).replace(&root, "")
        });
        (checked.value, lines.collect())
    }

    fn settings(&self) -> Settings {
        let (settings, problems) = self.load();
        assert_eq!(problems, [] as [String; 0]);
        settings.expect("settings")
    }
}

/// The settings of `text` below a name and a theme, which must have no problem.
fn clean(text: &str) -> Settings {
    site(text).settings()
}

fn site(text: &str) -> Site {
    Site::new().write("mkdocs.yml", &format!("site_name: x\ntheme: material\n{text}"))
}

fn problems(text: &str) -> Vec<String> {
    site(text).load().1
}

#[test]
fn defaults_are_those_of_mkdocs() {
    let site = site("");
    let settings = site.settings();
    assert_eq!(settings.docs_dir, site.root().join("docs"));
    assert_eq!(settings.site_dir, site.root().join("site"));
    assert!(settings.use_directory_urls && !settings.strict && settings.nav.is_none());
    assert_eq!(settings.site_url, None);
    assert_eq!(settings.dev_addr, ("127.0.0.1".to_owned(), 8000));
    assert_eq!(settings.plugins.len(), 1);
    assert_eq!(settings.plugins[0].name, "material/search");
    assert_eq!(settings.validation, Validation::default());
    assert_eq!(settings.theme.favicon, None);
    let view = settings.view();
    assert_eq!(view["theme"]["favicon"], "assets/images/favicon.svg");
    assert_eq!(view["theme"]["font"]["code"], "Roboto Mono");
    assert_eq!(view["plugins"]["material/search"]["config"]["enabled"], true);
    assert_eq!(view["markdown_extensions"][2], "fenced_code");
    assert_eq!(view["edit_uri"], serde_json::Value::Null);
}

#[test]
fn corners_of_real_files_pass() {
    let corners = [
        "plugins: []\n",
        "plugins:\n  search:\n  offline: {enabled: !ENV [NOBODY_SETS_THIS, false]}\n",
        "plugins:\n  - search: {lang: [en, es]}\n",
        "plugins:\n  - material/search\n",
        "markdown_extensions:\n  toc:\n    permalink: yes\n  admonition:\n",
        "markdown_extensions:\n  - admonition:\n  - pymdownx.details: {}\n",
        "nav:\n  - ? ''\n    : index.md\n  - !ENV [NAV_HOME, \"Home\"]: index.md\n  - 2024: a.md\n  - '<b>x</b>&nbsp;': 'api/\" target=\"_blank'\n",
        "nav: []\n",
        "extra: &x\n  a: 1\nx: &y {<<: *x}\n",
        "extra:\n  analytics:\n    property: !!python/object/apply:os.getenv [\"NOBODY_SETS_THIS\"]\n",
        "extra_javascript:\n  - https://example.org/x.js\n  - {path: a.js, type: module}\n  - x.html\n",
        "site_url: ''\nrepo_url: ''\n",
        "docs_dir: ./docs/\n",
        "exclude_docs: |\n  *.tmp\n  !x.tmp\n",
        "copyright: >-\n  &copy; <a href=\"#__consent\">x</a>\n",
        "markdown_extensions:\n  - pymdownx.emoji:\n      emoji_index: !!python/name:material.extensions.emoji.twemoji ''\n      emoji_generator: !!python/name:materialx.emoji.to_svg\n",
        "markdown_extensions:\n  - toc:\n      slugify: !!python/object/apply:pymdownx.slugs.slugify {kwds: {case: lower}}\n",
        "markdown_extensions:\n  - pymdownx.superfences:\n      custom_fences:\n        - {name: m, class: m, format: !!python/name:mermaid2.fence_mermaid_custom }\n",
        "markdown_extensions:\n  - pymdownx.snippets:\n      base_path: [!relative , !relative $docs_dir]\n",
    ];
    for corner in corners {
        let problems = problems(corner);
        let unknown = |line: &String| line.contains("Unrecognised configuration name: x");
        assert_eq!(
            problems.iter().filter(|line| !unknown(line)).count(),
            0,
            "{corner}: {problems:?}"
        );
    }
    let theme = "site_name: ''\ntheme:\n  name: null\n  custom_dir: overrides\n  anything: 1\n";
    let settings = Site::new().write("mkdocs.yml", theme).settings();
    assert_eq!((settings.site_name.as_str(), settings.theme.name), ("", None));
    let theme = "site_name: x\ntheme:\n  name: material\n  palette:\n  font: false\n  direction:\n";
    let settings = Site::new().write("mkdocs.yml", theme).settings();
    assert!(matches!(settings.theme.palette, PaletteSpec::None) && settings.theme.font.is_none());
}

const WRONG_VALUES: &[(&str, &str)] = &[
    (
        "strct: true",
        "Warning mkdocs.yml:3:1 Config value 'strct': Unrecognised configuration name: strct [did you mean `strict`?]",
    ),
    (
        "strict: maybe",
        "Error mkdocs.yml:3:9 Config value 'strict': expected `true` or `false`, found a text",
    ),
    (
        "site_author: 12",
        "Error mkdocs.yml:3:14 Config value 'site_author': expected a text, found an integer [put quotes around it to make it a text]",
    ),
    (
        "site_url: example.org",
        "Error mkdocs.yml:3:11 Config value 'site_url': The URL isn't valid, it should include the http:// (scheme) [write the whole address, such as `https://example.org/`]",
    ),
    (
        "docs_dir: nowhere",
        "Error mkdocs.yml:3:11 Config value 'docs_dir': The path 'nowhere' isn't an existing directory. [paths start at the folder of the configuration file]",
    ),
    (
        "site_dir: docs/site",
        "Error mkdocs.yml:3:11 Config value 'site_dir': The 'site_dir' should not be within the 'docs_dir' as this leads to the build directory being copied into itself and duplicate nested files in the 'site_dir'. (site_dir: 'docs/site', docs_dir: 'docs')",
    ),
    (
        "pages: []",
        "Error mkdocs.yml:3:8 Config value 'pages': The configuration option 'pages' was removed from MkDocs. Use 'nav' instead.",
    ),
    (
        "nav: x",
        "Error mkdocs.yml:3:6 Config value 'nav': Expected nav to be a list, got 'x' [write `- path.md`, `- Title: path.md`, or `- Title:` with a list below it]",
    ),
    (
        "nav:\n  - {a: b, c: d}",
        "Error mkdocs.yml:4:5 Config value 'nav': Expected nav item to be a dict of size 1, got dict with keys ('a', 'c') [write `- path.md`, `- Title: path.md`, or `- Title:` with a list below it]",
    ),
    (
        "nav:\n  - a:\n      b: c",
        "Warning mkdocs.yml:5:7 Config value 'nav': Expected nav to be a list, got dict with keys ('b',) [write `- path.md`, `- Title: path.md`, or `- Title:` with a list below it]",
    ),
    (
        "validation: {links: {anchors: wrn}}",
        "Error mkdocs.yml:3:31 Config value 'validation.links.anchors': expected one of `warn`, `info`, `ignore` [did you mean `warn`?]",
    ),
    (
        "validation: {not_found: x}",
        "Error mkdocs.yml:3:25 Config value 'validation.not_found': expected one of `warn`, `info`, `ignore`",
    ),
    (
        "chaski: {publish: {targets: {web: {kind: gti}}}}",
        "Error mkdocs.yml:3:42 Config value 'chaski.publish.targets.web.kind': expected one of `git`, `directory`, `ssh`, `s3`, `ftp`, `archive` [did you mean `git`?]",
    ),
    (
        "chaski: {publish: {targets: {web: {kind: directory}}}}",
        "Error mkdocs.yml:3:35 Config value 'chaski.publish.targets.web.path': Required configuration not provided.",
    ),
    (
        "chaski: {publish: {targets: {web: {kind: git, remote: 'https://u:p@h/x'}}}}",
        "Error mkdocs.yml:3:55 Config value 'chaski.publish.targets.web.remote': credentials do not belong into the configuration [take them out of the address: they come from the environment, agents or profiles]",
    ),
    (
        "chaski: {publish: {default: wbe, targets: {web: {kind: git}}}}",
        "Error mkdocs.yml:3:29 Config value 'chaski.publish.default': there is no target `wbe` [did you mean `web`?]",
    ),
    (
        "chaski: {publish: {targets: {web: {kind: git, brnch: x}}}}",
        "Error mkdocs.yml:3:47 Config value 'chaski.publish.targets.web.brnch': Unrecognised configuration name: brnch [did you mean `branch`?]",
    ),
    (
        "hooks: [h.py]",
        "Error mkdocs.yml:3:9 Config value 'hooks': the hook 'h.py' is Python, which is not run [to build without what it does, add `h.py` to `chaski: allow:`]",
    ),
    (
        "chaski: {allow: [hooks]}\nhooks: [h.py]",
        "Info mkdocs.yml:4:9 Config value 'hooks': the hook 'h.py' is Python, which is not run",
    ),
    (
        "plugins: [serach]",
        "Error mkdocs.yml:3:11 Config value 'plugins': The \"serach\" plugin is not installed [did you mean `search`?] [Python plugins do not run here; to build without it, add `serach` to `chaski: allow:`]",
    ),
    (
        "chaski: {allow: [foo]}\nplugins: [foo]",
        "Info mkdocs.yml:4:11 Config value 'plugins': The \"foo\" plugin is not installed",
    ),
    (
        "plugins:\n  - search: {pipline: []}",
        "Warning mkdocs.yml:4:14 Config value 'plugins': Plugin 'material/search' option 'pipline': Unrecognised configuration name: pipline [did you mean `pipeline`?]",
    ),
    (
        "plugins:\n  - search: {pipeline: [stemer]}",
        "Error mkdocs.yml:4:25 Config value 'plugins': Plugin 'material/search' option 'pipeline': expected one of `stemmer`, `stopWordFilter`, `trimmer`, found a text [did you mean `stemmer`?]",
    ),
    (
        "plugins:\n  - search: {separator: ',+'}",
        "Info mkdocs.yml:4:14 Config value 'plugins': Plugin 'material/search' option 'separator' is for `search_index.json` only: the search of the site finds words whatever separates them",
    ),
    (
        "plugins:\n  - search: {separator: 1}",
        "Error mkdocs.yml:4:25 Config value 'plugins': Plugin 'material/search' option 'separator': expected a text, found an integer",
    ),
    (
        "plugins:\n  - search\n  - search",
        "Warning mkdocs.yml:5:5 Config value 'plugins': Plugin 'material/search' was specified multiple times - this is likely a mistake, because the plugin doesn't declare `supports_multiple_instances`.",
    ),
    (
        "plugins:\n  - search:\n    offline:",
        "Error mkdocs.yml:4:5 Config value 'plugins': Invalid Plugins configuration: start each plugin with its own `-`",
    ),
    (
        "markdown_extensions: toc",
        "Error mkdocs.yml:3:22 Config value 'markdown_extensions': Invalid Markdown Extensions configuration [write a list of names, or of `name: {option: value}` entries]",
    ),
    (
        "markdown_extensions:\n  - toc:\n      - x",
        "Error mkdocs.yml:5:7 Config value 'markdown_extensions': Invalid config options for Markdown Extension 'toc'. [indent the options by four spaces more than the name, as `option: value`]",
    ),
    (
        "extra: {x: !!python/name:a.b }",
        "Error mkdocs.yml:3:12 the Python name `a.b` is not known [Python is never run: only names whose meaning is built in work]",
    ),
    (
        "extra: {x: !ENVV y}",
        "Error mkdocs.yml:3:12 the tag `!ENVV` is not known [Python is never run; put quotes around the value if it is a text] [did you mean `!ENV`?]",
    ),
    (
        "extra:\n  social:\n    - link: x",
        "Warning mkdocs.yml:5:7 Config value 'extra.social[0].icon': it is missing",
    ),
    (
        "dev_addr: 'x:1'",
        "Error mkdocs.yml:3:11 Config value 'dev_addr': 'x' does not appear to be an IPv4 or IPv6 address",
    ),
    (
        "edit_uri_template: '{pth}'",
        "Error mkdocs.yml:3:20 Config value 'edit_uri_template': Unknown template substitute: 'pth' [use `{path}` or `{path_noext}`; write `{{` for a brace]",
    ),
    (
        "watch: [gone]",
        "Error mkdocs.yml:3:9 Config value 'watch': The path 'gone' isn't an existing file or directory.",
    ),
    (
        "extra_javascript:\n  - {path: a.js, dfer: true}",
        "Warning mkdocs.yml:4:18 Config value 'extra_javascript[0].dfer': Unrecognised configuration name: dfer [did you mean `defer`?]",
    ),
    (
        "exclude_docs: [a]",
        "Error mkdocs.yml:3:15 Config value 'exclude_docs': Expected a multiline string, but a list was given. [write `exclude_docs: |` and one pattern a line below it]",
    ),
    (
        "site_author: a\nsite_author: b",
        "Warning mkdocs.yml:4:1 the key `site_author` is written twice in one mapping; the last value counts [keep one of them]",
    ),
];

#[test]
fn a_wrong_value_is_reported_where_it_stands() {
    for (text, expected) in WRONG_VALUES {
        assert_eq!(problems(text), [*expected], "{text}");
    }
}

const WRONG_THEMES: &[(&str, &str)] = &[
    (
        "theme: materail",
        "Error mkdocs.yml:2:8 Config value 'theme': Unrecognised theme name: 'materail'. The available installed themes are: material [did you mean `material`?]",
    ),
    (
        "theme: readthedocs",
        "Error mkdocs.yml:2:8 Config value 'theme': the theme 'readthedocs' is not built in; the site would look like `material` [take `name: material`, or add `theme` to `chaski: allow:` to build with it anyway]",
    ),
    (
        "theme: {language: es}",
        "Error mkdocs.yml:2:8 Config value 'theme': No theme name set. [write `name: material`]",
    ),
    (
        "theme: {name: null}",
        "Error mkdocs.yml:2:15 Config value 'theme': At least one of 'name' or 'custom_dir' must be defined. [write `name: material`]",
    ),
    (
        "theme: {name: material, custom_dir: gone}",
        "Error mkdocs.yml:2:37 Config value 'theme': The path set in custom_dir ('gone') does not exist. [paths start at the folder of the configuration file]",
    ),
    (
        "theme: {name: material, features: [search.seggest]}",
        "Info mkdocs.yml:2:36 Config value 'theme.features': `search.seggest` is no feature flag, it has no effect [did you mean `search.suggest`?]",
    ),
    (
        "theme: {name: material, features: [tabs]}",
        "Info mkdocs.yml:2:36 Config value 'theme.features': `tabs` is no feature flag, it has no effect [did you mean `navigation.tabs`?]",
    ),
    (
        "theme: {name: material, lenguage: es}",
        "Info mkdocs.yml:2:25 Config value 'theme.lenguage': Unrecognised configuration name: lenguage [did you mean `language`?]",
    ),
    (
        "theme: {name: material, logo: {icon: school}}",
        "Warning mkdocs.yml:2:31 Config value 'theme.logo': an icon has no effect here [name the icon in `theme.icon.logo`, such as `material/library`]",
    ),
    (
        "theme: {name: material, palette: {scheme: 1}}",
        "Error mkdocs.yml:2:43 Config value 'theme.palette.scheme': expected a text, found an integer [put quotes around it to make it a text]",
    ),
    (
        "strict: true",
        "Warning Config value 'theme': no theme is set; MkDocs would take `mkdocs`, this site is built with `material` [write `theme: material`]",
    ),
];

#[test]
fn a_wrong_theme_is_reported_where_it_stands() {
    for (text, expected) in WRONG_THEMES {
        let (_, problems) = Site::new()
            .write("mkdocs.yml", &format!("site_name: x\n{text}\n"))
            .load();
        assert_eq!(problems, [*expected], "{text}");
    }
}

#[test]
fn a_file_that_is_no_mapping_has_no_settings() {
    let cases = [
        (
            "a: b: c\n",
            "Error mkdocs.yml:1:5 MkDocs encountered an error parsing the configuration file: invalid YAML: mapping values are not allowed in this context [put quotes around a text that contains `: `, or indent the key as its neighbours]",
        ),
        (
            "- a\n",
            "Error mkdocs.yml:1:1 The configuration is invalid. Expected a key-value mapping (dict) but received: a list [write `site_name: ...` and further keys, one a line]",
        ),
    ];
    for (text, expected) in cases {
        let (settings, problems) = Site::new().write("mkdocs.yml", text).load();
        assert!(settings.is_none());
        assert_eq!(problems, [expected]);
    }
    let (settings, problems) = Site::new().write("mkdocs.yml", "# nothing\n").load();
    assert!(settings.is_some());
    assert!(
        problems
            .iter()
            .any(|line| line.contains("Required configuration not provided.")),
        "{problems:?}"
    );
}

#[test]
fn inherited_mappings_are_joined() {
    let site = Site::new()
        .write("base/mkdocs.yml", "INHERIT: ../root.yml\nextra: {a: {b: 2}, l: [9]}\nstrict: true\n")
        .write("root.yml", "site_name: root\ntheme: {name: material, language: es}\nextra: {a: {b: 1, c: 1}, l: [1, 2]}\ndocs_dir: docs\n")
        .write("mkdocs.yml", "INHERIT: base/mkdocs.yml\nsite_name: child\ntheme: {features: [toc.follow]}\n");
    let settings = site.settings();
    assert_eq!(settings.site_name, "child");
    assert!(settings.strict);
    assert_eq!(settings.extra.to_json().to_string(), r#"{"a":{"b":2,"c":1},"l":[9]}"#);
    assert_eq!(
        (settings.theme.language.as_str(), settings.theme.features.len()),
        ("es", 1)
    );
    // Paths of a parent start at the child's folder, as in MkDocs.
    assert_eq!(settings.docs_dir, site.root().join("docs"));
}

#[test]
fn what_cannot_be_inherited_is_reported() {
    let (_, problems) = Site::new()
        .write("a.yml", "INHERIT: mkdocs.yml\ntheme: material\nsite_name: x\n")
        .write("mkdocs.yml", "INHERIT: a.yml\n")
        .load();
    assert_eq!(
        problems,
        ["Error a.yml:1:10 INHERIT goes in a circle: mkdocs.yml -> a.yml -> mkdocs.yml"]
    );
    let (_, problems) = site("INHERIT: b.yml\n").load();
    assert_eq!(
        problems,
        ["Error mkdocs.yml:3:10 Inherited config file 'b.yml' does not exist at 'b.yml'."]
    );
    let (_, problems) = site("INHERIT: b.yml\n").write("b.yml", "a: 'x\n").load();
    assert_eq!(problems.len(), 1);
    assert!(problems[0].starts_with("Error b.yml:2:1 "), "{problems:?}");
}

#[test]
fn env_is_typed_as_yaml() {
    let text = "strict: !ENV S\nsite_author: !ENV [NONE, A, x]\nextra:\n  a: !ENV [NONE, 12]\n  b: !ENV [NONE, N, x]\n  c: !ENV NONE\n  d: !!python/object/apply:os.getenv [N]\n  e: !ENV [T]\nnav:\n  - !ENV [NONE, Home]: index.md\nsite_description: !ENV A\n";
    let settings = site(text)
        .set("S", "yes")
        .set("A", "me")
        .set("N", "7")
        .set("T", "[a]")
        .settings();
    assert!(settings.strict);
    assert_eq!(settings.site_author.as_deref(), Some("me"));
    assert_eq!(
        settings.extra.to_json().to_string(),
        r#"{"a":12,"b":7,"c":null,"d":"7","e":"[a]"}"#
    );
    assert_eq!(
        settings.nav.expect("nav").to_json().to_string(),
        r#"[{"Home":"index.md"}]"#
    );
    assert_eq!(settings.site_description.as_deref(), Some("me"));
}

#[test]
fn relative_folders_are_placed() {
    let site = site(
        "markdown_extensions:\n  - pymdownx.snippets:\n      base_path: [!relative $docs_dir/inc, !relative $config_dir, !relative , x]\n",
    );
    let settings = site.settings();
    let paths = settings.markdown_extensions[0]
        .options
        .get("base_path")
        .and_then(Node::as_seq)
        .expect("a list");
    assert_eq!(paths[0].as_str(), site.root().join("docs/inc").to_str());
    assert_eq!(Path::new(paths[1].as_str().expect("a path")), site.root());
    assert!(matches!(&paths[2].kind, Kind::Tagged(tag, _) if tag == "!relative"));
    let wrong =
        problems("markdown_extensions:\n  - pymdownx.snippets:\n      base_path: [!relative $x/y, !relative z]\n");
    assert_eq!(wrong.len(), 2);
    assert!(
        wrong[0].contains("Unknown prefix '$x' in !relative '$x/y'"),
        "{wrong:?}"
    );
    assert!(
        wrong[1].contains("'!relative' tag does not expect any value; received 'z'"),
        "{wrong:?}"
    );
}

#[test]
fn addresses_are_completed() {
    let urls = [
        ("https://a.b", "https://a.b/"),
        ("HTTPS://a.b/c", "https://a.b/c/"),
        ("https://a.b/c/", "https://a.b/c/"),
        ("https://a.b/c?d", "https://a.b/c/?d"),
    ];
    for (written, expected) in urls {
        assert_eq!(
            clean(&format!("site_url: {written}")).site_url.as_deref(),
            Some(expected)
        );
    }
    let repos = [
        ("https://github.com/a/b", "GitHub", Some("edit/master/docs/")),
        ("https://gitlab.com/a/b", "GitLab", Some("edit/master/docs/")),
        ("https://bitbucket.org/a/b", "Bitbucket", Some("src/default/docs/")),
        ("https://git-lab.example.org/a", "Git-Lab", None),
    ];
    for (url, name, edit) in repos {
        let repo = clean(&format!("repo_url: {url}")).repo;
        assert_eq!((repo.name.as_deref(), repo.edit_uri.as_deref()), (Some(name), edit));
    }
    let repo = clean("repo_url: https://github.com/a/b\nrepo_name: a/b\nedit_uri: edit/main\n").repo;
    assert_eq!(
        (repo.name.as_deref(), repo.edit_uri.as_deref()),
        (Some("a/b"), Some("edit/main/"))
    );
    assert_eq!(clean("edit_uri: ''").repo.edit_uri.as_deref(), Some(""));
}

#[test]
fn plugins_are_found_and_switched_off() {
    let names = |text: &str| -> Vec<String> { clean(text).plugins.into_iter().map(|plugin| plugin.instance).collect() };
    assert_eq!(names("plugins:"), ["material/search"]);
    assert_eq!(names("plugins: []"), [] as [&str; 0]);
    assert_eq!(names("plugins:\n  - /search\n  - info\n"), ["search", "material/info"]);
    assert_eq!(names("plugins:\n  - search: {enabled: false}\n"), [] as [&str; 0]);
    assert_eq!(names("plugins:\n  - nobody-knows: {enabled: false}\n"), [] as [&str; 0]);
    assert_eq!(names("plugins:\n  - group: {plugins: [x]}\n"), [] as [&str; 0]);
    assert_eq!(
        names("plugins:\n  - group:\n      enabled: true\n      plugins: [info, search]\n  - offline\n"),
        ["material/group", "material/info", "material/search", "material/offline"]
    );
    assert!(!clean("plugins: [offline]").use_directory_urls);
}

#[test]
fn the_search_index_follows_the_options() {
    let text = "plugins:\n  - search: {lang: [es, xx], separator: '-', pipeline: [], fields: {title: {boost: 2}, x: {}, txet: {boost: b, boots: 1}}}\n";
    let site = site(text);
    let (settings, problems) = site.load();
    assert_eq!(
        problems,
        [
            "Info mkdocs.yml:4:25 Option search.lang 'xx' is not supported, falling back to 'en'",
            "Info mkdocs.yml:4:30 Config value 'plugins': Plugin 'material/search' option 'separator' is for `search_index.json` only: the search of the site finds words whatever separates them",
            "Info mkdocs.yml:4:88 Config value 'plugins': Plugin 'material/search' option 'fields': the search has no field 'x'",
            "Info mkdocs.yml:4:95 Config value 'plugins': Plugin 'material/search' option 'fields': the search has no field 'txet' [did you mean `text`?]",
            "Info mkdocs.yml:4:109 Config value 'plugins': Plugin 'material/search' option 'fields': a 'boost' is a number",
            "Info mkdocs.yml:4:112 Config value 'plugins': Plugin 'material/search' option 'fields': Unrecognised configuration name: boots [did you mean `boost`?]"
        ]
    );
    let spec = settings.and_then(|settings| settings.search_spec()).expect("a search");
    assert_eq!(
        (spec.lang, spec.separator.as_str(), spec.pipeline.len()),
        (vec!["es".to_owned(), "en".to_owned()], "-", 0)
    );
    assert_eq!(
        spec.fields,
        [
            ("title".to_owned(), 2.into()),
            ("x".to_owned(), 1.0.into()),
            ("txet".to_owned(), 1.0.into())
        ]
    );
    assert!(clean("plugins: []").search_spec().is_none());
    assert_eq!(clean("").search_spec().expect("a search").lang, ["en"]);
}

#[test]
fn validation_levels_propagate() {
    let levels =
        clean("validation:\n  not_found: ignore\n  absolute_links: relative_to_docs\n  links:\n    not_found: info\n")
            .validation;
    assert_eq!(
        (levels.nav_not_found, levels.links_not_found),
        (Severity::Debug, Severity::Info)
    );
    assert_eq!(levels.nav_absolute_links, AbsoluteLinks::RelativeToDocs);
    assert_eq!(levels.links_absolute_links, AbsoluteLinks::RelativeToDocs);
}

#[test]
fn the_command_line_wins() {
    let mut site = site("strict: true\nsite_dir: a\nuse_directory_urls: true\n");
    site.overrides = Overrides {
        site_dir: Some("b".to_owned()),
        strict: Some(false),
        theme: Some("material".to_owned()),
        use_directory_urls: Some(false),
    };
    let settings = site.settings();
    assert_eq!(settings.site_dir, site.root().join("b"));
    assert!(!settings.strict && !settings.use_directory_urls);
}

#[test]
fn a_missing_or_unreadable_file_is_an_error() {
    let site = Site::new().write("bytes.yml", "");
    std::fs::write(site.root().join("bytes.yml"), b"a: \xff\n").expect("a file");
    let error = |file: ConfigFile| {
        let request = Request {
            file,
            directory: site.root().to_owned(),
            ..Request::default()
        };
        format!("{:#}", load(&Files::new(), &request).expect_err("no file"))
    };
    assert!(error(ConfigFile::Standard).starts_with("Config file 'mkdocs.yml' does not exist."));
    assert!(error(ConfigFile::Path(PathBuf::from("bytes.yml"))).contains("not valid UTF-8 at byte 3"));
    assert!(error(ConfigFile::Path(PathBuf::from("docs"))).contains("is a folder"));
}

#[test]
fn templates_see_what_is_written() {
    let text = "extra: {a: [1]}\nfoo: 1\nextra_javascript:\n  - a.js\n  - b.mjs\nmarkdown_extensions:\n  - toc: {permalink: true}\n  - abbr\nchaski: {allow: [hooks]}\n";
    let site = site(text);
    let view = site.load().0.expect("settings").view();
    assert_eq!(view["extra"]["a"][0], 1);
    assert_eq!(view["foo"], 1);
    assert_eq!(view["extra_javascript"][1]["type"], "module");
    assert_eq!(view["mdx_configs"]["toc"]["permalink"], true);
    assert_eq!(view["markdown_extensions"].as_array().map(Vec::len), Some(4));
    assert_eq!(view["theme"]["name"], "material");
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        /// Any value under any key gives settings or problems, never a panic.
        #[test]
        fn any_value_is_read(
            key in prop::sample::select(vec![
                "site_name", "nav", "theme", "docs_dir", "site_dir", "site_url", "repo_url", "edit_uri_template", "extra",
                "plugins", "markdown_extensions", "validation", "extra_javascript", "hooks", "watch", "dev_addr", "INHERIT",
                "exclude_docs", "chaski",
            ]),
            value in prop::sample::select(vec![
                "", "~", "[]", "{}", "1", "1.5", "yes", "x", "''", "[x, [y]]", "{a: b}", "[{a: b}]", "[{a: {b: c}}]", "!ENV x",
                "!ENV [a, [b]]", "!ENV {a: b}", "!!python/name:a", "!!python/object/apply:os.getenv x", "[1, ~, {}]",
                "{name: {a: b}}", "{allow: 1}", "{links: x, nav: [1]}", "'{'", "'{path!q}'", "http://", "'://'", "[{path: {}}]",
                "{social: [1], analytics: x, consent: [1]}", "{? [a] : b}", "{name: material, palette: [1, {toggle: x}], icon: 1}",
            ]),
        ) {
            let site = Site::new().write("mkdocs.yml", &format!("{key}: {value}\n"));
            if let Some(settings) = site.load().0 {
                assert!(settings.view().is_object());
                let _ = settings.dialect();
            }
        }
    }
}
