//! A built folder as the list of what may be published: hashed, and without what must never leave.
//!
//! Does not know where it goes.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use ignore::gitignore::{Gitignore, GitignoreBuilder};
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use super::release::RELEASE_FILE;

/// Hidden files that web hosts read.
const HIDDEN: &[&str] = &[".nojekyll", ".well-known", ".htaccess", ".domains"];

/// Names, in gitignore syntax, of files that hold secrets, caches or leftovers of editors.
const NEVER: &[&str] = &[
    "id_rsa",
    "id_dsa",
    "id_ecdsa",
    "id_ed25519",
    "*.p12",
    "*.pfx",
    "*.jks",
    "*.keystore",
    "*.kdbx",
    "__pycache__",
    "*.pyc",
    "node_modules",
    "Thumbs.db",
    "desktop.ini",
    "*~",
    "*.swp",
    "*.swo",
];

/// What a private key starts with, somewhere in the first lines.
const PRIVATE_KEY: &[u8] = b"PRIVATE KEY-----";

/// A file that is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteFile {
    /// Its path below the site, with `/`.
    pub path: String,
    /// Where its bytes are.
    pub source: PathBuf,
    /// How many there are.
    pub size: u64,
    /// Their SHA-256 in hexadecimal.
    pub hash: String,
}

/// A built folder, looked at once.
#[derive(Debug)]
pub struct Built {
    /// The folder.
    pub folder: PathBuf,
    /// What is published, by path.
    pub files: BTreeMap<String, SiteFile>,
    /// What stays here, with the reason, by path.
    pub left_out: BTreeMap<String, &'static str>,
    /// Files that are made for the publish only wait here.
    made: Option<TempDir>,
}

impl Built {
    /// Looks at `folder`. Paths that `include` matches (gitignore syntax) go along in any case.
    ///
    /// # Errors
    /// When it cannot be read, or a link in it leads elsewhere.
    pub fn read(folder: &Path, include: &[String]) -> anyhow::Result<Self> {
        if !folder.is_dir() {
            bail!(
                "there is no built site in `{}`; build it first, or leave `--no-build` out",
                folder.display()
            );
        }
        let walk = Walk {
            root: folder
                .canonicalize()
                .with_context(|| format!("cannot read `{}`", folder.display()))?,
            include: patterns(include)?,
            never: patterns(NEVER)?,
        };
        let mut found = Vec::new();
        let mut left_out = BTreeMap::new();
        walk.below(folder, "", &mut found, &mut left_out)?;
        let hashed: Vec<_> = found
            .into_par_iter()
            .map(|(path, source)| read_file(path, source, &walk))
            .collect::<anyhow::Result<_>>()?;
        let mut files = BTreeMap::new();
        for (file, is_secret) in hashed {
            if is_secret {
                left_out.insert(file.path, "a private key");
            } else {
                files.insert(file.path.clone(), file);
            }
        }
        if files.is_empty() {
            bail!("the folder `{}` holds no site; nothing was published", folder.display());
        }
        Ok(Self {
            folder: folder.to_owned(),
            files,
            left_out,
            made: None,
        })
    }

    /// Adds a file that is made for the publish, unless the site has one of that path.
    ///
    /// # Errors
    /// When it cannot be kept on the disk until it goes.
    pub fn add(&mut self, path: &str, bytes: &[u8]) -> anyhow::Result<()> {
        if self.files.contains_key(path) {
            return Ok(());
        }
        let failed = || format!("cannot write the temporary file for `{path}`");
        let folder = match self.made.take() {
            Some(folder) => folder,
            None => TempDir::new().with_context(failed)?,
        };
        let source = folder.path().join(path);
        self.made = Some(folder);
        fs::create_dir_all(source.parent().unwrap_or(&source)).with_context(failed)?;
        fs::write(&source, bytes).with_context(failed)?;
        let file = SiteFile {
            path: path.to_owned(),
            source,
            size: bytes.len() as u64,
            hash: hash(bytes),
        };
        self.left_out.remove(path);
        self.files.insert(path.to_owned(), file);
        Ok(())
    }

    /// The bytes of all files.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.files.values().map(|file| file.size).sum()
    }
}

impl SiteFile {
    /// The bytes, if they are still those that were hashed.
    ///
    /// # Errors
    /// When the file cannot be read or has changed.
    pub fn bytes(&self) -> anyhow::Result<Vec<u8>> {
        let bytes = fs::read(&self.source).with_context(|| format!("cannot read `{}`", self.source.display()))?;
        if hash(&bytes) != self.hash {
            bail!("`{}` changed while it was being published; publish again", self.path);
        }
        Ok(bytes)
    }
}

/// The SHA-256 of `bytes` in hexadecimal.
#[must_use]
pub(super) fn hash(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// The SHA-256 of a file in hexadecimal.
///
/// # Errors
/// When it cannot be read.
pub(super) fn hash_file(path: &Path) -> std::io::Result<String> {
    let mut file = fs::File::open(path)?;
    let mut digest = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut buffer)?;
        let Some(bytes) = buffer.get(..read).filter(|bytes| !bytes.is_empty()) else {
            return Ok(hexadecimal(&digest.finalize()));
        };
        digest.update(bytes);
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn patterns<S: AsRef<str>>(lines: &[S]) -> anyhow::Result<Gitignore> {
    let mut builder = GitignoreBuilder::new("");
    for line in lines {
        let line = line.as_ref();
        builder
            .add_line(None, line)
            .with_context(|| format!("`{line}` is no pattern"))?;
    }
    Ok(builder.build()?)
}

struct Walk {
    /// Nothing outside of it is published.
    root: PathBuf,
    include: Gitignore,
    never: Gitignore,
}

impl Walk {
    fn below(
        &self,
        folder: &Path,
        prefix: &str,
        found: &mut Vec<(String, PathBuf)>,
        left_out: &mut BTreeMap<String, &'static str>,
    ) -> anyhow::Result<()> {
        let failed = || format!("cannot read `{}`", folder.display());
        for entry in fs::read_dir(folder).with_context(failed)? {
            let entry = entry.with_context(failed)?;
            let source = entry.path();
            let name = entry.file_name();
            let Some(name) = name.to_str().filter(|name| !name.contains(['\n', '\r', '\\'])) else {
                bail!("the name of `{}` cannot be an address; rename it", source.display());
            };
            let path = format!("{prefix}{name}");
            let real = fs::metadata(&source).with_context(|| format!("cannot read `{}`", source.display()))?;
            if let Some(reason) = self.reason(&path, name, real.is_dir()) {
                left_out.insert(path, reason);
                continue;
            }
            if entry.file_type().with_context(failed)?.is_symlink() {
                let target = source.canonicalize().with_context(failed)?;
                if !target.starts_with(&self.root) || real.is_dir() {
                    left_out.insert(path, "a link that leads out of the site");
                    continue;
                }
            }
            if real.is_dir() {
                self.below(&source, &format!("{path}/"), found, left_out)?;
            } else if !real.is_file() {
                left_out.insert(path, "not a file");
            } else if path != RELEASE_FILE {
                found.push((path, source));
            } else if !is_ours(&source) {
                bail!("the site has a file `{RELEASE_FILE}` of its own; rename it, the name is taken for publishing");
            }
        }
        Ok(())
    }

    /// Why a path stays here.
    fn reason(&self, path: &str, name: &str, is_dir: bool) -> Option<&'static str> {
        if self.include.matched_path_or_any_parents(path, is_dir).is_ignore() {
            return None;
        }
        let hidden = name.starts_with('.') && !HIDDEN.contains(&name);
        if hidden {
            return Some("hidden");
        }
        let never = self.never.matched_path_or_any_parents(path, is_dir).is_ignore();
        never.then_some("a secret, a cache or an editor's file by its name")
    }
}

/// Whether a release file was written by us: a folder that was published may be published again.
fn is_ours(path: &Path) -> bool {
    fs::read(path).is_ok_and(|bytes| super::release::Release::parse(&bytes).is_ok())
}

fn read_file(path: String, source: PathBuf, walk: &Walk) -> anyhow::Result<(SiteFile, bool)> {
    let failed = || format!("cannot read `{}`", source.display());
    let size = fs::metadata(&source).with_context(failed)?.len();
    let hash = hash_file(&source).with_context(failed)?;
    let mut start = Vec::new();
    let is_text = ["html", "css", "js", "svg", "json", "xml"]
        .iter()
        .any(|end| path.ends_with(&format!(".{end}")));
    if !is_text && size < 1 << 20 {
        let file = fs::File::open(&source).with_context(failed)?;
        file.take(4096).read_to_end(&mut start).with_context(failed)?;
    }
    let is_key = start.starts_with(b"-----BEGIN ") && contains(&start, PRIVATE_KEY);
    let included = walk.include.matched_path_or_any_parents(&path, false).is_ignore();
    let file = SiteFile {
        path,
        source,
        size,
        hash,
    };
    Ok((file, is_key && !included))
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(bytes, part).is_some()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Built;

    #[test]
    fn secrets_caches_and_what_lies_outside_stay_here() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("site");
        for path in [
            "index.html",
            ".env",
            ".git/config",
            "a/.htpasswd",
            "a/id_rsa",
            "a/b/__pycache__/x.pyc",
            "x.html~",
            "store.p12",
            ".nojekyll",
            ".well-known/security.txt",
            ".htaccess",
            "deep/.cache/x.json",
            "kept/.env",
        ] {
            let file = folder.join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, path).unwrap();
        }
        fs::write(folder.join("cert.pem"), "-----BEGIN CERTIFICATE-----\nMII\n").unwrap();
        fs::write(folder.join("key.pem"), "-----BEGIN RSA PRIVATE KEY-----\nMII\n").unwrap();
        fs::write(outer.path().join("secret"), "s").unwrap();
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(outer.path().join("secret"), folder.join("link")).unwrap();
            std::os::unix::fs::symlink(outer.path(), folder.join("linked")).unwrap();
            std::os::unix::fs::symlink("index.html", folder.join("home.html")).unwrap();
        }
        let built = Built::read(&folder, &["kept/.env".to_owned()]).unwrap();
        let names: Vec<_> = built.files.keys().map(String::as_str).collect();
        let mut expected = vec![
            ".htaccess",
            ".nojekyll",
            ".well-known/security.txt",
            "cert.pem",
            "home.html",
            "index.html",
            "kept/.env",
        ];
        if !cfg!(unix) {
            expected.retain(|name| *name != "home.html");
        }
        assert_eq!(names, expected);
        assert_eq!(built.left_out["key.pem"], "a private key");
        assert!(built.left_out.contains_key(".git") && built.left_out.contains_key("a/id_rsa"));
    }

    #[test]
    fn bytes_that_changed_since_are_not_sent() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("a.html"), "old").unwrap();
        let built = Built::read(folder.path(), &[]).unwrap();
        assert_eq!(built.files["a.html"].bytes().unwrap(), b"old");
        fs::write(folder.path().join("a.html"), "new").unwrap();
        assert!(built.files["a.html"].bytes().is_err());
    }

    #[test]
    fn a_release_file_of_the_site_s_own_is_not_written_over() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("release.json"), "{\"mine\": 1}").unwrap();
        assert!(Built::read(folder.path(), &[]).is_err());
    }
}
