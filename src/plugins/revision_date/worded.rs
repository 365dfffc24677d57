//! A moment in the forms that the plugin knows, with the names it gives them.

use jiff::tz::TimeZone;

use crate::plugins::dates::{Locale, Moment};

/// How dates are worded.
pub(super) struct Wording {
    /// `type`: the form that pages show.
    pub(super) kind: String,
    /// `custom_format`, as a pattern of CLDR.
    pub(super) pattern: String,
    /// `timezone`.
    pub(super) zone: TimeZone,
}

/// A date in every form, by the name of the form.
pub(super) type Forms = [(&'static str, String); 7];

impl Wording {
    /// The time in seconds since 1970 in all forms.
    pub(super) fn forms(&self, time: i64, language: &str) -> Option<Forms> {
        let stamp = jiff::Timestamp::from_second(time).ok()?;
        let zoned = stamp.to_zoned(self.zone.clone());
        let moment = Moment::from_unix(time, zoned.offset())?;
        let locale = Locale::find(&language.replace('-', "_"));
        let long = locale.format(&moment, "long");
        let iso = zoned.strftime("%Y-%m-%d").to_string();
        Some([
            ("date", long.clone()),
            ("datetime", format!("{long} {}", zoned.strftime("%H:%M:%S"))),
            ("datetime-timezone", format!("{long} {}", zoned.strftime("%H:%M:%S %Z"))),
            ("iso_datetime", zoned.strftime("%Y-%m-%d %H:%M:%S").to_string()),
            (
                "timeago",
                // The original leaves it empty until its script runs.
                format!(
                    "<time class=\"timeago\" datetime=\"{}\" lang=\"{}\">{iso}</time>",
                    zoned.strftime("%Y-%m-%dT%H:%M:%S%:z"),
                    language.replace('_', "-"),
                ),
            ),
            ("iso_date", iso),
            ("custom", locale.format(&moment, &self.pattern)),
        ])
    }

    /// The form that pages show, as HTML with the whole date as a title.
    pub(super) fn shown(&self, forms: &Forms) -> String {
        let form = |name: &str| {
            forms
                .iter()
                .find(|(known, _)| *known == name)
                .map_or("", |(_, text)| text.as_str())
        };
        format!(
            "<span class=\"git-revision-date-localized-plugin git-revision-date-localized-plugin-{}\" title=\"{}\">{}</span>",
            self.kind,
            form("datetime-timezone"),
            form(&self.kind)
        )
    }
}

/// A pattern of CLDR for one of `strftime`.
pub(super) fn cldr_pattern(format: &str) -> String {
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
