//! The two search indexes of a site, made while its pages are drawn: what need not stay in memory
//! until the last page is written at once.

use std::io::{self, Write};

use anyhow::Context as _;

use super::draw::Goes;
use super::memo::Searchable;
use crate::config::Settings;
use crate::output::{OutputSet, Stream, Waiting};
use crate::search::{IndexWriter, Indexer, MadeFor, SearchSpec, Shards};
use crate::site::Nav;

/// What other tools search.
const JSON: &str = "search/search_index.json";
/// The folder of our own index.
const FOLDER: &str = "search/shards";

/// Takes what pages give to the indexes.
pub(super) struct Index<'g> {
    /// `None` without the search plugin.
    made: Option<Made<'g>>,
}

struct Made<'g> {
    spec: SearchSpec,
    is_offline: bool,
    goes: Goes<'g>,
    json: IndexWriter<Json<'g>>,
    shards: Shards,
    /// Files that wait already.
    waiting: Vec<(String, Waiting)>,
}

/// Where the file for other tools goes.
enum Json<'g> {
    /// The largest file of a site need not stay in memory.
    Waits(Stream<'g>),
    /// A plugin works on it.
    Stays(Vec<u8>),
    /// Nobody reads it.
    Nowhere,
}

impl Write for Json<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Waits(stream) => stream.write(bytes),
            Self::Stays(all) => all.write(bytes),
            Self::Nowhere => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What a page gives, with the files of it that wait already.
#[derive(Default)]
pub(super) struct OfPage {
    searchable: Searchable,
    waiting: Vec<(String, Waiting)>,
}

impl OfPage {
    /// Takes what need not stay in memory to where the site waits.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn new(mut searchable: Searchable, settings: &Settings, goes: Goes<'_>) -> anyhow::Result<Self> {
        let mut waiting = Vec::new();
        if let Goes::To(staging) = goes
            && !is_offline(settings)
        {
            for (name, bytes) in searchable.piece.take_fragments() {
                let path = format!("{FOLDER}/{name}");
                let written = staging.write(&path, &bytes)?;
                waiting.push((path, written));
            }
        }
        Ok(Self { searchable, waiting })
    }
}

/// Under `file://` the index is read as scripts.
fn is_offline(settings: &Settings) -> bool {
    settings.plugin("material/offline").is_some()
}

impl<'g> Index<'g> {
    /// Begins the indexes.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(super) fn new(settings: &Settings, goes: Goes<'g>) -> anyhow::Result<Self> {
        let is_offline = is_offline(settings);
        let made = |spec: SearchSpec| -> anyhow::Result<Made<'g>> {
            let json = match goes {
                Goes::By(_) => Json::Nowhere,
                Goes::To(staging) if !is_offline => Json::Waits(staging.stream(JSON)),
                Goes::To(_) | Goes::Nowhere => Json::Stays(Vec::new()),
            };
            Ok(Made {
                json: IndexWriter::new(&spec, json).with_context(failed)?,
                spec,
                is_offline,
                goes,
                shards: Shards::default(),
                waiting: Vec::new(),
            })
        };
        Ok(Self {
            made: settings.search_spec().map(made).transpose()?,
        })
    }

    /// Adds the next page of the site.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn add(&mut self, page: OfPage) -> anyhow::Result<()> {
        if let Some(made) = &mut self.made {
            made.json.page(&page.searchable.entries).with_context(failed)?;
            made.shards.add(page.searchable.piece);
            made.waiting.extend(page.waiting);
        }
        Ok(())
    }

    /// Ends the indexes: their files are in `output` then.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(super) fn finish(self, indexer: Option<&Indexer>, nav: &Nav, output: &mut OutputSet) -> anyhow::Result<()> {
        let (Some(made), Some(indexer)) = (self.made, indexer) else {
            return Ok(());
        };
        match made.json.finish().with_context(failed)? {
            Json::Waits(stream) => output.insert(JSON, stream.finish().with_context(failed)?),
            Json::Stays(bytes) => output.insert(JSON, bytes),
            // It counts among the files of the site.
            Json::Nowhere => output.insert(JSON, Vec::new()),
        }
        if matches!(made.goes, Goes::By(_)) {
            return Ok(());
        }
        for (path, waiting) in made.waiting {
            output.insert(path, waiting);
        }
        let roots = nav.roots.iter().filter_map(|at| nav.entries.get(*at)?.title.as_deref());
        let sections: Vec<&str> = roots.collect();
        let made_for = MadeFor {
            spec: &made.spec,
            sections: &sections,
            scripts: made.is_offline,
        };
        for (name, bytes) in made.shards.files(indexer, &made_for) {
            output.insert(format!("{FOLDER}/{name}"), bytes);
        }
        Ok(())
    }
}

fn failed() -> String {
    format!("cannot write `{JSON}`; the old site is as it was")
}
