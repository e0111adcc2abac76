//! One line of a card: octets in, what its party says out, and the same the other way.

use super::{BLOCK, Channel, EngineConfig, Sink};
use crate::g711::Law;
use crate::level;

/// A line channel; on-hook until it is in use.
#[derive(Debug)]
pub(super) struct Line {
    channel: Channel,
    law: Law,
    in_use: bool,
    /// Mean square of what the line's party says, smoothed over about 100 ms.
    mean_square: f32,
}

/// Share of the newest millisecond in the smoothed level.
const SMOOTHING: f32 = 0.01;

impl Line {
    pub(super) fn new(channel: Channel, config: &EngineConfig) -> Self {
        Self {
            channel,
            law: config.line_law,
            in_use: false,
            mean_square: 0.0,
        }
    }

    pub(super) fn is_in_use(&self) -> bool {
        self.in_use
    }

    pub(super) fn use_or_leave(&mut self, in_use: bool) {
        self.in_use = in_use;
        self.mean_square = 0.0;
    }

    pub(super) fn receive_caller_id(&mut self, _on: bool) {}

    /// What the line's party says in this millisecond.
    pub(super) fn says(&mut self, octets: &[u8; BLOCK], sink: &mut impl Sink) -> [i16; BLOCK] {
        let mut block = [0; BLOCK];
        self.law.decode_all(octets, &mut block);
        let _ = (&sink, self.channel);
        if !self.in_use {
            return [0; BLOCK];
        }
        let energy: f32 = block.iter().map(|&sample| f32::from(sample).powi(2)).sum();
        self.mean_square += (energy / BLOCK as f32 - self.mean_square) * SMOOTHING;
        block
    }

    /// Gives what the line's party is to hear in this millisecond.
    pub(super) fn hears(&mut self, block: &[i16; BLOCK], octets: &mut [u8; BLOCK]) {
        if self.in_use {
            self.law.encode_all(block, octets);
        } else {
            octets.fill(self.law.silence());
        }
    }

    pub(super) fn level_dbm0(&self) -> f32 {
        level::dbm0(self.mean_square)
    }
}
