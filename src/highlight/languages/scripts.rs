//! Rows of small languages for scripts and editors.
//!
//! Does not know which scopes are the bases of languages.

use super::INHERIT;

/// Tcl.
pub(super) const TCL: &[(&str, &str)] = &[
    ("comment", "c"),
    ("entity.name.function", ""),
    ("punctuation.definition.substitution", "k"),
    ("punctuation.section", "k"),
    ("string variable", "s2"),
    ("variable", "nv"),
];

/// Lisps.
pub(super) const LISP: &[(&str, &str)] = &[
    ("constant.character.escape", INHERIT),
    ("entity.name.function", "nv"),
    ("keyword.declaration", "nb"),
    ("string", "s"),
    ("variable", "nv"),
    ("variable.function", "nf"),
];

/// Vim's scripts.
pub(super) const VIM: &[(&str, &str)] = &[("comment", "c"), ("constant.numeric", "m"), ("support.function", "k")];

/// AWK, whose syntax takes `if` and `while` for names of functions.
pub(super) const AWK: &[(&str, &str)] = &[
    ("constant.character.escape", INHERIT),
    ("constant.language", "nb"),
    ("entity.name.function", "k"),
    ("keyword.other.command", "kr"),
    ("meta.brace", "p"),
    ("string.regexp punctuation", INHERIT),
];
