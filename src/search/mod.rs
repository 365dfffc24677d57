//! What readers and other tools search: `search_index.json` as MkDocs writes it (COMPAT 6), and the
//! index of our own search.
//!
//! Sees finished articles; does not know how they were made, nor how results are ranked and shown:
//! that is `themes/chaski/scripts/search*.js`.

mod codec;
mod index;
mod language;
mod piece;
mod postings;
mod runs;
mod sections;
mod shards;
mod synonyms;
mod tags;
mod terms;
mod words;

pub(crate) use index::push_string;
pub use index::{Entry, IndexWriter, SearchSpec, entries, entries_json};
pub use piece::{Indexer, Piece, Place, Weights};
pub use sections::{Section, sections};
pub use shards::{MadeFor, Shards};
