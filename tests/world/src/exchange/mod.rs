//! A local exchange: one subscriber line behind each port of the card, sample by sample at 8 kHz.
//! Battery, ringing, caller identity, the tones, a register for digits, the hybrid with its echo,
//! and the faults a line can have.

pub mod caller_id;
pub mod hybrid;
pub mod random;
mod register;
pub mod tone;

use std::f64::consts::SQRT_2;

use hotline_call::Digit;
use hybrid::EchoPath;
use random::Random;
use register::Register;
use tone::{SAMPLES_PER_MS, Tone, peak, sine};

/// Loop closure that is believed as an answer, or as a seizure.
const CLOSURE_MS: u64 = 20;
/// Loop opening that is believed as clearing; shorter ones are hook flashes.
const OPENING_MS: u64 = 300;
/// Caller identity begins so long after the first ring ended (YDN 069: 500 ms at least).
const CALLER_ID_AFTER_RING_MS: u64 = 600;
/// No further digit for so long: what was dialled is no number.
const INTER_DIGIT_MS: u64 = 5000;
/// Digits that are listened to.
const MAX_DIGITS: usize = 32;
/// Voltage of an off-hook terminal.
const OFF_HOOK_VOLTS: f64 = 8.0;
/// Current of the closed loop.
const LOOP_MA: f64 = 24.0;
/// Voltage of a lit message lamp.
const LAMP_VOLTS: f64 = 90.0;
/// Pulses of a message lamp: on, off.
const LAMP_MS: u64 = 50;
/// Peak volts of a full-scale sample across 600 Ω: +3.14 dBm.
const FULL_SCALE_VOLTS: f64 = 1.572;

/// How the lines of an exchange are.
#[derive(Clone, Debug)]
pub struct LineSettings {
    /// Battery on-hook.
    pub battery_volts: f64,
    /// Ringing: frequency.
    pub ring_hz: f64,
    /// Ringing: effective voltage.
    pub ring_volts: f64,
    /// Ringing: burst and pause.
    pub ring_ms: (u64, u64),
    /// What is sent into the line comes back through this.
    pub echo: EchoPath,
    /// White noise on the line, if any.
    pub noise_dbm0: Option<f64>,
    /// When the far end hangs up, battery is off for so long before busy tone begins.
    pub battery_drop_ms: u64,
    /// A called party's answer reverses the polarity, and its hanging up reverses it back.
    pub reverses_on_answer: bool,
}

impl LineSettings {
    /// China: 48 V, 25 Hz 75 V ringing of 1 s every 5 s (YDN 065), 11 dB of echo return loss.
    #[must_use]
    pub fn china() -> Self {
        Self {
            battery_volts: 48.0,
            ring_hz: 25.0,
            ring_volts: 75.0,
            ring_ms: (1000, 4000),
            echo: EchoPath::with_loss(11.0),
            noise_dbm0: None,
            battery_drop_ms: 0,
            reverses_on_answer: false,
        }
    }

    /// As [`china`](Self::china), with a perfect hybrid and no noise: samples pass unchanged.
    #[must_use]
    pub fn clean() -> Self {
        Self {
            echo: EchoPath::none(),
            ..Self::china()
        }
    }
}

/// What the equipment at the end of the line does in one sample.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terminal {
    /// The loop is closed.
    pub off_hook: bool,
    /// What it sends, linear.
    pub sent: f64,
}

/// What the equipment at the end of the line finds in one sample.
#[derive(Clone, Copy, Debug, Default)]
pub struct Pair {
    /// Direct voltage from tip to ring.
    pub battery_volts: f64,
    /// Alternating voltage: ringing, lamp and speech.
    pub alternating_volts: f64,
    /// Current of the loop.
    pub loop_ma: f64,
    /// What arrives as speech, linear.
    pub received: f64,
}

/// What the calling party learns from the exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The called line rings.
    Rings,
    /// The called line has answered.
    Answered,
    /// The called line has cleared.
    Cleared,
    /// The subscriber of this line has dialled one more digit; see [`Line::dialled`].
    Dialled,
}

/// What becomes of a number that was dialled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The called party talks.
    Busy,
    /// The called party's telephone rings, until answered after so long, if ever.
    Rings {
        /// How long.
        answered_after_ms: Option<u64>,
    },
}

/// One subscriber line.
#[derive(Debug)]
pub struct Line {
    settings: LineSettings,
    state: State,
    /// The burst that tells who calls; kept after the call, so that no memory is given back while
    /// samples pass.
    caller_id: Vec<i16>,
    fault: Fault,
    reversed: bool,
    /// Tip and ring are exchanged while a called party talks.
    reversed_by_answer: bool,
    register: Register,
    /// Kept when a call is over, as the burst is.
    dialled: Vec<Digit>,
    lamp: bool,
    random: Random,
    /// Samples since the world began.
    now: u64,
    /// Samples that the loop has been in the state it is in.
    loop_for: u64,
    loop_closed: bool,
}

/// What can be wrong with a line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// The cable is out.
    Unplugged,
    /// The exchange gives no battery.
    NoBattery,
}

#[derive(Debug)]
enum State {
    Idle,
    /// Since that sample.
    Ringing {
        since: u64,
    },
    Talking,
    /// The subscriber seized the line.
    DialTone {
        since: u64,
    },
    /// Digits come, the last one then.
    Dialling {
        last: u64,
    },
    /// The called party's telephone rings.
    RingingOut {
        since: u64,
        answered_after: Option<u64>,
    },
    /// There is no such number, or the called party is busy.
    Refused {
        since: u64,
        tone: Tone,
    },
    /// The far end has gone; busy tone until the subscriber clears.
    FarEndGone {
        since: u64,
    },
}

impl Line {
    /// An idle line.
    #[must_use]
    pub fn new(settings: LineSettings, seed: u64) -> Self {
        Self {
            settings,
            state: State::Idle,
            caller_id: Vec::new(),
            fault: Fault::None,
            reversed: false,
            reversed_by_answer: false,
            register: Register::default(),
            dialled: Vec::with_capacity(MAX_DIGITS),
            lamp: false,
            random: Random::new(seed),
            now: 0,
            loop_for: 0,
            loop_closed: false,
        }
    }

    /// Nobody uses the line.
    #[must_use]
    pub const fn is_free(&self) -> bool {
        matches!(self.state, State::Idle) && !self.loop_closed && matches!(self.fault, Fault::None)
    }

    /// Begins to ring; `caller_id` is sent after the first ring, unless empty.
    pub fn ring(&mut self, caller_id: Vec<i16>) {
        self.caller_id = caller_id;
        self.state = State::Ringing { since: self.now };
    }

    /// What has been dialled on this line since it was last seized.
    #[must_use]
    pub fn dialled(&self) -> &[Digit] {
        &self.dialled
    }

    /// What was dialled is a number, and this becomes of it.
    pub fn put_through(&mut self, outcome: Outcome) {
        let since = self.now;
        self.state = match outcome {
            Outcome::Busy => State::Refused {
                since,
                tone: Tone::BUSY,
            },
            Outcome::Rings { answered_after_ms } => State::RingingOut {
                since,
                answered_after: answered_after_ms.map(|ms| ms * SAMPLES_PER_MS),
            },
        };
    }

    /// The party at the other end hangs up.
    pub fn far_end_hangs_up(&mut self) {
        match self.state {
            State::Talking => {
                self.reversed_by_answer = false;
                self.state = State::FarEndGone { since: self.now };
            }
            State::Ringing { .. } => self.state = State::Idle,
            State::RingingOut {
                since,
                answered_after: Some(_),
            } => {
                self.state = State::RingingOut {
                    since,
                    answered_after: None,
                };
            }
            _ => {}
        }
    }

    /// Breaks or repairs the line.
    pub const fn set_fault(&mut self, fault: Fault) {
        self.fault = fault;
    }

    /// Exchanges tip and ring.
    pub const fn reverse(&mut self) {
        self.reversed = !self.reversed;
    }

    /// Lights or quenches a message lamp.
    pub const fn set_lamp(&mut self, lit: bool) {
        self.lamp = lit;
    }

    /// How the line is.
    pub const fn settings(&mut self) -> &mut LineSettings {
        &mut self.settings
    }

    /// One sample: what the terminal does and what the calling party says go in; what the terminal
    /// finds, what the calling party hears, and what it learns come out.
    pub fn sample(&mut self, terminal: Terminal, said: f64) -> (Pair, f64, Option<Progress>) {
        let connected = self.fault == Fault::None;
        let closed = terminal.off_hook && connected;
        let progress = self.follow_loop(closed);
        let sent = if closed { terminal.sent } else { 0.0 };
        let progress = self.follow_dialling(sent).or(progress);
        let mut received = self.tone() + self.settings.echo.sample(sent);
        let mut heard = 0.0;
        if matches!(self.state, State::Talking) {
            received += said;
            heard = sent;
        }
        if let Some(level) = self.settings.noise_dbm0 {
            received += peak(level) / SQRT_2 * self.random.gaussian();
        }
        let pair = if connected {
            self.pair(closed, received)
        } else {
            Pair::default()
        };
        self.now += 1;
        (pair, heard, progress)
    }

    /// Moves on with the loop and the time.
    fn follow_loop(&mut self, closed: bool) -> Option<Progress> {
        self.loop_for = if closed == self.loop_closed {
            self.loop_for + 1
        } else {
            1
        };
        self.loop_closed = closed;
        let answered = closed && self.loop_for == CLOSURE_MS * SAMPLES_PER_MS;
        let cleared = !closed && self.loop_for == OPENING_MS * SAMPLES_PER_MS;
        let (next, progress) = match self.state {
            State::Ringing { .. } if answered => (State::Talking, Progress::Answered),
            State::Ringing { since } if since == self.now => return Some(Progress::Rings),
            State::Talking if cleared => (State::Idle, Progress::Cleared),
            State::RingingOut { .. } if cleared => (State::Idle, Progress::Cleared),
            State::RingingOut {
                since,
                answered_after: Some(after),
            } if self.now - since >= after => {
                self.reversed_by_answer = self.settings.reverses_on_answer;
                (State::Talking, Progress::Answered)
            }
            State::Idle if answered => {
                self.dialled.clear();
                self.register = Register::default();
                self.state = State::DialTone { since: self.now };
                return None;
            }
            State::DialTone { .. }
            | State::Dialling { .. }
            | State::Refused { .. }
            | State::FarEndGone { .. }
                if cleared =>
            {
                self.state = State::Idle;
                return None;
            }
            _ => return None,
        };
        if progress == Progress::Cleared {
            self.reversed_by_answer = false;
        }
        self.state = next;
        Some(progress)
    }

    /// Listens for digits while there is somebody to dial them.
    fn follow_dialling(&mut self, sent: f64) -> Option<Progress> {
        let last = match self.state {
            State::DialTone { .. } => None,
            State::Dialling { last } => Some(last),
            _ => return None,
        };
        if last.is_some_and(|last| self.now - last > INTER_DIGIT_MS * SAMPLES_PER_MS) {
            self.state = State::Refused {
                since: self.now,
                tone: Tone::CONGESTION,
            };
            return None;
        }
        let digit = self.register.sample(sent)?;
        if self.dialled.len() < MAX_DIGITS {
            self.dialled.push(digit);
        }
        self.state = State::Dialling { last: self.now };
        Some(Progress::Dialled)
    }

    /// What the exchange itself sends in this sample.
    fn tone(&self) -> f64 {
        match self.state {
            State::DialTone { since } => Tone::DIAL.sample(self.now - since),
            State::FarEndGone { since } => {
                let drop = self.settings.battery_drop_ms * SAMPLES_PER_MS;
                (self.now - since)
                    .checked_sub(drop)
                    .map_or(0.0, |n| Tone::BUSY.sample(n))
            }
            State::Ringing { since } => {
                let begin = (self.settings.ring_ms.0 + CALLER_ID_AFTER_RING_MS) * SAMPLES_PER_MS;
                let place = (self.now - since).checked_sub(begin);
                let sample = place.and_then(|n| self.caller_id.get(usize::try_from(n).ok()?));
                sample.map_or(0.0, |&sample| f64::from(sample))
            }
            State::RingingOut { since, .. } => Tone::RINGING.sample(self.now - since),
            State::Refused { since, tone } => tone.sample(self.now - since),
            State::Idle | State::Dialling { .. } | State::Talking => 0.0,
        }
    }

    /// The electrical side of this sample.
    fn pair(&self, closed: bool, received: f64) -> Pair {
        if self.battery_dropped() {
            return Pair::default();
        }
        let volts = if closed {
            OFF_HOOK_VOLTS
        } else {
            self.settings.battery_volts
        };
        Pair {
            battery_volts: if self.reversed ^ self.reversed_by_answer {
                -volts
            } else {
                volts
            },
            alternating_volts: self.ringing_volts(closed) + received / 32_767.0 * FULL_SCALE_VOLTS,
            loop_ma: if closed { LOOP_MA } else { 0.0 },
            received,
        }
    }

    /// The far end has gone and battery is off to tell so.
    const fn battery_dropped(&self) -> bool {
        match self.state {
            State::FarEndGone { since } => {
                self.now - since < self.settings.battery_drop_ms * SAMPLES_PER_MS
            }
            _ => false,
        }
    }

    fn ringing_volts(&self, closed: bool) -> f64 {
        match self.state {
            State::Ringing { since } if !closed => {
                let (on, off) = self.settings.ring_ms;
                let n = self.now - since;
                if n / SAMPLES_PER_MS % (on + off) < on {
                    self.settings.ring_volts * SQRT_2 * sine(self.settings.ring_hz, n)
                } else {
                    0.0
                }
            }
            _ if self.lamp && (self.now / SAMPLES_PER_MS / LAMP_MS).is_multiple_of(2) => LAMP_VOLTS,
            _ => 0.0,
        }
    }
}
