//! Tones that tell the progress of a call (E.180).

mod call;
mod detector;
mod tone;

pub use call::{Progress, ProgressDetector};
pub use detector::BusyDetector;

/// What the public network's tones sound like (E.180).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TonePlan {
    /// Frequency of dial, busy and congestion tone, in Hz.
    pub tone_hz: f32,
    /// Busy: sound and pause, in ms.
    pub busy_ms: (u16, u16),
    /// Congestion: sound and pause, in ms.
    pub congestion_ms: (u16, u16),
    /// Ringing tone: sound and pause, in ms.
    pub ringing_ms: (u16, u16),
    /// Cadences of busy tone before it is believed; 2..=8.
    pub busy_cadences: u8,
}

impl TonePlan {
    /// China: 450 Hz, busy 350/350 ms, congestion 700/700 ms, ringing tone 1 s in 5 s (GB 3380, YDN 065).
    pub const CN: Self = Self {
        tone_hz: 450.0,
        busy_ms: (350, 350),
        congestion_ms: (700, 700),
        ringing_ms: (1000, 4000),
        busy_cadences: 3,
    };
}
