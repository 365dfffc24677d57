//! Amazon S3 and stores that speak its language, by signed requests.
//!
//! Objects carry their media type, how long they may be kept, and a checksum that the store compares.
//! Credentials come from the environment or a profile of `~/.aws/credentials`.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, bail};
use base64::Engine as _;
use rusty_s3::actions::{CreateMultipartUpload, ListObjectsV2};
use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};
use sha2::{Digest as _, Sha256};

use super::http::{self, Answer};
use super::in_place::Store;
use super::media::{cache_control, media_type};
use super::spec::S3Spec;

/// How long a signature holds.
const VALID: Duration = Duration::from_secs(900);
/// Larger objects go in parts of this size.
const PART: usize = 16 << 20;
/// A request that the network lost is sent again after these pauses.
const PAUSES: [u64; 3] = [300, 1000, 3000];

/// A bucket, or what stands below a prefix of it.
pub(super) struct S3 {
    bucket: Bucket,
    credentials: Credentials,
    agent: ureq::Agent,
    prefix: String,
    title: String,
}

impl S3 {
    /// Makes ready to talk to a bucket.
    pub(super) fn open(spec: &S3Spec, variable: &dyn Fn(&str) -> Option<String>) -> anyhow::Result<Self> {
        let region = spec
            .region
            .clone()
            .or_else(|| variable("AWS_REGION"))
            .or_else(|| variable("AWS_DEFAULT_REGION"))
            .unwrap_or_else(|| "us-east-1".to_owned());
        let endpoint = spec.endpoint.clone().or_else(|| variable("AWS_ENDPOINT_URL"));
        let style = if endpoint.is_some() {
            UrlStyle::Path
        } else {
            UrlStyle::VirtualHost
        };
        let endpoint = endpoint.unwrap_or_else(|| format!("https://s3.{region}.amazonaws.com"));
        let url = endpoint
            .parse()
            .with_context(|| format!("`{}` is no address", super::redacted(&endpoint)))?;
        let bucket = Bucket::new(url, style, spec.bucket.clone(), region)
            .with_context(|| format!("`{}` cannot be a bucket", spec.bucket))?;
        let prefix = spec.prefix.trim_matches('/');
        Ok(Self {
            bucket,
            credentials: credentials(spec.profile.as_deref(), variable)?,
            agent: http::agent(Duration::from_secs(300)),
            prefix: if prefix.is_empty() {
                String::new()
            } else {
                format!("{prefix}/")
            },
            title: format!("s3://{}/{prefix}", spec.bucket),
        })
    }

    fn key(&self, path: &str) -> String {
        format!("{}{path}", self.prefix)
    }

    /// Sends a request that `make` signs anew each time it is tried.
    fn send(
        &self,
        method: &str,
        headers: &BTreeMap<&'static str, String>,
        body: &[u8],
        sign: &dyn Fn() -> String,
    ) -> anyhow::Result<Answer> {
        let mut pauses = PAUSES.iter();
        loop {
            let mut request = ureq::http::Request::builder().method(method).uri(sign());
            for (name, value) in headers {
                request = request.header(*name, value);
            }
            let answer = http::send(&self.agent, request.body(body.to_vec())?);
            let is_lost = match &answer {
                Ok(answer) => answer.status >= 500 || answer.status == 429,
                Err(_) => true,
            };
            match pauses.next().filter(|_| is_lost) {
                Some(pause) => std::thread::sleep(Duration::from_millis(*pause)),
                None => return answer,
            }
        }
    }

    fn put_one(&self, path: &str, bytes: &[u8], only_new: bool) -> anyhow::Result<Answer> {
        let key = self.key(path);
        let mut headers = told(path);
        let digest = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(bytes));
        headers.insert("x-amz-checksum-sha256", digest);
        if only_new {
            headers.insert("if-none-match", "*".to_owned());
        }
        self.send("PUT", &headers, bytes, &|| {
            let mut action = self.bucket.put_object(Some(&self.credentials), &key);
            for (name, value) in &headers {
                action.headers_mut().insert(*name, value.as_str());
            }
            action.sign(VALID).to_string()
        })
    }

    /// Sends a large object in parts; the store shows it when it is whole.
    fn put_in_parts(&self, path: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let key = self.key(path);
        let headers = told(path);
        let begun = self.send("POST", &headers, &[], &|| {
            let mut action = self.bucket.create_multipart_upload(Some(&self.credentials), &key);
            for (name, value) in &headers {
                action.headers_mut().insert(*name, value.as_str());
            }
            action.sign(VALID).to_string()
        })?;
        let begun = self.good(begun, path)?;
        let begun = CreateMultipartUpload::parse_response(&String::from_utf8_lossy(&begun.body))?;
        let upload = begun.upload_id();
        let done = self
            .parts(&key, upload, bytes)
            .with_context(|| format!("cannot send `{path}`"));
        if done.is_err() {
            let none = BTreeMap::new();
            // What cannot be given up is given up by the store's own rules.
            let _ = self.send("DELETE", &none, &[], &|| {
                let action = self
                    .bucket
                    .abort_multipart_upload(Some(&self.credentials), &key, upload);
                action.sign(VALID).to_string()
            });
        }
        done
    }

    fn parts(&self, key: &str, upload: &str, bytes: &[u8]) -> anyhow::Result<()> {
        let none = BTreeMap::new();
        let mut tags = Vec::new();
        for (number, part) in (1..).zip(bytes.chunks(PART)) {
            let answer = self.send("PUT", &none, part, &|| {
                let action = self.bucket.upload_part(Some(&self.credentials), key, number, upload);
                action.sign(VALID).to_string()
            })?;
            let answer = self.good(answer, key)?;
            tags.push(answer.tag.context("the store gave no tag for a part")?);
        }
        let complete = || {
            let tags = tags.iter().map(String::as_str);
            self.bucket
                .complete_multipart_upload(Some(&self.credentials), key, upload, tags)
        };
        let body = complete().body();
        let answer = self.send("POST", &none, body.as_bytes(), &|| complete().sign(VALID).to_string())?;
        let answer = self.good(answer, key)?;
        if String::from_utf8_lossy(&answer.body).contains("<Error>") {
            bail!("the store could not put the parts together");
        }
        Ok(())
    }

    fn good(&self, answer: Answer, path: &str) -> anyhow::Result<Answer> {
        if (200..300).contains(&answer.status) {
            return Ok(answer);
        }
        let text = String::from_utf8_lossy(&answer.body);
        let part = |name: &str| {
            let (_, rest) = text.split_once(&format!("<{name}>"))?;
            Some(rest.split_once("</")?.0.to_owned())
        };
        let code = part("Code").unwrap_or_else(|| answer.status.to_string());
        let help = match code.as_str() {
            "RequestTimeTooSkewed" => "; set this machine's clock",
            "InvalidAccessKeyId" | "SignatureDoesNotMatch" | "AccessDenied" | "403" | "401" => {
                "; look at the credentials in the environment or the profile"
            }
            "NoSuchBucket" => "; make the bucket first",
            _ => "",
        };
        bail!("{} refuses `{path}`: {code}{help}", self.title)
    }
}

impl Store for S3 {
    fn title(&self) -> String {
        self.title.clone()
    }

    fn read(&self, path: &str) -> anyhow::Result<Option<Vec<u8>>> {
        let key = self.key(path);
        let answer = self.send("GET", &BTreeMap::new(), &[], &|| {
            self.bucket
                .get_object(Some(&self.credentials), &key)
                .sign(VALID)
                .to_string()
        })?;
        let is_missing = answer.status == 404 && !String::from_utf8_lossy(&answer.body).contains("NoSuchBucket");
        if is_missing {
            return Ok(None);
        }
        Ok(Some(self.good(answer, path)?.body))
    }

    fn put(&self, files: &[(&str, Vec<u8>)]) -> anyhow::Result<()> {
        for (path, bytes) in files {
            if bytes.len() > 2 * PART {
                self.put_in_parts(path, bytes)?;
            } else {
                let answer = self.put_one(path, bytes, false)?;
                self.good(answer, path)?;
            }
        }
        Ok(())
    }

    fn put_new(&self, path: &str, bytes: &[u8]) -> anyhow::Result<bool> {
        let answer = self.put_one(path, bytes, true)?;
        if answer.status == 412 || answer.status == 409 {
            return Ok(false);
        }
        self.good(answer, path).map(|_| true)
    }

    fn remove(&self, paths: &[&str]) -> anyhow::Result<()> {
        for path in paths {
            let key = self.key(path);
            let answer = self.send("DELETE", &BTreeMap::new(), &[], &|| {
                self.bucket
                    .delete_object(Some(&self.credentials), &key)
                    .sign(VALID)
                    .to_string()
            })?;
            if answer.status != 404 {
                self.good(answer, path)?;
            }
        }
        Ok(())
    }

    fn list(&self) -> anyhow::Result<Vec<String>> {
        let mut paths = Vec::new();
        let mut token: Option<String> = None;
        loop {
            let answer = self.send("GET", &BTreeMap::new(), &[], &|| {
                let mut action = self.bucket.list_objects_v2(Some(&self.credentials));
                action.with_prefix(self.prefix.as_str());
                if let Some(token) = &token {
                    action.with_continuation_token(token.as_str());
                }
                action.sign(VALID).to_string()
            })?;
            let answer = self.good(answer, "")?;
            let listed = ListObjectsV2::parse_response(&String::from_utf8_lossy(&answer.body))
                .with_context(|| format!("{} cannot be listed", self.title))?;
            let keys = listed.contents.into_iter().map(|object| object.key);
            paths.extend(keys.filter_map(|key| Some(key.strip_prefix(&self.prefix)?.to_owned())));
            token = listed.next_continuation_token;
            if token.is_none() {
                return Ok(paths);
            }
        }
    }

    fn at_once(&self) -> usize {
        8
    }
}

/// What servers of the object will say of it.
fn told(path: &str) -> BTreeMap<&'static str, String> {
    let (media, coding) = media_type(path);
    let mut headers = BTreeMap::from([
        ("content-type", media.to_owned()),
        ("cache-control", cache_control(path).to_owned()),
    ]);
    if let Some(coding) = coding {
        headers.insert("content-encoding", coding.to_owned());
    }
    headers
}

/// From the environment, or from a profile.
fn credentials(profile: Option<&str>, variable: &dyn Fn(&str) -> Option<String>) -> anyhow::Result<Credentials> {
    let of = |key: Option<String>, secret: Option<String>, token: Option<String>| {
        let (key, secret) = (key?, secret?);
        Some(match token {
            Some(token) => Credentials::new_with_token(key, secret, token),
            None => Credentials::new(key, secret),
        })
    };
    let environment = || {
        of(
            variable("AWS_ACCESS_KEY_ID"),
            variable("AWS_SECRET_ACCESS_KEY"),
            variable("AWS_SESSION_TOKEN"),
        )
    };
    if profile.is_none()
        && let Some(found) = environment()
    {
        return Ok(found);
    }
    let name = profile
        .map(str::to_owned)
        .or_else(|| variable("AWS_PROFILE"))
        .unwrap_or_else(|| "default".to_owned());
    let file = variable("AWS_SHARED_CREDENTIALS_FILE")
        .or_else(|| variable("HOME").map(|home| format!("{home}/.aws/credentials")));
    let text = file.and_then(|file| std::fs::read_to_string(Path::new(&file)).ok());
    let values = section(&text.unwrap_or_default(), &name);
    let value = |key: &str| values.get(key).cloned();
    of(
        value("aws_access_key_id"),
        value("aws_secret_access_key"),
        value("aws_session_token"),
    )
    .with_context(|| {
        format!(
            "there are no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or describe the profile `{name}` \
             in ~/.aws/credentials"
        )
    })
}

/// The values of a section of an INI file.
fn section(text: &str, name: &str) -> BTreeMap<String, String> {
    let mut inside = false;
    let mut values = BTreeMap::new();
    for line in text.lines().map(str::trim) {
        if let Some(title) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            inside = title.trim() == name;
        } else if let Some((key, value)) = line.split_once('=').filter(|_| inside && !line.starts_with('#')) {
            values.insert(key.trim().to_owned(), value.trim().to_owned());
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::credentials;

    #[test]
    fn credentials_come_from_the_environment_or_a_profile() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("credentials");
        let text = "[default]\naws_access_key_id = A\naws_secret_access_key=B\n[web]\naws_access_key_id=C\n\
                    aws_secret_access_key = D=\naws_session_token = E\n";
        std::fs::write(&file, text).unwrap();
        let file = file.display().to_string();
        let only_file = |name: &str| (name == "AWS_SHARED_CREDENTIALS_FILE").then(|| file.clone());
        assert_eq!(credentials(None, &only_file).unwrap().key(), "A");
        let web = credentials(Some("web"), &only_file).unwrap();
        assert_eq!((web.key(), web.secret(), web.token()), ("C", "D=", Some("E")));
        let error = credentials(Some("nope"), &only_file).unwrap_err().to_string();
        assert!(error.contains("`nope`") && !error.contains("D="));
        let set = |name: &str| name.starts_with("AWS_").then(|| format!("v-{name}"));
        assert_eq!(credentials(None, &set).unwrap().key(), "v-AWS_ACCESS_KEY_ID");
    }
}
