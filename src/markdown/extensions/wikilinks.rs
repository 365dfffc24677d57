//! `wikilinks`: `[[Name of a page]]`.

use super::Setup;
use crate::markdown::inline::{Run, Step, Subject, rule};
use crate::markdown::options::Options;
use crate::report::{Diagnostic, Severity};

/// The options.
#[derive(Clone, Debug, Default)]
pub(crate) struct WikiLinks {
    base_url: String,
    end_url: String,
    class: String,
}

/// Adds the rule.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    setup.settings.wikilinks = WikiLinks {
        base_url: options.string("base_url", "/"),
        end_url: options.string("end_url", "/"),
        class: options.string("html_class", "wikilink"),
    };
    if options.node("build_url").is_some() {
        let message = "`build_url` of `wikilinks` names a Python function, which cannot be called";
        options.problem(Diagnostic::new("extension-option-python", Severity::Warning, message));
    }
    setup.registry.inline.register("wikilink", 75.0, rule("[", wikilink));
}

fn wikilink(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let Some(found) = memchr::memmem::find(&subject.text.as_bytes()[from..], b"[[").map(|at| from + at) else {
        return Step::Done;
    };
    let rest = &subject.text[found + 2..];
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | ' ' | '-');
    let len = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
    if len == 0 || !rest[len..].starts_with("]]") {
        return Step::Skip(found + 1);
    }
    let end = found + 2 + len + 2;
    let name = rest[..len].trim();
    if name.is_empty() {
        return Step::Text(found, end, String::new());
    }
    let start = found + 2 + (len - rest[..len].trim_start().len());
    let settings = &run.cx.dialect.settings.wikilinks;
    let meta = |key: &str, default: &str| run.cx.meta(key).unwrap_or(default).to_owned();
    let base = meta("wiki_base_url", &settings.base_url);
    let end_url = meta("wiki_end_url", &settings.end_url);
    let class = meta("wiki_html_class", &settings.class);
    let element = run.cx.tree.create("a", subject.pos(found));
    run.cx
        .tree
        .set(element, "href", format!("{base}{}{end_url}", path(name)));
    if !class.is_empty() {
        run.cx.tree.set(element, "class", class);
    }
    run.cx.tree[element].text = run.source(subject, start, start + name.len());
    Step::Element(found, end, element)
}

/// The name with runs of spaces, and an underscore beside them, as one underscore.
fn path(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some(c) = rest.chars().next() {
        let tail = &rest[c.len_utf8()..];
        if c == ' ' {
            let tail = tail.trim_start_matches(' ');
            rest = tail.strip_prefix('_').unwrap_or(tail);
            out.push('_');
        } else if c == '_' && tail.starts_with(' ') {
            rest = tail.trim_start_matches(' ');
            out.push('_');
        } else {
            out.push(c);
            rest = tail;
        }
    }
    out
}
