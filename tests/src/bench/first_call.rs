//! The bench `first-call`: what the first stage of the product costs and how it sounds. Four analog
//! lines, four agents with phones of our own; on every line somebody talks all the time, and calls
//! again as soon as the line is free. On the wall clock.
//!
//! Town and phones live in the same process, so they are kept from growing: nobody keeps what they
//! hear. A minute of warm-up comes before the minutes that are measured.

mod figures;
mod traffic;

use std::path::Path;
use std::time::{Duration, Instant};

use hotline::config::Media;
use hotline_services::EndOutcome;
use hotline_world::exchange::LineSettings;
use hotline_world::phone::{Answer, PhoneSettings};
use thread_priority::{
    RealtimeThreadSchedulePolicy, ThreadPriority, ThreadPriorityValue, ThreadSchedulePolicy,
    set_thread_priority_and_policy, thread_native_id,
};

use super::figure::Figure;
use super::process::{Machine, Memory, Threads};
use super::progress::Progress;
use super::yardstick::Yardstick;
use crate::office::{Office, OfficeSettings, Seat, wait_until};
use crate::voice;
use figures::{Measured, Reading};
use traffic::{Callers, Ears};

/// The name on the command line.
pub const NAME: &str = "first-call";
/// Minutes measured when none are asked for.
pub const DEFAULT_MINUTES: u32 = 10;
/// The most: the records of all calls are read at once, and one reading holds 1000.
pub const MAX_MINUTES: u32 = 200;

/// Before anything is measured: prompts are loaded, buffers have the size they keep.
const WARM_UP: Duration = Duration::from_secs(60);
/// How often town and phones are looked at.
const LOOK: Duration = Duration::from_millis(200);
/// Calls last until somebody hangs up, so at the end the phones do; the last may just have begun.
const LEAVING_S: u64 = 60;
/// From the end of a call for the customer to its whole record: busy tone must be recognised.
const RECORDED_S: u64 = 15;
/// Real-time priority of the thread that looks: it holds the town's lock at times, and the tick's
/// thread, which runs the town, waits for it. An ordinary thread could lose its processor then.
const LOOK_PRIORITY: u8 = 10;
/// Of who calls and how long they stay.
const SEED: u64 = 1;

/// Runs for `minutes` after the warm-up; the figures.
///
/// # Errors
/// The office does not open, or something could not be measured.
pub fn run(minutes: u32) -> Result<Vec<Figure>, String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let prompts = folder.path().join("prompts");
    let mut callers = Callers::new(&prompts, SEED)?;
    let office = open(folder.path(), &prompts)?;
    let outcome = measure(&office, &mut callers, minutes);
    office.close();
    outcome.map(Measured::into_figures)
}

fn open(data: &Path, prompts: &Path) -> Result<Office, String> {
    std::fs::create_dir_all(prompts).map_err(|error| format!("{}: {error}", prompts.display()))?;
    let mut seats = Vec::new();
    for number in 0..4 {
        let (text, language) = voice::AGENTS[number % voice::AGENTS.len()];
        let speech = voice::speak(prompts, text, language)?;
        let phone = PhoneSettings {
            answer: Answer::After(Duration::from_millis(500)),
            says: voice::with_pause(&speech, speech.len() / 8 + 300),
            keep_heard_ms: 0,
            // Two agents end calls that last longer; the others wait for the caller to do so.
            hangs_up_after: (number >= 2).then_some(Duration::from_secs(75)),
            ..PhoneSettings::default()
        };
        seats.push(Seat {
            name: format!("Agent {}", number + 1),
            extension: (8001 + number).to_string(),
            phone: Some(phone),
        });
    }
    let settings = OfficeSettings {
        seed: SEED,
        // As the product runs, where that is allowed.
        realtime_priority: Media::default().realtime_priority,
        ..OfficeSettings::for_test(data, LineSettings::china(), seats)
    };
    Office::open(settings)
}

fn measure(office: &Office, callers: &mut Callers, minutes: u32) -> Result<Measured, String> {
    let agents = office.phones.len();
    if !office.wait_for_idle(agents) {
        return Err(format!(
            "only {} of {agents} agents became idle",
            office.idle_agents()
        ));
    }
    take_priority();
    let mut day = Day {
        office,
        callers,
        ears: Ears::new(agents),
        threads: Threads::default(),
        progress: Progress::new(NAME),
        ends: Instant::now() + WARM_UP + Duration::from_secs(60) * minutes,
    };
    day.until(day.ends - Duration::from_secs(60) * minutes, "warm-up");
    office.running.tick.forget_cpu();
    let yardstick = Yardstick::start(take_priority).map_err(|error| error.to_string())?;
    let start = day.reading()?;
    day.until(day.ends, "measuring");
    let end = day.reading()?;
    let tick = &office.running.tick;
    let yardstick = yardstick.stop().ok_or("the thread beside has panicked")?;
    let tick_us = [5000, 9900, 9999].map(|share| tick.cpu_us_at(share));
    let tick_max_ns = tick.cpu_max_ns.load(std::sync::atomic::Ordering::Relaxed);
    day.leave();
    let placed = day.callers.placed();
    Ok(Measured {
        tick_us,
        yardstick,
        tick_max_ns,
        tick_priority: day.threads.priority("tick"),
        call_minutes: day.callers.minutes_between(start.town_ms, end.town_ms),
        start,
        end,
        rtp: day.ears.heard(),
        net: office.running.net.figures(),
        tick_dropped: tick.dropped.load(std::sync::atomic::Ordering::Relaxed),
        tick_missed_ms: tick.missed.load(std::sync::atomic::Ordering::Relaxed),
        placed,
        served: served(office, placed)?,
    })
}

/// Where the system refuses, it has refused the tick too, and nobody waits for a lower one.
fn take_priority() {
    let Ok(priority) = ThreadPriorityValue::try_from(LOOK_PRIORITY) else {
        return;
    };
    let _ = set_thread_priority_and_policy(
        thread_native_id(),
        ThreadPriority::Crossplatform(priority),
        ThreadSchedulePolicy::Realtime(RealtimeThreadSchedulePolicy::Fifo),
    );
}

/// The calls whose records are whole and say that an agent was talked to.
fn served(office: &Office, placed: u64) -> Result<u64, String> {
    let whole = || {
        let records = office.records().unwrap_or_default();
        records.len() as u64 == placed && records.iter().all(|record| record.ended_at.is_some())
    };
    // A record that stays open is a call that failed.
    let _ = wait_until(RECORDED_S, whole);
    let records = office.records()?;
    let served = records
        .iter()
        .filter(|record| record.outcome == Some(EndOutcome::Served) && record.ended_at.is_some());
    Ok(served.count() as u64)
}

/// Everything that goes on while it is measured.
struct Day<'a> {
    office: &'a Office,
    callers: &'a mut Callers,
    ears: Ears,
    threads: Threads,
    progress: Progress,
    ends: Instant,
}

impl Day<'_> {
    /// Lets people call until then.
    fn until(&mut self, then: Instant, doing: &str) {
        while Instant::now() < then {
            self.callers.call(&self.office.town);
            self.look(doing);
        }
    }

    fn look(&mut self, doing: &str) {
        self.callers.collect(&self.office.town);
        self.ears.listen(&self.office.phones);
        self.threads.look();
        let left = self.ends.saturating_duration_since(Instant::now());
        let (callers, ears) = (&self.callers, &self.ears);
        self.progress.show(left, || {
            format!(
                "{doing}: {} calls begun, {} ended, {} packets lost",
                callers.placed(),
                callers.ended(),
                ears.heard().lost
            )
        });
        // The pace of the looks.
        std::thread::sleep(LOOK);
    }

    /// Nobody calls any more, and the agents hang up.
    fn leave(&mut self) {
        let until = Instant::now() + Duration::from_secs(LEAVING_S);
        while self.callers.ended() < self.callers.placed() && Instant::now() < until {
            for phone in self.office.phones.iter().flatten() {
                if phone.look(|calls| calls.iter().any(|call| call.is_up())) {
                    phone.hang_up();
                }
            }
            self.look("the last calls end");
        }
        // Until the phones have answered their last BYE.
        let phones = &self.office.phones;
        let _ = wait_until(5, || {
            self.ears.listen(phones);
            self.ears.is_quiet(phones)
        });
    }

    fn reading(&mut self) -> Result<Reading, String> {
        self.threads.look();
        let tick = &self.office.running.tick;
        Ok(Reading {
            memory: Memory::now()?,
            machine: Machine::now()?,
            threads_s: self.threads.seconds(is_box_thread),
            tick_s: tick.cpu_ns.load(std::sync::atomic::Ordering::Relaxed) as f64 / 1e9,
            town_ms: self.office.town.now_ms(),
        })
    }
}

/// The phones are the world's. The tick's thread also runs the model of the card and the town
/// behind it, so the tick's own account stands for it.
fn is_box_thread(name: &str) -> bool {
    name != "tick" && !name.starts_with("phone ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_phones_of_the_world_are_not_taken_for_the_box() {
        assert!(!is_box_thread("phone 8001") && !is_box_thread("tick"));
        for name in ["phones", "net", "store", "call control", "web worker"] {
            assert!(is_box_thread(name), "{name}");
        }
    }
}
