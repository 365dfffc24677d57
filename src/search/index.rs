//! `search/search_index.json`, byte for byte as Material's plugin writes it.

use std::io::{self, Write};

use serde_json::Value;

use super::piece::Weights;
use super::sections;

/// The options that the index carries.
#[derive(Clone, Debug)]
pub struct SearchSpec {
    /// `lang`.
    pub lang: Vec<String>,
    /// A language of the site that `lang` cannot have, because lunr knows no stems of it.
    pub own: Option<String>,
    /// `separator`.
    pub separator: String,
    /// `pipeline`.
    pub pipeline: Vec<String>,
    /// `fields`: names and boosts.
    pub fields: Vec<(String, Value)>,
    /// Whether `pipeline` was written, and holds for the readers' index as well.
    pub is_pipeline_set: bool,
    /// `synonyms`: groups of words and phrases that mean the same.
    pub synonyms: Vec<Vec<String>>,
}

impl SearchSpec {
    /// The defaults for a theme language.
    #[must_use]
    pub fn for_language(language: &str) -> Self {
        let base = language.split(['-', '_']).next().unwrap_or(language);
        let lang = match base {
            "be" | "bg" | "mk" => "ru",
            "eo" | "gl" => "es",
            "af" => "nl",
            "uz" => "tr",
            "nb" | "nn" => "no",
            "da" | "de" | "es" | "fi" | "fr" | "hi" | "hu" | "it" | "ja" | "nl" | "pt" | "ro" | "ru" | "sl" | "sv"
            | "th" | "tr" | "vi" => base,
            _ => "en",
        };
        let pipeline = match base {
            "ja" | "zh" => "stemmer",
            "ar" | "bn" | "fa" | "he" | "hy" | "id" | "ka" | "ko" | "ku" | "lt" | "my" | "pl" | "si" | "ta" | "ur" => {
                " "
            }
            _ => "stopWordFilter",
        };
        let separator = match base {
            "zh" => "[\\s\\u200b\\u3000\\-、。，．？！；]+",
            "ja" => "[\\s\\-　、。，．]+",
            _ => "[\\s\\-]+",
        };
        Self {
            own: ["ar", "el", "ta"].contains(&base).then(|| base.to_owned()),
            lang: vec![lang.to_owned()],
            separator: separator.to_owned(),
            pipeline: vec![pipeline.to_owned()],
            fields: Vec::new(),
            is_pipeline_set: false,
            synonyms: Vec::new(),
        }
    }

    /// The languages that readers search in.
    pub(super) fn languages(&self) -> Vec<String> {
        self.own.iter().chain(&self.lang).cloned().collect()
    }

    /// Whether readers find other forms of their words.
    pub(super) fn stems(&self) -> bool {
        !self.is_pipeline_set || self.pipeline.iter().any(|name| name == "stemmer")
    }

    /// Whether words such as articles count less.
    pub(super) fn stop_words(&self) -> bool {
        !self.is_pipeline_set || self.pipeline.iter().any(|name| name == "stopWordFilter")
    }

    /// How much words of the readers' index count by field. A boost in `fields` replaces ours, up
    /// to 16 times that of the text.
    #[must_use]
    pub fn weights(&self) -> Weights {
        let boost = |name: &str| {
            let field = self.fields.iter().find(|(known, _)| known == name);
            field.and_then(|(_, boost)| boost.as_f64())
        };
        let text = boost("text").filter(|text| *text > 0.0).unwrap_or(1.0);
        let of =
            |name: &str, standard: f32| boost(name).map_or(standard, |boost| (boost / text).clamp(0.0, 16.0) as f32);
        let title = of("title", 5.0);
        Weights {
            title,
            heading: title / 2.0,
            text: 1.0,
            tags: of("tags", 4.0),
        }
    }

    /// The fields with the defaults of those that are not set.
    fn all_fields(&self) -> Vec<(String, Value)> {
        let mut fields = self.fields.clone();
        for (name, boost) in [("title", 1e3), ("text", 1e0), ("tags", 1e6)] {
            if !fields.iter().any(|(known, _)| known == name) {
                fields.push((name.to_owned(), Value::from(boost)));
            }
        }
        fields
    }
}

/// One entry of the index.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Address of the section.
    pub location: String,
    /// Title, HTML-escaped.
    pub title: String,
    /// Text, HTML-escaped, some tags kept.
    pub text: String,
    /// Tags of the page, if it has a list of them.
    pub tags: Option<Vec<String>>,
    /// Boost of the page.
    pub boost: Option<Value>,
}

/// The entries of a page: its address, its title where a section has none, its front matter.
#[must_use]
pub fn entries(html: &str, url: &str, title: &str, meta: &serde_json::Map<String, Value>) -> Vec<Entry> {
    let search = meta.get("search").and_then(Value::as_object);
    if search.and_then(|search| search.get("exclude")).is_some_and(truthy) {
        return Vec::new();
    }
    let tags = meta
        .get("tags")
        .and_then(Value::as_array)
        .map(|tags| tags.iter().filter_map(tag).collect::<Vec<_>>());
    let boost = search.and_then(|search| search.get("boost")).cloned();
    let title = meta.get("title").map_or_else(|| title.to_owned(), text_of);
    let entry = |section: super::Section| Entry {
        location: section.id.map_or_else(|| url.to_owned(), |id| format!("{url}#{id}")),
        title: if section.title.is_empty() {
            title.clone()
        } else {
            section.title
        },
        text: section.text,
        tags: tags.clone(),
        boost: boost.clone(),
    };
    sections(html).into_iter().map(entry).collect()
}

fn truthy(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(value) => *value,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(entries) => !entries.is_empty(),
    }
}

fn tag(value: &Value) -> Option<String> {
    (truthy(value) && !value.is_array() && !value.is_object()).then(|| text_of(value))
}

/// A value as Python's `str` shows it.
fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Null => "None".to_owned(),
        other => other.to_string(),
    }
}

/// The entries of one page as they stand in the index, in JSON, with commas between them.
#[must_use]
pub fn entries_json(entries: &[Entry]) -> String {
    let text: usize = entries.iter().map(|entry| entry.text.len() + 160).sum();
    let mut out = String::with_capacity(text + text / 16);
    for (at, entry) in entries.iter().enumerate() {
        out.push_str(if at > 0 { ",{\"location\":" } else { "{\"location\":" });
        push_string(&mut out, &entry.location);
        out.push_str(",\"title\":");
        push_string(&mut out, &entry.title);
        out.push_str(",\"text\":");
        push_string(&mut out, &entry.text);
        if let Some(tags) = &entry.tags {
            out.push_str(",\"tags\":");
            push_list(&mut out, tags);
        }
        if let Some(boost) = &entry.boost {
            out.push_str(&format!(",\"boost\":{boost}"));
        }
        out.push('}');
    }
    out
}

/// Writes the index as JSON, page by page, out of what [`entries_json`] made of each.
#[derive(Debug)]
pub struct IndexWriter<W> {
    to: W,
    is_empty: bool,
}

impl<W: Write> IndexWriter<W> {
    /// Begins the index.
    ///
    /// # Errors
    /// Those of `to`, as everywhere here.
    pub fn new(spec: &SearchSpec, mut to: W) -> io::Result<Self> {
        let mut out = String::from("{\"config\":{\"lang\":");
        push_list(&mut out, &spec.lang);
        out.push_str(",\"separator\":");
        push_string(&mut out, &spec.separator);
        out.push_str(",\"pipeline\":");
        push_list(&mut out, &spec.pipeline);
        out.push_str(",\"fields\":{");
        for (at, (name, boost)) in spec.all_fields().iter().enumerate() {
            out.push_str(if at > 0 { "," } else { "" });
            push_string(&mut out, name);
            out.push_str(&format!(":{{\"boost\":{boost}}}"));
        }
        out.push_str("}},\"docs\":[");
        to.write_all(out.as_bytes())?;
        Ok(Self { to, is_empty: true })
    }

    /// Adds the entries of a page.
    ///
    /// # Errors
    /// See [`IndexWriter::new`].
    pub fn page(&mut self, entries: &str) -> io::Result<()> {
        if entries.is_empty() {
            return Ok(());
        }
        if !std::mem::replace(&mut self.is_empty, false) {
            self.to.write_all(b",")?;
        }
        self.to.write_all(entries.as_bytes())
    }

    /// Ends the index.
    ///
    /// # Errors
    /// See [`IndexWriter::new`].
    pub fn finish(mut self) -> io::Result<W> {
        self.to.write_all(b"]}")?;
        Ok(self.to)
    }
}

fn push_list(out: &mut String, items: &[String]) {
    out.push('[');
    for (at, item) in items.iter().enumerate() {
        out.push_str(if at > 0 { "," } else { "" });
        push_string(out, item);
    }
    out.push(']');
}

/// A string as Python's `json` writes it: ASCII only.
pub(crate) fn push_string(out: &mut String, text: &str) {
    /// Whether a byte stands for itself.
    const PLAIN: [bool; 256] = {
        let mut plain = [false; 256];
        let mut byte = b' ';
        while byte <= b'~' {
            plain[byte as usize] = !matches!(byte, b'"' | b'\\');
            byte += 1;
        }
        plain
    };
    out.push('"');
    let mut rest = text;
    loop {
        let is_special = |byte: u8| !PLAIN[usize::from(byte)];
        let (plain, special) = rest.split_at(rest.bytes().position(is_special).unwrap_or(rest.len()));
        out.push_str(plain);
        let mut letters = special.chars();
        let Some(c) = letters.next() else { break };
        rest = letters.as_str();
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            c => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    push_unit(out, *unit);
                }
            }
        }
    }
    out.push('"');
}

fn push_unit(out: &mut String, unit: u16) {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let digits = [12, 8, 4, 0].map(|shift| HEX[usize::from(unit >> shift & 15)]);
    let [a, b, c, d] = digits;
    // Digits are ASCII.
    out.push_str(std::str::from_utf8(&[b'\\', b'u', a, b, c, d]).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::{IndexWriter, SearchSpec, entries, entries_json};

    #[test]
    fn the_json_is_python_s() {
        let meta = serde_json::json!({"tags": ["a", 1], "search": {"boost": 2}});
        let entries = entries("<h1 id=\"x\">Añó \"😀\"</h1>", "a/", "T", meta.as_object().unwrap());
        let mut index = IndexWriter::new(&SearchSpec::for_language("es"), Vec::new()).unwrap();
        for page in ["", &entries_json(&entries), ""] {
            index.page(page).unwrap();
        }
        assert_eq!(
            String::from_utf8(index.finish().unwrap()).unwrap(),
            "{\"config\":{\"lang\":[\"es\"],\"separator\":\"[\\\\s\\\\-]+\",\"pipeline\":[\"stopWordFilter\"],\"fields\":{\"title\":{\"boost\":1000.0},\
             \"text\":{\"boost\":1.0},\"tags\":{\"boost\":1000000.0}}},\"docs\":[{\"location\":\"a/\",\"title\":\"A\\u00f1\\u00f3 \\\"\\ud83d\\ude00\\\"\",\
             \"text\":\"\",\"tags\":[\"a\",\"1\"],\"boost\":2}]}"
        );
    }
}
