//! `git-revision-date-localized`: when pages were changed and created, worded.

use super::dates::{Locale, Moment};
use super::glob::Globs;
use super::history::{Commit, History};
use super::options::Options;
use super::{Plugin, Stage};
use crate::config::{PluginUse, Settings};
use crate::page::Page;
use crate::report::{Diagnostic, Severity, Span};
use crate::site::Site;
use crate::yaml::{Kind, Node};

const CHANGED: &str = "git_revision_date_localized";
const CREATED: &str = "git_creation_date_localized";

struct RevisionDate {
    kind: String,
    pattern: String,
    language: String,
    zone: String,
    exclude: Globs,
    with_creation: bool,
    follow: bool,
    fallback: bool,
    grave: Severity,
    ignored_file: Option<String>,
    span: Option<Span>,
}

pub(super) fn make(entry: &PluginUse, settings: &Settings, _problems: &mut Vec<Diagnostic>) -> Box<dyn Plugin> {
    let options = Options(&entry.options);
    let zone = options.text("timezone", "UTC");
    Box::new(RevisionDate {
        kind: options.text("type", "date"),
        pattern: cldr_pattern(&options.text("custom_format", "%d. %B %Y")),
        language: options.text("locale", &settings.theme.language),
        zone,
        exclude: Globs::new(&options.texts("exclude")),
        with_creation: options.bool("enable_creation_date", false),
        follow: options.bool("enable_git_follow", true),
        fallback: options.bool("fallback_to_build_date", false),
        grave: if options.bool("strict", true) {
            Severity::Warning
        } else {
            Severity::Info
        },
        ignored_file: options
            .node("ignored_commits_file")
            .and_then(Node::as_str)
            .map(str::to_owned),
        span: entry.span,
    })
}

impl Plugin for RevisionDate {
    fn pages(&mut self, stage: &Stage<'_>, pages: &mut Vec<Page>, problems: &mut Vec<Diagnostic>) {
        let mut say = |severity, message: String| {
            problems.push(Diagnostic::new("git-revision-date", severity, message).at(self.span));
        };
        let Ok(zone) = jiff::tz::TimeZone::get(&self.zone) else {
            say(Severity::Error, format!("the time zone `{}` is not known", self.zone));
            return;
        };
        let ignored = self.ignored(stage, &mut say);
        let history = match History::read(&stage.settings.docs_dir, self.follow, &ignored) {
            Ok(history) => Some(history),
            Err(error) => {
                let then = if self.fallback {
                    "pages get the date of the build"
                } else {
                    "pages get no date"
                };
                let severity = if self.fallback {
                    Severity::Info
                } else {
                    Severity::Warning
                };
                say(
                    severity,
                    format!("the history of the pages cannot be read, {then}: {error}"),
                );
                None
            }
        };
        if history.as_ref().is_some_and(|history| history.is_shallow) {
            let message = "the repository is a shallow clone: dates of pages may be too late. Fetch the whole history \
                           (`fetch-depth: 0`, `git fetch --unshallow`)";
            say(Severity::Warning, message.to_owned());
        }
        if history.is_none() && !self.fallback {
            return;
        }
        for page in pages {
            let uri = page.source.src_uri.clone();
            if page.source.path.is_none() || self.exclude.matches(&uri) {
                continue;
            }
            let changed = history.as_ref().and_then(|history| history.changed(&uri));
            if let (None, Some(_)) = (changed, &history) {
                say(self.grave, format!("'{uri}' has no git logs, using current timestamp"));
            }
            let added = history.as_ref().and_then(|history| history.added(&uri));
            let time = |commit: Option<&Commit>| commit.map_or(stage.now, |commit| commit.time);
            page.updated = self.worded(time(changed), &zone, page);
            if self.with_creation {
                page.created = self.worded(time(added), &zone, page);
            }
            let dates = [(CHANGED, page.updated.clone()), (CREATED, page.created.clone())];
            for (key, date) in dates {
                if let (Some(date), Kind::Map(entries)) = (date, &mut page.meta.kind) {
                    entries.retain(|(name, _)| name.as_str() != Some(key));
                    let text = |text: String| Node::bare(Kind::Str(text));
                    entries.push((text(key.to_owned()), text(date)));
                }
            }
        }
    }

    fn content(
        &self,
        _stage: &Stage<'_>,
        page: &Page,
        _site: &Site,
        html: &mut String,
        _problems: &mut Vec<Diagnostic>,
    ) {
        for (name, date) in [(CHANGED, &page.updated), (CREATED, &page.created)] {
            let Some(date) = date.as_ref().filter(|_| html.contains(name)) else {
                continue;
            };
            for form in [
                format!("{{{{ {name} }}}}"),
                format!("{{{{{name}}}}}"),
                format!("{{{{ page.meta.{name} }}}}"),
            ] {
                *html = html.replace(&form, date);
            }
        }
    }
}

impl RevisionDate {
    fn ignored(&self, stage: &Stage<'_>, say: &mut dyn FnMut(Severity, String)) -> Vec<String> {
        let Some(name) = &self.ignored_file else {
            return Vec::new();
        };
        match stage.files.read(&stage.settings.root.join(name)) {
            Ok(file) => {
                let lines = file
                    .text
                    .lines()
                    .map(|line| line.split('#').next().unwrap_or_default().trim());
                lines.filter(|line| !line.is_empty()).map(str::to_owned).collect()
            }
            Err(error) => {
                say(
                    Severity::Error,
                    format!("cannot read the ignored commits `{name}`: {error}"),
                );
                Vec::new()
            }
        }
    }

    /// A date as HTML, with the whole of it as a title.
    fn worded(&self, time: i64, zone: &jiff::tz::TimeZone, page: &Page) -> Option<String> {
        let stamp = jiff::Timestamp::from_second(time).ok()?;
        let zoned = stamp.to_zoned(zone.clone());
        let moment = Moment::from_unix(time, zoned.offset())?;
        let language = page.meta_text("locale").unwrap_or_else(|| self.language.clone());
        let locale = Locale::find(&language);
        let long = locale.format(&moment, "long");
        let shown = match self.kind.as_str() {
            "datetime" => format!("{long} {}", zoned.strftime("%H:%M:%S")),
            "iso_date" => zoned.strftime("%Y-%m-%d").to_string(),
            "iso_datetime" => zoned.strftime("%Y-%m-%d %H:%M:%S").to_string(),
            "timeago" => format!(
                "<time class=\"timeago\" datetime=\"{}\">{}</time>",
                zoned.strftime("%Y-%m-%dT%H:%M:%S%:z"),
                zoned.strftime("%Y-%m-%d")
            ),
            "custom" => locale.format(&moment, &self.pattern),
            _ => long.clone(),
        };
        Some(format!(
            "<span class=\"git-revision-date-localized-plugin git-revision-date-localized-plugin-{}\" title=\"{long} {}\">{shown}</span>",
            self.kind,
            zoned.strftime("%H:%M:%S %Z")
        ))
    }
}

/// A pattern of CLDR for one of `strftime`.
fn cldr_pattern(format: &str) -> String {
    const FIELDS: [(&str, &str); 26] = [
        ("%-d", "d"),
        ("%-H", "H"),
        ("%-I", "h"),
        ("%-m", "M"),
        ("%-M", "m"),
        ("%-S", "s"),
        ("%a", "EEE"),
        ("%A", "EEEE"),
        ("%b", "MMM"),
        ("%B", "MMMM"),
        ("%d", "dd"),
        ("%e", "d"),
        ("%H", "HH"),
        ("%I", "hh"),
        ("%j", "DDD"),
        ("%m", "MM"),
        ("%M", "mm"),
        ("%p", "a"),
        ("%S", "ss"),
        ("%w", "e"),
        ("%W", "w"),
        ("%y", "yy"),
        ("%Y", "yyyy"),
        ("%z", "Z"),
        ("%Z", "z"),
        ("%%", "%"),
    ];
    let mut out = String::new();
    let mut rest = format;
    'next: while let Some(c) = rest.chars().next() {
        for (field, pattern) in FIELDS {
            if let Some(after) = rest.strip_prefix(field) {
                out.push_str(pattern);
                rest = after;
                continue 'next;
            }
        }
        match c {
            '\'' => out.push_str("''"),
            c if c.is_ascii_alphabetic() => {
                out.push('\'');
                out.push(c);
                out.push('\'');
            }
            c => out.push(c),
        }
        rest = &rest[c.len_utf8()..];
    }
    // Letters side by side are one quoted text.
    merge_quotes(&out)
}

fn merge_quotes(pattern: &str) -> String {
    let mut out = String::new();
    let mut quoted = false;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        if c != '\'' {
            out.push(c);
            continue;
        }
        if !quoted && chars.peek() == Some(&'\'') {
            chars.next();
            out.push_str("''");
        } else if quoted && chars.peek() == Some(&'\'') {
            chars.next();
        } else {
            quoted = !quoted;
            out.push('\'');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::cldr_pattern;
    use crate::plugins::dates::{Locale, Moment};

    #[test]
    fn formats_of_strftime() {
        assert_eq!(cldr_pattern("%d. %B %Y"), "dd. MMMM yyyy");
        let moment = Moment::parse("2024-03-05T07:08:09").unwrap();
        let text = |format| Locale::find("en").format(&moment, &cldr_pattern(format));
        assert_eq!(text("Updated on %-d %b at %H:%M"), "Updated on 5 Mar at 07:08");
        assert_eq!(text("100%% %j"), "100% 065");
    }
}
