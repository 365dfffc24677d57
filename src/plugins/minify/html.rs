//! HTML with less white space.

/// The options of `htmlmin` that change what browsers get.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(super) struct HtmlSpec {
    comments: bool,
    empty_space: bool,
    all_empty_space: bool,
    empty_attributes: bool,
    boolean_attributes: bool,
    quotes: bool,
}

/// Whether an option is known.
pub(super) enum Known {
    Yes,
    NoEffect,
    No,
}

impl Default for HtmlSpec {
    fn default() -> Self {
        Self {
            comments: false,
            empty_space: false,
            all_empty_space: false,
            empty_attributes: true,
            boolean_attributes: false,
            quotes: true,
        }
    }
}

impl HtmlSpec {
    pub(super) fn set(&mut self, name: &str, on: bool) -> Known {
        let field = match name {
            "remove_comments" => &mut self.comments,
            "remove_empty_space" => &mut self.empty_space,
            "remove_all_empty_space" => &mut self.all_empty_space,
            "reduce_empty_attributes" => &mut self.empty_attributes,
            "reduce_boolean_attributes" => &mut self.boolean_attributes,
            "remove_optional_attribute_quotes" => &mut self.quotes,
            "convert_charrefs" | "keep_pre" | "pre_tags" | "pre_attr" => return Known::NoEffect,
            _ => return Known::No,
        };
        *field = on;
        Known::Yes
    }
}

const RAW: [&str; 5] = ["pre", "textarea", "script", "style", "svg"];

/// `html` with runs of white space as one blank.
pub(super) fn minify(html: &str, spec: &HtmlSpec) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    loop {
        let at = rest.find('<').unwrap_or(rest.len());
        text(&mut out, &rest[..at], spec);
        rest = &rest[at..];
        if rest.is_empty() {
            return out;
        }
        if let Some(comment) = rest.strip_prefix("<!--") {
            let len = comment.find("-->").map_or(rest.len(), |end| end + 7);
            let kept = !spec.comments || comment.starts_with('!') || comment.starts_with("[if");
            if kept {
                out.push_str(&rest[..len]);
            }
            rest = &rest[len..];
            continue;
        }
        let Some(len) = tag_len(rest) else {
            out.push('<');
            rest = &rest[1..];
            continue;
        };
        let whole = &rest[..len];
        rest = &rest[len..];
        tag(&mut out, whole, spec);
        let name = tag_name(whole);
        if RAW.iter().any(|raw| name.eq_ignore_ascii_case(raw)) && !whole.ends_with("/>") {
            let end = end_of(rest, name);
            out.push_str(&rest[..end]);
            rest = &rest[end..];
        }
    }
}

fn text(out: &mut String, text: &str, spec: &HtmlSpec) {
    if text.trim_ascii().is_empty() {
        let drops = spec.all_empty_space || spec.empty_space && text.contains('\n');
        if !text.is_empty() && !drops && !out.ends_with([' ', '\n']) {
            out.push(' ');
        }
        return;
    }
    let mut blank = out.ends_with([' ', '\n']);
    for c in text.chars() {
        if c.is_ascii_whitespace() {
            if !blank {
                out.push(' ');
            }
            blank = true;
        } else {
            out.push(c);
            blank = false;
        }
    }
}

/// The length of the tag at the start, its `>` included.
fn tag_len(html: &str) -> Option<usize> {
    let bytes = html.as_bytes();
    if !bytes
        .get(1)
        .is_some_and(|b| b.is_ascii_alphabetic() || matches!(b, b'/' | b'!' | b'?'))
    {
        return None;
    }
    let mut quote = None;
    for (at, &byte) in bytes.iter().enumerate().skip(1) {
        match (quote, byte) {
            (Some(open), byte) if open == byte => quote = None,
            (None, b'"' | b'\'') if bytes[at - 1] == b'=' => quote = Some(byte),
            (None, b'>') => return Some(at + 1),
            _ => {}
        }
    }
    None
}

fn tag_name(tag: &str) -> &str {
    let name = tag.trim_start_matches('<');
    let end = name
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '-')
        .unwrap_or(name.len());
    &name[..end]
}

/// Where the closing tag of `name` starts; elements inside of the same name are counted.
fn end_of(html: &str, name: &str) -> usize {
    let lower = html.to_ascii_lowercase();
    let (open, close) = (
        format!("<{}", name.to_ascii_lowercase()),
        format!("</{}", name.to_ascii_lowercase()),
    );
    let nests = name.eq_ignore_ascii_case("svg");
    let mut depth = 1;
    let mut at = 0;
    while let Some(end) = lower[at..].find(&close) {
        if nests {
            depth += lower[at..at + end].matches(&open).count();
        }
        depth -= 1;
        at += end;
        if depth == 0 {
            return at;
        }
        at += close.len();
    }
    html.len()
}

/// A tag with one blank between attributes, without quotes and values that it does not need.
fn tag(out: &mut String, whole: &str, spec: &HtmlSpec) {
    let inner = &whole[1..whole.len() - 1];
    if inner.starts_with(['!', '?', '/']) {
        out.push_str(whole);
        return;
    }
    let name = tag_name(whole);
    out.push('<');
    out.push_str(name);
    let mut rest = inner[name.len()..].trim_start();
    let mut bare = false;
    while !rest.is_empty() {
        if rest == "/" {
            // A value without quotes must not swallow the slash.
            out.push_str(if bare { " /" } else { "/" });
            break;
        }
        let end = rest
            .find(|c: char| c == '=' || c.is_ascii_whitespace())
            .unwrap_or(rest.len());
        let key = &rest[..end.max(1)];
        rest = rest[key.len()..].trim_start();
        out.push(' ');
        out.push_str(key);
        bare = false;
        let Some(after) = rest.strip_prefix('=') else { continue };
        let after = after.trim_start();
        let (value, quote, next) = value(after);
        rest = next.trim_start();
        if value.is_empty() && spec.empty_attributes || spec.boolean_attributes && value == key {
            continue;
        }
        let needs = value.is_empty()
            || value.contains(|c: char| c.is_ascii_whitespace() || "\"'=<>`".contains(c))
            || value.ends_with('/');
        out.push('=');
        match quote {
            Some(quote) if needs || !spec.quotes => {
                out.push(quote);
                out.push_str(value);
                out.push(quote);
            }
            _ => {
                out.push_str(value);
                bare = true;
            }
        }
    }
    out.push('>');
}

/// The value at the start, its quote, and what follows.
fn value(text: &str) -> (&str, Option<char>, &str) {
    if let Some(quote) = text.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        let end = text[1..].find(quote).map_or(text.len(), |end| end + 1);
        return (&text[1..end], Some(quote), text.get(end + 1..).unwrap_or(""));
    }
    let end = text.find(|c: char| c.is_ascii_whitespace()).unwrap_or(text.len());
    (&text[..end], None, &text[end..])
}

#[cfg(test)]
mod tests {
    use super::{HtmlSpec, minify};

    #[test]
    fn only_white_space_between() {
        let spec = HtmlSpec::default();
        // What htmlmin 0.1.12 gives for the same.
        for (html, wanted) in [
            (
                "<p  class=\"a\"\n id='b c'>x\n\n  y</p>\n <b>z</b>",
                "<p class=a id='b c'>x y</p> <b>z</b>",
            ),
            ("<pre class=\"k\">a\n\n  b</pre>", "<pre class=k>a\n\n  b</pre>"),
            ("<textarea>\n a  b</textarea>", "<textarea>\n a  b</textarea>"),
            ("<script>a  =  '<p   >';</script>", "<script>a  =  '<p   >';</script>"),
            ("<img alt=\"\" src=\"a/\">", "<img alt src=\"a/\">"),
            ("<a href=\"x?a=b\">1 < 2</a>", "<a href=\"x?a=b\">1 < 2</a>"),
            ("<!-- a  b --><p>", "<!-- a  b --><p>"),
            ("<br/><img src=a />", "<br/><img src=a />"),
            ("<p title=\"a > b\">", "<p title=\"a > b\">"),
        ] {
            assert_eq!(minify(html, &spec), wanted);
        }
        let mut all = HtmlSpec::default();
        all.set("remove_comments", true);
        all.set("remove_all_empty_space", true);
        assert_eq!(minify("<p>a</p> <!-- b -->\n<p>", &all), "<p>a</p><p>");
    }
}
