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
        if self.told == Some(path) {
            return;
        }
        let is_taken = |channel| {
            let side = if channel < lines {
                path.lines
            } else {
                path.phones
            };
            engine.send(Command::SetVoice {
                channel: Channel(channel),
                voice: settings(side),
            })
        };
        // What found no room is told again, with all the rest, when this is called next.
        self.told = (0..lines + streams).all(is_taken).then_some(path);
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

#[cfg(test)]
mod tests {
    use hotline_dsp::engine::{Channel, Command};
    use hotline_services::VoicePath;

    use super::Voices;
    use crate::media::Rings;

    #[test]
    fn what_found_no_room_is_told_again() {
        let (rings, mut ends) = Rings::new();
        let mut voices = Voices::default();
        let nothing = Command::StopPlayback {
            channel: Channel(0),
        };
        while rings.engine.send(nothing.clone()) {}
        voices.set(VoicePath::default(), (4, 10), &rings.engine);
        while ends.commands.dequeue().is_some() {}
        let mut told = || {
            voices.set(VoicePath::default(), (4, 10), &rings.engine);
            std::iter::from_fn(|| ends.commands.dequeue()).count()
        };
        assert_eq!(told(), 14);
        assert_eq!(told(), 0, "all was taken");
    }
}
