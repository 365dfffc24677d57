//! Which of Pygments' classes a scope of our syntaxes stands for.
//!
//! Does not know what is painted: it answers one scope at a time. A scope without a class leaves in
//! force the class of the scope around it; the class `""` ends it.

use std::sync::LazyLock;

use syntect::parsing::Scope;

use super::classes_table::{COMMON, INHERIT, LANGUAGES};

static TABLES: LazyLock<Tables> = LazyLock::new(Tables::new);

/// The classes of one language.
pub(super) struct Rules {
    language: Option<Scope>,
    rows: Vec<(Scope, &'static str)>,
}

impl Rules {
    /// The class of `scope`; `None` when it does not change the class.
    pub(super) fn class(&self, scope: Scope) -> Option<&'static str> {
        let row = self.rows.iter().find(|(prefix, _)| prefix.is_prefix_of(scope));
        row.map(|(_, class)| *class).filter(|class| *class != INHERIT)
    }

    /// A language's own rows come before the common ones; in each, the longest prefix first.
    fn new(language: &str, rows: &[(&str, &'static str)]) -> Self {
        Self {
            language: Scope::new(language).ok().filter(|scope| scope.len() > 0),
            rows: sorted(rows).chain(sorted(COMMON)).collect(),
        }
    }
}

fn sorted(rows: &[(&str, &'static str)]) -> impl Iterator<Item = (Scope, &'static str)> + use<> {
    let rows = rows
        .iter()
        .filter_map(|(prefix, class)| Some((Scope::new(prefix).ok()?, *class)));
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
    rows.into_iter()
}

struct Tables {
    common: Rules,
    languages: Vec<Rules>,
    bases: [Scope; 2],
}

impl Tables {
    fn new() -> Self {
        let base = |name| Scope::new(name).unwrap_or_default();
        Self {
            common: Rules::new("", &[]),
            languages: LANGUAGES.iter().map(|(name, rows)| Rules::new(name, rows)).collect(),
            bases: [base("source"), base("text")],
        }
    }
}

/// The rules that begin to hold at `scope`, when it is the base of a language.
pub(super) fn rules_of(scope: Scope) -> Option<&'static Rules> {
    let tables = &*TABLES;
    if !tables.bases.iter().any(|base| base.is_prefix_of(scope)) {
        return None;
    }
    let is_of = |rules: &&Rules| rules.language.is_some_and(|name| name.is_prefix_of(scope));
    Some(tables.languages.iter().find(is_of).unwrap_or(&tables.common))
}

/// The rules of languages without their own.
pub(super) fn common() -> &'static Rules {
    &TABLES.common
}
