//! What the tests here share: an office, customers, a call that is over, what was heard of it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use hotline_call::Digit;
use hotline_services::CallRecord;
use hotline_tests::measure::{Heard, compare};
use hotline_tests::office::{Office, OfficeSettings, Seat, caller, wait_until};
use hotline_world::FinishedCall;
use hotline_world::customer::{Customer, Patience, Step};
use hotline_world::exchange::LineSettings;
use hotline_world::phone::{Answer, Phone, PhoneSettings};

/// Segmental SNR at least, through the hybrid of a line.
pub const MIN_SNR_DB: f64 = 15.0;
/// How alike at least.
const MIN_LIKENESS: f64 = 0.9;
/// Levels may differ by so much.
const MAX_GAIN_DB: f64 = 1.0;
/// Into the greeting: customers who know the menu do not wait for its end.
const PRESS_MS: u64 = 1500;
/// Nobody talks longer here.
const PATIENCE_S: u64 = 60;
/// From the customer's hanging up to the whole record: busy tone must be recognised.
const CLOSING_S: u64 = 15;

/// How an office is: lines in China, 11 dB of echo return loss.
pub fn settings(data: &Path, seats: Vec<Seat>) -> OfficeSettings {
    OfficeSettings::for_test(data, LineSettings::china(), seats)
}

/// The agent at extension 8001 + `number`.
pub fn seat(number: usize, phone: Option<PhoneSettings>) -> Seat {
    Seat {
        name: format!("Agent {}", number + 1),
        extension: (8001 + number).to_string(),
        phone,
    }
}

/// A phone that answers after half a second and then says this.
pub fn says(says: Arc<[i16]>) -> PhoneSettings {
    PhoneSettings {
        answer: Answer::After(Duration::from_millis(500)),
        says,
        ..PhoneSettings::default()
    }
}

/// Silence for so long, the speech, then silence to the end of any call here.
pub fn once(after_ms: usize, speech: &[i16]) -> Arc<[i16]> {
    let mut samples = vec![0; after_ms * 8];
    samples.extend_from_slice(speech);
    samples.resize(2 * PATIENCE_S as usize * 8000, 0);
    samples.into()
}

/// Somebody calls, presses 1 in the menu, then does this.
pub fn call_in(office: &Office, number: &str, steps: Vec<Step>) {
    let mut script = vec![Step::WaitUntilAnswered, Step::Wait { ms: PRESS_MS }];
    script.extend(Digit::new('1').map(Step::Press));
    script.extend(steps);
    let patience = Patience {
        unanswered_ms: 20_000,
        total_ms: PATIENCE_S * 1000,
    };
    let customer = Customer::new(caller(number), script).with_patience(patience);
    office.town.place(customer).expect("a line is free");
}

/// The notice that the first of [`call_in`]'s own steps begins.
pub const FIRST_STEP: usize = 3;

/// The phone of a seat that has one of ours.
pub fn phone(office: &Office, seat: usize) -> &Phone {
    office.phones[seat].as_ref().unwrap()
}

/// Waits until so many calls are over for their customers.
pub fn finished(office: &Office, calls: usize) -> Vec<FinishedCall> {
    let mut finished = Vec::new();
    let are_over = wait_until(PATIENCE_S, || {
        finished.extend(office.town.finished());
        finished.len() == calls
    });
    assert!(are_over, "{} of {calls} calls are over", finished.len());
    finished
}

/// Waits until the records of all `calls` so far are whole, and their recordings.
pub fn records(office: &Office, calls: usize) -> Vec<CallRecord> {
    let mut records = Vec::new();
    let are_whole = wait_until(CLOSING_S, || {
        records = office.records().unwrap();
        let is_whole = |record: &CallRecord| {
            record.outcome.is_some()
                && record.ended_at.is_some()
                && record.legs.iter().all(|leg| leg.ended_at.is_some())
                && office.recordings(record.call).is_ok()
        };
        records.len() == calls && records.iter().all(is_whole)
    });
    assert!(are_whole, "a record is not whole: {records:#?}");
    records
}

/// Asserts that this speech was heard well; where.
pub fn well_heard(who: &str, speech: &[i16], heard: &[i16]) -> Heard {
    let quality = compare(speech, heard).unwrap_or_else(|| panic!("{who} heard nothing"));
    println!(
        "{who}: segmental SNR {:.1} dB, likeness {:.4}, level {:+.2} dB",
        quality.segmental_snr_db, quality.likeness, quality.gain_db
    );
    assert!(quality.segmental_snr_db >= MIN_SNR_DB, "{who}: {quality:?}");
    assert!(quality.likeness >= MIN_LIKENESS, "{who}: {quality:?}");
    assert!(quality.gain_db.abs() <= MAX_GAIN_DB, "{who}: {quality:?}");
    quality
}
