//! What was sent, as spectra: the newest block of 64 samples and as many before it as the tail is long.

use super::fft::{Fft, SIZE, Spectrum};
use super::sums::energy;

/// Samples of a block: the filters learn from one to the next.
pub(super) const HOP: usize = SIZE / 2;

/// Spectra of the last blocks, each with the one before it (overlap-save).
#[derive(Clone, Debug)]
pub(super) struct History {
    spectra: Box<[Spectrum]>,
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
            newest: 0,
            samples: [0.0; SIZE],
            energies: vec![0.0; partitions].into(),
        }
    }

    pub(super) fn clear(&mut self) {
        self.spectra.fill(Spectrum::ZERO);
        self.samples.fill(0.0);
        self.energies.fill(0.0);
    }

    pub(super) fn push(&mut self, fft: &Fft, block: &[f32; HOP]) {
        self.samples.copy_within(HOP.., 0);
        self.samples[HOP..].copy_from_slice(block);
        self.newest = (self.newest + self.spectra.len() - 1) % self.spectra.len();
        fft.forward(&self.samples, &mut self.spectra[self.newest]);
        self.energies[self.newest] = energy(block);
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
}
