//! A number as the sound of its keys.

use super::DtmfGenerator;
use crate::engine::BLOCK;

/// Each key sounds so long, and the pause after it is as long. Q.24 table A-1 lets exchanges ask
/// for 40 ms of either.
pub const KEY_MS: usize = 80;
/// Levels of the low and the high group; Q.24 annex A: the sum is at most about −4 dBm0.
const LEVEL_DBM0: (f32, f32) = (-8.0, -6.0);

/// The samples of keys pressed one after the other, linear, 8 kHz, after a pause of [`KEY_MS`].
/// Labels that stand on no key are left out.
#[must_use]
pub fn dial(keys: &str) -> Vec<i16> {
    let mut samples = vec![0; KEY_MS * BLOCK];
    for key in keys.chars() {
        let Some(mut tones) = DtmfGenerator::new(key, LEVEL_DBM0.0, LEVEL_DBM0.1) else {
            continue;
        };
        for _ in 0..KEY_MS {
            samples.extend(tones.process());
        }
        samples.resize(samples.len() + KEY_MS * BLOCK, 0);
    }
    samples
}
