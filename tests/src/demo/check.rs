//! `demo --check`: three calls at once, and everything that must come of them.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hotline_call::{Digit, Party};
use hotline_services::{CallRecord, EndOutcome};
use hotline_world::FinishedCall;
use hotline_world::customer::{Customer, Noticed, Patience, Step};
use hotline_world::exchange::LineSettings;
use hotline_world::phone::{Answer, PhoneCall, PhoneSettings};

use crate::measure::{Heard, compare};
use crate::office::{Office, OfficeSettings, Seat, caller, wait_until};
use crate::voice;

/// What one call must be like to be good.
const MIN_LIKENESS: f64 = 0.9;
/// Levels may differ so much, in dB: two hybrids and G.711 twice.
const MAX_GAIN_DB: f64 = 3.0;
/// Everybody who calls, and the key they press.
const CALLERS: [(&str, char); 3] = [
    ("13800138001", '1'),
    ("13800138002", '2'),
    ("13800138003", '1'),
];
/// After the key: the announcement, the ringing, and what the agent says first.
const LISTEN_MS: u64 = 12_000;

/// Runs the check; the summary line, or what failed.
///
/// # Errors
/// Everything that was not as it must be, one a line.
pub fn run(data: &Path, seed: u64) -> Result<String, String> {
    let folder = data.join("prompts");
    let mut agents = Vec::new();
    for (text, language) in voice::AGENTS {
        agents.push(voice::speak(&folder, text, language)?);
    }
    let seats = agents.iter().enumerate().map(|(index, speech)| Seat {
        name: ["张三", "Wang Fang", "李雷"][index].into(),
        extension: (8001 + index).to_string(),
        phone: Some(PhoneSettings {
            answer: Answer::After(Duration::from_millis(500)),
            // Silence afterwards: the customer speaks then.
            says: voice::with_pause(speech, 120_000),
            ..PhoneSettings::default()
        }),
    });
    let mut settings = OfficeSettings::for_test(data, LineSettings::china(), seats.collect());
    settings.seed = seed;
    let office = Office::open(settings)?;
    let outcome = check(&office, &folder, &agents);
    office.close();
    outcome
}

fn check(office: &Office, folder: &Path, agents: &[Arc<[i16]>]) -> Result<String, String> {
    if !office.wait_for_idle(agents.len()) {
        return Err(format!("only {} agents became idle", office.idle_agents()));
    }
    let speeches = place_calls(office, folder)?;
    let finished = wait_for_ends(office)?;
    let mut faults = Vec::new();
    // Busy tone must be recognised, then the line is free and the record is whole.
    if !wait_until(15, || are_whole(office)) {
        faults.push("the records of the calls are not whole 15 s after their end".to_owned());
    }
    let records = office.records()?;
    let (mut worst, mut likest) = (f64::INFINITY, f64::INFINITY);
    for ((number, _), speech) in CALLERS.into_iter().zip(&speeches) {
        let shown = |record: &&CallRecord| record.caller == caller(number);
        let done = finished.iter().find(|done| done.caller == caller(number));
        let (Some(record), Some(done)) = (records.iter().find(shown), done) else {
            faults.push(format!(
                "{number}: there is no record that shows this caller"
            ));
            continue;
        };
        let one = One {
            office,
            number,
            record,
            done,
            agents,
            speech,
        };
        for heard in one.check(&mut faults) {
            worst = worst.min(heard.segmental_snr_db);
            likest = likest.min(heard.likeness);
        }
    }
    if !faults.is_empty() {
        return Err(faults.join("\n"));
    }
    Ok(format!(
        "demo check: 3 calls, 3 served, 3 recordings, speech both ways (worst of 12: likeness \
         {likest:.3}, segmental SNR {worst:.1} dB), OK"
    ))
}

/// Everybody calls at once; what each will say.
fn place_calls(office: &Office, folder: &Path) -> Result<Vec<Arc<[i16]>>, String> {
    let mut speeches = Vec::new();
    for ((number, key), (text, language)) in CALLERS.into_iter().zip(voice::CUSTOMERS) {
        let speech = voice::speak(folder, text, language)?;
        let customer = customer(number, key, office.greeting.len() as u64 / 8, &speech);
        let placed = office.town.place(customer);
        placed.map_err(|_| "no line is free".to_owned())?;
        speeches.push(speech);
    }
    Ok(speeches)
}

fn wait_for_ends(office: &Office) -> Result<Vec<FinishedCall>, String> {
    let mut finished = Vec::new();
    let have_all_ended = wait_until(50, || {
        finished.extend(office.town.finished());
        finished.len() == CALLERS.len()
    });
    if have_all_ended {
        return Ok(finished);
    }
    let (ended, all) = (finished.len(), CALLERS.len());
    Err(format!("only {ended} of {all} calls ended"))
}

/// Whether every call has its outcome and a recording that can be fetched.
fn are_whole(office: &Office) -> bool {
    let records = office.records().unwrap_or_default();
    let is_whole = |r: &CallRecord| r.outcome.is_some() && office.recording(r.call).is_ok();
    records.len() == CALLERS.len() && records.iter().all(is_whole)
}

fn customer(number: &str, key: char, greeting_ms: u64, speech: &Arc<[i16]>) -> Customer {
    let mut script = vec![
        Step::WaitUntilAnswered,
        Step::Wait {
            ms: greeting_ms + 1000,
        },
    ];
    script.extend(Digit::new(key).map(Step::Press));
    script.push(Step::Wait { ms: LISTEN_MS });
    script.push(Step::Say(Arc::clone(speech)));
    script.push(Step::Wait { ms: 500 });
    script.push(Step::HangUp);
    let patience = Patience {
        unanswered_ms: 20_000,
        total_ms: 45_000,
    };
    Customer::new(caller(number), script).with_patience(patience)
}

/// One call and all that is known of it.
struct One<'a> {
    office: &'a Office,
    number: &'a str,
    record: &'a CallRecord,
    done: &'a FinishedCall,
    agents: &'a [Arc<[i16]>],
    speech: &'a [i16],
}

impl One<'_> {
    /// The qualities of what was heard where; what is wrong goes into `faults`.
    fn check(&self, faults: &mut Vec<String>) -> Vec<Heard> {
        let before = faults.len();
        let mut wrong = |is_wrong: bool, what: String| {
            if is_wrong {
                faults.push(format!("{}: {what}", self.number));
            }
        };
        let record = self.record;
        wrong(
            self.done.when(Noticed::Answered).is_none(),
            "was not answered".into(),
        );
        let greeted = compare(&self.office.greeting, &self.done.heard);
        let heard_menu = greeted.is_some_and(|heard| heard.likeness >= MIN_LIKENESS);
        wrong(!heard_menu, format!("did not hear the menu: {greeted:?}"));
        wrong(
            record.queued_at.is_none(),
            "the key did not lead to a queue".into(),
        );
        let served = record.outcome == Some(EndOutcome::Served);
        wrong(
            !served,
            format!("ended as {:?}, not served", record.outcome),
        );
        let by = record.hung_up_by;
        wrong(
            by != Some(Party::Customer),
            format!("the record says {by:?} hung up"),
        );
        let (wait, talk) = (record.wait_ms, record.talk_ms);
        wrong(!(300..10_000).contains(&wait), format!("waited {wait} ms"));
        wrong(!(6000..30_000).contains(&talk), format!("talked {talk} ms"));
        let Some((agent, call)) = self.agent() else {
            wrong(true, format!("agent {:?} had no call", record.agent));
            return Vec::new();
        };
        wrong(
            call.rtp.lost > 0,
            format!("the phone missed {} packets", call.rtp.lost),
        );
        let mut places = vec![
            ("the agent", self.speech, call.heard),
            ("the customer", agent, self.done.heard.clone()),
        ];
        match self.office.recording(record.call) {
            Ok([left, right]) => {
                places.push(("the recording, left,", self.speech, left));
                places.push(("the recording, right,", agent, right));
            }
            Err(error) => wrong(true, error),
        }
        let mut qualities = Vec::new();
        for (who, said, heard) in places {
            let quality = compare(said, &heard);
            let is_good = |heard: &Heard| {
                heard.likeness >= MIN_LIKENESS && heard.gain_db.abs() <= MAX_GAIN_DB
            };
            wrong(
                !quality.as_ref().is_some_and(is_good),
                format!("{who} heard {quality:?}"),
            );
            qualities.extend(quality);
        }
        if faults.len() > before {
            Vec::new()
        } else {
            qualities
        }
    }

    /// What the agent who took this call says, and the call as the agent's phone tells it.
    fn agent(&self) -> Option<(&[i16], PhoneCall)> {
        let agent = self.record.agent?;
        let seat = self
            .office
            .agents
            .iter()
            .position(|known| *known == agent)?;
        let call = self.office.phones[seat]
            .as_ref()?
            .calls()
            .into_iter()
            .next()?;
        Some((&self.agents[seat], call))
    }
}
