//! A call from outside: bursts of ringing, the number between them, the answer.

use hotline_call::{CallerId, Device, Event, LegIds, Moment};

use super::{LoopStart, Output, Ring, State};
use crate::caller_id;

impl LoopStart {
    pub(super) fn ring_started(&mut self, now: Moment, legs: &mut LegIds) -> Vec<Output> {
        match &mut self.state {
            State::Idle | State::Guard { .. } => {
                self.ring_first(now, legs);
                Vec::new()
            }
            // The number comes before the second burst or not at all.
            State::Ringing { ring, .. } => {
                *ring = Ring::Burst;
                self.offer()
            }
            State::Offered { ring, .. } | State::Unwanted { ring } => {
                *ring = Ring::Burst;
                Vec::new()
            }
            State::Outgoing(_) => self.glare(now, legs),
            State::OutOfService | State::Caught { .. } | State::Answered { .. } => Vec::new(),
        }
    }

    pub(super) fn ring_ended(&mut self, now: Moment) -> Vec<Output> {
        match &mut self.state {
            State::Ringing { ring, offer_at, .. } => {
                *ring = Ring::QuietSince(now);
                *offer_at = now.plus_ms(self.settings.caller_id_ms);
                vec![Output::ListenForCallerId(true)]
            }
            State::Offered { ring, .. } | State::Unwanted { ring } => {
                *ring = Ring::QuietSince(now);
                Vec::new()
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn caller_id(&mut self, octets: &[u8]) -> Vec<Output> {
        let State::Ringing { caller, .. } = &mut self.state else {
            return Vec::new();
        };
        // A damaged message tells nobody: the call goes on as one of an unknown number.
        *caller = caller_id::parse(octets).unwrap_or_default();
        self.offer()
    }

    pub(super) fn offer(&mut self) -> Vec<Output> {
        let State::Ringing {
            leg, caller, ring, ..
        } = &mut self.state
        else {
            return Vec::new();
        };
        let (leg, caller, ring) = (*leg, std::mem::take(caller), *ring);
        self.state = State::Offered { leg, ring };
        let device = Device::Line(self.line);
        let offered = Event::Offered {
            leg,
            device,
            caller,
            called: None,
        };
        vec![Output::ListenForCallerId(false), Output::Tell(offered)]
    }

    pub(super) fn ring_first(&mut self, now: Moment, legs: &mut LegIds) {
        // Should a burst never end, the call is offered all the same.
        let offer_at = now.plus_ms(2 * self.settings.caller_id_ms);
        let (leg, caller) = (legs.take(), CallerId::default());
        self.state = State::Ringing {
            leg,
            caller,
            offer_at,
            ring: Ring::Burst,
        };
    }

    pub(super) fn answer(&mut self) -> Vec<Output> {
        match self.state {
            State::Offered { leg, .. } => {
                self.state = State::Answered {
                    leg,
                    reverses: false,
                };
                vec![Output::ListenForCallerId(false), Output::OffHook]
            }
            // The loop is closed already.
            State::Caught { leg } => {
                self.state = State::Answered {
                    leg,
                    reverses: false,
                };
                Vec::new()
            }
            _ => Vec::new(),
        }
    }
}
