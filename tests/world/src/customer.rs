//! A customer on the telephone: a script, some patience, an ear. Pure: one sample at a time.

use std::sync::Arc;

use hotline_call::{CallerId, Digit};

use crate::exchange::Progress;
use crate::exchange::tone::{KEY_MS, SAMPLES_PER_MS, Tone, key_sample};

/// Notices of one call that are kept.
const MAX_NOTICES: usize = 64;
/// Busy tone that a customer listens to before hanging up.
const BUSY_MS: u64 = 1000;

/// One thing a customer does.
#[derive(Clone, Debug)]
pub enum Step {
    /// Waits until somebody answers.
    WaitUntilAnswered,
    /// Says nothing for so long; listens.
    Wait {
        /// How long.
        ms: u64,
    },
    /// Presses a key for 100 ms, then waits as long.
    Press(Digit),
    /// Says these samples: linear, 8 kHz.
    Say(Arc<[i16]>),
    /// Listens until the other side hangs up.
    ListenUntilCleared,
    /// Hangs up. The end of a script hangs up too.
    HangUp,
}

/// How long a customer bears what.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Ringing without an answer.
    pub unanswered_ms: u64,
    /// The whole call.
    pub total_ms: u64,
}

impl Default for Patience {
    /// A minute of ringing, ten minutes in all.
    fn default() -> Self {
        Self {
            unanswered_ms: 60_000,
            total_ms: 600_000,
        }
    }
}

/// What a customer noticed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Noticed {
    /// It rings at the other end.
    Rang,
    /// Somebody answered.
    Answered,
    /// This step of the script began.
    Step(usize),
    /// The other side hung up; busy tone is heard.
    BusyTone,
    /// Patience ended.
    GaveUp,
    /// The customer hung up.
    HungUp,
}

/// One customer and one call.
#[derive(Clone, Debug)]
pub struct Customer {
    caller: CallerId,
    script: Vec<Step>,
    patience: Patience,
    heard: Vec<i16>,
    log: Vec<(u64, Noticed)>,
    state: State,
    /// The sample of the call that comes next.
    now: u64,
    /// The sample in which the present step began.
    step_since: u64,
    next_step: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Not answered yet.
    Calling,
    Connected,
    /// Busy tone since that sample.
    Cleared {
        since: u64,
    },
    Done,
}

impl Customer {
    /// A customer who follows a script and keeps up to a minute of what is heard.
    #[must_use]
    pub fn new(caller: CallerId, script: Vec<Step>) -> Self {
        Self {
            caller,
            script,
            patience: Patience::default(),
            heard: Vec::with_capacity(60_000 * SAMPLES_PER_MS as usize),
            log: Vec::with_capacity(MAX_NOTICES),
            state: State::Calling,
            now: 0,
            step_since: 0,
            next_step: 0,
        }
    }

    /// The same with other patience.
    #[must_use]
    pub const fn with_patience(mut self, patience: Patience) -> Self {
        self.patience = patience;
        self
    }

    /// The same, keeping so much of what is heard after the answer.
    #[must_use]
    pub fn keeping_ms(mut self, ms: u64) -> Self {
        self.heard = Vec::with_capacity((ms * SAMPLES_PER_MS) as usize);
        self
    }

    /// Who calls.
    #[must_use]
    pub const fn caller(&self) -> &CallerId {
        &self.caller
    }

    /// The call is over for this customer.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// What was noticed, by the millisecond of the call; and what was heard since the answer.
    #[must_use]
    pub fn into_memory(self) -> (CallerId, Vec<(u64, Noticed)>, Vec<i16>) {
        (self.caller, self.log, self.heard)
    }

    /// The exchange tells something.
    pub fn learn(&mut self, progress: Progress) {
        match (progress, self.state) {
            (Progress::Rings, State::Calling) => self.note(Noticed::Rang),
            (Progress::Answered, State::Calling) => {
                self.note(Noticed::Answered);
                self.state = State::Connected;
            }
            (Progress::Cleared, State::Calling | State::Connected) => {
                self.note(Noticed::BusyTone);
                self.state = State::Cleared { since: self.now };
            }
            _ => {}
        }
    }

    /// One sample: hears, and says something. Says 0 when done.
    pub fn sample(&mut self, heard: f64) -> f64 {
        let said = match self.state {
            State::Done => return 0.0,
            State::Cleared { since } => {
                self.keep(Tone::BUSY.sample(self.now - since));
                if self.now - since >= BUSY_MS * SAMPLES_PER_MS {
                    self.hang_up();
                }
                0.0
            }
            State::Calling => self.follow_script(),
            State::Connected => {
                self.keep(heard);
                self.follow_script()
            }
        };
        self.now += 1;
        let ms = self.now / SAMPLES_PER_MS;
        let out_of_patience = ms >= self.patience.total_ms
            || self.state == State::Calling && ms >= self.patience.unanswered_ms;
        if out_of_patience && self.state != State::Done {
            self.note(Noticed::GaveUp);
            self.hang_up();
        }
        said
    }

    /// What the present step says; begins the next ones when it is over.
    fn follow_script(&mut self) -> f64 {
        // Each turn ends a step, so a script bounds the loop.
        for _ in 0..=self.script.len() {
            let n = self.now - self.step_since;
            let over = match self.script.get(self.next_step) {
                None | Some(Step::HangUp) => {
                    self.hang_up();
                    return 0.0;
                }
                Some(Step::WaitUntilAnswered) => self.state == State::Connected,
                Some(Step::ListenUntilCleared) => false,
                Some(Step::Wait { ms }) => n >= ms * SAMPLES_PER_MS,
                Some(Step::Press(digit)) => match n / SAMPLES_PER_MS {
                    ms if ms < KEY_MS => return key_sample(*digit, n),
                    ms => ms >= 2 * KEY_MS,
                },
                Some(Step::Say(samples)) => {
                    match usize::try_from(n).ok().and_then(|n| samples.get(n)) {
                        Some(&sample) => return f64::from(sample),
                        None => true,
                    }
                }
            };
            if !over {
                return 0.0;
            }
            self.next_step += 1;
            self.step_since = self.now;
            self.note(Noticed::Step(self.next_step));
        }
        0.0
    }

    fn hang_up(&mut self) {
        self.note(Noticed::HungUp);
        self.state = State::Done;
    }

    fn note(&mut self, noticed: Noticed) {
        if self.log.len() < self.log.capacity() {
            self.log.push((self.now / SAMPLES_PER_MS, noticed));
        }
    }

    fn keep(&mut self, heard: f64) {
        if self.heard.len() < self.heard.capacity() {
            self.heard.push(heard.round() as i16);
        }
    }
}
