//! What a `mkdocs.yml` says: read, inherited, resolved, typed and checked.
//!
//! The only room that knows every setting. It fills the narrow structs that other rooms own, and
//! knows nothing of pages.

mod environment;
mod extensions;
mod fragment;
mod tags;

pub use environment::Environment;
pub use fragment::dialect;
