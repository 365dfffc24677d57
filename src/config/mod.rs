//! What a `mkdocs.yml` says: read, inherited, resolved, typed and checked.
//!
//! The only room that knows every setting. It fills the narrow structs that other rooms own, and
//! knows nothing of pages.

mod addresses;
mod check;
mod csp;
mod environment;
mod extensions;
mod extra;
mod fragment;
mod languages;
mod load;
mod nav;
mod paths;
mod plugin_effects;
mod plugin_options;
mod plugin_table;
mod plugins;
mod problems;
mod publish;
mod read;
mod reader;
mod redirects;
mod settings;
mod specs;
mod tags;
mod theme;
mod theme_spec;
mod validation;
mod view;

pub use crate::site::AbsoluteLinks;
pub use check::CheckSettings;
pub use environment::Environment;
pub use fragment::dialect;
pub use load::{ConfigFile, Overrides, Request, load};
pub use plugins::{knows_plugin_option, plugin_options};
pub use redirects::{Edit, add_redirects};
pub use settings::{Chaski, Patterns, PluginUse, Repo, Script, Settings, Theme, Validation};

#[cfg(test)]
mod tests;
