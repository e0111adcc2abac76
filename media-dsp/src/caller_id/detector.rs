//! Soft bits to octets, octets to a message with a good checksum.

use heapless::Vec as Bounded;

use super::demodulator::Demodulator;
use super::{BIT, MAX_CALLER_ID, checksum};
use crate::engine::BLOCK;
use crate::level::mean_square;

/// Least level; on-hook lines deliver −12 to −30 dBm0, ours goes down to −40.
const LEAST_DBM0: f32 = -44.0;
/// Mark that parts the channel seizure from the message: the standards send 80 bits and more.
const MARK_BITS: f32 = 25.0;
/// A sample of space undoes so many of mark: noise may flip one, the seizure flips half.
const SPACE_COUNTS: f32 = 6.0;
/// Longest mark between two octets (EN 300 659-1 §6.2.4 has 10 bits at most; twice that).
const LONGEST_GAP_BITS: f32 = 20.0;
/// How much of a later edge's error is believed, so that noise on one edge matters little.
const TRACKING: f32 = 0.25;
/// A bit this near to neither mark nor space is in doubt, the more the nearer, up to 1.
const DOUBT: f32 = 0.2;
/// A message with more doubts in all its bits is not told: in one of 256 with wrong bits the checksum
/// is good, and no number is better than a wrong one. At 9 dB of signal to noise it has 0.8 at most.
const MOST_DOUBTS: f32 = 1.0;
/// Types of message: SDMF call and message waiting (GR-30-CORE), call set-up, message waiting,
/// advice of charge and short message (EN 300 659-3 §5.2).
const TYPES: [u8; 7] = [0x04, 0x06, 0x80, 0x82, 0x84, 0x86, 0x89];

/// Caller-ID receiver of one line, Bell 202 and V.23 alike.
/// - In: [`BLOCK`] samples, linear, of the on-hook line.
/// - Out: a whole message with a good checksum, once: type, length, body, checksum.
/// - Cost: a 64-tap band-pass and four 8-tap correlators; no allocation, lock, system call or panic.
/// - Error: `tests/caller_id.rs`: 99 % of messages at 9 dB of signal to noise, all at −40 dBm0.
#[derive(Clone, Debug)]
pub struct CallerIdReceiver {
    demodulator: Demodulator,
    /// Mean square of the least level.
    least: f32,
    last: f32,
    /// Samples of mark, less what spaces undid.
    marks: f32,
    octet: Option<Octet>,
    /// Samples of mark since the last octet.
    gap: f32,
    message: Bounded<u8, MAX_CALLER_ID>,
    /// Of all bits of the message.
    doubts: f32,
}

/// An octet on its way.
#[derive(Clone, Copy, Debug)]
struct Octet {
    /// Samples since its start edge, at the sample in work.
    age: f32,
    /// Bits taken: 0 the start bit, 1..=8 the octet, 9 the stop bit.
    taken: u8,
    value: u8,
    /// Of its ten bits.
    doubts: f32,
}

impl Default for CallerIdReceiver {
    fn default() -> Self {
        Self::new()
    }
}

impl CallerIdReceiver {
    /// A receiver that has heard nothing.
    #[must_use]
    pub fn new() -> Self {
        Self {
            demodulator: Demodulator::new(),
            least: mean_square(LEAST_DBM0),
            last: 0.0,
            marks: 0.0,
            octet: None,
            gap: 0.0,
            message: Bounded::new(),
            doubts: 0.0,
        }
    }

    /// Takes a block; gives a message when its last octet has come.
    pub fn process(&mut self, block: &[i16; BLOCK]) -> Option<Bounded<u8, MAX_CALLER_ID>> {
        let Some(soft) = self.demodulator.process(block, self.least) else {
            self.lose_carrier();
            return None;
        };
        let mut message = None;
        for (bit, power) in soft.bits.into_iter().zip(soft.powers) {
            if power < self.least {
                self.lose_carrier();
            } else if let Some(octet) = self.sample(bit) {
                message = self.take(octet).or(message);
            }
            self.last = bit;
        }
        message
    }

    fn lose_carrier(&mut self) {
        self.marks = 0.0;
        self.octet = None;
        self.message.clear();
    }

    /// One soft bit; gives an octet when its stop bit has come.
    fn sample(&mut self, bit: f32) -> Option<Octet> {
        self.count_marks(bit > 0.0);
        let Some(mut octet) = self.octet else {
            self.seek_start(bit);
            return None;
        };
        octet.age += 1.0;
        if let Some(ago) = self.edge(bit) {
            // Edges lie on whole bits after the start.
            let at = (octet.age - ago) / BIT;
            octet.age -= (at - at.round()) * BIT * TRACKING;
        }
        let due = (f32::from(octet.taken) + 0.5) * BIT;
        let over = octet.age - due;
        if over < 0.0 {
            self.octet = Some(octet);
            return None;
        }
        // The middle of the bit lies between the last sample and this one.
        let middle = bit + (self.last - bit) * over.min(1.0);
        let is_mark = middle > 0.0;
        octet.doubts += (1.0 - middle.abs() / DOUBT).max(0.0).powi(2);
        self.octet = match octet.taken {
            0 if is_mark => None,
            9 => None,
            _ => Some(Octet {
                taken: octet.taken + 1,
                value: octet.value >> 1 | if is_mark { 0x80 } else { 0 },
                ..octet
            }),
        };
        // A stop bit that is a space spoils one octet at most; the checksum will tell.
        (octet.taken == 9).then_some(octet)
    }

    fn count_marks(&mut self, is_mark: bool) {
        let change = if is_mark { 1.0 } else { -SPACE_COUNTS };
        if self.message.is_empty() && self.octet.is_none() {
            self.marks = (self.marks + change).clamp(0.0, 2.0 * MARK_BITS * BIT);
        }
    }

    /// The start bit's edge, if it is time for one.
    fn seek_start(&mut self, bit: f32) {
        self.gap += 1.0;
        if !self.message.is_empty() && self.gap > LONGEST_GAP_BITS * BIT {
            self.message.clear();
            self.marks = 0.0;
        }
        let ready = !self.message.is_empty() || self.marks >= MARK_BITS * BIT - SPACE_COUNTS - 1.0;
        if ready
            && bit <= 0.0
            && let Some(ago) = self.edge(bit)
        {
            self.octet = Some(Octet {
                age: ago,
                taken: 0,
                value: 0,
                doubts: 0.0,
            });
        }
    }

    /// How long ago the bit changed, if it did so since the last sample.
    fn edge(&self, bit: f32) -> Option<f32> {
        ((bit > 0.0) != (self.last > 0.0)).then(|| bit / (bit - self.last))
    }

    /// Takes an octet of the message.
    fn take(&mut self, octet: Octet) -> Option<Bounded<u8, MAX_CALLER_ID>> {
        self.gap = 0.0;
        if self.message.is_empty() {
            if !TYPES.contains(&octet.value) {
                self.marks = 0.0;
                return None;
            }
            self.doubts = 0.0;
        }
        self.doubts += octet.doubts;
        // Type, length, at most 255 octets, checksum: there is room.
        let _ = self.message.push(octet.value);
        let length = usize::from(*self.message.get(1)?);
        if self.message.len() < length + 3 {
            return None;
        }
        let message = std::mem::take(&mut self.message);
        self.marks = 0.0;
        (checksum(&message) == 0 && self.doubts <= MOST_DOUBTS).then_some(message)
    }
}
