//! `chaski build --verify`: the same site once more, of nothing but its sources, and both compared.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, bail};

use super::build::cache_folder;
use crate::build;
use crate::cache::Cache;
use crate::config::Settings;
use crate::files::Files;
use crate::report::{Diagnostic, Format, Progress, Shower};

/// What a build with the cache has said and done.
pub(super) struct Built<'b> {
    pub(super) settings: &'b Settings,
    pub(super) files: &'b Files,
    pub(super) problems: &'b [Diagnostic],
    pub(super) request: &'b build::Request<'b>,
}

/// How many differences are listed.
const MOST: usize = 10;

/// Builds the site again without the cache into a folder that is not kept.
///
/// # Errors
/// When the sites differ in a file, or in what was said; the cache is then removed.
pub(super) fn verify(built: &Built<'_>) -> anyhow::Result<()> {
    let scratch = tempfile::Builder::new().prefix("chaski-verify-").tempdir();
    let scratch = scratch.context("cannot make a folder for the clean build")?;
    let settings = Settings {
        site_dir: scratch.path().join("site"),
        ..built.settings.clone()
    };
    let files = Files::new();
    let progress = Progress::new();
    let request = build::Request {
        cache: &Cache::none(),
        progress: &progress,
        ..*built.request
    };
    let clean = build::build(&settings, &files, &request)?;
    let mut differences = different_files(&built.settings.site_dir, &settings.site_dir, built.request.clean)?;
    if said(built.files, built.problems) != said(&files, &clean.problems) {
        differences.push("the problems that are reported".to_owned());
    }
    if differences.is_empty() {
        return Ok(());
    }
    // If that fails, the next `--verify` says so again.
    let _ = fs::remove_dir_all(cache_folder(built.settings));
    let more = match differences.len().saturating_sub(MOST) {
        0 => String::new(),
        more => format!("\n  and {more} more"),
    };
    differences.truncate(MOST);
    bail!(
        "the site is not what a clean build gives; the cache was removed, so that the next build is right. \
        Please report this. What differs:\n  {}{more}",
        differences.join("\n  ")
    )
}

fn said(files: &Files, problems: &[Diagnostic]) -> Vec<String> {
    let shower = Shower::new(files, Path::new(""), Format::Short);
    let mut problems = problems.to_vec();
    shower.sort(&mut problems);
    problems.iter().map(|problem| shower.show(problem)).collect()
}

/// The files that one of two folders lacks, or that have other bytes. What stands in `built` only
/// counts if the build has removed what is not the site's.
fn different_files(built: &Path, clean: &Path, is_cleaned: bool) -> anyhow::Result<Vec<String>> {
    let mut seen: BTreeMap<String, bool> = BTreeMap::new();
    for (path, uri) in crate::source::all_files(clean)? {
        let is_same = fs::read(built.join(&uri)).is_ok_and(|bytes| fs::read(&path).is_ok_and(|clean| clean == bytes));
        seen.insert(uri, is_same);
    }
    if is_cleaned {
        for (_, uri) in crate::source::all_files(built)? {
            // Hidden entries at the top are others': `.git`, `.nojekyll`.
            if !uri.starts_with('.') {
                seen.entry(uri).or_insert(false);
            }
        }
    }
    Ok(seen.into_iter().filter(|(_, same)| !same).map(|(uri, _)| uri).collect())
}
