//! The jitter buffer on networks that shake and between clocks that drift.

use hotline_dsp::jitter::{Fate, JitterBuffer};

/// A voice of 125 Hz without a pause, as loud as ±7000.
fn voice(at: u32) -> i16 {
    let phase = f64::from(at % 64) / 64.0 * std::f64::consts::TAU;
    let harmonics = (1..=6).map(|h| (phase * f64::from(h)).sin() / f64::from(h));
    (harmonics.sum::<f64>() * 4000.0) as i16
}

fn say(timestamp: u32) -> Vec<i16> {
    (0..160).map(|n| voice(timestamp.wrapping_add(n))).collect()
}

/// Random numbers from a seed.
struct Chance(u32);

impl Chance {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (self.0 >> 8) % limit
    }
}

/// What a listener notices.
#[derive(Default)]
struct Notice {
    missing_ms: usize,
    late: usize,
    steepest: u16,
    least_delay_ms: u16,
    most_delay_ms: u16,
}

/// Packets of the voice, each in the millisecond told; what is noticed from `from_ms` on.
fn listen(buffer: &mut JitterBuffer, arrivals: &mut [(u64, u32)], from_ms: u64) -> Notice {
    arrivals.sort();
    let mut coming = arrivals.iter().peekable();
    let last_ms = coming.clone().last().expect("packets").0;
    let mut notice = Notice {
        least_delay_ms: u16::MAX,
        ..Notice::default()
    };
    let mut before = None;
    for now_ms in 0..last_ms {
        while let Some(&(_, n)) = coming.next_if(|(at_ms, _)| *at_ms <= now_ms) {
            let fate = buffer.put(n.wrapping_mul(160), &say(n.wrapping_mul(160)));
            if now_ms >= from_ms {
                notice.late += usize::from(fate == Fate::TooLate);
                notice.least_delay_ms = notice.least_delay_ms.min(buffer.delay_ms());
                notice.most_delay_ms = notice.most_delay_ms.max(buffer.delay_ms());
            }
        }
        let block = buffer.take();
        if now_ms >= from_ms {
            notice.missing_ms += usize::from(block.is_none());
            for sample in block.iter().flatten() {
                let step = before
                    .replace(*sample)
                    .map_or(0, |b: i16| b.abs_diff(*sample));
                notice.steepest = notice.steepest.max(step);
            }
        }
    }
    notice
}

#[test]
fn clocks_200_ppm_apart_are_followed_for_ten_minutes_through_speech_without_a_pause() {
    let steepest = (0..64).map(|n| voice(n).abs_diff(voice(n + 1))).max();
    for drift_ppm in [200i64, -200] {
        let arrival_ms = |n: i64| (n * 20 * (1_000_000 - drift_ppm) / 1_000_000) as u64;
        let mut arrivals: Vec<_> = (0..30_000).map(|n| (arrival_ms(n), n as u32)).collect();
        let mut buffer = JitterBuffer::new();
        let notice = listen(&mut buffer, &mut arrivals, 100);
        assert_eq!((notice.missing_ms, notice.late), (0, 0), "{drift_ppm} ppm");
        assert!(
            notice.steepest <= steepest.expect("64 of them") * 5 / 4,
            "{drift_ppm} ppm: a step of {}",
            notice.steepest
        );
        let range = (notice.least_delay_ms, notice.most_delay_ms);
        assert!(
            range.0 >= 10 && range.1 <= 45,
            "{drift_ppm} ppm: {range:?} ms"
        );
        let adjusted_ms = buffer.adjusted_ms();
        assert!(
            (95..=150).contains(&adjusted_ms),
            "{drift_ppm} ppm: {adjusted_ms} ms"
        );
    }
}

#[test]
fn packets_shaken_by_up_to_80_ms_are_hardly_ever_late_and_wait_no_longer_than_needed() {
    let mut chance = Chance(1);
    let mut arrivals: Vec<_> = (0..6000u32)
        .map(|n| (u64::from(n * 20 + chance.below(80)), n))
        .collect();
    let mut buffer = JitterBuffer::new();
    let notice = listen(&mut buffer, &mut arrivals, 2_000);
    assert!(notice.late <= 20, "{} of 5900", notice.late);
    assert!(notice.missing_ms <= 400, "{} ms", notice.missing_ms);
    // The fastest packet waits for the slowest, and for the reserve.
    assert!(notice.most_delay_ms <= 125, "{} ms", notice.most_delay_ms);
}

#[test]
fn when_the_network_becomes_bad_it_is_followed_within_a_second() {
    let mut chance = Chance(2);
    let mut shaken = |n: u32| if n < 500 { 0 } else { chance.below(90) };
    let mut arrivals: Vec<_> = (0..2000u32)
        .map(|n| (u64::from(n * 20 + shaken(n)), n))
        .collect();
    let mut buffer = JitterBuffer::new();
    let notice = listen(&mut buffer, &mut arrivals, 11_000);
    assert!(notice.missing_ms <= 150, "{} ms of 29 s", notice.missing_ms);
}

#[test]
fn clocks_200_ppm_apart_are_followed_through_noise_too() {
    for drift_ppm in [200i64, -200] {
        let mut buffer = JitterBuffer::new();
        let mut chance = Chance(5);
        let (mut missing_ms, mut sent) = (0, 0u32);
        for now in 0..300_000i64 {
            if i64::from(sent) * 20 * (1_000_000 - drift_ppm) / 1_000_000 <= now {
                let noise: Vec<i16> = (0..160).map(|_| chance.below(8000) as i16 - 4000).collect();
                assert_eq!(buffer.put(sent * 160, &noise), Fate::Queued);
                sent += 1;
            }
            missing_ms += u32::from(buffer.take().is_none() && now > 100);
            assert!(
                buffer.delay_ms() <= 50,
                "{drift_ppm}: {} ms",
                buffer.delay_ms()
            );
        }
        assert_eq!(missing_ms, 0, "{drift_ppm} ppm");
    }
}
