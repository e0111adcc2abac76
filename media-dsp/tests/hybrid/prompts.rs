//! Human speech, where it is installed: Debian's `asterisk-core-sounds-en-wav` (CC BY-SA, so none of
//! it is here). Without it the seeded voices of [`signal`](crate::signal) speak.

use crate::signal::{leveled, voice};

const DIRECTORY: &str = "/usr/share/asterisk/sounds/en_US_f_Allison";
/// Length of the header of these files.
const HEADER: usize = 44;

/// The far party's and the near party's speech, each of so many samples, and whether it is human.
#[allow(
    clippy::disallowed_methods,
    reason = "a measurement by hand, not a part of the room"
)]
pub fn two_parties(samples: usize, level_dbm0: f32) -> (Vec<f32>, Vec<f32>, bool) {
    let Ok(directory) = std::fs::read_dir(DIRECTORY) else {
        let (far, near) = (
            voice(11, samples, level_dbm0),
            voice(12, samples, level_dbm0),
        );
        return (far, near, false);
    };
    let mut files: Vec<_> = directory.flatten().map(|entry| entry.path()).collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "wav"));
    files.sort();
    let mut speech: Vec<f32> = Vec::new();
    for path in files {
        let octets = std::fs::read(&path).unwrap_or_default();
        // The shortest ones are letters and digits.
        if octets.len() > HEADER + 16_000 && speech.len() < 2 * samples {
            let words = octets[HEADER..].chunks_exact(2);
            speech.extend(words.map(|w| f32::from(i16::from_le_bytes([w[0], w[1]]))));
        }
    }
    speech.resize(2 * samples, 0.0);
    let near = speech.split_off(samples);
    (leveled(speech, level_dbm0), leveled(near, level_dbm0), true)
}
