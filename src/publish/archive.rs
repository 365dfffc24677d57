//! A tar or zip file with the whole site, for hosts that take nothing else.
//!
//! The file appears whole or not at all, and the same site gives the same bytes.

use std::fs::File;
use std::io::{BufReader, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use tempfile::NamedTempFile;
use zip::write::SimpleFileOptions;

use super::plan::{Known, known_of};
use super::release::{RELEASE_FILE, Release};
use super::site::Built;
use super::{Context, Step, Target, Work};

/// 1980-01-01, the first time that zip files know.
const EPOCH: u64 = 315_532_800;

/// The forms of archives, by the end of their name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Zip,
    Tar,
    TarGz,
}

/// An archive while it is published to.
#[derive(Debug)]
pub(super) struct Archive<'c> {
    path: PathBuf,
    form: Form,
    context: Context<'c>,
}

impl<'c> Archive<'c> {
    /// Looks whether the file may be written.
    pub(super) fn open(path: &Path, context: Context<'c>) -> anyhow::Result<Self> {
        let name = path.to_string_lossy();
        let form = if name.ends_with(".zip") {
            Form::Zip
        } else if name.ends_with(".tar") {
            Form::Tar
        } else if name.ends_with(".tar.gz") || name.ends_with(".tgz") {
            Form::TarGz
        } else {
            bail!("`{name}` must end in `.zip`, `.tar`, `.tar.gz` or `.tgz`");
        };
        super::refuse_sources(path, &context)?;
        Ok(Self {
            path: path.to_owned(),
            form,
            context,
        })
    }

    /// What stands in the archive that is there.
    fn release(&self) -> anyhow::Result<Option<Release>> {
        let file = match File::open(&self.path) {
            Ok(file) => BufReader::new(file),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error).with_context(|| format!("cannot read `{}`", self.path.display())),
        };
        let bytes = match self.form {
            Form::Zip => in_zip(file),
            Form::Tar => in_tar(file),
            Form::TarGz => in_tar(GzDecoder::new(file)),
        };
        match bytes.and_then(|bytes| Release::parse(&bytes).ok()) {
            None if !self.context.force => bail!(
                "`{}` is there and is no site that chaski packed; name another file, or add `--force`",
                self.path.display()
            ),
            release => Ok(release),
        }
    }
}

fn in_zip(file: impl Read + Seek) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut archive = zip::ZipArchive::new(file).ok()?;
    archive.by_name(RELEASE_FILE).ok()?.read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

fn in_tar(file: impl Read) -> Option<Vec<u8>> {
    let mut archive = tar::Archive::new(file);
    for entry in archive.entries().ok()? {
        let mut entry = entry.ok()?;
        if entry.path().ok()?.as_ref() == Path::new(RELEASE_FILE) {
            let mut bytes = Vec::new();
            entry.read_to_end(&mut bytes).ok()?;
            return Some(bytes);
        }
    }
    None
}

impl Target for Archive<'_> {
    fn title(&self) -> String {
        format!("archive `{}`", self.path.display())
    }

    fn known(&mut self, _site: &Built) -> anyhow::Result<Known> {
        Ok(self.release()?.as_ref().map(known_of).unwrap_or_default())
    }

    fn publish(&mut self, work: &Work<'_>) -> anyhow::Result<Vec<String>> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let failed = || format!("cannot write `{}`", self.path.display());
        std::fs::create_dir_all(folder).with_context(failed)?;
        let file = NamedTempFile::new_in(folder).with_context(failed)?;
        let mut out = BufWriter::new(file);
        match self.form {
            Form::Zip => self.zip(work, &mut out).with_context(failed)?,
            Form::Tar => self.tar(work, &mut out).with_context(failed)?,
            Form::TarGz => {
                let mut packed = GzEncoder::new(&mut out, Compression::default());
                self.tar(work, &mut packed).with_context(failed)?;
                packed.finish().with_context(failed)?;
            }
        }
        let file = out
            .into_inner()
            .map_err(std::io::IntoInnerError::into_error)
            .with_context(failed)?;
        (self.context.watch)(Step::Switch)?;
        readable(&file).with_context(failed)?;
        let file = file.persist(&self.path).with_context(failed)?;
        let size = file.metadata().map(|metadata| metadata.len()).unwrap_or_default();
        Ok(vec![format!("Wrote {} ({size} bytes)", self.title())])
    }
}

impl Archive<'_> {
    /// Gives `write` every file of the release, the release file first: readers of a long tar find
    /// it at once.
    fn each(&self, work: &Work<'_>, mut write: impl FnMut(&str, &[u8]) -> anyhow::Result<()>) -> anyhow::Result<()> {
        write(RELEASE_FILE, &work.release.to_bytes()?)?;
        for (path, file) in &work.site.files {
            (self.context.watch)(Step::Upload(path))?;
            write(path, &file.bytes()?)?;
        }
        Ok(())
    }

    fn tar(&self, work: &Work<'_>, out: &mut dyn Write) -> anyhow::Result<()> {
        let mut archive = tar::Builder::new(out);
        self.each(work, |path, bytes| {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            header.set_mtime(EPOCH);
            Ok(archive.append_data(&mut header, path, bytes)?)
        })?;
        archive.finish()?;
        Ok(())
    }

    fn zip(&self, work: &Work<'_>, out: &mut (impl Write + Seek)) -> anyhow::Result<()> {
        let mut archive = zip::ZipWriter::new(out);
        let options = SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Deflated)
            .last_modified_time(zip::DateTime::default())
            .unix_permissions(0o644);
        self.each(work, |path, bytes| {
            archive.start_file(path, options)?;
            Ok(archive.write_all(bytes)?)
        })?;
        archive.finish()?;
        Ok(())
    }
}

/// Temporary files are for their owner only; archives are not.
fn readable(file: &NamedTempFile) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.as_file().set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    let _ = file;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Archive;
    use crate::publish::{Built, Context, Plan, Release, Step, Target as _, Work};

    #[test]
    fn archives_hold_the_site_are_the_same_each_time_and_foreign_ones_stay() {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("site");
        fs::create_dir_all(folder.join("año")).unwrap();
        fs::write(folder.join("año/index.html"), "hola").unwrap();
        fs::write(folder.join("index.html"), "x".repeat(5000)).unwrap();
        let built = Built::read(&folder, &[]).unwrap();
        let release = Release::new(&built, None, 1);
        let watch = |_: Step<'_>| Ok(());
        let context = Context::of(outer.path(), &watch);
        for name in ["a.zip", "a.tar", "a.tar.gz"] {
            let path = outer.path().join(name);
            let mut packed = Vec::new();
            for _ in 0..2 {
                let mut target = Archive::open(&path, context).unwrap();
                let known = target.known(&built).unwrap();
                let plan = Plan::new(&built, &known, false).unwrap();
                let work = Work {
                    site: &built,
                    release: &release,
                    plan: &plan,
                };
                target.publish(&work).unwrap();
                packed.push(fs::read(&path).unwrap());
            }
            assert_eq!(packed[0], packed[1], "{name}");
            let known = Archive::open(&path, context).unwrap().known(&built).unwrap();
            assert!(Plan::new(&built, &known, false).unwrap().is_empty());
            fs::write(&path, "mine").unwrap();
            assert!(Archive::open(&path, context).unwrap().known(&built).is_err());
        }
        assert!(Archive::open(&outer.path().join("a.rar"), context).is_err());
    }
}
