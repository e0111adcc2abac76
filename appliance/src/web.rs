//! The web's thread: its own event loop, so that no page, report or slow browser touches a call.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;

use tokio_util::sync::CancellationToken;

use crate::call_control::CallControl;
use hotline_call::LineId;

use crate::clock::Clock;
use crate::http::{Api, ApiParts, Counters, LineMeasurer, Measuring, PhoneDirectory, Registration};
use crate::media::line_watch::LineWatch;
use crate::media::tick::TickCounters;
use crate::media::{EngineHandle, NetHandle};
use crate::phones::Phones;
use crate::run::{StartError, thread};
use crate::store::Store;
use crate::system::alarms::Alarms;
use crate::system::number_ranges::NumberRanges;

/// What the web shows and acts upon.
pub struct WebDoor {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The store.
    pub store: Store,
    /// The way to the centre.
    pub control: CallControl,
    /// Who is registered.
    pub phones: Arc<Phones>,
    /// What is wrong.
    pub alarms: Alarms,
    /// Where mobile numbers are registered.
    pub ranges: NumberRanges,
    /// Figures of the tick.
    pub tick: Arc<TickCounters>,
    /// Who measures lines.
    pub lines: LineWatch,
    /// Figures of the RTP thread.
    pub net: NetHandle,
    /// Commands that found no room.
    pub engine: EngineHandle,
    /// Time.
    pub clock: Clock,
}

/// The web's thread and where it is reached.
pub struct Web {
    /// Where.
    pub address: SocketAddr,
    /// The thread; ends when stopped.
    pub thread: JoinHandle<()>,
}

/// Listens, and serves until `stop`.
///
/// # Errors
/// The address is taken or not ours.
pub fn start(door: WebDoor, stop: CancellationToken) -> Result<Web, StartError> {
    let address = door.listen;
    let refused = |source| StartError::Web { address, source };
    let listener = std::net::TcpListener::bind(address).map_err(refused)?;
    listener.set_nonblocking(true).map_err(refused)?;
    let bound = listener.local_addr().map_err(refused)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .thread_name("web worker")
        .enable_all()
        .build()
        .map_err(refused)?;
    let thread = thread("web", move || {
        let served = runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener)?;
            crate::http::serve(api(door, stop), listener).await;
            std::io::Result::Ok(())
        });
        if let Err(error) = served {
            tracing::error!(%error, "the web pages are not served any more");
        }
        // A browser that keeps its socket open does not keep the program up.
        runtime.shutdown_timeout(std::time::Duration::from_secs(2));
    })?;
    Ok(Web {
        address: bound,
        thread,
    })
}

fn api(door: WebDoor, ending: CancellationToken) -> Api {
    Api::new(ApiParts {
        store: door.store,
        call_control: door.control,
        phones: Arc::new(Directory(door.phones)),
        alarms: door.alarms,
        ranges: door.ranges,
        counters: Arc::new(Figures {
            tick: door.tick,
            net: door.net,
            engine: door.engine,
        }),
        lines: Arc::new(door.lines),
        clock: door.clock,
        ending,
    })
}

impl LineMeasurer for LineWatch {
    fn measure(&self, line: LineId) -> Measuring<'_> {
        Box::pin(Self::measure(self, line))
    }
}

struct Directory(Arc<Phones>);

impl PhoneDirectory for Directory {
    fn registrations(&self) -> Vec<Registration> {
        let shown = |known: crate::phones::Registration| Registration {
            phone: known.phone,
            contact: known.contact,
            user_agent: known.user_agent,
            expires_at: known.expires_at.wall_ms,
        };
        self.0.registrations().into_iter().map(shown).collect()
    }
}

struct Figures {
    tick: Arc<TickCounters>,
    net: NetHandle,
    engine: EngineHandle,
}

impl Counters for Figures {
    fn read(&self) -> BTreeMap<&'static str, u64> {
        let net = self.net.figures();
        BTreeMap::from([
            ("ticks", self.tick.ticks.load(Ordering::Relaxed)),
            ("ticks_late", self.tick.late.load(Ordering::Relaxed)),
            ("ticks_missed", self.tick.missed.load(Ordering::Relaxed)),
            ("tick_overruns", self.tick.overruns.load(Ordering::Relaxed)),
            ("tick_dropped", self.tick.dropped.load(Ordering::Relaxed)),
            ("tick_cpu_p9999_us", self.tick.cpu_us_at(9999)),
            ("engine_commands_dropped", self.engine.dropped()),
            ("rtp_in", net.received),
            ("rtp_out", net.sent),
            ("rtp_malformed", net.malformed),
            ("rtp_strangers", net.strangers),
            ("rtp_dropped", net.dropped),
            ("rtp_lost", net.lost),
            ("rtp_send_gaps", net.send_gaps),
        ])
    }
}
