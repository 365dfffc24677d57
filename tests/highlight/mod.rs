//! Highlighting: nothing of the code is lost, and its classes are those that Pygments gives.
//!
//! `pygments.txt` is written by `scripts/highlight-reference` from the files in `samples`.

use std::collections::HashMap;
use std::path::Path;

use chaski::highlight::highlight;
use proptest::prelude::*;

const REFERENCE: &str = include_str!("pygments.txt");

/// The least share of tokens, in percent, whose class is that of Pygments.
const AGREEMENT: &[(&str, usize)] = &[
    ("awk", 84),
    ("bash", 95),
    ("cmake", 100),
    ("console", 100),
    ("cpp", 96),
    ("css", 95),
    ("cuda", 87),
    ("diff", 100),
    ("docker", 93),
    ("fortran", 94),
    ("go", 98),
    ("html", 92),
    ("ini", 90),
    ("java", 97),
    ("javascript", 95),
    ("json", 100),
    ("julia", 89),
    ("lua", 91),
    ("make", 92),
    ("markdown", 95),
    ("matlab", 81),
    ("nginx", 78),
    ("perl", 93),
    ("powershell", 84),
    ("pycon", 90),
    ("python", 95),
    ("r", 97),
    ("rust", 89),
    ("slurm", 97),
    ("sql", 95),
    ("tcl", 89),
    ("toml", 97),
    ("typescript", 94),
    ("xml", 100),
    ("yaml", 95),
];

fn sample(lang: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/highlight/samples");
    std::fs::read_to_string(folder.join(lang)).expect("a sample")
}

/// The code in the HTML, with the class of each character.
fn unpaint(html: &str) -> Vec<(char, String)> {
    let mut painted = Vec::new();
    let mut class = String::new();
    let mut rest = html;
    while let Some(first) = rest.chars().next() {
        let after = if let Some(tag) = rest.strip_prefix("<span class=\"") {
            let (name, after) = tag.split_once("\">").expect("a span is closed");
            assert!(
                class.is_empty() && !name.is_empty(),
                "a span in a span, or no class: {html}"
            );
            class = name.to_owned();
            after
        } else if let Some(after) = rest.strip_prefix("</span>") {
            assert!(!class.is_empty(), "a span is closed twice: {html}");
            class.clear();
            after
        } else {
            let entities = [
                ("&amp;", '&'),
                ("&lt;", '<'),
                ("&gt;", '>'),
                ("&quot;", '"'),
                ("&#39;", '\''),
            ];
            let entity = entities.iter().find(|(entity, _)| rest.starts_with(entity));
            let (length, character) = entity.map_or((first.len_utf8(), first), |(entity, c)| (entity.len(), *c));
            assert!(entity.is_some() || !"&<>\"'".contains(first), "not escaped: {html}");
            assert!(first != '\n' || class.is_empty(), "a span crosses a line end: {html}");
            painted.push((character, class.clone()));
            &rest[length..]
        };
        rest = after;
    }
    assert!(class.is_empty(), "a span is left open: {html}");
    painted
}

fn assert_keeps(code: &str, lang: &str) {
    let html = highlight(code, lang).expect(lang);
    let text: String = unpaint(&html).into_iter().map(|(character, _)| character).collect();
    assert_eq!(text, code, "{lang}");
}

/// The class of each token, line by line, as `pygments.txt` has them.
fn classes(painted: &[(char, String)]) -> Vec<&str> {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    let mut found = Vec::new();
    let mut before = ' ';
    for (character, class) in painted {
        let goes_on = is_word(*character) && is_word(before);
        if !character.is_whitespace() && !goes_on {
            found.push(if ["", "n"].contains(&class.as_str()) {
                "-"
            } else {
                class
            });
        }
        before = *character;
    }
    found
}

#[test]
fn classes_are_those_of_pygments() {
    let floors: HashMap<_, _> = AGREEMENT.iter().copied().collect();
    let mut low = Vec::new();
    for section in REFERENCE.split("== ").skip(1) {
        let (lang, wanted) = section.split_once('\n').expect("a section has a name");
        let wanted: Vec<_> = wanted.split_whitespace().collect();
        let code = sample(lang);
        assert_keeps(&code, lang);
        let painted = unpaint(&highlight(&code, lang).expect("served"));
        let found = classes(&painted);
        assert_eq!(found.len(), wanted.len(), "{lang}: the tokens differ");
        let same = found.iter().zip(&wanted).filter(|(found, wanted)| found == wanted);
        let percent = same.count() * 100 / wanted.len();
        let floor = floors.get(lang).copied().unwrap_or(101);
        if percent < floor {
            low.push(format!("(\"{lang}\", {percent}),"));
        }
    }
    assert!(low.is_empty(), "below the least share:\n{}", low.join("\n"));
}

#[test]
fn names_without_a_syntax_are_left_to_the_caller() {
    assert_eq!(highlight("x", "no-such-language"), None);
    assert_eq!(highlight("x", "brainfuck"), None);
    assert_eq!(highlight("a < b\n", "text").as_deref(), Some("a &lt; b\n"));
    assert_eq!(
        highlight("a\nb", "output").as_deref(),
        Some("<span class=\"go\">a</span>\n<span class=\"go\">b</span>")
    );
}

#[test]
fn a_session_is_prompts_input_and_answers() {
    let session = "\n$ echo 'a' \\\n  b\na b\n>>> no\n";
    let html = highlight(session, "console").expect("served");
    let expected = "\n<span class=\"gp\">$ </span><span class=\"nb\">echo</span> \
                    <span class=\"s1\">&#39;a&#39;</span> <span class=\"se\">\\</span>\n  b\n\
                    <span class=\"go\">a b</span>\n<span class=\"go\">&gt;&gt;&gt; no</span>\n";
    assert_eq!(html, expected);
}

#[test]
fn long_lines_are_kept_plain() {
    for line in ["x = 1; ".repeat(1000), " ".repeat(9000), "a b\n".repeat(500)] {
        for lang in ["python", "ini", "markdown", "bash"] {
            assert_keeps(&line, lang);
        }
    }
    let html = highlight(&"x = 1; ".repeat(1000), "python").expect("served");
    assert!(!html.contains("<span"));
}

/// Every language of ours, by the first alias.
fn languages() -> Vec<&'static str> {
    AGREEMENT.iter().map(|(lang, _)| *lang).collect()
}

#[test]
fn every_language_keeps_every_sample() {
    // One language's code under another's name reaches rules that its own does not.
    let codes: Vec<_> = languages().into_iter().map(sample).collect();
    for (at, lang) in languages().into_iter().enumerate() {
        for code in codes.iter().cycle().skip(at).take(4) {
            assert_keeps(code, lang);
            assert_keeps(code.trim_end(), lang);
            assert_keeps(&code.replace('\n', "\r\n"), lang);
        }
    }
    for lang in [
        "latex", "ruby", "php", "nginx", "kotlin", "haskell", "vue", "scss", "jinja", "org", "rst", "vim", "zig",
        "nix", "groff",
    ] {
        for code in &codes {
            assert_keeps(code, lang);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost(code in "[ \\n\\ta-z0-9$#<>&\"'(){}\\[\\]=:;,.+*/\\\\`|~@%é-]{0,120}", at in 0..AGREEMENT.len()) {
        assert_keeps(&code, AGREEMENT[at].0);
    }

    #[test]
    fn nothing_is_lost_of_any_text(code in "\\PC{0,40}(\\n\\PC{0,40}){0,3}", at in 0..AGREEMENT.len()) {
        assert_keeps(&code, AGREEMENT[at].0);
    }
}
