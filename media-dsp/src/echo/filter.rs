//! A transversal filter: the model of an echo path.

/// Partial sums kept side by side, so that the loops vectorise.
const LANES: usize = 8;

/// What was sent to the line, newest sample last, always in one piece.
#[derive(Clone, Debug)]
pub(super) struct Reference {
    /// Twice as long as the filter and some more: moved to the front when the end is reached.
    samples: Box<[f32]>,
    taps: usize,
    end: usize,
    energy: f32,
}

impl Reference {
    pub(super) fn new(taps: usize) -> Self {
        Self {
            samples: vec![0.0; taps * 4].into(),
            taps,
            end: taps,
            energy: 0.0,
        }
    }

    pub(super) fn clear(&mut self) {
        self.samples.fill(0.0);
        self.end = self.taps;
        self.energy = 0.0;
    }

    pub(super) fn push(&mut self, sample: f32) {
        if self.end == self.samples.len() {
            self.samples.copy_within(self.end - self.taps.., 0);
            self.end = self.taps;
            // Rounding of the running sum does not pile up.
            self.energy = self.samples[..self.taps].iter().map(|s| s * s).sum();
        }
        let oldest = self.samples[self.end - self.taps];
        self.samples[self.end] = sample;
        self.end += 1;
        self.energy = (self.energy + sample * sample - oldest * oldest).max(0.0);
    }

    /// The last `taps` samples, oldest first.
    pub(super) fn window(&self) -> &[f32] {
        &self.samples[self.end - self.taps..self.end]
    }

    /// Sum of their squares.
    pub(super) fn energy(&self) -> f32 {
        self.energy
    }
}

/// Σ aₙ·bₙ over whole groups of [`LANES`].
pub(super) fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0; LANES];
    for (a, b) in a
        .as_chunks::<LANES>()
        .0
        .iter()
        .zip(b.as_chunks::<LANES>().0)
    {
        for lane in 0..LANES {
            sums[lane] += a[lane] * b[lane];
        }
    }
    sums.iter().sum()
}

/// aₙ += step·bₙ over whole groups of [`LANES`].
pub(super) fn add_scaled(a: &mut [f32], step: f32, b: &[f32]) {
    for (a, b) in a
        .as_chunks_mut::<LANES>()
        .0
        .iter_mut()
        .zip(b.as_chunks::<LANES>().0)
    {
        for lane in 0..LANES {
            a[lane] += step * b[lane];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Reference, add_scaled, dot};

    #[test]
    fn the_window_is_always_the_last_samples_and_the_energy_theirs() {
        let mut reference = Reference::new(16);
        for n in 1..200u8 {
            reference.push(f32::from(n));
            assert_eq!(reference.window().last(), Some(&f32::from(n)));
            let energy = dot(reference.window(), reference.window());
            assert!((reference.energy() - energy).abs() <= energy * 1e-5);
        }
        let mut sum = [1.0; 16];
        add_scaled(&mut sum, 2.0, &[3.0; 16]);
        assert_eq!(sum, [7.0; 16]);
    }
}
