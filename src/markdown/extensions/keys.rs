//! `pymdownx.keys`: `++ctrl+alt+"My key"++`.

use super::Setup;
use crate::icons::key_label;
use crate::markdown::entities;
use crate::markdown::inline::{Run, Step, Subject, rule};
use crate::markdown::options::Options;
use crate::markdown::stash::Mark;
use crate::markdown::tree::Text;

/// The options.
#[derive(Clone, Debug, Default)]
pub(crate) struct Keys {
    separator: String,
    strict: bool,
    class: String,
    camel_case: bool,
    key_map: Vec<(String, String)>,
}

/// Adds a rule for combinations with quoted keys, and one for the others after links.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    let own = options.node("key_map").and_then(|node| node.as_map());
    let key_map = own.unwrap_or_default().iter().filter_map(|(key, label)| {
        let key = key
            .as_str()
            .map(str::to_owned)
            .or_else(|| Some(key.as_int()?.to_string()))?;
        let label = label
            .as_str()
            .map(str::to_owned)
            .or_else(|| Some(label.as_int()?.to_string()))?;
        Some((key, label))
    });
    setup.settings.keys = Keys {
        separator: options.string("separator", "+"),
        strict: options.bool("strict", false),
        class: options.string("class", "keys"),
        camel_case: options.bool("camel_case", false),
        key_map: key_map.collect(),
    };
    setup.registry.escape("+");
    let rules = &mut setup.registry.inline;
    rules.register("keys-custom", 185.0, rule("+", quoted));
    rules.register("keys", 70.0, rule("+", plain));
}

/// A key: its class and label.
type Key = (Option<String>, String);

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-')
}

/// The length of a name at the start of `text`.
fn name_len(text: &str) -> usize {
    text.find(|c| !is_name(c)).unwrap_or(text.len())
}

/// The length of a quoted key at the start of `text`, quotes included.
fn quoted_len(text: &str) -> Option<usize> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return (at > 1).then_some(at + 1),
            _ => {}
        }
    }
    None
}

/// The length of keys joined by single `+` at the start of `text`, which two `+` must end.
fn keys_len(text: &str, with_quotes: bool) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let len = match name_len(rest) {
            0 if with_quotes => quoted_len(rest)?,
            0 => return None,
            len => len,
        };
        at += len;
        if text[at..].starts_with("++") {
            return Some(at);
        }
        if !text[at..].starts_with('+') {
            return None;
        }
        at += 1;
    }
}

fn quoted(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let text = subject.text;
    let Some(start) = memchr::memchr(b'+', &text.as_bytes()[from..]).map(|at| from + at) else {
        return Step::Done;
    };
    // An even number of backslashes before it: they escape each other.
    let slashes = text.as_bytes()[from..start]
        .iter()
        .rev()
        .take_while(|b| **b == b'\\')
        .count();
    let first = start - slashes;
    let whole = subject.before(first) != Some('\\');
    if slashes >= 2 && slashes % 2 == 0 && whole {
        return Step::Text(first, start, Mark::Escaped('\\').to_string().repeat(slashes / 2));
    }
    if !text[start..].starts_with("++") || subject.before(start) == Some('\\') {
        return Step::Skip(start + 1);
    }
    let Some(len) = keys_len(&text[start + 2..], true) else {
        return Step::Skip(start + 1);
    };
    let end = start + 2 + len + 2;
    let parts = split(&text[start + 2..start + 2 + len]);
    // Names alone are left for later, as they may be part of an address.
    if !parts.iter().any(|part| part.starts_with(['"', '\''])) {
        return Step::Skip(end);
    }
    let keys = parts.iter().map(|part| key(run, part)).collect();
    combination(run, subject, (start, end), keys)
}

fn plain(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let text = subject.text;
    let Some(start) = memchr::memmem::find(&text.as_bytes()[from..], b"++").map(|at| from + at) else {
        return Step::Done;
    };
    let Some(len) = keys_len(&text[start + 2..], false) else {
        return Step::Skip(start + 1);
    };
    let keys = text[start + 2..start + 2 + len]
        .split('+')
        .map(|part| key(run, part))
        .collect();
    combination(run, subject, (start, start + 2 + len + 2), keys)
}

/// Splits at each `+` that no backslash escapes; an even number of backslashes before it is lost.
fn split(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for at in memchr::memchr_iter(b'+', text.as_bytes()) {
        let slashes = text.as_bytes()[start..at]
            .iter()
            .rev()
            .take_while(|b| **b == b'\\')
            .count();
        if slashes % 2 == 0 {
            parts.push(&text[start..at - slashes]);
            start = at + 1;
        }
    }
    parts.push(&text[start..]);
    parts
}

/// The key that `text` names; `None` if there is none.
fn key(run: &Run<'_, '_>, text: &str) -> Option<Key> {
    if text.starts_with(['"', '\'']) {
        let mut chars = text.chars();
        chars.next();
        chars.next_back();
        let label = entities::unescape(&unslash(chars.as_str()));
        return Some((None, label.trim().to_owned()));
    }
    let settings = &run.cx.dialect.settings.keys;
    let name = if settings.camel_case {
        kebab(text)
    } else {
        text.to_owned()
    };
    let known = key_label(&name);
    let canonical = known.map_or(name.as_str(), |(canonical, _)| canonical);
    let own = settings.key_map.iter().find(|(key, _)| key == canonical);
    let label = own.map(|(_, label)| label.as_str()).or(known.map(|(_, label)| label))?;
    (!label.is_empty()).then(|| (Some(canonical.to_owned()), label.to_owned()))
}

/// Takes backslashes away; of several before a character, all.
fn unslash(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let after = rest[at..].trim_start_matches('\\');
        let count = rest.len() - at - after.len();
        match after.chars().next().filter(|c| count % 2 == 1 && *c != '\n') {
            Some(c) => {
                out.push(c);
                rest = &after[c.len_utf8()..];
            }
            None => {
                out.push('\\');
                rest = after;
            }
        }
    }
    out.push_str(rest);
    out
}

/// `PgDn` as `pg-dn`.
fn kebab(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 4);
    let mut last = None;
    for c in text.chars() {
        if c.is_uppercase() {
            if !matches!(last, None | Some('-')) {
                out.push('-');
            }
            out.extend(c.to_lowercase());
        } else {
            out.push(c);
        }
        last = Some(c);
    }
    out
}

fn combination(
    run: &mut Run<'_, '_>,
    subject: &Subject<'_>,
    (start, end): (usize, usize),
    keys: Option<Vec<Key>>,
) -> Step {
    let Some(keys) = keys else {
        return Step::Skip(end);
    };
    let settings = &run.cx.dialect.settings.keys;
    let pos = subject.pos(start);
    let outer = run.cx.tree.create(if settings.strict { "kbd" } else { "span" }, pos);
    run.cx.tree.set(outer, "class", settings.class.as_str());
    for (index, (class, label)) in keys.into_iter().enumerate() {
        if index > 0 && !settings.separator.is_empty() {
            let separator = run.cx.tree.append_new(outer, "span", pos);
            run.cx.tree[separator].text = Text::atomic(settings.separator.as_str());
        }
        let element = run.cx.tree.append_new(outer, "kbd", pos);
        if let Some(class) = class {
            run.cx.tree.set(element, "class", format!("key-{class}"));
        }
        run.cx.tree[element].text = Text::atomic(label);
    }
    Step::Element(start, end, outer)
}
