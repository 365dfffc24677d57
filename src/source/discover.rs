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
            match std::fs::metadata(&path) {
                Ok(metadata) if metadata.is_dir() => folders.push((name, path)),
                Ok(_) => files.push((name, path)),
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

/// Leaves out a README beside an index; two other sources of one output are a problem.
fn without_conflicts(sources: Vec<Source>, problems: &mut Vec<Diagnostic>) -> Vec<Source> {
    let mut by_output: HashMap<String, usize> = HashMap::new();
    let mut kept: Vec<Source> = Vec::new();
    for source in sources {
        if source.inclusion.is_excluded() {
            kept.push(source);
            continue;
        }
        let Some(first) = by_output.get(&source.dest_uri).map(|at| kept[*at].src_uri.clone()) else {
            by_output.insert(source.dest_uri.clone(), kept.len());
            kept.push(source);
            continue;
        };
        let is_readme = |uri: &str| uri.rsplit('/').next().is_some_and(|name| name.starts_with("README."));
        let (loser, winner) = if is_readme(&first) && !is_readme(&source.src_uri) {
            (first.clone(), source.src_uri.clone())
        } else {
            (source.src_uri.clone(), first.clone())
        };
        let message = format!("Excluding '{loser}' from the site because it conflicts with '{winner}'.");
        problems.push(Diagnostic::new("source-conflict", Severity::Warning, message));
        if loser == first
            && let Some(at) = by_output.get(&source.dest_uri)
        {
            kept[*at] = source;
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::discover;
    use crate::source::SourceSpec;

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
