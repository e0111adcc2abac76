//! The caller-ID receiver against noise, low levels, hum, crooked lines and nonsense.

mod signal;

use hotline_dsp::caller_id::{CallerIdGenerator, CallerIdReceiver, Modulation, checksum};
use signal::{Noise, blocks, mix, music, silence, tone, voice};

const BOTH: [Modulation; 2] = [Modulation::Bell202, Modulation::V23];

/// A call set-up message: time 11251423, number, name (EN 300 659-3 §5.2.1), 42 octets.
fn message() -> Vec<u8> {
    let mut octets = vec![0x80, 39, 0x01, 8];
    octets.extend(b"11251423");
    octets.extend([0x02, 11]);
    octets.extend(b"13800138000");
    octets.extend([0x07, 14]);
    octets.extend(b"Zhang San Ltd.");
    octets.push(checksum(&octets));
    octets
}

fn sent(octets: &[u8], modulation: Modulation, level_dbm0: f32, lead: usize) -> Vec<f32> {
    let mut generator =
        CallerIdGenerator::new(octets, modulation, level_dbm0).expect("short enough");
    let mut samples = silence(lead);
    while let Some(block) = generator.process() {
        samples.extend(block.map(f32::from));
    }
    samples.extend(silence(800));
    samples
}

fn received(samples: &[f32]) -> Vec<Vec<u8>> {
    let mut receiver = CallerIdReceiver::new();
    blocks(samples)
        .filter_map(|block| receiver.process(&block))
        .map(|m| m.to_vec())
        .collect()
}

#[test]
fn a_message_is_received_once_as_it_was_sent() {
    for modulation in BOTH {
        for lead in 0..40 {
            let samples = sent(&message(), modulation, -14.0, lead);
            assert_eq!(
                received(&samples),
                [message()],
                "{modulation:?}, {lead} samples before"
            );
        }
    }
}

#[test]
fn the_longest_and_the_shortest_message_are_received() {
    for length in [0u8, 1, 255] {
        let mut octets = vec![0x80, length];
        octets.extend((0..length).map(|n| n ^ 0x55));
        octets.push(checksum(&octets));
        assert_eq!(
            received(&sent(&octets, Modulation::V23, -14.0, 77)),
            [octets]
        );
    }
}

#[test]
fn ninety_nine_messages_of_a_hundred_are_received_at_9_db_of_signal_to_noise() {
    for modulation in BOTH {
        let good = (0..300)
            .filter(|&seed| {
                let mut samples = sent(&message(), modulation, -20.0, 100 + seed as usize % 53);
                Noise::new(seed).add(&mut samples, -29.0);
                received(&samples) == [message()]
            })
            .count();
        println!("{modulation:?}: {good} of 300");
        assert!(good >= 297, "{modulation:?}: {good} of 300 (seeds 0..300)");
    }
}

#[test]
fn a_message_is_received_from_minus_40_to_0_dbm0() {
    for modulation in BOTH {
        for level in [0.0, -10.0, -30.0, -40.0] {
            let mut samples = sent(&message(), modulation, level, 55);
            Noise::new(1).add(&mut samples, level - 30.0);
            assert_eq!(
                received(&samples),
                [message()],
                "{modulation:?} at {level} dBm0"
            );
        }
    }
}

#[test]
fn hum_as_loud_as_the_message_does_no_harm() {
    for modulation in BOTH {
        let mut samples = sent(&message(), modulation, -20.0, 55);
        let hum = tone(50.0, -20.0, 0.0, samples.len());
        mix(&mut samples, &hum);
        assert_eq!(received(&samples), [message()], "{modulation:?}");
    }
}

/// A line that weakens one of the tones: one tap of ±0.9.
#[test]
fn a_crooked_line_does_no_harm() {
    for modulation in BOTH {
        for tap in [-0.9, 0.9] {
            let straight = sent(&message(), modulation, -20.0, 55);
            let crooked: Vec<f32> = (1..straight.len())
                .map(|n| straight[n] + tap * straight[n - 1])
                .collect();
            assert_eq!(received(&crooked), [message()], "{modulation:?}, tap {tap}");
        }
    }
}

#[test]
fn a_message_with_a_wrong_checksum_is_not_told() {
    let mut octets = message();
    octets[10] ^= 1;
    assert_eq!(
        received(&sent(&octets, Modulation::V23, -14.0, 0)),
        [] as [Vec<u8>; 0]
    );
}

/// The checksum has eight bits: one in 256 messages with wrong bits would pass by it alone.
#[test]
fn a_message_in_heavy_noise_is_told_as_it_was_sent_or_not_at_all() {
    for seed in 0..600 {
        let modulation = BOTH[seed as usize % 2];
        let mut samples = sent(&message(), modulation, -20.0, 100 + seed as usize % 53);
        Noise::new(seed).add(&mut samples, -23.0);
        for told in received(&samples) {
            assert_eq!(told, message(), "{modulation:?}, seed {seed}");
        }
    }
}

#[test]
fn two_messages_one_after_the_other_are_both_received() {
    let mut samples = sent(&message(), Modulation::V23, -14.0, 10);
    samples.extend(sent(&message(), Modulation::Bell202, -24.0, 10));
    assert_eq!(received(&samples), [message(), message()]);
}

#[test]
fn a_message_cut_short_does_not_swallow_the_next() {
    let mut samples = sent(&message(), Modulation::V23, -14.0, 10);
    samples.truncate(5500);
    samples.extend(sent(&message(), Modulation::V23, -14.0, 3000));
    assert_eq!(received(&samples), [message()]);
}

#[test]
fn voices_music_and_noise_hold_no_message() {
    for seed in 0..5 {
        assert!(
            received(&voice(seed, 60 * 8000, -12.0)).is_empty(),
            "seed {seed}"
        );
        assert!(
            received(&music(seed, 60 * 8000, -12.0)).is_empty(),
            "seed {seed}"
        );
        let mut noise = silence(60 * 8000);
        Noise::new(seed).add(&mut noise, -12.0);
        assert!(received(&noise).is_empty(), "seed {seed}");
    }
}
