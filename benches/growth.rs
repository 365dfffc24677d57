//! How time grows with a text: hostile input for every construct, at one length and at ten times
//! that length. Linear work gives a ratio of 10; quadratic work one of 100.
//!
//! `cargo bench --bench growth -- [PART]` tries the constructs whose name has PART: each one
//! repeated, nested and left open, then every two lines and every two bits of inline markup by
//! turns, each under several sets of extensions. Only what exceeds a ratio of 12.5 is printed,
//! and measured again until it is believed: at five times the lengths too, because leaving the caches
//! of the processor costs once (up to 1.2 times on a machine with other work), and growth costs at
//! every length. The summary comes last.

#![expect(clippy::print_stdout, reason = "a benchmark shows its figures")]

mod clock;

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Duration;

use chaski::files::Files;
use chaski::markdown::{Dialect, ExtensionUse, Markdown, convert};
use chaski::yaml::{Kind, Node};

/// The length of the short text in bytes.
const LENGTH: usize = 20_000;
/// The same for pairs, of which there are thousands.
const PAIR_LENGTH: usize = 4_000;
/// The ratio above which growth is shown.
const LIMIT: f64 = 12.5;
/// A short text that takes longer is not tried ten times as long.
const PATIENCE: Duration = Duration::from_millis(500);

/// Sets of extensions that do not exclude each other.
const DIALECTS: &[(&str, &str)] = &[
    ("core", ""),
    (
        "material",
        "admonition abbr attr_list def_list footnotes md_in_html tables toc pymdownx.details pymdownx.blocks.caption \
         pymdownx.blocks.admonition pymdownx.blocks.details pymdownx.blocks.tab pymdownx.blocks.html \
         pymdownx.blocks.definition pymdownx.tabbed pymdownx.superfences pymdownx.highlight pymdownx.inlinehilite \
         pymdownx.emoji pymdownx.arithmatex pymdownx.betterem pymdownx.caret pymdownx.tilde pymdownx.mark \
         pymdownx.critic pymdownx.keys pymdownx.magiclink pymdownx.smartsymbols pymdownx.tasklist pymdownx.snippets \
         pymdownx.fancylists pymdownx.saneheaders pymdownx.quotes pymdownx.progressbar",
    ),
    (
        "classic",
        "extra codehilite smarty sane_lists nl2br wikilinks meta toc legacy_em legacy_attrs callouts \
         mdx_truly_sane_lists markdown_include mdx_include pymdownx.escapeall pymdownx.striphtml pymdownx.b64 \
         pymdownx.pathconverter pymdownx.bracketspan mkdocs_autorefs",
    ),
];

/// Text that is repeated; `{i}` in it counts up.
const REPEATED: &[&str] = &[
    "a ",
    "a\n",
    "a\n\n",
    "a  \n",
    " ",
    "\n",
    "\t",
    "é",
    "\u{2}",
    "[",
    "]",
    "![",
    "[a](",
    "[a](b ",
    "[a](<",
    "[a](b \"",
    "[a](b 'c\" ",
    "[a][",
    "[a] [",
    "[a][b]",
    "[[a",
    "[[a]]",
    "[a]: ",
    "[a]: b\n",
    "[{i}]: b\n",
    "[{i}]: b\n\n",
    "[{i}]: b \"",
    "[{i}]:\nb\n'c'\n",
    "[{i}][{i}]\n\n[{i}]: c\n\n",
    "*",
    "**",
    "***",
    "_",
    "*a ",
    "**a ",
    "*a**b ",
    "a*",
    "*a_b ",
    "_a*b_ ",
    "***a**b ",
    "**a*b",
    "a_b_",
    "*_",
    "**_a ",
    "`",
    "``a`",
    "`a``",
    "\\",
    "\\`",
    "\\*",
    "<",
    "<a ",
    "<a>",
    "<a b=\"",
    "<a b='",
    "</a>",
    "<div>",
    "<div>\n",
    "</div>\n",
    "<div>\n\n",
    "<p>a\n\n",
    "<b><i>",
    "<!--",
    "<!-- a",
    "<!-- a --",
    "<!-- -->",
    "<?",
    "<? ?",
    "<!D",
    "<![",
    "<![CDATA[",
    "<![CDATA[ ]]",
    "<div markdown>\n",
    "<div markdown=\"1\">\n\n",
    "<div markdown>\n\n</div>\n",
    "<span markdown>",
    "<p markdown>a</p>\n",
    "<script>",
    "<script>\n\n",
    "<pre>\n\n",
    "<pre>a</pre>\n",
    "<http://a",
    "<a@b",
    "<a@b.c>",
    "&",
    "&#",
    "&a",
    "&amp;",
    "&#35;",
    "# a\n",
    "#\n",
    "# a #\\\n",
    "a\n===\n",
    "a\n---\n",
    "---\n",
    "* * *\n",
    "- ",
    "- a\n",
    "- a\n\n",
    "- a\n\n    b\n\n",
    "- a\n    - b\n",
    "- a\n  b\n",
    "1. a\n",
    "1. a\n\n",
    "1. a\n- b\n",
    "{i}. a\n",
    "a. b\n",
    "i) b\n",
    "#. a\n",
    "- [ ] a\n",
    "- [x] a\n\n",
    "> ",
    ">",
    "> a\n",
    "> a\n\n",
    "> > a\n",
    "> - a\n",
    "- > a\n",
    "> # a\n",
    "a\n> b\n",
    "    a\n",
    "    a\n\n",
    "        a\n\n",
    "a\n    b\n",
    "-\n",
    "- a\n\n        b\n\n",
    "!!! a\n",
    "!!! a\n    b\n",
    "!!! a \"",
    "!!! a \"b\"\n    c\n\n",
    "??? a\n    b\n",
    "???+ a \"b\"\n\n    c\n\n",
    "=== \"a\"\n",
    "=== \"a\"\n    b\n",
    "=== \"a\"\n\n    b\n\n",
    "===! \"a\"\n\n    b\n\n",
    "/// a\n",
    "///\n",
    "/// note | a\n",
    "/// note\nb\n///\n\n",
    "//// note\n/// tab | a\n",
    "/// details | a\n    b: c\n\n",
    "/// caption\na\n///\n",
    "a\n\n/// caption\nb\n///\n\n",
    "/// html | div\n",
    "```\n",
    "```a\n",
    "```\na\n```\n",
    "~~~\n",
    "~~~\n```\n",
    "````\n```\n",
    "    ```\n",
    "- ```\n",
    "> ```\n",
    "``` {.a\n",
    "``` a b=\"\n",
    "``` py hl_lines=\"1\"\na\n```\n",
    ":::py\na\n\n",
    "    :::py\n    a\n\n",
    "|a",
    "a|b\n",
    "a|b\n-|-\n",
    "|a|\n|-|\n|b|\n",
    "|a|\n|-|\n\n",
    "a|b\n-|-\nc|d\n\n",
    "|`",
    "\\|",
    "`|` |",
    "[^1]",
    "[^1]: a\n",
    "[^{i}]: a\n",
    "[^{i}]: a\n\n",
    "[^{i}][^{i}]\n\n[^{i}]: a\n\n",
    "[^{i}]:\n    a\n\n    b\n\n",
    "[^a]: [^a] ",
    "[^{i}]: a\n    [^{i}]\n",
    "*[a]: b\n",
    "*[a{i}]: b\n",
    "*[a{i}]: b\n\na{i} a{i}\n\n",
    "a{i} ",
    "a\n: b\n",
    "a\n\n: b\n\n",
    ": b\n",
    ":   a\n\n    b\n\n",
    "a\nb\n: c\n: d\n",
    "{",
    "{:",
    "{#",
    "{: .a",
    "{ .a }",
    "{: #a }",
    "{: a=\"",
    "{: a='b",
    "a {: .b }\n",
    "a\n{: .b }\n",
    "# a {#b}\n",
    "- a {: .b}\n",
    "*a*{: .b}",
    "*a*{",
    "[a](b){: c=\"",
    "# a\n## b\n",
    "# {i}\n",
    "# a_{i}\n",
    "$",
    "$$",
    "$a",
    "$a$",
    "$$\na\n\n",
    "\\(",
    "\\[",
    "\\(a\\)",
    "\\begin{a}",
    "\\begin{a}\n\n",
    "~",
    "~~",
    "~a~",
    "~~a ",
    "~a ",
    "^",
    "^a ",
    "^^a ",
    "^^a^b^",
    "==",
    "==a ",
    "==a==",
    "++",
    "++a",
    "++a+",
    "++a+b++",
    "++\"",
    "++\"a\"+",
    "--",
    "---",
    "...",
    "\"",
    "'",
    "\"a ",
    "'a ",
    "a'\"",
    "\"'",
    "<<",
    "<<a>>",
    "{++",
    "{++a",
    "{--a",
    "{~~a",
    "{~~a~>",
    "{~~a~>b",
    "{==a",
    "{==a==}",
    "{>>a",
    "{++a++}",
    "{++\n\n",
    "(c)",
    "(tm",
    "=>",
    "+/-",
    "1/2 ",
    "c/o",
    ":",
    ":a",
    ":a:",
    ":smile:",
    ":smile",
    "::",
    "http://",
    "http://a.b ",
    "http://a(",
    "http://a.b/(c",
    "www.",
    "www.a.b ",
    "a@b",
    "a@b.c ",
    "@a ",
    "#1 ",
    "a/b#1 ",
    "a/b@c ",
    "a.",
    "a.a",
    "https://github.com/a/b ",
    "mailto:",
    "[=",
    "[=5",
    "[=5%",
    "[=5% \"",
    "[=5% \"a\"]\n",
    "[=5%]{: .a",
    "--8<-- \"",
    "--8<--\n",
    "--8<-- \"a\"\n",
    "{!",
    "{!a",
    "{!a!}\n",
    "[TOC]\n",
    "[TOC]\n\n",
    "[TOC]\n\n# a\n\n",
    "`#!",
    "`#!py a` ",
    "`:::py a` ",
    "> [!note]\n",
    "> [!note]\n> a\n\n",
    "NOTE: a\n\n",
    "> !!! a\n",
    "a: b\n",
    "a:\n    b\n",
    "{@a=b}",
    "*a {@b=c}",
    "![](data:",
    "<img src=\"",
    "<a href=\"b\">",
    "<a href=b>c</a>",
    "[a][b{i}] ",
    "[a]{.b",
    "[a]{",
    "[a][`b`] ",
    "<a onclick=\"",
    "<span style='a'>",
    "- - - a\n",
    "1. - a\n",
    "- # a\n",
    "> > > ",
    "- a\n\n    # b\n\n",
    "- a\n\n    - b\n\n        - c\n\n",
    "* a\n\n1. b\n\n",
    "a\n\n    b\n\n- c\n\n",
    "- a\nb\n",
    "- a\n\nb\n\n",
    "!!! a\n\n    - b\n\n        c\n\n",
    "=== \"a\"\n\n    !!! b\n\n        c\n\n",
];

/// What opens, what is inside, what closes.
const NESTED: &[(&str, &str, &str)] = &[
    ("[", "a", "](b)"),
    ("![", "a", "](b)"),
    ("[", "a", "][b]"),
    ("[a", "b", "]"),
    ("[](", "a", ")"),
    ("[a](b(", "c", "))"),
    ("*", "a", "*"),
    ("**", "a", "**"),
    ("*a ", "b", " c*"),
    ("**a ", "b", " c**"),
    ("*a **b ", "c", " d** e*"),
    ("_a *b ", "c", " d* e_"),
    ("~~a ", "b", " c~~"),
    ("^^a ", "b", " c^^"),
    ("==a ", "b", " c=="),
    ("`", "a", "`"),
    ("<b>", "a", "</b>"),
    ("<div>", "a", "</div>"),
    ("<div>\n", "a\n", "</div>\n"),
    ("<div>\n\n", "a\n", "\n\n</div>"),
    ("<div markdown>\n", "a\n", "</div>\n"),
    ("<div markdown>\n\n", "a\n\n", "</div>\n\n"),
    ("<span markdown>", "a", "</span>"),
    ("<p markdown>", "a", "</p>"),
    ("{++", "a", "++}"),
    ("{==", "a", "==}"),
    ("{~~", "a", "~>b~~}"),
    ("$", "a", "$"),
    ("\\(", "a", "\\)"),
    ("\\begin{a}", "b", "\\end{a}"),
    ("\"", "a", "\""),
    ("'\"", "a", "\"'"),
    ("((", "a", "))"),
    ("> ", "a", ""),
    ("- ", "a", ""),
    ("1. ", "a", ""),
    ("> - ", "a", ""),
    ("[^a", "b", "]"),
    ("{!", "a", "!}"),
    ("<!--", "a", "-->"),
    ("<?", "a", "?>"),
    ("/// note\n", "a\n", "///\n"),
    ("/// note\n\n", "a\n\n", "///\n\n"),
    ("/// tab | a\n\n", "a\n\n", "///\n\n"),
    ("```\n", "a\n", "```\n"),
    ("[a](b \"", "c", "\")"),
    ("++", "a", "++"),
    ("[[", "a", "]]"),
];

/// Lines indented a column, a level or two more than the one before, down to a depth, then again.
const STEPPED: &[&str] = &[
    "- a\n",
    "- a\n\n",
    "1. a\n",
    "> a\n",
    "!!! a\n",
    "!!! a\n\n",
    "??? a\n\n",
    "=== \"a\"\n\n",
    "```\n",
    "- ```\n",
    "[^1]:\n\n",
    ": a\n\n",
    "a\n\n",
    "<div>\n",
    "<div markdown>\n\n",
    "- > a\n",
    "/// note\n",
];

/// Lines of which every two are put together.
const LINES: &[&str] = &[
    "a",
    "",
    "# a",
    "#",
    "---",
    "===",
    "- a",
    "1. a",
    "    - a",
    "    a",
    "        a",
    "> a",
    "> - a",
    ">",
    "[a]: b",
    "[a]:",
    "a|b",
    "-|-",
    "```",
    "~~~",
    "    ```",
    "> ```",
    "!!! a",
    "??? a",
    "=== \"a\"",
    "/// note",
    "///",
    "<div>",
    "</div>",
    "<div markdown>",
    "<!-- a",
    "-->",
    "[^1]: a",
    "*[a]: b",
    ": a",
    "{: .a }",
    "$$",
    "\\begin{a}",
    "[TOC]",
    "--8<--",
    "--8<-- \"a\"",
    "[=5%]",
    "> [!note]",
    "a  ",
    "{!a!}",
    "- [ ] a",
    "a:  b",
    "<p markdown>a",
    "<script>",
    "{++",
    "++}",
    "  - a",
    "i. a",
    "    :::py",
    "# a {#b}",
    "\\[",
];

/// Bits of inline markup of which every two are put together.
const BITS: &[&str] = &[
    "a", " ", "\n", "*", "**", "_", "__", "`", "``", "\\", "<", ">", "<a", "</a>", "<!--", "-->", "\"", "'", "[", "]",
    "](", "][", "]:", "!", "(", ")", "&", "&#", ";", "{", "}", "{:", "$", "\\(", "\\)", "~", "~~", "^", "==", "++",
    "+", ":", "::", ".", "@", "#", "/", "http://", "www.", "%", "{++", "++}", "~>", "|", "[^", "[[", "]]", "-", "--",
    "0", "é", "=",
];

fn dialect(names: &str) -> Dialect {
    let entry = |name: &str| {
        // Painting code is syntect's work; how that grows is known.
        let paint = matches!(name, "pymdownx.highlight" | "codehilite");
        let key = Node::bare(Kind::Str("use_pygments".to_owned()));
        let options = paint.then(|| (key, Node::bare(Kind::Bool(false))));
        ExtensionUse {
            name: name.to_owned(),
            options: Node::bare(Kind::Map(options.into_iter().collect())),
            span: None,
        }
    };
    let uses: Vec<ExtensionUse> = names.split_whitespace().map(entry).collect();
    Dialect::new(&uses, true, PathBuf::from("."), Vec::new()).value
}

fn time(text: &str, dialect: &Dialect) -> Duration {
    let files = Files::new();
    let file = files.add(Path::new("bench.md"), "");
    let start = clock::now();
    let source = Markdown {
        text,
        file: file.id,
        offset: 0,
    };
    black_box(convert(source, dialect, &files).value.html.len());
    clock::now() - start
}

fn best(runs: usize, text: &str, dialect: &Dialect) -> Duration {
    (0..runs).map(|_| time(text, dialect)).min().unwrap_or_default()
}

/// How much longer the long text takes. Less than half a millisecond cannot be told from nothing.
fn ratio(short: Duration, long: Duration) -> f64 {
    long.as_secs_f64() / short.as_secs_f64().max(5e-4)
}

fn repeat(unit: &str, length: usize) -> String {
    let mut text = String::with_capacity(length + unit.len() + 16);
    let mut number = 0;
    while text.len() < length {
        number += 1;
        if unit.contains("{i}") {
            text.push_str(&unit.replace("{i}", &number.to_string()));
        } else {
            text.push_str(unit);
        }
    }
    text
}

fn nest((open, inside, close): (&str, &str, &str), length: usize) -> String {
    let times = length / (open.len() + close.len());
    [open.repeat(times), inside.to_owned(), close.repeat(times)].concat()
}

fn step(line: &str, width: usize, depth: usize, length: usize) -> String {
    let mut text = String::new();
    let mut level = 0;
    while text.len() < length {
        text.push_str(&" ".repeat(level * width));
        text.push_str(line);
        level = (level + 1) % depth;
    }
    text
}

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

struct Hunt {
    dialects: Vec<(&'static str, Dialect)>,
    part: String,
    tried: usize,
    found: Vec<(f64, String)>,
}

impl Hunt {
    /// Tries what `make` makes at two lengths under every dialect.
    fn attempt(&mut self, name: &str, length: usize, make: impl Fn(usize) -> String) {
        if !name.contains(&self.part) {
            return;
        }
        let (once, ten) = (make(length), make(10 * length));
        for (dialect_name, dialect) in &self.dialects {
            self.tried += 1;
            let label = format!("{dialect_name:8} {name}");
            let mut short = best(3, &once, dialect);
            if short > PATIENCE {
                println!(
                    "{label}: {:.0} ms for {} kB, not tried at ten times that",
                    short.as_secs_f64() * 1e3,
                    length / 1000
                );
                self.found.push((f64::INFINITY, label));
                continue;
            }
            let mut long = time(&ten, dialect);
            // A ratio is believed when it stays: the machine has other work as well.
            for _ in 0..4 {
                if ratio(short, long) <= LIMIT || long > 40 * short {
                    break;
                }
                short = short.min(best(3, &once, dialect));
                long = long.min(time(&ten, dialect));
            }
            let mut found = ratio(short, long);
            if found > LIMIT && long < PATIENCE {
                let (once, ten) = (make(5 * length), make(50 * length));
                for _ in 0..3 {
                    found = found.min(ratio(best(3, &once, dialect), best(2, &ten, dialect)));
                }
            }
            if found > LIMIT {
                println!(
                    "{label}: ratio {found:.1}, {:.1} ms at {} kB",
                    long.as_secs_f64() * 1e3,
                    length / 100
                );
                self.found.push((found, label));
            }
        }
    }
}

fn main() {
    let part = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let mut hunt = Hunt {
        dialects: DIALECTS.iter().map(|(name, uses)| (*name, dialect(uses))).collect(),
        part: part.unwrap_or_default(),
        tried: 0,
        found: Vec::new(),
    };
    for unit in REPEATED {
        hunt.attempt(&format!("repeated {unit:?}"), LENGTH, |length| repeat(unit, length));
        if unit.ends_with('\n') && !unit.ends_with("\n\n") {
            hunt.attempt(&format!("after text {unit:?}"), LENGTH, |length| {
                format!("a\n{}", repeat(unit, length))
            });
            let quoted = format!("> {}\n", unit.trim_end().replace('\n', "\n> "));
            hunt.attempt(&format!("quoted {unit:?}"), LENGTH, |length| repeat(&quoted, length));
            let item = format!("    {}\n", unit.trim_end().replace('\n', "\n    "));
            hunt.attempt(&format!("in item {unit:?}"), LENGTH, |length| {
                format!("- a\n\n{}", repeat(&item, length))
            });
            hunt.attempt(&format!("in admonition {unit:?}"), LENGTH, |length| {
                format!("!!! a\n{}", repeat(&item, length))
            });
        }
    }
    for parts in NESTED {
        hunt.attempt(&format!("nested {parts:?}"), LENGTH, |length| nest(*parts, length));
        hunt.attempt(&format!("closed {parts:?}"), LENGTH, |length| {
            repeat(&[parts.0, parts.1, parts.2].concat(), length)
        });
    }
    for line in STEPPED {
        for (width, depth) in [(1, 40), (2, 40), (4, 20), (4, 90)] {
            let name = format!("stepped by {width} to {depth} {line:?}");
            hunt.attempt(&name, LENGTH, |length| step(line, width, depth, length));
        }
    }
    for first in LINES {
        for second in LINES {
            let unit = format!("{first}\n{second}\n");
            hunt.attempt(&format!("lines {unit:?}"), PAIR_LENGTH, |length| repeat(&unit, length));
        }
    }
    for first in BITS {
        for second in BITS {
            let unit = format!("{first}{second}");
            hunt.attempt(&format!("bits {unit:?}"), PAIR_LENGTH, |length| repeat(&unit, length));
        }
    }
    hunt.found.sort_by(|a, b| b.0.total_cmp(&a.0));
    println!("{} tried, {} above {LIMIT}", hunt.tried, hunt.found.len());
}
