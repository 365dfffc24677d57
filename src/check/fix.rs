//! Mends what is certain, and shows what that changes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::files::Files;
use crate::report::{Diagnostic, FileId, Fix};

/// A source file with its mended text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The file.
    pub path: PathBuf,
    /// Its text as it is on the disk.
    pub before: String,
    /// Its text with the places mended.
    pub after: String,
    /// The problems that this mends, by their number in the list that was given.
    pub mended: Vec<usize>,
}

impl Change {
    /// The changed lines, old and new, as a unified diff without lines around them.
    #[must_use]
    pub fn diff(&self, directory: &Path) -> String {
        let path = self.path.strip_prefix(directory).unwrap_or(&self.path).display();
        let mut diff = format!("--- a/{path}\n+++ b/{path}\n");
        let old: Vec<&str> = self.before.lines().collect();
        let new: Vec<&str> = self.after.lines().collect();
        if old.len() == new.len() {
            for (at, (old, new)) in old.iter().zip(&new).enumerate().filter(|(_, (old, new))| old != new) {
                let line = at + 1;
                diff.push_str(&format!("@@ -{line} +{line} @@\n-{old}\n+{new}\n"));
            }
            return diff;
        }
        // Lines were added in one place.
        let start = old.iter().zip(&new).take_while(|(old, new)| old == new).count();
        let (old, new) = (&old[start..], &new[start..]);
        let end = old.iter().rev().zip(new.iter().rev());
        let end = end.take_while(|(old, new)| old == new).count();
        let (old, new) = (&old[..old.len() - end], &new[..new.len() - end]);
        let (line, removed, added) = (start + 1, old.len(), new.len());
        let before = if removed == 0 { start } else { line };
        diff.push_str(&format!("@@ -{before},{removed} +{line},{added} @@\n"));
        diff.extend(old.iter().map(|line| format!("-{line}\n")));
        diff.extend(new.iter().map(|line| format!("+{line}\n")));
        diff
    }
}

/// The source files below one of `roots` that the fixes of `problems` change. Where two fixes want the same
/// place, the first is done; files that changed on the disk since they were read are left alone.
#[must_use]
pub fn fixes(files: &Files, problems: &[Diagnostic], roots: &[&Path]) -> Vec<Change> {
    let mut by_file: BTreeMap<FileId, Vec<(usize, &Fix)>> = BTreeMap::new();
    for (at, problem) in problems.iter().enumerate() {
        let Some(fix) = problem.fix.as_deref() else { continue };
        // Fixes never reach over lines, so that the diff shows them whole.
        if !fix.text.contains('\n') {
            by_file.entry(fix.span.file).or_default().push((at, fix));
        }
    }
    let changes = by_file
        .into_iter()
        .filter_map(|(file, fixes)| change(files, file, fixes));
    let is_ours = |change: &Change| roots.iter().any(|root| change.path.starts_with(root));
    let mut changes: Vec<Change> = changes.filter(is_ours).collect();
    changes.sort_by(|a, b| a.path.cmp(&b.path));
    changes
}

fn change(files: &Files, file: FileId, mut fixes: Vec<(usize, &Fix)>) -> Option<Change> {
    let source = files.get(file)?;
    let before = String::from_utf8(files.bytes(&source.path)?).ok()?;
    let (mark, text) = match before.strip_prefix('\u{feff}') {
        Some(text) => ("\u{feff}", text),
        None => ("", before.as_str()),
    };
    let windows = text.contains("\r\n");
    let lines = if windows { "\r\n" } else { "\n" };
    // What was read is what is there, and can be written again with the same ends of lines.
    if source.text.replace('\n', lines) != text {
        return None;
    }
    fixes.sort_by_key(|(_, fix)| (fix.span.start, fix.span.end));
    let (mut after, mut from) = (String::with_capacity(text.len()), 0);
    let mut mended = Vec::new();
    let mut last: Option<&Fix> = None;
    for (at, fix) in fixes {
        let (start, end) = (fix.span.start as usize, fix.span.end as usize);
        if last.is_some_and(|last| last == fix) {
            mended.push(at);
        }
        if start < from || start == end {
            continue;
        }
        after.push_str(source.text.get(from..start)?);
        after.push_str(&fix.text);
        from = end;
        mended.push(at);
        last = Some(fix);
    }
    after.push_str(source.text.get(from..)?);
    if windows {
        after = after.replace('\n', lines);
    }
    (!mended.is_empty()).then(|| Change {
        path: source.path.clone(),
        after: format!("{mark}{after}"),
        before,
        mended,
    })
}

#[cfg(test)]
mod tests {
    use super::fixes;
    use crate::files::Files;
    use crate::report::{Diagnostic, Severity, Span};

    #[test]
    fn only_the_places_named_change() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.md");
        std::fs::write(&path, "\u{feff}x\r\n[a](B.md) [b](B.md)\r\n").unwrap();
        let files = Files::new();
        let file = files.read(&path).unwrap();
        let at = file.text.find("B.md").unwrap();
        let problem = |start: usize| {
            let span = Span::new(file.id, start, start + 4);
            Diagnostic::new("link-not-found", Severity::Warning, "").fix(span, "b.md")
        };
        let changes = fixes(&files, &[problem(at), problem(at)], &[folder.path()]);
        assert_eq!(changes[0].after, "\u{feff}x\r\n[a](b.md) [b](B.md)\r\n");
        assert_eq!(changes[0].mended, [0, 1]);
        assert_eq!(
            changes[0].diff(folder.path()),
            "--- a/a.md\n+++ b/a.md\n@@ -2 +2 @@\n-[a](B.md) [b](B.md)\n+[a](b.md) [b](B.md)\n"
        );
        assert!(fixes(&files, &[problem(at)], &[std::path::Path::new("/elsewhere")]).is_empty());
        std::fs::write(&path, "changed since").unwrap();
        assert!(fixes(&files, &[problem(at)], &[folder.path()]).is_empty());
    }
}
