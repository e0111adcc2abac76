//! What becomes of a number that was dialled, by ear: dial tone, ringing tone, a person.

use super::TonePlan;
use super::tone::{LOOK_MS, Look, Tone, tolerance_ms};
use crate::engine::BLOCK;
use crate::level::mean_square;

/// Dial tone is continuous; no other tone of the network sounds so long and is not ringing tone.
const DIAL_TONE_MS: u16 = 500;
/// Least level of a voice.
const VOICE_DBM0: f32 = -38.0;
/// So much of a voice is a person and no click; a pause counts down a quarter as fast.
const VOICE_SCORE: u16 = 4 * 200 / LOOK_MS;
/// Bursts of congestion tone before it is believed.
const CONGESTION_BURSTS: u8 = 3;
/// Quiet looks at the edge of a sound that do not end it.
const EDGE_LOOKS: u8 = 2;

/// What is heard on the way to the called person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The exchange takes digits.
    DialTone,
    /// A burst of ringing tone has ended: the called telephone rings.
    RingingTone,
    /// Congestion tone: the network is full, or there is no such number.
    CongestionTone,
    /// Somebody or something speaks: anything loud that is no tone of the network.
    Voice,
}

/// Call progress in one channel, from when it was made.
/// - In: [`BLOCK`] samples, linear.
/// - Out: dial tone once, 0.5 s after it began; ringing tone after each burst; congestion
///   tone after its third burst; voice once, when
///   0.2 s of it have been heard. A first ringing tone of 1 s reads as dial tone half way through:
///   who has dialled knows better.
/// - Cost: one Goertzel filter; no allocation, lock, system call or panic.
/// - Error: bursts of ringing tone may be off by 15 %, the frequency by 30 Hz (`tests/progress.rs`).
#[derive(Clone, Debug)]
pub struct ProgressDetector {
    plan: TonePlan,
    tone: Tone,
    sound_looks: u16,
    quiet_looks: u8,
    voice: u16,
    congestion: u8,
    told_dial_tone: bool,
    told_voice: bool,
}

impl ProgressDetector {
    /// A detector that has heard nothing.
    #[must_use]
    pub fn new(plan: TonePlan) -> Self {
        Self {
            plan,
            tone: Tone::new(plan.tone_hz),
            sound_looks: 0,
            quiet_looks: 0,
            voice: 0,
            congestion: 0,
            told_dial_tone: false,
            told_voice: false,
        }
    }

    /// Takes a block; tells what is believed now.
    pub fn process(&mut self, block: &[i16; BLOCK]) -> Option<Progress> {
        let look = self.tone.process(block)?;
        if look.is_tone {
            self.sound_looks = self
                .sound_looks
                .saturating_add(1 + u16::from(self.quiet_looks));
            self.quiet_looks = 0;
            self.voice = 0;
            return self.dial_tone();
        }
        if self.sound_looks > 0 {
            self.quiet_looks += 1;
            // A look across the end of a sound is loud and no tone.
            if self.quiet_looks <= EDGE_LOOKS {
                return None;
            }
            return self.burst_ended();
        }
        self.voice(look)
    }

    fn dial_tone(&mut self) -> Option<Progress> {
        let reached = self.sound_looks.saturating_mul(LOOK_MS) >= DIAL_TONE_MS;
        if self.told_dial_tone || !reached {
            return None;
        }
        self.told_dial_tone = true;
        Some(Progress::DialTone)
    }

    fn burst_ended(&mut self) -> Option<Progress> {
        let ms = self.sound_looks.saturating_mul(LOOK_MS);
        (self.sound_looks, self.quiet_looks) = (0, 0);
        let is = |nominal_ms: u16| ms.abs_diff(nominal_ms) <= tolerance_ms(nominal_ms);
        if is(self.plan.congestion_ms.0) {
            self.congestion = self.congestion.saturating_add(1);
            return (self.congestion == CONGESTION_BURSTS).then_some(Progress::CongestionTone);
        }
        self.congestion = 0;
        is(self.plan.ringing_ms.0).then_some(Progress::RingingTone)
    }

    fn voice(&mut self, look: Look) -> Option<Progress> {
        if look.mean_square > mean_square(VOICE_DBM0) {
            self.voice = self.voice.saturating_add(4);
        } else {
            self.voice = self.voice.saturating_sub(1);
        }
        if self.told_voice || self.voice < VOICE_SCORE {
            return None;
        }
        self.told_voice = true;
        Some(Progress::Voice)
    }
}
