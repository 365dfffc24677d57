//! `chaski new DIR`: a small site that builds at once.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};

use super::args::{Language, NewArguments};
use super::{ExitStatus, World};

/// A file of the new site: its path and its text.
type Page = (&'static str, &'static str);

const ENGLISH: &[Page] = &[
    ("mkdocs.yml", include_str!("skeleton/en/mkdocs.yml")),
    ("docs/index.md", include_str!("skeleton/en/index.md")),
    ("docs/guide/index.md", include_str!("skeleton/en/guide.md")),
    ("docs/guide/writing.md", include_str!("skeleton/en/writing.md")),
];

const SPANISH: &[Page] = &[
    ("mkdocs.yml", include_str!("skeleton/es/mkdocs.yml")),
    ("docs/index.md", include_str!("skeleton/es/index.md")),
    ("docs/guia/index.md", include_str!("skeleton/es/guia.md")),
    ("docs/guia/escribir.md", include_str!("skeleton/es/escribir.md")),
];

/// Runs the command.
pub(super) fn run(arguments: &NewArguments, world: &World) -> anyhow::Result<ExitStatus> {
    let pages = match arguments.lang {
        Language::En => ENGLISH,
        Language::Es => SPANISH,
    };
    let shown = arguments.directory.display();
    let target = world.directory.join(&arguments.directory);
    if target.is_dir() {
        let mut entries = fs::read_dir(&target).with_context(|| format!("cannot read the folder `{shown}`"))?;
        if entries.next().is_some() {
            bail!("the folder `{shown}` is not empty; nothing was written. Name a new or an empty folder");
        }
    } else if target.exists() {
        bail!("`{shown}` is a file; nothing was written. Name a new or an empty folder");
    }
    for (path, text) in pages {
        write(&target.join(path), text)?;
    }
    anstream::eprintln!("Made a site in `{shown}`. Build it: cd {shown} && chaski build");
    Ok(ExitStatus::Clean)
}

fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let failed = || format!("cannot write `{}`", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).with_context(failed)?;
    }
    fs::write(path, text).with_context(failed)
}
