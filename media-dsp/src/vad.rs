//! Whether somebody speaks, in whatever noise.

use crate::engine::BLOCK;
use crate::noise::transform::{SIZE, Spectrum, Transform};

/// A decision every 10 ms, on the last 32 ms.
const HOP: usize = 80;
/// Bands of 5 frequencies each, from 156 Hz to 3.9 kHz: below there is hum, above there is nothing.
const BANDS: usize = 24;
const BAND_WIDTH: usize = 5;
const FIRST: usize = 5;
/// Frames until the window is full, and up to which their mean is the first estimate of the noise.
const FILLING: u16 = 4;
const BEGINNING: u16 = 8;
/// How fast the noise is followed: while nobody speaks in a quarter of a second; in speech only
/// downward, and more slowly, or the estimate would end below what it is of.
const FOLLOWING: f32 = 0.04;
const FOLLOWING_DOWN: f32 = 0.01;
/// A band with this much more than the noise is followed more slowly, for it may be a weak onset.
const ONSET: f32 = 3.0;
const FOLLOWING_ONSET: f32 = 0.01;
/// The least power of two spans of 1.2 s, of which a noise has this multiple: what is louder than
/// the estimate for so long is noise.
const SPAN: u16 = 120;
const LEAST_SMOOTHING: f32 = 0.2;
const OF_LEAST: f32 = 2.0;
/// A noise that has become louder is known by its steadiness: over four times 0.2 s no band of it, in
/// the mean, rises and falls by more than 9 dB (natural logarithms), and all of it is 5 dB over the
/// estimate. Speech has gaps between syllables, and between words it comes down to the noise.
const STRETCH: u8 = 20;
const STRETCHES: usize = 4;
const STEADY: f32 = 2.1;
const LOUDER: f32 = 1.1;
/// Of the evidence of a band no more than this counts, or a single tone would do.
const MOST: f32 = 12.0;
/// Evidence is smoothed over two frames; speech begins at the one and ends at the other.
const SMOOTHING: f32 = 0.5;
const BEGINS: f32 = 0.28;
const ENDS: f32 = 0.16;
/// Nothing below −60 dBm0 is speech: in a band, the power of a window.
const LEAST_POWER: f32 = 3.0e3;

/// A stretch of which nothing is known is not steady.
const UNHEARD: (f32, f32) = (LEAST_POWER, f32::MAX);

/// How it decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VadSettings {
    /// Once heard, speech lasts for so long: words have pauses.
    pub hangover_ms: u16,
}

impl Default for VadSettings {
    fn default() -> Self {
        Self { hangover_ms: 160 }
    }
}

/// Voice activity detector of one channel: the likelihood ratio of Sohn, Kim and Sung (1999) over
/// bands, against a noise that it follows.
/// - In: [`BLOCK`] samples, linear PCM, 8 kHz.
/// - Out: whether somebody speaks, anew every 10 ms. Tones count as speech until they have lasted for
///   some 3 s.
/// - Cost: a transform of 256 each 10 ms and some 20 operations a band: 2 µs each 20 ms. No
///   allocation, lock, system call or panic.
/// - Error: `tests/vad.rs` and `bench voice`.
#[derive(Clone, Debug)]
pub struct VoiceActivityDetector {
    settings: VadSettings,
    transform: Transform,
    window: [f32; SIZE],
    samples: [f32; SIZE],
    fresh: usize,
    frames: u16,
    noise: [f32; BANDS],
    smoothed: [f32; BANDS],
    least: [f32; BANDS],
    least_before: [f32; BANDS],
    in_span: u16,
    /// The least and the most of every band in the newest stretches.
    stretches: [[(f32, f32); BANDS]; STRETCHES],
    in_stretch: u8,
    evidence: f32,
    is_speech: bool,
    hangover_ms: u16,
}

impl VoiceActivityDetector {
    /// Hears nothing yet.
    #[must_use]
    pub fn new(settings: VadSettings) -> Self {
        let turn = |n: usize| std::f32::consts::TAU * (n as f32 + 0.5) / SIZE as f32;
        Self {
            settings,
            transform: Transform::new(),
            window: std::array::from_fn(|n| 0.5 - 0.5 * turn(n).cos()),
            samples: [0.0; SIZE],
            fresh: 0,
            frames: 0,
            noise: [LEAST_POWER; BANDS],
            smoothed: [LEAST_POWER; BANDS],
            least: [LEAST_POWER; BANDS],
            least_before: [LEAST_POWER; BANDS],
            in_span: 0,
            stretches: [[UNHEARD; BANDS]; STRETCHES],
            in_stretch: 0,
            evidence: 0.0,
            is_speech: false,
            hangover_ms: 0,
        }
    }

    /// Other settings, while running.
    pub fn set(&mut self, settings: VadSettings) {
        self.settings = settings;
    }

    /// As after `new`.
    pub fn reset(&mut self) {
        self.samples = [0.0; SIZE];
        self.noise = [LEAST_POWER; BANDS];
        self.smoothed = self.noise;
        (self.least, self.least_before) = (self.noise, self.noise);
        (self.fresh, self.frames, self.in_span) = (0, 0, 0);
        (self.stretches, self.in_stretch) = ([[UNHEARD; BANDS]; STRETCHES], 0);
        (self.evidence, self.is_speech, self.hangover_ms) = (0.0, false, 0);
    }

    /// Takes a millisecond; whether somebody speaks.
    pub fn process(&mut self, block: &[i16; BLOCK]) -> bool {
        let at = SIZE - HOP + self.fresh;
        for (to, &from) in self.samples[at..at + BLOCK].iter_mut().zip(block) {
            *to = f32::from(from);
        }
        self.fresh += BLOCK;
        if self.fresh == HOP {
            self.fresh = 0;
            let bands = self.bands();
            self.samples.copy_within(HOP.., 0);
            self.decide(&bands);
        }
        self.is_speech || self.hangover_ms > 0
    }

    /// The power of every band.
    fn bands(&self) -> [f32; BANDS] {
        let mut shaped = [0.0; SIZE];
        for ((to, sample), window) in shaped.iter_mut().zip(&self.samples).zip(&self.window) {
            *to = sample * window;
        }
        let mut spectrum = Spectrum::ZERO;
        self.transform.forward(&shaped, &mut spectrum);
        std::array::from_fn(|band| {
            let range = FIRST + band * BAND_WIDTH..FIRST + (band + 1) * BAND_WIDTH;
            let (re, im) = (&spectrum.re[range.clone()], &spectrum.im[range]);
            let sum: f32 = re.iter().zip(im).map(|(re, im)| re * re + im * im).sum();
            sum / BAND_WIDTH as f32 + LEAST_POWER
        })
    }

    fn decide(&mut self, bands: &[f32; BANDS]) {
        self.frames = self.frames.saturating_add(1);
        if self.frames <= BEGINNING {
            let share = 1.0 / f32::from(self.frames.saturating_sub(FILLING).max(1));
            for (noise, band) in self.noise.iter_mut().zip(bands) {
                *noise += (band - *noise) * share;
            }
            (self.smoothed, self.least, self.least_before) = (self.noise, self.noise, self.noise);
            return;
        }
        let ratios = bands
            .iter()
            .zip(&self.noise)
            .map(|(band, noise)| band / noise);
        // The log likelihood ratio at the most likely a-priori ratio; nothing where there is less
        // than the noise.
        let likely = |ratio: f32| (ratio - 1.0 - ratio.ln()).min(MOST);
        let sum: f32 = ratios.filter(|ratio| *ratio > 1.0).map(likely).sum();
        self.evidence += SMOOTHING * (sum / BANDS as f32 - self.evidence);
        // Not smaller than what processors are fast with.
        self.evidence = self.evidence.max(1e-9);
        let enough = if self.is_speech { ENDS } else { BEGINS };
        self.is_speech = self.evidence > enough;
        let hop_ms = (HOP / BLOCK) as u16;
        self.hangover_ms = if self.is_speech {
            self.settings.hangover_ms
        } else {
            self.hangover_ms.saturating_sub(hop_ms)
        };
        self.follow(bands);
        self.watch_least(bands);
        self.watch_steadiness();
    }

    fn follow(&mut self, bands: &[f32; BANDS]) {
        for (noise, &band) in self.noise.iter_mut().zip(bands) {
            let speed = if self.is_speech {
                if band < *noise { FOLLOWING_DOWN } else { 0.0 }
            } else if band > ONSET * *noise {
                FOLLOWING_ONSET
            } else {
                FOLLOWING
            };
            *noise += speed * (band - *noise);
        }
    }

    fn watch_least(&mut self, bands: &[f32; BANDS]) {
        for ((smoothed, least), band) in self.smoothed.iter_mut().zip(&mut self.least).zip(bands) {
            *smoothed += LEAST_SMOOTHING * (band - *smoothed);
            *least = least.min(*smoothed);
        }
        self.in_span += 1;
        if self.in_span == SPAN {
            self.in_span = 0;
            let spans = self.least.iter().zip(&self.least_before);
            for (noise, (now, before)) in self.noise.iter_mut().zip(spans) {
                *noise = noise.max(OF_LEAST * now.min(*before));
            }
            self.least_before = self.least;
            self.least = self.smoothed;
        }
    }

    /// After the smoothing.
    fn watch_steadiness(&mut self) {
        if self.in_stretch == 0 {
            self.stretches.rotate_right(1);
            self.stretches[0] = self.smoothed.map(|band| (band, band));
        }
        for ((least, most), band) in self.stretches[0].iter_mut().zip(&self.smoothed) {
            (*least, *most) = (least.min(*band), most.max(*band));
        }
        self.in_stretch += 1;
        if self.in_stretch < STRETCH {
            return;
        }
        self.in_stretch = 0;
        let (mut range, mut louder) = (0.0, 0.0);
        let mut middles = [0.0; BANDS];
        for (band, middle) in middles.iter_mut().enumerate() {
            let all = self.stretches.iter().map(|stretch| stretch[band]);
            let (least, most) = all
                .reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)))
                .unwrap_or(UNHEARD);
            range += (most / least).ln();
            louder += (least / self.noise[band]).ln();
            *middle = (least * most).sqrt();
        }
        let bands = BANDS as f32;
        if range < STEADY * bands && louder > LOUDER * bands {
            for (noise, middle) in self.noise.iter_mut().zip(middles) {
                *noise = noise.max(middle);
            }
        }
    }
}
