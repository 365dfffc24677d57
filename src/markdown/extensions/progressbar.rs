//! `pymdownx.progressbar`: `[=85% "label"]`.

use super::{Setup, attr_list};
use crate::markdown::inline::{Run, Step, Subject, rule};
use crate::markdown::options::Options;
use crate::markdown::tree::Text;

/// The options.
#[derive(Clone, Debug, Default)]
pub(crate) struct ProgressBar {
    level_class: bool,
    increment: i64,
    classes: Vec<String>,
}

/// Adds the rule.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    setup.settings.progressbar = ProgressBar {
        level_class: options.bool("level_class", true),
        increment: options.int("progress_increment", 20).max(1),
        classes: options
            .string("add_classes", "")
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
    };
    setup.registry.escape("=");
    setup.registry.inline.register("progress-bar", 179.0, rule("=", bar));
}

/// A bar as it is written.
struct Written<'t> {
    percent: f64,
    label: &'t str,
    /// After the closing bracket.
    end: usize,
}

fn bar(run: &mut Run<'_, '_>, subject: &Subject<'_>, from: usize) -> Step {
    let text = subject.text;
    let Some(start) = memchr::memmem::find(&text.as_bytes()[from..], b"[=").map(|at| from + at) else {
        return Step::Done;
    };
    let Some(written) = read(subject, start) else {
        return Step::Skip(start + 1);
    };
    let settings = &run.cx.dialect.settings.progressbar;
    let percent = written.percent.min(100.0);
    let mut classes: Vec<String> = settings.classes.clone();
    classes.push("progress".to_owned());
    if settings.level_class {
        #[expect(clippy::cast_possible_truncation, reason = "between 0 and 100")]
        let whole = percent.floor() as i64;
        classes.push(format!("progress-{}plus", whole - whole % settings.increment));
    }
    classes.sort_unstable();
    classes.dedup();
    let label = run.unstash(written.label.trim());
    let label = ['"', '\'']
        .iter()
        .find_map(|quote| label.strip_prefix(*quote)?.strip_suffix(*quote))
        .unwrap_or(&label)
        .to_owned();
    let pos = subject.pos(start);
    let outer = run.cx.tree.create("div", pos);
    run.cx.tree.set(outer, "class", classes.join(" "));
    let inner = run.cx.tree.append_new(outer, "div", pos);
    run.cx.tree.set(inner, "class", "progress-bar");
    run.cx.tree.set(inner, "style", format!("width:{percent:.2}%"));
    let paragraph = run.cx.tree.append_new(inner, "p", pos);
    run.cx.tree.set(paragraph, "class", "progress-label");
    run.cx.tree[paragraph].text = Text::plain(label);
    let mut end = written.end;
    if run.cx.dialect.registry.tree.has("attr_list") {
        let rest = &text[end..];
        if rest.starts_with('{') && end >= subject.open_until() {
            let stop = memchr::memchr2(b'}', b'\n', rest.as_bytes()).unwrap_or(rest.len());
            if rest[stop..].starts_with('}') {
                end += attr_list::apply(run.cx, outer, rest, stop).unwrap_or(0);
            } else {
                subject.set_open_until(end + stop);
            }
        }
    }
    Step::Element(start, end, outer)
}

fn read<'t>(subject: &Subject<'t>, start: usize) -> Option<Written<'t>> {
    let text = subject.text;
    let rest = text[start + 1..].trim_start_matches('=').trim_start();
    let (percent, rest) = percent(rest).or_else(|| fraction(rest))?;
    let plain = rest.trim_start();
    if let Some(after) = plain.strip_prefix(']') {
        let end = text.len() - after.len();
        return Some(Written {
            percent,
            label: "",
            end,
        });
    }
    let quote = plain
        .chars()
        .next()
        .filter(|c| matches!(c, '"' | '\'') && plain.len() < rest.len())?;
    if subject.is_unclosed(quote) {
        return None;
    }
    for (at, _) in plain.match_indices(quote).skip(1) {
        if let Some(after) = plain[at + 1..].trim_start().strip_prefix(']') {
            return Some(Written {
                percent,
                label: &plain[..=at],
                end: text.len() - after.len(),
            });
        }
    }
    subject.set_unclosed(quote);
    None
}

/// A number at the start of `text`, and what follows it.
fn number(text: &str) -> Option<(&str, &str)> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut len = digits(text);
    if len == 0 {
        return None;
    }
    if let Some(decimals) = text[len..].strip_prefix('.').map(digits).filter(|count| *count > 0) {
        len += 1 + decimals;
    }
    Some(text.split_at(len))
}

/// Up to `100%`, without zeros before it.
fn percent(text: &str) -> Option<(f64, &str)> {
    let (number, rest) = number(text)?;
    let rest = rest.strip_prefix('%')?;
    let whole = number.split('.').next().unwrap_or(number);
    let plain = whole.len() == 1 || (whole.len() == 2 && !whole.starts_with('0'));
    let full = whole == "100" && number[3..].bytes().all(|b| matches!(b, b'.' | b'0'));
    (plain || full).then_some(())?;
    Some((number.parse().ok()?, rest))
}

fn fraction(text: &str) -> Option<(f64, &str)> {
    let (over, rest) = number(text)?;
    let (under, rest) = number(rest.trim_start().strip_prefix('/')?.trim_start())?;
    let (over, under): (f64, f64) = (over.parse().ok()?, under.parse().ok()?);
    Some((if under == 0.0 { 0.0 } else { over / under * 100.0 }, rest))
}
