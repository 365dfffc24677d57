//! Links to other sites, asked of a local server that gives every kind of answer.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::harness::Project;

/// A server and the requests it has had, as `METHOD /path`.
struct Server {
    port: u16,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let seen = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&seen);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let log = Arc::clone(&log);
                std::thread::spawn(move || serve(&stream, &log));
            }
        });
        Self { port, seen }
    }

    fn seen(&self) -> Vec<String> {
        let mut seen = self.seen.lock().expect("no panic").clone();
        seen.sort();
        seen
    }
}

/// Answers one connection, which is closed after each answer.
fn serve(mut stream: &TcpStream, log: &Mutex<Vec<String>>) {
    let mut lines = BufReader::new(stream).lines();
    let Some(Ok(first)) = lines.next() else { return };
    let mut words = first.split(' ');
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
    let request = format!("{method} {path}");
    let before = {
        let mut log = log.lock().expect("no panic");
        let before = log.iter().filter(|seen| **seen == request).count();
        log.push(request);
        before
    };
    let (status, more) = match path {
        "/moved" => (301, "Location: /good\r\n"),
        "/moved-twice" => (308, "Location: moved\r\n"),
        "/found" => (302, "Location: /good\r\n"),
        "/lost" => (301, "Location: /gone\r\n"),
        "/loop" => (301, "Location: /loop\r\n"),
        "/gone" => (404, ""),
        "/deleted" => (410, ""),
        "/private" => (403, ""),
        "/no-head" if method == "HEAD" => (405, ""),
        "/busy" if before == 0 => (429, "Retry-After: 0\r\n"),
        "/always-busy" => (429, "Retry-After: 0\r\n"),
        "/broken" => (500, "Retry-After: 0\r\n"),
        "/slow" => {
            std::thread::sleep(Duration::from_secs(3));
            (200, "")
        }
        "/cut" => return,
        _ => (200, ""),
    };
    let _ = write!(
        stream,
        "HTTP/1.1 {status} X\r\n{more}Content-Length: 0\r\nConnection: close\r\n\r\n"
    );
}

fn project(server: &Server, settings: &str, paths: &[&str]) -> Project {
    let links: String = paths
        .iter()
        .map(|path| format!("- [{}](http://127.0.0.1:{}{path})\n", path.len(), server.port))
        .collect();
    let config = format!("chaski:\n  check:\n    only: ['http*://127.0.0.1']\n    pace: 0\n{settings}");
    Project::with(&config).write("docs/index.md", &format!("# Home\n\n{links}"))
}

/// Codes by path, and what was sent.
fn check(project: &Project) -> (HashMap<String, (String, u64)>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_chaski"))
        .args(["check", "--external", "--format", "json"])
        .current_dir(project.path())
        .env("XDG_CACHE_HOME", project.path().join("cache"))
        .output()
        .expect("chaski runs");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let mut found = HashMap::new();
    for line in text.lines() {
        let object: serde_json::Value = serde_json::from_str(line).expect("JSON");
        let (code, message) = (
            object["code"].as_str().unwrap_or_default(),
            object["message"].as_str().unwrap_or_default(),
        );
        if code.starts_with("external-") {
            let path = message.split('\'').nth(1).and_then(|url| url.splitn(4, '/').nth(3));
            let line = object["line"].as_u64().unwrap_or_default();
            found.insert(path.unwrap_or_default().to_owned(), (code.to_owned(), line));
        }
    }
    (found, text)
}

const PATHS: &[&str] = &[
    "/good",
    "/moved",
    "/moved-twice",
    "/found",
    "/lost",
    "/loop",
    "/gone",
    "/deleted",
    "/private",
    "/no-head",
    "/busy",
    "/always-busy",
    "/broken",
    "/slow",
    "/cut",
    "/good#part",
];

#[test]
fn every_kind_of_answer_is_understood() {
    let server = Server::start();
    let project = project(&server, "    timeout: 1\n    retries: 1\n", PATHS);
    let page = project.read("docs/index.md")
        + &format!(
            "\n[tls](https://127.0.0.1:{}/tls)\n[none](http://127.0.0.1:1/none)\n",
            server.port
        );
    let project = project.write("docs/index.md", &page);
    let (found, text) = check(&project);
    let code = |path: &str| found.get(path).map(|(code, _)| code.as_str());
    let expected = [
        ("good", None),
        ("moved", Some("external-moved")),
        ("moved-twice", Some("external-moved")),
        ("found", None),
        ("lost", Some("external-broken")),
        ("loop", Some("external-broken")),
        ("gone", Some("external-broken")),
        ("deleted", Some("external-broken")),
        ("private", Some("external-unsure")),
        ("no-head", None),
        ("busy", None),
        ("always-busy", Some("external-unsure")),
        ("broken", Some("external-unsure")),
        ("slow", Some("external-unsure")),
        ("cut", Some("external-broken")),
        ("tls", Some("external-broken")),
        ("none", Some("external-broken")),
    ];
    for (path, wanted) in expected {
        assert_eq!(code(path), wanted, "{path}\n{text}");
    }
    assert_eq!(found["gone"].1, 9, "it is shown where it stands");
    assert!(text.contains(&format!("its address is now `http://127.0.0.1:{}/good`", server.port)));
    let count = |request: &str| server.seen().iter().filter(|seen| *seen == request).count();
    assert_eq!(
        (count("GET /no-head"), count("HEAD /busy"), count("HEAD /loop")),
        (1, 2, 11)
    );
    assert_eq!(count("GET /good"), 0, "HEAD is enough");
}

#[test]
fn good_answers_are_kept_and_bad_ones_asked_again() {
    let server = Server::start();
    let project = project(&server, "", &["/good", "/moved", "/gone"]);
    let (first, _) = check(&project);
    let asked = server.seen().len();
    let (second, _) = check(&project);
    assert_eq!(first, second);
    assert_eq!(
        server.seen()[..].len() - asked,
        2,
        "HEAD and GET of what was gone: {:?}",
        server.seen()
    );
    // A cache that cannot be read is thrown away without a word.
    let project = project.write("cache/chaski/links.json", "{");
    assert_eq!(check(&project).0, first);
}

#[test]
fn only_what_may_be_asked_is_asked_and_only_on_wish() {
    let server = Server::start();
    let project = project(
        &server,
        "    ignore: ['http://127.0.0.1:*/go*']\n",
        &["/good", "/gone", "/a"],
    );
    project.run("check");
    project.run("build");
    assert!(server.seen().is_empty(), "nothing is asked without `--external`");
    check(&project);
    assert_eq!(server.seen(), ["HEAD /a"]);
}

#[test]
fn the_budget_ends_it_and_says_so() {
    let server = Server::start();
    let project = project(&server, "    budget: 0\n", &["/good", "/gone"]);
    let (_, text) = check(&project);
    assert!(text.contains("2 links to other sites were not asked"), "{text}");
    assert!(text.contains("\"external-skipped\""), "{text}");
    assert!(server.seen().is_empty());
    let unknown = Project::with("chaski: {check: {ignroe: [a], budget: x}}\n");
    unknown
        .run("check")
        .status(1)
        .stderr("did you mean `ignore`?")
        .stderr("expected a number");
}
