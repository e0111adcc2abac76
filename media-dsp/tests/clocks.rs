//! A card whose clock is its own (house decision 11).

mod signal;
mod studio;

use hotline_dsp::engine::{BLOCK, Channel, EngineConfig, Law};
use signal::voice;
use studio::{LINES, Studio, line, stream, voice_packet};

const FOREIGN: Channel = Channel(LINES - 1);
/// How much faster its clock is.
const PPM: u64 = 200;
const MS: usize = 60_000;

/// Somebody on a stream speaks to the foreign line, whose hybrid gives back a third of it.
fn speaks_to_a_foreign_line() -> Studio {
    let mut studio = Studio::with(EngineConfig {
        own_clock: 1,
        ..studio::config()
    });
    studio.join(&[FOREIGN, stream(0)]);
    let said = voice(3, (MS + 20) * BLOCK, -16.0);
    let (mut back, mut card_ms) = ([Law::A.silence(); BLOCK], 0);
    for ms in 0..MS {
        if ms % 20 == 0 {
            let packet = voice_packet(stream(0), (ms / 20) as u16, |at| said[at] as i16);
            studio.engine.receive(&packet);
        }
        studio.tick();
        while card_ms * 1_000_000 <= ms as u64 * (1_000_000 + PPM) {
            let mut out = [[0; BLOCK]];
            let shelf = &mut studio.shelf;
            studio.engine.card_tick(FOREIGN, &[back], &mut out, shelf);
            back = out[0].map(|octet| Law::A.encode(Law::A.decode(octet) / 3));
            card_ms += 1;
        }
    }
    studio
}

fn level_dbm0(samples: &[i16]) -> f32 {
    let samples: Vec<f32> = samples.iter().map(|&sample| f32::from(sample)).collect();
    hotline_dsp::level::dbm0(signal::power(&samples))
}

#[test]
fn the_echo_of_a_line_on_a_clock_of_its_own_stays_cancelled_while_samples_slip() {
    let studio = speaks_to_a_foreign_line();
    let heard = studio.sent_to(stream(0));
    let echo = level_dbm0(&heard[heard.len() - 10 * 8_000..]);
    assert!(echo < -50.0, "{echo} dBm0 come back");
    let [said, listened] = studio
        .engine
        .line_slips(FOREIGN)
        .expect("a line with a clock of its own");
    // The first few fill the slack of the buffer.
    let expected = (MS * BLOCK) as u64 * PPM / 1_000_000;
    for (slipped, other) in [
        (said.deleted, said.repeated),
        (listened.repeated, listened.deleted),
    ] {
        assert!(
            slipped.abs_diff(expected) <= 20,
            "{said:?} {listened:?}, of {expected}"
        );
        assert_eq!(other, 0);
    }
    assert_eq!((said.dry, listened.overflown), (0, 0));
    assert_eq!(studio.engine.line_slips(line(0)), None);
}
