//! The programs `ssh`, `sftp` and `rsync`, over one connection that they share.

use std::fs::File;
use std::io::{BufRead as _, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, bail};
use tempfile::TempDir;

use crate::publish::spec::SshSpec;

/// How to reach a host.
#[derive(Debug)]
pub(super) struct Program {
    host: String,
    /// Options of `ssh` and `sftp`; the port is spelled differently by them.
    options: Vec<String>,
    port: Option<u16>,
    /// Holds the shared connection's socket.
    folder: TempDir,
    /// The `sftp` that takes commands, once one was started: each start would cost as much as many commands.
    session: Mutex<Option<Session>>,
}

/// A running `sftp`.
#[derive(Debug)]
struct Session {
    child: Child,
    input: ChildStdin,
    /// What it writes.
    lines: Receiver<String>,
    /// Where its errors go.
    errors: PathBuf,
}

/// Does nothing; that it is echoed says that all before it is done.
const END: &str = "lpwd";

/// `text` as one word of a shell.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "'\\''"))
}

impl Program {
    pub(super) fn new(spec: &SshSpec) -> anyhow::Result<Self> {
        if spec.host.starts_with('-') {
            bail!("`{}` cannot be a host", spec.host);
        }
        let folder = tempfile::Builder::new().prefix("chaski").tempdir()?;
        let mut options: Vec<String> = Vec::new();
        if let Some(config) = &spec.config {
            options.extend(["-F".to_owned(), config.display().to_string()]);
        }
        let mut set = |option: String| options.extend(["-o".to_owned(), option]);
        // Whoever is asked is an agent, not a terminal: publishing runs where nobody sits, too.
        set("BatchMode=yes".to_owned());
        set("ConnectTimeout=20".to_owned());
        set("ServerAliveInterval=15".to_owned());
        if cfg!(unix) {
            set("ControlMaster=auto".to_owned());
            set("ControlPersist=20".to_owned());
            set(format!("ControlPath={}/c", folder.path().display()));
        }
        Ok(Self {
            host: spec.host.clone(),
            options,
            port: spec.port,
            folder,
            session: Mutex::new(None),
        })
    }

    /// Whether there is a local rsync.
    pub(super) fn has_rsync() -> bool {
        let mut command = Command::new("rsync");
        command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    fn ssh(&self) -> Command {
        let mut command = Command::new("ssh");
        command.args(&self.options);
        if let Some(port) = self.port {
            command.args(["-p", &port.to_string()]);
        }
        command
    }

    /// Runs a script on the host; gives what it writes, also if the account has no shell.
    pub(super) fn ask(&self, script: &str) -> anyhow::Result<String> {
        let mut command = self.ssh();
        command.arg(&self.host).arg(format!("sh -c {}", quoted(script)));
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let output = start(&mut command, "ssh")?.wait_with_output()?;
        if output.status.code() == Some(255) {
            bail!("cannot reach `{}`: {}", self.host, said(&output));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Runs a script on the host with what `write` writes as its input; gives what it writes.
    pub(super) fn run(
        &self,
        script: &str,
        write: impl FnOnce(&mut dyn Write) -> anyhow::Result<()>,
    ) -> anyhow::Result<String> {
        let mut command = self.ssh();
        command.arg(&self.host).arg(format!("sh -c {}", quoted(script)));
        let output = fed(&mut command, "ssh", write)?;
        if !output.status.success() {
            bail!("`{}`: {}", self.host, said(&output));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Sends `paths` below `root` to the folder `target` of the host; only what differs from the files of
    /// the folder `basis`, which counts from the target.
    pub(super) fn rsync(&self, root: &Path, paths: &[String], target: &str, basis: Option<&str>) -> anyhow::Result<()> {
        let mut shell = "ssh".to_owned();
        for option in &self.options {
            shell = format!("{shell} {}", quoted(option));
        }
        if let Some(port) = self.port {
            shell = format!("{shell} -p {port}");
        }
        let mut command = Command::new("rsync");
        command
            .args(["-rczs", "--from0", "--files-from=-", "--chmod=D755,F644", "-e", &shell])
            .args(basis.map(|basis| format!("--copy-dest={basis}")))
            .arg(format!("{}/", root.display()))
            .arg(format!("{}:{target}/", self.host));
        let output = fed(&mut command, "rsync", |pipe| {
            for path in paths {
                pipe.write_all(path.as_bytes())?;
                pipe.write_all(b"\0")?;
            }
            Ok(())
        })?;
        if !output.status.success() {
            bail!("rsync to `{}`: {}", self.host, said(&output));
        }
        Ok(())
    }

    /// Runs commands of `sftp`; the first that fails ends them, unless it starts with `-`.
    pub(super) fn sftp(&self, batch: &str) -> anyhow::Result<String> {
        let mut open = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let mut session = match open.take() {
            Some(session) => session,
            None => self.session()?,
        };
        if let Some(answer) = session.run(batch) {
            *open = Some(session);
            return Ok(answer);
        }
        bail!("sftp to `{}`: {}", self.host, session.end());
    }

    fn session(&self) -> anyhow::Result<Session> {
        let errors = self.folder.path().join("errors");
        let mut command = Command::new("sftp");
        command.args(["-q", "-b", "-"]).args(&self.options);
        if let Some(port) = self.port {
            command.args(["-P", &port.to_string()]);
        }
        command.arg(&self.host);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(File::create(&errors)?);
        let mut child = start(&mut command, "sftp")?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            bail!("`sftp` could not be watched");
        };
        let (sender, lines) = mpsc::channel();
        // What it answers is read meanwhile: neither side may wait for the other.
        std::thread::spawn(move || {
            let lines = BufReader::new(output).split(b'\n').map_while(Result::ok);
            for line in lines {
                if sender.send(String::from_utf8_lossy(&line).into_owned()).is_err() {
                    break;
                }
            }
        });
        Ok(Session {
            child,
            input,
            lines,
            errors,
        })
    }
}

impl Session {
    /// What `batch` answers; `None` if the program ended.
    fn run(&mut self, batch: &str) -> Option<String> {
        let written = writeln!(self.input, "{batch}{END}").and_then(|()| self.input.flush());
        let mut answer = String::new();
        let echo = format!("sftp> {END}");
        loop {
            let line = self.lines.recv().ok()?;
            if line == echo {
                // Its own answer is one line.
                self.lines.recv().ok()?;
                return written.is_ok().then_some(answer);
            }
            answer.push_str(&line);
            answer.push('\n');
        }
    }

    /// What it said of why it ended.
    fn end(mut self) -> String {
        drop(self.input);
        let _ = self.child.wait();
        let errors = std::fs::read(&self.errors).unwrap_or_default();
        last_lines(&errors)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let session = self.session.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        session.map(Session::end);
        // The shared connection would end by itself; nobody need wait for that.
        let mut command = self.ssh();
        command.args(["-O", "exit"]).arg(&self.host);
        let _ = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
    }
}

fn start(command: &mut Command, name: &str) -> anyhow::Result<Child> {
    command
        .spawn()
        .with_context(|| format!("cannot run `{name}`; install it, or see that it is in the PATH"))
}

fn fed(
    command: &mut Command,
    name: &str,
    write: impl FnOnce(&mut dyn Write) -> anyhow::Result<()>,
) -> anyhow::Result<Output> {
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = start(command, name)?;
    let pipe = child.stdin.take();
    // What it answers is read meanwhile: neither side may wait for the other.
    let reader = std::thread::spawn(move || child.wait_with_output());
    let written = match pipe {
        Some(pipe) => {
            let mut pipe = BufWriter::new(pipe);
            write(&mut pipe).and_then(|()| Ok(pipe.flush()?))
        }
        None => Ok(()),
    };
    let output = reader
        .join()
        .map_err(|_| anyhow::anyhow!("`{name}` could not be watched"))??;
    let ended_early =
        |error: &anyhow::Error| error.downcast_ref::<std::io::Error>().is_some() && !output.status.success();
    match written {
        Err(error) if !ended_early(&error) => Err(error),
        _ => Ok(output),
    }
}

fn said(output: &Output) -> String {
    last_lines(&output.stderr)
}

/// The last of what a program wrote to standard error, as one line.
fn last_lines(errors: &[u8]) -> String {
    let text = String::from_utf8_lossy(errors);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let last = lines.get(lines.len().saturating_sub(4)..).unwrap_or_default();
    crate::publish::redacted(&last.join("; "))
}
