//! The line echo canceller in the manner of G.168 §6, over the eight echo paths of Annex D: every row
//! of the table that it is held to, and what it costs. `cargo bench -p hotline-dsp --bench g168`
//! prints both, with the targets beside them; it takes some minutes.

#[path = "../tests/hybrid/mod.rs"]
mod hybrid;
#[path = "../tests/signal/mod.rs"]
mod signal;

use std::hint::black_box;
use std::time::Instant;

use hotline_dsp::echo::{EchoCanceller, EchoSettings};
use hybrid::{Coding, MS, Path, SECOND, Trial, prompts};
use signal::g168::{CSS_C1, CSS_C3, PATHS, TEST_6_TONES};
use signal::{Noise, blocks, composite_source, mix, silence, tone};

/// Levels of the table: what is sent, and the return loss of the hybrid.
const SENT_DBM0: f32 = -10.0;
const RETURN_LOSS_DB: f32 = 6.0;

/// A tail, and the flat delay before the hybrid within it.
#[derive(Clone, Copy)]
struct Tail {
    ms: usize,
    delay_ms: usize,
}

const LONG_FAR: Tail = Tail {
    ms: 128,
    delay_ms: 100,
};
const LONG: Tail = Tail {
    ms: 128,
    delay_ms: 0,
};
const SHORT: Tail = Tail {
    ms: 32,
    delay_ms: 0,
};

/// A trial on the model of this number.
fn trial(tail: Tail, model: usize, coding: Coding) -> Trial {
    let path = Path::new(&PATHS[model % 8], RETURN_LOSS_DB, tail.delay_ms);
    Trial::new(
        EchoCanceller::new(EchoSettings {
            tail_ms: tail.ms as u16,
            suppress: false,
        }),
        path,
        coding,
    )
}

fn far(seconds: usize) -> Vec<f32> {
    composite_source(&CSS_C1, seconds * SECOND, 1, SENT_DBM0)
}

/// A trial that has heard the composite source signal alone for some seconds.
fn converged(tail: Tail, model: usize, coding: Coding, seconds: usize) -> Trial {
    let mut trial = trial(tail, model, coding);
    trial.run(&far(seconds), &silence(seconds * SECOND));
    trial
}

/// Test 2B: from nothing learnt. Seconds to 20 and 30 dB; dB after 10 s.
fn convergence(tail: Tail, model: usize) -> [f32; 3] {
    let trial = converged(tail, model, Coding::ALaw, 11);
    let at_last = trial.erle_db(10 * SECOND, 11 * SECOND);
    [
        trial.seconds_to(20.0, 0),
        trial.seconds_to(30.0, 0),
        at_last,
    ]
}

/// Another hybrid is switched in after 5 s. Seconds to 20 dB.
fn path_change(tail: Tail, model: usize) -> f32 {
    let mut trial = converged(tail, model, Coding::ALaw, 5);
    trial.path = Path::new(&PATHS[(model + 1) % 8], RETURN_LOSS_DB, tail.delay_ms);
    trial.run(&far(5), &silence(5 * SECOND));
    trial.seconds_to(20.0, 5 * SECOND)
}

/// Test 2C: noise from the near side, 30 dB weaker than what is sent. dB after 5 s.
fn noise(tail: Tail, model: usize) -> f32 {
    let mut near = silence(6 * SECOND);
    Noise::new(5).add(&mut near, SENT_DBM0 - 30.0);
    let mut trial = trial(tail, model, Coding::Linear);
    trial.run(&far(6), &near);
    trial.erle_db(5 * SECOND, 6 * SECOND)
}

/// Test 3A: the near party speaks from the start, 15 dB weaker than what is sent. dB after 5 s.
fn cold_double_talk(tail: Tail, model: usize) -> f32 {
    let near = composite_source(&CSS_C3, 6 * SECOND, 2, SENT_DBM0 - 15.0);
    let mut trial = trial(tail, model, Coding::Linear);
    trial.run(&far(6), &near);
    trial.erle_db(5 * SECOND, 6 * SECOND)
}

/// Test 3B: converged, then the near party speaks as loud as what is sent for 5 s. The least dB in
/// 350 ms meanwhile, and how much less that is than the least before.
fn double_talk(tail: Tail, model: usize) -> [f32; 2] {
    let mut trial = converged(tail, model, Coding::Linear, 10);
    let near = composite_source(&CSS_C3, 5 * SECOND, 2, SENT_DBM0);
    trial.run(&far(5), &near);
    let before = trial.least_erle_db(8 * SECOND, 10 * SECOND);
    let least = trial.least_erle_db(10 * SECOND, 15 * SECOND);
    [least, before - least]
}

/// Speech. Seconds to 20 dB, dB in 40..50 s.
fn speech(tail: Tail, model: usize) -> [f32; 2] {
    let (far, _, _) = prompts::two_parties(100 * SECOND, -16.0);
    let mut trial = trial(tail, model, Coding::Linear);
    trial.run(&far[..50 * SECOND], &silence(50 * SECOND));
    let at_last = trial.erle_db(40 * SECOND, 50 * SECOND);
    [trial.seconds_to(20.0, 0), at_last]
}

/// 10 s of one party's speech, then 40 s in which both speak equally loud, then one again. dB in
/// double talk, and in the third second after it.
fn speech_double_talk(tail: Tail, model: usize) -> [f32; 2] {
    let (far, near, _) = prompts::two_parties(100 * SECOND, -16.0);
    let mut trial = trial(tail, model, Coding::Linear);
    let mut near = near[..56 * SECOND].to_vec();
    near[..10 * SECOND].fill(0.0);
    near[50 * SECOND..].fill(0.0);
    trial.run(&far[..56 * SECOND], &near);
    let during = trial.erle_db(10 * SECOND, 50 * SECOND);
    [during, trial.erle_db(52 * SECOND, 55 * SECOND)]
}

/// Test 5: the return loss becomes infinite. dBm0 sent back in the second second after.
fn infinite_return_loss(tail: Tail, model: usize) -> f32 {
    let mut trial = converged(tail, model, Coding::ALaw, 5);
    trial.path = Path::open();
    trial.run(&far(3), &silence(3 * SECOND));
    trial.peak_out_dbm0(6 * SECOND, 7 * SECOND)
}

/// Test 4: two minutes in which nothing is sent. dB lost in the first 350 ms after them.
fn leak(tail: Tail, model: usize) -> f32 {
    let mut trial = converged(tail, model, Coding::ALaw, 10);
    let before = trial.erle_db(10 * SECOND - 350 * MS, 10 * SECOND);
    trial.run(&silence(120 * SECOND), &silence(120 * SECOND));
    trial.run(&far(1), &silence(SECOND));
    before - trial.erle_db(130 * SECOND, 130 * SECOND + 350 * MS)
}

/// Test 6: eight tones and pairs of 5 s each. dB lost in the first 350 ms after their echo has ended.
fn narrow_band(tail: Tail, model: usize) -> f32 {
    let mut trial = converged(tail, model, Coding::ALaw, 10);
    let before = trial.erle_db(10 * SECOND - 350 * MS, 10 * SECOND);
    for (low, high) in TEST_6_TONES {
        let mut sent = tone(low, SENT_DBM0, 0.0, 5 * SECOND);
        if high > 0.0 {
            mix(&mut sent, &tone(high, SENT_DBM0, 0.0, 5 * SECOND));
        }
        trial.run(&sent, &silence(5 * SECOND));
    }
    // Until then the last pair's echo is heard, of which A-law leaves more than of the signal.
    let after = trial.now() + tail.delay_ms * MS;
    trial.run(&far(1), &silence(SECOND));
    before - trial.erle_db(after, after + 350 * MS)
}

/// Prints a row: the mean and the worst of the eight paths.
fn row(name: &str, target: &str, more_is_better: bool, values: &[f32]) {
    let mean = values.iter().sum::<f32>() / values.len() as f32;
    let worst = if more_is_better {
        values.iter().fold(f32::INFINITY, |a, &b| a.min(b))
    } else {
        values.iter().fold(f32::NEG_INFINITY, |a, &b| a.max(b))
    };
    let all: Vec<String> = values.iter().map(|value| format!("{value:.1}")).collect();
    println!(
        "{name:44} {target:>16} {mean:8.2} [{worst:.2}]   {}",
        all.join(" ")
    );
}

fn of_all<const N: usize>(measure: impl Fn(usize) -> [f32; N]) -> [Vec<f32>; N] {
    let measured: Vec<[f32; N]> = (0..PATHS.len()).map(measure).collect();
    std::array::from_fn(|n| measured.iter().map(|values| values[n]).collect())
}

/// Which tables and rows to measure: those named on the command line, as in
/// `cargo bench -p hotline-dsp --bench g168 -- far 2B talk`; everything when none is named.
struct Wanted(Vec<String>);

const TABLES: [&str; 4] = ["cost", "far", "long", "short"];

impl Wanted {
    fn from_command_line() -> Self {
        Self(
            std::env::args()
                .skip(1)
                .filter(|word| !word.starts_with('-'))
                .collect(),
        )
    }

    fn table(&self, name: &str) -> bool {
        let named = |word: &String| TABLES.contains(&word.as_str());
        self.0.iter().any(|word| word == name) || !self.0.iter().any(named)
    }

    fn row(&self, name: &str) -> bool {
        let named = |word: &String| !TABLES.contains(&word.as_str());
        self.0.iter().any(|word| word == name) || !self.0.iter().any(named)
    }
}

fn table(name: &str, tail: Tail, fast: bool, wanted: &Wanted) {
    println!("\n{name:44} {:>16}     mean [worst]", "target");
    let (t20, t30) = if fast {
        ("0.23", "0.82")
    } else {
        ("0.6 [0.9]", "1.2 [1.5]")
    };
    if wanted.row("2B") {
        let [to_20, to_30, at_last] = of_all(|model| convergence(tail, model));
        row("2B: seconds to 20 dB", t20, false, &to_20);
        row("2B: seconds to 30 dB", t30, false, &to_30);
        row("2B: dB after 10 s", "36", true, &at_last);
    }
    if wanted.row("change") {
        let [change] = of_all(|model| [path_change(tail, model)]);
        row("path change: seconds to 20 dB", "0.8 [1.2]", false, &change);
    }
    if wanted.row("2C") {
        let [noisy] = of_all(|model| [noise(tail, model)]);
        row("2C: dB with noise at -30 dB", "31", true, &noisy);
    }
    if wanted.row("3A") {
        let [cold] = of_all(|model| [cold_double_talk(tail, model)]);
        row("3A: dB, cold start in double talk", "26", true, &cold);
    }
    if wanted.row("3B") {
        let [least, drop] = of_all(|model| double_talk(tail, model));
        row("3B: least dB in double talk", "38", true, &least);
        row("3B: dB lost in double talk", "1", false, &drop);
    }
    voices(tail, wanted);
    nothing_unlearnt(tail, wanted);
}

/// The rows with speech.
fn voices(tail: Tail, wanted: &Wanted) {
    if wanted.row("speech") {
        let [to_20, at_last] = of_all(|model| speech(tail, model));
        row("speech: seconds to 20 dB", "2", false, &to_20);
        row("speech: dB in 40..50 s", "36", true, &at_last);
    }
    if wanted.row("talk") {
        let [during, after] = of_all(|model| speech_double_talk(tail, model));
        row(
            "speech: dB in 40 s of double talk",
            "35 [27]",
            true,
            &during,
        );
        row("speech: dB 2 s after it", "33", true, &after);
    }
}

/// The rows in which nothing can be learnt, and nothing may be unlearnt.
fn nothing_unlearnt(tail: Tail, wanted: &Wanted) {
    if wanted.row("5") {
        let [open] = of_all(|model| [infinite_return_loss(tail, model)]);
        row("5: dBm0, infinite return loss", "-60", false, &open);
    }
    if wanted.row("4") {
        let [leak] = of_all(|model| [leak(tail, model)]);
        row("4: dB lost in 120 s of silence", "1", false, &leak);
    }
    if wanted.row("6") {
        let [tones] = of_all(|model| [narrow_band(tail, model)]);
        row("6: dB lost in 40 s of tones", "1", false, &tones);
    }
}

/// Microseconds of a core for 20 ms of one channel, and for its dearest millisecond: each the best of
/// many, for a machine that does other things too.
#[allow(
    clippy::disallowed_methods,
    reason = "a measurement by hand, not a part of the room"
)]
fn cost_us(canceller: &mut EchoCanceller, sent: &[f32], received: &[f32]) -> (f64, f64) {
    let pairs: Vec<_> = blocks(sent).zip(blocks(received)).collect();
    let (mut second_us, mut stages_us) = (f64::MAX, [f64::MAX; 8]);
    for _ in 0..5 {
        for second in pairs.chunks_exact(1000) {
            let start = Instant::now();
            for (sent, received) in second {
                black_box(canceller.process(sent, received));
            }
            second_us = second_us.min(start.elapsed().as_secs_f64() * 1e6);
        }
        for (n, (sent, received)) in pairs.iter().enumerate() {
            let start = Instant::now();
            black_box(canceller.process(sent, received));
            let stage = &mut stages_us[n % 8];
            *stage = stage.min(start.elapsed().as_secs_f64() * 1e6);
        }
    }
    (second_us / 50.0, stages_us.into_iter().fold(0.0, f64::max))
}

/// The target is 0.7 of what the best peer takes.
fn what_it_costs() {
    println!(
        "{:44} {:>16}     us of 20 ms, of the dearest ms",
        "", "target"
    );
    for (tail_ms, target) in [(16, "6.8"), (32, "8.0"), (64, "11.6"), (128, "20")] {
        let settings = EchoSettings {
            tail_ms,
            suppress: true,
        };
        let sent = far(10);
        let quiet = silence(sent.len());
        let path = || Path::new(&PATHS[0], RETURN_LOSS_DB, 0);
        let mut trial = Trial::new(EchoCanceller::new(settings), path(), Coding::ALaw);
        trial.run(&sent, &quiet);
        let received = trial.echo.clone();
        let (us, dearest) = cost_us(&mut trial.canceller, &sent, &received);
        println!("{tail_ms:3} ms, one party {target:>42} {us:8.1} {dearest:6.2}");
        let mut both = composite_source(&CSS_C3, sent.len(), 2, SENT_DBM0);
        mix(&mut both, &received);
        let (us, dearest) = cost_us(&mut trial.canceller, &sent, &both);
        println!("{tail_ms:3} ms, both parties {target:>39} {us:8.1} {dearest:6.2}");
    }
}

fn main() {
    let wanted = Wanted::from_command_line();
    if wanted.table("cost") {
        what_it_costs();
    }
    let (_, _, human) = prompts::two_parties(SECOND, -16.0);
    println!("speech is {}", if human { "human" } else { "made up" });
    for (word, name, tail) in [
        ("far", "128 ms tail, 100 ms before the hybrid", LONG_FAR),
        ("long", "128 ms tail", LONG),
        ("short", "32 ms tail", SHORT),
    ] {
        if wanted.table(word) {
            table(name, tail, tail.ms == SHORT.ms, &wanted);
        }
    }
}
