//! Dates: as YAML writes them, and worded in the languages of the theme by CLDR patterns.
//!
//! `locales.txt` is written by `scripts/make-dates`. Does not know where dates are shown.

use std::fmt::Write as _;
use std::sync::LazyLock;

use jiff::civil::DateTime;
use jiff::tz::Offset;
use regex::Regex;

const LOCALES: &str = include_str!("locales.txt");

/// A date with its time and the distance of that from UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    /// As written.
    pub(crate) civil: DateTime,
    offset: Offset,
}

impl Moment {
    /// The moment of a number of seconds since 1970, as clocks with this offset show it.
    pub(crate) fn from_unix(seconds: i64, offset: Offset) -> Option<Self> {
        let time = jiff::Timestamp::from_second(seconds).ok()?;
        Some(Self {
            civil: offset.to_datetime(time),
            offset,
        })
    }

    /// A date or a time as YAML knows them; without a zone it is UTC.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        static TIME: LazyLock<Option<Regex>> = LazyLock::new(|| {
            let pattern = concat!(
                r"^(\d{4})-(\d\d?)-(\d\d?)(?:(?:[Tt]|[ \t]+)(\d\d?):(\d\d):(\d\d)(?:\.(\d*))?",
                r"(?:[ \t]*(Z|([-+])(\d\d?)(?::?(\d\d))?))?)?$"
            );
            Regex::new(pattern).ok()
        });
        let found = TIME.as_ref()?.captures(text)?;
        let number = |group: usize| {
            found
                .get(group)
                .map_or(Some(0), |text| text.as_str().parse::<i32>().ok())
        };
        let small = |group: usize| i8::try_from(number(group)?).ok();
        let day = date_of(i16::try_from(number(1)?).ok()?, small(2)?, small(3)?)?;
        let nanos = found.get(7).map_or("", |text| text.as_str());
        let nanos: i32 = format!("{nanos:0<9}").get(..9)?.parse().ok()?;
        let time = jiff::civil::Time::new(small(4)?, small(5)?, small(6)?, nanos).ok()?;
        let seconds = number(10)? * 3600 + number(11)? * 60;
        let sign = if found.get(9).is_some_and(|sign| sign.as_str() == "-") {
            -1
        } else {
            1
        };
        Some(Self {
            civil: day.to_datetime(time),
            offset: Offset::from_seconds(sign * seconds).ok()?,
        })
    }

    /// Seconds since 1970.
    pub(crate) fn unix(&self) -> i64 {
        self.offset.to_timestamp(self.civil).map_or(0, |time| time.as_second())
    }

    /// As Python's `str` writes it: `2024-01-31 00:00:00+00:00`.
    pub(crate) fn python(&self) -> String {
        let seconds = self.offset.seconds();
        let sign = if seconds < 0 { '-' } else { '+' };
        let (hours, minutes) = (seconds.abs() / 3600, seconds.abs() / 60 % 60);
        format!(
            "{}{sign}{hours:02}:{minutes:02}",
            self.civil.strftime("%Y-%m-%d %H:%M:%S")
        )
    }
}

fn date_of(year: i16, month: i8, day: i8) -> Option<jiff::civil::Date> {
    jiff::civil::Date::new(year, month, day).ok()
}

/// How one language writes dates.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Locale {
    lines: &'static str,
}

impl Locale {
    /// The language with this code (`es`, `pt-BR`, `pt_BR`), or its first part, or English.
    pub(crate) fn find(code: &str) -> Self {
        let code = code.replace('-', "_");
        let base = code.split('_').next().unwrap_or_default();
        let lines = section(&code).or_else(|| section(base)).or_else(|| section("en"));
        Self {
            lines: lines.unwrap_or_default(),
        }
    }

    fn values(&self, key: &str) -> impl Iterator<Item = &'static str> {
        let line = self
            .lines
            .lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix('\t'));
        line.unwrap_or_default().split('|')
    }

    fn value(&self, key: &str, at: usize) -> &'static str {
        self.values(key).nth(at).unwrap_or_default()
    }

    fn standing_alone(&self, own: &str, key: &str, at: usize) -> &'static str {
        let value = self.value(own, at);
        if value.is_empty() { self.value(key, at) } else { value }
    }

    /// A date by a pattern of CLDR, or by the name of one: `full`, `long`, `medium`, `short`.
    pub(crate) fn format(&self, moment: &Moment, pattern: &str) -> String {
        let names = ["full", "long", "medium", "short"];
        match names.iter().position(|name| *name == pattern) {
            Some(at) => self.by_pattern(moment, self.value("f", at)),
            None => self.by_pattern(moment, pattern),
        }
    }

    fn by_pattern(&self, moment: &Moment, pattern: &str) -> String {
        let mut out = String::new();
        let mut chars = pattern.chars().peekable();
        while let Some(c) = chars.next() {
            if c == '\'' {
                quoted(&mut chars, &mut out);
                continue;
            }
            let mut count = 1;
            while c.is_ascii_alphabetic() && chars.next_if_eq(&c).is_some() {
                count += 1;
            }
            self.field(&mut out, moment, c, count);
        }
        out
    }

    fn field(&self, out: &mut String, moment: &Moment, c: char, count: usize) {
        let civil = &moment.civil;
        let month = usize::try_from(civil.month()).unwrap_or(1);
        let weekday = usize::try_from(civil.weekday().to_monday_zero_offset()).unwrap_or(0);
        let hour = i64::from(civil.hour());
        let mut number = |value: i64| {
            let _ = write!(out, "{value:0count$}");
        };
        match c {
            'y' | 'Y' | 'u' if count == 2 => number(i64::from(civil.year()) % 100),
            'y' | 'u' => number(i64::from(civil.year())),
            'Y' => number(i64::from(civil.iso_week_date().year())),
            'M' | 'L' if count <= 2 => number(i64::from(civil.month())),
            'Q' | 'q' if count <= 2 => number((i64::from(civil.month()) - 1) / 3 + 1),
            'Q' | 'q' => {
                let _ = write!(out, "Q{}", (month - 1) / 3 + 1);
            }
            'd' => number(i64::from(civil.day())),
            'D' => number(i64::from(civil.day_of_year())),
            'w' => number(i64::from(civil.iso_week_date().week())),
            'e' | 'c' if count <= 2 => number(i64::try_from(weekday + 1).unwrap_or(1)),
            'H' => number(hour),
            'h' => number(if hour % 12 == 0 { 12 } else { hour % 12 }),
            'K' => number(hour % 12),
            'k' => number(if hour == 0 { 24 } else { hour }),
            'm' => number(i64::from(civil.minute())),
            's' => number(i64::from(civil.second())),
            'M' if count == 3 => out.push_str(self.value("m", month - 1)),
            'L' if count == 3 => out.push_str(self.standing_alone("l", "m", month - 1)),
            'M' | 'L' if count == 5 => out.extend(self.value("M", month - 1).chars().next()),
            'M' => out.push_str(self.value("M", month - 1)),
            'L' => out.push_str(self.standing_alone("L", "M", month - 1)),
            'E' | 'e' | 'c' if count == 4 => out.push_str(self.value("D", weekday)),
            'E' | 'e' | 'c' if count == 5 => out.extend(self.value("D", weekday).chars().next()),
            'E' | 'e' | 'c' => out.push_str(self.value("d", weekday)),
            'a' | 'b' | 'B' => out.push_str(self.value("p", usize::from(hour >= 12))),
            'z' | 'v' | 'O' => out.push_str(&zone(moment.offset, "UTC")),
            'Z' | 'x' | 'X' => out.push_str(&zone(moment.offset, "").replace(':', "")),
            c => out.push(c),
        }
    }
}

/// The text up to the next quote; two quotes are one.
fn quoted(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, out: &mut String) {
    if chars.next_if_eq(&'\'').is_some() {
        out.push('\'');
        return;
    }
    while let Some(c) = chars.next() {
        if c != '\'' {
            out.push(c);
        } else if chars.next_if_eq(&'\'').is_some() {
            out.push('\'');
        } else {
            return;
        }
    }
}

fn zone(offset: Offset, name: &str) -> String {
    let seconds = offset.seconds();
    if seconds == 0 {
        return if name.is_empty() {
            "+00:00".to_owned()
        } else {
            name.to_owned()
        };
    }
    let sign = if seconds < 0 { '-' } else { '+' };
    format!("{name}{sign}{:02}:{:02}", seconds.abs() / 3600, seconds.abs() / 60 % 60)
}

fn section(code: &str) -> Option<&'static str> {
    let head = format!("@{code}\n");
    let at = if LOCALES.starts_with(&head) {
        head.len()
    } else {
        LOCALES.find(&format!("\n{head}"))? + 1 + head.len()
    };
    let rest = &LOCALES[at..];
    Some(rest.find("\n@").map_or(rest, |end| &rest[..end]))
}

#[cfg(test)]
mod tests {
    use super::{Locale, Moment};

    #[test]
    fn dates_as_babel_words_them() {
        let moment = Moment::parse("2025-03-22").unwrap();
        for (code, pattern, expected) in [
            ("es", "long", "22 de marzo de 2025"),
            ("en", "long", "March 22, 2025"),
            ("en", "full", "Saturday, March 22, 2025"),
            ("de", "medium", "22.03.2025"),
            ("pt-BR", "long", "22 de março de 2025"),
            ("ja", "long", "2025年3月22日"),
            ("es", "short", "22/3/25"),
            ("en", "yyyy/MM/dd", "2025/03/22"),
            ("es", "MMMM 'de' yyyy", "marzo de 2025"),
            ("ru", "LLLL", "март"),
            ("xx", "yyyy", "2025"),
        ] {
            assert_eq!(
                Locale::find(code).format(&moment, pattern),
                expected,
                "{code} {pattern}"
            );
        }
    }

    #[test]
    fn times_of_yaml() {
        let python = |text| Moment::parse(text).map(|moment| moment.python());
        assert_eq!(python("2024-1-5").as_deref(), Some("2024-01-05 00:00:00+00:00"));
        assert_eq!(
            python("2024-01-31T10:20:30+02:00").as_deref(),
            Some("2024-01-31 10:20:30+02:00")
        );
        assert_eq!(
            python("2024-01-31 10:20:30.5 Z").as_deref(),
            Some("2024-01-31 10:20:30+00:00")
        );
        for bad in [
            "2024-13-01",
            "2024-02-30",
            "yesterday",
            "2024/01/01",
            "2024-01-01 25:00:00",
            "",
        ] {
            assert_eq!(Moment::parse(bad), None, "{bad}");
        }
        assert_eq!(Moment::parse("1970-01-02T00:00:00-01:00").unwrap().unix(), 90_000);
    }
}
