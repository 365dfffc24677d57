//! Writes a source file anew, whole or not at all, on behalf of its owner.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, bail};

/// Writes `after` to the file at `path`, if it still holds `before`. Its rights stay; of a symbolic
/// link what it leads to is written.
///
/// # Errors
/// When it has changed, or cannot be written; it is then as it was.
pub fn rewrite(path: &Path, before: &str, after: &str) -> anyhow::Result<()> {
    let failed = || format!("cannot write `{}`", path.display());
    let path = path.canonicalize().with_context(failed)?;
    if fs::read(&path).with_context(failed)? != before.as_bytes() {
        bail!("`{}` changed meanwhile; it was left as it is", path.display());
    }
    let mut file = tempfile::NamedTempFile::new_in(path.parent().unwrap_or(Path::new("."))).with_context(failed)?;
    file.write_all(after.as_bytes()).with_context(failed)?;
    let rights = fs::metadata(&path).with_context(failed)?.permissions();
    file.as_file().set_permissions(rights).with_context(failed)?;
    file.persist(&path).with_context(failed)?;
    Ok(())
}
