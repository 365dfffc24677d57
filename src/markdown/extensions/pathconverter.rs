//! `pymdownx.pathconverter`: addresses of files made absolute, or relative to another folder.

use super::Setup;
use super::paths::{Address, join, normalize, quote, relative, unquote};
use super::written_tags::{Attribute, rewrite};
use crate::markdown::converter::Converter;
use crate::markdown::options::Options;
use crate::markdown::stash::{ETX, STX};

/// The options.
#[derive(Clone, Debug, Default)]
pub(crate) struct PathConverter {
    base_path: String,
    relative_path: String,
    absolute: bool,
    tags: Vec<String>,
    file_scheme: bool,
}

/// Adds the pass.
pub(super) fn enable(setup: &mut Setup<'_>, options: &mut Options<'_, '_>) {
    setup.settings.pathconverter = PathConverter {
        base_path: options.string("base_path", ""),
        relative_path: options.string("relative_path", ""),
        absolute: options.bool("absolute", false),
        tags: options
            .string("tags", "img script a link")
            .split_whitespace()
            .map(str::to_owned)
            .collect(),
        file_scheme: options.bool("file_scheme", false),
    };
    setup.registry.postprocessors.register("path-converter", 2.0, run);
}

fn run(cx: &mut Converter<'_>, html: String) -> String {
    let settings = &cx.dialect.settings.pathconverter;
    if settings.base_path.is_empty() || (!settings.absolute && settings.relative_path.is_empty()) {
        return html;
    }
    let tags: Vec<&str> = settings.tags.iter().map(String::as_str).collect();
    rewrite(&html, &tags, &mut |tag, out| {
        for attribute in &tag.attributes {
            out.push_str(
                &change(&html, attribute, settings).unwrap_or_else(|| html[attribute.whole.clone()].to_owned()),
            );
        }
    })
}

/// The value of an attribute without the mark of a link.
pub(super) fn unmarked(value: &str) -> &str {
    value
        .strip_prefix(STX)
        .and_then(|value| value.split_once(ETX))
        .map_or(value, |(_, value)| value)
}

fn change(html: &str, attribute: &Attribute, settings: &PathConverter) -> Option<String> {
    let value = attribute.value.clone().filter(|_| attribute.quoted)?;
    if !matches!(&html[attribute.name.clone()], "href" | "src") {
        return None;
    }
    let mut address = Address::parse(unmarked(&html[value.clone()]));
    if address.is_url || address.is_absolute {
        return None;
    }
    let path = join(&settings.base_path, &unquote(&address.path));
    let name = &html[attribute.whole.start..value.start - 1];
    if !settings.absolute {
        address.path = quote(&relative(&path, &settings.relative_path));
        return Some(format!("{name}\"{}\"", address.write()));
    }
    address.path = quote(&normalize(&path));
    if settings.file_scheme {
        if !address.path.starts_with('/') {
            address.path.insert(0, '/');
        }
        "file".clone_into(&mut address.scheme);
        return Some(format!("{name}\"{}\"", address.write()));
    }
    let slash = if address.path.starts_with('/') { "" } else { "/" };
    Some(format!("{name}\"{slash}{}\"", address.write()))
}
