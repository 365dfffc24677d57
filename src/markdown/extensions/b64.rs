//! `pymdownx.b64`: images put into the page.

use std::path::Path;

use base64::Engine as _;

use super::Setup;
use super::pathconverter::unmarked;
use super::paths::{Address, join, normalize, unquote};
use super::written_tags::{Attribute, rewrite};
use crate::markdown::converter::Converter;
use crate::markdown::options::Options;

/// The options.
#[derive(Clone, Debug, Default)]
pub(crate) struct Base64 {
    base_path: String,
    root_path: String,
    restrict: bool,
}

/// Adds the pass.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    setup.settings.b64 = Base64 {
        base_path: options.string("base_path", "."),
        root_path: options.string("root_path", ""),
        restrict: options.bool("restrict_path", true),
    };
    setup.registry.postprocessors.register("b64", 2.0, run);
}

#[expect(clippy::needless_pass_by_value, reason = "the type of every postprocessor")]
fn run(cx: &mut Converter<'_>, html: String) -> String {
    rewrite(&html, &["img"], &mut |tag, out| {
        for attribute in &tag.attributes {
            match embed(cx, &html, attribute) {
                Some(text) => out.push_str(&text),
                None => out.push_str(&html[attribute.whole.clone()]),
            }
        }
    })
}

fn embed(cx: &Converter<'_>, html: &str, attribute: &Attribute) -> Option<String> {
    let value = attribute.value.clone().filter(|_| attribute.quoted)?;
    if &html[attribute.name.clone()] != "src" {
        return None;
    }
    let settings = &cx.dialect.settings.b64;
    let folder = std::path::absolute(cx.dialect.root.join(".")).ok()?;
    let folder = folder.to_str()?;
    let base = normalize(&join(folder, &settings.base_path));
    let root = match settings.root_path.as_str() {
        "" => base.clone(),
        root => normalize(&join(folder, root)),
    };
    let address = Address::parse(unmarked(&html[value]));
    let path = if address.is_url {
        address.path.clone()
    } else {
        unquote(&address.path)
    };
    let path = if address.is_absolute {
        normalize(&path)
    } else {
        normalize(&join(&base, &path))
    };
    let below = format!("{}/", root.trim_end_matches('/'));
    if settings.restrict && !path.starts_with(&below) {
        return None;
    }
    let kind = match Path::new(&path).extension()?.to_str()?.to_lowercase().as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "svg" => "image/svg+xml",
        _ => return None,
    };
    let bytes = cx.files.bytes(Path::new(&path))?;
    let data = base64::engine::general_purpose::STANDARD.encode(bytes);
    Some(format!(" src=\"data:{kind};base64,{data}\""))
}
