//! A line is measured while it is used.

use super::{BLOCK, Channel, Sink};
use crate::echo::{EchoCanceller, EchoSettings};
use crate::level::dbm0;
use crate::line_meter::{LineMeasurement, LineMeter};

/// Coefficients of the longest echo path: 128 ms.
pub const MAX_PATH: usize = *EchoSettings::TAIL_MS.end() as usize * BLOCK;
/// What is sent more weakly than this has no echo to speak of.
const AUDIBLE: f32 = 64.0 * 64.0;

/// What was measured of a line in the last second.
#[derive(Clone, Debug, PartialEq)]
pub struct LineMeasured {
    /// Whose.
    pub channel: Channel,
    /// What comes from the line: while it is in use after its echo was taken away, and before any
    /// noise was put in.
    pub heard: LineMeasurement,
    /// How much weaker the echo canceller left the echo than it came, in dB, in the milliseconds in
    /// which we sent something; less while the other party speaks too. `None`: we sent nothing.
    pub echo_return_loss_enhancement_db: Option<f32>,
    /// How much weaker the echo comes than it was sent, in dB, by the path that was learnt. `None`:
    /// none has been learnt.
    pub echo_return_loss_db: Option<f32>,
    /// The impulse response of the echo path as it was learnt, 8 kHz; zeros beyond the tail.
    pub echo_path: [f32; MAX_PATH],
}

/// Measures a line; see [`LineMeter`] for the cost.
#[derive(Debug)]
pub(super) struct Probe {
    channel: Channel,
    meter: LineMeter,
    came: f32,
    left: f32,
    /// Next part of the echo path to be copied; one a millisecond.
    part: usize,
    path: [f32; MAX_PATH],
}

impl Probe {
    pub(super) fn new(channel: Channel) -> Self {
        Self {
            channel,
            meter: LineMeter::new(),
            came: 0.0,
            left: 0.0,
            part: 0,
            path: [0.0; MAX_PATH],
        }
    }

    /// A line that hears nobody: what comes from it, as it comes.
    pub(super) fn take_on_hook(&mut self, received: &[i16; BLOCK], sink: &mut impl Sink) {
        if let Some(heard) = self.meter.process(received) {
            self.path.fill(0.0);
            self.tell(heard, sink);
        }
    }

    /// What was sent and what came in the same millisecond, after the canceller has worked on it.
    pub(super) fn take(
        &mut self,
        sent: &[i16; BLOCK],
        received: &[i16; BLOCK],
        canceller: &EchoCanceller,
        sink: &mut impl Sink,
    ) {
        let left = canceller.before_suppressor();
        if energy(sent) > AUDIBLE * BLOCK as f32 {
            self.came += energy(received);
            self.left += energy(left);
        }
        if let Some(part) = canceller.path(self.part) {
            let start = self.part * part.len();
            self.path[start..start + part.len()].copy_from_slice(&part);
            self.part += 1;
        }
        if let Some(heard) = self.meter.process(left) {
            self.tell(heard, sink);
        }
    }

    fn tell(&mut self, heard: LineMeasurement, sink: &mut impl Sink) {
        let path_energy: f32 = self.path.iter().map(|c| c * c).sum();
        sink.measured(&LineMeasured {
            channel: self.channel,
            heard,
            echo_return_loss_enhancement_db: (self.came > 0.0)
                .then(|| dbm0(self.came) - dbm0(self.left.max(1e-3))),
            echo_return_loss_db: (path_energy > 0.0).then(|| -10.0 * path_energy.log10()),
            echo_path: self.path,
        });
        (self.came, self.left, self.part) = (0.0, 0.0, 0);
    }
}

fn energy(samples: &[i16; BLOCK]) -> f32 {
    samples
        .iter()
        .map(|&sample| f32::from(sample).powi(2))
        .sum()
}
