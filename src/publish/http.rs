//! The one way in which publishing speaks HTTP: with time limits, without following anybody's wishes
//! for compression, and with messages that carry no credentials.

use std::time::Duration;

use anyhow::Context as _;

/// No site has larger pages; what is longer is not read to its end.
const LONGEST: u64 = 512 << 20;

/// An answer.
#[derive(Debug)]
pub(super) struct Answer {
    /// The status code.
    pub(super) status: u16,
    /// The `ETag` header.
    pub(super) tag: Option<String>,
    /// The body.
    pub(super) body: Vec<u8>,
}

/// A client. Statuses are answers, not errors.
pub(super) fn agent(timeout: Duration) -> ureq::Agent {
    ureq::Agent::config_builder()
        .timeout_global(Some(timeout))
        .timeout_connect(Some(Duration::from_secs(20)))
        .http_status_as_error(false)
        // Caches are emptied by `PURGE`, which no RFC knows.
        .allow_non_standard_methods(true)
        .user_agent(concat!("chaski/", env!("CARGO_PKG_VERSION")))
        .build()
        .into()
}

/// Sends a request.
pub(super) fn send(agent: &ureq::Agent, request: ureq::http::Request<Vec<u8>>) -> anyhow::Result<Answer> {
    let shown = super::redacted(&request.uri().to_string());
    let shown = shown.split('?').next().unwrap_or_default().to_owned();
    let failed = || format!("cannot reach `{shown}`");
    let mut response = agent.run(request).with_context(failed)?;
    let status = response.status().as_u16();
    let tag = response
        .headers()
        .get("etag")
        .and_then(|tag| tag.to_str().ok())
        .map(str::to_owned);
    let body = response.body_mut().with_config().limit(LONGEST).read_to_vec();
    Ok(Answer {
        status,
        tag,
        body: body.with_context(failed)?,
    })
}

/// Gets an address.
pub(super) fn get(agent: &ureq::Agent, url: &str) -> anyhow::Result<Answer> {
    let request = ureq::http::Request::get(url)
        .header("Accept-Encoding", "identity")
        .header("Cache-Control", "no-cache");
    let request = request
        .body(Vec::new())
        .with_context(|| format!("`{}` is no address", super::redacted(url)))?;
    send(agent, request)
}
