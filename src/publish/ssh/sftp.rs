//! Accounts without a shell, and live paths that are real folders: files by the system's `sftp`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use anyhow::Context as _;

use super::program::Program;
use crate::publish::in_place::Store;
use crate::publish::spec::SshSpec;

/// Behind the name of a file that is being written.
const NEW: &str = ".chaski-new";

/// A folder reached by SFTP.
pub(super) struct Sftp {
    program: Program,
    host: String,
    path: String,
}

impl Sftp {
    pub(super) fn new(program: Program, spec: &SshSpec) -> Self {
        Self {
            program,
            host: spec.host.clone(),
            path: spec.path.trim_end_matches('/').to_owned(),
        }
    }

    fn at(&self, path: &str) -> String {
        word(&format!("{}/{path}", self.path))
    }
}

/// `text` as one word of sftp, whose patterns mean nothing.
fn word(text: &str) -> String {
    let mut word = String::from("\"");
    for c in text.chars() {
        if matches!(c, '"' | '\\' | '*' | '?' | '[' | ']') {
            word.push('\\');
        }
        word.push(c);
    }
    word.push('"');
    word
}

impl Store for Sftp {
    fn title(&self) -> String {
        format!("`{}:{}` (SFTP, file by file)", self.host, self.path)
    }

    fn read(&self, path: &str) -> anyhow::Result<Option<Vec<u8>>> {
        let folder = tempfile::tempdir()?;
        let here = folder.path().join("got");
        let batch = format!("-get {} {}\n", self.at(path), word(&here.display().to_string()));
        self.program.sftp(&batch)?;
        Ok(std::fs::read(here).ok())
    }

    fn put(&self, files: &[(&str, Vec<u8>)]) -> anyhow::Result<()> {
        let folder = tempfile::tempdir()?;
        let mut batch = format!("-mkdir {}\n", word(&self.path));
        let mut folders = BTreeSet::new();
        for (number, (path, bytes)) in files.iter().enumerate() {
            let here = folder.path().join(number.to_string());
            std::fs::write(&here, bytes).with_context(|| format!("cannot write `{}`", here.display()))?;
            for (at, _) in path.match_indices('/') {
                if folders.insert(&path[..at]) {
                    let _ = writeln!(batch, "-mkdir {}", self.at(&path[..at]));
                }
            }
            let new = self.at(&format!("{path}{NEW}"));
            let _ = writeln!(batch, "put {} {new}", word(&here.display().to_string()));
            let _ = writeln!(batch, "chmod 644 {new}\nrename {new} {}", self.at(path));
        }
        let done = self.program.sftp(&batch);
        if done.is_err() {
            // What came of it would take the room that the next publish needs.
            let new = files
                .iter()
                .map(|(path, _)| format!("-rm {}\n", self.at(&format!("{path}{NEW}"))));
            let _ = self.program.sftp(&new.collect::<String>());
        }
        done.map(|_| ())
    }

    fn put_new(&self, path: &str, bytes: &[u8]) -> anyhow::Result<bool> {
        // A hard link is not made where there is a file.
        let waiting = format!("{path}.{}", std::process::id());
        self.put(&[(&waiting, bytes.to_vec())])?;
        let batch = format!(
            "-ln {} {}\n-rm {}\n",
            self.at(&waiting),
            self.at(path),
            self.at(&waiting)
        );
        self.program.sftp(&batch)?;
        Ok(self.read(path)?.as_deref() == Some(bytes))
    }

    fn remove(&self, paths: &[&str]) -> anyhow::Result<()> {
        let mut batch = String::new();
        let mut folders = BTreeSet::new();
        for path in paths {
            // A publish that was killed may have left a part of it.
            let _ = writeln!(batch, "-rm {}\n-rm {}", self.at(path), self.at(&format!("{path}{NEW}")));
            folders.extend(path.match_indices('/').map(|(at, _)| &path[..at]));
        }
        // Folders that still hold something stay.
        for folder in folders.iter().rev() {
            let _ = writeln!(batch, "-rmdir {}", self.at(folder));
        }
        self.program.sftp(&batch).map(|_| ())
    }

    fn list(&self) -> anyhow::Result<Vec<String>> {
        let mut paths = Vec::new();
        let mut folders = vec![String::new()];
        while !folders.is_empty() {
            let mut batch = String::new();
            for folder in &folders {
                let _ = writeln!(batch, "-ls -lan {}", self.at(folder));
            }
            let listed = self.program.sftp(&batch)?;
            let mut deeper = Vec::new();
            let mut parts = folders.iter();
            let mut folder = "";
            for line in listed.lines() {
                if line.starts_with("sftp> ") {
                    folder = parts.next().map_or("", String::as_str);
                } else if let Some((is_folder, name)) = entry(line) {
                    let path = format!("{folder}{name}");
                    if is_folder {
                        deeper.push(format!("{path}/"));
                    } else {
                        paths.push(path);
                    }
                }
            }
            folders = deeper;
        }
        Ok(paths)
    }
}

/// Whether a line of `ls -lan` is a folder, and its name.
fn entry(line: &str) -> Option<(bool, &str)> {
    let mut rest = line;
    for _ in 0..8 {
        rest = rest.trim_start();
        rest = rest.split_once(' ')?.1;
    }
    let name = rest.trim_start().rsplit('/').next()?;
    (!matches!(name, "." | "..")).then_some((line.starts_with('d'), name))
}

#[cfg(test)]
mod tests {
    use super::{entry, word};

    #[test]
    fn lines_of_sftp_are_read_and_words_are_quoted() {
        // From OpenSSH 10's `ls -lan` of a folder.
        let file = "-rw-r--r--    ? 0        0               3 Nov 23 02:59 site/a b.html";
        assert_eq!(entry(file), Some((false, "a b.html")));
        let folder = "drwxr-xr-x    ? 0        0            4096 Nov 23 02:59 site/sub";
        assert_eq!(entry(folder), Some((true, "sub")));
        assert_eq!(
            entry("drwxr-xr-x    ? 0        0            4096 Nov 23 02:59 site/.."),
            None
        );
        assert_eq!(word(r#"a "b" [c]*"#), r#""a \"b\" \[c\]\*""#);
    }
}
