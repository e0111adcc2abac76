//! What a card of analog lines offers to the program, whatever chip is on it.

/// Ports of the largest analog card.
pub const MAX_PORTS: usize = 4;
/// Octets of one port in one millisecond: 8 companded samples.
pub type PortBlock = [u8; 8];

/// The two companding laws of G.711, as a card can be set to them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Law {
    /// A-law.
    A,
    /// µ-law.
    Mu,
}

/// How ringing is recognised.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RingDetector {
    /// Positive and negative half-waves must take turns. Not deceived by message lamps.
    #[default]
    Alternation,
    /// Any half-wave counts.
    HalfWave,
}

/// The hook of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hook {
    /// Idle; the line can ring.
    OnHook,
    /// The loop is closed: a call is answered or being made.
    OffHook,
}

/// What happened on a port, debounced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortEvent {
    /// Ringing voltage began (a burst of the cadence).
    RingStarted,
    /// Ringing voltage ended.
    RingEnded,
    /// No battery: cable out, exchange down, or a disconnect signal.
    BatteryLost,
    /// Battery is there.
    BatteryPresent,
    /// Tip and ring changed places.
    PolarityReversed,
    /// The module or its line side does not answer; the port cannot be used. It is tried again by
    /// itself; `BatteryPresent` or `BatteryLost` tells that it is back, on-hook.
    Failed,
}

/// What one millisecond brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tick {
    /// Samples were exchanged; `missed` milliseconds were lost before this one.
    Samples {
        /// Lost milliseconds.
        missed: u32,
    },
    /// No interrupt in 10 ms.
    Silent,
    /// The card is gone from the bus.
    Gone,
}

/// Figures of a card since it was started.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CardCounters {
    /// Milliseconds exchanged.
    pub ticks: u64,
    /// Milliseconds lost.
    pub missed: u64,
    /// Interrupts that were not ours.
    pub foreign: u64,
    /// Module registers rewritten because they were not as set.
    pub rewrites: u64,
    /// Times that the bus stopped the card's DMA, which was then started again.
    pub aborts: u64,
}

/// A running card of analog (FXO) ports. Owned by the tick's thread; no call blocks but
/// [`exchange`](Self::exchange), and none allocates.
pub trait AnalogCard: Send {
    /// Which sites hold an FXO module. Fixed after bring-up.
    fn fitted(&self) -> [bool; MAX_PORTS];
    /// Waits for the next millisecond and exchanges its samples: fills `received` and sends
    /// `transmit`, both companded in the card's law.
    fn exchange(
        &mut self,
        transmit: &[PortBlock; MAX_PORTS],
        received: &mut [PortBlock; MAX_PORTS],
    ) -> Tick;
    /// Closes or opens the loop of a port. A port without a module ignores it.
    fn set_hook(&mut self, port: usize, hook: Hook);
    /// The next thing that happened, with its port; call until `None` after each `exchange`.
    fn poll_event(&mut self) -> Option<(usize, PortEvent)>;
    /// Figures.
    fn counters(&self) -> CardCounters;
}
