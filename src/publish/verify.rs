//! Looks from outside whether what readers get is what was published, and tells caches.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use rayon::prelude::*;

use super::http;
use super::plan::Plan;
use super::release::{RELEASE_FILE, Release};
use super::site::{Built, SiteFile, hash};
use super::spec::Purge;

/// Pages and files that are fetched at most.
const SAMPLE: usize = 100;
/// Time between two looks while a host takes the new site over.
const PAUSE: Duration = Duration::from_secs(3);
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// How many files were fetched.
    pub fetched: usize,
    /// What is wrong, one clause each.
    pub wrong: Vec<String>,
}

/// Fetches the release file, the sitemap and a sample of `site` from `url`, and compares bytes. Hosts
/// may take a while: waits for at most `patience` until the release file is the new one.
///
/// # Errors
/// When `url` is no address.
pub fn verify(url: &str, site: &Built, plan: &Plan, release: &Release, patience: Duration) -> anyhow::Result<Verified> {
    if !url.starts_with("http://") && !url.starts_with("https://") {
        bail!(
            "`{}` is not the address of a site; it starts with `https://`",
            super::redacted(url)
        );
    }
    let base = format!("{}/", url.trim_end_matches('/'));
    let agent = http::agent(PATIENCE);
    let start = Instant::now();
    let is_new = |body: &[u8]| Release::parse(body).is_ok_and(|there| there.files == release.files);
    let mut verified = Verified::default();
    loop {
        let answer = http::get(&agent, &format!("{base}{RELEASE_FILE}"));
        match answer {
            Ok(answer) if answer.status == 200 && is_new(&answer.body) => break,
            // A site that was deployed without a release file is judged by its files.
            Ok(answer) if answer.status == 404 && start.elapsed() >= patience.min(PAUSE) => break,
            Ok(_) if start.elapsed() < patience => std::thread::sleep(PAUSE.min(patience)),
            Ok(_) => {
                verified
                    .wrong
                    .push(format!("`{RELEASE_FILE}` is that of another release"));
                break;
            }
            Err(error) if start.elapsed() >= patience => return Err(error),
            Err(_) => std::thread::sleep(PAUSE.min(patience)),
        }
    }
    let sample = sample(site, plan);
    verified.fetched = sample.len();
    let wrong = sample
        .par_iter()
        .filter_map(|file| wrong_with(&agent, &base, file))
        .collect::<Vec<_>>();
    verified.wrong.extend(wrong);
    Ok(verified)
}

/// What changed, the sitemap, and files spread evenly over the rest.
fn sample<'b>(site: &'b Built, plan: &Plan) -> Vec<&'b SiteFile> {
    let mut paths: BTreeSet<&str> = BTreeSet::new();
    paths.extend(["index.html", "sitemap.xml"]);
    let is_wanted = |path: &str| !path.starts_with(['.', '_']) && path != "CNAME" && path != "404.html";
    let changed = plan.uploads();
    let step = changed.len().div_ceil(SAMPLE / 2).max(1);
    paths.extend(changed.into_iter().step_by(step));
    let step = site.files.len().div_ceil(SAMPLE / 2).max(1);
    paths.extend(site.files.keys().map(String::as_str).step_by(step));
    paths
        .into_iter()
        .filter(|path| is_wanted(path))
        .filter_map(|path| site.files.get(path))
        .collect()
}

fn wrong_with(agent: &ureq::Agent, base: &str, file: &SiteFile) -> Option<String> {
    let path = file.path.strip_suffix("index.html").unwrap_or(&file.path);
    let path = if path.is_empty() || path.ends_with('/') {
        path
    } else {
        &file.path
    };
    let url = format!("{base}{}", super::host_files::encoded(path));
    match http::get(agent, &url) {
        Ok(answer) if answer.status != 200 => Some(format!("{url} answers {}", answer.status)),
        Ok(answer) if hash(&answer.body) != file.hash => Some(format!("{url} has other bytes")),
        Ok(_) => None,
        Err(error) => Some(format!("{error:#}")),
    }
}

/// Calls the address that empties caches; `token` goes along as bearer token.
///
/// # Errors
/// When it cannot be called or says no.
pub fn purge(purge: &Purge, token: Option<&str>) -> anyhow::Result<()> {
    let shown = super::redacted(&purge.url);
    let mut request = ureq::http::Request::builder()
        .method(purge.method.as_str())
        .uri(&purge.url);
    if let Some(name) = &purge.token_env {
        let token = token.with_context(|| format!("the variable `{name}` with the token of `{shown}` is not set"))?;
        request = request.header("Authorization", format!("Bearer {token}"));
    }
    let request = request
        .body(Vec::new())
        .with_context(|| format!("cannot call `{shown}`"))?;
    let answer = http::send(&http::agent(PATIENCE), request)?;
    if !(200..300).contains(&answer.status) {
        bail!(
            "`{shown}` answers {}; the site is published, caches may show the old one",
            answer.status
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;
    use std::time::Duration;

    use super::{purge, verify};
    use crate::publish::{Built, Known, Plan, Purge, RELEASE_FILE, Release};

    /// Serves `files` until the test ends; gives the address. Notes what was asked.
    fn server(files: BTreeMap<String, Vec<u8>>) -> (String, std::sync::Arc<std::sync::Mutex<Vec<String>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let notes = std::sync::Arc::clone(&asked);
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = Vec::new();
                let mut buffer = [0; 4096];
                while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                    let read = stream.read(&mut buffer).unwrap();
                    request.extend_from_slice(&buffer[..read]);
                }
                let request = String::from_utf8_lossy(&request).into_owned();
                let path = request.split(' ').nth(1).unwrap().trim_start_matches('/').to_owned();
                notes.lock().unwrap().push(request);
                let path = if path.is_empty() || path.ends_with('/') {
                    format!("{path}index.html")
                } else {
                    path
                };
                let (status, body) = match files.get(&path) {
                    Some(body) => ("200 OK", body.as_slice()),
                    None => ("404 Not Found", &b"no"[..]),
                };
                let head = format!(
                    "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                    body.len()
                );
                stream.write_all(head.as_bytes()).unwrap();
                stream.write_all(body).unwrap();
            }
        });
        (address, asked)
    }

    #[test]
    fn what_readers_get_is_compared_with_what_was_published() {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in [
            ("index.html", "home"),
            ("a b/index.html", "page"),
            ("sitemap.xml", "<x/>"),
        ] {
            let file = folder.path().join(path);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        let site = Built::read(folder.path(), &[]).unwrap();
        let release = Release::new(&site, None, 0);
        let plan = Plan::new(&site, &Known::new(), false).unwrap();
        let mut files = BTreeMap::new();
        for file in site.files.values() {
            files.insert(file.path.replace(' ', "%20"), file.bytes().unwrap());
        }
        files.insert(RELEASE_FILE.to_owned(), release.to_bytes().unwrap());
        let (good, _) = server(files.clone());
        let found = verify(&good, &site, &plan, &release, Duration::ZERO).unwrap();
        assert_eq!((found.fetched, found.wrong), (3, Vec::new()));
        files.insert("sitemap.xml".to_owned(), b"other".to_vec());
        files.remove("a%20b/index.html");
        let (bad, _) = server(files);
        let found = verify(&bad, &site, &plan, &release, Duration::ZERO).unwrap();
        assert_eq!(found.wrong.len(), 2, "{:?}", found.wrong);
        assert!(found.wrong[0].ends_with("a%20b/ answers 404"), "{:?}", found.wrong);
        assert!(verify("docs.example.org", &site, &plan, &release, Duration::ZERO).is_err());
    }

    #[test]
    fn caches_are_told_with_a_token_of_the_environment() {
        let (url, asked) = server(BTreeMap::from([("purge".to_owned(), Vec::new())]));
        let mut hook = Purge {
            url: format!("{url}/purge"),
            method: "PURGE".to_owned(),
            token_env: Some("TOKEN".to_owned()),
        };
        assert!(purge(&hook, None).unwrap_err().to_string().contains("`TOKEN`"));
        purge(&hook, Some("t0ken")).unwrap();
        let request = asked.lock().unwrap().join("").to_lowercase();
        assert!(request.starts_with("purge /purge ") && request.contains("authorization: bearer t0ken"));
        hook.url = format!("{url}/nope");
        assert!(purge(&hook, Some("t0ken")).unwrap_err().to_string().contains("404"));
    }
}
