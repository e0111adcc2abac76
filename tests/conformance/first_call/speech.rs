//! Two callers and two agents at the same time, through hybrids.
//!
//! Who speaks when, in seconds after the agents have answered; a voice lasts some 6 s:
//!
//! ```text
//! first call    agent 0 ─────           customer 10 ──────
//! second call         agent 4 ─────           customer 14 ──────
//! ```
//!
//! So both calls are busy at once, and yet each voice is for a while the only one in the house.
//! A leak of it into the other call is looked for just then: two voices that speak together are
//! alike by chance, by more than −60 dB.

use std::sync::Arc;

use hotline_services::CallRecord;
use hotline_tests::measure::leak_db;
use hotline_tests::office::Office;
use hotline_tests::voice;
use hotline_world::FinishedCall;
use hotline_world::customer::{Noticed, Step};

use crate::talk::{
    FIRST_STEP, call_in, finished, once, phone, records, says, seat, settings, well_heard,
};

const MAX_LEAK_DB: f64 = -60.0;
/// By how much the second call is behind the first, in what is said.
const BEHIND_MS: usize = 4000;
/// From the key to the customer's first word: the agent's phone rings, the agent speaks.
const LISTEN_MS: usize = 10_500;
/// After the customer's last word: the first call is still there when the second ends.
const STAY_MS: [u64; 2] = [BEHIND_MS as u64 + 1000, 1000];
/// A voice that leaks may come so much earlier or later than where it belongs.
const DELAY_MS: i64 = 300;
/// A shorter piece of a voice would prove little.
const MIN_ALONE_MS: i64 = 2000;
/// A leak put in by us, to see that it would have been found.
const PLANTED_DB: f64 = -55.0;

const NUMBERS: [&str; 2] = ["13800138001", "13800138002"];

#[test]
fn two_calls_at_once_are_heard_at_15_db_both_ways_and_not_at_all_by_each_other()
-> Result<(), String> {
    let agents = [
        voice::human("demo-thanks")?,
        voice::human("queue-youarenext")?,
    ];
    let customers = [
        voice::human("vm-newuser")?,
        voice::human("vm-invalid-password")?,
    ];
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let seats = agents.iter().enumerate();
    let seats = seats.map(|(n, speech)| seat(n, Some(says(once(n * BEHIND_MS, speech)))));
    let office = Office::open(settings(folder.path(), seats.collect()))?;
    assert!(office.wait_for_idle(2), "both agents become idle");
    for (n, speech) in customers.iter().enumerate() {
        let ms = (LISTEN_MS + n * BEHIND_MS) as u64;
        let steps = vec![
            Step::Wait { ms },
            Step::Say(Arc::clone(speech)),
            Step::Wait { ms: STAY_MS[n] },
        ];
        call_in(&office, NUMBERS[n], steps);
    }
    let (finished, records) = (finished(&office, 2), records(&office, 2));
    let calls = finished.iter().map(|done| {
        let customer = &customers[customer_of(done)];
        Conversation::of(&office, done, &records, &agents, customer)
    });
    let calls: Vec<_> = calls.collect();
    let [first, second] = calls.as_slice() else {
        panic!("{} calls are over", calls.len());
    };
    assert!(
        first.agent.overlaps(&second.agent) && first.customer.overlaps(&second.customer),
        "both calls are busy at once"
    );
    for (speaking, silent) in [(first, second), (second, first)] {
        silent.hears_nothing_of(&speaking.agent);
        silent.hears_nothing_of(&speaking.customer);
    }
    office.close();
    Ok(())
}

fn customer_of(done: &FinishedCall) -> usize {
    let shown = done.caller.number.as_ref().unwrap().as_str();
    NUMBERS.iter().position(|number| *number == shown).unwrap()
}

/// Something said, and when, in ms of the town.
struct Voice {
    who: String,
    speech: Arc<[i16]>,
    from_ms: i64,
}

/// What somebody heard, and since when, in ms of the town.
struct Ear {
    who: String,
    heard: Vec<i16>,
    from_ms: i64,
}

/// One call: who said what when, who heard what since when.
struct Conversation {
    agent: Voice,
    customer: Voice,
    ears: [Ear; 2],
}

impl Conversation {
    /// Puts a call on the town's clock. The customer knows that clock; what the agent's phone knows
    /// is put on it by the voices that both heard.
    fn of(
        office: &Office,
        done: &FinishedCall,
        records: &[CallRecord],
        agents: &[Arc<[i16]>],
        customer: &Arc<[i16]>,
    ) -> Self {
        let record = records.iter().find(|r| r.caller == done.caller).unwrap();
        let of_call = |id| office.agents.iter().position(|agent| *agent == id);
        let desk = record.agent.and_then(of_call).unwrap();
        let call = phone(office, desk).calls().remove(0);
        let when = |noticed| (done.placed_ms + done.when(noticed).unwrap()).cast_signed();
        let agent_name = format!("agent {}", desk + 1);
        let customer_name = format!("customer {}", customer_of(done) + 1);

        let answered_ms = when(Noticed::Answered);
        let speaks_ms = when(Noticed::Step(FIRST_STEP + 1));
        let to_agent = well_heard(&agent_name, customer, &call.heard);
        let to_customer = well_heard(&customer_name, &agents[desk], &done.heard);
        Self {
            agent: Voice {
                who: agent_name.clone(),
                speech: Arc::clone(&agents[desk]),
                from_ms: answered_ms + ms(to_customer.found.at),
            },
            customer: Voice {
                who: customer_name.clone(),
                speech: Arc::clone(customer),
                from_ms: speaks_ms,
            },
            ears: [
                Ear {
                    who: agent_name,
                    heard: call.heard,
                    from_ms: speaks_ms - ms(to_agent.found.at),
                },
                Ear {
                    who: customer_name,
                    heard: done.heard.clone(),
                    from_ms: answered_ms,
                },
            ],
        }
    }

    /// Asserts that a voice of another call is in none of the ears of this one, where this one is
    /// silent.
    fn hears_nothing_of(&self, voice: &Voice) {
        let mut alone = (voice.from_ms, voice.until_ms());
        for own in [&self.agent, &self.customer] {
            alone = longest_without(alone, (own.from_ms - DELAY_MS, own.until_ms() + DELAY_MS));
        }
        let alone = (alone.0 + DELAY_MS, alone.1 - DELAY_MS);
        assert!(
            alone.1 - alone.0 >= MIN_ALONE_MS,
            "{} is never alone for long: {alone:?}",
            voice.who
        );
        let piece = part(&voice.speech, voice.from_ms, alone).unwrap();
        for ear in &self.ears {
            let window = (alone.0 - DELAY_MS, alone.1 + DELAY_MS);
            let heard = part(&ear.heard, ear.from_ms, window).expect("the ear was there");
            let leak = leak_db(piece, heard);
            println!("{} in the ear of {}: {leak:.1} dB", voice.who, ear.who);
            assert!(leak < MAX_LEAK_DB, "{} hears {}", ear.who, voice.who);
            let told = leak_db(piece, &planted(piece, heard));
            assert!(
                (told - PLANTED_DB).abs() < 1.0,
                "a leak of {PLANTED_DB} dB is told as {told:.1} dB"
            );
        }
    }
}

impl Voice {
    fn until_ms(&self) -> i64 {
        self.from_ms + ms(self.speech.len())
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.from_ms < other.until_ms() && other.from_ms < self.until_ms()
    }
}

fn ms(samples: usize) -> i64 {
    samples as i64 / 8
}

/// The longest part of `whole` that has nothing of `taken`.
fn longest_without(whole: (i64, i64), taken: (i64, i64)) -> (i64, i64) {
    let before = (whole.0, whole.1.min(taken.0));
    let after = (whole.0.max(taken.1), whole.1);
    if before.1 - before.0 >= after.1 - after.0 {
        before
    } else {
        after
    }
}

/// What of `samples`, which begin at `from_ms`, lies in this time.
fn part(samples: &[i16], from_ms: i64, time: (i64, i64)) -> Option<&[i16]> {
    let place = |ms: i64| usize::try_from((ms - from_ms) * 8).ok();
    samples.get(place(time.0)?..place(time.1)?)
}

/// What would have been heard with a leak in it.
fn planted(piece: &[i16], heard: &[i16]) -> Vec<i16> {
    let gain = 10f64.powf(PLANTED_DB / 20.0);
    let mut with = heard.to_vec();
    let leaked = with.iter_mut().skip(DELAY_MS as usize * 8);
    for (sample, said) in leaked.zip(piece) {
        *sample += (f64::from(*said) * gain).round() as i16;
    }
    with
}
