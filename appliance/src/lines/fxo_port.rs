//! One analog (FXO) port: its signalling between the card, the engine and call control.

use std::sync::Arc;

use hotline_call::{Cause, Digit, Event, LegId, LegIds, LineId, Moment, Number};
use hotline_drivers::card::{Hook, PortEvent};
use hotline_dsp::dtmf;
use hotline_dsp::engine::{Channel, Command, Event as MediaEvent, Progress};
use hotline_signalling::loop_start::{Input, LoopStart, Output, Settings};

use crate::media::{EngineHandle, HookHandle};

/// Playbacks from here on are digits that a line sends: the one of line n is this and n. The centre
/// counts its own from 1.
const DIGITS_OF_LINES: u64 = 1 << 63;

/// One line and its signalling.
pub struct FxoPort {
    line: LineId,
    signalling: LoopStart,
}

/// What a port acts upon.
pub struct PortDoors<'a> {
    /// The hooks of the card.
    pub hooks: &'a mut HookHandle,
    /// The engine.
    pub engine: &'a EngineHandle,
    /// Names for new legs.
    pub legs: &'a mut LegIds,
}

impl FxoPort {
    /// The port of a line of which nothing is known yet.
    #[must_use]
    pub fn new(line: LineId) -> Self {
        Self {
            line,
            signalling: LoopStart::new(line, Settings::default()),
        }
    }

    /// The engine's channel: lines come first, in order.
    #[must_use]
    pub const fn channel(&self) -> Channel {
        Channel(self.line.0)
    }

    /// The leg on the line, once the centre knows of it.
    #[must_use]
    pub const fn leg(&self) -> Option<LegId> {
        self.signalling.leg()
    }

    /// Whether two people talk on the line.
    #[must_use]
    pub const fn is_answered(&self) -> bool {
        self.signalling.is_answered()
    }

    /// The line whose digits this playback was, if it was any's.
    #[must_use]
    pub const fn line_of_digits(playback: u64) -> Option<usize> {
        match playback.checked_sub(DIGITS_OF_LINES) {
            Some(line) => Some(line as usize),
            None => None,
        }
    }

    /// When [`timeout`](Self::timeout) is due, if at all.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Moment> {
        self.signalling.poll_timeout()
    }

    /// The card told something. Returns what the centre is to be told.
    #[must_use]
    pub fn port_event(
        &mut self,
        now: Moment,
        event: PortEvent,
        doors: PortDoors<'_>,
    ) -> Vec<Event> {
        tracing::debug!(line = self.line.0, ?event, "port");
        let input = match event {
            PortEvent::RingStarted => Input::RingStarted,
            PortEvent::RingEnded => Input::RingEnded,
            PortEvent::BatteryLost => Input::BatteryLost,
            PortEvent::BatteryPresent => Input::BatteryPresent,
            PortEvent::Failed => Input::Failed,
            PortEvent::PolarityReversed => Input::PolarityReversed,
        };
        self.handle(now, input, doors)
    }

    /// The engine told something of this channel. Returns what the centre is to be told.
    #[must_use]
    pub fn media_event(
        &mut self,
        now: Moment,
        event: &MediaEvent,
        doors: PortDoors<'_>,
    ) -> Vec<Event> {
        match event {
            MediaEvent::CallerId { octets, .. } => {
                if let Err(malformed) = hotline_signalling::caller_id::parse(octets) {
                    tracing::warn!(line = self.line.0, %malformed, "caller ID not understood");
                }
                self.handle(now, Input::CallerId(octets), doors)
            }
            MediaEvent::BusyTone { .. } => self.handle(now, Input::BusyTone, doors),
            MediaEvent::Progress { progress, .. } => {
                let input = match progress {
                    Progress::DialTone => Input::DialTone,
                    Progress::RingingTone => Input::RingingTone,
                    Progress::CongestionTone => Input::CongestionTone,
                    Progress::Voice => Input::Voice,
                };
                self.handle(now, input, doors)
            }
            MediaEvent::PlaybackEnded { .. } => self.handle(now, Input::DigitsSent, doors),
            _ => Vec::new(),
        }
    }

    /// The centre answers the offered leg.
    #[must_use]
    pub fn answer(&mut self, now: Moment, doors: PortDoors<'_>) -> Vec<Event> {
        self.handle(now, Input::Answer, doors)
    }

    /// The centre calls a number over this line. What no keypad has, a leading `+`, is left out.
    #[must_use]
    pub fn dial(
        &mut self,
        now: Moment,
        leg: LegId,
        number: &Number,
        doors: PortDoors<'_>,
    ) -> Vec<Event> {
        let digits: Vec<Digit> = number.as_str().chars().filter_map(Digit::new).collect();
        let digits = &digits;
        self.handle(now, Input::Dial { leg, digits }, doors)
    }

    /// The centre ends the leg.
    #[must_use]
    pub fn release(&mut self, now: Moment, cause: Cause, doors: PortDoors<'_>) -> Vec<Event> {
        self.handle(now, Input::Release(cause), doors)
    }

    /// The time of [`poll_timeout`](Self::poll_timeout) has come.
    #[must_use]
    pub fn timeout(&mut self, now: Moment, doors: PortDoors<'_>) -> Vec<Event> {
        self.handle(now, Input::Timeout, doors)
    }

    fn handle(&mut self, now: Moment, input: Input<'_>, doors: PortDoors<'_>) -> Vec<Event> {
        let outputs = self.signalling.handle(now, input, doors.legs);
        let mut told = Vec::new();
        for output in outputs {
            match output {
                Output::Tell(event) => told.push(event),
                Output::OffHook => self.set_hook(Hook::OffHook, doors.hooks, doors.engine),
                Output::OnHook => self.set_hook(Hook::OnHook, doors.hooks, doors.engine),
                Output::ListenForCallerId(on) => {
                    let channel = self.channel();
                    doors.engine.send(Command::ReceiveCallerId { channel, on });
                }
                Output::ListenForProgress(on) => {
                    let channel = self.channel();
                    doors
                        .engine
                        .send(Command::ListenForProgress { channel, on });
                }
                Output::SendDigits(digits) => self.send_digits(&digits, doors.engine),
            }
        }
        told
    }

    fn send_digits(&self, digits: &[Digit], engine: &EngineHandle) {
        let keys: String = digits.iter().map(|digit| digit.label()).collect();
        let mut clips = heapless::Vec::new();
        let _ = clips.push(Arc::from(dtmf::dial(&keys)));
        engine.send(Command::Play {
            channel: self.channel(),
            playback: DIGITS_OF_LINES + u64::from(self.line.0),
            clips,
            repeat: false,
            over: false,
        });
    }

    fn set_hook(&self, hook: Hook, hooks: &mut HookHandle, engine: &EngineHandle) {
        let (channel, in_use) = (self.channel(), hook == Hook::OffHook);
        engine.send(Command::LineInUse { channel, in_use });
        if !hooks.set(self.line, hook) {
            tracing::error!(
                line = self.line.0,
                ?hook,
                "the tick does not take hooks any more"
            );
        }
    }
}
