//! Packet loss concealment by repeating the pitch (in the manner of G.711 Appendix I).

use crate::engine::BLOCK;

/// Shortest and longest pitch sought: 200 Hz and 66 Hz (Appendix I §I.2.2).
const PITCH: (usize, usize) = (40, 120);
/// Stretch compared to find it: 20 ms.
const COMPARED: usize = 160;
/// What is remembered of the voice: the stretch, and the longest pitch before it.
const HISTORY: usize = COMPARED + PITCH.1;
/// Every second sample is enough for the coarse search.
const COARSE: usize = 2;
/// Full strength for so long, then linearly to silence (Appendix I §I.2.7: 20 % each 10 ms).
const FULL: usize = 80;
const FADE: usize = 400;
/// Crossfade back to the voice: 4 ms.
const RETURN: usize = 32;

/// Concealment of one stream.
/// - In: a block a millisecond, or word that it is missing.
/// - Out: the block itself, bit exact; for a missing one the last pitch period over and over, at
///   full strength for 10 ms, gone after 60 ms. The first 4 ms after a gap are a crossfade.
/// - Delay: none (so the start of a gap has no overlap-add; the period's own seam has).
/// - Cost: a copy; at the start of a gap one search, 81 lags over 20 ms. No allocation, lock, system
///   call or panic.
#[derive(Clone, Debug)]
pub struct Concealment {
    history: [i16; HISTORY],
    /// Nothing has been heard yet, so nothing is missed.
    empty: bool,
    period: [f32; PITCH.1],
    pitch: usize,
    /// Samples made up in this gap.
    made: usize,
    /// Samples of crossfade still to come.
    returning: usize,
}

impl Default for Concealment {
    fn default() -> Self {
        Self {
            history: [0; HISTORY],
            empty: true,
            period: [0.0; PITCH.1],
            pitch: PITCH.0,
            made: 0,
            returning: 0,
        }
    }
}

impl Concealment {
    /// Takes a block that came and gives what is to be heard.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "a mean of two samples is a sample"
    )]
    pub fn heard(&mut self, mut block: [i16; BLOCK]) -> [i16; BLOCK] {
        self.empty = false;
        if self.made > 0 && self.returning == 0 {
            self.returning = RETURN;
        }
        if self.returning > 0 {
            for sample in &mut block {
                let old = self.returning as f32 / RETURN as f32;
                *sample = (old * self.make() + (1.0 - old) * f32::from(*sample)) as i16;
                self.returning = self.returning.saturating_sub(1);
            }
            if self.returning == 0 {
                self.made = 0;
            }
        }
        self.remember(&block);
        block
    }

    /// Makes up a block that did not come.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "a faded sample is a sample"
    )]
    pub fn missing(&mut self) -> [i16; BLOCK] {
        if self.empty {
            return [0; BLOCK];
        }
        self.returning = 0;
        if self.made == 0 {
            self.learn_period();
        }
        let mut block = [0; BLOCK];
        for sample in &mut block {
            *sample = self.make() as i16;
        }
        self.remember(&block);
        block
    }

    /// Silence that is meant, as while a key is held: nothing is made up.
    pub fn silence(&mut self) -> [i16; BLOCK] {
        *self = Self::default();
        [0; BLOCK]
    }

    fn remember(&mut self, block: &[i16; BLOCK]) {
        self.history.copy_within(BLOCK.., 0);
        self.history[HISTORY - BLOCK..].copy_from_slice(block);
    }

    fn make(&mut self) -> f32 {
        let faded = self.made.saturating_sub(FULL) as f32 / FADE as f32;
        let sample = self.period[self.made % self.pitch] * (1.0 - faded).max(0.0);
        // Bounded by one turn past the fade, where it stays silent.
        self.made = if self.made > FULL + FADE {
            self.made
        } else {
            self.made + 1
        };
        sample
    }

    /// Copies the last pitch period, its end bent to meet its start.
    fn learn_period(&mut self) {
        self.pitch = self.find_pitch();
        let pitch = self.pitch;
        let start = HISTORY - pitch;
        for (to, &from) in self.period.iter_mut().zip(&self.history[start..]) {
            *to = f32::from(from);
        }
        // The seam: the last quarter of the period fades into what came before its first sample.
        let seam = pitch / 4;
        for n in 0..seam {
            let before = f32::from(self.history[start - seam + n]);
            let share = (n + 1) as f32 / (seam + 1) as f32;
            let to = &mut self.period[pitch - seam + n];
            *to += (before - *to) * share;
        }
    }

    fn find_pitch(&self) -> usize {
        let coarse = (PITCH.0..=PITCH.1)
            .step_by(COARSE)
            .map(|lag| (lag, self.likeness(lag, COARSE)))
            .fold((PITCH.0, f32::MIN), better)
            .0;
        (coarse - 1..=coarse + 1)
            .filter(|lag| (PITCH.0..=PITCH.1).contains(lag))
            .map(|lag| (lag, self.likeness(lag, 1)))
            .fold((coarse, f32::MIN), better)
            .0
    }

    /// Normalised cross-correlation of the last 20 ms with those `lag` earlier.
    fn likeness(&self, lag: usize, step: usize) -> f32 {
        let now = &self.history[PITCH.1..];
        let then = &self.history[PITCH.1 - lag..];
        let (mut product, mut energy) = (0.0, 1.0);
        for (&now, &then) in now.iter().zip(then).step_by(step) {
            product += f32::from(now) * f32::from(then);
            energy += f32::from(then) * f32::from(then);
        }
        product / f32::sqrt(energy)
    }
}

fn better(best: (usize, f32), next: (usize, f32)) -> (usize, f32) {
    if next.1 > best.1 { next } else { best }
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, Concealment};

    /// A voiced sound of 125 Hz: five harmonics.
    fn voice(at: usize) -> i16 {
        let phase = at as f32 * 125.0 / 8000.0 * std::f32::consts::TAU;
        (1..=5)
            .map(|h| (phase * h as f32).sin() * 2000.0 / h as f32)
            .sum::<f32>() as i16
    }

    fn block(n: usize) -> [i16; BLOCK] {
        std::array::from_fn(|i| voice(n * BLOCK + i))
    }

    #[test]
    fn what_comes_is_passed_bit_exact() {
        let mut concealment = Concealment::default();
        assert!((0..100).all(|n| concealment.heard(block(n)) == block(n)));
    }

    #[test]
    fn the_first_block_is_not_faded_in_however_long_it_was_waited_for() {
        let mut concealment = Concealment::default();
        assert!((0..30).all(|_| concealment.missing() == [0; BLOCK]));
        assert_eq!(concealment.heard(block(7)), block(7));
    }

    #[test]
    fn a_lost_10_ms_of_a_steady_voice_is_hardly_heard() {
        let mut concealment = Concealment::default();
        for n in 0..50 {
            let _ = concealment.heard(block(n));
        }
        let (mut signal, mut error) = (0.0, 0.0);
        for n in 50..60 {
            for (made, true_one) in concealment.missing().into_iter().zip(block(n)) {
                signal += f32::from(true_one).powi(2);
                error += (f32::from(made) - f32::from(true_one)).powi(2);
            }
        }
        let snr_db = 10.0 * (signal / error).log10();
        assert!(snr_db > 15.0, "{snr_db} dB");
    }

    #[test]
    fn after_60_ms_there_is_silence_and_4_ms_after_the_gap_there_is_the_voice() {
        let mut concealment = Concealment::default();
        for n in 0..50 {
            let _ = concealment.heard(block(n));
        }
        for _ in 0..60 {
            let _ = concealment.missing();
        }
        assert!((0..20_000).all(|_| concealment.missing() == [0; BLOCK]));
        for n in 0..4 {
            let _ = concealment.heard(block(n));
        }
        assert!((4..100).all(|n| concealment.heard(block(n)) == block(n)));
    }
}
