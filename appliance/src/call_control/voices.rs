//! How voices are bettered is told to the engine, for every channel it has.

use hotline_dsp::engine::{Channel, Command, VoiceSettings};
use hotline_dsp::gain_control::GainControlSettings;
use hotline_dsp::noise::NoiseSettings;
use hotline_services::{NoiseReduction, Voice, VoicePath};

use crate::media::EngineHandle;

/// What the engine was told last.
#[derive(Debug, Default)]
pub(super) struct Voices {
    told: Option<VoicePath>,
}

impl Voices {
    /// Tells all channels, if anything is new: first those of lines, then those of phones.
    pub(super) fn set(
        &mut self,
        path: VoicePath,
        (lines, streams): (u16, u16),
        engine: &EngineHandle,
    ) {
        if self.told.replace(path) == Some(path) {
            return;
        }
        for channel in 0..lines + streams {
            let side = if channel < lines {
                path.lines
            } else {
                path.phones
            };
            engine.send(Command::SetVoice {
                channel: Channel(channel),
                voice: settings(side),
            });
        }
    }
}

fn settings(voice: Voice) -> VoiceSettings {
    VoiceSettings {
        noise: match voice.noise {
            NoiseReduction::Off => NoiseSettings::Off,
            NoiseReduction::Mild => NoiseSettings::Mild,
            NoiseReduction::Medium => NoiseSettings::Medium,
            NoiseReduction::Strong => NoiseSettings::Strong,
        },
        level: voice.level_dbm0.map(|level| GainControlSettings {
            target_dbm0: f32::from(level),
            ..GainControlSettings::default()
        }),
    }
}
