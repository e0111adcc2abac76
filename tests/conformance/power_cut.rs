//! The program is killed in mid-call, with no chance to tidy up, and started again on what it left
//! on the disk. The life that is cut off is this test as a process of its own: it opens an office,
//! lets one caller talk to one agent and says what it sees, until it is killed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use hotline::clock::Clock;
use hotline::store::{RecordingRow, RecordingState};
use hotline_call::{CallId, Cause, Digit, Party};
use hotline_services::{CallRecord, EndOutcome, Fact, What};
use hotline_tests::browser::Browser;
use hotline_tests::measure::{align, compare};
use hotline_tests::office::{Office, OfficeSettings, Seat, caller, wait_until};
use hotline_tests::voice;
use hotline_world::customer::{Customer, Step};
use hotline_world::exchange::LineSettings;
use hotline_world::phone::{Answer, PhoneSettings};

/// Set for the process that is to be killed: its data directory.
const VICTIM: &str = "HOTLINE_POWER_CUT_DATA";
const THIS_TEST: &str = "a_call_that_a_kill_cuts_off_is_closed_and_heard_to_its_last_2_s";
/// The first word of what the victim says; the test's own harness speaks too.
const SAYS: &str = "victim";
/// The most that may be missing of a recording, and of the call's time (product/features.md, D2).
const MAX_LOST_MS: i64 = 2000;
/// What two clocks' readings in two processes may differ by.
const READING_MS: i64 = 500;
/// The agent has spoken by then, and the customer for some seconds.
const KILL_AFTER_MS: u64 = 16_000;
/// After the key: the announcement, the ringing, and what the agent says first.
const LISTEN_MS: u64 = 12_000;
const MIN_LIKENESS: f64 = 0.9;
const PASSWORD: &str = "a better password";

#[test]
fn a_call_that_a_kill_cuts_off_is_closed_and_heard_to_its_last_2_s() -> Result<(), String> {
    if let Some(data) = std::env::var_os(VICTIM) {
        return talk_until_killed(Path::new(&data));
    }
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let data = folder.path();
    // Anywhere between two of the recorder's flushes and the store's signs of life.
    let extra_ms = u64::from(getrandom::u32().map_err(|error| error.to_string())?) % 1500;
    println!("killed {extra_ms} ms later than at the earliest");
    let cut = Cut::after(data, KILL_AFTER_MS + extra_ms)?;

    let office = Office::open(settings(data)?)?;
    let call = CallId(1);
    assert!(office.running.control.live().borrow().view.calls.is_empty());
    cut.check_facts(&office)?;
    cut.check_record(&office.records()?);
    cut.check_recording(&office, call, data)?;
    serve_another(&office, data)?;
    office.close();
    Ok(())
}

/// What is known of the life that was cut off, from outside.
struct Cut {
    /// The agent's phone answered then.
    talking_since: u64,
    killed: u64,
    /// Every fact the victim told.
    told: Vec<Fact>,
    /// The store had promised that all up to this one are kept.
    kept: u64,
}

impl Cut {
    /// Starts the victim and kills it `after_ms` into the conversation.
    fn after(data: &Path, after_ms: u64) -> Result<Self, String> {
        let mut victim = Victim::start(data)?;
        let said = BufReader::new(victim.0.stdout.take().ok_or("no pipe to the victim")?);
        let mut cut = Self {
            talking_since: 0,
            killed: 0,
            told: Vec::new(),
            kept: 0,
        };
        let mut last_seen = 0;
        // The victim speaks many times a second and ends by itself after a while.
        for line in said.lines() {
            let line = line.map_err(|error| error.to_string())?;
            let mut words = line.splitn(4, ' ');
            if words.next() != Some(SAYS) {
                continue;
            }
            let number = |word: Option<&str>| word.and_then(|word| word.parse::<u64>().ok());
            last_seen = number(words.next()).ok_or_else(|| format!("no time in {line}"))?;
            let (what, rest) = (words.next(), words.next());
            match what {
                Some("fact") => {
                    let fact = serde_json::from_str(rest.unwrap_or_default());
                    cut.told.push(fact.map_err(|error| error.to_string())?);
                }
                Some("kept") => cut.kept = number(rest).unwrap_or(0),
                Some("talking") => cut.talking_since = number(rest).unwrap_or(0),
                _ => {}
            }
            let is_time = cut.talking_since > 0 && last_seen >= cut.talking_since + after_ms;
            if is_time && cut.killed == 0 {
                victim.0.kill().map_err(|error| error.to_string())?;
                cut.killed = wall_ms();
            }
        }
        let status = victim.0.wait().map_err(|error| error.to_string())?;
        if cut.killed == 0 {
            return Err(format!("the victim ended by itself: {status}"));
        }
        assert!(!status.success(), "{status}");
        assert!(
            cut.killed.saturating_sub(last_seen) < MAX_LOST_MS.unsigned_abs(),
            "the victim was not at work when it was killed"
        );
        Ok(cut)
    }

    /// How much of the time from the answer to the kill is missing in `ms`.
    fn check_lost(&self, ms: u64, what: &str) {
        let lost_ms = (self.killed - self.talking_since).cast_signed() - ms.cast_signed();
        println!(
            "{what}: {lost_ms} ms lost of {}",
            ms.cast_signed() + lost_ms
        );
        assert!(
            (-READING_MS..=MAX_LOST_MS).contains(&lost_ms),
            "{what}: {lost_ms} ms lost"
        );
    }

    fn check_facts(&self, office: &Office) -> Result<(), String> {
        let store = &office.running.store;
        let facts = block_on(async {
            store.flush().await?;
            store.facts_after(0, u32::MAX).await
        })?
        .map_err(|error| error.to_string())?;
        assert!(facts.iter().map(|fact| fact.seq).eq(1..=facts.len() as u64));
        assert!(
            self.told
                .iter()
                .any(|fact| fact.seq <= self.kept
                    && matches!(fact.what, What::RecordingStarted { .. })),
            "the victim told of its call"
        );
        for told in self.told.iter().filter(|fact| fact.seq <= self.kept) {
            assert_eq!(facts.get(told.seq as usize - 1), Some(told));
        }
        let ends = |fact: &&Fact| {
            matches!(
                fact.what,
                What::CallEnded {
                    call: CallId(1),
                    ..
                }
            )
        };
        assert_eq!(facts.iter().filter(ends).count(), 1);
        Ok(())
    }

    fn check_record(&self, records: &[CallRecord]) {
        let [record] = records else {
            panic!("{} records of one call", records.len());
        };
        assert_eq!(
            (record.outcome, record.hung_up_by, record.cause),
            (
                Some(EndOutcome::Served),
                Some(Party::System),
                Some(Cause::TEMPORARY_FAILURE)
            )
        );
        let ended_at = record.ended_at.expect("it has ended").wall_ms;
        self.check_lost(ended_at - self.talking_since, "the end in the record");
        self.check_lost(record.talk_ms, "the conversation in the record");
        assert!(record.legs.iter().all(|leg| leg.ended_at.is_some()));
    }

    fn check_recording(&self, office: &Office, call: CallId, data: &Path) -> Result<(), String> {
        let store = &office.running.store;
        let rows = block_on(store.recordings_of(call))?.map_err(|error| error.to_string())?;
        let [row] = rows.as_slice() else {
            panic!("{} recordings of one call", rows.len());
        };
        assert_eq!(row.state, RecordingState::Repaired);
        let [customer, agent] = played(office, row)?;
        assert_eq!(row.duration_ms, customer.len() as u64 / 8);
        self.check_lost(row.duration_ms, "the recording");

        // From the first word: the phone speaks as soon as it has answered.
        let heard = compare(&agent_speech(data)?, &agent).ok_or("the agent is not heard")?;
        assert!(heard.likeness >= MIN_LIKENESS, "the agent: {heard:?}");
        assert!(heard.found.at < 8000, "the agent: {heard:?}");
        // To the last: nothing is missing from where the customer began to the end of the file.
        let speech = long_speech(data)?;
        let first_words = &speech[..16_000];
        let begin = align(first_words, &customer).ok_or("the customer is not heard")?;
        let said = customer.len() - begin.at;
        assert!(
            (24_000..speech.len()).contains(&said),
            "{said} samples of speech"
        );
        let heard = compare(&speech[..said - 2400], &customer).ok_or("no customer")?;
        assert!(heard.likeness >= MIN_LIKENESS, "the customer: {heard:?}");
        Ok(())
    }
}

/// After the restart a call is served as any other.
fn serve_another(office: &Office, data: &Path) -> Result<(), String> {
    assert!(office.wait_for_idle(1), "the agent is still at work");
    let (text, language) = voice::CUSTOMERS[0];
    let speech = voice::speak(&data.join("prompts"), text, language)?;
    call_in(office, &speech)?;
    let mut finished = Vec::new();
    let over = wait_until(60, || {
        finished.extend(office.town.finished());
        !finished.is_empty()
    });
    assert!(over, "the second call ends");
    let call = CallId(2);
    let is_closed = || {
        let records = office.records().unwrap_or_default();
        let record = records.iter().find(|record| record.call == call);
        record.is_some_and(|record| record.outcome == Some(EndOutcome::Served))
            && office.recording(call).is_ok()
    };
    assert!(wait_until(15, is_closed), "{:?}", office.records());
    let agent = agent_speech(data)?;
    let [customer_side, agent_side] = office.recording(call)?;
    let places = [
        (&agent, &finished[0].heard),
        (&speech, &customer_side),
        (&agent, &agent_side),
    ];
    for (said, heard) in places {
        let heard = compare(said, heard).ok_or("silence")?;
        assert!(heard.likeness >= MIN_LIKENESS, "{heard:?}");
    }
    Ok(())
}

/// A recording as a browser gets it.
fn played(office: &Office, row: &RecordingRow) -> Result<[Vec<i16>; 2], String> {
    let web = Browser::sign_in(office.web(), PASSWORD)?;
    let octets = web.get(&format!("/api/recordings/{}.wav", row.id.0))?;
    let (channels, samples) = voice::wav_of(&octets)?;
    assert_eq!(channels, 2);
    Ok([0, 1].map(|which| voice::channel(&samples, 2, which)))
}

/// The process that is killed, also when this one fails before.
struct Victim(Child);

impl Victim {
    fn start(data: &Path) -> Result<Self, String> {
        let program = std::env::current_exe().map_err(|error| error.to_string())?;
        Command::new(program)
            .args(["--exact", THIS_TEST, "--nocapture"])
            .env(VICTIM, data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .map(Self)
            .map_err(|error| error.to_string())
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        // Fails when it is dead already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The victim's life.
fn talk_until_killed(data: &Path) -> Result<(), String> {
    let office = Office::open(settings(data)?)?;
    let mut facts = office.running.control.facts();
    if !office.wait_for_idle(1) {
        return Err("the agent did not become idle".to_owned());
    }
    call_in(&office, &long_speech(data)?)?;
    let phone = office.phones[0].as_ref().ok_or("there is no phone")?;
    let until = Instant::now() + Duration::from_secs(90);
    let (mut is_talking, mut told) = (false, 0);
    while Instant::now() < until {
        let before = told;
        while let Ok(fact) = facts.try_recv() {
            told = fact.seq;
            let json = serde_json::to_string(&*fact).map_err(|error| error.to_string())?;
            say("fact", &json);
        }
        if told > before {
            let kept = block_on(office.running.store.flush())?;
            kept.map_err(|error| error.to_string())?;
            say("kept", &told.to_string());
        }
        let answered = phone.look(|calls| calls.last().and_then(|call| call.answered_at));
        if let Some(answered) = answered.filter(|_| !is_talking) {
            is_talking = true;
            let since = wall_ms() - answered.elapsed().as_millis() as u64;
            say("talking", &since.to_string());
        }
        say("alive", "");
        // The pace of the poll.
        std::thread::sleep(Duration::from_millis(20));
    }
    Err("nobody killed it".to_owned())
}

fn say(what: &str, rest: &str) {
    println!("{SAYS} {} {what} {rest}", wall_ms());
}

/// Somebody calls, chooses, listens, then says this.
fn call_in(office: &Office, speech: &Arc<[i16]>) -> Result<(), String> {
    let greeting_ms = office.greeting.len() as u64 / 8;
    let mut script = vec![
        Step::WaitUntilAnswered,
        Step::Wait {
            ms: greeting_ms + 1000,
        },
    ];
    script.extend(Digit::new('1').map(Step::Press));
    script.push(Step::Wait { ms: LISTEN_MS });
    script.push(Step::Say(Arc::clone(speech)));
    script.push(Step::Wait { ms: 500 });
    script.push(Step::HangUp);
    let placed = office
        .town
        .place(Customer::new(caller("13800138001"), script));
    placed.map_err(|_| "no line is free".to_owned())?;
    Ok(())
}

fn settings(data: &Path) -> Result<OfficeSettings, String> {
    let seat = Seat {
        name: "张三".into(),
        extension: "8001".into(),
        phone: Some(PhoneSettings {
            answer: Answer::After(Duration::from_millis(500)),
            // Silence afterwards: the customer speaks then.
            says: voice::with_pause(&agent_speech(data)?, 120_000),
            ..PhoneSettings::default()
        }),
    };
    Ok(OfficeSettings {
        password: PASSWORD.to_owned(),
        ..OfficeSettings::for_test(data, LineSettings::china(), vec![seat])
    })
}

fn agent_speech(data: &Path) -> Result<Arc<[i16]>, String> {
    let (text, language) = voice::AGENTS[0];
    voice::speak(&data.join("prompts"), text, language)
}

/// Longer than the victim lives, and at no place like at another.
fn long_speech(data: &Path) -> Result<Arc<[i16]>, String> {
    let mut samples = Vec::new();
    for (text, language) in voice::CUSTOMERS {
        samples.extend_from_slice(&voice::speak(&data.join("prompts"), text, language)?);
    }
    Ok(samples.into())
}

fn wall_ms() -> u64 {
    Clock::start().now().wall_ms
}

fn block_on<F: Future>(future: F) -> Result<F::Output, String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    Ok(runtime.map_err(|error| error.to_string())?.block_on(future))
}
