//! The jitter buffer: steady, shaken, stalled, hostile and drifting streams.

use hotline_dsp::engine::BLOCK;
use hotline_dsp::jitter::{Fate, JitterBuffer};

/// The sample with timestamp `at`: loud, and never the same twice in a while.
fn sample(at: u32) -> i16 {
    (at % 20_011) as i16 + 1000
}

fn packet(timestamp: u32, length: u32) -> Vec<i16> {
    (0..length)
        .map(|n| sample(timestamp.wrapping_add(n)))
        .collect()
}

/// Sends 20 ms packets, packet n at `arrival_ms(n)` (`None`: never), and gives what was heard,
/// a block a millisecond.
fn hear(
    packets: u32,
    first: u32,
    arrival_ms: impl Fn(u32) -> Option<u32>,
) -> (JitterBuffer, Vec<Option<[i16; BLOCK]>>) {
    let mut buffer = JitterBuffer::new();
    let mut heard = Vec::new();
    for now in 0..packets * 20 {
        for n in (0..packets).filter(|&n| arrival_ms(n) == Some(now)) {
            let timestamp = first.wrapping_add(n * 160);
            buffer.put(timestamp, &packet(timestamp, 160));
        }
        heard.push(buffer.take());
    }
    (buffer, heard)
}

/// Gaps after the first sound, in blocks.
fn gaps(heard: &[Option<[i16; BLOCK]>]) -> usize {
    heard
        .iter()
        .skip_while(|block| block.is_none())
        .filter(|block| block.is_none())
        .count()
}

/// No standard bounds a jitter buffer's delay; ours: 30 ms at the start.
#[test]
fn steady_packets_are_played_whole_after_30_ms_across_the_wrap_of_timestamps() {
    let first = u32::MAX - 1000;
    let (_, heard) = hear(50, first, |n| Some(n * 20));
    assert_eq!(heard.iter().position(Option::is_some), Some(30));
    for (n, block) in (0u32..).zip(heard.into_iter().skip(30)) {
        let at = first.wrapping_add(n * 8);
        assert_eq!(block.map(Vec::from), Some(packet(at, 8)), "block {n}");
    }
}

#[test]
fn swapped_packets_are_played_in_order_without_a_gap() {
    let (_, heard) = hear(50, 0, |n| {
        Some(if n % 4 == 2 { n * 20 + 25 } else { n * 20 })
    });
    assert_eq!(gaps(&heard), 0);
}

#[test]
fn a_lost_packet_is_a_gap_of_its_own_length() {
    let (_, heard) = hear(50, 0, |n| (n != 20).then_some(n * 20));
    assert_eq!(gaps(&heard), 20);
}

/// No clause; ours: nothing of what was said is lost by a stall of 100 ms.
#[test]
fn a_stall_of_100_ms_becomes_delay_and_nothing_said_is_lost() {
    let (buffer, heard) = hear(60, 0, |n| {
        Some(if n < 50 { n * 20 } else { (n * 20).max(1120) })
    });
    assert_eq!(gaps(&heard), 90);
    assert!(
        (80..=120).contains(&buffer.delay_ms()),
        "{} ms",
        buffer.delay_ms()
    );
    // Up to the stall and beyond it sample for sample; then some of the delay may be taken out.
    let said: Vec<i16> = heard
        .into_iter()
        .flatten()
        .flatten()
        .take(1050 * 8)
        .collect();
    let wrong = (0..).zip(&said).find(|&(at, &heard)| heard != sample(at));
    assert_eq!(wrong, None);
}

#[test]
fn delay_that_is_no_longer_needed_is_taken_out_in_pauses() {
    let mut buffer = JitterBuffer::new();
    for now in 0..6000u32 {
        if now % 20 == 0 && !(1000..1100).contains(&now) {
            buffer.put(now * 8, &[5; 160]);
        }
        if now == 1100 {
            for n in 0..5 {
                let _ = buffer.put((1000 + n * 20) * 8, &[5; 160]);
            }
        }
        buffer.take();
    }
    assert!(buffer.delay_ms() <= 23, "{} ms", buffer.delay_ms());
}

/// Ten seconds of a stream whose every packet is on time, as loud as `level`, but for one quiet
/// millisecond in ten; what was played, block by block. A stall once leaves too much delay.
fn beats(level: i16, stall_ms: u32) -> Vec<[i16; BLOCK]> {
    let mut buffer = JitterBuffer::new();
    let mut heard = Vec::new();
    for now in 0..10_000u32 {
        if now == stall_ms || (now > stall_ms && now.is_multiple_of(20)) {
            let first = if now == stall_ms { 0 } else { now / 20 };
            for packet in first..=now / 20 {
                let block = |ms: u32| if ms.is_multiple_of(10) { 1 } else { level };
                let said: Vec<i16> = (0..160).map(|n| block(packet * 20 + n / 8)).collect();
                let _ = buffer.put(packet * 160, &said);
            }
        }
        heard.extend(buffer.take());
    }
    heard
}

#[test]
fn a_steady_stream_is_played_whole_and_a_quiet_beat_within_speech_is_no_pause() {
    for stall_ms in [0, 40] {
        let heard = beats(900, stall_ms);
        assert!(heard.len() > 9_000, "{stall_ms} ms: {} blocks", heard.len());
        for (at, beat) in heard.chunks_exact(10).enumerate() {
            let quiet = beat.iter().filter(|block| block[4] == 1).count();
            assert_eq!(quiet, 1, "{stall_ms} ms: beat {at} was cut");
        }
    }
}

#[test]
fn a_packet_whose_time_is_over_is_too_late() {
    let mut buffer = JitterBuffer::new();
    buffer.put(0, &packet(0, 160));
    buffer.put(320, &packet(320, 160));
    for _ in 0..80 {
        let _ = buffer.take();
    }
    assert_eq!(buffer.put(160, &packet(160, 160)), Fate::TooLate);
}

/// Every timestamp of a hostile sender is lawful.
#[test]
fn wild_timestamps_do_no_harm() {
    let mut buffer = JitterBuffer::new();
    let mut wild = 1u32;
    for _ in 0..20_000 {
        wild = wild.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        buffer.put(wild, &packet(wild, wild >> 23));
        buffer.put(wild ^ 0x8000_0000, &[1; 80]);
        buffer.take();
        assert!(buffer.delay_ms() <= 512);
    }
}

/// No clause; ours: all that came is heard.
#[test]
fn of_a_stream_that_loses_30_percent_all_the_rest_is_heard() {
    let lost: Vec<bool> = (0..500u32)
        .map(|n| n * 7919 % 1009 % 10 < 3 && n > 0)
        .collect();
    let (_, heard) = hear(500, 77, |n| (!lost[n as usize]).then_some(n * 20));
    let lost = lost[..498].iter().filter(|lost| **lost).count();
    assert!(
        lost.abs_diff(gaps(&heard) / 20) <= 2,
        "{lost} {}",
        gaps(&heard)
    );
}

#[test]
fn after_a_pause_of_a_sender_that_saves_silence_the_delay_is_as_before() {
    // Two seconds of talk, three of nothing, and its clock has gone on.
    let (buffer, heard) = hear(500, 0, |n| (!(100..250).contains(&n)).then_some(n * 20));
    assert_eq!(gaps(&heard), 3_000);
    assert!(
        (29..=31).contains(&buffer.delay_ms()),
        "{} ms",
        buffer.delay_ms()
    );
}

#[test]
fn after_any_jump_of_its_clock_a_sender_is_heard_again_within_a_second() {
    for jump in [
        40_000,
        0u32.wrapping_sub(40_000),
        2_000,
        0x8000_0000,
        3,
        1_700_000_000,
    ] {
        let mut buffer = JitterBuffer::new();
        let mut missing_ms = 0;
        for now in 0..4_000u32 {
            if now % 20 == 0 {
                let jumped = if now >= 2_000 { jump } else { 0 };
                let timestamp = (now * 8).wrapping_add(jumped);
                let _ = buffer.put(timestamp, &packet(timestamp, 160));
            }
            let is_missing = buffer.take().is_none();
            missing_ms += u32::from(is_missing && now > 2_000);
        }
        assert!(missing_ms < 300, "{jump}: {missing_ms} ms");
    }
}

#[test]
fn the_same_packet_again_changes_nothing_and_a_cut_one_is_a_gap_where_it_was_cut() {
    let mut buffer = JitterBuffer::new();
    let mut heard = Vec::new();
    for now in 0..400u32 {
        if now % 20 == 0 {
            let timestamp = now * 8;
            // One of four packets is cut to 10 ms, and each comes twice.
            let length = if now % 80 == 40 { 80 } else { 160 };
            assert_eq!(
                buffer.put(timestamp, &packet(timestamp, length)),
                Fate::Queued
            );
            assert_eq!(
                buffer.put(timestamp, &packet(timestamp, length)),
                Fate::Queued
            );
            assert_eq!(buffer.put(timestamp, &[]), Fate::Queued);
        }
        heard.push(buffer.take());
    }
    assert_eq!(gaps(&heard), 40);
    for (n, block) in (0u32..).zip(heard.iter().skip(30)) {
        if let Some(block) = block {
            assert_eq!(Vec::from(*block), packet(n * 8, 8));
        }
    }
}

#[test]
fn what_comes_after_a_gap_is_told_as_soon_as_it_is_there() {
    let mut buffer = JitterBuffer::new();
    let mut told = Vec::new();
    for now in 0..400u32 {
        if now % 20 == 0 && now != 200 {
            let _ = buffer.put(now * 8, &packet(now * 8, 160));
        }
        let is_missing = buffer.take().is_none();
        if is_missing && now > 30 {
            told.push((now, buffer.after_the_gap()));
        }
    }
    // The packet of 200 ms would be played from 230 on; the next one has come at 220.
    assert_eq!(told.len(), 20);
    for (now, after) in told {
        let (gap, samples) = after.expect("the next packet is there");
        assert_eq!(gap as u32, (250 - now) * 8);
        assert_eq!(samples[..], packet(220 * 8, 160)[..]);
    }
}
