//! TeX mathematics as MathML (`chaski: math: mathml`), so that readers need no script.
//!
//! Formulas are found by the extensions of both dialects, which leave them here; they are written
//! when all of a page are known, so that equations are numbered through it and `\eqref` finds those
//! that come later. What cannot be read stays as it is without this option.

use math_core::{LatexToMathML, MathCoreConfig, MathDisplay};

use super::converter::Converter;
use super::stash::Stashed;
use super::text::{Line, Pos};
use super::tree::{NodeId, Text};
use crate::report::Severity;

/// A formula of a page.
#[derive(Debug)]
pub(crate) struct Formula {
    /// What is between the delimiters.
    pub(crate) tex: String,
    /// Whether it stands by itself.
    pub(crate) display: bool,
}

/// Why a formula could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unreadable {
    /// The byte of the formula at which it went wrong.
    pub(crate) at: usize,
    /// What is wrong.
    pub(crate) message: String,
}

impl Unreadable {
    /// The problem as it is shown.
    pub(crate) fn message(&self) -> String {
        format!("mathematics is left to a script: {}", self.message)
    }
}

/// How many commands, groups and scripts a formula may have. The parser is recursive, and needs at
/// most `STACK` bytes for each (measured: 2 KiB).
const LIMIT: usize = 20_000;
const STACK: usize = 8 << 10;
/// So many are safe on the stack of any thread.
const FEW: usize = 40;

/// The formulas of a page as MathML.
pub(crate) fn write(formulas: &[Formula]) -> Vec<Result<String, Unreadable>> {
    let most = formulas.iter().map(size).filter(|size| *size <= LIMIT).max();
    let most = most.unwrap_or(0);
    if most <= FEW {
        return convert(formulas);
    }
    std::thread::scope(|scope| {
        let stack = (1 << 20) + most * STACK;
        let thread = std::thread::Builder::new()
            .stack_size(stack)
            .spawn_scoped(scope, || convert(formulas));
        thread.ok().and_then(|thread| thread.join().ok())
    })
    .unwrap_or_else(|| formulas.iter().map(|_| Err(too_long())).collect())
}

/// An upper bound of how deep the parser goes.
fn size(formula: &Formula) -> usize {
    let opens = |byte: &u8| matches!(byte, b'\\' | b'{' | b'[' | b'^' | b'_' | b'&');
    formula.tex.bytes().filter(|byte| opens(byte)).count()
}

fn too_long() -> Unreadable {
    Unreadable {
        at: 0,
        message: format!("it has more than {LIMIT} commands and groups"),
    }
}

fn convert(formulas: &[Formula]) -> Vec<Result<String, Unreadable>> {
    let config = MathCoreConfig {
        allow_unreliable_rendering: true,
        ..MathCoreConfig::default()
    };
    let Ok(converter) = LatexToMathML::new(config) else {
        return formulas.iter().map(|_| Err(too_long())).collect();
    };
    let prepared: Vec<String> = formulas.iter().map(prepare).collect();
    let snippets: Vec<(&str, MathDisplay)> = formulas
        .iter()
        .zip(&prepared)
        .map(|(formula, tex)| {
            let display = if formula.display {
                MathDisplay::Block
            } else {
                MathDisplay::Inline
            };
            (tex.as_str(), display)
        })
        .collect();
    let results = converter.convert_all(&snippets).into_iter();
    let results = results.zip(formulas.iter().zip(&prepared));
    let result = |(result, (formula, tex)): (Result<math_core::ConvertResult, _>, (&Formula, &String))| match result {
        _ if size(formula) > LIMIT => Err(too_long()),
        Ok(result) => Ok(result.mathml),
        Err(error) => {
            let error: Box<math_core::LatexError> = error;
            // Where a formula was rewritten before it was read, its start has to do.
            let at = if *tex == formula.tex { error.0.start } else { 0 };
            Err(Unreadable {
                at: at.min(formula.tex.len()),
                message: error.error_message().trim_end_matches('.').to_owned(),
            })
        }
    };
    results.map(result).collect()
}

/// The formula in words that the parser knows: it has `subarray` but no `\substack`, and takes `\tag`
/// only where equations are numbered.
fn prepare(formula: &Formula) -> String {
    if size(formula) > LIMIT {
        return String::new();
    }
    let mut tex = formula.tex.clone();
    while let Some(at) = tex.find("\\substack{") {
        let from = at + "\\substack{".len();
        let Some(len) = group(&tex[from..]) else { break };
        let inner = tex[from..from + len].to_owned();
        tex.replace_range(
            at..=from + len,
            &format!("{{\\begin{{subarray}}{{c}}{inner}\\end{{subarray}}}}"),
        );
    }
    let numbered = ["equation", "align", "gather", "multline", "flalign"];
    let is_numbered = || {
        numbered
            .iter()
            .any(|name| tex.contains(&format!("\\begin{{{name}}}")) || tex.contains(&format!("\\begin{{{name}*}}")))
    };
    if formula.display && tex.contains("\\tag") && !is_numbered() {
        return format!("\\begin{{equation}}{tex}\\end{{equation}}");
    }
    tex
}

/// The length of a group whose opening brace is before `text`.
fn group(text: &str) -> Option<usize> {
    let (mut depth, mut escaped) = (0_usize, false);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'{' => depth += 1,
            b'}' if depth == 0 => return Some(at),
            b'}' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// Where a formula of a page in MkDocs' dialect is shown.
#[derive(Debug)]
enum Place {
    /// In an element.
    Element(NodeId),
    /// In the stash, with what stands around it.
    Stash { index: usize, start: String, end: String },
}

/// The formulas of a page in MkDocs' dialect.
#[derive(Debug, Default)]
pub(crate) struct Formulas {
    list: Vec<Formula>,
    places: Vec<Place>,
    /// Where each of their lines starts: byte and position.
    lines: Vec<Vec<(usize, Pos)>>,
}

impl Formulas {
    /// A formula whose element is there already, as scripts would take it.
    pub(crate) fn add(&mut self, element: NodeId, formula: Formula, lines: Vec<(usize, Pos)>) {
        self.push(Place::Element(element), formula, lines);
    }

    /// A formula whose HTML is item `index` of the stash; `start` and `end` are its element's tags.
    pub(crate) fn add_stashed(
        &mut self,
        index: usize,
        tags: (String, String),
        formula: Formula,
        lines: Vec<(usize, Pos)>,
    ) {
        let (start, end) = tags;
        self.push(Place::Stash { index, start, end }, formula, lines);
    }

    fn push(&mut self, place: Place, formula: Formula, lines: Vec<(usize, Pos)>) {
        self.list.push(formula);
        self.places.push(place);
        self.lines.push(lines);
    }
}

/// Where the lines of a text start that is made of `block`, its first `cut` bytes left out.
pub(crate) fn line_starts(block: &[Line<'_>], cut: usize) -> Vec<(usize, Pos)> {
    let mut starts = Vec::with_capacity(block.len());
    let mut at = 0;
    for (number, line) in block.iter().enumerate() {
        let skip = if number == 0 { cut } else { 0 };
        starts.push((at, line.pos + super::text::to_pos(skip)));
        at += line.text.len() + 1 - skip.min(line.text.len());
    }
    starts
}

/// The tree pass: writes all formulas. It runs late, because ids of headings are made of the TeX.
pub(crate) fn run(cx: &mut Converter<'_>) {
    let formulas = std::mem::take(&mut cx.memory.formulas);
    if formulas.list.is_empty() {
        return;
    }
    let results = write(&formulas.list);
    for ((result, place), lines) in results.into_iter().zip(formulas.places).zip(formulas.lines) {
        match (result, place) {
            (Ok(mathml), Place::Element(element)) => {
                let mark = cx.stash.store(mathml).to_string();
                cx.tree[element].children.clear();
                cx.tree[element].text = Text::plain(mark);
            }
            (Ok(mathml), Place::Stash { index, start, end }) => {
                cx.stash.replace(index, Stashed::Html(format!("{start}{mathml}{end}")));
            }
            (Err(problem), _) => {
                let line = lines.partition_point(|(at, _)| *at <= problem.at);
                let (at, pos) = lines.get(line.saturating_sub(1)).copied().unwrap_or_default();
                let pos = pos + super::text::to_pos(problem.at - at);
                cx.report("math-unreadable", Severity::Info, problem.message(), (pos, 0));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Formula, write};

    fn one(tex: &str, display: bool) -> Result<String, (usize, String)> {
        let formula = Formula {
            tex: tex.to_owned(),
            display,
        };
        let mut results = write(&[formula]);
        results.remove(0).map_err(|problem| (problem.at, problem.message))
    }

    #[test]
    fn formulas_become_mathml() {
        assert_eq!(
            one("x^2", false).as_deref(),
            Ok("<math><msup><mi>x</mi><mn>2</mn></msup></math>")
        );
        let substack = one("\\sum_{\\substack{i<n\\\\ {j}>0}} x", true);
        assert!(substack.is_ok_and(|html| html.starts_with("<math display=\"block\">") && html.contains("<mtable")));
        let tagged = one("a = b \\tag{7}", true);
        assert!(tagged.is_ok_and(|html| html.contains("(7)")));
    }

    #[test]
    fn what_is_wrong_has_a_place() {
        assert_eq!(
            one("a + \\nada", false),
            Err((4, "Unknown command \"\\nada\"".to_owned()))
        );
        assert!(one("\\frac{1}{", false).is_err());
    }

    #[test]
    fn equations_are_numbered_through_the_page() {
        let tex = |tex: &str| Formula {
            tex: tex.to_owned(),
            display: true,
        };
        let page = [
            tex("\\begin{equation}a\\end{equation}"),
            tex("b \\eqref{later}"),
            tex("\\begin{equation}c\\label{later}\\end{equation}"),
        ];
        let html: Vec<String> = write(&page).into_iter().filter_map(Result::ok).collect();
        assert!(
            html[0].contains("(1)") && html[1].contains('2') && html[2].contains("(2)"),
            "{html:?}"
        );
    }

    #[test]
    fn deep_nesting_is_no_crash() {
        for (open, close) in [
            ("{", "}"),
            ("\\frac{", "}{1}"),
            ("\\sqrt", ""),
            ("\\displaystyle", ""),
            ("x_{", "}"),
        ] {
            for count in [50, 4_000, 100_000] {
                let _ = one(&format!("{}x{}", open.repeat(count), close.repeat(count)), true);
            }
        }
    }
}
