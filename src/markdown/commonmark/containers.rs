//! Admonitions, details and tabs, written as in the MkDocs dialect.

use super::{Page, events};
use crate::markdown::Markdown;
use crate::markdown::serialize::{escape_attribute, escape_text};
use crate::report::FileId;

const MAX_DEPTH: usize = 50;

/// A part of the page with the place of each of its lines.
pub(super) struct Part {
    pub(super) text: String,
    pub(super) file: FileId,
    /// Offset of each line in `text` and where it stands in the file.
    lines: Vec<(usize, usize)>,
}

impl Part {
    /// The whole page; `text` is as long as the source's.
    pub(super) fn whole(text: &str, source: Markdown<'_>) -> Self {
        let mut part = Self {
            text: String::with_capacity(text.len()),
            file: source.file,
            lines: Vec::new(),
        };
        let mut at = source.offset;
        for line in text.split_inclusive('\n') {
            part.push(line, at);
            at += line.len();
        }
        part
    }

    fn empty(file: FileId) -> Self {
        Self {
            text: String::new(),
            file,
            lines: Vec::new(),
        }
    }

    fn push(&mut self, line: &str, at: usize) {
        self.lines.push((self.text.len(), at));
        self.text.push_str(line);
    }

    /// Where the byte at `offset` stands in the file.
    pub(super) fn position(&self, offset: usize) -> usize {
        let line = self.lines.partition_point(|(start, _)| *start <= offset);
        self.lines
            .get(line.saturating_sub(1))
            .map_or(0, |(start, at)| at + offset - start)
    }
}

impl Part {
    /// Where each line of `text` starts, in it and in the file. `text` was found at `offset`; its lines may
    /// lack what containers of CommonMark have before them.
    pub(super) fn line_starts(&self, text: &str, offset: usize) -> Vec<(usize, usize)> {
        let mut starts = Vec::new();
        let (mut at, mut from) = (0, offset);
        for (number, line) in text.split('\n').enumerate() {
            let rest = self.text.get(from..).unwrap_or_default();
            let end = rest.find('\n').unwrap_or(rest.len());
            let skipped = if number == 0 {
                0
            } else {
                rest[..end].rfind(line).unwrap_or(0)
            };
            starts.push((at, self.position(from + skipped)));
            at += line.len() + 1;
            from += end + 1;
        }
        starts
    }
}

enum Kind {
    Admonition,
    Details { open: bool },
    Tab,
}

struct Opener {
    kind: Kind,
    classes: String,
    title: Option<String>,
}

impl Opener {
    fn parse(line: &str) -> Option<Self> {
        let line = line.trim_end();
        let (kind, rest) = if let Some(rest) = line.strip_prefix("!!!") {
            (Kind::Admonition, rest)
        } else if let Some(rest) = line.strip_prefix("???+") {
            (Kind::Details { open: true }, rest)
        } else if let Some(rest) = line.strip_prefix("???") {
            (Kind::Details { open: false }, rest)
        } else {
            (Kind::Tab, line.strip_prefix("===")?)
        };
        let rest = rest.trim();
        let (classes, title) = match rest.split_once('"') {
            Some((classes, title)) => (classes, Some(title.strip_suffix('"')?)),
            None => (rest, None),
        };
        let classes = classes.trim();
        let is_class = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | ' ');
        let complete = if matches!(kind, Kind::Tab) {
            title.is_some()
        } else {
            !classes.is_empty() || title.is_some()
        };
        let fits = complete && classes.chars().all(is_class);
        fits.then(|| Self {
            kind,
            classes: classes.to_lowercase(),
            title: title.map(str::to_owned),
        })
    }

    fn title(&self) -> Option<String> {
        match &self.title {
            Some(title) if title.is_empty() => None,
            Some(title) => Some(title.clone()),
            None => {
                let first = self.classes.split(' ').next().unwrap_or("");
                let mut letters = first.chars();
                letters
                    .next()
                    .map(|c| c.to_uppercase().collect::<String>() + letters.as_str())
            }
        }
    }
}

/// Converts a part: Markdown between containers, and each container's body in its turn.
pub(super) fn convert(page: &mut Page, part: &Part, out: &mut String, depth: usize) {
    let mut plain = Part::empty(part.file);
    let mut tabs: Vec<(String, String)> = Vec::new();
    let mut fence: Option<(char, usize)> = None;
    let mut lines = part.text.split_inclusive('\n').zip(&part.lines).peekable();
    while let Some((line, (_, at))) = lines.next() {
        let opener = if fence.is_none() && depth < MAX_DEPTH {
            Opener::parse(line)
        } else {
            None
        };
        let Some(opener) = opener else {
            fence = next_fence(line, fence);
            if !line.trim().is_empty() {
                close_tabs(page, &mut tabs, out);
            }
            plain.push(line, *at);
            continue;
        };
        let mut body = Part::empty(part.file);
        while let Some((line, (_, at))) = lines.next_if(|(line, _)| line.trim().is_empty() || line.starts_with("    "))
        {
            let cut = if line.starts_with("    ") { 4 } else { 0 };
            body.push(&line[cut..], at + cut);
        }
        flush(page, &mut plain, out);
        if !matches!(opener.kind, Kind::Tab) {
            close_tabs(page, &mut tabs, out);
        }
        let mut inner = String::new();
        convert(page, &body, &mut inner, depth + 1);
        match opener.kind {
            Kind::Tab => tabs.push((opener.title.unwrap_or_default(), inner)),
            Kind::Admonition => write_admonition(&opener, &inner, out),
            Kind::Details { open } => write_details(&opener, open, &inner, out),
        }
    }
    close_tabs(page, &mut tabs, out);
    flush(page, &mut plain, out);
}

fn flush(page: &mut Page, plain: &mut Part, out: &mut String) {
    if !plain.text.trim().is_empty() {
        events::write(page, plain, out);
    }
    *plain = Part::empty(plain.file);
}

/// The fence that is open after `line`.
fn next_fence(line: &str, open: Option<(char, usize)>) -> Option<(char, usize)> {
    let text = line.trim();
    let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'));
    let count = mark.map_or(0, |mark| text.chars().take_while(|c| *c == mark).count());
    match (open, mark) {
        (None, Some(mark)) if count >= 3 => Some((mark, count)),
        (Some((fence, len)), Some(mark)) if mark == fence && count >= len && text.len() == count => None,
        (open, _) => open,
    }
}

fn write_admonition(opener: &Opener, inner: &str, out: &mut String) {
    out.push_str(&format!(
        "<div class=\"admonition {}\">\n",
        escape_attribute(&opener.classes)
    ));
    if let Some(title) = opener.title() {
        out.push_str(&format!("<p class=\"admonition-title\">{}</p>\n", escape_text(&title)));
    }
    out.push_str(inner);
    out.push_str("</div>\n");
}

fn write_details(opener: &Opener, open: bool, inner: &str, out: &mut String) {
    let open = if open { " open=\"open\"" } else { "" };
    out.push_str(&format!(
        "<details class=\"{}\"{open}>\n",
        escape_attribute(&opener.classes)
    ));
    let title = opener.title().unwrap_or_default();
    out.push_str(&format!(
        "<summary>{}</summary>\n{inner}</details>\n",
        escape_text(&title)
    ));
}

fn close_tabs(page: &mut Page, tabs: &mut Vec<(String, String)>, out: &mut String) {
    if tabs.is_empty() {
        return;
    }
    page.tab_sets += 1;
    let set = page.tab_sets;
    out.push_str(&format!(
        "<div class=\"tabbed-set tabbed-alternate\" data-tabs=\"{set}:{}\">",
        tabs.len()
    ));
    for number in 1..=tabs.len() {
        let checked = if number == 1 { " checked=\"checked\"" } else { "" };
        out.push_str(&format!(
            "<input{checked} id=\"__tabbed_{set}_{number}\" name=\"__tabbed_{set}\" type=\"radio\" />"
        ));
    }
    out.push_str("<div class=\"tabbed-labels\">");
    for (number, (title, _)) in tabs.iter().enumerate() {
        out.push_str(&format!(
            "<label for=\"__tabbed_{set}_{}\">{}</label>",
            number + 1,
            escape_text(title)
        ));
    }
    out.push_str("</div>\n<div class=\"tabbed-content\">\n");
    for (_, body) in tabs.drain(..) {
        out.push_str(&format!("<div class=\"tabbed-block\">\n{body}</div>\n"));
    }
    out.push_str("</div>\n</div>\n");
}
