//! What the machine itself adds: the same arithmetic every millisecond, measured as the tick is.
//! On a virtual machine the account of a thread's CPU time contains what the host took away, and a
//! thread of the highest priority is not woken while the host does something else.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use nix::time::{ClockId, clock_gettime};

/// Dependent multiplications: some 20 µs.
const STEPS: u32 = 6000;
/// Width of a class, in µs.
const CLASS_US: usize = 10;
/// Up to 20 ms.
const CLASSES: usize = 2000;

/// Who sends a packet every 20 ms and is woken so much too late has left a gap of 40 ms.
const STALL_MS: u128 = 20;

/// A thread that does the same work every millisecond.
pub struct Yardstick {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Turns>,
}

/// What such a thread met.
#[derive(Clone, Copy, Debug)]
pub struct Machine {
    /// The CPU time that 99.99 % of the turns did not exceed, in µs.
    pub turn_us: f64,
    /// How often a turn began 20 ms or more after its time.
    pub stalls: u64,
}

struct Turns {
    /// How many by their CPU time.
    classes: Vec<u64>,
    stalls: u64,
}

impl Yardstick {
    /// Starts; `prepare` gives the thread its priority.
    ///
    /// # Errors
    /// The system has no thread left.
    pub fn start(prepare: fn()) -> std::io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = Arc::clone(&stop);
        let thread = std::thread::Builder::new()
            .name("phone yardstick".into())
            .spawn(move || {
                prepare();
                work(&stopped)
            })?;
        Ok(Self { stop, thread })
    }

    /// Ends it.
    #[must_use]
    pub fn stop(self) -> Option<Machine> {
        self.stop.store(true, Ordering::Relaxed);
        let turns = self.thread.join().ok()?;
        let total: u64 = turns.classes.iter().sum();
        let mut below = 0;
        let class = turns.classes.iter().position(|count| {
            below += count;
            below * 10_000 >= total * 9999
        })?;
        Some(Machine {
            turn_us: ((class + 1) * CLASS_US) as f64,
            stalls: turns.stalls,
        })
    }
}

fn work(stop: &AtomicBool) -> Turns {
    let mut turns = Turns {
        classes: vec![0; CLASSES],
        stalls: 0,
    };
    let mut next = Instant::now();
    while !stop.load(Ordering::Relaxed) {
        if next.elapsed().as_millis() >= STALL_MS {
            turns.stalls += 1;
            next = Instant::now();
        }
        let before = cpu_ns();
        let turn = |x: f64| x * 1.000_000_1 + 1e-9;
        black_box((0..STEPS).fold(black_box(1.0), |x, _| turn(x)));
        let us = cpu_ns().saturating_sub(before) as usize / 1000;
        turns.classes[(us / CLASS_US).min(CLASSES - 1)] += 1;
        next += Duration::from_millis(1);
        // The pace of the turns.
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
    }
    turns
}

fn cpu_ns() -> u64 {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map_or(0, |time| {
        time.tv_sec() as u64 * 1_000_000_000 + time.tv_nsec() as u64
    })
}
