//! The tone that a caller hears who is not let in: that of a line that is busy (GF 002-9002.3: 450 Hz,
//! 350 ms on, 350 ms off, −10 dBm0).

const RATE_HZ: f32 = 8000.0;
const TONE_HZ: f32 = 450.0;
/// On for so many samples, then off for as many.
const BEAT: usize = 2800;
/// 7 times: 4.9 s, after which most people have hung up.
const TIMES: usize = 7;
/// −10 dBm0: 13.14 dB below the peak of a full sine (G.711 §5).
const PEAK: f32 = 7_200.0;

/// The whole of it, 8 kHz.
#[must_use]
pub fn compose() -> Vec<i16> {
    let sample = |n: usize| {
        let phase = std::f32::consts::TAU * TONE_HZ * n as f32 / RATE_HZ;
        (PEAK * phase.sin()) as i16
    };
    let beat = (0..BEAT).map(sample).chain(std::iter::repeat_n(0, BEAT));
    let beat: Vec<i16> = beat.collect();
    beat.repeat(TIMES)
}

#[cfg(test)]
mod tests {
    use hotline_dsp::engine::{BLOCK, TonePlan};
    use hotline_dsp::progress::BusyDetector;

    #[test]
    fn it_is_what_a_detector_takes_for_a_busy_tone() {
        let mut detector = BusyDetector::new(TonePlan::CN);
        let sound = super::compose();
        let (blocks, _) = sound.as_chunks::<BLOCK>();
        assert!(blocks.iter().any(|block| detector.process(block)));
    }
}
