//! What a publish will do: the difference between a site and what is on the target.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::bail;

use super::release::{RELEASE_FILE, Release};
use super::site::Built;

/// A file on the target.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct There {
    /// The SHA-256 of its bytes, if that is known.
    pub hash: Option<String>,
    /// Whether it was published by chaski.
    pub is_ours: bool,
}

/// What is on the target, by path.
pub type Known = BTreeMap<String, There>;

/// What a publish will do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// Files that are not there.
    pub added: Vec<String>,
    /// Files that have other bytes.
    pub changed: Vec<String>,
    /// Files that are right already.
    pub kept: Vec<String>,
    /// Files that the site does not have any more.
    pub removed: Vec<String>,
    /// Files that others put there, which stay.
    pub foreign: Vec<String>,
    /// The bytes of what is added and changed.
    pub bytes: u64,
}

impl Plan {
    /// Compares `site` with what is `known` of the target. With `prune`, foreign files go too.
    ///
    /// # Errors
    /// When a foreign file stands where the site needs a folder, or the other way round.
    pub fn new(site: &Built, known: &Known, prune: bool) -> anyhow::Result<Self> {
        let mut plan = Self::default();
        for (path, file) in &site.files {
            let list = match known.get(path) {
                Some(there) if there.hash.as_ref() == Some(&file.hash) => {
                    plan.kept.push(path.clone());
                    continue;
                }
                Some(_) => &mut plan.changed,
                None => &mut plan.added,
            };
            list.push(path.clone());
            plan.bytes += file.size;
        }
        let gone = |path: &&String| !site.files.contains_key(*path) && *path != RELEASE_FILE;
        for path in known.keys().filter(gone) {
            let is_ours = known.get(path).is_some_and(|there| there.is_ours);
            let list = if is_ours || prune {
                &mut plan.removed
            } else {
                &mut plan.foreign
            };
            list.push(path.clone());
        }
        plan.check_room(site)?;
        Ok(plan)
    }

    /// Whether the target is as the site is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }

    /// What is to be uploaded, in an order in which a reader never meets a page whose parts are
    /// missing: parts of pages first, then pages, then what lists pages.
    #[must_use]
    pub fn uploads(&self) -> Vec<&str> {
        let mut paths: Vec<&str> = self.added.iter().chain(&self.changed).map(String::as_str).collect();
        paths.sort_by_key(|path| (rank(path), *path));
        paths
    }

    fn check_room(&self, site: &Built) -> anyhow::Result<()> {
        let foreign: BTreeSet<&str> = self.foreign.iter().map(String::as_str).collect();
        let in_the_way = |path: &str, other: &str| {
            bail!("`{other}`, which chaski did not publish, is in the way of `{path}`; remove it, or add `--prune`")
        };
        for path in site.files.keys() {
            for (at, _) in path.match_indices('/') {
                if foreign.contains(&path[..at]) {
                    return in_the_way(path, &path[..at]);
                }
            }
        }
        for other in &foreign {
            for (at, _) in other.match_indices('/') {
                if site.files.contains_key(&other[..at]) {
                    return in_the_way(&other[..at], other);
                }
            }
        }
        Ok(())
    }
}

/// What a release says is on the target.
#[must_use]
pub fn known_of(release: &Release) -> Known {
    let there = |hash: &String| There {
        hash: Some(hash.clone()),
        is_ours: true,
    };
    release
        .files
        .iter()
        .map(|(path, hash)| (path.clone(), there(hash)))
        .collect()
}

/// Parts of pages before pages, pages before lists of pages.
pub(super) fn rank(path: &str) -> u8 {
    let name = path.rsplit('/').next().unwrap_or(path);
    let lists = ["sitemap.xml", "sitemap.xml.gz", "feed", "search_index", "robots.txt"];
    if lists.iter().any(|list| name.starts_with(list)) {
        2
    } else {
        u8::from(name.ends_with(".html") || name.ends_with(".htm"))
    }
}

#[cfg(test)]
mod tests {
    use super::{Known, Plan, There, known_of};
    use crate::publish::{Built, Release};

    fn site(files: &[(&str, &str)]) -> (tempfile::TempDir, Built) {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let file = folder.path().join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        let built = Built::read(folder.path(), &[]).unwrap();
        (folder, built)
    }

    #[test]
    fn only_differences_are_planned_and_what_others_put_there_stays() {
        let (_old, old) = site(&[("same.html", "s"), ("page.html", "old"), ("gone.html", "g")]);
        let mut known = known_of(&Release::new(&old, None, 0));
        known.insert("theirs.txt".to_owned(), There::default());
        let (_new, new) = site(&[
            ("same.html", "s"),
            ("page.html", "new!"),
            ("new.css", "n"),
            ("sitemap.xml", "m"),
        ]);
        let plan = Plan::new(&new, &known, false).unwrap();
        assert_eq!(plan.added, ["new.css", "sitemap.xml"]);
        assert_eq!(plan.changed, ["page.html"]);
        assert_eq!(plan.kept, ["same.html"]);
        assert_eq!(plan.removed, ["gone.html"]);
        assert_eq!(plan.foreign, ["theirs.txt"]);
        assert_eq!(plan.bytes, 6);
        assert_eq!(plan.uploads(), ["new.css", "page.html", "sitemap.xml"]);
        let plan = Plan::new(&new, &known, true).unwrap();
        assert_eq!(plan.removed, ["gone.html", "theirs.txt"]);
    }

    #[test]
    fn a_foreign_file_where_a_folder_is_needed_is_said() {
        let (_folder, new) = site(&[("a/b.html", "b"), ("c", "c")]);
        for there in ["a", "c/d.html"] {
            let known = Known::from([(there.to_owned(), There::default())]);
            let error = Plan::new(&new, &known, false).unwrap_err().to_string();
            assert!(error.contains("in the way"), "{error}");
            assert!(Plan::new(&new, &known, true).is_ok());
        }
    }
}
