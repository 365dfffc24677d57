//! `mkdocs_autorefs`: references without a definition name headings and anchors of other pages.
//!
//! They become `<autoref identifier="…">` elements, which the plugin of that name makes links of.

use super::Setup;
use crate::markdown::inline::{Run, Step, Subject, links, rule};
use crate::markdown::options::Options;
use crate::markdown::slug::Slugify;

/// Adds the rule, right behind that for references with a definition.
pub(super) fn enable(setup: &mut Setup<'_>, _options: &mut Options<'_, '_>) {
    setup
        .registry
        .inline
        .register("mkdocs-autorefs", 168.0, rule("[", reference));
}

fn reference(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let found = match links::labelled(subject, from) {
        Ok(found) => found,
        Err(step) => return step,
    };
    let text = &subject.text[found.text.clone()];
    let (identifier, slug) = if found.label.is_empty() {
        let identifier = run.unstash(text);
        let slug = Slugify::Ascii.slug(&identifier, "-");
        (identifier, Some(slug))
    } else {
        (run.unstash(&subject.text[found.label.clone()]), None)
    };
    if identifier.is_empty() || slug.is_none() && identifier.contains(char::is_control) {
        return Step::Skip(found.end);
    }
    let element = run.cx.tree.create("autoref", subject.pos(found.start));
    run.cx.tree.set(element, "identifier", identifier);
    if let Some(slug) = slug.filter(|slug| !slug.is_empty()) {
        run.cx.tree.set(element, "slug", slug);
    }
    run.cx.tree[element].text = run.source(subject, found.text.start, found.text.end);
    Step::Element(found.start, found.end, element)
}
