//! What is done to the voice of a channel's party before anybody hears it.

use super::{BLOCK, Channel};
use crate::gain::round;
use crate::gain_control::{GainControl, GainControlSettings};
use crate::noise::{NoiseSettings, NoiseSuppressor};
use crate::vad::{VadSettings, VoiceActivityDetector};

/// How the voice of a channel's party is bettered.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct VoiceSettings {
    /// How much of its noise is taken away; costs [`NoiseSuppressor::DELAY_SAMPLES`] of delay unless
    /// it is off.
    pub noise: NoiseSettings,
    /// To which level it is brought; `None`: it stays as it comes.
    pub level: Option<GainControlSettings>,
}

/// From what comes at once to what comes later, in ms: no edge is heard.
const FADE_MS: u8 = 16;

/// The chain of one channel. Settings change while it runs.
#[derive(Debug)]
pub(super) struct Voice {
    settings: VoiceSettings,
    /// How much of the suppressor's way is heard, up to [`FADE_MS`]. A channel that is opened with it
    /// off has no delay of it; one in which it is switched on later has the delay from then to its end.
    delayed_ms: u8,
    is_delayed: bool,
    /// A fax machine or a modem is on the line: nothing may be bettered.
    passes: bool,
    noise: NoiseSuppressor,
    activity: VoiceActivityDetector,
    level: GainControl,
}

impl Voice {
    pub(super) fn new(channel: Channel, settings: VoiceSettings) -> Self {
        Self {
            settings,
            delayed_ms: 0,
            is_delayed: settings.noise != NoiseSettings::Off,
            passes: false,
            noise: NoiseSuppressor::new(settings.noise, (channel.0 % 256) as u8),
            activity: VoiceActivityDetector::new(VadSettings::default()),
            level: GainControl::new(settings.level.unwrap_or_default()),
        }
    }

    pub(super) fn set(&mut self, settings: VoiceSettings) {
        self.is_delayed |= settings.noise != NoiseSettings::Off;
        if !self.passes {
            self.noise.set(settings.noise);
        }
        if let Some(level) = settings.level {
            self.level.set(level);
        }
        if settings.level.is_some() != self.settings.level.is_some() {
            self.activity.reset();
            self.level.forget();
        }
        self.settings = settings;
    }

    /// Whether all passes as it comes, for it is no voice.
    pub(super) fn let_pass(&mut self, passes: bool) {
        if passes != self.passes {
            self.passes = passes;
            // It was listened to before it was known what it is.
            self.level.learn_anew();
            let noise = if passes {
                NoiseSettings::Off
            } else {
                self.settings.noise
            };
            self.noise.set(noise);
        }
    }

    /// Another party comes.
    pub(super) fn reset(&mut self) {
        self.let_pass(false);
        self.is_delayed = self.settings.noise != NoiseSettings::Off;
        self.delayed_ms = 0;
        self.noise.reset();
        self.activity.reset();
        self.level.reset();
    }

    pub(super) fn process(&mut self, block: [i16; BLOCK]) -> [i16; BLOCK] {
        let block = self.delay(&block);
        if self.passes || self.settings.level.is_none() {
            return self.level.let_go(&block);
        }
        let speaks = self.activity.process(&block);
        self.level.process(&block, speaks)
    }

    /// The suppressor's way is always filled, so that it can be faded in at any time.
    fn delay(&mut self, block: &[i16; BLOCK]) -> [i16; BLOCK] {
        let late = self.noise.process(block);
        if !self.is_delayed {
            return *block;
        }
        let from = f32::from(self.delayed_ms) / f32::from(FADE_MS);
        if self.delayed_ms == FADE_MS {
            return late;
        }
        self.delayed_ms += 1;
        let step = 1.0 / (f32::from(FADE_MS) * BLOCK as f32);
        std::array::from_fn(|n| {
            let share = from + step * (n + 1) as f32;
            round(f32::from(block[n]) * (1.0 - share) + f32::from(late[n]) * share)
        })
    }
}
