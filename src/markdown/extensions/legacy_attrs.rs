//! `legacy_attrs`: `{@name=value}` in text sets an attribute of the element around it.

use super::Setup;
use super::attr_list::sanitize_name;
use crate::markdown::converter::Converter;
use crate::markdown::options::Options;
use crate::markdown::tree::{NodeId, ROOT, Text};

/// Switches the extension on.
pub(super) fn enable(setup: &mut Setup<'_>, _options: &mut Options<'_, '_>) {
    setup.registry.tree.register("legacyattrs", 15.0, run);
}

/// The tree pass. As in the reference, a text after an element also counts as that element's.
fn run(cx: &mut Converter<'_>) {
    for id in cx.tree.descendants(ROOT) {
        if let Some(alt) = cx
            .tree
            .get(id, "alt")
            .filter(|alt| alt.contains("{@"))
            .map(str::to_owned)
        {
            let alt = take(cx, id, &alt);
            cx.tree.set(id, "alt", alt);
        }
        if let Text::Plain(text) = &cx.tree[id].text
            && text.contains("{@")
        {
            let text = text.clone().into_owned();
            cx.tree[id].text = Text::plain(take(cx, id, &text));
        }
        if let Text::Plain(tail) = &cx.tree[id].tail
            && tail.contains("{@")
        {
            let tail = tail.clone().into_owned();
            cx.tree[id].tail = Text::plain(take(cx, id, &tail));
        }
    }
}

/// Sets the attributes that `text` has and gives the text without them.
fn take(cx: &mut Converter<'_>, id: NodeId, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find("{@") {
        let Some(close) = rest[open..].find('}') else { break };
        let Some((name, value)) = rest[open + 2..open + close].rsplit_once('=') else {
            out.push_str(&rest[..open + 2]);
            rest = &rest[open + 2..];
            continue;
        };
        let name = sanitize_name(name).into_owned();
        cx.tree.set(id, name, value.replace('\n', " "));
        out.push_str(&rest[..open]);
        rest = &rest[open + close + 1..];
    }
    out.push_str(rest);
    out
}
