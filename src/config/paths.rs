//! Paths of settings made absolute as Python's `os.path.abspath` does: by their text alone.

use std::path::{Component, Path, PathBuf};

/// `path`, taken from `root` unless it is absolute, without `.` and `..`.
pub(super) fn absolute(root: &Path, path: &str) -> PathBuf {
    normal(&root.join(path))
}

/// `path` without `.` and `..`; a `..` above the root is swallowed.
pub(super) fn normal(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                let above = matches!(parts.components().next_back(), Some(Component::Normal(_)));
                if above {
                    parts.pop();
                } else if !parts.has_root() {
                    parts.push("..");
                }
            }
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => parts.push(part),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_those_of_abspath() {
        let cases = [
            ("docs/", "/a/b/docs"),
            ("../../docs/en", "/docs/en"),
            ("../../../x", "/x"),
            ("./x/./y/..", "/a/b/x"),
            ("/z", "/z"),
            (".", "/a/b"),
        ];
        for (path, expected) in cases {
            assert_eq!(absolute(Path::new("/a/b"), path), Path::new(expected), "{path}");
        }
    }
}
