//! A line is measured: what is known to be on it reads so.

mod signal;
mod studio;

use hotline_dsp::engine::Command;
use hotline_dsp::line_meter::{LineMeasurement, LineMeter};
use signal::{Noise, blocks, mix, silence, tone, voice};
use studio::{Studio, line, stream, voice_packet};

fn measured(samples: &[f32]) -> LineMeasurement {
    let mut meter = LineMeter::new();
    blocks(samples)
        .find_map(|block| meter.process(&block))
        .expect("a second was measured")
}

fn near(found: f32, wanted: f32, within: f32, what: &str) {
    assert!(
        (found - wanted).abs() <= within,
        "{what}: {found}, not {wanted}"
    );
}

#[test]
fn the_level_of_a_tone_is_read_within_a_fifth_of_a_decibel() {
    for level in [-60.0, -40.0, -20.0, -10.0, 0.0] {
        let found = measured(&tone(1004.0, level, 0.3, 8_000));
        near(found.level_dbm0, level, 0.2, "level");
        near(found.peak_dbm0, level, 0.4, "peak");
        let band = found.spectrum_dbm0[16];
        near(band, level, 0.5, "band of 1000 Hz");
    }
}

#[test]
fn hum_is_told_by_its_mains_frequency_under_speech() {
    for (hz, mains) in [(50.0, 0), (60.0, 1), (100.0, 0), (180.0, 1)] {
        let hum = tone(hz, -40.0, 1.0, 8_000);
        let mut line = voice(4, 8_000, -20.0);
        mix(&mut line, &hum);
        let of = |found: LineMeasurement| [found.hum_50_dbm0, found.hum_60_dbm0];
        near(of(measured(&hum))[mains], -40.0, 0.5, "hum alone");
        let both = of(measured(&line));
        near(both[mains], -40.0, 1.5, "hum under speech");
        assert!(
            both[1 - mains] < -50.0,
            "{hz} Hz is not of the other: {both:?}"
        );
    }
}

#[test]
fn idle_noise_is_what_is_heard_between_words() {
    let mut line = silence(8_000);
    Noise::new(7).add(&mut line, -58.0);
    let words = voice(5, 4_000, -12.0);
    mix(&mut line[2_000..6_000], &words);
    let found = measured(&line);
    near(found.noise_dbm0, -58.0, 1.0, "noise");
    assert!(found.level_dbm0 > -20.0);
}

#[test]
fn a_dead_line_and_a_screaming_one_read_as_numbers() {
    let dead = measured(&silence(8_000));
    let square: Vec<f32> = (0..8_000)
        .map(|n| if n % 2 == 0 { 32_767.0 } else { -32_768.0 })
        .collect();
    let loud = measured(&square);
    for found in [dead, loud] {
        let all = [
            found.level_dbm0,
            found.noise_dbm0,
            found.hum_50_dbm0,
            found.peak_dbm0,
        ];
        assert!(
            all.iter()
                .chain(&found.spectrum_dbm0)
                .all(|level| level.is_finite())
        );
    }
    assert_eq!(dead.level_dbm0, -96.0);
    near(loud.level_dbm0, 6.15, 0.1, "full scale");
}

#[test]
fn each_second_is_measured_by_itself() {
    let mut meter = LineMeter::new();
    let mut line = tone(1000.0, -10.0, 0.0, 8_000);
    line.extend(silence(8_000));
    let seconds: Vec<_> = blocks(&line)
        .filter_map(|block| meter.process(&block))
        .collect();
    assert_eq!(seconds.len(), 2);
    assert_eq!(seconds[1].level_dbm0, -96.0);
    assert!(seconds[1].spectrum_dbm0.iter().all(|&band| band < -90.0));
}

/// A call of 12 s over a hybrid that gives back a half, 5 ms later: what the phone hears of it.
fn call(studio: &mut Studio) -> Vec<i16> {
    let far = voice(2, 12_000 * 8, -14.0);
    let near = voice(3, 12_000 * 8, -20.0);
    studio.join(&[line(0), stream(0)]);
    let mut delay = std::collections::VecDeque::from(vec![[0i16; 8]; 5]);
    for ms in 0..12_000u16 {
        if ms % 20 == 0 {
            studio
                .engine
                .receive(&voice_packet(stream(0), ms / 20, |at| far[at] as i16));
        }
        let echo = delay.pop_front().expect("five are in it");
        let says = |n: usize| match ms {
            // In its last seconds but one the line's party speaks too.
            8_000..10_000 => near[usize::from(ms) * 8 + n] as i16,
            _ => 0,
        };
        studio.lines_in[0] = std::array::from_fn(|n| echo[n].saturating_add(says(n)));
        studio.tick();
        delay.push_back(studio.lines_out[0].map(|sample| sample / 2));
    }
    studio.sent_to(stream(0))
}

#[test]
fn a_line_is_measured_in_a_call_and_shows_its_echo_path_and_loses_nothing_by_it() {
    let mut studio = Studio::new();
    let measure = |on| Command::MeasureLine {
        channel: line(0),
        on,
    };
    studio.apply(measure(true));
    let heard = call(&mut studio);
    assert!(heard == call(&mut Studio::new()), "as in a call unmeasured");
    let last = studio.shelf.measured.last().expect("a second was measured");
    assert_eq!(studio.shelf.measured.len(), 12);
    assert_eq!(last.channel, line(0));
    near(
        last.echo_return_loss_db.expect("learnt"),
        6.0,
        0.5,
        "return loss",
    );
    let enhanced_db = last.echo_return_loss_enhancement_db.expect("sent");
    assert!(enhanced_db > 25.0, "{enhanced_db} dB");
    let peak = last.echo_path.iter().enumerate();
    let peak = peak.max_by(|a, b| a.1.total_cmp(b.1)).map(|(at, _)| at);
    // A line hears what was sent in the millisecond before, so one of the five is gone already.
    assert!((32..=40).contains(&peak.expect("a peak")), "{peak:?}");
    studio.apply(measure(false));
    studio.hear(line(0), 1_500);
    assert_eq!(
        studio.shelf.measured.len(),
        12,
        "nothing is measured any more"
    );
}

#[test]
fn an_idle_line_is_measured_as_it_is() {
    let mut studio = Studio::idle();
    studio.apply(Command::MeasureLine {
        channel: line(1),
        on: true,
    });
    let hum = tone(50.0, -30.0, 0.0, 8_000);
    for block in blocks(&hum) {
        studio.lines_in[1] = block;
        studio.tick();
    }
    let [measured] = &studio.shelf.measured[..] else {
        panic!("{:?}", studio.shelf.measured)
    };
    near(measured.heard.hum_50_dbm0, -30.0, 0.5, "hum");
    assert_eq!(
        (
            measured.echo_return_loss_db,
            measured.echo_return_loss_enhancement_db
        ),
        (None, None)
    );
}
