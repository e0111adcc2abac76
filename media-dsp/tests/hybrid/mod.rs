//! A hybrid beside an echo canceller, and the meters of G.168 §6: what is sent comes back through an
//! echo path with what the near party says; what is left of the echo is measured.
#![allow(dead_code, reason = "every test file uses its own part")]

pub mod prompts;

use std::ops::Deref;

use hotline_dsp::echo::EchoCanceller;
use hotline_dsp::engine::{BLOCK, Law};
use hotline_dsp::level::{dbm0, mean_square};

use crate::signal::g168::Model;
use crate::signal::{blocks, power};

pub const SECOND: usize = 8000;
/// Samples in a millisecond.
pub const MS: usize = 8;

/// The response from what is sent to what comes back.
#[derive(Clone, Default)]
pub struct Path {
    /// Samples of flat delay before the first tap.
    delay: usize,
    taps: Vec<f32>,
}

impl Path {
    /// A model of Annex D after a flat delay.
    pub fn new(model: &Model, return_loss_db: f32, delay_ms: usize) -> Self {
        let factor = model.k * 10f32.powf(-return_loss_db / 20.0);
        Self {
            delay: delay_ms * MS,
            taps: model.taps.iter().map(|&tap| tap as f32 * factor).collect(),
        }
    }

    /// Nothing comes back.
    pub fn open() -> Self {
        Self::default()
    }

    /// What comes back while the last sample of these is sent.
    pub fn echo(&self, sent: &[f32]) -> f32 {
        let end = sent.len().saturating_sub(self.delay);
        let window = sent[..end].iter().rev();
        self.taps.iter().zip(window).map(|(h, x)| h * x).sum()
    }
}

/// Whether the line is G.711 or linear.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    ALaw,
    Linear,
}

impl Coding {
    pub fn pass(self, sample: f32) -> f32 {
        let sample = sample.round().clamp(-32_768.0, 32_767.0);
        match self {
            Self::ALaw => f32::from(Law::A.decode(Law::A.encode(sample as i16))),
            Self::Linear => sample,
        }
    }
}

/// A canceller on its line, and all that has passed so far.
pub struct Trial {
    pub canceller: EchoCanceller,
    pub path: Path,
    pub coding: Coding,
    sent: Vec<f32>,
    heard: Heard,
}

/// What has passed a canceller: the echo, what came out, and that less the near party's voice.
#[derive(Default)]
pub struct Heard {
    pub echo: Vec<f32>,
    pub out: Vec<f32>,
    pub left: Vec<f32>,
}

impl Deref for Trial {
    type Target = Heard;

    fn deref(&self) -> &Heard {
        &self.heard
    }
}

impl Trial {
    pub fn new(canceller: EchoCanceller, path: Path, coding: Coding) -> Self {
        Self {
            canceller,
            path,
            coding,
            sent: Vec::new(),
            heard: Heard::default(),
        }
    }

    /// Lets both parties speak; whole blocks only.
    pub fn run(&mut self, sent: &[f32], near: &[f32]) {
        let start = self.now();
        let coding = self.coding;
        self.sent.extend(sent.iter().map(|&s| coding.pass(s)));
        let end = self.sent.len() / BLOCK * BLOCK;
        self.sent.truncate(end);
        let mut received = Vec::with_capacity(end - start);
        for n in start..end {
            let echo = self.path.echo(&self.sent[..=n]);
            self.heard.echo.push(echo);
            received.push(coding.pass(echo + near[n - start]));
        }
        for (sent, received) in blocks(&self.sent[start..end]).zip(blocks(&received)) {
            let out = self.canceller.process(&sent, &received);
            self.heard.out.extend(out.map(f32::from));
        }
        let out = self.heard.out[start..].iter().zip(near);
        let left: Vec<f32> = out.map(|(out, near)| out - near).collect();
        self.heard.left.extend(left);
    }
}

impl Heard {
    /// How much has passed.
    pub fn now(&self) -> usize {
        self.out.len()
    }

    /// Echo over what is left of it between two moments, in dB.
    pub fn erle_db(&self, from: usize, to: usize) -> f32 {
        10.0 * (power(&self.echo[from..to]) / power(&self.left[from..to]).max(1e-3)).log10()
    }

    /// The least of [`erle_db`](Self::erle_db) over windows of 350 ms, one composite source signal.
    pub fn least_erle_db(&self, from: usize, to: usize) -> f32 {
        let window = 350 * MS;
        (from..to.saturating_sub(window) + 1)
            .step_by(window)
            .map(|at| self.erle_db(at, at + window))
            .fold(f32::INFINITY, f32::min)
    }

    /// Seconds from `from` until the echo is so many dB weaker than it came: on a meter of 35 ms
    /// (G.168 §6.4.1.2) and on average over the next 350 ms, too. Infinite if never.
    pub fn seconds_to(&self, erle_db: f32, from: usize) -> f32 {
        let ratio = 10f32.powf(erle_db / 10.0);
        let (mut echo, mut left) = (0.0f32, 0.0f32);
        for n in from..self.now().saturating_sub(350 * MS) {
            echo += (self.echo[n] * self.echo[n] - echo) / 280.0;
            left += (self.left[n] * self.left[n] - left) / 280.0;
            let heard = echo > mean_square(-45.0);
            if heard && echo >= ratio * left && self.erle_db(n, n + 350 * MS) >= erle_db {
                return (n - from) as f32 / SECOND as f32;
            }
        }
        f32::INFINITY
    }

    /// Level of the output between two moments.
    pub fn out_dbm0(&self, from: usize, to: usize) -> f32 {
        dbm0(power(&self.out[from..to]))
    }

    /// The highest level of the output on a meter of 35 ms.
    pub fn peak_out_dbm0(&self, from: usize, to: usize) -> f32 {
        let (mut meter, mut peak) = (0.0f32, 0.0f32);
        for &out in &self.out[from..to] {
            meter += (out * out - meter) / 280.0;
            peak = peak.max(meter);
        }
        dbm0(peak)
    }
}
