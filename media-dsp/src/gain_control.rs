//! Every caller equally loud: slow gain control of one channel, by its speech alone.

use crate::engine::BLOCK;
use crate::gain::{bend, saturate};
use crate::level::{FULL_SCALE_DBM0, dbm0, mean_square};

/// The speech is looked at every 10 ms.
const FRAME_MS: u8 = 10;
/// Its level is the mean over so many frames with speech, at first over as many as there are: 1.5 s.
const AVERAGED: f32 = 150.0;
/// A frame counts as speech down to this share of the mean (15.9 dB, the margin of ITU-T P.56).
const MARGIN: f32 = 0.0257;
/// After so many frames with nothing but weaker speech somebody else speaks: 0.5 s.
const SOMEBODY_ELSE: u8 = 50;
/// No gain is learnt from what is weaker, nor before so many frames were heard.
const LEAST_SPEECH_DBM0: f32 = -50.0;
const LEAST_FRAMES: f32 = 10.0;
/// Speech is louder than what is heard in its pauses, by 4 dB; that is a mean over 0.3 s.
const OVER_PAUSES: f32 = 2.5;
const PAUSES_SMOOTHING: f32 = 0.03;
/// How fast the gain goes up and down, in dB a frame: 8 and 20 dB a second.
const UP_DB: f32 = 0.08;
const DOWN_DB: f32 = 0.2;
/// Left alone, and after somebody so much louder that it was no voice or another's, it goes faster:
/// 50 dB a second.
const HURRY_DB: f32 = 0.5;
/// No voice has so much power over 10 ms: a tone or a fault of the line, which the limiter holds.
const MOST_SPEECH_DBM0: f32 = 1.0;
/// Nearer to one it is one.
const NEAR_ONE: f32 = 1e-3;
/// This near it is as it should be; a gain that always moves would be heard.
const NEAR_DB: f32 = 0.5;
/// Peaks are kept below this share of full scale; the limiter lets go within about 60 ms.
const PEAK: f32 = 0.85 * 32_767.0;
const RELEASE: f32 = 0.016;

/// What it aims at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GainControlSettings {
    /// The level of speech to be reached, in dBm0: −36..=−6.
    pub target_dbm0: f32,
    /// The most that it raises or lowers, in dB: 0..=15.
    pub most_db: f32,
}

impl Default for GainControlSettings {
    fn default() -> Self {
        Self {
            target_dbm0: -18.0,
            most_db: 15.0,
        }
    }
}

impl GainControlSettings {
    /// What is out of range is brought into it, what is no number becomes the default.
    fn lawful(self) -> Self {
        let usual = Self::default();
        let bring = |value: f32, low, high, otherwise| {
            if value.is_nan() {
                otherwise
            } else {
                value.clamp(low, high)
            }
        };
        Self {
            target_dbm0: bring(self.target_dbm0, -36.0, -6.0, usual.target_dbm0),
            most_db: bring(self.most_db, 0.0, 15.0, usual.most_db),
        }
    }
}

/// Gain control of one channel.
/// - In: [`BLOCK`] samples, linear PCM, 8 kHz, and whether somebody speaks
///   ([`VoiceActivityDetector`](crate::vad::VoiceActivityDetector)).
/// - Out: the same samples, their speech brought to the target. In pauses the gain stays as it is.
///   Peaks are limited; none reaches full scale.
/// - Delay: none.
/// - Cost: three operations a sample, a logarithm each 10 ms; below 1 µs each 20 ms. No
///   allocation, lock, system call or panic.
/// - Error: within 3 dB of the target after 3 s of speech (`tests/gain_control.rs`), of human
///   speech within 1 dB (`bench voice gain_control`).
#[derive(Clone, Debug)]
pub struct GainControl {
    settings: GainControlSettings,
    /// The gain that is right, the one in use, which follows it, and the factors of the last sample.
    gain_db: f32,
    used_db: f32,
    aim: f32,
    factor: f32,
    limit: f32,
    /// This frame: its milliseconds, those with speech, its energy.
    ms: u8,
    spoken_ms: u8,
    energy: f32,
    /// Mean square of the speech, over so many frames.
    speech: f32,
    frames: f32,
    /// Mean square of what is not.
    pauses: f32,
    /// What speech there was below the margin.
    weaker: f32,
    weaker_frames: u8,
    /// The gain is to be found again.
    hurries: bool,
}

impl GainControl {
    /// With a gain of 0 dB, until speech is heard.
    #[must_use]
    pub fn new(settings: GainControlSettings) -> Self {
        Self {
            settings: settings.lawful(),
            gain_db: 0.0,
            used_db: 0.0,
            aim: 1.0,
            factor: 1.0,
            limit: 1.0,
            ms: 0,
            spoken_ms: 0,
            energy: 0.0,
            speech: 0.0,
            frames: 0.0,
            pauses: 0.0,
            weaker: 0.0,
            weaker_frames: 0,
            hurries: false,
        }
    }

    /// Other settings; the gain goes there as it goes everywhere, when somebody speaks.
    pub fn set(&mut self, settings: GainControlSettings) {
        self.settings = settings.lawful();
    }

    /// As after `new`.
    pub fn reset(&mut self) {
        *self = Self::new(self.settings);
    }

    /// Whatever was heard is forgotten; the gain goes to 0 dB without a step.
    pub fn forget(&mut self) {
        let (used_db, aim, factor, limit) = (self.used_db, self.aim, self.factor, self.limit);
        *self = Self {
            used_db,
            aim,
            factor,
            limit,
            ..Self::new(self.settings)
        };
    }

    /// What was heard last was no voice: the level is learnt anew, quickly, from the gain as it is.
    pub fn learn_anew(&mut self) {
        (self.speech, self.frames) = (0.0, 0.0);
        (self.weaker, self.weaker_frames) = (0.0, 0);
        self.hurries = true;
    }

    /// Takes a millisecond that is to be left as it is, and gives it: the gain in use goes to 0 dB in
    /// 0.3 s at most, and from then on nothing is changed. What was learnt stays for later.
    pub fn let_go(&mut self, block: &[i16; BLOCK]) -> [i16; BLOCK] {
        if self.factor == 1.0 && self.used_db == 0.0 {
            return *block;
        }
        self.use_gain(0.0);
        self.limit += (1.0 - self.limit) * RELEASE;
        if self.used_db == 0.0 && (1.0 - self.limit).abs() < NEAR_ONE {
            self.limit = 1.0;
        }
        self.ramp(block.map(f32::from), saturate)
    }

    /// Nearer to this gain by a millisecond.
    fn use_gain(&mut self, gain_db: f32) {
        if self.used_db != gain_db {
            let step_db = HURRY_DB / f32::from(FRAME_MS);
            self.used_db += (gain_db - self.used_db).clamp(-step_db, step_db);
            self.aim = 10f32.powf(self.used_db / 20.0);
        }
    }

    /// The gain in dB, without the limiter's part.
    #[must_use]
    pub fn gain_db(&self) -> f32 {
        self.gain_db
    }

    /// Takes a millisecond and gives it.
    pub fn process(&mut self, block: &[i16; BLOCK], is_speech: bool) -> [i16; BLOCK] {
        let samples = block.map(f32::from);
        self.energy += samples.iter().map(|sample| sample * sample).sum::<f32>();
        self.ms += 1;
        self.spoken_ms += u8::from(is_speech);
        if self.ms == FRAME_MS {
            self.look();
        }
        self.use_gain(self.gain_db);
        self.apply(&samples)
    }

    /// From the gain of the last sample to the one aimed at, in a ramp; less where a peak would be
    /// over the limit.
    fn apply(&mut self, samples: &[f32; BLOCK]) -> [i16; BLOCK] {
        let peak = samples
            .iter()
            .fold(0.0f32, |most, sample| most.max(sample.abs()));
        let room = PEAK / (peak * self.aim).max(PEAK);
        // What is limited now is limited at once; it is let go slowly.
        self.limit = (self.limit + (1.0 - self.limit) * RELEASE).min(room);
        // What the ramp has come too late for is bent.
        self.ramp(*samples, |sample, _| bend(sample))
    }

    fn ramp(&mut self, samples: [f32; BLOCK], whole: impl Fn(f32, f32) -> i16) -> [i16; BLOCK] {
        let to = self.aim * self.limit;
        let step = (to - self.factor) / BLOCK as f32;
        let from = self.factor;
        self.factor = to;
        std::array::from_fn(|n| {
            let factor = from + step * (n + 1) as f32;
            whole(samples[n] * factor, factor)
        })
    }

    fn look(&mut self) {
        let power = self.energy / f32::from(FRAME_MS) / BLOCK as f32;
        let is_speech = self.spoken_ms == FRAME_MS;
        (self.ms, self.spoken_ms, self.energy) = (0, 0, 0.0);
        if !is_speech {
            self.pauses += (power - self.pauses) * PAUSES_SMOOTHING;
            // Not smaller than what processors are fast with.
            self.pauses = self.pauses.max(1e-9);
        } else if power > mean_square(LEAST_SPEECH_DBM0).max(OVER_PAUSES * self.pauses)
            && power < mean_square(MOST_SPEECH_DBM0)
        {
            self.hear(power);
            if self.frames >= LEAST_FRAMES {
                self.move_gain();
            }
        }
    }

    /// The mean of what is speech.
    fn hear(&mut self, power: f32) {
        if power < MARGIN * self.speech {
            self.weaker_frames += 1;
            self.weaker += (power - self.weaker) / f32::from(self.weaker_frames);
            if self.weaker_frames < SOMEBODY_ELSE {
                return;
            }
            (self.speech, self.frames) = (self.weaker, LEAST_FRAMES);
            self.hurries = true;
        }
        (self.weaker, self.weaker_frames) = (0.0, 0);
        self.frames = (self.frames + 1.0).min(AVERAGED);
        self.speech += (power - self.speech) / self.frames;
    }

    fn move_gain(&mut self) {
        let GainControlSettings {
            target_dbm0,
            most_db,
        } = self.settings;
        // Speech at full scale, and no more, is lawful.
        let level_dbm0 = dbm0(self.speech).min(FULL_SCALE_DBM0);
        let wanted_db = (target_dbm0 - level_dbm0).clamp(-most_db, most_db);
        let off_db = wanted_db - self.gain_db;
        if off_db.abs() < NEAR_DB {
            self.hurries = false;
            return;
        }
        let up_db = if self.hurries { HURRY_DB } else { UP_DB };
        self.gain_db += off_db.clamp(-DOWN_DB, up_db);
    }
}
