//! Escaped characters become themselves, when no pass can take them for markup any more.

use std::borrow::Cow;

use crate::markdown::converter::Converter;
use crate::markdown::stash::{find_mark, unescape as unescape_marks};
use crate::markdown::tree::{ROOT, Text};

/// Replaces the marks of escaped characters everywhere but in `code`.
pub(super) fn unescape(cx: &mut Converter<'_>) {
    for id in cx.tree.descendants(ROOT) {
        let is_code = cx.tree.is(id, "code");
        let node = &mut cx.tree[id];
        if !is_code {
            unescape_text(&mut node.text);
        }
        unescape_text(&mut node.tail);
        for (_, value) in &mut node.attributes {
            if let Some(value) = value.as_mut().filter(|value| find_mark(value).is_some()) {
                *value = Cow::Owned(unescape_marks(value).into_owned());
            }
        }
    }
}

fn unescape_text(text: &mut Text<'_>) {
    if let Text::Plain(text) | Text::Atomic(text) = text
        && find_mark(text).is_some()
    {
        *text = Cow::Owned(unescape_marks(text).into_owned());
    }
}
