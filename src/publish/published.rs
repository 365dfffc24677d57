//! Reads a published site back: a folder, a branch of git, an archive, or a site map.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufReader, Read, Seek};
use std::path::Path;

use anyhow::{Context as _, bail};
use flate2::read::GzDecoder;

use super::git;

/// The list of versions that mike keeps beside their folders.
const VERSIONS: &str = "versions.json";

/// A site that is published: its files by path. Only HTML files and lists of versions have bytes.
#[derive(Clone, Debug, Default)]
pub struct Published {
    /// The files by path, with `/`.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Addresses without files, when a site map is all that is known.
    pub addresses: Vec<String>,
    /// The folder of the version that was taken, when `versions.json` names several.
    pub version: Option<String>,
}

/// Reads what `target` names: a folder, an archive (`.zip`, `.tar`, `.tar.gz`, `.tgz`), a site map
/// (`.xml`, `.xml.gz`), or a branch of the repository that `root` is in, here or at `remote`. Paths
/// start at `directory`. Of a site with versions as mike publishes them, one version is taken: that
/// which the home page leads to, or `latest`, or the first of `versions.json`; an alias of a version,
/// which may be a link or a folder of redirects, stands for the version.
///
/// # Errors
/// When there is no such thing, or no site in it.
pub fn published(target: &str, directory: &Path, root: &Path, remote: &str) -> anyhow::Result<Published> {
    let alias = alias(target, directory, root, remote);
    let target = alias.as_ref().map_or(target, |(folder, _)| folder);
    let path = directory.join(target);
    let failed = || format!("cannot read the published site `{target}`");
    let mut site = Published {
        version: alias.as_ref().map(|(_, version)| version.clone()),
        ..Published::default()
    };
    if path.is_dir() {
        below(&path, "", &mut site).with_context(failed)?;
    } else if path.is_file() {
        let file = BufReader::new(File::open(&path).with_context(failed)?);
        if target.ends_with(".zip") {
            take_zip(file, &mut site)
        } else if target.ends_with(".tar.gz") || target.ends_with(".tgz") {
            take_tar(GzDecoder::new(file), &mut site)
        } else if target.ends_with(".tar") {
            take_tar(file, &mut site)
        } else if target.ends_with(".xml") {
            take_map(file, &mut site)
        } else if target.ends_with(".xml.gz") {
            take_map(GzDecoder::new(file), &mut site)
        } else {
            bail!("`{target}` is neither a folder, an archive (.zip, .tar, .tar.gz, .tgz) nor a site map (.xml)")
        }
        .with_context(failed)?;
    } else if target.contains("://") {
        bail!(
            "`{target}` is an address, which is not read; fetch its `sitemap.xml` and name that file, or name the \
             branch, folder or archive that is published"
        );
    } else {
        match git::archive(root, target, remote) {
            Ok(bytes) => take_tar(bytes.as_slice(), &mut site).with_context(failed)?,
            Err(error) => {
                return Err(error.context(format!(
                    "there is no folder, archive, site map or branch `{target}` to compare with"
                )));
            }
        }
    }
    if !site.files.contains_key("index.html") {
        unwrap_folder(&mut site);
    }
    take_version(&mut site);
    if site.addresses.is_empty() && !site.files.keys().any(|path| path.ends_with(".html")) {
        bail!("`{target}` holds no site: there is no HTML file in it");
    }
    Ok(site)
}

impl Published {
    fn insert(&mut self, path: &str, mut file: impl Read) -> std::io::Result<()> {
        let mut bytes = Vec::new();
        if is_read(path) {
            file.read_to_end(&mut bytes)?;
        }
        let path = path.trim_start_matches("./");
        self.files.insert(path.to_owned(), bytes);
        Ok(())
    }
}

/// Whether the text of a file is of interest.
fn is_read(path: &str) -> bool {
    path.ends_with(".html") || path.ends_with(VERSIONS)
}

fn below(folder: &Path, prefix: &str, site: &mut Published) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            // Nothing of a repository or of a tool is published.
            if !path.starts_with('.') || path == ".well-known" {
                below(&entry.path(), &format!("{path}/"), site)?;
            }
        } else if is_read(&path) {
            site.insert(&path, File::open(entry.path())?)?;
        } else {
            site.files.insert(path, Vec::new());
        }
    }
    Ok(())
}

fn take_zip(file: impl Read + Seek, site: &mut Published) -> anyhow::Result<()> {
    let mut archive = zip::ZipArchive::new(file)?;
    for at in 0..archive.len() {
        let entry = archive.by_index(at)?;
        if entry.is_file() {
            let path = entry.name()?.into_owned();
            site.insert(&path, entry)?;
        }
    }
    Ok(())
}

fn take_tar(file: impl Read, site: &mut Published) -> anyhow::Result<()> {
    let mut archive = tar::Archive::new(file);
    for entry in archive.entries()? {
        let entry = entry?;
        if entry.header().entry_type().is_file() {
            let path = entry.path()?.to_string_lossy().into_owned();
            site.insert(&path, entry)?;
        }
    }
    Ok(())
}

/// The addresses of a site map: what stands in `<loc>`.
fn take_map(mut file: impl Read, site: &mut Published) -> anyhow::Result<()> {
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    for part in text.split("<loc>").skip(1) {
        let address = part.split("</loc>").next().unwrap_or_default().trim();
        site.addresses.push(address.replace("&amp;", "&"));
    }
    if site.addresses.is_empty() {
        bail!("it is no site map: it has no `<loc>`");
    }
    Ok(())
}

/// An archive may hold the site in a single folder.
fn unwrap_folder(site: &mut Published) {
    let Some(first) = site.files.keys().next().and_then(|path| path.split_once('/')) else {
        return;
    };
    let prefix = format!("{}/", first.0);
    if site.files.contains_key(&format!("{prefix}index.html"))
        && site.files.keys().all(|path| path.starts_with(&prefix))
    {
        let files = std::mem::take(&mut site.files).into_iter();
        site.files = files
            .map(|(path, bytes)| (path[prefix.len()..].to_owned(), bytes))
            .collect();
    }
}

/// One entry of `versions.json`.
#[derive(serde::Deserialize)]
struct Version {
    /// Its folder.
    version: String,
    /// Other names: links to the folder, or copies of it.
    #[serde(default)]
    aliases: Vec<String>,
}

fn find<'v>(versions: &'v [Version], name: &str) -> Option<&'v Version> {
    let is_it = |version: &&Version| version.version == name || version.aliases.iter().any(|alias| alias == name);
    versions.iter().find(is_it)
}

/// If `target` ends in an alias of a version, the target that ends in the version, and the version.
fn alias(target: &str, directory: &Path, root: &Path, remote: &str) -> Option<(String, String)> {
    let target = target.trim_end_matches('/');
    let at = target.rfind(['/', ':'])?;
    let (above, name) = (&target[..=at], &target[at + 1..]);
    let list = fs::read(directory.join(format!("{above}{VERSIONS}"))).ok();
    let is_of_git = above.contains(':') && !target.contains("://");
    let list = match list {
        None if is_of_git => git::file(root, &format!("{above}{VERSIONS}"), remote)?,
        list => list?,
    };
    let versions: Vec<Version> = serde_json::from_slice(&list).ok()?;
    let version = &find(&versions, name)?.version;
    (version != name).then(|| (format!("{above}{version}"), version.clone()))
}

/// Leaves the files of one version, under their paths in it.
fn take_version(site: &mut Published) {
    let Some(bytes) = site.files.get(VERSIONS) else { return };
    let Ok(versions) = serde_json::from_slice::<Vec<Version>>(bytes) else {
        return;
    };
    let named = |name: &str| find(&versions, name);
    let home = site.files.get("index.html").and_then(|bytes| default_version(bytes));
    let taken = home.as_deref().and_then(named).or_else(|| named("latest"));
    let Some(taken) = taken.or(versions.first()) else {
        return;
    };
    let prefix = format!("{}/", taken.version);
    let below: BTreeMap<String, Vec<u8>> = site
        .files
        .range(prefix.clone()..)
        .map_while(|(path, bytes)| Some((path.strip_prefix(&prefix)?.to_owned(), bytes.clone())))
        .collect();
    if below.is_empty() {
        return;
    }
    site.version = Some(taken.version.clone());
    site.files = below;
}

/// The folder that a home page without a text of its own sends readers to.
fn default_version(home: &[u8]) -> Option<String> {
    let home = String::from_utf8_lossy(home);
    let (_, after) = home.split_once("http-equiv=\"refresh\"")?;
    let (_, address) = after.split_once("url=")?;
    let folder = address.trim_start_matches("./").split(['/', '"', '\'']).next()?;
    Some(folder.to_owned())
}
