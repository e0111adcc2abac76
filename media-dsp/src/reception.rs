//! What came and what did not: sequence numbers and interarrival jitter of one RTP stream
//! (RFC 3550 §6.4.1 and appendix A).

/// A packet further ahead than this starts a new sequence (RFC 3550 A.1, `MAX_DROPOUT`).
const MAX_DROPOUT: u16 = 3000;
/// Packets this old are still told apart from doubles.
const WINDOW: u16 = 64;
/// Samples in a millisecond.
const SAMPLES_PER_MS: i64 = 8;

/// What a packet is by its sequence number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// New, and ahead of all others.
    New,
    /// New, and overtaken by another.
    Behind,
    /// First packet, or first after a jump or a change of sender that a second packet has confirmed.
    Restart,
    /// Came before.
    Double,
    /// Too old or too far ahead to belong here, or of another sender.
    Stray,
}

/// Statistics of one received stream.
/// - In: sequence number, SSRC, timestamp and time of arrival of each packet.
/// - Out: whether to take it; packets received, lost, discarded; jitter.
/// - Cost: a few integer operations a packet; no allocation, lock, system call or panic.
/// - Error: jitter within the 1 ms of the tick.
#[derive(Clone, Debug, Default)]
pub struct Reception {
    run: Option<Run>,
    /// Another sender, and the sequence number that would confirm it.
    other: Option<(u32, u16)>,
    lost_before: u32,
    received: u32,
    discarded: u32,
    late: u32,
    doubled: u32,
    transit: Option<i32>,
    /// In samples, times 16 (RFC 3550 A.8).
    jitter: i64,
}

/// One run of sequence numbers.
#[derive(Clone, Copy, Debug)]
struct Run {
    ssrc: u32,
    highest: u16,
    expected: u32,
    received: u32,
    /// Bit n: `highest - n` has come.
    seen: u64,
    /// The sequence number that would confirm a jump.
    jump: Option<u16>,
}

impl Run {
    fn new(ssrc: u32, sequence: u16) -> Self {
        Self {
            ssrc,
            highest: sequence,
            expected: 1,
            received: 1,
            seen: 1,
            jump: None,
        }
    }

    fn lost(&self) -> u32 {
        self.expected.saturating_sub(self.received)
    }

    fn take(&mut self, sequence: u16) -> Arrival {
        let ahead = sequence.wrapping_sub(self.highest);
        let behind = self.highest.wrapping_sub(sequence);
        if behind < WINDOW {
            if self.seen >> behind & 1 == 1 {
                return Arrival::Double;
            }
            self.seen |= 1 << behind;
            (self.jump, self.received) = (None, self.received.saturating_add(1));
            return Arrival::Behind;
        } else if ahead < MAX_DROPOUT {
            self.seen = if ahead < WINDOW {
                self.seen << ahead | 1
            } else {
                1
            };
            self.highest = sequence;
            self.expected = self.expected.saturating_add(ahead.into());
        } else if self.jump == Some(sequence) {
            return Arrival::Restart;
        } else {
            self.jump = Some(sequence.wrapping_add(1));
            return Arrival::Stray;
        }
        self.jump = None;
        self.received = self.received.saturating_add(1);
        Arrival::New
    }
}

impl Reception {
    /// Takes the header of one packet.
    pub fn take(&mut self, ssrc: u32, sequence: u16) -> Arrival {
        let arrival = match &mut self.run {
            None => Arrival::Restart,
            Some(run) if run.ssrc == ssrc => {
                self.other = None;
                run.take(sequence)
            }
            // Two in sequence, and none of the sender so far between them.
            Some(_) if self.other == Some((ssrc, sequence)) => Arrival::Restart,
            Some(_) => {
                self.other = Some((ssrc, sequence.wrapping_add(1)));
                Arrival::Stray
            }
        };
        match arrival {
            Arrival::New | Arrival::Behind => self.received = self.received.saturating_add(1),
            Arrival::Restart => {
                let lost = self.run.map_or(0, |run| run.lost());
                self.lost_before = self.lost_before.saturating_add(lost);
                self.run = Some(Run::new(ssrc, sequence));
                (self.transit, self.other) = (None, None);
                self.received = self.received.saturating_add(1);
            }
            Arrival::Double => {
                self.doubled = self.doubled.saturating_add(1);
                self.discard();
            }
            Arrival::Stray => self.discard(),
        }
        arrival
    }

    /// Takes the times of one voice packet (RFC 3550 A.8). A telephone-event's timestamp is that of
    /// its start, so it says nothing about jitter.
    pub fn time(&mut self, timestamp: u32, now_ms: u64) {
        // Arrival and timestamp both on the circle of 32 bits: only differences are used.
        #[allow(
            clippy::cast_possible_truncation,
            reason = "a circle of 32 bits is meant"
        )]
        let arrival = (now_ms as u32).wrapping_mul(SAMPLES_PER_MS as u32);
        #[allow(clippy::cast_possible_wrap, reason = "a signed difference is meant")]
        let transit = arrival.wrapping_sub(timestamp) as i32;
        if let Some(before) = self.transit.replace(transit) {
            let difference = transit.wrapping_sub(before).unsigned_abs();
            let difference = i64::from(difference).min(SAMPLES_PER_MS * 1000);
            self.jitter += difference - ((self.jitter + 8) >> 4);
        }
    }

    /// A packet cannot be used: its payload is of no known kind or size. If it belongs here it came,
    /// and is not lost too.
    pub fn refuse(&mut self, ssrc: u32, sequence: u16) {
        if let Some(run) = &mut self.run
            && run.ssrc == ssrc
            && sequence.wrapping_sub(run.highest).wrapping_add(WINDOW) < 2 * WINDOW
        {
            run.take(sequence);
        }
        self.discard();
    }

    /// A packet that was taken cannot be used.
    pub fn discard(&mut self) {
        self.discarded = self.discarded.saturating_add(1);
    }

    /// A packet came too late to be played.
    pub fn late(&mut self) {
        self.late = self.late.saturating_add(1);
    }

    /// Packets taken.
    #[must_use]
    pub fn received(&self) -> u32 {
        self.received
    }

    /// Packets that never came, or came too late.
    #[must_use]
    pub fn lost(&self) -> u32 {
        let lost = self.run.map_or(0, |run| run.lost());
        self.lost_before
            .saturating_add(lost)
            .saturating_add(self.late)
    }

    /// Packets that came too late to be played.
    #[must_use]
    pub fn come_late(&self) -> u32 {
        self.late
    }

    /// Packets that came twice.
    #[must_use]
    pub fn doubled(&self) -> u32 {
        self.doubled
    }

    /// Packets that came twice, out of every order, or with nothing usable in them.
    #[must_use]
    pub fn discarded(&self) -> u32 {
        self.discarded
    }

    /// Interarrival jitter.
    #[must_use]
    pub fn jitter_ms(&self) -> u16 {
        u16::try_from((self.jitter >> 4) / SAMPLES_PER_MS).unwrap_or(u16::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::{Arrival, Reception};

    #[test]
    fn lost_packets_are_counted_over_the_wrap_and_reordered_ones_are_not() {
        let mut reception = Reception::default();
        for sequence in [65_533, 65_534, 1, 65_535, 2, 5] {
            assert!(matches!(
                reception.take(9, sequence),
                Arrival::New | Arrival::Behind | Arrival::Restart
            ));
        }
        // 0, 3 and 4 never came.
        assert_eq!((reception.received(), reception.lost()), (6, 3));
    }

    #[test]
    fn a_double_is_discarded_and_not_counted_as_received() {
        let mut reception = Reception::default();
        reception.take(9, 1);
        reception.take(9, 2);
        assert_eq!(reception.take(9, 2), Arrival::Double);
        assert_eq!(reception.take(9, 1), Arrival::Double);
        assert_eq!(reception.discarded(), 2);
        assert_eq!(
            (reception.received(), reception.doubled(), reception.lost()),
            (2, 2, 0)
        );
    }

    /// RFC 3550 A.1: one packet far off is a stray, two in sequence are a restarted sender.
    #[test]
    fn a_jump_is_believed_at_its_second_packet() {
        let mut reception = Reception::default();
        reception.take(9, 1);
        assert_eq!(reception.take(9, 20_000), Arrival::Stray);
        assert_eq!(reception.take(9, 2), Arrival::New);
        assert_eq!(reception.take(9, 20_000), Arrival::Stray);
        assert_eq!(reception.take(9, 20_001), Arrival::Restart);
        assert_eq!(reception.lost(), 0);
    }

    /// RFC 3550 A.1, for a sender as for a jump.
    #[test]
    fn another_sender_is_believed_at_its_second_packet_if_the_first_is_silent() {
        let mut reception = Reception::default();
        reception.take(9, 1);
        assert_eq!(reception.take(5, 70), Arrival::Stray);
        assert_eq!(reception.take(9, 2), Arrival::New);
        assert_eq!(reception.take(5, 71), Arrival::Stray);
        assert_eq!(reception.take(6, 72), Arrival::Stray);
        assert_eq!(reception.take(5, 73), Arrival::Stray);
        assert_eq!(reception.take(5, 74), Arrival::Restart);
        assert_eq!(reception.take(9, 3), Arrival::Stray);
        assert_eq!(reception.take(5, 75), Arrival::New);
    }

    #[test]
    fn steady_packets_have_no_jitter_and_shaken_ones_have_theirs() {
        let mut reception = Reception::default();
        for n in 0..200u32 {
            reception.time(
                n.wrapping_mul(160).wrapping_add(u32::MAX - 500),
                u64::from(n) * 20,
            );
        }
        assert_eq!(reception.jitter_ms(), 0);
        for n in 200..600u32 {
            let shaken = u64::from(n) * 20 + if n % 2 == 0 { 10 } else { 0 };
            reception.time(n.wrapping_mul(160).wrapping_add(u32::MAX - 500), shaken);
        }
        assert!(
            (9..=10).contains(&reception.jitter_ms()),
            "{}",
            reception.jitter_ms()
        );
    }
}
