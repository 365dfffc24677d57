//! `lang` of the search plugin: the languages that lunr.js knows.

use crate::yaml::Node;

/// Languages with a stemmer or a word splitter, besides English.
const KNOWN: &[&str] = &[
    "ar", "da", "de", "du", "es", "fi", "fr", "hi", "hu", "hy", "it", "ja", "jp", "kn", "ko", "nl", "no", "pt", "ro",
    "ru", "sa", "sv", "ta", "te", "th", "tr", "vi", "zh",
];

/// What becomes of one language that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    /// It is known as it is written.
    Known,
    /// It is known under this name.
    Switched(&'static str),
    /// It is not known: English takes its place.
    Unknown,
}

/// Looks `written` up: whole, then its parts (`pt_BR`), Ukrainian as Russian.
pub(super) fn look_up(written: &str) -> Language {
    if written == "en" {
        return Language::Known;
    }
    let known = written.split('_').find_map(|part| {
        let part = part.to_lowercase();
        let part = if part == "uk" { "ru" } else { part.as_str() };
        KNOWN.iter().find(|known| **known == part).copied()
    });
    match known {
        Some(known) if known == written => Language::Known,
        Some(known) => Language::Switched(known),
        None => Language::Unknown,
    }
}

/// The languages of a `lang` option, a text or a list, in the order of the index.
pub(super) fn resolve(node: &Node) -> Vec<String> {
    let written: Vec<&str> = match node.as_seq() {
        Some(items) => items.iter().filter_map(Node::as_str).collect(),
        None => node.as_str().into_iter().collect(),
    };
    // MkDocs puts a language that it changes at the end of the list.
    let mut languages: Vec<String> = written.iter().map(|lang| (*lang).to_owned()).collect();
    for lang in written {
        let instead = match look_up(lang) {
            Language::Known => continue,
            Language::Switched(known) => known,
            Language::Unknown => "en",
        };
        if let Some(at) = languages.iter().position(|known| known == lang) {
            languages.remove(at);
        }
        if instead != "en" || !languages.iter().any(|known| known == "en") {
            languages.push(instead.to_owned());
        }
    }
    languages
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::Kind;

    #[test]
    fn languages_are_those_of_lunr() {
        let cases: [(&[&str], &[&str]); 5] = [
            (&["es"], &["es"]),
            (&["pt_BR", "en"], &["en", "pt"]),
            (&["uk"], &["ru"]),
            (&["xx", "yy"], &["en"]),
            (&["en", "xx"], &["en"]),
        ];
        for (written, expected) in cases {
            let items = written
                .iter()
                .map(|lang| Node::bare(Kind::Str((*lang).to_owned())))
                .collect();
            assert_eq!(resolve(&Node::bare(Kind::Seq(items))), expected, "{written:?}");
        }
    }
}
