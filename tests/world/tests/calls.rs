//! Calls through the card's driver, the model of the card, the exchange and a customer.

use std::sync::Arc;

use hotline_call::{CallerId, Digit, Number};
use hotline_drivers::card::{Hook, Law, PortEvent};
use hotline_world::FinishedCall;
use hotline_world::card::companding::{compress, expand};
use hotline_world::customer::{Customer, Noticed, Patience, Step};
use hotline_world::exchange::LineSettings;
use hotline_world::exchange::hybrid::EchoPath;
use hotline_world::exchange::tone::peak;

mod driven;
use driven::Driven;

fn caller() -> CallerId {
    CallerId::known(Number::parse("13800138000").expect("a number"))
}

fn customer(script: Vec<Step>) -> Customer {
    Customer::new(caller(), script)
}

/// Runs until the call is over.
fn finish(driven: &mut Driven) -> FinishedCall {
    for _ in 0..120_000 {
        driven.run(1);
        if let Some(call) = driven.town.finished().pop() {
            return call;
        }
    }
    panic!(
        "the call has not ended in two minutes; events: {:?}",
        driven.events
    );
}

/// Answers port 0 once it has rung.
fn answer(driven: &mut Driven) {
    driven.run(500);
    assert_eq!(driven.take(), [(0, PortEvent::RingStarted)]);
    driven.hook(0, Hook::OffHook);
    driven.run(50);
    assert_eq!(driven.take(), [(0, PortEvent::RingEnded)]);
}

/// The level of one frequency in linear samples.
fn level_dbm0(samples: &[f64], hz: f64) -> f64 {
    let (mut re, mut im) = (0.0, 0.0);
    for (n, sample) in samples.iter().enumerate() {
        let (sin, cos) = (std::f64::consts::TAU * hz * n as f64 / 8000.0).sin_cos();
        re += sample * cos;
        im += sample * sin;
    }
    let amplitude = 2.0 * f64::hypot(re, im) / samples.len() as f64;
    20.0 * (amplitude / peak(0.0)).log10()
}

/// Runs so many milliseconds and returns what port 0 received, linear.
fn listen(driven: &mut Driven, ms: u64) -> Vec<f64> {
    let mut samples = Vec::new();
    for _ in 0..ms {
        driven.run(1);
        samples.extend(driven.received[0].map(|octet| expand(Law::A, octet)));
    }
    samples
}

/// GB 3380: 1 s of ringing every 5 s.
#[test]
fn every_burst_is_told_once_until_the_caller_gives_up() {
    let mut driven = Driven::new(&LineSettings::china(), Law::A);
    let patience = Patience {
        unanswered_ms: 12_500,
        ..Patience::default()
    };
    let waits = customer(vec![Step::WaitUntilAnswered]).with_patience(patience);
    driven.town.place(waits).expect("a line is free");
    let call = finish(&mut driven);
    assert_eq!(call.when(Noticed::GaveUp), Some(12_500));
    let burst = [(0, PortEvent::RingStarted), (0, PortEvent::RingEnded)];
    assert_eq!(driven.take(), [burst, burst, burst].concat());
}

#[test]
fn ringing_of_16_to_68_hz_is_told_and_one_below_the_threshold_is_not() {
    for (ring_hz, ring_volts, expected) in [
        (16.0, 75.0, 1),
        (25.0, 40.0, 1),
        (50.0, 75.0, 1),
        (68.0, 75.0, 1),
        // Sheet §4, register 16: the lower threshold is 13.5 V at least.
        (25.0, 10.0, 0),
    ] {
        let line = LineSettings {
            ring_hz,
            ring_volts,
            ..LineSettings::clean()
        };
        let mut driven = Driven::new(&line, Law::A);
        driven
            .town
            .place(customer(vec![Step::WaitUntilAnswered]))
            .expect("a line is free");
        driven.run(2000);
        let told = driven.take();
        let rings = told
            .iter()
            .filter(|(_, event)| *event == PortEvent::RingStarted)
            .count();
        assert_eq!(rings, expected, "{ring_hz} Hz {ring_volts} V: {told:?}");
    }
}

#[test]
fn a_message_lamp_and_loud_noise_are_no_ringing() {
    let line = LineSettings {
        noise_dbm0: Some(0.0),
        ..LineSettings::china()
    };
    let mut driven = Driven::new(&line, Law::A);
    driven.town.line(0, |line| line.set_lamp(true));
    driven.run(20_000);
    assert_eq!(driven.take(), []);
}

/// YDN 069: between the first and the second ring, Bell 202.
#[test]
fn caller_identity_is_heard_on_hook_between_the_first_two_rings() {
    let mut driven = Driven::new(&LineSettings::china(), Law::A);
    driven
        .town
        .place(customer(vec![Step::WaitUntilAnswered]))
        .expect("a line is free");
    let first = listen(&mut driven, 1500);
    let seizure = listen(&mut driven, 400);
    let rest = listen(&mut driven, 3000);
    assert_eq!(
        driven.take(),
        [(0, PortEvent::RingStarted), (0, PortEvent::RingEnded)]
    );
    assert!(
        first.iter().all(|sample| sample.abs() < 10.0),
        "silence before"
    );
    let power = seizure[1200..].iter().map(|s| s * s).sum::<f64>() / (seizure.len() - 1200) as f64;
    let dbm0 = 10.0 * (2.0 * power / peak(0.0).powi(2)).log10();
    assert!((dbm0 + 13.5).abs() < 0.5, "{dbm0} dBm0");
    let last = rest
        .iter()
        .rposition(|sample| sample.abs() > 10.0)
        .expect("more of the burst");
    assert!(
        (2000..8000).contains(&last),
        "over well before the second ring: sample {last}"
    );
}

/// Both ways, every octet of both laws, on a line without hybrid or noise.
#[test]
fn samples_pass_unchanged_within_two_milliseconds_each_way() {
    for law in [Law::A, Law::Mu] {
        // µ-law has two zeros; one of them comes back as the other.
        let octets: Vec<u8> = (0..=255).filter(|o| (law, *o) != (Law::Mu, 0x7F)).collect();
        let linear: Arc<[i16]> = octets.iter().map(|&o| expand(law, o) as i16).collect();
        let mut driven = Driven::new(&LineSettings::clean(), law);
        let script = vec![
            Step::WaitUntilAnswered,
            Step::Wait { ms: 100 },
            Step::Say(linear),
            Step::Wait { ms: 100 },
        ];
        driven
            .town
            .place(customer(script).keeping_ms(1000))
            .expect("a line is free");
        answer(&mut driven);
        let (mut sent, mut received) = (Vec::new(), Vec::new());
        let mut source = octets.iter().copied().cycle();
        for _ in 0..150 {
            driven.transmit[0] = std::array::from_fn(|_| source.next().expect("endless"));
            sent.extend(driven.transmit[0]);
            driven.run(1);
            received.extend(driven.received[0]);
        }
        let call = finish(&mut driven);
        assert!(
            received
                .windows(octets.len())
                .any(|window| window == octets),
            "{law:?} inward"
        );
        let heard: Vec<u8> = call
            .heard
            .iter()
            .map(|&sample| compress(law, f64::from(sample)))
            .collect();
        assert!(
            heard.windows(octets.len()).any(|window| window == octets),
            "{law:?} outward"
        );
    }
}

/// Both rings hold 1 ms, and a perfect mirror stands at the line.
#[test]
fn what_is_sent_is_on_the_line_within_two_milliseconds() {
    let echo = EchoPath::with_taps(&[1.0]);
    let mut driven = Driven::new(
        &LineSettings {
            echo,
            ..LineSettings::clean()
        },
        Law::A,
    );
    let script = vec![Step::WaitUntilAnswered, Step::ListenUntilCleared];
    driven.town.place(customer(script)).expect("a line is free");
    answer(&mut driven);
    let silence = driven.transmit[0];
    driven.transmit[0] = [0xAA; 8];
    driven.run(1);
    driven.transmit[0] = silence;
    let echo: Vec<u8> = (0..4)
        .flat_map(|_| {
            driven.run(1);
            driven.received[0]
        })
        .collect();
    let came = echo
        .iter()
        .position(|&octet| octet == 0xAA)
        .expect("the echo of it");
    assert_eq!(
        came, 8,
        "written at an interrupt, on the line 1 ms later, read back 1 ms after that"
    );
    assert_eq!(echo.iter().filter(|&&octet| octet == 0xAA).count(), 8);
}

/// GB 3380: 450 Hz.
#[test]
fn an_idle_line_gives_dial_tone_and_a_line_left_by_its_caller_busy_tone() {
    let mut driven = Driven::new(&LineSettings::clean(), Law::A);
    driven.hook(0, Hook::OffHook);
    driven.run(100);
    let tone = listen(&mut driven, 400);
    assert!(
        (level_dbm0(&tone, 450.0) + 10.0).abs() < 0.5,
        "{} dBm0",
        level_dbm0(&tone, 450.0)
    );
    driven.hook(0, Hook::OnHook);
    driven.run(500);
    let script = vec![
        Step::WaitUntilAnswered,
        Step::Wait { ms: 300 },
        Step::HangUp,
    ];
    driven
        .town
        .place(customer(script))
        .expect("the line is free again");
    answer(&mut driven);
    finish(&mut driven);
    let tone = listen(&mut driven, 7000);
    let sounding = tone
        .chunks(8)
        .filter(|ms| ms.iter().any(|s| s.abs() > 1000.0))
        .count();
    assert!(
        (3495..=3505).contains(&sounding),
        "350 ms in 700: {sounding} ms of 7000"
    );
}

#[test]
fn a_customer_presses_keys_and_hears_busy_tone_when_we_clear() {
    let mut driven = Driven::new(&LineSettings::clean(), Law::A);
    let two = Digit::new('2').expect("a key");
    let script = vec![
        Step::WaitUntilAnswered,
        Step::Press(two),
        Step::ListenUntilCleared,
    ];
    driven.town.place(customer(script)).expect("a line is free");
    answer(&mut driven);
    driven.run(10);
    let key = listen(&mut driven, 40);
    let levels = [697.0, 1336.0].map(|hz| level_dbm0(&key, hz));
    assert!(
        (levels[0] + 8.0).abs() < 1.0 && (levels[1] + 6.0).abs() < 1.0,
        "{levels:?} dBm0"
    );
    driven.hook(0, Hook::OnHook);
    let call = finish(&mut driven);
    let order: Vec<Noticed> = call.log.iter().map(|&(_, noticed)| noticed).collect();
    assert_eq!(
        order,
        [
            Noticed::Rang,
            Noticed::Answered,
            Noticed::Step(1),
            Noticed::Step(2),
            Noticed::BusyTone,
            Noticed::HungUp
        ]
    );
}

#[test]
fn what_we_send_comes_back_11_db_weaker_from_the_hybrid() {
    let mut driven = Driven::new(&LineSettings::china(), Law::A);
    let script = vec![Step::WaitUntilAnswered, Step::ListenUntilCleared];
    driven.town.place(customer(script)).expect("a line is free");
    answer(&mut driven);
    let mut random = hotline_world::exchange::random::Random::new(3);
    let (mut sent, mut echoed) = (0.0, 0.0);
    for _ in 0..2000 {
        driven.transmit[0] = std::array::from_fn(|_| compress(Law::A, 3000.0 * random.gaussian()));
        let energy = |block: [u8; 8]| block.map(|o| expand(Law::A, o).powi(2)).iter().sum::<f64>();
        sent += energy(driven.transmit[0]);
        driven.run(1);
        echoed += energy(driven.received[0]);
    }
    let loss_db = 10.0 * f64::log10(sent / echoed);
    assert!((loss_db - 11.0).abs() < 0.5, "{loss_db} dB");
}

#[test]
fn four_calls_at_once_keep_apart_and_a_fifth_finds_no_line() {
    let mut driven = Driven::new(&LineSettings::clean(), Law::A);
    let says = |value: i16| {
        let samples: Arc<[i16]> = [value; 800].into();
        vec![
            Step::WaitUntilAnswered,
            Step::Say(samples),
            Step::Wait { ms: 50 },
        ]
    };
    for port in 0..4 {
        driven
            .town
            .place(customer(says(1000 * (port + 1))))
            .expect("a line is free");
    }
    driven
        .town
        .place(customer(says(0)))
        .expect_err("all lines are in use");
    driven.run(300);
    (0..4).for_each(|port| driven.hook(port, Hook::OffHook));
    driven.run(80);
    for port in 0..4 {
        let octet = compress(Law::A, 1000.0 * (port + 1) as f64);
        assert_eq!(driven.received[port], [octet; 8], "port {port}");
    }
}

#[test]
fn the_same_seed_gives_the_same_samples() {
    let run = || {
        let line = LineSettings {
            noise_dbm0: Some(-50.0),
            ..LineSettings::china()
        };
        let mut driven = Driven::new(&line, Law::A);
        driven
            .town
            .place(customer(vec![Step::WaitUntilAnswered]))
            .expect("a line is free");
        listen(&mut driven, 3000)
    };
    assert!(run() == run());
}
