//! `chaski new DIR`: a small site that builds at once.

use anyhow::{Context as _, bail};

use super::args::{Ci, Language, NewArguments};
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
    if let Some(ci) = arguments.ci.filter(|_| target.join("mkdocs.yml").is_file()) {
        let (path, text) = workflow(ci);
        if target.join(path).exists() {
            bail!("`{path}` is there already; nothing was written. Move it away to have a new one");
        }
        let mut output = OutputSet::default();
        output.insert(path, text);
        output.commit(&target, false)?;
        anstream::eprintln!("Wrote `{path}`");
        return Ok(ExitStatus::Clean);
    }
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
    if let Some(ci) = arguments.ci {
        let (path, text) = workflow(ci);
        output.insert(path, text);
    }
    output.commit(&target, false)?;
    anstream::eprintln!("Made a site in `{shown}`. Build it: cd {shown} && chaski build");
    Ok(ExitStatus::Clean)
}

/// The path and text of what a server is told.
fn workflow(ci: Ci) -> (&'static str, String) {
    let (path, text) = match ci {
        Ci::Github => (".github/workflows/site.yml", include_str!("skeleton/ci/github.yml")),
        Ci::Gitlab => (".gitlab-ci.yml", include_str!("skeleton/ci/gitlab.yml")),
    };
    (path, text.replace("@VERSION@", env!("CARGO_PKG_VERSION")))
}
