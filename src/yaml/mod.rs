//! YAML with positions: every value knows where it stands.
//!
//! Scalars follow YAML 1.1 as PyYAML reads it (`yes`, `on`, octal and sexagesimal numbers), since
//! that is what MkDocs uses. Does not know what any key means.

mod json;
mod layout;
mod node;
mod parse;
mod scalar;

pub use node::{Kind, Node};
pub use parse::{parse, parse_part};
pub use scalar::resolve as plain_scalar;
