//! chaski builds a MkDocs or Material for MkDocs project without Python.
//!
//! The program is *map, link, map*: every page is parsed alone and in parallel; a small summary of
//! each is linked into one immutable site; every page is then rendered alone and in parallel
//! against that site. The rooms below are in reading order, lowest floor first; a room uses only
//! rooms above it in this list (`tests/tidy.rs` holds them so).

pub mod files;
pub mod report;

pub mod cache;

pub mod yaml;

mod bundled;
pub mod highlight;
pub mod icons;

pub mod markdown;

pub mod source;

pub mod site;

pub mod search;
pub mod sitemap;

pub mod theme;

pub mod render;

pub mod output;
pub mod publish;

pub mod config;

pub mod page;
pub mod plugins;

pub mod build;
pub mod check;

pub mod serve;

pub mod command;
