//! A phone on a bad network, through the whole engine: what the line hears, and what is counted.

mod signal;
mod studio;

use signal::Noise;
use studio::{Studio, line, stream, voice_packet};

/// A voice whose pitch glides between 110 and 140 Hz.
fn voice(at: usize) -> i16 {
    let seconds = at as f64 / 8000.0;
    let turns =
        125.0 * seconds + 15.0 / std::f64::consts::TAU * (seconds * std::f64::consts::TAU).sin();
    let harmonics =
        (1..=8).map(|h| (turns * f64::from(h) * std::f64::consts::TAU).sin() / f64::from(h));
    (harmonics.sum::<f64>() * 3000.0) as i16
}

/// Twenty seconds; packet n comes at the millisecond told, if at all. What the line hears.
fn heard(studio: &mut Studio, mut arrival_ms: impl FnMut(u32) -> Option<u32>) -> Vec<i16> {
    studio.join(&[line(0), stream(0)]);
    let mut arrivals: Vec<(u32, u16)> = (0..1000u16)
        .filter_map(|n| Some((arrival_ms(n.into())?, n)))
        .collect();
    arrivals.sort_unstable();
    let mut coming = arrivals.iter().peekable();
    let mut heard = Vec::new();
    for now in 0..20_000 {
        while let Some((_, n)) = coming.next_if(|(at, _)| *at <= now) {
            studio.engine.receive(&voice_packet(stream(0), *n, voice));
        }
        heard.extend(studio.hear(line(0), 1));
    }
    heard
}

/// How well the line hears the voice this many samples later, from a moment on, in dB.
fn snr_db(heard: &[i16], delay: usize, from: usize) -> f64 {
    let (mut signal, mut error) = (0.0, 1.0);
    for (at, &heard) in heard.iter().enumerate().skip(from) {
        let said = f64::from(voice(at - delay));
        signal += said * said;
        error += (said - f64::from(heard)).powi(2);
    }
    10.0 * (signal / error).log10()
}

/// G.711 Appendix I (no limit of quality known to us); ours: 20 dB at 10 % loss. Counters: RFC 3550 §6.4.1.
#[test]
fn lost_packets_are_counted_and_made_up_from_both_sides() {
    let mut studio = Studio::new();
    let mut random = Noise::new(1);
    let mut lost = 0;
    let heard = heard(&mut studio, |n| {
        let is_lost = n > 5 && n < 990 && random.next_u32().is_multiple_of(10);
        lost += u32::from(is_lost);
        (!is_lost).then_some(n * 20)
    });
    // Silence in their place would leave some 10 dB.
    let snr_db = snr_db(&heard, 240, 8_000);
    assert!(snr_db > 20.0, "{snr_db} dB");
    let quality = studio.engine.stream_quality(stream(0));
    assert!(lost > 60 && quality.lost == lost, "{lost}: {quality:?}");
    assert_eq!((quality.late, quality.adjusted_ms), (0, 0), "{quality:?}");
}

/// RFC 3550 A.3 for the counts; ours: 30 dB once the delay is found.
#[test]
fn packets_that_come_twice_or_late_or_in_disorder_are_counted_and_harm_nothing() {
    let mut studio = Studio::new();
    studio.join(&[line(0), stream(0)]);
    let mut heard = Vec::new();
    for n in 0..1000u16 {
        // Each even one waits for the odd one after it, and then comes twice.
        if n % 2 == 1 {
            studio.engine.receive(&voice_packet(stream(0), n, voice));
            for _ in 0..2 {
                studio
                    .engine
                    .receive(&voice_packet(stream(0), n - 1, voice));
            }
        }
        heard.extend(studio.hear(line(0), 20));
    }
    let quality = studio.engine.stream_quality(stream(0));
    assert_eq!((quality.received, quality.lost), (1000, 0), "{quality:?}");
    assert_eq!(
        (quality.doubled, quality.discarded),
        (500, 500),
        "{quality:?}"
    );
    // The delay they need is found in the first seconds.
    let later = &heard[..100_000];
    let snr_db = (160..640)
        .map(|delay| snr_db(later, delay, 92_000))
        .fold(f64::MIN, f64::max);
    assert!(snr_db > 30.0, "{snr_db} dB");
}

#[test]
fn a_packet_too_late_is_counted_as_such_and_as_lost() {
    let mut studio = Studio::new();
    let _ = heard(&mut studio, |n| {
        Some(if n == 100 { n * 20 + 150 } else { n * 20 })
    });
    let quality = studio.engine.stream_quality(stream(0));
    assert_eq!((quality.late, quality.lost), (1, 1), "{quality:?}");
}

#[test]
fn what_was_adjusted_is_told_of_this_call_only() {
    let mut studio = Studio::new();
    let stalled = |n: u32| {
        Some(if (300..305).contains(&n) {
            6_100
        } else {
            n * 20
        })
    };
    let _ = heard(&mut studio, stalled);
    let quality = studio.engine.stream_quality(stream(0));
    assert!(quality.adjusted_ms >= 80, "{quality:?}");
    studio.open(stream(0), hotline_dsp::engine::Law::A);
    assert_eq!(studio.engine.stream_quality(stream(0)).adjusted_ms, 0);
}
