//! Puts the house together and takes it down: the order in which doors open is here and nowhere
//! else. Threads are kept apart (decision 3): tick, net, recorder, store, call control, phones, web.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;

use heapless::spsc::Consumer;
use hotline_call::Moment;
use hotline_drivers::card::AnalogCard;
use hotline_dsp::engine::{EchoSettings, EngineConfig, Law, TonePlan, VoiceSettings};
use hotline_services::{CallCentre, Configuration, RecordingId};
use tokio::sync::{broadcast, mpsc, watch};
use tokio_util::sync::CancellationToken;

use crate::call_control::{CallControl, Live, Task, Wiring};
use crate::clock::Clock;
use crate::config::{self, Config};
use crate::media::archive;
use crate::media::line_watch::LineWatch;
use crate::media::prompts::{PromptError, Prompts};
use crate::media::recorder::Recorder;
use crate::media::sound_watch;
use crate::media::tick::{TickCounters, TickSettings, ports_of};
use crate::media::{
    EngineHandle, HookHandle, NetHandle, NetSettings, Rings, TickEnds, TickEvent, recording_index,
    start_net, tick,
};
use crate::phones::{PhoneEvent, PhoneSettings, Phones, PhonesError};
use crate::phones_door::PhonesDoor;
use crate::store::{RECORDINGS_FOLDER, Store, StoreError, StoreOptions};
use crate::system::alarms::{AlarmCode, Alarms};
use crate::system::number_ranges::NumberRanges;
use crate::web::WebDoor;

/// Streams at most: 50 seats, each with a call and a consultation, and some that are being closed
/// while the next opens.
const STREAMS: u16 = 112;
/// Recordings at most: one a line, and room for those being closed.
const RECORDINGS: u16 = 128;
/// Events of phones that may wait for call control.
const PHONE_EVENTS: usize = 1024;
/// Questions of people that may wait for call control.
const ASKS: usize = 256;
/// Where the database of mobile numbers is, in the data directory.
const NUMBERS_FOLDER: &str = "numbers";
/// Facts a slow listener may be behind.
const TOLD: usize = 1024;

/// What differs between the appliance, the demo and a test: where the lines come from.
#[derive(Default)]
pub struct Doors {
    /// The card, brought up. None: phones only, a timer gives the beat.
    pub card: Option<Box<dyn AnalogCard>>,
}

/// Why the program does not run.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The store.
    #[error("the store does not open")]
    Store(#[from] StoreError),
    /// The prompts.
    #[error("the prompts are not there")]
    Prompts(#[from] PromptError),
    /// The phones.
    #[error("the phones' door does not open")]
    Phones(#[from] PhonesError),
    /// The web.
    #[error("cannot serve the web pages on {address}; see [http] listen")]
    Web {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The system has no thread, descriptor or directory for us.
    #[error("the system refuses {what}")]
    System {
        /// What was asked for.
        what: &'static str,
        /// Why.
        source: std::io::Error,
    },
}

fn system(what: &'static str) -> impl FnOnce(std::io::Error) -> StartError {
    move |source| StartError::System { what, source }
}

/// The running program. Dropping it does not stop it: [`Running::stop`] does.
pub struct Running {
    /// Where the web pages are.
    pub web: SocketAddr,
    /// Where phones register.
    pub sip: SocketAddr,
    /// The one-time code, when the box is not set up yet.
    pub setup_code: Option<String>,
    /// The way to the centre.
    pub control: CallControl,
    /// The store.
    pub store: Store,
    /// What is wrong.
    pub alarms: Alarms,
    /// Figures of the tick.
    pub tick: Arc<TickCounters>,
    /// Figures of the RTP thread.
    pub net: NetHandle,
    /// Cancelled when it cannot go on: there is no sound any more. Stop it, and start anew.
    pub failed: CancellationToken,
    stop: CancellationToken,
    stop_tick: Arc<AtomicBool>,
    threads: Vec<JoinHandle<()>>,
}

/// Opens everything in order.
///
/// # Errors
/// [`StartError`] names the door that did not open.
pub fn start(config: &Config, doors: Doors) -> Result<Running, StartError> {
    let mut ground = Ground::open(config)?;
    let lines = doors
        .card
        .as_deref()
        .map_or(0, |card| ports_of(card).len() as u16);
    let stop = CancellationToken::new();
    let (side, ends) = MediaSide::start(config, &ground, lines, &stop)?;
    let (tell, phone_events) = mpsc::channel(PHONE_EVENTS);
    let phones_door = PhonesDoor {
        settings: phone_settings(config),
        store: ground.store.clone(),
        engine: side.engine.clone(),
        net: side.net.clone(),
        events: tell,
        clock: ground.clock,
    };
    let (phones, phones_thread) = phones_door.open(stop.clone())?;
    let (net, engine, lines_seen) = (side.net.clone(), side.engine.clone(), side.lines);
    let sound = Sound::default();
    let tick_settings = sound.settings(config, doors.card, ground.clock);
    let media_threads = side.threads;
    let (control, control_thread) = start_call_control(
        &mut ground,
        side.ends,
        lines,
        (Arc::clone(&phones), phone_events),
        &stop,
    )?;
    let tick_thread = tick::start(tick_settings, ends).map_err(system("the tick's thread"))?;
    let sip = phones.local_addr();
    let web_door = WebDoor {
        listen: config.http.listen,
        store: ground.store.clone(),
        control: control.clone(),
        phones,
        alarms: ground.alarms.clone(),
        ranges: ground.ranges.clone(),
        tick: Arc::clone(&sound.counters),
        net: net.clone(),
        engine,
        lines: lines_seen,
        clock: ground.clock,
    };
    let sound_watch = sound.watched(ground.alarms.clone(), stop.clone())?;
    let web = crate::web::start(web_door, stop.clone())?;
    // In the order in which they end.
    let mut threads = vec![
        sound_watch,
        control_thread,
        web.thread,
        phones_thread,
        tick_thread,
    ];
    threads.extend(media_threads);
    Ok(Running {
        web: web.address,
        sip,
        setup_code: ground.setup_code,
        control,
        store: ground.store,
        alarms: ground.alarms,
        tick: sound.counters,
        net,
        failed: sound.failed,
        stop,
        stop_tick: sound.stop,
        threads,
    })
}

/// What is held of the tick's thread.
#[derive(Default)]
struct Sound {
    counters: Arc<TickCounters>,
    /// Set to end it.
    stop: Arc<AtomicBool>,
    /// Cancelled when it has ended by itself.
    failed: CancellationToken,
}

impl Sound {
    fn settings(
        &self,
        config: &Config,
        card: Option<Box<dyn AnalogCard>>,
        clock: Clock,
    ) -> TickSettings {
        TickSettings {
            card,
            engine: engine_config(config),
            realtime_priority: config.media.realtime_priority,
            clock,
            stop: Arc::clone(&self.stop),
            counters: Arc::clone(&self.counters),
        }
    }

    fn watched(
        &self,
        alarms: Alarms,
        stop: CancellationToken,
    ) -> Result<JoinHandle<()>, StartError> {
        let (counters, failed) = (Arc::clone(&self.counters), self.failed.clone());
        sound_watch::start(counters, alarms, stop, failed)
    }
}

/// What everything else stands on.
struct Ground {
    clock: Clock,
    alarms: Alarms,
    store: Store,
    centre: CallCentre,
    boot: u64,
    last_alive: Option<Moment>,
    prompts: Prompts,
    ranges: NumberRanges,
    setup_code: Option<String>,
}

impl Ground {
    fn open(config: &Config) -> Result<Self, StartError> {
        let clock = Clock::start();
        let alarms = Alarms::new(clock);
        let (store, loaded) = Store::open(store_options(config), clock, alarms.clone())?;
        let prompts = prepare_prompts(&config.paths.data, &loaded.configuration, &alarms)?;
        block_on(recording_index::mend(&store))??;
        let setup_code = block_on(store.new_setup_code())??;
        Ok(Self {
            clock,
            alarms,
            store,
            centre: loaded.centre,
            boot: loaded.boot,
            last_alive: loaded.last_alive,
            prompts,
            ranges: NumberRanges::open(&config.paths.data.join(NUMBERS_FOLDER)),
            setup_code,
        })
    }
}

/// The threads around the tick, and call control's ends of them.
struct MediaSide {
    net: NetHandle,
    engine: EngineHandle,
    lines: LineWatch,
    ends: ControlEnds,
    threads: Vec<JoinHandle<()>>,
}

/// What call control has of the media side.
struct ControlEnds {
    engine: EngineHandle,
    net: NetHandle,
    hooks: HookHandle,
    tick_events: Consumer<'static, (Moment, TickEvent)>,
    recorder: Recorder,
    recording_failures: mpsc::Receiver<RecordingId>,
}

impl MediaSide {
    fn start(
        config: &Config,
        ground: &Ground,
        lines: u16,
        stop: &CancellationToken,
    ) -> Result<(Self, TickEnds), StartError> {
        let (rings, ends) = Rings::new();
        let settings = NetSettings {
            ip: Ipv4Addr::UNSPECIFIED.into(),
            ports: config.rtp.first_port..=config.rtp.last_port,
            lines,
            streams: STREAMS,
            // The tick comes before it.
            realtime_priority: config.media.realtime_priority.saturating_sub(1),
        };
        let (net, net_thread) = start_net(settings, rings.packets, rings.frames, ground.clock)
            .map_err(system("the RTP thread"))?;
        let (failures, recording_failures) = mpsc::channel(64);
        let (index, index_thread) =
            recording_index::start(ground.store.clone(), ground.alarms.clone(), failures)?;
        let folder = config.paths.data.join(RECORDINGS_FOLDER);
        let (recorder, recorder_thread) =
            Recorder::start(&folder, rings.recorded, rings.retired, index)
                .map_err(system("the recorder"))?;
        let control = ControlEnds {
            engine: rings.engine.clone(),
            net: net.clone(),
            hooks: rings.hooks,
            tick_events: rings.events,
            recorder,
            recording_failures,
        };
        let archive_thread =
            archive::start(ground.store.clone(), ground.alarms.clone(), stop.clone())?;
        let threads = vec![recorder_thread, index_thread, archive_thread, net_thread];
        Ok((
            Self {
                net,
                lines: LineWatch::new(rings.engine.clone(), rings.measured),
                engine: rings.engine,
                ends: control,
                threads,
            },
            ends,
        ))
    }
}

fn start_call_control(
    ground: &mut Ground,
    ends: ControlEnds,
    lines: u16,
    (phones, phone_events): (Arc<Phones>, mpsc::Receiver<PhoneEvent>),
    stop: &CancellationToken,
) -> Result<(CallControl, JoinHandle<()>), StartError> {
    let (ask, asks) = mpsc::channel(ASKS);
    let (live, live_seen) = watch::channel(Arc::new(Live::default()));
    let (told, _) = broadcast::channel(TOLD);
    let prompts = ground.prompts.clone();
    let control = CallControl::new(ask, live_seen, told.clone()).with_prompts(prompts.clone());
    let task = Task::new(Wiring {
        clock: ground.clock,
        centre: std::mem::take(&mut ground.centre),
        boot: ground.boot,
        last_alive: ground.last_alive,
        lines,
        store: ground.store.clone(),
        phones,
        net: ends.net,
        engine: ends.engine,
        hooks: ends.hooks,
        tick_events: ends.tick_events,
        phone_events,
        asks,
        storage: ground.store.storage(),
        directory: ground.ranges.watch(),
        recording_failures: ends.recording_failures,
        recorder: ends.recorder,
        prompts,
        alarms: ground.alarms.clone(),
        live,
        told,
    });
    let stop = stop.clone();
    let handle = thread("call control", move || {
        if let Err(error) = block_on(task.run(stop)) {
            tracing::error!(%error, "call control did not start");
        }
    })?;
    Ok((control, handle))
}

impl Running {
    /// Ends everything in order; facts and recordings are on the disk afterwards. The RTP thread
    /// ends with the last handle to it, so hand none of them on.
    pub fn stop(self) {
        self.stop.cancel();
        self.stop_tick.store(true, Ordering::Relaxed);
        drop((self.net, self.control));
        for thread in self.threads {
            let name = thread.thread().name().unwrap_or("?").to_owned();
            if thread.join().is_err() {
                tracing::error!(name, "the thread ended by a fault of ours");
            }
        }
        self.store.close();
    }
}

/// Runs a future to its end on this thread.
pub(crate) fn block_on<F: Future>(future: F) -> Result<F::Output, StartError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(system("an event loop"))?;
    Ok(runtime.block_on(future))
}

pub(crate) fn thread(
    name: &str,
    work: impl FnOnce() + Send + 'static,
) -> Result<JoinHandle<()>, StartError> {
    std::thread::Builder::new()
        .name(name.into())
        .spawn(work)
        .map_err(system("a thread"))
}

fn store_options(config: &Config) -> StoreOptions {
    StoreOptions {
        realm: config.sip.realm.clone(),
        reserve_octets: config.storage.reserve_mb * 1_000_000,
        low_octets: config.storage.recordings_reserve_mb * 1_000_000,
        ..StoreOptions::new(&config.paths.data)
    }
}

/// Speaks everything callers may hear. Without a voice calls still work; an alarm says what is
/// missing.
fn prepare_prompts(
    data: &Path,
    configuration: &Configuration,
    alarms: &Alarms,
) -> Result<Prompts, StartError> {
    let prompts = Prompts::open(&data.join("prompts"))?;
    let mut sayings = Prompts::built_in();
    sayings.extend(crate::call_control::sayings_of(configuration));
    if let Err(error) = prompts.prepare(&sayings) {
        let message = format!("callers do not hear some announcements: {error}");
        alarms.raise(AlarmCode::VoiceMissing, None, &message);
    }
    Ok(prompts)
}

fn phone_settings(config: &Config) -> PhoneSettings {
    PhoneSettings {
        listen: config.sip.listen,
        realm: config.sip.realm.clone(),
        advertise: match config.sip.address {
            config::Address::Auto => None,
            config::Address::Given(address) => Some(address),
        },
        min_expires_s: config.sip.registration_min_s,
        max_expires_s: config.sip.registration_max_s,
    }
}

fn engine_config(config: &Config) -> EngineConfig {
    let lines = &config.lines;
    EngineConfig {
        lines: 0,
        streams: STREAMS,
        // One card, and it drives the tick.
        own_clock: 0,
        voice_of_lines: VoiceSettings::default(),
        voice_of_streams: VoiceSettings::default(),
        line_law: match lines.law {
            config::Law::A => Law::A,
            config::Law::Mu => Law::Mu,
        },
        echo: EchoSettings {
            tail_ms: lines.echo_tail_ms,
            ..EchoSettings::default()
        },
        recordings: RECORDINGS,
        tones: TonePlan {
            tone_hz: lines.busy_tone_hz as f32,
            busy_ms: (lines.busy_on_ms as u16, lines.busy_off_ms as u16),
            ..TonePlan::CN
        },
    }
}

/// The address that people on this machine's network can use for `listen`.
#[must_use]
pub fn reachable(listen: SocketAddr) -> SocketAddr {
    if !listen.ip().is_unspecified() {
        return listen;
    }
    let own = own_address().unwrap_or(Ipv4Addr::LOCALHOST.into());
    SocketAddr::new(own, listen.port())
}

/// The address this machine has towards the network; nothing is sent.
fn own_address() -> Option<IpAddr> {
    let socket = std::net::UdpSocket::bind((Ipv4Addr::UNSPECIFIED, 0)).ok()?;
    // TEST-NET-1 (RFC 5737): only the routing table is asked.
    socket.connect((Ipv4Addr::new(192, 0, 2, 1), 9)).ok()?;
    socket.local_addr().ok().map(|address| address.ip())
}
