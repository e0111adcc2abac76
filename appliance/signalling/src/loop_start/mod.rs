//! One analog line, seen from the subscriber's end (loop start): ringing is a call, closing the
//! loop answers it, opening the loop clears it; that the far end has cleared is told by busy tone
//! or by a drop of the battery. A call of ours is the loop closed, dial tone, digits, and what is
//! then heard.

mod clearing;
mod incoming;
mod outgoing;

use hotline_call::{CallerId, Cause, Digit, Event, LegId, LegIds, LineId, Moment};

use outgoing::Outgoing;

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
    /// How long dial tone is waited for.
    pub dial_tone_ms: u64,
    /// What becomes of a call when none has come.
    pub without_dial_tone: WithoutDialTone,
    /// When nothing at all has been heard for so long after the digits, or no ringing tone for
    /// [`ring_pause_ms`](Self::ring_pause_ms) after there was one, the call is taken as answered:
    /// most lines do not tell (C16 of the features).
    pub answer_presumed_ms: u64,
}

/// What becomes of a call of ours when no dial tone comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WithoutDialTone {
    /// The digits are sent all the same: the exchange's tone may be one we do not know.
    Dial,
    /// The call is given up, with cause 34.
    GiveUp,
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
            dial_tone_ms: 3000,
            without_dial_tone: WithoutDialTone::Dial,
            answer_presumed_ms: 20_000,
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
    /// The exchange takes digits: dial tone.
    DialTone,
    /// The called telephone rings: a burst of ringing tone has ended.
    RingingTone,
    /// Somebody speaks.
    Voice,
    /// The way to the called person is full: congestion tone.
    CongestionTone,
    /// The digits of [`Output::SendDigits`] have been sent.
    DigitsSent,
    /// The centre calls somebody over this line.
    Dial {
        /// The new leg.
        leg: LegId,
        /// What to dial; none is a hot line.
        digits: &'a [Digit],
    },
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
    /// Listen for dial tone, ringing tone and voices, from anew, or stop.
    ListenForProgress(bool),
    /// Let the exchange hear these keys; then [`Input::DigitsSent`].
    SendDigits(Box<[Digit]>),
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
    /// We closed the loop to call somebody, and it was this caller who was on the line.
    Caught {
        leg: LegId,
    },
    /// The loop is closed, two people talk.
    Answered {
        leg: LegId,
        /// The exchange has told the answer by a reversal: it will tell the end by another.
        reverses: bool,
    },
    /// We call somebody.
    Outgoing(Outgoing),
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
        match &self.state {
            State::Offered { leg, .. } | State::Caught { leg } | State::Answered { leg, .. } => {
                Some(*leg)
            }
            State::Outgoing(call) => Some(call.leg),
            _ => None,
        }
    }

    /// Whether two people talk: keys heard now are theirs, not the echo of our dialling.
    #[must_use]
    pub const fn is_answered(&self) -> bool {
        matches!(self.state, State::Answered { .. })
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
            State::Outgoing(call) => Some(call.due()),
            State::OutOfService | State::Idle | State::Caught { .. } | State::Answered { .. } => {
                None
            }
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
            Input::CongestionTone => self.not_put_through(now),
            Input::PolarityReversed => self.reversed(now),
            Input::DialTone => self.dial_tone(now),
            Input::DigitsSent => self.digits_sent(now),
            Input::RingingTone => self.ringing_tone(now),
            Input::Voice => self.voice(),
            Input::Dial { leg, digits } => self.dial(now, leg, digits),
            Input::Answer => self.answer(),
            Input::Release(cause) => self.clear(now, cause),
            Input::Timeout => self.timeout(now),
        }
    }
}

fn earliest(a: Option<Moment>, b: Option<Moment>) -> Option<Moment> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if a.mono_ms <= b.mono_ms { a } else { b }),
        (only, None) | (None, only) => only,
    }
}
