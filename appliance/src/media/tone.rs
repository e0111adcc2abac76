//! The tone of a telephone that rings (GF 002-9002.3: 450 Hz, 1 s on, 4 s off, −10 dBm0), and the one
//! after which a message is recorded.

const RATE_HZ: f32 = 8000.0;
const SECOND: usize = 8000;
/// −10 dBm0: 13.14 dB below the peak of a full sine (G.711 §5).
const PEAK: f32 = 7_200.0;

fn sine(tone_hz: f32, samples: usize) -> impl Iterator<Item = i16> {
    (0..samples).map(move |n| {
        let phase = std::f32::consts::TAU * tone_hz * n as f32 / RATE_HZ;
        (PEAK * phase.sin()) as i16
    })
}

/// One ring and the silence after it, 8 kHz.
#[must_use]
pub fn ringing() -> Vec<i16> {
    let ring = sine(450.0, SECOND);
    ring.chain(std::iter::repeat_n(0, 4 * SECOND)).collect()
}

/// Half a second, 8 kHz.
#[must_use]
pub fn beep() -> Vec<i16> {
    sine(1000.0, SECOND / 2).collect()
}
