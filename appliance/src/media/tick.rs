//! The real-time thread: once a millisecond, octets from the card, one tick of the engine, octets
//! to the card. It owns card and engine; in and out only by rings. No heap, lock, file or socket.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hotline_call::{LineId, Moment};
use hotline_drivers::card::{AnalogCard, Hook, MAX_PORTS, PortBlock, Tick};
use hotline_dsp::engine::{
    BLOCK, Clip, Engine, EngineConfig, Event, LineMeasured, RecordedBlock, Sink, StreamFrame,
};
use nix::time::{ClockId, clock_gettime};

use super::beat::{Beat, Due};
use super::realtime::become_realtime;
use super::rings::{TickEnds, TickEvent};
use crate::clock::Clock;

/// Commands taken in one tick; the rest waits for the next.
const COMMANDS_A_TICK: usize = 64;
/// Packets taken in one tick: far above 100 streams × 1 packet in 20 ms.
const PACKETS_A_TICK: usize = 256;
/// Width of a class of [`TickCounters::cpu`], in µs.
const CLASS_US: u64 = 10;
/// Classes of tick cost: 0–10 µs … 1 990–2 000 µs and above.
const CLASSES: usize = 200;

/// Figures of the tick, readable from every thread.
#[derive(Debug)]
pub struct TickCounters {
    /// Ticks done.
    pub ticks: AtomicU64,
    /// Ticks done later than in their millisecond, to catch up with the clock.
    pub late: AtomicU64,
    /// Milliseconds of which the lines' samples were lost, or that were not caught up at all.
    pub missed: AtomicU64,
    /// Ticks that took more than 1 ms of the clock from interrupt to done.
    pub overruns: AtomicU64,
    /// Events, packets and recorded blocks that found no room in their ring.
    pub dropped: AtomicU64,
    /// The system refused the real-time priority that was asked for.
    pub ordinary: AtomicBool,
    /// CPU time of all ticks since start, in ns.
    pub cpu_ns: AtomicU64,
    /// CPU time of the dearest tick, in ns; see [`TickCounters::forget_cpu`].
    pub cpu_max_ns: AtomicU64,
    /// Ticks by CPU time, in classes of 10 µs.
    cpu: Box<[AtomicU64]>,
}

impl Default for TickCounters {
    fn default() -> Self {
        Self {
            ticks: AtomicU64::new(0),
            late: AtomicU64::new(0),
            missed: AtomicU64::new(0),
            overruns: AtomicU64::new(0),
            dropped: AtomicU64::new(0),
            ordinary: AtomicBool::new(false),
            cpu_ns: AtomicU64::new(0),
            cpu_max_ns: AtomicU64::new(0),
            cpu: (0..CLASSES).map(|_| AtomicU64::new(0)).collect(),
        }
    }
}

impl TickCounters {
    /// The CPU time not exceeded by so many of 10 000 ticks, in µs (upper edge of its class);
    /// 0 before the first tick.
    #[must_use]
    pub fn cpu_us_at(&self, per_ten_thousand: u64) -> u64 {
        let classes: Vec<u64> = self.cpu.iter().map(|c| c.load(Ordering::Relaxed)).collect();
        let total: u64 = classes.iter().sum();
        let mut below = 0;
        for (class, count) in classes.iter().enumerate() {
            below += count;
            if total > 0 && below * 10_000 >= total * per_ten_thousand {
                return (class as u64 + 1) * CLASS_US;
            }
        }
        0
    }

    /// Forgets the classes and the dearest tick so far: a measurement begins after the warm-up.
    pub fn forget_cpu(&self) {
        self.cpu_max_ns.store(0, Ordering::Relaxed);
        for class in &self.cpu {
            class.store(0, Ordering::Relaxed);
        }
    }

    fn count_cpu(&self, cost: Duration) {
        let cost_ns = cost.as_nanos() as u64;
        self.cpu_ns.fetch_add(cost_ns, Ordering::Relaxed);
        self.cpu_max_ns.fetch_max(cost_ns, Ordering::Relaxed);
        let class = (cost.as_micros() as u64 / CLASS_US).min(CLASSES as u64 - 1) as usize;
        self.cpu[class].fetch_add(1, Ordering::Relaxed);
    }
}

/// What the tick's thread needs to run.
pub struct TickSettings {
    /// The card that gives the beat; none: a timer does, and there are no lines.
    pub card: Option<Box<dyn AnalogCard>>,
    /// Sizes of the engine. `lines` is set from the card.
    pub engine: EngineConfig,
    /// SCHED_FIFO priority; 0: an ordinary thread.
    pub realtime_priority: u8,
    /// The clock for the time of events.
    pub clock: Clock,
    /// Set to end the thread.
    pub stop: Arc<AtomicBool>,
    /// Where it counts.
    pub counters: Arc<TickCounters>,
}

/// Starts the thread.
///
/// # Errors
/// The system has no thread left.
pub fn start(
    settings: TickSettings,
    ends: TickEnds,
) -> std::io::Result<std::thread::JoinHandle<()>> {
    std::thread::Builder::new()
        .name("tick".into())
        .spawn(move || {
            let granted = become_realtime("tick", settings.realtime_priority);
            settings
                .counters
                .ordinary
                .store(!granted, Ordering::Relaxed);
            TickThread::new(settings, ends).run();
        })
}

/// Card, engine and rings, on their thread.
struct TickThread {
    card: Option<Box<dyn AnalogCard>>,
    /// The card's port of each line.
    ports: Vec<usize>,
    engine: Engine,
    ends: TickEnds,
    clock: Clock,
    stop: Arc<AtomicBool>,
    counters: Arc<TickCounters>,
    received: [PortBlock; MAX_PORTS],
    transmit: [PortBlock; MAX_PORTS],
    lines_in: Vec<[u8; BLOCK]>,
    lines_out: Vec<[u8; BLOCK]>,
    gone: bool,
    started: Instant,
    beat: Beat,
}

/// The lines of a card: which port each line is. Line numbers follow the ports.
#[must_use]
pub fn ports_of(card: &dyn AnalogCard) -> Vec<usize> {
    let fitted = card.fitted();
    (0..MAX_PORTS).filter(|port| fitted[*port]).collect()
}

impl TickThread {
    fn new(settings: TickSettings, ends: TickEnds) -> Self {
        let ports = settings.card.as_deref().map(ports_of).unwrap_or_default();
        let lines = ports.len();
        let config = EngineConfig {
            lines: lines as u16,
            ..settings.engine
        };
        Self {
            card: settings.card,
            ports,
            engine: Engine::new(config),
            ends,
            clock: settings.clock,
            stop: settings.stop,
            counters: settings.counters,
            received: [[0; BLOCK]; MAX_PORTS],
            transmit: [[0; BLOCK]; MAX_PORTS],
            lines_in: vec![[0; BLOCK]; lines],
            lines_out: vec![[0; BLOCK]; lines],
            gone: false,
            started: Instant::now(),
            beat: Beat::starting_at(0),
        }
    }

    fn run(&mut self) {
        self.beat = Beat::starting_at(self.now_us());
        while !self.stop.load(Ordering::Relaxed) {
            let due = self.wait();
            let counters = &self.counters;
            counters.late.fetch_add(due.late.into(), Ordering::Relaxed);
            counters
                .missed
                .fetch_add(due.missed.into(), Ordering::Relaxed);
            for _ in 0..due.idle {
                self.tick(false);
            }
            if due.samples {
                self.tick(true);
            }
        }
        // A stopped program leaves no line off-hook.
        if let Some(card) = &mut self.card {
            for port in &self.ports {
                card.set_hook(*port, Hook::OnHook);
            }
        }
    }

    fn now_us(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    /// Waits for the next millisecond; the ticks that are due then.
    fn wait(&mut self) -> Due {
        let (Some(card), false) = (&mut self.card, self.gone) else {
            let (wait_us, due) = self.beat.timer(self.now_us());
            if wait_us > 0 {
                std::thread::sleep(Duration::from_micros(wait_us));
            }
            return due;
        };
        match card.exchange(&self.transmit, &mut self.received) {
            Tick::Samples { missed } => self.beat.samples(self.now_us(), missed),
            Tick::Silent => self.beat.silence(self.now_us()),
            Tick::Gone => {
                self.gone = true;
                let now = self.clock.now();
                count_lost(
                    &self.counters,
                    self.ends.events.enqueue((now, TickEvent::CardGone)),
                );
                Due::default()
            }
        }
    }

    /// One tick, with the card's samples or with silence on every line.
    fn tick(&mut self, has_samples: bool) {
        let (began, cpu_began) = (Instant::now(), thread_cpu());
        let now = self.clock.now();
        self.tell_port_events(now);
        self.take_hooks();
        let mut sink = RingSink {
            ends: &mut self.ends,
            counters: &self.counters,
            now,
        };
        for _ in 0..COMMANDS_A_TICK {
            let Some(command) = sink.ends.commands.dequeue() else {
                break;
            };
            self.engine.apply(command, &mut sink);
        }
        for _ in 0..PACKETS_A_TICK {
            let Some(packet) = sink.ends.packets.dequeue() else {
                break;
            };
            self.engine.receive(&packet);
        }
        for (line, port) in self.ports.iter().enumerate() {
            self.lines_in[line] = self.received[*port];
        }
        // A line without octets says silence.
        let lines_in: &[_] = if has_samples { &self.lines_in } else { &[] };
        self.engine.tick(lines_in, &mut self.lines_out, &mut sink);
        for (line, port) in self.ports.iter().enumerate() {
            self.transmit[*port] = self.lines_out[line];
        }
        self.counters
            .count_cpu(thread_cpu().saturating_sub(cpu_began));
        self.counters.ticks.fetch_add(1, Ordering::Relaxed);
        if began.elapsed() > Duration::from_millis(1) {
            self.counters.overruns.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn tell_port_events(&mut self, now: Moment) {
        let Some(card) = &mut self.card else { return };
        while let Some((port, event)) = card.poll_event() {
            let Some(line) = self.ports.iter().position(|p| *p == port) else {
                continue;
            };
            let event = TickEvent::Port(LineId(line as u16), event);
            count_lost(&self.counters, self.ends.events.enqueue((now, event)));
        }
    }

    fn take_hooks(&mut self) {
        while let Some((line, hook)) = self.ends.hooks.dequeue() {
            if let (Some(card), Some(port)) = (&mut self.card, self.ports.get(usize::from(line.0)))
            {
                card.set_hook(*port, hook);
            }
        }
    }
}

/// CPU time this thread has used.
fn thread_cpu() -> Duration {
    clock_gettime(ClockId::CLOCK_THREAD_CPUTIME_ID).map_or(Duration::ZERO, Duration::from)
}

fn count_lost<T>(counters: &TickCounters, sent: Result<(), T>) {
    if sent.is_err() {
        counters.dropped.fetch_add(1, Ordering::Relaxed);
    }
}

struct RingSink<'a> {
    ends: &'a mut TickEnds,
    counters: &'a TickCounters,
    now: Moment,
}

impl Sink for RingSink<'_> {
    fn event(&mut self, event: Event) {
        count_lost(
            self.counters,
            self.ends
                .events
                .enqueue((self.now, TickEvent::Engine(event))),
        );
    }

    fn frame(&mut self, frame: StreamFrame) {
        count_lost(self.counters, self.ends.frames.enqueue(frame));
    }

    fn recorded(&mut self, block: &RecordedBlock) {
        count_lost(self.counters, self.ends.recorded.enqueue(block.clone()));
    }

    fn measured(&mut self, measured: &LineMeasured) {
        count_lost(self.counters, self.ends.measured.enqueue(measured.clone()));
    }

    fn retire(&mut self, clip: Clip) -> Result<(), Clip> {
        self.ends.retired.enqueue(clip)
    }
}

#[cfg(test)]
#[path = "tick_tests.rs"]
mod tests;
