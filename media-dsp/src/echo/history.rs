//! What was sent, as spectra: the newest block of 64 samples and as many before it as the tail is long.

use std::f32::consts::PI;

use super::block::WHITENING;
use super::fft::{Fft, SIZE, Spectrum};
use super::sums::energy;

/// Samples of a block: the filters learn from one to the next.
pub(super) const HOP: usize = SIZE / 2;

/// Spectra of the last blocks, each with the one before it (overlap-save).
#[derive(Clone, Debug)]
pub(super) struct History {
    spectra: Box<[Spectrum]>,
    /// The same, whitened, for the learners.
    white: Box<[Spectrum]>,
    /// What whitening does to each frequency.
    whitening: Box<Spectrum>,
    newest: usize,
    /// The last block and the one before it.
    samples: [f32; SIZE],
    /// Energy of each block.
    energies: Box<[f32]>,
}

impl History {
    pub(super) fn new(partitions: usize) -> Self {
        Self {
            spectra: vec![Spectrum::ZERO; partitions].into(),
            white: vec![Spectrum::ZERO; partitions].into(),
            whitening: Box::new(whitening()),
            newest: 0,
            samples: [0.0; SIZE],
            energies: vec![0.0; partitions].into(),
        }
    }

    pub(super) fn clear(&mut self) {
        self.spectra.fill(Spectrum::ZERO);
        self.white.fill(Spectrum::ZERO);
        self.samples.fill(0.0);
        self.energies.fill(0.0);
    }

    pub(super) fn push(&mut self, fft: &Fft, block: &[f32; HOP]) {
        let before = self.samples[HOP - 1];
        self.samples.copy_within(HOP.., 0);
        self.samples[HOP..].copy_from_slice(block);
        self.newest = (self.newest + self.spectra.len() - 1) % self.spectra.len();
        fft.forward(&self.samples, &mut self.spectra[self.newest]);
        self.energies[self.newest] = energy(block);
        self.whiten(WHITENING * (block[HOP - 1] - before));
    }

    /// Whitens the newest spectrum. A transform's product takes the last sample for the one before
    /// the first; `wrong` sets that right, in all frequencies alike. Saves a transform.
    fn whiten(&mut self, wrong: f32) {
        let (plain, white) = (&self.spectra[self.newest], &mut self.white[self.newest]);
        *white = Spectrum::ZERO;
        white.re[..=HOP].fill(wrong);
        white.add_product(plain, &self.whitening);
    }

    /// Blocks that are kept.
    pub(super) fn partitions(&self) -> usize {
        self.spectra.len()
    }

    /// Energy of the loudest block.
    pub(super) fn loudest(&self) -> f32 {
        self.energies.iter().fold(0.0, |a: f32, &b| a.max(b))
    }

    /// The last 128 samples, oldest first.
    pub(super) fn samples(&self) -> &[f32; SIZE] {
        &self.samples
    }

    /// From the newest spectrum to the oldest.
    pub(super) fn spectra(&self) -> impl Iterator<Item = &Spectrum> {
        let (old, new) = self.spectra.split_at(self.newest);
        new.iter().chain(old)
    }

    /// The same of what was sent, whitened.
    pub(super) fn white_spectra(&self) -> impl Iterator<Item = &Spectrum> {
        let (old, new) = self.white.split_at(self.newest);
        new.iter().chain(old)
    }
}

/// 1 − 0.6·e^(−jπk/64).
fn whitening() -> Spectrum {
    let mut spectrum = Spectrum::ZERO;
    for k in 0..=HOP {
        let angle = -PI * k as f32 / HOP as f32;
        spectrum.re[k] = 1.0 - WHITENING * angle.cos();
        spectrum.im[k] = -WHITENING * angle.sin();
    }
    spectrum
}

#[cfg(test)]
mod tests {
    use super::super::block::Whitening;
    use super::{Fft, HOP, History, SIZE, Spectrum};

    #[test]
    fn the_white_spectrum_is_that_of_the_whitened_samples() {
        let (fft, mut history) = (Fft::new(), History::new(3));
        let mut whitening = Whitening::default();
        let mut white = [0.0; SIZE];
        for block in 0..5usize {
            let sent: [f32; HOP] =
                std::array::from_fn(|n| ((n * n * 7 + block * 31) % 101) as f32 - 50.0);
            white.copy_within(HOP.., 0);
            white[HOP..].copy_from_slice(&whitening.apply(&sent));
            history.push(&fft, &sent);
        }
        let mut wanted = Spectrum::ZERO;
        fft.forward(&white, &mut wanted);
        let found = history.white_spectra().next().expect("three are kept");
        for k in 0..=HOP {
            let off = (found.re[k] - wanted.re[k]).abs() + (found.im[k] - wanted.im[k]).abs();
            assert!(off < 0.01, "{off} at {k}");
        }
    }
}
