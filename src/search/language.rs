//! What a search knows of languages: stems by Snowball, words that count little, letters that are
//! no accented ones. Does not know pages.

use std::collections::BTreeSet;

use rust_stemmers::{Algorithm, Stemmer};

use super::words::fold;

/// The stemmers and stop words of a site's languages.
pub(super) struct Languages {
    stemmers: Vec<Stemmer>,
    stop_words: BTreeSet<String>,
    letters: String,
}

impl std::fmt::Debug for Languages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Languages")
            .field("letters", &self.letters)
            .finish_non_exhaustive()
    }
}

impl Languages {
    /// The languages of `codes`, such as `es`. Without `stems`, words are found as they are written;
    /// without `stop_words`, all count alike.
    pub(super) fn new(codes: &[String], stems: bool, stop_words: bool) -> Self {
        let known = codes.iter().filter_map(|code| algorithm(code));
        let mut found = BTreeSet::new();
        // Commands and messages are in English everywhere.
        let lists = codes.iter().map(String::as_str).chain(["en"]);
        for list in lists.filter(|_| stop_words).filter_map(stop_words::lookup) {
            let folded = list.iter().filter(|word| word.chars().all(char::is_alphanumeric));
            found.extend(folded.map(|word| fold(&word.to_lowercase())));
        }
        Self {
            stemmers: known.filter(|_| stems).map(Stemmer::create).collect(),
            stop_words: found,
            letters: codes.iter().map(|code| letters(code)).collect(),
        }
    }

    /// The stems of a word in lower case, folded, each once; none if it is its own.
    pub(super) fn stems(&self, exact: &str, folded: &str) -> Vec<String> {
        if !exact.chars().all(char::is_alphabetic) {
            return Vec::new();
        }
        let mut stems: Vec<String> = Vec::new();
        for stemmer in &self.stemmers {
            let stem = fold(&stemmer.stem(exact));
            if !stem.is_empty() && !stems.contains(&stem) {
                stems.push(stem);
            }
        }
        if stems == [folded] {
            stems.clear();
        }
        stems
    }

    /// Folded, in order.
    pub(super) fn stop_words(&self) -> &BTreeSet<String> {
        &self.stop_words
    }

    /// Letters that look accented and are letters of their own.
    pub(super) fn letters(&self) -> &str {
        &self.letters
    }
}

fn algorithm(code: &str) -> Option<Algorithm> {
    Some(match code {
        "ar" => Algorithm::Arabic,
        "da" => Algorithm::Danish,
        "de" => Algorithm::German,
        "el" => Algorithm::Greek,
        "en" => Algorithm::English,
        "es" => Algorithm::Spanish,
        "fi" => Algorithm::Finnish,
        "fr" => Algorithm::French,
        "hu" => Algorithm::Hungarian,
        "it" => Algorithm::Italian,
        "nl" | "du" => Algorithm::Dutch,
        "no" => Algorithm::Norwegian,
        "pt" => Algorithm::Portuguese,
        "ro" => Algorithm::Romanian,
        "ru" => Algorithm::Russian,
        "sv" => Algorithm::Swedish,
        "ta" => Algorithm::Tamil,
        "tr" => Algorithm::Turkish,
        _ => return None,
    })
}

fn letters(code: &str) -> &'static str {
    match code {
        "es" => "ñ",
        "de" => "äöü",
        "da" | "no" => "æøå",
        "sv" | "fi" => "åäö",
        "tr" => "çğöşü",
        "hu" => "öőüű",
        "ro" => "ăâîșț",
        "ru" => "й",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::Languages;

    #[test]
    fn stems_are_snowball_s_folded() {
        let spanish = Languages::new(&["es".to_owned()], true, true);
        assert_eq!(spanish.stems("instalación", "instalacion"), ["instal"]);
        assert_eq!(spanish.stems("gpu", "gpu"), [] as [&str; 0]);
        assert_eq!(spanish.stems("a100s", "a100s"), [] as [&str; 0]);
        assert!(spanish.stop_words().contains("para") && spanish.stop_words().contains("tambien"));
        // A site in Arabic has English words as well.
        let arabic = Languages::new(&super::super::SearchSpec::for_language("ar").languages(), true, true);
        assert!(arabic.stems("المستخدمون", "المستخدمون").contains(&"مستخدم".to_owned()));
        assert_eq!(arabic.stems("jobs", "jobs"), ["jobs", "job"]);
        let two = Languages::new(&["es".to_owned(), "en".to_owned()], true, false);
        assert_eq!(two.stems("jobs", "jobs"), ["jobs", "job"]);
        assert!(two.stop_words().is_empty());
    }
}
