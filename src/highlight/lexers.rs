//! The names under which Pygments knows languages, and which of our syntaxes serves each.
//!
//! Does not know how code is coloured.

use std::sync::LazyLock;

use syntect::parsing::{SyntaxReference, SyntaxSet};

use super::paint::Marks;
use super::session::Session;
use crate::bundled::{Section, find};

static SYNTAXES: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// What colours a language.
pub(super) enum Engine {
    /// Nothing: the text itself.
    Plain,
    /// All of it is a program's output.
    Output,
    /// One of the syntaxes, and lines that it does not tell from others.
    Syntax(&'static SyntaxReference, Marks),
    /// Prompts, with a syntax for what follows them.
    Session(Session),
}

/// The name Pygments gives the language for automatic titles, such as `Python` for `py`; `None`
/// for an unknown alias. Case does not matter.
#[must_use]
pub fn lexer_name(lang: &str) -> Option<&'static str> {
    lexer(lang).map(|(_, name)| name)
}

/// The first alias of the language, for `language-…` classes, such as `python` for `py3`; `None`
/// for an unknown alias. Case does not matter.
#[must_use]
pub fn lexer_alias(lang: &str) -> Option<&'static str> {
    lexer(lang).map(|(alias, _)| alias)
}

fn lexer(lang: &str) -> Option<(&'static str, &'static str)> {
    find(Section::Lexers, lang)
        .or_else(|| find(Section::Lexers, &lang.to_lowercase()))?
        .split_once('\t')
}

/// Every syntax, loaded once; regexes are compiled when a syntax is first used.
pub(super) fn syntaxes() -> &'static SyntaxSet {
    &SYNTAXES
}

/// What colours `lang`; `None` when Pygments does not know the name or no syntax serves it.
pub(super) fn engine(lang: &str) -> Option<Engine> {
    let alias = lexer_alias(lang)?;
    Some(match alias {
        "text" => Engine::Plain,
        "output" => Engine::Output,
        _ => match Session::of(alias) {
            Some(session) => Engine::Session(session),
            None => Engine::Syntax(syntax(alias)?, marks(alias)),
        },
    })
}

/// Lines of one class: directives of Slurm, heads of files in a diff.
fn marks(alias: &str) -> Marks {
    match alias {
        "slurm" => &[("#SBATCH", "kp")],
        "diff" | "dpatch" | "wdiff" => &[("diff ", "gh"), ("index ", "gh"), ("Index", "gh")],
        _ => &[],
    }
}

/// The syntax that serves a first alias.
pub(super) fn syntax(alias: &str) -> Option<&'static SyntaxReference> {
    let row = SERVED.binary_search_by_key(&alias, |&(alias, _)| alias).ok()?;
    SERVED.get(row).and_then(|(_, name)| SYNTAXES.find_syntax_by_name(name))
}

/// First alias of a lexer → name of the syntax, sorted.
const SERVED: &[(&str, &str)] = &[
    ("actionscript", "ActionScript"),
    ("actionscript3", "ActionScript"),
    ("ada", "Ada"),
    ("agda", "Haskell"),
    ("apacheconf", "Apache Conf"),
    ("applescript", "AppleScript"),
    ("arduino", "C++"),
    ("aspectj", "Java"),
    ("aspx-cs", "HTML (ASP)"),
    ("aspx-vb", "HTML (ASP)"),
    ("awk", "AWK"),
    ("bash", "Bourne Again Shell (bash)"),
    ("batch", "Batch File"),
    ("bibtex", "BibTeX"),
    ("bitbake", "Bourne Again Shell (bash)"),
    ("boo", "Python"),
    ("bst", "BibTeX"),
    ("bugs", "R"),
    ("c", "C"),
    ("capnp", "Protocol Buffer"),
    ("ceylon", "Java"),
    ("cfc", "CFML"),
    ("cfm", "CFML"),
    ("cfs", "CFML Script"),
    ("chapel", "C++"),
    ("charmci", "C++"),
    ("clojure", "Clojure"),
    ("clojurescript", "Clojure"),
    ("cmake", "CMake"),
    ("coffeescript", "CoffeeScript"),
    ("common-lisp", "Lisp"),
    ("componentpascal", "Pascal"),
    ("cpp", "C++"),
    ("cr", "Crystal"),
    ("cryptol", "Haskell"),
    ("csharp", "C#"),
    ("css", "CSS"),
    ("css+django", "CSS"),
    ("css+php", "CSS"),
    ("css+ruby", "CSS"),
    ("cuda", "C++"),
    ("cython", "Python"),
    ("d", "D"),
    ("dart", "Dart"),
    ("debcontrol", "Email"),
    ("debian.sources", "Email"),
    ("debsources", "debsources"),
    ("delphi", "Pascal"),
    ("desktop", "INI"),
    ("devicetree", "C"),
    ("diff", "Diff"),
    ("django", "Jinja2"),
    ("docker", "Dockerfile (with bash)"),
    ("dpatch", "Diff"),
    ("dtd", "XML"),
    ("ec", "C"),
    ("elixir", "Elixir"),
    ("elm", "Elm"),
    ("emacs-lisp", "Lisp"),
    ("email", "Email"),
    ("erb", "HTML (Rails)"),
    ("erlang", "Erlang"),
    ("extempore", "Lisp"),
    ("fennel", "Clojure"),
    ("fish", "Fish"),
    ("fortran", "Fortran (Modern)"),
    ("fortranfixed", "Fortran (Fixed Form)"),
    ("fsharp", "F#"),
    ("gas", "x86_64 Assembly"),
    ("gdscript", "GDScript (Godot Engine)"),
    ("genshi", "XML"),
    ("gleam", "Rust"),
    ("glsl", "GLSL"),
    ("gnuplot", "gnuplot"),
    ("go", "Go"),
    ("golo", "Java"),
    ("gosu", "Java"),
    ("graphql", "GraphQL"),
    ("graphviz", "Graphviz (DOT)"),
    ("groff", "Groff/troff"),
    ("groovy", "Groovy"),
    ("gst", "Java"),
    ("haml", "Ruby Haml"),
    ("handlebars", "HTML (Jinja2)"),
    ("haskell", "Haskell"),
    ("haxe", "ActionScript"),
    ("hlsl", "GLSL"),
    ("html", "HTML"),
    ("html+cheetah", "HTML"),
    ("html+django", "HTML (Jinja2)"),
    ("html+evoque", "HTML"),
    ("html+genshi", "HTML"),
    ("html+handlebars", "HTML (Jinja2)"),
    ("html+lasso", "HTML"),
    ("html+mako", "HTML"),
    ("html+myghty", "HTML"),
    ("html+ng2", "HTML"),
    ("html+php", "PHP"),
    ("html+smarty", "HTML"),
    ("html+twig", "HTML (Twig)"),
    ("html+ul4", "HTML"),
    ("html+velocity", "HTML"),
    ("http", "HTTP Request and Response"),
    ("hylang", "Lisp"),
    ("idris", "Idris"),
    ("ini", "INI"),
    ("ioke", "Ruby"),
    ("jags", "R"),
    ("janet", "Clojure"),
    ("jasmin", "x86_64 Assembly"),
    ("java", "Java"),
    ("javascript", "JavaScript"),
    ("javascript+django", "JavaScript"),
    ("javascript+php", "JavaScript"),
    ("javascript+ruby", "JavaScript"),
    ("json", "JSON"),
    ("json5", "JavaScript"),
    ("jsonld", "JSON"),
    ("jsonnet", "jsonnet"),
    ("jsp", "Java Server Page (JSP)"),
    ("jsx", "JavaScript (Babel)"),
    ("julia", "Julia"),
    ("kotlin", "Kotlin"),
    ("kql", "SQL"),
    ("ldapconf", "Apache Conf"),
    ("lean", "Lean 4"),
    ("lean4", "Lean 4"),
    ("less", "Less"),
    ("lighttpd", "nginx"),
    ("liquid", "HTML (Jinja2)"),
    ("literate-haskell", "Literate Haskell"),
    ("literate-idris", "Literate Haskell"),
    ("livescript", "LiveScript"),
    ("llvm", "LLVM"),
    ("llvm-mir", "LLVM"),
    ("lua", "Lua"),
    ("luau", "Lua"),
    ("make", "Makefile"),
    ("mako", "HTML"),
    ("markdown", "Markdown"),
    ("mason", "HTML"),
    ("matlab", "MATLAB"),
    ("meson", "Python"),
    ("mime", "Email"),
    ("modula2", "Pascal"),
    ("mojo", "Python"),
    ("moonscript", "CoffeeScript"),
    ("mql", "C++"),
    ("mxml", "XML"),
    ("myghty", "HTML"),
    ("mysql", "SQL"),
    ("nasm", "x86_64 Assembly"),
    ("nemerle", "C#"),
    ("nesc", "C"),
    ("newlisp", "Lisp"),
    ("ng2", "HTML"),
    ("nginx", "nginx"),
    ("nimrod", "Nim"),
    ("nixos", "Nix"),
    ("nsis", "NSIS"),
    ("numpy", "Python"),
    ("objective-c", "Objective-C"),
    ("objective-c++", "Objective-C++"),
    ("objective-j", "Objective-C"),
    ("ocaml", "OCaml"),
    ("octave", "MATLAB"),
    ("odin", "Odin"),
    ("ooc", "C"),
    ("openscad", "C"),
    ("org", "orgmode"),
    ("pacmanconf", "INI"),
    ("pawn", "C"),
    ("perl", "Perl"),
    ("perl6", "Perl"),
    ("php", "PHP"),
    ("pig", "SQL"),
    ("pike", "C"),
    ("pkgconfig", "Bourne Again Shell (bash)"),
    ("plpgsql", "SQL"),
    ("postgresql", "SQL"),
    ("pot", "Java Properties"),
    ("powershell", "PowerShell"),
    ("procfile", "YAML"),
    ("promela", "C"),
    ("properties", "Java Properties"),
    ("protobuf", "Protocol Buffer"),
    ("psql", "SQL"),
    ("puppet", "Puppet"),
    ("purescript", "PureScript"),
    ("python", "Python"),
    ("python2", "Python"),
    ("qml", "QML"),
    ("qvto", "Java"),
    ("racket", "Racket"),
    ("rd", "Rd (R Documentation)"),
    ("reasonml", "OCaml"),
    ("registry", "INI"),
    ("rego", "Rego"),
    ("restructuredtext", "reStructuredText"),
    ("rhtml", "HTML (Rails)"),
    ("robotframework", "Robot Framework"),
    ("rql", "SQL"),
    ("ruby", "Ruby"),
    ("rust", "Rust"),
    ("sass", "Sass"),
    ("scala", "Scala"),
    ("scheme", "Lisp"),
    ("scilab", "MATLAB"),
    ("scss", "SCSS"),
    ("singularity", "Bourne Again Shell (bash)"),
    ("slim", "Ruby Slim"),
    ("slurm", "Bourne Again Shell (bash)"),
    ("smarty", "HTML"),
    ("sml", "SML"),
    ("solidity", "Solidity"),
    ("spec", "Bourne Again Shell (bash)"),
    ("splus", "R"),
    ("sql", "SQL"),
    ("sql+jinja", "SQL"),
    ("sqlite3", "SQL"),
    ("squidconf", "Apache Conf"),
    ("ssp", "Java Server Page (JSP)"),
    ("stan", "C++"),
    ("swift", "Swift"),
    ("swig", "C++"),
    ("systemd", "INI"),
    ("systemverilog", "SystemVerilog"),
    ("tads3", "C++"),
    ("tasm", "x86_64 Assembly"),
    ("tcl", "Tcl"),
    ("tcsh", "Bourne Again Shell (bash)"),
    ("tea", "HTML"),
    ("teal", "Lua"),
    ("terraform", "Terraform"),
    ("tex", "LaTeX"),
    ("thrift", "Protocol Buffer"),
    ("todotxt", "Todo.txt"),
    ("toml", "TOML"),
    ("trac-wiki", "MediaWiki"),
    ("tsql", "SQL"),
    ("tsx", "TypeScriptReact"),
    ("twig", "HTML (Twig)"),
    ("typescript", "TypeScript"),
    ("typst", "Typst"),
    ("ucode", "JavaScript"),
    ("unixconfig", "passwd"),
    ("urbiscript", "C++"),
    ("usd", "Python"),
    ("vala", "C#"),
    ("vb.net", "ASP"),
    ("vbscript", "ASP"),
    ("vcl", "C"),
    ("velocity", "HTML"),
    ("verilog", "Verilog"),
    ("vhdl", "VHDL"),
    ("vim", "VimL"),
    ("vue", "Vue Component"),
    ("vyper", "Vyper"),
    ("wdiff", "Diff"),
    ("wgsl", "WGSL"),
    ("whiley", "Java"),
    ("wikitext", "MediaWiki"),
    ("x10", "Java"),
    ("xml", "XML"),
    ("xml+django", "XML"),
    ("xml+mako", "XML"),
    ("xml+php", "XML"),
    ("xml+ruby", "XML"),
    ("xslt", "XML"),
    ("xtend", "Java"),
    ("xul+mozpreproc", "XML"),
    ("yaml", "YAML"),
    ("yaml+jinja", "Salt State (SLS)"),
    ("zeek", "C"),
    ("zig", "Zig"),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::bundled::keys;

    #[test]
    fn names_are_those_of_pygments() {
        for (alias, name, first) in [
            ("py", "Python", "python"),
            ("PY3", "Python", "python"),
            ("c++", "C++", "cpp"),
            ("sh", "Bash", "bash"),
            ("console", "Bash Session", "console"),
            ("yml", "YAML", "yaml"),
            ("text", "Text only", "text"),
            ("dockerfile", "Docker", "docker"),
        ] {
            assert_eq!(lexer_name(alias), Some(name), "{alias}");
            assert_eq!(lexer_alias(alias), Some(first), "{alias}");
        }
        for unknown in ["nextflow", "none", "", "py\tthon", "c+++"] {
            assert_eq!(lexer_name(unknown), None, "{unknown:?}");
        }
    }

    #[test]
    fn every_row_is_a_lexer_and_a_syntax() {
        assert!(SERVED.is_sorted_by_key(|(alias, _)| alias));
        for (alias, name) in SERVED {
            assert_eq!(lexer_alias(alias), Some(*alias), "{alias} is no first alias");
            assert!(SYNTAXES.find_syntax_by_name(name).is_some(), "no syntax {name}");
        }
    }

    #[test]
    fn the_languages_that_sites_use_are_served() {
        let served = keys(Section::Lexers).filter(|alias| engine(alias).is_some());
        assert!(served.count() >= 490);
    }

    /// The manual names every language that is shown without colours, and no other one.
    #[test]
    fn languages_without_colours_are_named() {
        let without: BTreeSet<String> = keys(Section::Lexers)
            .filter_map(lexer)
            .filter(|(alias, _)| engine(alias).is_none())
            .map(|(alias, name)| format!("| `{alias}` | {name} |"))
            .collect();
        let manual = include_str!("../../docs/uncoloured-languages.md");
        let rows = manual.lines().filter(|line| line.starts_with("| `"));
        let named: BTreeSet<String> = rows.map(str::to_owned).collect();
        let differ: Vec<&String> = without.symmetric_difference(&named).collect();
        assert!(differ.is_empty(), "run scripts/uncoloured-languages: {differ:?}");
    }
}
