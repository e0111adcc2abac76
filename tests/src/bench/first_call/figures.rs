//! What was measured, as figures.

use hotline::media::NetFigures;
use hotline_world::phone::RtpFigures;

use crate::bench::figure::{Figure, Target};
use crate::bench::process::{Machine, Memory};
use crate::bench::yardstick;

/// What is read at the begin and at the end of the measured time.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// Of the process.
    pub memory: Memory,
    /// How busy it is.
    pub machine: Machine,
    /// CPU time of the box's threads but the tick's.
    pub threads_s: f64,
    /// CPU time of all ticks.
    pub tick_s: f64,
    /// The town's clock.
    pub town_ms: u64,
}

/// All there is to tell.
#[derive(Clone, Debug)]
pub struct Measured {
    /// CPU time of a tick: median, 99 %, 99.99 %; upper edges of classes of 10 µs.
    pub tick_us: [u64; 3],
    /// What a thread met that does some 20 µs of arithmetic every millisecond of the same run.
    pub yardstick: yardstick::Machine,
    /// CPU time of the dearest tick.
    pub tick_max_ns: u64,
    /// Real-time priority of its thread; 0: an ordinary thread.
    pub tick_priority: u64,
    /// At the begin of the measured time.
    pub start: Reading,
    /// At its end.
    pub end: Reading,
    /// Minutes of answered calls in it.
    pub call_minutes: f64,
    /// Of all calls at all phones.
    pub rtp: RtpFigures,
    /// Of the whole run.
    pub net: NetFigures,
    /// Of the whole run.
    pub tick_dropped: u64,
    /// Of the whole run.
    pub tick_missed_ms: u64,
    /// Calls begun.
    pub placed: u64,
    /// Calls that an agent took.
    pub served: u64,
}

impl Measured {
    /// The figures, in the order of the table.
    pub fn into_figures(self) -> Vec<Figure> {
        let parts = [self.tick(), self.rtp(), self.cost(), self.calls()];
        parts.into_iter().flatten().collect()
    }

    fn calls(&self) -> Vec<Figure> {
        let others = self.end.machine.others_percent_since(&self.start.machine);
        vec![
            Figure::told("calls served", self.served as f64, ""),
            Figure::told(
                "calls failed (begun, without a whole record that says served)",
                self.placed.saturating_sub(self.served) as f64,
                "",
            )
            .must_be(Target::Zero),
            Figure::told(
                "of the machine used by others meanwhile (wall-clock figures suffer by it)",
                others,
                "%",
            ),
        ]
    }

    fn tick(&self) -> Vec<Figure> {
        let [median, p99, p9999] = self.tick_us.map(|us| us as f64 / 1000.0);
        vec![
            Figure::told("one tick, CPU time of its thread, p50", median, "ms"),
            Figure::told("one tick, CPU time of its thread, p99", p99, "ms"),
            Figure::told("one tick, CPU time of its thread, p99.99", p9999, "ms")
                .must_be(Target::Below(0.5))
                .beside("20 µs of arithmetic", self.yardstick.turn_us / 1000.0),
            Figure::told(
                "one tick, CPU time of its thread, max",
                self.tick_max_ns as f64 / 1e6,
                "ms",
            ),
            Figure::told(
                "real-time priority of the tick (0: refused by the system)",
                self.tick_priority as f64,
                "",
            ),
            Figure::told(
                "milliseconds of the card that the tick came too late for (wall clock)",
                self.tick_missed_ms as f64,
                "ms",
            ),
        ]
    }

    fn rtp(&self) -> Vec<Figure> {
        let dropped = self.net.dropped + self.tick_dropped;
        vec![
            Figure::told(
                "RTP packets received at the phones",
                self.rtp.received as f64,
                "",
            ),
            Figure::told(
                "RTP lost at the phones (sequence numbers left out)",
                self.rtp.lost as f64,
                "",
            )
            .must_be(Target::Zero),
            Figure::told(
                "RTP out of order or twice at the phones",
                self.rtp.disordered as f64,
                "",
            )
            .must_be(Target::Zero),
            Figure::told(
                "RTP gaps sent by the box (40 ms or more without a packet, wall clock)",
                self.net.send_gaps as f64,
                "",
            )
            .must_be(Target::Zero)
            .beside(
                "times a bare thread was woken 20 ms late",
                self.yardstick.stalls as f64,
            ),
            Figure::told(
                "longest pause between two packets at a phone (wall clock of its thread)",
                self.rtp.longest_gap_ms as f64,
                "ms",
            ),
            Figure::told(
                "packets, events and recorded blocks the box had no room for",
                dropped as f64,
                "",
            )
            .must_be(Target::Zero),
        ]
    }

    fn cost(&self) -> Vec<Figure> {
        let (start, end) = (&self.start, &self.end);
        let grown = |before: u64, after: u64| (after as f64 - before as f64) * 1024.0 / 1e6;
        let minutes = f64::max(self.call_minutes, f64::MIN_POSITIVE);
        let tick_s = end.tick_s - start.tick_s;
        let threads_s = end.threads_s - start.threads_s;
        vec![
            Figure::told(
                "resident memory after the first minute (box, town and phones)",
                start.memory.resident_kb as f64 * 1024.0 / 1e6,
                "MB",
            ),
            Figure::told(
                "resident memory growth since then (town and phones keep no sound)",
                grown(start.memory.resident_kb, end.memory.resident_kb),
                "MB",
            )
            .must_be(Target::Below(1.0)),
            Figure::told(
                "of that, heap and stacks",
                grown(start.memory.anonymous_kb, end.memory.anonymous_kb),
                "MB",
            ),
            Figure::told("call-minutes measured", self.call_minutes, "min"),
            Figure::told(
                "CPU of the box's threads per call-minute (card's model, town, phones left out)",
                (tick_s + threads_s) / minutes,
                "s",
            ),
            Figure::told("of that, the tick", tick_s / minutes, "s"),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::figure::all_met;

    fn reading(resident_kb: u64, threads_s: f64) -> Reading {
        Reading {
            memory: Memory {
                resident_kb,
                anonymous_kb: 1000,
            },
            machine: Machine::now().unwrap(),
            threads_s,
            tick_s: threads_s * 2.0,
            town_ms: 0,
        }
    }

    fn measured() -> Measured {
        Measured {
            tick_us: [10, 50, 490],
            yardstick: yardstick::Machine {
                turn_us: 30.0,
                stalls: 0,
            },
            tick_max_ns: 2_500_000,
            tick_priority: 50,
            start: reading(20_000, 1.0),
            end: reading(20_900, 2.0),
            call_minutes: 4.0,
            rtp: RtpFigures::default(),
            net: NetFigures::default(),
            tick_dropped: 0,
            tick_missed_ms: 0,
            placed: 5,
            served: 5,
        }
    }

    #[test]
    fn a_good_run_meets_all_targets_and_each_fault_misses_one() {
        assert!(all_met(&measured().into_figures()));
        let faults: [fn(&mut Measured); 8] = [
            |m| m.tick_us[2] = 500,
            |m| m.rtp.lost = 1,
            |m| m.rtp.disordered = 1,
            |m| m.net.send_gaps = 1,
            |m| m.net.dropped = 1,
            |m| m.tick_dropped = 1,
            |m| m.end.memory.resident_kb += 100,
            |m| m.served -= 1,
        ];
        for (index, fault) in faults.into_iter().enumerate() {
            let mut run = measured();
            fault(&mut run);
            let figures = run.into_figures();
            let missed = figures.iter().filter(|f| f.is_met() == Some(false));
            assert_eq!(missed.count(), 1, "fault {index}");
        }
    }

    #[test]
    fn the_cost_is_what_was_used_between_the_readings_per_call_minute() {
        let figures = measured().into_figures();
        let cost = figures
            .iter()
            .find(|f| f.name.starts_with("CPU of"))
            .unwrap();
        // One second of threads and two of the tick in four minutes.
        assert!((cost.value - 0.75).abs() < 1e-9, "{cost:?}");
    }
}
