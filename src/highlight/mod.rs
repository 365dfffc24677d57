//! Code to HTML spans that Pygments style sheets colour.
//!
//! Knows syntaxes and class names; does not know Markdown: fences, line numbers and titles are
//! written by `markdown`.

mod classes;
mod html;
mod languages;
mod lexers;
mod memo;
mod paint;
mod session;

pub use lexers::{lexer_alias, lexer_name};

use html::HtmlLines;
use lexers::{Engine, engine};
use paint::Painter;

/// Highlights `code` as `lang`, a name or alias as Pygments spells it.
///
/// The result is HTML: text escaped as Pygments does (`&`, `<`, `>`, `"`, `'` as `&amp;` `&lt;`
/// `&gt;` `&quot;` `&#39;`), tokens in `<span class="k">` with Pygments' short class names, no
/// span crossing a line end, no wrapper. Without its tags and unescaped it is `code` again.
/// `None` when no syntax is known under that name; the caller then writes plain text.
#[must_use]
pub fn highlight(code: &str, lang: &str) -> Option<String> {
    let mut html = HtmlLines::with_capacity(code.len() * 3);
    match engine(lang)? {
        Engine::Plain => html.push(code, ""),
        Engine::Output => html.push(code, "go"),
        Engine::Syntax(syntax, marks) => {
            paint::paint(code, Painter::new(syntax, marks), &mut html);
        }
        Engine::Session(session) => session::paint(code, session, &mut html),
    }
    Some(html.finish())
}

/// Whether code in a language that Pygments knows gets colours here; plain text counts.
#[must_use]
pub fn is_served(lang: &str) -> bool {
    lexers::engine(lang).is_some()
}

/// `text` escaped as Pygments escapes it.
#[must_use]
pub fn escape(text: &str) -> String {
    let mut html = HtmlLines::with_capacity(text.len());
    html.push(text, "");
    html.finish()
}
