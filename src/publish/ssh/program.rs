//! The programs `ssh`, `sftp` and `rsync`, over one connection that they share.

use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

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
    _folder: TempDir,
}

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
            _folder: folder,
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

    /// Sends `paths` below `root` to the folder `target` of the host.
    pub(super) fn rsync(&self, root: &Path, paths: &[String], target: &str) -> anyhow::Result<()> {
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
        let mut command = Command::new("sftp");
        command.args(["-q", "-b", "-"]).args(&self.options);
        if let Some(port) = self.port {
            command.args(["-P", &port.to_string()]);
        }
        command.arg(&self.host);
        let output = fed(&mut command, "sftp", |pipe| Ok(pipe.write_all(batch.as_bytes())?))?;
        if !output.status.success() {
            bail!("sftp to `{}`: {}", self.host, said(&output));
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
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
    let text = String::from_utf8_lossy(&output.stderr);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let last = lines.get(lines.len().saturating_sub(4)..).unwrap_or_default();
    crate::publish::redacted(&last.join("; "))
}
