//! How well something was heard: where it is in what was heard, and how much like it.

use realfft::RealFftPlanner;
use realfft::num_complex::Complex;

/// Samples of a frame: 20 ms.
const FRAME: usize = 160;
/// The range one frame's SNR counts for, in dB, as usual for segmental SNR.
const CLAMP_DB: (f64, f64) = (-10.0, 35.0);
/// A frame is speech when its power is not further than this below the mean, in dB.
const ACTIVE_DB: f64 = -15.0;
/// How long one alignment holds: a jitter buffer may change its delay between two words.
const PIECE: usize = 4000;
/// How far a piece may be from where the whole is: what a jitter buffer may hold back.
const DRIFT: usize = 2400;

/// Where a reference was found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Found {
    /// The sample of `heard` that it begins at.
    pub at: usize,
    /// Normalised correlation there: 1 is the same but for level, 0 is nothing of it.
    pub likeness: f64,
    /// The level in `heard` against the reference.
    pub gain_db: f64,
}

/// How good a reference sounds in what was heard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Heard {
    /// Where the whole is, taken as one.
    pub found: Found,
    /// The normalised correlation of its pieces, each where it is, weighed by their energy.
    pub likeness: f64,
    /// The level of its pieces against the reference.
    pub gain_db: f64,
    /// The mean over speech frames, in dB.
    pub segmental_snr_db: f64,
}

/// Looks for the whole of `reference` in `heard`, where it is most alike. `None` when `heard` is
/// shorter or one of them is silence.
#[must_use]
pub fn align(reference: &[i16], heard: &[i16]) -> Option<Found> {
    let (x, y) = (centred(reference), centred(heard));
    let energy: f64 = x.iter().map(|s| s * s).sum();
    if energy <= 0.0 || y.len() < x.len() {
        return None;
    }
    let products = correlate(&x, &y)?;
    let mut sums = Vec::with_capacity(y.len() + 1);
    sums.push(0.0);
    for sample in &y {
        sums.push(sums.last().copied().unwrap_or(0.0) + sample * sample);
    }
    // Next to silence the quotient is that of rounding errors.
    let floor = energy * 1e-6;
    let likeness = |at: usize| {
        let there = (sums[at + x.len()] - sums[at]).max(floor);
        products[at] / (energy * there).sqrt()
    };
    let at = (0..products.len()).max_by(|a, b| likeness(*a).total_cmp(&likeness(*b)))?;
    let gain_db = 20.0 * (products[at].abs() / energy).max(1e-9).log10();
    Some(Found {
        at,
        likeness: likeness(at),
        gain_db,
    })
}

/// Finds `reference` in `heard` and measures what differs, level apart. `None` as [`align`].
#[must_use]
pub fn compare(reference: &[i16], heard: &[i16]) -> Option<Heard> {
    let found = align(reference, heard)?;
    let mut pieces = Vec::new();
    let (mut energy, mut likeness, mut gain) = (0.0, 0.0, 0.0);
    for (index, piece) in reference.chunks(PIECE).enumerate() {
        let whole = found.at + index * PIECE;
        let near = whole.saturating_sub(DRIFT);
        let end = (whole + piece.len() + DRIFT).min(heard.len());
        let Some(here) = heard.get(near..end).and_then(|window| align(piece, window)) else {
            continue;
        };
        let weight = power(piece) * piece.len() as f64;
        energy += weight;
        likeness += weight * here.likeness;
        gain += weight * 10f64.powf(here.gain_db / 20.0);
        pieces.push((piece, &heard[near + here.at..]));
    }
    let gain = gain / f64::max(energy, 1.0);
    let mean_power = power(reference);
    let mut ratios = Vec::new();
    for (said, got) in pieces {
        for (said, got) in said.chunks_exact(FRAME).zip(got.chunks_exact(FRAME)) {
            if 10.0 * (power(said) / mean_power).max(1e-9).log10() > ACTIVE_DB {
                ratios.push(frame_snr_db(said, got, gain));
            }
        }
    }
    Some(Heard {
        found,
        likeness: likeness / f64::max(energy, 1.0),
        gain_db: 20.0 * gain.max(1e-9).log10(),
        segmental_snr_db: ratios.iter().sum::<f64>() / ratios.len().max(1) as f64,
    })
}

/// How much of `reference` is anywhere in `heard`, in dB against the reference; for what must not
/// be heard. −120 dB and below is nothing.
#[must_use]
pub fn leak_db(reference: &[i16], heard: &[i16]) -> f64 {
    let (x, y) = (centred(reference), centred(heard));
    let energy: f64 = x.iter().map(|s| s * s).sum();
    let most = correlate(&x, &y)
        .unwrap_or_default()
        .into_iter()
        .fold(0.0, |most: f64, product| most.max(product.abs()));
    20.0 * (most / energy.max(1.0)).max(1e-6).log10()
}

fn frame_snr_db(said: &[i16], got: &[i16], gain: f64) -> f64 {
    let (mut signal, mut noise) = (0.0, 0.0);
    for (said, got) in said.iter().zip(got) {
        let wanted = f64::from(*said) * gain;
        signal += wanted * wanted;
        noise += (f64::from(*got) - wanted).powi(2);
    }
    let ratio_db = 10.0 * (signal / noise.max(1e-9)).max(1e-9).log10();
    ratio_db.clamp(CLAMP_DB.0, CLAMP_DB.1)
}

fn power(samples: &[i16]) -> f64 {
    let sum: f64 = samples.iter().map(|s| f64::from(*s).powi(2)).sum();
    sum / samples.len().max(1) as f64
}

/// Without its mean: idle A-law is a constant 8.
fn centred(samples: &[i16]) -> Vec<f64> {
    let sum: f64 = samples.iter().map(|s| f64::from(*s)).sum();
    let mean = sum / samples.len().max(1) as f64;
    samples.iter().map(|s| f64::from(*s) - mean).collect()
}

/// The sum of products at every place where the whole of `x` is within `y`.
fn correlate(x: &[f64], y: &[f64]) -> Option<Vec<f64>> {
    let places = y.len().checked_sub(x.len())? + 1;
    let size = (x.len() + y.len()).next_power_of_two();
    let mut planner = RealFftPlanner::<f64>::new();
    let (forward, back) = (
        planner.plan_fft_forward(size),
        planner.plan_fft_inverse(size),
    );
    let spectrum = |signal: &[f64]| -> Option<Vec<Complex<f64>>> {
        let mut padded = signal.to_vec();
        padded.resize(size, 0.0);
        let mut out = forward.make_output_vec();
        forward.process(&mut padded, &mut out).ok()?;
        Some(out)
    };
    let (of_x, mut of_y) = (spectrum(x)?, spectrum(y)?);
    for (b, a) in of_y.iter_mut().zip(of_x) {
        *b *= a.conj();
    }
    let mut products = back.make_output_vec();
    back.process(&mut of_y, &mut products).ok()?;
    products.truncate(places);
    let scale = 1.0 / size as f64;
    products.iter_mut().for_each(|product| *product *= scale);
    Some(products)
}

#[cfg(test)]
mod tests {
    use hotline_world::exchange::random::Random;

    use super::*;

    fn noise(seed: u64, length: usize, level: f64) -> Vec<i16> {
        let mut random = Random::new(seed);
        (0..length)
            .map(|_| (random.gaussian() * level) as i16)
            .collect()
    }

    #[test]
    fn a_reference_is_found_where_it_was_put_at_the_level_it_was_put() {
        let reference = noise(1, 8000, 2000.0);
        let mut heard = noise(2, 40_000, 2.0);
        for (place, sample) in heard[12_345..].iter_mut().zip(&reference) {
            *place += sample / 2;
        }
        let found = align(&reference, &heard).unwrap();
        assert_eq!(found.at, 12_345);
        assert!(found.likeness > 0.99, "{found:?}");
        assert!((found.gain_db + 6.02).abs() < 0.1, "{found:?}");
    }

    #[test]
    fn noise_20_db_below_is_a_segmental_snr_of_20_db() {
        let reference = noise(3, 16_000, 2000.0);
        let disturbance = noise(4, 16_000, 200.0);
        let heard: Vec<i16> = reference
            .iter()
            .zip(&disturbance)
            .map(|(a, b)| a + b)
            .collect();
        let snr_db = compare(&reference, &heard).unwrap().segmental_snr_db;
        assert!((snr_db - 20.0).abs() < 0.5, "{snr_db} dB");
    }

    #[test]
    fn a_jump_in_delay_is_followed_and_something_else_is_not_taken_for_the_reference() {
        let reference = noise(5, 16_000, 2000.0);
        let mut heard = reference[..8000].to_vec();
        heard.extend(noise(6, 160, 10.0));
        heard.extend(&reference[8000..]);
        let snr_db = compare(&reference, &heard).unwrap().segmental_snr_db;
        assert!(snr_db > 30.0, "{snr_db} dB");
        let other = compare(&reference, &noise(7, 40_000, 2000.0)).unwrap();
        assert!(other.likeness < 0.2, "{other:?}");
        assert!(other.segmental_snr_db < 3.0, "{other:?}");
    }

    #[test]
    fn a_leak_60_db_below_is_told_as_such_and_silence_as_nothing() {
        let reference = noise(8, 32_000, 8000.0);
        let heard: Vec<i16> = reference
            .iter()
            .map(|s| (f64::from(*s) / 1000.0).round() as i16)
            .collect();
        let leak = leak_db(&reference, &heard);
        assert!((leak + 60.0).abs() < 0.5, "{leak} dB");
        assert!(leak_db(&reference, &[8; 40_000]) < -115.0);
        assert_eq!(align(&reference, &[0; 10]), None);
    }
}
