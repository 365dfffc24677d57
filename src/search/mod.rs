//! The search index that MkDocs writes (COMPAT 6), section by section.
//!
//! Sees finished articles; does not know how they were made, nor how readers search.

mod index;
mod sections;

pub(crate) use index::push_string;
pub use index::{Entry, SearchSpec, entries, entries_json, index_json};
pub use sections::{Section, sections};
