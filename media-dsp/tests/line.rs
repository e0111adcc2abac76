//! A line of the engine against a hybrid with echo, a caller with keys, and an exchange.

mod signal;
mod studio;

use hotline_dsp::caller_id::{CallerIdGenerator, Modulation, checksum};
use hotline_dsp::dtmf::DtmfGenerator;
use hotline_dsp::engine::{BLOCK, Command, Event};
use hotline_dsp::level::dbm0;
use signal::g168::PATHS;
use signal::{blocks, power, tone, voice};
use studio::{Studio, line};

/// What a line hears comes back 2 ms later through a hybrid of 10 dB return loss.
struct Hybrid {
    heard: Vec<f32>,
}

impl Hybrid {
    fn echo(&mut self, studio: &Studio) -> [f32; BLOCK] {
        self.heard.extend(studio.lines_out[0].map(f32::from));
        let factor = PATHS[0].k * 10f32.powf(-10.0 / 20.0);
        let end = self.heard.len();
        std::array::from_fn(|n| {
            let newest = (end + n).checked_sub(3 * BLOCK);
            let taps = PATHS[0].taps.iter().enumerate();
            taps.filter_map(|(k, &m)| {
                Some(m as f32 * factor * self.heard.get(newest?.checked_sub(k)?)?)
            })
            .sum()
        })
    }
}

#[test]
fn a_caller_who_hears_a_menu_and_presses_keys_is_understood_and_hears_no_echo_recorded() {
    let mut studio = Studio::new();
    let menu: Vec<i16> = voice(1, 12 * 8000, -16.0)
        .iter()
        .map(|s| *s as i16)
        .collect();
    studio.play(line(0), 1, &[&menu], false);
    studio.apply(Command::Record {
        recording: 1,
        a: line(0),
        b: line(1),
    });
    let mut hybrid = Hybrid { heard: Vec::new() };
    let mut keys = ['1', '5', '#']
        .into_iter()
        .map(|key| DtmfGenerator::new(key, -18.0, -16.0));
    let mut pressed = None;
    for ms in 0..11_000 {
        if ms > 6000 && ms % 500 == 0 {
            pressed = keys.next().flatten();
        }
        let key = pressed
            .as_mut()
            .filter(|_| ms % 500 < 80)
            .map_or([0; BLOCK], DtmfGenerator::process);
        let echo = hybrid.echo(&studio);
        studio.lines_in[0] = std::array::from_fn(|n| echo[n] as i16 + key[n]);
        studio.tick();
    }
    let keys: String = studio
        .events()
        .iter()
        .filter_map(|event| {
            if let Event::Key { key, .. } = event {
                Some(*key)
            } else {
                None
            }
        })
        .collect();
    assert_eq!(keys, "15#");
    // From 3 to 6 s only the menu is heard: its echo was about −26 dBm0.
    let echo: Vec<f32> = studio.shelf.recorded[150..300]
        .iter()
        .flat_map(|block| block.a.map(f32::from))
        .collect();
    let level = dbm0(power(&echo));
    assert!(level < -46.0, "{level} dBm0 of echo are recorded");
}

#[test]
fn busy_tone_is_told_on_a_line_in_use_only() {
    let mut studio = Studio::idle();
    studio.apply(Command::LineInUse {
        channel: line(0),
        in_use: true,
    });
    for ms in 0..4000 {
        let on = ms % 700 < 350;
        let block: [i16; BLOCK] = std::array::from_fn(|n| {
            let phase = (ms * 8 + n) as f32 * 450.0 / 8000.0 * std::f32::consts::TAU;
            if on { (phase.sin() * 4000.0) as i16 } else { 0 }
        });
        studio.lines_in = [block, block, [0; BLOCK], [0; BLOCK]];
        studio.tick();
    }
    assert_eq!(studio.events(), [Event::BusyTone { channel: line(0) }]);
}

#[test]
fn caller_id_is_received_on_an_idle_line_that_was_told_to_listen() {
    let mut octets = vec![0x80, 13, 0x02, 11];
    octets.extend(b"13800138000");
    octets.push(checksum(&octets));
    let mut studio = Studio::idle();
    studio.apply(Command::ReceiveCallerId {
        channel: line(0),
        on: true,
    });
    let mut exchange = CallerIdGenerator::new(&octets, Modulation::Bell202, -20.0).expect("short");
    while let Some(block) = exchange.process() {
        studio.lines_in = [block, block, [0; BLOCK], [0; BLOCK]];
        studio.tick();
    }
    studio.hear(line(0), 20);
    let events = studio.events();
    let [
        Event::CallerId {
            channel,
            octets: received,
        },
    ] = &events[..]
    else {
        panic!("{events:?}")
    };
    assert_eq!((*channel, &received[..]), (line(0), &octets[..]));
}

#[test]
fn the_level_of_a_line_is_that_of_what_its_party_says() {
    let mut studio = Studio::new();
    for block in blocks(&tone(1000.0, -13.0, 0.0, 8000)) {
        studio.lines_in[2] = block;
        studio.tick();
    }
    let level = studio.engine.line_level(line(2)).expect("a line");
    assert!((level + 13.0).abs() < 0.3, "{level} dBm0");
    assert_eq!(studio.engine.line_level(studio::stream(0)), None);
}
