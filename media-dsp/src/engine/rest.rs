//! The pauses of a phone that sends nothing while nobody speaks, but what they are to sound like
//! (RFC 3389).

use super::BLOCK;
use crate::comfort_noise::{ComfortNoise, ComfortNoiseGenerator};

/// No pause is heard louder: what a sender says of its noise is believed up to that of a loud
/// workshop. An octet of 0 would be full scale.
const MOST_DBM0: f32 = -30.0;

/// The pauses of one stream.
#[derive(Debug, Default)]
pub(super) struct Rest {
    /// When it told, by its own clock; what it said before may still be on its way.
    told_at: Option<u32>,
    /// Its pause is heard.
    is_heard: bool,
    /// Timestamp of the newest voice.
    spoke_at: Option<u32>,
    noise: ComfortNoiseGenerator,
}

impl Rest {
    /// The phone tells what its pause sounds like. If it has spoken since, the pause is over.
    pub(super) fn tell(&mut self, timestamp: u32, noise: ComfortNoise) {
        if self
            .spoke_at
            .is_some_and(|spoke| is_after(spoke, timestamp))
        {
            return;
        }
        self.noise.set(&noise.at_most(MOST_DBM0));
        self.told_at = Some(timestamp);
    }

    /// Voice has come. A pause that is heard ends when that is played; one that is not heard yet was
    /// too short to be heard.
    pub(super) fn speaks(&mut self, timestamp: u32) {
        if self.spoke_at.is_none_or(|spoke| is_after(timestamp, spoke)) {
            self.spoke_at = Some(timestamp);
        }
        if !self.is_heard && self.told_at.is_some_and(|told| !is_after(told, timestamp)) {
            self.told_at = None;
        }
    }

    /// Whether nothing is to be expected.
    pub(super) fn is_told(&self) -> bool {
        self.told_at.is_some()
    }

    /// Voice is played.
    pub(super) fn end(&mut self) {
        if std::mem::take(&mut self.is_heard) {
            self.told_at = None;
        }
    }

    /// A millisecond of the pause.
    pub(super) fn process(&mut self) -> [i16; BLOCK] {
        self.is_heard = true;
        self.noise.process()
    }
}

/// Whether `a` is later than `b` on the circle of timestamps.
#[allow(clippy::cast_possible_wrap, reason = "a signed difference is meant")]
fn is_after(a: u32, b: u32) -> bool {
    a.wrapping_sub(b) as i32 > 0
}
