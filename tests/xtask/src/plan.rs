//! Steps, the lanes they run in, and what is told about them.
//!
//! Steps of one lane run in order; lanes run side by side. A step waits for the steps it names
//! and is left out when one of them failed. Every other step runs, so one run tells every fault.

use std::io::{IsTerminal, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::command::Log;
use crate::place;

/// How often the line on a terminal is drawn again.
const REDRAW: Duration = Duration::from_millis(250);
/// How often a sign of life is printed where there is no terminal.
const SIGN_OF_LIFE: Duration = Duration::from_secs(60);
/// How much of a failed step's log is printed. The file holds all of it.
const SHOWN_OF_LOG: u64 = 24_000;

/// Does a step's work. May return a short note for the summary.
pub type Work = Box<dyn Fn(&Log) -> Result<Option<String>, String> + Send + Sync>;

/// One step.
pub struct Step {
    /// Its name, also that of its log.
    pub name: &'static str,
    /// Steps of one lane run one after the other.
    pub lane: Lane,
    /// Steps that must have passed.
    pub after: &'static [&'static str],
    /// How long any one program of it may run.
    pub limit: Duration,
    /// What it does.
    pub work: Work,
}

/// What a step mostly waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// Cargo, which locks its target directory.
    Cargo,
    /// Node.js.
    Node,
}

#[derive(Clone, Debug)]
enum State {
    Waiting,
    Running(Instant, Log),
    Passed(Duration, Option<String>),
    Failed(Duration, String),
    LeftOut(&'static str),
}

/// How a run ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Steps that passed.
    pub passed: usize,
    /// Steps that failed.
    pub failed: usize,
    /// Steps that were not run, for a step before them failed.
    pub left_out: usize,
}

impl Tally {
    /// Whether every step passed.
    pub fn all_passed(self) -> bool {
        self.failed == 0 && self.left_out == 0
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        if self.left_out > 0 {
            write!(f, ", {} skipped", self.left_out)?;
        }
        Ok(())
    }
}

/// A list of steps and where each of them stands.
pub struct Plan {
    steps: Vec<Step>,
    states: Mutex<Vec<State>>,
    moved: Condvar,
    started: Instant,
}

impl Plan {
    /// A plan of these steps.
    pub fn new(steps: Vec<Step>) -> Self {
        let states = Mutex::new(vec![State::Waiting; steps.len()]);
        Self {
            steps,
            states,
            moved: Condvar::new(),
            started: Instant::now(),
        }
    }

    /// Runs every step that can be run.
    pub fn run(&self) -> Tally {
        let mut lanes: Vec<Lane> = self.steps.iter().map(|step| step.lane).collect();
        lanes.sort_unstable();
        lanes.dedup();
        std::thread::scope(|scope| {
            for lane in lanes {
                scope.spawn(move || self.run_lane(lane));
            }
            self.show_progress();
        });
        self.tally()
    }

    fn run_lane(&self, lane: Lane) {
        for (index, step) in self.steps.iter().enumerate() {
            if step.lane == lane {
                let end = match self.blocked_by(step) {
                    Some(other) => State::LeftOut(other),
                    None => self.run_step(index, step),
                };
                self.tell_end(step, &end);
                self.enter(index, end);
            }
        }
    }

    /// Waits until the steps before `step` have ended; the first that did not pass, if any.
    fn blocked_by(&self, step: &Step) -> Option<&'static str> {
        let mut states = self.lock();
        loop {
            let mut open = false;
            for before in step.after {
                let Some(at) = self.steps.iter().position(|s| s.name == *before) else {
                    continue;
                };
                match states[at] {
                    State::Waiting | State::Running(..) => open = true,
                    State::Passed(..) => {}
                    State::Failed(..) | State::LeftOut(_) => return Some(before),
                }
            }
            if !open {
                return None;
            }
            states = self
                .moved
                .wait(states)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn run_step(&self, index: usize, step: &Step) -> State {
        let started = Instant::now();
        let file = step.name.replace(' ', "-").to_lowercase();
        let log = match Log::start(place::own().join(format!("{file}.log")), step.limit) {
            Ok(log) => log,
            Err(reason) => return State::Failed(started.elapsed(), reason),
        };
        self.enter(index, State::Running(started, log.clone()));
        // a panic in a step is a fault of that step; the others go on
        let ended = catch_unwind(AssertUnwindSafe(|| (step.work)(&log)));
        match ended.unwrap_or_else(|_| Err("the chore itself panicked".into())) {
            Ok(note) => State::Passed(started.elapsed(), note),
            Err(reason) => {
                log.say(&format!("failed: {reason}"));
                let shown = log.tail(SHOWN_OF_LOG);
                say(&format!(
                    "----- {} -----\n{shown}----- {} -----",
                    step.name,
                    log.path().display()
                ));
                State::Failed(started.elapsed(), reason)
            }
        }
    }

    fn tell_end(&self, step: &Step, end: &State) {
        let done = self.lock().iter().filter(|state| state.has_ended()).count() + 1;
        let place = format!("[{done}/{}]", self.steps.len());
        let (word, time, note) = end.in_words();
        say(&format!(
            "{place} {:<22} {word:<8} {time:>7}  {note}",
            step.name
        ));
    }

    fn enter(&self, index: usize, state: State) {
        self.lock()[index] = state;
        self.moved.notify_all();
    }

    /// Draws what is running until nothing is.
    fn show_progress(&self) {
        let terminal = std::io::stderr().is_terminal();
        let pace = if terminal { REDRAW } else { SIGN_OF_LIFE };
        let mut states = self.lock();
        let mut told = Instant::now();
        while !states.iter().all(State::has_ended) {
            let waited = self.moved.wait_timeout(states, pace);
            states = waited.unwrap_or_else(PoisonError::into_inner).0;
            if terminal {
                draw(&self.running(&states));
            } else if told.elapsed() >= SIGN_OF_LIFE {
                told = Instant::now();
                say(&self.running(&states));
            }
        }
    }

    fn running(&self, states: &[State]) -> String {
        let ended = states.iter().filter(|state| state.has_ended()).count();
        let all = clock(self.started.elapsed());
        let mut line = format!("{ended} of {} done, {all}", self.steps.len());
        for (step, state) in self.steps.iter().zip(states) {
            if let State::Running(since, log) = state {
                let time = clock(since.elapsed());
                line += &format!(" · {} {time}: {}", step.name, cut(&log.last_line(), 40));
            }
        }
        line
    }

    fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for state in self.lock().iter() {
            match state {
                State::Passed(..) => tally.passed += 1,
                State::Failed(..) => tally.failed += 1,
                State::LeftOut(_) | State::Waiting | State::Running(..) => tally.left_out += 1,
            }
        }
        tally
    }

    /// One row a step, and the whole time.
    pub fn table(&self) -> String {
        let mut table = String::new();
        for (step, state) in self.steps.iter().zip(self.lock().iter()) {
            let (word, time, note) = state.in_words();
            let row = format!("{:<22} {word:<8} {time:>7}  {note}", step.name);
            table += row.trim_end();
            table.push('\n');
        }
        table
            + &format!(
                "{:<22} {:<8} {:>7}\n",
                "all",
                "",
                clock(self.started.elapsed())
            )
    }

    fn lock(&self) -> MutexGuard<'_, Vec<State>> {
        // a step that panicked leaves the list as it was
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn has_ended(&self) -> bool {
        matches!(self, Self::Passed(..) | Self::Failed(..) | Self::LeftOut(_))
    }

    fn in_words(&self) -> (&'static str, String, String) {
        match self {
            Self::Waiting => ("waiting", String::new(), String::new()),
            Self::Running(since, _) => ("running", clock(since.elapsed()), String::new()),
            Self::Passed(time, note) => ("passed", clock(*time), note.clone().unwrap_or_default()),
            Self::Failed(time, reason) => ("FAILED", clock(*time), reason.clone()),
            Self::LeftOut(before) => ("left out", String::new(), format!("needs `{before}`")),
        }
    }
}

fn clock(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

fn cut(text: &str, length: usize) -> String {
    text.chars().take(length).collect()
}

/// Clears the line being drawn on a terminal, then prints.
fn say(text: &str) {
    let mut err = std::io::stderr().lock();
    let clear = if err.is_terminal() { "\r\x1b[2K" } else { "" };
    // nobody is left to tell when standard error is closed
    let _ = writeln!(err, "{clear}{text}");
}

fn draw(line: &str) {
    let width = std::env::var("COLUMNS")
        .ok()
        .and_then(|c| c.parse().ok())
        .unwrap_or(79);
    let mut err = std::io::stderr().lock();
    let _ = write!(err, "\r\x1b[2K{}", cut(line, width));
    let _ = err.flush();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(name: &'static str, lane: Lane, after: &'static [&'static str], good: bool) -> Step {
        let work: Work = Box::new(move |_| {
            if good {
                Ok(None)
            } else {
                Err("on purpose".into())
            }
        });
        Step {
            name,
            lane,
            after,
            limit: Duration::from_secs(60),
            work,
        }
    }

    #[test]
    fn a_failed_step_leaves_out_only_what_needs_it() {
        let plan = Plan::new(vec![
            step("test of plan a", Lane::Cargo, &["test of plan b"], true),
            step("test of plan b", Lane::Node, &[], false),
            step("test of plan c", Lane::Node, &[], true),
        ]);
        let tally = plan.run();
        assert_eq!(
            tally,
            Tally {
                passed: 1,
                failed: 1,
                left_out: 1
            }
        );
        assert_eq!(tally.to_string(), "1 passed, 1 failed, 1 skipped");
        assert!(!tally.all_passed());
        assert!(plan.table().contains("needs `test of plan b`"));
    }

    #[test]
    fn a_step_waits_for_a_step_of_the_other_lane() {
        let plan = Plan::new(vec![
            step("test of plan d", Lane::Cargo, &["test of plan e"], true),
            step("test of plan e", Lane::Node, &[], true),
        ]);
        assert_eq!(plan.run().to_string(), "2 passed, 0 failed");
    }
}
