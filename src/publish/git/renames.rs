//! Where files of a repository went when they were renamed.

use std::collections::BTreeMap;
use std::path::Path;

use super::program::Git;

/// The paths of today of files below `folder` by the paths that they once had; empty without git.
/// What is renamed in the index, but not committed, counts.
#[must_use]
pub fn renames(folder: &Path) -> BTreeMap<String, String> {
    let git = Git::new(folder, false);
    let quiet = ["-c", "core.quotePath=false"];
    let format = ["--diff-filter=R", "--find-renames", "--name-status", "--relative"];
    let run = |command: &[&str]| {
        let arguments: Vec<&str> = [&quiet[..], command, &format[..]].concat();
        git.text(&arguments).unwrap_or_default()
    };
    let index = run(&["diff", "HEAD"]);
    let log = run(&["log", "--no-show-signature", "--format="]);
    read(index.lines().chain(log.lines()))
}

/// Reads lines of renames, the newest first.
fn read<'l>(lines: impl Iterator<Item = &'l str>) -> BTreeMap<String, String> {
    let mut today: BTreeMap<String, String> = BTreeMap::new();
    for line in lines {
        let mut parts = line.split('\t');
        let status = parts.next().unwrap_or_default();
        if let (true, Some(old), Some(new)) = (status.starts_with('R'), parts.next(), parts.next()) {
            let name = today.get(new).cloned().unwrap_or_else(|| new.to_owned());
            // A name that was given up twice belongs to the last file that had it.
            today.entry(old.to_owned()).or_insert(name);
        }
    }
    today.retain(|old, new| old != new);
    today
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn names_are_followed_to_today() {
        let lines = [
            "R100\tb.md\tc.md",
            "",
            "M\tx.md",
            "R090\ta.md\tb.md",
            "R100\tc.md\ta.md",
        ];
        let found: Vec<_> = read(lines.into_iter()).into_iter().collect();
        let expected = [("a.md", "c.md"), ("b.md", "c.md")];
        assert_eq!(found.len(), 2);
        for ((old, new), (wanted, at)) in found.iter().zip(expected) {
            assert_eq!((old.as_str(), new.as_str()), (wanted, at));
        }
    }
}
