//! One line of a card: octets in, what its party says out, and the same the other way.

use super::probe::Probe;
use super::stream::key_event;
use super::voice::{Voice, VoiceSettings};
use super::{BLOCK, Channel, EngineConfig, Event, Sink};
use crate::caller_id::CallerIdReceiver;
use crate::dtmf::DtmfDetector;
use crate::echo::{EchoCanceller, EchoSettings, Taken};
use crate::elastic::{Elastic, Slips};
use crate::g711::Law;
use crate::level;
use crate::progress::{BusyDetector, ProgressDetector, TonePlan};

/// Share of the newest millisecond in the smoothed level.
const SMOOTHING: f32 = 0.01;

/// A line channel; on-hook until it is in use.
#[derive(Debug)]
pub(super) struct Line {
    channel: Channel,
    law: Law,
    tones: TonePlan,
    in_use: bool,
    /// What was sent in the last tick, as the line got it: the echo of it is what comes next.
    sent: [i16; BLOCK],
    canceller: EchoCanceller,
    /// Whether what it gives is heard.
    cancels: bool,
    dtmf: DtmfDetector,
    busy: BusyDetector,
    /// While a call is made.
    progress: Option<ProgressDetector>,
    caller_id: CallerIdReceiver,
    receives_caller_id: bool,
    /// Mean square of what the line's party says, smoothed over about 100 ms.
    mean_square: f32,
    voice: Voice,
    probe: Box<Probe>,
    is_measured: bool,
    /// Between the clock of its card and the engine's, if they are two. The chain is the card's.
    between: Option<Between>,
}

/// What lies between two clocks, in either direction.
#[derive(Debug, Default)]
struct Between {
    said: Elastic,
    heard: Elastic,
}

impl Line {
    pub(super) fn new(channel: Channel, config: &EngineConfig) -> Self {
        Self {
            channel,
            law: config.line_law,
            tones: config.tones,
            in_use: false,
            sent: [0; BLOCK],
            canceller: EchoCanceller::new(config.echo).in_turn(channel.index()),
            cancels: true,
            dtmf: DtmfDetector::new(),
            busy: BusyDetector::new(config.tones),
            progress: None,
            caller_id: CallerIdReceiver::new(),
            receives_caller_id: false,
            mean_square: 0.0,
            voice: Voice::new(channel, config.voice_of_lines),
            probe: Box::new(Probe::new(channel)),
            is_measured: false,
            between: (channel.0 >= config.lines.saturating_sub(config.own_clock))
                .then(Between::default),
        }
    }

    /// One tick of the engine: what the party says. A line on a card with a clock of its own has said
    /// it before.
    pub(super) fn says_at_tick(
        &mut self,
        octets: &[u8; BLOCK],
        sink: &mut impl Sink,
    ) -> [i16; BLOCK] {
        match &mut self.between {
            Some(between) => between.said.take(),
            None => self.says(octets, sink),
        }
    }

    /// One tick of the engine: what the party is to hear; a line on a card with a clock of its own
    /// takes it later.
    pub(super) fn hears_at_tick(&mut self, block: &[i16; BLOCK], octets: &mut [u8; BLOCK]) {
        match &mut self.between {
            Some(between) => between.heard.put(block),
            None => self.hears(block, octets),
        }
    }

    /// One tick of a card with a clock of its own. `false`: the line has none.
    pub(super) fn card_tick(
        &mut self,
        octets_in: &[u8; BLOCK],
        octets_out: &mut [u8; BLOCK],
        sink: &mut impl Sink,
    ) -> bool {
        if self.between.is_none() {
            return false;
        }
        let block = self.says(octets_in, sink);
        if let Some(between) = &mut self.between {
            between.said.put(&block);
            let block = between.heard.take();
            self.hears(&block, octets_out);
        }
        true
    }

    /// What was slipped of what the party said, and of what it heard.
    pub(super) fn slips(&self) -> Option<[Slips; 2]> {
        let between = self.between.as_ref();
        between.map(|between| [between.said.slips(), between.heard.slips()])
    }

    pub(super) fn set_echo(&mut self, settings: EchoSettings) {
        self.canceller = EchoCanceller::new(settings).in_turn(self.channel.index());
    }

    pub(super) fn is_in_use(&self) -> bool {
        self.in_use
    }

    pub(super) fn use_or_leave(&mut self, in_use: bool) {
        self.in_use = in_use;
        self.receives_caller_id = false;
        self.sent = [0; BLOCK];
        self.canceller.reset();
        self.voice.reset();
        self.dtmf = DtmfDetector::new();
        self.busy = BusyDetector::new(self.tones);
        self.progress = None;
        self.mean_square = 0.0;
    }

    pub(super) fn set_voice(&mut self, settings: VoiceSettings) {
        self.voice.set(settings);
    }

    pub(super) fn cancel_echo(&mut self, on: bool) {
        self.cancels = on;
    }

    pub(super) fn measure(&mut self, on: bool) {
        self.is_measured = on;
        *self.probe = Probe::new(self.channel);
    }

    pub(super) fn receive_caller_id(&mut self, on: bool) {
        self.receives_caller_id = on;
        self.caller_id = CallerIdReceiver::new();
    }

    pub(super) fn listen_for_progress(&mut self, on: bool) {
        self.progress = on.then(|| ProgressDetector::new(self.tones));
    }

    /// What the line's party says in this millisecond.
    fn says(&mut self, octets: &[u8; BLOCK], sink: &mut impl Sink) -> [i16; BLOCK] {
        let mut received = [0; BLOCK];
        self.law.decode_all(octets, &mut received);
        if !self.in_use {
            self.listen_on_hook(&received, sink);
            return [0; BLOCK];
        }
        let cancelled = self.canceller.process(&self.sent, &received);
        let block = if self.cancels { cancelled } else { received };
        if self.is_measured {
            self.probe
                .take(&self.sent, &received, &self.canceller, sink);
        }
        // Keys and tones are sought where nothing has been taken away or put in.
        let heard = self.canceller.before_suppressor();
        if let Some(key) = self.dtmf.process(heard) {
            sink.event(key_event(self.channel, key));
        }
        if self.busy.process(heard) {
            sink.event(Event::BusyTone {
                channel: self.channel,
            });
        }
        if let Some(detector) = &mut self.progress
            && let Some(progress) = detector.process(heard)
        {
            sink.event(Event::Progress {
                channel: self.channel,
                progress,
            });
        }
        let energy: f32 = block.iter().map(|&sample| f32::from(sample).powi(2)).sum();
        self.mean_square += (energy / BLOCK as f32 - self.mean_square) * SMOOTHING;
        // Not smaller than what processors are fast with.
        self.mean_square = self.mean_square.max(1e-9);
        // A fax machine's tone has no reversals, a modem's has: neither is a voice (G.168 §7, T.30).
        self.voice.let_pass(self.canceller.taken() != Taken::In);
        self.voice.process(block)
    }

    fn listen_on_hook(&mut self, received: &[i16; BLOCK], sink: &mut impl Sink) {
        if self.is_measured {
            self.probe.take_on_hook(received, sink);
        }
        if self.receives_caller_id
            && let Some(octets) = self.caller_id.process(received)
        {
            sink.event(Event::CallerId {
                channel: self.channel,
                octets,
            });
        }
    }

    /// Gives what the line's party is to hear in this millisecond.
    fn hears(&mut self, block: &[i16; BLOCK], octets: &mut [u8; BLOCK]) {
        if self.in_use {
            self.law.encode_all(block, octets);
            self.law.decode_all(octets, &mut self.sent);
        } else {
            octets.fill(self.law.silence());
        }
    }

    pub(super) fn echo_return_loss_enhancement_db(&self) -> f32 {
        self.canceller.echo_return_loss_enhancement_db()
    }

    pub(super) fn level_dbm0(&self) -> f32 {
        level::dbm0(self.mean_square)
    }
}
