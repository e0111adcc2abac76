//! Who hears whom: sums of sources, each with its gain.

mod studio;

use hotline_dsp::engine::{BLOCK, EngineConfig, Law};
use studio::{Studio, as_sent, line, pure, settle, stream, voice_packet};

#[test]
fn lines_hear_each_other_in_the_same_tick_and_nobody_else() {
    let mut studio = Studio::new();
    studio.join(&[line(0), line(1)]);
    settle(&mut studio);
    for n in 0..50 {
        studio.lines_in = [
            [pure(n); BLOCK],
            [pure(n + 1); BLOCK],
            [pure(n + 2); BLOCK],
            [8; BLOCK],
        ];
        studio.tick();
        assert_eq!(studio.lines_out[2..], [[as_sent(0); BLOCK]; 2]);
        if n == 0 {
            // Nothing but silence has been sent, so there is no echo to take out: bit exact.
            assert_eq!(studio.lines_out[0], [pure(1); BLOCK]);
            assert_eq!(studio.lines_out[1], [pure(0); BLOCK]);
        }
    }
    studio.let_hear(line(0), &[]);
    settle(&mut studio);
    studio.lines_in[1] = [1008; BLOCK];
    assert!(studio.hear(line(0), 20).iter().all(|&sample| sample == 8));
}

#[test]
fn a_list_replaces_the_one_before_and_says_nothing_of_the_other_way() {
    let mut studio = Studio::new();
    studio.join(&[line(0), line(1)]);
    studio.let_hear(line(1), &[(line(2), 0)]);
    settle(&mut studio);
    studio.lines_in = [[1008; BLOCK], [2016; BLOCK], [3008; BLOCK], [504; BLOCK]];
    studio.tick();
    let heard = studio.lines_out.map(|block| block[0]);
    assert_eq!(heard, [as_sent(2016), as_sent(3008), 8, 8]);
}

/// A phone that holds, or changes its codec, describes itself anew.
#[test]
fn a_stream_that_is_opened_again_goes_on_hearing_and_being_heard() {
    let mut studio = Studio::new();
    studio.join(&[stream(0), stream(1)]);
    studio.open(stream(0), Law::Mu);
    for n in 0..5 {
        studio.engine.receive(&voice_packet(stream(0), n, |_| 1008));
        studio.engine.receive(&voice_packet(stream(1), n, |_| 2016));
        studio.hear(line(0), 20);
    }
    assert_eq!(studio.sent_to(stream(1)).pop(), Some(as_sent(1008)));
    let mu = Law::Mu.decode(Law::Mu.encode(as_sent(2016)));
    assert_eq!(studio.sent_to(stream(0)).pop(), Some(mu));
}

/// A conference: nobody hears himself.
#[test]
fn each_of_five_hears_the_sum_of_the_other_four() {
    let mut studio = Studio::new();
    studio.join(&[line(0), line(1), line(2), line(3), stream(0)]);
    settle(&mut studio);
    studio.lines_in = [[1008; BLOCK], [2016; BLOCK], [-504; BLOCK], [4032; BLOCK]];
    studio.tick();
    let heard = studio.lines_out.map(|block| block[7]);
    let sums = [2016 - 504 + 4032, 1008 - 504 + 4032, 1008 + 2016 + 4032];
    assert_eq!(heard[..3], sums.map(as_sent));
    studio.hear(line(0), 20);
    let at_the_phone = studio.sent_to(stream(0));
    assert!(at_the_phone.contains(&as_sent(1008 + 2016 - 504 + 4032)));
}

/// Eight phones, the most that one may be among: each says a tone of its own, and everybody hears each
/// of the others with the gain set between these two, and nothing of himself.
#[test]
fn each_of_eight_hears_exactly_the_other_seven_each_with_its_gain() {
    const PARTIES: u16 = 8;
    let gain_db =
        |ear: u16, mouth: u16| i8::try_from((ear * 5 + mouth * 3) % 13).expect("small") - 9;
    let mut studio = Studio::with(EngineConfig {
        streams: PARTIES,
        ..studio::config()
    });
    let others = |ear: u16| (0..PARTIES).filter(move |&mouth| mouth != ear);
    for n in 0..PARTIES {
        studio.open(stream(n), Law::A);
    }
    for ear in 0..PARTIES {
        let from: Vec<_> = others(ear)
            .map(|mouth| (stream(mouth), gain_db(ear, mouth)))
            .collect();
        studio.let_hear(stream(ear), &from);
    }
    // A whole number of periods in 100 ms, and no harmonics of one another.
    let hz = |n: u16| f64::from(310 + 130 * n);
    let turn = |n: u16, at: usize| std::f64::consts::TAU * (hz(n) * at as f64 / 8000.0).fract();
    const PEAK: f64 = 2000.0;
    for packet in 0..50 {
        for n in 0..PARTIES {
            let says = |at: usize| (PEAK * turn(n, at).sin()) as i16;
            studio
                .engine
                .receive(&voice_packet(stream(n), packet, says));
        }
        studio.hear(line(0), 20);
    }
    for ear in 0..PARTIES {
        let all = studio.sent_to(stream(ear));
        let heard = &all[all.len() - 4000..];
        let peak_of = |n: u16| {
            let part = |wave: fn(f64) -> f64| -> f64 {
                let products = heard.iter().enumerate();
                products
                    .map(|(at, &s)| f64::from(s) * wave(turn(n, at)))
                    .sum()
            };
            part(f64::sin).hypot(part(f64::cos)) * 2.0 / heard.len() as f64
        };
        for mouth in others(ear) {
            let got_db = 20.0 * (peak_of(mouth) / PEAK).log10();
            let off_db = got_db - f64::from(gain_db(ear, mouth));
            assert!(off_db.abs() < 0.2, "{ear} hears {mouth}: {off_db} dB off");
        }
        // Below what the coding leaves of the seven.
        assert!(peak_of(ear) < 15.0, "{ear} hears himself: {}", peak_of(ear));
    }
}

/// Semantics of supervision: the agent hears the supervisor, the customer hears not a bit of him,
/// though the agent's voice, which the customer hears, is in the same sum as the supervisor's.
#[test]
fn a_whisper_does_not_reach_the_customer() {
    let [customer, agent, supervisor] = [line(0), line(1), line(2)];
    let mut studio = Studio::new();
    studio.join(&[customer, agent]);
    studio.let_hear(agent, &[(customer, 0), (supervisor, 0)]);
    studio.let_hear(supervisor, &[(customer, 0), (agent, 0)]);
    let mut at_the_agent = 0.0_f64;
    for n in 0..2000 {
        // The loudest there is.
        studio.lines_in[2] = [if n % 2 == 0 { 32_256 } else { -32_256 }; BLOCK];
        studio.tick();
        at_the_agent += f64::from(studio.lines_out[1][0]).powi(2);
        assert_eq!(studio.lines_out[0], [as_sent(0); BLOCK], "ms {n}");
    }
    assert!(at_the_agent > 0.0);
}

#[test]
fn a_gain_of_a_source_is_its_own_and_comes_without_a_step() {
    let mut studio = Studio::new();
    studio.let_hear(line(0), &[(stream(0), 0), (stream(1), 0)]);
    let say = |studio: &mut Studio, from: u16, gain_db: i8| -> Vec<i16> {
        studio.let_hear(line(0), &[(stream(0), 0), (stream(1), gain_db)]);
        let mut heard = Vec::new();
        for n in from..from + 10 {
            studio.engine.receive(&voice_packet(stream(1), n, |_| 8064));
            heard.extend(studio.hear(line(0), 20));
        }
        heard
    };
    say(&mut studio, 0, 0);
    let softer = say(&mut studio, 10, -12);
    let step = |heard: &[i16]| {
        let steps = heard.windows(2).map(|pair| pair[0].abs_diff(pair[1]));
        steps.max().expect("something is heard")
    };
    // Steps of A-law at this level are 512.
    assert!(step(&softer) <= 512, "{}", step(&softer));
    assert_eq!(softer.last(), Some(&as_sent(2025)));
    let gone = say(&mut studio, 20, -128);
    assert_eq!(gone.last(), Some(&as_sent(8)), "−60 dB is the least");
}

#[test]
fn a_sum_beyond_full_scale_is_bent_not_wrapped() {
    let mut studio = Studio::new();
    studio.let_hear(line(0), &[(line(1), 12), (line(2), 0), (line(3), 0)]);
    settle(&mut studio);
    studio.lines_in = [
        [0; BLOCK],
        [30_000; BLOCK],
        [30_000; BLOCK],
        [30_000; BLOCK],
    ];
    studio.tick();
    assert!(studio.lines_out[0].iter().all(|&sample| sample > 28_000));
}

#[test]
fn lists_that_change_every_millisecond_end_with_the_last() {
    let mut studio = Studio::new();
    for n in 0..200 {
        let from: Vec<_> = (1..4).map(line).chain((0..4).map(stream)).collect();
        let some = from.iter().skip(n % 7).chain(&from).take(1 + n % 7);
        let from: Vec<_> = some.map(|channel| (*channel, 0)).collect();
        studio.let_hear(line(0), &from);
        studio.tick();
    }
    studio.let_hear(line(0), &[(line(1), 0)]);
    settle(&mut studio);
    studio.lines_in = [[0; BLOCK], [2016; BLOCK], [3008; BLOCK], [504; BLOCK]];
    studio.tick();
    assert_eq!(studio.lines_out[0][0], as_sent(2016));
}
