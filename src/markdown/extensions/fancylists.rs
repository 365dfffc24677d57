//! `pymdownx.fancylists`: ordered lists with letters, Roman numerals and parentheses.
//!
//! The kind of a list is kept in an attribute of its element until the tree is done, as in the
//! reference, so that a later block can go on with it.

pub(super) mod block;

use super::Setup;
use crate::markdown::blocks::{self, continue_list, parse_items};
use crate::markdown::converter::Converter;
use crate::markdown::normalize::TAB;
use crate::markdown::options::Options;
use crate::markdown::text::{Blocks, Line, Lines};
use crate::markdown::tree::{NodeId, ROOT};

/// Where the kind of a list is kept.
const KIND: &str = "__fancylist";

/// The options of `pymdownx.fancylists`.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FancyLists {
    roman: bool,
    alpha: bool,
    generic: bool,
    inject_style: bool,
    inject_class: bool,
}

/// Switches the extension on.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    let styles = options.strings("additional_ordered_styles");
    let has = |name: &str| {
        styles
            .as_ref()
            .is_none_or(|styles| styles.iter().any(|style| style == name))
    };
    setup.settings.fancylists = FancyLists {
        roman: has("roman"),
        alpha: has("alpha"),
        generic: has("generic"),
        inject_style: options.bool("inject_style", false),
        inject_class: options.bool("inject_class", false),
    };
    setup.registry.blocks.register("olist", 40.0, ordered);
    setup.registry.blocks.register("ulist", 30.0, unordered);
    setup.registry.tree.register("olist-cleanup", 10.0, clean_up);
    super::blocks::fancylists(setup);
}

/// How an item is numbered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Number {
    Decimal,
    Roman { upper: bool },
    Alpha { upper: bool },
}

impl Number {
    fn name(self) -> &'static str {
        match self {
            Self::Decimal => "decimal",
            Self::Roman { upper: false } => "roman",
            Self::Roman { upper: true } => "ROMAN",
            Self::Alpha { upper: false } => "alpha",
            Self::Alpha { upper: true } => "ALPHA",
        }
    }

    fn named(name: &str) -> Option<Self> {
        let all = [
            Self::Decimal,
            Self::Roman { upper: false },
            Self::Roman { upper: true },
            Self::Alpha { upper: false },
            Self::Alpha { upper: true },
        ];
        all.into_iter().find(|number| number.name() == name)
    }

    /// The value of the `type` attribute, and the name CSS has for it.
    fn html(self) -> (&'static str, &'static str) {
        match self {
            Self::Decimal => ("1", "decimal"),
            Self::Roman { upper: false } => ("i", "lower-roman"),
            Self::Roman { upper: true } => ("I", "upper-roman"),
            Self::Alpha { upper: false } => ("a", "lower-alpha"),
            Self::Alpha { upper: true } => ("A", "upper-alpha"),
        }
    }
}

/// The kind of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Not ordered, or no list yet.
    None,
    /// Ordered.
    Ordered { parenthesis: bool, number: Number },
    /// A list that a block asked for: its first item takes this numbering if it can.
    Forced(Number),
}

impl Kind {
    fn name(self) -> String {
        match self {
            Self::None => String::new(),
            Self::Ordered { parenthesis, number } => {
                format!("{}-{}", if parenthesis { "paren" } else { "dot" }, number.name())
            }
            Self::Forced(number) => format!("force-{}", number.name()),
        }
    }

    fn named(name: &str) -> Self {
        let Some((start, number)) = name.split_once('-') else {
            return Self::None;
        };
        match (start, Number::named(number)) {
            ("force", Some(number)) => Self::Forced(number),
            (start, Some(number)) => Self::Ordered {
                parenthesis: start == "paren",
                number,
            },
            (_, None) => Self::None,
        }
    }

    fn number(self) -> Option<Number> {
        match self {
            Self::None => None,
            Self::Ordered { number, .. } | Self::Forced(number) => Some(number),
        }
    }
}

/// What an item starts with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Marker<'t> {
    Bullet,
    /// What stands before the full stop or parenthesis.
    Value {
        value: &'t str,
        parenthesis: bool,
    },
}

impl FancyLists {
    /// The marker of an item indented by at least `min` and less than `max` columns, and its text.
    fn item<'a>(self, line: Line<'a>, min: usize, max: usize) -> Option<(Marker<'a>, Line<'a>)> {
        let indent = line.indent();
        if indent < min || indent >= max {
            return None;
        }
        let text = &line.text[indent..];
        let (marker, width) = if text.starts_with(['-', '*', '+']) {
            (Marker::Bullet, 1)
        } else {
            let end = text.bytes().position(|b| !(b.is_ascii_alphanumeric() || b == b'#'))?;
            let (value, parenthesis) = (&text[..end], text.as_bytes()[end] == b')');
            if !(parenthesis || text.as_bytes()[end] == b'.') {
                return None;
            }
            let far = parenthesis || text[end + 1..].starts_with("  ");
            if !self.is_value(value, far) {
                return None;
            }
            (Marker::Value { value, parenthesis }, end + 1)
        };
        let rest = line.from(indent + width);
        let blanks = rest.indent();
        (blanks > 0).then(|| (marker, rest.from(blanks)))
    }

    /// Whether a marker may be `value`; `far` if a capital letter may stand alone.
    fn is_value(self, value: &str, far: bool) -> bool {
        let bytes = value.as_bytes();
        match bytes {
            [] => false,
            [b'0'..=b'9', ..] => bytes.iter().all(u8::is_ascii_digit),
            [b'#'] => self.generic,
            [b'a'..=b'z'] if self.alpha => true,
            [b'A'..=b'Z'] if self.alpha && far => true,
            [b'A'..=b'Z'] if self.roman && !self.alpha && far => b"IVXLCDM".contains(&bytes[0]),
            [b'a'..=b'z', ..] => self.roman && is_roman(&value.to_ascii_uppercase(), value, true),
            [b'A'..=b'Z', _, ..] => self.roman && is_roman(value, value, false),
            _ => false,
        }
    }

    /// The kind of an item after one of kind `before`, and the kind the list had.
    fn kind(self, marker: Marker<'_>, first: bool, before: Kind) -> (Kind, Kind) {
        let Marker::Value { value, parenthesis } = marker else {
            return (Kind::None, before);
        };
        let of = |number| Kind::Ordered { parenthesis, number };
        let mut before = before;
        if let Kind::Forced(number) = before {
            let letters = value.bytes().all(|b| b.is_ascii_alphabetic());
            let fits = value == "#"
                || match number {
                    Number::Decimal => value.bytes().all(|b| b.is_ascii_digit()),
                    Number::Roman { .. } => {
                        let is_digit = value.len() == 1 && "ivxlcdm".contains(&value.to_ascii_lowercase());
                        self.roman && letters && (value.len() > 2 || is_digit || is_roman_pair(value))
                    }
                    Number::Alpha { .. } => self.alpha && letters && value.len() == 1,
                };
            if fits {
                return (of(number), of(number));
            }
            before = Kind::None;
        }
        let upper = value.bytes().all(|b| b.is_ascii_uppercase());
        let number = if value == "#" {
            before.number().unwrap_or(Number::Decimal)
        } else if value.bytes().all(|b| b.is_ascii_digit()) {
            Number::Decimal
        } else if value.len() == 1 {
            let (alpha, roman) = (Number::Alpha { upper }, Number::Roman { upper });
            let lower = value.to_ascii_lowercase();
            let in_roman = "ivxlcdm".contains(&lower);
            let goes_on = before == of(alpha);
            let as_alpha = if !self.roman {
                true
            } else if first {
                !in_roman || goes_on || (before != of(roman) && lower != "i")
            } else {
                goes_on || !in_roman
            };
            if self.alpha && as_alpha { alpha } else { roman }
        } else {
            Number::Roman { upper }
        };
        (of(number), before)
    }
}

/// Two characters of which the reference asks whether they are part of the digits' row.
fn is_roman_pair(value: &str) -> bool {
    value.len() == 2 && "ivxlcdm".contains(&value.to_ascii_lowercase())
}

/// Whether the text is a Roman numeral as the reference writes them.
fn is_roman(upper: &str, written: &str, lower: bool) -> bool {
    let one_case = written.bytes().all(|b| b.is_ascii_lowercase() == lower);
    let rest = upper.trim_start_matches('M').as_bytes();
    one_case
        && digit(rest, *b"CDM").into_iter().any(|hundreds| {
            digit(&rest[hundreds..], *b"XLC")
                .into_iter()
                .any(|tens| digit(&rest[hundreds + tens..], *b"IVX").contains(&(rest.len() - hundreds - tens)))
        })
}

/// How long a digit written with these letters for one, five and ten can be.
fn digit(text: &[u8], [one, five, ten]: [u8; 3]) -> Vec<usize> {
    let ones = |from: usize| text[from..].iter().take_while(|b| **b == one).count();
    let mut lengths = Vec::new();
    if let [first, second, ..] = text
        && *first == one
        && (*second == ten || *second == five)
    {
        lengths.push(2);
    }
    if text.first() == Some(&five) {
        let count = ones(1);
        lengths.extend((0..=count.min(4)).map(|count| 1 + count));
        if count >= 5 && text.len() == 6 {
            lengths.push(6);
        }
    }
    let count = ones(0);
    lengths.extend(0..=count.min(9));
    if count >= 10 && text.len() == 10 {
        lengths.push(10);
    }
    lengths
}

/// The number a marker stands for.
fn start(kind: Kind, value: &str) -> String {
    let letter = |c: u8| u32::from(c.to_ascii_uppercase() - b'@');
    match kind.number() {
        _ if value.starts_with('#') => "1".to_owned(),
        Some(Number::Roman { .. }) => roman_value(value).to_string(),
        Some(Number::Alpha { .. }) => value.bytes().next().map_or(1, letter).to_string(),
        Some(Number::Decimal) | None => value.to_owned(),
    }
}

fn roman_value(value: &str) -> usize {
    let worth = |letter: u8| match letter.to_ascii_uppercase() {
        b'I' => 1,
        b'V' => 5,
        b'X' => 10,
        b'L' => 50,
        b'C' => 100,
        b'D' => 500,
        _ => 1000,
    };
    let letters = value.as_bytes();
    let (mut total, mut at) = (0, 0);
    while at < letters.len() {
        let this = worth(letters[at]);
        match letters.get(at + 1).map(|next| worth(*next)) {
            Some(next) if this < next => {
                total += next - this;
                at += 2;
            }
            _ => {
                total += this;
                at += 1;
            }
        }
    }
    total
}

fn ordered<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let settings = cx.dialect.settings.fancylists;
    let item = settings.item(blocks::first_line(blocks), 0, TAB);
    if !item.is_some_and(|(marker, _)| marker != Marker::Bullet) {
        return false;
    }
    let sibling = cx.tree.last_child(parent).filter(|last| cx.tree.is(*last, "ol"));
    let before = sibling.map_or(Kind::None, |list| {
        Kind::named(cx.tree.get(list, KIND).unwrap_or_default())
    });
    let Some((mut items, kind, start)) = items(cx, blocks, before) else {
        return false;
    };
    let pos = items.front().and_then(|item| item.first()).map_or(0, |line| line.pos);
    let known = |cx: &Converter<'a>, list: &NodeId| cx.tree.get(*list, KIND).unwrap_or_default() == kind.name();
    let list = if let Some(list) = sibling.filter(|list| known(cx, list)) {
        continue_list(cx, list, &mut items);
        list
    } else if matches!(cx.tree.tag(parent), "ol" | "ul") {
        parent
    } else {
        let forced = sibling.filter(|list| cx.tree.get(*list, KIND).is_some_and(|kind| kind.starts_with("force")));
        let list = match forced {
            Some(list) => {
                cx.tree.set(list, KIND, kind.name());
                list
            }
            None => create(cx, parent, kind, pos),
        };
        if start != "1" && cx.tree.get(list, "start").is_none_or(str::is_empty) {
            cx.tree.set(list, "start", start);
        }
        list
    };
    parse_items(cx, list, items, TAB);
    true
}

/// A new ordered list.
fn create(cx: &mut Converter<'_>, parent: NodeId, kind: Kind, pos: u32) -> NodeId {
    let settings = cx.dialect.settings.fancylists;
    let (html, css) = kind.number().unwrap_or(Number::Decimal).html();
    let list = cx.tree.append_new(parent, "ol", pos);
    cx.tree.set(list, "type", html);
    cx.tree.set(list, KIND, kind.name());
    if settings.inject_style {
        cx.tree.set(list, "style", format!("list-style-type: {css};"));
    }
    if settings.inject_class {
        cx.tree.set(list, "class", format!("fancylists-{css}"));
    }
    list
}

fn unordered<'a>(cx: &mut Converter<'a>, parent: NodeId, blocks: &mut Blocks<'a>) -> bool {
    let settings = cx.dialect.settings.fancylists;
    let item = settings.item(blocks::first_line(blocks), 0, TAB);
    if !item.is_some_and(|(marker, _)| marker == Marker::Bullet) {
        return false;
    }
    let Some((mut items, ..)) = items(cx, blocks, Kind::None) else {
        return false;
    };
    let pos = items.front().and_then(|item| item.first()).map_or(0, |line| line.pos);
    let sibling = cx.tree.last_child(parent).filter(|last| cx.tree.is(*last, "ul"));
    let list = if let Some(list) = sibling {
        continue_list(cx, list, &mut items);
        list
    } else if matches!(cx.tree.tag(parent), "ol" | "ul") {
        parent
    } else {
        cx.tree.append_new(parent, "ul", pos)
    };
    parse_items(cx, list, items, TAB);
    true
}

/// The items of the first block up to one of another kind, their kind, and the first one's number.
fn items<'a>(cx: &Converter<'a>, blocks: &mut Blocks<'a>, before: Kind) -> Option<(Blocks<'a>, Kind, String)> {
    let settings = cx.dialect.settings.fancylists;
    let block = blocks.pop_front()?;
    let mut items: Vec<Lines<'a>> = Vec::new();
    let (mut kind, mut first_number) = (before, String::from("1"));
    for (at, line) in block.iter().enumerate() {
        if let Some((marker, text)) = settings.item(*line, 0, TAB) {
            let (next, last) = settings.kind(marker, items.is_empty(), kind);
            if !items.is_empty() && next != last {
                blocks.push_front(&block[at..]);
                break;
            }
            if let (true, Marker::Value { value, .. }) = (items.is_empty(), marker) {
                first_number = start(next, value);
            }
            kind = next;
            items.push(vec![text]);
            continue;
        }
        let nested = settings.item(*line, TAB, TAB * 2).is_some();
        match items.last_mut() {
            Some(last) if !nested || last[0].indent() >= TAB => last.push(*line),
            _ => items.push(vec![*line]),
        }
    }
    let items = items.iter().map(|item| cx.block(item)).collect();
    Some((items, kind, first_number))
}

/// The tree pass that removes what was kept in attributes.
fn clean_up(cx: &mut Converter<'_>) {
    for id in cx.tree.descendants(ROOT) {
        if cx.tree.is(id, "ol") {
            cx.tree.remove_attribute(id, KIND);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FancyLists, Kind, Number, is_roman, roman_value};
    use crate::markdown::text::Line;

    const ALL: FancyLists = FancyLists {
        roman: true,
        alpha: true,
        generic: true,
        inject_style: false,
        inject_class: false,
    };

    #[test]
    fn roman_numerals() {
        for yes in ["I", "IV", "MCMXCIV", "XIIII", "IIIIIIIIII", "VIIIII", "CCCCCCCCC"] {
            assert!(is_roman(yes, yes, false), "{yes}");
        }
        for no in ["IIIIIIIIIII", "IC", "VV", "IXI", "VIIIIII", "ABC"] {
            assert!(!is_roman(no, no, false), "{no}");
        }
        assert_eq!(roman_value("mcmxciv"), 1994);
    }

    #[test]
    fn markers() {
        let is_item = |text| ALL.item(Line::new(text, 0), 0, 4).is_some();
        for yes in [
            "1. a", "12) a", "#. a", "a. x", "A) x", "A.  x", "ii. x", "II. x", "- x", "  iv) x",
        ] {
            assert!(is_item(yes), "{yes}");
        }
        for no in ["A. x", "ab. x", "1.x", "Mr. X", "iI. x", "##. x", "a: x", "1a. x"] {
            assert!(!is_item(no), "{no}");
        }
    }

    #[test]
    fn kinds_have_names() {
        let number = Number::Roman { upper: true };
        for kind in [
            Kind::None,
            Kind::Forced(number),
            Kind::Ordered {
                parenthesis: true,
                number,
            },
        ] {
            assert_eq!(Kind::named(&kind.name()), kind);
        }
    }
}
