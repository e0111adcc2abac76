//! The 2-to-4-wire hybrid of a line: what is sent into it comes back as echo.

use std::collections::VecDeque;

/// The echo path: a finite impulse response at 8 kHz.
#[derive(Clone, Debug, Default)]
pub struct EchoPath {
    taps: Vec<f64>,
    /// The latest sample first.
    sent: VecDeque<f64>,
}

/// The shape of the default path, before it is scaled: 1 ms of delay, then what a long line with a
/// badly matched balance network gives back, 3 ms in all.
const SHAPE: [f64; 24] = [
    0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.35, 1.0, 0.62, -0.28, -0.47, -0.18, 0.14, 0.2, 0.07,
    -0.08, -0.1, -0.03, 0.04, 0.04, 0.01, -0.01,
];

impl EchoPath {
    /// A perfect hybrid: nothing comes back.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// These taps as they are.
    #[must_use]
    pub fn with_taps(taps: &[f64]) -> Self {
        Self {
            taps: taps.to_vec(),
            sent: std::iter::repeat_n(0.0, taps.len()).collect(),
        }
    }

    /// The default shape at this echo return loss (energy of the response, so that of white
    /// noise).
    #[must_use]
    pub fn with_loss(loss_db: f64) -> Self {
        let energy: f64 = SHAPE.iter().map(|tap| tap * tap).sum();
        let scale = (10f64.powf(-loss_db / 10.0) / energy).sqrt();
        Self::with_taps(&SHAPE.map(|tap| tap * scale))
    }

    /// Takes what is sent, returns what comes back in the same sample.
    pub fn sample(&mut self, sent: f64) -> f64 {
        if self.taps.is_empty() {
            return 0.0;
        }
        self.sent.pop_back();
        self.sent.push_front(sent);
        self.taps
            .iter()
            .zip(&self.sent)
            .map(|(tap, sample)| tap * sample)
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::random::Random;

    #[test]
    fn white_noise_comes_back_11_db_weaker() {
        let (mut path, mut random) = (EchoPath::with_loss(11.0), Random::new(7));
        let (mut sent, mut echoed) = (0.0, 0.0);
        for _ in 0..80_000 {
            let sample = random.gaussian();
            let echo = path.sample(sample);
            sent += sample * sample;
            echoed += echo * echo;
        }
        let loss_db = 10.0 * f64::log10(sent / echoed);
        assert!((loss_db - 11.0).abs() < 0.2, "{loss_db} dB");
    }
}
