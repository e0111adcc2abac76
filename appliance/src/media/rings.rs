//! The bounded, lock-free rings in and out of the tick. Made once at start and never freed.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use heapless::spsc::{Consumer, Producer, Queue};
use hotline_call::{LineId, Moment};
use hotline_drivers::card::{Hook, PortEvent};
use hotline_dsp::engine::{
    Clip, Command, Event, LineMeasured, RecordedBlock, StreamFrame, StreamPacket,
};

const COMMANDS: usize = 1024;
const EVENTS: usize = 4096;
const PACKETS: usize = 2048;
const FRAMES: usize = 2048;
const RECORDED: usize = 1024;
const RETIRED: usize = 1024;
const HOOKS: usize = 64;
/// Every line of a card for some seconds.
const MEASURED: usize = 16;

/// What the tick tells call control.
#[derive(Clone, Debug, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "lies in a ring made at start; a box is heap"
)]
pub enum TickEvent {
    /// The engine noticed something.
    Engine(Event),
    /// Something happened on a line.
    Port(LineId, PortEvent),
    /// The card is gone from its bus; no line works any more.
    CardGone,
}

/// The tick's ends of the rings.
pub struct TickEnds {
    /// Commands to the engine.
    pub commands: Consumer<'static, Command>,
    /// What engine and card tell, and when.
    pub events: Producer<'static, (Moment, TickEvent)>,
    /// Hooks to be set.
    pub hooks: Consumer<'static, (LineId, Hook)>,
    /// RTP packets that came.
    pub packets: Consumer<'static, StreamPacket>,
    /// RTP packets to be sent.
    pub frames: Producer<'static, StreamFrame>,
    /// Recordings to be written.
    pub recorded: Producer<'static, RecordedBlock>,
    /// Lines that were measured.
    pub measured: Producer<'static, LineMeasured>,
    /// Clips to be freed elsewhere.
    pub retired: Producer<'static, Clip>,
}

/// Everybody's ends of the rings but the tick's.
pub struct Rings {
    /// Commands to the engine, for whoever has any.
    pub engine: EngineHandle,
    /// For call control.
    pub events: Consumer<'static, (Moment, TickEvent)>,
    /// For call control.
    pub hooks: HookHandle,
    /// For the RTP thread.
    pub packets: Producer<'static, StreamPacket>,
    /// For the RTP thread.
    pub frames: Consumer<'static, StreamFrame>,
    /// For the recorder.
    pub recorded: Consumer<'static, RecordedBlock>,
    /// For whoever looks at lines.
    pub measured: Consumer<'static, LineMeasured>,
    /// For whoever frees clips (the recorder's thread).
    pub retired: Consumer<'static, Clip>,
}

impl Rings {
    /// Makes all rings. Their memory is kept to the end of the program: call once.
    #[must_use]
    pub fn new() -> (Self, TickEnds) {
        let (command_in, command_out) = ring::<Command, COMMANDS>();
        let (event_in, event_out) = ring::<(Moment, TickEvent), EVENTS>();
        let (packet_in, packet_out) = ring::<StreamPacket, PACKETS>();
        let (frame_in, frame_out) = ring::<StreamFrame, FRAMES>();
        let (recorded_in, recorded_out) = ring::<RecordedBlock, RECORDED>();
        let (retired_in, retired_out) = ring::<Clip, RETIRED>();
        let (measured_in, measured_out) = ring::<LineMeasured, MEASURED>();
        let (hook_in, hook_out) = ring::<(LineId, Hook), HOOKS>();
        let engine = EngineHandle {
            commands: Arc::new(Mutex::new(command_in)),
            dropped: Arc::new(AtomicU64::new(0)),
        };
        let ours = Self {
            engine,
            events: event_out,
            hooks: HookHandle(hook_in),
            packets: packet_in,
            frames: frame_out,
            recorded: recorded_out,
            measured: measured_out,
            retired: retired_out,
        };
        let ticks = TickEnds {
            commands: command_out,
            events: event_in,
            hooks: hook_out,
            packets: packet_out,
            frames: frame_in,
            recorded: recorded_in,
            measured: measured_in,
            retired: retired_in,
        };
        (ours, ticks)
    }
}

fn ring<T, const N: usize>() -> (Producer<'static, T>, Consumer<'static, T>) {
    Box::leak(Box::new(Queue::<T, N>::new())).split()
}

/// The way to the engine for all threads but the tick. The lock is between them only: the tick
/// takes from the other end of a lock-free ring.
#[derive(Clone)]
pub struct EngineHandle {
    commands: Arc<Mutex<Producer<'static, Command>>>,
    dropped: Arc<AtomicU64>,
}

impl EngineHandle {
    /// Sends a command; `false`, and counted, when the ring is full (the tick has stopped).
    pub fn send(&self, command: Command) -> bool {
        let mut ring = self.commands.lock().unwrap_or_else(PoisonError::into_inner);
        let sent = ring.enqueue(command).is_ok();
        if !sent {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
        sent
    }

    /// Commands that found no room since start.
    #[must_use]
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
}

/// The way to the hooks of the lines, for call control alone.
pub struct HookHandle(Producer<'static, (LineId, Hook)>);

impl HookHandle {
    /// Opens or closes a line's loop at the next tick; `false` when the tick has stopped.
    pub fn set(&mut self, line: LineId, hook: Hook) -> bool {
        self.0.enqueue((line, hook)).is_ok()
    }
}
