//! A project in a temporary folder, and the program run in it.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A folder with files.
pub(crate) struct Project {
    folder: TempDir,
}

/// What a run of the program left.
pub(crate) struct Run {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Project {
    /// An empty folder.
    pub(crate) fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        }
    }

    /// A folder with `mkdocs.yml` of `config` below a name and a theme, and a home page.
    pub(crate) fn with(config: &str) -> Self {
        Self::empty()
            .write("mkdocs.yml", &format!("site_name: Site\ntheme: material\n{config}"))
            .write("docs/index.md", "# Home\n")
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(self, path: &str, text: &str) -> Self {
        self.write_bytes(path, text.as_bytes())
    }

    pub(crate) fn write_bytes(self, path: &str, bytes: &[u8]) -> Self {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
        self
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).expect("a text file")
    }

    pub(crate) fn exists(&self, path: &str) -> bool {
        self.path().join(path).exists()
    }

    /// Runs `chaski` with the words of `arguments` and nothing on standard input.
    pub(crate) fn run(&self, arguments: &str) -> Run {
        self.run_with(arguments, "")
    }

    /// Runs `chaski` with so many threads at work.
    pub(crate) fn run_on(&self, threads: usize, arguments: &str) -> Run {
        self.run_where("RAYON_NUM_THREADS", &threads.to_string(), arguments)
    }

    /// Runs `chaski` with a variable of its environment set.
    pub(crate) fn run_where(&self, variable: &str, value: &str, arguments: &str) -> Run {
        ended(self.command(arguments).env(variable, value), "")
    }

    /// Runs `chaski` with the words of `arguments` and `input` on standard input.
    pub(crate) fn run_with(&self, arguments: &str, input: &str) -> Run {
        ended(&mut self.command(arguments), input)
    }

    fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chaski"));
        command
            .args(arguments.split_whitespace())
            .current_dir(self.path())
            .env_remove("CLICOLOR_FORCE");
        command
    }
}

/// All files below a folder, sorted.
pub(crate) fn files_below(folder: &Path) -> Vec<PathBuf> {
    let (mut found, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn ended(command: &mut Command, input: &str) -> Run {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    // A program that fails early does not read.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().expect("the program ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Run {
        status: output.status.code(),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

impl Run {
    pub(crate) fn status(self, status: i32) -> Self {
        assert_eq!(self.status, Some(status), "{}{}", self.stdout, self.stderr);
        self
    }

    pub(crate) fn stdout(self, part: &str) -> Self {
        assert!(self.stdout.contains(part), "no {part:?} in {}", self.stdout);
        self
    }

    pub(crate) fn stderr(self, part: &str) -> Self {
        assert!(self.stderr.contains(part), "no {part:?} in {}", self.stderr);
        self
    }
}
