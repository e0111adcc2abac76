//! What the filter leaves of the echo, taken away while only we speak; the line's own noise is put in
//! its place, so that nobody hears it come and go.

use super::comfort::ComfortNoise;
use super::sums::energy;
use crate::engine::BLOCK;
use crate::level::mean_square;

/// Below this level of what was sent, no echo of it is heard.
const LEAST_SENT_DBM0: f32 = -50.0;
/// Of an echo of the least return loss, 6 dB, even an unconverged filter leaves no more of what was
/// sent than this; 3 dB of room.
const MOST_OF_SENT: f32 = 0.5;
/// How much of what comes back is left at first: all.
const FIRST_SHARE: f32 = 1.0;
/// Nobody cancels more of every sound on a G.711 line, and from here a worse path is noticed within
/// seconds.
const LEAST_SHARE: f32 = 1e-3;
/// The share is followed by so much a millisecond: up in a tenth of a second, down in half of one,
/// so that nine milliseconds in ten are below it.
const UP: f32 = 1.03;
const DOWN: f32 = 0.996;
/// This much above the share it is not echo but the near party; that is followed but slowly.
const NEAR: f32 = 10.0;
const UP_FROM_NEAR: f32 = 1.001;
/// What is left is the near party's from this much above the expected echo, or above the noise.
const MARGIN: f32 = 5.0;
/// Power of the least code of A-law.
const STEP: f32 = 64.0;
/// The filter's error leads the echo of a sudden sound by some milliseconds: only what stays above is
/// the near party.
const ONSET_MS: u8 = 10;
/// Once the near party speaks, it is heard for so long; syllables have pauses.
const HOLD_MS: u16 = 160;
/// Powers are smoothed over 4 ms; what was sent is kept for as long as it may come back.
const SMOOTHING: f32 = 0.25;
/// What came back is kept about as long; what is expected to be left of it 20 ms, for the filter's
/// own noise lasts longer than the echo.
const FADING: f32 = 0.85;
const EXPECTED_FADING: f32 = 0.95;

/// Non-linear processor with matched comfort noise (G.168 §8).
/// - In: what was sent, what came back and what the filter left of it, in the same millisecond.
/// - Out: the same; comfort noise instead while the near party is silent and we are not.
/// - Cost: a few operations a sample; no delay, no allocation.
/// - Error: near speech weaker than the echo that is left is lost; see `tests/echo.rs`.
#[derive(Clone, Debug)]
pub(super) struct Suppressor {
    noise: ComfortNoise,
    /// Loudest power sent within the tail.
    sent: f32,
    /// Share of it lost each millisecond.
    fading: f32,
    /// What came back and what was left of it.
    received: f32,
    left: f32,
    /// Power that is expected to be left.
    expected: f32,
    /// Share of the one in the other while only we speak.
    share: f32,
    /// For so long more has been left than expected.
    above_ms: u8,
    hold_ms: u16,
    /// 1 is open, 0 is comfort noise.
    gain: f32,
}

impl Suppressor {
    pub(super) fn new(tail_ms: usize) -> Self {
        Self {
            noise: ComfortNoise::new(),
            sent: 0.0,
            // 20 dB within the tail and 20 ms of room.
            fading: 0.01f32.powf(1.0 / (tail_ms + 20) as f32),
            received: 0.0,
            left: 0.0,
            expected: 0.0,
            share: FIRST_SHARE,
            above_ms: 0,
            hold_ms: 0,
            gain: 1.0,
        }
    }

    /// As for a new call.
    pub(super) fn clear(&mut self) {
        self.noise = ComfortNoise::new();
        (self.sent, self.received, self.left) = (0.0, 0.0, 0.0);
        (self.expected, self.share) = (0.0, FIRST_SHARE);
        (self.above_ms, self.hold_ms, self.gain) = (0, 0, 1.0);
    }

    /// Takes a millisecond; `may_suppress` is whether to do more than listen.
    pub(super) fn process(
        &mut self,
        sent: &[f32; BLOCK],
        received: &[f32; BLOCK],
        left: &[f32; BLOCK],
        may_suppress: bool,
    ) -> [f32; BLOCK] {
        // One step of A-law keeps the powers out of the numbers that processors are slow with.
        self.sent = (self.sent * self.fading).max(power(sent)).max(1.0);
        self.received = (self.received * FADING).max(power(received)).max(1.0);
        self.left += (power(left) - self.left) * SMOOTHING;
        self.left = self.left.max(1e-9);
        self.noise.listen(left);
        let we_speak = self.sent > mean_square(LEAST_SENT_DBM0);
        if we_speak {
            self.follow();
        }
        let echo = (MARGIN * self.share * self.received).min(MOST_OF_SENT * self.sent);
        self.expected = (self.expected * EXPECTED_FADING).max(echo);
        let is_above = self.left > self.expected.max(MARGIN * self.noise_power());
        self.above_ms = if is_above {
            self.above_ms.saturating_add(1)
        } else {
            0
        };
        self.hold_ms = if self.above_ms > ONSET_MS {
            HOLD_MS
        } else {
            self.hold_ms.saturating_sub(1)
        };
        let open = !may_suppress || !we_speak || self.hold_ms > 0;
        self.ramp(left, open)
    }

    /// The noise's power, or what one step of A-law gives.
    fn noise_power(&self) -> f32 {
        self.noise.power().max(STEP)
    }

    /// Learns which share of what comes back the filter leaves.
    fn follow(&mut self) {
        if self.received < MARGIN * self.noise_power() {
            return;
        }
        let ratio = self.left / self.received;
        let step = if ratio > NEAR * self.share {
            UP_FROM_NEAR
        } else if ratio > self.share {
            UP
        } else {
            DOWN
        };
        self.share = (self.share * step).clamp(LEAST_SHARE, FIRST_SHARE);
    }

    /// Goes from what it did to what it does within the millisecond.
    fn ramp(&mut self, left: &[f32; BLOCK], open: bool) -> [f32; BLOCK] {
        let (from, to) = (self.gain, if open { 1.0 } else { 0.0 });
        self.gain = to;
        if open && from >= 1.0 {
            return *left;
        }
        let noise = self.noise.samples();
        if !open && from <= 0.0 {
            return noise;
        }
        std::array::from_fn(|n| {
            let gain = from + (to - from) * (n + 1) as f32 / BLOCK as f32;
            left[n] * gain + noise[n] * (1.0 - gain)
        })
    }
}

fn power(block: &[f32; BLOCK]) -> f32 {
    energy(block) / BLOCK as f32
}
