use super::*;

const FILE: FileId = FileId(0);

fn ok(text: &str) -> Node {
    let checked = parse_part(text, FILE, 0).expect(text);
    assert_eq!(checked.problems, [], "{text}");
    checked.value
}

/// A tree in one line, with the text that each scalar's span covers.
fn show(node: &Node, text: &str) -> String {
    let list = |items: &[Node]| items.iter().map(|item| show(item, text)).collect::<Vec<_>>().join(", ");
    let place = node
        .span
        .map_or("?", |span| &text[span.start as usize..span.end as usize]);
    match &node.kind {
        Kind::Null => format!("null@{place}"),
        Kind::Bool(value) => format!("{value}@{place}"),
        Kind::Int(value) => format!("{value}@{place}"),
        Kind::Float(value) => format!("{value}f@{place}"),
        Kind::Str(value) => format!("{value:?}@{place}"),
        Kind::Seq(items) => format!("[{}]", list(items)),
        Kind::Map(entries) => {
            let entries: Vec<_> = entries
                .iter()
                .map(|(key, value)| format!("{}: {}", show(key, text), show(value, text)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        Kind::Tagged(tag, inner) => format!("<{tag} {}>", show(inner, text)),
    }
}

#[test]
fn values_know_their_place() {
    let text = "ñandú: yes\nlist:\n  - 'no'\n  - 0o17 # c\nmap: {a: 1.5, \"b\": ~}\n";
    assert_eq!(
        show(&ok(text), text),
        r#"{"ñandú"@ñandú: true@yes, "list"@list: ["no"@'no', "0o17"@0o17], "map"@map: {"a"@a: 1.5f@1.5, "b"@"b": null@~}}"#
    );
}

#[test]
fn collections_span_their_content() {
    let text = "a:\n  - b\n  - c: d\nnext: [1,\n  2]\n";
    let node = ok(text);
    let of = |node: &Node| node.span.map(|span| &text[span.start as usize..span.end as usize]);
    assert_eq!(node.get("a").and_then(of), Some("- b\n  - c: d"));
    assert_eq!(node.get("next").and_then(of), Some("[1,\n  2]"));
}

#[test]
fn tags_are_kept_and_never_run() {
    let text = "a: !ENV [A, 'b', 1]\nb: !!python/name:a.b.c\nc: !!python/name:a.b ''\nd: !!python/object/apply:f.g {kwds: {case: lower}}\ne: !relative\nf: !!str 12\ng: !!int '12'\nh: ! 12\n? !ENV NAME\n: x\n";
    let node = ok(text);
    let kind = |key: &str| node.get(key).map(|node| node.kind.clone());
    assert!(
        matches!(kind("a"), Some(Kind::Tagged(tag, inner)) if tag == "!ENV" && inner.as_seq().is_some_and(|s| s.len() == 3))
    );
    for key in ["b", "c"] {
        assert!(
            matches!(kind(key), Some(Kind::Tagged(tag, _)) if tag.starts_with("tag:yaml.org,2002:python/name:a.b"))
        );
    }
    assert!(
        matches!(kind("d"), Some(Kind::Tagged(tag, inner)) if tag == "tag:yaml.org,2002:python/object/apply:f.g" && inner.get("kwds").is_some())
    );
    assert!(matches!(kind("e"), Some(Kind::Tagged(tag, _)) if tag == "!relative"));
    assert_eq!(kind("f"), Some(Kind::Str("12".into())));
    assert_eq!(kind("g"), Some(Kind::Int(12)));
    assert_eq!(kind("h"), Some(Kind::Str("12".into())));
    let entries = node.as_map().expect("a mapping");
    assert!(matches!(&entries.last().expect("entries").0.kind, Kind::Tagged(tag, _) if tag == "!ENV"));
}

#[test]
fn merge_keys_and_duplicates() {
    let text = "x: &x {a: 1, b: 2}\ny: &y {b: 3, c: 4}\nz:\n  b: 9\n  <<: [*x, *y]\n  d: 5\n";
    // Order and values as Python has them: {'b': 9, 'c': 4, 'a': 1, 'd': 5}.
    assert_eq!(
        ok(text).get("z").map(|z| z.to_json().to_string()).as_deref(),
        Some(r#"{"b":9,"c":4,"a":1,"d":5}"#)
    );
    let checked = parse_part("a: 1\nb: 2\na: 3\n", FILE, 0).expect("valid");
    assert_eq!(checked.value.to_json().to_string(), r#"{"a":3,"b":2}"#);
    assert_eq!(checked.problems.len(), 1);
    assert_eq!(checked.problems[0].code, "yaml-duplicate-key");
    assert_eq!(checked.problems[0].span, Some(Span::new(FILE, 10, 11)));
}

#[test]
fn collections_are_no_keys() {
    let checked = parse_part("title: {{ page }}\n", FILE, 0).expect("valid");
    assert_eq!(checked.problems.len(), 1);
    assert_eq!(checked.problems[0].severity, Severity::Error);
}

#[test]
fn dates_are_text_and_must_exist() {
    assert_eq!(ok("d: 2024-02-29").to_json()["d"], "2024-02-29");
    assert_eq!(ok("d: '2023-02-29'").to_json()["d"], "2023-02-29");
    for text in ["d: 2023-02-29", "d: 2024-13-01", "d: 0000-01-01"] {
        let checked = parse_part(text, FILE, 0).expect("valid");
        assert_eq!(
            (checked.problems.len(), checked.problems[0].code),
            (1, "yaml-date"),
            "{text}"
        );
    }
}

#[test]
fn nothing_is_null() {
    for text in ["", "\n\n", "# only a comment\n", "---\n", "---\n...\n"] {
        assert!(ok(text).is_null(), "{text:?}");
    }
}

#[test]
fn syntax_errors_have_place_and_advice() {
    let cases = [
        ("a: b: c\n", "mapping values are not allowed", 4),
        ("a:\n\tb: 1\n", "cannot start any token", 3),
        ("a: [1, 2\nb: 3\n", "did not find expected", 10),
        ("a: *x\n", "unknown anchor", 3),
        ("a: 'x\n", "unexpected end of stream", 6),
        ("a: 1\n---\nb: 2\n", "more than one document", 0),
    ];
    for (text, message, at) in cases {
        let problem = parse_part(text, FILE, 100).expect_err(text);
        assert!(problem.message.contains(message), "{text:?}: {}", problem.message);
        assert_eq!(problem.span.map(|span| span.start), Some(100 + at), "{text:?}");
        assert_eq!(problem.help.len(), 1);
        assert!(!problem.message.contains(" line "), "{}", problem.message);
    }
}

#[test]
fn hostile_texts_end_soon() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let alias = format!("*a{}, ", level - 1).repeat(9);
        bomb.push_str(&format!("a{level}: &a{level} [{alias}]\n"));
    }
    assert!(parse_part(&bomb, FILE, 0).is_err());
    let wide = format!("a: &a [{}]\nb: [{}]\n", "x, ".repeat(5_000), "*a, ".repeat(5_000));
    assert!(parse_part(&wide, FILE, 0).is_err());
    assert!(parse_part("&x [*x, *x]", FILE, 0).is_err());
    for open in ["[", "{", "- ", "? ", "{a: ", "!x ["] {
        let _ = parse_part(&open.repeat(20_000), FILE, 0);
    }
    let deep: String = (0..3_000).map(|level| format!("{}a:\n", " ".repeat(level))).collect();
    assert!(parse_part(&deep, FILE, 0).is_err());
    for text in [
        "\0",
        "a: \u{7}",
        "%YAML 9.9\n---\na",
        "!!<x",
        "&",
        "*",
        "? ",
        ": ",
        "- - -",
        "\u{feff}a: 1",
        "<<: 1\n",
    ] {
        let _ = parse_part(text, FILE, 0);
    }
}

mod properties {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_text_parses_or_is_a_problem(text in "[a-c:{}\\[\\],&*!|>'\"?#~<\\- \n\t\u{e9}0-9.]{0,60}") {
            if let Ok(checked) = parse_part(&text, FILE, 0) {
                check(&checked.value, &text);
            }
        }
    }

    fn check(node: &Node, text: &str) {
        if let Some(span) = node.span {
            assert!(
                text.get(span.start as usize..span.end as usize).is_some(),
                "{span:?} in {text:?}"
            );
        }
        match &node.kind {
            Kind::Seq(items) => items.iter().for_each(|item| check(item, text)),
            Kind::Map(entries) => entries.iter().for_each(|(key, value)| {
                check(key, text);
                check(value, text);
            }),
            Kind::Tagged(_, inner) => check(inner, text),
            _ => {}
        }
    }
}
