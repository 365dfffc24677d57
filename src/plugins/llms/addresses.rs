//! Relative addresses of a Markdown text.

use std::sync::LazyLock;

use regex::Regex;

/// `(pattern, group of the address)`, in the order of the original.
static PATTERNS: LazyLock<Vec<(Regex, usize)>> = LazyLock::new(|| {
    let sources = [
        // Links; what stands before shows whether it is an image.
        (
            r#"(^|[^!])\[(?:[^\[\]]+(?:\[[^\[\]]+\][^\[\]]*)*)?\]\(\s*<?(.*?)>?\s*(?:"[^"]*"|'[^']*')?\)"#,
            2,
        ),
        (r#"!\[.*?\]\([ \t]*<?(\S+?)>?[ \t]*(?:(?:".*?"|'.*?')[ \t]*)?\)"#, 1),
        (
            r#"(?m)^[ ]{0,4}\[.+\]:[ \t]*\n?[ \t]*<?(\S+?)>?[ \t]*(?:\n?[ \t]*["(].+?[")][ \t]*)?$"#,
            1,
        ),
        (
            r#"<(?:img|source)\b(?:\s+[\w-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'))?)*?\s+src=["'](\S+?)["']"#,
            1,
        ),
        (
            r#"<a\b(?:\s+[\w-]+(?:\s*=\s*(?:"[^"]*"|'[^']*'))?)*?\s+href=["'](\S+?)["']"#,
            1,
        ),
    ];
    let compiled = sources
        .into_iter()
        .map(|(source, group)| Some((Regex::new(source).ok()?, group)));
    compiled.flatten().collect()
});

/// Relative addresses of a text as `change` gives them. Code is left as it is.
pub(super) fn addresses(text: &str, change: impl Fn(&str) -> String) -> String {
    outside_code(text, |paragraph| {
        let mut text = paragraph.to_owned();
        for (pattern, group) in PATTERNS.iter() {
            let mut out = String::with_capacity(text.len());
            let mut copied = 0;
            for found in pattern.captures_iter(&text) {
                let Some(url) = found.get(*group) else { continue };
                out.push_str(&text[copied..url.start()]);
                out.push_str(&changed(url.as_str(), &change));
                copied = url.end();
            }
            out.push_str(&text[copied..]);
            text = out;
        }
        text
    })
}

fn changed(url: &str, change: &impl Fn(&str) -> String) -> String {
    let colon = url.find(':').filter(|at| {
        url[..*at]
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    });
    if url.is_empty() || colon.is_some() || url.starts_with(['/', '#', '<']) {
        return url.to_owned();
    }
    change(url)
}

/// Applies `change` to what is no fenced and no indented code.
fn outside_code(text: &str, change: impl Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut paragraph = String::new();
    let mut fence: Option<String> = None;
    let mut after_blank = true;
    let mut in_code = false;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_start();
        if let Some(open) = &fence {
            out.push_str(line);
            if trimmed.starts_with(open.as_str()) {
                fence = None;
            }
            after_blank = trimmed.is_empty();
            continue;
        }
        if trimmed.starts_with("```") || trimmed.starts_with("~~~") {
            fence = Some(trimmed[..3].to_owned());
            out.push_str(&change(&paragraph));
            paragraph.clear();
            out.push_str(line);
            continue;
        }
        let is_indented = line.starts_with("    ") && !trimmed.is_empty();
        in_code = is_indented && (in_code || after_blank && paragraph.trim_end().is_empty());
        if in_code {
            out.push_str(&change(&paragraph));
            paragraph.clear();
            out.push_str(line);
        } else {
            paragraph.push_str(line);
        }
        after_blank = trimmed.is_empty();
    }
    out.push_str(&change(&paragraph));
    out
}
