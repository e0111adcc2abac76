//! The samples that the learners work on, 8 ms at a time.

use super::history::HOP;
use crate::engine::BLOCK;

/// Voices are louder at low frequencies; without this first-order whitening these would drown what
/// is to be learnt of the others.
pub(super) const WHITENING: f32 = 0.6;

/// One block: what was sent, what came back, what was left of it.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub sent: [f32; HOP],
    pub received: [f32; HOP],
    pub left: [f32; HOP],
}

impl Block {
    pub(super) const SILENT: Self = Self {
        sent: [0.0; HOP],
        received: [0.0; HOP],
        left: [0.0; HOP],
    };

    /// Puts a millisecond at its place.
    pub(super) fn fill(
        &mut self,
        at: usize,
        sent: &[f32; BLOCK],
        received: &[f32; BLOCK],
        left: &[f32; BLOCK],
    ) {
        self.sent[at..at + BLOCK].copy_from_slice(sent);
        self.received[at..at + BLOCK].copy_from_slice(received);
        self.left[at..at + BLOCK].copy_from_slice(left);
    }
}

/// The whitening of one signal.
#[derive(Clone, Debug, Default)]
pub(super) struct Whitening {
    last: f32,
}

impl Whitening {
    pub(super) fn apply(&mut self, samples: &[f32; HOP]) -> [f32; HOP] {
        samples.map(|sample| sample - WHITENING * std::mem::replace(&mut self.last, sample))
    }
}
