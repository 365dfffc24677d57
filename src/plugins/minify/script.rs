//! Style sheets and scripts without comments and indentation.

/// A style sheet without comments and needless white space; `/*! … */` stays.
///
/// # Errors
/// Where a comment begins that nothing closes.
pub(super) fn css(text: &str) -> Result<String, usize> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut blank = false;
    while let Some(c) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("/*") {
            let len = comment.find("*/").ok_or(text.len() - rest.len())? + 4;
            if comment.starts_with('!') {
                out.push_str(&rest[..len]);
            }
            blank = true;
            rest = &rest[len..];
            continue;
        }
        if c.is_ascii_whitespace() {
            blank = true;
            rest = &rest[1..];
            continue;
        }
        let len = if matches!(c, '"' | '\'') {
            string_len(rest, c)
        } else if rest.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("url(")) {
            url_len(rest)
        } else {
            c.len_utf8()
        };
        if matches!(c, '}') && out.ends_with(';') {
            out.pop();
        }
        // `:` and `+` mean other things with blanks before them in selectors and `calc`.
        let joins = |c: char| matches!(c, '{' | '}' | ';' | ',' | '>');
        if blank && !out.is_empty() && !joins(c) && !out.ends_with(joins) {
            out.push(' ');
        }
        blank = false;
        out.push_str(&rest[..len]);
        rest = &rest[len..];
    }
    Ok(out)
}

fn url_len(text: &str) -> usize {
    let inner = text[4..].trim_start();
    let start = text.len() - inner.len();
    let quoted = inner.chars().next().filter(|c| matches!(c, '"' | '\''));
    let start = start + quoted.map_or(0, |quote| string_len(inner, quote));
    text[start..].find(')').map_or(text.len(), |end| start + end + 1)
}

/// The length of the string at the start, its quotes included; a line end closes a broken one.
fn string_len(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' if quote != '`' => return at,
            c if c == quote => return at + c.len_utf8(),
            _ => {}
        }
    }
    text.len()
}

/// A script without comments, indentation and empty lines. Lines stay, so that no statement is
/// joined with the next; templates are taken as they are.
///
/// # Errors
/// Where a comment, text or template begins that nothing closes.
pub(super) fn js(text: &str) -> Result<String, usize> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    // Depths of braces in `${…}` of templates.
    let mut templates: Vec<usize> = Vec::new();
    let (mut blank, mut line) = (false, false);
    while let Some(c) = rest.chars().next() {
        if c.is_whitespace() {
            blank = true;
            line |= matches!(c, '\n' | '\u{2028}' | '\u{2029}');
            rest = &rest[c.len_utf8()..];
            continue;
        }
        if rest.starts_with("//") {
            rest = &rest[rest.find('\n').unwrap_or(rest.len())..];
            continue;
        }
        if let Some(comment) = rest.strip_prefix("/*") {
            let len = comment.find("*/").ok_or(text.len() - rest.len())? + 4;
            line |= rest[..len].contains('\n');
            blank = true;
            if comment.starts_with('!') {
                out.push_str(&rest[..len]);
            }
            rest = &rest[len..];
            continue;
        }
        separate(&mut out, c, (blank, line));
        (blank, line) = (false, false);
        let mut len = c.len_utf8();
        match c {
            '"' | '\'' => {
                len = string_len(rest, c);
                let is_closed = len > 1 && rest[..len].ends_with(c);
                if !is_closed {
                    return Err(text.len() - rest.len());
                }
            }
            '`' => {
                len = template_len(rest, 1, &mut templates).ok_or(text.len() - rest.len())?;
            }
            '{' => {
                if let Some(depth) = templates.last_mut() {
                    *depth += 1;
                }
            }
            '}' => match templates.last_mut() {
                Some(0) => {
                    templates.pop();
                    len = template_len(rest, 1, &mut templates).ok_or(text.len() - rest.len())?;
                }
                Some(depth) => *depth -= 1,
                None => {}
            },
            // After `)` and `}` it may be a division: then what is taken as it is does no harm.
            '/' if may_start_regex(&out) => len = regex_len(rest),
            _ => {}
        }
        out.push_str(&rest[..len]);
        rest = &rest[len..];
    }
    if templates.is_empty() { Ok(out) } else { Err(text.len()) }
}

/// What stands between the last token and `next`.
fn separate(out: &mut String, next: char, (blank, line): (bool, bool)) {
    if !blank && !line || out.is_empty() {
        return;
    }
    if line {
        out.push('\n');
        return;
    }
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '\\' | '#' | '@') || !c.is_ascii();
    let last = out.chars().next_back().unwrap_or(' ');
    let signs = matches!(last, '+' | '-' | '/' | '*' | '<' | '!' | '.') || next == '.';
    if is_word(last) && is_word(next) || signs || last == next {
        out.push(' ');
    }
}

/// The length of a template's text from its start to its end or to the next `${`, if it has either.
fn template_len(text: &str, skip: usize, templates: &mut Vec<usize>) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(skip) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '`' => return Some(at + 1),
            '$' if text[at..].starts_with("${") => {
                templates.push(0);
                return Some(at + 2);
            }
            _ => {}
        }
    }
    None
}

/// Whether a `/` after `before` may start a regular expression and need not be a division.
fn may_start_regex(before: &str) -> bool {
    let before = before.trim_end();
    let Some(last) = before.chars().next_back() else {
        return true;
    };
    if matches!(last, ']' | '"' | '\'' | '`') {
        return false;
    }
    if !(last.is_alphanumeric() || matches!(last, '_' | '$')) {
        return true;
    }
    let word = before
        .rsplit(|c: char| !c.is_alphanumeric() && c != '_' && c != '$')
        .next();
    let word = word.unwrap_or_default();
    [
        "return", "typeof", "case", "in", "of", "delete", "void", "throw", "new", "do", "else", "yield", "await",
    ]
    .contains(&word)
}

fn regex_len(text: &str) -> usize {
    let (mut escaped, mut class) = (false, false);
    for (at, c) in text.char_indices().skip(1) {
        match c {
            '\n' => return 1,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => class = true,
            ']' => class = false,
            '/' if !class => return at + 1,
            _ => {}
        }
    }
    1
}

#[cfg(test)]
mod tests {
    use super::{css, js};

    #[test]
    fn styles() {
        let css = |text| css(text).expect("a style sheet");
        assert_eq!(
            css(
                "/* a */ a > b ,\n c:hover  {\n  color: red;\n  width: calc(1px + 2px);\n}\n.d :first { content: \"a  /* b */\"; }"
            ),
            "a>b,c:hover{color: red;width: calc(1px + 2px)}.d :first{content: \"a  /* b */\"}"
        );
        assert_eq!(css("a{b:url( 'x  y' )}/*! keep */"), "a{b:url( 'x  y' )}/*! keep */");
    }

    #[test]
    fn scripts() {
        let js = |text| js(text).expect("a script");
        assert_eq!(
            js("// a\nlet  a = 1 // b\n\n  let b = a + +a\n"),
            "let a=1\nlet b=a+ +a"
        );
        assert_eq!(js("x = 'a // b'; /* c */ y"), "x='a // b';y");
        assert_eq!(
            js("a = `x  ${ b  + `/* ${c} */` }  y`;"),
            "a=`x  ${b+ `/* ${c} */`}  y`;"
        );
        assert_eq!(js("r = /[/*]  \\//g ;  q = a / b / c"), "r=/[/*]  \\//g;q=a/ b/ c");
        assert_eq!(js("return /a  b/"), "return/a  b/");
        assert_eq!(js("if (a) /b  c\"/.test(d) // e"), "if(a)/b  c\"/.test(d)");
        assert_eq!(js("(a) / b  // c\n+ d"), "(a)/ b  // c\n+ d");
    }

    #[test]
    fn what_is_not_closed_has_its_place() {
        assert_eq!(css("a{}\n/* b"), Err(4));
        for (text, at) in [
            ("a;\n/* b", 3),
            ("a = 'b\n'", 4),
            ("a = `b ${c}", 10),
            ("a = `b ${c", 10),
            ("a = \"", 4),
        ] {
            assert_eq!(js(text), Err(at), "{text}");
        }
        assert_eq!(js("a = 'b\\\nc'"), Ok("a='b\\\nc'".to_owned()));
    }
}
