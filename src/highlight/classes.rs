//! Which of Pygments' classes a scope of our syntaxes stands for.
//!
//! Does not know what is painted: it answers one scope, and the scope right around it, at a time.

use std::collections::HashMap;
use std::sync::LazyLock;

use syntect::parsing::Scope;

use super::languages::{COMMON, INHERIT, LANGUAGES};

static TABLES: LazyLock<Tables> = LazyLock::new(Tables::new);

/// One language of the tables.
pub(super) struct Language {
    /// The scope that all its text has.
    pub(super) base: &'static str,
    /// What its text outside every class is.
    pub(super) plain: Plain,
    /// Selectors and classes, on top of the common ones.
    pub(super) rows: &'static [(&'static str, &'static str)],
}

/// What is done with text that has no class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Plain {
    /// Nothing.
    Text,
    /// Brackets, commas and semicolons are punctuation, which many syntaxes leave unmarked.
    Punctuation,
    /// Words of digits are numbers, and brackets operators, as in the arguments of commands.
    Words,
    /// As `Punctuation`, and these words, in lower case and sorted, which a syntax does not know,
    /// have classes.
    Vocabulary(&'static [(&'static str, &'static str)]),
}

/// What a scope does to the class of the text in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Change {
    /// The class that holds from here; empty for none.
    pub(super) class: &'static str,
    /// Whether it holds for all scopes inside, too.
    pub(super) locks: bool,
}

/// The classes of one language.
pub(super) struct Rules {
    base: Option<Scope>,
    pub(super) plain: Plain,
    /// By the first atom of the scope, since a language has a hundred rows.
    rows: HashMap<u16, Vec<Row>>,
}

struct Row {
    parent: Option<Scope>,
    scope: Scope,
    change: Option<Change>,
}

impl Rules {
    /// What `scope` changes right inside `parent`; `None` when the class around it goes on.
    pub(super) fn change(&self, parent: Option<Scope>, scope: Scope) -> Option<Change> {
        let rows = self.rows.get(&scope.atom_at(0))?;
        rows.iter().find(|row| row.matches(parent, scope))?.change
    }

    fn new(base: &str, plain: Plain, rows: &[(&str, &'static str)]) -> Self {
        let mut by_atom: HashMap<u16, Vec<Row>> = HashMap::new();
        for row in sorted(rows).into_iter().chain(sorted(COMMON)) {
            by_atom.entry(row.scope.atom_at(0)).or_default().push(row);
        }
        Self {
            base: Scope::new(base).ok().filter(|scope| !scope.is_empty()),
            plain,
            rows: by_atom,
        }
    }
}

impl Row {
    fn new(selector: &str, class: &'static str) -> Option<Self> {
        let (parent, scope) = match selector.split_once(' ') {
            Some((parent, scope)) => (Some(Scope::new(parent).ok()?), scope),
            None => (None, selector),
        };
        let change = (class != INHERIT).then(|| Change {
            class: class.trim_end_matches('!'),
            locks: class.ends_with('!'),
        });
        let scope = Scope::new(scope).ok()?;
        Some(Self { parent, scope, change })
    }

    fn matches(&self, parent: Option<Scope>, scope: Scope) -> bool {
        self.scope.is_prefix_of(scope)
            && self
                .parent
                .is_none_or(|wanted| parent.is_some_and(|parent| wanted.is_prefix_of(parent)))
    }
}

/// Rows with a parent first, then the longer prefix; a language's rows come before the common ones.
fn sorted(rows: &[(&str, &'static str)]) -> Vec<Row> {
    let rows = rows.iter().filter_map(|&(selector, class)| Row::new(selector, class));
    let mut rows: Vec<_> = rows.collect();
    rows.sort_by_key(|row| (row.parent.is_none(), std::cmp::Reverse(row.scope.len())));
    rows
}

struct Tables {
    common: Rules,
    languages: Vec<Rules>,
    bases: [Option<Scope>; 2],
}

impl Tables {
    fn new() -> Self {
        let languages = LANGUAGES.iter();
        Self {
            common: Rules::new("", Plain::Text, &[]),
            languages: languages
                .map(|language| Rules::new(language.base, language.plain, language.rows))
                .collect(),
            bases: ["source", "text"].map(|name| Scope::new(name).ok()),
        }
    }
}

/// The rules that begin to hold at `scope`, when it is the base of a language.
pub(super) fn rules_of(scope: Scope) -> Option<&'static Rules> {
    let tables = &*TABLES;
    let begins = |base: &Option<Scope>| base.is_some_and(|base| base.is_prefix_of(scope));
    if !tables.bases.iter().any(begins) {
        return None;
    }
    let rules = tables.languages.iter().find(|rules| begins(&rules.base));
    Some(rules.unwrap_or(&tables.common))
}

/// The rules of languages without their own.
pub(super) fn common() -> &'static Rules {
    &TABLES.common
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_selector_is_well_formed() {
        let rows = LANGUAGES.iter().flat_map(|language| language.rows).chain(COMMON);
        for (selector, class) in rows {
            assert!(Row::new(selector, class).is_some(), "{selector}");
            let name = class.trim_end_matches('!');
            let known = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
            assert!(*class == INHERIT || known && name.len() <= 3, "{selector} {class}");
        }
        for language in LANGUAGES {
            if let Plain::Vocabulary(words) = language.plain {
                assert!(words.is_sorted_by_key(|(word, _)| word), "{}", language.base);
            }
        }
    }

    #[test]
    fn a_longer_base_is_not_hidden_by_a_shorter_one() {
        for (at, language) in LANGUAGES.iter().enumerate() {
            let base = Scope::new(language.base).expect("a scope");
            let found = rules_of(base).expect("a base").base;
            assert_eq!(found, Some(base), "row {at}: {}", language.base);
        }
    }
}
