//! What one channel hears: a playback, else the sum of its sources, else silence; or a
//! playback over its sources.

use super::mix::Mix;
use super::playback::{Playback, Retired};
use super::{BLOCK, Channel, Event, Sink};
use crate::gain::Gain;

#[derive(Debug, Default)]
pub(super) struct Ear {
    pub(super) mix: Mix,
    playback: Option<Playback>,
    gain: Gain,
}

impl Ear {
    pub(super) fn play(&mut self, playback: Playback, retired: &mut Retired, sink: &mut impl Sink) {
        self.stop_playback(retired, sink);
        self.playback = Some(playback);
    }

    pub(super) fn stop_playback(&mut self, retired: &mut Retired, sink: &mut impl Sink) {
        if let Some(playback) = self.playback.take() {
            retired.add(playback.into_clips(), sink);
        }
    }

    pub(super) fn set_gain_db(&mut self, gain_db: f32) {
        self.gain.set_db(gain_db);
    }

    /// The channel is gone or new: it hears nobody, no playback, gain 0 dB.
    pub(super) fn reset(&mut self, retired: &mut Retired, sink: &mut impl Sink) {
        self.mix = Mix::default();
        self.stop_playback(retired, sink);
        self.gain = Gain::default();
    }

    /// One block for the ear of `channel`, when every channel says what is in `says`.
    pub(super) fn hear(
        &mut self,
        channel: Channel,
        says: &[[i16; BLOCK]],
        retired: &mut Retired,
        sink: &mut impl Sink,
    ) -> [i16; BLOCK] {
        // Mixed also while a playback is heard instead: its ramps go on.
        let mut block = self.mix.process(says);
        if let Some(playback) = &mut self.playback
            && playback.take(&mut block)
        {
            sink.event(Event::PlaybackEnded {
                channel,
                playback: playback.id,
            });
            self.stop_playback(retired, sink);
        }
        self.gain.process(&mut block);
        block
    }
}
