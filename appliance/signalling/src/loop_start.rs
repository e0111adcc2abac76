//! One analog line, seen from the subscriber's end (loop start): ringing is a call, closing the
//! loop answers it, opening the loop clears it; that the far end has cleared is told by busy tone
//! or by a drop of the battery.

use hotline_call::{CallerId, Cause, Device, Event, LegId, LegIds, LineId, Moment};

use crate::caller_id;

/// Times of a line. The defaults are right for China and for most of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How long after the first burst of ringing the caller's number is waited for. Between the
    /// bursts lie 4 s in China; the number takes under 1 s of them.
    pub caller_id_ms: u64,
    /// No ringing for so long: the caller has given up. Longer than any pause of a cadence.
    pub ring_pause_ms: u64,
    /// A drop of the battery at least so long, that then ends, is the exchange's sign that the far
    /// end has cleared (A1 of the features: 200 ms).
    pub disconnect_ms: u64,
    /// No battery for so long: the cable is out.
    pub unplugged_ms: u64,
    /// Whether the exchange tells by a reversal of the polarity that the far end has cleared. Few
    /// lines have it (it is ordered, as "reverse polarity billing"); on others it means nothing.
    pub reversal_clears: bool,
    /// How long the loop stays open before the line is used again.
    pub guard_ms: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            caller_id_ms: 3000,
            ring_pause_ms: 6000,
            disconnect_ms: 200,
            unplugged_ms: 1200,
            reversal_clears: false,
            guard_ms: 800,
        }
    }
}

/// What happens on a line, and what is asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input<'a> {
    /// A burst of ringing begins.
    RingStarted,
    /// A burst of ringing ends.
    RingEnded,
    /// The battery is gone (told after the driver's 64 ms).
    BatteryLost,
    /// The battery is there.
    BatteryPresent,
    /// Tip and ring changed places.
    PolarityReversed,
    /// The port's hardware does not respond.
    Failed,
    /// A caller-ID message: type, length, body, checksum.
    CallerId(&'a [u8]),
    /// The far end has cleared: busy tone.
    BusyTone,
    /// The centre answers the offered leg.
    Answer,
    /// The centre ends the leg.
    Release(Cause),
    /// The time of [`LoopStart::poll_timeout`] has come.
    Timeout,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Tell the centre.
    Tell(Event),
    /// Close the loop.
    OffHook,
    /// Open the loop.
    OnHook,
    /// Listen for caller ID, or stop.
    ListenForCallerId(bool),
}

/// A state owns its timers, so none outlives it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    /// Nothing is known yet, or no battery, or a dead port.
    OutOfService,
    Idle,
    /// It rings and nobody was told: the number may still come.
    Ringing {
        leg: LegId,
        caller: CallerId,
        offer_at: Moment,
        ring: Ring,
    },
    /// The centre knows; the caller hears ringing.
    Offered {
        leg: LegId,
        ring: Ring,
    },
    /// The centre will not take the call. A loop cannot refuse: we wait until it rings no more.
    Unwanted {
        ring: Ring,
    },
    /// The loop is closed.
    Answered {
        leg: LegId,
    },
    /// The loop was opened a moment ago.
    Guard {
        until: Moment,
    },
}

/// The cadence: in a burst, or quiet since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ring {
    Burst,
    QuietSince(Moment),
}

/// The signalling of one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoopStart {
    line: LineId,
    settings: Settings,
    state: State,
    /// Since when the battery has been away, while that may still be a signal.
    battery_lost: Option<Moment>,
}

impl LoopStart {
    /// A line of which nothing is known until its battery is told.
    #[must_use]
    pub const fn new(line: LineId, settings: Settings) -> Self {
        Self {
            line,
            settings,
            state: State::OutOfService,
            battery_lost: None,
        }
    }

    /// The leg on the line, once the centre knows of it.
    #[must_use]
    pub const fn leg(&self) -> Option<LegId> {
        match self.state {
            State::Offered { leg, .. } | State::Answered { leg } => Some(leg),
            _ => None,
        }
    }

    /// When to call [`handle`](Self::handle) with [`Input::Timeout`], if at all.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Moment> {
        let state = match &self.state {
            State::Ringing { offer_at, ring, .. } => {
                earliest(Some(*offer_at), self.given_up(*ring))
            }
            State::Offered { ring, .. } | State::Unwanted { ring } => self.given_up(*ring),
            State::Guard { until } => Some(*until),
            State::OutOfService | State::Idle | State::Answered { .. } => None,
        };
        let unplugged = self
            .battery_lost
            .map(|since| since.plus_ms(self.settings.unplugged_ms));
        earliest(state, unplugged)
    }

    /// Takes what happened; returns what to do, in order. `legs` names the leg of a new call.
    #[must_use]
    pub fn handle(&mut self, now: Moment, input: Input<'_>, legs: &mut LegIds) -> Vec<Output> {
        match input {
            Input::RingStarted => self.ring_started(now, legs),
            Input::RingEnded => self.ring_ended(now),
            Input::CallerId(octets) => self.caller_id(octets),
            Input::BatteryLost => {
                if self.state != State::OutOfService {
                    self.battery_lost.get_or_insert(now);
                }
                Vec::new()
            }
            Input::BatteryPresent => self.battery_present(now),
            Input::Failed => self.out_of_service(),
            Input::BusyTone => self.far_end_cleared(now),
            Input::PolarityReversed if self.settings.reversal_clears => self.far_end_cleared(now),
            Input::PolarityReversed => Vec::new(),
            Input::Answer => match self.state {
                State::Offered { leg, .. } => {
                    self.state = State::Answered { leg };
                    vec![Output::ListenForCallerId(false), Output::OffHook]
                }
                _ => Vec::new(),
            },
            Input::Release(cause) => self.clear(now, cause),
            Input::Timeout => self.timeout(now),
        }
    }

    fn ring_started(&mut self, now: Moment, legs: &mut LegIds) -> Vec<Output> {
        match &mut self.state {
            State::Idle | State::Guard { .. } => {
                // Should a burst never end, the call is offered all the same.
                let offer_at = now.plus_ms(2 * self.settings.caller_id_ms);
                let (leg, caller) = (legs.take(), CallerId::default());
                self.state = State::Ringing {
                    leg,
                    caller,
                    offer_at,
                    ring: Ring::Burst,
                };
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
            State::OutOfService | State::Answered { .. } => Vec::new(),
        }
    }

    fn ring_ended(&mut self, now: Moment) -> Vec<Output> {
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

    fn caller_id(&mut self, octets: &[u8]) -> Vec<Output> {
        let State::Ringing { caller, .. } = &mut self.state else {
            return Vec::new();
        };
        // A damaged message tells nobody: the call goes on as one of an unknown number.
        *caller = caller_id::parse(octets).unwrap_or_default();
        self.offer()
    }

    fn offer(&mut self) -> Vec<Output> {
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

    fn battery_present(&mut self, now: Moment) -> Vec<Output> {
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
            State::Answered { .. } if away_ms >= self.settings.disconnect_ms => {
                self.clear(now, Cause::NORMAL_CLEARING)
            }
            _ => Vec::new(),
        }
    }

    fn timeout(&mut self, now: Moment) -> Vec<Output> {
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
            _ => Vec::new(),
        }
    }

    /// The exchange says so; before we have answered it cannot.
    fn far_end_cleared(&mut self, now: Moment) -> Vec<Output> {
        match self.state {
            State::Answered { .. } => self.clear(now, Cause::NORMAL_CLEARING),
            _ => Vec::new(),
        }
    }

    /// Ends the leg, if there is one the centre knows.
    fn clear(&mut self, now: Moment, cause: Cause) -> Vec<Output> {
        match self.state {
            State::Answered { leg } => {
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

    fn out_of_service(&mut self) -> Vec<Output> {
        self.battery_lost = None;
        let mut outputs = Vec::new();
        match std::mem::replace(&mut self.state, State::OutOfService) {
            State::OutOfService => return outputs,
            State::Answered { leg } | State::Offered { leg, .. } => {
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
    fn given_up(&self, ring: Ring) -> Option<Moment> {
        match ring {
            Ring::Burst => None,
            Ring::QuietSince(since) => Some(since.plus_ms(self.settings.ring_pause_ms)),
        }
    }
}

fn earliest(a: Option<Moment>, b: Option<Moment>) -> Option<Moment> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if a.mono_ms <= b.mono_ms { a } else { b }),
        (only, None) | (None, only) => only,
    }
}
