//! Which files a pattern names, and in which order they come.
//!
//! Does not know directives.

use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use crate::files::Files;

/// How several files are sorted.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Order {
    reverse: bool,
    natural: bool,
    by: By,
}

#[derive(Clone, Copy, Debug, Default)]
enum By {
    #[default]
    Path,
    Name,
    Extension,
    Size,
}

impl Order {
    pub(super) fn parse(written: &str) -> Result<Self, String> {
        let (reverse, order) = match written.strip_prefix('-') {
            Some(order) => (true, order),
            None => (false, written),
        };
        let (kind, by) = match order.split_once('-') {
            Some((kind @ ("alpha" | "natural"), by)) => (kind, by),
            Some(("", by)) => ("alpha", by),
            Some(_) => ("", ""),
            None if matches!(order, "alpha" | "natural") => (order, "path"),
            None => ("alpha", order),
        };
        let natural = kind == "natural";
        let by = match (kind, by) {
            ("", _) => None,
            (_, "" | "path" | "system") => Some(By::Path),
            (_, "name") => Some(By::Name),
            (_, "extension") => Some(By::Extension),
            ("alpha", "size") => Some(By::Size),
            ("alpha", "random" | "mtime" | "ctime" | "atime") => {
                return Err(format!(
                    "the order '{written}' changes from build to build and is not supported"
                ));
            }
            _ => None,
        };
        let Some(by) = by else {
            return Err(format!("Invalid value '{written}' for the 'order' argument"));
        };
        Ok(Self { reverse, natural, by })
    }

    pub(super) fn sort(self, files: &mut [PathBuf], reader: &Files) {
        let lossy = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
        let key = |file: &PathBuf| {
            let (name, extension) = (lossy(file.file_name()), lossy(file.extension()));
            let (natural, path) = (self.natural, file.to_string_lossy().into_owned());
            match self.by {
                By::Path => (natural_key(&path, natural), Vec::new(), 0),
                By::Name => (natural_key(&name, natural), Vec::new(), 0),
                By::Extension if natural => (natural_key(&extension, true), natural_key(&name, true), 0),
                By::Extension => (natural_key(&extension, false), Vec::new(), 0),
                By::Size => {
                    let size = reader.bytes(file).map_or(0, |bytes| bytes.len());
                    (Vec::new(), Vec::new(), usize::MAX - size)
                }
            }
        };
        files.sort_by_cached_key(key);
        if self.reverse {
            files.reverse();
        }
    }
}

/// Text and numbers by turns, so that 9 comes before 10; or the text as it is.
fn natural_key(text: &str, natural: bool) -> Vec<(String, u64)> {
    if !natural {
        return vec![(text.to_owned(), 0)];
    }
    let mut key = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(digits);
        let end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        key.push((word.to_lowercase(), after[..end].parse().unwrap_or(u64::MAX)));
        rest = &after[end..];
    }
    key
}

/// A pattern of paths: `*` within a folder, `**` over folders, `?`, `[...]`, `{a,b}`.
pub(super) struct Glob {
    /// The deepest folder without signs of a pattern.
    pub(super) folder: PathBuf,
    set: GlobSet,
    hidden: bool,
}

impl Glob {
    pub(super) fn new(pattern: &Path) -> Option<Self> {
        let is_plain = |part: &Component<'_>| !part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']);
        let folder: PathBuf = pattern.components().take_while(is_plain).collect();
        if folder == pattern {
            return None;
        }
        let text = pattern.to_string_lossy();
        let glob = GlobBuilder::new(&text).literal_separator(true).build().ok()?;
        let set = GlobSetBuilder::new().add(glob).build().ok()?;
        let hidden = text.contains("/.");
        Some(Self { folder, set, hidden })
    }

    pub(super) fn matches(&self, file: &Path) -> bool {
        let below = file.strip_prefix(&self.folder).unwrap_or(file);
        let is_hidden = |part: Component<'_>| part.as_os_str().to_string_lossy().starts_with('.');
        self.set.is_match(file) && (self.hidden || !below.components().any(is_hidden))
    }
}

/// Without `.` and `..`.
pub(super) fn clean(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            part => out.push(part),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{Glob, Order, natural_key};

    #[test]
    fn orders_as_written() {
        for known in [
            "",
            "alpha",
            "-name",
            "natural-extension",
            "size",
            "system",
            "alpha-path",
        ] {
            assert!(Order::parse(known).is_ok(), "{known}");
        }
        for unknown in ["random", "-mtime", "natural-size", "beta-name", "no"] {
            assert!(Order::parse(unknown).is_err(), "{unknown}");
        }
        assert!(natural_key("a9.md", true) < natural_key("a10.md", true));
    }

    #[test]
    fn patterns_stay_in_their_folder() {
        let glob = Glob::new(Path::new("/d/a/*.{md,txt}")).expect("a pattern");
        assert_eq!(glob.folder, Path::new("/d/a"));
        assert!(glob.matches(Path::new("/d/a/x.md")) && glob.matches(Path::new("/d/a/x.txt")));
        assert!(!glob.matches(Path::new("/d/a/b/x.md")) && !glob.matches(Path::new("/d/a/.x.md")));
        assert!(
            Glob::new(Path::new("/d/**/x.md"))
                .expect("a pattern")
                .matches(Path::new("/d/a/b/x.md"))
        );
        assert!(Glob::new(Path::new("/d/x.md")).is_none());
    }
}
