//! The jitter buffer: packets come when they like, a block is taken every millisecond.

use crate::engine::{BLOCK, MAX_PAYLOAD};

/// Samples held at most: 512 ms.
const CAPACITY: usize = 4096;
const MASK: u32 = CAPACITY as u32 - 1;
/// Samples in one millisecond.
const MS: i32 = 8;
/// How long the first packet waits before it is played.
const FIRST_DELAY: i32 = 30 * MS;
/// How early the latest packet of a while should come: the reserve that is kept.
const RESERVE: i32 = 20 * MS;
/// With more reserve than this, delay is taken out again: a stream that is steady from its start
/// keeps the delay it began with, whole.
const TOO_MUCH: i32 = FIRST_DELAY;
/// With more reserve than this, it is taken out even where someone speaks.
const FAR_TOO_MUCH: i32 = 80 * MS;
/// No packet waits longer.
const MAX_DELAY: i32 = 200 * MS;
/// A packet later than this belongs to a new talk, not to this one.
const NEW_TALK: i32 = 200 * MS;
/// How long the reserve is watched before delay is taken out.
const WATCH_MS: u16 = 2000;
/// Below this sum of magnitudes a block is a pause, where a millisecond can vanish unheard
/// (about −45 dBm0).
const PAUSE: i32 = BLOCK as i32 * 70;
/// A pause is as long as this at least: between two words, not between two beats of a voice.
const PAUSE_MS: u16 = 10;

/// What became of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Will be played.
    Queued,
    /// Its time was over before it came.
    TooLate,
}

/// Adaptive jitter buffer of one stream.
/// - In: runs of samples with their RTP timestamps, in any order.
/// - Out: [`BLOCK`] samples a millisecond in order of timestamp, or `None` where they are missing.
/// - Delay: starts at 30 ms for the first sample of a packet; grows at once to what a late packet
///   needs, up to 200 ms; shrinks in pauses of 10 ms and more, a millisecond at a time, when for 2 s
///   every packet came more than 30 ms before its time. This also follows the drift between two clocks.
/// - Cost: a copy in, a copy out; no allocation, lock, system call or panic.
#[derive(Clone, Debug)]
pub struct JitterBuffer {
    samples: Box<[i16; CAPACITY]>,
    present: Box<[bool; CAPACITY]>,
    /// Timestamp of the next sample to be played, once there is one.
    head: Option<u32>,
    /// One past the latest sample taken.
    end: u32,
    /// The least reserve of a packet in this watch, in samples.
    least_reserve: i32,
    watched_ms: u16,
    /// Milliseconds of delay to be taken out in pauses; below zero, to be put in.
    surplus_ms: i32,
    /// For so long all has been quiet or missing, up to [`PAUSE_MS`].
    quiet_ms: u16,
    /// Reserve of the last packet.
    reserve: i32,
}

impl Default for JitterBuffer {
    fn default() -> Self {
        Self::new()
    }
}

impl JitterBuffer {
    /// An empty buffer.
    #[must_use]
    pub fn new() -> Self {
        Self {
            samples: Box::new([0; CAPACITY]),
            present: Box::new([false; CAPACITY]),
            head: None,
            end: 0,
            least_reserve: i32::MAX,
            watched_ms: 0,
            surplus_ms: 0,
            quiet_ms: PAUSE_MS,
            reserve: 0,
        }
    }

    /// Forgets everything, as at the start of a new sender.
    pub fn restart(&mut self) {
        self.present.fill(false);
        self.head = None;
        self.begin_watch();
        self.reserve = 0;
    }

    /// How long the next packet's first sample will wait, in ms.
    #[must_use]
    pub fn delay_ms(&self) -> u16 {
        u16::try_from(self.reserve / MS).unwrap_or(0)
    }

    /// Takes a run of at most 60 ms.
    pub fn put(&mut self, timestamp: u32, run: &[i16]) -> Fate {
        let run = &run[..run.len().min(MAX_PAYLOAD)];
        let length = run.len() as u32;
        let head = match self.head {
            Some(head) => self.admit(head, timestamp, length),
            None => Some(self.start_at(timestamp)),
        };
        let Some(head) = head else {
            return Fate::TooLate;
        };
        if signed(timestamp.wrapping_add(length), self.end) > 0 {
            self.end = timestamp.wrapping_add(length);
        }
        let played = u32::try_from(signed(head, timestamp)).unwrap_or(0);
        for (n, &sample) in (0..).zip(run).skip(played as usize) {
            let at = (timestamp.wrapping_add(n) & MASK) as usize;
            self.samples[at] = sample;
            self.present[at] = true;
        }
        Fate::Queued
    }

    /// Gives the next block, or `None` where it is missing.
    pub fn take(&mut self) -> Option<[i16; BLOCK]> {
        self.watch();
        if self.surplus_ms < 0 && self.in_pause() && self.reserve < MAX_DELAY {
            self.surplus_ms += 1;
            self.reserve += MS;
            return None;
        }
        let mut block = self.advance();
        self.quiet_ms = if block.is_none_or(|block| is_pause(&block)) {
            (self.quiet_ms + 1).min(PAUSE_MS)
        } else {
            0
        };
        let may_shrink = self.in_pause() || self.surplus_ms * MS > FAR_TOO_MUCH;
        if self.surplus_ms > 0 && may_shrink && self.queued() > RESERVE {
            self.surplus_ms -= 1;
            self.reserve -= MS;
            block = self.advance();
        }
        block
    }

    const fn in_pause(&self) -> bool {
        self.quiet_ms == PAUSE_MS
    }

    /// Samples between the head and the end.
    fn queued(&self) -> i32 {
        self.head.map_or(0, |head| signed(self.end, head))
    }

    fn advance(&mut self) -> Option<[i16; BLOCK]> {
        let head = self.head?;
        self.head = Some(head.wrapping_add(BLOCK as u32));
        let mut block = [0; BLOCK];
        let mut whole = true;
        for (n, sample) in (0..).zip(&mut block) {
            let at = (head.wrapping_add(n) & MASK) as usize;
            whole &= std::mem::take(&mut self.present[at]);
            *sample = self.samples[at];
        }
        whole.then_some(block)
    }

    fn start_at(&mut self, timestamp: u32) -> u32 {
        self.present.fill(false);
        self.begin_watch();
        self.reserve = FIRST_DELAY;
        self.end = timestamp;
        self.set_head(timestamp.wrapping_sub(FIRST_DELAY.unsigned_abs()))
    }

    fn set_head(&mut self, head: u32) -> u32 {
        self.head = Some(head);
        head
    }

    /// Decides about a packet by its reserve, the time between now and when it is to be played.
    /// Returns where the head then is, `None` if the packet is too late.
    fn admit(&mut self, head: u32, timestamp: u32, length: u32) -> Option<u32> {
        let reserve = signed(timestamp, head);
        let newest = signed(timestamp, self.end) >= 0;
        if reserve.unsigned_abs() > CAPACITY as u32 - length || (newest && reserve < -NEW_TALK) {
            return Some(self.start_at(timestamp));
        }
        if reserve < 0 && !newest {
            // Something later is in its place. More delay would have saved it: pauses get longer.
            self.surplus_ms = (reserve / MS - 1).max(-MAX_DELAY / MS);
            return (reserve + length as i32 > 0).then_some(head);
        }
        self.reserve = reserve;
        self.least_reserve = self.least_reserve.min(reserve);
        if reserve < 0 {
            // Nothing later has been played: what was bridged meanwhile becomes delay.
            self.begin_watch();
            self.reserve = 0;
            return Some(self.set_head(timestamp));
        }
        if reserve > MAX_DELAY {
            let skip = (reserve - MAX_DELAY) & !(MS - 1);
            for _ in 0..skip / MS {
                self.advance();
            }
            self.reserve -= skip;
        }
        self.head
    }

    fn begin_watch(&mut self) {
        self.least_reserve = i32::MAX;
        self.watched_ms = 0;
        self.surplus_ms = 0;
    }

    fn watch(&mut self) {
        self.watched_ms += 1;
        if self.watched_ms < WATCH_MS {
            return;
        }
        let least = self.least_reserve;
        self.begin_watch();
        if least != i32::MAX && least > TOO_MUCH {
            self.surplus_ms = (least - RESERVE) / MS;
        }
    }
}

/// `a - b` on the circle of 32 bits.
#[allow(clippy::cast_possible_wrap, reason = "a signed difference is meant")]
fn signed(a: u32, b: u32) -> i32 {
    a.wrapping_sub(b) as i32
}

fn is_pause(block: &[i16; BLOCK]) -> bool {
    block
        .iter()
        .map(|sample| i32::from(*sample).abs())
        .sum::<i32>()
        < PAUSE
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, Fate, JitterBuffer};

    /// The sample with timestamp `at`: loud, and never the same twice in a while.
    fn sample(at: u32) -> i16 {
        (at % 20_011) as i16 + 1000
    }

    fn packet(timestamp: u32, length: u32) -> Vec<i16> {
        (0..length)
            .map(|n| sample(timestamp.wrapping_add(n)))
            .collect()
    }

    /// Sends 20 ms packets, packet n at `arrival_ms(n)` (`None`: never), and gives what was heard,
    /// a block a millisecond.
    fn hear(
        packets: u32,
        first: u32,
        arrival_ms: impl Fn(u32) -> Option<u32>,
    ) -> (JitterBuffer, Vec<Option<[i16; BLOCK]>>) {
        let mut buffer = JitterBuffer::new();
        let mut heard = Vec::new();
        for now in 0..packets * 20 {
            for n in (0..packets).filter(|&n| arrival_ms(n) == Some(now)) {
                let timestamp = first.wrapping_add(n * 160);
                buffer.put(timestamp, &packet(timestamp, 160));
            }
            heard.push(buffer.take());
        }
        (buffer, heard)
    }

    /// Gaps after the first sound, in blocks.
    fn gaps(heard: &[Option<[i16; BLOCK]>]) -> usize {
        heard
            .iter()
            .skip_while(|block| block.is_none())
            .filter(|block| block.is_none())
            .count()
    }

    #[test]
    fn steady_packets_are_played_whole_after_30_ms_across_the_wrap_of_timestamps() {
        let first = u32::MAX - 1000;
        let (_, heard) = hear(50, first, |n| Some(n * 20));
        assert_eq!(heard.iter().position(Option::is_some), Some(30));
        for (n, block) in (0u32..).zip(heard.into_iter().skip(30)) {
            let at = first.wrapping_add(n * 8);
            assert_eq!(block.map(Vec::from), Some(packet(at, 8)), "block {n}");
        }
    }

    #[test]
    fn swapped_packets_are_played_in_order_without_a_gap() {
        let (_, heard) = hear(50, 0, |n| {
            Some(if n % 4 == 2 { n * 20 + 25 } else { n * 20 })
        });
        assert_eq!(gaps(&heard), 0);
    }

    #[test]
    fn a_lost_packet_is_a_gap_of_its_own_length() {
        let (_, heard) = hear(50, 0, |n| (n != 20).then_some(n * 20));
        assert_eq!(gaps(&heard), 20);
    }

    #[test]
    fn a_stall_of_100_ms_becomes_delay_and_nothing_said_is_lost() {
        let (buffer, heard) = hear(100, 0, |n| {
            Some(if n < 50 { n * 20 } else { (n * 20).max(1120) })
        });
        assert_eq!(gaps(&heard), 90);
        assert!(
            (100..=140).contains(&buffer.delay_ms()),
            "{} ms",
            buffer.delay_ms()
        );
        let said: Vec<i16> = heard.into_iter().flatten().flatten().collect();
        assert!((0..).zip(&said).all(|(at, &heard)| heard == sample(at)));
    }

    #[test]
    fn delay_that_is_no_longer_needed_is_taken_out_in_pauses() {
        let mut buffer = JitterBuffer::new();
        for now in 0..6000u32 {
            if now % 20 == 0 && !(1000..1100).contains(&now) {
                buffer.put(now * 8, &[5; 160]);
            }
            if now == 1100 {
                for n in 0..5 {
                    let _ = buffer.put((1000 + n * 20) * 8, &[5; 160]);
                }
            }
            buffer.take();
        }
        assert!(buffer.delay_ms() <= 20, "{} ms", buffer.delay_ms());
    }

    /// Ten seconds of a stream whose every packet is on time, as loud as `level`, but for one quiet
    /// millisecond in ten; what was played, block by block. A stall once leaves too much delay.
    fn beats(level: i16, stall_ms: u32) -> Vec<[i16; BLOCK]> {
        let mut buffer = JitterBuffer::new();
        let mut heard = Vec::new();
        for now in 0..10_000u32 {
            if now == stall_ms || (now > stall_ms && now.is_multiple_of(20)) {
                let first = if now == stall_ms { 0 } else { now / 20 };
                for packet in first..=now / 20 {
                    let block = |ms: u32| if ms.is_multiple_of(10) { 1 } else { level };
                    let said: Vec<i16> = (0..160).map(|n| block(packet * 20 + n / 8)).collect();
                    let _ = buffer.put(packet * 160, &said);
                }
            }
            heard.extend(buffer.take());
        }
        heard
    }

    #[test]
    fn a_steady_stream_is_played_whole_and_a_quiet_beat_within_speech_is_no_pause() {
        for stall_ms in [0, 40] {
            let heard = beats(900, stall_ms);
            assert!(heard.len() > 9_000, "{stall_ms} ms: {} blocks", heard.len());
            for (at, beat) in heard.chunks_exact(10).enumerate() {
                let quiet = beat.iter().filter(|block| block[4] == 1).count();
                assert_eq!(quiet, 1, "{stall_ms} ms: beat {at} was cut");
            }
        }
    }

    #[test]
    fn a_packet_whose_time_is_over_is_too_late() {
        let mut buffer = JitterBuffer::new();
        buffer.put(0, &packet(0, 160));
        buffer.put(320, &packet(320, 160));
        for _ in 0..80 {
            let _ = buffer.take();
        }
        assert_eq!(buffer.put(160, &packet(160, 160)), Fate::TooLate);
    }

    /// Every timestamp of a hostile sender is lawful.
    #[test]
    fn wild_timestamps_do_no_harm() {
        let mut buffer = JitterBuffer::new();
        let mut wild = 1u32;
        for _ in 0..20_000 {
            wild = wild.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            buffer.put(wild, &packet(wild, wild >> 23));
            buffer.put(wild ^ 0x8000_0000, &[1; 80]);
            buffer.take();
            assert!(buffer.delay_ms() <= 512);
        }
    }
}
