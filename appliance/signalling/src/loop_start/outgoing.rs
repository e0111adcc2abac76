//! A call of ours: the loop closed, dial tone, digits, what is then heard, the answer.

use hotline_call::{CallerId, Cause, Device, Digit, Event, LegId, LegIds, Moment};

use super::{LoopStart, Output, State, WithoutDialTone};

/// Longest that one digit takes to be sent, with room to spare: should its end never be told, the
/// call goes on all the same.
const DIGIT_MS: u64 = 250;
const SENDING_MS: u64 = 2000;

/// A call of ours that is not answered yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Outgoing {
    pub(super) leg: LegId,
    digits: Box<[Digit]>,
    phase: Phase,
}

/// A phase owns its timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// The line was cleared a moment ago: the loop is closed then.
    Guarded { until: Moment },
    /// The loop is closed; dial tone is waited for.
    Seizing { until: Moment },
    /// The exchange hears the digits.
    Sending { until: Moment },
    /// We listen.
    Proceeding { answered_at: Moment, rings: bool },
}

impl Outgoing {
    /// When something happens by itself.
    pub(super) const fn due(&self) -> Moment {
        match self.phase {
            Phase::Guarded { until } | Phase::Seizing { until } | Phase::Sending { until } => until,
            Phase::Proceeding { answered_at, .. } => answered_at,
        }
    }

    /// The digits are out.
    pub(super) const fn is_proceeding(&self) -> bool {
        matches!(self.phase, Phase::Proceeding { .. })
    }
}

impl LoopStart {
    /// The centre calls somebody. A line that is not free gives the leg back at once.
    pub(super) fn dial(&mut self, now: Moment, leg: LegId, digits: &[Digit]) -> Vec<Output> {
        let refused = |cause| vec![Output::Tell(Event::Released { leg, cause })];
        let digits = digits.into();
        match self.state {
            State::Idle => self.seize(now, leg, digits),
            State::Guard { until } => {
                let phase = Phase::Guarded { until };
                self.state = State::Outgoing(Outgoing { leg, digits, phase });
                Vec::new()
            }
            State::OutOfService => refused(Cause::DESTINATION_OUT_OF_ORDER),
            _ => refused(Cause::NO_CIRCUIT),
        }
    }

    fn seize(&mut self, now: Moment, leg: LegId, digits: Box<[Digit]>) -> Vec<Output> {
        let until = now.plus_ms(self.settings.dial_tone_ms);
        let phase = Phase::Seizing { until };
        self.state = State::Outgoing(Outgoing { leg, digits, phase });
        vec![Output::OffHook, Output::ListenForProgress(true)]
    }

    pub(super) fn dial_tone(&mut self, now: Moment) -> Vec<Output> {
        match &mut self.state {
            State::Outgoing(Outgoing { digits, phase, .. })
                if matches!(phase, Phase::Seizing { .. }) =>
            {
                let until = now.plus_ms(SENDING_MS + DIGIT_MS * digits.len() as u64);
                *phase = Phase::Sending { until };
                vec![Output::SendDigits(digits.clone())]
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn digits_sent(&mut self, now: Moment) -> Vec<Output> {
        let answered_at = now.plus_ms(self.settings.answer_presumed_ms);
        match &mut self.state {
            State::Outgoing(Outgoing { phase, .. }) if matches!(phase, Phase::Sending { .. }) => {
                let rings = false;
                *phase = Phase::Proceeding { answered_at, rings };
                // From anew: our own digits were no voice.
                vec![Output::ListenForProgress(true)]
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn ringing_tone(&mut self, now: Moment) -> Vec<Output> {
        let next_by = now.plus_ms(self.settings.ring_pause_ms);
        match &mut self.state {
            State::Outgoing(Outgoing {
                leg,
                phase: Phase::Proceeding { answered_at, rings },
                ..
            }) => {
                *answered_at = next_by;
                let first = !std::mem::replace(rings, true);
                let alerting = Output::Tell(Event::Alerting { leg: *leg });
                first.then_some(alerting).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    /// Who speaks has answered, or an announcement plays: on a line that does not reverse they
    /// cannot be told apart, and the caller must hear both.
    pub(super) fn voice(&mut self) -> Vec<Output> {
        match &self.state {
            State::Outgoing(call) if call.is_proceeding() => self.answered(false),
            _ => Vec::new(),
        }
    }

    pub(super) fn answered(&mut self, reverses: bool) -> Vec<Output> {
        let State::Outgoing(Outgoing { leg, .. }) = self.state else {
            return Vec::new();
        };
        self.state = State::Answered { leg, reverses };
        vec![
            Output::ListenForProgress(false),
            Output::Tell(Event::Answered { leg }),
        ]
    }

    /// Busy tone: of the called person once the digits are out, of the exchange before.
    pub(super) fn busy(&mut self, now: Moment) -> Vec<Output> {
        match &self.state {
            State::Outgoing(call) if call.is_proceeding() => self.give_up(now, Cause::USER_BUSY),
            _ => self.not_put_through(now),
        }
    }

    /// The exchange does not put our call through.
    pub(super) fn not_put_through(&mut self, now: Moment) -> Vec<Output> {
        self.give_up(now, Cause::NO_CIRCUIT)
    }

    pub(super) fn outgoing_timeout(&mut self, now: Moment) -> Vec<Output> {
        let State::Outgoing(call) = &self.state else {
            return Vec::new();
        };
        match (call.phase, self.settings.without_dial_tone) {
            (Phase::Guarded { .. }, _) => {
                let (leg, digits) = (call.leg, call.digits.clone());
                self.seize(now, leg, digits)
            }
            (Phase::Seizing { .. }, WithoutDialTone::Dial) => self.dial_tone(now),
            (Phase::Seizing { .. }, WithoutDialTone::GiveUp) => self.not_put_through(now),
            (Phase::Sending { .. }, _) => self.digits_sent(now),
            (Phase::Proceeding { .. }, _) => self.answered(false),
        }
    }

    /// Ends a call of ours that nobody has answered.
    pub(super) fn give_up(&mut self, now: Moment, cause: Cause) -> Vec<Output> {
        let State::Outgoing(Outgoing { leg, phase, .. }) = self.state else {
            return Vec::new();
        };
        let released = Output::Tell(Event::Released { leg, cause });
        if let Phase::Guarded { until } = phase {
            self.state = State::Guard { until };
            return vec![released];
        }
        let until = now.plus_ms(self.settings.guard_ms);
        self.state = State::Guard { until };
        vec![Output::OnHook, released]
    }

    /// Somebody calls us on the line that we were about to use (A4 of the features): our call goes,
    /// theirs stays. With the loop closed we have answered it already.
    pub(super) fn glare(&mut self, now: Moment, legs: &mut LegIds) -> Vec<Output> {
        let State::Outgoing(Outgoing { leg, phase, .. }) = self.state else {
            return Vec::new();
        };
        let cause = Cause::NO_CIRCUIT;
        let mut outputs = vec![Output::Tell(Event::Released { leg, cause })];
        match phase {
            Phase::Guarded { .. } => self.ring_first(now, legs),
            // No line rings once its exchange has heard digits.
            Phase::Sending { .. } | Phase::Proceeding { .. } => return Vec::new(),
            Phase::Seizing { .. } => {
                let (leg, device) = (legs.take(), Device::Line(self.line));
                self.state = State::Caught { leg };
                outputs.push(Output::ListenForProgress(false));
                outputs.push(Output::Tell(Event::Offered {
                    leg,
                    device,
                    caller: CallerId::default(),
                    called: None,
                }));
            }
        }
        outputs
    }
}
