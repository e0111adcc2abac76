//! Does the near party speak while we do?

use crate::engine::BLOCK;

/// An echo is at least this much weaker than what was sent: 6 dB, the least return loss of a
/// hybrid that G.168 §7 counts with.
const HYBRID: f32 = 0.5;
/// Once found, double talk is taken to last: syllables have pauses.
const HOLD_MS: u16 = 30;
/// Blocks in the longest tail, 64 ms, and some.
const MEMORY: usize = 72;

/// Double-talk detector after Geigel.
/// - In: what was sent and what came back, a block each.
/// - Out: whether what came back is too loud to be an echo of what was sent in the last tail.
/// - Cost: a maximum over 64 ms a block; no allocation, lock, system call or panic.
/// - Error: a hybrid with less than 6 dB of loss looks like double talk; so the answer only slows
///   learning, and better evidence overrules it.
#[derive(Clone, Debug)]
pub(super) struct DoubleTalk {
    peaks: [f32; MEMORY],
    tail: usize,
    at: usize,
    hold_ms: u16,
}

impl DoubleTalk {
    pub(super) fn new(taps: usize) -> Self {
        let tail = (taps / BLOCK + 2).min(MEMORY);
        Self {
            peaks: [0.0; MEMORY],
            tail,
            at: 0,
            hold_ms: 0,
        }
    }

    pub(super) fn process(&mut self, sent: &[i16; BLOCK], received: &[i16; BLOCK]) -> bool {
        self.peaks[self.at] = peak(sent);
        self.at = (self.at + 1) % self.tail;
        let loudest = self.peaks[..self.tail]
            .iter()
            .fold(0.0f32, |a, &b| a.max(b));
        if peak(received) > HYBRID * loudest {
            self.hold_ms = HOLD_MS;
        } else {
            self.hold_ms = self.hold_ms.saturating_sub(1);
        }
        self.hold_ms > 0
    }
}

fn peak(block: &[i16; BLOCK]) -> f32 {
    block
        .iter()
        .fold(0.0, |peak, &sample| f32::max(peak, f32::from(sample).abs()))
}
