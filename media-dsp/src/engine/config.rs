//! Sizes, laws and tones of an engine.

use super::VoiceSettings;
use crate::echo::EchoSettings;
use crate::g711::Law;
use crate::progress::TonePlan;

/// Sizes and laws, fixed for the life of an engine.
#[derive(Clone, Debug)]
pub struct EngineConfig {
    /// Line channels.
    pub lines: u16,
    /// Stream channels.
    pub streams: u16,
    /// Of these the last so many are on cards whose clock is their own, not the one that drives the
    /// tick; see [`Engine::card_tick`](super::Engine::card_tick).
    pub own_clock: u16,
    /// The law of the cards.
    pub line_law: Law,
    /// How the echo cancellers of the lines work; of a single one, see
    /// [`Engine::set_echo`](super::Engine::set_echo).
    pub echo: EchoSettings,
    /// How the voices of the lines' parties are bettered, until [`Command::SetVoice`] says else.
    ///
    /// [`Command::SetVoice`]: super::Command::SetVoice
    pub voice_of_lines: VoiceSettings,
    /// Those of the streams' parties.
    pub voice_of_streams: VoiceSettings,
    /// The most recordings at once.
    pub recordings: u16,
    /// Progress tones of the country.
    pub tones: TonePlan,
}

impl Default for EngineConfig {
    /// Without a channel; A-law, and the tones of China.
    fn default() -> Self {
        Self {
            lines: 0,
            streams: 0,
            own_clock: 0,
            line_law: Law::A,
            echo: EchoSettings::default(),
            voice_of_lines: VoiceSettings::default(),
            voice_of_streams: VoiceSettings::default(),
            recordings: 0,
            tones: TonePlan::CN,
        }
    }
}
