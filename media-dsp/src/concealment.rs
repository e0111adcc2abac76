//! Packet loss concealment by repeating the pitch (in the manner of G.711 Appendix I), from both
//! sides of the gap where the packet after it is known.

mod extension;

use self::extension::{Extension, strength};
use crate::engine::BLOCK;

/// Samples that a voice is continued from.
pub const CONTEXT: usize = extension::CONTEXT;
/// The longest gap whose two sides are joined: 100 ms. A longer one is a pause.
const LONGEST_BRIDGE: usize = 800;
/// What is remembered of the voice: the context, in whole turns of a ring.
const MEMORY: usize = 256;
/// Crossfade back to the voice where its return was not known: 4 ms.
const RETURN: usize = 32;

/// Concealment of one stream.
/// - In: a block a millisecond, or word that it is missing; what comes after a gap, once it is known.
/// - Out: the block itself, bit exact; for a missing one the last pitch period over and over, at
///   full strength for 10 ms, gone after 60 ms. Where the other side of the gap is known, it is
///   continued backwards likewise, and the one fades into the other; else the first 4 ms after the
///   gap are a crossfade.
/// - Delay: none.
/// - Cost: a copy; 97 lags over 5 ms for each side of a gap. No allocation, lock, system call or panic.
#[derive(Clone, Debug)]
pub struct Concealment {
    heard: [i16; MEMORY],
    /// Where the next block goes.
    at: usize,
    /// Nothing has been heard yet, so nothing is missed.
    empty: bool,
    /// Samples made up in this gap.
    made: usize,
    /// Samples of crossfade still to come.
    returning: usize,
    before: Extension,
    bridge: Option<Bridge>,
}

/// The other side of a gap.
#[derive(Clone, Debug)]
struct Bridge {
    after: Extension,
    /// Samples of the gap still to be made up, and how many there were when it was known.
    left: usize,
    length: usize,
}

impl Default for Concealment {
    fn default() -> Self {
        Self {
            heard: [0; MEMORY],
            at: 0,
            empty: true,
            made: 0,
            returning: 0,
            before: Extension::silence(),
            bridge: None,
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
            self.returning = match &self.bridge {
                Some(bridge) if bridge.left == 0 => 0,
                _ => RETURN,
            };
            if self.returning == 0 {
                self.end_gap();
            }
        }
        if self.returning > 0 {
            for sample in &mut block {
                let old = self.returning as f32 / RETURN as f32;
                *sample = (old * self.make() + (1.0 - old) * f32::from(*sample)) as i16;
                self.returning = self.returning.saturating_sub(1);
            }
            if self.returning == 0 {
                self.end_gap();
            }
        }
        self.remember(&block);
        block
    }

    /// Whether it would help to know what comes after the gap.
    #[must_use]
    pub fn wants_the_other_side(&self) -> bool {
        !self.empty && self.bridge.is_none() && self.made < LONGEST_BRIDGE
    }

    /// Tells what comes after the gap, before the next block that is [`missing`](Self::missing): so
    /// many samples are missing from there on, then these come.
    pub fn bridge(&mut self, gap: usize, after: &[i16; CONTEXT]) {
        if !self.wants_the_other_side() || gap == 0 || self.made + gap > LONGEST_BRIDGE {
            return;
        }
        let mut backwards = *after;
        backwards.reverse();
        let mut after = Extension::of(&backwards);
        after.skip(gap);
        self.bridge = Some(Bridge {
            after,
            left: gap,
            length: gap,
        });
    }

    /// Makes up a block that did not come.
    #[allow(
        clippy::cast_possible_truncation,
        reason = "a faded sample is a sample; what overshoots saturates"
    )]
    pub fn missing(&mut self) -> [i16; BLOCK] {
        if self.empty {
            return [0; BLOCK];
        }
        self.returning = 0;
        if self.bridge.as_ref().is_some_and(|bridge| bridge.left == 0) {
            // The gap goes on although its end was told: what was made up last is continued.
            self.bridge = None;
            self.learn();
        } else if self.made == 0 {
            self.learn();
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

    fn end_gap(&mut self) {
        self.made = 0;
        self.bridge = None;
    }

    fn remember(&mut self, block: &[i16; BLOCK]) {
        if let Some(place) = self.heard[self.at..].first_chunk_mut() {
            *place = *block;
        }
        self.at = (self.at + BLOCK) % MEMORY;
    }

    fn learn(&mut self) {
        let mut context = [0; CONTEXT];
        for (n, sample) in context.iter_mut().enumerate() {
            *sample = self.heard[(self.at + MEMORY - CONTEXT + n) % MEMORY];
        }
        self.before = Extension::of(&context);
    }

    fn make(&mut self) -> f32 {
        let mut sample = self.before.next() * strength(self.made);
        if let Some(bridge) = &mut self.bridge
            && bridge.left > 0
        {
            bridge.left -= 1;
            let share = (bridge.left as f32 + 0.5) / bridge.length as f32;
            let after = bridge.after.previous() * strength(bridge.left);
            sample = sample * share + after * (1.0 - share);
        }
        // It stays silent once it is.
        self.made = (self.made + 1).min(LONGEST_BRIDGE);
        sample
    }
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, CONTEXT, Concealment};

    /// A voiced sound of 125 Hz: five harmonics.
    fn voice(at: usize) -> i16 {
        let phase = at as f32 * 125.0 / 8000.0 * std::f32::consts::TAU;
        (1..=5)
            .map(|h| (phase * h as f32).sin() * 2000.0 / h as f32)
            .sum::<f32>() as i16
    }

    /// The same, a semitone higher in every second.
    fn gliding(at: usize) -> i16 {
        let seconds = at as f64 / 8000.0;
        let turns = 125.0 * ((seconds / 12.0).exp2() - 1.0) * 12.0 / std::f64::consts::LN_2;
        (1..=5)
            .map(|h| (turns * f64::from(h) * std::f64::consts::TAU).sin() * 2000.0 / f64::from(h))
            .sum::<f64>() as i16
    }

    fn block(n: usize) -> [i16; BLOCK] {
        std::array::from_fn(|i| voice(n * BLOCK + i))
    }

    /// What is made up between two blocks, against what was said, in dB.
    fn snr_db(say: fn(usize) -> i16, lost: std::ops::Range<usize>, is_bridged: bool) -> f32 {
        let mut concealment = Concealment::default();
        let block = |n: usize| -> [i16; BLOCK] { std::array::from_fn(|i| say(n * BLOCK + i)) };
        for n in 0..lost.start {
            let _ = concealment.heard(block(n));
        }
        if is_bridged {
            let after: [i16; CONTEXT] = std::array::from_fn(|i| say(lost.end * BLOCK + i));
            concealment.bridge(lost.len() * BLOCK, &after);
        }
        let (mut signal, mut error) = (0.0, 1e-9);
        for n in lost.clone() {
            for (made, said) in concealment.missing().into_iter().zip(block(n)) {
                signal += f32::from(said).powi(2);
                error += (f32::from(made) - f32::from(said)).powi(2);
            }
        }
        // Where the other side was known, it is taken up as it is.
        if is_bridged {
            assert_eq!(concealment.heard(block(lost.end)), block(lost.end));
        }
        10.0 * (signal / error).log10()
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
        let snr_db = snr_db(voice, 50..60, false);
        assert!(snr_db > 15.0, "{snr_db} dB");
    }

    #[test]
    fn a_lost_20_ms_of_a_gliding_voice_is_better_made_up_from_both_sides() {
        let one_side = snr_db(gliding, 1000..1020, false);
        let both = snr_db(gliding, 1000..1020, true);
        assert!(both > one_side + 6.0 && both > 15.0, "{one_side} {both} dB");
    }

    #[test]
    fn the_voice_goes_on_from_its_last_sample_without_a_step() {
        for start in 40..60 {
            let mut concealment = Concealment::default();
            let mut last = 0;
            for n in 0..start {
                last = concealment.heard(block(n))[BLOCK - 1];
            }
            let first = concealment.missing()[0];
            let steepest = (0..64).map(|n| voice(n).abs_diff(voice(n + 1))).max();
            assert!(
                last.abs_diff(first) <= steepest.expect("64 of them") + 100,
                "{last} to {first} after {start} blocks"
            );
        }
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

    #[test]
    fn a_gap_that_is_longer_or_shorter_than_told_fades_out_or_back_in() {
        let after: [i16; CONTEXT] = std::array::from_fn(voice);
        let mut concealment = Concealment::default();
        for n in 0..50 {
            let _ = concealment.heard(block(n));
        }
        concealment.bridge(160, &after);
        for _ in 0..200 {
            let _ = concealment.missing();
        }
        assert_eq!(concealment.missing(), [0; BLOCK]);
        for n in 0..50 {
            let _ = concealment.heard(block(n));
        }
        concealment.bridge(160, &after);
        let _ = concealment.missing();
        for n in 51..55 {
            let _ = concealment.heard(block(n));
        }
        assert_eq!(concealment.heard(block(55)), block(55));
    }

    /// The end of a pause is no other side: speech is not heard before it begins.
    #[test]
    fn a_gap_longer_than_100_ms_is_not_bridged() {
        let mut concealment = Concealment::default();
        let _ = concealment.heard([0; BLOCK]);
        concealment.bridge(808, &[9_000; CONTEXT]);
        assert!((0..101).all(|_| concealment.missing() == [0; BLOCK]));
        concealment.bridge(8, &[9_000; CONTEXT]);
        assert_eq!(concealment.missing(), [0; BLOCK]);
    }

    #[test]
    fn the_loudest_and_wildest_voice_does_no_harm() {
        let mut concealment = Concealment::default();
        let mut wild = 1u32;
        for n in 0..50_000 {
            wild = wild.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let loud = if wild & 0x1000 == 0 {
                i16::MIN
            } else {
                i16::MAX
            };
            match wild >> 28 {
                0..6 => _ = concealment.missing(),
                6 => concealment.bridge(wild as usize >> 10 & 0x3FF, &[loud; CONTEXT]),
                7 if n % 7 == 0 => _ = concealment.silence(),
                _ => _ = concealment.heard([loud; BLOCK]),
            }
        }
    }
}
