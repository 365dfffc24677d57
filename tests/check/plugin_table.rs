//! The table of plugins and options: all options of the originals are known, and COMPATIBILITY.md
//! says of each whether it is the same.
//!
//! `UPDATE=1 cargo test plugin_table` writes the table anew.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use chaski::config;

/// Options that do more than in the original, or the same more safely.
const BETTER: &[&str] = &[
    "encryptcontent arithmatex",
    "encryptcontent hljs",
    "encryptcontent cache_file",
    "encryptcontent esm",
    "encryptcontent hash_filenames",
    "encryptcontent insecure_test",
    "encryptcontent search_index",
    "encryptcontent selfhost",
    "encryptcontent selfhost_dir",
    "encryptcontent selfhost_download",
    "encryptcontent webcrypto",
    "git-authors strict",
    "git-revision-date-localized enable_git_follow",
    "git-revision-date-localized enable_parallel_processing",
    "include-markdown exclude",
    "macros on_error_fail",
];

/// Options that are read and have no effect, or not all of it; a build that asks for it says so
/// wherever something would be missing from the site.
const MISSING: &[&str] = &[
    "encryptcontent canary_template_path",
    "encryptcontent sign_files",
    "encryptcontent sign_key",
    "encryptcontent translations",
    "git-committers api_version",
    "git-committers branch",
    "git-committers enterprise_hostname",
    "git-committers gitlab_hostname",
    "git-committers gitlab_repository",
    "git-committers token",
    "include-markdown cache",
    "include-markdown cache_dir",
    "include-markdown encoding",
    "include-markdown order",
    "literate-nav markdown_extensions",
    "llmstxt autoclean",
    "llmstxt preprocess",
    "macros j2_extensions",
    "macros module_name",
    "macros modules",
    "macros verbose",
    "mermaid2 arguments",
    "mermaid2 javascript",
    "mermaid2 version",
    "minify htmlmin_opts",
    "rss cache_dir",
    "rss pretty_print",
    "rss stylesheet",
    "rss use_material_social_cards",
];

/// Options of ours that the originals do not have.
const OURS: &[&str] = &[
    "search enabled",
    "search fields",
    "search jieba_dict",
    "search jieba_dict_user",
    "search pipeline",
    "search synonyms",
    "material/search synonyms",
];

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).expect(path)
}

/// Plugin and option of every line of what the originals told.
fn originals() -> Vec<String> {
    let text = read("tests/plugin-options.txt");
    let name = |line: &str| line.splitn(3, ' ').take(2).collect::<Vec<_>>().join(" ");
    text.lines().map(name).collect()
}

#[test]
fn no_option_of_an_original_is_unknown() {
    let (mut wrong, mut count) = (Vec::new(), 0);
    for name in originals() {
        let (plugin, option) = name.split_once(' ').expect("two words");
        count += 1;
        if !config::knows_plugin_option(plugin, option) {
            wrong.push(name);
        }
    }
    assert!(count > 350 && wrong.is_empty(), "{count} {wrong:#?}");
}

#[test]
fn no_option_is_invented() {
    let known: BTreeSet<String> = originals().into_iter().collect();
    let plugins: BTreeSet<&str> = known.iter().filter_map(|name| name.split(' ').next()).collect();
    let invented: Vec<String> = config::plugin_options()
        .filter(|(plugin, ..)| plugins.contains(plugin))
        .map(|(plugin, option, _)| format!("{plugin} {option}"))
        .filter(|name| !known.contains(name) && !OURS.contains(&name.as_str()))
        .collect();
    assert!(invented.is_empty(), "{invented:#?}");
}

/// The table as it should be: a line a plugin.
fn table() -> String {
    let built_in = chaski::plugins::names();
    let mut rows: BTreeMap<&str, [Vec<&str>; 3]> = BTreeMap::new();
    for (plugin, option, is_named) in config::plugin_options() {
        let name = format!("{plugin} {option}");
        let short = plugin.strip_prefix("material/").unwrap_or(plugin);
        let is_there = built_in.contains(&plugin) || ["search", "group", "info", "offline"].contains(&short);
        let at = match name.as_str() {
            name if BETTER.contains(&name) => 1,
            name if MISSING.contains(&name) || is_named || !is_there => 2,
            _ => 0,
        };
        if plugin != "search" {
            rows.entry(short).or_default()[at].push(option);
        }
    }
    let mut out = "| plugin | same | better | missing |\n|---|---|---|---|\n".to_owned();
    for (plugin, states) in rows {
        let [same, better, missing] = states.map(|options| match options.as_slice() {
            [] => String::new(),
            options => format!("`{}`", options.join("`, `")),
        });
        let _ = writeln!(out, "| `{plugin}` | {same} | {better} | {missing} |");
    }
    out
}

#[test]
fn the_table_of_options_is_that_of_the_program() {
    let text = read("COMPATIBILITY.md");
    let (before, rest) = text
        .split_once("<!-- plugin options -->\n")
        .expect("the start of the table");
    let (found, after) = rest.split_once("<!-- end of plugin options -->").expect("its end");
    let wanted = table();
    if std::env::var_os("UPDATE").is_some() {
        let whole = format!("{before}<!-- plugin options -->\n{wanted}<!-- end of plugin options -->{after}");
        std::fs::write(Path::new(env!("CARGO_MANIFEST_DIR")).join("COMPATIBILITY.md"), whole).expect("it is written");
    } else {
        assert!(
            found == wanted,
            "run UPDATE=1 cargo test plugin_table, and look at the change"
        );
    }
    let all: BTreeSet<String> = config::plugin_options()
        .map(|(plugin, option, _)| format!("{plugin} {option}"))
        .collect();
    let gone: Vec<_> = BETTER
        .iter()
        .chain(MISSING)
        .filter(|name| !all.contains(**name))
        .collect();
    assert!(gone.is_empty(), "{gone:?}");
}
