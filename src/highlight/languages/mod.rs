//! The tables of `classes`: scopes, and the class names that Pygments' style sheets colour.
//!
//! Does not know how rows are looked up. A selector is the prefix of a scope, or of the scope right
//! around it and of its own, with a space between. A class with `!` holds for everything inside; the
//! class `""` ends the one around it.

mod code;
mod scripts;
mod sql;
mod text;

use self::code::{C, FORTRAN, FORTRAN_WORDS, GO, JAVA, JAVASCRIPT, JULIA, LUA, MATLAB, PERL, PYTHON, R, RUBY, RUST};
use self::scripts::{AWK, LISP, TCL, VIM};
use self::sql::{SQL, SQL_WORDS};
use self::text::{
    CMAKE, CSS, DIFF, DOCKERFILE, INI, JSON, MAKEFILE, MARKDOWN, MARKUP, NGINX, POWERSHELL, RESTRUCTURED_TEXT, SHELL,
    TEX, TOML, XML, YAML,
};
use super::classes::{Language, Plain};

/// The class of a row that leaves the class around it in force.
pub(super) const INHERIT: &str = "^";

/// Rows for every language.
pub(super) const COMMON: &[(&str, &str)] = &[
    ("source", ""),
    ("text", ""),
    ("meta.interpolation", ""),
    ("meta.embedded", ""),
    ("meta.template.expression", ""),
    ("comment", "c1"),
    ("comment.block", "cm"),
    ("comment.line.shebang", "ch"),
    ("constant.numeric", "mi"),
    ("constant.numeric.value", "mi"),
    ("constant.numeric.float", "mf"),
    ("constant.numeric.integer.hexadecimal", "mh"),
    ("constant.numeric.integer.octal", "mo"),
    ("constant.numeric.integer.binary", "mb"),
    ("constant.language", "kc"),
    ("constant.character", "sc"),
    ("constant.character.escape", "se"),
    ("constant.other.placeholder", "si"),
    ("constant.other.symbol", "ss"),
    ("constant.other.color", "mh"),
    ("entity.name.function", "nf"),
    ("entity.name.class", "nc"),
    ("entity.name.struct", "nc"),
    ("entity.name.enum", "nc"),
    ("entity.name.union", "nc"),
    ("entity.name.trait", "nc"),
    ("entity.name.interface", "nc"),
    ("entity.name.type", "nc"),
    ("entity.name.namespace", "nn"),
    ("entity.name.module", "nn"),
    ("entity.name.package", "nn"),
    ("entity.name.constant", "no"),
    ("entity.name.label", "nl"),
    ("entity.name.macro", "nf"),
    ("entity.name.tag", "nt"),
    ("entity.name.section", "gh"),
    ("entity.other.attribute-name", "na"),
    ("invalid", ""),
    ("keyword", "k"),
    ("keyword.operator", "o"),
    ("keyword.operator.word", "ow"),
    ("keyword.operator.logical.word", "ow"),
    ("keyword.control.import", "kn"),
    ("keyword.declaration", "kd"),
    ("keyword.other.unit", "mi"),
    ("markup.bold", "gs"),
    ("markup.italic", "ge"),
    ("markup.heading", "gh"),
    ("markup.deleted", "gd"),
    ("markup.inserted", "gi"),
    ("markup.changed", "gi"),
    ("markup.raw", "sb"),
    ("meta.diff.header", "gh"),
    ("meta.diff.range", "gu"),
    ("meta.diff.index", "gh"),
    ("meta.toc-list.line-number", "gu"),
    ("punctuation", "p"),
    ("punctuation.separator.decimal", INHERIT),
    ("constant.numeric punctuation", INHERIT),
    ("punctuation.definition.comment", INHERIT),
    ("punctuation.definition.string", INHERIT),
    ("punctuation.definition.variable", INHERIT),
    ("punctuation.definition.annotation", INHERIT),
    ("punctuation.definition.keyword", INHERIT),
    ("punctuation.definition.entity", INHERIT),
    ("punctuation.definition.constant", INHERIT),
    ("punctuation.definition.heading", INHERIT),
    ("storage", "k"),
    ("storage.type", "kt"),
    ("storage.modifier", "kd"),
    ("string", "s"),
    ("string.quoted.double", "s2"),
    ("string.quoted.single", "s1"),
    ("string.regexp", "sr!"),
    ("string.unquoted", ""),
    ("support.function", "nb"),
    ("support.constant", "kc"),
    ("support.class", "nb"),
    ("support.type", "kt"),
    ("variable", ""),
];

const fn language(base: &'static str, plain: Plain, rows: &'static [(&'static str, &'static str)]) -> Language {
    Language { base, plain, rows }
}

/// The languages with rows of their own. A longer base comes before its prefix.
pub(super) const LANGUAGES: &[Language] = &[
    language("source.shell", Plain::Words, SHELL),
    language("source.regexp", Plain::Text, &[("source.regexp", "sr!")]),
    language(
        "source.dosbatch",
        Plain::Words,
        &[("variable", "nv"), ("comment", "c1")],
    ),
    language("source.powershell", Plain::Text, POWERSHELL),
    language("source.dockerfile", Plain::Words, DOCKERFILE),
    language("source.makefile", Plain::Text, MAKEFILE),
    language("source.cmake", Plain::Text, CMAKE),
    language("source.python", Plain::Punctuation, PYTHON),
    language("source.yaml", Plain::Text, YAML),
    language("source.json", Plain::Punctuation, JSON),
    language("source.toml", Plain::Text, TOML),
    language("source.ini", Plain::Text, INI),
    language("source.c", Plain::Punctuation, C),
    language("source.c++", Plain::Punctuation, C),
    language("source.objc", Plain::Punctuation, C),
    language("source.objc++", Plain::Punctuation, C),
    language("source.cs", Plain::Punctuation, JAVA),
    language("source.rust", Plain::Punctuation, RUST),
    language("source.go", Plain::Punctuation, GO),
    language("source.java", Plain::Punctuation, JAVA),
    language("source.groovy", Plain::Punctuation, JAVA),
    language("source.scala", Plain::Punctuation, JAVA),
    language("source.Kotlin", Plain::Punctuation, JAVA),
    language("source.js", Plain::Punctuation, JAVASCRIPT),
    language("source.ts", Plain::Punctuation, JAVASCRIPT),
    language("source.tsx", Plain::Punctuation, JAVASCRIPT),
    language("source.css", Plain::Punctuation, CSS),
    language("source.scss", Plain::Punctuation, CSS),
    language("source.less", Plain::Punctuation, CSS),
    language("source.sass", Plain::Punctuation, CSS),
    language("source.sql", Plain::Vocabulary(SQL_WORDS), SQL),
    language("source.r", Plain::Punctuation, R),
    language("source.julia", Plain::Punctuation, JULIA),
    language("source.matlab", Plain::Punctuation, MATLAB),
    language("source.modern-fortran", Plain::Vocabulary(FORTRAN_WORDS), FORTRAN),
    language("source.fixedform-fortran", Plain::Vocabulary(FORTRAN_WORDS), FORTRAN),
    language("source.lua", Plain::Punctuation, LUA),
    language("source.perl", Plain::Punctuation, PERL),
    language("source.ruby", Plain::Punctuation, RUBY),
    language("source.diff", Plain::Text, DIFF),
    language("text.html.markdown", Plain::Text, MARKDOWN),
    language("text.html", Plain::Text, MARKUP),
    language("text.xml", Plain::Text, XML),
    language("text.tex", Plain::Text, TEX),
    language("source.nginx", Plain::Punctuation, NGINX),
    language("source.tcl", Plain::Text, TCL),
    language("source.lisp", Plain::Punctuation, LISP),
    language("source.viml", Plain::Punctuation, VIM),
    language("source.awk", Plain::Punctuation, AWK),
    language("text.restructuredtext", Plain::Text, RESTRUCTURED_TEXT),
];
