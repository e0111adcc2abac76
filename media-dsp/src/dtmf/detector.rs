//! Two tones to keys, and nothing else to keys.

use std::f32::consts::TAU;

use super::{COLUMNS_HZ, KEYS, ROWS_HZ};
use crate::engine::BLOCK;
use crate::key::PressedKey;
use crate::level::mean_square;

/// Half a window: 6.375 ms. Two in a row are a window, so windows overlap by half.
const HALF: usize = 51;
const WINDOW: f32 = 2.0 * HALF as f32;
const RATE_HZ: f32 = 8000.0;
/// Filters: four rows, four columns, the second harmonics of the four columns. (Those of the rows
/// lie beside the columns and cannot be told apart in so short a window.)
const FILTERS: usize = 12;
const COLUMN: usize = 4;
const HARMONIC: usize = 8;

/// Least level of each tone. Q.24 annex A: −24 to −29 dBm0 must work; ours goes down to −40.
const LEAST_DBM0: f32 = -42.0;
/// Least share of the two tones in all that is heard: 6 dB signal to noise gives 0.8, a window that
/// a tone fills by two thirds 0.66. Speech seldom has it, and not on two true frequencies.
const LEAST_SHARE: f32 = 0.68;
/// Some windows lie wholly within a key and are mostly key: two of them with this share.
const FULL_SHARE: f32 = 0.78;
const FULL_HITS: u16 = 2;
/// Column over row at most +4 dB, row over column at most 8 dB (Q.24 annex A), 1.8 dB for noise.
const TWIST: (f32, f32) = (0.1047, 3.8);
/// The best of a group is this much stronger than the others (6 dB).
const BEST: f32 = 4.0;
/// The second harmonic is at least 10 dB below its column: a voice has strong harmonics.
const HARMONICS: f32 = 0.1;
/// Off by up to 1.5 % and 2 Hz, 1.8 % of the lowest tone, is a key; off by 3 % or more is none (Q.24
/// annex A has both).
const DEVIATION: f32 = 0.021;
/// Windows that make a key: 36 ms have five or six, 22 ms at most three (Q.24: 40 and 23 ms).
const HITS: u16 = 4;
/// A key that is not yet believed may miss one window, so that two of three vote for it.
const MISSES_BEFORE: u16 = 2;
/// A believed key ends after so many: a gap of 10 ms has three, one of 30 ms five.
const MISSES_AFTER: u16 = 4;
/// What a tone lasts beyond its windows, in eighths of a millisecond.
const EDGES: u32 = 30;

/// DTMF receiver of one channel.
/// - In: [`BLOCK`] samples, linear, 8 kHz, −40 to 0 dBm0 a tone.
/// - Out: each key once, when it was let go, with its length within 7 ms; 26 to 32 ms after its end.
/// - Cost: 12 Goertzel filters, a multiply and two adds each a sample, and every 51 samples a
///   decision. No allocation, lock, system call or panic.
/// - Error: `tests/dtmf.rs`.
#[derive(Clone, Debug)]
pub struct DtmfDetector {
    filters: Filters,
    /// The last half window, turned to the end of the one in work.
    half: [Complex; FILTERS],
    half_energy: f32,
    /// The last window, turned likewise.
    window: [Complex; FILTERS],
    vote: Option<Vote>,
}

/// What one window holds.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Heard {
    key: (usize, usize),
    /// The shares of row and column in everything.
    shares: [f32; 2],
}

impl Heard {
    fn is_full(self) -> bool {
        self.shares[0] + self.shares[1] > FULL_SHARE
    }
}

/// A key and how it fares.
#[derive(Clone, Copy, Debug)]
struct Vote {
    key: (usize, usize),
    hits: u16,
    /// Hits that were mostly key.
    full: u16,
    misses: u16,
    /// From the first hit to the last, in windows.
    windows: u16,
}

impl Default for DtmfDetector {
    fn default() -> Self {
        Self::new()
    }
}

impl DtmfDetector {
    /// A receiver that has heard nothing.
    #[must_use]
    pub fn new() -> Self {
        Self {
            filters: Filters::new(),
            half: [Complex::default(); FILTERS],
            half_energy: 0.0,
            window: [Complex::default(); FILTERS],
            vote: None,
        }
    }

    /// Takes a block; gives a key when one was let go.
    pub fn process(&mut self, block: &[i16; BLOCK]) -> Option<PressedKey> {
        let before = HALF - self.filters.taken;
        if before > BLOCK {
            self.filters.run(block);
            return None;
        }
        let (last, next) = block.split_at(before);
        self.filters.run(last);
        let ended = self.end_of_half();
        self.filters.run(next);
        ended
    }

    fn end_of_half(&mut self) -> Option<PressedKey> {
        let (half, energy) = self.filters.take();
        let mut window = [Complex::default(); FILTERS];
        for (sum, (&new, &old)) in window.iter_mut().zip(half.iter().zip(&self.half)) {
            *sum = Complex {
                re: new.re + old.re,
                im: new.im + old.im,
            };
        }
        let heard = self.judge(&window, energy + self.half_energy);
        self.half = self.filters.turned(&half);
        self.half_energy = energy;
        // The first window of a key has nothing to compare its frequency with.
        let verdict = match heard {
            Some(heard) if self.vote.is_some_and(|vote| vote.key == heard.key) => {
                self.on_frequency(&window, heard)
            }
            first => first,
        };
        self.window = self.filters.turned(&window);
        self.count(verdict)
    }

    /// Which key this window holds, by level alone.
    fn judge(&self, window: &[Complex; FILTERS], energy: f32) -> Option<Heard> {
        // A sine of peak A gives |A·WINDOW/2|² and has the energy A²·WINDOW/2.
        let energies = window.map(|tone| tone.power() * 2.0 / WINDOW);
        let (row, row_energy) = best_of(&energies[..COLUMN])?;
        let (column, column_energy) = best_of(&energies[COLUMN..HARMONIC])?;
        let least = mean_square(LEAST_DBM0) * WINDOW;
        let twist = column_energy / row_energy;
        let shares = [row_energy / energy, column_energy / energy];
        let is_key = row_energy.min(column_energy) > least
            && shares[0] + shares[1] > LEAST_SHARE
            && (TWIST.0..=TWIST.1).contains(&twist)
            && energies[HARMONIC + column] < HARMONICS * column_energy;
        is_key.then_some(Heard {
            key: (row, column),
            shares,
        })
    }

    /// The same, if both tones turned between two windows by what the key's frequencies say. A tone
    /// that is a little off is stronger than its filter tells.
    fn on_frequency(&self, window: &[Complex; FILTERS], heard: Heard) -> Option<Heard> {
        let (row, column) = heard.key;
        let tones = [(row, ROWS_HZ[row]), (COLUMN + column, COLUMNS_HZ[column])];
        let mut shares = heard.shares;
        for ((filter, hz), share) in tones.into_iter().zip(&mut shares) {
            let turn = window[filter].angle_from(self.window[filter]);
            if (turn * RATE_HZ / (TAU * HALF as f32 * hz)).abs() >= DEVIATION {
                return None;
            }
            // (sin x / x)², the window's own curve, x being the turn over half of it.
            *share /= 1.0 - turn * turn / 3.0;
        }
        Some(Heard { shares, ..heard })
    }

    fn count(&mut self, heard: Option<Heard>) -> Option<PressedKey> {
        let Some(vote) = &mut self.vote else {
            self.vote = heard.map(Vote::first);
            return None;
        };
        if let Some(again) = heard.filter(|heard| heard.key == vote.key) {
            vote.hit(again);
            return None;
        }
        vote.misses += 1;
        let is_believed = vote.hits >= HITS && vote.full >= FULL_HITS;
        let over = vote.misses
            >= if is_believed {
                MISSES_AFTER
            } else {
                MISSES_BEFORE
            };
        let ended = (over && is_believed).then(|| vote.key());
        if over || (!is_believed && heard.is_some()) {
            self.vote = heard.map(Vote::first);
        }
        ended
    }
}

impl Vote {
    fn first(heard: Heard) -> Self {
        let full = u16::from(heard.is_full());
        Self {
            key: heard.key,
            hits: 1,
            full,
            misses: 0,
            windows: 1,
        }
    }

    fn hit(&mut self, heard: Heard) {
        self.hits = self.hits.saturating_add(1);
        self.full = self.full.saturating_add(u16::from(heard.is_full()));
        self.windows = self.windows.saturating_add(self.misses + 1);
        self.misses = 0;
    }

    fn key(&self) -> PressedKey {
        let eighths = u32::from(self.windows) * HALF as u32 + EDGES;
        let duration_ms = u16::try_from(eighths / 8).unwrap_or(u16::MAX);
        PressedKey {
            key: KEYS[self.key.0][self.key.1],
            duration_ms,
        }
    }
}

/// The strongest of a group, if it stands out.
fn best_of(energies: &[f32]) -> Option<(usize, f32)> {
    let mut best = (0, 0.0);
    for (n, &energy) in energies.iter().enumerate() {
        if energy > best.1 {
            best = (n, energy);
        }
    }
    let stands_out = energies
        .iter()
        .enumerate()
        .all(|(n, &energy)| n == best.0 || energy * BEST < best.1);
    (stands_out && best.1 > 0.0).then_some(best)
}

#[derive(Clone, Copy, Debug, Default)]
struct Complex {
    re: f32,
    im: f32,
}

impl Complex {
    fn power(self) -> f32 {
        self.re * self.re + self.im * self.im
    }

    fn times(self, other: Self) -> Self {
        Self {
            re: self.re * other.re - self.im * other.im,
            im: self.re * other.im + self.im * other.re,
        }
    }

    /// From `other` to here, −π..=π.
    fn angle_from(self, other: Self) -> f32 {
        let turn = self.times(Self {
            re: other.re,
            im: -other.im,
        });
        turn.im.atan2(turn.re)
    }
}

/// A bank of Goertzel filters over half a window.
#[derive(Clone, Debug)]
struct Filters {
    coefficient: [f32; FILTERS],
    /// e^−jω, for the last step, and e^jω·HALF, the turn of the true tone over half a window.
    back: [Complex; FILTERS],
    turn: [Complex; FILTERS],
    state: [[f32; FILTERS]; 2],
    energy: f32,
    taken: usize,
}

impl Filters {
    fn new() -> Self {
        let omega: [f32; FILTERS] = std::array::from_fn(|n| {
            let hz = match n {
                0..COLUMN => ROWS_HZ[n],
                COLUMN..HARMONIC => COLUMNS_HZ[n - COLUMN],
                _ => 2.0 * COLUMNS_HZ[n - HARMONIC],
            };
            TAU * hz / RATE_HZ
        });
        let at = |angle: f32| Complex {
            re: angle.cos(),
            im: angle.sin(),
        };
        Self {
            coefficient: omega.map(|omega| 2.0 * omega.cos()),
            back: omega.map(|omega| at(-omega)),
            turn: omega.map(|omega| at(omega * HALF as f32 % TAU)),
            state: [[0.0; FILTERS]; 2],
            energy: 0.0,
            taken: 0,
        }
    }

    fn run(&mut self, samples: &[i16]) {
        let [mut last, mut before] = self.state;
        for &sample in samples {
            let sample = f32::from(sample);
            self.energy += sample * sample;
            for n in 0..FILTERS {
                let next = sample + self.coefficient[n] * last[n] - before[n];
                before[n] = last[n];
                last[n] = next;
            }
        }
        self.state = [last, before];
        self.taken += samples.len();
    }

    /// The half window's tones, phases as at its end, and its energy; then starts anew.
    fn take(&mut self) -> ([Complex; FILTERS], f32) {
        let [last, before] = self.state;
        let tones = std::array::from_fn(|n| Complex {
            re: last[n] - self.back[n].re * before[n],
            im: -self.back[n].im * before[n],
        });
        let energy = self.energy;
        self.state = [[0.0; FILTERS]; 2];
        self.energy = 0.0;
        self.taken = 0;
        (tones, energy)
    }

    /// The tones as they would be half a window later.
    fn turned(&self, tones: &[Complex; FILTERS]) -> [Complex; FILTERS] {
        std::array::from_fn(|n| tones[n].times(self.turn[n]))
    }
}
