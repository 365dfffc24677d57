//! The git program, run in the site's repository.

use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use anyhow::{Context as _, bail};

/// How to run git.
#[derive(Clone, Debug)]
pub(super) struct Git {
    folder: PathBuf,
    /// Whether a shell starts it, for systems where git is a script.
    shell: bool,
}

impl Git {
    pub(super) fn new(folder: &Path, shell: bool) -> Self {
        Self {
            folder: folder.to_owned(),
            shell,
        }
    }

    /// Runs git with `input`; gives what it writes.
    pub(super) fn run(&self, arguments: &[&str], input: Option<&[u8]>) -> anyhow::Result<Vec<u8>> {
        let mut child = self.start(arguments)?;
        let stdin = child.stdin.take();
        let output = std::thread::scope(|scope| {
            if let (Some(mut pipe), Some(bytes)) = (stdin, input) {
                // Git may end early; its message says why.
                scope.spawn(move || pipe.write_all(bytes));
            }
            child.wait_with_output()
        })?;
        finished(arguments, output)
    }

    /// Runs git on what `write` writes. If that fails, git is ended in the middle.
    pub(super) fn feed(
        &self,
        arguments: &[&str],
        write: impl FnOnce(&mut dyn Write) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut child = self.start(arguments)?;
        let written = match child.stdin.take() {
            Some(pipe) => {
                let mut pipe = BufWriter::new(pipe);
                write(&mut pipe).and_then(|()| Ok(pipe.flush()?))
            }
            None => Ok(()),
        };
        if written.is_err() {
            let _ = child.kill();
        }
        let output = child.wait_with_output()?;
        // When git ended by itself, it knows better why than the pipe does.
        let is_pipe = |error: &anyhow::Error| {
            let cause = error.downcast_ref::<std::io::Error>();
            cause.is_some_and(|cause| cause.kind() == std::io::ErrorKind::BrokenPipe)
        };
        match written {
            Err(error) if !is_pipe(&error) => Err(error),
            _ => finished(arguments, output).map(|_| ()),
        }
    }

    fn start(&self, arguments: &[&str]) -> anyhow::Result<Child> {
        let mut command = self.command();
        command.args(arguments).current_dir(&self.folder).env("LC_ALL", "C");
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
            .spawn()
            .context("cannot run `git`; install it, or see that it is in the PATH")
    }

    /// Runs git and gives its output as text, without the last line's end.
    pub(super) fn text(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let output = self.run(arguments, None)?;
        Ok(String::from_utf8_lossy(&output).trim_end().to_owned())
    }

    /// Whether git says yes.
    pub(super) fn is_ok(&self, arguments: &[&str]) -> bool {
        self.run(arguments, None).is_ok()
    }

    pub(super) fn check_repository(&self) -> anyhow::Result<()> {
        self.text(&["rev-parse", "--git-dir"]).map(|_| ()).with_context(|| {
            format!(
                "`{}` is not in a git repository; make one with `git init` and `git remote add origin ...`",
                self.folder.display()
            )
        })
    }

    /// Who commits, and when, as a commit has it. Without a name in the configuration: us.
    pub(super) fn identity(&self) -> anyhow::Result<String> {
        if let Ok(identity) = self.text(&["var", "GIT_COMMITTER_IDENT"]) {
            return Ok(identity);
        }
        let parts = ["-c", "user.name=chaski", "-c", "user.email=chaski@localhost"];
        let arguments: Vec<&str> = parts.into_iter().chain(["var", "GIT_COMMITTER_IDENT"]).collect();
        self.text(&arguments)
    }

    /// Whether a working tree has the branch `head` checked out.
    pub(super) fn is_checked_out(&self, head: &str) -> bool {
        let trees = self.text(&["worktree", "list", "--porcelain"]).unwrap_or_default();
        let line = format!("branch {head}");
        trees.lines().any(|tree| tree == line)
    }

    fn command(&self) -> Command {
        if !self.shell {
            return Command::new("git");
        }
        if cfg!(windows) {
            let mut command = Command::new("cmd");
            command.args(["/C", "git"]);
            command
        } else {
            let mut command = Command::new("sh");
            command.args(["-c", "git \"$@\"", "git"]);
            command
        }
    }
}

fn finished(arguments: &[&str], output: Output) -> anyhow::Result<Vec<u8>> {
    if !output.status.success() {
        let name = arguments.first().copied().unwrap_or_default();
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("git {name}: {}", crate::publish::redacted(said.trim()));
    }
    Ok(output.stdout)
}
