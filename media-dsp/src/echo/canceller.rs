//! The echo of what we send, learnt and taken out of what comes back.

use super::double_talk::DoubleTalk;
use super::filter::{Reference, add_scaled, dot};
use crate::engine::BLOCK;
use crate::level::{dbm0, mean_square};

/// Samples in a millisecond.
const MS: usize = 8;
/// The tail of a local line: hybrid, loaded cable and the card's rings.
const TAIL_MS: usize = 32;
const LONGEST_TAIL_MS: usize = 64;
/// Voices are louder at low frequencies; without this first-order whitening the quiet high ones
/// would be learnt last.
const WHITENING: f32 = 0.85;
/// Step of the learning filter, 1 being the fastest that is stable.
const STEP: f32 = 0.8;
/// The same while the near party seems to speak.
const STEP_IN_DOUBLE_TALK: f32 = 0.07;
/// Below this level of what was sent there is no echo to learn from.
const LEAST_SENT_DBM0: f32 = -48.0;
/// Powers are smoothed over about 16 ms.
const SMOOTHING: f32 = 0.06;
/// Keeps the smoothed powers of digital silence out of the numbers that processors are slow with.
const FLOOR: f32 = 1e-6;
/// What the learning filter must show, for so many milliseconds, to take over: an error 1 dB lower,
/// and 6 dB of what came back explained. The near party's voice can be learnt by heart for a moment,
/// so in double talk it takes 4 and 10 dB.
const PROOF: Proof = Proof {
    better: 0.8,
    explains: 0.25,
};
const DOUBLE_TALK_PROOF: Proof = Proof {
    better: 0.4,
    explains: 0.1,
};
const PROOF_MS: u16 = 16;
/// Ten times what the filter once left over is too much to be echo; what it once left over is
/// forgotten by half in 23 s, for double talk can be long.
const TOO_MUCH: f32 = 10.0;
const FORGETTING: f32 = 1.00003;
const LEAST_SHARE: f32 = 0.001;
/// It has gone astray when its error is 3 dB higher, for so many milliseconds.
const WORSE: f32 = 2.0;
const WORSE_MS: u16 = 40;
/// A filter that makes more echo than it removes, for so long, knows another path.
const HARMFUL: f32 = 1.3;
const HARMFUL_MS: u16 = 100;

/// Line echo canceller.
/// - In: [`BLOCK`] samples sent to the line and the [`BLOCK`] that came back in the same time; the
///   echo lies within the tail, 32 ms unless said otherwise.
/// - Out: what came back less the echo, without delay.
/// - How: two filters. One learns all the time (NLMS on whitened signals), the other cancels; the
///   first is copied over the second when it has proved better, and back when it has gone astray.
///   So double talk disturbs only the learner.
/// - Cost: three passes over the tail a sample; no allocation, lock, system call or panic.
/// - Error: `tests/echo.rs`: with composite signals 20 dB within 1 s and 30 dB at last, with voices
///   20 dB within 2 s; double talk does not spoil it.
#[derive(Clone, Debug)]
pub struct EchoCanceller {
    sent: Reference,
    whitened: Reference,
    learning: Box<[f32]>,
    cancelling: Box<[f32]>,
    double_talk: DoubleTalk,
    /// Last sample sent, received and left over, for the whitening.
    last: Last,
    power: Powers,
    better_ms: u16,
    worse_ms: u16,
    harmful_ms: u16,
    /// The least share of what came back that was left over, of late.
    best_share: f32,
}

/// Greatest errors, as shares of the other filter's error and of what came back.
#[derive(Clone, Copy, Debug)]
struct Proof {
    better: f32,
    explains: f32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Last {
    sent: f32,
    received: f32,
    left: f32,
}

/// Smoothed powers; the first three of whitened signals.
#[derive(Clone, Copy, Debug, Default)]
struct Powers {
    received: f32,
    learning_error: f32,
    cancelling_error: f32,
    plain_received: f32,
    plain_left: f32,
}

impl Default for EchoCanceller {
    fn default() -> Self {
        Self::new(TAIL_MS)
    }
}

impl EchoCanceller {
    /// A canceller for echoes up to `tail_ms`, 8 to 64.
    #[must_use]
    pub fn new(tail_ms: usize) -> Self {
        let taps = tail_ms.clamp(8, LONGEST_TAIL_MS) * MS;
        Self {
            sent: Reference::new(taps),
            whitened: Reference::new(taps),
            learning: vec![0.0; taps].into(),
            cancelling: vec![0.0; taps].into(),
            double_talk: DoubleTalk::new(taps),
            last: Last::default(),
            power: Powers::default(),
            better_ms: 0,
            worse_ms: 0,
            harmful_ms: 0,
            best_share: 1.0,
        }
    }

    /// Forgets the path, as for a new call.
    pub fn reset(&mut self) {
        self.sent.clear();
        self.whitened.clear();
        self.learning.fill(0.0);
        self.cancelling.fill(0.0);
        self.double_talk = DoubleTalk::new(self.learning.len());
        self.last = Last::default();
        self.power = Powers::default();
        (self.better_ms, self.worse_ms, self.harmful_ms) = (0, 0, 0);
        self.best_share = 1.0;
    }

    /// Takes a block sent and a block received in the same millisecond; gives the block without
    /// its echo.
    #[allow(clippy::cast_possible_truncation, reason = "a cast saturates")]
    pub fn process(&mut self, sent: &[i16; BLOCK], received: &[i16; BLOCK]) -> [i16; BLOCK] {
        let double_talk = self.double_talk.process(sent, received) || self.leaves_too_much();
        let step = if double_talk {
            STEP_IN_DOUBLE_TALK
        } else {
            STEP
        };
        let least = mean_square(LEAST_SENT_DBM0) * self.sent.window().len() as f32;
        let mut out = [0; BLOCK];
        for n in 0..BLOCK {
            let (sent, received) = (f32::from(sent[n]), f32::from(received[n]));
            self.sent.push(sent);
            self.whitened.push(sent - WHITENING * self.last.sent);
            let left = received - dot(&self.cancelling, self.sent.window());
            let white_received = received - WHITENING * self.last.received;
            let white_left = left - WHITENING * self.last.left;
            let error = white_received - dot(&self.learning, self.whitened.window());
            if self.sent.energy() > least {
                let normalised = step * error / (self.whitened.energy() + least * 0.1);
                add_scaled(&mut self.learning, normalised, self.whitened.window());
            }
            self.last = Last {
                sent,
                received,
                left,
            };
            self.power
                .update(&[white_received, error, white_left, received, left]);
            out[n] = left.round() as i16;
        }
        if self.sent.energy() > least {
            self.compare(double_talk);
        }
        out
    }

    /// How much weaker the echo is than it came, in dB, smoothed over about 16 ms; meaningful while
    /// only we speak.
    #[must_use]
    pub fn echo_return_loss_enhancement_db(&self) -> f32 {
        dbm0(self.power.plain_received) - dbm0(self.power.plain_left)
    }

    /// What is left is far more than the filter was able to leave: someone else speaks, or the path
    /// has changed. Both call for care.
    fn leaves_too_much(&self) -> bool {
        let left = self.power.cancelling_error;
        left > TOO_MUCH * self.best_share * self.power.received && left > 0.0
    }

    /// Once a block: which filter is the better one.
    fn compare(&mut self, double_talk: bool) {
        let power = self.power;
        let share = power.cancelling_error / power.received.max(1.0);
        self.best_share = (self.best_share * FORGETTING).min(share.max(LEAST_SHARE));
        let proof = if double_talk {
            DOUBLE_TALK_PROOF
        } else {
            PROOF
        };
        let better = power.learning_error < proof.better * power.cancelling_error
            && power.learning_error < proof.explains * power.received;
        if count(&mut self.better_ms, better, PROOF_MS) {
            self.cancelling.copy_from_slice(&self.learning);
        }
        let worse = power.learning_error > WORSE * power.cancelling_error;
        if count(&mut self.worse_ms, worse, WORSE_MS) {
            self.learning.copy_from_slice(&self.cancelling);
        }
        let harmful = power.plain_left > HARMFUL * power.plain_received;
        if count(&mut self.harmful_ms, harmful, HARMFUL_MS) {
            self.cancelling.fill(0.0);
            self.best_share = 1.0;
        }
    }
}

/// Counts milliseconds in which `holds` held without a break; true, and from zero again, when it
/// has `for_ms`.
fn count(counter: &mut u16, holds: bool, for_ms: u16) -> bool {
    *counter = if holds { *counter + 1 } else { 0 };
    let reached = *counter >= for_ms;
    if reached {
        *counter = 0;
    }
    reached
}

impl Powers {
    fn update(&mut self, samples: &[f32; 5]) {
        let powers = [
            &mut self.received,
            &mut self.learning_error,
            &mut self.cancelling_error,
            &mut self.plain_received,
            &mut self.plain_left,
        ];
        for (power, sample) in powers.into_iter().zip(samples) {
            *power += (sample * sample + FLOOR - *power) * SMOOTHING / MS as f32;
        }
    }
}
