//! Asks servers whether an address leads anywhere.

use std::time::{Duration, Instant};

use crate::config::CheckSettings;

/// Redirects that are followed.
const HOPS: usize = 10;
/// The longest wait that a server may ask for.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// What came of asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// It leads to something.
    Good,
    /// It leads to something that has this address for good.
    Moved(String),
    /// It leads to nothing, and why.
    Gone(String),
    /// There is no such host.
    NoHost(String),
    /// The server did not say, and why.
    Unsure(String),
}

/// One reply.
enum Reply {
    Status(u16, Option<String>, Option<Duration>),
    Answer(Answer),
}

/// Asks one host after another.
pub(super) struct Asker<'s> {
    settings: &'s CheckSettings,
    agent: ureq::Agent,
    start: Instant,
    last: Option<Instant>,
    /// Requests so far.
    pub(super) requests: usize,
}

impl<'s> Asker<'s> {
    pub(super) fn new(settings: &'s CheckSettings, start: Instant) -> Self {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(settings.timeout))
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!(
                "Mozilla/5.0 (compatible; chaski/",
                env!("CARGO_PKG_VERSION"),
                "; link check)"
            ))
            .build()
            .into();
        Self {
            settings,
            agent,
            start,
            last: None,
            requests: 0,
        }
    }

    /// The answer for an address; `None` when the time is used up.
    pub(super) fn ask(&mut self, url: &str) -> Option<Answer> {
        let (mut at, mut for_good) = (url.to_owned(), true);
        for hop in 0..=HOPS {
            let (status, location) = match self.settled(&at)? {
                Reply::Answer(answer) => return Some(answer),
                Reply::Status(status, location, _) => (status, location),
            };
            match (status, location) {
                (300..=399, Some(location)) if hop < HOPS => {
                    for_good &= matches!(status, 301 | 308);
                    at = joined(&at, &location);
                }
                (300..=399, Some(_)) => {
                    return Some(Answer::Gone(format!(
                        "it leads from redirect to redirect, more than {HOPS}"
                    )));
                }
                (200..=299 | 304, _) => {
                    // Only a slash, or another spelling of the same, is no new address.
                    let is_new = for_good && at.trim_end_matches('/') != url.trim_end_matches('/');
                    return Some(if is_new { Answer::Moved(at) } else { Answer::Good });
                }
                (404 | 410, _) => return Some(Answer::Gone(format!("the server answers {status}"))),
                (status, _) => return Some(Answer::Unsure(format!("the server answers {status}"))),
            }
        }
        Some(Answer::Gone("it leads in a circle".to_owned()))
    }

    /// The reply of one address, asked again while the server gives no clear one.
    fn settled(&mut self, url: &str) -> Option<Reply> {
        let mut wait = Duration::from_millis(500);
        for again in 0..=self.settings.retries {
            let mut reply = self.reply(url, "HEAD")?;
            // Servers that do not know HEAD, or do not like it.
            if matches!(reply, Reply::Status(400.., ..)) && !matches!(reply, Reply::Status(429, ..)) {
                reply = self.reply(url, "GET")?;
            }
            let asked = match &reply {
                Reply::Status(429 | 500..=599, _, asked) => *asked,
                Reply::Answer(Answer::Unsure(_)) => None,
                _ => return Some(reply),
            };
            if again == self.settings.retries {
                return Some(reply);
            }
            self.pause(asked.unwrap_or(wait).min(LONGEST_WAIT));
            wait *= 2;
        }
        None
    }

    fn reply(&mut self, url: &str, method: &str) -> Option<Reply> {
        let left = self.settings.budget.checked_sub(self.start.elapsed())?;
        if left.is_zero() {
            return None;
        }
        let since = self.last.map_or(self.settings.pace, |last| last.elapsed());
        self.pause(self.settings.pace.saturating_sub(since));
        self.last = Some(Instant::now());
        self.requests += 1;
        let request = ureq::http::Request::builder().method(method).uri(url).body(());
        let Ok(request) = request else {
            return Some(Reply::Answer(Answer::Gone("it is no address".to_owned())));
        };
        Some(match self.agent.run(request) {
            Ok(response) => {
                let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
                let wait = header("retry-after").and_then(|text| text.parse().ok());
                let location = header("location").map(str::to_owned);
                Reply::Status(response.status().as_u16(), location, wait.map(Duration::from_secs))
            }
            Err(ureq::Error::Timeout(_)) => {
                let seconds = self.settings.timeout.as_secs();
                Reply::Answer(Answer::Unsure(format!("no answer within {seconds} s")))
            }
            Err(ureq::Error::HostNotFound) => Reply::Answer(Answer::NoHost("there is no such host".to_owned())),
            Err(ureq::Error::Io(error)) if error.kind() == std::io::ErrorKind::Other => {
                let text = error.to_string();
                let is_name = text.contains("lookup") || text.contains("resol");
                let why = format!("the server cannot be reached: {text}");
                Reply::Answer(if is_name {
                    Answer::NoHost(why)
                } else {
                    Answer::Gone(why)
                })
            }
            Err(error) => Reply::Answer(Answer::Gone(format!("the server cannot be reached: {error}"))),
        })
    }

    fn pause(&self, wait: Duration) {
        let left = self.settings.budget.saturating_sub(self.start.elapsed());
        std::thread::sleep(wait.min(left));
    }
}

/// Where `location` leads from `base`.
fn joined(base: &str, location: &str) -> String {
    let Some((scheme, rest)) = base.split_once("://") else {
        return location.to_owned();
    };
    let path = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(path);
    let location = location.split('#').next().unwrap_or_default();
    if location.contains("://") {
        location.to_owned()
    } else if location.starts_with("//") {
        format!("{scheme}:{location}")
    } else if location.starts_with('/') {
        format!("{scheme}://{host}{location}")
    } else {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let folder = path.rfind('/').map_or("/", |at| &path[..=at]);
        format!("{scheme}://{host}{folder}{location}")
    }
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn redirects_lead_where_browsers_go() {
        let base = "https://a.org/b/c?d";
        assert_eq!(joined(base, "https://x.org/#y"), "https://x.org/");
        assert_eq!(joined(base, "//x.org/"), "https://x.org/");
        assert_eq!(joined(base, "/x"), "https://a.org/x");
        assert_eq!(joined(base, "x"), "https://a.org/b/x");
        assert_eq!(joined("http://a.org", "x"), "http://a.org/x");
    }
}
