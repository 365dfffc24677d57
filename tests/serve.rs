//! The preview over HTTP: what it serves and when, and clients that do not behave.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use crate::harness::Project;

/// How long anything may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

struct Preview {
    child: Child,
    address: SocketAddr,
    lines: Receiver<String>,
}

struct Answer {
    head: String,
    body: String,
}

impl Answer {
    fn status(&self) -> u16 {
        let status = self.head.split(' ').nth(1).and_then(|status| status.parse().ok());
        status.expect("a status")
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines();
        lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

impl Preview {
    fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_chaski"))
            .args(["serve", "-a", "127.0.0.1:0"])
            .args(arguments)
            .current_dir(folder)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let (sender, lines) = channel();
        let stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        std::thread::spawn(move || {
            for line in stderr.lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        let mut preview = Self {
            child,
            address: ([127, 0, 0, 1], 0).into(),
            lines,
        };
        let line = preview.said("Serving on http://");
        let port = line
            .rsplit(':')
            .next()
            .and_then(|rest| rest.split('/').next()?.parse().ok());
        preview.address.set_port(port.expect("a port"));
        preview
    }

    /// Waits for a line with `part`.
    fn said(&self, part: &str) -> String {
        let start = Instant::now();
        let mut said = String::new();
        loop {
            assert!(start.elapsed() < PATIENCE, "never said {part:?}, but:\n{said}");
            if let Ok(line) = self.lines.recv_timeout(Duration::from_millis(100)) {
                if line.contains(part) {
                    return line;
                }
                said.push_str(&line);
                said.push('\n');
            }
        }
    }

    fn send(&self, request: &str) -> Answer {
        let mut stream = TcpStream::connect(self.address).expect("a connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        stream.write_all(request.as_bytes()).expect("written");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        Answer {
            head: head.to_owned(),
            body: body.to_owned(),
        }
    }

    fn get(&self, path: &str) -> Answer {
        self.send(&format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
        ))
    }

    /// Waits until the page at `path` is as `wanted`.
    fn until(&self, path: &str, wanted: impl Fn(&Answer) -> bool) -> Answer {
        let start = Instant::now();
        loop {
            let answer = self.get(path);
            if wanted(&answer) {
                return answer;
            }
            assert!(start.elapsed() < PATIENCE, "{path}: {}\n{}", answer.head, answer.body);
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn pages_are_had_before_the_site_is_built() {
    let mut project = Project::with("site_url: https://example.org/guide/\n");
    for page in 0..1000 {
        project = project.write(&format!("docs/p{page}.md"), &format!("# Page {page}\n\nWords of it.\n"));
    }
    let preview = Preview::start(project.path(), &[]);
    let page = preview.get("/guide/p299/");
    assert_eq!(page.status(), 200);
    assert!(
        page.body.contains("Words of it.") && page.body.contains("<title>Page 299"),
        "{}",
        page.body
    );
    assert!(page.body.contains("data-version=\"0\""), "no build was done");
    assert_eq!(preview.get("/guide/p299").header("Location"), Some("/guide/p299/"));
    let style = page
        .body
        .split("stylesheet\" href=\"")
        .nth(1)
        .and_then(|rest| rest.split('"').next());
    let style = style.expect("a style sheet").trim_start_matches("../");
    assert_eq!(preview.get(&format!("/guide/{style}")).status(), 200);
    preview.said("Built 1001 pages");
    let whole = preview.get("/guide/p299/");
    assert!(whole.body.contains("Words of it."));
    assert_eq!(preview.get("/guide/search/search_index.json").status(), 200);
    assert_eq!(preview.get("/guide/nothing/").status(), 404);
    assert_eq!(preview.get("/").header("Location"), Some("/guide/"));
}

#[test]
fn edits_new_pages_renames_and_removals_are_followed() {
    let project = Project::with("markdown_extensions: [pymdownx.snippets]\n")
        .write("docs/a.md", "# A\n\nbefore\n\n--8<-- \"part.txt\"\n")
        .write("part.txt", "from the snippet\n");
    let preview = Preview::start(project.path(), &[]);
    preview.said("Built 2 pages");
    let has = |part: &'static str| move |answer: &Answer| answer.status() == 200 && answer.body.contains(part);
    let write = |path: &str, text: &str| std::fs::write(project.path().join(path), text).expect("written");
    preview.until("/a/", has("from the snippet"));
    write("docs/a.md", "# A\n\nafter\n\n--8<-- \"part.txt\"\n");
    preview.until("/a/", has("after"));
    write("part.txt", "another text\n");
    preview.until("/a/", has("another text"));
    write("docs/a.md", "---\ntitle: Renamed\n---\n\nagain\n");
    preview.until("/", has("Renamed"));
    write("docs/new.md", "# New\n");
    preview.until("/new/", has("New"));
    std::fs::rename(project.path().join("docs/new.md"), project.path().join("docs/moved.md")).expect("renamed");
    preview.until("/moved/", has("New"));
    preview.until("/new/", |answer| answer.status() == 404);
    write("mkdocs.yml", "site_name: Another name\ntheme: material\n");
    preview.until("/", has("Another name"));
    write("mkdocs.yml", "site_name: [\n");
    preview.said("the last good pages are shown");
    preview.until("/", has("Another name"));
    std::fs::remove_file(project.path().join("docs/moved.md")).expect("removed");
    write("mkdocs.yml", "site_name: Mended\ntheme: material\n");
    preview.until("/", has("Mended"));
    preview.until("/moved/", |answer| answer.status() == 404);
}

#[test]
fn protected_pages_are_never_shown_in_clear_text() {
    let project = Project::with("plugins: [{encryptcontent: {}}]\n").write(
        "docs/secret.md",
        "---\npassword: open\n---\n\n# Secret\n\nthe treasure\n",
    );
    let preview = Preview::start(project.path(), &[]);
    let hidden = |answer: &Answer| {
        assert!(!answer.body.contains("treasure"), "{}", answer.body);
        answer.status() == 200
    };
    preview.until("/secret/", hidden);
    preview.said("Built 2 pages");
    let path = project.path().join("docs/secret.md");
    std::fs::write(path, "---\npassword: open\n---\n\n# Secret\n\nanother treasure\n").expect("written");
    let start = preview.get("/secret/").body;
    preview.until("/secret/", |answer| hidden(answer) && answer.body != start);
}

#[test]
fn many_changes_at_once_are_one_build_or_few() {
    let mut project = Project::with("");
    for page in 0..200 {
        project = project.write(&format!("docs/p{page}.md"), "# Before\n");
    }
    let preview = Preview::start(project.path(), &[]);
    preview.said("Built 201 pages");
    for page in 0..200 {
        let path = project.path().join(format!("docs/p{page}.md"));
        std::fs::write(path, "# After\n").expect("written");
    }
    for page in [0, 100, 199] {
        preview.until(&format!("/p{page}/"), |answer| answer.body.contains("After"));
    }
    std::thread::sleep(Duration::from_millis(500));
    let builds = preview.lines.try_iter().filter(|line| line.contains("Built")).count();
    assert!((1..20).contains(&builds), "{builds} builds");
}

#[test]
fn requests_are_answered_as_a_host_would() {
    let project = Project::with("").write_bytes("docs/film.mp4", b"0123456789");
    let preview = Preview::start(project.path(), &[]);
    preview.said("Built");
    let ask = |first: &str, more: &str| {
        preview.send(&format!(
            "{first} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{more}\r\n"
        ))
    };
    let page = ask("GET /", "");
    assert_eq!(page.header("Cache-Control"), Some("no-cache"));
    let tag = page.header("ETag").expect("a tag").to_owned();
    let same = ask("GET /", &format!("If-None-Match: {tag}\r\n"));
    assert_eq!((same.status(), same.body.as_str()), (304, ""));
    let head = ask("HEAD /", "");
    assert_eq!((head.status(), head.body.as_str()), (200, ""));
    let part = ask("GET /film.mp4", "Range: bytes=2-4\r\n");
    assert_eq!((part.status(), part.body.as_str()), (206, "234"));
    assert_eq!(part.header("Content-Type"), Some("video/mp4"));
    assert_eq!(ask("POST /", "Content-Length: 0\r\n").status(), 405);
    assert_eq!(ask("GET /../mkdocs.yml", "").status(), 400);
    assert_eq!(ask("GET /%2e%2e/mkdocs.yml", "").status(), 400);
    let foreign = preview.send("GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    assert_eq!(foreign.status(), 421);
}

#[test]
fn clients_that_stand_still_do_not_keep_others_from_reading() {
    let film = vec![7_u8; 8_000_000];
    let project = Project::with("").write_bytes("docs/film.mp4", &film);
    let preview = Preview::start(project.path(), &[]);
    preview.said("Built");
    let half_open: Vec<TcpStream> = (0..100)
        .map(|_| {
            let mut stream = TcpStream::connect(preview.address).expect("a connection");
            stream.write_all(b"GET / HT").expect("written");
            stream
        })
        .collect();
    let slow: Vec<TcpStream> = (0..20)
        .map(|_| {
            let mut stream = TcpStream::connect(preview.address).expect("a connection");
            let request = b"GET /film.mp4 HTTP/1.1\r\nHost: localhost\r\n\r\n";
            stream.write_all(request).expect("written");
            stream
        })
        .collect();
    let open: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut stream = TcpStream::connect(preview.address).expect("a connection");
            let request = b"GET /__chaski/events?seen=1 HTTP/1.1\r\nHost: localhost\r\n\r\n";
            stream.write_all(request).expect("written");
            stream
        })
        .collect();
    for _ in 0..20 {
        assert_eq!(preview.get("/").status(), 200);
    }
    let path = project.path().join("docs/index.md");
    std::fs::write(path, "# Home\n\nchanged\n").expect("written");
    preview.until("/", |answer| answer.body.contains("changed"));
    drop((half_open, slow));
    for mut stream in open {
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        let mut seen = Vec::new();
        let mut bytes = [0; 4096];
        while !String::from_utf8_lossy(&seen).contains("data: ") {
            let count = stream.read(&mut bytes).expect("an event");
            assert!(count > 0, "{}", String::from_utf8_lossy(&seen));
            seen.extend_from_slice(&bytes[..count]);
        }
    }
}

#[test]
fn a_port_that_is_taken_is_said() {
    let project = Project::with("");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("an address").port();
    let run = project.run(&format!("serve -a 127.0.0.1:{port}"));
    run.status(2)
        .stderr(&format!("cannot listen at 127.0.0.1:{port}"))
        .stderr("--port-fallback");
}
