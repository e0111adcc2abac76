//! Time of the processor, not of the wall: other programs' turns do not count.

use nix::time::{ClockId, clock_gettime};

/// How often a measurement is repeated; the least counts, since everything that disturbs one adds.
const RUNS: usize = 5;

/// Nanoseconds this thread has used.
pub fn thread_ns() -> f64 {
    let now =
        clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).expect("every Linux has a thread's clock");
    now.tv_sec() as f64 * 1e9 + now.tv_nsec() as f64
}

/// Nanoseconds of this thread's processor time for one of the `times` repetitions in `work`: the
/// least of five runs, before which one warms up.
pub fn ns_each(times: usize, mut work: impl FnMut()) -> f64 {
    work();
    let run = |_| {
        let start = thread_ns();
        work();
        thread_ns() - start
    };
    let least = (0..RUNS).map(run).fold(f64::INFINITY, f64::min);
    least / times as f64
}
