//! The thread with a card that is not well.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use hotline_drivers::card::{
    AnalogCard, CardCounters, Hook, MAX_PORTS, PortBlock, PortEvent, Tick,
};
use hotline_dsp::engine::{
    Channel, Command, EchoSettings, EngineConfig, Law, TonePlan, VoiceSettings,
};

use super::{TickCounters, TickSettings, start};
use crate::clock::Clock;
use crate::media::Rings;

/// Tells the same at each exchange, and ends the thread after so many.
struct Card {
    tells: Tick,
    /// How long it waits for an interrupt.
    waits: Duration,
    exchanges: u32,
    stop: Arc<AtomicBool>,
}

impl AnalogCard for Card {
    fn fitted(&self) -> [bool; MAX_PORTS] {
        [true, false, false, false]
    }

    fn exchange(
        &mut self,
        _transmit: &[PortBlock; MAX_PORTS],
        _received: &mut [PortBlock; MAX_PORTS],
    ) -> Tick {
        let began = Instant::now();
        while began.elapsed() < self.waits {
            std::hint::spin_loop();
        }
        self.exchanges -= 1;
        if self.exchanges == 0 {
            self.stop.store(true, Ordering::Relaxed);
        }
        self.tells
    }

    fn set_hook(&mut self, _port: usize, _hook: Hook) {}

    fn poll_event(&mut self) -> Option<(usize, PortEvent)> {
        None
    }

    fn counters(&self) -> CardCounters {
        CardCounters::default()
    }
}

/// Runs the thread with this card; its counters, and the packets sent to the phone of one stream.
fn run(tells: Tick, waits: Duration, exchanges: u32) -> (Arc<TickCounters>, usize) {
    let (mut rings, ends) = Rings::new();
    let stop = Arc::new(AtomicBool::new(false));
    let counters = Arc::new(TickCounters::default());
    let settings = TickSettings {
        card: Some(Box::new(Card {
            tells,
            waits,
            exchanges,
            stop: Arc::clone(&stop),
        })),
        engine: EngineConfig {
            lines: 0,
            streams: 1,
            own_clock: 0,
            voice_of_lines: VoiceSettings::default(),
            voice_of_streams: VoiceSettings::default(),
            line_law: Law::A,
            echo: EchoSettings::default(),
            recordings: 0,
            tones: TonePlan::CN,
        },
        realtime_priority: 0,
        clock: Clock::start(),
        stop,
        counters: Arc::clone(&counters),
    };
    rings.engine.send(Command::OpenStream {
        channel: Channel(1),
        law: Law::A,
        event_payload_type: None,
    });
    start(settings, ends)
        .expect("a thread")
        .join()
        .expect("the thread ends");
    let sent = std::iter::from_fn(|| rings.frames.dequeue()).count();
    (counters, sent)
}

#[test]
fn while_the_card_is_silent_phones_are_sent_their_packets() {
    let (counters, sent) = run(Tick::Silent, Duration::from_millis(10), 9);
    let ticks = counters.ticks.load(Ordering::Relaxed);
    assert!(ticks >= 90, "{ticks} ticks in 90 ms");
    assert!(sent as u64 >= ticks / 20, "{sent} packets in {ticks} ms");
    assert_eq!(counters.late.load(Ordering::Relaxed), ticks);
    assert!(counters.missed.load(Ordering::Relaxed) >= ticks);
}

#[test]
fn milliseconds_that_the_card_lost_are_ticked_and_counted() {
    let (counters, _) = run(Tick::Samples { missed: 2 }, Duration::ZERO, 50);
    let read = |counter: &std::sync::atomic::AtomicU64| counter.load(Ordering::Relaxed);
    let (ticks, late) = (read(&counters.ticks), read(&counters.late));
    assert!(late >= 100, "{late} ticks were late");
    assert_eq!(ticks, late + 50);
    assert!(read(&counters.missed) >= late);
}
