//! Packets that a stream should not be shaken by: of another sender, far too late, cut short, comfort
//! noise that is too loud or in the wrong place (RFC 3550 A.1, RFC 3389).

mod signal;
mod studio;

use hotline_dsp::engine::{BLOCK, Law, StreamPacket, StreamQuality};
use hotline_dsp::level::{dbm0, sine_peak};
use studio::{Studio, line, packet, stream};

/// Octets in 20 ms.
const WHOLE: usize = 160;
const VOICE_DBM0: f32 = -20.0;

/// A sender of a tone.
struct Phone {
    ssrc: u32,
    sequence: u16,
    timestamp: u32,
    hz: f32,
}

impl Phone {
    fn new(ssrc: u32, hz: f32) -> Self {
        Self {
            ssrc,
            sequence: (ssrc * 7919) as u16,
            timestamp: ssrc.wrapping_mul(0x9E37_79B9),
            hz,
        }
    }

    /// The next 20 ms, of which so many octets are there.
    fn says(&mut self, octets: usize) -> StreamPacket {
        let peak = sine_peak(VOICE_DBM0);
        let turn = |n: u32| f64::from(self.timestamp.wrapping_add(n)) * f64::from(self.hz) / 8000.0;
        let sample = |n| (peak * (turn(n).fract() as f32 * std::f32::consts::TAU).sin()) as i16;
        let payload: Vec<u8> = (0..octets as u32)
            .map(|n| Law::A.encode(sample(n)))
            .collect();
        let packet = self.packet(Law::A.payload_type(), &payload);
        self.timestamp = self.timestamp.wrapping_add(160);
        packet
    }

    /// Tells of a pause.
    fn rests(&mut self, level: u8) -> StreamPacket {
        self.packet(13, &[level])
    }

    fn packet(&mut self, payload_type: u8, payload: &[u8]) -> StreamPacket {
        let mut packet = packet(
            stream(0),
            payload_type,
            self.sequence,
            self.timestamp,
            payload,
        );
        packet.ssrc = self.ssrc;
        self.sequence = self.sequence.wrapping_add(1);
        packet
    }
}

fn joined() -> Studio {
    let mut studio = Studio::new();
    studio.join(&[line(0), stream(0)]);
    studio
}

/// What the line hears of so many packets, one each 20 ms.
fn hears(
    studio: &mut Studio,
    packets: usize,
    mut next: impl FnMut(usize) -> Vec<StreamPacket>,
) -> Vec<f32> {
    let mut heard = Vec::new();
    for n in 0..packets {
        for packet in next(n) {
            studio.engine.receive(&packet);
        }
        heard.extend(studio.hear(line(0), 20).into_iter().map(f32::from));
    }
    heard
}

fn speaks(studio: &mut Studio, phone: &mut Phone, packets: usize) -> Vec<f32> {
    hears(studio, packets, |_| vec![phone.says(WHOLE)])
}

fn level_dbm0(heard: &[f32]) -> f32 {
    dbm0(signal::power(heard))
}

/// The quietest 20 ms.
fn least_dbm0(heard: &[f32]) -> f32 {
    let levels = heard.chunks_exact(160).map(level_dbm0);
    levels.fold(f32::INFINITY, f32::min)
}

/// How much of it is this tone, in dBm0.
fn tone_dbm0(heard: &[f32], hz: f32) -> f32 {
    let angle = |n: usize| std::f32::consts::TAU * (n as f32 * hz / 8000.0).fract();
    let part = |wave: fn(f32) -> f32| -> f32 {
        let products = heard.iter().enumerate().map(|(n, s)| s * wave(angle(n)));
        products.sum::<f32>() / heard.len() as f32
    };
    dbm0(2.0 * (part(f32::cos).powi(2) + part(f32::sin).powi(2)))
}

fn is_as_said(heard: &[f32]) -> bool {
    (level_dbm0(heard) - VOICE_DBM0).abs() < 0.5 && (least_dbm0(heard) - VOICE_DBM0).abs() < 1.0
}

fn quality(studio: &Studio) -> StreamQuality {
    studio.engine.stream_quality(stream(0))
}

/// RFC 3550 A.1: a source is believed when two of its packets came in sequence.
#[test]
fn a_single_packet_of_a_stranger_is_not_heard_and_changes_nothing() {
    let mut studio = joined();
    let (mut phone, mut stranger) = (Phone::new(1, 400.0), Phone::new(2, 1000.0));
    speaks(&mut studio, &mut phone, 50);
    let heard = hears(&mut studio, 50, |n| {
        let mut packets = vec![phone.says(WHOLE)];
        packets.extend((n == 20).then(|| stranger.says(WHOLE)));
        packets
    });
    assert!(is_as_said(&heard), "{} dBm0", least_dbm0(&heard));
    assert_eq!((quality(&studio).lost, quality(&studio).discarded), (0, 1));
}

#[test]
fn of_two_senders_at_once_one_is_heard_whole_and_the_other_when_it_is_gone() {
    let mut studio = joined();
    let (mut first, mut second) = (Phone::new(1, 400.0), Phone::new(2, 1000.0));
    speaks(&mut studio, &mut first, 25);
    let heard = hears(&mut studio, 100, |_| {
        vec![second.says(WHOLE), first.says(WHOLE)]
    });
    assert!(is_as_said(&heard), "{} dBm0", least_dbm0(&heard));
    assert!(tone_dbm0(&heard, 1000.0) < -50.0);
    let heard = speaks(&mut studio, &mut second, 50);
    assert!(
        is_as_said(&heard[8 * 100..]),
        "{} dBm0",
        least_dbm0(&heard[800..])
    );
    assert!((tone_dbm0(&heard[800..], 1000.0) - VOICE_DBM0).abs() < 0.5);
}

/// What the sender before has told of its pauses is not the new sender's.
#[test]
fn the_pause_of_the_sender_before_is_not_heard_of_the_new_one() {
    let mut studio = joined();
    let (mut first, mut second) = (Phone::new(1, 400.0), Phone::new(2, 1000.0));
    speaks(&mut studio, &mut first, 25);
    studio.engine.receive(&first.rests(46));
    speaks(&mut studio, &mut second, 25);
    let silence = studio.hear(line(0), 1000);
    let last: Vec<f32> = silence[4000..].iter().map(|&s| f32::from(s)).collect();
    assert!(level_dbm0(&last) < -65.0, "{} dBm0", level_dbm0(&last));
}

/// Half a second late, but not so many packets that it would be taken for another sequence.
#[test]
fn one_packet_that_is_far_too_late_does_not_take_the_present_away() {
    let mut studio = joined();
    let mut phone = Phone::new(1, 400.0);
    let late = phone.says(WHOLE);
    speaks(&mut studio, &mut phone, 30);
    for _ in 0..2 {
        let heard = hears(&mut studio, 30, |n| {
            let mut packets = vec![phone.says(WHOLE)];
            packets.extend((n == 2).then(|| late.clone()));
            packets
        });
        assert!(is_as_said(&heard), "{} dBm0", least_dbm0(&heard));
    }
    let quality = quality(&studio);
    // It came before all others, so nobody missed it; the second time it is a double.
    assert_eq!((quality.received, quality.late), (91, 1), "{quality:?}");
}

/// RFC 3389 §3.1: the level is what the sender says it is; one at full scale would deafen.
#[test]
fn comfort_noise_is_never_loud() {
    for (level, expected) in [(0u8, -30.0), (20, -30.0), (46, -40.0), (66, -60.0)] {
        let mut studio = joined();
        let mut phone = Phone::new(1, 400.0);
        speaks(&mut studio, &mut phone, 25);
        studio.engine.receive(&phone.rests(level));
        let heard = hears(&mut studio, 50, |_| vec![]);
        let got = level_dbm0(&heard[4000..]);
        assert!((got - expected).abs() < 1.5, "{level}: {got} dBm0");
    }
}

/// Told before it speaks on without a pause, or overtaken by what was said after it: it is over.
#[test]
fn a_pause_that_never_was_is_not_heard_in_a_loss_later() {
    for overtaken in [false, true] {
        let mut studio = joined();
        let mut phone = Phone::new(1, 400.0);
        speaks(&mut studio, &mut phone, 25);
        let rest = phone.rests(30);
        if overtaken {
            let later = phone.says(WHOLE);
            studio.engine.receive(&later);
            studio.engine.receive(&rest);
        } else {
            studio.engine.receive(&rest);
            let later = phone.says(WHOLE);
            studio.engine.receive(&later);
        }
        studio.hear(line(0), 20);
        speaks(&mut studio, &mut phone, 25);
        // Then the network is gone: what was said is held on to, and fades into silence.
        let heard = hears(&mut studio, 50, |_| vec![]);
        let end = level_dbm0(&heard[4000..]);
        assert!(end < -65.0, "overtaken: {overtaken}, {end} dBm0");
    }
}

#[test]
fn of_packets_cut_short_what_is_there_is_heard_and_each_is_counted_once() {
    let mut studio = joined();
    let mut phone = Phone::new(1, 400.0);
    speaks(&mut studio, &mut phone, 25);
    let heard = hears(&mut studio, 100, |n| {
        vec![phone.says(if n % 5 == 0 { 3 * BLOCK + 5 } else { WHOLE })]
    });
    // Four of five packets are whole; the gaps are made up from both sides.
    let level = level_dbm0(&heard);
    assert!((level - VOICE_DBM0).abs() < 1.0, "{level} dBm0");
    let got = quality(&studio);
    assert_eq!(
        (got.received, got.lost, got.discarded),
        (125, 0, 0),
        "{got:?}"
    );
    // Nothing usable in it: discarded, and not lost too.
    let empty = phone.packet(Law::A.payload_type(), &[]);
    let unknown = phone.packet(96, &[1, 2, 3]);
    for packet in [empty, unknown, phone.says(WHOLE)] {
        studio.engine.receive(&packet);
    }
    let got = quality(&studio);
    assert_eq!(
        (got.received, got.lost, got.discarded),
        (126, 0, 2),
        "{got:?}"
    );
}

/// Timestamps and transit times lie on a circle of 32 bits: where it closes is no place of its own.
#[test]
fn where_the_circle_of_timestamps_closes_nothing_is_heard_and_no_jitter_seen() {
    for ticks_before in [0u32, 7, 500] {
        // Where timestamps cross the edges, and where transit times do as packets are 5 ms late.
        let edge = (ticks_before * 8).wrapping_add(1 << 31);
        for start in [
            0u32.wrapping_sub(6400),
            (1 << 31) - 6400,
            edge + 20,
            edge.wrapping_sub(20),
        ] {
            let mut studio = joined();
            studio.hear(line(0), ticks_before as usize);
            let mut phone = Phone::new(1, 400.0);
            phone.timestamp = start;
            let mut heard = Vec::new();
            for n in 0..100 {
                let packet = phone.says(WHOLE);
                let shaken = if n % 4 == 3 { 5 } else { 0 };
                heard.extend(studio.hear(line(0), shaken));
                studio.engine.receive(&packet);
                heard.extend(studio.hear(line(0), 20 - shaken));
            }
            let heard: Vec<f32> = heard[8 * 400..].iter().map(|&s| f32::from(s)).collect();
            assert!(
                is_as_said(&heard),
                "{start:#x}: {} dBm0",
                least_dbm0(&heard)
            );
            let got = quality(&studio);
            assert!(got.jitter_ms <= 5, "{start:#x}: {got:?}");
            assert_eq!(got.adjusted_ms, 0, "{start:#x}: {got:?}");
        }
    }
}
