//! Options of `encryptcontent` on small sites; what opens in a browser is tested in
//! `browser/protected.test.js`, what leaks in `plugins.rs`.

use crate::harness::Project;

fn project(options: &str) -> Project {
    let config = format!(
        "site_url: https://example.org/docs/\nplugins:\n  - search\n  - encryptcontent:\n      kdf_pow: 1\n      \
         threshold_warning_min_entropy: 0\n      password_inventory: {{staff: 'alpha:bravo'}}\n{options}"
    );
    Project::with(&config)
        .write(
            "docs/in/page.md",
            "---\nlevel: staff\nsharelink: true\n---\n# Page\n\nSecret.\n",
        )
        .write("docs/p.png", "p")
        .write("docs/logo.png", "l")
}

/// The link is that of mkdocs-encryptcontent 3.1.0 for the same page.
#[test]
fn links_with_passwords_stand_beside_the_site() {
    let shared = project("      sharelinks: true\n      sharelinks_output: out/links.txt\n");
    shared.run("build --strict").status(0);
    let link = "https://example.org/docs/in/page/#ITphbHBoYTpicmF2bw";
    assert_eq!(shared.read("out/links.txt"), link);
    shared.run("check");
    let part = project("      sharelinks: true\n      sharelinks_incomplete: true\n");
    part.run("build --strict").status(0);
    assert!(part.read("sharelinks.txt").ends_with("#ITphbHBoYTo"), "`!:alpha:`");
    for path in ["docs/links.txt", "site/links.txt", "../links.txt"] {
        let public = project(&format!("      sharelinks: true\n      sharelinks_output: {path}\n"));
        public.run("build").status(1).stderr("would be published");
        assert!(!public.exists("site") && !public.exists(path), "{path}");
    }
}

#[test]
fn nothing_is_shared_that_was_not_built() {
    let shared = project("      sharelinks: true\n").write("docs/bad.md", "---\nlevel: stuff\n---\n# Bad\n");
    shared.run("build").status(1);
    assert!(!shared.exists("sharelinks.txt"));
    let silent = project("");
    silent.run("build --strict").status(0);
    assert!(!silent.exists("sharelinks.txt"));
}

/// The names are those of mkdocs-encryptcontent 3.1.0: the MD5 of the file.
#[test]
fn pictures_get_names_that_nobody_guesses() {
    let hashed = project("      hash_filenames: {extensions: [png], except: [logo.png]}\n")
        .write("docs/index.md", "# Home\n\n![p](p.png) ![l](logo.png)\n");
    hashed.run("build --strict").status(0);
    let name = "p_83878c91171338902e0fe0fb97a8c47a.png";
    assert!(hashed.exists(&format!("site/{name}")) && !hashed.exists("site/p.png") && hashed.exists("site/logo.png"));
    assert!(hashed.read("site/index.html").contains(&format!("src=\"{name}\"")));
}

#[test]
fn own_templates_see_the_variables_of_the_original() {
    let form = "<i>{{ summary }}|{{ encryptcontent_id }}|{{ uname }}|{{ base_path }}|{{ encryptcontent_path }}|{{ extra.word }}</i>\
                <b>{{ ciphertext_bundle }}</b>";
    let options = "      html_template_path: form.html\n      html_extra_vars: {word: hello}\n      \
                   js_template_path: own.js\n      js_extra_vars: {word: 3}\n      summary: Closed\n";
    let own = project(options).write("form.html", form).write(
        "own.js",
        "run({{ kdf_iterations }}, {{ extra.word }}, {{ encrypted_something }}, '{{ remember_prefix }}')\n",
    );
    own.run("build --strict").status(0);
    let page = own.read("site/in/page/index.html");
    assert!(
        page.contains("<i>Closed|encryptcontent_1|0|../../|docs/in/page/|hello</i>"),
        "{page}"
    );
    assert!(!page.contains("Secret") && page.contains("==;"));
    assert_eq!(
        own.read("site/assets/javascripts/decrypt-contents.js"),
        "run(10, 3, {}, 'encryptcontent_')"
    );
    let broken = project(options)
        .write("form.html", "a\n{{ summary | zzz }}\n")
        .write("own.js", "");
    broken
        .run("build")
        .status(1)
        .stderr("form.html:2:1")
        .stderr("encrypt-template");
    assert!(!broken.exists("site"));
}

#[test]
fn templates_are_told_of_protected_pages_unless_they_should_not_be() {
    let template =
        "{% extends 'base.html' %}{% block announce %}{% if page.encrypted %}shielded{% endif %}{% endblock %}";
    for (options, is_told) in [("", true), ("      tag_encrypted_page: false\n", false)] {
        let told = project(options).write("over/main.html", template);
        let config = told
            .read("mkdocs.yml")
            .replace("theme: material", "theme: {name: material, custom_dir: over}");
        let told = told.write("mkdocs.yml", &config);
        told.run("build").status(0);
        let page = told.read("site/in/page/index.html");
        assert_eq!(page.contains("shielded"), is_told);
        assert_eq!(page.contains("md-status--encrypted"), is_told);
        assert!(!page.contains("Secret"));
    }
}

#[test]
fn what_browsers_store_is_not_in_the_site_in_clear() {
    let stored = project("      additional_storage_file: storage.yml\n").write(
        "storage.yml",
        "password: {'alpha:bravo': {charlie_name: delta-value}}\n",
    );
    stored.run("build --strict").status(0);
    let page = stored.read("site/in/page/index.html");
    assert!(!page.contains("charlie_name") && !page.contains("delta-value"));
    let public = project("      additional_storage_file: docs/storage.yml\n").write("docs/storage.yml", "{}\n");
    public.run("build").status(1).stderr("would be published");
}
