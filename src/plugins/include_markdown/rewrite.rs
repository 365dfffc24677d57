//! What becomes of an included text: relative addresses lead to the same places, headings move.
//!
//! Does not know directives. Code in fences is left alone, as the plugin does.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::site::relative_path;

/// Patterns whose first group is an address. A link is no image, which the caller sees to.
static PATTERNS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    const TITLE: &str = r#"(?:".*?"|'.*?')"#;
    let html = |names: &str, attribute: &str| {
        format!(r#"<(?:{names})(?:\s+[\w-]+(?:\s*=\s*)?(?:"[^"]*"|'[^']*')?)*?\s+{attribute}=["'](\S+?)["']"#)
    };
    let patterns = [
        format!(r"\[(?:[^\[\]]+(?:\[[^\[\]]+\][^\[\]]*)*)?\]\(\s*<?(.*?)>?\s*{TITLE}?\)"),
        format!(r"!\[.*?\]\([ \t]*<?(\S+?)>?[ \t]*(?:{TITLE}[ \t]*)?\)"),
        r#"(?m)^[ ]{0,4}\[.+\]:[ \t]*\n?[ \t]*<?(\S+?)>?[ \t]*\n?[ \t]*(?:["(].+?[")][ \t]*)?(?:\n+|\z)"#.to_owned(),
        html("img|source", "src"),
        html("a", "href"),
    ];
    patterns.iter().filter_map(|pattern| Regex::new(pattern).ok()).collect()
});

/// A text from `source`, shown on the page `target`: relative addresses as seen from there. Both
/// are paths of files.
pub(super) fn addresses(text: &str, source: &str, target: &str) -> String {
    let folder = |path: &str| path.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let (from, to) = (folder(source), folder(target));
    let address = |url: &str| {
        if url.starts_with(['/', '#']) || is_url(url) {
            return url.to_owned();
        }
        let mut moved = relative_path(&format!("{from}/{url}"), &to);
        if url.ends_with('/') {
            moved.push('/');
        }
        moved
    };
    outside_code(text, &|paragraphs| {
        PATTERNS
            .iter()
            .enumerate()
            .fold(paragraphs.to_owned(), |text, (at, pattern)| {
                let replace = |found: &Captures<'_>| {
                    let (Some(whole), Some(url)) = (found.get(0), found.get(1)) else {
                        return String::new();
                    };
                    let is_image = at == 0 && text[..whole.start()].ends_with('!');
                    if is_image {
                        return whole.as_str().to_owned();
                    }
                    let (before, after) = (&text[whole.start()..url.start()], &text[url.end()..whole.end()]);
                    format!("{before}{}{after}", address(url.as_str()))
                };
                pattern.replace_all(&text, replace).into_owned()
            })
    })
}

/// `name:` with two characters at least before the colon: a drive is none.
pub(super) fn is_url(text: &str) -> bool {
    let scheme = text.split_once(':').map_or("", |(scheme, _)| scheme);
    scheme.len() > 1 && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// Changes all but fenced code, and indented code after a line of blanks.
fn outside_code(text: &str, change: &dyn Fn(&str) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut prose = String::new();
    let mut indented = String::new();
    let mut fence: Option<&str> = None;
    let mut after_empty = false;
    let flush = |out: &mut String, prose: &mut String| {
        out.push_str(&change(prose));
        prose.clear();
    };
    for line in text.split_inclusive('\n') {
        let content = line.trim_start();
        if let Some(open) = fence {
            out.push_str(line);
            if content.starts_with(open) {
                fence = None;
            }
        } else if let Some(open) = ["```", "~~~"].into_iter().find(|open| content.starts_with(open)) {
            fence = Some(open);
            flush(&mut out, &mut prose);
            out.push_str(&std::mem::take(&mut indented));
            out.push_str(line);
        } else if line.starts_with("    ") && (content.is_empty() || !indented.is_empty()) {
            indented.push_str(line);
        } else {
            if !indented.is_empty() && after_empty {
                flush(&mut out, &mut prose);
                out.push_str(&indented);
            } else {
                prose.push_str(&indented);
            }
            indented.clear();
            prose.push_str(line);
        }
        after_empty = content.is_empty();
    }
    if !after_empty {
        prose.push_str(&std::mem::take(&mut indented));
    }
    flush(&mut out, &mut prose);
    out.push_str(&indented);
    out
}

/// Headings written with `#`, so many levels deeper, or less deep but at least of the first.
pub(super) fn headings(text: &str, offset: i64) -> String {
    let mut out = String::with_capacity(text.len());
    let mut fence: Option<&str> = None;
    for line in text.split_inclusive('\n') {
        let content = line.trim_start();
        let opens = ["```", "~~~"].into_iter().find(|open| content.starts_with(open));
        match (fence, opens) {
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, Some(mark)) => fence = Some(mark),
            (None, None) if line.starts_with('#') => {
                let rest = line.trim_start_matches('#');
                let level = i64::try_from(line.len() - rest.len()).unwrap_or(1);
                let level = level.saturating_add(offset).clamp(1, 99);
                out.push_str(&"#".repeat(usize::try_from(level).unwrap_or(1)));
                out.push_str(rest);
                continue;
            }
            _ => {}
        }
        out.push_str(line);
    }
    out
}

/// Without the white space that all lines begin with; lines of white space are emptied.
pub(super) fn dedent(text: &str) -> String {
    let margin_of = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let mut margin: Option<&str> = None;
    for line in text.lines().filter(|line| !line.trim_matches([' ', '\t']).is_empty()) {
        let own = &line[..margin_of(line)];
        margin = Some(match margin {
            None => own,
            Some(common) => {
                let same = common.bytes().zip(own.bytes()).take_while(|(a, b)| a == b).count();
                &common[..same]
            }
        });
    }
    let margin = margin.unwrap_or_default().len();
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let content = line.strip_suffix('\n').unwrap_or(line);
        if !content.trim_matches([' ', '\t']).is_empty() {
            out.push_str(&content[margin..]);
        }
        out.push_str(&line[content.len()..]);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{addresses, dedent, headings};

    #[test]
    fn addresses_lead_to_the_same_places() {
        let moved = |text: &str| addresses(text, "/d/parts/p.md", "/d/guide/page.md");
        for (text, expected) in [
            ("[a](b.md#c)", "[a](../parts/b.md#c)"),
            ("[a](../x/ \"T\")", "[a](../x/ \"T\")"),
            (
                "![i](i.png) [l](https://x.y) [m](mailto:a@b) [t](#u) [r](/r)",
                "![i](../parts/i.png) [l](https://x.y) [m](mailto:a@b) [t](#u) [r](/r)",
            ),
            ("[![i](i.png)](b.md)", "[![i](../parts/i.png)](../parts/b.md)"),
            ("[id]: b.md\n", "[id]: ../parts/b.md\n"),
            (
                "<img alt=\"x\" src=\"i.png\"> <a href='b.md'>b</a>",
                "<img alt=\"x\" src=\"../parts/i.png\"> <a href='../parts/b.md'>b</a>",
            ),
            (
                "```\n[a](b.md)\n```\n[a](b.md)\n",
                "```\n[a](b.md)\n```\n[a](../parts/b.md)\n",
            ),
        ] {
            assert_eq!(moved(text), expected);
        }
    }

    #[test]
    fn headings_and_margins() {
        assert_eq!(
            headings("# a\n```\n# b\n```\n## c\n", 2),
            "### a\n```\n# b\n```\n#### c\n"
        );
        assert_eq!(headings("### a\n# b\n", -2), "# a\n# b\n");
        assert_eq!(dedent("    a\n      b\n   \n    c"), "a\n  b\n\nc");
    }
}
