//! Good answers of former runs. A cache that cannot be read is empty; bad answers are never kept.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};

use super::ask::Answer;
use crate::files::Files;

/// Answers by address.
#[derive(Clone, Debug, Default)]
pub struct Cache {
    /// When it was answered, and where the address leads if it has moved.
    answers: BTreeMap<String, (i64, Option<String>)>,
}

impl Cache {
    pub(super) fn read(files: &Files, path: &Path) -> Self {
        let bytes = files.bytes(path).unwrap_or_default();
        let object: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let entry = |(url, answer): (&String, &Value)| {
            let to = answer["to"].as_str().map(str::to_owned);
            Some((url.clone(), (answer["at"].as_i64()?, to)))
        };
        Self {
            answers: object
                .as_object()
                .map_or_else(BTreeMap::new, |all| all.iter().filter_map(entry).collect()),
        }
    }

    /// The answer of `url` if it is younger than `age`.
    pub(super) fn known(&self, url: &str, now: i64, age: Duration) -> Option<Answer> {
        let (at, to) = self.answers.get(url)?;
        let old = u64::try_from(now - at).ok()?;
        (old < age.as_secs()).then(|| match to {
            Some(to) => Answer::Moved(to.clone()),
            None => Answer::Good,
        })
    }

    pub(super) fn keep(&mut self, url: &str, answer: &Answer, now: i64) {
        let to = match answer {
            Answer::Good => None,
            Answer::Moved(to) => Some(to.clone()),
            Answer::Gone(_) | Answer::NoHost(_) | Answer::Unsure(_) => {
                self.answers.remove(url);
                return;
            }
        };
        self.answers.insert(url.to_owned(), (now, to));
    }

    /// The file of all answers, sorted.
    #[must_use]
    pub fn text(&self) -> String {
        let entry = |(url, (at, to)): (&String, &(i64, Option<String>))| {
            let answer = match to {
                Some(to) => json!({"at": at, "to": to}),
                None => json!({"at": at}),
            };
            (url.clone(), answer)
        };
        let all: serde_json::Map<String, Value> = self.answers.iter().map(entry).collect();
        format!("{:#}\n", Value::Object(all))
    }
}
