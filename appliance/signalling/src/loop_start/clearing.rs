//! The end of a call, and of a line: battery, busy tone, an order.

use hotline_call::{Cause, Device, Event, Moment};

use super::outgoing::Outgoing;
use super::{LoopStart, Output, Ring, State};

impl LoopStart {
    pub(super) fn battery_present(&mut self, now: Moment) -> Vec<Output> {
        let away_ms = self
            .battery_lost
            .take()
            .map_or(0, |since| now.since_ms(since));
        match self.state {
            State::OutOfService => {
                self.state = State::Idle;
                let device = Device::Line(self.line);
                vec![Output::OnHook, Output::Tell(Event::InService { device })]
            }
            State::Answered { .. } | State::Caught { .. }
                if away_ms >= self.settings.disconnect_ms =>
            {
                self.clear(now, Cause::NORMAL_CLEARING)
            }
            State::Outgoing(_) if away_ms >= self.settings.disconnect_ms => {
                self.not_put_through(now)
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn timeout(&mut self, now: Moment) -> Vec<Output> {
        let unplugged = |since: Moment| now.has_reached(since.plus_ms(self.settings.unplugged_ms));
        if self.battery_lost.is_some_and(unplugged) {
            return self.out_of_service();
        }
        let given_up = |ring| self.given_up(ring).is_some_and(|at| now.has_reached(at));
        match &self.state {
            State::Ringing { ring, .. } if given_up(*ring) => {
                self.state = State::Idle;
                vec![Output::ListenForCallerId(false)]
            }
            State::Ringing { offer_at, .. } if now.has_reached(*offer_at) => self.offer(),
            State::Offered { leg, ring } if given_up(*ring) => {
                let released = Event::Released {
                    leg: *leg,
                    cause: Cause::NORMAL_CLEARING,
                };
                self.state = State::Idle;
                vec![Output::Tell(released)]
            }
            State::Unwanted { ring } if given_up(*ring) => {
                self.state = State::Idle;
                Vec::new()
            }
            State::Guard { until } if now.has_reached(*until) => {
                self.state = State::Idle;
                Vec::new()
            }
            State::Outgoing(call) if now.has_reached(call.due()) => self.outgoing_timeout(now),
            _ => Vec::new(),
        }
    }

    /// The exchange says so; before we have answered it cannot.
    pub(super) fn far_end_cleared(&mut self, now: Moment) -> Vec<Output> {
        match self.state {
            State::Answered { .. } | State::Caught { .. } => {
                self.clear(now, Cause::NORMAL_CLEARING)
            }
            State::Outgoing(_) => self.busy(now),
            _ => Vec::new(),
        }
    }

    /// Tip and ring have changed places: on few lines the exchange's word that the called person
    /// has answered, or that the far end has cleared; on others it means nothing.
    pub(super) fn reversed(&mut self, now: Moment) -> Vec<Output> {
        match &self.state {
            State::Outgoing(call) if call.is_proceeding() => self.answered(true),
            State::Answered { reverses, .. } if *reverses || self.settings.reversal_clears => {
                self.far_end_cleared(now)
            }
            _ => Vec::new(),
        }
    }

    /// Ends the leg, if there is one the centre knows.
    pub(super) fn clear(&mut self, now: Moment, cause: Cause) -> Vec<Output> {
        match self.state {
            State::Outgoing(_) => self.give_up(now, cause),
            State::Answered { leg, .. } | State::Caught { leg } => {
                self.state = State::Guard {
                    until: now.plus_ms(self.settings.guard_ms),
                };
                vec![Output::OnHook, Output::Tell(Event::Released { leg, cause })]
            }
            State::Offered { leg, ring } => {
                self.state = State::Unwanted { ring };
                vec![Output::Tell(Event::Released { leg, cause })]
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn out_of_service(&mut self) -> Vec<Output> {
        self.battery_lost = None;
        let mut outputs = Vec::new();
        match std::mem::replace(&mut self.state, State::OutOfService) {
            State::OutOfService => return outputs,
            State::Answered { leg, .. }
            | State::Caught { leg }
            | State::Offered { leg, .. }
            | State::Outgoing(Outgoing { leg, .. }) => {
                let cause = Cause::DESTINATION_OUT_OF_ORDER;
                outputs.push(Output::OnHook);
                outputs.push(Output::Tell(Event::Released { leg, cause }));
            }
            _ => outputs.push(Output::OnHook),
        }
        outputs.push(Output::ListenForCallerId(false));
        outputs.push(Output::Tell(Event::OutOfService {
            device: Device::Line(self.line),
        }));
        outputs
    }

    /// When the caller is taken to have given up, should it not ring again.
    pub(super) fn given_up(&self, ring: Ring) -> Option<Moment> {
        match ring {
            Ring::Burst => None,
            Ring::QuietSince(since) => Some(since.plus_ms(self.settings.ring_pause_ms)),
        }
    }
}
