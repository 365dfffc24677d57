//! A block of code as HTML, of the form that Pygments' formatter writes.

use super::{Highlight, NumberStyle};
use crate::highlight::{escape, highlight, lexer_alias, lexer_name};

/// Line numbers that a block asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Numbers {
    /// The first number, if one is given.
    pub(crate) start: Option<i64>,
    /// Every how many lines a number is shown.
    pub(crate) step: Option<i64>,
    /// Every how many lines a number is special.
    pub(crate) special: Option<i64>,
}

/// A block of code and what its fence says of it.
#[derive(Clone, Debug)]
pub(crate) struct Listing<'l> {
    /// The text.
    pub(crate) source: &'l str,
    /// The language as written; may be empty.
    pub(crate) language: &'l str,
    /// The block's number on the page.
    pub(crate) number: usize,
    /// The wrapper's class, if not that of the settings.
    pub(crate) css_class: Option<&'l str>,
    /// Lines to highlight, from 1.
    pub(crate) highlighted: Vec<usize>,
    /// Line numbers.
    pub(crate) numbers: Numbers,
    /// More classes for the wrapper.
    pub(crate) classes: Vec<String>,
    /// The wrapper's id.
    pub(crate) id: String,
    /// More attributes.
    pub(crate) attributes: Vec<(String, String)>,
    /// The title.
    pub(crate) title: Option<String>,
}

impl<'l> Listing<'l> {
    /// A block without options.
    pub(crate) fn new(source: &'l str, language: &'l str) -> Self {
        Self {
            source,
            language,
            number: 0,
            css_class: None,
            highlighted: Vec::new(),
            numbers: Numbers::default(),
            classes: Vec::new(),
            id: String::new(),
            attributes: Vec::new(),
            title: None,
        }
    }

    /// The block as HTML.
    pub(crate) fn write(&self, settings: &Highlight) -> String {
        let language = if self.language.is_empty() {
            settings.default_lang.as_str()
        } else {
            self.language
        };
        if settings.use_pygments {
            self.highlighted(settings, language)
        } else {
            self.plain(settings, language)
        }
    }

    fn highlighted(&self, settings: &Highlight, language: &str) -> String {
        let lower = language.to_lowercase();
        let mut lexer = settings.extended.get(&lower).map_or(language, String::as_str);
        let mut shown = language;
        if lexer_name(lexer).is_none() {
            lexer = if settings.default_lang.is_empty() {
                "text"
            } else {
                &settings.default_lang
            };
            shown = lexer_alias(lexer).unwrap_or("text");
        }
        let numbered = self.is_numbered(settings);
        let layout = Layout::new(self, settings, numbered);
        let source = normalized(self.source, settings.stripnl);
        let body = highlight(&source, lexer).unwrap_or_else(|| escape(&source));
        let body = layout.lines(&body);
        let title = self.title(settings, lexer);
        let class = self.css_class.unwrap_or(&settings.css_class);
        let mut classes: Vec<&str> = self.classes.iter().map(String::as_str).collect();
        let lang_class = format!("{}{shown}", settings.language_prefix);
        if settings.pygments_lang_class {
            classes.insert(0, &lang_class);
        }
        let table_class = class;
        classes.extend((!class.is_empty()).then_some(class));
        let mut out = String::from("<div");
        if !self.id.is_empty() {
            out.push_str(&format!(" id=\"{}\"", self.id));
        }
        if !classes.is_empty() {
            out.push_str(&format!(" class=\"{}\"", classes.join(" ")));
        }
        for (name, value) in self.attributes.iter().filter(|(name, _)| name.starts_with("data-")) {
            out.push_str(&format!(" {name}=\"{value}\""));
        }
        out.push('>');
        let title = title.map(|title| format!("<span class=\"filename\">{}</span>", quoted(&title)));
        match numbered.then_some(settings.linenums_style) {
            Some(NumberStyle::Table) => {
                out.push_str(&format!("<table class=\"{table_class}table\">"));
                if let Some(title) = title {
                    out.push_str(&format!("<tr><th colspan=\"2\" class=\"filename\">{title}</th></tr>"));
                }
                let column = layout.column();
                out.push_str(&format!(
                    "<tr><td class=\"linenos\"><div class=\"linenodiv\"><pre><span></span>{column}</pre></div></td><td class=\"code\">\
                     <div><pre><span></span><code>{body}</code></pre></div></td></tr></table></div>"
                ));
            }
            _ => {
                out.push_str(&title.unwrap_or_default());
                out.push_str(&format!("<pre><span></span><code>{body}</code></pre></div>"));
            }
        }
        out
    }

    fn is_numbered(&self, settings: &Highlight) -> bool {
        let start = self.numbers.start.unwrap_or(-1);
        settings.linenums == Some(true) && start != 0 || settings.linenums != Some(false) && start > 0
    }

    fn title(&self, settings: &Highlight, lexer: &str) -> Option<String> {
        let automatic = || {
            let name = lexer_name(lexer)?;
            let name: Vec<String> = name.split_whitespace().map(titled).collect();
            let name = name.join(" ");
            Some(settings.auto_title_map.get(&name).cloned().unwrap_or(name))
        };
        let title = self
            .title
            .clone()
            .or_else(|| settings.auto_title.then(automatic).flatten())?;
        let title = title.trim();
        (!title.is_empty()).then(|| title.to_owned())
    }

    /// Code for a highlighter in the browser.
    fn plain(&self, settings: &Highlight, language: &str) -> String {
        let class = self.css_class.unwrap_or(&settings.css_class);
        let language_class = (!language.is_empty()).then_some([&settings.language_prefix, language]);
        let outer = (settings.code_attr_on_pre && !class.is_empty()).then_some(["", class]);
        let own = self.classes.iter().map(|class| ["", class]);
        let source = crate::markdown::blocks::escape(self.source);
        let mut html = String::with_capacity(source.len() + 96);
        html.push_str("<pre");
        if !settings.code_attr_on_pre {
            if !class.is_empty() {
                attribute(&mut html, "class", class);
            }
            html.push_str("><code");
        }
        if !self.id.is_empty() {
            attribute(&mut html, "id", &self.id);
        }
        let mut before = " class=\"";
        for [prefix, name] in language_class.into_iter().chain(outer).chain(own) {
            html.push_str(before);
            html.push_str(prefix);
            html.push_str(name);
            before = " ";
        }
        if before == " " {
            html.push('"');
        }
        for (name, value) in &self.attributes {
            attribute(&mut html, name, value);
        }
        html.push_str(if settings.code_attr_on_pre { "><code>" } else { ">" });
        html.push_str(&source);
        html.push_str("</code></pre>");
        html
    }
}

fn attribute(html: &mut String, name: &str, value: &str) {
    for part in [" ", name, "=\"", value, "\""] {
        html.push_str(part);
    }
}

/// A word as Python's `title` writes it, if it is lower case.
fn titled(word: &str) -> String {
    let mut letters = word.chars();
    let lower = word.chars().any(char::is_lowercase) && !word.chars().any(char::is_uppercase);
    match letters.next() {
        Some(first) if lower => first.to_uppercase().collect::<String>() + letters.as_str(),
        _ => word.to_owned(),
    }
}

/// A title with quotes escaped as Pygments does; marks stay.
fn quoted(title: &str) -> String {
    let escaped = title.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    escaped.replace('"', "&quot;").replace('\'', "&#39;")
}

/// The text as Pygments reads it: without empty lines around it, with a line end at its end.
fn normalized(source: &str, strip: bool) -> String {
    let mut text = source.replace("\r\n", "\n").replace('\r', "\n");
    if strip {
        text = text.trim_matches('\n').to_owned();
    }
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// How lines are wrapped and numbered.
struct Layout<'l> {
    highlighted: &'l [usize],
    /// Prefix of ids of lines; empty for none.
    spans: String,
    anchors: String,
    linked: bool,
    style: Option<NumberStyle>,
    start: i64,
    step: i64,
    special: i64,
    count: std::cell::Cell<i64>,
}

impl<'l> Layout<'l> {
    fn new(listing: &'l Listing<'_>, settings: &Highlight, numbered: bool) -> Self {
        let id = if listing.id.is_empty() {
            listing.number.to_string()
        } else {
            listing.id.clone()
        };
        let prefix = |name: &str| {
            if name.is_empty() {
                String::new()
            } else {
                format!("{name}-{id}")
            }
        };
        let Numbers { start, step, special } = listing.numbers;
        let special = special
            .filter(|n| *n >= 0)
            .or(Some(settings.linenums_special))
            .filter(|n| *n >= 0);
        Self {
            highlighted: &listing.highlighted,
            spans: prefix(&settings.line_spans),
            anchors: prefix(&settings.line_anchors),
            linked: settings.anchor_linenums,
            style: numbered.then_some(settings.linenums_style),
            start: start.filter(|n| numbered && *n >= 1).unwrap_or(1),
            step: step.filter(|n| numbered && *n >= 1).unwrap_or(1),
            special: special.filter(|_| numbered).unwrap_or(0),
            count: std::cell::Cell::new(0),
        }
    }

    fn target(&self) -> &str {
        if self.anchors.is_empty() {
            &self.spans
        } else {
            &self.anchors
        }
    }

    /// The number of line `number`, padded, or blanks.
    fn number(&self, number: i64, width: usize) -> String {
        if number % self.step == 0 {
            format!("{number:>width$}")
        } else {
            " ".repeat(width)
        }
    }

    fn is_special(&self, number: i64) -> bool {
        self.special > 0 && number % self.special == 0
    }

    fn lines(&self, body: &str) -> String {
        let lines: Vec<&str> = body.split_inclusive('\n').collect();
        self.count.set(i64::try_from(lines.len()).unwrap_or(i64::MAX));
        let plain = self.highlighted.is_empty() && self.spans.is_empty() && self.anchors.is_empty();
        let inline = matches!(self.style, Some(NumberStyle::Inline | NumberStyle::Attribute));
        if plain && !inline {
            return body.to_owned();
        }
        let width = (self.count.get() + self.start - 1).to_string().len();
        let mut out = String::with_capacity(body.len() * 2);
        for (index, line) in lines.iter().enumerate() {
            let number = self.start + i64::try_from(index).unwrap_or(0);
            if !self.spans.is_empty() {
                out.push_str(&format!("<span id=\"{}-{number}\">", self.spans));
            }
            if !self.anchors.is_empty() {
                let anchor = &self.anchors;
                let href = if self.style.is_some() {
                    String::new()
                } else {
                    format!(" href=\"#{anchor}-{number}\"")
                };
                out.push_str(&format!(
                    "<a id=\"{anchor}-{number}\" name=\"{anchor}-{number}\"{href}></a>"
                ));
            }
            let hot = self.highlighted.contains(&(index + 1));
            out.push_str(if hot { "<span class=\"hll\">" } else { "" });
            if inline {
                out.push_str(&self.inline_number(number, width));
            }
            out.push_str(line);
            out.push_str(if hot { "</span>" } else { "" });
            out.push_str(if self.spans.is_empty() { "" } else { "</span>" });
        }
        out
    }

    fn inline_number(&self, number: i64, width: usize) -> String {
        let special = if self.is_special(number) { " special" } else { "" };
        let text = self.number(number, width);
        let span = if self.style == Some(NumberStyle::Attribute) {
            format!("<span class=\"linenos{special}\" data-linenos=\"{text} \"></span>")
        } else {
            format!("<span class=\"linenos{special}\">{text}</span>")
        };
        if self.linked {
            format!("<a href=\"#{}-{number}\">{span}</a>", self.target())
        } else {
            span
        }
    }

    /// The column of numbers of a table.
    fn column(&self) -> String {
        let width = (self.count.get() + self.start - 1).to_string().len();
        let numbers = self.start..self.start + self.count.get();
        let lines: Vec<String> = numbers
            .map(|number| {
                let class = if self.is_special(number) { "special" } else { "normal" };
                let mut text = self.number(number, width);
                if self.linked && number % self.step == 0 {
                    text = format!("<a href=\"#{}-{number}\">{text}</a>", self.target());
                }
                format!("<span class=\"{class}\">{text}</span>")
            })
            .collect();
        lines.join("\n")
    }
}
