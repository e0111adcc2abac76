//! The task: gathers what the doors tell, hands it to the core, stores the facts, carries out the
//! actions.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use heapless::spsc::Consumer;
use hotline_call::{Cause, Device, Event as DoorEvent, LegId, LegIds, LineId, Moment};
use hotline_dsp::engine::{Channel, Event as MediaEvent};
use hotline_services::region::Directory;
use hotline_services::{
    CallCentre, Configuration, Event, Extension, Fact, RecordingId, StorageState,
};
use tokio::sync::{broadcast, mpsc, watch};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::core::{Core, Handled};
use super::dials::Dials;
use super::legs::{Ends, Legs};
use super::pins::{CHECKING, Checking};
use super::sounds::{LOADING, Loading};
use super::voices::Voices;
use super::{Ask, Live};
use crate::clock::Clock;
use crate::lines::{FxoPort, PortDoors};
use crate::media::prompts::Prompts;
use crate::media::recorder::Recorder;
use crate::media::{EngineHandle, HookHandle, NetHandle, TickEvent};
use crate::phones::{DoorLegs, PhoneEvent, Phones};
use crate::store::Store;
use crate::system::alarms::{AlarmCode, Alarms};

/// How often the tick's ring is looked into: what happened there bears its own time, so this costs
/// reaction, not truth.
const LOOK: Duration = Duration::from_millis(2);
/// A phone in a call that sends nothing for so long is gone (it sends 50 packets a second).
const PHONE_GONE_S: u16 = 10;
/// One that has told of a pause (RFC 3389) may send nothing as long as nobody speaks there, which may
/// be all of the music of a queue. No call should be held for ever by a phone that died in a pause.
const RESTING_PHONE_GONE_S: u16 = 600;
/// How long the end of the program waits for a phone to say that its leg is over.
const WIND_DOWN: Duration = Duration::from_secs(2);
/// Events one event may lead to before something must be wrong: a door that tells at once.
const MAX_CHAIN: usize = 10_000;

/// All that the task is joined to.
pub struct Wiring {
    /// Time.
    pub clock: Clock,
    /// The centre that the facts so far lead to.
    pub centre: CallCentre,
    /// The number of this life.
    pub boot: u64,
    /// When the life before was seen alive last, on its own clocks, if that was noted.
    pub last_alive: Option<Moment>,
    /// How many lines there are.
    pub lines: u16,
    /// Where facts go.
    pub store: Store,
    /// The phones.
    pub phones: Arc<Phones>,
    /// Streams for them.
    pub net: NetHandle,
    /// The engine.
    pub engine: EngineHandle,
    /// The hooks of the lines.
    pub hooks: HookHandle,
    /// What the tick tells.
    pub tick_events: Consumer<'static, (Moment, TickEvent)>,
    /// What phones tell.
    pub phone_events: mpsc::Receiver<PhoneEvent>,
    /// What people ask.
    pub asks: mpsc::Receiver<Ask>,
    /// Room on the disk.
    pub storage: watch::Receiver<StorageState>,
    /// Recordings that could not be written.
    pub recording_failures: mpsc::Receiver<RecordingId>,
    /// Where numbers are registered.
    pub directory: watch::Receiver<Arc<Directory>>,
    /// Files.
    pub recorder: Recorder,
    /// Sounds.
    pub prompts: Prompts,
    /// What is wrong.
    pub alarms: Alarms,
    /// What everybody may see.
    pub live: watch::Sender<Arc<Live>>,
    /// Every fact, for whoever listens.
    pub told: broadcast::Sender<Arc<Fact>>,
}

/// The running task.
pub struct Task {
    pub(super) w: Wiring,
    pub(super) core: Core,
    pub(super) ports: Vec<FxoPort>,
    pub(super) door_legs: DoorLegs,
    pub(super) legs: Legs,
    /// Numbers that wait for the disk.
    pub(super) dials: Dials,
    /// The last fact.
    pub(super) told_seq: u64,
    /// What the centre has not been told yet.
    pub(super) pending: VecDeque<(Moment, Event)>,
    pub(super) seq: u64,
    /// Playbacks whose sounds are being read, by who is to hear them.
    pub(super) loading: BTreeMap<LegId, u64>,
    pub(super) loaded: Loading,
    /// PINs that have been compared.
    pub(super) checked: Checking,
    voices: Voices,
}

impl Task {
    /// The task.
    #[must_use]
    pub fn new(mut wiring: Wiring) -> Self {
        let mut core = Core::new(std::mem::take(&mut wiring.centre));
        core.know(&wiring.directory.borrow_and_update());
        let door_legs = LegIds::for_doors(core.centre().last_leg().0);
        let door_legs = Arc::new(Mutex::new(door_legs));
        wiring.phones.name_legs(Arc::clone(&door_legs));
        let ports = (0..wiring.lines)
            .map(|line| FxoPort::new(LineId(line)))
            .collect();
        let (legs, pending) = (Legs::default(), VecDeque::new());
        Self {
            w: wiring,
            core,
            ports,
            door_legs,
            legs,
            dials: Dials::default(),
            told_seq: 0,
            pending,
            seq: 0,
            voices: Voices::default(),
            loading: BTreeMap::new(),
            loaded: mpsc::channel(LOADING),
            checked: mpsc::channel(CHECKING),
        }
    }

    /// Runs until `stop`; calls in progress are then released and their facts stored.
    pub async fn run(mut self, stop: CancellationToken) {
        let (boot, last_alive) = (self.w.boot, self.w.last_alive);
        let configuration = self.w.store.configuration().borrow().as_ref().clone();
        let configuration = self.with_extensions(configuration);
        self.tell(self.w.clock.now(), Event::Started { boot, last_alive });
        self.configure(self.w.clock.now(), configuration);
        self.tell_storage();
        let mut look = tokio::time::interval(LOOK);
        look.set_missed_tick_behavior(MissedTickBehavior::Skip);
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                Some(told) = self.w.phone_events.recv() => self.phone_event(told),
                Some(ask) = self.w.asks.recv() => self.answer(ask),
                Some(loaded) = self.loaded.1.recv() => self.loaded(loaded),
                Some(checked) = self.checked.1.recv() => self.pin_checked(checked),
                Ok(()) = self.w.directory.changed() => {
                    self.core.know(&self.w.directory.borrow_and_update());
                }
                Ok(()) = self.w.storage.changed() => self.tell_storage(),
                Some(recording) = self.w.recording_failures.recv() => {
                    self.tell(self.w.clock.now(), Event::RecordingFailed(recording));
                }
                _ = look.tick() => self.look(),
            }
        }
        self.wind_down().await;
        self.w.store.keep_checkpoint_now(self.core.centre());
        tracing::info!("call control ends");
    }

    /// Ends every leg and waits, a little, for the doors to say that they are over.
    async fn wind_down(&mut self) {
        let (now, cause) = (self.w.clock.now(), Cause::TEMPORARY_FAILURE);
        for (leg, ends) in self.legs.all() {
            match ends {
                Ends::Line(_) if self.dials.forget(leg) => {
                    self.legs.remove(leg);
                    self.tell(now, Event::Door(DoorEvent::Released { leg, cause }));
                }
                Ends::Line(line) => {
                    self.with_port(
                        line.0.into(),
                        |port, doors| port.release(now, cause, doors),
                        now,
                    );
                }
                Ends::Phone => self.w.phones.release(leg, cause),
            }
        }
        while !self.legs.all().is_empty() {
            let told = tokio::time::timeout(WIND_DOWN, self.w.phone_events.recv()).await;
            let Ok(Some(told)) = told else { break };
            self.phone_event(told);
        }
    }

    fn tell_storage(&mut self) {
        let state = *self.w.storage.borrow_and_update();
        self.tell(self.w.clock.now(), Event::Storage(state));
    }

    /// Empties the tick's ring and lets every timer that is due have its turn.
    fn look(&mut self) {
        // Bounded by the ring: what comes meanwhile waits for the next look.
        for _ in 0..self.w.tick_events.len() {
            let Some((at, event)) = self.w.tick_events.dequeue() else {
                break;
            };
            self.tick_event(at, event);
        }
        let now = self.w.clock.now();
        self.dial_what_is_due(now);
        for line in 0..self.ports.len() {
            if self.ports[line]
                .poll_timeout()
                .is_some_and(|due| now.has_reached(due))
            {
                self.with_port(line, |port, doors| port.timeout(now, doors), now);
            }
        }
        if self
            .core
            .centre()
            .poll_timeout()
            .is_some_and(|due| now.has_reached(due))
        {
            self.tell(now, Event::Timeout);
        }
    }

    fn tick_event(&mut self, at: Moment, event: TickEvent) {
        match event {
            TickEvent::Port(line, event) => {
                self.with_port(
                    line.0.into(),
                    |port, doors| port.port_event(at, event, doors),
                    at,
                );
            }
            TickEvent::CardGone => {
                let message = "the telephone card does not answer; no line works. \
                               Check that it sits firmly, then restart the box";
                self.w.alarms.raise(AlarmCode::CardDown, None, message);
                for line in 0..self.ports.len() {
                    use hotline_drivers::card::PortEvent::Failed;
                    self.with_port(line, |port, doors| port.port_event(at, Failed, doors), at);
                }
            }
            TickEvent::Engine(event) => self.media_event(at, event),
        }
    }

    fn media_event(&mut self, at: Moment, event: MediaEvent) {
        match event {
            MediaEvent::CallerId { channel, .. }
            | MediaEvent::BusyTone { channel }
            | MediaEvent::Progress { channel, .. } => {
                let line = usize::from(channel.0);
                self.with_port(line, |port, doors| port.media_event(at, &event, doors), at);
            }
            MediaEvent::Key {
                channel,
                key,
                duration_ms,
            } => {
                let digit = hotline_call::Digit::new(key);
                // Before the answer a line gives back the echo of the digits that we dial.
                let port = self.ports.get(usize::from(channel.0));
                if port.is_some_and(|port| !port.is_answered()) {
                    return;
                }
                if let (Some(leg), Some(digit)) = (self.legs.on(channel), digit) {
                    let duration_ms = duration_ms.into();
                    self.tell(
                        at,
                        Event::Door(DoorEvent::Digit {
                            leg,
                            digit,
                            duration_ms,
                        }),
                    );
                }
            }
            MediaEvent::PlaybackEnded { playback, .. } => {
                if let Some(line) = FxoPort::line_of_digits(playback) {
                    self.with_port(line, |port, doors| port.media_event(at, &event, doors), at);
                    return;
                }
                let playback = hotline_services::PlaybackId(playback);
                self.tell(at, Event::PlaybackEnded(playback));
            }
            MediaEvent::StreamSilent {
                channel,
                seconds,
                rests,
            } => self.stream_silent(at, channel, (seconds, rests)),
            MediaEvent::StreamEnded { channel, quality } => {
                tracing::debug!(channel = channel.0, ?quality, "a stream has ended");
                self.w.net.add_lost(quality.lost);
            }
            MediaEvent::RecordingSilent { recording, seconds } => {
                let (recording, silent_s) = (RecordingId(recording), u32::from(seconds));
                let event = Event::RecordingSilent {
                    recording,
                    silent_s,
                };
                self.tell(at, event);
            }
            MediaEvent::RecordingEnded { recording } => {
                self.w.recorder.finish(RecordingId(recording));
            }
            MediaEvent::CommandRefused { channel, why } => {
                tracing::warn!(channel = channel.0, why, "the engine refused a command");
            }
        }
    }

    /// A phone whose speech has stopped is gone, whatever its signalling says.
    fn stream_silent(&mut self, at: Moment, channel: Channel, (seconds, rests): (u16, bool)) {
        let Some(leg) = self.legs.on(channel) else {
            return;
        };
        let silence = Duration::from_secs(PHONE_GONE_S.into()).as_millis() as u64;
        let is_expected = self.legs.speech_expected(leg, at, silence);
        let gone_s = if rests {
            RESTING_PHONE_GONE_S
        } else {
            PHONE_GONE_S
        };
        if seconds < gone_s || self.legs.is_held(leg) || !is_expected {
            return;
        }
        tracing::warn!(%leg, seconds, "no speech comes from the phone any more; its leg is ended");
        let cause = Cause::DESTINATION_OUT_OF_ORDER;
        self.w.phones.release(leg, cause);
        self.door_event(at, DoorEvent::Released { leg, cause });
    }

    fn phone_event(&mut self, told: PhoneEvent) {
        match &told.event {
            DoorEvent::Held { leg } => self.legs.set_held(*leg, true),
            DoorEvent::Retrieved { leg } => self.legs.set_held(*leg, false),
            DoorEvent::Offered { leg, .. } => {
                if let Some(channel) = told.channel {
                    self.legs.add(*leg, channel, Ends::Phone);
                    self.legs.expect_speech(*leg, None);
                }
            }
            _ => {}
        }
        self.door_event(told.at, told.event);
    }

    fn with_port(
        &mut self,
        line: usize,
        act: impl FnOnce(&mut FxoPort, PortDoors<'_>) -> Vec<DoorEvent>,
        at: Moment,
    ) {
        let Some(port) = self.ports.get_mut(line) else {
            return;
        };
        let channel = port.channel();
        let told = act(
            port,
            PortDoors {
                hooks: &mut self.w.hooks,
                engine: &self.w.engine,
                legs: &mut named(&self.door_legs),
            },
        );
        for event in told {
            if let DoorEvent::Offered { leg, .. } = &event {
                self.legs
                    .add(*leg, channel, Ends::Line(LineId(line as u16)));
            }
            self.door_event(at, event);
        }
    }

    /// A door told something: legs that are over are forgotten, lines that fail are an alarm.
    fn door_event(&mut self, at: Moment, event: DoorEvent) {
        match &event {
            // Told as over before: a phone taken for gone, say.
            DoorEvent::Released { leg, .. } if !self.legs.remove(*leg) => return,
            DoorEvent::OutOfService {
                device: device @ Device::Line(_),
            } => {
                let message =
                    format!("{device} has no battery: the cable is out or the exchange is down");
                self.w
                    .alarms
                    .raise(AlarmCode::LineDown, Some(&device.to_string()), &message);
            }
            DoorEvent::InService {
                device: device @ Device::Line(_),
            } => {
                self.w
                    .alarms
                    .clear(AlarmCode::LineDown, Some(&device.to_string()));
            }
            _ => {}
        }
        self.tell(at, Event::Door(event));
    }

    fn answer(&mut self, ask: Ask) {
        let now = self.w.clock.now();
        match ask {
            Ask::Request(request, answer) => {
                let outcome = match self.core.handle(now, Event::Request(request)) {
                    Handled::Done(outcome) => {
                        self.carry_out(now, outcome);
                        self.drain();
                        Ok(())
                    }
                    Handled::Refused(refused) => Err(refused),
                    Handled::Fault => {
                        self.fault(now, None);
                        Ok(())
                    }
                };
                // The person may have closed the page; the change stands.
                let _ = answer.send(outcome);
            }
            Ask::Configure(configuration, answer) => {
                let configuration = self.with_extensions(*configuration);
                self.configure(now, configuration);
                let _ = answer.send(());
            }
            Ask::Tell(event, answer) => {
                self.tell(now, *event);
                let _ = answer.send(());
            }
        }
    }

    fn configure(&mut self, now: Moment, configuration: Box<Configuration>) {
        let channels = (self.w.lines, self.w.net.streams());
        self.voices
            .set(configuration.voice, channels, &self.w.engine);
        self.tell(now, Event::Configure(configuration));
    }

    /// What is set, and phones and people, which the store keeps elsewhere.
    fn with_extensions(&self, mut configuration: Configuration) -> Box<Configuration> {
        let phones = self.w.store.phones();
        let phones = phones.borrow();
        let extension = |phone: &crate::store::Phone| Extension {
            number: phone.extension.clone(),
            phone: phone.id,
        };
        configuration.extensions = phones.iter().map(extension).collect();
        configuration.people = self.w.store.people().borrow().to_vec();
        Box::new(configuration)
    }

    /// Tells the centre, and all that comes of it.
    pub(super) fn tell(&mut self, at: Moment, event: Event) {
        self.pending.push_back((at, event));
        self.drain();
    }

    pub(super) fn drain(&mut self) {
        for _ in 0..MAX_CHAIN {
            let Some((at, event)) = self.pending.pop_front() else {
                self.publish();
                if let Some(centre) = self.core.take_checkpoint() {
                    self.w.store.keep_checkpoint(centre);
                }
                return;
            };
            let leg = leg_of(&event);
            match self.core.handle(at, event) {
                Handled::Done(outcome) => self.carry_out(at, outcome),
                Handled::Refused(refused) => tracing::debug!(%refused, "refused"),
                Handled::Fault => self.fault(at, leg),
            }
        }
        tracing::error!(
            left = self.pending.len(),
            "events lead to events without end; dropped"
        );
        self.pending.clear();
    }

    /// The core fell over an event: the leg at fault is cleared, everything else goes on.
    fn fault(&mut self, at: Moment, leg: Option<LegId>) {
        let message = "a fault of the program: the call it happened in was cleared, others go on. \
                       Please report it with the log";
        self.w
            .alarms
            .raise(AlarmCode::CallControlRestarted, None, message);
        let Some(leg) = leg else { return };
        let cause = Cause::TEMPORARY_FAILURE;
        match self.legs.ends(leg) {
            Some(Ends::Line(line)) => {
                self.with_port(
                    line.0.into(),
                    |port, doors| port.release(at, cause, doors),
                    at,
                );
            }
            Some(Ends::Phone) => self.w.phones.release(leg, cause),
            None => {}
        }
    }

    fn publish(&mut self) {
        let view = self.core.centre().view();
        if self.seq > 0 && self.w.live.borrow().view == view {
            return;
        }
        self.seq += 1;
        let live = Live {
            at: self.w.clock.now(),
            seq: self.seq,
            view,
        };
        self.w.live.send_replace(Arc::new(live));
    }
}

/// Names for new legs. A door that fell over while it took one has taken it.
pub(super) fn named(legs: &DoorLegs) -> MutexGuard<'_, LegIds> {
    legs.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The leg an event is about.
fn leg_of(event: &Event) -> Option<LegId> {
    let Event::Door(event) = event else {
        return None;
    };
    match event {
        DoorEvent::Offered { leg, .. }
        | DoorEvent::Alerting { leg }
        | DoorEvent::Answered { leg }
        | DoorEvent::Digit { leg, .. }
        | DoorEvent::Held { leg }
        | DoorEvent::Retrieved { leg }
        | DoorEvent::TransferAsked { leg, .. }
        | DoorEvent::Released { leg, .. } => Some(*leg),
        DoorEvent::InService { .. } | DoorEvent::OutOfService { .. } => None,
    }
}
