//! `/// fancylists | type=a start=3`: a container whose first list takes a numbering that its items
//! alone would not give.

use super::{KIND, Kind, Number};
use crate::markdown::converter::Converter;
use crate::markdown::text::Pos;
use crate::markdown::tree::NodeId;

/// The list that a container asks for.
#[derive(Clone, Copy, Debug)]
pub(in crate::markdown::extensions) struct Wanted {
    number: Number,
    start: Option<u64>,
}

/// What the argument of a container asks for; none if it is not valid.
pub(in crate::markdown::extensions) fn read(cx: &Converter<'_>, argument: &str) -> Option<Wanted> {
    let settings = cx.dialect.settings.fancylists;
    let mut wanted = Wanted {
        number: Number::Decimal,
        start: None,
    };
    for part in argument.split_whitespace() {
        let (name, value) = part.split_once('=')?;
        match (name, value) {
            ("type", "1") => wanted.number = Number::Decimal,
            ("type", "a" | "A") if settings.alpha => wanted.number = Number::Alpha { upper: value == "A" },
            ("type", "i" | "I") if settings.roman => wanted.number = Number::Roman { upper: value == "I" },
            ("start", _) => wanted.start = Some(u64::try_from(value.parse::<i64>().ok()?).unwrap_or(0)),
            _ => return None,
        }
    }
    Some(wanted)
}

/// Adds the list, still without items.
pub(in crate::markdown::extensions) fn create(cx: &mut Converter<'_>, wanted: Wanted, parent: NodeId, pos: Pos) {
    let list = super::create(cx, parent, Kind::Forced(wanted.number), pos);
    if let Some(start) = wanted.start {
        cx.tree.set(list, "start", start.to_string());
    }
}

/// Removes the list if it got no items.
pub(in crate::markdown::extensions) fn finish(cx: &mut Converter<'_>, parent: NodeId) {
    let is_empty = |id: &NodeId| {
        cx.tree.is(*id, "ol")
            && cx.tree[*id].children.is_empty()
            && cx.tree.get(*id, KIND).is_some_and(|kind| kind.starts_with("force"))
    };
    if let Some(at) = cx.tree[parent].children.iter().rposition(is_empty) {
        cx.tree[parent].children.remove(at);
    }
}
