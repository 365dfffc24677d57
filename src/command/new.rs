//! `chaski new DIR`: a small site that builds at once.

use anyhow::{Context as _, bail};

use super::args::{Language, NewArguments};
use super::{ExitStatus, World};
use crate::files::Files;
use crate::output::OutputSet;

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
        let empty = Files::new().is_empty_dir(&target);
        if !empty.with_context(|| format!("cannot read the folder `{shown}`"))? {
            bail!("the folder `{shown}` is not empty; nothing was written. Name a new or an empty folder");
        }
    } else if target.exists() {
        bail!("`{shown}` is a file; nothing was written. Name a new or an empty folder");
    }
    let mut output = OutputSet::default();
    for (path, text) in pages {
        output.insert(*path, (*text).to_owned());
    }
    output.commit(&target, false)?;
    anstream::eprintln!("Made a site in `{shown}`. Build it: cd {shown} && chaski build");
    Ok(ExitStatus::Clean)
}
