//! The preview: serves a built folder on this machine, builds again when something changes, and
//! tells open pages.
//!
//! Knows nothing of pages or configuration: the caller builds, and says what to watch.

mod front;
mod http;
mod live;
mod watch;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{Builder, Scope};
use std::time::{Duration, Instant, SystemTime};

use anyhow::Context as _;
use tiny_http::{Request, Server};

use crate::report::Progress;
use front::Front;
use http::Site;
use live::Hub;
use watch::Watcher;

pub use front::{Desk, Question, Reply};

/// Threads that answer requests.
const WORKERS: usize = 4;
/// Ports that are tried after the one asked for.
const FALLBACK_PORTS: u16 = 20;
/// How often it is looked whether the end was asked for.
const PACE: Duration = Duration::from_millis(200);
/// The same while a build is awaited.
const QUICK: Duration = Duration::from_millis(20);
/// How long a client may read nothing of what is sent.
const STANDSTILL: Duration = Duration::from_secs(10);
/// How long the first build waits for the glimpse.
const GLIMPSE: Duration = Duration::from_secs(2);
/// How many changed pages are drawn before the rest of the site.
const FEW: usize = 8;
/// What browsers ask for first has the processor for this time, before the site is built.
const HEADSTART: Duration = Duration::from_millis(150);

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

/// What is watched.
#[derive(Clone, Debug, Default)]
pub struct Watched {
    /// Files and folders whose changes ask for the next build.
    pub paths: Vec<PathBuf>,
    /// Folders below those that are left alone.
    pub ignored: Vec<PathBuf>,
}

/// What came of one build.
#[derive(Clone, Debug, Default)]
pub struct Round {
    /// What it has read, as far as its changes ask for the next build.
    pub watched: Watched,
    /// What is wrong, for people; pages show it until it is mended.
    pub problems: Option<String>,
}

/// Who builds what is served.
pub trait Work: Sync {
    /// What is watched before anything is built.
    fn watched(&self) -> Watched;

    /// Sees as soon as it can what pages there are, calls `ready`, and makes single pages as long as
    /// `desk` asks for them. That it cannot is no matter: a build follows.
    fn glimpse(&self, desk: &Desk, ready: &dyn Fn());

    /// Builds the site into its folder, after `changed` has changed; calls `done` with what came of
    /// it, once, and makes single pages as long as `desk` asks for them. Ends early if `progress` is
    /// interrupted, because something has changed again.
    fn build(&self, changed: &[PathBuf], progress: &Progress, desk: &Desk, done: &dyn Fn(Round));
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
                    // Connections inherit it: a client that does not read is given up.
                    let _ = socket2::SockRef::from(&listener).set_write_timeout(Some(STANDSTILL));
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

    /// Serves what `work` makes until `ended` says so; builds again after changes. Notices for
    /// people go to `say`.
    ///
    /// # Errors
    /// When threads cannot be started.
    pub fn run(self, work: &dyn Work, ended: &dyn Fn() -> bool, say: &dyn Fn(&str)) -> anyhow::Result<()> {
        let room = Room {
            hub: Hub::default(),
            front: Front::default(),
            site: Site {
                folder: self.spec.folder.clone(),
                mount: self.spec.mount.clone(),
                host: self.spec.host.clone(),
                live: self.spec.live,
            },
            work,
        };
        let stop = AtomicBool::new(false);
        std::thread::scope(|scope| {
            let served = self.serve(scope, &room, &stop, ended, say);
            stop.store(true, Relaxed);
            room.front.end();
            room.hub.end();
            served
        })
    }

    fn serve<'scope, 'env>(
        &'env self,
        scope: &'scope Scope<'scope, 'env>,
        room: &'env Room<'env>,
        stop: &'env AtomicBool,
        ended: &dyn Fn() -> bool,
        say: &dyn Fn(&str),
    ) -> anyhow::Result<()> {
        for _ in 0..WORKERS {
            let work = move || {
                while !stop.load(Relaxed) {
                    if let Ok(Some(request)) = self.server.recv_timeout(PACE) {
                        room.answer(scope, request);
                    }
                }
            };
            let thread = Builder::new().name("preview".to_owned());
            thread.spawn_scoped(scope, work).context("cannot start threads")?;
        }
        let mut watcher = self.spec.live.then(|| Watcher::new(say));
        if let Some(watcher) = &mut watcher {
            watcher.watch(&room.work.watched(), say);
        }
        // It has the processor for itself, as long as it does not take too long.
        let _ = room.glimpse(scope)?.recv_timeout(GLIMPSE);
        std::thread::sleep(HEADSTART);
        let (sender, rounds) = channel();
        let mut started = SystemTime::now();
        let mut running = Some(room.build(scope, Vec::new(), sender.clone())?);
        let mut waiting: BTreeSet<PathBuf> = BTreeSet::new();
        let mut not_before = Instant::now();
        while !ended() {
            if let Ok(round) = rounds.try_recv() {
                running = None;
                if let Some(watcher) = &mut watcher {
                    // What was not watched yet may have changed since the build has read it.
                    if watcher.watch(&round.watched, say) {
                        waiting.extend(watch::newer(&round.watched, started));
                    }
                }
            }
            if running.is_none() && !waiting.is_empty() && Instant::now() >= not_before {
                let changed = std::mem::take(&mut waiting).into_iter().collect();
                started = SystemTime::now();
                running = Some(room.build(scope, changed, sender.clone())?);
            }
            let pace = if running.is_some() || !waiting.is_empty() {
                QUICK
            } else {
                PACE
            };
            let Some(watcher) = &mut watcher else {
                std::thread::sleep(pace);
                continue;
            };
            let changed = watcher.changes(pace);
            room.hub.tick();
            if changed.is_empty() {
                continue;
            }
            if let Some(progress) = &running {
                progress.interrupt();
            }
            if changed.len() <= FEW && changed.iter().all(|path| front::is_text(path)) && room.front.draw(&changed) {
                room.hub.patched();
                not_before = Instant::now() + HEADSTART;
            }
            waiting.extend(changed);
        }
        if let Some(progress) = &running {
            progress.interrupt();
        }
        Ok(())
    }
}

/// What all threads share.
struct Room<'w> {
    hub: Hub,
    front: Front,
    site: Site,
    work: &'w dyn Work,
}

impl Room<'_> {
    /// Answers a request; those that wait for the first build do so in a thread of their own.
    fn answer<'scope, 'env>(&'env self, scope: &'scope Scope<'scope, 'env>, request: Request) {
        let work = move || http::answer(request, &self.site, &self.front, &self.hub);
        if self.front.is_built() {
            work();
        } else {
            // Without threads left the connection just ends: the client may ask again.
            let _ = Builder::new().name("preview".to_owned()).spawn_scoped(scope, work);
        }
    }

    /// Starts the glimpse; what is given hears when it is ready or cannot be had.
    fn glimpse<'scope, 'env>(&'env self, scope: &'scope Scope<'scope, 'env>) -> anyhow::Result<Receiver<()>> {
        let (sender, ready) = channel();
        let work = move || {
            let (line, desk) = front::desk();
            let line = Cell::new(Some((line, sender)));
            self.work.glimpse(&desk, &|| {
                if let Some((line, sender)) = line.take() {
                    self.front.glimpse(line);
                    let _ = sender.send(());
                }
            });
        };
        let thread = Builder::new().name("glimpse".to_owned());
        thread.spawn_scoped(scope, work).context("cannot start threads")?;
        Ok(ready)
    }

    /// Starts a build; its round is sent to `rounds`, and interrupting what is given ends it early.
    fn build<'scope, 'env>(
        &'env self,
        scope: &'scope Scope<'scope, 'env>,
        changed: Vec<PathBuf>,
        rounds: Sender<Round>,
    ) -> anyhow::Result<Arc<Progress>> {
        let progress = Arc::new(Progress::new());
        let given = Arc::clone(&progress);
        let work = move || {
            let (line, desk) = front::desk();
            let line = Cell::new(Some(line));
            self.work.build(&changed, &progress, &desk, &|round| {
                let line = line.take();
                // What has changed meanwhile is built next.
                if !progress.is_interrupted() {
                    match line.filter(|_| round.problems.is_none()) {
                        Some(line) => self.front.built(line),
                        None => self.front.failed(),
                    }
                    self.hub.built(round.problems.as_deref(), &changed);
                }
                // At the end nobody listens any more.
                let _ = rounds.send(round);
            });
        };
        let thread = Builder::new().name("build".to_owned());
        thread.spawn_scoped(scope, work).context("cannot start threads")?;
        Ok(given)
    }
}
