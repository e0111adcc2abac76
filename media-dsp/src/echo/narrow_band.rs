//! Is what is sent a tone? Of one or two frequencies nothing can be learnt about the others.

use super::fft::SIZE;
use super::history::History;
use super::sums::{dot, energy};

/// Two tones are foretold by four samples.
const ORDER: usize = 4;
/// A tone that has passed through G.711 is foretold but for so much of its energy (−22 dB).
const UNFORETOLD: f32 = 0.01;

/// Below −50 dBm0 nothing is a tone: the silence of an A-law line is direct current.
const QUIET: f32 = SIZE as f32 * 2600.0;
/// So many blocks in a row are a tone, not a vowel (96 ms).
const TONE_BLOCKS: usize = 12;
/// Two tones beat; in their valleys G.711 makes blocks that are not narrow. One of these takes back
/// so many, and no tone counts for longer than this: it is over after two.
const BEAT_BLOCKS: usize = 4;
const MOST_BLOCKS: usize = TONE_BLOCKS + BEAT_BLOCKS;

/// Guards the learners against tones.
/// - In: what was sent, each block.
/// - Out: whether to learn nothing from it: the block is narrow, or a tone is still within the tail.
#[derive(Clone, Debug, Default)]
pub(super) struct NarrowBand {
    run: usize,
    hold: usize,
}

impl NarrowBand {
    pub(super) fn process(&mut self, history: &History) -> bool {
        let narrow = is_narrow(history.samples());
        self.run = if narrow {
            (self.run + 1).min(MOST_BLOCKS)
        } else {
            self.run.saturating_sub(BEAT_BLOCKS)
        };
        self.hold = if self.run >= TONE_BLOCKS {
            history.partitions() + 1
        } else {
            self.hold.saturating_sub(1)
        };
        narrow || self.hold > 0
    }
}

/// Whether four samples foretell the next one, over 128 samples (linear prediction after Burg).
/// - Cost: about 1500 operations.
/// - Error: very even vowels pass for tones, too; nothing is lost with them.
fn is_narrow(samples: &[f32; SIZE]) -> bool {
    if energy(samples) < QUIET {
        return false;
    }
    let mut forward = *samples;
    let mut backward = *samples;
    // Of both errors, all of them; each order has one less on either side.
    let (mut power, mut share) = (2.0 * energy(samples), 1.0);
    for order in 1..=ORDER {
        // The backward errors stay where they are; what was one sample earlier is at the same place.
        let (first, last) = (forward[order - 1], backward[SIZE - order]);
        power -= first * first + last * last;
        let (later, earlier) = (&mut forward[order..], &mut backward[..SIZE - order]);
        let reflection = 2.0 * dot(later, earlier) / power.max(1e-3);
        let left = 1.0 - reflection * reflection;
        (power, share) = (power * left, share * left);
        // It only falls, and what is left of a tone is too little to go on with.
        if share < UNFORETOLD {
            return true;
        }
        for (later, earlier) in later.iter_mut().zip(earlier) {
            let (ahead, behind) = (*later, *earlier);
            *later = ahead - reflection * behind;
            *earlier = behind - reflection * ahead;
        }
    }
    false
}
