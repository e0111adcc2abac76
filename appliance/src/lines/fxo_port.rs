//! One analog (FXO) port: its signalling between the card, the engine and call control.

use hotline_call::{Cause, Event, LegId, LegIds, LineId, Moment};
use hotline_drivers::card::{Hook, PortEvent};
use hotline_dsp::engine::{Channel, Command, Event as MediaEvent};
use hotline_signalling::loop_start::{Input, LoopStart, Output, Settings};

use crate::media::{EngineHandle, HookHandle};

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
            _ => Vec::new(),
        }
    }

    /// The centre answers the offered leg.
    #[must_use]
    pub fn answer(&mut self, now: Moment, doors: PortDoors<'_>) -> Vec<Event> {
        self.handle(now, Input::Answer, doors)
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
            }
        }
        told
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
