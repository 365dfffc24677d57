//! The index that readers search, from outside; how it ranks is tested in `browser/search.test.js`.

use std::collections::BTreeMap;
use std::io::Read as _;
use std::path::Path;

use crate::harness::Project;

/// The files of the index by name, unpacked.
fn shards(project: &Project) -> BTreeMap<String, Vec<u8>> {
    let folder = project.path().join("site/search/shards");
    let read = |path: &Path| {
        let bytes = std::fs::read(path).expect("a file");
        let mut unpacked = Vec::new();
        let packed = flate2::read::ZlibDecoder::new(&bytes[..]).read_to_end(&mut unpacked);
        if packed.is_ok() { unpacked } else { bytes }
    };
    std::fs::read_dir(folder)
        .expect("an index")
        .map(|entry| {
            let path = entry.expect("a file").path();
            (
                path.file_name().expect("a name").to_string_lossy().into_owned(),
                read(&path),
            )
        })
        .collect()
}

pub(crate) fn all(project: &Project) -> String {
    shards(project)
        .values()
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned() + "\n")
        .collect()
}

#[test]
fn what_is_left_out_leaves_nothing() {
    let config = "exclude_docs: hidden.md\ndraft_docs: draft.md\nmarkdown_extensions: [attr_list]\nplugins:\n  - search\n  - encryptcontent:\n      \
                  threshold_warning_min_entropy: 0\n";
    let project = Project::with(config)
        .write("docs/shown.md", "---\ntags: [alphatag]\n---\n# Shown bravoword\n\ncharlieword\n\n## Part { data-search-exclude }\n\ndeltaword\n")
        .write("docs/left.md", "---\nsearch: {exclude: true}\ntags: [echotag]\n---\n# Left echoword\n")
        .write("docs/locked.md", "---\npassword: long-enough-to-pass\ntags: [foxtrottag]\n---\n# Locked\n\nfoxtrotword *[FXT]: foxtrotword\n")
        .write("docs/hidden.md", "# Golfword\n")
        .write("docs/draft.md", "# Hotelword\n");
    project.run("build").status(0);
    let found = all(&project);
    for there in ["bravoword", "charlieword", "alphatag"] {
        assert!(found.contains(there), "{there}");
    }
    for absent in ["delta", "echo", "foxtrot", "golf", "hotel", "long-enough"] {
        assert!(!found.to_lowercase().contains(absent), "{absent}");
    }
}

#[test]
fn a_page_of_the_site_at_our_address_stays() {
    let project = Project::with("plugins: [search]\n")
        .write("docs/index.md", "# Home\n")
        .write("docs/search/index.html", "<p>The site's own search</p>");
    project.run("build").status(0);
    assert_eq!(project.read("site/search/index.html"), "<p>The site's own search</p>");
    assert!(project.path().join("site/search/search_index.json").exists());

    let project = Project::with("plugins: [search]\n").write("docs/index.md", "# Home\n");
    project.run("build").status(0);
    assert!(project.read("site/search/index.html").contains("<noscript>"));
}

#[test]
fn an_edit_changes_few_files() {
    let mut project = Project::with("plugins: [search]\n");
    let words = [
        "nube", "monte", "piedra", "arena", "camino", "puente", "puerta", "ventana", "techo", "muro",
    ];
    for page in 0..300 {
        let text: Vec<String> = (0..60)
            .map(|at| format!("{}{}", words[(page + at) % 10], (page * 7 + at * at) % 900))
            .collect();
        project = project.write(
            &format!("docs/p{page:03}.md"),
            &format!("# Page {page}\n\n{}\n", text.join(" ")),
        );
    }
    project.run("build").status(0);
    let before = shards(&project);
    let project = project.write("docs/p150.md", "# Page 150\n\nnube0 cumbre\n");
    project.run("build").status(0);
    let after = shards(&project);
    let new = after.keys().filter(|name| !before.contains_key(*name)).count();
    assert!(
        before.len() > 300 && new > 0 && new * 6 < after.len(),
        "{new} of {} files are new",
        after.len()
    );
    let project = project.write("docs/p150.md", "# Page 150\n\nnube0 cumbre\n");
    project.run("build").status(0);
    assert_eq!(shards(&project), after, "the same pages, the same bytes");
}

#[test]
fn options_decide_what_is_found() {
    let project = Project::with(
        "plugins:\n  - search:\n      lang: es\n      pipeline: []\n      synonyms:\n        job: [trabajo, tarea]\n",
    );
    project.run("build").status(0);
    let root: serde_json::Value = serde_json::from_str(&project.read("site/search/shards/root.json")).expect("JSON");
    assert_eq!(root["stop"], "", "no stop words");
    assert_eq!(root["endings"], serde_json::json!([]), "no stems");
    assert!(all(&project).contains("[[[\"job\"],[\"trabajo\"],[\"tarea\"]]]"));
    let project = Project::with("plugins:\n  - search:\n      synonyms:\n        - [job, {a: b}]\n");
    project.run("build").status(1).stderr("expected groups such as");
    let project = Project::with("plugins: []\n");
    project.run("build").status(0);
    assert!(!project.exists("site/search"));
}

#[test]
fn a_site_for_the_disk_has_its_index_as_scripts() {
    let project = Project::with("plugins: [search, offline]\n");
    project.run("build").status(0);
    let shards = shards(&project);
    assert!(shards.keys().all(|name| name.ends_with(".js")), "{:?}", shards.keys());
    let root = project.read("site/search/shards/root.js");
    assert!(root.starts_with("__md_search_file(\"root\",{") && root.ends_with("})\n"));
}
