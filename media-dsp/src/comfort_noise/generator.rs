//! Noise made from its description.

use super::payload::{ComfortNoise, MAX_ORDER};
use crate::engine::BLOCK;
use crate::gain::bend;
use crate::level::mean_square;

/// A new description is approached by so much a millisecond: most of the way in 30 ms, so that it
/// is not heard to come.
const APPROACH: f32 = 0.06;
/// Below this the approach has ended.
const NEAR: f32 = 1e-4;

/// Generator of one channel.
/// - In: descriptions, whenever one comes; silence before the first.
/// - Out: [`BLOCK`] samples of noise, when wanted. The first description is heard at once, later
///   ones are approached in about 30 ms; the noise is the same in every run.
/// - Cost: ten multiplications a sample, and 60 a block while a description is approached. No
///   allocation, lock, system call or panic.
/// - Error: level within 1 dB, spectrum within 2.5 dB in every third of an octave of room noise
///   that was described (`tests/comfort_noise.rs`).
#[derive(Clone, Debug)]
pub struct ComfortNoiseGenerator {
    /// Where level and spectrum are to go; `None`: silence.
    target: Option<Shape>,
    now: Shape,
    /// The recursive filter of `now`, and what it multiplies white noise by.
    predictor: [f32; MAX_ORDER],
    excitation: f32,
    past: [f32; MAX_ORDER],
    random: u32,
}

/// Root mean square and reflection coefficients.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Shape {
    rms: f32,
    reflection: [f32; MAX_ORDER],
}

impl Default for ComfortNoiseGenerator {
    fn default() -> Self {
        Self::new()
    }
}

impl ComfortNoiseGenerator {
    /// Silence, until something is described.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            target: None,
            now: Shape {
                rms: 0.0,
                reflection: [0.0; MAX_ORDER],
            },
            predictor: [0.0; MAX_ORDER],
            excitation: 0.0,
            past: [0.0; MAX_ORDER],
            random: 0x2545_F491,
        }
    }

    /// What is to be made from now on.
    pub fn set(&mut self, noise: &ComfortNoise) {
        let shape = Shape {
            rms: mean_square(noise.level_dbm0()).sqrt(),
            reflection: noise.coefficients(),
        };
        if self.target.replace(shape).is_none() {
            self.now = shape;
            self.make_filter();
        }
    }

    /// As after `new`.
    pub fn reset(&mut self) {
        *self = Self::new();
    }

    /// A millisecond of noise.
    pub fn process(&mut self) -> [i16; BLOCK] {
        let Some(target) = self.target else {
            return [0; BLOCK];
        };
        if self.now != target {
            self.approach(&target);
        }
        let mut block = [0; BLOCK];
        for sample in &mut block {
            *sample = bend(self.sample());
        }
        block
    }

    fn approach(&mut self, target: &Shape) {
        let mut apart = (target.rms - self.now.rms).abs() / target.rms.max(1.0);
        self.now.rms += (target.rms - self.now.rms) * APPROACH;
        // Between two stable filters' reflection coefficients lie those of stable ones.
        for (now, target) in self.now.reflection.iter_mut().zip(target.reflection) {
            apart = apart.max((target - *now).abs());
            *now += (target - *now) * APPROACH;
        }
        if apart < NEAR {
            self.now = *target;
        }
        self.make_filter();
    }

    /// The step-up recursion of Levinson and Durbin; the filter's gain is taken off the excitation.
    fn make_filter(&mut self) {
        let mut predictor = [0.0f32; MAX_ORDER];
        let mut left = 1.0;
        for (order, &reflection) in self.now.reflection.iter().enumerate() {
            let before = predictor;
            predictor[order] = reflection;
            for n in 0..order {
                predictor[n] = before[n] + reflection * before[order - 1 - n];
            }
            left *= 1.0 - reflection * reflection;
        }
        self.predictor = predictor;
        self.excitation = self.now.rms * f32::sqrt(left.max(0.0));
    }

    fn sample(&mut self) -> f32 {
        // The newest sample last, and two sums: what has to wait for it is short.
        let (a, past) = (&self.predictor, &self.past);
        let part = |n: usize| a[n] * past[n] + a[n + 2] * past[n + 2];
        let even = part(2) + part(6) + a[1] * past[1];
        let odd = part(3) + part(7);
        let shaped = even + odd + a[0] * past[0];
        let sample = self.white() * self.excitation - shaped;
        // A filter at the edge of stability may gather what no line can carry.
        let sample = sample.clamp(-65_536.0, 65_536.0);
        self.past.copy_within(..MAX_ORDER - 1, 1);
        self.past[0] = sample;
        sample
    }

    /// White noise of mean square 1: a sum of two even ones, so that its peaks are not all alike.
    fn white(&mut self) -> f32 {
        let mut even = || {
            self.random = self
                .random
                .wrapping_mul(1_664_525)
                .wrapping_add(1_013_904_223);
            (self.random >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        // Each has a mean square of 1/3.
        (even() + even()) * 1.224_745
    }
}
