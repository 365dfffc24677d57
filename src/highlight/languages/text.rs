//! Rows of shells, of formats for data and of markup.
//!
//! Does not know which scopes are the bases of languages.

use super::INHERIT;

/// Bash and other shells.
pub(super) const SHELL: &[(&str, &str)] = &[
    ("constant.numeric", "m"),
    ("keyword.control.heredoc-token", "s"),
    ("keyword.control.regexp", "o"),
    ("keyword.operator.assignment.redirection", ""),
    ("keyword.operator.logical.continue", "p"),
    ("keyword.operator.logical.pipe", "p"),
    ("keyword.operator.word", ""),
    ("meta.group.expansion.arithmetic", ""),
    ("meta.group.expansion.arithmetic punctuation", "k"),
    ("meta.group.expansion.command.backticks", ""),
    ("meta.group.expansion.command.backticks punctuation", "sb"),
    ("meta.group.expansion.command.parens", ""),
    ("meta.group.expansion.command.parens punctuation", "k"),
    ("meta.group.expansion.parameter keyword.operator", "k"),
    ("meta.group.expansion.job", ""),
    ("meta.group.expansion.job punctuation", ""),
    ("meta.group.expansion.job variable", ""),
    ("meta.group.expansion.parameter", "nv"),
    ("meta.group.expansion.tilde variable", ""),
    ("keyword.operator.regexp", ""),
    ("support.function.dot", ""),
    ("support.function.colon", ""),
    ("punctuation.definition.compound", "o"),
    ("punctuation.definition.parameter", ""),
    ("punctuation.definition.variable", "nv"),
    ("punctuation.section.braces", "o"),
    ("punctuation.section.expansion.brace", "o"),
    ("punctuation.section.expansion.parameter", "si"),
    ("punctuation.section.parens", "o"),
    ("punctuation.separator.continuation", "se"),
    ("punctuation.terminator.file-descriptor", ""),
    ("storage.modifier", "nb"),
    ("storage.type", "nb"),
    ("string.unquoted.heredoc", "s"),
    ("string.unquoted.heredoc keyword.operator", "s"),
    ("support.function.double-brace", "o"),
    ("support.function.test", "o"),
    ("variable.language", "nv"),
    ("variable.other.readwrite", "nv"),
    ("variable.parameter", ""),
    ("variable.function", ""),
];

/// Powershell.
pub(super) const POWERSHELL: &[(&str, &str)] = &[
    ("comment.line", "c"),
    ("keyword.operator.assignment", "p"),
    ("keyword.operator.other", "p"),
    ("punctuation.definition.variable", "nv"),
    ("storage.type", "no"),
    ("string.quoted.single", "s1"),
    ("support.variable", "nv"),
    ("variable.other", "nv"),
    ("variable.language", "nv"),
];

/// Dockerfile.
pub(super) const DOCKERFILE: &[(&str, &str)] = &[
    ("comment", "c"),
    ("constant.character.escape", "se"),
    ("constant.character.escaped", INHERIT),
    ("entity.name.enum.tag-digest", "s"),
    ("keyword.operator.assignment.redirection", ""),
    ("meta.group.expansion.parameter", "nv"),
    ("punctuation.definition.parameter", ""),
    ("punctuation.definition.variable", "nv"),
    ("punctuation.section.expansion.parameter", "si"),
    ("punctuation.separator.continuation", "se"),
    ("variable.other.readwrite", "nv"),
    ("keyword.operator.dockerfile", "k"),
    ("string", "s2"),
    ("entity.name.image", "s"),
    ("variable.stage-name", "s"),
];

/// Makefile.
pub(super) const MAKEFILE: &[(&str, &str)] = &[
    ("comment", "c"),
    ("keyword.other.block", "k"),
    ("meta.function-call.arguments.makefile punctuation.separator", ""),
    ("punctuation.separator.continuation", "se"),
    ("punctuation.definition.parameter", ""),
    ("support.function", "nv"),
    ("variable", "nv"),
    ("variable.parameter.option", ""),
    ("variable.function", ""),
    ("string", "s"),
    ("string.unquoted", ""),
];

/// Cmake.
pub(super) const CMAKE: &[(&str, &str)] = &[
    ("comment", "c"),
    ("entity.name.function", "nb"),
    ("keyword.control", "nb"),
    ("keyword.declaration", "nb"),
    ("keyword.operator", "s"),
    ("meta.function-call.arguments", "s"),
    ("meta.string.unquoted", "s"),
    ("meta.text-substitution", ""),
    ("meta.text-substitution punctuation", "o"),
    ("meta.text-substitution variable", "nv"),
    ("string meta.text-substitution", "s2!"),
    ("meta.generator-expression", "nv!"),
    ("punctuation.section", "p"),
    ("constant", "s"),
    ("constant.character.escape", INHERIT),
    ("support.function", "nb"),
    ("variable.function", "nb"),
    ("variable", "s"),
    ("storage", "s"),
    ("entity.name", "s"),
];

/// Yaml.
pub(super) const YAML: &[(&str, &str)] = &[
    ("constant", "l"),
    ("constant.character.escape", "se"),
    ("constant.language.merge", "nt"),
    ("constant.other.timestamp punctuation", INHERIT),
    ("entity.name.tag", "nt!"),
    ("entity.other.document", "nn"),
    ("entity.name.other.anchor", "nl"),
    ("variable.other.alias", "nv"),
    ("keyword.control.property.anchor", "nl"),
    ("keyword.control.flow.block-scalar", "p"),
    ("keyword.control.flow.alias", "nv"),
    ("punctuation.definition.alias", "nv"),
    ("punctuation.definition.anchor", "nl"),
    ("storage.modifier.chomping-indicator", "p"),
    ("storage.modifier", "p"),
    ("storage.type.tag-handle", "kt"),
    ("string.quoted.double", "s"),
    ("string.quoted.single", "s"),
    ("string.unquoted", "l"),
    ("string.unquoted.block", "no"),
    ("string.unquoted.plain.in", "nv"),
];

/// Json.
pub(super) const JSON: &[(&str, &str)] = &[
    ("constant.character.escape", INHERIT),
    ("invalid", INHERIT),
    ("meta.mapping.key", "nt!"),
    ("string", "s2"),
    ("comment.line", "c1"),
    ("comment.block", "cm"),
];

/// Toml.
pub(super) const TOML: &[(&str, &str)] = &[
    ("constant.language", "kc"),
    ("constant.other.date", "ld"),
    ("constant.other.datetime", "ld"),
    ("entity.name.table", "k"),
    ("entity.name.tag", "n"),
    ("invalid", INHERIT),
    ("punctuation.definition.key-value", "o"),
    ("punctuation.definition.table", "k"),
    ("punctuation.separator.table", "k"),
    ("meta.tag.table", "k"),
    ("meta.tag.key entity.name", "n"),
];

/// Ini.
pub(super) const INI: &[(&str, &str)] = &[
    ("entity.section", "k"),
    ("entity.name.section", "k"),
    ("keyword.name", "na"),
    ("punctuation.definition.equals", "o"),
    ("punctuation.definition.quote", "s"),
    ("punctuation.definition.section", "k"),
    ("punctuation.separator.key-value", "o"),
    ("string", "s"),
    ("constant", "s"),
];

/// Nginx.
pub(super) const NGINX: &[(&str, &str)] = &[
    ("constant.numeric", "mi"),
    ("entity.name.context", "s"),
    ("keyword.directive", "kn"),
    // What follows a directive.
    ("punctuation.definition.variable", "s"),
    ("storage.type.context", "k"),
    ("storage.type.context.location", "kn"),
    ("string.ipaddress", "mi"),
    ("support.function", "kn"),
    ("variable", "nv"),
];

/// reStructuredText.
pub(super) const RESTRUCTURED_TEXT: &[(&str, &str)] = &[
    ("comment", "c"),
    ("entity.name.tag", "na"),
    ("markup.other.command", "nv"),
    ("markup.raw", "s"),
    ("meta.other.directive", "ow"),
    ("punctuation.definition.bold", INHERIT),
    ("punctuation.definition.field", INHERIT),
    ("punctuation.definition.interpreted", INHERIT),
    ("punctuation.definition.italic", INHERIT),
    ("punctuation.definition.raw", INHERIT),
];

/// CSS and what compiles to it.
pub(super) const CSS: &[(&str, &str)] = &[
    ("comment.block", "c"),
    ("constant.numeric.integer", "mi"),
    ("constant.other.color", "mh!"),
    ("entity.other.attribute-name.class", "nc"),
    ("entity.other.attribute-name.id", "nn"),
    ("entity.other.pseudo-class", "nd"),
    ("entity.other.pseudo-element", "nd"),
    ("meta.attribute-selector entity.other.attribute-name", "nt"),
    ("meta.attribute-selector punctuation.definition.entity", "o"),
    ("meta.selector punctuation.separator", "o"),
    ("punctuation.definition.entity", "p"),
    ("support.function.var", "nf"),
    ("entity.other.pseudo-class punctuation", "p"),
    ("entity.other.pseudo-element punctuation", "p"),
    ("keyword.control.at-rule", "k"),
    ("keyword.control.at-rule punctuation", "p"),
    ("keyword.other.important", "cp"),
    ("keyword.other.unit", "kt"),
    ("string.unquoted", "sx"),
    ("support.constant", "kc"),
    ("support.function", "nb"),
    ("support.type.custom-property", "nv!"),
    ("support.type.property-name", "k"),
    ("support.type.property-name.media", "nt"),
    ("variable", "nv"),
    ("variable.function", "nf"),
];

/// Diff.
pub(super) const DIFF: &[(&str, &str)] = &[
    ("meta.diff.header", "gh"),
    ("meta.diff.range", "gu!"),
    ("meta.diff.header.from-file", "gd!"),
    ("meta.diff.header.to-file", "gi!"),
    ("meta.header.from-file", "gd!"),
    ("meta.header.to-file", "gi!"),
    ("markup.deleted", "gd!"),
    ("markup.inserted", "gi!"),
];

/// Markdown.
pub(super) const MARKDOWN: &[(&str, &str)] = &[
    ("entity.name.section", INHERIT),
    ("entity.other.attribute-name", ""),
    ("markup.heading.1", "gh!"),
    ("markup.heading", "gu!"),
    ("markup.list.numbered.bullet", "k"),
    ("markup.list.unnumbered.bullet", "k"),
    ("markup.raw", "sb!"),
    ("markup.underline.link", "na!"),
    ("meta.link.inet markup.underline.link", ""),
    ("markup.bold", "gs!"),
    ("markup.italic", "ge!"),
    ("markup.quote", ""),
    ("meta.link.inline.description", "nt"),
    ("meta.image.inline.description", "nt"),
    ("punctuation", ""),
    ("punctuation.definition.list_item", "k"),
    ("punctuation.definition.blockquote", "k"),
    ("string", ""),
];

/// HTML and templates of it.
pub(super) const MARKUP: &[(&str, &str)] = &[
    ("constant.character.entity", "ni!"),
    ("meta.tag.sgml", "cp!"),
    ("punctuation.definition.tag", "p"),
    ("punctuation.separator.key-value", "o"),
    ("string.quoted", "s"),
    ("string.quoted.double", "s"),
    ("string.quoted.single", "s"),
    ("string.unquoted", "s"),
];

/// Xml.
pub(super) const XML: &[(&str, &str)] = &[
    ("constant.character.entity", "ni!"),
    ("entity.other.attribute-name", "na"),
    ("meta.tag.preprocessor", "cp!"),
    ("meta.tag.sgml", "cp!"),
    ("punctuation.definition.tag", "nt"),
    ("punctuation.separator.key-value", "na"),
    ("punctuation.separator.namespace", INHERIT),
    ("string.quoted", "s"),
    ("string.quoted.double", "s"),
    ("string.quoted.single", "s"),
    ("string.unquoted.cdata", "cp"),
];

/// TeX and LaTeX.
pub(super) const TEX: &[(&str, &str)] = &[
    ("comment", "c"),
    ("constant.other.general", "k"),
    ("keyword", "k"),
    ("punctuation.definition.backslash", INHERIT),
    ("punctuation.definition.group", "nb"),
    ("punctuation.section.group", "nb"),
    ("string.other.math", "s"),
    ("support.function", "k"),
    ("storage.modifier", "k"),
    ("support.constant", "k"),
    ("variable", "k"),
];
