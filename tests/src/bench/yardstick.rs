//! What the machine itself adds: the same arithmetic every millisecond, measured as the tick is.
//! On a virtual machine the account of a thread's CPU time contains what the host took away.

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

/// A thread that does the same work every millisecond.
pub struct Yardstick {
    stop: Arc<AtomicBool>,
    thread: JoinHandle<Vec<u64>>,
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

    /// The CPU time not exceeded by so many of 10 000 turns, in µs.
    #[must_use]
    pub fn stop(self, per_ten_thousand: u64) -> f64 {
        self.stop.store(true, Ordering::Relaxed);
        let classes = self.thread.join().unwrap_or_default();
        let total: u64 = classes.iter().sum();
        let mut below = 0;
        let found = classes.iter().position(|count| {
            below += count;
            below * 10_000 >= total * per_ten_thousand
        });
        found.map_or(0.0, |class| ((class + 1) * CLASS_US) as f64)
    }
}

fn work(stop: &AtomicBool) -> Vec<u64> {
    let mut classes = vec![0; CLASSES];
    let mut next = Instant::now();
    while !stop.load(Ordering::Relaxed) {
        let before = cpu_ns();
        let turn = |x: f64| x * 1.000_000_1 + 1e-9;
        black_box((0..STEPS).fold(black_box(1.0), |x, _| turn(x)));
        let us = cpu_ns().saturating_sub(before) as usize / 1000;
        classes[(us / CLASS_US).min(CLASSES - 1)] += 1;
        next += Duration::from_millis(1);
        // The pace of the turns.
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
    }
    classes
}

fn cpu_ns() -> u64 {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map_or(0, |time| {
        time.tv_sec() as u64 * 1_000_000_000 + time.tv_nsec() as u64
    })
}
