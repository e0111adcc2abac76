//! Noise of a channel taken away, its speech left.

mod elementary;
mod newcomer;
mod speech;
mod tracker;
pub(crate) mod transform;

use elementary::nearest;
use speech::Speech;
use tracker::Tracker;
use transform::{Bins, SIZE, Spectrum, Transform, WIDTH};

use crate::engine::BLOCK;

/// A frame every 5 ms, of the last 32 ms.
const HOP: usize = 40;
const TICKS: u8 = (HOP / BLOCK) as u8;
/// Of what a frame gives the last 9 ms are used; 4 ms overlap with the next frame's.
const OVERLAP: usize = 32;
const USED: usize = HOP + OVERLAP;
/// The samples used of a frame, and two ticks in which it is worked on; its last block is not waited
/// for.
const DELAY_MS: usize = USED / BLOCK + 1;
/// Power of the rounding to 16 bits, in a frame: no noise is less, and no number is too small for a
/// processor to be quick with.
const LEAST_POWER: f32 = 20.0;
/// Once switched on: until the frames have filled the way, then a crossfade of 8 ms.
const FILLING_MS: u8 = 20;
const CROSSFADE_MS: u8 = 8;
/// The least gain among voices, for all that is more than steady noise is a voice's too: −5.5 dB.
const AMONG_VOICES: f32 = 0.532;

/// How much is taken away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NoiseSettings {
    /// Nothing: the samples are passed bit exact, as late as otherwise.
    #[default]
    Off,
    /// Up to 9 dB.
    Mild,
    /// Up to 15 dB.
    Medium,
    /// Up to 24 dB.
    Strong,
}

impl NoiseSettings {
    /// The least gain.
    const fn floor(self) -> f32 {
        match self {
            Self::Off => 1.0,
            Self::Mild => 0.355,
            Self::Medium => 0.178,
            Self::Strong => 0.063,
        }
    }
}

/// Noise suppressor of one channel (OLA of 256-point spectra; Ephraim and Malah 1984 and 1985,
/// Gerkmann and Hendriks 2012, Mauler and Martin 2007 for the windows).
/// - In: [`BLOCK`] samples, linear PCM, 8 kHz.
/// - Out: the same, [`DELAY_SAMPLES`](Self::DELAY_SAMPLES) later, its noise weaker by up to the set
///   decibels; among voices by 5.5 dB at most. Whatever comes, it recovers.
/// - Cost: a frame each 5 ms, its work spread over three ticks: 7 µs each 20 ms. Nothing but a copy
///   while off. No allocation, lock, system call or panic.
/// - Error: speech without noise is changed by less than −20 dB of it (`tests/noise.rs`); how speech
///   in noise sounds is told by `bench voice noise`. Among voices little is gained.
#[derive(Clone, Debug)]
pub struct NoiseSuppressor {
    settings: NoiseSettings,
    tables: Tables,
    phase: u8,
    /// Ticks of this frame that have passed.
    tick: u8,
    /// The last 32 ms, as many of it as came.
    samples: [f32; SIZE],
    /// The newest samples unchanged, as late as the others.
    unchanged: [[i16; BLOCK]; DELAY_MS],
    oldest: usize,
    spectrum: Spectrum,
    tracker: Tracker,
    speech: Speech,
    /// What the next frame is added to, and what is ready to be heard.
    overlap: [f32; OVERLAP],
    ready: [f32; HOP],
    /// Milliseconds since it was switched on, up to the end of the crossfade; it falls when off.
    on_ms: u8,
}

/// Fixed for life.
#[derive(Clone, Debug)]
struct Tables {
    transform: Transform,
    analysis: [f32; SIZE],
    synthesis: [f32; USED],
}

impl Tables {
    /// A long rise and a short fall, and what makes of these the sine squared of an overlap (Mauler
    /// and Martin 2007): 27 ms of the past are looked at, 9 ms are waited for.
    fn new() -> Self {
        let quarter = |n: usize, of: usize| {
            (std::f32::consts::FRAC_PI_2 * (n as f32 + 0.5) / of as f32).sin()
        };
        let fall = SIZE - OVERLAP;
        let analysis: [f32; SIZE] = std::array::from_fn(|n| {
            if n < fall {
                quarter(n, fall)
            } else {
                quarter(SIZE - 1 - n, OVERLAP)
            }
        });
        let whole = |n: usize| {
            if n < OVERLAP {
                quarter(n, OVERLAP).powi(2)
            } else if n < HOP {
                1.0
            } else {
                quarter(USED - 1 - n, OVERLAP).powi(2)
            }
        };
        Self {
            transform: Transform::new(),
            analysis,
            synthesis: std::array::from_fn(|n| whole(n) / analysis[SIZE - USED + n]),
        }
    }
}

impl NoiseSuppressor {
    /// How much later everything comes out, on or off: 10 ms.
    pub const DELAY_SAMPLES: usize = DELAY_MS * BLOCK;

    /// A suppressor whose frames start at another tick for every `phase`, so that those of many
    /// channels do not all work in the same one.
    #[must_use]
    pub fn new(settings: NoiseSettings, phase: u8) -> Self {
        let mut suppressor = Self {
            settings,
            tables: Tables::new(),
            phase: phase % TICKS,
            tick: phase % TICKS,
            samples: [0.0; SIZE],
            unchanged: [[0; BLOCK]; DELAY_MS],
            oldest: 0,
            spectrum: Spectrum::ZERO,
            tracker: Tracker::new(),
            speech: Speech::new(),
            overlap: [0.0; OVERLAP],
            ready: [0.0; HOP],
            on_ms: 0,
        };
        suppressor.reset();
        suppressor
    }

    /// Other settings, while running: no click, no other delay.
    pub fn set(&mut self, settings: NoiseSettings) {
        let was_off = self.settings == NoiseSettings::Off;
        self.settings = settings;
        if was_off && self.on_ms == 0 {
            self.start();
        }
    }

    /// As after `new`.
    pub fn reset(&mut self) {
        self.tick = self.phase;
        self.unchanged = [[0; BLOCK]; DELAY_MS];
        self.start();
        self.on_ms = 0;
    }

    fn start(&mut self) {
        self.samples = [0.0; SIZE];
        self.tracker = Tracker::new();
        self.speech = Speech::new();
        self.spectrum = Spectrum::ZERO;
        self.overlap = [0.0; OVERLAP];
        self.ready = [0.0; HOP];
    }

    /// Takes a millisecond and gives that of 10 ms before.
    pub fn process(&mut self, block: &[i16; BLOCK]) -> [i16; BLOCK] {
        let unchanged = std::mem::replace(&mut self.unchanged[self.oldest], *block);
        self.oldest = (self.oldest + 1) % DELAY_MS;
        let is_off = self.settings == NoiseSettings::Off;
        if is_off && self.on_ms == 0 {
            return unchanged;
        }
        let suppressed = self.suppress(block);
        let before = self.on_ms;
        self.on_ms = match (is_off, before) {
            (true, ..=FILLING_MS) => 0,
            (true, _) => before - 1,
            (false, _) => (before + 1).min(FILLING_MS + CROSSFADE_MS),
        };
        let share = |ms: u8| f32::from(ms.saturating_sub(FILLING_MS)) / f32::from(CROSSFADE_MS);
        let (from, to) = (share(before), share(self.on_ms));
        if from == 0.0 && to == 0.0 {
            return unchanged;
        }
        std::array::from_fn(|n| {
            let on = from + (to - from) * (n + 1) as f32 / BLOCK as f32;
            nearest(suppressed[n] * on + f32::from(unchanged[n]) * (1.0 - on))
        })
    }

    /// One tick: takes eight samples, does its part of the work, gives eight.
    fn suppress(&mut self, block: &[i16; BLOCK]) -> [f32; BLOCK] {
        let at = SIZE - HOP + usize::from(self.tick) * BLOCK;
        for (to, &from) in self.samples[at..at + BLOCK].iter_mut().zip(block) {
            *to = f32::from(from);
        }
        self.tick = (self.tick + 1) % TICKS;
        // The frame is complete with its fifth block, at whose end the count is 0 again.
        match self.tick {
            0 => self.analyse(),
            1 => self.weigh(),
            2 => self.synthesise(),
            _ => {}
        }
        let first = usize::from((self.tick + TICKS - 2) % TICKS) * BLOCK;
        std::array::from_fn(|n| self.ready[first + n])
    }

    fn analyse(&mut self) {
        let mut shaped = [0.0; SIZE];
        for ((to, sample), shape) in shaped
            .iter_mut()
            .zip(&self.samples)
            .zip(&self.tables.analysis)
        {
            *to = sample * shape;
        }
        self.tables.transform.forward(&shaped, &mut self.spectrum);
        self.samples.copy_within(HOP.., 0);
    }

    fn weigh(&mut self) {
        let Spectrum { re, im } = &mut self.spectrum;
        let power: Bins = std::array::from_fn(|k| re[k] * re[k] + im[k] * im[k] + LEAST_POWER);
        self.tracker.follow(&power);
        if self.tracker.is_starting() {
            return;
        }
        let calm = self.settings.floor();
        let among_voices = calm.max(AMONG_VOICES);
        // Between the two in decibels.
        let floor = calm * (among_voices / calm).powf(self.tracker.restlessness());
        let floor = floor.max(self.tracker.least_gain());
        let mut gains = [1.0; WIDTH];
        let noise = &self.tracker.steady;
        self.speech.weigh(&power, noise, floor, &mut gains);
        for k in 0..WIDTH {
            re[k] *= gains[k];
            im[k] *= gains[k];
        }
    }

    fn synthesise(&mut self) {
        let mut made = [0.0; SIZE];
        self.tables.transform.inverse(&self.spectrum, &mut made);
        let mut shaped = [0.0; USED];
        let used = made[SIZE - USED..].iter().zip(&self.tables.synthesis);
        for (to, (sample, shape)) in shaped.iter_mut().zip(used) {
            *to = sample * shape;
        }
        self.ready.copy_from_slice(&shaped[..HOP]);
        for (ready, before) in self.ready.iter_mut().zip(&self.overlap) {
            *ready += before;
        }
        self.overlap.copy_from_slice(&shaped[HOP..]);
    }
}
