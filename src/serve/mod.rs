//! The preview: serves a built folder on this machine, builds again when something changes, and
//! tells open pages.
//!
//! Knows nothing of pages or configuration: the caller builds, and says what to watch.

mod http;
mod live;
mod watch;

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use anyhow::Context as _;
use tiny_http::Server;

use http::Site;
use live::Hub;
use watch::Watcher;

/// Threads that answer requests.
const WORKERS: usize = 4;
/// Ports that are tried after the one asked for.
const FALLBACK_PORTS: u16 = 20;
/// How often it is looked whether the end was asked for.
const PACE: Duration = Duration::from_millis(200);

/// Where and how to serve.
#[derive(Clone, Debug)]
pub struct ServeSpec {
    /// The name or address to listen at.
    pub host: String,
    /// The port; 0 lets the system choose one.
    pub port: u16,
    /// Whether the ports after it are tried, too.
    pub port_fallback: bool,
    /// The path of the site's address, from `/` to `/`.
    pub mount: String,
    /// The built site.
    pub folder: PathBuf,
    /// Whether pages are told of changes.
    pub live: bool,
}

/// What came of one build.
#[derive(Clone, Debug, Default)]
pub struct Round {
    /// Files and folders whose changes ask for the next build.
    pub watch: Vec<PathBuf>,
    /// Folders below those that are left alone.
    pub ignore: Vec<PathBuf>,
    /// What is wrong, for people; pages show it until it is mended.
    pub problems: Option<String>,
}

/// A listening preview.
pub struct Preview {
    spec: ServeSpec,
    server: Arc<Server>,
    address: SocketAddr,
}

impl Preview {
    /// Listens, before anything is built.
    ///
    /// # Errors
    /// When the address is wrong or taken.
    pub fn listen(spec: ServeSpec) -> anyhow::Result<Self> {
        let last = if spec.port_fallback && spec.port > 0 {
            spec.port.saturating_add(FALLBACK_PORTS)
        } else {
            spec.port
        };
        let mut failure = None;
        for port in spec.port..=last {
            let addresses = (spec.host.as_str(), port).to_socket_addrs();
            let addresses: Vec<_> = addresses
                .with_context(|| format!("cannot find the address `{}`", spec.host))?
                .collect();
            match std::net::TcpListener::bind(addresses.as_slice()) {
                Ok(listener) => {
                    let address = listener.local_addr()?;
                    let server = Server::from_listener(listener, None);
                    let server = server.map_err(|error| anyhow::anyhow!("cannot serve at {address}: {error}"))?;
                    return Ok(Self {
                        spec,
                        server: Arc::new(server),
                        address,
                    });
                }
                Err(error) => failure = Some(error),
            }
        }
        let advice = if spec.port_fallback {
            "stop what listens there"
        } else {
            "stop what listens there, choose another port with --dev-addr, or add --port-fallback"
        };
        let error = failure.map_or_else(String::new, |error| error.to_string());
        anyhow::bail!("cannot listen at {}:{}: {error}; {advice}", spec.host, spec.port)
    }

    /// The address of the site.
    #[must_use]
    pub fn url(&self) -> String {
        let host = match self.spec.host.as_str() {
            "" | "0.0.0.0" | "::" => "localhost",
            host => host,
        };
        let host = if host.contains(':') {
            format!("[{host}]")
        } else {
            host.to_owned()
        };
        format!("http://{host}:{}{}", self.address.port(), self.spec.mount)
    }

    /// Serves until `ended` says so. `build` is called at the start and after changes, with the
    /// files that changed; requests before the end of the first build wait for it. Notices for
    /// people go to `say`.
    ///
    /// # Errors
    /// When threads cannot be started.
    pub fn run(
        self,
        build: &mut dyn FnMut(&[PathBuf]) -> Round,
        ended: &dyn Fn() -> bool,
        say: &dyn Fn(&str),
    ) -> anyhow::Result<()> {
        let hub = Arc::new(Hub::default());
        let stop = Arc::new(AtomicBool::new(false));
        let site = Arc::new(Site {
            folder: self.spec.folder.clone(),
            mount: self.spec.mount.clone(),
            host: self.spec.host.clone(),
            live: self.spec.live,
        });
        let mut workers = Vec::new();
        for _ in 0..WORKERS {
            let (server, hub, site, stop) = (
                Arc::clone(&self.server),
                Arc::clone(&hub),
                Arc::clone(&site),
                Arc::clone(&stop),
            );
            let work = move || {
                while !stop.load(Relaxed) {
                    if let Ok(Some(request)) = server.recv_timeout(PACE) {
                        http::answer(request, &site, &hub);
                    }
                }
            };
            let thread = std::thread::Builder::new().name("preview".to_owned());
            workers.push(thread.spawn(work).context("cannot start threads")?);
        }
        let mut round = build(&[]);
        hub.built(round.problems.as_deref(), &[]);
        let mut watcher = self.spec.live.then(|| Watcher::new(say));
        while !ended() {
            let Some(watcher) = &mut watcher else {
                std::thread::sleep(PACE);
                continue;
            };
            watcher.watch(&round.watch, &round.ignore, say);
            let changed = watcher.changes(PACE);
            if changed.is_empty() {
                hub.tick();
                continue;
            }
            round = build(&changed);
            hub.built(round.problems.as_deref(), &changed);
        }
        stop.store(true, Relaxed);
        hub.end();
        for worker in workers {
            // A worker that panicked has nothing left to end.
            let _ = worker.join();
        }
        Ok(())
    }
}
