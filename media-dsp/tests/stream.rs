//! A phone's stream: what is told when it ends, and its pauses.

mod studio;

use hotline_dsp::comfort_noise::ComfortNoise;
use hotline_dsp::engine::{BLOCK, Command, Event};
use studio::{Studio, packet, pure, stream, voice_packet};

#[test]
fn a_stream_that_ends_tells_how_many_packets_never_came() {
    let mut studio = Studio::new();
    studio.join(&[stream(0), stream(1)]);
    for ms in 0..1000u16 {
        // Of 50 packets the tenth and the eleventh are lost.
        if ms % 20 == 0 && !(200..240).contains(&ms) {
            let packet = voice_packet(stream(0), ms / 20, |at| pure(at + 1));
            studio.engine.receive(&packet);
        }
        studio.tick();
    }
    studio.apply(Command::CloseStream { channel: stream(0) });
    let ended = studio.events().into_iter().find_map(|event| match event {
        Event::StreamEnded { channel, quality } => Some((channel, quality.received, quality.lost)),
        _ => None,
    });
    assert_eq!(ended, Some((stream(0), 48, 2)));
}

/// RFC 3389 §4: a phone that detects pauses says what they are to sound like, and sends no more.
#[test]
fn the_pause_of_a_phone_that_rests_sounds_as_it_says_until_it_speaks_again() {
    let mut studio = Studio::new();
    studio.join(&[stream(0), stream(1)]);
    for ms in 0..3000u16 {
        if ms % 20 == 0 && !(1000..2000).contains(&ms) {
            let packet = voice_packet(stream(0), ms / 20, |at| pure(at + 1));
            studio.engine.receive(&packet);
        }
        if ms == 1000 {
            let noise = ComfortNoise::new(-40.0, &[]).write();
            let packet = packet(stream(0), 13, 50, 8000, &noise);
            studio.engine.receive(&packet);
        }
        studio.tick();
    }
    let heard = studio.sent_to(stream(1));
    let level = |ms: std::ops::Range<usize>| {
        let part = &heard[ms.start * BLOCK..ms.end * BLOCK];
        let energy: f32 = part.iter().map(|&s| f32::from(s).powi(2)).sum();
        hotline_dsp::level::dbm0(energy / part.len() as f32)
    };
    let pause = level(1_300..1_900);
    assert!((pause + 40.0).abs() < 1.5, "{pause} dBm0");
    let before = level(500..900);
    assert!((level(2_300..2_900) - before).abs() < 0.5);
    assert_eq!(studio.engine.stream_quality(stream(0)).discarded, 0);
}
