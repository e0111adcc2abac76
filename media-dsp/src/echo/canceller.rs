//! The echo of what we send, learnt and taken out of what comes back.

use super::block::{Block, Whitening};
use super::disabler::{Disabler, Taken};
use super::evidence::{Evidence, Verdict};
use super::fft::Fft;
use super::foreground::Foreground;
use super::history::{HOP, History};
use super::learner::Learner;
use super::narrow_band::NarrowBand;
use super::sums::energy;
use super::suppressor::Suppressor;
use crate::engine::BLOCK;
use crate::level::{dbm0, mean_square};

/// Milliseconds in a block of the learners; their work is spread over them.
const STAGES: usize = HOP / BLOCK;
/// Below this level of what was sent there is no echo to learn from, so nothing is unlearnt in
/// silence.
const LEAST_SENT_DBM0: f32 = -45.0;
/// Powers for the meter are smoothed over about 16 ms.
const SMOOTHING: f32 = 0.06;

/// How a line's canceller works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EchoSettings {
    /// The longest echo that is learnt, in ms; brought into 16..=128.
    pub tail_ms: u16,
    /// Whether what is left of the echo is replaced by comfort noise while only we speak.
    pub suppress: bool,
}

impl EchoSettings {
    /// The shortest and the longest tail.
    pub const TAIL_MS: std::ops::RangeInclusive<u16> = 16..=128;
}

impl Default for EchoSettings {
    /// The tail of a local line: hybrid, loaded cable and the card's rings.
    fn default() -> Self {
        Self {
            tail_ms: 32,
            suppress: true,
        }
    }
}

/// Line echo canceller (G.168).
/// - In: [`BLOCK`] samples sent to the line and the [`BLOCK`] that came back in the same
///   millisecond; the echo lies within the tail.
/// - Out: what came back less the echo, without delay.
/// - How: one filter cancels; another learns all the time (a Kalman filter of each frequency) and is
///   copied over the first when its error is provably smaller; it finds out which part of the tail
///   has an echo. While far too much is left a third
///   one, which knows nothing, learns beside it: only when the path has changed does it win. So
///   double talk disturbs nobody. Tones teach nothing. 2100 Hz take it out.
/// - Cost: the learners' work on 8 ms is spread over the next 8; no allocation, lock, system call
///   or panic. Measured by `benches/g168.rs`.
/// - Error: the table that `benches/g168.rs` prints.
#[derive(Clone, Debug)]
pub struct EchoCanceller {
    settings: EchoSettings,
    fft: Fft,
    history: History,
    /// What came back, whitened for the learners.
    white_received: [f32; HOP],
    whitening: Whitening,
    foreground: Foreground,
    learner: Learner,
    scout: Learner,
    evidence: Evidence,
    narrow_band: NarrowBand,
    suppressor: Suppressor,
    disabler: Disabler,
    taken: Taken,
    /// The block that fills up and the last full one.
    filling: Block,
    full: Block,
    stage: usize,
    learns: bool,
    scouts: bool,
    /// What was left in the last millisecond, before the suppressor.
    left: [i16; BLOCK],
    received_power: f32,
    left_power: f32,
}

impl Default for EchoCanceller {
    fn default() -> Self {
        Self::new(EchoSettings::default())
    }
}

impl EchoCanceller {
    /// The only place where memory is taken.
    #[must_use]
    pub fn new(settings: EchoSettings) -> Self {
        let (shortest, longest) = EchoSettings::TAIL_MS.into_inner();
        let tail_ms = usize::from(settings.tail_ms.clamp(shortest, longest));
        let partitions = (tail_ms * BLOCK).div_ceil(HOP);
        Self {
            settings,
            fft: Fft::new(),
            history: History::new(partitions),
            white_received: [0.0; HOP],
            whitening: Default::default(),
            foreground: Foreground::new(partitions),
            learner: Learner::new(partitions),
            scout: Learner::new(partitions),
            evidence: Evidence::default(),
            narrow_band: NarrowBand::default(),
            suppressor: Suppressor::new(tail_ms),
            disabler: Disabler::new(),
            taken: Taken::In,
            filling: Block::SILENT,
            full: Block::SILENT,
            stage: 0,
            learns: false,
            scouts: false,
            left: [0; BLOCK],
            received_power: 0.0,
            left_power: 0.0,
        }
    }

    /// The same, its work on a block so many milliseconds further on: where there are many
    /// cancellers, not all have their dearest millisecond at once.
    #[must_use]
    pub fn in_turn(mut self, turn: usize) -> Self {
        self.stage = turn % STAGES;
        self
    }

    /// Forgets the path, as for a new call.
    pub fn reset(&mut self) {
        self.history.clear();
        self.whitening = Default::default();
        self.foreground.clear();
        self.learner.forget();
        self.scout.forget();
        self.evidence = Evidence::default();
        self.narrow_band = NarrowBand::default();
        self.suppressor.clear();
        self.disabler.clear();
        self.taken = Taken::In;
        (self.filling, self.full) = (Block::SILENT, Block::SILENT);
        // Its turn stays.
        (self.learns, self.scouts) = (false, false);
        self.left = [0; BLOCK];
        (self.received_power, self.left_power) = (0.0, 0.0);
    }

    /// Takes a block sent and a block received in the same millisecond; gives the block without
    /// its echo.
    pub fn process(&mut self, sent: &[i16; BLOCK], received: &[i16; BLOCK]) -> [i16; BLOCK] {
        let at = self.stage * BLOCK;
        if self.stage == 0 {
            self.take_in();
        }
        let (sent, came) = (sent.map(f32::from), received.map(f32::from));
        let echo = self.foreground.echo(&sent, at);
        let left: [f32; BLOCK] = std::array::from_fn(|n| came[n] - echo[n]);
        self.filling.fill(at, &sent, &came, &left);
        self.received_power += (energy(&came) / BLOCK as f32 - self.received_power) * SMOOTHING;
        self.left_power += (energy(&left) / BLOCK as f32 - self.left_power) * SMOOTHING;
        // Keeps digital silence out of the numbers that processors are slow with.
        self.received_power = self.received_power.max(1e-9);
        self.left_power = self.left_power.max(1e-9);
        self.taken = self.disabler.process(&sent, &came);
        self.work();
        let suppresses = self.settings.suppress && self.taken == Taken::In;
        let out = self.suppressor.process(&sent, &came, &left, suppresses);
        if self.taken == Taken::Out {
            self.left = *received;
            return *received;
        }
        self.left = samples(&left);
        samples(&out)
    }

    /// The last block without its echo, but before the suppressor: for detectors of keys and tones.
    #[must_use]
    pub fn before_suppressor(&self) -> &[i16; BLOCK] {
        &self.left
    }

    /// What 2100 Hz have taken out.
    #[must_use]
    pub fn taken(&self) -> Taken {
        self.taken
    }

    /// How much weaker the echo is than it came, in dB, smoothed over about 16 ms; meaningful while
    /// only we speak. Without the suppressor.
    #[must_use]
    pub fn echo_return_loss_enhancement_db(&self) -> f32 {
        dbm0(self.received_power) - dbm0(self.left_power)
    }

    /// The echo path as it was learnt: 64 coefficients of its impulse response, 8 ms, the n-th such
    /// part. `None` beyond the tail. Costs a transform of 128 samples.
    #[must_use]
    pub fn path(&self, part: usize) -> Option<[f32; HOP]> {
        self.foreground.path(&self.fft, part)
    }

    /// This millisecond's part of the work on the last full block.
    fn work(&mut self) {
        let partitions = self.history.partitions();
        match self.stage {
            1 => self
                .learner
                .filter(&self.fft, &self.history, &self.white_received),
            2 if self.scouts => self
                .scout
                .filter(&self.fft, &self.history, &self.white_received),
            3 if self.learns => self.compare(),
            4 if self.learns => {
                self.learner.weigh(&self.fft, &self.history);
                self.learner.learn(&self.history, 0..partitions / 2);
            }
            5 if self.learns => {
                self.learner
                    .learn(&self.history, partitions / 2..partitions);
                self.learner.reconsider();
                self.learner.constrain(&self.fft);
            }
            6 if self.learns && self.scouts => {
                self.scout.weigh(&self.fft, &self.history);
                self.scout.learn(&self.history, 0..partitions);
                self.scout.reconsider();
                self.scout.constrain(&self.fft);
            }
            _ => {}
        }
        self.stage = (self.stage + 1) % STAGES;
        if self.stage == 0 {
            std::mem::swap(&mut self.full, &mut self.filling);
        }
    }

    /// Before stage 0: the spectra of what was sent; what of their echo comes in this block; whether
    /// there is anything to learn.
    fn take_in(&mut self) {
        self.history.push(&self.fft, &self.full.sent);
        self.foreground.prepare(&self.fft, &self.history);
        self.white_received = self.whitening.apply(&self.full.received);
        let loud = self.history.loudest() > mean_square(LEAST_SENT_DBM0) * HOP as f32;
        let narrow = self.narrow_band.process(&self.history);
        self.learns = loud && !narrow && self.taken != Taken::Out;
    }

    /// Stage 3: which filter is to cancel.
    fn compare(&mut self) {
        let scout = self.scouts.then_some(&self.scout.plain_error);
        let verdict = self.evidence.weigh(
            &self.full.received,
            &self.full.left,
            &self.learner.plain_error,
            scout,
        );
        match verdict {
            Verdict::Keep => {}
            Verdict::LearnerIsBetter => self.adopt_learner(),
            Verdict::ScoutIsBetter => {
                self.learner.take_over(&self.scout);
                self.adopt_learner();
            }
            Verdict::LearnerIsWorse => self.learner.correct(self.foreground.coefficients()),
            Verdict::NothingIsBetter => self.foreground.forget(),
        }
        let scouts = self.evidence.leaves_too_much();
        if scouts && !self.scouts {
            self.scout.forget();
        }
        self.scouts = scouts;
    }

    fn adopt_learner(&mut self) {
        self.foreground
            .take_over(&self.fft, &self.learner.coefficients);
    }
}

#[allow(clippy::cast_possible_truncation, reason = "a cast saturates")]
fn samples(block: &[f32; BLOCK]) -> [i16; BLOCK] {
    // Half away from zero; `round` is a call on processors without SSE 4.1.
    block.map(|sample| (sample + 0.5f32.copysign(sample)) as i16)
}
