//! The words of the interface, one small file a language.
//!
//! Does not know where they are shown. Keys are Material's, so that a site's own
//! `partials/languages/xx.html` can replace them; the wording is ours.

use std::collections::BTreeMap;
use std::sync::Arc;

macro_rules! languages {
    ($($code:literal),* $(,)?) => {
        const EMBEDDED: &[(&str, &str)] = &[
            $(($code, include_str!(concat!("../../themes/chaski/languages/", $code, ".json")))),*
        ];
    };
}
languages!("ar", "ca", "de", "en", "es", "fr", "it", "ja", "pt", "qu", "zh");

/// The words of one language; what it lacks is in English.
#[derive(Clone, Debug)]
pub struct Language {
    words: Arc<BTreeMap<String, String>>,
    /// Whether the language asked for is one of ours; if not, all is English.
    pub known: bool,
}

impl Language {
    /// The language with code `code` (`es`, `pt-BR`): the exact one, else its first part.
    #[must_use]
    pub fn load(code: &str) -> Self {
        let mut words = parse(embedded("en").unwrap_or("{}"));
        let base = code.split(['-', '_']).next().unwrap_or(code);
        let own = embedded(code).or_else(|| embedded(base));
        if let Some(text) = own {
            words.extend(parse(text));
        }
        Self {
            words: Arc::new(words),
            known: own.is_some(),
        }
    }

    /// The wording of `key`, or the key itself.
    #[must_use]
    pub fn text<'a>(&'a self, key: &'a str) -> &'a str {
        self.words.get(key).map_or(key, String::as_str)
    }

    /// The wording of `key`, if there is one.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.words.get(key).map(String::as_str)
    }

    /// The same language with some wordings replaced.
    #[must_use]
    pub fn with(&self, own: impl IntoIterator<Item = (String, String)>) -> Self {
        let mut words = (*self.words).clone();
        words.extend(own);
        Self {
            words: Arc::new(words),
            known: true,
        }
    }

    /// All keys, sorted.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.words.keys().map(String::as_str)
    }
}

/// The codes of the languages we have.
pub fn codes() -> impl Iterator<Item = &'static str> {
    EMBEDDED.iter().map(|(code, _)| *code)
}

fn embedded(code: &str) -> Option<&'static str> {
    EMBEDDED
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(code))
        .map(|(_, text)| *text)
}

fn parse(text: &str) -> BTreeMap<String, String> {
    serde_json::from_str(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_says_everything() {
        let english = parse(embedded("en").expect("english"));
        // These are technical and fall back to English on purpose.
        let optional = ["direction", "search.config.pipeline", "search.config.separator"];
        for code in codes() {
            let own: BTreeMap<String, String> =
                serde_json::from_str(embedded(code).expect("embedded")).expect("valid JSON");
            for key in english.keys().filter(|k| !optional.contains(&k.as_str())) {
                assert!(own.contains_key(key), "{code} lacks {key}");
            }
            for (key, value) in &own {
                assert!(english.contains_key(key), "{code} has a key of its own: {key}");
                assert_eq!(
                    value.contains('#'),
                    english[key].contains('#'),
                    "{code}: {key} and its number"
                );
            }
        }
    }

    #[test]
    fn falls_back_by_part_and_to_english() {
        assert_eq!(Language::load("es-PE").text("footer.next"), "Siguiente");
        let unknown = Language::load("tlh");
        assert!(!unknown.known);
        assert_eq!(unknown.text("footer.next"), "Next");
        assert_eq!(unknown.text("no.such.key"), "no.such.key");
    }
}
