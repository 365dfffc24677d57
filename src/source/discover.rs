//! The walk over the docs folder.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::{Inclusion, PatternSet, Source, SourceSet, SourceSpec};
use crate::report::{Checked, Diagnostic, Severity};

/// Finds all files below the docs folder, in the reference's order.
///
/// # Errors
/// When the docs folder, or a folder below it, cannot be read.
pub fn discover(spec: &SourceSpec) -> anyhow::Result<Checked<SourceSet>> {
    let mut problems = Vec::new();
    let mut walk = Walk {
        spec,
        sources: Vec::new(),
        open: Vec::new(),
        problems: &mut problems,
    };
    walk.folder(&spec.docs_dir, "")?;
    let sources = walk.sources;
    let sources = included(spec, sources, &mut problems);
    let sources = without_conflicts(sources, &mut problems);
    Ok(Checked {
        value: SourceSet::new(sources),
        problems,
    })
}

/// All files below a folder that is not the docs folder, with their paths below it, sorted.
///
/// # Errors
/// When the folder, or one below it, cannot be read.
pub fn all_files(folder: &Path) -> anyhow::Result<Vec<(PathBuf, String)>> {
    let spec = SourceSpec {
        docs_dir: folder.to_owned(),
        ..SourceSpec::default()
    };
    let mut problems = Vec::new();
    let mut walk = Walk {
        spec: &spec,
        sources: Vec::new(),
        open: Vec::new(),
        problems: &mut problems,
    };
    walk.folder(folder, "")?;
    let mut files: Vec<_> = walk
        .sources
        .into_iter()
        .filter_map(|s| Some((s.path?, s.src_uri)))
        .collect();
    files.sort_by(|a, b| a.1.cmp(&b.1));
    Ok(files)
}

struct Walk<'s> {
    spec: &'s SourceSpec,
    sources: Vec<Source>,
    /// Real paths of the folders that are open: a link back to one of them is a loop.
    open: Vec<PathBuf>,
    problems: &'s mut Vec<Diagnostic>,
}

impl Walk<'_> {
    fn folder(&mut self, path: &Path, uri: &str) -> anyhow::Result<()> {
        let real = path
            .canonicalize()
            .with_context(|| format!("cannot read folder `{}`", path.display()))?;
        if self.open.contains(&real) {
            let message = format!("link `{uri}` leads back to a folder it is in; it was not followed");
            self.problems
                .push(Diagnostic::new("source-link-loop", Severity::Warning, message));
            return Ok(());
        }
        self.open.push(real);
        let (files, folders) = self.entries(path)?;
        for (name, path) in files {
            let mut source = Source::new(&join(uri, &name), self.spec.use_directory_urls);
            source.path = Some(path);
            self.sources.push(source);
        }
        for (name, path) in folders {
            self.folder(&path, &join(uri, &name))?;
        }
        self.open.pop();
        Ok(())
    }

    /// Files, index first, and folders, both by name.
    fn entries(&mut self, path: &Path) -> anyhow::Result<(Vec<Entry>, Vec<Entry>)> {
        let (mut files, mut folders) = (Vec::new(), Vec::new());
        for entry in std::fs::read_dir(path).with_context(|| format!("cannot read folder `{}`", path.display()))? {
            let entry = entry.with_context(|| format!("cannot read folder `{}`", path.display()))?;
            let Ok(name) = entry.file_name().into_string() else {
                let message = format!("file name `{}` is not UTF-8; it was left out", entry.path().display());
                self.problems
                    .push(Diagnostic::new("source-name-not-utf8", Severity::Warning, message));
                continue;
            };
            let path = entry.path();
            // Most entries say what they are; only links are asked what they lead to.
            let kind = match entry.file_type() {
                Ok(kind) if !kind.is_symlink() => Ok(kind),
                _ => std::fs::metadata(&path).map(|metadata| metadata.file_type()),
            };
            match kind {
                Ok(kind) if kind.is_dir() => folders.push((name, path)),
                Ok(kind) if kind.is_file() => files.push((name, path)),
                // Reading a pipe or a device might never end.
                Ok(_) => {
                    let message = format!("`{}` is no file; it was left out", path.display());
                    self.problems
                        .push(Diagnostic::new("source-no-file", Severity::Warning, message));
                }
                Err(error) => {
                    let message = format!("cannot read `{}`: {error}; it was left out", path.display());
                    self.problems
                        .push(Diagnostic::new("source-unreadable", Severity::Warning, message));
                }
            }
        }
        files.sort_by(|a, b| (!is_index(&a.0), &a.0).cmp(&(!is_index(&b.0), &b.0)));
        folders.sort();
        Ok((files, folders))
    }
}

type Entry = (String, PathBuf);

fn is_index(name: &str) -> bool {
    matches!(name.rsplit_once('.').map_or(name, |(stem, _)| stem), "index" | "README")
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() {
        name.to_owned()
    } else {
        format!("{folder}/{name}")
    }
}

/// Says of each source how far it takes part; hidden files are out without a word.
fn included(spec: &SourceSpec, sources: Vec<Source>, problems: &mut Vec<Diagnostic>) -> Vec<Source> {
    let standard = [".*", "/templates/"];
    let exclude = PatternSet::new(standard.into_iter().chain(spec.exclude.lines()), problems);
    let drafts = PatternSet::new(spec.drafts.lines(), problems);
    let not_in_nav = PatternSet::new(spec.not_in_nav.lines(), problems);
    let with = |mut source: Source| {
        source.inclusion = if exclude.matches(&source.src_uri) {
            Inclusion::Excluded
        } else if drafts.matches(&source.src_uri) {
            if spec.build_drafts {
                Inclusion::NotInNav
            } else {
                Inclusion::Draft
            }
        } else if not_in_nav.matches(&source.src_uri) {
            Inclusion::NotInNav
        } else {
            Inclusion::Included
        };
        source
    };
    sources.into_iter().map(with).collect()
}

/// Leaves out all but one of the sources in one folder that give the same output, as the reference
/// does: the last one stays, which is the index beside a README.
fn without_conflicts(sources: Vec<Source>, problems: &mut Vec<Diagnostic>) -> Vec<Source> {
    let mut first_of: HashMap<(&str, &str), usize> = HashMap::new();
    let mut dropped = vec![false; sources.len()];
    for (at, source) in sources.iter().enumerate() {
        let folder = source.src_uri.rsplit_once('/').map_or("", |(folder, _)| folder);
        let first = *first_of.entry((folder, &source.dest_uri)).or_insert(at);
        if first == at {
            continue;
        }
        if source.inclusion.is_excluded() {
            dropped[at] = true;
            continue;
        }
        dropped[first] = true;
        if !sources[first].inclusion.is_excluded() {
            let (loser, winner) = (&sources[first].src_uri, &source.src_uri);
            let message = format!("Excluding '{loser}' from the site because it conflicts with '{winner}'.");
            problems.push(Diagnostic::new("source-conflict", Severity::Warning, message));
        }
    }
    let mut dropped = dropped.into_iter();
    let mut kept = sources;
    kept.retain(|_| !dropped.next().unwrap_or(false));
    overwritten(&kept, problems);
    kept
}

/// Reports sources in different folders that give the same output, such as `a.md` and
/// `a/index.md`: both stay in the navigation, and the last one is written.
fn overwritten(sources: &[Source], problems: &mut Vec<Diagnostic>) {
    let mut by_output: HashMap<&str, &str> = HashMap::new();
    let included = sources.iter().filter(|source| !source.inclusion.is_excluded());
    // Pages are written after all other files.
    let (pages, files): (Vec<_>, Vec<_>) = included.partition(|source| source.is_page);
    for source in files.into_iter().chain(pages) {
        if let Some(first) = by_output.insert(&source.dest_uri, &source.src_uri) {
            let message = format!(
                "'{first}' and '{}' are both written to '{}', where only the second can be read.",
                source.src_uri, source.dest_uri
            );
            let problem = Diagnostic::new("source-overwritten", Severity::Warning, message);
            problems.push(problem.help("rename or remove one of them"));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::discover;
    use crate::source::SourceSpec;

    /// The paths that are kept, and what is said.
    fn found(files: &[&str], exclude: &str) -> (Vec<String>, Vec<String>) {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        let spec = SourceSpec {
            docs_dir: folder.path().to_owned(),
            use_directory_urls: true,
            exclude: exclude.to_owned(),
            ..SourceSpec::default()
        };
        let found = discover(&spec).unwrap();
        let kept = found.value.iter().filter(|source| !source.inclusion.is_excluded());
        let said = found.problems.into_iter().map(|problem| problem.message);
        (kept.map(|source| source.src_uri.clone()).collect(), said.collect())
    }

    #[test]
    fn of_two_sources_for_one_output_the_reference_keeps_the_last() {
        // Checked with mkdocs 1.6.1.
        let (kept, said) = found(
            &["a.html", "a/index.html", "a.md", "b/README.md", "b/index.markdown"],
            "",
        );
        assert_eq!(kept, ["a.html", "a.md", "a/index.html", "b/index.markdown"]);
        assert_eq!(
            said,
            [
                "Excluding 'b/README.md' from the site because it conflicts with 'b/index.markdown'.",
                "'a/index.html' and 'a.md' are both written to 'a/index.html', where only the second can be read.",
            ]
        );
        let (kept, said) = found(&["README.md", "index.md"], "index.md");
        assert_eq!((kept.as_slice(), said.len()), (&["README.md".to_owned()][..], 0));
        let (kept, said) = found(&["README.md", "index.md"], "README.md");
        assert_eq!((kept.as_slice(), said.len()), (&["index.md".to_owned()][..], 0));
        let (kept, said) = found(&["c.md", "c/index.md"], "");
        assert_eq!((kept.len(), said.len()), (2, 1));
    }

    #[test]
    fn the_walk_has_the_order_of_the_reference() {
        let folder = tempfile::tempdir().unwrap();
        for file in [
            "b.md",
            "a.md",
            "index.md",
            "README.md",
            "z/x.md",
            "z/README.md",
            "c/index.md",
            ".h/x.md",
            "p.png",
        ] {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "x").unwrap();
        }
        let spec = SourceSpec {
            docs_dir: folder.path().to_owned(),
            use_directory_urls: true,
            exclude: "c/".to_owned(),
            ..SourceSpec::default()
        };
        let found = discover(&spec).unwrap();
        let uris: Vec<_> = found
            .value
            .iter()
            .filter(|s| !s.inclusion.is_excluded())
            .map(|s| s.src_uri.as_str())
            .collect();
        assert_eq!(uris, ["index.md", "a.md", "b.md", "p.png", "z/README.md", "z/x.md"]);
        let messages: Vec<_> = found.problems.iter().map(|p| p.message.as_str()).collect();
        assert_eq!(
            messages,
            ["Excluding 'README.md' from the site because it conflicts with 'index.md'."]
        );
    }
}
