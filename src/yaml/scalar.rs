//! What a plain scalar is: YAML 1.1 as PyYAML's resolver and constructor read it.

use super::Kind;

/// The value of the unquoted scalar `text`. Dates stay text.
#[must_use]
pub fn resolve(text: &str) -> Kind {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Kind::Null,
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => return Kind::Bool(true),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => return Kind::Bool(false),
        _ => {}
    }
    let number = text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.'));
    if !number {
        return Kind::Str(text.to_owned());
    }
    integer(text)
        .map(Kind::Int)
        .or_else(|| float(text).map(Kind::Float))
        .unwrap_or_else(|| Kind::Str(text.to_owned()))
}

/// Splits a sign off: whether it is negative, and the rest.
fn sign(text: &str) -> (bool, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    }
}

/// Numbers too large for 64 bits are no integers here: their text is what a page can show.
fn integer(text: &str) -> Option<i64> {
    let (negative, body) = sign(text);
    let magnitude = if let Some(digits) = body.strip_prefix("0b") {
        radix(digits, 2)?
    } else if let Some(digits) = body.strip_prefix("0x") {
        radix(digits, 16)?
    } else if body == "0" {
        0
    } else if let Some(digits) = body.strip_prefix('0') {
        radix(digits, 8)?
    } else if body.contains(':') {
        sexagesimal(body)?
    } else {
        radix(body, 10)?
    };
    i64::try_from(if negative { -magnitude } else { magnitude }).ok()
}

/// Digits of `base`, with underscores anywhere after the first digit of a decimal number.
fn radix(digits: &str, base: u32) -> Option<i128> {
    if digits.is_empty() || !digits.chars().all(|c| c == '_' || c.is_digit(base)) {
        return None;
    }
    if base == 10 && digits.starts_with('_') {
        return None;
    }
    i128::from_str_radix(&digits.replace('_', ""), base).ok()
}

/// `190:20:30`: base 60, no leading zero, each part after the first below 60.
fn sexagesimal(body: &str) -> Option<i128> {
    let mut parts = body.split(':');
    let first = parts.next()?;
    if first.starts_with('0') {
        return None;
    }
    let mut total = radix(first, 10)?;
    for part in parts {
        total = total.checked_mul(60)?.checked_add(sixtieth(part)?)?;
    }
    Some(total)
}

fn sixtieth(part: &str) -> Option<i128> {
    let digits = part.bytes().all(|b| b.is_ascii_digit());
    let value = part.parse::<i128>().ok()?;
    (digits && part.len() <= 2 && value < 60).then_some(value)
}

fn float(text: &str) -> Option<f64> {
    let (negative, body) = sign(text);
    let signed = |value: f64| if negative { -value } else { value };
    match body {
        ".inf" | ".Inf" | ".INF" => return Some(signed(f64::INFINITY)),
        ".nan" | ".NaN" | ".NAN" if body.len() == text.len() => return Some(f64::NAN),
        _ => {}
    }
    let (whole, rest) = body.split_once('.')?;
    if whole.contains(':') {
        return sexagesimal_float(whole, rest).map(signed);
    }
    if whole.is_empty() && (body.len() != text.len() || !rest.starts_with(|c: char| c.is_ascii_digit())) {
        return None;
    }
    let number = whole.starts_with(|c: char| c.is_ascii_digit()) && digits(whole);
    if !whole.is_empty() && !number {
        return None;
    }
    let (fraction, exponent) = match rest.find(['e', 'E']) {
        Some(at) => (&rest[..at], Some(&rest[at + 1..])),
        None => (rest, None),
    };
    if !digits(fraction) || !exponent.is_none_or(is_exponent) {
        return None;
    }
    body.replace('_', "").parse().ok().map(signed)
}

/// Python 1.1 floats want a sign in the exponent: `1.0e3` is text.
fn is_exponent(text: &str) -> bool {
    text.strip_prefix(['+', '-'])
        .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
}

fn digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit() || b == b'_')
}

fn sexagesimal_float(whole: &str, fraction: &str) -> Option<f64> {
    let mut parts = whole.split(':');
    let first = parts.next()?;
    if !first.starts_with(|c: char| c.is_ascii_digit()) || !digits(first) || !digits(fraction) {
        return None;
    }
    let mut total: f64 = first.replace('_', "").parse().ok()?;
    for part in parts {
        total = total * 60.0 + f64::from(i32::try_from(sixtieth(part)?).ok()?);
    }
    let fraction: f64 = format!("0.{}", fraction.replace('_', "")).parse().unwrap_or(0.0);
    Some(total + fraction)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scalars_are_those_of_pyyaml() {
        // Each row was checked with yaml.safe_load of PyYAML 6.
        let int = [
            ("12", 12),
            ("-3", -3),
            ("+7", 7),
            ("1_000", 1000),
            ("0b101", 5),
            ("0x1F", 31),
            ("017", 15),
            ("190:20:30", 685_230),
            ("1:30", 90),
            ("0", 0),
            ("-0", 0),
        ];
        for (text, value) in int {
            assert_eq!(resolve(text), Kind::Int(value), "{text}");
        }
        let float = [
            ("1.5", 1.5),
            ("1.", 1.0),
            (".5", 0.5),
            ("-1.5e+3", -1500.0),
            ("1_0.2_5", 10.25),
            ("20:30.5", 1230.5),
            ("-.inf", f64::NEG_INFINITY),
        ];
        for (text, value) in float {
            assert_eq!(resolve(text), Kind::Float(value), "{text}");
        }
        let text = [
            "0o17",
            "1e3",
            "1.0e3",
            "08",
            "09:30",
            "1:60",
            "+.5",
            "-",
            ".",
            "2024-05-01",
            "1.2.3",
            "v1",
            "y",
            "n",
            "oN",
            "0b",
            "0x",
            "_1",
            "+.nan",
            "12345678901234567890123",
        ];
        for text in text {
            assert_eq!(resolve(text), Kind::Str(text.to_owned()), "{text}");
        }
        assert_eq!(resolve("Off"), Kind::Bool(false));
        assert_eq!(resolve("~"), Kind::Null);
    }
}
