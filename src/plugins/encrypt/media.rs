//! `hash_filenames`: files of the docs folder get their MD5 in their names, so that nobody guesses
//! the addresses of what protected pages show.

use md5::{Digest as _, Md5};

use super::cipher::hex;
use crate::page::text_of;
use crate::plugins::Stage;
use crate::plugins::options::Options;
use crate::report::{Diagnostic, Severity};
use crate::source::Source;
use crate::yaml::Node;

/// Moves the files whose endings are listed to names with their sum, but for those that an entry of
/// `except` ends.
pub(super) fn hash(options: Options<'_>, stage: &Stage<'_>, sources: &mut [Source], problems: &mut Vec<Diagnostic>) {
    let Some(node) = options.node("hash_filenames") else {
        return;
    };
    for (key, value) in node.as_map().unwrap_or_default() {
        let name = key.key_text();
        let is_known = matches!(name.as_str(), "extensions" | "except");
        if !is_known || value.as_seq().is_none() {
            let what = if is_known {
                format!("`{name}` of `hash_filenames` must be a list of texts")
            } else {
                format!("`hash_filenames` knows `extensions` and `except`, not `{name}`")
            };
            problems.push(Diagnostic::new("encrypt-media", Severity::Error, what).at(value.span));
        }
    }
    let texts = |key: &str| -> Vec<String> {
        let list = node.get(key).and_then(Node::as_seq).unwrap_or_default();
        list.iter().filter_map(text_of).collect()
    };
    let (extensions, except) = (texts("extensions"), texts("except"));
    for source in sources.iter_mut().filter(|source| !source.is_page) {
        let Some((_, ending)) = source.src_uri.rsplit_once('.') else {
            continue;
        };
        if !extensions.contains(&ending.to_lowercase())
            || except.iter().any(|end| source.src_uri.ends_with(end.as_str()))
        {
            continue;
        }
        let Some(path) = &source.path else { continue };
        match stage.files.bytes(path) {
            Some(bytes) => {
                let sum = hex(&Md5::digest(&bytes));
                let named = |path: &str| match path.rsplit_once('.') {
                    Some((stem, ending)) => format!("{stem}_{sum}.{ending}"),
                    None => path.to_owned(),
                };
                source.dest_uri = named(&source.dest_uri);
                source.url = named(&source.url);
            }
            None => {
                let what = format!("cannot read `{}` for `hash_filenames`", source.src_uri);
                problems.push(Diagnostic::new("encrypt-media", Severity::Error, what).at(node.span));
            }
        }
    }
}
