//! One RTP stream: packets in, a block a millisecond out, and the same the other way.

use super::rest::Rest;
use super::voice::{Voice, VoiceSettings};
use super::{
    BLOCK, Channel, Event, FRAME, MAX_PAYLOAD, Sink, StreamFrame, StreamPacket, StreamQuality,
};
use crate::comfort_noise::ComfortNoise;
use crate::concealment::Concealment;
use crate::g711::Law;
use crate::jitter::{Fate, JitterBuffer};
use crate::key::PressedKey;
use crate::reception::{Arrival, Reception};
use crate::telephone_event::TelephoneEvents;

/// Milliseconds in one frame we send.
const FRAME_MS: u64 = (FRAME / BLOCK) as u64;
/// Comfort noise (RFC 3389): the phone says that nobody speaks.
const COMFORT_NOISE: u8 = 13;

/// A stream channel; closed until it is opened.
#[derive(Debug)]
pub(super) struct Stream {
    channel: Channel,
    /// In which millisecond of 20 this stream sends: not all in the same tick.
    slot: u64,
    open: Option<Open>,
    jitter: JitterBuffer,
    concealment: Concealment,
    rest: Rest,
    voice: Voice,
    keys: TelephoneEvents,
    reception: Reception,
    silent_ms: u64,
    /// What the jitter buffer had adjusted before this stream was opened.
    adjusted_before_ms: u32,
    outgoing: Outgoing,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    law: Law,
    event_payload_type: Option<u8>,
}

#[derive(Debug)]
struct Outgoing {
    payload: [u8; FRAME],
    filled: usize,
    timestamp: u32,
    paused: bool,
    /// Nothing was sent just before the next frame.
    marker: bool,
}

impl Stream {
    pub(super) fn new(channel: Channel, index: u16, voice: VoiceSettings) -> Self {
        Self {
            channel,
            slot: u64::from(index) % FRAME_MS,
            open: None,
            jitter: JitterBuffer::new(),
            concealment: Concealment::default(),
            rest: Rest::default(),
            voice: Voice::new(channel, voice),
            keys: TelephoneEvents::default(),
            reception: Reception::default(),
            silent_ms: 0,
            adjusted_before_ms: 0,
            outgoing: Outgoing {
                payload: [0; FRAME],
                filled: 0,
                timestamp: 0,
                paused: false,
                marker: true,
            },
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.open.is_some()
    }

    pub(super) fn open(&mut self, law: Law, event_payload_type: Option<u8>, now_ms: u64) {
        self.open = Some(Open {
            law,
            event_payload_type,
        });
        self.jitter.restart();
        self.adjusted_before_ms = self.jitter.adjusted_ms();
        self.concealment = Concealment::default();
        self.rest = Rest::default();
        self.voice.reset();
        self.keys = TelephoneEvents::default();
        self.reception = Reception::default();
        self.silent_ms = 0;
        // The first frame is sent at the stream's next turn; what came before its opening is silence.
        let missed = (now_ms + FRAME_MS - self.slot) % FRAME_MS;
        self.outgoing = Outgoing {
            payload: [law.silence(); FRAME],
            filled: missed as usize * BLOCK,
            timestamp: 0,
            paused: false,
            marker: true,
        };
    }

    pub(super) fn close(&mut self) {
        self.open = None;
    }

    pub(super) fn pause(&mut self, paused: bool) {
        self.outgoing.paused = paused;
    }

    /// Takes one packet. A key that it ends is given back.
    pub(super) fn receive(&mut self, packet: &StreamPacket, now_ms: u64) -> Option<PressedKey> {
        let open = self.open?;
        let Some(content) = Content::of(packet, open) else {
            self.reception.refuse(packet.ssrc, packet.sequence);
            return None;
        };
        let arrival = self.reception.take(packet.ssrc, packet.sequence);
        match arrival {
            Arrival::Double | Arrival::Stray => return None,
            Arrival::Restart => {
                self.jitter.restart();
                self.rest = Rest::default();
                self.keys = TelephoneEvents::default();
            }
            Arrival::New | Arrival::Behind => {}
        }
        self.silent_ms = 0;
        match content {
            Content::Voice(law) => {
                self.reception.time(packet.timestamp, now_ms);
                let mut samples = [0; MAX_PAYLOAD];
                let run = &mut samples[..packet.payload.len()];
                law.decode_all(&packet.payload, run);
                let fate = if arrival == Arrival::Behind {
                    self.jitter.put_behind(packet.timestamp, run)
                } else {
                    self.jitter.put(packet.timestamp, run)
                };
                if fate == Fate::TooLate {
                    self.reception.late();
                } else {
                    self.rest.speaks(packet.timestamp);
                }
                None
            }
            Content::Key => match self.keys.receive(packet.timestamp, &packet.payload) {
                Ok(key) => key,
                Err(_) => {
                    self.reception.discard();
                    None
                }
            },
            Content::ComfortNoise => {
                if let Ok(noise) = ComfortNoise::parse(&packet.payload) {
                    self.rest.tell(packet.timestamp, noise);
                }
                None
            }
        }
    }

    /// What the stream's party says in this millisecond.
    pub(super) fn says(&mut self, sink: &mut impl Sink) -> [i16; BLOCK] {
        if self.open.is_none() {
            return [0; BLOCK];
        }
        self.silent_ms += 1;
        if self.silent_ms.is_multiple_of(1000) {
            let seconds = u16::try_from(self.silent_ms / 1000).unwrap_or(u16::MAX);
            sink.event(Event::StreamSilent {
                channel: self.channel,
                seconds,
                rests: self.rest.is_told(),
            });
        }
        if let Some(key) = self.keys.tick() {
            sink.event(key_event(self.channel, key));
        }
        let block = match self.jitter.take() {
            Some(block) => {
                self.rest.end();
                self.concealment.heard(block)
            }
            None if self.keys.holds_a_key() => self.concealment.silence(),
            None if self.rest.is_told() => self.concealment.heard(self.rest.process()),
            None => {
                if self.concealment.wants_the_other_side()
                    && let Some((gap, after)) = self.jitter.after_the_gap()
                {
                    self.concealment.bridge(gap, &after);
                }
                self.concealment.missing()
            }
        };
        self.voice.process(block)
    }

    pub(super) fn set_voice(&mut self, settings: VoiceSettings) {
        self.voice.set(settings);
    }

    /// Takes what the stream's party is to hear in this millisecond.
    pub(super) fn hears(&mut self, block: &[i16; BLOCK], sink: &mut impl Sink) {
        let Some(Open { law, .. }) = self.open else {
            return;
        };
        let out = &mut self.outgoing;
        law.encode_all(block, &mut out.payload[out.filled..]);
        out.filled += BLOCK;
        if out.filled < FRAME {
            return;
        }
        out.filled = 0;
        if !out.paused {
            sink.frame(StreamFrame {
                channel: self.channel,
                timestamp: out.timestamp,
                marker: out.marker,
                law,
                payload: out.payload,
            });
        }
        out.marker = out.paused;
        out.timestamp = out.timestamp.wrapping_add(FRAME as u32);
    }

    pub(super) fn quality(&self) -> StreamQuality {
        StreamQuality {
            received: self.reception.received(),
            lost: self.reception.lost(),
            discarded: self.reception.discarded(),
            jitter_ms: self.reception.jitter_ms(),
            delay_ms: self.jitter.delay_ms(),
            late: self.reception.come_late(),
            doubled: self.reception.doubled(),
            adjusted_ms: self
                .jitter
                .adjusted_ms()
                .wrapping_sub(self.adjusted_before_ms),
        }
    }
}

pub(super) fn key_event(channel: Channel, key: PressedKey) -> Event {
    Event::Key {
        channel,
        key: key.key,
        duration_ms: key.duration_ms,
    }
}

/// What a packet carries, by its payload type and size.
enum Content {
    Voice(Law),
    Key,
    ComfortNoise,
}

impl Content {
    fn of(packet: &StreamPacket, open: Open) -> Option<Self> {
        let length = packet.payload.len();
        if Some(packet.payload_type) == open.event_payload_type {
            return (length >= 4).then_some(Self::Key);
        }
        // Some phones answer in the other law than the one agreed: the payload type says so.
        let law = [Law::A, Law::Mu]
            .into_iter()
            .find(|law| law.payload_type() == packet.payload_type);
        match law {
            // Of a packet cut short what is there is played, in whatever blocks it comes.
            Some(law) => (length > 0).then_some(Self::Voice(law)),
            None => (packet.payload_type == COMFORT_NOISE).then_some(Self::ComfortNoise),
        }
    }
}
