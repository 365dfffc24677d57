//! What the variables of the theme are on a page's root and body, in one palette.
//!
//! Does not know what the variables are for. Selectors that ask for more than the root, the body
//! and the palette's attributes are of parts of a page and do not count.

use std::collections::HashMap;
use std::ops::Range;

use csscolorparser::Color;

use super::StyleSheet;
use super::rules::{Rule, rules};

/// Where a variable is set: the number of the site's style sheet and the place in it.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    pub sheet: usize,
    pub range: Range<usize>,
}

#[derive(Debug)]
struct Setting<'a> {
    value: &'a str,
    weight: usize,
    origin: Option<Origin>,
}

#[derive(Debug, Default)]
struct Element<'a>(HashMap<&'a str, Setting<'a>>);

/// The settled variables.
#[derive(Debug)]
pub(super) struct Cascade<'a> {
    root: Element<'a>,
    body: Element<'a>,
}

/// How deep variables may name each other.
const DEPTH: usize = 16;

impl<'a> Cascade<'a> {
    /// `own` are the rules of the theme, `sheets` those of the site after them.
    pub(super) fn new(own: &'a str, sheets: &'a [StyleSheet], attributes: &[(&str, String)]) -> Self {
        let mut cascade = Self {
            root: Element::default(),
            body: Element::default(),
        };
        cascade.read(&rules(own), None, attributes);
        for (number, sheet) in sheets.iter().enumerate() {
            cascade.read(&rules(&sheet.text), Some(number), attributes);
        }
        cascade
    }

    fn read(&mut self, rules: &[Rule<'a>], sheet: Option<usize>, attributes: &[(&str, String)]) {
        for rule in rules {
            for selector in rule.selectors.split(',').map(str::trim) {
                let Some((element, weight)) = target(selector, attributes) else {
                    continue;
                };
                let element = match element {
                    Target::Root => &mut self.root,
                    Target::Body => &mut self.body,
                };
                for (name, value, range) in &rule.variables {
                    if element.0.get(name).is_some_and(|held| held.weight > weight) {
                        continue;
                    }
                    let origin = sheet.map(|sheet| Origin {
                        sheet,
                        range: range.clone(),
                    });
                    element.0.insert(name, Setting { value, weight, origin });
                }
            }
        }
    }

    /// The colour of a variable on the body.
    pub(super) fn color(&self, name: &str) -> Option<Color> {
        self.value(name, true, DEPTH)?.trim().parse().ok()
    }

    /// Where the site sets a variable, or one that it is made of.
    pub(super) fn origin(&self, name: &str) -> Option<Origin> {
        let mut name = name.to_owned();
        for _ in 0..DEPTH {
            let setting = self
                .body
                .0
                .get(name.as_str())
                .or_else(|| self.root.0.get(name.as_str()))?;
            if setting.origin.is_some() {
                return setting.origin.clone();
            }
            let (_, inner) = setting.value.split_once("var(")?;
            inner.split([',', ')']).next()?.trim().clone_into(&mut name);
        }
        None
    }

    /// A variable's value with the variables in it put in; those of the root see the root's only.
    fn value(&self, name: &str, on_body: bool, depth: usize) -> Option<String> {
        let depth = depth.checked_sub(1)?;
        let own = self.body.0.get(name).filter(|_| on_body);
        let on_body = own.is_some();
        let setting = own.or_else(|| self.root.0.get(name))?;
        let mut out = String::new();
        let mut rest = setting.value;
        while let Some((before, after)) = rest.split_once("var(") {
            let (inside, after) = balanced(after)?;
            let (inner, fallback) = inside.split_once(',').map_or((inside, None), |(n, f)| (n, Some(f)));
            out.push_str(before);
            out.push_str(&match (self.value(inner.trim(), on_body, depth), fallback) {
                (Some(value), _) => value,
                (None, Some(fallback)) if !fallback.contains("var(") => fallback.trim().to_owned(),
                (None, _) => return None,
            });
            rest = after;
        }
        out.push_str(rest);
        Some(out)
    }
}

/// What stands before the parenthesis that closes, and after it.
fn balanced(text: &str) -> Option<(&str, &str)> {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return Some((text.get(..at)?, text.get(at + 1..)?)),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Target {
    Root,
    Body,
}

/// What a selector means in a palette, and its specificity; `None` for parts of a page and other
/// palettes.
fn target(selector: &str, attributes: &[(&str, String)]) -> Option<(Target, usize)> {
    let compounds: Vec<&str> = selector
        .split([' ', '>', '\n', '\t'])
        .filter(|part| !part.is_empty())
        .collect();
    let (last, before) = compounds.split_last()?;
    let (mut target, mut weight) = compound(last, attributes)?;
    for part in before {
        let (above, more) = compound(part, attributes)?;
        if above != Target::Root {
            return None;
        }
        weight += more;
        target = Target::Body;
    }
    Some((target, weight))
}

fn compound(text: &str, attributes: &[(&str, String)]) -> Option<(Target, usize)> {
    let (kind, conditions) = text.split_at(text.find('[').unwrap_or(text.len()));
    let (mut target, mut weight) = match kind {
        ":root" => (Target::Root, 100),
        "html" => (Target::Root, 1),
        "body" => (Target::Body, 1),
        "" | "*" => (Target::Body, 0),
        _ => return None,
    };
    for condition in conditions.split(']').filter(|part| !part.is_empty()) {
        let condition = condition.strip_prefix('[')?;
        let (name, value) = condition
            .split_once('=')
            .map_or((condition, None), |(n, v)| (n, Some(v)));
        let held = &attributes.iter().find(|(known, _)| *known == name.trim())?.1;
        if value.is_some_and(|value| value.trim().trim_matches(['"', '\'']) != held) {
            return None;
        }
        weight += 100;
        target = Target::Body;
    }
    Some((target, weight))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_of_the_palette_count_and_no_others() {
        let attributes = [
            ("data-md-color-scheme", "slate".to_owned()),
            ("data-md-color-primary", "deep-orange".to_owned()),
        ];
        let of = |selector| target(selector, &attributes);
        assert_eq!(of(":root"), Some((Target::Root, 100)));
        assert_eq!(of("body"), Some((Target::Body, 1)));
        assert_eq!(of(":root > *"), Some((Target::Body, 100)));
        assert_eq!(of("[data-md-color-scheme=slate]"), Some((Target::Body, 100)));
        assert_eq!(
            of("[data-md-color-scheme='slate'][data-md-color-primary=\"deep-orange\"]"),
            Some((Target::Body, 200))
        );
        assert_eq!(of("body[data-md-color-scheme]"), Some((Target::Body, 101)));
        for other in [
            "[data-md-color-scheme=default]",
            ".md-header",
            ":root .md-nav",
            "[dir=rtl]",
            "body .x",
            "",
            "::before",
        ] {
            assert_eq!(of(other), None, "{other}");
        }
    }
}
