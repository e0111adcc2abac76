//! A bank of Goertzel filters behind one window.

use std::f32::consts::TAU;

/// Fundamental, second and third harmonic.
pub(super) const HUM_HARMONICS: usize = 3;
/// Samples a second.
const RATE_HZ: f32 = 8_000.0;

/// The power at so many frequencies over a Hann window of a fixed length.
#[derive(Clone, Debug)]
pub(super) struct Bank<const N: usize> {
    length: usize,
    taken: usize,
    /// The window is made as it goes: its angle turns by this much with each sample.
    step: (f32, f32),
    angle: (f32, f32),
    coefficient: [f32; N],
    last: [f32; N],
    before: [f32; N],
}

impl<const N: usize> Bank<N> {
    pub(super) fn new(length: usize, hz: impl Fn(usize) -> f32) -> Self {
        let turn = TAU / length as f32;
        Self {
            length,
            taken: 0,
            step: (turn.cos(), turn.sin()),
            angle: (1.0, 0.0),
            coefficient: std::array::from_fn(|n| 2.0 * (TAU * hz(n) / RATE_HZ).cos()),
            last: [0.0; N],
            before: [0.0; N],
        }
    }

    /// Takes a sample; whether the window is full, and [`Self::give`] has something to tell.
    pub(super) fn take(&mut self, sample: f32) -> bool {
        let ((c, s), (dc, ds)) = (self.angle, self.step);
        let windowed = sample * (0.5 - 0.5 * c);
        self.angle = (c * dc - s * ds, s * dc + c * ds);
        for n in 0..N {
            let next = windowed + self.coefficient[n] * self.last[n] - self.before[n];
            self.before[n] = self.last[n];
            self.last[n] = next;
        }
        self.taken += 1;
        self.taken == self.length
    }

    /// Gives the mean square of a sine that would read so at each frequency, and starts anew.
    pub(super) fn give(&mut self, mut tell: impl FnMut(usize, f32)) {
        // A sine of amplitude a reads (a · length / 4)² through a Hann window; its mean square is a²/2.
        let scale = 8.0 / (self.length as f32).powi(2);
        for n in 0..N {
            let (a, b) = (self.last[n], self.before[n]);
            let power = a * a + b * b - self.coefficient[n] * a * b;
            tell(n, power.max(0.0) * scale);
        }
        self.clear();
    }

    pub(super) fn clear(&mut self) {
        self.taken = 0;
        self.angle = (1.0, 0.0);
        self.last = [0.0; N];
        self.before = [0.0; N];
    }
}
