//! The voices that one channel hears, added up.

use heapless::Vec as Bounded;

use super::{BLOCK, Channel, MAX_SOURCES, Source};
use crate::gain::{bend, round};

/// How long a voice takes to come, to go, or to change its loudness: a step would click.
pub const RAMP_MS: usize = 8;
const RAMP: f32 = (RAMP_MS * BLOCK) as f32;
/// The least and the most gain of a source, in dB.
const RANGE_DB: (i8, i8) = (-60, 12);

/// One voice in the sum.
#[derive(Clone, Copy, Debug)]
struct Voice {
    channel: Channel,
    factor: f32,
    target: f32,
    /// What is added to the factor with each sample until the target is reached.
    step: f32,
}

impl Voice {
    fn aim(&mut self, target: f32) {
        if target != self.target {
            self.target = target;
            self.step = (target - self.factor) / RAMP;
        }
    }

    fn is_gone(&self) -> bool {
        self.factor == 0.0 && self.target == 0.0
    }

    fn next_factor(&mut self) -> f32 {
        if self.factor != self.target {
            self.factor += self.step;
            // Rounding must not carry it past the target.
            if (self.target - self.factor) * self.step <= 0.0 {
                self.factor = self.target;
            }
        }
        self.factor
    }
}

/// The sum of what up to [`MAX_SOURCES`] channels say.
/// - In: what every channel says, [`BLOCK`] samples each, linear.
/// - Out: the sum, each voice times its gain. Louder than 0.8 of full scale it approaches full scale
///   without reaching it. A voice comes, goes and changes its loudness in [`RAMP_MS`].
/// - Cost: a multiply and an add for each voice and sample; no allocation, lock, system call or panic.
/// - Error: none for one voice at 0 dB (bit exact), else half a step of rounding below the knee.
#[derive(Debug, Default)]
pub(super) struct Mix {
    /// Also those that are going.
    voices: Bounded<Voice, { 2 * MAX_SOURCES }>,
}

impl Mix {
    /// From now on these; each channel at most once.
    pub(super) fn hear(&mut self, from: &[Source]) {
        for voice in &mut self.voices {
            if !from.iter().any(|source| source.channel == voice.channel) {
                voice.aim(0.0);
            }
        }
        for source in from {
            let gain_db = source.gain_db.clamp(RANGE_DB.0, RANGE_DB.1);
            let target = if gain_db == 0 {
                1.0
            } else {
                10f32.powf(f32::from(gain_db) / 20.0)
            };
            let known = |voice: &&mut Voice| voice.channel == source.channel;
            match self.voices.iter_mut().find(known) {
                Some(voice) => voice.aim(target),
                None => self.add(source.channel, target),
            }
        }
    }

    fn add(&mut self, channel: Channel, target: f32) {
        if self.voices.is_full() {
            // Lists changed faster than voices go: one that is going is cut off.
            self.voices
                .iter()
                .position(|voice| voice.target == 0.0)
                .map(|going| self.voices.swap_remove(going));
        }
        let mut voice = Voice {
            channel,
            factor: 0.0,
            target: 0.0,
            step: 0.0,
        };
        voice.aim(target);
        // At most MAX_SOURCES of twice as many are not going, so there is room.
        let _ = self.voices.push(voice);
    }

    /// The channel is gone: what it says next is another party's.
    pub(super) fn forget(&mut self, channel: Channel) {
        self.voices.retain(|voice| voice.channel != channel);
    }

    /// One block.
    pub(super) fn process(&mut self, says: &[[i16; BLOCK]]) -> [i16; BLOCK] {
        let said_by = |channel: Channel| says.get(channel.index()).copied().unwrap_or_default();
        let unchanged = |voice: &Voice| voice.factor == 1.0 && voice.target == 1.0;
        if let [voice] = self.voices.as_slice()
            && unchanged(voice)
        {
            return said_by(voice.channel);
        }
        let mut sum = [0.0_f32; BLOCK];
        let mut loudest = 0.0_f32;
        for voice in &mut self.voices {
            for (sum, sample) in sum.iter_mut().zip(said_by(voice.channel)) {
                let factor = voice.next_factor();
                loudest = loudest.max(factor);
                *sum += f32::from(sample) * factor;
            }
        }
        // One voice that is not raised fits as it is.
        let out = if self.voices.len() == 1 && loudest <= 1.0 {
            round
        } else {
            bend
        };
        self.voices.retain(|voice| !voice.is_gone());
        sum.map(out)
    }
}
