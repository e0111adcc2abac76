//! What CI simulates. A million calls take minutes: `cargo xtask sim --long`.

use hotline_sim::{Days, many, run};

const CALLS: u64 = 20_000;

fn days(seed: u64) -> Days {
    Days {
        seed,
        days: 2,
        seats: 6,
        every: 1,
        is_alone: false,
    }
}

#[test]
fn the_same_seed_gives_the_same_facts_byte_for_byte() {
    let hash = |seed| run(days(seed)).map(|lived| lived.hash);
    let [once, again, other] = [7, 7, 8].map(|seed| {
        eprintln!("seed {seed}");
        hash(seed).unwrap_or_else(|story| panic!("{}", story.broken()))
    });
    assert_eq!(once, again);
    assert_ne!(once, other);
}

#[test]
fn twenty_thousand_calls_of_random_days_break_no_invariant() {
    const FIRST: u64 = 20_261_127;
    eprintln!("seeds from {FIRST}");
    let sum = many(FIRST, CALLS, 8, false, |_| {}).unwrap_or_else(|failed| {
        let again = failed.days;
        let story = failed.story.shortened();
        let story = story.map_or_else(|| "it does not fail again".into(), |s| s.to_string());
        panic!("{again:?}\n{story}")
    });
    assert!(sum.calls >= CALLS && sum.days >= 5, "{sum:?}");
}
