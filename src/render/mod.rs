//! From a page and its site to the page's HTML file.
//!
//! `context` defines what is drawn (plain data, filled by the pipeline), `nav` writes navigation,
//! `page` puts both into the theme, `policy` says what a finished page may load. Does not read sources, resolve links or write files.

mod context;
mod face;
mod jinja;
mod nav;
mod page;
mod path;
mod policy;
mod toc;

pub use context::{LinkView, NavKind, NavMeta, NavNode, NavView, PageFile, PageView, TagView};
pub use page::Renderer;
pub use policy::Policy;
