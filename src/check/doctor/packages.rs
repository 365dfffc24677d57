//! Python packages that MkDocs projects require, and what they are for.

use std::collections::BTreeSet;

use super::{Area, State, Use};

/// What a package is for.
#[derive(Clone, Copy, Debug)]
enum Purpose {
    /// chaski does what it does.
    Core,
    /// It brings a plugin.
    Plugin(&'static str),
    /// It brings a Markdown extension.
    Extension(&'static str),
    /// A tool beside the build; what to do instead.
    Tool(&'static str),
}

use Purpose::{Core, Extension, Plugin, Tool};

/// Packages by their normalised name (PEP 503).
const PACKAGES: &[(&str, Purpose)] = &[
    ("babel", Core),
    ("cairosvg", Plugin("social")),
    ("jinja2", Core),
    ("livereload", Core),
    ("markdown", Core),
    ("markdown-callouts", Extension("callouts")),
    ("markdown-exec", Plugin("markdown-exec")),
    ("markdown-include", Extension("markdown_include.include")),
    ("mdx-include", Extension("mdx_include")),
    ("mdx-truly-sane-lists", Extension("mdx_truly_sane_lists")),
    (
        "mike",
        Tool(
            "it runs MkDocs itself and takes no folder that is built: copy what `chaski build` writes to the folder of the version, and name it in `versions.json`",
        ),
    ),
    ("mkdocs", Core),
    ("mkdocs-autorefs", Plugin("autorefs")),
    ("mkdocs-awesome-nav", Plugin("awesome-nav")),
    ("mkdocs-awesome-pages-plugin", Plugin("awesome-pages")),
    ("mkdocs-bibtex", Plugin("bibtex")),
    ("mkdocs-caption", Plugin("caption")),
    ("mkdocs-click", Extension("mkdocs-click")),
    ("mkdocs-encryptcontent-plugin", Plugin("encryptcontent")),
    ("mkdocs-exclude", Plugin("exclude")),
    ("mkdocs-exclude-search", Plugin("exclude-search")),
    ("mkdocs-ezlinks-plugin", Plugin("ezlinks")),
    ("mkdocs-gen-files", Plugin("gen-files")),
    ("mkdocs-get-deps", Core),
    ("mkdocs-git-authors-plugin", Plugin("git-authors")),
    ("mkdocs-git-committers-plugin", Plugin("git-committers")),
    ("mkdocs-git-committers-plugin-2", Plugin("git-committers")),
    (
        "mkdocs-git-revision-date-localized-plugin",
        Plugin("git-revision-date-localized"),
    ),
    ("mkdocs-git-revision-date-plugin", Plugin("git-revision-date")),
    ("mkdocs-glightbox", Plugin("glightbox")),
    ("mkdocs-htmlproofer-plugin", Plugin("htmlproofer")),
    ("mkdocs-include-markdown-plugin", Plugin("include-markdown")),
    ("mkdocs-jupyter", Plugin("mkdocs-jupyter")),
    ("mkdocs-linkcheck", Tool("`chaski check` looks at all links")),
    ("mkdocs-literate-nav", Plugin("literate-nav")),
    ("mkdocs-macros-plugin", Plugin("macros")),
    ("mkdocs-material", Core),
    ("mkdocs-material-extensions", Core),
    ("mkdocs-mermaid2-plugin", Plugin("mermaid2")),
    ("mkdocs-meta-descriptions-plugin", Plugin("meta-descriptions")),
    ("mkdocs-minify-plugin", Plugin("minify")),
    ("mkdocs-monorepo-plugin", Plugin("monorepo")),
    ("mkdocs-multirepo-plugin", Plugin("multirepo")),
    ("mkdocs-open-in-new-tab", Plugin("open-in-new-tab")),
    ("mkdocs-pdf-export-plugin", Plugin("pdf-export")),
    ("mkdocs-print-site-plugin", Plugin("print-site")),
    ("mkdocs-redirects", Plugin("redirects")),
    ("mkdocs-roamlinks-plugin", Plugin("roamlinks")),
    ("mkdocs-rss-plugin", Plugin("rss")),
    ("mkdocs-section-index", Plugin("section-index")),
    ("mkdocs-simple-hooks", Plugin("mkdocs-simple-hooks")),
    ("mkdocs-static-i18n", Plugin("i18n")),
    ("mkdocs-swagger-ui-tag", Plugin("swagger-ui-tag")),
    ("mkdocs-table-reader-plugin", Plugin("table-reader")),
    ("mkdocs-video", Plugin("mkdocs-video")),
    ("mkdocs-with-pdf", Plugin("with-pdf")),
    ("mkdocstrings", Plugin("mkdocstrings")),
    ("mkdocstrings-python", Plugin("mkdocstrings")),
    ("pillow", Plugin("social")),
    ("pygments", Core),
    ("pymdown-extensions", Core),
    ("pyyaml", Core),
];

/// The names of the packages that a requirements file, or a `pyproject.toml`, lists; normalised.
#[must_use]
pub fn requirements(text: &str, is_toml: bool) -> Vec<String> {
    let mut names = BTreeSet::new();
    for line in text.lines().map(str::trim) {
        if !is_toml {
            if !line.starts_with(['#', '-']) {
                names.extend(package(line));
            }
            continue;
        }
        // `dependencies = ["mkdocs>=1.6", ...]` of PEP 621, `mkdocs = "^1.6"` of Poetry.
        let quoted = line.split('"').skip(1).step_by(2);
        names.extend(quoted.filter_map(package).filter(|name| is_known(name)));
        if let Some((key, _)) = line.split_once('=') {
            names.extend(package(key).filter(|name| is_known(name)));
        }
    }
    names.into_iter().collect()
}

/// The normalised name at the start of a requirement.
fn package(text: &str) -> Option<String> {
    let end = text
        .find(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.'))
        .unwrap_or(text.len());
    let mut name = String::new();
    for part in text[..end].split(['-', '_', '.']).filter(|part| !part.is_empty()) {
        if !name.is_empty() {
            name.push('-');
        }
        name.push_str(&part.to_ascii_lowercase());
    }
    (!name.is_empty()).then_some(name)
}

fn is_known(name: &str) -> bool {
    name.starts_with("mkdocs") || PACKAGES.iter().any(|(known, _)| *known == name)
}

/// What becomes of the packages, after what the configuration uses of them.
pub(super) fn uses(names: &[String], uses: &[Use]) -> Vec<Use> {
    let bare = |name: &str| name.strip_prefix("material/").unwrap_or(name).to_owned();
    let find = |area: Area, wanted: &str| uses.iter().find(|used| used.area == area && bare(&used.name) == wanted);
    names
        .iter()
        .map(|name| {
            let mut used = Use::new(Area::Package, name, None);
            let purpose = PACKAGES
                .iter()
                .find(|(known, _)| known == name)
                .map(|(_, purpose)| *purpose);
            let (area, wanted) = match purpose {
                Some(Core) => return used,
                Some(Plugin(plugin)) => (Area::Plugin, plugin),
                Some(Extension(extension)) => (Area::Extension, extension),
                Some(Tool(instead)) => {
                    used.state = State::Partly;
                    used.consequence.push("a tool beside the build".to_owned());
                    used.advice.push(instead.to_owned());
                    return used;
                }
                None => {
                    used.consequence
                        .push("not known; nothing is lost unless mkdocs.yml names it".to_owned());
                    return used;
                }
            };
            match find(area, wanted) {
                Some(found) if found.state != State::Works => {
                    used.state = found.state;
                    used.is_of_other = true;
                    used.consequence.push(format!("see {} `{}`", area.name(), found.name));
                }
                Some(_) => {}
                None => used.consequence.push("mkdocs.yml does not use it".to_owned()),
            }
            used
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{PACKAGES, requirements};

    #[test]
    fn names_are_read_as_pip_reads_them() {
        let text = "# c\n-r other.txt\nMkDocs_Material[imaging]==9.6 ; python_version > '3'\nmkdocs-rss.plugin\n\n";
        assert_eq!(requirements(text, false), ["mkdocs-material", "mkdocs-rss-plugin"]);
        let toml = "[project]\nname = \"x\"\ndependencies = [\"mkdocs>=1.6\", \"numpy\"]\n[tool.poetry]\nmkdocs-macros-plugin = \"^1\"\n";
        assert_eq!(requirements(toml, true), ["mkdocs", "mkdocs-macros-plugin"]);
    }

    #[test]
    fn tables_are_sorted() {
        assert!(PACKAGES.is_sorted_by_key(|(name, _)| *name));
    }
}
