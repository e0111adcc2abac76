//! The Fourier transform of 128 real samples. Our own, for it must not depend on the machine: a
//! library that chooses its instructions at run time rounds otherwise on another processor, and a
//! replay would then not be the call that was.

use std::f32::consts::PI;

/// Samples of a transform.
pub(super) const SIZE: usize = 128;
/// Complex samples in which they are transformed, two real ones each.
const HALF: usize = SIZE / 2;
/// Of radix-4 butterflies in a pass.
const LANES: usize = HALF / 4;
/// Frequencies, 0..=64, filled up with zeros to whole vectors.
pub(super) const WIDTH: usize = 72;

/// A spectrum of real samples, real and imaginary parts apart.
#[derive(Clone, Debug)]
pub(super) struct Spectrum {
    pub re: [f32; WIDTH],
    pub im: [f32; WIDTH],
}

impl Spectrum {
    pub(super) const ZERO: Self = Self {
        re: [0.0; WIDTH],
        im: [0.0; WIDTH],
    };

    /// Adds the product of two others.
    pub(super) fn add_product(&mut self, a: &Self, b: &Self) {
        for k in 0..WIDTH {
            self.re[k] += a.re[k] * b.re[k] - a.im[k] * b.im[k];
            self.im[k] += a.re[k] * b.im[k] + a.im[k] * b.re[k];
        }
    }
}

/// Factors of a pass: powers 1, 2 and 3 of a root of one for each butterfly.
#[derive(Clone, Debug)]
struct Twiddles {
    re: [[f32; LANES]; 3],
    im: [[f32; LANES]; 3],
}

impl Twiddles {
    fn new(root: usize, power: impl Fn(usize) -> usize) -> Self {
        let angle = |n: usize, lane| -2.0 * PI * ((n + 1) * power(lane)) as f32 / root as f32;
        Self {
            re: std::array::from_fn(|n| std::array::from_fn(|lane| angle(n, lane).cos())),
            im: std::array::from_fn(|n| std::array::from_fn(|lane| angle(n, lane).sin())),
        }
    }
}

type Halves = [f32; HALF];

/// The tables of the transform.
/// - In: 128 real samples, or their spectrum.
/// - Out: the other; a spectrum there and back is what it was.
/// - Cost: three radix-4 passes over 64 complex numbers (Stockham) and one to part the halves; no
///   allocation.
/// - Error: below −120 dB (test below).
#[derive(Clone, Debug)]
pub(super) struct Fft {
    first: Twiddles,
    second: Twiddles,
    /// e^(−jπk/64).
    part_re: Halves,
    part_im: Halves,
}

impl Fft {
    pub(super) fn new() -> Self {
        let angle = |k| -PI * k as f32 / HALF as f32;
        Self {
            first: Twiddles::new(HALF, |lane| lane),
            second: Twiddles::new(LANES, |lane| lane / 4),
            part_re: std::array::from_fn(|k| angle(k).cos()),
            part_im: std::array::from_fn(|k| angle(k).sin()),
        }
    }

    /// Samples to spectrum.
    pub(super) fn forward(&self, samples: &[f32; SIZE], out: &mut Spectrum) {
        let mut re: Halves = std::array::from_fn(|n| samples[2 * n]);
        let mut im: Halves = std::array::from_fn(|n| samples[2 * n + 1]);
        self.transform(&mut re, &mut im);
        let (back_re, back_im) = (mirrored(&re, re[0]), mirrored(&im, im[0]));
        for k in 0..HALF {
            let (even_re, even_im) = (0.5 * (re[k] + back_re[k]), 0.5 * (im[k] - back_im[k]));
            let (odd_re, odd_im) = (0.5 * (im[k] + back_im[k]), 0.5 * (back_re[k] - re[k]));
            let (w_re, w_im) = (self.part_re[k], self.part_im[k]);
            out.re[k] = even_re + w_re * odd_re - w_im * odd_im;
            out.im[k] = even_im + w_re * odd_im + w_im * odd_re;
        }
        (out.re[HALF], out.im[HALF]) = (re[0] - im[0], 0.0);
    }

    /// Spectrum to samples.
    pub(super) fn inverse(&self, spectrum: &Spectrum, out: &mut [f32; SIZE]) {
        let (mut re, mut im): (Halves, Halves) = ([0.0; HALF], [0.0; HALF]);
        let (x_re, x_im) = (first_half(&spectrum.re), first_half(&spectrum.im));
        let y_re = mirrored(x_re, spectrum.re[HALF]);
        let y_im = mirrored(x_im, spectrum.im[HALF]);
        for k in 0..HALF {
            let (d_re, d_im) = (x_re[k] - y_re[k], x_im[k] + y_im[k]);
            let (w_re, w_im) = (self.part_re[k], -self.part_im[k]);
            let (odd_re, odd_im) = (w_re * d_re - w_im * d_im, w_re * d_im + w_im * d_re);
            re[k] = x_re[k] + y_re[k] - odd_im;
            im[k] = x_im[k] - y_im[k] + odd_re;
        }
        // Real and imaginary parts exchanged, there is back.
        self.transform(&mut im, &mut re);
        let scale = 1.0 / SIZE as f32;
        for n in 0..HALF {
            out[2 * n] = re[n] * scale;
            out[2 * n + 1] = im[n] * scale;
        }
    }

    fn transform(&self, re: &mut Halves, im: &mut Halves) {
        let (a_re, a_im) = butterflies(re, im, Some(&self.first));
        for lane in 0..LANES {
            for n in 0..4 {
                re[4 * lane + n] = a_re[n][lane];
                im[4 * lane + n] = a_im[n][lane];
            }
        }
        let (b_re, b_im) = butterflies(re, im, Some(&self.second));
        for group in 0..4 {
            for n in 0..4 {
                let (to, from) = (16 * group + 4 * n, 4 * group);
                re[to..to + 4].copy_from_slice(&b_re[n][from..from + 4]);
                im[to..to + 4].copy_from_slice(&b_im[n][from..from + 4]);
            }
        }
        let (c_re, c_im) = butterflies(re, im, None);
        for n in 0..4 {
            re[LANES * n..LANES * (n + 1)].copy_from_slice(&c_re[n]);
            im[LANES * n..LANES * (n + 1)].copy_from_slice(&c_im[n]);
        }
    }
}

/// The same backwards from `first`, which stands for the one after the last: 64 − k at k. A loop of
/// its own, for the loops that need it vectorise only then.
#[inline(always)]
fn mirrored(halves: &Halves, first: f32) -> Halves {
    let mut back = [first; HALF];
    for (back, half) in back[1..].iter_mut().zip(halves[1..].iter().rev()) {
        *back = *half;
    }
    back
}

#[inline(always)]
fn first_half(numbers: &[f32; WIDTH]) -> &Halves {
    numbers
        .first_chunk()
        .expect("a spectrum is wider than that")
}

type Quarters = [[f32; LANES]; 4];

/// One pass: 16 radix-4 butterflies side by side.
#[inline(always)]
fn butterflies(re: &Halves, im: &Halves, twiddles: Option<&Twiddles>) -> (Quarters, Quarters) {
    let (mut out_re, mut out_im): (Quarters, Quarters) = Default::default();
    for i in 0..LANES {
        let part = |n: usize| (re[i + n * LANES], im[i + n * LANES]);
        let ((a, aj), (b, bj), (c, cj), (d, dj)) = (part(0), part(1), part(2), part(3));
        let (sum, sumj, diff, diffj) = (a + c, aj + cj, a - c, aj - cj);
        let (cross, crossj, turn, turnj) = (b + d, bj + dj, b - d, bj - dj);
        out_re[0][i] = sum + cross;
        out_im[0][i] = sumj + crossj;
        let rest = [
            (diff + turnj, diffj - turn),
            (sum - cross, sumj - crossj),
            (diff - turnj, diffj + turn),
        ];
        for (n, (x, xj)) in rest.into_iter().enumerate() {
            let (w, wj) = twiddles.map_or((1.0, 0.0), |t| (t.re[n][i], t.im[n][i]));
            out_re[n + 1][i] = x * w - xj * wj;
            out_im[n + 1][i] = x * wj + xj * w;
        }
    }
    (out_re, out_im)
}

#[cfg(test)]
mod tests {
    use super::{Fft, SIZE, Spectrum};
    use std::f64::consts::TAU;

    fn samples() -> [f32; SIZE] {
        std::array::from_fn(|n| ((n * n * 7 + 3 * n) % 101) as f32 - 50.0)
    }

    #[test]
    fn every_frequency_is_the_sum_that_defines_it() {
        let samples = samples();
        let mut spectrum = Spectrum::ZERO;
        Fft::new().forward(&samples, &mut spectrum);
        for k in 0..=64usize {
            let (mut re, mut im) = (0.0f64, 0.0f64);
            for (n, &sample) in samples.iter().enumerate() {
                let angle = -TAU * (k * n % SIZE) as f64 / SIZE as f64;
                re += f64::from(sample) * angle.cos();
                im += f64::from(sample) * angle.sin();
            }
            let off =
                (f64::from(spectrum.re[k]) - re).abs() + (f64::from(spectrum.im[k]) - im).abs();
            assert!(off < 0.005, "{off} at {k}");
        }
    }

    #[test]
    fn there_and_back_is_what_it_was() {
        let (fft, samples) = (Fft::new(), samples());
        let (mut spectrum, mut back) = (Spectrum::ZERO, [0.0; SIZE]);
        fft.forward(&samples, &mut spectrum);
        fft.inverse(&spectrum, &mut back);
        for (a, b) in samples.iter().zip(back) {
            assert!((a - b).abs() < 1e-4, "{a} became {b}");
        }
    }
}
