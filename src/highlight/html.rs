//! Writes classed text as HTML lines: escaped, neighbours of one class in one span, no span across
//! a line end.
//!
//! Does not know where the classes come from.

/// The HTML written so far, and the class of the span that is open.
pub(super) struct HtmlLines {
    html: String,
    open: &'static str,
}

impl HtmlLines {
    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self {
            html: String::with_capacity(capacity),
            open: "",
        }
    }

    /// Appends `text` in `class`; the empty class is text outside a span.
    pub(super) fn push(&mut self, text: &str, class: &'static str) {
        let mut lines = text.split('\n');
        if let Some(first) = lines.next() {
            self.push_in_line(first, class);
        }
        for line in lines {
            self.close();
            self.html.push('\n');
            self.push_in_line(line, class);
        }
    }

    /// The whole HTML.
    pub(super) fn finish(mut self) -> String {
        self.close();
        self.html
    }

    fn push_in_line(&mut self, text: &str, class: &'static str) {
        if text.is_empty() {
            return;
        }
        if class != self.open {
            self.close();
            if !class.is_empty() {
                self.html.push_str("<span class=\"");
                self.html.push_str(class);
                self.html.push_str("\">");
            }
            self.open = class;
        }
        escape_into(&mut self.html, text);
    }

    fn close(&mut self) {
        if !self.open.is_empty() {
            self.html.push_str("</span>");
            self.open = "";
        }
    }
}

fn escape_into(html: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        let (before, after) = rest.split_at(at);
        html.push_str(before);
        html.push_str(match after.as_bytes().first() {
            Some(b'&') => "&amp;",
            Some(b'<') => "&lt;",
            Some(b'>') => "&gt;",
            Some(b'"') => "&quot;",
            _ => "&#39;",
        });
        rest = after.get(1..).unwrap_or_default();
    }
    html.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_merge_and_end_with_the_line() {
        let mut html = HtmlLines::with_capacity(0);
        html.push("\"a", "s");
        html.push("<b>", "s");
        html.push("\n\n c'", "s");
        html.push(" & ", "");
        html.push("x\n", "k");
        let expected = "<span class=\"s\">&quot;a&lt;b&gt;</span>\n\n\
                        <span class=\"s\"> c&#39;</span> &amp; <span class=\"k\">x</span>\n";
        assert_eq!(html.finish(), expected);
    }
}
