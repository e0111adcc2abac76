//! Resampling against its own figures: tones, an impulse, the loudest samples, odd lengths.

use std::f64::consts::TAU;

use hotline_dsp::resample::{Down, Rate, Up};

const AMPLITUDE: f64 = 20_000.0;
const RATES: [Rate; 2] = [Rate::Khz16, Rate::Khz48];
/// Of which the last 200 ms are heard.
const TONE_MS: usize = 220;

fn tone(hz: f64, samples_a_ms: usize) -> Vec<i16> {
    let step = TAU * hz / (samples_a_ms as f64 * 1_000.0);
    (0..TONE_MS * samples_a_ms)
        .map(|n| (AMPLITUDE * (step * n as f64).sin()).round() as i16)
        .collect()
}

fn up(rate: Rate, from: &[i16]) -> Vec<i16> {
    let mut to = vec![0; from.len() / 8 * rate.samples_a_ms()];
    assert_eq!(Up::new(rate).process(from, &mut to), to.len());
    to
}

fn down(rate: Rate, from: &[i16]) -> Vec<i16> {
    let mut to = vec![0; from.len() / rate.samples_a_ms() * 8];
    assert_eq!(Down::new(rate).process(from, &mut to), to.len());
    to
}

/// Amplitude of a frequency in the last 200 ms, of which it has a whole number of periods.
fn amplitude(samples: &[i16], hz: f64, samples_a_ms: usize) -> f64 {
    let heard = &samples[20 * samples_a_ms..];
    let step = TAU * hz / (samples_a_ms as f64 * 1_000.0);
    let (mut a, mut b) = (0.0, 0.0);
    for (n, &x) in heard.iter().enumerate() {
        let (sin, cos) = (step * n as f64).sin_cos();
        a += f64::from(x) * sin;
        b += f64::from(x) * cos;
    }
    2.0 * a.hypot(b) / heard.len() as f64
}

/// Amplitude of the sine that has the power of the last 200 ms.
fn loudness(samples: &[i16], samples_a_ms: usize) -> f64 {
    let heard = &samples[20 * samples_a_ms..];
    let sum: f64 = heard.iter().map(|&x| f64::from(x).powi(2)).sum();
    (2.0 * sum / heard.len() as f64).sqrt()
}

fn db(amplitude: f64) -> f64 {
    20.0 * (amplitude.max(0.01) / AMPLITUDE).log10()
}

/// G.712 has a mask (not opened); ours: ±0.49 dB from 100 to 3400 Hz.
#[test]
fn a_tone_up_to_3400_hz_keeps_its_level_within_half_a_db_both_ways() {
    for rate in RATES {
        let fast = rate.samples_a_ms();
        for hz in (2..=68).map(|n| f64::from(n) * 50.0) {
            let gained = db(amplitude(&up(rate, &tone(hz, 8)), hz, fast));
            let kept = db(amplitude(&down(rate, &tone(hz, fast)), hz, 8));
            assert!(gained.abs() < 0.49, "{rate:?} up, {hz} Hz: {gained} dB");
            assert!(kept.abs() < 0.49, "{rate:?} down, {hz} Hz: {kept} dB");
        }
    }
}

/// G.712 has a limit (not opened); ours: 70 dB.
#[test]
fn images_of_a_tone_are_70_db_below_it() {
    for rate in RATES {
        let fast = rate.samples_a_ms();
        for hz in (2..=34).map(|n| f64::from(n) * 100.0) {
            let heard = up(rate, &tone(hz, 8));
            for image in (1..fast / 8).map(|n| n as f64 * 8_000.0) {
                for image in [image - hz, image + hz] {
                    if image <= fast as f64 * 500.0 {
                        let level = db(amplitude(&heard, image, fast));
                        assert!(level < -70.0, "{rate:?}, {hz} Hz at {image} Hz: {level} dB");
                    }
                }
            }
        }
    }
}

/// G.712 has a mask (not opened); ours: 70 dB.
#[test]
fn a_tone_above_4600_hz_is_heard_at_minus_70_db_at_most() {
    for rate in RATES {
        let fast = rate.samples_a_ms();
        for hz in (92..fast * 10).step_by(3).map(|n| n as f64 * 50.0) {
            let level = db(loudness(&down(rate, &tone(hz, fast)), 8));
            assert!(level < -70.0, "{rate:?}, {hz} Hz: {level} dB");
        }
    }
}

/// The filters are symmetric: an impulse's place is its delay.
#[test]
fn the_delay_is_as_told_and_below_1_2_ms() {
    let centre_ms = |heard: &[i16], samples_a_ms: usize| {
        let weigh = |n: usize| f64::from(heard[n]).powi(2);
        let all: f64 = (0..heard.len()).map(weigh).sum();
        let moment: f64 = (0..heard.len()).map(|n| n as f64 * weigh(n)).sum();
        moment / all / samples_a_ms as f64
    };
    for (rate, up_ms, down_ms) in [(Rate::Khz16, 1.094, 1.031), (Rate::Khz48, 1.115, 1.010)] {
        let fast = rate.samples_a_ms();
        let mut impulse = vec![0; 800];
        impulse[400] = 20_000;
        let delay_ms = centre_ms(&up(rate, &impulse), fast) - 50.0;
        assert!(
            (delay_ms - up_ms).abs() < 0.01,
            "{rate:?} up: {delay_ms} ms"
        );
        // Downwards what an impulse gives depends on its place between two outputs: the mean.
        let place = |at: usize| {
            let mut impulse = vec![0; 100 * fast];
            impulse[50 * fast + at] = 20_000;
            centre_ms(&down(rate, &impulse), 8) - 50.0 - at as f64 / fast as f64
        };
        let steps = fast / 8;
        let delay_ms = (0..steps).map(place).sum::<f64>() / steps as f64;
        assert!(
            (delay_ms - down_ms).abs() < 0.01,
            "{rate:?} down: {delay_ms} ms"
        );
    }
}

/// No clause; bit exact.
#[test]
fn however_it_is_cut_into_blocks_the_same_comes_out() {
    for rate in RATES {
        let fast = rate.samples_a_ms();
        let (narrow, wide) = (tone(1_234.0, 8), tone(1_234.0, fast));
        for block_ms in [1, 2, 7, 10, 20, 21, 100] {
            let (mut upward, mut downward) = (Up::new(rate), Down::new(rate));
            let (mut faster, mut slower) = (Vec::new(), Vec::new());
            for (narrow, wide) in narrow
                .chunks(8 * block_ms)
                .zip(wide.chunks(fast * block_ms))
            {
                let mut to = vec![0; narrow.len() / 8 * fast];
                upward.process(narrow, &mut to);
                faster.extend(to);
                let mut to = vec![0; wide.len() / fast * 8];
                downward.process(wide, &mut to);
                slower.extend(to);
            }
            assert!(
                faster == up(rate, &narrow),
                "{rate:?} up, blocks of {block_ms} ms"
            );
            assert!(
                slower == down(rate, &wide),
                "{rate:?} down, blocks of {block_ms} ms"
            );
        }
    }
}

/// Against the same wave at half its size, which has room for what the filters overshoot: twice it,
/// but never beyond a sample.
#[test]
fn the_loudest_samples_are_clipped_and_not_wrapped() {
    let clips = |whole: &[i16], half: &[i16], what: &str| {
        let mut clipped = 0;
        for (n, (&whole, &half)) in whole.iter().zip(half).enumerate() {
            let right = (2 * i32::from(half)).clamp(i16::MIN.into(), i16::MAX.into());
            let off = (i32::from(whole) - right).abs();
            assert!(off <= 4, "{what}, sample {n}: {whole}, not {right}");
            clipped += u32::from(right.abs() >= i32::from(i16::MAX));
        }
        clipped
    };
    let square = |period: usize, loudest: i16| {
        move |n: usize| {
            if (n / period).is_multiple_of(2) {
                loudest
            } else {
                -loudest
            }
        }
    };
    for rate in RATES {
        let fast = rate.samples_a_ms();
        let mut clipped = [0, 0];
        for period in 1..40 * fast / 8 {
            let wave = |samples: usize, loudest| -> Vec<i16> {
                (0..samples).map(square(period, loudest)).collect()
            };
            let what = format!("{rate:?}, half-waves of {period}");
            let narrow = [i16::MAX, i16::MAX / 2].map(|loudest| up(rate, &wave(800, loudest)));
            clipped[0] += clips(&narrow[0], &narrow[1], &what);
            let wide =
                [i16::MAX, i16::MAX / 2].map(|loudest| down(rate, &wave(100 * fast, loudest)));
            clipped[1] += clips(&wide[0], &wide[1], &what);
        }
        assert!(
            clipped.iter().all(|&clipped| clipped > 100),
            "{rate:?}: {clipped:?}"
        );
    }
}

#[test]
fn what_is_no_whole_millisecond_is_left_and_nothing_is_written_beyond() {
    for rate in RATES {
        let fast = rate.samples_a_ms();
        let mut to = [7; 4 * 48];
        assert_eq!(Up::new(rate).process(&[1; 7], &mut to), 0);
        assert_eq!(Up::new(rate).process(&[], &mut to), 0);
        assert_eq!(
            Up::new(rate).process(&[1; 80], &mut to[..3 * fast - 1]),
            2 * fast
        );
        assert!(to[2 * fast..].iter().all(|&sample| sample == 7));
        let mut to = [7; 80];
        assert_eq!(Down::new(rate).process(&vec![1; fast - 1], &mut to), 0);
        assert_eq!(
            Down::new(rate).process(&vec![1; 9 * fast], &mut to[..23]),
            16
        );
        assert!(to[16..].iter().all(|&sample| sample == 7));
    }
}
