//! Plain hosting by FTP, over TLS unless the target says otherwise.
//!
//! The name and password come from `CHASKI_FTP_USER` and `CHASKI_FTP_PASSWORD`, or from `~/.netrc`.

use std::collections::BTreeSet;
use std::net::ToSocketAddrs as _;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, bail};
use suppaftp::rustls::{ClientConfig, RootCertStore};
use suppaftp::types::{FileType, Response};
use suppaftp::{FtpError, RustlsConnector, RustlsFtpStream, Status};

use super::in_place::Store;
use super::spec::FtpSpec;

/// So often is looked whether another one has written its file, and how long is waited in between:
/// a claim that stays longer is of one who was killed.
const CLAIMS: u32 = 20;
const CLAIM_PAUSE: Duration = Duration::from_millis(250);

/// Behind the name of a file that is being written.
const NEW: &str = ".chaski-new";
const LOST: &str =
    "the connection was lost; publish again to finish; if it is lost again, see whether the host has room";
/// How long a server may say nothing.
const PATIENCE: Duration = Duration::from_secs(30);

/// A folder of an FTP server.
pub(super) struct Ftp {
    spec: FtpSpec,
    user: String,
    password: String,
    /// `None` before the first use and after the connection was lost.
    stream: Mutex<Option<RustlsFtpStream>>,
    /// Folders that are known to be there.
    folders: Mutex<BTreeSet<String>>,
}

impl Ftp {
    /// Makes ready to talk to a server.
    pub(super) fn open(spec: &FtpSpec, variable: &dyn Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        let (user, password) = credentials(spec, variable)?;
        Ok(Self {
            spec: spec.clone(),
            user,
            password,
            stream: Mutex::new(None),
            folders: Mutex::new(BTreeSet::new()),
        })
    }

    fn connect(&self) -> anyhow::Result<RustlsFtpStream> {
        let address = format!("{}:{}", self.spec.host, self.spec.port);
        let failed = || format!("cannot reach `{address}`");
        let mut found = address.to_socket_addrs().with_context(failed)?;
        let socket = found.next().with_context(failed)?;
        let stream = RustlsFtpStream::connect_timeout(socket, PATIENCE).with_context(failed)?;
        let control = stream.get_ref().set_read_timeout(Some(PATIENCE));
        control.with_context(failed)?;
        let mut stream = if self.spec.tls {
            stream
                .into_secure(self.connector()?, &self.spec.host)
                .with_context(|| {
                    format!(
                        "`{address}` does not speak TLS as it should; `tls: false` would send the password in the clear"
                    )
                })?
        } else {
            stream
        };
        stream
            .login(self.user.as_str(), self.password.as_str())
            .map_err(|_| anyhow::anyhow!("`{address}` does not let `{}` in; look at the password", self.user))?;
        stream.transfer_type(FileType::Binary)?;
        Ok(stream)
    }

    fn connector(&self) -> anyhow::Result<RustlsConnector> {
        let mut roots = RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        if let Some(path) = &self.spec.ca {
            use suppaftp::rustls::pki_types::CertificateDer;
            use suppaftp::rustls::pki_types::pem::PemObject as _;
            let failed = || format!("cannot read the certificates of `{}`", path.display());
            for certificate in CertificateDer::pem_file_iter(path).with_context(failed)? {
                roots.add(certificate.with_context(failed)?).with_context(failed)?;
            }
        }
        let config = ClientConfig::builder()
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(RustlsConnector::from(Arc::new(config)))
    }

    /// Does `work` on the connection; once more on a new one, if the connection was lost.
    fn with<T>(
        &self,
        work: impl Fn(&mut RustlsFtpStream) -> Result<T, FtpError>,
    ) -> anyhow::Result<Result<T, FtpError>> {
        let mut stream = locked(&self.stream);
        for is_last in [false, true] {
            let mut used = match stream.take() {
                Some(used) => used,
                None => self.connect()?,
            };
            let done = work(&mut used);
            if matches!(done, Err(FtpError::ConnectionError(_)))
                && let Some(response) = refusal(&mut used)
                && (is_last || matches!(response.status.code(), 451 | 452 | 552))
            {
                return Ok(Err(FtpError::UnexpectedResponse(response)));
            }
            match done {
                Err(FtpError::ConnectionError(_) | FtpError::BadResponse) if !is_last => {}
                Err(error @ (FtpError::ConnectionError(_) | FtpError::BadResponse)) => {
                    return Err(error).context(LOST);
                }
                done => {
                    *stream = Some(used);
                    return Ok(done);
                }
            }
        }
        bail!("{LOST}")
    }

    fn at(&self, path: &str) -> String {
        format!("{}/{path}", self.spec.path.trim_end_matches('/'))
    }

    /// Makes the folders above a path.
    fn make_room(&self, path: &str) -> anyhow::Result<()> {
        let full = self.at(path);
        for (at, _) in full.match_indices('/').filter(|(at, _)| *at > 0) {
            let folder = full.get(..at).unwrap_or_default();
            if locked(&self.folders).insert(folder.to_owned()) {
                // It may be there; if it is not, writing into it says so.
                let _ = self.with(|stream| stream.mkdir(folder))?;
            }
        }
        Ok(())
    }

    fn put_one(&self, path: &str, bytes: &[u8]) -> anyhow::Result<()> {
        self.make_room(path)?;
        let (target, new) = (self.at(path), self.at(&format!("{path}{NEW}")));
        let failed = || format!("cannot write `{path}` to {}", self.title());
        let send = || self.with(|stream| stream.put_file(&new, &mut &bytes[..]));
        let mut sent = send();
        let is_missing = |status: Status| matches!(status, Status::FileUnavailable | Status::BadFilename);
        if matches!(&sent, Ok(Err(FtpError::UnexpectedResponse(response))) if is_missing(response.status)) {
            // A folder that we took for made may not be there: the server may have been busy.
            locked(&self.folders).clear();
            self.make_room(path)?;
            sent = send();
        }
        if !matches!(sent, Ok(Ok(_))) {
            // What came of it would take the room that the next publish needs.
            let _ = self.with(|stream| stream.rm(&new));
        }
        sent?.with_context(failed)?;
        let renamed = self.with(|stream| stream.rename(&new, &target))?;
        if renamed.is_err() {
            // Some servers do not rename onto a file.
            let _ = self.with(|stream| stream.rm(&target))?;
            self.with(|stream| stream.rename(&new, &target))?.with_context(failed)?;
        }
        Ok(())
    }
}

/// What a server said that takes no more: it may hang up on the data before we have heard it.
fn refusal(stream: &mut RustlsFtpStream) -> Option<Response> {
    // The answer to the transfer comes before that to this command.
    match stream.noop() {
        Err(FtpError::UnexpectedResponse(response)) => Some(response),
        _ => None,
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Store for Ftp {
    fn title(&self) -> String {
        let scheme = if self.spec.tls { "ftps" } else { "ftp" };
        format!("{scheme}://{}{}", self.spec.host, self.spec.path)
    }

    fn read(&self, path: &str) -> anyhow::Result<Option<Vec<u8>>> {
        let target = self.at(path);
        match self.with(|stream| stream.retr_as_buffer(&target))? {
            Ok(bytes) => Ok(Some(bytes.into_inner())),
            Err(FtpError::UnexpectedResponse(response)) if response.status == Status::FileUnavailable => Ok(None),
            Err(error) => Err(error).with_context(|| format!("cannot read `{path}` of {}", self.title())),
        }
    }

    fn put(&self, files: &[(&str, Vec<u8>)]) -> anyhow::Result<()> {
        for (path, bytes) in files {
            self.put_one(path, bytes)?;
        }
        Ok(())
    }

    fn put_new(&self, path: &str, bytes: &[u8]) -> anyhow::Result<bool> {
        // A folder is made by one only; its maker alone writes the file.
        self.make_room(path)?;
        let claim = self.at(&format!("{path}.claim"));
        // One who has made it is about to write the file, or was killed before.
        for _ in 0..CLAIMS {
            if self.with(|stream| stream.mkdir(&claim))?.is_ok() {
                break;
            }
            if self.read(path)?.is_some() {
                return Ok(false);
            }
            std::thread::sleep(CLAIM_PAUSE);
        }
        let is_free = self.read(path)?.is_none();
        if is_free {
            self.put_one(path, bytes)?;
        }
        let _ = self.with(|stream| stream.rmdir(&claim))?;
        Ok(is_free)
    }

    fn remove(&self, paths: &[&str]) -> anyhow::Result<()> {
        let mut folders = BTreeSet::new();
        for path in paths {
            let target = self.at(path);
            match self.with(|stream| stream.rm(&target))? {
                Ok(()) => {}
                Err(FtpError::UnexpectedResponse(response)) if response.status == Status::FileUnavailable => {}
                Err(error) => return Err(error).with_context(|| format!("cannot remove `{path}`")),
            }
            // A publish that was killed may have left a part of it.
            let new = format!("{target}{NEW}");
            let _ = self.with(|stream| stream.rm(&new))?;
            folders.extend(path.match_indices('/').map(|(at, _)| &path[..at]));
        }
        // Folders that still hold something stay.
        for folder in folders.iter().rev() {
            let target = self.at(folder);
            let _ = self.with(|stream| stream.rmdir(&target))?;
            locked(&self.folders).remove(&target);
        }
        Ok(())
    }

    fn list(&self) -> anyhow::Result<Vec<String>> {
        let mut paths = Vec::new();
        let mut folders = vec![String::new()];
        while let Some(folder) = folders.pop() {
            let target = self.at(&folder);
            let lines = match self.with(|stream| stream.mlsd(Some(target.as_str())))? {
                Ok(lines) => lines,
                Err(_) if folder.is_empty() => return Ok(paths),
                Err(error) => return Err(error).with_context(|| format!("cannot list {}", self.title())),
            };
            for line in lines {
                let Some((facts, name)) = line.split_once(' ') else {
                    continue;
                };
                let facts = facts.to_lowercase();
                let path = format!("{folder}{name}");
                if facts.contains("type=dir;") {
                    folders.push(format!("{path}/"));
                } else if facts.contains("type=file;") {
                    paths.push(path);
                }
            }
        }
        Ok(paths)
    }
}

/// From the environment, or from `~/.netrc`.
fn credentials(spec: &FtpSpec, variable: &dyn Fn(&str) -> Option<String>) -> anyhow::Result<(String, String)> {
    let user = variable("CHASKI_FTP_USER").or_else(|| spec.user.clone());
    if let (Some(user), Some(password)) = (&user, variable("CHASKI_FTP_PASSWORD")) {
        return Ok((user.clone(), password));
    }
    let text = variable("HOME").and_then(|home| std::fs::read_to_string(format!("{home}/.netrc")).ok());
    let found = netrc(&text.unwrap_or_default(), &spec.host);
    let Some((login, password)) = found.filter(|(login, _)| user.as_ref().is_none_or(|user| user == login)) else {
        bail!(
            "there is no password for `{}`: set CHASKI_FTP_USER and CHASKI_FTP_PASSWORD, or write it into ~/.netrc",
            spec.host
        );
    };
    Ok((login, password))
}

/// The login and password of `host` in a `.netrc`.
fn netrc(text: &str, host: &str) -> Option<(String, String)> {
    let mut words = text.split_whitespace();
    let (mut inside, mut login, mut password) = (false, None, None);
    while let Some(word) = words.next() {
        match word {
            "machine" | "default" => {
                if inside && login.is_some() && password.is_some() {
                    break;
                }
                inside = word == "default" || words.next() == Some(host);
                (login, password) = (None, None);
            }
            "login" if inside => login = words.next().map(str::to_owned),
            "password" if inside => password = words.next().map(str::to_owned),
            _ => {}
        }
    }
    login.zip(password).filter(|_| inside)
}

#[cfg(test)]
mod tests {
    use super::netrc;

    #[test]
    fn the_netrc_is_read_by_host() {
        let text = "machine a.org login ann password p1\nmachine b.org\n  login bob\n  password p2\ndefault login x password y";
        let found = |host| netrc(text, host).map(|(login, password)| format!("{login}:{password}"));
        assert_eq!(found("a.org").as_deref(), Some("ann:p1"));
        assert_eq!(found("b.org").as_deref(), Some("bob:p2"));
        assert_eq!(found("c.org").as_deref(), Some("x:y"));
    }
}
